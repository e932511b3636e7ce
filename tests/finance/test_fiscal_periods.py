"""Periods: the retail federation's published dates, years without a hole, and what a period was when."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance.close import (
    FiscalCalendar,
    Period,
    PeriodEvent,
    PeriodWord,
    YearShape,
    known,
    merged,
    moment,
)

RETAIL = FiscalCalendar(shape=YearShape.FOUR_FIVE_FOUR, first_month=2)
NEW_YORK = ZoneInfo("America/New_York")

PUBLISHED = {
    2023: "02-25 04-01 04-29 05-27 07-01 07-29 08-26 09-30 10-28 11-25 12-30 02-03",
    2024: "03-02 04-06 05-04 06-01 07-06 08-03 08-31 10-05 11-02 11-30 01-04 02-01",
}
"""The last day of each period of the 4-5-4 calendar; 2023 has 53 weeks."""


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_retail_calendar_is_the_published_one(year):
    assert " ".join(f"{each.last_day:%m-%d}" for each in RETAIL.year(year)) == PUBLISHED[year]


def test_the_published_years_of_53_weeks_are_those():
    def weeks(year):
        periods = RETAIL.year(year)
        return ((periods[-1].last_day - periods[0].first_day).days + 1) // 7

    assert [year for year in range(2010, 2026) if weeks(year) == 53] == [2012, 2017, 2023]
    assert {weeks(year) for year in range(2010, 2026)} == {52, 53}


@given(st.dates(dt.date(1990, 1, 1), dt.date(2080, 1, 1)), st.sampled_from(YearShape), st.integers(1, 12))
def test_every_day_is_in_one_period_and_none_is_in_two(day, shape, first_month):
    calendar = FiscalCalendar(shape=shape, first_month=first_month)
    period = calendar.of(day)
    assert day in period
    after = calendar.of(period.last_day + dt.timedelta(days=1))
    assert after.first_day == period.last_day + dt.timedelta(days=1)
    assert calendar.named(period.name) == period


def at(hour):
    return dt.datetime(2026, 11, 3, hour, tzinfo=NEW_YORK)


def test_a_period_is_what_was_last_said_of_it_and_may_be_opened_again():
    rows = [
        Period("10", dt.date(2026, 10, 1), dt.date(2026, 10, 31), (event,))
        for event in (
            PeriodEvent("closed", at(18)),
            PeriodEvent("closing", at(9)),
            PeriodEvent("reopened", at(20), by="controller"),
            PeriodEvent("closed", at(12), section="receivables"),
        )
    ]
    (october,) = merged(rows)
    assert [october.word_at(at(hour)) for hour in (8, 10, 19, 21)] == ["open", "closing", "closed", "reopened"]
    assert october.word_at(at(13), "receivables") is PeriodWord.CLOSED
    assert october.word_at(None).takes_postings


def test_periods_that_are_told_go_before_the_rule_and_share_no_day():
    odd = Period("Q4-1", dt.date(2026, 10, 4), dt.date(2026, 11, 3))
    calendar = FiscalCalendar(told=(odd,))
    assert calendar.of(dt.date(2026, 11, 2)) is odd
    assert moment("Q4-1", NEW_YORK, calendar).last_day == dt.date(2026, 11, 3)
    with pytest.raises(ConfigurationError, match="share days"):
        FiscalCalendar(told=(odd, Period("x", dt.date(2026, 11, 3), dt.date(2026, 12, 1))))


def test_a_day_is_its_end_and_an_instant_itself_in_the_zone_of_the_books():
    months = FiscalCalendar()
    assert moment("2026-10", NEW_YORK, months) == moment("2026-10-31", NEW_YORK, months)
    noon = moment("2026-10-31T12:00:00-04:00", NEW_YORK, months)
    assert (noon.last_day, noon.is_day) == (dt.date(2026, 10, 30), False)
    assert known("2026-10-31", NEW_YORK, months).has(dt.datetime(2026, 11, 1, 3, 59, tzinfo=dt.UTC))
    assert not known("2026-10-31", NEW_YORK, months).has(dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC))
    assert known("", NEW_YORK, months).has(dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
    with pytest.raises(ConfigurationError, match="no day"):
        moment("2026-10-31T12:00:00", NEW_YORK, months)
