"""What a cell is told to programs, and under which names: the same in JSON and in CSV.

Law of this module: a number is a text of all its digits, what is not known is None, and nobody has to know a
column to know the currency of an amount.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from clarus_bluecherry.model import Money
from clarus_bluecherry.report.closing import plain_number
from clarus_bluecherry.report.pages._model import CellKind, PageCell, PageTable, ReportPage

T = TypeVar("T")
Told = str | bool | None
ToldRow = Mapping[str, Told]


class PageProgress(Protocol):
    """Gives on what is about to be written, and may tell a person how far that is; `what` says what it is."""

    def __call__(self, items: Iterable[T], what: str, /) -> Iterable[T]:
        """`items`, as they are."""


def uncounted(items: Iterable[T], what: str, /) -> Iterable[T]:
    """`items`, of which nobody is told."""
    return items


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


def telling_rows(page: ReportPage, table: PageTable) -> Callable[[Sequence[PageCell]], ToldRow]:
    """What makes of a row of a table its cells by `told_names`."""
    zone = page.head.zone
    columns = [(column, _names(table, column.name, column.kind)[1:]) for column in table.columns]

    def row_told(row: Sequence[PageCell]) -> ToldRow:
        cells: dict[str, Told] = {}
        for (column, names), cell in zip(columns, row, strict=True):
            cells[column.name] = told(cell, zone)
            for name in names:
                cells[name] = (
                    (page.currency_of(cell, column.kind, column.unit) or None) if cell is not None else None
                )
        return cells

    return row_told


def _names(table: PageTable, name: str, kind: CellKind) -> Sequence[str]:
    currency = f"{name}_currency"
    return [name, currency] if kind is CellKind.MONEY and not table.has(currency) else [name]
