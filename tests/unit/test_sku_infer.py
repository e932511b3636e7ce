"""The recipe that codes were written by is found in a sample of them, and what it does not show is a doubt."""

from itertools import product

import pytest

from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku import Part, Recipe, Text, infer

STYLES = ("123", "01234", "5678A", "99", "00042")
SKUS = [
    Sku(style, color, label=label, size=size)
    for style, color, label, size in product(STYLES, ("BLK", "001", "NVY"), ("", "L1"), ("S", "M", "30/32", "O/S"))
]


def codes(recipe, skus=SKUS):
    return [recipe.spelling(sku) for sku in skus]


def parts(**told):
    names = ("style", "color", "label", "size")
    return tuple(Part(name, **told.get(name, {})) for name in names)


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(parts=parts()),
        Recipe(parts=parts(), separator="_"),
        Recipe(parts=tuple(reversed(parts())), separator="."),
        Recipe(parts=parts(style={"pad_to": 6})),
        Recipe(parts=parts(style={"strip_zeros": True}, color={"strip_zeros": True})),
        Recipe(parts=parts(size={"before": "/", "inside": "."})),
        Recipe(parts=parts(size={"words": {"O/S": "OS"}})),
        Recipe(parts=parts(size={"words": {"O/S": "TU"}})),
        Recipe(parts=parts(size={"words": {"O/S": "TU"}}, color={"words": {"BLK": "K01"}})),
        Recipe(
            parts=parts(
                style={"case": "lower"}, color={"case": "lower"}, label={"case": "lower"}, size={"case": "lower"}
            )
        ),
        Recipe(parts=parts(label={"absent": "000"})),
        Recipe(parts=parts(label={"absent": "NA"})),
        Recipe(parts=(Text("AC"), *parts())),
        Recipe(parts=(Text("AC"), Part("style", before=""), *parts()[1:], Text("EU"))),
        Recipe(parts=parts(style={"pad_to": 6}, color={"pad_to": 3}), separator=""),
    ],
    ids=str,
)
def test_the_recipe_is_found(recipe):
    found = infer(codes(recipe), SKUS)
    assert found.is_certain, found.doubts
    assert codes(found.recipe) == codes(recipe)
    assert (found.exact, found.otherwise, found.codes) == (len(SKUS), 0, len(SKUS))


def test_the_evidence_is_told():
    told = {one.what: (one.agree, one.of) for one in infer(codes(Recipe(parts=parts())), SKUS).evidence}
    assert told["the order is style, color, label, size"] == (120, 120)
    assert told["before the color stands '-'"] == (120, 120)
    assert told["the style is written with its zeros"] == (120, 120)


def test_codes_that_were_damaged_or_are_nobodys_do_not_mislead():
    told = codes(Recipe(parts=parts()))
    told[5] = told[5].replace("-", "_")
    found = infer([*told, "WHO-KNOWS"], SKUS)
    assert found.is_certain
    assert (found.exact, found.otherwise) == (119, 1)
    assert found.otherwise_written == ((told[5], told[5].replace("_", "-")),)
    assert found.unexplained == ("WHO-KNOWS",)


def doubts(told, skus):
    found = infer(told, skus)
    assert not found.is_certain
    return "; ".join(found.doubts)


def test_two_parts_that_could_change_places_are_a_doubt():
    skus = [Sku(str(style), "X", label="X") for style in range(100, 130)]
    assert "the order could as well be style, label, color" in doubts(codes(Recipe(), skus), skus)


def test_a_part_that_no_code_shows_is_a_doubt():
    unseen = Sku("777", "BLK", label="L9", size="M")
    skus = [*(Sku(sku.style, sku.color, size=sku.size) for sku in SKUS), unseen]
    assert "the label is empty in all SKUs whose codes are known" in doubts(codes(Recipe(), skus[:-1]), skus)


def test_what_stands_for_an_empty_part_is_a_doubt_where_no_code_shows_it():
    told = codes(Recipe(), [sku for sku in SKUS if sku.label])
    assert "no code shows what stands for an empty label" in doubts(told, SKUS)


def test_a_value_that_no_code_shows_is_a_doubt_where_it_matters():
    unseen = Sku("00777", "BLK", size="M")
    skus = [sku for sku in SKUS if not sku.style.startswith("0") and not sku.color.startswith("0")]
    told = doubts(codes(Recipe(), skus), [*skus, unseen])
    assert "the codes do not settle whether the style '00777' is written '00777' or '777'" in told


