"""A month end: large numbers, a value that nobody knows, three problems of different size, hostile texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

from clarus_bluecherry.finance import Months, PeriodEvent, PeriodHistory
from clarus_bluecherry.finance.close import (
    Close,
    CloseInput,
    CostRow,
    CreditMemo,
    EntrySide,
    ExpectedLine,
    LeftOut,
    Materiality,
    Moved,
    OpenItem,
    OrderVersion,
    Position,
    PostingStep,
    Reading,
    StockEntry,
    close_books,
    end_of,
)
from clarus_bluecherry.model import PeriodState
from clarus_bluecherry.report.month_end import month_end_page
from clarus_bluecherry.report.pages import ReportPage

ZONE = ZoneInfo("America/New_York")
BEGAN, LAST = dt.date(2026, 9, 30), dt.date(2026, 10, 31)
SCRIPT, FORMULA, STEERING, PERSON = "<script>alert(1)</script>", "=1+1", "ODD\x1b[2J", "jane.roe@example.com"
NJ, LA = "NJ", "LA"
COSTS = {"01001-BLK-M": "12.50", "01002-NAV-L": "9.75", "01003-RED-S": "20.00", SCRIPT: "5.00"}
OPENING = {
    ("01001-BLK-M", NJ): 84_000,
    ("01002-NAV-L", NJ): 41_500,
    ("01002-NAV-L", LA): 12_250,
    ("01003-RED-S", LA): 22_800,
    ("01004-NEW-M", LA): 3_600,
    (SCRIPT, NJ): 1_200,
}
NEVER, TWICE = (), (0, 0)

MOVED = [
    # document, class, item, location, units, day of October, days of its bookings after it, state of its posting
    ("P5001", Moved.DISPATCHED, "01001-BLK-M", NJ, -4_200, 29, NEVER, "accepted"),
    ("C7001", Moved.RECEIVED, "01002-NAV-L", LA, 1_800, 30, NEVER, "in_doubt"),
    ("P5003", Moved.DISPATCHED, "01003-RED-S", LA, -600, 14, TWICE, "posted"),
    ("P5004", Moved.DISPATCHED, "01001-BLK-M", NJ, -120, 31, (2,), "posted"),
    ("P5005", Moved.DISPATCHED, "01004-NEW-M", LA, -240, 28, NEVER, "rejected"),
    ("RMA61", Moved.RETURNED, "01003-RED-S", LA, 45, 22, NEVER, ""),
    ("9107", Moved.COUNTED, "01002-NAV-L", NJ, -30, 20, (1,), "posted"),
    (FORMULA, Moved.ADJUSTED, SCRIPT, NJ, -16, 8, NEVER, "parked"),
    ("C7002", Moved.RECEIVED, "01001-BLK-M", NJ, 15_000, 5, (0,), "posted"),
    ("C7003", Moved.RECEIVED, "01003-RED-S", LA, 2_040, 9, (1,), "posted"),
    *(
        (f"P{6000 + number}", Moved.DISPATCHED, "01002-NAV-L", NJ, -100 - number, 1 + number % 28, (0,), "posted")
        for number in range(60)
    ),
]  # fmt: skip
LOST = {("01001-BLK-M", NJ): -35}
"""What is gone, and no document tells of."""


def close() -> Close:
    """The close of the month."""
    return close_books(given(), end_of(LAST, ZONE))


def page() -> ReportPage:
    """Its page."""
    return month_end_page(close(), materiality=Materiality(share=Decimal("0.0005"), amount=Decimal(2500)))


def given() -> CloseInput:
    entries = list(_entries())
    period = Months().of(LAST)
    return CloseInput(
        zone=ZONE,
        currency="USD",
        entries=entries,
        readings=[_opening(), _stock(entries)],
        costs=[
            *(CostRow(item=item, amount=Decimal(cost), currency="USD") for item, cost in COSTS.items()),
            CostRow(
                item="01003-RED-S",
                amount=Decimal("20.40"),
                currency="USD",
                effective_from=dt.date(2026, 10, 15),
            ),
        ],
        postings=list(_postings()),
        orders=[OrderVersion(names=("RMA61", "P4801"), item="01003-RED-S", price=Decimal(58))],
        expected=[
            ExpectedLine(names=("C7001",), item="01002-NAV-L", location=LA, qty=Decimal(2_000)),
            ExpectedLine(names=("C7002",), item="01001-BLK-M", location=NJ, qty=Decimal(15_000)),
            ExpectedLine(names=("C7003",), item="01003-RED-S", location=LA, qty=Decimal(2_000)),
        ],
        credits=[CreditMemo(memo="CM40", names=("RMA60",), qty=Decimal(3))],
        open_items=[
            OpenItem(
                document="P4790",
                item="01002-NAV-L",
                location=LA,
                qty=Decimal(-75),
                moved=Moved.DISPATCHED,
            )
        ],
        history=PeriodHistory(
            [
                PeriodEvent(period, PeriodState.CLOSED, dt.datetime(2026, 11, 3, 18, tzinfo=ZONE), by=PERSON),
                PeriodEvent(period, PeriodState.OPEN, dt.datetime(2026, 11, 4, 10, tzinfo=ZONE), note=PERSON),
            ]
        ),
        left_out=[LeftOut("pseudo", EntrySide.BOOK, "POE", 2, Decimal(5_400))],
        missing=["units: a unit that is not the each is not known"],
    )


def _opening() -> Reading:
    return Reading(
        side=EntrySide.BOOK,
        as_of=BEGAN,
        source="opening_positions.csv",
        rows=len(OPENING),
        total=Decimal(sum(OPENING.values())),
        digest="9d" * 32,
        positions=tuple(
            Position(item=item, location=location, qty=qty) for (item, location), qty in OPENING.items()
        ),
    )


def _stock(entries: list[StockEntry]) -> Reading:
    held = {place: Decimal(qty + LOST.get(place, 0)) for place, qty in OPENING.items()}
    held["01002-NAV-L", LA] -= 75  # carried: it left in September
    for entry in entries:
        if entry.is_physical:
            held[entry.place] += entry.qty
    return Reading(
        side=EntrySide.PHYSICAL,
        taken_at=dt.datetime(2026, 11, 4, 11, tzinfo=dt.UTC),
        source="clarus_stock.csv",
        rows=len(held),
        total=sum(held.values(), Decimal(0)),
        digest="e5" * 32,
        parameters={"account": "BRAND", "status": STEERING},
        positions=tuple(Position(item=item, location=location, qty=qty) for (item, location), qty in held.items()),
    )


def _entries() -> Iterator[StockEntry]:
    for number, (document, moved, item, location, qty, day, booked, _) in enumerate(MOVED, start=2):
        own = dt.date(2026, 10, day)
        at = dt.datetime.combine(own, dt.time(15), ZONE)
        yield StockEntry(
            entry_id=f"p{number}",
            side=EntrySide.PHYSICAL,
            item=item,
            location=location,
            qty=Decimal(qty),
            moved=moved,
            document=document,
            occurred_at=at,
            own_date=own,
            source="clarus_transactions.csv",
            row=f"clarus_transactions.csv, line {number}",
        )
        for line, after in enumerate(booked):
            yield StockEntry(
                entry_id=f"b{number}.{line}",
                side=EntrySide.BOOK,
                item=item,
                location=location,
                qty=Decimal(qty),
                moved=moved,
                document=document,
                booked_date=own + dt.timedelta(days=after),
                entered_at=at + dt.timedelta(days=after, hours=line + 1),
                source="bluecherry_stock_ledger.csv",
                row=f"bluecherry_stock_ledger.csv, line {number}",
            )


def _postings() -> Iterator[PostingStep]:
    for document, moved, item, location, qty, day, _, state in MOVED:
        if state:
            own = dt.date(2026, 10, day)
            yield PostingStep(
                document=document,
                state=state,
                moved=moved,
                item=item,
                location=location,
                qty=Decimal(abs(qty)),
                said_at=dt.datetime.combine(own, dt.time(16), ZONE),
                asked_date=own,
            )
