"""What stands in a cell, for people: the text of each value, and how the values of a column sort and add up.

Law of this module: a value is written, never changed, and a sum says what it leaves out. Of a text of data nothing
acts: control characters, and marks that turn the direction of writing, are shown as what they are.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from attrs import frozen

from clarus_bluecherry.model import Money
from clarus_bluecherry.report import words
from clarus_bluecherry.report.pages._model import CellKind, PageCell, PageColumn, PageTable, ReportPage

UNKNOWN = "not known"
"""What stands where a value is not known."""

NUMBERS = frozenset({CellKind.COUNT, CellKind.UNITS, CellKind.MONEY, CellKind.SHARE, CellKind.SPAN})
"""Kinds that stand to the right of their column."""

_ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_PLACES = Decimal("0.01")


@frozen
class CellWords:
    """How the values of a page are written: in its zone, and with its currency where a value says none."""

    page: ReportPage

    def text(self, value: PageCell, kind: CellKind, unit: str = "") -> str:
        """The value without its unit; an amount in another currency than its column's names it."""
        if value is None:
            return UNKNOWN
        if isinstance(value, str):
            return inert(value)
        if isinstance(value, Money):
            amount = words.money(value.amount, value.currency)
            is_own = value.currency == self.page.currency_of(None, kind, unit)
            return amount if is_own else f"{amount} {inert(value.currency)}"
        if isinstance(value, dt.date):
            return self.instant(value) if isinstance(value, dt.datetime) else value.isoformat()
        if isinstance(value, dt.timedelta):
            return span(value)
        return self._number(Decimal(value), kind, unit)

    def _number(self, number: Decimal, kind: CellKind, unit: str) -> str:
        if kind is CellKind.YES_NO:
            return "yes" if number else "no"
        if kind is CellKind.MONEY:
            return words.money(number, self.page.currency_of(None, kind, unit))
        return share(number) if kind is CellKind.SHARE else words.units(number)

    def instant(self, moment: dt.datetime) -> str:
        """An aware instant to the minute in the page's zone, under its name there."""
        return f"{moment.astimezone(self.page.head.zone):%Y-%m-%d %H:%M %Z}"

    def day_or_instant(self, moment: dt.date) -> str:
        """A day or an instant as a head has it, with the day of the week."""
        if isinstance(moment, dt.datetime):
            there = moment.astimezone(self.page.head.zone)
            return f"{words.day(there)}, {there:%H:%M %Z}"
        return words.day(moment)

    def unit_of(self, column: PageColumn) -> str:
        """What the numbers of a column are counted in."""
        return column.unit or self.page.currency_of(None, column.kind)


def inert(text: str) -> str:
    """The text, in which no character acts: what would is shown as U+FFFD or as its picture.

    >>> inert("a\\x1b[2J") == "a\u241b[2J"
    True
    """
    return _ACTING.sub(lambda found: _picture(ord(found[0])), text)


def _picture(code: int) -> str:
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def span(time: dt.timedelta) -> str:
    """A span of time in its two largest units.

    >>> span(dt.timedelta(days=3, hours=4)), span(dt.timedelta(minutes=65)), span(dt.timedelta(seconds=12))
    ('3 d 4 h', '1 h 5 min', '12 s')
    """
    if time < dt.timedelta(0):
        return f"-{span(-time)}"
    hours, seconds = divmod(time.seconds, 3600)
    parts = ((time.days, "d"), (hours, "h"), (seconds // 60, "min"), (seconds % 60, "s"))
    first = next((place for place, (number, _) in enumerate(parts) if number), 3)
    return " ".join(f"{number} {unit}" for number, unit in parts[first : first + 2] if number) or "0 s"


def share(number: Decimal) -> str:
    """A part of one in per cent, to the hundredth; what is not all and not nothing is never told as that.

    >>> share(Decimal("0.25")), share(Decimal("0.99999")), share(Decimal(1)), share(Decimal("-0.123456"))
    ('25 %', 'over 99.99 %', '100 %', '-12.35 %')
    """
    percent = number * 100
    rounded = percent.quantize(_PLACES, ROUND_HALF_UP)
    if percent != rounded == 100:
        return "over 99.99 %" if percent < 100 else "over 100 %"
    return "about 0 %" if percent != rounded == 0 else f"{words.units(rounded)} %"


def sort_key(value: PageCell, kind: CellKind) -> str | None:
    """What a program sorts by where that is not the text: seconds of instants and spans, a share itself."""
    if kind is CellKind.SHARE and isinstance(value, Decimal | int):
        return f"{Decimal(value):f}"
    if isinstance(value, dt.datetime):
        return str(int(value.timestamp()))
    if isinstance(value, dt.timedelta):
        return str(int(value.total_seconds()))
    return None


def sum_texts(page: ReportPage, table: PageTable, column: PageColumn) -> Sequence[str]:
    """The lines that stand under an added column: its sums, and how many of its cells are not known."""
    cell_words = CellWords(page)
    currency = page.currency_of(None, column.kind, column.unit)
    place = table.place(column.name)
    unknown = sum(row[place] is None for row in table.rows)
    totals = page.sums_of(table, column.name) or ({} if unknown else {currency: Decimal(0)})
    lines = [
        cell_words.text(Money(amount, code) if code else amount, column.kind, column.unit)
        for code, amount in totals.items()
    ]
    return [*lines, *([f"{'and ' if lines else ''}{unknown:,} {UNKNOWN}"] if unknown else [])]
