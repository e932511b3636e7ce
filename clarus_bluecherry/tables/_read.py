"""Tables that people export: CSV of any delimiter and encoding, or Excel, as blocks of lines under their headers.

Law of this module: a cell is the text that the file shows, and no zero goes; the header is the line that names
the columns asked for, wherever on the sheet it stands; a line or a sheet that cannot be read is told, never
shifted and never left out in silence.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from attrs import field, frozen

from clarus_bluecherry._lazy import need
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r'"?sep=([^\s"]|\t)"?\s*$', re.IGNORECASE)
_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_LINES_ABOVE = 30
"""Titles, dates and blank lines that an export may have before its header."""
_BLOCK = 500
"""So many lines stay in the processor's cache while they are made rows."""
_CHUNK = 1 << 20
_SHOWN_CELLS, _SHOWN_LENGTH = 20, 60
_ONLY_ZEROS = re.compile(r"0+")
_MARKS = re.compile(r"[^\w#]+|_")
_LINE_BREAK = re.compile(r"\r\n?|\n")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What comes out of a workbook that is damaged: `SyntaxError` is XML's."""


class Line(NamedTuple):
    """A line of a table: its cells, and the first and the last line of the file that it stands on, from 1."""

    first: int
    last: int
    cells: list[str]

    @property
    def place(self) -> str:
        """Where it stands, as messages say it."""
        return _place(self.first, self.last)


@frozen
class Block:
    """Some lines of a table: the number of the first, the cells of each, and what could not be read after them."""

    first: int
    cells: Sequence[list[str]]
    problem: InvalidRecord | None = None
    in_text: bool = True
    """Whether a line break in a cell is one of the file."""

    def lines(self) -> Iterator[Line]:
        """The lines with their numbers: they are counted only for somebody who asks."""
        first = self.first
        for cells in self.cells:
            last = first + (len(_LINE_BREAK.findall(" ".join(cells))) if self.in_text else 0)
            yield Line(first, last, cells)
            first = last + 1


@frozen
class Columns:
    """What is looked for: for each field the headers it may stand under, best first, and the field needed."""

    headers: Mapping[str, Sequence[str]]
    needed: str
    named: Mapping[str, str] = field(factory=dict)
    """Headers that somebody named; an empty one says that there is no such column."""

    def __attrs_post_init__(self) -> None:
        for name in self.named:
            if name not in self.headers:
                what = f"{name!r} is none of {', '.join(self.headers)}"
                raise ConfigurationError(what, record="columns", field=name)
        if not self.named.get(self.needed, self.needed):
            raise ConfigurationError("this column cannot be left out", record="columns", field=self.needed)

    def found_in(self, cells: Sequence[str]) -> dict[str, int]:
        """Where each field stands under the header `cells`; empty when that is not the header."""
        places = self.seen_in(cells)
        return {} if self.missing_from(places) else places

    def seen_in(self, cells: Sequence[str]) -> dict[str, int]:
        """Where each field would stand if `cells` were the header."""
        texts = [folded(cell) for cell in cells]
        places: dict[str, int] = {}
        for name, aliases in self.headers.items():
            wanted = [self.named[name]] if name in self.named else aliases
            place = next((texts.index(text) for header in wanted if (text := folded(header)) in texts), None)
            if place is not None:
                places[name] = place
        return places

    def missing_from(self, places: Mapping[str, int]) -> dict[str, str]:
        """The fields that have to be there and are not, each with the header it was looked for under."""
        asked = {self.needed: self.headers[self.needed][0], **self.named}
        return {name: header for name, header in asked.items() if header and name not in places}


@frozen
class Table:
    """A table under its header: where each field stands, and the lines below."""

    name: str
    header: Sequence[str]
    places: Mapping[str, int]
    blocks: Iterator[Block]
    delimiter: str


def folded(header: str) -> str:
    """A header as headers compare: without case, spaces and punctuation, but for `#`.

    >>> folded("Color #"), folded("color_code "), folded("Dm/Pk")
    ('color#', 'colorcode', 'dmpk')
    """
    return _MARKS.sub("", header.casefold())


def quoted(text: str) -> str:
    """A text as messages show it: of a long one only the beginning.

    >>> quoted("01234"), quoted("0" * 1_000)[-22:]
    ("'01234'", '... (1,000 characters)')
    """
    return repr(text) if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]!r}... ({len(text):,} characters)"


