"""Lists that a close is read with: the cut-off test, GR/IR, returns without a credit, what is less than nothing.

Law of this module: a list says what is so and what was looked at; it changes no figure of the close.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from attrs import evolve, frozen

from clarus_bluecherry.finance.close._costs import CostTable
from clarus_bluecherry.finance.close._entries import (
    NONE,
    ORDERS,
    CreditMemo,
    ExpectedLine,
    Moved,
    OrderVersion,
    StockEntry,
)
from clarus_bluecherry.finance.close._input import CloseInput
from clarus_bluecherry.finance.close._matters import Matter, Matters, units
from clarus_bluecherry.finance.close._moments import Known, Moment
from clarus_bluecherry.finance.periods import FiscalYears

TESTED = 25
"""So many movements before the moment and after it an auditor looks at."""


class CutOffVerdict(enum.StrEnum):
    """Whether the books have a movement in its own period."""

    RIGHT = "right"
    WRONG_PERIOD = "wrong_period"
    NOT_BOOKED = "not_booked"


@frozen(kw_only=True)
class CutOffLine:
    """A movement near the moment: its event, the day that was asked for, and the day that the books have."""

    document: str
    item: str
    location: str
    moved: Moved
    units: Decimal
    is_before: bool
    occurred_at: dt.datetime | None
    own_date: dt.date | None
    asked_date: dt.date | None
    booked_date: dt.date | None
    verdict: CutOffVerdict


def cut_off_test(found: Matters, at: Moment, years: FiscalYears, *, count: int = TESTED) -> tuple[CutOffLine, ...]:
    """The last `count` movements before a moment and the first after it, as they happened."""
    moves = [
        (entry, matter, is_before)
        for matter in found.at.values()
        for is_before, entries in ((True, matter.moved), (False, matter.to_move))
        for entry in entries
        if entry.qty
    ]
    moves.sort(key=lambda each: _when(each[0], at))
    before = [each for each in moves if each[2]][-count:]
    after = [each for each in moves if not each[2]][:count]
    return tuple(_tested(*each, found, years) for each in before + after)


def _when(entry: StockEntry, at: Moment) -> tuple[dt.date, dt.datetime, str]:
    return entry.own_date or dt.date.min, entry.occurred_at or _noon(entry, at), entry.entry_id


def _noon(entry: StockEntry, at: Moment) -> dt.datetime:
    return dt.datetime.combine(entry.own_date or dt.date.min, dt.time(12), at.instant.tzinfo or dt.UTC)


def _tested(entry: StockEntry, matter: Matter, is_before: bool, found: Matters, years: FiscalYears) -> CutOffLine:
    booked = _booked(entry, matter)
    others = ORDERS - {entry.moved}
    told = [step for step in found.told(matter) if step.moved not in others]
    asked = [step.asked_date for step in told if step.asked_date is not None]
    return CutOffLine(
        document=matter.key[1],
        item=entry.item,
        location=entry.location,
        moved=entry.moved,
        units=entry.qty,
        is_before=is_before,
        occurred_at=entry.occurred_at,
        own_date=entry.own_date,
        asked_date=min(asked, default=None),
        booked_date=booked,
        verdict=_verdict(entry.own_date, booked, years),
    )


def _booked(entry: StockEntry, matter: Matter) -> dt.date | None:
    """The day under which the books have it: that of a line of just its units, nearest to its own day."""
    lines = [each for each in matter.all_booked if each.booked_date and (each.qty > 0) == (entry.qty > 0)]
    same = [each for each in lines if each.qty == entry.qty] or lines
    own = entry.own_date or dt.date.min
    days = [each.booked_date for each in same if each.booked_date is not None]
    return min(days, key=lambda day: (abs(day - own), day), default=None)


def _verdict(own: dt.date | None, booked: dt.date | None, years: FiscalYears) -> CutOffVerdict:
    if booked is None or own is None:
        return CutOffVerdict.NOT_BOOKED
    is_right = years.of(own) == years.of(booked)
    return CutOffVerdict.RIGHT if is_right else CutOffVerdict.WRONG_PERIOD


# GR/IR -------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class ReceivedLine:
    """A line of a purchase order: what it should bring, what came, what the books have; all in eaches.

    `verdicts` say what is wrong with it: `over`, `short`, `reversed`, `not_booked`, `booked_more`. A line of which
    nothing came yet is not short, unless it `is_closed`: then no more is to come.
    """

    document: str
    line: str
    item: str
    location: str
    expected: Decimal | None
    received: Decimal
    booked: Decimal
    verdicts: tuple[str, ...]
    is_closed: bool = False
    unit_cost: Decimal | None = None
    """What an each costs there at the moment, in the books' currency; None where nobody says so."""
    taken_back: Decimal = NONE
    """What was received and taken back again, whichever way: by the warehouse, else by the books."""

    @property
    def open(self) -> Decimal:
        """Received and not booked."""
        return self.received - self.booked


