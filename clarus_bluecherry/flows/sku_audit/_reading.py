"""Both lists of the go-live audit from files: Blue Cherry's reports, Clarus's lists, or anybody's columns.

Law of this flow: every line of a file is a row, or a problem that names its file, line and column, or both where
only a number is bad; a list without rows is a problem too; a code is text from the first byte to the last.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Generic, TypeVar

from attrs import field, frozen

from clarus_bluecherry.bluecherry.inventory_report import STYLE_HEADERS
from clarus_bluecherry.bluecherry.locations import PSEUDO_LOCATIONS
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.sku_audit._aspects import Aspects, aspect_places
from clarus_bluecherry.model._values import SKU_PARTS
from clarus_bluecherry.sku import MasterRow, Part, ProductRow, Recipe
from clarus_bluecherry.sku.audit._rows import ColumnarRows
from clarus_bluecherry.tables import (
    Block,
    DecimalMark,
    NumberForm,
    SumAbove,
    Table,
    TableLine,
    WantedColumns,
    is_total,
    mark_of,
    may_hold_totals,
    quoted,
    read_tables,
    told_total,
    unescaped,
    with_last,
)

Row = TypeVar("Row", MasterRow, ProductRow)
Made = Sequence[Sequence[str] | Sequence[Decimal]]
"""The columns of some rows."""

MASTER_HEADERS: Mapping[str, tuple[str, ...]] = {
    "style": STYLE_HEADERS["style"],
    "color": STYLE_HEADERS["color_code"],
    "label": STYLE_HEADERS["lbl_code"],
    "dimension": STYLE_HEADERS["dimension"],
    "size": STYLE_HEADERS["size_desc"],
    "division": STYLE_HEADERS["div"],
    "upc": STYLE_HEADERS["upc"],
    "ean": ("EAN", "EAN Number", "EAN Code", "EAN 13"),
    "on_hand": STYLE_HEADERS["total_qoh"],
    "cost": STYLE_HEADERS["loc_std_cost"],
    "location": STYLE_HEADERS["location"],
    "description": ("Style Name", "Style Description", "Style Desc", "Description"),
}
"""The headers of Blue Cherry's exported style and inventory reports, as the inventory report is read."""

PRODUCT_HEADERS: Mapping[str, tuple[str, ...]] = {
    "code": ("Code", "Product Code", "SKU", "SKU Code", "Product"),
    "barcode": ("Barcode", "Unit Barcode", "Product Barcode", "GTIN", "EAN", "UPC"),
    "id": ("ID", "Product ID", "Clarus ID"),
    "on_hand": ("On Hand", "Quantity", "Quantity On Hand", "Stock Quantity", "Qty", "Stock"),
    "description": ("Description", "Product Description"),
}
"""The headers of Clarus's product import template (H) and, as its lists differ by tenant, common ones (L)."""

_ASPECTS_OF = {"style": ("unit", "component"), "code": ("account", "warehouse", "unit", "component")}
"""What is looked for besides, in Blue Cherry's lists and in Clarus's."""
_NUMBERS = frozenset({"on_hand", "cost"})
_NOTHING = Decimal(0)
_SHOWN = 20
_SAMPLE = 10
"""The blocks that are looked at before the first line is made a row."""


@frozen
class Read(Generic[Row]):
    """The rows of a list, and what is wrong with its lines, each with file, line and column.

    `descriptions` are those of Blue Cherry's styles, or of Clarus's products by their code. `headers` are the
    columns that were found, by field: a SKU without one of its parts is another SKU, so somebody should look.
    `tables` are the files that were read, or their sheets. `notes` are what somebody should know: columns that
    nothing uses, lines of other accounts that were left out, places whose units are added up.
    """

    rows: ColumnarRows[Row]
    problems: list[InvalidRecord] = field(factory=list)
    descriptions: dict[str, str] = field(factory=dict, repr=False)
    headers: dict[str, str] = field(factory=dict)
    tables: list[str] = field(factory=list)
    notes: list[str] = field(factory=list)

    def extend(self, other: Read[Row]) -> None:
        """Take in what another file of the same list holds."""
        self.rows.extend(other.rows)
        self.problems.extend(other.problems)
        self.descriptions.update(other.descriptions)
        self.headers.update(other.headers)
        self.tables.extend(other.tables)
        self.notes.extend(one for one in other.notes if one not in self.notes)


