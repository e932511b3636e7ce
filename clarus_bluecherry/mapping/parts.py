"""A goods out that leaves in parts: what left on which day, of what was not told yet.

Law of this module: as in `clarus`. Clarus tells how much of each line has left so far (H), and no shipment or
parcel tells of which lines it is; so a part is what left beyond the parts before it, and nothing is in two. On
which day it left is told by the warehouse's transactions (their filter by order and their instant: H; the subtype:
the site's word), and where these do not account for it, by its shipments (status and instant: M). What neither
tells is refused.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping import clarus
from clarus_bluecherry.mapping.checked import checked
from clarus_bluecherry.mapping.effects import Effect
from clarus_bluecherry.mapping.prepacks import Broken, PacksSent
from clarus_bluecherry.model import Dispatch, DispatchLine, Item, ShipmentPart

if TYPE_CHECKING:
    from clarus_bluecherry.mapping.terms import WarehouseTerms

__all__ = [
    "LineKey",
    "OrderOnTheWay",
    "dispatches",
    "is_part",
    "left_in_pieces",
    "may_be_in_parts",
    "order_of",
    "shipments_gone",
    "shipments_named",
    "waiting_for_packs",
    "whole_dispatch",
]

_COMPLETED = "COMPLETED"
_LEFT = "dispatched"
"""The status of a shipment that has left, as the vendor's sample has it (M)."""
_PART, _AND, _INSTANT = "/", "+", "@"

LineKey = tuple[str, Item]
Day = Callable[[dt.datetime], dt.date]


@frozen(kw_only=True)
class OrderOnTheWay:
    """An order as Clarus shows it now, with all that tells what of it has left.

    `transactions` are those of the order; they need not be read where `may_be_in_parts` says so. `packs` are the
    lines that were sent as the components of a prepack.
    """

    order: wire.GoodsOutNode
    lines: Sequence[wire.GoodsOutLineNode]
    shipments: Sequence[wire.ShipmentNode]
    packages: Sequence[wire.PackageNode]
    transactions: Sequence[wire.TransactionNode] = ()
    packs: PacksSent = field(factory=PacksSent)

    @property
    def is_completed(self) -> bool:
        """Whether nothing of it follows."""
        return self.order.status == _COMPLETED

    @property
    def gone(self) -> list[wire.ShipmentNode]:
        """The shipments that have left."""
        return shipments_gone(self.shipments)

    @property
    def has_begun(self) -> bool:
        """Whether anything of it has left."""
        return any((line.dispatch_quantity or 0) > 0 for line in self.lines)

    @property
    def is_short(self) -> bool:
        """Whether less has left than was ordered."""
        return any((line.dispatch_quantity or 0) < line.order_quantity for line in self.lines)


@frozen(kw_only=True)
class _Leaving:
    """Units that left on one day, by line."""

    at: dt.datetime
    units: Mapping[LineKey, Decimal]
    name: str
    shipments: Collection[str] = field(default=())


def shipments_gone(shipments: Sequence[wire.ShipmentNode]) -> list[wire.ShipmentNode]:
    """Those of `shipments` that have left."""
    return [shipment for shipment in shipments if (shipment.status or "").lower() == _LEFT]


def is_part(dispatch_id: str) -> bool:
    """Whether a dispatch of this id is a part; the one that closes an order has the order's own id."""
    return _PART in dispatch_id and is_clarus_id(dispatch_id)


def is_clarus_id(dispatch_id: str) -> bool:
    """Whether Clarus's API told the dispatch: what an export tells is known by its reference and an instant."""
    return order_of(dispatch_id).isdecimal() and _INSTANT not in dispatch_id


def order_of(dispatch_id: str) -> str:
    """Clarus's id of the order that a dispatch of this id is of."""
    return dispatch_id.partition(_PART)[0]


def shipments_named(dispatch_id: str) -> frozenset[str]:
    """The ids of the shipments that a part is made of, as its own id names them."""
    return frozenset(filter(None, dispatch_id.partition(_PART)[2].split(_AND)))


def may_be_in_parts(seen: OrderOnTheWay, told: Collection[Dispatch]) -> bool:
    """Whether what left may belong to several days, so that the order's transactions have to be read.

    A completed order of which nothing is missing, that went with one shipment, left in one go.
    """
    return not seen.is_completed or bool(told) or seen.is_short or len(seen.gone) != 1


