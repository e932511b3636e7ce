"""What `infer` says of a code is what the crosswalk says of it, and the order of the lists changes no answer."""

from how_many import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_sku_infer_properties import masters as any_masters
from test_sku_properties import DAMAGES, FOLDED, damaged, masters, sites

from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import (
    Ambiguous,
    Crosswalk,
    Damage,
    MasterRow,
    Matched,
    ProductRow,
    Recipe,
    WarehouseProduct,
    audit,
    explain,
    infer,
    suspicions,
)
from clarus_bluecherry.sku.codes._text import key

QUICK = settings(max_examples=examples(150), suppress_health_check=list(HealthCheck), deadline=None)
harms = st.lists(st.sampled_from(DAMAGES), min_size=1, max_size=2).map(tuple)


def asked(skus, recipe, data, harm=harms):
    """The codes of the SKUs, and some of them damaged."""
    codes = [recipe.spelling(sku) for sku in skus]
    dice = data.draw(st.randoms())
    return [*codes, *(damaged(code, data.draw(harm), dice) for code in codes[:5])]


@QUICK
@given(masters(most=24) | any_masters(), st.data())
def test_what_a_code_is_said_to_mean_is_what_the_crosswalk_says(skus, data):
    found = infer(asked(skus, Recipe(), data), skus)
    if found.recipe is None:
        return
    crosswalk = Crosswalk.build([Product(sku=sku) for sku in skus], [], found.recipe)
    for code, meant in found.otherwise_written:
        match = crosswalk.match(code)
        assert isinstance(match, Matched), (code, meant, explain(match))
        assert crosswalk.catalogue.code(match.sku) == meant


@QUICK
@given(masters(most=24) | any_masters(), st.data())
def test_no_code_of_the_master_is_said_to_mean_another(skus, data):
    found = infer(asked(skus, Recipe(), data, st.lists(st.sampled_from(FOLDED), min_size=1).map(tuple)), skus)
    if found.recipe is None:
        return
    written = {found.recipe.spelling(sku) for sku in skus}
    spelled = {key(code): code for code in written}
    for code, meant in found.otherwise_written:
        assert code not in written
        assert meant in written
        assert spelled.get(key(code), meant) == meant


@QUICK
@given(masters(most=24), st.data(), st.randoms())
def test_the_order_of_damaged_codes_does_not_matter_either(skus, data, dice):
    codes = asked(skus, Recipe(), data)
    first = infer(codes, skus)
    dice.shuffle(codes)
    second = infer(codes, dice.sample(skus, len(skus)))
    assert (second, second.otherwise_written, second.unexplained) == (
        first,
        first.otherwise_written,
        first.unexplained,
    )


def told(crosswalk, codes):
    for match in (*crosswalk.outcomes, *crosswalk.match_all(codes)):
        yield explain(match), match.candidates if isinstance(match, Ambiguous) else ()


@QUICK
@given(sites(), st.data(), st.randoms())
def test_the_order_of_both_lists_does_not_change_a_word_of_the_crosswalk(site, data, dice):
    codes = asked([one.sku for one in site.products], site.recipe, data)
    first = [*told(site.build(), codes)]
    dice.shuffle(site.products)
    dice.shuffle(site.warehouse)
    assert [*told(site.build(), codes)] == first


parts_of_dates = st.sampled_from(["MAR", "JAN", "3", "03", "12", "1", "01", "5", "2012", "MARCH"])
dated = st.tuples(parts_of_dates, parts_of_dates, st.sampled_from(["", "", "12", "BLK"]))
spellings = st.sampled_from(
    [str, str.title, str.lower, lambda code: code.replace("-", " "), lambda code: f"0{code}"]
)


@QUICK
@given(st.lists(dated, min_size=1, max_size=8, unique=True), st.data(), st.randoms())
def test_a_code_like_a_date_is_tied_only_where_it_can_be_one_sku(told_apart, data, dice):
    skus = [Sku(style, color, size=size) for style, color, size in told_apart]
    written = [*map(Recipe().spelling, skus)]
    codes = [data.draw(spellings)(data.draw(st.sampled_from(written))) for _ in range(5)]
    listed = codes[: dice.randint(0, 4)]
    crosswalk = Crosswalk.build(
        [Product(sku=sku) for sku in skus], [WarehouseProduct(code) for code in listed], Recipe()
    )
    for match in crosswalk.match_all(codes):
        if isinstance(match, Matched) and match.code not in written:
            others = {text for sign in suspicions(match.code) if sign.damage is Damage.DATE for text in sign.texts}
            assert not {key(text) for text in others} & set(map(key, written)) - {
                crosswalk.catalogue.key(match.sku)
            }
    rows = [MasterRow(sku.style, sku.color, size=sku.size) for sku in skus]
    paired = {
        one.product.code for one in audit(rows, map(ProductRow, listed)).entries() if one.paired and one.product
    }
    assert paired == {pair.code for pair in crosswalk.pairs}
    assert paired == {one.code for one in crosswalk.outcomes if isinstance(one, Matched)}
