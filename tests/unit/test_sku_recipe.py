"""A recipe writes what its parts say, reads it back where there is one way to, and tells what it cannot."""

import pytest

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku import MasterRow, Part, Recipe, Text
from clarus_bluecherry.sku.writer import codes_of

SKU = Sku("0123", "blk", label="L1", dimension="R", size="30/32")
THREE = (Part("style", needed=True), Part("color", needed=True), Part("size", needed=True))


@pytest.mark.parametrize(
    ("part", "value", "text"),
    [
        (Part("style"), " 0123a ", "0123A"),
        (Part("style", case="keep"), "0123a", "0123a"),
        (Part("style", pad_to=6), "0123", "000123"),
        (Part("style", strip_zeros=True), "0123", "123"),
        (Part("style", strip_zeros=True), "000", "0"),
        (Part("style", strip_zeros=True, pad_to=5), "000123", "00123"),
        (Part("size", inside="."), "30/32", "30.32"),
        (Part("size", inside=""), "XS-S", "XSS"),
        (Part("size", words={"O/S": "OS", "10.5": "105"}), "O/S", "OS"),
        (Part("size", words={"O/S": "OS"}), "10.5", "10.5"),
        (Part("size", absent="NA"), "", "NA"),
        (Part("color", fold=True), "n\N{EN DASH}\N{CYRILLIC CAPITAL LETTER VE}", "N-B"),
    ],
)
def test_a_part_is_written_as_it_says(part, value, text):
    assert part.written(value) == text


def row_of(sku):
    return MasterRow(sku.style, sku.color, sku.label, sku.dimension, sku.size)


@pytest.mark.parametrize(
    ("recipe", "code"),
    [
        (Recipe(), "0123-BLK-L1-R-30/32"),
        (Recipe(separator="_"), "0123_BLK_L1_R_30/32"),
        (Recipe(separator="", parts=(Part("style", pad_to=6), Part("color"))), "000123BLK"),
        (Recipe(parts=(Text("AC"), Part("style", before=""), Part("size", before="/"))), "AC0123/30/32"),
        (Recipe(parts=(Part("color"), Part("style"))), "BLK-0123"),
        (Recipe(parts=(Part("style"), Part("color"), Text("EU", before="."))), "0123-BLK.EU"),
    ],
)
def test_a_code_is_its_parts_in_order(recipe, code):
    assert recipe.code(SKU) == code
    assert codes_of(recipe, [row_of(SKU)]) == [code]


def test_a_code_is_read_back_part_by_part():
    recipe = Recipe(parts=(*THREE[:2], Part("label", absent="00"), Part("size", words={"O/S": "OS"})))
    assert recipe.parse("0123-BLK-00-OS") == Sku("0123", "BLK", size="O/S")
    assert recipe.parse("0123-BLK-L1") == Sku("0123", "BLK", label="L1")


def test_a_code_without_separators_is_read_by_the_widths():
    recipe = Recipe(
        separator="",
        parts=(Part("style", pad_to=5), Part("color", pad_to=3, needed=True), Part("size", needed=True)),
    )
    assert recipe.parse("01234BLKXL") == Sku("01234", "BLK", size="XL")
    with pytest.raises(InvalidRecord, match="no such code"):
        recipe.parse("01234")


def test_a_code_that_can_be_read_twice_is_refused_with_the_readings():
    with pytest.raises(InvalidRecord, match=r"it can be read as .* or ") as caught:
        Recipe().parse("01234-BLK-M")
    assert caught.value.field == "code"


@pytest.mark.parametrize("code", ["", "-", "01234--M", "01234-BLK-M-X", "01234_BLK_M"])
def test_what_the_recipe_does_not_write_is_not_read(code):
    with pytest.raises(InvalidRecord):
        Recipe(parts=THREE).parse(code)


def test_a_value_that_holds_the_separator_is_told():
    recipe = Recipe(parts=THREE)
    assert recipe.faults(Sku("1", "A", size="M")) == ()
    assert recipe.faults(Sku("1", "A", size="XS-S")) == ("its code '1-A-XS-S' cannot be read back",)
    assert recipe.code(Sku("1", "A", size="XS-S")) == "1-A-XS-S"
    with pytest.raises(InvalidRecord, match="cannot be read back"):
        Recipe(parts=THREE, readable=True).code(Sku("1", "A", size="XS-S"))


def test_a_part_that_would_be_read_as_another_is_told():
    recipe = Recipe(parts=(Part("style"), Part("color"), Part("size")))
    (fault,) = recipe.faults(Sku("1", "A"))
    assert "can be read as" in fault


def test_characters_that_are_not_allowed_are_refused():
    recipe = Recipe(parts=(Part("style", allowed="A-Z0-9"), Part("color")))
    with pytest.raises(InvalidRecord, match="other characters than A-Z0-9"):
        recipe.code(Sku("12_3"))
    assert recipe.code(Sku("12A3", "R&D")) == "12A3-R&D"


def test_a_part_that_is_needed_is_needed():
    with pytest.raises(InvalidRecord, match="its size is empty"):
        Recipe(parts=THREE).code(Sku("1", "A"))


def test_a_code_is_translated_from_one_recipe_to_another():
    erp, clarus = Recipe(parts=THREE), Recipe(parts=(Text("AC"), *THREE), separator="_")
    assert erp.translate("0123-BLK-30/32", clarus) == "AC_0123_BLK_30/32"
    assert clarus.translate("AC_0123_BLK_30/32", erp) == "0123-BLK-30/32"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Part("sise"),
        lambda: Part("size", pad_to=-1),
        lambda: Part("size", words={"O/S": "OS", "ONE": "OS"}),
        lambda: Part("size", allowed="z-a"),
        lambda: Recipe(separator="x"),
        lambda: Recipe(parts=(Part("style"), Part("size", before="ab"))),
        lambda: Recipe(parts=(Part("color"),)),
        lambda: Recipe(parts=(Part("style"), Part("style"))),
        lambda: Text(""),
    ],
)
def test_a_recipe_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ConfigurationError):
        wrong()
