"""The close: every difference between the warehouse and the books, by cause, at any moment.

Law of this module: the same question has the same answer whenever it is asked, and whatever the order of what it
is asked of. Places, causes and values add up; what is not known is None and is counted; nothing is left out in
silence.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.finance.calendar import Period
from clarus_bluecherry.finance.close._causes import CauseStatus, CloseCause, Naming, of_nowhere, valued
from clarus_bluecherry.finance.close._cogs import CogsProof, cogs_proof
from clarus_bluecherry.finance.close._costs import CostTable, UnitCost, ValueChange, value_change
from clarus_bluecherry.finance.close._documents import KIND_OF, DocumentKey
from clarus_bluecherry.finance.close._entries import (
    NONE,
    ORDERS,
    EntrySide,
    LeftOut,
    Moved,
    Place,
    Reading,
    StockEntry,
    Trouble,
)
from clarus_bluecherry.finance.close._input import CloseInput, once
from clarus_bluecherry.finance.close._lists import (
    CutOffLine,
    ReceivedLine,
    UncreditedReturn,
    cut_off_test,
    received_lines,
    uncredited_returns,
)
from clarus_bluecherry.finance.close._matters import Matter, matters_of
from clarus_bluecherry.finance.close._moments import Known, Moment, end_of
from clarus_bluecherry.finance.close._roll import RollForward, RollPiece, roll_forward, roll_pieces
from clarus_bluecherry.finance.close._stock import Quantities, SideStock, book_side, physical_side
from clarus_bluecherry.model import PeriodState

_DAY = dt.timedelta(days=1)


@frozen(kw_only=True)
class CloseLine:
    """A place where both sides differ, or where what makes them differ cancels out.

    `variance` is physical less book: the units of `causes` and `unexplained` together. `unit_cost`, `value` (of
    the variance) and `unexplained_value` are None where nobody says what an each costs there.
    """

    item: str
    location: str
    physical: Decimal
    book: Decimal
    variance: Decimal
    causes: tuple[CloseCause, ...]
    unexplained: Decimal
    unit_cost: Decimal | None = None
    currency: str = ""
    value: Decimal | None = None
    unexplained_value: Decimal | None = None
    change: ValueChange | None = None


@frozen(kw_only=True)
class CauseTotal:
    """What one class × status comes to, over all places; `value` is None where one of them has none in the books'
    currency.
    """

    moved: Moved
    status: CauseStatus
    units: Decimal
    value: Decimal | None
    places: int
    documents: int


@frozen(kw_only=True)
class StockTotals:
    """Both sides over every place that is compared, agreeing or not.

    Values are units at what an each costs at the moment, in the books' currency; `unvalued` are the places that
    have stock and no such cost, and what the warehouse and the books have there whichever way (the larger one).
    """

    physical: Decimal
    book: Decimal
    physical_value: Decimal
    book_value: Decimal
    unvalued_places: int
    unvalued_units: Decimal


@frozen(kw_only=True)
class CloseTotals:
    """All places together: net (physical less book) and gross (whichever way), in units and in value.

    Values are those in the books' `currency`; `other_currencies` are the others, which nobody gives a rate for.
    `value` counts the places with a cost; `without_cost` are the places and the units that have none. `change` is
    the value of the variance as quantity at what an each cost at the opening, revaluation and currency.
    """

    places: int
    differing: int
    net: Decimal
    gross: Decimal
    value: Decimal
    gross_value: Decimal
    currency: str
    other_currencies: Mapping[str, Decimal]
    unexplained: Decimal
    unexplained_gross: Decimal
    unexplained_places: int
    without_cost_places: int
    without_cost_units: Decimal
    change: ValueChange
    by_cause: tuple[CauseTotal, ...]
    stock: StockTotals


@frozen(kw_only=True)
class Close:
    """The answer, whole. `lines` are sorted by item and location."""

    as_of: Moment
    known: Known
    period: Period
    lines: tuple[CloseLine, ...]
    totals: CloseTotals
    roll_forward: tuple[RollForward, ...]
    cogs: CogsProof
    cut_off: tuple[CutOffLine, ...]
    received: tuple[ReceivedLine, ...]
    uncredited: tuple[UncreditedReturn, ...]
    left_out: tuple[LeftOut, ...]
    exceptions: tuple[Trouble, ...]
    readings: tuple[Reading, ...]
    entries: tuple[StockEntry, ...]
    given: CloseInput

    @property
    def unexplained(self) -> tuple[CloseLine, ...]:
        """The places that no document explains whole."""
        return tuple(line for line in self.lines if line.unexplained)


def close_books(given: CloseInput, as_of: Moment, known: Known | None = None) -> Close:
    """Close the books of `given` as of a moment, by what was known until another.

    >>> from zoneinfo import ZoneInfo
    >>> nothing = CloseInput(zone=ZoneInfo("UTC"))
    >>> close_books(nothing, end_of(dt.date(2026, 10, 31), nothing.zone)).lines
    ()
    """
    return Workings(given, as_of, known or Known()).close()


class Workings:
    """What a close is worked out with, once: both sides, their documents, what an each costs."""

    def __init__(self, given: CloseInput, as_of: Moment, known: Known) -> None:
        self.given, self.at, self.known = given, as_of, known
        self.entries, self.troubles = once(given.entries)
        self.physical = physical_side(self.entries, given.readings, known, as_of, given.zone)
        self.book = book_side(self.entries, given.readings, known, as_of, given.zone)
        self.costs = CostTable(given.costs, known, given.basis, given.currency)
        self.found = matters_of(given, self.physical, self.book, as_of, known)
        self.at_place = defaultdict[Place, list[Matter]](list)
        for (place, _), matter in self.found.at.items():
            self.at_place[place].append(matter)
        self.naming = Naming(given, self.found, as_of, known)
        self.period = given.years.of(as_of.last_day)
        self.opening = end_of(self.period.first_day - _DAY, given.zone)

    def close(self) -> Close:
        places = self.lines()
        lines = tuple(line for line in places if line.variance or line.causes)
        totals = _totals(places, lines, self.costs.currency)
        return Close(
            as_of=self.at,
            known=self.known,
            period=self.period,
            lines=lines,
            totals=totals,
            roll_forward=self.roll(),
            cogs=cogs_proof(self.sold(EntrySide.PHYSICAL), self.sold(EntrySide.BOOK), self.costs),
            cut_off=cut_off_test(self.found, self.at, self.given.years),
            received=received_lines(self.found, self.given.expected, self.at, self.costs),
            uncredited=uncredited_returns(self.found, self.given, self.at, self.known, self.costs),
            left_out=self._left_out(),
            exceptions=tuple(self._exceptions(places)),
            readings=tuple(self.given.readings),
            entries=tuple(self.entries),
            given=self.given,
        )

    # Places ---------------------------------------------------------------------------------------------------

    def lines(self) -> Sequence[CloseLine]:
        """Every place that is compared: how both sides have it, and why they differ."""
        physical, book = self.physical.at(self.at), self.book.at(self.at)
        places = sorted(place for place in {*physical, *book, *self.at_place} if self.given.compares(place[1]))
        return [self._line(place, physical, book) for place in places]

    def _line(self, place: Place, physical: Quantities, book: Quantities) -> CloseLine:
        there, told = physical.get(place, NONE), book.get(place, NONE)
        causes = [cause for matter in self.at_place.get(place, ()) for cause in self.naming.causes(matter)]
        rest = there - told - sum((cause.units for cause in causes), NONE)
        gone = sum((cause.units for cause in causes if cause.units < 0), NONE)
        nowhere = of_nowhere(place[0], self.given.state_of(place[0]), rest, there - gone)
        if nowhere is not None:
            causes.append(nowhere)
            rest -= nowhere.units
        cost = self.costs.at(place, self.at.last_day)
        amount = None if cost is None else cost.shown
        causes.sort(key=lambda each: (each.status, each.document, each.moved, each.units))
        return CloseLine(
            item=place[0],
            location=place[1],
            physical=there,
            book=told,
            variance=there - told,
            causes=tuple(valued(cause, amount) for cause in causes),
            unexplained=rest,
            unit_cost=amount,
            currency="" if cost is None else cost.currency if cost.rate is None else self.costs.currency,
            value=None if amount is None else (there - told) * amount,
            unexplained_value=None if amount is None else rest * amount,
            change=None if cost is None else self._change(place, there - told, cost),
        )

    def _change(self, place: Place, variance: Decimal, cost: UnitCost) -> ValueChange | None:
        return value_change(variance, self.costs.at(place, self.opening.last_day) or cost, cost)

    # Movements ------------------------------------------------------------------------------------------------

    def class_of(self, entry: StockEntry) -> Moved:
        """What moved: by the warehouse's word where the books' line is about a document of another kind."""
        key = self.found.index.key_of(entry)
        is_own = entry.moved is not Moved.ADJUSTED and KIND_OF[entry.moved] is key[0]
        if entry.is_physical or is_own:
            return entry.moved
        here = self.found.at.get((entry.place, key))
        of_it = [here] if here and here.is_physical else self.found.of.get(key, [])
        moves = [each for matter in of_it for each in matter.moved + matter.to_move]
        same_way = [each.moved for each in moves if each.qty * entry.qty > 0] or [each.moved for each in moves]
        return same_way[0] if same_way else entry.moved

    def side(self, side: EntrySide) -> SideStock:
        """One side's stock."""
        return self.physical if side is EntrySide.PHYSICAL else self.book

    def roll(self, wanted: Callable[[Place], bool] = lambda place: True) -> tuple[RollForward, ...]:
        """How either side came from the opening of the period to the moment, at the places that are wanted."""
        return tuple(roll_forward(side, self.opening, self.at, self.rolled(side, wanted)) for side in EntrySide)

    def rolled(self, side: EntrySide, wanted: Callable[[Place], bool]) -> Iterable[RollPiece]:
        """What each entry of one side, and the stock that there was, puts on the lines of its roll-forward."""

        def is_in_it(place: Place) -> bool:
            return self.given.compares(place[1]) and wanted(place)

        return roll_pieces(self.side(side), self.opening, self.at, self.costs, is_in_it, self.class_of)

    def sold(self, side: EntrySide) -> list[tuple[StockEntry, DocumentKey]]:
        """What left, or was invoiced, in the period, with its document."""
        return [
            (entry, self.found.index.key_of(entry))
            for entry in self.side(side).between(self.opening, self.at)
            if self.given.compares(entry.location) and self.class_of(entry) in ORDERS
        ]

    # Lists ----------------------------------------------------------------------------------------------------

    def _left_out(self) -> tuple[LeftOut, ...]:
        """What is counted and not compared: what the reader left out, and what lies where Clarus holds nothing."""
        found: defaultdict[tuple[str, EntrySide, str], list[Decimal]] = defaultdict(list)
        for side in EntrySide:
            has_lines = {entry.place for entry in self.side(side).entries}
            for place, qty in self.side(side).at(self.at).items():
                if not self.given.compares(place[1]) and (qty or place in has_lines):
                    found[self.given.locations[place[1]].kind.value, side, place[1]].append(qty)
        ours = [
            LeftOut(what, side, location, len(told), sum(told, NONE))
            for (what, side, location), told in found.items()
        ]
        return tuple(sorted([*self.given.left_out, *ours], key=repr))

    def _exceptions(self, places: Iterable[CloseLine]) -> Iterable[Trouble]:
        yield from (Trouble("missing_source", what) for what in self.given.missing)
        yield from (Trouble("bad_row", str(problem)) for problem in self.given.problems)
        yield from self.given.troubles
        yield from self.troubles
        yield from self._less_than_nothing()
        yield from self._late()
        yield from self._checked()
        yield from self._begun()
        for line in _unvalued(places, self.costs.currency):
            if line.variance or self.given.costs:  # else a source is missing, and said to be
                yield _without_value(line)

    def _less_than_nothing(self) -> Iterable[Trouble]:
        for side in EntrySide:
            for (item, location), qty in sorted(self.side(side).at(self.at).items()):
                if qty < 0 and self.given.compares(location):
                    what = f"the {side} stock is less than nothing"
                    yield Trouble("negative_on_hand", what, item, location, units=qty)

    def _late(self) -> Iterable[Trouble]:
        """Lines that were entered into a period after it was closed."""
        for entry in self.book.entries:
            if entry.booked_date is None or entry.entered_at is None:
                continue
            period = self.given.years.of(entry.booked_date)
            if self.given.state_at(period, entry.entered_at) is PeriodState.CLOSED:
                yield Trouble(
                    kind="booked_into_a_closed_period",
                    what=f"entered into {period.name} after it was closed",
                    item=entry.item,
                    location=entry.location,
                    document=entry.document,
                    units=entry.qty,
                )

    def _checked(self) -> Iterable[Trouble]:
        """Where a report of the books says otherwise than their own lines, at the moment it was taken."""
        if self.book.base is None or not self.book.base.is_opening:
            return
        for report in self.given.readings:
            if report.side is EntrySide.BOOK and report.taken_at is not None and not report.is_opening:
                yield from self._differs(report, report.taken_at)

    def _differs(self, report: Reading, taken: dt.datetime) -> Iterable[Trouble]:
        told = _by_place(report)
        everything = book_side(self.entries, self.given.readings, Known(taken), self.at, self.given.zone)
        ours = everything.at(Moment(dt.date.max - 2 * _DAY, taken))
        for item, location in sorted({*told, *ours}):
            off = told.get((item, location), NONE) - ours.get((item, location), NONE)
            if off and self.given.compares(location):
                what = f"{report.source or 'the inventory report'} says otherwise than the stock ledger"
                yield Trouble("report_differs", what, item, location, units=off)

    def _begun(self) -> Iterable[Trouble]:
        """Where the warehouse rolled back is not what it began with: something moved that nobody told."""
        for begun in self.given.readings:
            if begun.side is EntrySide.BOOK or begun.as_of is None or begun is self.physical.base:
                continue
            told = _by_place(begun)
            ours = self.physical.at(end_of(begun.as_of, self.given.zone))
            for place in sorted(told):
                off = ours.get(place, NONE) - told[place]
                if off and self.given.compares(place[1]):
                    what = f"the warehouse's stock, rolled back to {begun.as_of}, is not what it began with"
                    yield Trouble("opening_differs", what, *place, units=off)


