"""What the one SQL text is asked with.

Law of this module: the moment, what was known, which reading a side is counted from and which kind of cost counts
are decided by the very functions of the judge; the text is told only numbers and names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from attrs import field, frozen

from clarus_bluecherry.finance.close._costs import CostTable
from clarus_bluecherry.finance.close._entries import CostRow, EntrySide, Reading
from clarus_bluecherry.finance.close._input import CloseInput
from clarus_bluecherry.finance.close._moments import Known, Moment, end_of
from clarus_bluecherry.finance.close._stock import book_side, physical_side
from clarus_bluecherry.finance.close.engine._tables import day_number, day_of, instant_number, reading_name
from clarus_bluecherry.finance.periods import FiscalYears, Months

_DAY = dt.timedelta(days=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NEVER, _ALWAYS = -(2**62), 2**62
_NO_DAY, _EVERY_DAY = 0, 99_999_999


class SqlCursor(Protocol):
    """A cursor of a DB-API connection, as far as it is needed here."""

    def execute(self, text: str, /) -> object:
        """Run a statement."""

    def fetchall(self) -> Sequence[Sequence[object]]:
        """All rows of it."""


class SqlConnection(Protocol):
    """A DB-API connection to a database that holds the tables of the close, as far as it is needed here."""

    def cursor(self) -> SqlCursor:
        """A cursor of it."""


@frozen(kw_only=True)
class EngineQuestion:
    """As of when and known until when, in the words of the site: as `CloseInput` and `close_books` take them."""

    zone: ZoneInfo
    as_of: Moment
    known: Known = field(factory=Known)
    years: FiscalYears = field(factory=Months)
    currency: str = ""
    basis: str = ""

    @property
    def opening(self) -> Moment:
        """The end of the period before."""
        return end_of(self.years.of(self.as_of.last_day).first_day - _DAY, self.zone)

    def costs(self, connection: SqlConnection) -> CostTable:
        """Which kind of cost counts, and in which currency the books are."""
        told = asked(connection, "SELECT DISTINCT basis, currency, entered_at FROM costs")
        rows = [
            CostRow(item="-", basis=str(basis), currency=str(currency), amount=Decimal(0), entered_at=_instant(at))
            for basis, currency, at in told
        ]
        return CostTable(rows, self.known, self.basis, self.currency)

    def parameters(self, connection: SqlConnection, costs: CostTable) -> Mapping[str, int | str]:
        """What `close.sql` is asked with, over the readings that `connection` holds."""
        return self._parameters(_readings(connection), costs, lambda: self._first_booked(connection))

    def parameters_of(self, given: CloseInput) -> Mapping[str, int | str]:
        """The same over the readings of `given`, without a database."""
        costs = CostTable(given.costs, self.known, self.basis, self.currency)
        booked = (entry for entry in given.entries if not entry.is_physical and self.known.has(entry.entered_at))
        return self._parameters(given.readings, costs, lambda: min(map(day_of, booked), default=None))

    def _parameters(
        self, readings: Sequence[Reading], costs: CostTable, first_booked: Callable[[], dt.date | None]
    ) -> Mapping[str, int | str]:
        physical = physical_side((), readings, self.known, self.as_of, self.zone).base
        book = book_side((), readings, self.known, self.as_of, self.zone).base
        known = instant_number(self.known.until)
        return {
            "known_until": _ALWAYS if known is None else known,
            "is_day": int(self.as_of.is_day),
            "instant": _number(self.as_of.instant),
            "last_day": day_number(self.as_of.last_day),
            "next_day": day_number(self.as_of.last_day + _DAY),
            "opening_day": day_number(self.opening.last_day),
            "old_day": _old_day(book, first_booked),
            "physical_reading": "" if physical is None else reading_name(physical),
            "book_reading": "" if book is None else reading_name(book),
            **self._base("physical", physical),
            **self._base("book", book),
            "basis": costs.basis,
            "currency": costs.currency,
        }

    def _base(self, side: str, base: Reading | None) -> Mapping[str, int]:
        """Up to when a reading has what moved: by the day, or by the instant that it was told."""
        by_day, day, taken = 0, _NO_DAY, _NEVER
        if base is not None and base.as_of is not None:
            by_day, day = 1, day_number(base.as_of)
            taken = _number(base.taken_at or end_of(base.as_of, self.zone).instant)
        elif base is not None and base.taken_at is not None:
            day, taken = day_number(base.taken_at.astimezone(self.zone).date()), _number(base.taken_at)
        elif base is not None:
            day, taken = _EVERY_DAY, _ALWAYS
        return {f"{side}_by_day": by_day, f"{side}_day": day, f"{side}_taken": taken}

    def _first_booked(self, connection: SqlConnection) -> dt.date | None:
        """The first day under which the books have anything that was known."""
        known = instant_number(self.known.until)
        within = "" if known is None else f" WHERE told_at IS NULL OR told_at <= {known}"
        ((first,),) = asked(connection, f"SELECT MIN(day) FROM book_entries{within}")
        return None if first is None else _day(int(str(first)))


def _old_day(book: Reading | None, first_booked: Callable[[], dt.date | None]) -> int:
    """The last day of which the tables do not hold everything."""
    if book is None:
        return _NO_DAY
    if book.as_of is not None:
        return day_number(book.as_of)
    first = first_booked()
    return _NO_DAY if first is None else day_number(first - _DAY)


def asked(connection: SqlConnection, text: str) -> Sequence[Sequence[object]]:
    """All rows that a statement finds."""
    cursor = connection.cursor()
    cursor.execute(text)
    return cursor.fetchall()


def _readings(connection: SqlConnection) -> list[Reading]:
    """Every reading without its positions: its evidence is what the tables call it."""
    rows = asked(connection, "SELECT side, source, taken_at, as_of, digest FROM readings")
    return [
        Reading(
            side=EntrySide(str(side)),
            source=str(source),
            taken_at=_instant(taken),
            as_of=None if as_of is None else _day(int(str(as_of))),
            digest=str(digest),
        )
        for side, source, taken, as_of, digest in rows
    ]


def _number(instant: dt.datetime) -> int:
    number = instant_number(instant)
    assert number is not None
    return number


def _instant(number: object) -> dt.datetime | None:
    return None if number is None else _EPOCH + dt.timedelta(microseconds=int(str(number)))


def _day(number: int) -> dt.date:
    return dt.date(number // 10_000, number // 100 % 100, number % 100)
