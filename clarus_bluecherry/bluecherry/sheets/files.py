"""Files of messages in a site's own columns: written whole or not at all, read line by line.

Law of this module: every line of a file is accounted for. It is part of a message, or of an error that names its
lines and the column; one bad document never stops the good ones, and never goes on without its bad line. A missing
column stops everything, before any line is read; so does a file that ends within a line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO

from pydantic import BaseModel

from clarus_bluecherry.bluecherry.sheets.cells import text_of
from clarus_bluecherry.bluecherry.sheets.layout import Dialect, SheetLayout
from clarus_bluecherry.bluecherry.sheets.lines import SheetColumns, SheetLine
from clarus_bluecherry.bluecherry.sheets.shapes import Cells
from clarus_bluecherry.errors import InvalidRecord

_BYTE_ORDER_MARK = "\ufeff"
_BOTH = "\r\n"
_END_OF_FILE = "\x1a"
"""What some old programs write behind the last line."""
_FEWEST = 2
"""Delimiters in a cell that make a line of it; with fewer, a name with a comma in it would be one."""
_CUT = "Ask for the whole file. Where a site's files end without a line end, say so: Dialect(last_line_end=False)."


def write_sheet(layout: SheetLayout, documents: Iterable[BaseModel]) -> bytes:
    """A file of `documents`, all of the layout's kind. Raises `InvalidRecord` naming document and column.

    >>> from clarus_bluecherry.bluecherry.messages import Carrier
    >>> from clarus_bluecherry.bluecherry.sheets import Column, SheetLayout
    >>> layout = SheetLayout("carrier", [Column("Code", "shipper"), Column("Name", "ship_name")])
    >>> write_sheet(layout, [Carrier(shipper="UPS", ship_name="United Parcel, Inc.")])
    b'Code,Name\\r\\nUPS,"United Parcel, Inc."\\r\\n'
    """
    dialect = layout.dialect
    written = _Written()
    writer = csv.writer(
        written,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        quoting=dialect.csv_quoting,
        lineterminator=_BOTH,
    )
    writer.writerows(lines_of(layout, documents))
    text = "".join(line.removesuffix(_BOTH) + dialect.line_end for line in written.lines)
    try:
        return text.encode(dialect.encoding)
    except UnicodeEncodeError as error:
        what = f"a character cannot be written in {dialect.encoding}"
        raise InvalidRecord(what, record=f"file of {layout.kind}", field=repr(error.object[error.start])) from None


class _Written:
    """Lines as they are written: a writer quotes the characters of its own line end only, so it is given both."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> None:
        self.lines.append(line)


def lines_of(layout: SheetLayout, documents: Iterable[BaseModel]) -> Iterator[list[str]]:
    """The header, where the dialect has one, and every line of `documents`, as the text of their cells."""
    if layout.dialect.header:
        yield [column.header for column in layout.columns]
    for document in documents:
        yield from _lines(layout, document)


def _lines(layout: SheetLayout, document: BaseModel) -> Iterator[list[str]]:
    types = layout.shape.types
    for line in layout.shape.flatten(document):
        cells = []
        for column in layout.columns:
            value = line.get(column.field)
            try:
                cells.append(text_of(value, types.get(column.field, str), layout.dialect))
            except InvalidRecord as error:
                raise InvalidRecord(error.what, record=_name(layout, line), field=column.header) from None
        yield cells


def read_sheet(layout: SheetLayout, source: IO[bytes] | bytes) -> Iterator[BaseModel | InvalidRecord]:
    """The messages in a file, each document where its first line stands, and an error for each that is not one.

    Lines of one document need not stand together; blanks around what names it do not count. A line with more or
    fewer cells than there are headers refuses the document it may belong to. Headers are compared without regard
    to case and spaces; columns of the file that the layout does not name are left out. Raises `ConfigurationError`
    when a column is missing, and `InvalidRecord` when the file is not text in its encoding, ends within a line, or
    has a line that may belong to any document.
    """
    return documents_in(layout, _entries(layout, source))