def received_lines(
    found: Matters, expected: Iterable[ExpectedLine], at: Moment, costs: CostTable
) -> tuple[ReceivedLine, ...]:
    """Every line of a purchase order of which something was received, booked or expected, up to the moment."""
    wanted: dict[tuple[str, str, str], ExpectedLine] = {}
    for told in expected:
        wanted[_named(told.names, found), told.line, told.item] = told
    sums: defaultdict[tuple[str, str, str], list[StockEntry]] = defaultdict(list)
    for matter in found.at.values():
        for entry in matter.moved + matter.booked:
            if entry.moved is Moved.RECEIVED:
                line = entry.line if (matter.key[1], entry.line, entry.item) in wanted else _line(matter, entry)
                sums[matter.key[1], line, entry.item].append(entry)
    arrived = {key[0] for key, entries in sums.items() if any(entry.is_physical for entry in entries)}
    lines = [
        _received(key, sums.get(key, []), wanted.get(key), is_there=key[0] in arrived)
        for key in sorted({*sums, *wanted})
    ]
    return tuple(evolve(line, unit_cost=costs.booked((line.item, line.location), at.last_day)) for line in lines)


def _named(names: Sequence[str], found: Matters) -> str:
    """What the warehouse calls an order, else its own name."""
    known = {document for _, document in found.of}
    return next((name for name in names if name in known), names[0])


def _line(matter: Matter, entry: StockEntry) -> str:
    """The line of an entry that tells none: that of the document's other entries here, where they tell one."""
    lines = {each.line for each in matter.moved + matter.all_booked if each.line}
    return entry.line or (lines.pop() if len(lines) == 1 else "")


def _received(
    key: tuple[str, str, str], entries: Sequence[StockEntry], wanted: ExpectedLine | None, *, is_there: bool
) -> ReceivedLine:
    """The line `key`, of which `entries` tell; `is_there` says whether anything of its order came."""
    ours = [entry for entry in entries if entry.is_physical]
    came, booked = units(ours), units([entry for entry in entries if not entry.is_physical])
    told = wanted.qty if wanted else None
    back = [entry.qty for entry in ours if entry.qty < 0] or [entry.qty for entry in entries if entry.qty < 0]
    is_due = bool(entries and is_there) or (wanted is not None and wanted.is_closed)
    verdicts = (
        ("over", told is not None and came > told),
        ("short", told is not None and came < told and is_due),
        ("reversed", bool(back)),
        ("not_booked", came > booked),
        ("booked_more", booked > came),
    )
    places = [entry.location for entry in entries] or [wanted.location if wanted else ""]
    return ReceivedLine(
        document=key[0],
        line=key[1],
        item=key[2],
        location=min(places),
        expected=told,
        received=came,
        booked=booked,
        verdicts=tuple(name for name, holds in verdicts if holds),
        is_closed=wanted is not None and wanted.is_closed,
        taken_back=abs(sum(back, NONE)),
    )


# Returns -----------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class UncreditedReturn:
    """What came back, lies on the shelf, and was not credited to the customer, at its price.

    Not crediting leaves receivables too high; where the books do not have the stock either (`in_books` is less
    than `restocked`), the asset is *under*stated by `understated`, at cost.
    """

    document: str
    item: str
    location: str
    restocked: Decimal
    credited: Decimal
    in_books: Decimal
    price: Decimal | None
    value: Decimal | None
    understated: Decimal | None


def uncredited_returns(
    found: Matters, given: CloseInput, at: Moment, known: Known, costs: CostTable
) -> tuple[UncreditedReturn, ...]:
    """Every return that was restocked by the moment, and of which more came back than was credited."""
    memos = [memo for memo in given.credits if known.has(memo.known_at)]
    lines: list[UncreditedReturn] = []
    for (place, key), matter in sorted(found.at.items()):
        back = units([entry for entry in matter.moved if entry.moved is Moved.RETURNED])
        if not back:
            continue
        names = found.index.names.of(key[1])
        mine = [memo for memo in memos if memo.item in ("", place[0]) and names & {memo.memo, *memo.names}]
        seen = [memo for memo in mine if memo.memo and _is_by(memo, at)]
        credited = back if any(memo.qty is None for memo in seen) else _memo_units(seen)
        if back - credited > 0:
            cost, price = costs.booked(place, at.last_day), _price(names, place[0], given.orders, mine)
            missing = back - units(matter.booked)
            lines.append(
                UncreditedReturn(
                    document=key[1],
                    item=place[0],
                    location=place[1],
                    restocked=back,
                    credited=credited,
                    in_books=units(matter.booked),
                    price=price,
                    value=None if price is None else (back - credited) * price,
                    understated=None if cost is None else missing * cost,
                )
            )
    return tuple(lines)


def _is_by(memo: CreditMemo, at: Moment) -> bool:
    return memo.credited_on is None or memo.credited_on <= at.last_day


def _memo_units(memos: Iterable[CreditMemo]) -> Decimal:
    return sum((abs(memo.qty) for memo in memos if memo.qty is not None), NONE)


def _price(
    names: frozenset[str], item: str, orders: Iterable[OrderVersion], memos: Iterable[CreditMemo]
) -> Decimal | None:
    """The price by the credit, else by the return's own order, else the only one that orders have for the item."""
    told = [memo.price for memo in memos if memo.price is not None]
    lines = [order for order in orders if order.price is not None and order.item in ("", item)]
    told += [order.price for order in lines if order.price is not None and names.intersection(order.names)]
    usual = {order.price for order in lines if order.item}
    return told[0] if told else usual.pop() if len(usual) == 1 else None