def test_a_value_that_few_codes_write_in_its_own_way_is_a_doubt():
    only = Sku("01234", "BLK", size="XS/S")
    recipe = Recipe(parts=parts(size={"words": {"XS/S": "XSS"}}))
    told = doubts(codes(recipe, [*SKUS, only]), [*SKUS, only])
    assert "the codes do not settle whether the size 'XS/S' is written 'XS/S' or 'XSS'" in told


def test_a_recipe_that_gives_two_skus_one_code_is_a_doubt():
    twins = [Sku(sku.style, sku.color, label=sku.label, size=sku.size, division="02") for sku in SKUS]
    assert "a code that another one has" in doubts(codes(Recipe(), SKUS), [*SKUS, *twins])


def test_two_recipes_in_one_list_are_a_doubt():
    half = len(SKUS) // 2
    other = Recipe(parts=tuple(reversed(parts())))
    told = doubts([*codes(Recipe(), SKUS[:half]), *codes(other, SKUS[half:])], SKUS)
    assert "another order explains" in told


def test_few_codes_are_too_few():
    assert "too few to be sure" in doubts(codes(Recipe(), SKUS[:5]), SKUS)


def test_codes_of_another_world_have_no_recipe():
    found = infer(["QQQ-1", "QQQ-2"], SKUS)
    assert (found.recipe, found.is_certain) == (None, False)
    assert found.doubts == ("no order of the parts explains any code",)


@pytest.mark.parametrize("told", [[], ["", "-"]])
def test_no_codes_are_no_evidence(told):
    found = infer(told, SKUS)
    assert (found.recipe, found.doubts) == (None, ("there are no codes",))


def test_without_skus_there_is_no_evidence():
    found = infer(["01234-BLK"], [])
    assert (found.recipe, found.doubts) == (None, ("there are no SKUs",))


def test_the_evidence_adds_up_where_codes_differ_only_by_zeros():
    skus = [
        Sku(f"{n:05}", size=size) for n in range(1, 41) for size in ("0", "00", "10", "100", "S", "M", "L", "XL")
    ]
    found = infer(codes(Recipe(parts=(Part("style"), Part("size"))), skus), skus)
    order = found.evidence[0]
    assert (order.what, order.agree, order.of) == ("the order is style, size", 320, 320)
    assert found.exact == 320


@pytest.mark.parametrize(
    ("one", "other"),
    [(("XS-S", "XSS"), ("XS/S", "XSS")), (("o/s", "OS"), ("O/S", "O.S")), (("o/s", "O-S"), ("O/S", "OS"))],
)
def test_values_that_no_recipe_could_tell_apart_are_a_doubt(one, other):
    sizes = {"S": "S", "M": "M", **dict([one, other])}
    skus = [
        Sku(f"{n:05}", color, size=size)
        for n, color in product(range(1, 9), ("BLK", "NVY"))
        for size in ("S", "M", one[0] if n < 5 else other[0])
    ]
    assert "the codes do not settle" in doubts([f"{s.style}-{s.color}-{sizes[s.size]}" for s in skus], skus)


def test_a_text_that_two_values_would_share_is_a_doubt():
    skus = [Sku(f"{n:05}", "BLK", size=size) for n in range(1, 9) for size in ("S", "M", "8" if n < 5 else "9")]
    told = doubts([f"{s.style}-BLK-{'X' if s.size in '89' else s.size}" for s in skus], skus)
    assert "the size '8' is written 'X' in 4 of 8 cases only" in told


# Words ---------------------------------------------------------------------------------------------------------

SIZES = ("S", "M", "L", "XL", "2XL", "3XL")
DRESSES = [Sku(style, color, size=size) for style, color, size in product(STYLES, ("BLK", "NVY"), SIZES)]


def written(*words, skus=DRESSES):
    return codes(Recipe(parts=parts(size={"words": dict(words)})), skus)


def test_a_value_that_is_written_as_a_word_is_found_by_the_codes_that_lack_only_it():
    found = infer(written(("2XL", "XXL")), DRESSES)
    assert found.is_certain, found.doubts
    assert found.recipe.spelling(Sku("7", "RED", size="2XL")) == "7-RED-XXL"
    told = {one.what: (one.agree, one.of) for one in found.evidence}
    assert told["the size '2XL' is written 'XXL'"] == (10, 10)
    assert (found.exact, found.unexplained) == (60, ())


