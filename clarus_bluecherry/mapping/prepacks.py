"""Prepacks ↔ their components: what Blue Cherry orders as one code, and the warehouse picks piece by piece.

Law of this module: pure functions. A component keeps the number of its pack's line, so what comes back is told by
that. Whole packs are counted over all that has come, never part by part; what makes none is neither rounded nor
dropped, it is told by its name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, TypeVar

from attrs import evolve, field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping.bluecherry import NOT_THE_ERPS_NUMBER
from clarus_bluecherry.model import (
    Carton,
    CartonLine,
    Dispatch,
    DispatchLine,
    Item,
    OrderLine,
    Prepack,
    PurchaseOrder,
    PurchaseOrderLine,
    SalesOrder,
    Sku,
    UnmatchedCode,
)

__all__ = ["Broken", "PacksSent", "broken", "components", "exploded", "without_division"]

OrderT = TypeVar("OrderT", bound=SalesOrder | PurchaseOrder)
BackT = TypeVar("BackT", DispatchLine, CartonLine)
AnyLine = OrderLine | PurchaseOrderLine
IsStocked = Callable[[Item], bool]

_BY_HAND = "Book it by hand in Blue Cherry and end this, or let the warehouse make the pack whole."


def exploded(order: OrderT, is_stocked: IsStocked) -> OrderT:
    """`order` with the components of each prepack in its place, under its line's number.

    One that the warehouse stocks as a product of its own (`is_stocked`) stays, and so does one without a
    composition.
    """
    if not any(line.pack for line in order.lines):
        return order
    lines: Any = tuple(chain.from_iterable(_components(line, is_stocked) for line in order.lines))
    return evolve(order, lines=lines)


def _components(line: AnyLine, is_stocked: IsStocked) -> Iterator[AnyLine]:
    """The barcode and the price are the pack's: a component has none of them."""
    if line.pack is None or is_stocked(line.item):
        yield line
        return
    of_the_pack: dict[str, Any] = {"unit_price" if isinstance(line, OrderLine) else "unit_cost": None}
    for part in line.pack.parts:
        quantity = line.quantity * part.eaches
        yield evolve(line, item=part.item, quantity=quantity, upc="", told=None, pack=None, **of_the_pack)


def components(item: Item, packs: Mapping[Sku, Prepack], is_stocked: IsStocked) -> Mapping[Sku, Decimal]:
    """The eaches of each component that one of `item` stands for; empty for what `exploded` leaves as it is."""
    bare = without_division(item)
    pack = packs.get(bare) if isinstance(bare, Sku) else None
    return {} if pack is None or is_stocked(item) else pack.eaches


def without_division(item: Item) -> Item:
    """`item` as lines of orders and compositions name it: they tell no division."""
    return evolve(item, division="") if isinstance(item, Sku) else item


@frozen
class Broken:
    """Components of the pack on line `number` that make no whole one: how many `units` of each, and in `words`."""

    number: str
    units: Mapping[Sku, Decimal]
    words: str

    def __str__(self) -> str:
        return self.words


def broken(number: str, pack: Prepack, units: Mapping[Sku, Decimal], verb: str) -> Broken | None:
    """What `units` of a pack's components leave over; None where they make whole packs."""
    rest = pack.left_over(units)
    if not rest:
        return None
    there = _listed({part.item: units.get(part.item, Decimal(0)) for part in pack.parts})
    makes = f"makes {pack.whole(units):f} whole and leaves {_listed(rest)} over"
    return Broken(number, rest, f"line {number} is a prepack of {pack}; {there} {verb}, which {makes}")


def _listed(units: Mapping[Sku, Decimal]) -> str:
    return " and ".join(f"{quantity.normalize():f} of {item}" for item, quantity in units.items())


