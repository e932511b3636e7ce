"""Tables that we write: CSV in any dialect, and Excel workbooks of text, numbers and formulas of our own.

Law of this module: what was written reads back as it was, or is refused before a byte of its line is written. Text
is text in a workbook, so that no zero is eaten and nothing that looks like a formula runs: a formula is a value of
its own kind, and only a writer makes one.
"""

from __future__ import annotations

import csv
import datetime as dt
import enum
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from decimal import Decimal
from functools import cache
from math import ceil
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from attrs import frozen

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
_NO_CHARACTER = re.compile("[\ufffe\uffff]")
_MARKUP = "<r>", "</r>"
"""What begins and ends so the writer takes for XML of its own, unless it makes that itself, of pieces."""
_FIRST_YEAR = 1900
_LONGEST_NOTE = 2_000
_LINE, _HIGHEST = 15, 400
_NOTE = {"x_scale": 2.5, "y_scale": 1.5}
_OPTIONS = {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}


@frozen
class SheetFormula:
    """A formula such as `=SUM(B2:B9)`, and what it comes to, for whoever reads without working it out."""

    text: str
    value: Decimal


@frozen
class SheetLink:
    """A text that leads to a cell of a sheet of the same workbook."""

    text: str
    sheet: str
    cell: str = "A1"


CellValue = str | int | Decimal | dt.date | SheetFormula | SheetLink | None
"""What a cell of a workbook that we write holds: text, a number, a day, an instant without a zone, a formula, a
link, or nothing."""


def sheet_cells(column: int, first: int, last: int, *, sheet: str) -> str:
    """The cells of a column (from 0) in the rows `first` to `last` (from 0) of a sheet, as a formula names them.

    >>> sheet_cells(27, 1, 8, sheet="Bob's lines")
    "'Bob''s lines'!AB2:AB9"
    """
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{_sheet_quoted(sheet)}!{letters}{first + 1}:{letters}{last + 1}"


def _sheet_quoted(sheet: str) -> str:
    return "'{}'".format(sheet.replace("'", "''"))


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


class RowLook(enum.Enum):
    """How a row of a sheet looks."""

    PLAIN = enum.auto()
    WRAPPED = enum.auto()
    """Its texts go on in further lines, for which it is high enough."""
    HEADER = enum.auto()
    TOTAL = enum.auto()


class SheetWriter:
    """A sheet that is written from above to below. `written` counts its rows."""

    def __init__(self, sheet: Worksheet, formats: _CellFormats, name: str, widths: Sequence[float] = ()) -> None:
        self._sheet, self._formats, self._name, self._widths = sheet, formats, name, widths
        self.written = 0

    def row(
        self,
        values: Sequence[CellValue],
        formats: Sequence[str] = (),
        *,
        bold: bool = False,
        look: RowLook = RowLook.PLAIN,
        right: Collection[int] = (),
        notes: Sequence[str] = (),
    ) -> None:
        """Add a row; an empty text, and None, is an empty cell. `formats` are those of its numbers, by place, and
        `notes` what is told where somebody points at its cells. Texts at the places `right` stand at the right.

        An instant stands there as its clock shows it: it may have no zone, which a sheet does not know.
        """
        if look in (RowLook.WRAPPED, RowLook.HEADER):
            self._make_room(values)
        for place, value in enumerate(values):
            number = formats[place] if place < len(formats) else _NUMBER
            self._cell(place, value, _CellForm(number, look, bold, place in right))
        for place, note in enumerate(notes):
            if note:
                self._kept(self._sheet.write_comment(self.written, place, note[:_LONGEST_NOTE], _NOTE))
        self.written += 1

    def _make_room(self, values: Sequence[CellValue]) -> None:
        """Make the row as high as its longest text needs: not every program that opens it does."""
        texts = (value.text if isinstance(value, SheetLink) else value for value in values)
        sizes = zip(texts, self._widths, strict=False)
        lines = max((ceil(len(text) / width) for text, width in sizes if isinstance(text, str)), default=1)
        if lines > 1:
            self._sheet.set_row(self.written, min(_LINE * lines, _HIGHEST))

    def _cell(self, place: int, value: CellValue, form: _CellForm) -> None:
        at = self.written, place
        if isinstance(value, str):
            if value:
                self._text(at, value, self._formats.of(form._replace(number=_TEXT)))
        elif isinstance(value, dt.date):
            self._refuse_no_date(value)
            moment = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
            form = form._replace(number=_INSTANT if isinstance(value, dt.datetime) else _DAY)
            self._kept(self._sheet.write_datetime(*at, moment, self._formats.of(form)))
        elif isinstance(value, SheetFormula):
            self._kept(self._sheet.write_formula(*at, value.text, self._formats.of(form), float(value.value)))
        elif isinstance(value, SheetLink):
            place_of = f"internal:{_sheet_quoted(value.sheet)}!{value.cell}"
            self._kept(self._sheet.write_url(*at, place_of, self._formats.link()))
            self._text(at, value.text, self._formats.link())
        elif value is not None:
            self._kept(self._sheet.write_number(*at, float(value), self._formats.of(form)))

    def _text(self, at: tuple[int, int], text: str, form: Format) -> None:
        self._refuse_odd(text)
        if _is_markup(text):
            self._kept(self._sheet.write_rich_string(*at, text[:1], text[1:2], text[2:], form))
        else:
            self._kept(self._sheet.write_string(*at, text, form))

    def filter(self, columns: int) -> None:
        """Filters over the rows so far."""
        self._sheet.autofilter(0, 0, max(self.written - 1, 0), columns - 1)

    def printed(self, *, header: bool = True) -> None:
        """Print it across, as wide as its paper, each page under the first row where that is a `header`."""
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_footer("&L&A&RPage &P of &N")
        if header:
            self._sheet.repeat_rows(0)

    def _refuse_no_date(self, value: dt.date) -> None:
        if value.year < _FIRST_YEAR:
            raise self._refused("Excel's dates begin in 1900")
        if isinstance(value, dt.datetime) and value.tzinfo is not None:
            raise self._refused("an instant with a zone is no date of a sheet: say it in one zone")

    def _refuse_odd(self, value: str) -> None:
        if value.isascii() and len(value) <= _LONGEST_TEXT:
            return
        try:
            length = len(value.encode("utf-16-le")) // 2
        except UnicodeEncodeError:
            raise self._refused("a character cannot be written in UTF-8") from None
        if _NO_CHARACTER.search(value):
            raise self._refused("a character cannot be written in XML")
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

    def sheet(self, title: str, widths: Sequence[float] = (), *, header: bool = True) -> SheetWriter:
        """A further sheet; where `widths` of columns are given, its first row stays in view: it is a `header`."""
        sheet = self._book.add_worksheet(title, _sheet_class())
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        if widths and header:
            sheet.freeze_panes(1, 0)
        return SheetWriter(sheet, self._formats, f"sheet {title}", widths)


