"""The finer rules of naming a difference, each on the smallest history that shows it."""

import datetime as dt
from decimal import Decimal

import pytest
from attrs import evolve
from close_histories import BEGAN, LAST, READ, ZONE, noon

from clarus_bluecherry.finance.close import (
    CloseInput,
    CreditMemo,
    EntrySide,
    ItemState,
    Known,
    LocationKind,
    Moved,
    OpenItem,
    OrderVersion,
    Position,
    PostingStep,
    Reading,
    StockEntry,
    StockItem,
    StockLocation,
    close_books,
    end_of,
)

AT = end_of(LAST, ZONE)


def day(text):
    return dt.date.fromisoformat(f"2026-{text}")


def physical(qty, on, document="P1", moved=Moved.DISPATCHED, item="A", location="NJ", **told):
    name = f"{document}/{on}/{item}/{location}/{moved}"
    return StockEntry(
        entry_id=name, side=EntrySide.PHYSICAL, item=item, location=location, qty=qty, moved=moved,
        document=document, occurred_at=noon(day(on)), own_date=day(on), **told,
    )  # fmt: skip


def booked(qty, on, document="P1", moved=Moved.DISPATCHED, item="A", location="NJ", entered=None, copy=0):
    return StockEntry(
        entry_id=f"{document}/{on}/{item}/{location}/{copy}", side=EntrySide.BOOK, item=item, location=location,
        qty=qty, moved=moved, document=document, booked_date=day(on), entered_at=noon(day(entered or on)),
    )  # fmt: skip


def posting(state, document="P1", **told):
    return PostingStep(document=document, state=state, **told)


def closed(*entries, physical_at_end, known=None, opening=100, **given):
    """The causes of a close of A in NJ, each as status and units, and what is unexplained."""
    readings = (
        Reading(side=EntrySide.PHYSICAL, positions=_positions(physical_at_end), taken_at=noon(READ)),
        Reading(side=EntrySide.BOOK, positions=_positions(opening), as_of=BEGAN),
    )
    close = close_books(CloseInput(zone=ZONE, entries=entries, readings=readings, **given), AT, known)
    return {
        f"{line.item} {line.location}": [
            *((cause.status.value, cause.document, int(cause.units)) for cause in line.causes),
            *([("unexplained", "", int(line.unexplained))] if line.unexplained else []),
        ]
        for line in close.lines
    }


def _positions(told):
    held = told if isinstance(told, dict) else {"A NJ": told}
    return tuple(Position(item=k.split()[0], location=k.split()[1], qty=qty) for k, qty in held.items())


def test_a_cancelled_posting_keeps_its_cause_until_the_document_it_was_settled_with_is_booked():
    steps = (
        posting("rejected", said_at=noon(day("10-06"))),
        posting("cancelled", said_at=noon(day("10-20")), number=1),
    )
    assert closed(physical(-5, "10-05"), physical_at_end=95, postings=steps) == {"A NJ": [("rejected", "P1", -5)]}
    settled = [evolve(each, names=("HAND-9",)) for each in steps]
    by_hand = booked(-5, "10-20", "HAND-9")
    assert closed(physical(-5, "10-05"), by_hand, physical_at_end=95, postings=settled) == {}


def test_a_dispatch_of_the_period_before_that_was_carried_is_settled_and_counts_once():
    carried = OpenItem(document="P0", item="A", location="NJ", qty=-4, moved=Moved.DISPATCHED)
    entries = [physical(-4, "09-29", "P0"), booked(-4, "10-02", "P0")]
    # the books began with 100 where the warehouse had 96
    assert closed(*entries, physical_at_end=96, open_items=[carried]) == {}
    still_open = closed(entries[0], physical_at_end=96, open_items=[carried])
    assert still_open == {"A NJ": [("not_told", "P0", -4)]}


def test_without_a_list_of_open_items_the_extract_of_before_tells_what_is_still_open():
    moved, line = physical(-4, "09-29", "P0"), booked(-4, "10-02", "P0")
    settled_before = physical(-7, "09-20", "P00")
    named = closed(moved, line, settled_before, physical_at_end=96)
    assert named == {"A NJ": [("posted_in_another_period", "P0", 0)]}
    waiting = closed(moved, settled_before, physical_at_end=96, postings=[posting("parked", "P0")])
    assert waiting == {"A NJ": [("parked", "P0", -4)]}


def test_a_line_that_was_entered_late_under_a_day_of_before_counts_on_top_of_the_opening():
    late = booked(-3, "09-30", "HAND", entered="10-05")
    assert closed(late, physical_at_end=100) == {"A NJ": [("booked_by_hand", "HAND", 3)]}
    in_time = booked(-3, "09-30", "HAND")
    assert closed(in_time, physical_at_end=100) == {}


def test_part_dispatches_stand_each_where_its_own_posting_does():
    entries = [physical(-5, "10-05"), evolve(physical(-3, "10-07"), entry_id="second"), booked(-5, "10-05")]
    steps = [posting("posted", names=("C1",), qty=Decimal(5)), posting("parked", names=("C2",), qty=Decimal(3))]
    assert closed(*entries, physical_at_end=92, postings=steps) == {"A NJ": [("parked", "P1", -3)]}