def read_master(
    path: Path, columns: Mapping[str, str] | None = None, *, decimal_comma: bool | None = None
) -> Read[MasterRow]:
    """The SKUs in a file that Blue Cherry's users export: the style report, the inventory report, or any other.

    `columns` names the headers that are not recognised, by field (`style`, `color`, `label`, `dimension`, `size`,
    `division`, `upc`, `ean`, `on_hand`, `cost`, `location`, `description`, `unit`, `component`); an empty one
    leaves the field out. A quantity in another unit than eaches is a problem and taken for nothing; a prepack of
    which each line names another component is counted once. Several lines of one SKU are several rows:
    `sku.audit` adds them up. Units at pseudo-locations are not in stock. Whether numbers have a decimal comma is
    told from the file when it is not given. All sheets of a
    workbook that have the same columns are read; a sheet that may be part of the list and is not read is a
    problem, and so is a file without rows.

    Raises `InvalidRecord` for a file that is no table, `ConfigurationError` for a column that is missing or there
    twice, `MissingExtra` for a workbook without the package that reads it.
    """
    return _read(path, MASTER_HEADERS, columns or {}, decimal_comma, _MasterRows)


def read_products(
    path: Path,
    columns: Mapping[str, str] | None = None,
    *,
    decimal_comma: bool | None = None,
    account: str = "",
) -> Read[ProductRow]:
    """The products in a list exported from Clarus, or in its product import template.

    As `read_master`, with the fields `code`, `barcode`, `id`, `on_hand`, `description`, `account`, `warehouse`,
    `unit` and `component`. Blanks around a code are part of it. Lines of other accounts than `account` are left
    out; without it a list of several is a problem. A product that stands in several warehouses, or in several
    units, is one.
    """
    return _read(path, PRODUCT_HEADERS, columns or {}, decimal_comma, partial(_ProductRows, account))


def _read(
    path: Path,
    headers: Mapping[str, Sequence[str]],
    named: Mapping[str, str],
    decimal_comma: bool | None,
    made: Callable[[Table], _Rows[Row]],
) -> Read[Row]:
    aspects = _ASPECTS_OF[next(iter(headers))]
    wanted = WantedColumns({**headers, **dict.fromkeys(aspects, ())}, next(iter(headers)), named)
    tables, passed_over = read_tables(path, wanted)
    looked_for = [one for one in aspects if named.get(one, one)]
    found = [_TableReader(table, tuple(headers), looked_for, decimal_comma).read(made(table)) for table in tables]
    whole = found[0]
    for other in found[1:]:
        whole.extend(other)
    whole.problems.extend(passed_over)
    if not whole.rows:
        whole.problems.append(InvalidRecord("holds no rows under its header", record=path.name))
    return whole


def without_needless_divisions(rows: Iterable[MasterRow], recipe: Recipe) -> ColumnarRows[MasterRow]:
    """The rows without their division, but for SKUs that nothing else tells apart.

    The flows know SKUs without a division, and the reviewed crosswalk has to name them as the flows do. A SKU that
    stands in two divisions keeps them, and so comes out as a collision.

    >>> rows = [MasterRow(style, division=division) for style, division in [("8", "01"), ("9", "01"), ("9", "02")]]
    >>> without_needless_divisions(rows, Recipe()).texts("division")
    ['', '01', '02']
    """
    rows = ColumnarRows.of(MasterRow, rows)
    divisions = rows.texts("division")
    named = any(isinstance(part, Part) and part.name == "division" for part in recipe.parts)
    if named or not any(divisions):
        return rows
    others = [part for part in SKU_PARTS if part != "division"]
    names = list(zip(*map(rows.texts, others), strict=True))
    first: dict[tuple[str, ...], str] = {}
    torn = {
        name
        for name, division in zip(names, divisions, strict=True)
        if division and first.setdefault(name, division) != division
    }
    kept = [division if name in torn else "" for name, division in zip(names, divisions, strict=True)]
    return rows.with_texts("division", kept)


class _NumberTexts(dict[str, Decimal]):
    """The number that a text is. Raises `InvalidRecord` for one that is none.

    It is found once for each text, but in a workbook: there a text may stand beside a number that looks like it.
    """

    def __init__(self, form: NumberForm, *, are_kept: bool) -> None:
        super().__init__({"": _NOTHING})
        self._form, self._are_kept = form, are_kept

    def __missing__(self, text: str) -> Decimal:
        number = self._form.read(text) if text.strip() else _NOTHING
        if self._are_kept:
            self[text] = number
        return number


