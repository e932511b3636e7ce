"""The audit looks at both lists in bulk: it must say what the crosswalk says that sees every row."""

from collections import Counter
from decimal import Decimal

from how_many import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from test_sku_properties import masters, sites

from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import (
    Ambiguous,
    AuditClass,
    Crosswalk,
    Decision,
    MasterRow,
    Matched,
    ProductRow,
    Unknown,
    audit,
)

NOTHING_TIES = {AuditClass.MALFORMED, AuditClass.DAMAGED, AuditClass.MISSING_IN_BLUE_CHERRY}
DOUBTED = {AuditClass.CONFLICT, AuditClass.COLLISION, AuditClass.DUPLICATE, AuditClass.DAMAGED}


def rows_of(site) -> tuple[list[MasterRow], list[ProductRow]]:
    master = [
        MasterRow(sku.style, sku.color, sku.label, sku.dimension, sku.size, sku.division, ean=product.ean)
        for product in site.products
        for sku in [product.sku]
    ]
    return master, [ProductRow(row.code, row.barcode, row.id) for row in site.warehouse]


def pairs_of(found) -> set[tuple[str, Sku | None]]:
    return {(one.product.code, one.sku) for one in found.entries() if one.paired and one.product}


@settings(max_examples=examples(600), deadline=None)
@given(sites(), st.data())
def test_the_audit_says_what_the_crosswalk_says(site, data):
    decisions = []
    if data.draw(st.booleans()) and site.warehouse:
        row = data.draw(st.sampled_from(site.warehouse))
        decisions = [Decision(code=row.code, sku=data.draw(st.sampled_from(site.products)).sku)]
    crosswalk = site.build(decisions=decisions)
    found = audit(*rows_of(site), site.recipe, decisions=decisions)
    said = {one.code: one for one in crosswalk.outcomes}
    for entry in found.entries():
        if entry.product is None:
            continue
        outcome = said[entry.product.code]
        match outcome:
            case Matched(sku=sku):
                assert entry.paired
                assert entry.sku in (sku, None)
            case Ambiguous():
                assert (entry.kind in DOUBTED, entry.paired) == (True, False), (entry, outcome.reason)
            case Unknown():
                assert (entry.kind in NOTHING_TIES, entry.paired) == (True, False), entry


@settings(max_examples=examples(300), deadline=None)
@given(sites())
def test_every_sku_and_every_product_is_in_exactly_one_class(site):
    master, products = rows_of(site)
    found = audit(master, products, site.recipe)
    lines = list(found.entries())
    assert Counter(line.sku for line in lines if line.sku) == Counter(row.sku for row in master)
    assert Counter(line.product for line in lines if line.product) == Counter(set(products))
    assert sum(tally.skus for tally in found.tallies.values()) == len(master)


@settings(max_examples=examples(200), deadline=None)
@given(sites(), st.randoms())
def test_the_order_of_the_rows_and_their_repetition_do_not_matter(site, dice):
    master, products = rows_of(site)
    master = [
        row._replace(on_hand=Decimal(dice.randint(0, 9)), cost=Decimal(dice.randint(0, 9))) for row in master
    ]
    master += [row._replace(cost=row.cost + 1, upc=dice.choice(master).ean) for row in master[:2]]
    products += [row._replace(on_hand=Decimal(dice.randint(0, 9))) for row in products[:2]]
    before = audit(master, products, site.recipe)
    dice.shuffle(master)
    dice.shuffle(products)
    after = audit(master, products, site.recipe)
    assert Counter(map(str, before.entries())) == Counter(map(str, after.entries()))
    assert before.tallies == after.tallies
    assert sum(tally.value for tally in after.tallies.values()) == sum(row.value for row in master)
    assert sum(tally.in_warehouse for tally in after.tallies.values()) == sum(row.on_hand for row in products)


@settings(max_examples=examples(300), deadline=None)
@given(sites(), st.randoms())
def test_the_lines_of_a_sku_say_together_what_its_crosswalk_says(site, dice):
    _, products = rows_of(site)
    codes = [product.barcode for product in products if product.barcode]
    lines = [
        Product(sku=product.sku, upc=upc)
        for product in site.products
        for upc in {product.ean, dice.choice([product.ean, *codes]), dice.choice([product.ean, *codes])}
    ]
    crosswalk = Crosswalk.build(lines, site.warehouse, site.recipe)
    rows = [
        MasterRow(sku.style, sku.color, sku.label, sku.dimension, sku.size, sku.division, upc=one.upc)
        for one in lines
        for sku in [one.sku]
    ]
    for entry in audit(rows, products, site.recipe).entries():
        if entry.product:
            outcome = crosswalk.match(entry.product.code)
            assert entry.paired == isinstance(outcome, Matched), (entry, outcome)


@settings(max_examples=examples(100), deadline=None)
@given(masters())
def test_a_list_against_itself_is_clean_unless_its_own_codes_collide(master):
    rows = [MasterRow(sku.style, sku.color, sku.label, sku.dimension, sku.size) for sku in master]
    found = audit(rows, [ProductRow(code) for code in dict.fromkeys(audit(rows, []).codes)])
    assert found.is_clean or any(found.cases[kind] for kind in DOUBTED) or found.findings
