"""The roll-forward: from what a period began with to what it ends with, in units and in value.

Law of this module: it foots. Opening and every class of movement add up to the closing, in units and in value;
what the same units became worth by another cost or another rate stands on lines of its own. Where a cost is
missing the value is missing, and how many units those are is said.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
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


def roll_forward(
    stock: SideStock,
    side: EntrySide,
    opening: Moment,
    closing: Moment,
    costs: CostTable,
    compares: Callable[[str], bool],
    class_of: Callable[[StockEntry], Moved],
) -> RollForward:
    """How one side came from `opening` to `closing`, at the places that are compared."""
    first, last = stock.at(opening), stock.at(closing)
    units: defaultdict[str, Decimal] = defaultdict(Decimal)
    value: defaultdict[str, Decimal] = defaultdict(Decimal)
    moves: defaultdict[Place, list[StockEntry]] = defaultdict(list)
    for entry in stock.between(opening, closing):
        moves[entry.place].append(entry)
    without = NONE
    for place in sorted({*first, *last, *moves}):
        if not compares(place[1]):
            continue
        units[Moved.OPENING.value] += first.get(place, NONE)
        units[CLOSING] += last.get(place, NONE)
        for entry in moves[place]:
            units[class_of(entry).value] += entry.qty
        worth = _worth(place, first.get(place, NONE), moves[place], opening, closing, costs, class_of)
        if worth is None:
            without += abs(last.get(place, NONE))
            continue
        for name, amount in worth:
            value[name] += amount
    names = [*(each.value for each in Moved), CURRENCY, CLOSING]
    always = {Moved.OPENING.value, Moved.REVALUED.value, CLOSING}
    lines = [RollLine(name, units[name], value[name]) for name in names if name in {*units, *value, *always}]
    return RollForward(side, opening, closing, tuple(lines), without)


def _worth(
    place: Place,
    begun: Decimal,
    moves: Iterable[StockEntry],
    opening: Moment,
    closing: Moment,
    costs: CostTable,
    class_of: Callable[[StockEntry], Moved],
) -> list[tuple[str, Decimal]] | None:
    """The value of a place by line; None where a cost that it takes is missing."""
    now = costs.at(place, closing.last_day)
    before = costs.at(place, opening.last_day) or (None if begun else now)
    if now is None or before is None or now.booked is None:
        return None
    told: list[tuple[str, Decimal]] = []
    held = NONE
    for name, qty, cost in [(Moved.OPENING.value, begun, before), *_priced(place, moves, costs, now, class_of)]:
        change = value_change(qty, cost, now)
        if change is None:
            return None
        told += [(name, change.quantity), (Moved.REVALUED.value, change.revaluation), (CURRENCY, change.currency)]
        held += qty
    return [*told, (CLOSING, held * now.booked)]


def _priced(
    place: Place,
    moves: Iterable[StockEntry],
    costs: CostTable,
    now: UnitCost,
    class_of: Callable[[StockEntry], Moved],
) -> Iterator[tuple[str, Decimal, UnitCost]]:
    """Each movement with what an each cost on its day."""
    for entry in moves:
        yield class_of(entry).value, entry.qty, costs.at(place, day_of(entry)) or now


def day_of(entry: StockEntry) -> dt.date:
    """The day of an entry in its own books."""
    return entry.booked_date or entry.own_date or dt.date.min