def dispatches(
    seen: OrderOnTheWay, told: Collection[Dispatch], terms: WarehouseTerms, *, now: dt.datetime, day_of: Day
) -> list[Dispatch]:
    """What has left of an order beyond the dispatches that were `told` and stand, first to last, each on its day.

    An order that left in one go is one dispatch, just as `clarus.dispatch` gives it. A part has the order's id and
    its shipments'; the dispatch that closes the order, which may have no units left, has the order's id alone.
    What left today of an open order is a part only when a shipment has left with it: it may be leaving right now.
    `now` is the present instant, `day_of` the day of the books that an instant belongs to.

    Raises `InvalidRecord` when more was told than left, and when units left on several days and Clarus does not
    tell which.
    """
    with checked(f"goods out {seen.order.reference}"):
        if not seen.is_completed and not (seen.has_begun and seen.is_short):
            return []
        if not may_be_in_parts(seen, told):
            return [whole_dispatch(seen, terms)]
        clarus.refuse_unknown_shipments(seen.shipments, seen.packages)
        whole = seen.packs.composed(clarus.what_left(seen.order, seen.lines, terms))
        new = _beyond(whole, told)
        known = frozenset[str]().union(*(shipments_named(each.id) for each in told))
        gone = [shipment for shipment in seen.gone if shipment.id not in known]
        leavings = _leavings(seen, new, told, gone, terms, day_of)
        if not seen.is_completed:
            is_gone = bool(gone)
            leavings = [one for one in leavings if is_gone or day_of(one.at) < day_of(now)]
            return [_part(seen, one, whole, terms) for one in leavings]
        return _closed(seen, leavings, whole, bool(told), terms, day_of)


def whole_dispatch(seen: OrderOnTheWay, terms: WarehouseTerms) -> Dispatch:
    """A completed order as one dispatch, its prepacks whole. Raises `InvalidRecord` as `clarus.dispatch` does."""
    return seen.packs.whole(clarus.dispatch(seen.order, seen.lines, seen.shipments, seen.packages, terms))


def waiting_for_packs(seen: OrderOnTheWay, terms: WarehouseTerms) -> list[Broken]:
    """What has left of an order's prepacks and makes no whole one yet, or never will."""
    if not seen.packs.lines:
        return []
    return seen.packs.left_over(clarus.what_left(seen.order, seen.lines, terms))


def left_in_pieces(
    seen: OrderOnTheWay,
    told: Collection[Dispatch],
    rest: Sequence[Broken],
    terms: WarehouseTerms,
    *,
    at: dt.datetime,
) -> Dispatch:
    """The pieces that left and wait: of an open order the `rest`, of a completed one all but what was `told`.

    `at` is when that was seen.
    """
    over = ((one.number, item, quantity) for one in rest for item, quantity in one.units.items())
    units = _untold_pieces(seen, told, terms) if seen.is_completed else over
    lines = (
        DispatchLine(number=number, item=item, ordered=quantity, shipped=quantity)
        for number, item, quantity in units
    )
    head = clarus.dispatch_head(seen.order, seen.shipments, terms)
    return Dispatch(
        id=f"{seen.order.id} in pieces", occurred_at=at, part=ShipmentPart.PARTIAL, lines=tuple(lines), **head
    )


def _untold_pieces(
    seen: OrderOnTheWay, told: Collection[Dispatch], terms: WarehouseTerms
) -> Iterator[tuple[str, Item, Decimal]]:
    left = clarus.what_left(seen.order, seen.lines, terms)
    units = seen.packs.not_told(left, (line for dispatch in told for line in dispatch.lines))
    return ((number, item, quantity) for (number, item), quantity in units.items())


def _closed(
    seen: OrderOnTheWay,
    leavings: Sequence[_Leaving],
    whole: Sequence[DispatchLine],
    is_begun: bool,
    terms: WarehouseTerms,
    day_of: Day,
) -> list[Dispatch]:
    """What left before the order's own day are parts of it; the rest closes it."""
    closing = whole_dispatch(seen, terms)
    before = [one for one in leavings if _is_before(one.at, closing, terms, day_of)]
    if not before and not is_begun:
        return [closing]
    rest = [one for one in leavings if one not in before]
    units: defaultdict[LineKey, Decimal] = defaultdict(Decimal)
    for one in rest:
        for key, quantity in one.units.items():
            units[key] += quantity
    lines = _lines(whole, units, keep_empty=True)
    gone = frozenset(shipment for one in rest for shipment in one.shipments)
    last = evolve(
        closing,
        part=ShipmentPart.LAST,
        lines=lines,
        cartons=clarus.cartons_of(_parcels(seen, gone), lines) if units else (),
    )
    return [*(_part(seen, one, whole, terms) for one in before), last]


