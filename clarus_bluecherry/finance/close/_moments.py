"""As of when, and known until when.

Law of this module: a day is the end of that day where the books are kept; an instant is just before it. What was
not known yet does not count, however early it happened; what is known of no instant was always known.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from attrs import frozen

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.finance.close._entries import StockEntry
from clarus_bluecherry.finance.periods import FiscalYears, day_meant

_DAY, _TICK = dt.timedelta(days=1), dt.timedelta.resolution
_EXAMPLE, _EXAMPLES = dt.date(2026, 10, 31), "2026-10-31, 2026-10-31T18:00-04:00 or a period"


def is_counted(day: dt.date) -> bool:
    """Whether a day can be counted from: those of the first and the last year stand for "never" or "always", and
    a calendar has nothing before or behind them.
    """
    return dt.MINYEAR < day.year < dt.MAXYEAR


@frozen
class Moment:
    """Up to when in the world: the end of `last_day`, or an `instant` within the day after it."""

    last_day: dt.date
    instant: dt.datetime
    is_day: bool = True

    def has_moved(self, entry: StockEntry) -> bool:
        """Whether a movement of the warehouse had happened."""
        if not self.is_day and entry.occurred_at is not None:
            return entry.occurred_at < self.instant
        return entry.own_date is not None and entry.own_date <= self.last_day

    def has_booked(self, entry: StockEntry) -> bool:
        """Whether the books have it up to here."""
        if entry.booked_date is None:
            return False
        if not self.is_day and entry.booked_date == self.last_day + _DAY:
            return entry.entered_at is not None and entry.entered_at < self.instant
        return entry.booked_date <= self.last_day


@frozen
class Known:
    """What was known: all that is recorded until `until`; everything where that is None. `last_day` is the day of
    which that is the end, where a day was asked for.
    """

    until: dt.datetime | None = None
    last_day: dt.date | None = None

    def has(self, told_at: dt.datetime | None) -> bool:
        """Whether what was told at that instant was known."""
        return self.until is None or told_at is None or told_at <= self.until

    def has_entry(self, entry: StockEntry) -> bool:
        """Whether an entry was known: when its own system was told of it."""
        told = entry.recorded_at or entry.occurred_at if entry.is_physical else entry.entered_at
        return self.has(told)


def moment(text: str, zone: ZoneInfo, years: FiscalYears) -> Moment:
    """What `as_of` means: a day (its end in `zone`), an instant with its offset, or a period's name (its last
    day).

    >>> from clarus_bluecherry.finance import Months
    >>> moment("2026-10-31", ZoneInfo("America/New_York"), Months()).instant.isoformat()
    '2026-11-01T00:00:00-04:00'
    """
    day = _day(text, years)
    if day is not None:
        return end_of(day, zone)
    instant = _instant(text, "as_of", years)
    return Moment(instant.astimezone(zone).date() - _DAY, instant, is_day=False)


def known(text: str, zone: ZoneInfo, years: FiscalYears) -> Known:
    """What `known_until` means, as `moment` reads it; nothing is everything that is known."""
    if not text:
        return Known()
    day = _day(text, years)
    if day is None:
        return Known(_instant(text, "known_until", years))
    return Known(end_of(day, zone).instant - _TICK, day)


def end_of(day: dt.date, zone: ZoneInfo) -> Moment:
    """The end of a day in `zone`."""
    return Moment(day, dt.datetime.combine(day + _DAY, dt.time(), zone))


def _day(text: str, years: FiscalYears) -> dt.date | None:
    try:
        day = day_meant(text, years)
    except InvalidRecord:
        return None
    return day if is_counted(day) else None


def _instant(text: str, option: str, years: FiscalYears) -> dt.datetime:
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.utcoffset() is None or not is_counted(instant):
        what = f"{text!r} is no day, no instant with an offset and no period's name"
        raise ConfigurationError(what, field=option, action=f"Write {_EXAMPLES}{_period_named(years)}.")
    return instant


def _period_named(years: FiscalYears) -> str:
    """What a period is called in this calendar, where it has the day of the examples."""
    try:
        return f", such as {years.of(_EXAMPLE).name}"
    except InvalidRecord:
        return ""
