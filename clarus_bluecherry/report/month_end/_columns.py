"""How figures and columns of the month-end page are told: their unit, their sign, where they lead.

Law of this module: a quantity says what plus means, an amount its currency; one that is in another currency than
the books' carries its own, and is never added to theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import TypedDict, Unpack

from clarus_bluecherry.model import Money
from clarus_bluecherry.report.pages import CellKind, PageCell, PageColumn, PageFigure, PageOpening, Tone

MORE = "+ the warehouse has more"
EACHES = "eaches"
NO_WHERE: Mapping[str, PageCell] = MappingProxyType({})
CAUSES = "causes"
"""The name of the table that has each cause of each place."""
ENTRIES, DIFFERENCES, ROLL_PARTS = "entries", "differences", "roll_parts"
"""Tables that figures of several sections open."""


def opened(table: str, where: Mapping[str, PageCell] = NO_WHERE) -> PageOpening:
    """The rows of a table in which columns have these values."""
    return PageOpening(table=table, where=where)


# Columns --------------------------------------------------------------------------------------------------------


class ColumnMore(TypedDict, total=False):
    """What else a column may say: as `PageColumn` has it."""

    sign: str
    note: str
    is_added: bool
    opens: str
    by: Sequence[str]
    story: str
    is_wide_only: bool


def text(name: str, title: str, **more: Unpack[ColumnMore]) -> PageColumn:
    return PageColumn(name=name, title=title, **more)


def code(name: str, title: str, **more: Unpack[ColumnMore]) -> PageColumn:
    return PageColumn(name=name, title=title, kind=CellKind.CODE, **more)


def item() -> PageColumn:
    return code("item", "SKU", story="sku")


def location() -> PageColumn:
    return code("location", "Location")


def document(opens: str = ENTRIES, by: Sequence[str] = ("document", "item", "location")) -> PageColumn:
    """A document, which opens its entries there."""
    return code("document", "Document", opens=opens, by=by)


def count(name: str, title: str, **more: Unpack[ColumnMore]) -> PageColumn:
    return PageColumn(name=name, title=title, kind=CellKind.COUNT, **more)


def units(name: str, title: str, **more: Unpack[ColumnMore]) -> PageColumn:
    """Eaches, added up; plus is what the warehouse has more, where nothing else is said."""
    return PageColumn(name=name, title=title, kind=CellKind.UNITS, unit=EACHES, **_signed(more))


def money(name: str, title: str, **more: Unpack[ColumnMore]) -> PageColumn:
    """Amounts of the books, added up; plus as in `units`."""
    return PageColumn(name=name, title=title, kind=CellKind.MONEY, **_signed(more))


def _signed(more: ColumnMore) -> ColumnMore:
    more.setdefault("sign", MORE)
    more.setdefault("is_added", True)
    return more


def day(name: str, title: str, **more: Unpack[ColumnMore]) -> PageColumn:
    return PageColumn(name=name, title=title, kind=CellKind.DAY, **more)


def instant(name: str, title: str, **more: Unpack[ColumnMore]) -> PageColumn:
    return PageColumn(name=name, title=title, kind=CellKind.INSTANT, **more)


def yes_no(name: str, title: str, **more: Unpack[ColumnMore]) -> PageColumn:
    return PageColumn(name=name, title=title, kind=CellKind.YES_NO, **more)


# Cells ----------------------------------------------------------------------------------------------------------


def amount(value: Decimal | None, own: str, books: str) -> Decimal | Money | None:
    """An amount as a cell holds it: with its currency where that is not the books'."""
    return value if value is None or own == books else Money(value, own)


def or_none(value: PageCell) -> PageCell:
    """What there is, or an empty cell where there is none: that is known, and nobody has to look for it."""
    return "" if value is None else value


# Figures --------------------------------------------------------------------------------------------------------


class FigureMore(TypedDict, total=False):
    """What else a figure may say: as `PageFigure` has it."""

    sign: str
    note: str
    tone: Tone
    opens: PageOpening | None
    sums: str
    why_not: str


def of_units(name: str, title: str, value: Decimal | None, **more: Unpack[FigureMore]) -> PageFigure:
    """Eaches; plus is what the warehouse has more, where nothing else is said."""
    more.setdefault("sign", MORE)
    return PageFigure(name=name, title=title, value=value, kind=CellKind.UNITS, unit=EACHES, **more)


def of_money(
    name: str, title: str, value: Decimal | None, currency: str, **more: Unpack[FigureMore]
) -> PageFigure:
    """An amount; plus as in `of_units`."""
    more.setdefault("sign", MORE)
    return PageFigure(name=name, title=title, value=value, kind=CellKind.MONEY, unit=currency, **more)


def of_count(name: str, title: str, value: int, unit: str, **more: Unpack[FigureMore]) -> PageFigure:
    return PageFigure(name=name, title=title, value=value, kind=CellKind.COUNT, unit=unit, **more)


def of_share(name: str, title: str, value: Decimal | None, **more: Unpack[FigureMore]) -> PageFigure:
    return PageFigure(name=name, title=title, value=value, kind=CellKind.SHARE, **more)


def proven(name: str, title: str, *, holds: bool, **more: Unpack[FigureMore]) -> PageFigure:
    """Something that must hold: good where it does, bad where it does not."""
    more["tone"] = Tone.GOOD if holds else Tone.BAD
    return PageFigure(name=name, title=title, value=holds, kind=CellKind.YES_NO, **more)