class _TableReader:
    """The lines of one table as rows; `fields` in the order of the row, the one that is needed first.

    A field without a column stands for the empty cell that is put at the end of each line.
    """

    def __init__(
        self, table: Table, fields: Sequence[str], aspects: Sequence[str], decimal_comma: bool | None
    ) -> None:
        self._table, self._fields = table, fields
        self._beside = aspect_places(table.header, table.places, aspects)
        if "location" in table.places:
            self._beside["warehouse"] = table.places["location"]
        self._aspects = Aspects.of(table.name, table.header, self._beside)
        self._places = [table.places.get(name, -1) for name in fields]
        self._sample = list(islice(table.blocks, _SAMPLE))
        mark = self._mark() if decimal_comma is None else "," if decimal_comma else "."
        self._numbers = _NumberTexts(NumberForm(mark), are_kept=bool(table.delimiter))
        self._above = SumAbove()
        self._problems: list[InvalidRecord] = []

    def read(self, made: _Rows[Row]) -> Read[Row]:
        """Every line, as `made` makes rows of columns; a block that is not wholly sound goes line by line."""
        rows = ColumnarRows(made.kind)
        for block, is_last in with_last(chain(self._sample, self._table.blocks)):
            at_once = () if is_last else self._at_once(block, made)
            if at_once:
                rows.extend_columns(at_once)
                self._aspects.add(block.cells, self._beside)
                continue
            lines = [line for line in block.lines() if not line.is_blank]
            for line in lines:
                one = self._one(line, made, is_last=is_last and line is lines[-1])
                rows.extend_columns(one)
                self._aspects.add([line.cells] if one else (), self._beside)
            if block.problem:
                self._problems.append(block.problem)
        rows = made.settled(rows, self._aspects)
        problems = [*self._problems, *self._aspects.problems]
        notes = [*self._unused(), *self._aspects.notes]
        return Read(rows, problems, made.descriptions, self._headers(), [self._table.name], notes)

    def _headers(self) -> dict[str, str]:
        """The column of each field; one that is read as two is named once."""
        known = self._table.places
        beside = {name: place for name, place in self._beside.items() if place not in known.values()}
        return {name: self._table.header[place] for name, place in {**known, **beside}.items()}

    def _unused(self) -> Iterator[str]:
        """The columns that nothing is read from, so that somebody sees a size that has another name."""
        used = {*self._table.places.values(), *self._beside.values()}
        others = [quoted(text.strip()) for place, text in enumerate(self._table.header) if place not in used]
        if others := [text for text in others if text != quoted("")]:
            more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
            yield f"columns not used: {', '.join(others[:_SHOWN])}{more}"

    def _at_once(self, block: Block, made: _Rows[Row]) -> Made:
        """The rows of a block in which nothing is wrong; none when something is."""
        if block.problem or set(map(len, block.cells)) != {len(self._table.header)}:
            return ()
        columns = self._columns(block.cells)
        if not all(map(str.strip, columns[0])) or may_hold_totals(columns[0]):
            return ()
        try:
            found = made.columns(columns, self._numbers)
        except InvalidRecord:
            return ()
        self._above.add(columns, self._units(columns))
        return found

    def _units(self, columns: Sequence[Sequence[str]]) -> list[Decimal]:
        return list(map(self._numbers.__getitem__, columns[self._fields.index("on_hand")]))

    def _columns(self, lines: Sequence[Sequence[str]]) -> list[Sequence[str]]:
        """The cells of each field; empty ones where it has no column."""
        columns = list(zip(*lines, strict=True))
        nothing = ("",) * len(lines)
        return [columns[place] if place >= 0 else nothing for place in self._places]

    def _one(self, line: TableLine, made: _Rows[Row], *, is_last: bool) -> Made:
        """The row of one line, if it is one."""
        cells = line.cells
        width = len(self._table.header)
        if len(cells) < width or any(map(str.strip, cells[width:])):
            self._problem(line, "", f"there are {len(cells)} cells under {width} headers")
            return ()
        if is_total(cells, self._places[0]):
            self._problems.append(told_total(line, self._table.name))
            return ()
        if not cells[self._places[0]].strip():
            self._problem(line, self._header_of(0), "a value is required")
            return ()
        columns = [(text,) for text in self._without_bad_numbers(line, [one for (one,) in self._columns([cells])])]
        units = self._units(columns)
        if is_last and self._above.is_sum([one for (one,) in columns], *units):
            self._problems.append(told_total(line, self._table.name))
            return ()
        self._above.add(columns, units)
        return made.columns(columns, self._numbers)

    def _mark(self) -> DecimalMark | None:
        """What the numbers of the sample say; without evidence, what goes with the delimiter."""
        places = [place for name, place in zip(self._fields, self._places, strict=True) if name in _NUMBERS]
        texts = [
            cells[place]
            for block in self._sample
            for cells in block.cells
            for place in places
            if -1 < place < len(cells)
        ]
        return mark_of(texts, self._table.delimiter)

    def _without_bad_numbers(self, line: TableLine, texts: Sequence[str]) -> list[str]:
        good = list(texts)
        for place, name in enumerate(self._fields):
            if name in _NUMBERS:
                try:
                    self._numbers[texts[place]]
                except InvalidRecord as error:
                    self._problem(line, self._header_of(place), f"{error.what}; it is taken for nothing")
                    good[place] = ""
        return good

    def _header_of(self, place: int) -> str:
        return self._table.header[self._places[place]]

    def _problem(self, line: TableLine, header: str, what: str) -> None:
        self._problems.append(InvalidRecord(what, record=f"{self._table.name}, {line.place}", field=header))