def test_what_moved_beyond_all_that_was_told_of_it_was_not_told():
    entries = [physical(-5, "10-05"), evolve(physical(-3, "10-07"), entry_id="second"), booked(-5, "10-05")]

    def told(*steps):
        (causes,) = closed(*entries, physical_at_end=92, postings=steps).values()
        return causes

    first = posting("posted", names=("C1",), qty=Decimal(5))
    assert told(first) == [("not_told", "P1", -3)]
    assert told(first, posting("accepted", names=("C2",), qty=Decimal(2))) == [
        ("not_told", "P1", -1),
        ("shipped_not_invoiced", "P1", -2),
    ]
    assert told(posting("posted")) == [("shipped_not_invoiced", "P1", -3)]  # nobody says of how many
    assert told(posting("retrying", qty=Decimal(3))) == [("retrying", "P1", -3)]


def test_the_cut_off_test_shows_for_a_count_the_day_that_its_adjustment_asked_for():
    """To Blue Cherry a count is an adjustment."""
    count = physical(-3, "10-15", "4", Moved.COUNTED)
    told = posting("parked", "4", moved=Moved.ADJUSTED, asked_date=day("10-15"))
    (line,) = close_books(CloseInput(zone=ZONE, entries=[count], postings=[told]), AT).cut_off
    assert (line.moved, line.asked_date) == (Moved.COUNTED, day("10-15"))


@pytest.mark.parametrize("state", ["accepted", "staged", "in_doubt"])
def test_what_the_books_have_of_a_part_is_not_waiting_because_the_ledger_has_not_heard_so(state):
    entries = [physical(-1, "10-05"), evolve(physical(-2, "10-07"), entry_id="second"), booked(-1, "10-05")]
    first = posting(state, names=("C1",), qty=Decimal(1))

    def told(*steps):
        (causes,) = closed(*entries, physical_at_end=97, postings=[first, *steps]).values()
        return causes

    assert told() == [("not_told", "P1", -2)]
    assert told(posting("parked", names=("C2",), qty=Decimal(1))) == [("not_told", "P1", -1), ("parked", "P1", -1)]
    assert told(posting("cancelled", names=("C2",), qty=Decimal(2))) == [("cancelled", "P1", -2)]


def test_a_part_is_not_in_the_books_where_they_have_no_more_than_another_one():
    entries = [physical(-1, "10-05"), evolve(physical(-2, "10-07"), entry_id="second"), booked(-1, "10-05")]
    steps = [posting("posted", names=("C1",), qty=Decimal(1)), posting("accepted", names=("C2",), qty=Decimal(1))]
    assert closed(*entries, physical_at_end=97, postings=steps) == {
        "A NJ": [("not_told", "P1", -1), ("shipped_not_invoiced", "P1", -1)]
    }


def test_another_unit_or_an_edited_order_goes_before_what_was_told():
    entries, step = [physical(-24, "10-05"), booked(-2, "10-05")], posting("posted", qty=Decimal(2))
    item = {"A": StockItem(item="A", factors=frozenset({Decimal(12)}))}
    assert closed(*entries, physical_at_end=76, postings=[step], items=item) == {
        "A NJ": [("unit_of_measure", "P1", -22)]
    }
    edit = OrderVersion(names=("P1",), is_edit=True)
    assert closed(*entries, physical_at_end=76, postings=[step], orders=[edit]) == {
        "A NJ": [("edited_order", "P1", -22)]
    }


def test_an_order_is_tied_to_its_invoice_and_not_to_a_receipt_of_the_same_number():
    order = OrderVersion(names=("1001", "P1", "INV7"))
    entries = [
        physical(-5, "10-05"),
        booked(-5, "10-06", "INV7"),
        physical(8, "10-05", "1001", Moved.RECEIVED),
        booked(8, "10-06", "1001", Moved.RECEIVED),
    ]
    assert closed(*entries, physical_at_end=103, orders=[order]) == {}


def test_what_the_books_have_at_another_place_is_named_at_both():
    entries = [physical(-5, "10-05"), booked(-5, "10-05", location="LA")]
    found = closed(*entries, physical_at_end={"A NJ": 95, "A LA": 100}, opening={"A NJ": 100, "A LA": 100})
    assert found == {
        "A LA": [("booked_at_another_location", "P1", 5)],
        "A NJ": [("booked_at_another_location", "P1", -5)],
    }


def test_a_second_booking_is_posted_twice_only_where_it_was_posted():
    entries = [physical(-5, "10-05"), booked(-5, "10-05"), booked(-5, "10-05", copy=1)]
    assert closed(*entries, physical_at_end=95, postings=[posting("posted")]) == {
        "A NJ": [("posted_twice", "P1", 5)]
    }
    assert closed(*entries, physical_at_end=95) == {"A NJ": [("booked_by_hand", "P1", 5)]}


