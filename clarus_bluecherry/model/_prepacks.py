"""Prepacks: one code that Blue Cherry orders and books, and the pieces of several SKUs that are in one of it.

Law of this module: a pack is as many of each component as somebody says, and whole or none. What makes no whole
one is left over, and left over is a number with a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model._values import NamedField, Sku, exact, filled, many, one, positive


@frozen(kw_only=True)
class PackPart:
    """The `eaches` of one SKU that are in one pack."""

    item: Sku = field(validator=one(Sku))
    eaches: Decimal = field(converter=exact, validator=positive)

    def __str__(self) -> str:
        return f"{self.eaches:f} of {self.item}"


def _of_pieces(record: object, attribute: NamedField, value: tuple[PackPart, ...]) -> None:
    if not value:
        raise InvalidRecord("a prepack holds at least one SKU", record="Prepack", field=attribute.name)
    if len({part.item for part in value}) < len(value):
        raise InvalidRecord("a prepack names one SKU twice", record="Prepack", field=attribute.name)
    for part in value:
        if part.eaches != part.eaches.to_integral_value():
            raise InvalidRecord(f"{part} is no whole number of pieces", record="Prepack", field=attribute.name)


@frozen(kw_only=True)
class Prepack:
    """What is in one pack, and the `source` that says so.

    >>> small, large = Sku("01234", "BLK", size="S"), Sku("01234", "BLK", size="L")
    >>> parts = PackPart(item=small, eaches=2), PackPart(item=large, eaches=1)
    >>> pack = Prepack(source="prepacks.csv", parts=parts)
    >>> pack.whole({small: Decimal(5), large: Decimal(2)})
    Decimal('2')
    >>> pack.left_over({small: Decimal(5), large: Decimal(2)})[small]
    Decimal('1')
    """

    source: str = field(validator=filled)
    parts: tuple[PackPart, ...] = field(validator=(many(PackPart), _of_pieces))

    def holds(self, item: object) -> bool:
        """Whether `item` is one of its components."""
        return item in self.eaches

    @property
    def eaches(self) -> Mapping[Sku, Decimal]:
        """The eaches of each component."""
        return {part.item: part.eaches for part in self.parts}

    def whole(self, units: Mapping[Sku, Decimal]) -> Decimal:
        """How many whole packs `units` of its components make."""
        return min(units.get(part.item, Decimal(0)) // part.eaches for part in self.parts)

    def left_over(self, units: Mapping[Sku, Decimal]) -> Mapping[Sku, Decimal]:
        """The `units` that are in no whole pack; empty where there are none."""
        packs = self.whole(units)
        rest = {item: units.get(item, Decimal(0)) - packs * each for item, each in self.eaches.items()}
        return {item: quantity for item, quantity in rest.items() if quantity}

    def __str__(self) -> str:
        return f"{', '.join(map(str, self.parts))} ({self.source})"
