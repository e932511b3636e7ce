"""Tables that people export: CSV of any delimiter and encoding, or Excel, as blocks of lines under their headers.

Law of this module: a cell is the text that the file shows, and no zero goes; the header is the line that names
the columns asked for, wherever on the sheet it stands; a line or a sheet that cannot be read is told, never
shifted and never left out in silence.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO

from attrs import frozen

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.tables._columns import WantedColumns, header_in, no_header, refuse_twice
from clarus_bluecherry.tables._csv import CsvDialect, csv_blocks, csv_lines, is_ended, text_lines
from clarus_bluecherry.tables._limits import TableLimits, refuse_large
from clarus_bluecherry.tables._lines import Block, TableLine
from clarus_bluecherry.tables._text import decoded, encoding_of
from clarus_bluecherry.tables._workbook import Sheet, open_workbook

_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r'"?sep=([^\s"]|\t)"?\s*$', re.IGNORECASE)
_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_LINES_ABOVE = 30
"""Titles, dates and blank lines that an export may have before its header."""
_START = 1 << 16
_END_OF_FILE = "\x1a"
"""What some old programs write behind the last line."""
_FEWEST = 2
"""Delimiters in a cell that make a line of it; with fewer, a name with a comma in it would be one."""
_WIDEST = 4
"""Bytes of the widest character."""

Source = Path | bytes
"""A file by its path, or what stands in one."""


@frozen
class Table:
    """A table under its header: where each field stands, and the lines below.

    `delimiter` is that of the file, or nothing where it is a workbook; `is_ended`: its last line has an end.
    """

    name: str
    header: Sequence[str]
    header_place: str
    places: Mapping[str, int]
    blocks: Iterator[Block]
    delimiter: str = ""
    is_ended: bool = True


def read_tables(
    source: Source,
    columns: WantedColumns,
    *,
    name: str = "",
    delimiter: str | None = None,
    encoding: str | None = None,
    limits: TableLimits | None = None,
) -> tuple[list[Table], list[InvalidRecord]]:
    """The tables in `source`, and the sheets of a workbook that were passed over though they hold lines.

    `name` is what messages call it (the file's name when it has one). The delimiter is told from the header, and
    the encoding from the bytes, where they are not given. A workbook has a table on each sheet with the same
    columns. Raises `InvalidRecord` when the file is neither text nor a workbook or costs more than `limits` let,
    `ConfigurationError` when a column is missing or there twice.
    """
    limits = limits or TableLimits()
    name = name or (source.name if isinstance(source, Path) else "")
    with _opened(source, name) as file:
        start = file.read(len(_WORKBOOK))
        refuse_large(file.seek(0, io.SEEK_END), limits, name)
    _refuse_old(start, name)
    if start == _WORKBOOK:
        return _of_workbook(open_workbook(_content(source, name), name, limits), name, columns)
    return [_of_csv(source, name, columns, delimiter, encoding)], []


def read_whole(
    source: Source, columns: Sequence[str], needed: Collection[str], *, name: str, give: str, mend: str
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Where each line of a sheet of ours stands, and its cells by column: of it nothing is passed over.

    The header names the first of `columns`, and all that are `needed`. Raises `InvalidRecord`: with the action
    `give` when it is no such sheet, with `mend` for a line in other columns than its header.
    """
    try:
        wanted = WantedColumns({each: (each,) for each in columns}, columns[0])
        tables, passed_over = read_tables(source, wanted, name=name)
    except ConfigurationError as error:
        raise InvalidRecord(error.what, record=name, field=error.field, action=give) from None
    for table in tables:
        _refuse_missing(sorted({*needed} - {*table.places}), name, give)
    for problem in passed_over:
        raise problem
    for table in tables:
        yield from _whole_lines(table, needed, mend)


def _refuse_missing(missing: Sequence[str], record: str, action: str) -> None:
    if missing:
        what = f"the column {missing[0]} is" if len(missing) == 1 else f"the columns {', '.join(missing)} are"
        raise InvalidRecord(f"{what} missing", record=record, action=action)


def _whole_lines(table: Table, needed: Iterable[str], action: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The lines. Excel leaves out empty cells at the end of a line, so one may lack what is not `needed`.

    One with more cells than headers stands in other columns than it was meant for.
    """
    least, most = max(table.places[name] for name in needed), len(table.header)
    for block in table.blocks:
        for line in block.lines():
            record = f"{table.name}, {line.place}"
            if not line.is_blank and not least < len(line.cells) <= most:
                what = f"there are {len(line.cells)} cells under {most} headers: is a delimiter not quoted?"
                raise InvalidRecord(what, record=record, action=action)
            if not line.is_blank:
                cells = [*line.cells, *[""] * (most - len(line.cells))]
                yield record, {name: cells[place] for name, place in table.places.items()}
        if block.problem:
            raise block.problem


@frozen
class LinesOfFile:
    """The lines of one file that hold something, and whether its last line has an end."""

    lines: Iterator[TableLine]
    is_ended: bool


def read_lines(
    content: bytes,
    dialect: CsvDialect,
    *,
    name: str,
    sheet: str | None = None,
    width: int = 0,
    limits: TableLimits | None = None,
) -> LinesOfFile:
    """The lines of a file whose dialect is known, or of a workbook: of `sheet`, else of the only one that is seen.

    At the end of a workbook's line an empty cell is none: it is as wide as the first line, or `width` cells.
    Raises `InvalidRecord` when the file is not what it was said to be, and where quotation marks are wrong: what
    stands after them cannot be trusted.
    """
    if content.startswith(_WORKBOOK):
        lines = _only_sheet(content, name, sheet, limits).lines()
        return LinesOfFile(_evened(lines, width), is_ended=True)
    _refuse_old(content, name)
    refuse_large(len(content), limits or TableLimits(), name)
    text = decoded(content, dialect.encoding, name).removesuffix(_END_OF_FILE)
    _refuse_nothing(text, name)
    lines = csv_lines(text_lines(text), dialect, name=name)
    return LinesOfFile(_unswallowed(lines, width, dialect, name), is_ended(text, dialect.line_end))


def _refuse_old(content: bytes, name: str) -> None:
    if content.startswith(_OLD_WORKBOOK):
        what = "is a workbook of the old kind (.xls), or has a password: save it as .xlsx without one, or as CSV"
        raise InvalidRecord(what, record=name)


def _refuse_nothing(text: str, name: str) -> None:
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        what = f"line {line} holds a byte of nothing: was the file cut, or is it in another encoding?"
        raise InvalidRecord(what, record=name, action="Ask for the whole file, and for its encoding.")


def _unswallowed(lines: Iterator[TableLine], width: int, dialect: CsvDialect, name: str) -> Iterator[TableLine]:
    """The lines; a cell that has swallowed the end of one and the beginning of another is as long as a line."""
    for line in lines:
        width = width or len(line.cells)
        enough = max(width - 1, _FEWEST)
        if line.last > line.first and any(cell.count(dialect.delimiter) >= enough for cell in _broken(line.cells)):
            what = f"line {line.first} has a cell as long as a line: is a quotation mark not closed?"
            raise InvalidRecord(what, record=name)
        yield line


def _broken(cells: Iterable[str]) -> Iterator[str]:
    return (cell for cell in cells if "\n" in cell or "\r" in cell)


def _evened(lines: Iterator[TableLine], width: int) -> Iterator[TableLine]:
    for line in lines:
        width = width or len(line.cells)
        yield line._replace(cells=line.cells + [""] * (width - len(line.cells)))


def _only_sheet(content: bytes, name: str, title: str | None, limits: TableLimits | None) -> Sheet:
    sheets = open_workbook(content, name, limits)
    chosen = [one for one in sheets if (one.title == title if title else not one.is_hidden)]
    filled = [one for one in chosen if next(one.lines(), None)] or chosen[:1]
    if len(filled) == 1:
        return filled[0]
    if filled:
        what = f"has several sheets: {', '.join(one.title for one in filled)}"
        raise InvalidRecord(what, record=name, action="Save the one that is meant as a workbook of its own.")
    raise InvalidRecord(f"has no sheet {title or ''!r}", record=name)


def _opened(source: Source, name: str) -> IO[bytes]:
    """The bytes of `source`. Raises `InvalidRecord` when it cannot be read."""
    try:
        return source.open("rb") if isinstance(source, Path) else io.BytesIO(source)
    except OSError as error:
        where = f"See that {source} is there and may be read." if isinstance(source, Path) else None
        raise InvalidRecord(f"cannot be read ({error.strerror})", record=name, action=where) from error


def _content(source: Source, name: str) -> bytes:
    with _opened(source, name) as file:
        return file.read()


# CSV ---------------------------------------------------------------------------------------------------------


def _of_csv(
    source: Source, name: str, columns: WantedColumns, delimiter: str | None, encoding: str | None
) -> Table:
    with _opened(source, name) as file:
        ended = _has_end(file)
        encoding = encoding or encoding_of(file, name)
        with io.TextIOWrapper(file, encoding=encoding, newline="") as text:
            start = text.read(_START)
    said = _SEPARATOR_LINE.match(start.partition("\n")[0])
    ways = delimiter or (said[1] if said else _DELIMITERS)
    tops = {way: _top(csv_blocks(io.StringIO(start, newline=""), CsvDialect(delimiter=way))) for way in ways}
    found = {way: header_in(top, columns) for way, top in tops.items()}
    best = max(found, key=lambda way: len(found[way][1]))
    header, places = found[best]
    if not places:
        raise no_header(name, tops[best], columns)
    refuse_twice(name, header, places)
    below = _below(source, name, CsvDialect(delimiter=best, encoding=encoding), header.last)
    return Table(name, header.cells, header.place, places, below, best, ended)


def _has_end(file: IO[bytes]) -> bool:
    """Whether a file ends as lines do, in whatever encoding; it stands at its beginning afterwards."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(size - _WIDEST, 0))
    end = file.read()
    file.seek(0)
    return not end or end.rstrip(b"\0").endswith((b"\n", b"\r"))


def _below(source: Source, name: str, dialect: CsvDialect, above: int) -> Iterator[Block]:
    """The blocks below the first lines of the file."""
    with _opened(source, name) as file, io.TextIOWrapper(file, encoding=dialect.encoding, newline="") as text:
        for _ in islice(text, above):
            pass
        yield from csv_blocks(text, dialect, name=name, above=above)


# Excel -------------------------------------------------------------------------------------------------------


@frozen(eq=False)
class _Looked:
    """A sheet, its first lines, and what was found in them."""

    sheet: Sheet
    top: Sequence[TableLine]
    header: TableLine
    places: Mapping[str, int]

    def problem(self, read: _Looked) -> str:
        """Why the sheet may be missed, where only those like `read` are read."""
        title = read.sheet.title
        if self.places.keys() == read.places.keys():
            return "it is hidden"
        if self.places:
            return f"it has {', '.join(self.places)}, but sheet {title} has {', '.join(read.places)}"
        width = max((sum(map(bool, map(str.strip, line.cells))) for line in self.top), default=0)
        is_wide = width >= len(read.places)
        return f"it has no header, but lines as wide as those of sheet {title}" if is_wide else ""


def _of_workbook(
    sheets: Sequence[Sheet], name: str, columns: WantedColumns
) -> tuple[list[Table], list[InvalidRecord]]:
    """The sheets that have the most of the columns are the list; hidden ones only where no other is."""
    seen = [_looked_at(sheet, columns) for sheet in sheets]
    lists = [one for one in seen if one.places]
    if not lists:
        raise no_header(name, list(chain.from_iterable(one.top for one in seen)), columns)
    lists = [one for one in lists if not one.sheet.is_hidden] or lists
    best = max(lists, key=lambda one: len(one.places))
    read = [one for one in lists if one.places.keys() == best.places.keys()]
    problems = [
        InvalidRecord(f"was not read: {why}", record=one.sheet.name)
        for one in seen
        if one not in read and (why := one.problem(best))
    ]
    return [_of_sheet(one) for one in read], problems


def _looked_at(sheet: Sheet, columns: WantedColumns) -> _Looked:
    top = list(islice(sheet.lines(), _LINES_ABOVE))
    return _Looked(sheet, top, *header_in(top, columns))


def _of_sheet(looked: _Looked) -> Table:
    """What stands beside the header's columns is no part of the table."""
    sheet, header = looked.sheet, looked.header
    refuse_twice(sheet.name, header, looked.places)
    blocks = sheet.blocks(header.last, len(header.cells))
    return Table(sheet.name, header.cells, header.place, looked.places, blocks)


def _top(blocks: Iterator[Block]) -> list[TableLine]:
    """The lines among which the header is looked for."""
    return list(islice((line for block in blocks for line in block.lines()), _LINES_ABOVE))
