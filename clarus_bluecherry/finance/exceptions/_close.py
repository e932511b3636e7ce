"""What a close tells: each cause of a difference, each line of its lists, in one class.

Law of this module: a close is the answer to another question, and is taken as it is. What it names for a document
is added up over the document's places; what no document explains is a gap at its place.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import accumulate

from attrs import define, field

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.close import (
    CauseStatus,
    Close,
    CloseCause,
    CloseLine,
    Moved,
    PostingStep,
    ReceivedLine,
    StockEntry,
    Trouble,
    UncreditedReturn,
)
from clarus_bluecherry.finance.close._costs import CostTable
from clarus_bluecherry.finance.close._documents import KIND_OF, DocumentKey, index_of
from clarus_bluecherry.finance.close._entries import NONE, ORDERS
from clarus_bluecherry.finance.close._matters import SETTLED, step_age
from clarus_bluecherry.finance.exceptions._classes import ExceptionClass
from clarus_bluecherry.finance.exceptions._items import ExceptionEvidence, ExceptionItem, total
from clarus_bluecherry.finance.exceptions._terms import CostOf, ExceptionTerms, item_named
from clarus_bluecherry.ledger.keys import key_parts
from clarus_bluecherry.model import Item, Money, PeriodState, Sku
from clarus_bluecherry.model._values import item_key

_C = ExceptionClass
_S = CauseStatus
_SOURCE = "close"
_DAY = dt.timedelta(days=1)

_NOT_IN_BOOKS = frozenset(
    {
        _S.SHIPPED_NOT_INVOICED,
        _S.ACCEPTED,
        _S.RETRYING,
        _S.REJECTED,
        _S.CANCELLED,
        _S.NOT_TOLD,
        _S.POSTED_NOT_FOUND,
        _S.UNDONE_DISPATCH,
        _S.RESTOCKED,
    }
)
_LAGS: Mapping[Moved, ExceptionClass] = {
    Moved.DISPATCHED: _C.DISPATCH_NOT_POSTED,
    Moved.UNDISPATCHED: _C.DISPATCH_UNDONE,
    Moved.RECEIVED: _C.RECEIPT_UNPOSTED,
    Moved.RETURNED: _C.RETURN_NOT_IN_BOOKS,
    Moved.ADJUSTED: _C.ADJUSTMENT_LAGGING,
    Moved.COUNTED: _C.COUNT_LAGGING,
}
_BY_STATUS: Mapping[CauseStatus, ExceptionClass] = {
    _S.UNMAPPED: _C.SKU_HALTED,
    _S.CONFLICTING: _C.SKU_HALTED,
    _S.IN_DOUBT: _C.IN_DOUBT,
    _S.PARKED: _C.PARKED,
    _S.EDITED_ORDER: _C.ORDER_DRIFTED,
    _S.IN_TRANSIT: _C.IN_TRANSIT_TOO_LONG,
}
_OF_ORDERS: Mapping[CauseStatus, ExceptionClass] = {
    _S.OTHER_PERIOD: _C.DISPATCH_WRONG_PERIOD,
    _S.POSTED_TWICE: _C.DISPATCH_POSTED_TWICE,
}
_GAPS = frozenset({"opening_differs", "fact_without_transaction", "report_differs", "bad_row"})
"""What a close says is missing, or does not meet, as a gap."""
_NEGATIVE, _LATE, _SEVERAL = "negative_on_hand", "booked_into_a_closed_period", "told_in_several_ways"


def close_found(close: Close, terms: ExceptionTerms) -> Iterator[ExceptionItem]:
    """What `close` tells of, each document in each of its classes once."""
    found = _Found(close, terms)
    for line in close.lines:
        for cause in line.causes:
            found.cause(line, cause)
        if line.unexplained:
            found.gap(line)
    for each in close.received:
        found.received(each)
    for back in close.uncredited:
        found.uncredited(back)
    for trouble in close.exceptions:
        found.trouble(trouble)
    yield from found.items()


def costs_of(close: Close) -> CostOf:
    """What an each costs by all that a close knows of costs; None where nobody says so, or in which currency."""
    given = close.given
    table = CostTable(given.costs, close.known, given.basis, given.currency)

    def cost_of(item: Item, location: str, day: dt.date) -> Money | None:
        cost = table.at((item_key(item), location), day)
        currency = "" if cost is None else cost.currency if cost.rate is None else table.currency
        return None if cost is None or not currency else Money(cost.shown, currency)

    return cost_of


def terms_of(close: Close) -> ExceptionTerms:
    """By what the exceptions of a close are judged where nothing but the close is at hand: at its moment, by its
    costs, its periods and what was known of them.
    """

    def period_of(day: dt.date) -> tuple[str, bool] | None:
        try:
            period = close.given.years.of(day)
        except InvalidRecord:
            return None
        return period.name, close.given.state_at(period, close.known.until) is PeriodState.CLOSED

    return ExceptionTerms(now=close.as_of.instant, cost_of=costs_of(close), period_of=period_of)


def not_told_by(close: Close) -> frozenset[ExceptionClass]:
    """The classes that this close cannot tell of, because of a source that is not there."""
    missing = {what.partition(":")[0] for what in close.given.missing}
    needs = {
        "credits": (_C.RETURN_NOT_CREDITED,),
        "purchase_orders": (_C.RECEIPT_OVER, _C.RECEIPT_SHORT),
    }
    return frozenset(kind for source, kinds in needs.items() if source in missing for kind in kinds)


@define
class _Part:
    """What of a subject is at a place."""

    place: tuple[str, str]
    units: Decimal
    entries: Sequence[StockEntry]
    why: str
    begun: dt.date | None = None
    """The first day on which either side has it, where its entries do not tell that."""
    document: str = ""

    @property
    def day(self) -> dt.date | None:
        """The day that it is of."""
        return self.begun or _first_day(self.entries)


@define
class _Found:
    """What was found so far, by class and subject."""

    close: Close
    terms: ExceptionTerms
    _parts: dict[tuple[ExceptionClass, str], list[_Part]] = field(factory=dict, init=False)
    _entries: dict[tuple[str, str, str], list[StockEntry]] = field(factory=dict, init=False)
    _places: dict[tuple[str, str], list[StockEntry]] = field(factory=dict, init=False)
    _told: frozenset[str] = field(default=frozenset(), init=False)
    _given_up: frozenset[str] = field(default=frozenset(), init=False)

    def __attrs_post_init__(self) -> None:
        for entry in self.close.entries:
            key = entry.item, entry.location, entry.document or entry.entry_id
            self._entries.setdefault(key, []).append(entry)
            self._places.setdefault(entry.place, []).append(entry)
        self._told = frozenset(step.document for step in self.close.given.postings)
        self._given_up = _given_up(self.close)

    def entries(self, place: tuple[str, str], document: str, moved: Moved | None = None) -> list[StockEntry]:
        """What either side has of a document at a place: the warehouse's own, where it has any."""
        told = self._entries.get((*place, document), [])
        ours = [entry for entry in told if entry.is_physical] or told
        return [entry for entry in ours if moved is None or entry.moved is moved]

    def _of_cause(self, place: tuple[str, str], cause: CloseCause) -> list[StockEntry]:
        """What the warehouse has of its document, else the books; an order is no receipt of the same number."""
        told, kind = self._entries.get((*place, cause.document), []), KIND_OF[cause.moved]
        ours = [entry for entry in told if entry.is_physical and KIND_OF[entry.moved] is kind]
        return ours or [entry for entry in told if not entry.is_physical]

    def add(
        self,
        kind: ExceptionClass,
        subject: str,
        place: tuple[str, str],
        units: Decimal,
        entries: Sequence[StockEntry],
        why: str = "",
        begun: dt.date | None = None,
        document: str = "",
    ) -> None:
        part = _Part(place, units, entries, why, begun, document)
        self._parts.setdefault((kind, subject), []).append(part)

    @cached_property
    def _books(self) -> Mapping[tuple[str, str, DocumentKey], Sequence[StockEntry]]:
        """The lines of the books, by what the warehouse calls their documents."""
        given, known = self.close.given, self.close.known
        told = [entry for entry in self.close.entries if known.has_entry(entry)]
        index = index_of((entry for entry in told if entry.is_physical), given.open_items, given.tellings(known))
        found: defaultdict[tuple[str, str, DocumentKey], list[StockEntry]] = defaultdict(list)
        for entry in told:
            if not entry.is_physical:
                found[*entry.place, index.key_of(entry)].append(entry)
        return found

    # What is found ---------------------------------------------------------------------------------------------

    def cause(self, line: CloseLine, cause: CloseCause) -> None:
        place = line.item, line.location
        entries = self._of_cause(place, cause)
        status = self._status(cause, entries)
        kind = self._kind(cause, status)
        if kind is None:
            return
        since, lacks = self._first_wrong(place, cause, entries)
        if kind is _C.PART_NOT_TOLD:
            entries = self._last(entries, cause.units)
        recent = [each for each in entries if each.own_date is None or each.own_date >= since]
        begun = self._begun(place, cause, recent, since)
        entries = recent or entries
        # Booked a period too early, it is what that one has and should not.
        sign = -1 if status is _S.OTHER_PERIOD and begun is not None else 1
        units = cause.units or lacks or sign * sum((entry.qty for entry in entries), NONE)
        why = f"{status} ({cause.moved})".replace("_", " ")
        for subject, some, share in self._shared(cause, units, entries):
            self.add(kind, subject, place, share, some, why, begun, cause.document)

    def _shared(
        self, cause: CloseCause, units: Decimal, entries: Sequence[StockEntry]
    ) -> Iterator[tuple[str, Sequence[StockEntry], Decimal]]:
        """The units of a cause by what people call its parts: what moved last is what is wrong, as in `_last`, and
        what is beyond all of them is the first one's.
        """
        parts = defaultdict[str, list[StockEntry]](list)
        for entry in sorted(entries, key=self._since, reverse=True):
            named = _subject(entry) if entry.is_physical else _named(cause.moved, cause.document)
            parts[named].append(entry)
        if not parts:
            yield _named(cause.moved, cause.document), (), units
            return
        whole = sum((entry.qty for entry in entries), NONE)
        *later, (first, its) = parts.items()
        for subject, some in later:
            own = sum((entry.qty for entry in some), NONE)
            if units and own * whole > 0:
                share = min(abs(own), abs(units)).copy_sign(units)
                units -= share
                yield subject, some, share
        if units or not later:
            yield first, its, units

    def _first_wrong(
        self, place: tuple[str, str], cause: CloseCause, entries: Iterable[StockEntry]
    ) -> tuple[dt.date, Decimal]:
        """When the first period begins from which on both sides are not alike; where they meet by now, in which
        they were not, and by how much that one changes, as its own close has it. Else the first day that there is.
        """
        if cause.moved is Moved.UNDISPATCHED:
            return dt.date.min, NONE  # the shipment is voided, so it is of the period in which it left
        at, years = self.close.as_of, self.close.given.years
        booked = self._booked(place, cause)
        moved = [(each.own_date, each.qty) for each in entries if each.is_physical and at.has_moved(each)]
        gaps: defaultdict[dt.date, Decimal] = defaultdict(Decimal)
        for day, qty in [*moved, *((each.booked_date, -each.qty) for each in booked)]:
            if day is not None:
                gaps[years.of(day).first_day] += qty
        days = sorted(gaps)
        by_then = list(accumulate(gaps[day] for day in days))
        if cause.units:
            after = [later for later, gap in zip(days[1:], by_then, strict=False) if not gap]
            return after[-1] if after else dt.date.min, NONE
        wrong = [(day, gap) for day, gap in zip(days, by_then, strict=True) if gap]
        return wrong[0] if wrong and not by_then[-1] else (dt.date.min, NONE)

    def _begun(
        self, place: tuple[str, str], cause: CloseCause, entries: Sequence[StockEntry], since: dt.date
    ) -> dt.date | None:
        """The first day, from `since` on, on which either side has it, where its entries do not tell that: of what
        the books have early, and of what an earlier close left open, which is at least as old as the opening.
        """
        at = self.close.as_of
        has_come = any(each.is_physical and at.has_moved(each) for each in entries)
        if has_come and cause.status is not _S.OTHER_PERIOD:
            return None
        booked = self._booked(place, cause)
        if cause.document and not entries and not booked:
            return self.close.period.first_day - _DAY
        own = _first_day(entries)
        late = own or dt.date.max
        early = [each for each in booked if each.booked_date and since <= each.booked_date < late]
        return _first_day(early) if own is None or sum((each.qty for each in early), NONE) else None

    def _booked(self, place: tuple[str, str], cause: CloseCause) -> list[StockEntry]:
        told = self._books.get((*place, (KIND_OF[cause.moved], cause.document)), ())
        return [each for each in told if self.close.as_of.has_booked(each)]

    def _last(self, entries: Sequence[StockEntry], units: Decimal) -> list[StockEntry]:
        """Those that moved last, and make up `units`: what was told before is settled."""
        last: list[StockEntry] = []
        for entry in sorted(entries, key=self._since, reverse=True):
            if abs(sum((each.qty for each in last), NONE)) >= abs(units):
                break
            last.append(entry)
        return last

    def _kind(self, cause: CloseCause, status: CauseStatus) -> ExceptionClass | None:
        if status is _S.OTHER_DAY:
            return None
        if status in _NOT_IN_BOOKS:
            is_part = status is _S.NOT_TOLD and cause.moved in ORDERS and cause.document in self._told
            return _C.PART_NOT_TOLD if is_part else _LAGS.get(cause.moved, _C.BOOKED_OTHERWISE)
        by_order = _OF_ORDERS.get(status) if cause.moved in ORDERS else None
        return by_order or _BY_STATUS.get(status, _C.BOOKED_OTHERWISE)

    def _status(self, cause: CloseCause, entries: Sequence[StockEntry]) -> CauseStatus:
        """The close's word, but for what a person cancelled: that waits for nobody any more."""
        names = {cause.document, *map(_number, entries)}
        is_over = cause.status in (_S.PARKED, _S.IN_DOUBT) and not names.isdisjoint(self._given_up)
        return _S.CANCELLED if is_over else cause.status

    def gap(self, line: CloseLine) -> None:
        """Since when it is there nobody knows, so it is the present period's."""
        place = line.item, line.location
        self.add(_C.COMPLETENESS_GAP, place_named(*place), place, line.unexplained, [], "unexplained")

    def uncredited(self, back: UncreditedReturn) -> None:
        """What came back last is what has no credit yet."""
        place, rest = (back.item, back.location), back.restocked - back.credited
        for entry in sorted(self._moved(place, back.document, Moved.RETURNED), key=self._since, reverse=True):
            units = min(rest, entry.qty)
            if units > 0:
                self.add(_C.RETURN_NOT_CREDITED, _subject(entry), place, units, [entry])
                rest -= units

    def _moved(self, place: tuple[str, str], document: str, moved: Moved) -> list[StockEntry]:
        """What either side had of it by the moment."""
        at = self.close.as_of
        return [
            entry
            for entry in self.entries(place, document, moved)
            if (at.has_moved(entry) if entry.is_physical else at.has_booked(entry))
        ]

    def received(self, line: ReceivedLine) -> None:
        place = line.item, line.location
        entries = [
            entry
            for entry in self._moved(place, line.document, Moved.RECEIVED)
            if entry.line in ("", line.line) or not line.line
        ]
        if line.expected is None:
            return
        for verdict, kind in (("over", _C.RECEIPT_OVER), ("short", _C.RECEIPT_SHORT)):
            if verdict in line.verdicts and not (verdict == "short" and line.is_closed):
                last = sorted(entries, key=self._since)[-1:]
                why = f"{line.expected:f} ordered, {line.received:f} received"
                subject = f"receipt {line.document}/{line.line or line.item}"
                self.add(kind, subject, place, line.received - line.expected, last, why)

    def trouble(self, told: Trouble) -> None:
        place = told.item, told.location
        subject = place_named(*place) if told.item else f"gap {told.what}"
        if told.kind == _NEGATIVE:
            last = sorted(self._places.get(place, []), key=self._since)[-1:]
            part = _Part(place, told.units or NONE, last, told.what)
            known = self._parts.setdefault((_C.NEGATIVE_ON_HAND, subject), [part])[0]
            known.units = min(known.units, part.units)  # both sides have it: it is one place's
        elif told.kind in _GAPS:
            self.add(_C.COMPLETENESS_GAP, subject, place, told.units or NONE, [], told.what)
        elif told.kind in (_LATE, _SEVERAL):
            entries = self.entries(place, told.document)
            named = _subject(entries[0]) if entries else f"document {told.document}"
            self.add(_C.BOOKED_OTHERWISE, named, place, told.units or NONE, entries, told.what)

    # As items ---------------------------------------------------------------------------------------------------

    def items(self) -> Iterator[ExceptionItem]:
        for (kind, subject), parts in sorted(self._parts.items()):
            entries = [entry for part in parts for entry in part.entries]
            is_of_now = kind is _C.COMPLETENESS_GAP
            days = [part.day for part in parts if part.day is not None]
            day = min(days, default=self.close.as_of.last_day if is_of_now else None)
            value = total(self._value(part, day) for part in parts if part.units)
            documents = {entry.document for entry in entries} | {part.document for part in parts} - {""}
            yield ExceptionItem(
                kind=kind,
                subject=subject,
                what=subject,
                since=min((since for part in parts for since in self._begins(part)), default=self.terms.now),
                units=sum((part.units for part in parts), NONE),
                value=value,
                close=self.terms.close_impact(day, value),
                evidence=(
                    ExceptionEvidence(
                        source=_SOURCE,
                        documents=tuple(sorted(documents - {""})),
                        came_back="; ".join(sorted({part.why for part in parts if part.why})),
                    ),
                ),
            )

    def _value(self, part: _Part, day: dt.date | None) -> Money | None:
        cost = self.terms.cost_at(*part.place, day or self.close.as_of.last_day)
        return None if cost is None else Money(cost.amount * part.units, cost.currency)

    def _since(self, entry: StockEntry) -> dt.datetime:
        """When it happened, at the latest by the noon of its day; never later than now."""
        if entry.occurred_at is not None:
            return min(entry.occurred_at, self.terms.now)
        day = entry.own_date or entry.booked_date or self.close.as_of.last_day
        return self._noon(day)

    def _begins(self, part: _Part) -> Iterator[dt.datetime]:
        if part.begun is None:
            yield from map(self._since, part.entries)
        else:
            yield self._noon(part.begun)

    def _noon(self, day: dt.date) -> dt.datetime:
        return min(dt.datetime.combine(day, dt.time(12), self.close.given.zone), self.terms.now)


