"""Accounting periods: the calendars of retail, and when a period was open, closing, closed or open again.

Law of this module: a year is whole weeks or whole months and has no hole: each of its days is in one period. What
a period was at an instant is the last event before it; nothing is closed because time went by.
"""

from __future__ import annotations

import calendar
import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.model._values import filled

_DAY, _WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
_QUARTERS = 4
_LONG_YEAR = 53


class YearShape(enum.StrEnum):
    """How a year falls into periods."""

    MONTHLY = "monthly"
    FOUR_FOUR_FIVE = "4-4-5"
    FOUR_FIVE_FOUR = "4-5-4"
    FIVE_FOUR_FOUR = "5-4-4"

    @property
    def weeks(self) -> tuple[int, ...]:
        """The weeks of each period of a quarter; none where periods are months."""
        return () if self is YearShape.MONTHLY else tuple(map(int, self.value.split("-")))


class PeriodWord(enum.StrEnum):
    """What a period may be said to be."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    REOPENED = "reopened"

    @property
    def takes_postings(self) -> bool:
        """Whether an entry may still be dated in it."""
        return self is not PeriodWord.CLOSED


@frozen
class PeriodEvent:
    """From `at` (aware; None: from the beginning) a period is `word`, for one `section` of the books or for
    all.
    """

    word: PeriodWord = field(converter=PeriodWord)
    at: dt.datetime | None = None
    section: str = ""
    by: str = ""


@frozen
class Period:
    """A period of the books, by its first and last day, and what was said of it.

    >>> october = Period("2026-10", dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    >>> dt.date(2026, 10, 31) in october
    True
    """

    name: str = field(validator=filled)
    first_day: dt.date = field()
    last_day: dt.date = field()
    events: tuple[PeriodEvent, ...] = ()

    @last_day.validator
    def _in_order(self, attribute: object, value: dt.date) -> None:
        if value < self.first_day:
            raise ConfigurationError("the period ends before it begins", record=self.name, field="last_day")

    def __contains__(self, day: dt.date) -> bool:
        return self.first_day <= day <= self.last_day

    def word_at(self, instant: dt.datetime | None, section: str = "") -> PeriodWord:
        """What it was at `instant` (None: now, by all that is known), for a section or for all."""
        said = [
            (event.at or _LONG_AGO, event.word)
            for event in self.events
            if event.section in ("", section) and (instant is None or (event.at or _LONG_AGO) <= instant)
        ]
        return max(said, key=lambda each: each[0])[1] if said else PeriodWord.OPEN


_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


@frozen(kw_only=True)
class FiscalCalendar:
    """A calendar whose periods follow a rule; `told` are periods that somebody wrote down, and go before it.

    A year of weeks begins on the Sunday nearest to the first of `first_month` and ends on a Saturday, so that some
    have 53 weeks: the last period takes the one more, as the retail federation publishes it (4-5-4, February).

    >>> retail = FiscalCalendar(shape=YearShape.FOUR_FIVE_FOUR, first_month=2)
    >>> period = retail.of(dt.date(2024, 2, 3))
    >>> period.name, str(period.first_day), str(period.last_day)
    ('2023-12', '2023-12-31', '2024-02-03')
    """

    shape: YearShape = field(default=YearShape.MONTHLY, converter=YearShape)
    first_month: int = 1
    told: tuple[Period, ...] = field(default=())
    _by_day: dict[dt.date, Period] = field(init=False, factory=dict, eq=False, repr=False)

    @told.validator
    def _apart(self, attribute: object, value: tuple[Period, ...]) -> None:
        ordered = sorted(value, key=lambda each: each.first_day)
        for earlier, later in pairwise(ordered):
            if later.first_day <= earlier.last_day:
                what = f"{earlier.name} and {later.name} share days"
                raise ConfigurationError(what, record="periods", field="first_day")

    def of(self, day: dt.date) -> Period:
        """The period that `day` belongs to."""
        if day not in self._by_day:
            told = next((each for each in self.told if day in each), None)
            years = (day.year - 1, day.year, day.year + 1)
            self._by_day[day] = told or next(each for year in years for each in self.year(year) if day in each)
        return self._by_day[day]

    def named(self, name: str) -> Period | None:
        """The period of that name; one of the rule's is called by its year and number, such as 2026-10."""
        told = next((each for each in self.told if each.name == name), None)
        year, dash, _ = name.partition("-")
        if told or not dash or not year.isdecimal():
            return told
        years = (*self.year(int(year)), *self.year(int(year) - 1))  # a month is called by its own year
        return next((each for each in years if each.name == name), None)

    def year(self, year: int) -> Sequence[Period]:
        """The periods of the rule's year `year`, which is called by the calendar year in which it begins."""
        return tuple(self._months(year) if self.shape is YearShape.MONTHLY else self._weeks(year))

    def _months(self, year: int) -> Iterator[Period]:
        for number in range(12):
            month = (self.first_month - 1 + number) % 12 + 1
            in_year = year + (self.first_month - 1 + number) // 12
            first = dt.date(in_year, month, 1)
            last = first.replace(day=calendar.monthrange(in_year, month)[1])
            yield Period(f"{in_year}-{month:02}", first, last)

    def _weeks(self, year: int) -> Iterator[Period]:
        first, end = self._first_day(year), self._first_day(year + 1)
        lengths = list(self.shape.weeks) * _QUARTERS
        lengths[-1] += (end - first) // _WEEK - (_LONG_YEAR - 1)
        for number, weeks in enumerate(lengths, start=1):
            after = first + weeks * _WEEK
            yield Period(f"{year}-{number:02}", first, after - _DAY)
            first = after

    def _first_day(self, year: int) -> dt.date:
        """The Sunday nearest to the first of the month: the day after the Saturday nearest to the end of the
        last.
        """
        before = dt.date(year, self.first_month, 1) - _DAY
        saturday = before - ((before.weekday() + 2) % 7) * _DAY
        nearest = min((saturday, saturday + _WEEK), key=lambda each: abs(each - before))
        return nearest + _DAY


def merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Rows about one period as one period with all their events. Raises `ConfigurationError` where days differ."""
    found: dict[str, Period] = {}
    for each in periods:
        known = found.get(each.name, each)
        if (known.first_day, known.last_day) != (each.first_day, each.last_day):
            raise ConfigurationError("has two first or last days", record=f"period {each.name}", field="first_day")
        events = {**dict.fromkeys(known.events), **dict.fromkeys(each.events)}
        found[each.name] = Period(each.name, each.first_day, each.last_day, tuple(events))
    return tuple(sorted(found.values(), key=lambda each: each.first_day))
