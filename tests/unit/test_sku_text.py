"""Folding, barcodes, recipes and damage: the words a crosswalk is made of."""

import pytest

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku import Part, Recipe, fold, gtin14, is_gtin
from clarus_bluecherry.sku.codes._near_duplicates import are_near_duplicates, could_become, differences
from clarus_bluecherry.sku.codes._text import key, segments


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("01234–BLK", "dash folded: – → -"),
        ("01234−BLK", "dash folded: U+2212 → -"),
        ("01234\u200b-BLK", "invisible character removed: U+200B"),
        ("01234-blk", "case folded: 01234-blk → 01234-BLK"),
        ("01234-ВLК", "look-alike letter folded: U+0412 → B, U+041A → K"),
        ("01234-ＢＬＫ", "compatible letters folded: 01234-ＢＬＫ → 01234-BLK"),
        ("  01234-BLK ", "spaces trimmed"),
    ],
)
def test_each_kind_of_damage_is_folded_and_named(written, rule):
    folded = fold(written)
    assert folded.text == "01234-BLK"
    assert folded.rules == (rule,)


def test_a_non_breaking_space_is_a_space():
    assert fold("01234\u00a0BLK").text == "01234 BLK"


def test_folding_keeps_every_zero():
    assert fold("01234").text != fold("1234").text


def test_every_separator_of_the_field_reads_the_same():
    assert {key(code) for code in ("01234-BLK-M", "01234_BLK_M", "01234/BLK/M", "01234.BLK M")} == {"01234-BLK-M"}


def test_empty_segments_are_left_out():
    assert segments("-01234--BLK-") == ("01234", "BLK")


@pytest.mark.parametrize("code", ["036000291452", "0036000291452", "5012345678900", "96385074", "10036000291459"])
def test_a_gtin_with_the_right_check_digit_is_one(code):
    assert is_gtin(code)
    assert len(gtin14(code)) == 14


@pytest.mark.parametrize(
    "code", ["036000291453", "", "03600029145", "03600029145X", "000000000000", "٠٣٦٠٠٠٢٩١٤٥٢"]
)
def test_what_only_looks_like_a_barcode_is_none(code):
    assert not is_gtin(code)
    assert gtin14(code) == ""


def test_a_upc_and_its_ean_are_one_barcode():
    assert gtin14(" 036000291452 ") == gtin14("0036000291452")


def test_a_code_holds_the_parts_in_order_and_leaves_out_the_empty_ones():
    sku = Sku("01234", "blk", label="s", dimension="30", size="10.5", division="D1")
    assert Recipe().code(sku) == "01234-BLK-S-30-10.5"
    assert Recipe().code(Sku("01234 ", size="XS-S")) == "01234-XS-S"


def test_a_site_may_pad_keep_case_and_separate_otherwise():
    recipe = Recipe(parts=(Part("division"), Part("style", pad_to=6), Part("size", case="keep")), separator="_")
    assert recipe.code(Sku("1234", "BLK", size="s/m", division="d1")) == "D1_001234_s/m"


def test_a_code_that_clarus_cannot_hold_is_refused_with_the_sku_named():
    with pytest.raises(InvalidRecord, match="51 characters") as caught:
        Recipe().code(Sku("S" * 51))
    assert caught.value.field == "code"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Part("colour"),
        lambda: Part("style", pad_with="00"),
        lambda: Part("style", pad_to=-1),
        lambda: Recipe(parts=(Part("color"),)),
        lambda: Recipe(parts=(Part("style"), Part("style"))),
        lambda: Recipe(separator="X"),
        lambda: Recipe(max_length=51),
    ],
)
def test_a_recipe_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ConfigurationError):
        wrong()


@pytest.mark.parametrize(
    ("true", "seen", "possible"),
    [
        ("01234-BLK", "1234-BLK", True),
        ("01234-001-M", "01234001M", True),
        ("01234-001-M", "1234-1-M", True),
        ("1234-BLK", "01234-BLK", False),
        ("1234-BLK-10", "1234-BLK-1", False),
        ("1234-BLK-00", "1234-BLK-0", True),
    ],
)
def test_damage_loses_zeros_before_parts_and_separators_and_nothing_else(true, seen, possible):
    assert could_become(true, seen) is possible
    assert are_near_duplicates(true, seen) is are_near_duplicates(seen, true)


def test_damage_is_told_in_words():
    assert differences("01234-BLK-08", "1234-BLK-8") == (
        "leading zeros lost: 01234 → 1234",
        "leading zeros lost: 08 → 8",
    )
    assert differences("1234-BLK", "01234-BLK") == ("leading zeros added: 1234 → 01234",)
    assert differences("01234-BLK", "01234BLK") == ("separators lost: 01234-BLK → 01234BLK",)
