"""Units of measure: a quantity counts in the item's each, and a case is as many as somebody says.

Law of this module: a unit that is told, and is not known to mean the each, is another one. It counts only by a
factor with a source; two sources that contradict each other give none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Context, Decimal, Inexact
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model._values import Sku, decimal, exact, filled, finite, many, positive

if TYPE_CHECKING:
    from clarus_bluecherry.model._prepacks import Prepack

EACHES: frozenset[str] = frozenset({"EA", "EACH", "PC", "PCS", "PIECE", "PIECES", "UN", "UNIT", "UNITS"})
"""Words that mean the each: `EA` is in the standard's list (H), the others are usage (L). A site sets its own."""

_TOO_MANY = 10**9
_EXACT = Context(prec=99, traps=[Inexact])


def is_each(unit: str, eaches: Collection[str] = EACHES) -> bool:
    """Whether `unit` means the each, by one of `eaches` (in capitals); a unit that is not told does.

    >>> is_each(" ea "), is_each(""), is_each("CA")
    (True, True, False)
    """
    word = _capital(unit)
    return not word or word in eaches


def capitals(words: Collection[str]) -> frozenset[str]:
    """`words` as they are compared."""
    return frozenset(map(_capital, words))


def _capital(word: str) -> str:
    return word.strip().upper()


def counted(quantity: Decimal, factor: Decimal) -> Decimal:
    """The whole eaches that `quantity` of a unit of `factor` eaches are.

    Raises `InvalidRecord` where that is a part of an each.

    >>> counted(Decimal("2.50"), Decimal(12))
    Decimal('30')
    """
    product = _EXACT.multiply(quantity, factor)
    if product != product.to_integral_value(context=_EXACT):
        part = f"{quantity:f} of {factor:f} eaches are {product.normalize(_EXACT):f}"
        raise InvalidRecord(f"{part}: no whole number of them")
    return Decimal(int(product))


@frozen(kw_only=True)
class ToldQuantity:
    """A quantity as it was told: so much of a `unit`, of which `source` says that one is `factor` eaches."""

    quantity: Decimal = field(converter=exact, validator=finite)
    unit: str = field(validator=filled)
    factor: Decimal = field(converter=exact, validator=positive)
    source: str = field(validator=filled)

    @property
    def eaches(self) -> Decimal:
        """How many eaches it is. Raises `InvalidRecord` where that is a part of an each."""
        return counted(self.quantity, self.factor)

    def __str__(self) -> str:
        return f"{self.quantity:f} {self.unit} of {self.factor:f} ({self.source})"


def factor_of(eaches: Decimal | int | str) -> Decimal:
    """`eaches` as a factor. Raises `InvalidRecord` for what is no number, or cannot be the eaches of a unit."""
    factor = decimal(eaches)
    if not 0 < factor < _TOO_MANY:
        raise InvalidRecord(f"a unit of {factor} eaches is none", record="UnitFactors")
    return factor


def _by_unit(told: Mapping[str, Decimal | int | str]) -> dict[str, Decimal]:
    return {_capital(unit): factor_of(eaches) for unit, eaches in told.items()}


def _by_sku(told: Mapping[tuple[Sku, str], Collection[Decimal]]) -> dict[tuple[Sku, str], tuple[Decimal, ...]]:
    return {(sku, _capital(unit)): tuple(sorted({*map(factor_of, said)})) for (sku, unit), said in told.items()}


def _sorted(words: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(capitals(words)))


@frozen(kw_only=True)
class UnitFactors:
    """What one `source` says of units, compared without case: how many eaches one of each is.

    `general` holds for every SKU; `by_sku` for one, and goes before. Where the source contradicts itself, all that
    it says of a SKU's unit is here. `asked` are units that it may still say something of.
    """

    source: str = field(validator=filled)
    general: Mapping[str, Decimal] = field(factory=dict, converter=_by_unit)
    by_sku: Mapping[tuple[Sku, str], tuple[Decimal, ...]] = field(factory=dict, converter=_by_sku)
    asked: tuple[str, ...] = field(default=(), converter=_sorted)  # a set has no order of its own

    @cached_property
    def units(self) -> frozenset[str]:
        """Every unit that it says, or may say, something of."""
        return frozenset(self.asked).union(self.general, (unit for _, unit in self.by_sku))

    def said(self, unit: str, sku: Sku) -> Collection[Decimal]:
        """What it says of a `unit` (in capitals) of `sku`."""
        return self.by_sku.get((sku, unit)) or ([self.general[unit]] if unit in self.general else ())


@frozen
class Units:
    """How many eaches units are, by every source that says so, and what is in one of a prepack.

    >>> units = Units((UnitFactors(source="[units]", general={"DZ": Decimal(12)}),))
    >>> str(units.told(Decimal(2), "dz", Sku("01234")))
    '2 dz of 12 ([units])'
    """

    sources: tuple[UnitFactors, ...] = field(default=(), validator=many(UnitFactors))
    prepacks: Mapping[Sku, Prepack] = field(factory=dict)

    def told(self, quantity: Decimal, unit: str, sku: Sku) -> ToldQuantity | None:
        """`quantity` of `unit` of `sku`, with its factor; None where no source knows one.

        Raises `InvalidRecord` where they contradict each other.
        """
        word = _capital(unit)
        said = [(eaches, each.source) for each in self.sources for eaches in each.said(word, sku)]
        if len({eaches for eaches, _ in said}) > 1:
            all_said = " and ".join(f"{eaches:f} ({source})" for eaches, source in said)
            raise InvalidRecord(f"of {sku} the unit {word!r} is said to be {all_said} eaches", action=_ONE_FACTOR)
        if not said:
            return None
        source = " and ".join(source for _, source in said)
        return ToldQuantity(quantity=quantity, unit=unit.strip(), factor=said[0][0], source=source)

    def knows(self, unit: str) -> bool:
        """Whether some source may say what `unit` is, at least of one SKU."""
        word = _capital(unit)
        return any(word in each.units for each in self.sources)

    def general(self, unit: str) -> Decimal | None:
        """The factor of `unit` that holds for every SKU; None where no source says one, or two differ."""
        word = _capital(unit)
        said = {each.general[word] for each in self.sources if word in each.general}
        return said.pop() if len(said) == 1 else None

    def beside(self, source: UnitFactors) -> Units:
        """These, and what `source` says now in the place of what it said before."""
        others = (each for each in self.sources if each.source != source.source)
        return evolve(self, sources=(*others, source))


_ONE_FACTOR = "Correct the factor in the source that is wrong; the line is read again."
