"""How a year of the books is divided: months, weeks of retail quarters, or as a site lists it.

Law of this module: each day lies in exactly one period, and each period begins the day after the one before it
ended. A year of weeks ends on one weekday; whether it has 52 or 53 of them follows from its end alone, and the
53rd belongs to its last period (National Retail Federation, 4-5-4).
"""

from __future__ import annotations

import abc
import datetime as dt
import enum
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Protocol

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.finance.calendar import Period, PostingCalendar

_DAY = dt.timedelta(days=1)
_WEEK = dt.timedelta(weeks=1)


class FiscalYears(Protocol):
    """How the books divide their days."""

    def of(self, day: dt.date) -> Period:
        """The period that a day lies in. Raises `InvalidRecord` for a day that lies in none."""
        ...

    def named(self, name: str) -> Period:
        """The period of this name. Raises `InvalidRecord` for a name that is none."""
        ...


class WeekPattern(enum.StrEnum):
    """How many weeks each of the three periods of a quarter has."""

    FOUR_FOUR_FIVE = "4-4-5"
    FOUR_FIVE_FOUR = "4-5-4"
    FIVE_FOUR_FOUR = "5-4-4"

    @property
    def weeks(self) -> tuple[int, ...]:
        """The weeks of the twelve periods of a year of 52."""
        return tuple(map(int, self.split("-"))) * 4


class YearEnd(enum.StrEnum):
    """On which of its weekdays a year of weeks ends."""

    NEAREST = "nearest"
    """The one nearest to the last day of the month."""
    LAST = "last"
    """The last one in the month."""


class _Numbered(abc.ABC):
    """Years of twelve periods."""

    __slots__ = ()

    @abc.abstractmethod
    def of_year(self, year: int) -> tuple[Period, ...]:
        """The twelve periods of a year, by the name that finance calls the year."""

    @abc.abstractmethod
    def _found(self, name: str) -> Period | None: ...

    def named(self, name: str) -> Period:
        """The period of this name. Raises `InvalidRecord` for a name that is none."""
        try:
            found = self._found(name)
        except (OverflowError, ValueError):
            found = None
        if found is None:
            raise _no_period(name)
        return found


def _no_period(name: str) -> InvalidRecord:
    return InvalidRecord(f"{name!r} is no period of this calendar", field="period")


def _is_month(instance: object, attribute: object, value: int) -> None:
    if not 1 <= value <= 12:
        raise ConfigurationError(f"{value} is no month", field="month")


def _is_weekday(instance: object, attribute: object, value: int) -> None:
    if not 1 <= value <= 7:
        raise ConfigurationError(f"{value} is no weekday: 1 is Monday, 7 is Sunday", field="last_weekday")


