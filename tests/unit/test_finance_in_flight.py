import datetime as dt

import pytest
from ledger_databases import NOON, a_fact

from clarus_bluecherry.finance import Cause, in_flight, in_flight_of
from clarus_bluecherry.ledger import Ledger, Posting, State
from clarus_bluecherry.model import (
    Adjustment,
    Dispatch,
    DispatchLine,
    Hold,
    Receipt,
    ReturnToStock,
    Sku,
    Undispatch,
    UnmatchedCode,
)

SKU = Sku("01234", "BLK", size="M")
OTHER = Sku("01234", "BLK", size="S")
CODE = UnmatchedCode("O1234-BLK-M")
COMMON = {"id": "77", "occurred_at": NOON, "location": "WH1"}


def dispatch(*shipped, item=SKU):
    lines = tuple(
        DispatchLine(number=str(number), item=item, ordered=10, shipped=quantity)
        for number, quantity in enumerate(shipped, 1)
    )
    return Dispatch(**COMMON, order_reference="1001", lines=lines)


def posting(state=State.PENDING, **changes):
    fields = {"fact_key": "clarus:x:77", "target": "bluecherry", "kind": "x", "occurred_at": NOON}
    return Posting(**{**fields, **changes}, state=state)


def quantities(record, **changes):
    return [found.quantity for found in in_flight_of([(posting(**changes), record)])]


def test_a_short_dispatch_takes_what_was_shipped_and_nothing_for_a_line_that_was_not():
    assert quantities(dispatch(10, 4, 0)) == [-10, -4]


@pytest.mark.parametrize("quantity", [24, -3])
def test_receipts_returns_and_adjustments_count_as_signed(quantity):
    more = {"item": SKU, "quantity": quantity}
    assert quantities(Receipt(**COMMON, **more, order_reference="9", line_number="1")) == [quantity]
    assert quantities(ReturnToStock(**COMMON, **more)) == [quantity]
    assert quantities(Adjustment(**COMMON, **more)) == [quantity]


def test_a_hold_changes_no_book():
    assert quantities(Hold(**COMMON, item=SKU, quantity=5)) == []


@pytest.mark.parametrize(
    ("state", "reason_code", "cause"),
    [
        (State.PENDING, "", Cause.NOT_YET_POSTED),
        (State.SENDING, "", Cause.NOT_YET_POSTED),
        (State.RETRYING, "", Cause.NOT_YET_POSTED),
        (State.IN_DOUBT, "", Cause.NOT_YET_POSTED),
        (State.REJECTED, "http_422", Cause.NOT_YET_POSTED),
        (State.ACCEPTED, "", Cause.SHIPPED_NOT_INVOICED),
        (State.PARKED, "unknown_sku", Cause.UNMAPPED_SKU),
        (State.PARKED, "ambiguous_sku", Cause.UNMAPPED_SKU),
        (State.PARKED, "invalid_record", Cause.NOT_YET_POSTED),
    ],
)
def test_a_dispatch_is_named_by_where_it_stands(state, reason_code, cause):
    [found] = in_flight_of([(posting(state, reason_code=reason_code), dispatch(1))])
    assert found.cause is cause


def test_a_dispatch_that_was_taken_back_brings_its_units_to_the_books_again():
    lines = dispatch(10, 4, 0, item=CODE).lines
    undone = Undispatch(**COMMON, order_reference="1001", dispatch_id="77", lines=lines)
    found = in_flight_of([(posting(State.PARKED, reason_code="dispatch_undone"), undone)], sku_of=lambda code: SKU)
    assert [(each.item, each.quantity) for each in found] == [(SKU, 10), (SKU, 4)]
    assert {each.cause for each in found} == {Cause.DISPATCH_UNDONE}


def test_only_a_dispatch_waits_for_an_invoice():
    receipt = Receipt(**COMMON, item=SKU, quantity=1, order_reference="9", line_number="1")
    [found] = in_flight_of([(posting(State.ACCEPTED), receipt)])
    assert found.cause is Cause.NOT_YET_POSTED


@pytest.mark.parametrize("state", [State.POSTED, State.CANCELLED])
def test_what_is_settled_is_not_in_flight(state):
    assert quantities(dispatch(1), state=state) == []


def test_what_goes_to_the_warehouse_does_not_change_the_books():
    assert quantities(dispatch(1), target="clarus") == []


def test_a_code_that_was_tied_since_counts_under_its_sku():
    pairs = [(posting(), dispatch(2, item=CODE))]
    assert [found.item for found in in_flight_of(pairs)] == [CODE]
    assert [found.item for found in in_flight_of(pairs, sku_of=lambda code: OTHER)] == [OTHER]


def test_the_ledger_tells_what_is_in_flight_at_the_instant_of_the_stock(tmp_path):
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        for number, minutes in (("1", -1), ("2", 0), ("3", 1)):
            fact = a_fact(number, quantity=number, occurred_at=NOON + dt.timedelta(minutes=minutes))
            ledger.record(fact)
            date = dt.date(2026, 3, 2)
            ledger.post(
                Posting(
                    fact_key=fact.key,
                    target="bluecherry",
                    kind="x",
                    occurred_at=fact.occurred_at,
                    accounting_date=date,
                )
            )
        assert [found.quantity for found in in_flight(ledger)] == [1, 2, 3]
        [first, second] = in_flight(ledger, as_of=NOON)
        assert (first.posting_key, first.accounting_date) == ("bluecherry:x:clarus:adjustment:1", date)
        ledger.cancel(second.posting_key, "booked by hand", "Jo")
        assert in_flight(ledger, as_of=NOON) == [first]