def test_a_word_settles_what_the_other_codes_leave_open():
    skus = [
        Sku(style, color, size=size) for style, color, size in product(STYLES, ("BLK", "NVY"), ("S", "M", "O/S"))
    ]
    found = infer(written(("O/S", "TU"), skus=skus), skus)
    assert found.is_certain, found.doubts
    open_ones = [*skus, Sku("777", "BLK", size="30/32")]
    assert "whether the size '30/32' is written" in doubts(written(("O/S", "TU"), skus=skus), open_ones)


def test_two_words_that_stand_in_each_others_place_are_a_doubt():
    told = doubts(written(("2XL", "XXL"), ("3XL", "XXXL")), DRESSES)
    assert "the codes do not settle whether the size '2XL' is written 'XXL' or 'XXXL'" in told
    assert "the codes do not settle whether the size '3XL' is written 'XXL' or 'XXXL'" in told


def test_two_words_are_told_apart_by_the_styles_that_have_only_one():
    skus = [sku for sku in DRESSES if sku.style != "99" or sku.size != "3XL"]
    skus += [Sku(style, color, size="2XL") for style in ("777", "778") for color in ("BLK", "NVY")]
    found = infer(written(("2XL", "XXL"), ("3XL", "XXXL"), skus=skus), skus)
    assert found.is_certain, found.doubts
    assert dict(found.recipe.parts[-1].words) == {"2XL": "XXL", "3XL": "XXXL"}


def test_a_word_that_too_few_codes_show_is_a_doubt():
    skus = [sku for sku in DRESSES if sku.size not in ("2XL", "3XL") or sku.style == "99"]
    skus = [sku for sku in skus if sku.size != "3XL"]
    told = doubts(written(("2XL", "XXL"), skus=skus), skus)
    assert "the size '2XL' seems to be written 'XXL', as in '99-BLK-XXL': too few codes" in told


def test_a_word_that_codes_show_where_the_value_is_not_is_a_doubt():
    skus = [sku for sku in DRESSES if sku.size not in ("2XL", "3XL")]
    skus += [Sku("123", "BLK", size="2XL"), Sku("99", "BLK", size="2XL"), Sku("99", "NVY", size="2XL")]
    told = [*written(("2XL", "XXL"), skus=skus), "01234-BLK-XXL", "5678A-NVY-XXL"]
    assert "the size '2XL' is written 'XXL' in 3 of 5 cases only" in doubts(told, skus)


def test_a_known_value_that_a_style_no_longer_has_is_no_word_of_another():
    skus = [sku for sku in DRESSES if sku.size != "3XL"]
    new = [Sku(style, "RED", size=size) for style in ("99", "123") for size in SIZES]
    old = [Sku("99", "WHT", size=size) for size in SIZES]
    elsewhere = [Sku("5678A", "WHT", size=size) for size in SIZES]
    found = infer(written(skus=[*skus, *old, *elsewhere]), [*skus, *new, *elsewhere])
    assert not any(part.words for part in found.recipe.parts)


def test_without_separators_a_word_is_a_doubt():
    recipe = Recipe(
        parts=(Part("style", pad_to=5), Part("color"), Part("size", words={"2XL": "XXL"})), separator=""
    )
    told = doubts(codes(recipe, DRESSES), DRESSES)
    assert "the size '2XL' seems to be written 'XXL'" in told


def test_values_that_no_code_shows_are_a_doubt_while_many_codes_are_nobodys():
    skus = [sku for sku in DRESSES if sku.size not in ("2XL", "3XL")]
    new = [Sku(sku.style, sku.color, size="2XL") for sku in skus]
    told = [*written(skus=skus), *(f"OLD-{n}" for n in range(9))]
    assert "no code shows how the size '2XL' is written, and 9 of 49 codes are no SKU's" in doubts(
        told, [*skus, *new]
    )
    assert infer(told[:41], [*skus, *new]).is_certain


def test_two_parts_written_as_words_in_one_code_are_a_doubt():
    recipe = Recipe(parts=parts(size={"words": {"2XL": "XXL"}}, color={"words": {"RED": "R01"}}))
    skus = [*(sku for sku in DRESSES if sku.size not in ("2XL", "3XL")), Sku("99", "RED", size="2XL")]
    told = doubts(codes(recipe, skus), skus)
    assert "'99-R01-XXL' could be 99 RED 2XL" in told
