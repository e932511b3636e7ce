"""Whatever the recipe: what is built is among the readings, what has no fault is read back as it was, and the fast
writer writes the same.
"""

import contextlib

from hypothesis import assume, given
from hypothesis import strategies as st

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku import MasterRow, Part, Recipe, Text
from clarus_bluecherry.sku.audit._writer import codes_of

NAMES = ("style", "color", "label", "dimension", "size")
values = st.text("01AbBZ-/. ", max_size=4).map(str.strip) | st.sampled_from(["A/B", "AB", "NA", "Z", "b.a"])
joints = st.sampled_from(["-", "_", "/", ".", " ", ""])
parts = st.builds(
    Part,
    st.sampled_from(NAMES),
    pad_to=st.sampled_from([0, 0, 3]),
    strip_zeros=st.booleans(),
    inside=st.sampled_from([None, "", "."]),
    case=st.sampled_from(["upper", "upper", "lower", "keep"]),
    words=st.sampled_from([(), (("A/B", "AB"),), (("0", "Z"),), (("b.a", "B-A"),)]),
    absent=st.sampled_from(["", "", "NA"]),
    needed=st.booleans(),
    before=st.none() | joints,
)
skus = st.builds(
    lambda style, *others: Sku(style or "1", others[0], label=others[1], dimension=others[2], size=others[3]),
    *[values] * 5,
)


@st.composite
def recipes(draw):
    chosen = {part.name: part for part in draw(st.lists(parts, min_size=1, max_size=5))}
    chosen.setdefault("style", Part("style"))
    members = [*chosen.values(), *draw(st.lists(st.builds(Text, st.sampled_from(["AC", "9"])), max_size=1))]
    return Recipe(parts=tuple(draw(st.permutations(members))), separator=draw(joints))


def letters(part, value):
    return {"upper": value.upper(), "lower": value.lower(), "keep": value}[part.case]


def as_held(part, value):
    """What a code holds of a value, in this test's own words; None where it is written like something else."""
    words = {letters(part, word): word for word, _ in part.words}
    if not value or letters(part, value) in words:
        return words.get(letters(part, value), "")
    text = part.written(value)
    return None if text in {part.absent, *(written for _, written in part.words)} else text


def held(recipe, sku):
    """`sku` as its code holds it; None where a value holds a separator, or is written like another."""
    joints = {recipe.separator, *(part.before for part in recipe.parts if part.before is not None)}
    texts = {part.name: as_held(part, getattr(sku, part.name)) for part in recipe.parts if isinstance(part, Part)}
    for part in recipe.parts:
        if isinstance(part, Part) and (text := part.text(sku)) not in part.own_texts:
            is_wide = "" in joints and part.pad_to and len(text) > part.pad_to
            missing = part.needed and not text
            if is_wide or missing or any(joint in text for joint in joints - {""}):
                return None
    return None if None in texts.values() else Sku(**texts)


@given(st.just(Recipe()) | recipes(), skus)
def test_what_is_built_is_among_the_readings(recipe, sku):
    sku = held(recipe, sku)
    assume(sku is not None and sku == held(recipe, sku))
    code = recipe.spelling(sku)
    assert sku in recipe.readings(code)
    assert recipe.parse(code, among={sku}) == sku


plain_values = st.text("01AB", max_size=3)


@given(plain_values.filter(bool), st.lists(plain_values, min_size=4, max_size=4))
def test_what_the_default_recipe_builds_is_found_again(style, others):
    sku = Sku(style, others[0], label=others[1], dimension=others[2], size=others[3])
    assert Recipe().parse(Recipe().code(sku), among={sku}) == sku


@given(recipes(), skus)
def test_what_has_no_fault_is_read_back(recipe, sku):
    code = recipe.spelling(sku)
    if recipe.faults(sku):
        return
    read = recipe.parse(code)
    assert recipe.spelling(read) == code
    for part in recipe.parts:
        if isinstance(part, Part):
            value, back = getattr(sku, part.name), getattr(read, part.name)
            assert letters(part, back) == letters(part, value) or back == part.written(value)
            assert back == as_held(part, value)


@given(recipes(), st.text("01AB-/._ NCZ9", max_size=12))
def test_what_is_read_is_what_would_be_written(recipe, code):
    with contextlib.suppress(InvalidRecord):
        assert recipe.spelling(recipe.parse(code)) == code


@given(recipes(), st.lists(skus, max_size=3))
def test_the_fast_writer_writes_the_same(recipe, several):
    rows = [MasterRow(sku.style, sku.color, sku.label, sku.dimension, sku.size) for sku in several]
    assert codes_of(recipe, rows) == [recipe.spelling(sku) for sku in several]


@given(recipes(), recipes(), skus)
def test_a_translated_code_is_the_other_recipes(one, other, sku):
    if one.faults(sku) or one.parse(one.spelling(sku)) != sku:
        return
    with contextlib.suppress(InvalidRecord, ConfigurationError):
        assert one.translate(one.spelling(sku), other) == other.code(sku)