def _is_before(at: dt.datetime, closing: Dispatch, terms: WarehouseTerms, day_of: Day) -> bool:
    """Whether `at` is on a day before the order's own. A bare date is a day of the warehouse's."""
    if closing.own_date is not None:
        return at.astimezone(terms.zone).date() < closing.own_date
    return day_of(at) < day_of(closing.occurred_at)


def _part(
    seen: OrderOnTheWay, leaving: _Leaving, whole: Sequence[DispatchLine], terms: WarehouseTerms
) -> Dispatch:
    lines = _lines(whole, leaving.units)
    head = clarus.dispatch_head(seen.order, seen.shipments, terms)
    return Dispatch(
        id=f"{seen.order.id}{_PART}{leaving.name}",
        occurred_at=leaving.at,
        part=ShipmentPart.PARTIAL,
        lines=lines,
        cartons=clarus.cartons_of(_parcels(seen, leaving.shipments), lines),
        **head,
    )


def _parcels(seen: OrderOnTheWay, shipments: Collection[str]) -> list[wire.PackageNode]:
    return [package for package in seen.packages if package.shipment and package.shipment.id in shipments]


# How much ----------------------------------------------------------------------------------------------------


def _key(line: DispatchLine) -> LineKey:
    return line.number, line.item


def _lines(
    whole: Sequence[DispatchLine], units: Mapping[LineKey, Decimal], *, keep_empty: bool = False
) -> tuple[DispatchLine, ...]:
    """A line for each key of the order, with what of it left in a part and all that was ordered."""
    ordered: defaultdict[LineKey, Decimal] = defaultdict(Decimal)
    for line in whole:
        ordered[_key(line)] += line.ordered
    return tuple(
        DispatchLine(number=key[0], item=key[1], ordered=all_of_it, shipped=units.get(key, Decimal(0)))
        for key, all_of_it in ordered.items()
        if keep_empty or units.get(key)
    )


def _beyond(whole: Sequence[DispatchLine], told: Collection[Dispatch]) -> Mapping[LineKey, Decimal]:
    """What has left of each line and was not told yet."""
    new: defaultdict[LineKey, Decimal] = defaultdict(Decimal)
    for line in whole:
        new[_key(line)] += line.shipped
    for line in (line for dispatch in told for line in dispatch.lines):
        new[_key(line)] -= line.shipped
    for (number, item), units in new.items():
        if units < 0:
            what = f"{-units.normalize():f} units more of line {number} ({item}) were told than have left"
            raise InvalidRecord(what, field="dispatch_quantity", action="See which of its parts was taken back.")
    return {key: units for key, units in new.items() if units}


# When --------------------------------------------------------------------------------------------------------


def _leavings(
    seen: OrderOnTheWay,
    new: Mapping[LineKey, Decimal],
    told: Collection[Dispatch],
    gone: Sequence[wire.ShipmentNode],
    terms: WarehouseTerms,
    day_of: Day,
) -> list[_Leaving]:
    """What is new, day by day."""
    if not new:
        return []
    moves = _untold(_in_packs(_moved_out(seen.transactions, terms), seen.packs), told)
    if _sums(moves) == _by_item(new):
        return list(_by_day(new, moves, gone, terms, day_of))
    instants = [wire.instant(one.collection_datetime, zone=terms.zone) for one in gone if one.collection_datetime]
    days = {day_of(instant) for instant in instants}
    ids = sorted(shipment.id for shipment in gone)
    if seen.is_completed and (not gone or (len(days) <= 1 and not told)):
        at = clarus.dispatched_at(seen.order, terms.zone)
        return [_Leaving(at=at, units=new, name=_AND.join(ids), shipments=ids)]
    if len(instants) == len(gone) and len(days) == 1:
        return [_Leaving(at=max(instants), units=new, name=_AND.join(ids), shipments=ids)]
    many = sum(new.values(), Decimal(0))
    how_many = f"{many.normalize():f} units left"
    what = f"{how_many}, and neither its transactions nor its shipments tell on which day each of them did"
    action = "Name the subtype of a dispatch in `clarus.subtypes`, or book it in Blue Cherry and end this."
    raise InvalidRecord(what, field="dispatch_quantity", action=action)