def _first_day(entries: Iterable[StockEntry]) -> dt.date | None:
    return min((day for each in entries if (day := each.own_date or each.booked_date)), default=None)


def _given_up(close: Close) -> frozenset[str]:
    """The documents of which something was cancelled, and nothing waits, with what else they are called."""
    steps = [step for step in close.given.postings if close.known.has(step.said_at)]
    cancelled = {step.document for step in steps if step.state == "cancelled"}
    newest: dict[tuple[object, ...], PostingStep] = {}
    for step in sorted(steps, key=step_age):
        if step.document in cancelled:
            newest[step.document, step.names, step.moved, step.item, step.location] = step
    states: defaultdict[str, set[str]] = defaultdict(set)
    for step in newest.values():
        for name in (step.document, *step.names):
            states[name].add(step.state)
    return frozenset(name for name, told in states.items() if "cancelled" in told and told <= SETTLED)


def place_named(item: str, location: str) -> str:
    """A place as every finder calls it."""
    named = item_named(item)
    return f"place {named if isinstance(named, Sku) else item} @ {location}"


def _subject(entry: StockEntry) -> str:
    if not entry.is_physical:
        return _named(entry.moved, entry.document or entry.entry_id)
    if entry.moved is Moved.RECEIVED:
        return f"receipt {entry.document}/{entry.line or entry.item}"
    if entry.moved in (Moved.RETURNED, Moved.ADJUSTED, Moved.COUNTED):
        return _named(entry.moved, _number(entry))
    return _named(entry.moved, entry.document or entry.entry_id)


def _number(entry: StockEntry) -> str:
    """The number of the warehouse's transaction, where an entry tells it."""
    if entry.source == "ledger":
        try:
            return key_parts(entry.row)[2]
        except (InvalidRecord, ValueError):
            return entry.document or entry.entry_id
    word, _, number = entry.row.partition(" ")
    return number if word == "transaction" else entry.document or entry.entry_id


_NAMES: Mapping[Moved, str] = {
    Moved.DISPATCHED: "order",
    Moved.UNDISPATCHED: "order",
    Moved.RECEIVED: "receipt",
    Moved.RETURNED: "return",
    Moved.ADJUSTED: "adjustment",
    Moved.COUNTED: "adjustment",
    Moved.TRANSFERRED: "transfer",
    Moved.CONVERTED: "conversion",
    Moved.REOWNED: "account transfer",
    Moved.HELD: "hold",
}


def _named(moved: Moved, document: str) -> str:
    return f"{_NAMES.get(moved, 'document')} {document}"