class _Parts(dict[str, str]):
    """What a cell says, found and kept once for each text: parts and descriptions come again and again."""

    def __missing__(self, cell: str) -> str:
        self[cell] = _code(cell)
        return self[cell]


class _Rows(ABC, Generic[Row]):
    """Makes the columns of rows of columns of cells, and keeps the descriptions it comes by."""

    kind: type[Row]

    def __init__(self) -> None:
        self.descriptions: dict[str, str] = {}
        self._parts = _Parts()

    @abstractmethod
    def columns(self, cells: Sequence[Sequence[str]], numbers: _NumberTexts) -> Made:
        """The columns, in the order of the row's fields. Raises `InvalidRecord` when a number is none."""

    def settled(self, rows: ColumnarRows[Row], aspects: Aspects) -> ColumnarRows[Row]:
        """The rows as they count, by what the list says of them besides."""
        return aspects.settled(rows)

    def _describe(self, names: Iterable[str], descriptions: Sequence[str]) -> None:
        if any(descriptions):
            told = zip(names, descriptions, strict=True)
            self.descriptions |= {name: self._parts[text] for name, text in told if text}

    def _texts(self, cells: Sequence[str]) -> Sequence[str]:
        """A column whose texts come again and again."""
        return list(map(self._parts.__getitem__, cells)) if any(cells) else cells


class _MasterRows(_Rows[MasterRow]):
    """Of the columns under `MASTER_HEADERS`."""

    kind = MasterRow

    def __init__(self, table: Table) -> None:
        super().__init__()
        self._has_locations = "location" in table.places

    def columns(self, cells: Sequence[Sequence[str]], numbers: _NumberTexts) -> Made:
        *told, upcs, eans, on_hand, costs, locations, descriptions = cells
        parts = list(map(self._texts, told))
        self._describe(parts[0], descriptions)
        units = list(map(numbers.__getitem__, on_hand))
        if self._has_locations:
            places = [self._parts[place].upper() for place in locations]
            pairs = zip(units, places, strict=True)
            units = [_NOTHING if place in PSEUDO_LOCATIONS else count for count, place in pairs]
        return *parts, _codes(upcs), _codes(eans), units, list(map(numbers.__getitem__, costs))


class _ProductRows(_Rows[ProductRow]):
    """Of the columns under `PRODUCT_HEADERS`."""

    kind = ProductRow

    def __init__(self, account: str, table: Table) -> None:
        super().__init__()
        self._account = account

    def settled(self, rows: ColumnarRows[ProductRow], aspects: Aspects) -> ColumnarRows[ProductRow]:
        """As of any list, for one account; a product is one wherever it lies."""
        return aspects.of_one_product(aspects.settled(rows, self._account))

    def columns(self, cells: Sequence[Sequence[str]], numbers: _NumberTexts) -> Made:
        told, barcodes, ids, on_hand, descriptions = cells
        codes = _all_unescaped(told)
        self._describe(codes, descriptions)
        return codes, _codes(barcodes), _codes(ids), list(map(numbers.__getitem__, on_hand))


def _codes(cells: Sequence[str]) -> Sequence[str]:
    """As `_code`, of a whole column."""
    return _all_unescaped(list(map(str.strip, cells))) if any(cells) else cells


def _all_unescaped(cells: Sequence[str]) -> Sequence[str]:
    text = "".join(cells)
    return list(map(unescaped, cells)) if '="' in text or "'" in text else cells


def _code(cell: str) -> str:
    """A cell without the padding that Blue Cherry's exports have."""
    return unescaped(cell.strip())