def _by_place(reading: Reading) -> Quantities:
    told: defaultdict[Place, Decimal] = defaultdict(Decimal)
    for position in reading.positions:
        told[position.item, position.location] += position.qty
    return told


def _unvalued(places: Iterable[CloseLine], currency: str) -> Sequence[CloseLine]:
    """Those with stock that has no value in the books' currency, what differs before what agrees."""
    others = [line for line in places if line.unit_cost is None or line.currency != currency]
    return sorted((line for line in others if line.physical or line.book), key=lambda line: not line.variance)


def _most(line: CloseLine) -> Decimal:
    """What lies there by the side that has more."""
    return max(abs(line.physical), abs(line.book))


def _without_value(line: CloseLine) -> Trouble:
    what = "nobody says what an each costs here, so its value is not known"
    if line.unit_cost is not None:
        what = f"what an each costs here is told in {line.currency or 'no currency'}, and no rate"
    return Trouble("cost_missing", what, line.item, line.location, units=_most(line))


def _totals(places: Sequence[CloseLine], lines: Sequence[CloseLine], currency: str) -> CloseTotals:
    priced = [line for line in lines if line.value is not None and line.currency == currency]
    others: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.value is not None and line.currency != currency:
            others[line.currency] += line.value
    unpriced = [line for line in lines if line.value is None]
    changes = [line.change for line in lines if line.change is not None]
    return CloseTotals(
        places=len(places),
        differing=sum(1 for line in lines if line.variance),
        net=sum((line.variance for line in lines), NONE),
        gross=sum((abs(line.variance) for line in lines), NONE),
        value=sum((line.value for line in priced if line.value is not None), NONE),
        gross_value=sum((abs(line.value) for line in priced if line.value is not None), NONE),
        currency=currency,
        other_currencies=dict(sorted(others.items())),
        unexplained=sum((line.unexplained for line in lines), NONE),
        unexplained_gross=sum((abs(line.unexplained) for line in lines), NONE),
        unexplained_places=sum(1 for line in lines if line.unexplained),
        without_cost_places=len(unpriced),
        without_cost_units=sum((abs(line.variance) for line in unpriced), NONE),
        change=ValueChange(
            sum((each.quantity for each in changes), NONE),
            sum((each.revaluation for each in changes), NONE),
            sum((each.currency for each in changes), NONE),
        ),
        by_cause=tuple(_by_cause(lines, currency)),
        stock=_stock(places, currency),
    )


