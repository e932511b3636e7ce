"""A recipe writes what its parts say, reads it back where there is one way to, and tells what it cannot."""

import pytest

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku import MasterRow, Part, Recipe, Text
from clarus_bluecherry.sku.audit._writer import codes_of

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
        (Part("size", words={"O/S": "OS"}, inside="."), "o/s", "OS"),
        (Part("size", words={"o/s": "os"}), "O/S", "os"),
        (Part("size", words={"O/S": "OS"}, case="keep"), "o/s", "o/s"),
        (Part("size", words={"O/S": "OS"}, fold=True, case="keep"), "ｏ∕ｓ", "OS"),
        (Part("color", case="lower"), "BLK", "blk"),
        (Part("color", case="lower", fold=True), "n\N{EN DASH}\N{CYRILLIC CAPITAL LETTER VE}", "n-b"),
        (Part("size", case="lower", words={"O/S": "OS"}), "o/s", "OS"),
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


def test_a_code_that_can_be_read_twice_is_refused_with_its_readings_part_by_part():
    recipe = Recipe(parts=(Part("style"), Part("color", needed=True), Part("label"), Part("size")))
    with pytest.raises(InvalidRecord) as caught:
        recipe.parse("1-A-10.5")
    assert caught.value.what == "it can be read as style=1, color=A, label=10.5 or style=1, color=A, size=10.5"
    assert caught.value.field == "code"
    assert "which parts are `needed`" in caught.value.action


def test_the_readings_of_a_code_are_all_that_it_could_mean():
    assert set(Recipe().readings("1-A-10.5")) == {
        Sku("1", "A", label="10.5"),
        Sku("1", "A", dimension="10.5"),
        Sku("1", "A", size="10.5"),
        Sku("1", label="A", dimension="10.5"),
        Sku("1", label="A", size="10.5"),
        Sku("1", dimension="A", size="10.5"),
    }
    assert Recipe().readings("") == ()


def test_of_many_readings_some_are_told_and_the_others_counted():
    with pytest.raises(InvalidRecord, match=r"style=1, color=A, label=10\.5 or .* or in 3 more ways"):
        Recipe().parse("1-A-10.5")


def test_a_master_at_hand_tells_which_reading_is_meant():
    master = {Sku("1", "A", size="10.5"), Sku("1", "A", size="11")}
    assert Recipe().parse("1-A-10.5", among=master) == Sku("1", "A", size="10.5")
    assert Recipe().translate("1-A-11", Recipe(separator="_"), among=master) == "1_A_11"
    with pytest.raises(InvalidRecord, match="none of its readings is a SKU that is known: style=1"):
        Recipe().parse("1-A-12", among=master)
    with pytest.raises(InvalidRecord, match=r"style=1, color=A, label=11 or style=1, color=A, size=11\."):
        Recipe().parse("1-A-11", among={*master, Sku("1", "A", label="11")})
    with pytest.raises(InvalidRecord, match="the recipe writes no such code"):
        Recipe().parse("1--A", among=master)


def test_a_recipe_is_readable_where_parts_are_needed_or_something_stands_for_absent_ones():
    by_need = Recipe(parts=(*THREE[:2], Part("label"), Part("size", needed=True)))
    assert by_need.parse("1-A-10.5") == Sku("1", "A", size="10.5")
    assert by_need.parse("1-A-L1-10.5") == Sku("1", "A", label="L1", size="10.5")
    by_stand_in = Recipe(parts=(Part("style"), *(Part(name, absent="0") for name in ("color", "label", "size"))))
    assert by_stand_in.code(Sku("1", size="M")) == "1-0-0-M"
    assert by_stand_in.parse("1-0-0-M") == Sku("1", size="M")


def test_a_text_of_its_own_may_hold_a_separator():
    recipe = Recipe(parts=(*THREE[:2], Part("size", words={"XS/S": "XS-S"}, absent="N-A")))
    assert recipe.faults(Sku("1", "A", size="XS/S")) == ()
    assert recipe.parse("1-A-XS-S") == Sku("1", "A", size="XS/S")
    assert recipe.parse("1-A-N-A") == Sku("1", "A")


def test_a_value_that_is_written_as_a_word_or_as_nothing_is_told():
    recipe = Recipe(parts=(Part("style"), Part("size", words={"O/S": "OS"}, absent="NA", needed=True)))
    assert recipe.faults(Sku("1", size="OS")) == ("its code '1-OS' is read back as style=1, size=O/S",)
    assert recipe.faults(Sku("1", size="NA")) == ("its code '1-NA' is read back as style=1",)
    assert (
        recipe.faults(Sku("1", size="o/s")) == recipe.faults(Sku("1", size="O/S")) == recipe.faults(Sku("1")) == ()
    )


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


def test_a_value_of_which_nothing_is_left_is_told():
    recipe = Recipe(parts=(Part("style"), Part("size", inside="")))
    assert recipe.faults(Sku("1", size="/")) == ("its code '1' is read back as style=1",)


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


def test_parts_may_be_told_as_a_list():
    recipe = Recipe(parts=[Part("style"), Part("size")])
    assert recipe == Recipe(parts=(Part("style"), Part("size")))
    assert hash(recipe)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda: Part(5), "name"),
        (lambda: Part("size", pad_to="5"), "pad_to"),
        (lambda: Part("size", pad_to=True), "pad_to"),
        (lambda: Part("size", pad_with=0), "pad_with"),
        (lambda: Part("size", case="title"), "case"),
        (lambda: Part("size", strip_zeros="no"), "strip_zeros"),
        (lambda: Part("size", fold=1), "fold"),
        (lambda: Part("size", allowed=None), "allowed"),
        (lambda: Part("size", inside=0), "inside"),
        (lambda: Part("size", absent=None), "absent"),
        (lambda: Part("size", needed="yes"), "needed"),
        (lambda: Part("size", before="ab"), "before"),
        (lambda: Part("size", before="+"), "before"),
        (lambda: Part("size", before=5), "before"),
        (lambda: Part("size", words=5), "words"),
        (lambda: Part("size", words=["ab"]), "words"),
        (lambda: Part("size", words={"O/S": 1}), "words"),
        (lambda: Part("size", words={"O/S": ""}), "words"),
        (lambda: Part("size", words={"": "NA"}), "words"),
        (lambda: Part("size", words={"O/S": "NA"}, absent="NA"), "words"),
        (lambda: Part("size", words={"O/S": "OS", "o/s": "TU"}), "words"),
        (lambda: Text(5), "text"),
        (lambda: Text("AC", before="+"), "before"),
        (lambda: Recipe(parts=[Part("style"), "color"]), "parts"),
        (lambda: Recipe(parts=Part("style")), "parts"),
        (lambda: Recipe(separator=None), "separator"),
        (lambda: Recipe(max_length="50"), "max_length"),
        (lambda: Recipe(readable="yes"), "readable"),
    ],
)
def test_a_setting_that_is_not_what_it_must_be_is_refused_by_its_name(wrong, field):
    with pytest.raises(ConfigurationError) as caught:
        wrong()
    assert caught.value.field == field


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
