"""Whatever a spreadsheet does to either list: nothing is tied by it, and no half is called missing."""

from collections import Counter

from how_many import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from clarus_bluecherry.flows.sku_audit import products_to_create
from clarus_bluecherry.sku import (
    AuditClass,
    Crosswalk,
    MasterRow,
    Matched,
    ProductRow,
    Recipe,
    WarehouseProduct,
    audit,
)
from clarus_bluecherry.sku.codes._barcode import check_digit, fault, gtin14, mended

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
dates = st.tuples(st.integers(1, 12), st.integers(1, 31), st.sampled_from(["{:02}-{}", "{}-{}-26"])).map(
    lambda told: (f"{told[0]}-{told[1]}", told[2].format(told[1], MONTHS[told[0] - 1]))
)
decimals = st.tuples(st.integers(1, 999), st.integers(1, 99), st.integers(1, 3)).map(
    lambda told: (f"{told[0]}.{told[1]}".rstrip("0") + "0" * told[2], f"{told[0]}.{told[1]}".rstrip("0"))
)
many_digits = st.integers(10**15, 10**20 - 1).map(str)
long_numbers = many_digits.map(lambda digits: (digits, digits[:15].ljust(len(digits), "0")))
harms = st.one_of(dates, decimals, long_numbers).filter(lambda both: both[0] != both[1])
"""A cell as it was typed, and as a spreadsheet writes it."""
upcs = st.integers(1, 10**9).map(lambda number: f"0{number:010d}").map(lambda body: body + check_digit(body))
cells = st.one_of(
    harms.flatmap(st.sampled_from),
    st.sampled_from(
        ["10-12", "12-10", "12-Oct", "OCT-12", "10/12/2026", "90.75", "90.750", "90.7500", "100", "0100"]
    ),
    st.sampled_from(["1234567890123456", "1234567890123450", "1234567890123460", "M", ""]),
)
barcodes = st.sampled_from(["", "", "036000291452", "36000291452", "0-36000-29145-2", "04252614", "042100005264"])


@settings(max_examples=examples(400), deadline=None)
@given(harms, st.sampled_from(["", "BLK"]), st.booleans())
def test_neither_half_is_missing_whatever_was_typed(both, color, is_style):
    for ours, theirs in (both, both[::-1]):
        row = MasterRow(ours, color) if is_style else MasterRow("S7", color, size=ours)
        parts = (theirs, color) if is_style else ("S7", color, theirs)
        found = audit([row], [ProductRow("-".join(filter(None, parts)))])
        assert [(one.kind, one.paired) for one in found.entries()] == [(AuditClass.DAMAGED, False)]
        assert list(products_to_create(found, "BRAND", {})) == []


@settings(max_examples=examples(200), deadline=None)
@given(upcs, st.sampled_from(["(01)00{0}", "{0}.0", "{1}-{2}-{3}", "{1} {2}{3}", "0100{0}"]))
def test_a_barcode_that_is_mended_is_itself_again_and_ties_nothing(upc, harm):
    seen = harm.format(upc, upc[0], upc[1:6], upc[6:])
    found = audit([MasterRow("A", upc=upc)], [ProductRow("OLD", seen)])
    assert [(one.kind, one.paired) for one in found.entries()] == [(AuditClass.DAMAGED, False)]
    assert gtin14(upc) in mended(seen)


@settings(max_examples=examples(600), deadline=None)
@given(
    st.lists(st.tuples(cells, st.sampled_from(["", "BLK"]), cells, barcodes), max_size=5),
    st.lists(st.tuples(cells, st.sampled_from(["", "BLK"]), cells, barcodes), max_size=5),
)
def test_only_what_the_crosswalk_ties_is_tied_and_each_row_has_one_class(ours, theirs):
    master = [MasterRow(style, color, size=size, upc=upc) for style, color, size, upc in ours if style]
    products = [ProductRow(code, barcode) for *parts, barcode in theirs if (code := "-".join(filter(None, parts)))]
    crosswalk = Crosswalk.build(
        [row.product for row in master], [WarehouseProduct(one.code, one.barcode) for one in products], Recipe()
    )
    found = list(audit(master, products).entries())
    for entry in found:
        if entry.product:
            outcome = crosswalk.match(entry.product.code)
            assert entry.paired == isinstance(outcome, Matched), (entry, outcome)
            if isinstance(outcome, Matched):
                assert entry.sku in (outcome.sku, None)
    assert Counter(one.sku for one in found if one.sku) == Counter({row.sku for row in master})
    assert Counter(one.product.code for one in found if one.product) == Counter(
        code for code, _ in {(one.code, one.barcode) for one in products}
    )


@given(st.text(max_size=20) | st.text("0123456789()-]X.E+", max_size=20))
def test_whatever_stands_in_place_of_a_barcode_what_it_is_mended_to_is_one(text):
    assert all(gtin14(gtin) == gtin for gtin in mended(text))
    assert gtin14(text) not in mended(text)
    assert bool(fault(text)) or bool(gtin14(text)) or not text.strip()
