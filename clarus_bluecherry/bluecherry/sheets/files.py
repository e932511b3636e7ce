"""Files of messages in a site's own columns: written whole or not at all, read line by line.

Law of this module: every line of a file is accounted for. It is part of a message, or of an error that names its
lines and the column; one bad document never stops the good ones, and never goes on without its bad line. A missing
column stops everything, before any line is read; so does a file that ends within a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO

from pydantic import BaseModel

from clarus_bluecherry import tables
from clarus_bluecherry.bluecherry.sheets.cells import text_of
from clarus_bluecherry.bluecherry.sheets.layout import SheetLayout
from clarus_bluecherry.bluecherry.sheets.lines import SheetColumns, SheetLine
from clarus_bluecherry.bluecherry.sheets.shapes import Cells
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.tables import csv_bytes, is_total, told_total, workbook_bytes

_LONGEST_TITLE = 31
"""Characters that Excel takes for the title of a sheet."""
_CUT = "Ask for the whole file. Where a site's files end without a line end, say so: Dialect(last_line_end=False)."


def write_sheet(layout: SheetLayout, documents: Iterable[BaseModel]) -> bytes:
    """A file of `documents`, all of the layout's kind. Raises `InvalidRecord` naming document and column.

    >>> from clarus_bluecherry.bluecherry.messages import Carrier
    >>> from clarus_bluecherry.bluecherry.sheets import Column, SheetLayout
    >>> layout = SheetLayout("carrier", [Column("Code", "shipper"), Column("Name", "ship_name")])
    >>> write_sheet(layout, [Carrier(shipper="UPS", ship_name="United Parcel, Inc.")])
    b'Code,Name\\r\\nUPS,"United Parcel, Inc."\\r\\n'
    """
    return csv_bytes(_rows_of(layout, documents), layout.dialect, name=f"file of {layout.kind}")


def write_workbook(layout: SheetLayout, documents: Iterable[BaseModel]) -> bytes:
    """A workbook of `documents` with one sheet; every cell is text, so that no spreadsheet eats a zero.

    Raises `InvalidRecord` naming document and column, `MissingExtra` without the package that writes workbooks.
    """
    return workbook_bytes({layout.kind[:_LONGEST_TITLE]: _rows_of(layout, documents)})


def _rows_of(layout: SheetLayout, documents: Iterable[BaseModel]) -> Iterator[list[str]]:
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


def read_sheet(
    layout: SheetLayout, source: IO[bytes] | bytes, *, sheet: str | None = None
) -> Iterator[BaseModel | InvalidRecord]:
    """The messages in a file, each document where its first line stands, and an error for each that is not one.

    The file may be a workbook: then `sheet` is read, or the only one that is seen and filled. Lines of a document
    need not stand together; blanks around what names it do not count. A line with more or fewer cells than there
    are headers refuses the document it may belong to; a total is told. Headers are compared without regard to case
    and spaces; columns of the file that the layout does not name are left out. Raises `ConfigurationError` when a
    column is missing, and `InvalidRecord` when the file is not text in its encoding, ends within a line, or has a
    line that may belong to any document.
    """
    entries = _entries(layout, source, sheet)
    header = next(entries, None) if layout.dialect.header else None
    columns = SheetColumns.of(layout, (header.cells if header else []) if layout.dialect.header else None)
    documents: dict[object, list[SheetLine]] = {}
    for entry in entries:
        if is_total(entry.cells, columns.naming_place):
            yield told_total(entry, f"file of {layout.kind}")
            continue
        line = columns.line(entry.first, entry.cells)
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


def _entries(layout: SheetLayout, source: IO[bytes] | bytes, sheet: str | None) -> Iterator[tables.TableLine]:
    """The lines that hold something. Raises `InvalidRecord` at the end when the file may have been cut."""
    dialect, record = layout.dialect, f"file of {layout.kind}"
    content = source if isinstance(source, bytes) else source.read()
    width = 0 if dialect.header else len(layout.columns)
    found = tables.read_lines(content, dialect, name=record, sheet=sheet, width=width)
    yield from found.lines
    if dialect.last_line_end and not found.is_ended:
        raise InvalidRecord("the last line has no end, so the file may have been cut", record=record, action=_CUT)


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