def _stock(places: Sequence[CloseLine], currency: str) -> StockTotals:
    valued = [(line, line.unit_cost) for line in places if line.currency == currency]
    priced = [(line, cost) for line, cost in valued if cost is not None]
    unvalued = _unvalued(places, currency)
    return StockTotals(
        physical=sum((line.physical for line in places), NONE),
        book=sum((line.book for line in places), NONE),
        physical_value=sum((line.physical * cost for line, cost in priced), NONE),
        book_value=sum((line.book * cost for line, cost in priced), NONE),
        unvalued_places=len(unvalued),
        unvalued_units=sum(map(_most, unvalued), NONE),
    )


def _by_cause(lines: Iterable[CloseLine], currency: str) -> Iterable[CauseTotal]:
    found: defaultdict[tuple[CauseStatus, Moved], list[tuple[CloseLine, CloseCause]]] = defaultdict(list)
    for line in lines:
        for cause in line.causes:
            found[cause.status, cause.moved].append((line, cause))
    for (status, moved), told in sorted(found.items()):
        values = [cause.value if line.currency == currency else None for line, cause in told]
        yield CauseTotal(
            moved=moved,
            status=status,
            units=sum((cause.units for _, cause in told), NONE),
            value=None if None in values else sum((value for value in values if value is not None), NONE),
            places=len({(line.item, line.location) for line, _ in told}),
            documents=len({cause.document for _, cause in told}),
        )
