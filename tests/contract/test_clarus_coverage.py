"""The table of what is covered is the library's own, and the library covers what it says."""

from pathlib import Path

import pytest
from clarus_samples import LISTINGS, SAMPLES, coverage
from clarus_spec import SPEC, list_names, load, operations, place_of

PAGE = Path(__file__).parents[2] / "docs" / "clarus.md"


def test_the_table_of_the_documentation_is_what_the_library_covers():
    _, _, shown = PAGE.read_text("utf-8").partition("<!-- coverage -->\n")
    assert shown.strip() == coverage(), "run tests/contract/clarus_samples.py and paste its table"


@pytest.mark.skipif(not SPEC.exists(), reason=f"the vendor's OpenAPI file is not at {SPEC}")
def test_no_resource_of_an_erp_integration_is_half_covered():
    """Every documented operation of these resources has a call of its own, but for those named here."""
    spec = load()
    ours = {(place_of(spec, call.method, call.path)[0], call.method.lower()) for call in made()}
    resources = {path.split("/")[2] for path, _ in ours}
    theirs = {(path, method) for path, method, _ in operations(spec) if path.split("/")[2] in resources}
    assert sorted(theirs - ours) == [
        ("/api/goods_in_receipts/{id}/storage_unit_labels", "post"),
        ("/api/tasks/{id}/enter", "post"),
        ("/api/tasks/{id}/exit", "post"),
    ]


@pytest.mark.skipif(not SPEC.exists(), reason=f"the vendor's OpenAPI file is not at {SPEC}")
def test_the_lists_without_a_name_of_their_own_are_known():
    missing = list_names(load()).keys() - LISTINGS.keys()
    assert len(missing) == 32
    assert not missing & {
        "products",
        "goods_outs",
        "goods_in_receipts",
        "stocks",
        "stock_balances",
        "transactions",
    }


def made():
    return [make() for make in SAMPLES.values()]
