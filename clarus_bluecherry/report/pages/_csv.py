"""A page's tables as CSV files: a file for each, under the names that its JSON has.

Law of this module: a text is nothing that a spreadsheet runs; a number is written with all its digits and without
separators; a cell that is not known is empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from clarus_bluecherry.report.closing import text_cell
from clarus_bluecherry.report.pages._data import Told, told_names, told_row
from clarus_bluecherry.report.pages._model import PageCell, PageTable, ReportPage
from clarus_bluecherry.report.whole import whole_file
from clarus_bluecherry.tables import write_csv


def write_page_csv(page: ReportPage, folder: Path) -> Sequence[Path]:
    """Write each table of a page to `TABLE.csv` in `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    return [write_table_csv(page, table.name, folder / f"{file_name(table.name)}.csv") for table in page.tables]


def file_name(name: str) -> str:
    """A name as a file may have it, in any folder and on any system."""
    return re.sub(r"[^\w-]", "_", name)


def write_table_csv(page: ReportPage, name: str, path: Path) -> Path:
    """Write one table of a page, by its name; `KeyError` where there is none."""
    table = page.table(name)
    names = told_names(table)
    with whole_file(path) as temporary:
        write_csv(temporary, chain([names], (_cells(page, table, row) for row in table.rows)))
    return path


def _cells(page: ReportPage, table: PageTable, row: Sequence[PageCell]) -> Sequence[str]:
    """A row; what no system counted, measured or dated is a text of somebody."""
    own = {column.name: cell for column, cell in zip(table.columns, row, strict=True)}
    return [_cell(told, isinstance(own.get(name, ""), str)) for name, told in told_row(page, table, row).items()]


def _cell(value: Told, is_text: bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return text_cell(value) if value and is_text else value or ""
