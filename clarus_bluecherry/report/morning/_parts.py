"""What the sections of a morning's page are made of: figures of a sum, and a table that may not be known.

Law of this module: what is not known is None and says why; a sum says how many of its things it does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from clarus_bluecherry.finance.morning import ImpactSum, Morning, NotKnown
from clarus_bluecherry.model import Money
from clarus_bluecherry.report import words
from clarus_bluecherry.report.pages import (
    CellKind,
    PageCell,
    PageColumn,
    PageFigure,
    PageOpening,
    PageTable,
    Tone,
)

T = TypeVar("T")
EACHES = "eaches"
AT_COST = "at what an each costs there at the moment of the page"


def currency_of(morning: Morning) -> str:
    """The books' currency: as the site tells it, else as its books do."""
    return morning.currency or ("" if isinstance(morning.books, NotKnown) else morning.books.currency)


def count_figure(
    name: str,
    title: str,
    count: int | NotKnown,
    unit: str,
    *,
    opens: PageOpening | None = None,
    note: str = "",
    is_bad: bool = True,
) -> PageFigure:
    """How many there are; none of them is good where some are bad."""
    if isinstance(count, NotKnown):
        return unknown(name, title, count, CellKind.COUNT, unit)
    tone = Tone.PLAIN if not is_bad else Tone.BAD if count else Tone.GOOD
    return PageFigure(
        name=name, title=title, value=count, kind=CellKind.COUNT, unit=unit, opens=opens, note=note, tone=tone
    )


def sum_figures(
    name: str,
    title: str,
    total: ImpactSum | NotKnown,
    currency: str,
    *,
    sign: str = "",
    opens: PageOpening | None = None,
    value_of: str = "value",
    tone: Tone = Tone.PLAIN,
) -> Iterator[PageFigure]:
    """The units and the value of a sum, an amount for each currency; each says what it does not have. They are the
    columns `units` and `value_of` of what they open.
    """
    if isinstance(total, NotKnown):
        yield unknown(f"{name}_units", f"{title}, units", total, CellKind.UNITS, EACHES)
        yield unknown(f"{name}_value", f"{title}, value", total, CellKind.MONEY, currency)
        return
    yield units_figure(name, title, total, sign=sign, opens=opens, tone=tone)
    yield from value_figures(name, title, total, currency, sign=sign, opens=opens, value_of=value_of, tone=tone)


def units_figure(
    name: str,
    title: str,
    total: ImpactSum,
    *,
    sign: str = "",
    opens: PageOpening | None = None,
    tone: Tone = Tone.PLAIN,
) -> PageFigure:
    """The units of a sum that are told."""
    lacks = total.units_not_known
    return PageFigure(
        name=f"{name}_units",
        title=f"{title}, units",
        value=total.units,
        kind=CellKind.UNITS,
        unit=EACHES,
        sign=sign,
        opens=opens,
        sums="units" if opens and total.count else "",
        tone=tone,
        note=f"without {words.counted(lacks, 'of them', 'of them')} whose units nobody knows" if lacks else "",
    )


def value_figures(
    name: str,
    title: str,
    total: ImpactSum,
    currency: str,
    *,
    sign: str = "",
    opens: PageOpening | None = None,
    value_of: str = "value",
    tone: Tone = Tone.PLAIN,
) -> Iterator[PageFigure]:
    """The value of a sum; of nothing it is nothing, and of what has no cost it is not known."""
    lacks = _lacks(total)
    known = total.values or ((Money(Decimal(0), currency),) if currency and not total.without_value else ())
    for place, value in enumerate(known):
        yield PageFigure(
            name=f"{name}_value" if place == 0 else f"{name}_value_{value.currency.lower()}",
            title=f"{title}, value" if len(known) == 1 else f"{title}, value in {value.currency}",
            value=value,
            kind=CellKind.MONEY,
            unit=value.currency,
            sign=sign,
            opens=opens,
            sums=value_of if opens and total.count else "",
            tone=tone,
            note=f"not in it: {lacks}" if lacks else "",
        )
    if not known:
        why = NotKnown(f"{lacks}." if lacks else "nobody says in which currency.")
        yield unknown(f"{name}_value", f"{title}, value", why, CellKind.MONEY, currency)


def _lacks(total: ImpactSum) -> str:
    """What of a sum has no value; empty where all of it has."""
    if not total.without_value:
        return ""
    if not total.units_without_value:
        return f"{total.without_value:,} without a known value"
    return f"{words.units(total.units_without_value)} units without a cost"


def value_cells(total: ImpactSum, currency: str) -> Sequence[Money | None]:
    """The value of a sum in cells, one for each currency: nothing of nothing, and not known of what has none."""
    if not total.values:
        return [None if total.without_value or not currency else Money(Decimal(0), currency)]
    return total.values


def unknown(name: str, title: str, why: NotKnown, kind: CellKind, unit: str = "") -> PageFigure:
    """A figure that nobody could tell."""
    return PageFigure(
        name=name, title=title, value=None, kind=kind, unit=unit, why_not=str(why), tone=Tone.WARNING
    )


def detail(
    name: str,
    title: str,
    columns: Sequence[PageColumn],
    told: Iterable[T] | NotKnown,
    row: Callable[[T], Sequence[PageCell]],
    *,
    source: str,
    note: str = "",
    group_by: Sequence[str] = (),
    is_detail: bool = True,
) -> PageTable:
    """The documents of a figure; where they are not known, without rows and why."""
    is_known = not isinstance(told, NotKnown)
    return PageTable(
        name=name,
        title=title,
        columns=columns,
        rows=[row(each) for each in told] if not isinstance(told, NotKnown) else [],
        note=note,
        source=source,
        empty="None." if is_known else f"Not known: {told}",
        is_detail=is_detail,
        group_by=group_by,
    )


# Columns -----------------------------------------------------------------------------------------------------


def document_column(title: str = "Document") -> PageColumn:
    """A document's number."""
    return PageColumn(name="document", title=title, kind=CellKind.CODE)


def item_columns() -> Sequence[PageColumn]:
    """A SKU and where it lies."""
    return (
        PageColumn(name="sku", title="SKU", kind=CellKind.CODE, story="sku"),
        PageColumn(name="location", title="Location", kind=CellKind.CODE),
    )


def units_column(
    sign: str = "", title: str = "Units", name: str = "units", *, is_added: bool = True
) -> PageColumn:
    """Units, which are added up where all of the table is of one kind."""
    return PageColumn(name=name, title=title, kind=CellKind.UNITS, unit=EACHES, sign=sign, is_added=is_added)


def value_column(
    sign: str = "", title: str = "Value", name: str = "value", note: str = "", *, is_added: bool = True
) -> PageColumn:
    """Amounts, which are added up, each currency apart, where all of the table is of one kind."""
    return PageColumn(name=name, title=title, kind=CellKind.MONEY, sign=sign, is_added=is_added, note=note)
