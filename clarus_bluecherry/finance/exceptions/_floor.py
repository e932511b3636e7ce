"""What the warehouse's own reading tells: orders that stand still, orders that left untold, stock on hold.

Law of this module: pure, over what was read. An order that the warehouse has is in one class at most; since when
is told where the warehouse shows it, else from when it had the order, which is no later.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from decimal import Decimal

from attrs import field, frozen
from attrs.validators import optional

from clarus_bluecherry.finance.drift import GONE, DriftAspect, DriftRemedy, OrderDrift
from clarus_bluecherry.finance.exceptions._classes import ExceptionClass
from clarus_bluecherry.finance.exceptions._items import ExceptionEvidence, ExceptionItem, PromiseImpact
from clarus_bluecherry.finance.exceptions._terms import ExceptionTerms
from clarus_bluecherry.finance.in_flight import BookChange
from clarus_bluecherry.model import Item, Money, SalesOrder
from clarus_bluecherry.model._values import aware

_C = ExceptionClass
_NONE = Decimal(0)
_COMPLETED = "COMPLETED"
_OVER = frozenset({_COMPLETED, "CANCELLED", GONE})
_ALLOCATED = frozenset({"ALLOCATED", "PART_ALLOCATED", "PICK"})


# Orders ------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class FloorLine:
    """A line of an order as the warehouse shows it, in eaches; `told` is what we were told has left of it."""

    item: Item
    ordered: Decimal
    picked: Decimal = _NONE
    dispatched: Decimal = _NONE
    told: Decimal = _NONE


@frozen(kw_only=True)
class OrderOnFloor:
    """An order as the warehouse shows it: its status as a code in capitals, and its lines.

    `order` is the version that the warehouse has, `had_at` (aware) when it had that. `is_told` says whether we
    were told of any dispatch of it. `left_at` is when it left, where the warehouse says so.
    """

    order: SalesOrder
    status: str
    lines: tuple[FloorLine, ...]
    had_at: dt.datetime = field(validator=aware)
    is_told: bool = False
    left_at: dt.datetime | None = field(default=None, validator=optional(aware))


def order_found(floor: OrderOnFloor, terms: ExceptionTerms) -> ExceptionItem | None:
    """What is wrong with how an order stands in the warehouse, if anything."""
    untold = [(line, line.told - line.dispatched) for line in floor.lines if line.dispatched > line.told]
    waits = [(line, line.dispatched - line.picked) for line in floor.lines if line.picked > line.dispatched]
    rest = [(line, line.dispatched - line.ordered) for line in floor.lines if line.ordered > line.dispatched]
    promised = promised_on(floor.order, terms)
    left_at = min(floor.left_at or floor.had_at, terms.now)
    if untold:
        kind = _C.PART_NOT_TOLD if floor.is_told else _C.PICK_CONFIRMATION_MISSING
        return _of_order(floor, kind, untold, left_at, terms)
    if floor.status in _OVER or not rest:
        return None
    if promised < terms.day_of(terms.now, floor.order.location):
        return _of_order(floor, _C.PAST_PROMISE, rest, floor.order.requested_dispatch, terms)
    if waits:
        return _of_order(floor, _C.STUCK_PICKED, waits, floor.had_at, terms)
    if floor.status in _ALLOCATED:
        return _of_order(floor, _C.STUCK_ALLOCATED, rest, floor.had_at, terms)
    return None


def _of_order(
    floor: OrderOnFloor,
    kind: ExceptionClass,
    parts: Sequence[tuple[FloorLine, Decimal]],
    since: dt.datetime,
    terms: ExceptionTerms,
) -> ExceptionItem:
    location = floor.order.location
    changes = [BookChange(line.item, location, units) for line, units in parts]
    day = terms.day_of(since, location)
    units, value = sum((each.quantity for each in changes), _NONE), terms.value_of(changes, day)
    has_left = kind in (_C.PART_NOT_TOLD, _C.PICK_CONFIRMATION_MISSING)
    return ExceptionItem(
        kind=kind,
        subject=f"order {floor.order.reference}",
        what=f"pick {floor.order.reference}",
        since=since,
        units=units,
        value=value,
        close=terms.close_impact(day if floor.left_at else None, value) if has_left else None,
        promise=None if has_left else promise_of(floor.order, terms, -units),
        evidence=(
            ExceptionEvidence(
                source="warehouse",
                documents=(floor.order.reference,),
                came_back=f"the warehouse shows it as {floor.status.lower() or 'nothing'}",
            ),
        ),
    )


def promised_on(order: SalesOrder, terms: ExceptionTerms) -> dt.date:
    """The day on which an order was to leave."""
    return terms.day_of(order.requested_dispatch, order.location)


def promise_of(order: SalesOrder, terms: ExceptionTerms, units: Decimal | None) -> PromiseImpact:
    """What becomes of a customer's order where so many eaches of it do not leave."""
    return PromiseImpact(
        order=order.order_number or order.reference, promised=promised_on(order, terms), units=units
    )


# Drift -------------------------------------------------------------------------------------------------------