@frozen(kw_only=True)
class PacksSent:
    """The lines of an order that are prepacks, to count what left in components as packs again.

    `sku_of` ties a product code to a SKU. Without lines everything stays as it is.
    """

    lines: tuple[OrderLine, ...] = ()
    loose: frozenset[Item] = frozenset()
    sku_of: Callable[[str], Item] = field(default=UnmatchedCode, eq=False)

    @classmethod
    def of(cls, order: SalesOrder, sku_of: Callable[[str], Item]) -> PacksSent:
        """Those of `order`, as it was sent out."""
        packs = tuple(line for line in order.lines if line.pack)
        loose = frozenset(without_division(line.item) for line in order.lines if not line.pack)
        return cls(lines=packs, loose=loose, sku_of=sku_of)

    def composed(self, lines: Sequence[DispatchLine]) -> tuple[DispatchLine, ...]:
        """`lines` with a line of whole packs in the place of the components of each, without what is left over.

        A line of a pack that left as a product of its own stays.
        """
        parts, others = self._parted(lines)
        return (*others, *(_packed(line, pack, parts[line.number]) for line, pack in self._packs(parts)))

    def _packs(self, parts: Mapping[str, object]) -> list[tuple[OrderLine, Prepack]]:
        return [(line, line.pack) for line in self.lines if line.pack and line.number in parts]

    def untold(self, lines: Sequence[DispatchLine]) -> list[tuple[str, Sku]]:
        """The components of which `lines` tell nothing, not even zero, though of others of their pack."""
        parts, _ = self._parted(lines)
        found = ((line.number, item) for line, pack in self._packs(parts) for item in pack.eaches)
        return [(number, item) for number, item in found if all(each.item != item for each in parts[number])]

    def left_over(self, lines: Sequence[DispatchLine]) -> list[Broken]:
        """What of `lines` is in no whole pack."""
        parts, _ = self._parted(lines)
        told = (
            broken(line.number, pack, _sum((each.item, each.shipped) for each in parts[line.number]), "left")
            for line, pack in self._packs(parts)
        )
        return [rest for rest in told if rest is not None]

    def whole(self, dispatch: Dispatch) -> Dispatch:
        """`dispatch` in packs. Raises `InvalidRecord` naming pack and components where some are left over."""
        if not self.lines:
            return dispatch
        rest = self.left_over(dispatch.lines)
        if rest:
            raise InvalidRecord("; ".join(map(str, rest)), field="lines", action=_BY_HAND)
        cartons = tuple(map(self._carton, dispatch.cartons))
        return evolve(dispatch, lines=self.composed(dispatch.lines), cartons=cartons)

    def in_pieces(self, line: DispatchLine) -> Mapping[Item, Decimal]:
        """What left with `line`: the components where it tells whole packs, else its own item."""
        item = self._tied(line.item)
        packs = (
            each.pack for each in self.lines if (each.number, without_division(each.item)) == (line.number, item)
        )
        pack = next(packs, None)
        if pack is None:
            return {item: line.shipped}
        return {component: line.shipped * each for component, each in pack.eaches.items()}

    def not_told(
        self, left: Iterable[DispatchLine], told: Iterable[DispatchLine]
    ) -> dict[tuple[str, Item], Decimal]:
        """What of the units that `left` no line of `told` tells, by line and piece."""
        units: defaultdict[tuple[str, Item], Decimal] = defaultdict(Decimal)
        for line in left:
            units[line.number, self._tied(line.item)] += line.shipped
        for line in told:
            own = line.number, self._tied(line.item)
            pieces = {own[1]: line.shipped} if own in units else self.in_pieces(line)  # a pack that left as itself
            for item, quantity in pieces.items():
                units[line.number, item] -= quantity
        return {key: quantity for key, quantity in units.items() if quantity > 0}

    def _carton(self, carton: Carton) -> Carton:
        parts, others = self._parted(carton.lines)
        packed = list(others)
        for line, pack in self._packs(parts):
            units = _sum((each.item, each.quantity) for each in parts[line.number])
            rest = broken(line.number, pack, units, "are in it")
            if rest is not None:
                raise InvalidRecord(f"carton {carton.number}: {rest}", field="cartons", action=_BY_HAND)
            packed.append(CartonLine(number=line.number, item=line.item, quantity=pack.whole(units)))
        return evolve(carton, lines=tuple(packed))

    def _parted(self, lines: Sequence[BackT]) -> tuple[Mapping[str, list[BackT]], list[BackT]]:
        """The components by the number of their pack's line, tied to their SKUs; the other lines as they are."""
        parts: defaultdict[str, list[BackT]] = defaultdict(list)
        others: list[BackT] = []
        for line in lines:
            item = self._tied(line.item)
            pack = self._line_of(line.number, item)
            if pack is None:
                others.append(line)
            else:
                parts[pack.number].append(evolve(line, number=pack.number, item=item))
        return parts, others

    def _line_of(self, number: str, item: Item) -> OrderLine | None:
        """The pack's line that a component is of: by its number, and without one the only line it can be."""
        if number.startswith(NOT_THE_ERPS_NUMBER):
            return self._only_line_of(item)
        return next((line for line in self._holding(item) if line.number == number), None)

    def _only_line_of(self, item: Item) -> OrderLine | None:
        holding = self._holding(item)
        return holding[0] if len(holding) == 1 and item not in self.loose else None

    def _holding(self, item: Item) -> list[OrderLine]:
        return [line for line in self.lines if line.pack and line.pack.holds(item)]

    def packed_moves(self, moves: Iterable[tuple[Item, Decimal]]) -> list[tuple[Item, Decimal]]:
        """Units that left one after the other, those of components as the whole packs that each completes.

        A component that is in several packs of the order, or stands on a line of its own too, is not told apart
        here: it stays.
        """
        seen: defaultdict[str, defaultdict[Sku, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        told: list[tuple[Item, Decimal]] = []
        for code, units in moves:
            item = self._tied(code)
            line = self._only_line_of(item)
            if line is None or line.pack is None or not isinstance(item, Sku):
                told.append((code, units))
                continue
            before = line.pack.whole(seen[line.number])
            seen[line.number][item] += units
            told.append((line.item, line.pack.whole(seen[line.number]) - before))
        return told

    def _tied(self, item: Item) -> Item:
        return without_division(self.sku_of(item.code) if isinstance(item, UnmatchedCode) else item)


def _packed(line: OrderLine, pack: Prepack, parts: Sequence[DispatchLine]) -> DispatchLine:
    shipped = pack.whole(_sum((each.item, each.shipped) for each in parts))
    ordered = pack.whole(_sum((each.item, each.ordered) for each in parts))
    return DispatchLine(number=line.number, item=line.item, ordered=ordered, shipped=shipped)


def _sum(units: Iterable[tuple[Item, Decimal]]) -> Mapping[Sku, Decimal]:
    total: defaultdict[Sku, Decimal] = defaultdict(Decimal)
    for item, quantity in units:
        if isinstance(item, Sku):
            total[item] += quantity
    return total