@frozen
class _Move:
    """Units of an item that left for good in one transaction."""

    item: Item
    units: Decimal
    at: dt.datetime
    id: str


def _moved_out(transactions: Sequence[wire.TransactionNode], terms: WarehouseTerms) -> list[_Move]:
    """What left and was not taken back, first to last. What comes back is what left latest."""
    out: list[_Move] = []
    for one in sorted(transactions, key=lambda one: (one.created_at, len(one.id), one.id)):
        if terms.subtypes.get(one.subtype.upper()) is Effect.DISPATCH:
            out.append(_Move(clarus.item_of(one, terms), abs(one.quantity), one.created_at, one.id))
        elif terms.undispatches(one.subtype):
            out = list(_less(reversed(out), {clarus.item_of(one, terms): abs(one.quantity)}))[::-1]
    return out


def _in_packs(moves: Sequence[_Move], packs: PacksSent) -> list[_Move]:
    """Each move of a component as the packs that it makes whole."""
    packed = packs.packed_moves((move.item, move.units) for move in moves)
    told = (evolve(move, item=item, units=units) for move, (item, units) in zip(moves, packed, strict=True))
    return [move for move in told if move.units]


def _untold(moves: Sequence[_Move], told: Collection[Dispatch]) -> list[_Move]:
    """Those that no dispatch told of yet: what left first was told first."""
    units: defaultdict[Item, Decimal] = defaultdict(Decimal)
    for line in (line for dispatch in told for line in dispatch.lines):
        units[line.item] += line.shipped
    return list(_less(moves, units))


def _less(moves: Iterator[_Move] | Sequence[_Move], units: Mapping[Item, Decimal]) -> Iterator[_Move]:
    """`moves` without the first `units` of them."""
    left = dict(units)
    for move in moves:
        taken = min(move.units, left.get(move.item, Decimal(0)))
        left[move.item] = left.get(move.item, Decimal(0)) - taken
        if move.units > taken:
            yield evolve(move, units=move.units - taken)


def _sums(moves: Sequence[_Move]) -> dict[Item, Decimal]:
    total: defaultdict[Item, Decimal] = defaultdict(Decimal)
    for move in moves:
        total[move.item] += move.units
    return dict(total)


def _by_item(units: Mapping[LineKey, Decimal]) -> dict[Item, Decimal]:
    total: defaultdict[Item, Decimal] = defaultdict(Decimal)
    for (_, item), quantity in units.items():
        total[item] += quantity
    return dict(total)


def _by_day(
    new: Mapping[LineKey, Decimal],
    moves: Sequence[_Move],
    gone: Sequence[wire.ShipmentNode],
    terms: WarehouseTerms,
    day_of: Day,
) -> Iterator[_Leaving]:
    days = sorted({day_of(move.at) for move in moves})
    shipped = _shipments_by_day(gone, days, terms, day_of)
    for day in days:
        of_day = [move for move in moves if day_of(move.at) == day]
        units = new if len(days) == 1 else _of_lines(_sums(of_day), new)
        ids = sorted(shipped[day])
        last = of_day[-1]
        yield _Leaving(at=last.at, units=units, name=_AND.join(ids) or f"t{last.id}", shipments=ids)


def _of_lines(units: Mapping[Item, Decimal], new: Mapping[LineKey, Decimal]) -> Mapping[LineKey, Decimal]:
    """A day's units by line. An item on several lines is told apart only when all of it left that day."""
    found: dict[LineKey, Decimal] = {}
    for item, quantity in units.items():
        lines = {key: left for key, left in new.items() if key[1] == item}
        if len(lines) == 1:
            found[next(iter(lines))] = quantity
        elif sum(lines.values()) == quantity:
            found |= lines
        else:
            what = (
                f"{item} is on {len(lines)} lines that left on several days, and nobody tells which line on which"
            )
            raise InvalidRecord(what, field="dispatch_quantity")
    return found


def _shipments_by_day(
    gone: Sequence[wire.ShipmentNode], days: Sequence[dt.date], terms: WarehouseTerms, day_of: Day
) -> Mapping[dt.date, list[str]]:
    """The shipments that left on each day; one that fits no day went with the last units."""
    found: defaultdict[dt.date, list[str]] = defaultdict(list)
    for shipment in gone:
        when = shipment.collection_datetime
        day = day_of(wire.instant(when, zone=terms.zone)) if when else days[-1]
        found[day if day in days else days[-1]].append(shipment.id)
    return found