def drift_found(
    drift: OrderDrift, present: SalesOrder, since: dt.datetime, terms: ExceptionTerms
) -> ExceptionItem | None:
    """What a drift is on the list; nothing where nobody has to do anything.

    `present` is what Blue Cherry says of the order now, and `since` (aware) when it said that.
    """
    to_do = [each for each in drift.differences if each.remedy is not DriftRemedy.NOTHING]
    if not to_do and not drift.mismatches:
        return None
    is_given_up = drift.status in ("CANCELLED", GONE) and any(
        each.aspect is DriftAspect.CANCELLATION for each in to_do
    )
    waits = _waits(drift, present)
    return ExceptionItem(
        kind=_C.CANCELLED_STILL_AWAITED if is_given_up else _C.ORDER_DRIFTED,
        subject=f"order {drift.reference}",
        what=f"pick {drift.reference}",
        since=since,
        units=drift.units if drift.mismatches else _NONE,
        value=_at_cost(drift, present.location, terms.day_of(since, present.location), terms),
        promise=promise_of(present, terms, waits) if waits else None,
        evidence=(
            ExceptionEvidence(
                source="drift",
                documents=(drift.reference,),
                sent=f"the warehouse shows it as {drift.status.lower()}" if drift.status else "",
                came_back="; ".join(dict.fromkeys(_said(each.aspect, each.line, each.field) for each in to_do)),
            ),
        ),
        action=to_do[0].action if len({each.action for each in to_do}) == 1 else _C.ORDER_DRIFTED.action,
    )


def _waits(drift: OrderDrift, present: SalesOrder) -> Decimal:
    """How many eaches the customer still waits for: of what has left, those that it was short of."""
    if drift.status != _COMPLETED:
        return sum((line.quantity for line in present.lines), _NONE)
    off = [] if drift.refused else [each.units or _NONE for each in drift.mismatches]
    return sum((-units for units in off if units < 0), _NONE)


def _at_cost(drift: OrderDrift, location: str, day: dt.date, terms: ExceptionTerms) -> Money | None:
    """What the invoice will be off by, at what it costs at the order's own location."""
    off = [(each.item, each.units) for each in drift.mismatches]
    changes = [BookChange(item, location, units) for item, units in off if units is not None]
    return terms.value_of(changes, day) if len(changes) == len(off) else None


def _said(aspect: DriftAspect, line: str, name: str) -> str:
    what = aspect.value.replace("_", " ")
    return f"{what} {name}" if name else f"{what} of line {line}" if line else what


# Stock on hold -----------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class HeldStock:
    """So many eaches of an item on hold at a location, since `since` (aware).

    `returned` is the number of the return that was put on hold, where it was one.
    """

    item: Item
    location: str
    units: Decimal
    since: dt.datetime = field(validator=aware)
    status: str = ""
    returned: str = ""


def held_found(held: HeldStock, terms: ExceptionTerms) -> ExceptionItem:
    """Stock on hold: a return whose disposition is open, or else a place."""
    kind = _C.RETURN_DISPOSITION_OPEN if held.returned else _C.HELD_TOO_LONG
    place = f"place {held.item} @ {held.location}"
    change = BookChange(held.item, held.location, held.units)
    return ExceptionItem(
        kind=kind,
        subject=f"return {held.returned}" if held.returned else place,
        what=f"return {held.returned}, {held.item} at {held.location}" if held.returned else place[6:],
        since=min(held.since, terms.now),
        units=held.units,
        value=terms.value_of([change], terms.day_of(terms.now, held.location)),
        evidence=(
            ExceptionEvidence(source="warehouse", came_back=f"the warehouse shows it as {held.status or 'held'}"),
        ),
    )


# Feeds -------------------------------------------------------------------------------------------------------

_LEAST_HEARD = 5
"""What has told less often has no rhythm."""


@frozen(kw_only=True)
class FeedRhythm:
    """When a feed told something, the last time first: as many times as show its rhythm. `title` is what people
    call it.
    """

    feed: str
    heard: tuple[dt.datetime, ...]
    title: str = ""


def silence_found(feed: FeedRhythm, terms: ExceptionTerms, *, least: dt.timedelta) -> ExceptionItem | None:
    """A feed that has told nothing for more than twice its longest pause of late, and for `least` at any rate."""
    heard = sorted((each for each in feed.heard if each <= terms.now), reverse=True)
    if len(heard) < _LEAST_HEARD:
        return None
    longest = max(later - earlier for later, earlier in itertools.pairwise(heard))
    silent = terms.now - heard[0]
    if silent <= max(2 * longest, least):
        return None
    hours = longest.total_seconds() / 3600
    return ExceptionItem(
        kind=_C.FEED_SILENT,
        subject=f"feed {feed.feed}",
        what=feed.title or f"feed {feed.feed}",
        since=heard[0],
        evidence=(
            ExceptionEvidence(
                source="feeds",
                came_back=f"its longest pause of the last {len(heard)} times was {hours:.1f} hours",
            ),
        ),
    )
