"""A morning with large numbers: three problems of different size, a value nobody knows, hostile texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

from attrs import evolve

from clarus_bluecherry.finance.close import (
    CloseInput,
    CostRow,
    CreditMemo,
    EntrySide,
    ExpectedLine,
    Moved,
    OrderVersion,
    Position,
    PostingStep,
    Reading,
    StockEntry,
    close_books,
    end_of,
)
from clarus_bluecherry.finance.exceptions import (
    ExceptionClass,
    ExceptionEvent,
    ExceptionEvidence,
    ExceptionItem,
    ExceptionPolicy,
    ExceptionStanding,
    ExceptionState,
    ExceptionStep,
    ExceptionTerms,
    PromiseImpact,
    close_found,
    costs_of,
    one_for_each,
    ranked,
)
from clarus_bluecherry.finance.morning import (
    EditedOrder,
    HaltedCode,
    Morning,
    NotKnown,
    Oversold,
    SourceRead,
    books_figures,
    dispatched_by_books,
    lags_of,
    since_yesterday,
)
from clarus_bluecherry.ledger import Posting, SettledPosting, State
from clarus_bluecherry.model import Money
from clarus_bluecherry.report.morning import morning_page
from clarus_bluecherry.report.pages import ReportPage

ZONE = ZoneInfo("America/New_York")
NOW = dt.datetime(2026, 11, 24, 8, 0, tzinfo=ZONE)
YESTERDAY, BEGAN = dt.date(2026, 11, 23), dt.date(2026, 10, 31)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
SCRIPT, FORMULA, STEERING, PERSON = "<script>alert(1)</script>", "=1+1", "ODD\x1b[2J", "jane.roe@example.com"
NJ = "NJ"
JACKET, SHIRT, SCARF, NEW = "01001-BLK-M", "01002-NAV-L", "01003-RED-S", "01004-NEW-M"
COSTS = {JACKET: "29.00", SHIRT: "9.75", SCARF: "4.10"}
OPENING = {JACKET: 84_000, SHIRT: 41_500, SCARF: 22_800, NEW: 3_600}
NEVER, ONCE = (), (0,)

MOVED = [
    # document, class, item, units, day of November, days of its bookings after it, state of its posting
    ("P5001", Moved.DISPATCHED, JACKET, -38_106, 23, NEVER, "accepted"),
    ("C7001", Moved.RECEIVED, SHIRT, 12_400, 22, NEVER, "accepted"),
    ("P5003", Moved.DISPATCHED, SCARF, -1_650, 23, NEVER, "rejected"),
    ("P5004", Moved.DISPATCHED, NEW, -240, 23, NEVER, "parked"),
    ("P5005", Moved.DISPATCHED, SCARF, -75, 23, NEVER, "in_doubt"),
    ("P5006", Moved.DISPATCHED, SHIRT, -2_210, 23, ONCE, "posted"),
    ("P5007", Moved.DISPATCHED, SHIRT, -1_040, 23, ONCE, "posted"),
    ("P5008", Moved.DISPATCHED, JACKET, -310, 20, ONCE, "posted"),
    ("RMA61", Moved.RETURNED, SCARF, 45, 12, ONCE, "posted"),
    (FORMULA, Moved.ADJUSTED, SHIRT, -16, 18, NEVER, "parked"),
]  # fmt: skip
LOST = {JACKET: -35}
"""What is gone, and no document tells of."""


def page() -> ReportPage:
    """Its page."""
    return morning_page(morning())


def morning() -> Morning:
    """Everything known but the holds, which the warehouse did not tell."""
    close = close_books(given(), end_of(NOW.date(), ZONE))
    terms = ExceptionTerms(now=NOW, cost_of=costs_of(close))
    items = ranked(one_for_each([*close_found(close, terms), *others()]))
    policy = ExceptionPolicy(most_value=Decimal(1_000_000))
    return Morning(
        as_of=NOW,
        looked_at=NOW,
        zone=ZONE,
        currency="USD",
        day=YESTERDAY,
        policy=policy,
        items=items,
        standings={each.identity: each for each in standings(items)},
        not_looked_for=frozenset({ExceptionClass.HELD_TOO_LONG, ExceptionClass.RETURN_DISPOSITION_OPEN}),
        unread=(f"warehouse: {STEERING} answered with http_503",),
        waiting_below=(),
        dispatched=dispatched_by_books(close, YESTERDAY),
        books=books_figures(close),
        lags=lags_of(settled(), waiting()),
        halted=(
            HaltedCode(
                code=SCRIPT,
                messages=3,
                units=Decimal(1_260),
                oldest=NOW - 3 * DAY,
                candidates=(f"{SHIRT}: looks alike", FORMULA),
                documents=("adjustment 421", "pick 9201", STEERING),
            ),
        ),
        oversold=(
            Oversold(
                item=SCARF, units=Decimal(1_420), value=Money("5822.00", "USD"), open=Decimal(-1_420), free=None
            ),
            Oversold(item=NEW, units=Decimal(12), value=None, open=Decimal(4), free=Decimal(-12)),
        ),
        edited=(
            EditedOrder(
                reference="P6001",
                status="PICKED",
                what=("quantity",),
                action="Release what is missing on a new ticket.",
                units=Decimal(1_200),
                revenue=Money("58800.00", "USD"),
                cost=Money("34800.00", "USD"),
                refused="",
            ),
        ),
        since_yesterday=since_yesterday(steps(items), NOW - 32 * HOUR, NOW, policy.breaches(items, NOW)),
        sources=(
            SourceRead(name="Dispatches, from Clarus", told_at=NOW - 9 * HOUR),
            SourceRead(name="Pick tickets, from Blue Cherry", told_at=NOW - 3 * DAY, state="silent"),
        ),
    )


def without_books() -> Morning:
    """The same where nobody read the books, and no source answered."""
    why = NotKnown("the books were not read.", "Run: clarus-bluecherry morning --books FOLDER")
    parts = ("books", "oversold", "edited", "lags", "halted", "dispatched", "since_yesterday", "sources")
    return evolve(morning(), waiting_below=why, **dict.fromkeys(parts, why))


# The books -----------------------------------------------------------------------------------------------------


def given() -> CloseInput:
    """Both sides since the end of October."""
    entries = list(_entries())
    return CloseInput(
        zone=ZONE,
        currency="USD",
        entries=entries,
        readings=[_opening(), _stock(entries)],
        costs=[CostRow(item=item, amount=Decimal(cost), currency="USD") for item, cost in COSTS.items()],
        postings=list(_postings()),
        orders=[OrderVersion(names=("RMA61", "P4801"), item=SCARF, price=Decimal(18))],
        expected=[
            ExpectedLine(names=("C7001",), item=SHIRT, location=NJ, qty=Decimal(12_000)),
            ExpectedLine(names=("C7002",), item=JACKET, location=NJ, qty=Decimal(15_000), is_closed=True),
        ],
        credits=[CreditMemo(memo="CM40", names=("RMA60",), qty=Decimal(3))],
        missing=["units: a unit that is not the each is not known"],
    )


def _opening() -> Reading:
    return Reading(
        side=EntrySide.BOOK,
        as_of=BEGAN,
        source="opening_positions.csv",
        rows=len(OPENING),
        total=Decimal(sum(OPENING.values())),
        positions=tuple(Position(item=item, location=NJ, qty=qty) for item, qty in OPENING.items()),
    )


def _stock(entries: list[StockEntry]) -> Reading:
    held = {item: Decimal(qty + LOST.get(item, 0)) for item, qty in OPENING.items()}
    for entry in entries:
        if entry.is_physical:
            held[entry.item] += entry.qty
    return Reading(
        side=EntrySide.PHYSICAL,
        taken_at=NOW,
        source="clarus_stock.csv",
        rows=len(held),
        total=sum(held.values(), Decimal(0)),
        positions=tuple(Position(item=item, location=NJ, qty=qty) for item, qty in held.items()),
    )


def _entries() -> Iterator[StockEntry]:
    for number, (document, moved, item, qty, day, booked, _) in enumerate(MOVED):
        own = dt.date(2026, 11, day)
        at = dt.datetime.combine(own, dt.time(15), ZONE)
        told = {"item": item, "location": NJ, "moved": moved, "document": document}
        yield StockEntry(
            entry_id=f"p{number}", side=EntrySide.PHYSICAL, qty=Decimal(qty), occurred_at=at, own_date=own, **told
        )
        for after in booked:
            yield StockEntry(
                entry_id=f"b{number}",
                side=EntrySide.BOOK,
                qty=Decimal(qty),
                booked_date=own + after * DAY,
                **{**told, "item": SCARF if document == "P5007" else item},
            )


def _postings() -> Iterator[PostingStep]:
    for document, moved, item, qty, day, _, state in MOVED:
        yield PostingStep(
            document=document,
            state=state,
            moved=moved,
            item=item,
            location=NJ,
            qty=Decimal(abs(qty)),
            said_at=dt.datetime(2026, 11, day, 16, tzinfo=ZONE),
        )


# The rest ------------------------------------------------------------------------------------------------------


def others() -> Iterator[ExceptionItem]:
    """What the books do not tell."""
    shown = ExceptionEvidence(source="ledger", documents=(FORMULA,), came_back=f"{STEERING} is no SKU")
    yield ExceptionItem(
        kind=ExceptionClass.SKU_HALTED,
        subject="adjustment 421",
        what=f"adjustment 421 {SCRIPT}",
        since=NOW - 3 * DAY,
        units=Decimal(-1_260),
        evidence=(shown,),
    )
    yield ExceptionItem(
        kind=ExceptionClass.PAST_PROMISE,
        subject="order P6001",
        what="pick P6001",
        since=NOW - 2 * DAY,
        units=Decimal(-1_200),
        value=Money("-34800.00", "USD"),
        promise=PromiseImpact(order="SO6001", promised=dt.date(2026, 11, 22), units=Decimal(1_200)),
    )
    for number, worth in ((1, "-4350.00"), (2, "-290.00")):
        yield ExceptionItem(
            kind=ExceptionClass.STUCK_PICKED,
            subject=f"order P610{number}",
            what=f"pick P610{number}",
            since=NOW - number * DAY - HOUR,
            units=Decimal(worth) / 29,
            value=Money(worth, "USD"),
        )
    yield ExceptionItem(
        kind=ExceptionClass.FEED_SILENT,
        subject="feed bluecherry pick_ticket",
        what="feed bluecherry pick_ticket",
        since=NOW - 3 * DAY,
    )


def standings(items: tuple[ExceptionItem, ...]) -> Iterator[ExceptionStanding]:
    """How the ledger keeps them: one rests, as a person said."""
    for item in items:
        rests = item.subject == "order P6102"
        yield ExceptionStanding(
            item=item,
            opened_at=item.since,
            seen_at=NOW,
            state=ExceptionState.ACKNOWLEDGED if rests else ExceptionState.OPEN,
            acknowledged_by=PERSON if rests else "",
            why=f"write to {PERSON}" if rests else "",
            until=NOW + 2 * DAY if rests else None,
        )


def steps(items: tuple[ExceptionItem, ...]) -> Iterator[ExceptionStep]:
    """What happened to them since yesterday."""
    for item in items[:6]:
        yield ExceptionStep(identity=item.identity, at=NOW - 2 * HOUR, event=ExceptionEvent.OPENED)
    yield ExceptionStep(
        identity="dispatch_not_posted:order P4999",
        at=NOW - 20 * HOUR,
        event=ExceptionEvent.CLEARED,
        note="dispatch of pick P4999 was posted on 2026-11-23 17:00Z",
    )


def settled() -> Iterator[SettledPosting]:
    """A thousand dispatches that Blue Cherry booked, and orders that the warehouse took."""
    for number in range(1_000):
        at = NOW - DAY - number * dt.timedelta(minutes=5)
        yield SettledPosting("bluecherry", "order_shipment", at, at + dt.timedelta(minutes=30 + number % 300))
    yield SettledPosting("clarus", "goods_out", NOW - HOUR, NOW - HOUR + dt.timedelta(seconds=90))


def waiting() -> Iterator[Posting]:
    """One that Blue Cherry refused."""
    yield Posting(
        fact_key="clarus:dispatch:5003",
        target="bluecherry",
        kind="order_shipment",
        state=State.REJECTED,
        occurred_at=NOW - 17 * HOUR,
        record_name="dispatch of pick P5003",
    )
