"""Whatever recipe a site uses: what is inferred with certainty writes every SKU of the master as the site does."""

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku import Part, Recipe, Text, infer

OPTIONAL = ("label", "dimension", "division")
sizes = st.sampled_from(["S", "M", "XL", "30/32", "XS-S", "O/S", "10.5", "08", "8", "0", "00", "10", "100"])
styles = st.from_regex(r"0{0,2}[1-9][0-9]{0,3}A?", fullmatch=True)
colors = st.sampled_from(["BLK", "RED", "001", "010", "100", "NVY", "blu", "9"])
words = {
    "size": [{}, {}, {"O/S": "OS"}, {"O/S": "TU"}, {"XL": "XXL", "M": "MED"}, {"8": "EIGHT", "08": "0H"}],
    "color": [{}, {}, {}, {"BLK": "K01"}, {"RED": "RD", "NVY": "N"}, {"BLK": "NV", "NVY": "BK"}],
}


@st.composite
def masters(draw):
    others = {
        "label": draw(st.sampled_from([[""], ["", "L1"], ["A", "B"], ["000"]])),
        "dimension": draw(st.sampled_from([[""], ["R", "P"], ["", "30"]])),
        "division": draw(st.sampled_from([[""], ["01"], ["01", "02"]])),
    }
    skus = {
        Sku(style, color, size=size, **{name: draw(st.sampled_from(told)) for name, told in others.items()})
        for style in draw(st.sets(styles, min_size=2, max_size=8))
        for color in draw(st.sets(colors, min_size=1, max_size=3))
        for size in draw(st.sets(sizes, min_size=1, max_size=4))
    }
    return sorted(skus)


@st.composite
def recipes(draw):
    names = ["style", "color", "size", *draw(st.sets(st.sampled_from(OPTIONAL)))]
    parts = [
        Part(
            name,
            pad_to=draw(st.sampled_from([0, 0, 3, 5])),
            strip_zeros=draw(st.booleans()),
            inside=draw(st.sampled_from([None, "", "."])),
            absent=draw(st.sampled_from(["", "NA", "000"])),
            case=draw(st.sampled_from(["upper", "upper", "keep", "lower"])),
            words=draw(st.sampled_from(words.get(name, [{}]))),
        )
        for name in draw(st.permutations(names))
    ]
    front = [Text("AC")] if draw(st.booleans()) else []
    return Recipe(parts=(*front, *parts), separator=draw(st.sampled_from(["-", "_", ".", ""])))


def words_shown(recipe, chosen, master):
    """Whether every word of the recipe that the master needs is in some code: nothing tells of others."""
    worded = [(part, value) for part in recipe.parts if isinstance(part, Part) for value, _ in part.words]
    return all(
        any(getattr(sku, part.name) == value for sku in chosen)
        for part, value in worded
        if any(getattr(sku, part.name) == value for sku in master)
    )


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(masters(), recipes(), st.data())
def test_what_is_certain_is_right(master, recipe, data):
    chosen = data.draw(st.lists(st.sampled_from(master), min_size=1, unique=True)) if len(master) < 30 else master
    assume(words_shown(recipe, chosen, master))
    codes = [recipe.spelling(sku) for sku in chosen]
    found = infer([*codes, *data.draw(st.lists(st.sampled_from(["ZZ-1", "0", "--"]), max_size=2))], master)
    assert found.recipe is not None or found.doubts
    if found.is_certain:
        assert [found.recipe.spelling(sku) for sku in master] == [recipe.spelling(sku) for sku in master]


@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(masters(), recipes(), st.randoms())
def test_the_order_of_the_lists_does_not_matter(master, recipe, dice):
    codes = [recipe.spelling(sku) for sku in master]
    first = infer(codes, master)
    dice.shuffle(codes)
    dice.shuffle(master)
    assert infer([*codes, *codes], [*master, *master]) == first
