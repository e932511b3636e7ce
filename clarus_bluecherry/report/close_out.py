"""How an answer about a close is told to programs and written: a head, and tables.

Law of this module: a figure stands in one table, once, and every door takes it from there. Nothing that data holds
steers a terminal or is run by a spreadsheet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

from attrs import frozen

from clarus_bluecherry.report.closing import json_text, plain_number, text_cell
from clarus_bluecherry.report.sheets import LINES_ON_A_SHEET, batches, cell_text, number_format
from clarus_bluecherry.tables import CellValue, workbook, write_csv
from clarus_bluecherry.x12._findings import printable

Cell = str | int | Decimal | dt.date | None
"""A text, a number (yes and no among them), a day, an instant with its zone; None is what is not known."""


@frozen
class AnswerTable:
    """A table of an answer. `shown` are the columns that a screen has room for; all where none is named."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    shown: Sequence[str] = ()


@frozen(kw_only=True)
class CloseAnswer:
    """The answer to a question about a close. The first table is what was asked for."""

    name: str
    head: Mapping[str, object]
    tables: Sequence[AnswerTable]
    zone: ZoneInfo


# As programs read it, and as it is written ---------------------------------------------------------------------


def answer_json(answer: CloseAnswer) -> Mapping[str, object]:
    """The answer as the content of one JSON document: numbers are text, what is not known is null."""
    tables = {
        table.name: [dict(zip(table.columns, map(_told, row), strict=True)) for row in table.rows]
        for table in answer.tables
    }
    return {**answer.head, **tables}


def _told(cell: Cell) -> str | int | None:
    if isinstance(cell, Decimal):
        return plain_number(cell)
    return cell.isoformat() if isinstance(cell, dt.date) else cell


FILE_ENDINGS = (".xlsx", ".json", ".csv")
"""What an answer's file may be; any other path is a folder."""


def write_answer(answer: CloseAnswer, out: Path) -> Sequence[str]:
    """Write an answer and tell the names of the files: a workbook, a JSON document or the first table, by how
    `out` ends (.xlsx, .json, .csv), else a folder of a CSV file for each table and the document.

    Raises `MissingExtra` where the package for workbooks is missing.
    """
    ending = out.suffix.lower()
    if ending == ".xlsx":
        _write_workbook(answer, out)
    elif ending == ".csv":
        _write_csv(answer.tables[0], out)
    elif ending == ".json":
        write_document(answer_json(answer), out)
    else:
        out.mkdir(parents=True, exist_ok=True)
        write_document(answer_json(answer), out / f"{answer.name}.json")
        files = [_write_csv(table, out / f"{table.name}.csv") for table in answer.tables]
        return [f"{answer.name}.json", *(file.name for file in files)]
    return [out.name]


def write_document(document: Mapping[str, object], path: Path) -> Path:
    """Write the content of a JSON document."""
    path.write_text(json_text(document) + "\n", "utf-8")
    return path


def _write_csv(table: AnswerTable, path: Path) -> Path:
    return write_csv(path, chain([table.columns], (list(map(_cell_of_csv, row)) for row in table.rows)))


def _cell_of_csv(cell: Cell) -> str:
    return text_cell(cell) if isinstance(cell, str) else cell_shown(cell)


def _write_workbook(answer: CloseAnswer, path: Path) -> None:
    with workbook(path) as book:
        for table in answer.tables:
            for number, rows in enumerate(batches(table.rows, LINES_ON_A_SHEET), start=1):
                title = table.name.replace("_", " ")
                sheet = book.sheet(title if number == 1 else f"{title} {number}", list(map(_width, table.columns)))
                sheet.row([_titled(column, answer.zone) for column in table.columns], bold=True)
                for row in rows:
                    sheet.row([_cell_of_sheet(cell, answer.zone) for cell in row], list(map(number_format, row)))
                sheet.filter(len(table.columns))


_INSTANTS = frozenset({"event", "occurred_at", "recorded_at", "entered_at", "said_at", "taken_at", "at"})
_WIDTHS: Mapping[str, int] = {
    "item": 22,
    "document": 18,
    "status": 26,
    "class": 18,
    "what": 60,
    "source": 28,
    "row": 36,
}
_FIRST_YEAR = 1900


def _width(column: str) -> int:
    return _WIDTHS.get(column, 20 if column in _INSTANTS else 13)


def _titled(column: str, zone: ZoneInfo) -> str:
    """The header of a column; a sheet keeps no zone with an instant."""
    return f"{column} ({zone.key})" if column in _INSTANTS else column


def _cell_of_sheet(cell: Cell, zone: ZoneInfo) -> CellValue:
    if isinstance(cell, str | bool):
        return cell_text(cell) if isinstance(cell, str) else cell_shown(cell)
    if isinstance(cell, dt.datetime):
        return cell.astimezone(zone).replace(tzinfo=None)
    if isinstance(cell, dt.date) and cell.year < _FIRST_YEAR:
        return cell.isoformat()  # Excel has no such date
    return cell


def cell_shown(cell: Cell) -> str:
    """A cell as a person reads it; nothing where it is not known."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return printable(cell) if isinstance(cell, str) else str(_told(cell))
