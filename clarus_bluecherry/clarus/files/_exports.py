"""Clarus's confirmation exports: what was received, and what was picked and dispatched.

Law of this module: their columns are not published and differ by tenant, so a layout names each one; nothing is
guessed from a header. A missing column stops everything before any row is read, a bad row stops nothing; one with
more or fewer cells than headers, or without an end, is bad.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import BinaryIO

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.tables import (
    CsvDialect,
    ExcelDate,
    NumberForm,
    TableLine,
    code_of,
    is_total,
    read_lines,
    told_total,
    trimmed,
    unescaped,
    with_last,
)
from clarus_bluecherry.tables._lines import quoted_misfit


@frozen(kw_only=True)
class DispatchedRow:
    """A row of the sales order confirmation. Quantities in stock units; `dispatched_at` as the file has it: a
    datetime without a zone, or a date where it writes no time.
    """

    number: int
    order_reference: str
    product_code: str
    dispatched: Decimal
    line_number: str = ""
    ordered: Decimal | None = None
    dispatched_at: dt.datetime | dt.date | None = None
    warehouse_code: str = ""
    account_code: str = ""
    carrier_code: str = ""
    service_code: str = ""
    carton_number: str = ""
    tracking: str = ""


@frozen(kw_only=True)
class ReceivedRow:
    """A row of the purchase order confirmation: what one receipt line received, in stock units. `received_at` is
    as the file has it, like `DispatchedRow.dispatched_at`.
    """

    number: int
    receipt_reference: str
    product_code: str
    received: Decimal
    line_number: str = ""
    received_at: dt.datetime | dt.date | None = None
    warehouse_code: str = ""
    account_code: str = ""
    receipt_type: str = ""


@frozen
class Refused:
    """A row that could not be read: its error, and its cells as they came (which may be personal)."""

    error: InvalidRecord
    cells: tuple[str, ...] = field(repr=False)


Row = DispatchedRow | ReceivedRow
KINDS: Mapping[str, type[Row]] = {"dispatched": DispatchedRow, "received": ReceivedRow}
"""The two exports, by what their rows tell."""

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "dispatched": ("order_reference", "product_code", "dispatched"),
    "received": ("receipt_reference", "product_code", "received"),
}
_NAMES = frozenset({"order_reference", "receipt_reference", "line_number", "carton_number"})
"""By which rows belong together: blanks around them do not count."""
_DECIMALS = frozenset({"dispatched", "ordered", "received"})
_MOMENTS = frozenset({"dispatched_at", "received_at"})
_HOURS = ("%H", "%I", "%c", "%X")


@frozen(kw_only=True)
class ExportLayout:
    """How a tenant's export looks: for each field of the row, the header of its column.

    `moments` is the `strptime` format of dates and times; the file has no zone, the mapping takes the tenant's. A
    format without an hour is one of dates, and they stay the days they name. `last_line_end` says that the last
    line ends as the others do, so that a file in which it does not was cut. `every_line` says that all lines of an
    order are told, those too of which nothing left, so that an order which lacks one is not all there.
    `in_parts` says that an order may leave at several instants, each with units of its own: without it nobody
    knows whether a second one is the rest, or the same told anew.
    Raises `ConfigurationError` for a field the row does not have, or one that is needed and not named.
    """

    kind: str
    columns: Mapping[str, str]
    delimiter: str = ","
    encoding: str = "utf-8-sig"
    moments: str = "%Y-%m-%d %H:%M:%S"
    decimal_comma: bool = False
    last_line_end: bool = True
    every_line: bool = True
    in_parts: bool = False

    def __attrs_post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ConfigurationError(f"{self.kind!r} is none of {', '.join(KINDS)}", record="export", field="kind")
        known = set(KINDS[self.kind].__annotations__) - {"number"}
        for name in self.columns:
            if name not in known:
                raise ConfigurationError("the export's rows have no such field", record=self.record, field=name)
        for name in _NEEDED[self.kind]:
            if name not in self.columns:
                raise ConfigurationError("has no column", record=self.record, field=name)

    @property
    def dialect(self) -> CsvDialect:
        """How the file is written, where it is no workbook."""
        return CsvDialect(delimiter=self.delimiter, encoding=self.encoding)

    @property
    def record(self) -> str:
        """What errors call the export."""
        return f"export of what was {self.kind}"


def read_export(layout: ExportLayout, source: BinaryIO | bytes) -> Iterator[Row | Refused]:
    """The rows of an export (CSV, or a workbook), and in place of each bad one what is wrong with it.

    Raises `ConfigurationError` for a missing column and `InvalidRecord` for a file that is no text.

    >>> columns = {"receipt_reference": "PO", "product_code": "SKU", "received": "Qty"}
    >>> layout = ExportLayout(kind="received", columns=columns)
    >>> row, bad = read_export(layout, b"PO,SKU,Qty\\nC55,01234-BLK-M,12\\nC55,01234-NVY-M,many\\n")
    >>> row.received, bad.error.record, bad.error.field
    (Decimal('12'), 'export of what was received, line 3', 'Qty')
    """
    content = source if isinstance(source, bytes) else source.read()
    found = read_lines(content, layout.dialect, name=layout.record)
    header = next(found.lines, TableLine(0, 0, [])).cells
    places = {name: _place(layout, header, column) for name, column in layout.columns.items()}
    for line, is_last in with_last(found.lines):
        try:
            _require_whole(layout, line, header, ended=found.is_ended or not is_last)
            yield _row(layout, line, places)
        except InvalidRecord as error:
            yield Refused(error, tuple(line.cells))


def _place(layout: ExportLayout, header: list[str], column: str) -> int:
    times = header.count(column)
    if times != 1:
        what = "the column is missing" if times == 0 else f"the column is there {times} times"
        raise ConfigurationError(what, record=layout.record, field=column)
    return header.index(column)


def _require_whole(layout: ExportLayout, line: TableLine, header: list[str], *, ended: bool) -> None:
    if not ended and layout.last_line_end:
        what = "the line has no end, so the file may have been cut"
    elif len(line.cells) != len(header):
        what = f"there are {len(line.cells)} cells under {len(header)} headers"
    elif is_total(line.cells, header.index(layout.columns["product_code"])):
        raise told_total(line, layout.record)
    else:
        return
    missing = "".join(header[len(line.cells) : len(line.cells) + 1])
    raise InvalidRecord(what, record=f"{layout.record}, {line.place}", field=missing)


def _row(layout: ExportLayout, line: TableLine, places: Mapping[str, int]) -> Row:
    found: dict[str, object] = {}
    for name, place in places.items():
        try:
            found |= _field(layout, name, line.cells[place])
        except InvalidRecord as error:
            record = f"{layout.record}, {line.place}"
            raise InvalidRecord(error.what, record=record, field=layout.columns[name]) from None
    return KINDS[layout.kind](number=line.first, **found)  # type: ignore[arg-type]


def _field(layout: ExportLayout, name: str, text: str) -> dict[str, object]:
    """The field's value by its name, or nothing when the cell is empty."""
    if trimmed(text):
        return {name: _value(layout, name, text)}
    if name in _NEEDED[layout.kind]:
        raise InvalidRecord("a value is required")
    return {}


def _value(layout: ExportLayout, name: str, text: str) -> object:
    if name in _DECIMALS:
        return NumberForm("," if layout.decimal_comma else ".", grouping=False).read(text)
    if name in _MOMENTS:
        return _moment(text, layout.moments)
    told = unescaped(code_of(text))
    return trimmed(told) if name in _NAMES else told


def _moment(text: str, form: str) -> dt.datetime | dt.date:
    if isinstance(text, ExcelDate) and isinstance(text.moment, dt.date):
        return text.moment
    try:
        moment = dt.datetime.strptime(text.strip(), form)  # noqa: DTZ007 - the mapping knows the zone
    except ValueError:
        raise InvalidRecord(f"{quoted_misfit(text)} is not written as {form}") from None
    return moment if any(hour in form for hour in _HOURS) else moment.date()