def _is_markup(text: str) -> bool:
    begins, ends = _MARKUP
    return text.startswith(begins) and text.endswith(ends)


@cache
def _sheet_class() -> type[Worksheet]:
    from xlsxwriter.worksheet import Worksheet  # only who writes a workbook needs the extra

    escaped: Callable[[str], str] = Worksheet._escape_control_characters

    class EscapedOnce(Worksheet):
        """What is made of pieces is escaped with them, and not once more as a whole."""

        @staticmethod
        def _escape_control_characters(data: str) -> str:
            return data if _is_markup(data) else escaped(data)

    return EscapedOnce


class _CellForm(NamedTuple):
    """How a cell looks: a tuple, for there is one of each cell, and it is a key."""

    number: str
    look: RowLook = RowLook.PLAIN
    is_bold: bool = False
    is_right: bool = False


_LOOKS: Mapping[RowLook, Mapping[str, object]] = {
    RowLook.PLAIN: {},
    RowLook.WRAPPED: {"text_wrap": True, "valign": "top"},
    RowLook.HEADER: {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#eef1f4"},
    RowLook.TOTAL: {"bold": True, "top": 1},
}


class _CellFormats:
    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[_CellForm, Format] = {}
        self._link: Format | None = None

    def of(self, form: _CellForm) -> Format:
        if form not in self._made:
            asked = {"num_format": form.number, **_LOOKS[form.look]} | ({"bold": True} if form.is_bold else {})
            left = {"align": "left", "indent": 1} if form.number == _TEXT else {}
            self._made[form] = self._book.add_format(asked | ({"align": "right"} if form.is_right else left))
        return self._made[form]

    def link(self) -> Format:
        if self._link is None:
            asked = {"font_color": "#0563c1", "underline": 1, "valign": "top", "align": "left", "indent": 1}
            self._link = self._book.add_format(asked)
        return self._link


@contextmanager
def workbook(
    target: Path | IO[bytes], *, title: str = "", made_at: dt.datetime | None = None
) -> Iterator[WorkbookWriter]:
    """A workbook that is written to `target` when the block ends, a row at a time.

    With `made_at` (aware) the same content has the same bytes; without, it is made now. Raises `MissingExtra`
    without the package that writes it.
    """
    need("xlsxwriter", extra="excel", purpose="writing Excel workbooks")
    import xlsxwriter  # only who writes a workbook needs the extra

    with target.open("wb") if isinstance(target, Path) else nullcontext(target) as file:
        book = xlsxwriter.Workbook(file, _OPTIONS)
        if made_at is not None:
            book.set_properties({"title": title, "created": made_at.astimezone(dt.UTC)})
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
