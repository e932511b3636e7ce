"""A page's tables as CSV files: a file for each, under the names that its JSON has.

Law of this module: a text is nothing that a spreadsheet runs; a number is written with all its digits and without
separators; a cell that is not known is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from clarus_bluecherry.report.closing import text_cell
from clarus_bluecherry.report.pages._data import PageProgress, Told, telling_rows, told_names, uncounted
from clarus_bluecherry.report.pages._model import PageTable, ReportPage
from clarus_bluecherry.report.whole import whole_file
from clarus_bluecherry.tables import write_csv


def write_page_csv(page: ReportPage, folder: Path, *, count: PageProgress = uncounted) -> Sequence[Path]:
    """Write each table of a page to `TABLE.csv` in `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {table.name: folder / f"{file_name(table.name)}.csv" for table in page.tables}
    return [write_table_csv(page, name, path, count=count) for name, path in paths.items()]


def file_name(name: str) -> str:
    """A name as a file may have it, in any folder and on any system."""
    return re.sub(r"[^\w-]", "_", name)


def write_table_csv(page: ReportPage, name: str, path: Path, *, count: PageProgress = uncounted) -> Path:
    """Write one table of a page, by its name; `KeyError` where there is none."""
    table = page.table(name)
    names = told_names(table)
    with whole_file(path) as temporary:
        write_csv(temporary, chain([names], _lines(page, table, count, path.name)))
    return path


def _lines(page: ReportPage, table: PageTable, count: PageProgress, name: str) -> Iterator[Sequence[str]]:
    """Its rows; what no system counted, measured or dated is a text of somebody."""
    row_told, columns = telling_rows(page, table), [column.name for column in table.columns]
    for row in count(table.rows, name):
        own = dict(zip(columns, row, strict=True))
        yield [_cell(told, isinstance(own.get(name, ""), str)) for name, told in row_told(row).items()]


def _cell(value: Told, is_text: bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return text_cell(value) if value and is_text else value or ""