def read_tables(path: Path, columns: Columns) -> tuple[list[Table], list[InvalidRecord]]:
    """The tables in the file at `path`, and the sheets of a workbook that were passed over though they hold lines.

    A workbook has a table on each sheet with the same columns. Raises `InvalidRecord` when the file is neither
    text nor a workbook, `ConfigurationError` when a column is missing or there twice, `MissingExtra` for a
    workbook without the package that reads it.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise InvalidRecord(f"cannot be read ({error.strerror})", record=path.name) from error
    if start == _OLD_WORKBOOK:
        what = "is a workbook of the old kind (.xls), or has a password: save it as .xlsx without one, or as CSV"
        raise InvalidRecord(what, record=path.name)
    return _workbook(path, columns) if start == _WORKBOOK else ([_csv(path, columns)], [])


# CSV ---------------------------------------------------------------------------------------------------------


def _csv(path: Path, columns: Columns) -> Table:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        start = file.read(_CHUNK // 16)
    said = _SEPARATOR_LINE.match(start.partition("\n")[0])
    tops = {
        way: _top(_csv_blocks(io.StringIO(start, newline=""), way)) for way in (said[1] if said else _DELIMITERS)
    }
    found = {way: _header(top, columns) for way, top in tops.items()}
    best = max(found, key=lambda way: len(found[way][1]))
    header, places = found[best]
    if not places:
        raise _no_header(path.name, tops[best], columns)
    return _table(path.name, header, places, _csv_lines(path, encoding, best, header.last), best)


def _csv_lines(path: Path, encoding: str, delimiter: str, above: int) -> Iterator[Block]:
    """The blocks below the first lines of the file."""
    with path.open(encoding=encoding, newline="") as file:
        for _ in islice(file, above):
            pass
        yield from _csv_blocks(file, delimiter, path.name, above)


def _csv_blocks(file: Iterable[str], delimiter: str, name: str = "", above: int = 0) -> Iterator[Block]:
    """What is wrong with quotation marks is told, and the line after it begins anew.

    The reader stops at a cell of 131,072 characters, more than any has: so a mark that nobody closed swallows no
    more than that.
    """
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    while True:
        first = above + reader.line_num + 1
        cells: list[list[str]] = []
        try:
            cells += islice(reader, _BLOCK)  # those before an error stay
        except csv.Error as error:
            place = _place(_after(Block(first, cells)), above + reader.line_num)
            what = f"{error}: is a quotation mark not closed, or not doubled?"
            yield Block(first, cells, InvalidRecord(what, record=f"{name}, {place}"))
            continue
        if not cells:
            return
        yield Block(first, cells)


def _after(block: Block) -> int:
    """The number of the line after a block."""
    return max((line.last + 1 for line in block.lines()), default=block.first)


def _place(first: int, last: int) -> str:
    return f"line {first}" if first == last else f"lines {first} to {last}"


def _encoding(path: Path) -> str:
    """The encoding that the byte order mark tells, else UTF-8 if the whole file is, else Windows's own."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif b"\0" in start:
        candidates = ["utf-16-le" if start[1:2] == b"\0" else "utf-16-be"]
    else:
        candidates = ["utf-8-sig", "cp1252"]
    for encoding in candidates:
        if _is_text(path, encoding):
            return encoding
    raise InvalidRecord("is not text in UTF-8, UTF-16 or Windows-1252, and no workbook", record=path.name)


