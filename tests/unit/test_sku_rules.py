"""A site's own rule reads codes that ours cannot, and is judged as strictly."""

import sys
from pathlib import Path

import pytest

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import (
    DEFAULT_STAGES,
    Ambiguous,
    AuditClass,
    Crosswalk,
    MasterRow,
    Matched,
    Origin,
    ProductRow,
    Recipe,
    Stage,
    Unknown,
    WarehouseProduct,
    audit,
    stages_named,
)
from clarus_bluecherry.sku.matching._rules import GROUP

BLACK_M, BLACK_L = Sku("01234", "BLK", size="M"), Sku("01234", "BLK", size="L")
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a package that registers the rule `colour-words`, which it has at `target`."""

    def install(target, module=""):
        metadata = tmp_path / "colours-1.0.dist-info"
        metadata.mkdir()
        (tmp_path / "own_rule.py").write_text(module, "utf-8")
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: colours\nVersion: 1.0\n", "utf-8")
        (metadata / "entry_points.txt").write_text(f"[{GROUP}]\ncolour-words = {target}\n", "utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.syspath_prepend(str(EXAMPLES))

    yield install
    for name in ("sku_rule", "own_rule"):
        sys.modules.pop(name, None)


@pytest.fixture
def with_colours(installed):
    """The stages of a site that installed the example as a package of its own."""
    installed("sku_rule:ColourWords")
    return stages_named([*(stage.value for stage in DEFAULT_STAGES), "colour-words"])


def crosswalk(codes, stages, skus=(BLACK_M, BLACK_L), barcodes=None):
    barcodes = barcodes or {}
    return Crosswalk.build(
        [Product(sku=sku, upc=barcodes.get(sku, "")) for sku in skus],
        [WarehouseProduct(code, barcodes.get(code, ""), code) for code in codes],
        Recipe(),
        stages=stages,
    )


def test_a_rule_ties_what_ours_do_not_know_and_explains_it(with_colours):
    assert isinstance(crosswalk(["01234-BLACK-M"], DEFAULT_STAGES).match("01234-BLACK-M"), Unknown)
    match = crosswalk(["01234-BLACK-M"], with_colours).match("01234-BLACK-M")
    assert isinstance(match, Matched)
    assert (match.sku, match.origin) == (BLACK_M, Origin.RULE)
    assert match.rules[0] == "colour-words: 01234-BLACK-M → 01234-BLK-M"


def test_a_code_from_a_message_is_read_by_the_rule_as_well(with_colours):
    match = crosswalk([], with_colours).match("01234-black-m")
    assert isinstance(match, Matched)
    assert match.sku == BLACK_M


def test_two_products_that_a_rule_reads_the_same_are_both_refused(with_colours):
    found = crosswalk(["01234-BLACK-M", "01234-black-M"], with_colours)
    assert all(isinstance(found.match(code), Ambiguous) for code in ("01234-BLACK-M", "01234-black-M"))


def test_a_rule_does_not_take_a_sku_that_has_its_product(with_colours):
    found = crosswalk(["01234-BLK-M", "01234-BLACK-M"], with_colours)
    assert found.sku("01234-BLK-M") == BLACK_M
    assert isinstance(found.match("01234-BLACK-M"), Ambiguous)


def test_a_rule_is_refused_while_a_twin_could_be_meant(with_colours):
    found = crosswalk(["01234-BLACK-M"], with_colours, skus=(BLACK_M, Sku("001234", "BLK", size="M")))
    assert isinstance(found.match("01234-BLACK-M"), Ambiguous)


def test_a_barcode_that_says_otherwise_beats_the_rule(with_colours):
    barcodes = {BLACK_L: "036000291452", "01234-BLACK-M": "036000291452"}
    match = crosswalk(["01234-BLACK-M"], with_colours[1:], barcodes=barcodes).match("01234-BLACK-M")
    assert isinstance(match, Ambiguous)


def test_the_audit_asks_the_rule_too(with_colours):
    master = [MasterRow("01234", "BLK", size="M"), MasterRow("01234", "WHT", size="M")]
    products = [ProductRow("01234-BLACK-M"), ProductRow("01234-WHT-M"), ProductRow("01234-WHITE-M")]
    found = audit(master, products, stages=with_colours)
    by_code = {entry.product.code: entry for entry in found.entries() if entry.product}
    assert by_code["01234-BLACK-M"].paired
    assert by_code["01234-WHT-M"].kind is AuditClass.IDENTICAL
    assert by_code["01234-WHITE-M"].kind is AuditClass.DUPLICATE


def test_a_rule_that_nobody_brings_is_refused_by_name():
    with pytest.raises(ConfigurationError, match="no SKU rule 'colour-words'") as caught:
        stages_named(["exact", "colour-words"])
    assert caught.value.field == "sku.match"


RULE = """
class Rule:
    name = {name}
    def reading(self, code):
        return {reading}
"""


@pytest.mark.parametrize(
    ("module", "what"),
    [
        ("class Rule:\n    def reading(self, code): return None", "has no `name`"),
        (RULE.format(name=5, reading=None), "has no `name`"),
        (RULE.format(name="''", reading=None), "has no `name`"),
        ("class Rule:\n    name = 'colours'", "has no method `reading`"),
        ("Rule = 5", "is not a class or a function that makes it"),
        ("class Rule:\n    def __init__(self, needs): pass", "cannot be made without arguments"),
    ],
)
def test_a_rule_that_is_none_is_refused_by_its_name(installed, module, what):
    installed("own_rule:Rule", module)
    with pytest.raises(ConfigurationError, match=f"the SKU rule 'colour-words' {what}") as caught:
        stages_named(["exact", "colour-words"])
    assert caught.value.field == "sku.match"


def test_a_rule_that_reads_something_other_than_text_is_named(installed):
    installed("own_rule:Rule", RULE.format(name="'colours'", reading=5))
    stages = stages_named(["exact", "colour-words"])
    with pytest.raises(
        ConfigurationError, match="the SKU rule 'colour-words' reads '1' as something of type int"
    ) as caught:
        stages[1].reading("1")
    assert caught.value.field == "sku.match"
    assert "text, or None" in caught.value.what
    with pytest.raises(ConfigurationError, match="the SKU rule 'colour-words' reads"):
        crosswalk(["01234-BLACK-M"], stages)


def test_the_order_of_matching_is_a_setting():
    assert stages_named(["exact", "barcode"]) == (Stage.EXACT, Stage.BARCODE)
