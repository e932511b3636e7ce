"""What only the books tell: taken from a close as it is.

Law of this module: a close's figures are not worked out again; what it lists is listed, with what it is worth at
the dated cost of its own place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.finance.calendar import Period
from clarus_bluecherry.finance.close import (
    CauseStatus,
    Close,
    CloseTotals,
    CogsProof,
    EntrySide,
    Moved,
    UncreditedReturn,
    end_of,
)
from clarus_bluecherry.finance.close._cogs import cogs_proof
from clarus_bluecherry.finance.close._judge import Workings
from clarus_bluecherry.finance.exceptions import costs_of
from clarus_bluecherry.finance.exceptions._terms import item_named
from clarus_bluecherry.finance.morning._told import ImpactSum, impact_of, worth
from clarus_bluecherry.model import Money


@frozen(kw_only=True)
class ReceivedOff:
    """A line of a purchase order that is off: `not posted`, `over` or `short`, by so many units."""

    what: str
    document: str
    line: str
    item: str
    location: str
    units: Decimal
    value: Money | None


@frozen(kw_only=True)
class OnTheRoad:
    """What a transfer took from one warehouse, and has not brought to another."""

    document: str
    item: str
    location: str
    units: Decimal
    value: Money | None
    since: dt.date | None


@frozen(kw_only=True)
class DocumentOff:
    """By how much a document makes the warehouse have more than the books at a place; less where it is minus."""

    document: str
    item: str
    location: str
    moved: Moved
    status: CauseStatus
    units: Decimal
    value: Money | None


@frozen(kw_only=True)
class PlaceOff:
    """A place where the warehouse has more than the books: so many units that no document explains, or that have
    no cost.
    """

    item: str
    location: str
    units: Decimal
    value: Money | None


@frozen(kw_only=True)
class SourceRead:
    """A source, as it was read: when it told this, how many rows, and what their units come to. `state` is `read`,
    or what is wrong with it, such as `silent`.
    """

    name: str
    told_at: dt.date | None
    rows: int | None = None
    total: Decimal | None = None
    state: str = "read"


@frozen(kw_only=True)
class OpenCogs:
    """The proof of COGS of a period that is still open: to the morning, or to its end where that is over."""

    period: Period
    proof: CogsProof


@frozen(kw_only=True)
class BooksFigures:
    """A morning's figures of the books as of `as_of` (the end of that day), in its `period`.

    `cogs` has each period that is open, the present one last.
    """

    as_of: dt.date
    period: Period
    currency: str
    totals: CloseTotals
    cogs: tuple[OpenCogs, ...]
    received: tuple[ReceivedOff, ...]
    uncredited: tuple[UncreditedReturn, ...]
    on_the_road: tuple[OnTheRoad, ...]
    documents: tuple[DocumentOff, ...]
    unexplained: tuple[PlaceOff, ...]
    without_cost: tuple[PlaceOff, ...]
    sources: tuple[SourceRead, ...]
    missing: tuple[str, ...]

    def received_as(self, what: str) -> ImpactSum:
        """What lines of purchase orders that are off so come to."""
        return impact_of((each.units, each.value, None) for each in self.received if each.what == what)


def books_figures(close: Close, *, is_open: Callable[[dt.date], bool] = lambda day: False) -> BooksFigures:
    """What a close tells of a morning. `is_open` says whether the books still take what is of a day: the period
    before the close's own is looked at too, as long as it is open.
    """
    costs = _Costs(close)
    return BooksFigures(
        as_of=close.as_of.last_day,
        period=close.period,
        currency=close.totals.currency,
        totals=close.totals,
        cogs=tuple(_open_cogs(close, is_open)),
        received=tuple(_received(close, costs)),
        uncredited=close.uncredited,
        on_the_road=tuple(_on_the_road(close, costs)),
        documents=tuple(_documents(close, costs)),
        unexplained=tuple(
            PlaceOff(
                item=line.item,
                location=line.location,
                units=line.unexplained,
                value=costs.worth(line.unexplained, line.item, line.location),
            )
            for line in close.unexplained
        ),
        without_cost=tuple(
            PlaceOff(item=line.item, location=line.location, units=line.variance, value=None)
            for line in close.lines
            if line.unit_cost is None
        ),
        sources=tuple(_sources(close)),
        missing=tuple(close.given.missing),
    )


def _open_cogs(close: Close, is_open: Callable[[dt.date], bool]) -> Iterator[OpenCogs]:
    last = close.period.first_day - dt.timedelta(days=1)
    begun = [reading.as_of for reading in close.readings if reading.as_of is not None]
    if is_open(last) and any(day < last for day in begun):
        earlier = Workings(close.given, end_of(last, close.given.zone), close.known)
        left, invoiced = earlier.sold(EntrySide.PHYSICAL), earlier.sold(EntrySide.BOOK)
        yield OpenCogs(period=earlier.period, proof=cogs_proof(left, invoiced, earlier.costs))
    yield OpenCogs(period=close.period, proof=close.cogs)


class _Costs:
    """What units are worth at the dated cost of their place on the last day of a close."""

    def __init__(self, close: Close) -> None:
        self._cost_of, self._day = costs_of(close), close.as_of.last_day

    def worth(self, units: Decimal, item: str, location: str) -> Money | None:
        return worth(units, self._cost_of(item_named(item), location, self._day))


def _documents(close: Close, costs: _Costs) -> Iterator[DocumentOff]:
    for line in close.lines:
        for cause in line.causes:
            yield DocumentOff(
                document=cause.document,
                item=line.item,
                location=line.location,
                moved=cause.moved,
                status=cause.status,
                units=cause.units,
                value=costs.worth(cause.units, line.item, line.location),
            )


def _received(close: Close, costs: _Costs) -> Iterator[ReceivedOff]:
    for line in close.received:
        expected = line.received if line.expected is None else line.expected
        off: Mapping[str, Decimal] = {
            "not posted": max(line.open, Decimal(0)),
            "over": line.received - expected if "over" in line.verdicts else Decimal(0),
            "short": line.received - expected if "short" in line.verdicts and not line.is_closed else Decimal(0),
        }
        for what, units in off.items():
            if units:
                yield ReceivedOff(
                    what=what,
                    document=line.document,
                    line=line.line,
                    item=line.item,
                    location=line.location,
                    units=units,
                    value=costs.worth(units, line.item, line.location),
                )


def _on_the_road(close: Close, costs: _Costs) -> Iterator[OnTheRoad]:
    left: dict[tuple[str, str], dt.date] = {}
    for entry in close.entries:
        if entry.is_physical and entry.own_date is not None:
            key = entry.document or entry.entry_id, entry.item
            left[key] = min(left.get(key, entry.own_date), entry.own_date)
    for line in close.lines:
        for cause in line.causes:
            if cause.status is CauseStatus.IN_TRANSIT:
                yield OnTheRoad(
                    document=cause.document,
                    item=line.item,
                    location=line.location,
                    units=abs(cause.units),
                    value=costs.worth(abs(cause.units), line.item, line.location),
                    since=left.get((cause.document, line.item)),
                )


def _sources(close: Close) -> Iterator[SourceRead]:
    for reading in close.readings:
        side = "Clarus" if reading.side is EntrySide.PHYSICAL else "Blue Cherry"
        opening = ", what it began with" if reading.is_opening else ""
        yield SourceRead(
            name=f"{side}: {reading.source or 'stock'}{opening}",
            told_at=reading.as_of or reading.taken_at,
            rows=reading.rows,
            total=reading.total,
        )
