"""Tables that people export: CSV of any delimiter and encoding, or Excel, as lines of text under their headers.

Law of this module: a cell is the text that the file shows, and no zero goes; the header is the line that names
the columns asked for, wherever on the sheet it stands; a line that does not fit under it is told, never shifted.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from attrs import field, frozen

from clarus_bluecherry._lazy import need
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

Line = tuple[int, list[str]]
"""The number of a line, from 1, and its cells."""

_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*$', re.IGNORECASE)
_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_LINES_ABOVE = 30
"""Titles, dates and blank lines that an export may have before its header."""
_CHUNK = 1 << 20
_ONLY_ZEROS = re.compile(r"0+")
_MARKS = re.compile(r"[^\w#]+|_")


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

    def found_in(self, cells: Sequence[str]) -> dict[str, int]:
        """Where each field stands under the header `cells`; empty when that is not the header."""
        texts = [folded(cell) for cell in cells]
        places: dict[str, int] = {}
        for name, aliases in self.headers.items():
            wanted = [self.named[name]] if name in self.named else aliases
            place = next((texts.index(text) for header in wanted if (text := folded(header)) in texts), None)
            if place is not None:
                places[name] = place
            elif self.named.get(name):
                return {}
        return places if self.needed in places else {}

    def missing_from(self, cells: Sequence[str]) -> str:
        """The header that is needed and not among `cells`."""
        texts = {folded(cell) for cell in cells}
        needed = {self.needed: self.headers[self.needed][0], **self.named}
        return next((header for header in needed.values() if header and folded(header) not in texts), "")


@frozen
class Table:
    """A table under its header: where each field stands, and the lines below."""

    name: str
    header: Sequence[str]
    places: Mapping[str, int]
    lines: Iterator[Line]
    delimiter: str


def folded(header: str) -> str:
    """A header as headers compare: without case, spaces and punctuation, but for `#`.

    >>> folded("Color #"), folded("color_code "), folded("Dm/Pk")
    ('color#', 'colorcode', 'dmpk')
    """
    return _MARKS.sub("", header.casefold())


def read_table(path: Path, columns: Columns) -> Table:
    """The table in the file at `path`.

    Raises `InvalidRecord` when it is neither text nor a workbook, `ConfigurationError` when a column is missing
    or there twice, `MissingExtra` for a workbook without the package that reads it.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise InvalidRecord(f"cannot be read ({error.strerror})", record=path.name) from error
    if start == _OLD_WORKBOOK:
        raise InvalidRecord("is a workbook of the old kind (.xls): save it as .xlsx or CSV", record=path.name)
    return _workbook(path, columns) if start == _WORKBOOK else _csv(path, columns)


# CSV ---------------------------------------------------------------------------------------------------------


def _csv(path: Path, columns: Columns) -> Table:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        top = file.read(_CHUNK // 16)
    said = _SEPARATOR_LINE.match(top.partition("\n")[0])
    ways = [said[1]] if said else _DELIMITERS
    starts = [
        _start(list(islice(csv.reader(io.StringIO(top, newline=""), delimiter=way), _LINES_ABOVE)), columns)
        for way in ways
    ]
    best = max(range(len(ways)), key=lambda way: len(starts[way][1]))
    number, places = starts[best]
    lines = _csv_lines(path, encoding, ways[best])
    if not places:
        raise _no_header(path.name, next(lines, (1, []))[1], columns)
    header = next(islice(lines, number, None))[1]
    return _table(path.name, header, places, lines, ways[best])


def _csv_lines(path: Path, encoding: str, delimiter: str) -> Iterator[Line]:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        last = 0
        try:
            for cells in reader:
                yield last + 1, cells
                last = reader.line_num
        except csv.Error as error:
            raise InvalidRecord(
                f"cannot be read on from here: {error}", record=f"{path.name}, line {last + 1}"
            ) from None


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
    raise InvalidRecord(f"is not text in {' or '.join(candidates)}", record=path.name)


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


def _workbook(path: Path, columns: Columns) -> Table:
    """The first sheet of the workbook that has the columns."""
    need("openpyxl", extra="excel", purpose="reading Excel workbooks")
    import openpyxl  # only a workbook needs the extra

    try:
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise InvalidRecord("is no Excel workbook", record=path.name) from None
    first: Sequence[str] = ()
    for sheet in book.worksheets:
        top = [cells for _, cells in _sheet_lines(sheet.iter_rows(max_row=_LINES_ABOVE))]
        number, places = _start(top, columns)
        if places:
            lines = _sheet_lines(sheet.iter_rows())
            header = next(islice(lines, number, None))[1]
            return _table(f"{path.name}, sheet {sheet.title}", header, places, lines, "")
        first = first or next(iter(top), ())
    raise _no_header(path.name, first, columns)


def _sheet_lines(rows: Iterable[Iterable[object]]) -> Iterator[Line]:
    for number, row in enumerate(rows, start=1):
        yield number, [_shown(getattr(cell, "value", None), cell) for cell in row]


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


def _start(top: Sequence[Sequence[str]], columns: Columns) -> tuple[int, dict[str, int]]:
    """Which of the top lines is the header, and where the fields stand; no fields when none is."""
    found = [(number, columns.found_in(cells)) for number, cells in enumerate(top)]
    return max(found, key=lambda one: len(one[1]), default=(0, {}))


def _table(
    name: str, header: Sequence[str], places: Mapping[str, int], lines: Iterator[Line], delimiter: str
) -> Table:
    texts = [folded(cell) for cell in header]
    for place in places.values():
        if texts.count(texts[place]) > 1:
            what = f"the column {header[place]!r} is there {texts.count(texts[place])} times"
            raise ConfigurationError(what, record=name, field=header[place])
    return Table(name, header, places, lines, delimiter)


def _no_header(name: str, first: Sequence[str], columns: Columns) -> ConfigurationError:
    seen = ", ".join(repr(cell.strip()) for cell in first if cell.strip()) or "nothing"
    missing = columns.missing_from(first)
    return ConfigurationError(
        f"there is no column {missing!r}; the first line has {seen}",
        record=name,
        field=columns.needed,
        action="Say which column it is, with --map or columns=.",
    )
