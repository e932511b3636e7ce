"""Eaches: how many a quantity of some unit is.

Law of this module: a unit that is told, and is not the each, counts by a factor that somebody says, or is refused:
a quantity of an unknown unit is no quantity.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from attrs import define, field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.exports.rows import CloseRow, FileRows
from clarus_bluecherry.flows.exports.settings import CloseSettings
from clarus_bluecherry.flows.exports.skus import SkuBook
from clarus_bluecherry.model._units import EACHES, factor_of

_DOZENS, _DOZEN = ("DZ", "DOZ", "DOZEN"), Decimal(12)
_CASES = ("CS", "CA", "CASE", "CASES", "CT", "CTN", "CARTON", "CARTONS")
"""Words for the case, of which the master says how many eaches it is (L)."""


@frozen
class ToldEaches:
    """A quantity in eaches, and the unit and factor that it was told in."""

    qty: Decimal
    unit: str = ""
    factor: Decimal = Decimal(1)


@define
class CloseUnits:
    """Every factor that is told, of every SKU or of one."""

    general: dict[str, Decimal] = field(factory=dict)
    by_item: dict[tuple[str, str], Decimal] = field(factory=dict)

    def eaches(self, row: CloseRow, item: str) -> ToldEaches:
        """The quantity of a row in eaches. Raises `InvalidRecord` where it or its unit is not known."""
        quantity, unit = row.need_number("quantity"), row.text("unit").upper()
        if not unit or unit in EACHES:
            return ToldEaches(quantity, unit)
        factor = self.by_item.get((item, unit)) or self.general.get(unit)
        if factor is None:
            raise row.refused(f"the unit is {unit!r}, and nobody says how many eaches one is", "unit")
        return ToldEaches(quantity * factor, unit, factor)


def units_told(
    settings: CloseSettings, files: Mapping[str, FileRows], skus: SkuBook, problems: list[InvalidRecord]
) -> CloseUnits:
    """What the settings, the list of units and the SKU master say."""
    told = {unit.upper(): factor_of(each) for unit, each in settings.units.items()}
    units = CloseUnits({**dict.fromkeys(_DOZENS, _DOZEN), **told})

    def of_units(row: CloseRow) -> None:
        unit, eaches = row.need("unit").upper(), factor_of(row.need_number("eaches"))
        if any(row.text(name) for name in ("sku", "style", "product_code")):
            item = skus.item_of(row)
            units.by_item[item, unit] = eaches
            skus.add_factor(item, eaches)
        else:
            units.general[unit] = eaches

    def of_master(row: CloseRow) -> None:
        unit, eaches = row.text("unit").upper(), row.number("eaches")
        for word in [unit] if unit and unit not in EACHES else _CASES:
            if eaches:
                units.by_item[skus.item_of(row), word] = factor_of(eaches)

    for _ in files["units"].made(of_units, problems):
        pass
    for _ in files["sku_master"].made(of_master, problems):
        pass
    return units
