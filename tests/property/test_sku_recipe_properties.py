"""Whatever the recipe: what has no fault is read back as it was, and the fast writer writes the same."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku import MasterRow, Part, Recipe, Text
from clarus_bluecherry.sku.writer import codes_of

NAMES = ("style", "color", "label", "dimension", "size")
values = st.text("01AB-/. ", max_size=4).map(str.strip)
joints = st.sampled_from(["-", "_", "/", ".", " ", ""])
parts = st.builds(
    Part,
    st.sampled_from(NAMES),
    pad_to=st.sampled_from([0, 0, 3]),
    strip_zeros=st.booleans(),
    inside=st.sampled_from([None, "", "."]),
    words=st.sampled_from([(), (("A/B", "AB"),), (("0", "Z"),)]),
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


@given(recipes(), skus)
def test_what_has_no_fault_is_read_back(recipe, sku):
    code = recipe.spelling(sku)
    if recipe.faults(sku):
        return
    read = recipe.parse(code)
    assert recipe.spelling(read) == code
    named = [part for part in recipe.parts if isinstance(part, Part)]
    for part in named:
        plain = part.text(sku) == getattr(sku, part.name) or any(
            word == getattr(sku, part.name) for word, _ in part.words
        )
        if plain and part.value(part.text(sku)) == getattr(sku, part.name):
            assert getattr(read, part.name) == getattr(sku, part.name)


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
