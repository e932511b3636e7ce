"""Import files as Clarus's templates are: UTF-8, commas, CRLF, no byte order mark, TRUE and FALSE, ISO dates.

Law of this module: a document is written whole or refused with its record and its column, and one that is refused
never stops the others. What the vendor names as a cause of failed imports (spaces around a value, blank rows,
other encodings) cannot be written. How the importer reads a value with a comma or a quotation mark in it is not
published; it is quoted as CSV files are everywhere (our reading, L).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import BinaryIO

from attrs import frozen

from clarus_bluecherry.clarus.files._templates import Template
from clarus_bluecherry.clarus.wire import ImportTemplateNode
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.tables import csv_bytes

Value = str | int | Decimal | bool | dt.date | None
Cells = Mapping[str, Value]


@frozen
class ImportRecord:
    """One order, pre-receipt or master record: what it is called, its header, and its lines where it has any."""

    name: str
    header: Cells
    lines: Sequence[Cells] = ()


@frozen
class Written:
    """How many documents and rows were written, and the documents that were refused, each with its reason."""

    documents: int
    rows: int
    refused: tuple[InvalidRecord, ...]


def write_import(template: Template, documents: Iterable[ImportRecord], out: BinaryIO) -> Written:
    """Write an import file of `documents` to `out`, one at a time, and say what was refused.

    >>> import io
    >>> from clarus_bluecherry.clarus.files import PRODUCT_ACCOUNTS
    >>> row = {"Product Code": "01234-BLK-M", "Account Code": "BRAND", "Operation": "ASSIGN"}
    >>> out = io.BytesIO()
    >>> write_import(PRODUCT_ACCOUNTS, [ImportRecord("product 01234-BLK-M", row)], out).rows
    1
    >>> out.getvalue().splitlines()
    [b'Product Code,Account Code,Operation', b'01234-BLK-M,BRAND,ASSIGN']
    """
    refused: list[InvalidRecord] = []
    count = rows = 0
    out.write(csv_bytes([template.columns]))
    for document in documents:
        try:
            lines = list(rows_of(template, document))
        except InvalidRecord as error:
            refused.append(error)
            continue
        out.write(csv_bytes(lines))
        count, rows = count + 1, rows + len(lines)
    return Written(count, rows, tuple(refused))


def rows_of(template: Template, document: ImportRecord) -> Iterator[list[str]]:
    """A row for each line; the header's columns on the first, but for those that every row repeats.

    Raises `InvalidRecord` for what would fail the import.
    """
    _refuse_unknown(template, document)
    _refuse_empty(document.name, document.header, template.required)
    if template.line_columns and not document.lines:
        raise InvalidRecord("there is no line", record=document.name, field="lines")
    for number, line in enumerate(document.lines or ({},), start=1):
        record = f"{document.name}, line {number}" if document.lines else document.name
        _refuse_empty(record, line, template.line_required)
        header = {
            name: value for name, value in document.header.items() if number == 1 or name in template.every_row
        }
        yield [_cell(record, name, {**header, **line}.get(name)) for name in template.columns]


def _refuse_unknown(template: Template, document: ImportRecord) -> None:
    line_columns = template.line_columns & set(template.columns)
    header_columns = set(template.columns) - line_columns
    misplaced = [name for name in document.header if name not in header_columns]
    misplaced += [name for line in document.lines for name in line if name not in line_columns]
    if misplaced:
        raise InvalidRecord("the template has no such column there", record=document.name, field=misplaced[0])


def _refuse_empty(record: str, cells: Cells, required: frozenset[str]) -> None:
    for name in sorted(required):
        if cells.get(name) in (None, ""):
            raise InvalidRecord("a value is required", record=record, field=name)


def _cell(record: str, name: str, value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case dt.datetime():
            raise InvalidRecord("the template takes a date: say in which zone", record=record, field=name)
        case dt.date():
            return value.isoformat()
        case Decimal():
            if not value.is_finite():
                raise InvalidRecord(f"{value} is not a number", record=record, field=name)
            return f"{value:f}"
        case int():
            return str(value)
    if value != value.strip():
        what = "begins or ends with a space, which fails the import: correct it where it is kept"
        raise InvalidRecord(what, record=record, field=name)
    if any(character < " " or "\ud800" <= character <= "\udfff" for character in value):
        raise InvalidRecord("holds a character that an import file cannot", record=record, field=name)
    return value


def takers(name: str, templates: Iterable[ImportTemplateNode]) -> list[ImportTemplateNode]:
    """The tenant's import templates that would take a file of this name. None: the file would fail.

    `templates` come from `import_templates.list()`. Names are not conventional: each SFTP user's template has its
    own regular expression (documented), searched for anywhere in the name (inferred). Raises `ConfigurationError`
    for one that cannot be read here.
    """
    return [each for each in templates if each.file_regexp and _compiled(each).search(name)]


def _compiled(template: ImportTemplateNode) -> re.Pattern[str]:
    try:
        return re.compile(template.file_regexp or "")
    except re.error as error:
        record = f"import template {template.id}"
        raise ConfigurationError(
            f"is no regular expression ({error})", record=record, field="file_regexp"
        ) from None
