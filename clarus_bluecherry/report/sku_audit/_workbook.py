"""The go-live audit as an Excel workbook: a summary, and a sheet for each class with filters.

Law of this module: every text is a text cell, so that no zero is eaten and nothing that looks like a formula runs;
lines are streamed, and a sheet that is full goes on in a further one. Under the lines stands their total, outside
the filter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path

from clarus_bluecherry._lazy import need
from clarus_bluecherry.model._currencies import currency_decimals
from clarus_bluecherry.report.sku_audit._report import (
    FINDING_COLUMNS,
    LINE_COLUMNS,
    PROBLEM_COLUMNS,
    SUMMARY_COLUMNS,
    TOTAL,
    AuditReport,
    Cell,
    finding_rows,
    line_rows,
    problem_rows,
    summary_rows,
)
from clarus_bluecherry.report.sku_recipe import recipe_toml
from clarus_bluecherry.report.words import counted, instant

need("openpyxl", extra="excel", purpose="writing Excel workbooks")

import openpyxl  # noqa: E402
from openpyxl.cell import Cell as SheetCell  # noqa: E402
from openpyxl.cell import WriteOnlyCell  # noqa: E402
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: E402
from openpyxl.styles import Font  # noqa: E402
from openpyxl.utils import get_column_letter  # noqa: E402

LINES_ON_A_SHEET = 1_000_000
"""Below the 1,048,576 rows that Excel takes."""

_TEXT = "@"
_UNITS, _PARTS_OF_UNITS = "#,##0", "#,##0.0###"
_ADDED = ("on_hand", "in_warehouse", "value")
_WIDTHS: Mapping[str, int] = {
    "class": 24,
    "code": 28,
    "clarus_code": 28,
    "clarus_barcode": 16,
    "why": 60,
    "near": 40,
    "halts": 22,
    "fix": 60,
    "finding": 50,
    "what": 90,
    "codes": 50,
    "where": 40,
    "which": 90,
    "value": 16,
    "in_warehouse": 14,
}
_WIDTH = 11


def write_workbook(report: AuditReport, path: Path, *, lines_on_a_sheet: int = LINES_ON_A_SHEET) -> Path:
    """Write the workbook to `path`. A class of more lines than a sheet takes has several sheets."""
    audit = report.audit
    book = openpyxl.Workbook(write_only=True)
    *classes, total = summary_rows(audit)
    money = _money_format(report.currency)
    _fill(book, "summary", SUMMARY_COLUMNS, classes, money, total)
    sheets: list[tuple[str, Sequence[str], Iterable[tuple[Cell, ...]]]] = [
        *((kind.value, LINE_COLUMNS, line_rows(report.entries(kind))) for kind in report.listed),
        ("findings", FINDING_COLUMNS, finding_rows(audit.findings)),
        ("not read", PROBLEM_COLUMNS, problem_rows(report.problems)),
        ("about", _ABOUT, _about(report)),
    ]
    for title, columns, rows in sheets:
        for number, some in enumerate(_batches(rows, lines_on_a_sheet), start=1):
            _fill(book, title if number == 1 else f"{title} {number}", columns, some, money)
    book.save(path)
    return path


_ABOUT = ("what", "which")


def _about(report: AuditReport) -> Iterator[tuple[Cell, ...]]:
    """What the audit was made of, so that the workbook can be filed."""
    yield "verdict", report.verdict
    if report.made_at:
        yield "made at", instant(report.made_at)
    for system, source in (("Blue Cherry", report.blue_cherry), ("Clarus", report.clarus)):
        if source:
            yield system, f"{', '.join(source.names)}: {counted(source.rows, 'row')}"
    yield "value", f"units in Blue Cherry at cost{f', {report.currency}' if report.currency else ''}"
    if report.recipe:
        yield "recipe", recipe_toml(report.recipe)


def _batches(rows: Iterable[tuple[Cell, ...]], size: int) -> Iterator[Iterable[tuple[Cell, ...]]]:
    """The rows, `size` at a time; once nothing when there are none."""
    remaining = iter(rows)
    yield islice(remaining, size)
    for first in remaining:
        yield chain([first], islice(remaining, size - 1))


def _fill(
    book: openpyxl.Workbook,
    title: str,
    columns: Sequence[str],
    rows: Iterable[tuple[Cell, ...]],
    money: str,
    total: tuple[Cell, ...] = (),
) -> None:
    """A sheet of the rows, and under them their total: the one given, or what the lines come to."""
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column, _WIDTH)
    formats = [money if column == "value" else _UNITS for column in columns]
    sheet.append(_bold([WriteOnlyCell(sheet) for _ in columns], formats, columns))
    texts, numbers = [WriteOnlyCell(sheet) for _ in columns], [WriteOnlyCell(sheet) for _ in columns]
    for text in texts:
        text.number_format = _TEXT
    places = [columns.index(name) for name in _ADDED] if not total and set(_ADDED) <= set(columns) else []
    sums = dict.fromkeys(places, Decimal(0))
    count = 1
    for row in rows:
        sheet.append(list(map(_cell, texts, numbers, formats, row)))
        count += 1
        for place in places:
            value = row[place]
            sums[place] += value if isinstance(value, Decimal) else 0
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count}"
    if places and count > 1:
        total = tuple(sums.get(place, "" if place else TOTAL) for place in range(len(columns)))
    if total:
        sheet.append([])  # so that a filter applied again does not take the total for a line
        sheet.append(_bold([WriteOnlyCell(sheet) for _ in columns], formats, total))


def _bold(cells: list[SheetCell], formats: Sequence[str], values: Sequence[Cell]) -> list[SheetCell]:
    for cell, form, value in zip(cells, formats, values, strict=True):
        cell.font = Font(bold=True)
        cell.value = value if value != "" else None
        if not isinstance(value, str):
            cell.number_format = _number_format(form, value)
    return cells


def _money_format(currency: str) -> str:
    return f"{_UNITS}.{'0' * decimals}" if (decimals := currency_decimals(currency)) else f"{_UNITS};-{_UNITS}"


def _number_format(form: str, value: int | Decimal) -> str:
    return _PARTS_OF_UNITS if form is _UNITS and value % 1 else form


def _cell(text: SheetCell, number: SheetCell, form: str, value: Cell) -> SheetCell | None:
    """The value as it is put on the sheet: a cell serves all rows of its column, because it is written at once."""
    if not isinstance(value, str):
        number.value = value
        number.number_format = _number_format(form, value)
        return number
    if not value:
        return None
    text.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
    text.data_type = "s"
    return text
