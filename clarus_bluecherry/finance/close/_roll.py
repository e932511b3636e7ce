"""The roll-forward: from what a period began with to what it ends with, in units and in value.

Law of this module: it foots. Opening and every class of movement add up to the closing, in units and in value;
what the same units became worth by another cost or another rate stands on lines of its own. Where a cost is
missing the value is missing, and how many units those are is said.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.finance.close._costs import CostTable, UnitCost, value_change
from clarus_bluecherry.finance.close._entries import NONE, EntrySide, Moved, Place, StockEntry
from clarus_bluecherry.finance.close._moments import Moment
from clarus_bluecherry.finance.close._stock import SideStock

CLOSING = "closing"
CURRENCY = "currency"


@frozen
class RollLine:
    """What one class of movement did. `value` counts only where costs are known."""

    name: str
    units: Decimal
    value: Decimal


@frozen
class RollForward:
    """One side of a period. `without_cost` are the units of its closing whose value is not known."""

    side: EntrySide
    opening: Moment
    closing: Moment
    lines: tuple[RollLine, ...]
    without_cost: Decimal

    @property
    def foots(self) -> bool:
        """Whether everything before the closing adds up to it."""
        *parts, last = self.lines
        units, value = sum((each.units for each in parts), NONE), sum((each.value for each in parts), NONE)
        return units == last.units and value == last.value


RollPiece = tuple[str, Place, StockEntry | None, Decimal, Decimal | None]
"""What one entry (None: the stock that there was) puts on a line: the line's name, where, its units and value."""


def roll_forward(side: EntrySide, opening: Moment, closing: Moment, pieces: Iterable[RollPiece]) -> RollForward:
    """How one side came from `opening` to `closing`: all that its lines are made of, added up."""
    units = defaultdict[str, Decimal](Decimal, {Moved.OPENING.value: NONE, CLOSING: NONE})
    value = defaultdict[str, Decimal](Decimal)
    without = NONE
    for name, _, _, qty, worth in pieces:
        units[name] += qty
        if worth is not None:
            value[name] += worth
        elif name == CLOSING:
            without += abs(qty)
    names = [*(each.value for each in Moved), CURRENCY, CLOSING]
    always = {Moved.OPENING.value, Moved.REVALUED.value, CLOSING}
    lines = [RollLine(name, units[name], value[name]) for name in names if name in {*units, *always}]
    return RollForward(side, opening, closing, tuple(lines), without)


def roll_pieces(
    stock: SideStock,
    opening: Moment,
    closing: Moment,
    costs: CostTable,
    wanted: Callable[[Place], bool],
    class_of: Callable[[StockEntry], Moved],
) -> Iterator[RollPiece]:
    """All that the lines of one side are made of, at the places that are wanted."""
    first, last = stock.at(opening), stock.at(closing)
    moves: defaultdict[Place, list[StockEntry]] = defaultdict(list)
    for entry in stock.between(opening, closing):
        moves[entry.place].append(entry)
    for place in filter(wanted, sorted({*first, *last, *moves})):
        begun, now = first.get(place, NONE), costs.at(place, closing.last_day)
        before = costs.at(place, opening.last_day) or (None if begun else now)
        told: list[_Told] = [(Moved.OPENING.value, None, begun, before)]
        told += [
            (class_of(each).value, each, each.qty, costs.at(place, day_of(each)) or now) for each in moves[place]
        ]
        yield from _pieces(place, told, now, last.get(place, NONE))


_Told = tuple[str, StockEntry | None, Decimal, UnitCost | None]


def _pieces(place: Place, told: Sequence[_Told], now: UnitCost | None, last: Decimal) -> Iterator[RollPiece]:
    """The pieces of a place; without a value where a cost that it takes is missing."""
    changes = [None if now is None or cost is None else value_change(qty, cost, now) for _, _, qty, cost in told]
    is_priced = None not in changes
    for (name, entry, qty, _), change in zip(told, changes, strict=True):
        if not is_priced or change is None:
            yield name, place, entry, qty, None
            continue
        yield name, place, entry, qty, change.quantity
        yield Moved.REVALUED.value, place, entry, NONE, change.revaluation
        yield CURRENCY, place, entry, NONE, change.currency
    held = sum((qty for _, _, qty, _ in told), NONE)
    cost = now.booked if now is not None and is_priced else None
    yield CLOSING, place, None, last, None if cost is None else held * cost


def day_of(entry: StockEntry) -> dt.date:
    """The day of an entry in its own books."""
    return entry.booked_date or entry.own_date or dt.date.min
