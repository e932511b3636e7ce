"""What left on a day, and where its cost of goods sold stands: each unit in one part, and the parts are the whole.

Law of this module: what left is the warehouse's word; where it stands is the books' own, where they were
read, else the ledger's word about each message. A dispatch that was taken back on its day has not left. A
unit without a cost has no value, and is told.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.finance.close import CauseStatus, Close, StockEntry
from clarus_bluecherry.finance.close._entries import NONE, ORDERS
from clarus_bluecherry.finance.exceptions import CostOf, ExceptionTerms, costs_of
from clarus_bluecherry.finance.exceptions._terms import item_named
from clarus_bluecherry.finance.in_flight import ERP
from clarus_bluecherry.finance.morning._told import ImpactSum, impact_of, worth
from clarus_bluecherry.ledger import Posting, State
from clarus_bluecherry.model import Dispatch, Money, UnmatchedCode
from clarus_bluecherry.model._values import item_key


class DispatchPart(enum.StrEnum):
    """Where the cost of what left stands."""

    RIGHT_PERIOD = "right_period"
    """In the books, in the period in which it left."""
    OTHER_PERIOD = "other_period"
    """In the books, in another period."""
    AWAITING_INVOICE = "awaiting_invoice"
    """Blue Cherry was told, and has not invoiced it."""
    REFUSED = "refused"
    """Blue Cherry refused it."""
    NOT_TOLD = "not_told"
    """Blue Cherry was not told: the message waits, or there is none."""
    IN_DOUBT = "in_doubt"
    """A message was sent, and nobody knows whether it took effect."""
    OTHERWISE = "otherwise"
    """In the books in another quantity, as another SKU, elsewhere, or settled by hand."""


@frozen(kw_only=True)
class DispatchedLine:
    """So many units of an item that left on the day, and where their cost stands. `value` is that at the
    dated cost; None without one.
    """

    document: str
    item: str
    location: str
    part: DispatchPart
    units: Decimal
    value: Money | None


@frozen(kw_only=True)
class Dispatched:
    """What left on `day`. `is_by_books` says whether the books were read, or only the messages are known."""

    day: dt.date
    lines: tuple[DispatchedLine, ...]
    is_by_books: bool

    @property
    def whole(self) -> ImpactSum:
        """All that left."""
        return _sum(self.lines)

    def of(self, part: DispatchPart) -> ImpactSum:
        """What of it stands there."""
        return _sum(line for line in self.lines if line.part is part)


def _sum(lines: Iterable[DispatchedLine]) -> ImpactSum:
    return impact_of((line.units, line.value, None) for line in lines)


# By the ledger's word ----------------------------------------------------------------------------------------

_OF_STATE: Mapping[State, DispatchPart] = {
    State.ACCEPTED: DispatchPart.AWAITING_INVOICE,
    State.REJECTED: DispatchPart.REFUSED,
    State.IN_DOUBT: DispatchPart.IN_DOUBT,
    State.CANCELLED: DispatchPart.OTHERWISE,
}


def dispatched_by_ledger(
    day: dt.date, left: Iterable[tuple[Dispatch, Sequence[Posting]]], terms: ExceptionTerms
) -> Dispatched:
    """What left on `day`, by the messages about each dispatch. `left` may have those of other days too."""
    return Dispatched(
        day=day,
        lines=tuple(
            line
            for record, postings in left
            if (record.own_date or terms.day_of(record.occurred_at, record.location)) == day
            for line in _told(record, day, _part(day, postings, terms), terms)
        ),
        is_by_books=False,
    )


def _told(record: Dispatch, day: dt.date, part: DispatchPart, terms: ExceptionTerms) -> Iterator[DispatchedLine]:
    for line in record.lines:
        item = terms.sku_of(line.item.code) if isinstance(line.item, UnmatchedCode) else line.item
        if line.shipped:
            yield DispatchedLine(
                document=record.order_reference,
                item=item_key(item),
                location=record.location,
                part=part,
                units=line.shipped,
                value=worth(line.shipped, terms.cost_of(item, record.location, day)),
            )


def _part(day: dt.date, postings: Sequence[Posting], terms: ExceptionTerms) -> DispatchPart:
    told = [posting for posting in postings if posting.target == ERP]
    alive = [posting for posting in told if posting.state is not State.CANCELLED] or told
    if not alive:
        return DispatchPart.NOT_TOLD
    posting = alive[0]
    if posting.state is not State.POSTED:
        return _OF_STATE.get(posting.state, DispatchPart.NOT_TOLD)
    own, booked = terms.period_of(day), terms.period_of(posting.accounting_date or day)
    is_right = own is None or booked is None or own[0] == booked[0]
    return DispatchPart.RIGHT_PERIOD if is_right else DispatchPart.OTHER_PERIOD


# By the books ------------------------------------------------------------------------------------------------

_P, _S = DispatchPart, CauseStatus
_OF_STATUS: Mapping[CauseStatus, DispatchPart] = {
    _S.OTHER_DAY: _P.RIGHT_PERIOD,
    _S.OTHER_PERIOD: _P.OTHER_PERIOD,
    _S.SHIPPED_NOT_INVOICED: _P.AWAITING_INVOICE,
    _S.ACCEPTED: _P.AWAITING_INVOICE,
    _S.REJECTED: _P.REFUSED,
    _S.IN_DOUBT: _P.IN_DOUBT,
    **dict.fromkeys(
        (
            _S.NOT_TOLD,
            _S.RETRYING,
            _S.PARKED,
            _S.CANCELLED,
            _S.POSTED_NOT_FOUND,
            _S.UNMAPPED,
            _S.CONFLICTING,
        ),
        _P.NOT_TOLD,
    ),
}
_Left = tuple[str, str, str]
"""Document, item and location."""


def dispatched_by_books(close: Close, day: dt.date) -> Dispatched:
    """What left on `day`, by what a close as of that day or later has of each document."""
    cost_of = costs_of(close)
    moved, later = defaultdict[_Left, Decimal](Decimal), defaultdict[_Left, Decimal](Decimal)
    for entry in close.entries:
        if entry.moved in ORDERS and _is_compared(close, entry) and entry.own_date is not None:
            key = entry.document or entry.entry_id, entry.item, entry.location
            if entry.own_date == day:
                moved[key] -= entry.qty
            elif entry.own_date > day:
                later[key] -= entry.qty
    missing = _missing(close)
    return Dispatched(
        day=day,
        lines=tuple(
            line
            for key, units in sorted(moved.items())
            if units > 0
            for line in _lines(key, units, _after(missing.get(key, ()), later[key]), cost_of, day)
        ),
        is_by_books=True,
    )


def _is_compared(close: Close, entry: StockEntry) -> bool:
    return entry.is_physical and close.given.compares(entry.location) and close.known.has_entry(entry)


_Missing = Sequence[tuple[DispatchPart, Decimal | None]]
"""How much of a document stands where; None is all of it."""


def _missing(close: Close) -> Mapping[_Left, _Missing]:
    """How much of each document at each place stands elsewhere than it should."""
    found: defaultdict[_Left, list[tuple[DispatchPart, Decimal | None]]] = defaultdict(list)
    for line in close.lines:
        for cause in line.causes:
            is_whole = not cause.units and cause.status is _S.OTHER_PERIOD
            if cause.moved in ORDERS and (is_whole or cause.units < 0):
                part = _OF_STATUS.get(cause.status, _P.OTHERWISE)
                found[cause.document, line.item, line.location].append((part, None if is_whole else -cause.units))
    return found


def _after(missing: _Missing, later: Decimal) -> _Missing:
    """What is left of it for the day, once what left later has its part: what left last is booked last."""
    rest: list[tuple[DispatchPart, Decimal | None]] = []
    for part, units in missing:
        taken = NONE if units is None else min(max(later, NONE), units)
        later -= taken
        rest.append((part, None if units is None else units - taken))
    return rest


def _lines(
    key: _Left, units: Decimal, missing: _Missing, cost_of: CostOf, day: dt.date
) -> Iterator[DispatchedLine]:
    document, item, location = key
    cost = cost_of(item_named(item), location, day)
    for part, some in _parts(units, missing):
        yield DispatchedLine(
            document=document,
            item=item,
            location=location,
            part=part,
            units=some,
            value=worth(some, cost),
        )


def _parts(units: Decimal, missing: _Missing) -> Iterator[tuple[DispatchPart, Decimal]]:
    rest = units
    for part, some in missing:
        taken = rest if some is None else min(rest, some)
        if taken > 0:
            yield part, taken
            rest -= taken
    if rest > 0:
        yield DispatchPart.RIGHT_PERIOD, rest