def documents_in(
    layout: SheetLayout, entries: Iterator[tuple[int, list[str]]]
) -> Iterator[BaseModel | InvalidRecord]:
    """The messages in numbered lines of cells, as `read_sheet` gives them."""
    columns = SheetColumns.of(layout, next(entries, (0, []))[1] if layout.dialect.header else None)
    documents: dict[object, list[SheetLine]] = {}
    for number, cells in entries:
        line = columns.line(number, cells)
        documents.setdefault(line.key, []).append(line)
    spoilt: dict[object, SheetLine] = {}
    for line, *_ in documents.values():
        spoilt |= {name: line for name in line.whose if name not in spoilt}
    named = {_first_of_key(layout, lines[0]) for lines in documents.values() if not lines[0].whose}
    for lines in documents.values():
        if lines[0].whose.isdisjoint(named):  # else the document that it may belong to tells of it
            yield _document(layout, lines, spoilt)


def _first_of_key(layout: SheetLayout, line: SheetLine) -> object:
    return next((line.cells.get(name) for name in layout.shape.key), None)


def _entries(layout: SheetLayout, source: IO[bytes] | bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold something. Raises `InvalidRecord` at the end when the file may have been cut."""
    dialect, record = layout.dialect, f"file of {layout.kind}"
    text = _text(layout, source)
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        quoting=dialect.csv_quoting,
        strict=True,
    )
    first, width = 1, 0 if dialect.header else len(layout.columns)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                width = width or len(cells)
                if reader.line_num > first and any(_is_a_line(cell, width, dialect) for cell in cells):
                    what = f"line {first} has a cell as long as a line: is a quotation mark not closed?"
                    raise InvalidRecord(what, record=record)
                yield first, cells
            first = reader.line_num + 1
    except csv.Error as error:
        raise InvalidRecord(f"cannot be read on from line {first}: {error}", record=record) from None
    if dialect.last_line_end and not _ended(text, dialect):
        raise InvalidRecord("the last line has no end, so the file may have been cut", record=record, action=_CUT)


def _text(layout: SheetLayout, source: IO[bytes] | bytes) -> str:
    content = source if isinstance(source, bytes) else source.read()
    record = f"file of {layout.kind}"
    try:
        text = content.decode(layout.dialect.encoding)
    except UnicodeDecodeError as error:
        what = f"byte {error.start} is not text in {layout.dialect.encoding}"
        raise InvalidRecord(what, record=record) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        what = (
            f"line {line} holds a byte of nothing: the file was not written to its end, or is in another encoding"
        )
        raise InvalidRecord(what, record=record, action=_CUT)
    return text.removeprefix(_BYTE_ORDER_MARK).removesuffix(_END_OF_FILE)


def _is_a_line(cell: str, width: int, dialect: Dialect) -> bool:
    """Whether a cell has swallowed the end of one line and the beginning of another: together they are a line."""
    return ("\n" in cell or "\r" in cell) and cell.count(dialect.delimiter) >= max(width - 1, _FEWEST)


def _ended(text: str, dialect: Dialect) -> bool:
    """Whether the last line ends; a carriage return alone is half an end, but where all lines end so."""
    if text.endswith("\r"):
        return dialect.line_end == "\r" or ("\r" in text[:-1] and "\n" not in text)
    return not text or text.endswith("\n")


def _document(
    layout: SheetLayout, lines: Sequence[SheetLine], spoilt: Mapping[object, SheetLine]
) -> BaseModel | InvalidRecord:
    """The message of these lines; an error when one of them, or one that may belong to them, cannot be read."""
    name = _name(layout, lines[0].cells)
    named = _first_of_key(layout, lines[0])
    wrong = next((line for line in lines if line.error), None) or spoilt.get(named)
    if wrong is not None and wrong.error is not None:
        place = f"{name} on line {wrong.number}" if named is None else f"{name}, line {wrong.number}"
        return InvalidRecord(wrong.error.what, record=place, field=wrong.error.field)
    try:
        return layout.shape.build([line.cells for line in lines])
    except InvalidRecord as error:
        place = f"{name} on line {lines[0].number}" if named is None else name
        return InvalidRecord(error.what, record=place, field=error.field)


def _name(layout: SheetLayout, cells: Cells) -> str:
    key = " ".join(str(value) for name in layout.shape.key if (value := cells.get(name)) is not None)
    return f"{layout.kind.replace('_', ' ')} {key}".rstrip()