def _is_text(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


# Excel -------------------------------------------------------------------------------------------------------


@frozen(eq=False)
class _Sheet:
    """A sheet, its first lines, and what was found in them."""

    name: str
    cells: ReadOnlyWorksheet
    top: Sequence[Line]
    header: Line
    places: Mapping[str, int]

    @property
    def is_hidden(self) -> bool:
        return self.cells.sheet_state != "visible"

    def problem(self, read: _Sheet) -> str:
        """Why the sheet may be missed, where only those like `read` are read."""
        title = read.cells.title
        if self.places.keys() == read.places.keys():
            return "it is hidden"
        if self.places:
            return f"it has {', '.join(self.places)}, but sheet {title} has {', '.join(read.places)}"
        width = max((sum(map(bool, map(str.strip, line.cells))) for line in self.top), default=0)
        is_wide = width >= len(read.places)
        return f"it has no header, but lines as wide as those of sheet {title}" if is_wide else ""


def _workbook(path: Path, columns: Columns) -> tuple[list[Table], list[InvalidRecord]]:
    """The sheets that have the most of the columns are the list; hidden ones only where no other is."""
    seen = [_sheet(path.name, cells, columns) for cells in _opened(path).worksheets]
    lists = [sheet for sheet in seen if sheet.places]
    if not lists:
        raise _no_header(path.name, [line for sheet in seen for line in sheet.top], columns)
    lists = [sheet for sheet in lists if not sheet.is_hidden] or lists
    best = max(lists, key=lambda sheet: len(sheet.places))
    read = [sheet for sheet in lists if sheet.places.keys() == best.places.keys()]
    tables = [_table(one.name, one.header, one.places, _sheet_lines(one), "") for one in read]
    problems = [
        InvalidRecord(f"was not read: {why}", record=sheet.name)
        for sheet in seen
        if sheet not in read and (why := sheet.problem(best))
    ]
    return tables, problems


def _opened(path: Path) -> Workbook:
    need("openpyxl", extra="excel", purpose="reading Excel workbooks")
    import openpyxl  # only a workbook needs the extra

    try:
        return openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
    except _BROKEN:
        raise InvalidRecord("is no Excel workbook", record=path.name) from None


def _sheet(file: str, cells: ReadOnlyWorksheet, columns: Columns) -> _Sheet:
    """What is on a sheet; the size that it tells is not believed."""
    cells.reset_dimensions()
    name = f"{file}, sheet {cells.title}"
    top = _top(_sheet_blocks(name, cells, last=_LINES_ABOVE))
    return _Sheet(name, cells, top, *_header(top, columns))


def _sheet_lines(sheet: _Sheet) -> Iterator[Block]:
    """The blocks below the header; what stands beside its columns is no part of the table."""
    return _sheet_blocks(sheet.name, sheet.cells, first=sheet.header.last + 1, width=len(sheet.header.cells))


def _sheet_blocks(
    name: str, cells: ReadOnlyWorksheet, first: int = 1, last: int | None = None, width: int | None = None
) -> Iterator[Block]:
    rows = cells.iter_rows(min_row=first, max_row=last, max_col=width)  # type: ignore[misc]
    try:
        while block := [[_shown(cell.value, cell) for cell in row] for row in islice(rows, _BLOCK)]:
            yield Block(first, block, in_text=False)
            first += len(block)
    except _BROKEN:
        raise InvalidRecord("cannot be read to its end: the workbook is damaged", record=name) from None


def _shown(value: object, cell: object) -> str:
    """What the cell shows: a number formatted with zeros has them, a date is one, whatever it was meant to be."""
    match value:
        case None:
            return ""
        case dt.datetime() if value.time() == dt.time.min:
            return value.date().isoformat()
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case bool():
            return str(value).upper()
        case int() | float():
            number = f"{value:.15g}"
            form = str(getattr(cell, "number_format", ""))
            return number.zfill(len(form)) if _ONLY_ZEROS.fullmatch(form) and number.isdigit() else number
    return str(value)


# Headers -----------------------------------------------------------------------------------------------------


def _top(blocks: Iterator[Block]) -> list[Line]:
    """The lines among which the header is looked for."""
    return list(islice((line for block in blocks for line in block.lines()), _LINES_ABOVE))


def _header(top: Sequence[Line], columns: Columns) -> tuple[Line, Mapping[str, int]]:
    """The line that is the header, and where the fields stand; no fields when none is."""
    found = [(line, columns.found_in(line.cells)) for line in top]
    return max(found, key=lambda one: len(one[1]), default=(Line(1, 1, []), {}))


def _table(name: str, header: Line, places: Mapping[str, int], blocks: Iterator[Block], delimiter: str) -> Table:
    texts = [folded(cell) for cell in header.cells]
    for place in places.values():
        if texts.count(texts[place]) > 1:
            what = f"the column {header.cells[place]!r} is there {texts.count(texts[place])} times"
            raise ConfigurationError(what, record=name, field=header.cells[place])
    return Table(name, header.cells, places, blocks, delimiter)


def _no_header(name: str, top: Sequence[Line], columns: Columns) -> ConfigurationError:
    """Shows the line that is most like a header."""
    likely = max(top, key=lambda line: len(columns.seen_in(line.cells)), default=Line(1, 1, []))
    texts = [quoted(cell.strip()) for cell in likely.cells if cell.strip()]
    more = len(texts) - _SHOWN_CELLS
    seen = ", ".join(texts[:_SHOWN_CELLS]) + (f" and {more} more" if more > 0 else "")
    missing, header = next(iter(columns.missing_from(columns.seen_in(likely.cells)).items()))
    where = "the first line" if likely.first == 1 else likely.place
    return ConfigurationError(
        f"there is no column {quoted(header)}; {where} has {seen or 'nothing'}",
        record=name,
        field=missing,
        action="Say which column it is, with --map or columns=.",
    )
