"""Files of messages in a site's own columns: written whole or not at all, read line by line.

Law of this module: every line of a file is accounted for. It is part of a message, or of an error that names its
lines and the column; one bad document never stops the good ones. A missing column stops everything, before any
line is read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from attrs import frozen
from pydantic import BaseModel

from clarus_bluecherry.bluecherry.sheets.cells import text_of, value_of
from clarus_bluecherry.bluecherry.sheets.layout import Layout
from clarus_bluecherry.bluecherry.sheets.shapes import Cells
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

_BYTE_ORDER_MARK = "\ufeff"


def write_sheet(layout: Layout, documents: Iterable[BaseModel]) -> bytes:
    """A file of `documents`, all of the layout's kind. Raises `InvalidRecord` naming document and column.

    >>> from clarus_bluecherry.bluecherry.messages import Carrier
    >>> from clarus_bluecherry.bluecherry.sheets import Column, Layout
    >>> layout = Layout("carrier", [Column("Code", "shipper"), Column("Name", "ship_name")])
    >>> write_sheet(layout, [Carrier(shipper="UPS", ship_name="United Parcel, Inc.")])
    b'Code,Name\\r\\nUPS,"United Parcel, Inc."\\r\\n'
    """
    dialect = layout.dialect
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        quoting=dialect.csv_quoting,
        lineterminator=dialect.line_end,
    )
    writer.writerows(lines_of(layout, documents))
    try:
        return text.getvalue().encode(dialect.encoding)
    except UnicodeEncodeError as error:
        what = f"a character cannot be written in {dialect.encoding}"
        raise InvalidRecord(what, record=f"file of {layout.kind}", field=repr(error.object[error.start])) from None


def lines_of(layout: Layout, documents: Iterable[BaseModel]) -> Iterator[list[str]]:
    """The header, where the dialect has one, and every line of `documents`, as the text of their cells."""
    if layout.dialect.header:
        yield [column.header for column in layout.columns]
    for document in documents:
        yield from _lines(layout, document)


def _lines(layout: Layout, document: BaseModel) -> Iterator[list[str]]:
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


def read_sheet(layout: Layout, source: IO[bytes] | bytes) -> Iterator[BaseModel | InvalidRecord]:
    """The messages in a file, each document where its first line stands, and an error for each that is not one.

    Lines of one document need not stand together. Headers are compared without regard to case and spaces; columns
    of the file that the layout does not name are left out. Raises `ConfigurationError` when a column is missing,
    `InvalidRecord` when the file is not text in its encoding.
    """
    return documents_in(layout, _entries(layout, source))


def documents_in(layout: Layout, entries: Iterator[tuple[int, list[str]]]) -> Iterator[BaseModel | InvalidRecord]:
    """The messages in numbered lines of cells, as `read_sheet` gives them."""
    places = _places(layout, next(entries, None)) if layout.dialect.header else list(range(len(layout.columns)))
    documents: dict[object, list[_Line]] = {}
    for number, cells in entries:
        line = _read_line(layout, number, cells, places)
        documents.setdefault(_key(layout, line), []).append(line)
    for lines in documents.values():
        yield _document(layout, lines)


@frozen
class _Line:
    """One line of a file: what its cells say, or why it cannot be read."""

    number: int
    cells: dict[str, object]
    error: InvalidRecord | None = None


def _entries(layout: Layout, source: IO[bytes] | bytes) -> Iterator[tuple[int, list[str]]]:
    dialect = layout.dialect
    content = source if isinstance(source, bytes) else source.read()
    try:
        text = content.decode(dialect.encoding).removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        what = f"byte {error.start} is not text in {dialect.encoding}"
        raise InvalidRecord(what, record=f"file of {layout.kind}") from None
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        quoting=dialect.csv_quoting,
        strict=True,
    )
    first = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield first, cells
            first = reader.line_num + 1
    except csv.Error as error:
        what = f"cannot be read on from line {first}: {error}"
        raise InvalidRecord(what, record=f"file of {layout.kind}") from None


def _places(layout: Layout, header: tuple[int, list[str]] | None) -> list[int]:
    found = [_folded(name) for name in header[1]] if header else []
    for column in layout.columns:
        times = found.count(_folded(column.header))
        if times != 1:
            what = "the column is missing" if times == 0 else f"the column is there {times} times"
            raise ConfigurationError(what, record=f"file of {layout.kind}", field=column.header)
    return [found.index(_folded(column.header)) for column in layout.columns]


def _folded(header: str) -> str:
    return " ".join(header.split()).casefold()


def _read_line(layout: Layout, number: int, cells: Sequence[str], places: Sequence[int]) -> _Line:
    found: dict[str, object] = {}
    error = None
    for column, place in zip(layout.columns, places, strict=True):
        if not column.field:
            continue
        try:
            cell = _cell(cells, place)
            found[column.field] = value_of(cell, layout.shape.types[column.field], layout.dialect)
        except InvalidRecord as wrong:
            error = error or InvalidRecord(wrong.what, record=f"line {number}", field=column.header)
    return _Line(number, found, error)


def _cell(cells: Sequence[str], place: int) -> str:
    if place >= len(cells):
        raise InvalidRecord(f"the line ends before this column: it has {len(cells)} cells")
    return cells[place]


def _key(layout: Layout, line: _Line) -> object:
    """What tells a document from the others: its key where it has one, else its line."""
    key = tuple(line.cells.get(name) for name in layout.shape.key)
    return key if any(value is not None for value in key) else line.number


def _document(layout: Layout, lines: Sequence[_Line]) -> BaseModel | InvalidRecord:
    name = _name(layout, lines[0].cells)
    place = "" if any(lines[0].cells.get(key) for key in layout.shape.key) else f" on line {lines[0].number}"
    for line in lines:
        if line.error is not None:
            where = place or f", {line.error.record}"
            return InvalidRecord(line.error.what, record=f"{name}{where}", field=line.error.field)
    try:
        return layout.shape.build([line.cells for line in lines])
    except InvalidRecord as error:
        return InvalidRecord(error.what, record=f"{name}{place}", field=error.field)


def _name(layout: Layout, cells: Cells) -> str:
    key = " ".join(str(value) for name in layout.shape.key if (value := cells.get(name)) is not None)
    return f"{layout.kind.replace('_', ' ')} {key}".rstrip()
