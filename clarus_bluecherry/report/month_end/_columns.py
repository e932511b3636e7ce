"""How figures and columns of the month-end page are told: their unit, their sign, where they lead.

Law of this module: a quantity says what plus means, an amount its currency; one that is in another currency than
the books' carries its own, and is never added to theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from clarus_bluecherry.model import Money
from clarus_bluecherry.report.pages import CellKind, PageCell, PageColumn, PageFigure, PageOpening, Tone

MORE = "+ the warehouse has more"
EACHES = "eaches"
NO_WHERE: Mapping[str, PageCell] = MappingProxyType({})
CAUSES, ENTRIES, DIFFERENCES, ROLL_PARTS = "causes", "entries", "differences", "roll_parts"
"""Tables that figures of several sections open."""


def opened(table: str, where: Mapping[str, PageCell] = NO_WHERE) -> PageOpening:
    """The rows of a table in which columns have these values."""
    return PageOpening(table=table, where=where)


# Columns --------------------------------------------------------------------------------------------------------


def text(name: str, title: str, *, note: str = "", is_wide_only: bool = False) -> PageColumn:
    return PageColumn(name=name, title=title, note=note, is_wide_only=is_wide_only)


def code(
    name: str, title: str, *, opens: str = "", by: Sequence[str] = (), story: str = "", is_wide_only: bool = False
) -> PageColumn:
    return PageColumn(
        name=name,
        title=title,
        kind=CellKind.CODE,
        opens=opens,
        by=by,
        story=story,
        is_wide_only=is_wide_only,
    )


def item() -> PageColumn:
    return code("item", "SKU", story="sku")


def location() -> PageColumn:
    return code("location", "Location")


def document(opens: str = ENTRIES, by: Sequence[str] = ("document", "item", "location")) -> PageColumn:
    """A document, which opens its entries there."""
    return code("document", "Document", opens=opens, by=by)


def count(name: str, title: str, *, opens: str = "", by: Sequence[str] = (), is_added: bool = False) -> PageColumn:
    return PageColumn(name=name, title=title, kind=CellKind.COUNT, opens=opens, by=by, is_added=is_added)


def units(
    name: str,
    title: str,
    *,
    sign: str = MORE,
    is_added: bool = True,
    opens: str = "",
    by: Sequence[str] = (),
    note: str = "",
    is_wide_only: bool = False,
) -> PageColumn:
    return PageColumn(
        name=name,
        title=title,
        kind=CellKind.UNITS,
        unit=EACHES,
        sign=sign,
        is_added=is_added,
        opens=opens,
        by=by,
        note=note,
        is_wide_only=is_wide_only,
    )


def money(
    name: str,
    title: str,
    *,
    sign: str = MORE,
    is_added: bool = True,
    opens: str = "",
    by: Sequence[str] = (),
    note: str = "",
) -> PageColumn:
    return PageColumn(
        name=name,
        title=title,
        kind=CellKind.MONEY,
        sign=sign,
        is_added=is_added,
        opens=opens,
        by=by,
        note=note,
    )


def day(name: str, title: str, *, note: str = "", is_wide_only: bool = False) -> PageColumn:
    return PageColumn(name=name, title=title, kind=CellKind.DAY, note=note, is_wide_only=is_wide_only)


def instant(name: str, title: str, *, note: str = "", is_wide_only: bool = False) -> PageColumn:
    return PageColumn(name=name, title=title, kind=CellKind.INSTANT, note=note, is_wide_only=is_wide_only)


def yes_no(name: str, title: str, *, is_wide_only: bool = False) -> PageColumn:
    return PageColumn(name=name, title=title, kind=CellKind.YES_NO, is_wide_only=is_wide_only)


def amount(value: Decimal | None, own: str, books: str) -> Decimal | Money | None:
    """An amount as a cell holds it: with its currency where that is not the books'."""
    return value if value is None or own == books else Money(value, own)


def or_none(value: PageCell) -> PageCell:
    """What there is, or an empty cell where there is none: that is known, and nobody has to look for it."""
    return "" if value is None else value


# Figures --------------------------------------------------------------------------------------------------------


def of_units(
    name: str,
    title: str,
    value: Decimal | None,
    *,
    sign: str = MORE,
    note: str = "",
    tone: Tone = Tone.PLAIN,
    opens: PageOpening | None = None,
    sums: str = "",
    why_not: str = "",
) -> PageFigure:
    return PageFigure(
        name=name,
        title=title,
        value=value,
        kind=CellKind.UNITS,
        unit=EACHES,
        sign=sign,
        note=note,
        tone=tone,
        opens=opens,
        sums=sums,
        why_not=why_not,
    )


def of_money(
    name: str,
    title: str,
    value: Decimal | Money | None,
    currency: str,
    *,
    sign: str = MORE,
    note: str = "",
    tone: Tone = Tone.PLAIN,
    opens: PageOpening | None = None,
    sums: str = "",
    why_not: str = "",
) -> PageFigure:
    return PageFigure(
        name=name,
        title=title,
        value=value,
        kind=CellKind.MONEY,
        unit=currency,
        sign=sign,
        note=note,
        tone=tone,
        opens=opens,
        sums=sums,
        why_not=why_not,
    )


def of_count(
    name: str,
    title: str,
    value: int,
    unit: str,
    *,
    note: str = "",
    tone: Tone = Tone.PLAIN,
    opens: PageOpening | None = None,
) -> PageFigure:
    return PageFigure(
        name=name, title=title, value=value, kind=CellKind.COUNT, unit=unit, note=note, tone=tone, opens=opens
    )


def of_share(
    name: str,
    title: str,
    value: Decimal | None,
    *,
    note: str,
    opens: PageOpening | None = None,
    why_not: str = "",
) -> PageFigure:
    return PageFigure(
        name=name, title=title, value=value, kind=CellKind.SHARE, note=note, opens=opens, why_not=why_not
    )


def proven(name: str, title: str, *, holds: bool, note: str, opens: PageOpening | None = None) -> PageFigure:
    """Something that must hold: good where it does, bad where it does not."""
    tone = Tone.GOOD if holds else Tone.BAD
    return PageFigure(name=name, title=title, value=holds, kind=CellKind.YES_NO, note=note, tone=tone, opens=opens)
