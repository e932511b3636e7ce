"""A page as an Excel workbook: a summary that leads to its sheets, a sheet for each table, and one for each class.

Law of this module: a number is a number where a sheet can hold all its digits, else it is a text that says so;
what rows come to is a formula over them, with what we counted as its value. No text is run, and no row is left out
because a sheet is full.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from attrs import define, field

from clarus_bluecherry.model import Money
from clarus_bluecherry.model._currencies import currency_decimals
from clarus_bluecherry.report.closing import NOT_KNOWN, plain_number
from clarus_bluecherry.report.pages._csv import file_name
from clarus_bluecherry.report.pages._data import PageProgress, uncounted
from clarus_bluecherry.report.pages._model import (
    CellKind,
    NextStep,
    PageCell,
    PageChart,
    PageCode,
    PageColumn,
    PageFigure,
    PageOpening,
    PageTable,
    PageText,
    ReportPage,
)
from clarus_bluecherry.report.pages._sheet_names import SheetNames
from clarus_bluecherry.report.sheets import LINES_ON_A_SHEET, cell_text
from clarus_bluecherry.report.words import counted
from clarus_bluecherry.tables import (
    CellValue,
    RowLook,
    SheetFormula,
    SheetLink,
    SheetWriter,
    WorkbookWriter,
    workbook,
)
from clarus_bluecherry.tables import sheet_cells as cells

CLASSES_WITH_SHEETS = 30
"""Of how many classes a table may be for each of them to have a sheet of its own."""

_DIGITS = 15
"""As many as a number of a sheet holds."""
_DECIMALS_OF_SHARE = 6
_FIRST_YEAR = 1900
_SUMMARY, _TEXTS = "Summary", "About"
_WIDTHS = {
    CellKind.TEXT: 36,
    CellKind.CODE: 18,
    CellKind.MONEY: 16,
    CellKind.INSTANT: 20,
    CellKind.DAY: 12,
    CellKind.YES_NO: 8,
}
_WIDTH, _WIDTH_OF_CURRENCY = 13, 10
_LONGEST_IN_FORMULA, _LONGEST_FORMULA = 255, 8_000


def write_page_workbook(
    page: ReportPage, path: Path, *, lines_on_a_sheet: int = LINES_ON_A_SHEET, count: PageProgress = uncounted
) -> Path:
    """Write the page as a workbook to `path` (.xlsx); the same page has the same bytes.

    A table of more than `lines_on_a_sheet` rows goes on in further sheets, and says so on each. `count` is that
    of `write_page`. Raises `MissingExtra` without the package that writes it.
    """
    head = page.head
    made_at = head.made_at or dt.datetime.combine(head.as_of, dt.time(), head.zone)
    with workbook(path, title=cell_text(page.title), made_at=made_at) as book:
        plan = _BookPlan.of(page, lines_on_a_sheet)
        _SummarySheet(
            page, plan, book.sheet(plan.summary, (44, 22, 14, 30, 14, 22, 60, 34, 30), header=False)
        ).write()
        for placed in (*plan.tables.values(), *plan.classes):
            _write_table(book, page, placed, count)
        _write_texts(book.sheet(plan.texts, (110,), header=False), page)
    return path


# Where everything stands ----------------------------------------------------------------------------------------


@define
class _SheetPart:
    """A sheet of a table, and which of its rows stand there."""

    sheet: str
    first: int
    count: int


@define
class _PlacedTable:
    """A table (or those rows of it that are of one class), its columns in a sheet, and the sheets of its rows."""

    table: PageTable
    rows: Sequence[Sequence[PageCell]]
    parts: Sequence[_SheetPart]
    mixed: Sequence[str]
    """Columns of amounts in several currencies: behind each stands a column of its currency."""
    of_class: str = ""
    places: Mapping[str, int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.places, at = {}, 0
        for column in self.table.columns:
            self.places[column.name] = at
            at += 2 if column.name in self.mixed else 1

    @property
    def width(self) -> int:
        return len(self.table.columns) + len(self.mixed)

    def where(self, number: int) -> tuple[str, str]:
        """The sheet and the cell at which a row begins."""
        part = next((part for part in self.parts if part.first <= number < part.first + part.count), self.parts[0])
        return part.sheet, f"A{number - part.first + 2}"

    def ranges(self, place: int) -> Iterator[str]:
        """The cells of a column, sheet by sheet."""
        for part in self.parts:
            if part.count:
                yield cells(place, 1, part.count, sheet=part.sheet)


@define
class _BookPlan:
    summary: str
    texts: str
    tables: Mapping[str, _PlacedTable]
    classes: Sequence[_PlacedTable]

    @classmethod
    def of(cls, page: ReportPage, size: int) -> _BookPlan:
        names = SheetNames()
        summary = names.take(_SUMMARY)
        mixed = {table.name: _mixed(page, table) for table in page.tables}
        tables = {
            table.name: _PlacedTable(
                table, table.rows, _parts(names, table.title, len(table.rows), size), mixed[table.name]
            )
            for table in page.tables
        }
        classes = [
            _PlacedTable(table, rows, _parts(names, name, len(rows), size), mixed[table.name], name)
            for table in page.tables
            for name, rows in _classes(table).items()
        ]
        return cls(summary, names.take(_TEXTS), tables, classes)


def _parts(names: SheetNames, title: str, count: int, size: int) -> list[_SheetPart]:
    firsts = range(0, max(count, 1), size)
    return [
        _SheetPart(names.take(title, n), first, min(size, count - first))
        for n, first in enumerate(firsts, start=1)
    ]


def _classes(table: PageTable) -> Mapping[str, list[Sequence[PageCell]]]:
    """The rows of each class that is to have a sheet; none where that divides nothing, or too much."""
    found: dict[str, list[Sequence[PageCell]]] = {}
    if table.sheets_by:
        place = table.place(table.sheets_by)
        for row in table.rows:
            found.setdefault(_class_of(row[place]), []).append(row)
    return found if 1 < len(found) <= CLASSES_WITH_SHEETS else {}


def _class_of(cell: PageCell) -> str:
    return NOT_KNOWN if cell is None else _text_of(cell) or "none"


def _text_of(cell: PageCell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return str(cell)


def _mixed(page: ReportPage, table: PageTable) -> list[str]:
    amounts = [column for column in table.columns if column.kind is CellKind.MONEY]
    return [column.name for column in amounts if len(_currencies(page, table, column)) > 1]


def _currencies(page: ReportPage, of: PageTable | _PlacedTable, column: PageColumn) -> list[str]:
    place = (of.table if isinstance(of, _PlacedTable) else of).place(column.name)
    known = (row[place] for row in of.rows if row[place] is not None)
    return sorted({page.currency_of(cell, column.kind, column.unit) for cell in known})


# A table --------------------------------------------------------------------------------------------------------


def _write_table(book: WorkbookWriter, page: ReportPage, placed: _PlacedTable, count: PageProgress) -> None:
    for number, part in enumerate(placed.parts, start=1):
        sheet = book.sheet(part.sheet, list(_widths(placed)))
        titles, notes = list(_titles(page, placed)), list(_header_notes(page, placed, part))
        sheet.row(titles, look=RowLook.HEADER, right=_numbers(placed), notes=notes)
        for row in count(placed.rows[part.first : part.first + part.count], part.sheet):
            values = list(_row_cells(page, placed, row))
            sheet.row([value for value, _ in values], [form for _, form in values])
        if not placed.rows:
            sheet.row([cell_text(placed.table.empty)])
        sheet.filter(placed.width)
        sheet.printed()
        is_whole = len(placed.parts) == 1
        _write_totals(sheet, page, placed, [part], " shown", ", all rows" if is_whole else " of this sheet")
        if number == len(placed.parts) > 1:
            _write_totals(sheet, page, placed, placed.parts, " of all sheets", " of all sheets")


def _numbers(placed: _PlacedTable) -> Collection[int]:
    """The places of what stands at the right of its column."""
    texts = (CellKind.TEXT, CellKind.CODE, CellKind.YES_NO)
    return {placed.places[column.name] for column in placed.table.columns if column.kind not in texts}


def _widths(placed: _PlacedTable) -> Iterator[float]:
    for column in placed.table.columns:
        yield max(_WIDTHS.get(column.kind, _WIDTH), min(len(column.title) + 3, 30))
        if column.name in placed.mixed:
            yield _WIDTH_OF_CURRENCY


def _titles(page: ReportPage, placed: _PlacedTable) -> Iterator[str]:
    for column in placed.table.columns:
        unit = _unit(page, placed, column)
        yield cell_text(f"{column.title} ({unit})" if unit else column.title)
        if column.name in placed.mixed:
            yield "Currency"


def _unit(page: ReportPage, placed: _PlacedTable, column: PageColumn) -> str:
    if column.kind is CellKind.INSTANT:
        return page.head.zone.key
    if column.kind is CellKind.MONEY:
        found = _currencies(page, placed.table, column) or [page.currency_of(None, column.kind, column.unit)]
        return "" if column.name in placed.mixed else found[0]
    return "hours" if column.kind is CellKind.SPAN else column.unit


def _source(table: PageTable) -> str:
    return f"Source: {table.source}" if table.source else ""


def _goes_on(placed: _PlacedTable, part: _SheetPart) -> str:
    """Of a sheet that has not all rows, which it has, and where all of them stand in one."""
    if len(placed.parts) == 1:
        return ""
    rows = f"Rows {part.first + 1:,} to {part.first + part.count:,} of {len(placed.rows):,}"
    others = ", ".join(each.sheet for each in placed.parts if each is not part)
    whole = f"csv/{file_name(placed.table.name)}.csv"
    return f"{rows}: a sheet takes no more. The others are in {others}; a folder of the page has all in {whole}."


def _header_notes(page: ReportPage, placed: _PlacedTable, part: _SheetPart) -> Iterator[str]:
    """What a column means, and with the first one where the rows come from."""
    table = placed.table
    for number, column in enumerate(table.columns):
        about = [table.title, _goes_on(placed, part), table.note, _source(table)] if not number else []
        if placed.of_class and not number:
            about.insert(1, f"Only: {placed.of_class}")
        unknown = sum(row[number] is None for row in placed.rows)
        told = (
            *about,
            column.note,
            column.sign,
            f"Not known in {counted(unknown, 'row')} of {len(placed.rows):,}: empty there." if unknown else "",
            f"Its documents: {page.table(column.opens).title}" if column.opens else "",
        )
        yield cell_text("\n".join(filter(None, told)))
        if column.name in placed.mixed:
            yield ""


Shown = tuple[CellValue, str]
"""What stands in a cell, and how a number looks there."""


def _row_cells(page: ReportPage, placed: _PlacedTable, row: Sequence[PageCell]) -> Iterator[Shown]:
    for column, cell in zip(placed.table.columns, row, strict=True):
        currency = page.currency_of(cell, column.kind, column.unit)
        yield _shown(page, cell, column.kind, currency)
        if column.name in placed.mixed:
            yield cell_text(currency) if cell is not None else "", ""


def _shown(page: ReportPage, cell: PageCell, kind: CellKind, currency: str) -> Shown:
    if cell is None or isinstance(cell, str | bool):
        return cell_text(cell) if isinstance(cell, str) else cell if cell is None else _text_of(cell), ""
    if isinstance(cell, dt.datetime):
        cell = cell.astimezone(page.head.zone).replace(tzinfo=None)
    if isinstance(cell, dt.date):
        return (cell if cell.year >= _FIRST_YEAR else cell.isoformat()), ""
    if isinstance(cell, dt.timedelta):
        return (str(cell), "") if cell < dt.timedelta() else (Decimal(cell / dt.timedelta(days=1)), "[h]:mm:ss")
    number = cell.amount if isinstance(cell, Money) else Decimal(cell)
    is_number = kind is CellKind.SHARE or _fits(number)
    return (number if is_number else plain_number(number)), _format(number, kind, currency)


def _fits(number: Decimal) -> bool:
    """Whether a number of a sheet holds all its digits."""
    return len(plain_number(number).replace(".", "").strip("-0")) <= _DIGITS


def _format(number: Decimal, kind: CellKind, currency: str) -> str:
    """Thousands apart, with the decimals of the currency, and with more where it has more."""
    has = len(plain_number(number * 100 if kind is CellKind.SHARE else number).partition(".")[2])
    decimals = max(has, currency_decimals(currency) if kind is CellKind.MONEY else 0)
    if kind is CellKind.SHARE:
        return "0" + ("." + "0" * min(decimals, _DECIMALS_OF_SHARE) if decimals else "") + "%"
    return "#,##0" + ("." + "0" * decimals if decimals else "")


# What rows come to ----------------------------------------------------------------------------------------------


def _write_totals(
    sheet: SheetWriter,
    page: ReportPage,
    placed: _PlacedTable,
    parts: Sequence[_SheetPart],
    which: str,
    which_of_currency: str,
) -> None:
    """Under the rows, outside of the filter: one line, and one for each currency of amounts in several."""
    added = [column for column in placed.table.columns if column.is_added]
    if not added or not placed.rows:
        return
    rows = [row for part in parts for row in placed.rows[part.first : part.first + part.count]]
    of_parts = _PlacedTable(placed.table, rows, parts, placed.mixed)
    sheet.row([])
    found = {column.name: _currencies(page, of_parts, column) for column in added}
    plain = [column for column in added if column.name not in placed.mixed or not found[column.name]]
    if plain:
        _write_total(sheet, page, of_parts, plain, f"Total{which}", "")
    mixed = [column for column in added if column not in plain]
    for currency in sorted({currency for column in mixed for currency in found[column.name]}):
        title = f"Total {cell_text(currency) or 'without a currency'}{which_of_currency}"
        _write_total(sheet, page, of_parts, mixed, title, currency)


def _write_total(
    sheet: SheetWriter,
    page: ReportPage,
    placed: _PlacedTable,
    columns: Sequence[PageColumn],
    title: str,
    currency: str,
) -> None:
    values: list[CellValue] = [None] * placed.width
    formats, notes = [""] * placed.width, [""] * placed.width
    free = [placed.places[each.name] for each in placed.table.columns if not each.is_added]
    if free:
        values[free[0]] = title
    for column in columns:
        at = placed.places[column.name]
        values[at], formats[at], notes[at] = _total(page, placed, column, currency)
    sheet.row(values, formats, look=RowLook.TOTAL, notes=notes)


def _total(
    page: ReportPage, placed: _PlacedTable, column: PageColumn, currency: str
) -> tuple[CellValue, str, str]:
    of = PageTable(name=placed.table.name, title="-", columns=placed.table.columns, rows=placed.rows)
    sums = page.sums_of(of, column.name)
    is_mixed = column.name in placed.mixed
    if not sums:
        return NOT_KNOWN, "", ""
    (own,) = [currency] if is_mixed else sums
    value = sums.get(own, Decimal(0))
    unknown = sum(row[placed.table.place(column.name)] is None for row in placed.rows)
    note = f"{counted(unknown, 'row')} of {len(placed.rows):,} not known, and not in it." if unknown else ""
    form = _format(value, column.kind, own)
    if not _is_counted(placed, column.name) or not _fits(value) or len(own) > _LONGEST_IN_FORMULA:
        return (
            plain_number(value),
            "",
            f"{note} A number of a sheet has {_DIGITS} digits: added up exactly, as text.",
        )
    formula = _sum_of_currency(placed, column.name, own) if is_mixed else _sum_of(placed, column.name)
    return SheetFormula(f"={formula}", value), form, note


def _sum_of_currency(placed: _PlacedTable, column: str, currency: str) -> str:
    place = placed.places[column]
    if not (currency.isascii() and currency.isalpha()):  # an empty one, or data that would be more than a text
        return "+".join(_summed(part, place, {place + 1: currency}) for part in placed.parts)
    ranges = zip(placed.ranges(place), placed.ranges(place + 1), strict=True)
    return "+".join(f'SUMIFS({added},{named},"{currency}")' for added, named in ranges)


def _sum_of(placed: _PlacedTable, column: str) -> str:
    ranges = list(placed.ranges(placed.places[column]))
    return f"SUBTOTAL(109,{ranges[0]})" if len(ranges) == 1 else f"SUM({','.join(ranges)})"


def _is_counted(placed: _PlacedTable, column: str) -> bool:
    """Whether every number of a column stands there as one."""
    place = placed.table.place(column)
    numbers = (row[place] for row in placed.rows)
    return all(
        _fits(each.amount if isinstance(each, Money) else Decimal(each))
        for each in numbers
        if isinstance(each, int | Decimal | Money)
    )


# The summary ----------------------------------------------------------------------------------------------------


@define
class _SummarySheet:
    """The first sheet: of when the page is, what to do first, its figures, and what sheets there are."""

    page: ReportPage
    plan: _BookPlan
    sheet: SheetWriter

    def write(self) -> None:
        self._head()
        self._steps()
        self._figures()
        self._sheets()
        self.sheet.printed(header=False)

    def _head(self) -> None:
        head = self.page.head
        zone = head.zone.key
        self.sheet.row([cell_text(self.page.title)], bold=True)
        self.sheet.row([cell_text(self.page.verdict)], bold=True)
        self.sheet.row([])
        pairs: list[tuple[str, PageCell]] = [
            (self._titled("As of", head.as_of), head.as_of),
            (self._titled("Known until", head.known_until), head.known_until or "all that was known"),
            ("Time zone of the books", zone),
            ("Currency", head.currency),
            (self._titled("Made at", head.made_at), head.made_at),
            *head.facts.items(),
        ]
        for title, value in pairs:
            if value not in (None, ""):
                self.sheet.row([cell_text(title), _shown(self.page, value, CellKind.TEXT, "")[0]])
        self.sheet.row([])

    def _titled(self, title: str, moment: dt.date | None) -> str:
        """A sheet keeps no zone with an instant."""
        return f"{title} ({self.page.head.zone.key})" if isinstance(moment, dt.datetime) else title

    def _steps(self) -> None:
        zone = self.page.head.zone.key
        for steps in self.page.steps:
            self.sheet.row(["What to do first"], bold=True)
            titles = ["What", "Value", "Currency", "Document", "Units", f"Since ({zone})", "Next", "Whose", "Due"]
            if steps.steps:
                self.sheet.row(titles, look=RowLook.HEADER, right=(1, 4, 5))
            for step in steps.steps:
                self._step(step)
            for line in filter(None, [steps.more, "" if steps.steps else steps.empty]):
                self.sheet.row([cell_text(line)])
            self.sheet.row([])

    def _step(self, step: NextStep) -> None:
        currency = step.value.currency if isinstance(step.value, Money) else ""
        cells: list[Shown] = [
            (cell_text(step.what), ""),
            self._cell(step.value, CellKind.MONEY, currency),
            (cell_text(currency), ""),
            (self._link(step.opens, step.document), ""),
            self._cell(step.units, CellKind.UNITS),
            self._cell(step.since, CellKind.INSTANT),
            (cell_text(step.action), ""),
            (cell_text(step.owner), ""),
            self._cell(step.due, CellKind.DAY),
        ]
        self.sheet.row([value for value, _ in cells], [form for _, form in cells], look=RowLook.WRAPPED)

    def _figures(self) -> None:
        told = list(self.page.figures)
        if not told:
            return
        self.sheet.row(["Figures"], bold=True)
        titles = ["Figure", "Value", "Unit", "What plus means", "As of", "Known until", "Note", "Opens", "Name"]
        self.sheet.row(titles, look=RowLook.HEADER, right=(1, 4, 5))
        for figure in told:
            self._figure(figure)
        self.sheet.row([])

    def _figure(self, figure: PageFigure) -> None:
        currency = self.page.currency_of(figure.value, figure.kind, figure.unit)
        value, form = self._cell(figure.value, figure.kind, currency)
        why_not = f"Not known: {figure.why_not or 'nobody said why'}" if figure.value is None else ""
        formula = self._formula(figure, currency)
        row: list[CellValue] = [
            cell_text(figure.title),
            SheetFormula(formula, value) if formula and isinstance(value, Decimal) else value,
            cell_text(currency or figure.unit),
            cell_text(figure.sign),
            self._cell(figure.as_of or self.page.head.as_of, CellKind.DAY)[0],
            self._cell(figure.known_until or self.page.head.known_until, CellKind.DAY)[0],
            cell_text(" ".join(filter(None, [why_not, figure.note]))),
            self._link(figure.opens),
            figure.name,
        ]
        notes = [cell_text(figure.note), cell_text(why_not)]
        self.sheet.row(row, ["", form], look=RowLook.WRAPPED, right=(1,), notes=notes)

    def _formula(self, figure: PageFigure, currency: str) -> str:
        """A figure over the rows that it opens; none where a formula could not say which these are."""
        if not figure.sums or figure.opens is None:
            return ""
        placed, where = self.plan.tables[figure.opens.table], figure.opens.where
        told = {name: _text_of(value) for name, value in where.items() if isinstance(value, str | bool)}
        is_odd = any(len(each) > _LONGEST_IN_FORMULA for each in (*told.values(), currency))
        if len(told) < len(where) or is_odd or not _is_counted(placed, figure.sums) or not placed.rows:
            return ""
        place, asked = placed.places[figure.sums], {placed.places[name]: each for name, each in told.items()}
        if figure.sums in placed.mixed:
            asked[place + 1] = currency
        formula = "=" + "+".join(_summed(part, place, asked) for part in placed.parts)
        return formula if len(formula) <= _LONGEST_FORMULA else ""

    def _sheets(self) -> None:
        self.sheet.row(["Sheets"], bold=True)
        self.sheet.row(["Sheet", "Rows", "", "", "", "", "What stands there"], look=RowLook.HEADER, right=(1,))
        for placed in self.plan.tables.values():
            self._named(placed, " ".join(filter(None, [placed.table.note, _source(placed.table)])))
        for placed in self.plan.classes:
            self._named(placed, f"{placed.table.title}: {placed.of_class}")
        link = SheetLink(self.plan.texts, self.plan.texts)
        self.sheet.row([link, None, "", "", "", "", "All sentences of the page."])

    def _named(self, placed: _PlacedTable, what: str) -> None:
        for part in placed.parts:
            link = SheetLink(part.sheet, part.sheet)
            told = " ".join(filter(None, [_goes_on(placed, part), what]))
            row: list[CellValue] = [link, part.count, "", "", "", "", cell_text(told)]
            self.sheet.row(row, ["", "#,##0"], look=RowLook.WRAPPED)

    def _cell(self, value: PageCell, kind: CellKind, currency: str = "") -> Shown:
        return _shown(self.page, value, kind, currency)

    def _link(self, opens: PageOpening | None, text: str = "") -> CellValue:
        if opens is None:
            return cell_text(text)
        placed = self.plan.tables[opens.table]
        wanted = next(iter(placed.table.rows_at(opens.where)), None)
        number = next((n for n, row in enumerate(placed.rows) if row is wanted), 0)
        sheet, cell = placed.where(number)
        return SheetLink(cell_text(text) or sheet, sheet, cell)


def _summed(part: _SheetPart, place: int, asked: Mapping[int, str]) -> str:
    """A column of a sheet, at the rows whose other columns are these texts, letter by letter."""
    added = cells(place, 1, part.count, sheet=part.sheet)
    if not asked:
        return f"SUM({added})"
    marks = [
        '--EXACT({},"{}")'.format(cells(each, 1, part.count, sheet=part.sheet), cell_text(text).replace('"', '""'))
        for each, text in asked.items()
    ]
    return f"SUMPRODUCT({','.join([*marks, added])})"


# Sentences ------------------------------------------------------------------------------------------------------


def _write_texts(sheet: SheetWriter, page: ReportPage) -> None:
    """What the page says in sentences, and what it gives to be typed or run, section by section."""
    for section in page.sections:
        sheet.row([cell_text(section.title)], bold=True)
        lines = [section.note] if section.note else []
        for block in section.blocks:
            if isinstance(block, PageText):
                lines.extend(block.paragraphs)
            elif isinstance(block, PageCode):
                lines.extend(block.text.splitlines())
            elif isinstance(block, PageChart):
                lines.append(block.says)
            elif isinstance(block, PageTable):
                lines.append(": ".join(filter(None, [block.title, block.note])))
        for line in lines:
            sheet.row([cell_text(line)], look=RowLook.WRAPPED)
        sheet.row([])
    sheet.printed(header=False)
