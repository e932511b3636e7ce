"""The site's units: what its file says of them, and what Clarus's products say.

Law of this module: a table of units is taken whole. A line of it that cannot be read stops the start, because a
case that is left out would be refused, or counted by another word, much later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from clarus_bluecherry.clarus import calls, wire
from clarus_bluecherry.config import SiteFile
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.flows.rows import iterate
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.mapping.units import CASE, clarus_factors
from clarus_bluecherry.model import Item, PackPart, Prepack, Sku, UnitFactors, Units, UnmatchedCode
from clarus_bluecherry.model._units import is_each
from clarus_bluecherry.model._values import SKU_PARTS
from clarus_bluecherry.tables import NumberForm, code_of, read_whole, unescaped

SOURCE = "[units]"
_PARTS = tuple(part for part in SKU_PARTS if part != "division")
COLUMNS = (*_PARTS, "unit", "pieces")
_NEEDED = ("style", "unit", "pieces")
PACK_COLUMNS = (*(f"pack_{part}" for part in _PARTS), *_PARTS, "pieces")
_PACK_NEEDED = ("pack_style", "style", "pieces")
_GIVE = "Give a sheet with the columns style, unit and pieces, and those of the SKU's other parts."
_GIVE_PACKS = "Give a sheet with the columns pack_style, style and pieces, and those of both SKUs' other parts."
_MEND = "Correct the line in the sheet."


def units_of(file: SiteFile) -> Units:
    """What the site file, and the sheet that it names, say of units.

    Raises `ConfigurationError` for a unit that means one piece as well, `InvalidRecord` for a sheet, or a line of
    it, that cannot be read.
    """
    told = file.units
    by_sku = read_unit_sheet(told.by_sku) if told.by_sku else {}
    for unit in (*told.factors, *told.clarus, *(unit for _, unit in by_sku)):
        if is_each(unit, _eaches(file)):
            what = f"{unit!r} means one piece already: it cannot be several"
            raise ConfigurationError(what, record="site file", field="units")
    own = UnitFactors(source=SOURCE, general=told.factors, by_sku=by_sku)
    packs = read_prepack_sheet(told.prepacks) if told.prepacks else {}
    return Units((own, clarus_factors((), (), told.clarus, UnmatchedCode)), packs)


def _eaches(file: SiteFile) -> frozenset[str]:
    x12 = file.bluecherry.x12
    codes = (x12.unit, *x12.also_each) if file.bluecherry.transport == "x12" else ()
    return file.bluecherry.eaches.union(codes)


def read_unit_sheet(path: Path) -> dict[tuple[Sku, str], list[Decimal]]:
    """The factors of single SKUs in the sheet at `path`: CSV of any delimiter, or a workbook.

    Its columns are the parts of the SKU (`style` at least), `unit` and `pieces`; a number in it has a point.
    """
    factors: defaultdict[tuple[Sku, str], list[Decimal]] = defaultdict(list)
    for record, row in read_whole(path, COLUMNS, _NEEDED, name=path.name, give=_GIVE, mend=_MEND):
        try:
            sku, unit, pieces = _line(row)
        except InvalidRecord as error:
            raise InvalidRecord(error.what, record=record, field=error.field, action=_MEND) from None
        factors[sku, unit].append(pieces)
    return factors


def read_prepack_sheet(path: Path) -> dict[Sku, Prepack]:
    """What is in one of each prepack by the sheet at `path`: one line for each component, CSV or a workbook.

    Its columns are the parts of the pack's SKU (`pack_style` at least), those of the component's, and `pieces`.
    Raises `InvalidRecord` for a line that cannot be read, one component told twice, and a pack in a pack.
    """
    parts: defaultdict[Sku, dict[Sku, PackPart]] = defaultdict(dict)
    for record, row in read_whole(path, PACK_COLUMNS, _PACK_NEEDED, name=path.name, give=_GIVE_PACKS, mend=_MEND):
        try:
            pack, part = _pack_line(row)
            again = [before] if (before := parts[pack].get(part.item)) else []
            _ = Prepack(source=path.name, parts=(*again, part))
            parts[pack][part.item] = part
        except InvalidRecord as error:
            raise InvalidRecord(error.what, record=record, field=error.field, action=_MEND) from None
    nested = next((part for told in parts.values() for part in told.values() if part.item in parts), None)
    if nested is not None:
        what = f"{nested.item} is a prepack itself: name its components in its place"
        raise InvalidRecord(what, record=path.name, field="style", action=_MEND)
    return {pack: Prepack(source=path.name, parts=tuple(told.values())) for pack, told in parts.items()}


def _pack_line(row: Mapping[str, str]) -> tuple[Sku, PackPart]:
    told = {name: code_of(unescaped(row.get(name, ""))) for name in PACK_COLUMNS}
    item = Sku(**{part: told[part] for part in _PARTS})
    eaches = NumberForm(grouping=False).read(told["pieces"])
    return Sku(**{part: told[f"pack_{part}"] for part in _PARTS}), PackPart(item=item, eaches=eaches)


def _line(row: Mapping[str, str]) -> tuple[Sku, str, Decimal]:
    told = {name: code_of(unescaped(row.get(name, ""))) for name in COLUMNS}
    unit, pieces = told.pop("unit").strip().upper(), told.pop("pieces")
    if not unit:
        raise InvalidRecord("a value is required", field="unit")
    return Sku(**told), unit, NumberForm(grouping=False).read(pieces)


def ask_clarus(site: Site, products: Iterable[wire.ProductNode], sku_of: Callable[[str], Item]) -> Units:
    """The site's units with what Clarus's products say now of those that the site asks it for.

    Storage units are read where one of them is asked for, of a warehouse that can be asked.
    """
    words, units = site.clarus_units, site.erp_terms.units
    if not words:
        return units
    is_asked = site.has_api and any(thing != CASE for thing in words.values())
    storage_units = iterate(site, calls.product_storage_units.list()) if is_asked else ()
    return units.beside(clarus_factors(products, storage_units, words, sku_of))
