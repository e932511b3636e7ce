"""The inventory report that users export from Blue Cherry: book stock by SKU and location, with its cost.

Law of this module: every line is accounted for. It is a row, or set aside with its line number and column, or
counted as a pseudo-location; a column that is not there is an error, because a SKU without one of its parts is
another SKU.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import attrs
from attrs import field, frozen

from clarus_bluecherry.bluecherry.locations import PSEUDO_LOCATIONS
from clarus_bluecherry.bluecherry.messages import OnHand
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.model import Sku, Units
from clarus_bluecherry.model._units import EACHES, is_each
from clarus_bluecherry.tables import (
    DecimalMark,
    NumberForm,
    SumAbove,
    Table,
    TableLine,
    WantedColumns,
    code_of,
    is_total,
    read_tables,
    told_total,
    unescaped,
    with_last,
)

_PADDING = "\ufeff \t\u00a0\r\n"
_ACTION = "Export the report with this column, or name the column in ReportColumns."

STYLE_HEADERS: Mapping[str, tuple[str, ...]] = {
    "style": ("Style", "Style #", "Style Number", "Style Code", "Style No"),
    "color_code": ("Color #", "Color Code", "Colour #", "Colour Code", "Color", "Colour"),
    "lbl_code": ("Label", "Lbl Code", "Label Code", "Lbl"),
    "dimension": ("Dm/Pk", "Dimension", "Dim/Pack", "Dim"),
    "size_desc": ("Size", "Size Desc", "Size Description", "Size Code"),
    "div": ("Div", "Division", "Division Code"),
    "upc": ("UPC Number", "UPC", "UPC Code", "UPC #"),
    "total_qoh": ("Total QOH", "QOH", "On Hand", "Qty On Hand", "Quantity On Hand"),
    "loc_std_cost": ("Loc Std Cost", "Std Cost", "Standard Cost", "Unit Cost", "Cost"),
    "location": ("Location",),
}
"""The headers of Blue Cherry's exported style and inventory reports (H), then common other spellings of them."""


@frozen(kw_only=True)
class ReportColumns:
    """The header of each column, as the site's report has it (H for the defaults).

    Headers are compared without regard to case, spaces and punctuation; one that is left as it is may be spelled
    as `STYLE_HEADERS` says. An empty one says that this report has no such column; style, location and quantity it
    must have. The unit of the quantity is read where it is told.
    """

    div: str = "Div"
    style: str = "Style"
    color_code: str = "Color #"
    lbl_code: str = "Label"
    dimension: str = "Dm/Pk"
    size_desc: str = "Size"
    upc: str = "UPC Number"
    season: str = "Season"
    location: str = "Location"
    total_qoh: str = "Total QOH"
    uom: str = "UOM"
    loc_std_cost: str = "Loc Std Cost"
    loc_curr: str = "Loc Curr"

    def __attrs_post_init__(self) -> None:
        for name in ("style", "location", "total_qoh"):
            if not getattr(self, name):
                raise ConfigurationError("the report needs this column", record="ReportColumns", field=name)


@frozen
class Report:
    """What the report holds. `excluded` counts the lines left out, by pseudo-location."""

    rows: tuple[OnHand, ...]
    bad: tuple[InvalidRecord, ...]
    excluded: Mapping[str, int] = field(factory=dict)


