"""What a close tells, class by class: each difference of the books is on the list once, whatever the order."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from clarus_bluecherry.finance.close import (
    CloseInput,
    EntrySide,
    ExpectedLine,
    Moved,
    Position,
    PostingStep,
    Reading,
    StockEntry,
    close_books,
    end_of,
)
from clarus_bluecherry.finance.exceptions import (
    ExceptionClass,
    ExceptionTerms,
    close_found,
    cost_by,
    not_told_by,
    one_for_each,
    ranked,
)
from clarus_bluecherry.model import Money, Sku

C = ExceptionClass
UTC = ZoneInfo("UTC")
SKU = Sku("01234", "BLK", size="M")
AT = end_of(dt.date(2026, 11, 10), UTC)
NOW = dt.datetime(2026, 11, 10, 23, tzinfo=dt.UTC)
COSTS = {(SKU, "NJ"): Money("7.50", "USD")}
THIRD = dt.date(2026, 11, 3)


def moved(kind, qty, document, number="1", day=THIRD, **more):
    return StockEntry(
        entry_id=f"w{number}",
        side=EntrySide.PHYSICAL,
        item=SKU.key,
        location="NJ",
        qty=Decimal(qty),
        moved=kind,
        document=document,
        occurred_at=dt.datetime.combine(day, dt.time(15), dt.UTC),
        own_date=day,
        row=f"transaction {number}",
        **more,
    )


def booked(kind, qty, document, number="1", day=THIRD, **more):
    return StockEntry(
        entry_id=f"b{number}",
        side=EntrySide.BOOK,
        item=SKU.key,
        location="NJ",
        qty=Decimal(qty),
        moved=kind,
        document=document,
        booked_date=day,
        **more,
    )


def opening(side, qty):
    position = Position(item=SKU.key, location="NJ", qty=Decimal(qty))
    return Reading(side=side, positions=(position,), as_of=dt.date(2026, 10, 1))


def found(*entries, stock=(100, 100), **more):
    readings = [opening(side, qty) for side, qty in zip(EntrySide, stock, strict=True)]
    given = CloseInput(zone=UTC, entries=entries, readings=readings, currency="USD", **more)
    close = close_books(given, AT)

    def period_of(day):
        return f"{day:%Y-%m}", day < dt.date(2026, 11, 1)

    terms = ExceptionTerms(now=NOW, cost_of=cost_by(COSTS), period_of=period_of)
    return ranked(one_for_each(close_found(close, terms)))


def told(*entries, **more):
    return [(item.kind, item.subject, item.units) for item in found(*entries, **more)]


SENT = PostingStep(document="1001", state="accepted", moved=Moved.DISPATCHED)
LAST_OCTOBER = dt.date(2026, 10, 31)

CASES = {
    "not posted": ((moved(Moved.DISPATCHED, -5, "1001"),), {}, (C.DISPATCH_NOT_POSTED, "order 1001", -5)),
    "accepted": (
        (moved(Moved.DISPATCHED, -5, "1001"),),
        {"postings": [SENT]},
        (C.DISPATCH_NOT_POSTED, "order 1001", -5),
    ),
    "in doubt": (
        (moved(Moved.DISPATCHED, -5, "1001"),),
        {"postings": [evolve(SENT, state="in_doubt")]},
        (C.IN_DOUBT, "order 1001", -5),
    ),
    "less was told": (
        (moved(Moved.DISPATCHED, -5, "1001"), booked(Moved.DISPATCHED, -3, "1001")),
        {"postings": [evolve(SENT, state="posted", qty=Decimal(3), item=SKU.key, location="NJ")]},
        (C.PART_NOT_TOLD, "order 1001", -2),
    ),
    "another period": (
        (moved(Moved.DISPATCHED, -5, "1001", day=LAST_OCTOBER), booked(Moved.DISPATCHED, -5, "1001")),
        {},
        (C.DISPATCH_WRONG_PERIOD, "order 1001", -5),
    ),
    "twice": (
        (
            moved(Moved.DISPATCHED, -5, "1001"),
            booked(Moved.DISPATCHED, -5, "1001"),
            booked(Moved.DISPATCHED, -5, "1001", "2"),
        ),
        {"postings": [evolve(SENT, state="posted")]},
        (C.DISPATCH_POSTED_TWICE, "order 1001", 5),
    ),
    "taken back": (
        (
            moved(Moved.DISPATCHED, -5, "1001"),
            moved(Moved.UNDISPATCHED, 5, "1001", "2"),
            booked(Moved.DISPATCHED, -5, "1001"),
        ),
        {},
        (C.DISPATCH_UNDONE, "order 1001", 5),
    ),
    "a return": ((moved(Moved.RETURNED, 1, "R7", "31"),), {}, (C.RETURN_NOT_IN_BOOKS, "return 31", 1)),
    "an adjustment": ((moved(Moved.ADJUSTED, -1, "77", "77"),), {}, (C.ADJUSTMENT_LAGGING, "adjustment 77", -1)),
    "a count": ((moved(Moved.COUNTED, -1, "78", "78"),), {}, (C.COUNT_LAGGING, "adjustment 78", -1)),
    "a receipt": (
        (moved(Moved.RECEIVED, 12, "PO7", line="3"),),
        {},
        (C.RECEIPT_UNPOSTED, "receipt PO7/3", 12),
    ),
    "by hand": ((booked(Moved.ADJUSTED, 4, "HAND"),), {}, (C.BOOKED_OTHERWISE, "adjustment HAND", -4)),
    "over": (
        (moved(Moved.RECEIVED, 8, "PO7", line="3"), booked(Moved.RECEIVED, 8, "PO7", line="3")),
        {"expected": [ExpectedLine(names=("PO7",), line="3", item=SKU.key, location="NJ", qty=Decimal(6))]},
        (C.RECEIPT_OVER, "receipt PO7/3", 2),
    ),
    "short": (
        (moved(Moved.RECEIVED, 4, "PO7", line="3"), booked(Moved.RECEIVED, 4, "PO7", line="3")),
        {"expected": [ExpectedLine(names=("PO7",), line="3", item=SKU.key, location="NJ", qty=Decimal(6))]},
        (C.RECEIPT_SHORT, "receipt PO7/3", -2),
    ),
    "not credited": (
        (moved(Moved.RETURNED, 2, "R7", "31"), booked(Moved.RETURNED, 2, "R7")),
        {},
        (C.RETURN_NOT_CREDITED, "return 31", 2),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_difference_is_in_the_class_of_what_it_is(name):
    entries, more, expected = CASES[name]
    (item,) = found(*entries, **more)
    assert (item.kind, item.subject, item.units) == expected
    assert item.value == Money(item.units * Decimal("7.50"), "USD")
    is_october = name == "another period"
    assert (item.close.period, item.close.is_closed) == (("2026-10", True) if is_october else ("2026-11", False))


def test_what_agrees_is_not_listed():
    assert told(moved(Moved.DISPATCHED, -5, "1001"), booked(Moved.DISPATCHED, -5, "1001")) == []


def test_a_document_at_several_places_is_one_added_up():
    other = evolve(moved(Moved.DISPATCHED, -2, "1001", "2"), item=Sku("01234", "BLK", size="L").key)
    items = found(moved(Moved.DISPATCHED, -5, "1001"), other)
    (item,) = [each for each in items if each.kind is C.DISPATCH_NOT_POSTED]
    assert (item.subject, item.units, item.value) == ("order 1001", -7, None)


def test_of_a_document_that_came_in_parts_what_the_books_lack_is_what_came_last():
    came = (
        moved(Moved.RETURNED, 6, "RMA7", "31"),
        moved(Moved.RETURNED, 4, "RMA7", "32", THIRD + dt.timedelta(days=1)),
    )
    each = {"return 31": Decimal(6), "return 32": Decimal(4)}

    def lacking(*in_books):
        items = [*found(*came, *in_books)]
        return {item.subject: item.units for item in items if item.kind is not C.RETURN_NOT_CREDITED}

    assert lacking() == each
    assert lacking(booked(Moved.RETURNED, 7, "RMA7")) == {"return 32": Decimal(3)}
    assert lacking(booked(Moved.RETURNED, 5, "RMA7")) == {"return 31": Decimal(1), "return 32": Decimal(4)}


def test_less_than_nothing_is_listed_at_its_place_once():
    gone = moved(Moved.DISPATCHED, -5, "1001"), booked(Moved.DISPATCHED, -5, "1001")
    assert told(*gone, stock=(3, 3)) == [(C.NEGATIVE_ON_HAND, "place 01234 BLK M @ NJ", -2)]


def test_what_no_document_explains_is_a_gap_at_its_place():
    assert told(stock=(107, 100)) == [(C.COMPLETENESS_GAP, "place 01234 BLK M @ NJ", 7)]


def test_since_when_a_gap_is_there_nobody_knows_and_it_is_the_present_period_s():
    long_ago = dt.date(2026, 10, 5)
    agrees = moved(Moved.DISPATCHED, -5, "1001", day=long_ago), booked(Moved.DISPATCHED, -5, "1001", day=long_ago)
    (item,) = found(*agrees, stock=(107, 100))
    assert (item.kind, item.units, item.since) == (C.COMPLETENESS_GAP, 7, NOW)
    assert (item.close.period, item.close.is_closed) == ("2026-11", False)


def test_a_line_that_was_closed_short_is_settled():
    entries = moved(Moved.RECEIVED, 4, "PO7", line="3"), booked(Moved.RECEIVED, 4, "PO7", line="3")
    line = ExpectedLine(names=("PO7",), line="3", item=SKU.key, location="NJ", qty=Decimal(6))
    assert [kind for kind, *_ in told(*entries, expected=[line])] == [C.RECEIPT_SHORT]
    assert told(*entries, expected=[evolve(line, is_closed=True)]) == []
    assert told(expected=[evolve(line, is_closed=True)]) == []


def test_a_close_without_credits_or_orders_says_what_it_cannot_tell():
    missing = ["credits: returns are taken as not credited", "purchase_orders: over and short are not told"]
    close = close_books(CloseInput(zone=UTC, missing=missing), AT)
    assert not_told_by(close) == {C.RETURN_NOT_CREDITED, C.RECEIPT_OVER, C.RECEIPT_SHORT}
    assert not_told_by(close_books(CloseInput(zone=UTC), AT)) == frozenset()


ENTRIES = [each for entries, _, _ in CASES.values() for each in entries]
ENTRIES = [evolve(each, entry_id=f"{each.entry_id}-{number}") for number, each in enumerate(ENTRIES)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(ENTRIES), max_size=10, unique_by=id), st.randoms(use_true_random=False))
def test_order_and_duplication_change_nothing_and_each_subject_is_in_one_class(entries, chance):
    again = [*entries, *entries[:3]]
    chance.shuffle(again)
    ours = found(*entries)
    assert ours == found(*again)
    assert len({item.subject for item in ours}) == len(ours)


def test_a_code_with_a_bar_in_it_is_a_place_by_its_own_name():
    at = {"location": "NJ", "qty": Decimal(3)}
    readings = [
        Reading(side=EntrySide.PHYSICAL, positions=(Position(item="A|1", **at),), as_of=LAST_OCTOBER),
        Reading(side=EntrySide.BOOK, positions=(), as_of=LAST_OCTOBER),
    ]
    close = close_books(CloseInput(zone=UTC, entries=(), readings=readings, currency="USD"), AT)
    items = one_for_each(close_found(close, ExceptionTerms(now=NOW)))
    assert "place A|1 @ NJ" in {item.subject for item in items}