@frozen
class Months(_Numbered):
    """Calendar months, each by its own name (`2026-10`). A year is called by the year in which it begins.

    >>> Months().of(dt.date(2026, 2, 3)).last_day.isoformat()
    '2026-02-28'
    """

    first_month: int = field(default=1, validator=_is_month)

    def of(self, day: dt.date) -> Period:
        """The month that a day lies in."""
        return _month(day.year, day.month)

    def of_year(self, year: int) -> tuple[Period, ...]:
        """The twelve months of the year that begins in `year`."""
        begun = range(self.first_month - 1, self.first_month + 11)
        return tuple(_month(year + number // 12, number % 12 + 1) for number in begun)

    def _found(self, name: str) -> Period | None:
        parts = re.fullmatch(r"(\d{4})-(\d\d)", name)
        return _month(int(parts[1]), int(parts[2])) if parts else None


def _month(year: int, month: int) -> Period:
    first = dt.date(year, month, 1)
    return Period(f"{year:04}-{month:02}", first, _last_of_month(year, month))


def _last_of_month(year: int, month: int) -> dt.date:
    return (dt.date(year, month, 28) + dt.timedelta(days=4)).replace(day=1) - _DAY


@frozen
class RetailWeeks(_Numbered):
    """Years of 52 or 53 weeks: twelve periods of whole weeks (`2026-P09`), the last with the 53rd week.

    Untold, a year ends as the National Retail Federation's does: on the Saturday nearest to 31 January, and is
    called by the year in which it began. `last_weekday` is 1 for Monday to 7 for Sunday; `named_by_end` calls a
    year by the one in which it ends.

    >>> year = RetailWeeks(WeekPattern.FOUR_FIVE_FOUR).of_year(2023)
    >>> year[0].first_day.isoformat(), year[-1].last_day.isoformat()
    ('2023-01-29', '2024-02-03')
    """

    pattern: WeekPattern = field(converter=WeekPattern)
    last_month: int = field(default=1, validator=_is_month, kw_only=True)
    last_weekday: int = field(default=6, validator=_is_weekday, kw_only=True)
    year_end: YearEnd = field(default=YearEnd.NEAREST, converter=YearEnd, kw_only=True)
    named_by_end: bool = field(default=False, kw_only=True)

    def of(self, day: dt.date) -> Period:
        """The period that a day lies in."""
        near = (day.year - 1, day.year, day.year + 1)
        return next(each for year in near for each in _weeks_of(self, year) if day in each)

    def of_year(self, year: int) -> tuple[Period, ...]:
        """The twelve periods of a year, by the name that finance calls the year."""
        return tuple(self._periods(year))

    def _periods(self, year: int) -> Iterator[Period]:
        first, end = self._end(year - 1) + _DAY, self._end(year)
        for number, weeks in enumerate(self.pattern.weeks, start=1):
            last = end if number == 12 else first + weeks * _WEEK - _DAY
            yield Period(f"{year:04}-P{number:02}", first, last)
            first = last + _DAY

    def _end(self, year: int) -> dt.date:
        """The last day of a year."""
        ends_in_it = self.named_by_end or self.last_month == 12
        month_end = _last_of_month(year if ends_in_it else year + 1, self.last_month)
        last = month_end - (month_end.isoweekday() - self.last_weekday) % 7 * _DAY
        is_nearer_after = self.year_end is YearEnd.NEAREST and (month_end - last).days > 3
        return last + _WEEK if is_nearer_after else last

    def _found(self, name: str) -> Period | None:
        parts = re.fullmatch(r"(\d{4})-P(\d\d)", name)
        if not parts or not 1 <= int(parts[2]) <= 12:
            return None
        return self.of_year(int(parts[1]))[int(parts[2]) - 1]


@lru_cache(maxsize=64)
def _weeks_of(years: RetailWeeks, year: int) -> tuple[Period, ...]:
    return years.of_year(year)


def fiscal_years(
    divided: str, *, ends_in: int = 1, ends_on: str = "nearest", named_by_end: bool = False
) -> Months | RetailWeeks:
    """Years as settings say them: `months`, or the pattern of their weeks with how such a year ends.

    Raises `ConfigurationError` for a word that is none of these.
    """
    if divided == "months":
        return Months()
    try:
        weeks, end = WeekPattern(divided), YearEnd(ends_on)
    except ValueError as error:
        raise ConfigurationError(str(error), field="fiscal_year") from None
    return RetailWeeks(weeks, last_month=ends_in, year_end=end, named_by_end=named_by_end)


def _in_order(periods: Iterable[Period]) -> tuple[Period, ...]:
    return tuple(sorted(periods, key=lambda each: each.first_day))


@frozen
class ListedPeriods:
    """Periods as a site lists them; none may overlap another.

    `others` divide the days that lie in none of these; without them no day between two may be left out.
    """

    periods: tuple[Period, ...] = field(converter=_in_order)
    others: FiscalYears | None = None

    @periods.validator
    def _follow_one_another(self, attribute: object, value: Sequence[Period]) -> None:
        if not value:
            raise ConfigurationError("no period is listed", field="periods")
        if len({each.name for each in value}) < len(value):
            raise ConfigurationError("a period's name stands there twice", field="periods")
        for before, after in itertools.pairwise(value):
            apart = after.first_day - before.last_day
            if apart < _DAY or (apart > _DAY and self.others is None):
                what = f"{after.name} does not begin the day after {before.name} ends"
                raise ConfigurationError(what, field="periods")

    def of(self, day: dt.date) -> Period:
        """The period that a day lies in. Raises `InvalidRecord` for a day that lies in none."""
        for each in self.periods:
            if day in each:
                return each
        if self.others is None:
            raise InvalidRecord(f"{day} lies in no period that is listed", field="period")
        return self.others.of(day)

    def named(self, name: str) -> Period:
        """The period of this name. Raises `InvalidRecord` for a name that is none."""
        for each in self.periods:
            if each.name == name:
                return each
        if self.others is None:
            raise _no_period(name)
        return self.others.named(name)


def moment(text: str, calendar: PostingCalendar, years: FiscalYears) -> dt.datetime:
    """The instant (UTC) that a person means: an instant, a date (its end in the books' zone), a period (its end).

    Raises `InvalidRecord` for what is none of them, and for a time of day without an offset: it has no zone.

    >>> from zoneinfo import ZoneInfo
    >>> moment("2026-10", PostingCalendar(ZoneInfo("Europe/London")), Months()).isoformat()
    '2026-11-01T00:00:00+00:00'
    """
    with suppress(InvalidRecord, OverflowError):
        return calendar.end_of(day_meant(text, years))
    instant = _instant(text)
    if instant is not None and instant.utcoffset() is not None:
        with suppress(OverflowError):
            return instant.astimezone(dt.UTC)
    raise InvalidRecord(f"{text!r} is no moment: say an instant with its offset, a date, or a period's name")


def day_meant(text: str, years: FiscalYears) -> dt.date:
    """The day that a date is, or a period ends with. Raises `InvalidRecord` for what is neither."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text) and (day := _instant(text)):
        return day.date()
    return years.named(text).last_day


def _instant(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None