def read_inventory_report(
    source: Path | bytes | str | Iterable[str],
    columns: ReportColumns | None = None,
    *,
    pseudo_locations: frozenset[str] = PSEUDO_LOCATIONS,
    delimiter: str | None = None,
    decimal_mark: DecimalMark | None = None,
    empty_is_zero: bool = False,
    last_line_end: bool = True,
    eaches: frozenset[str] = EACHES,
    units: Units | None = None,
) -> Report:
    """Read an exported report: the file at a path or what stands in it (CSV of any encoding, or a workbook), or
    CSV as text or as lines. There may be titles above the header; all sheets with the report's columns are read.

    Numbers may have thousands separators and be negative by a sign before or after, or by parentheses. Their
    `decimal_mark` is the point where commas part the cells; elsewhere it has to be said, and a number that could
    mean two things is set aside. An empty quantity is set aside, unless this site's report leaves zeros empty
    (`empty_is_zero`); so is one whose unit is neither one of `eaches` (in capitals) nor known to `units`, and the
    last line of a text when it has no end, unless this site's reports have none (`last_line_end=False`).

    Other columns of the report are kept in each row's `model_extra`, under their headers. Raises
    `ConfigurationError` for a column that is missing or there twice.

    >>> header = "Div,Style,Color #,Label,Dm/Pk,Size,UPC Number,Season,Location,Total QOH,Loc Std Cost,Loc Curr"
    >>> report = read_inventory_report(header + '\\n01,01234,BLK,,,M,,SP25,MAIN,"1,200",4.50,USD\\n')
    >>> report.rows[0].style, report.rows[0].total_qoh
    ('01234', Decimal('1200'))
    """
    columns = columns or ReportColumns()
    excluded_places = {place.upper() for place in pseudo_locations}
    tables, passed_over = _tables(source, columns, delimiter)
    rows: list[OnHand] = []
    bad: list[InvalidRecord] = list(passed_over)
    excluded: Counter[str] = Counter()
    for table in tables:
        mark = "." if decimal_mark is None and table.delimiter == "," else decimal_mark
        reader = _Lines(table, columns, _Cells(NumberForm(mark), empty_is_zero, eaches, units or Units()))
        is_whole = table.is_ended or not last_line_end
        last = reader.header_place
        for line, is_last in with_last(reader.lines(bad)):
            last = line.place
            try:
                if is_last and not is_whole:
                    break
                place = reader.location(line, is_last=is_last).upper()
                if place in excluded_places:
                    excluded[place] += 1
                else:
                    rows.append(reader.row(line))
            except InvalidRecord as error:
                bad.append(error)
        if not is_whole:
            bad.append(InvalidRecord("the line has no end, so the report may have been cut", record=last))
    return Report(tuple(rows), tuple(bad), dict(excluded))


def _tables(
    source: Path | bytes | str | Iterable[str], columns: ReportColumns, delimiter: str | None
) -> tuple[list[Table], list[InvalidRecord]]:
    is_file = isinstance(source, Path | bytes)
    content = source if isinstance(source, Path | bytes) else _text(source).encode()
    try:
        return read_tables(
            content, _wanted(columns), delimiter=delimiter, encoding=None if is_file else "utf-8-sig"
        )
    except ConfigurationError as error:
        raise ConfigurationError(
            error.what, record=error.record or "inventory report", field=error.field, action=_ACTION
        ) from None


def _wanted(columns: ReportColumns) -> WantedColumns:
    """What the report is looked through for: a header that the site did not name may be spelled otherwise."""
    told = attrs.asdict(columns)
    usual = {each.name: str(each.default) for each in attrs.fields(ReportColumns)}
    headers = {name: STYLE_HEADERS.get(name, (usual[name],)) for name in told}
    named = {name: header for name, header in told.items() if header != usual[name]}
    return WantedColumns(headers, "style", named)


def _refuse_missing(columns: ReportColumns, table: Table) -> None:
    """Raise `ConfigurationError` for a column that is not there; that of the unit may be missing."""
    for name, header in attrs.asdict(columns).items():
        if header and name != "uom" and name not in table.places:
            what, record = f"the column {header!r} is missing", table.name or "inventory report"
            raise ConfigurationError(what, record=record, field=header, action=_ACTION)


def _text(text_or_lines: str | Iterable[str]) -> str:
    """One text; lines of a list may have lost their ends."""
    if isinstance(text_or_lines, str):
        return text_or_lines
    return "".join(line if line.endswith(("\n", "\r")) else f"{line}\n" for line in text_or_lines)


def _plain(cell: str) -> str:
    """A cell without padding, and without the marks that keep zeros in spreadsheets."""
    stripped = cell.strip(_PADDING)
    return unescaped(stripped) if stripped != cell or stripped[:1] in ("=", "'") else cell


