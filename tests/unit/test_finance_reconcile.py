import datetime as dt
from decimal import Decimal

import pytest

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance import Cause, InFlight, reconcile
from clarus_bluecherry.model import Money, Sku, StockPosition, SystemOfRecord, UnmatchedCode

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
SMALL, MEDIUM = Sku("01234", "BLK", size="S"), Sku("01234", "BLK", size="M")
CODE = UnmatchedCode("O1234-BLK-S")


def held(quantity, item=SMALL, location="WH1"):
    return StockPosition(
        keeper=SystemOfRecord.WAREHOUSE, item=item, location=location, quantity=quantity, as_of=NOON
    )


def booked(quantity, item=SMALL, location="WH1", cost="12.50", currency="USD"):
    return StockPosition(
        keeper=SystemOfRecord.ERP,
        item=item,
        location=location,
        quantity=quantity,
        as_of=NOON,
        unit_cost=None if cost is None else Money(cost, currency),
    )


def moved(quantity, cause, item=SMALL, location="WH1"):
    return InFlight(item=item, location=location, quantity=quantity, cause=cause, posting_key="p")


def shares(line):
    return {cause: units for cause, units in line.causes.items() if units}


def test_stock_that_agrees_has_nothing_to_say():
    found = reconcile([held(10)], [booked(10)], [])
    assert found.differing == ()
    assert len(found.lines) == 1
    assert found.unexplained_units == 0
    assert found.unexplained_value == (Money("0.00", "USD"),)


def test_a_variance_is_split_into_its_causes_and_a_remainder():
    found = reconcile(
        [held(70)],
        [booked(100)],
        [moved(-24, Cause.SHIPPED_NOT_INVOICED), moved(-10, Cause.NOT_YET_POSTED), moved(6, Cause.NOT_YET_POSTED)],
    )
    [line] = found.lines
    assert line.variance == -30
    assert shares(line) == {
        Cause.SHIPPED_NOT_INVOICED: -24,
        Cause.NOT_YET_POSTED: -4,
        Cause.UNEXPLAINED: -2,
    }
    assert line.value == Money("-375.00", "USD")
    assert line.values[Cause.UNEXPLAINED] == Money("-25.00", "USD")
    assert found.totals[Cause.SHIPPED_NOT_INVOICED].values == (Money("-300.00", "USD"),)


def test_movements_that_cancel_out_are_still_shown():
    [line] = reconcile(
        [held(10)], [booked(10)], [moved(-5, Cause.NOT_YET_POSTED), moved(5, Cause.SHIPPED_NOT_INVOICED)]
    ).differing
    assert line.variance == 0


def test_a_surplus_in_one_size_does_not_excuse_a_shortage_in_another():
    found = reconcile([held(15), held(5, MEDIUM)], [booked(10), booked(10, MEDIUM)], [])
    assert found.unexplained_units == 0
    assert [line.causes[Cause.UNEXPLAINED] for line in found.unexplained] == [-5, 5]


def test_the_same_sku_at_two_locations_is_two_lines():
    found = reconcile([held(5, location="WH2")], [booked(5, location="WH1")], [])
    assert [(line.location, line.variance) for line in found.lines] == [("WH1", -5), ("WH2", 5)]


def test_positions_of_one_sku_and_location_are_added_up():
    [line] = reconcile([held(4), held(6)], [booked(10)], []).lines
    assert (line.physical, line.variance) == (10, 0)


def test_stock_under_an_unmatched_code_is_explained_by_that():
    [line] = reconcile([held(24, CODE)], [], []).lines
    assert (line.item, shares(line)) == (CODE, {Cause.UNMAPPED_SKU: 24})


def test_a_parked_receipt_of_an_unmatched_code_is_not_counted_twice():
    [line] = reconcile([held(30, CODE)], [], [moved(24, Cause.UNMAPPED_SKU, CODE)]).lines
    assert shares(line) == {Cause.UNMAPPED_SKU: 30}


def test_a_parked_dispatch_of_an_unmatched_code_explains_the_skus_shortage_in_total():
    found = reconcile([held(0)], [booked(5)], [moved(-5, Cause.UNMAPPED_SKU, CODE)])
    assert found.variance.units == -5
    assert found.totals[Cause.UNMAPPED_SKU].units == -5
    assert found.unexplained_units == 0
    assert [shares(line) for line in found.lines] == [
        {Cause.UNEXPLAINED: -5},
        {Cause.UNMAPPED_SKU: -5, Cause.UNEXPLAINED: 5},
    ]


def test_an_unmatched_code_is_one_line_whatever_barcode_came_with_it():
    barcodes = [UnmatchedCode("X", barcode="1"), UnmatchedCode("X", barcode="2"), UnmatchedCode("", barcode="3")]
    found = reconcile([held(1, code) for code in barcodes], [], [])
    assert [(line.item, line.physical) for line in found.lines] == [
        (UnmatchedCode("", barcode="3"), 1),
        (UnmatchedCode("X"), 2),
    ]


def test_a_missing_cost_is_a_missing_value_and_is_listed():
    found = reconcile([held(3), held(9, MEDIUM)], [booked(5, cost=None), booked(10, MEDIUM)], [])
    [line] = found.without_cost
    assert (line.item, line.value, line.values) == (SMALL, None, {})
    assert found.unexplained_units == -3
    assert found.unexplained_value == (Money("-12.50", "USD"),)


def test_two_costs_for_one_sku_and_location_are_no_cost():
    found = reconcile([], [booked(5, cost="12.50"), booked(5, cost="13.00")], [])
    assert [line.unit_cost for line in found.without_cost] == [None]


def test_amounts_of_two_currencies_are_never_added():
    found = reconcile([], [booked(1), booked(2, MEDIUM, cost="10", currency="GBP")], [])
    assert found.variance.values == (Money("-20", "GBP"), Money("-12.50", "USD"))


def test_lines_are_sorted_with_unmatched_codes_last():
    found = reconcile([held(1, CODE), held(1, SMALL), held(1, MEDIUM, "WH2"), held(1, MEDIUM, "WH1")], [], [])
    assert [(line.item, line.location) for line in found.lines] == [
        (MEDIUM, "WH1"),
        (MEDIUM, "WH2"),
        (SMALL, "WH1"),
        (CODE, "WH1"),
    ]


def test_physical_and_book_stock_cannot_be_swapped_by_mistake():
    with pytest.raises(InvalidRecord, match="the warehouse's belong"):
        reconcile([booked(10)], [], [])
    with pytest.raises(InvalidRecord, match="the erp's belong"):
        reconcile([], [held(10)], [])


def test_sums_that_would_have_to_be_rounded_are_refused():
    with pytest.raises(InvalidRecord, match="without rounding"):
        reconcile([held("1E+300"), held("0.1")], [], [])
    [line] = reconcile([held("1E+50"), held("0.1")], [], []).lines
    assert line.variance == Decimal("1" + "0" * 50 + ".1")
