"""What a list says of a line besides its code: whose it is, where it lies, how it is counted, of what it is made.

Law of this module: what lies there counts once, as eaches, for the owner that is asked for. What is left out or
added up is told, with how much; what nobody can count is a problem, and its quantity is nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from attrs import field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model._units import is_each
from clarus_bluecherry.sku import MasterRow, ProductRow
from clarus_bluecherry.sku.audit._rows import NOTHING, ColumnarRows, R
from clarus_bluecherry.tables import folded

ASPECT_HEADERS: Mapping[str, tuple[str, ...]] = {
    "account": ("Account Code", "Account", "Stock Owner", "Owner", "Client Code", "Client"),
    "warehouse": ("Warehouse Code", "Warehouse", "Store Code", "Store", "Site", "Depot"),
    "unit": ("UOM", "Unit of Measure", "Stock Unit", "Unit"),
    "component": ("Component", "Component SKU", "Component Code", "Component Style", "Component Size"),
}
"""Common headers (L): neither vendor publishes any for its lists."""

_NAMED = 8


def aspect_places(header: Sequence[str], places: Mapping[str, int], names: Iterable[str]) -> dict[str, int]:
    """Where each of the aspects `names` stands, if one column that nothing else uses is called so."""
    texts = [folded(cell) for cell in header]
    found: dict[str, int] = {}
    for name in names:
        called = (folded(alias) for alias in ASPECT_HEADERS[name])
        free = (texts.index(one) for one in called if texts.count(one) == 1)
        place = places.get(name, next((one for one in free if one not in places.values()), None))
        if place is not None:
            found[name] = place
    return found


@frozen
class Aspects:
    """The columns of some aspects beside the rows of a table, and what is to be told of them."""

    name: str
    headers: Mapping[str, str]
    columns: Mapping[str, list[str]]
    problems: list[InvalidRecord] = field(factory=list)
    notes: list[str] = field(factory=list)

    @classmethod
    def of(cls, name: str, header: Sequence[str], places: Mapping[str, int]) -> Aspects:
        """The empty columns of the aspects at `places` of a table."""
        return cls(name, {one: header[place] for one, place in places.items()}, {one: [] for one in places})

    def add(self, lines: Sequence[Sequence[str]], places: Mapping[str, int]) -> None:
        """Take in the lines that became rows."""
        for name, place in places.items():
            self.columns[name].extend([cells[place].strip() for cells in lines])

    def settled(self, rows: ColumnarRows[R], account: str = "") -> ColumnarRows[R]:
        """The rows as they count: see the law."""
        rows = self._prepacks_once(self._in_eaches(self._of_one_account(rows, account)))
        self._tell_warehouses()
        return rows

    def _without(self, rows: ColumnarRows[R], gone: Sequence[int]) -> ColumnarRows[R]:
        left_out = set(gone)
        for column in self.columns.values():
            column[:] = [text for place, text in enumerate(column) if place not in left_out]
        return rows.without(gone)

    def _problem(self, what: str, name: str) -> None:
        self.problems.append(InvalidRecord(what, record=self.name, field=self.headers[name]))

    def _of_one_account(self, rows: ColumnarRows[R], account: str) -> ColumnarRows[R]:
        accounts = self.columns.get("account", ())
        told = Counter(filter(None, accounts))
        wanted = account.strip().casefold()
        if wanted and wanted not in map(str.casefold, told) and told:
            self._problem(
                f"no line is of the account {account!r}, and all are compared: {_counted(told)}", "account"
            )
        elif not wanted and len(told) > 1:
            what = f"lines of {len(told)} accounts are compared as one list: {_counted(told)}; name yours"
            self._problem(what, "account")
        elif wanted:
            gone = [place for place, text in enumerate(accounts) if text.casefold() not in ("", wanted)]
            others = Counter(accounts[place] for place in gone)
            if others:
                self.notes.append(f"lines of other accounts left out: {_counted(others)}")
                return self._without(rows, gone)
        return rows

    def _in_eaches(self, rows: ColumnarRows[R]) -> ColumnarRows[R]:
        packs = self._packs()
        numbers = rows.numbers("on_hand") if packs else []
        uncounted = {place: unit for place, unit in packs.items() if numbers[place]}
        for unit, count in Counter(uncounted.values()).items():
            lines = f"{count:,} lines count" if count > 1 else "a line counts"
            what = f"{lines} in {unit!r}, and how many eaches that is nobody says: taken for nothing"
            self._problem(what, "unit")
        zeros = {place: rows[place]._replace(on_hand=NOTHING) for place in uncounted}
        return rows.replaced(zeros) if zeros else rows

    def _packs(self) -> Mapping[int, str]:
        """The rows that are counted in another unit than eaches."""
        units = self.columns.get("unit", ())
        others = {unit for unit in set(units) if not is_each(unit) and any(map(str.isalpha, unit))}
        return {place: unit for place, unit in enumerate(units) if unit in others} if others else {}

    def _prepacks_once(self, rows: ColumnarRows[R]) -> ColumnarRows[R]:
        """The lines of a prepack that only differ in the component they name count as those of one component."""
        components = self.columns.get("component", ())
        warehouses = self.columns.get("warehouse") or [""] * len(components)
        lines: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
        for place in [place for place, component in enumerate(components) if component]:
            lines[warehouses[place], _stock(rows[place])].append(place)
        kept = {
            name: Counter(map(components.__getitem__, places)).most_common(1)[0][0]
            for name, places in lines.items()
        }
        gone = sorted(one for name, places in lines.items() for one in places if components[one] != kept[name])
        if not gone:
            return rows
        self.notes.append(f"lines of further components of a prepack, whose units count once: {len(gone):,}")
        return self._without(rows, gone)

    def _tell_warehouses(self) -> None:
        told = Counter(filter(None, self.columns.get("warehouse", ())))
        if len(told) > 1:
            self.notes.append(f"units of {len(told)} places are added up: {_counted(told)}")

    def of_one_product(self, rows: ColumnarRows[ProductRow]) -> ColumnarRows[ProductRow]:
        """Lines of one product that lie apart, or count packs of it, with its id and its unit's barcode."""
        apart = [self.columns[name] for name in ("warehouse", "unit") if name in self.columns]
        places_of: defaultdict[str, list[int]] = defaultdict(list)
        for place, code in enumerate(rows.texts("code") if apart else ()):
            places_of[code].append(place)
        packs, changed = self._packs(), {}
        for places in places_of.values():
            first = rows[min(places, key=lambda place: (place in packs, not rows.texts("barcode")[place]))]
            for place in places if len({tuple(column[one] for column in apart) for one in places}) > 1 else ():
                barcode = "" if place in packs else rows.texts("barcode")[place]
                changed[place] = rows[place]._replace(barcode=barcode or first.barcode, id=first.id)
        return rows.replaced(changed) if changed else rows


def _stock(row: MasterRow | ProductRow) -> tuple[object, ...]:
    """An article and what lies there of it, whatever barcode the line gives."""
    return (*row.parts, row.on_hand, row.cost) if isinstance(row, MasterRow) else (row.code, row.on_hand)


def _counted(told: Mapping[str, int]) -> str:
    """The names with their counts, the most first."""
    named = sorted(told.items(), key=lambda one: (-one[1], one[0]))
    shown = ", ".join(f"{name} {count:,}" for name, count in named[:_NAMED])
    return shown if len(named) <= _NAMED else f"{shown} and {len(named) - _NAMED} more"
