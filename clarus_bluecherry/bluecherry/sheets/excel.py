"""The same tables as Excel workbooks, for sites that exchange nothing else.

Law of this module: every cell is written as text, so that no spreadsheet eats a zero. What somebody else's
spreadsheet has made a number or a date of is read as what the cell shows, and cannot be told from what was meant.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO
from xml.etree.ElementTree import ParseError

from pydantic import BaseModel

from clarus_bluecherry._lazy import need
from clarus_bluecherry.bluecherry.sheets.files import documents_in, lines_of
from clarus_bluecherry.bluecherry.sheets.layout import Dialect, SheetLayout
from clarus_bluecherry.errors import InvalidRecord

need("openpyxl", extra="excel", purpose="reading and writing Excel workbooks")

import openpyxl  # noqa: E402
from openpyxl.utils.exceptions import InvalidFileException  # noqa: E402

_BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    OSError,
)
"""What openpyxl raises for a file that is none, or is damaged."""


def write_workbook(layout: SheetLayout, documents: Iterable[BaseModel]) -> bytes:
    """A workbook of `documents` with one sheet. Raises `InvalidRecord` naming document and column."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(layout.kind[:31])
    for line in lines_of(layout, documents):
        sheet.append(line)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read_workbook(
    layout: SheetLayout, source: IO[bytes] | bytes, sheet: str | None = None
) -> Iterator[BaseModel | InvalidRecord]:
    """The messages on one sheet (the first when it is not named), as `read_sheet` gives them.

    Raises `InvalidRecord` when the file is no workbook or has no such sheet.
    """
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    except _BROKEN:
        raise InvalidRecord("is no Excel workbook", record=f"file of {layout.kind}") from None
    if not book.worksheets or (sheet is not None and sheet not in book.sheetnames):
        raise InvalidRecord(f"has no sheet {sheet or ''!r}", record=f"file of {layout.kind}")
    rows = (book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True)
    return documents_in(layout, _entries(_whole(rows, layout), layout))


def _whole(rows: Iterable[tuple[object, ...]], layout: SheetLayout) -> Iterator[tuple[object, ...]]:
    """The rows, which a workbook reads only when they are asked for. Raises `InvalidRecord` where it breaks."""
    try:
        yield from rows
    except _BROKEN:
        raise InvalidRecord("breaks off inside its sheet", record=f"file of {layout.kind}") from None


def _entries(rows: Iterable[tuple[object, ...]], layout: SheetLayout) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, as wide as the table: beside it and at its end, an empty cell is none."""
    width = 0 if layout.dialect.header else len(layout.columns)
    for number, row in enumerate(rows, start=1):
        cells = [_text(value, layout.dialect) for value in row]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            width = width or len(cells)
            yield number, cells + [""] * (width - len(cells))


def _text(value: object, dialect: Dialect) -> str:
    match value:
        case None:
            return ""
        case dt.datetime() if value.time() != dt.time.min:
            return value.strftime(dialect.moments)
        case dt.date():
            return value.strftime(dialect.dates)
        case float():
            text = f"{value:.15g}"
            return text.replace(".", ",") if dialect.decimal_comma else text
        case _:
            return str(value)
