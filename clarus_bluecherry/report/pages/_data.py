"""What a cell is told to programs, and under which names: the same in JSON and in CSV.

Law of this module: a number is a text of all its digits, what is not known is None, and nobody has to know a
column to know the currency of an amount.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from clarus_bluecherry.model import Money
from clarus_bluecherry.report.closing import plain_number
from clarus_bluecherry.report.pages._model import CellKind, PageCell, PageTable, ReportPage

Told = str | bool | None


def told(cell: PageCell, zone: ZoneInfo) -> Told:
    """A cell as programs read it: an amount without its currency, a span in seconds, an instant in the zone given.

    >>> told(dt.timedelta(minutes=2), ZoneInfo("UTC")), told(Decimal("-2.50"), ZoneInfo("UTC"))
    ('120', '-2.5')
    """
    if cell is None or isinstance(cell, str | bool):
        return cell
    if isinstance(cell, dt.datetime):
        return cell.astimezone(zone).isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return plain_number(number_of(cell))


def number_of(cell: int | Decimal | Money | dt.timedelta) -> Decimal:
    """The number that a cell is: an amount, or the seconds of a span."""
    if isinstance(cell, dt.timedelta):
        return Decimal(cell // dt.timedelta(microseconds=1)).scaleb(-6)
    return cell.amount if isinstance(cell, Money) else Decimal(cell)


def told_names(table: PageTable) -> Sequence[str]:
    """The names of a row's cells: those of its columns, and of each amount `NAME_currency` behind it."""
    return [name for column in table.columns for name in _names(table, column.name, column.kind)]


def told_row(page: ReportPage, table: PageTable, row: Sequence[PageCell]) -> Mapping[str, Told]:
    """A row by `told_names`."""
    cells: dict[str, Told] = {}
    for column, cell in zip(table.columns, row, strict=True):
        currency = page.currency_of(cell, column.kind, column.unit) if cell is not None else ""
        values = told(cell, page.head.zone), currency or None
        cells.update(zip(_names(table, column.name, column.kind), values, strict=False))
    return cells


def _names(table: PageTable, name: str, kind: CellKind) -> Sequence[str]:
    currency = f"{name}_currency"
    return [name, currency] if kind is CellKind.MONEY and not table.has(currency) else [name]
