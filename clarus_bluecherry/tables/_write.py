"""Tables that we write: CSV in any dialect, and Excel workbooks of text and numbers.

Law of this module: what was written reads back as it was, or is refused before a byte of its line is written. Text
is text in a workbook, so that no zero is eaten and nothing that looks like a formula runs.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING

from clarus_bluecherry._lazy import need
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.tables._csv import CsvDialect

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_BOTH = "\r\n"
_BYTE_ORDER_MARK = "\ufeff"
_LONGEST_TEXT = 32_767
_TEXT, _NUMBER, _DAY, _INSTANT = "@", "General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
_FIRST_YEAR = 1900

CellValue = str | int | Decimal | dt.date | None
"""What a cell of a workbook that we write holds: text, a number, a day, an instant without a zone, or nothing."""


def csv_texts(
    rows: Iterable[Sequence[str]], dialect: CsvDialect | None = None, *, name: str = "table"
) -> Iterator[str]:
    """The lines of `rows`, each with its end. Raises `InvalidRecord` for a line that the dialect cannot hold.

    >>> list(csv_texts([["Code", "Name"], ["UPS", "United, Inc."]]))
    ['Code,Name\\r\\n', 'UPS,"United, Inc."\\r\\n']
    """
    dialect = dialect or CsvDialect()
    written = _Written()
    writer = csv.writer(
        written,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        quoting=dialect.csv_quoting,
        lineterminator=_BOTH,
    )
    for number, row in enumerate(rows, start=1):
        try:
            writer.writerow(row)
        except csv.Error as error:
            raise InvalidRecord(f"cannot be written: {error}", record=f"{name}, line {number}") from None
        if number == 1 and written.line.startswith(_BYTE_ORDER_MARK):
            raise InvalidRecord("begins with a byte order mark, which readers take away", record=f"{name}, line 1")
        yield written.line.removesuffix(_BOTH) + dialect.line_end


class _Written:
    """A line as it was written: a writer quotes the characters of its own line end only, so it is given both."""

    line = ""

    def write(self, line: str) -> None:
        self.line = line


def csv_bytes(rows: Iterable[Sequence[str]], dialect: CsvDialect | None = None, *, name: str = "table") -> bytes:
    """A file of `rows`. Raises `InvalidRecord` for what the dialect or its encoding cannot hold."""
    dialect = dialect or CsvDialect()
    text = "".join(csv_texts(rows, dialect, name=name))
    try:
        return text.encode(dialect.encoding)
    except UnicodeEncodeError as error:
        what = f"a character cannot be written in {dialect.encoding}"
        raise InvalidRecord(what, record=name, field=repr(error.object[error.start])) from None


def write_csv(path: Path, rows: Iterable[Sequence[str]], dialect: CsvDialect | None = None) -> Path:
    """Write `rows` to `path`, a line at a time."""
    dialect = dialect or CsvDialect()
    with path.open("w", encoding=dialect.encoding, newline="") as file:
        file.writelines(csv_texts(rows, dialect, name=path.name))
    return path


# Excel -------------------------------------------------------------------------------------------------------


class SheetWriter:
    """A sheet that is written from above to below. `written` counts its rows."""

    def __init__(self, sheet: Worksheet, formats: _CellFormats, name: str) -> None:
        self._sheet, self._formats, self._name = sheet, formats, name
        self.written = 0

    def row(self, values: Sequence[CellValue], formats: Sequence[str] = (), *, bold: bool = False) -> None:
        """Add a row; an empty text, and None, is an empty cell. `formats` are those of its numbers, by place.

        An instant stands there as its clock shows it: it may have no zone, which a sheet does not know.
        """
        for place, value in enumerate(values):
            if isinstance(value, str):
                if value:
                    self._refuse_odd(value)
                    self._kept(
                        self._sheet.write_string(self.written, place, value, self._formats.of(_TEXT, bold=bold))
                    )
            elif isinstance(value, dt.date):
                self._refuse_no_date(value)
                at = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
                form = self._formats.of(_INSTANT if isinstance(value, dt.datetime) else _DAY, bold=bold)
                self._kept(self._sheet.write_datetime(self.written, place, at, form))
            elif value is not None:
                form = self._formats.of(formats[place] if place < len(formats) else _NUMBER, bold=bold)
                self._kept(self._sheet.write_number(self.written, place, float(value), form))
        self.written += 1

    def filter(self, columns: int) -> None:
        """Filters over the rows so far."""
        self._sheet.autofilter(0, 0, max(self.written - 1, 0), columns - 1)

    def _refuse_no_date(self, value: dt.date) -> None:
        if value.year < _FIRST_YEAR:
            raise self._refused("Excel's dates begin in 1900")
        if isinstance(value, dt.datetime) and value.tzinfo is not None:
            raise self._refused("an instant with a zone is no date of a sheet: say it in one zone")

    def _refuse_odd(self, value: str) -> None:
        try:
            length = len(value.encode("utf-16-le")) // 2
        except UnicodeEncodeError:
            raise self._refused("a character cannot be written in UTF-8") from None
        if length > _LONGEST_TEXT:
            raise self._refused(f"a cell takes {_LONGEST_TEXT:,} characters, this text has {length:,}")

    def _kept(self, outcome: int) -> None:
        """The writer leaves out what it cannot write, and only its outcome tells."""
        if outcome:
            raise self._refused("stands outside of what a sheet takes")

    def _refused(self, what: str) -> InvalidRecord:
        return InvalidRecord(what, record=f"{self._name}, line {self.written + 1}")


class WorkbookWriter:
    """A workbook that is being written; see `workbook`."""

    def __init__(self, book: Workbook) -> None:
        self._book, self._formats = book, _CellFormats(book)

    def sheet(self, title: str, widths: Sequence[float] = ()) -> SheetWriter:
        """A further sheet; where `widths` of columns are given, its first row stays in view."""
        sheet = self._book.add_worksheet(title)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        if widths:
            sheet.freeze_panes(1, 0)
        return SheetWriter(sheet, self._formats, f"sheet {title}")


class _CellFormats:
    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, bool], Format] = {}

    def of(self, form: str, *, bold: bool) -> Format:
        if (form, bold) not in self._made:
            self._made[form, bold] = self._book.add_format({"num_format": form, "bold": bold})
        return self._made[form, bold]


@contextmanager
def workbook(target: Path | IO[bytes]) -> Iterator[WorkbookWriter]:
    """A workbook that is written to `target` when the block ends, a row at a time.

    Raises `MissingExtra` without the package that writes it.
    """
    need("xlsxwriter", extra="excel", purpose="writing Excel workbooks")
    import xlsxwriter  # only who writes a workbook needs the extra

    with target.open("wb") if isinstance(target, Path) else nullcontext(target) as file:
        book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False})
        try:
            yield WorkbookWriter(book)
        finally:
            book.close()  # after an error too: rows wait in a file of its own


def workbook_bytes(sheets: Mapping[str, Iterable[Sequence[CellValue]]]) -> bytes:
    """A workbook of these sheets, by their titles."""
    content = io.BytesIO()
    with workbook(content) as book:
        for title, rows in sheets.items():
            sheet = book.sheet(title)
            for row in rows:
                sheet.row(row)
    return content.getvalue()
