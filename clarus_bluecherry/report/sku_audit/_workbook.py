"""The go-live audit as an Excel workbook: a summary, and a sheet for each class with filters.

Law of this module: every text is a text cell, so that no zero is eaten and nothing that looks like a formula runs;
lines are streamed, and a sheet that is full goes on in a further one. Under the lines stands their total, outside
the filter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from clarus_bluecherry.model._currencies import currency_decimals
from clarus_bluecherry.report.sheets import LINES_ON_A_SHEET, UNITS, batches, cell_text, number_format
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
from clarus_bluecherry.tables import WorkbookWriter, workbook

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
    *classes, total = summary_rows(audit)
    sheets: list[tuple[str, Sequence[str], Iterable[tuple[Cell, ...]]]] = [
        *((kind.value, LINE_COLUMNS, line_rows(report.entries(kind))) for kind in report.listed),
        ("findings", FINDING_COLUMNS, finding_rows(audit.findings)),
        ("not read", PROBLEM_COLUMNS, problem_rows(report.problems)),
        ("about", _ABOUT, _about(report)),
    ]
    money = _money_format(report.currency)
    with workbook(path) as book:
        _fill(book, "summary", SUMMARY_COLUMNS, classes, money, total)
        for title, columns, rows in sheets:
            for number, some in enumerate(batches(rows, lines_on_a_sheet), start=1):
                _fill(book, title if number == 1 else f"{title} {number}", columns, some, money)
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
            yield from ((system, note) for note in source.notes)
    yield from (("repeated", line) for line in report.repeats)
    yield "value", f"units in Blue Cherry at cost{f', {report.currency}' if report.currency else ''}"
    if report.recipe:
        yield "recipe", recipe_toml(report.recipe)


def _fill(
    book: WorkbookWriter,
    title: str,
    columns: Sequence[str],
    rows: Iterable[tuple[Cell, ...]],
    money: str,
    total: tuple[Cell, ...] = (),
) -> None:
    """A sheet of the rows, and under them their total: the one given, or what the lines come to."""
    sheet = book.sheet(title, [_WIDTHS.get(column, _WIDTH) for column in columns])
    sheet.row(columns, bold=True)
    places = [columns.index(name) for name in _ADDED] if not total and set(_ADDED) <= set(columns) else []
    sums = dict.fromkeys(places, Decimal(0))
    for row in rows:
        sheet.row(list(map(_cell, row)), _formats(columns, row, money))
        for place in places:
            value = row[place]
            sums[place] += value if isinstance(value, Decimal) else 0
    sheet.filter(len(columns))
    if places and sheet.written > 1:
        total = tuple(sums.get(place, "" if place else TOTAL) for place in range(len(columns)))
    if total:
        sheet.row([])  # so that a filter applied again does not take the total for a line
        sheet.row(total, _formats(columns, total, money), bold=True)


def _formats(columns: Sequence[str], row: Sequence[Cell], money: str) -> list[str]:
    """The formats of the numbers in a row."""
    return [
        money if column == "value" else number_format(value) for column, value in zip(columns, row, strict=True)
    ]


def _money_format(currency: str) -> str:
    return f"{UNITS}.{'0' * decimals}" if (decimals := currency_decimals(currency)) else f"{UNITS};-{UNITS}"


def _cell(value: Cell) -> Cell:
    return cell_text(value) if isinstance(value, str) else value