def test_another_quantity_is_an_edited_order_only_where_the_order_says_so():
    entries, told = [physical(-10, "10-05"), booked(-8, "10-05")], {"postings": [posting("posted")]}
    edited = [OrderVersion(names=("P1",), version=str(each)) for each in (1, 2)]
    assert closed(*entries, physical_at_end=90, orders=edited, **told) == {"A NJ": [("edited_order", "P1", -2)]}
    assert closed(*entries, physical_at_end=90, **told) == {"A NJ": [("shipped_not_invoiced", "P1", -2)]}
    more = [physical(-10, "10-05"), booked(-12, "10-05")]
    assert closed(*more, physical_at_end=90, **told) == {"A NJ": [("quantity_differs", "P1", 2)]}


def test_a_factor_of_the_item_makes_another_quantity_another_unit():
    entries = [physical(24, "10-05", "C1", Moved.RECEIVED), booked(2, "10-05", "C1", Moved.RECEIVED)]
    items = {"A": StockItem(item="A", factors=frozenset({Decimal(12)}))}
    assert closed(*entries, physical_at_end=124, items=items) == {"A NJ": [("unit_of_measure", "C1", 22)]}


def test_stock_under_a_code_that_is_none_is_told_by_the_reading_and_no_further():
    items = {"X": StockItem(item="X", state=ItemState.UNMAPPED)}
    found = closed(physical_at_end={"A NJ": 98, "X NJ": 6}, items=items)
    assert found == {"A NJ": [("unexplained", "", -2)], "X NJ": [("unmapped_sku", "X", 6)]}


def test_what_moved_within_the_day_after_the_moment_is_told_by_the_instant():
    entries = [physical(-5, "10-31")]
    readings = (Reading(side=EntrySide.PHYSICAL, positions=_positions(95), taken_at=noon(READ)),)
    given = CloseInput(zone=ZONE, entries=entries, readings=readings)
    before = evolve(AT, last_day=day("10-30"), instant=noon(day("10-31")), is_day=False)
    after = evolve(before, instant=noon(day("10-31")) + dt.timedelta(seconds=1))
    assert [close_books(given, at).lines[0].physical for at in (before, after)] == [100, 95]


def test_a_location_that_is_no_warehouse_is_counted_and_never_compared():
    places = {"STORE": StockLocation(location="STORE", kind=LocationKind.FOREIGN)}
    entries = [booked(7, "10-05", "S1", Moved.ADJUSTED, location="STORE")]
    given = CloseInput(zone=ZONE, entries=entries, locations=places)
    close = close_books(given, AT)
    assert close.lines == ()
    assert [(each.what, each.location, each.units) for each in close.left_out] == [("foreign", "STORE", 7)]


def test_less_than_nothing_is_on_the_list_of_either_side():
    given = CloseInput(zone=ZONE, entries=[physical(-5, "10-05"), booked(-8, "10-05")])
    troubles = [each for each in close_books(given, AT).exceptions if each.kind == "negative_on_hand"]
    assert [each.units for each in troubles] == [-5, -8]


def test_an_entry_that_is_told_in_two_ways_is_told_and_counts_once():
    one = physical(-5, "10-05")
    other = evolve(one, qty=-6)
    given = CloseInput(zone=ZONE, entries=[one, other, one])
    close = close_books(given, AT)
    assert "told_in_several_ways" in {each.kind for each in close.exceptions}
    assert len(close.entries) == 1


@pytest.mark.parametrize(
    ("memo", "left"),
    [
        (CreditMemo(memo="CM1", names=("R1",), qty=Decimal(2), credited_on=day("10-20")), []),
        (CreditMemo(memo="CM1", names=("R1",), qty=Decimal(1), credited_on=day("10-20")), [1]),
        (CreditMemo(memo="CM1", names=("R1",), qty=Decimal(2), credited_on=day("11-02")), [2]),
        (CreditMemo(memo="", names=("R1",), qty=Decimal(2), price=Decimal(30)), [2]),
        (CreditMemo(memo="CM1", names=("R1",), credited_on=day("10-20"), known_at=noon(day("11-02"))), [2]),
    ],
    ids=["credited", "in part", "later", "only expected", "not known yet"],
)
def test_a_return_is_credited_by_a_memo_that_was_seen(memo, left):
    given = CloseInput(zone=ZONE, entries=[physical(2, "10-10", "R1", Moved.RETURNED)], credits=[memo])
    close = close_books(given, AT, Known(noon(day("11-01"))))
    assert [each.restocked - each.credited for each in close.uncredited] == left


def test_a_transfer_booked_as_an_invoice_and_a_receipt_is_no_cost_of_goods_sold():
    entries = [
        physical(-5, "10-05", "T1", Moved.TRANSFERRED),
        physical(5, "10-06", "T1", Moved.TRANSFERRED, location="LA"),
        booked(-5, "10-06", "T1", Moved.DISPATCHED),
        booked(5, "10-06", "T1", Moved.RECEIVED, location="LA"),
    ]
    close = close_books(CloseInput(zone=ZONE, entries=entries), AT)
    assert close.lines == ()
    assert (close.cogs.booked_units, close.cogs.does_not_belong) == (0, ())
    book = {line.name: line.units for line in close.roll_forward[1].lines}
    assert "dispatched" not in book
