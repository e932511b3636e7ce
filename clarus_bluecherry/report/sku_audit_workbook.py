"""The go-live audit as an Excel workbook: a summary, and a sheet for each class with filters.

Law of this module: every text is a text cell, so that no zero is eaten and nothing that looks like a formula runs;
lines are streamed, and a sheet that is full goes on in a further one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path

from clarus_bluecherry._lazy import need
from clarus_bluecherry.report.sku_audit import (
    FINDING_COLUMNS,
    LINE_COLUMNS,
    PROBLEM_COLUMNS,
    SUMMARY_COLUMNS,
    AuditReport,
    Cell,
    finding_rows,
    line_rows,
    problem_rows,
    summary_rows,
)

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
}
_WIDTH = 11


def write_workbook(report: AuditReport, path: Path, *, lines_on_a_sheet: int = LINES_ON_A_SHEET) -> Path:
    """Write the workbook to `path`. A class of more lines than a sheet takes has several sheets."""
    audit = report.audit
    book = openpyxl.Workbook(write_only=True)
    sheets: list[tuple[str, Sequence[str], Iterable[tuple[Cell, ...]]]] = [
        ("summary", SUMMARY_COLUMNS, summary_rows(audit)),
        *((kind.value, LINE_COLUMNS, line_rows(report.entries(kind))) for kind in report.listed),
        ("findings", FINDING_COLUMNS, finding_rows(audit.findings)),
        ("not read", PROBLEM_COLUMNS, problem_rows(report.problems)),
    ]
    for title, columns, rows in sheets:
        for number, some in enumerate(_batches(rows, lines_on_a_sheet), start=1):
            _fill(book, title if number == 1 else f"{title} {number}", columns, some)
    book.save(path)
    return path


def _batches(rows: Iterable[tuple[Cell, ...]], size: int) -> Iterator[Iterable[tuple[Cell, ...]]]:
    """The rows, `size` at a time; once nothing when there are none."""
    remaining = iter(rows)
    yield islice(remaining, size)
    for first in remaining:
        yield chain([first], islice(remaining, size - 1))


def _fill(book: openpyxl.Workbook, title: str, columns: Sequence[str], rows: Iterable[tuple[Cell, ...]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column, _WIDTH)
    header = [WriteOnlyCell(sheet, column) for column in columns]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    texts = [WriteOnlyCell(sheet) for _ in columns]
    for text in texts:
        text.number_format = _TEXT
    count = 1
    for row in rows:
        sheet.append([_cell(text, value) for text, value in zip(texts, row, strict=True)])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count}"


def _cell(text: SheetCell, value: Cell) -> SheetCell | int | Decimal | None:
    """The value as it is put on the sheet: a cell serves all rows of its column, because it is written at once."""
    if not isinstance(value, str):
        return value
    if not value:
        return None
    text.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
    text.data_type = "s"
    return text