@frozen
class _Cells:
    """How the cells of the report are read."""

    numbers: NumberForm
    empty_is_zero: bool
    eaches: frozenset[str]
    units: Units

    def value(self, name: str, cell: str) -> str | Decimal | None:
        """What a cell tells; an empty cost is none."""
        match name:
            case "total_qoh" if not cell and self.empty_is_zero:
                return Decimal(0)
            case "style" | "total_qoh" if not cell:
                raise InvalidRecord("a value is required")
            case "total_qoh" | "loc_std_cost":
                return self.numbers.read(cell) if cell else None
            case _:
                return code_of(cell)

    def refuse_uncounted(self, row: OnHand) -> None:
        """Raise `InvalidRecord` where nobody says how many eaches a quantity is."""
        if is_each(row.uom, self.eaches):
            return
        sku = Sku(row.style, row.color_code, label=row.lbl_code, dimension=row.dimension, size=row.size_desc)
        told = self.units.told(row.total_qoh or Decimal(0), row.uom, sku)
        if told is None:
            what = f"the unit is {row.uom!r}, which is not known to mean the each; no factor is known"
            raise InvalidRecord(what)
        _ = told.eaches


class _Lines:
    """The lines of one table of the report. WantedColumns that are not ours are kept under their own headers."""

    def __init__(self, table: Table, columns: ReportColumns, cells: _Cells) -> None:
        _refuse_missing(columns, table)
        self._table, self._cells, self._above = table, cells, SumAbove()
        self._headers = [_plain(header) for header in table.header]
        taken = set(table.places.values())
        self._others = {
            header: at
            for at, header in enumerate(self._headers)
            if header and at not in taken and header not in OnHand.model_fields
        }

    @property
    def header_place(self) -> str:
        """Where the header stands."""
        return self._placed(self._table.header_place)

    def lines(self, bad: list[InvalidRecord]) -> Iterator[TableLine]:
        """The lines that hold something; what cannot be read goes to `bad`."""
        for block in self._table.blocks:
            for line in block.lines():
                cells = [_plain(cell) for cell in line.cells]
                if any(cells):
                    yield TableLine(line.first, line.last, cells)
            if block.problem:
                bad.append(block.problem)

    def location(self, line: TableLine, *, is_last: bool) -> str:
        """Where the stock of a line is. Raises `InvalidRecord` for one that is out of shape, or a total."""
        record, cells = self._placed(line.place), line.cells
        if line.first != line.last and self._table.delimiter:
            raise InvalidRecord("a cell holds a line break: is a quotation mark not closed?", record=record)
        if len(cells) != len(self._headers):
            what = f"there are {len(cells)} cells under {len(self._headers)} headers"
            raise InvalidRecord(what, record=record)
        if is_total(cells, self._table.places["style"]) or self._is_sum(cells, is_last=is_last):
            raise told_total(line, self._table.name)
        return cells[self._table.places["location"]]

    def _is_sum(self, cells: list[str], *, is_last: bool) -> bool:
        try:
            units = self._cells.numbers.read(cells[self._table.places["total_qoh"]])
        except InvalidRecord:
            return False
        is_sum = is_last and self._above.is_sum(cells, units)
        self._above.add([(cell,) for cell in cells], [units])
        return is_sum

    def row(self, line: TableLine) -> OnHand:
        """The row that a line is. Raises `InvalidRecord` with its place and its column."""
        cells = line.cells
        found: dict[str, str | Decimal | None] = {}
        for name, at in self._table.places.items():
            with self._in_cell(name, line):
                found[name] = self._cells.value(name, cells[at])
        row = OnHand.model_validate({header: cells[at] for header, at in self._others.items()} | found)
        with self._in_cell("uom", line):
            self._cells.refuse_uncounted(row)
        return row

    @contextmanager
    def _in_cell(self, name: str, line: TableLine) -> Iterator[None]:
        """Say of what is refused in which line and under which header it stands."""
        try:
            yield
        except InvalidRecord as error:
            header = self._headers[self._table.places[name]]
            raise InvalidRecord(
                error.what, record=self._placed(line.place), field=header, action=error.action
            ) from None

    def _placed(self, place: str) -> str:
        return f"{self._table.name}, {place}" if self._table.name else place
