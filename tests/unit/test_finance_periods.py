"""Periods of the books: months, retail weeks as the federation publishes them, and a site's own."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.finance import FiscalYears, ListedPeriods, Months, Period, RetailWeeks, WeekPattern, YearEnd

FEDERATION = RetailWeeks(WeekPattern.FOUR_FIVE_FOUR)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def weeks(period: Period) -> int:
    return ((period.last_day - period.first_day).days + 1) // 7


# The federation's own words: FY2000, FY2006, FY2012, FY2017 and FY2023 have 53 weeks. The first and last days are
# those of its published calendars.
YEARS = {
    2000: ("2000-01-30", "2001-02-03", 53),
    2006: ("2006-01-29", "2007-02-03", 53),
    2011: ("2011-01-30", "2012-01-28", 52),
    2012: ("2012-01-29", "2013-02-02", 53),
    2013: ("2013-02-03", "2014-02-01", 52),
    2014: ("2014-02-02", "2015-01-31", 52),
    2015: ("2015-02-01", "2016-01-30", 52),
    2016: ("2016-01-31", "2017-01-28", 52),
    2017: ("2017-01-29", "2018-02-03", 53),
    2018: ("2018-02-04", "2019-02-02", 52),
    2019: ("2019-02-03", "2020-02-01", 52),
    2022: ("2022-01-30", "2023-01-28", 52),
    2023: ("2023-01-29", "2024-02-03", 53),
    2024: ("2024-02-04", "2025-02-01", 52),
    2025: ("2025-02-02", "2026-01-31", 52),
}


@pytest.mark.parametrize("year", YEARS)
def test_the_retail_years_are_those_that_the_federation_publishes(year: int) -> None:
    periods = FEDERATION.of_year(year)
    first, last, length = YEARS[year]
    assert (periods[0].first_day, periods[-1].last_day) == (day(first), day(last))
    assert [weeks(each) for each in periods] == [4, 5, 4] * 3 + [4, 5, length - 48]


def test_no_other_year_has_53_weeks() -> None:
    assert [year for year in range(2000, 2028) if sum(map(weeks, FEDERATION.of_year(year))) == 53] == [
        2000,
        2006,
        2012,
        2017,
        2023,
    ]


@pytest.mark.parametrize(
    ("year", "number", "first", "last"),
    [
        (2014, 5, "2014-06-01", "2014-07-05"),  # June
        (2014, 9, "2014-10-05", "2014-11-01"),  # October
        (2015, 11, "2015-11-29", "2016-01-02"),  # December
        (2017, 12, "2017-12-31", "2018-02-03"),  # January of 53 weeks
        (2019, 3, "2019-04-07", "2019-05-04"),
        (2019, 4, "2019-05-05", "2019-06-01"),
    ],
)
def test_the_months_within_a_retail_year(year: int, number: int, first: str, last: str) -> None:
    found = FEDERATION.of_year(year)[number - 1]
    assert found == Period(f"{year}-P{number:02}", day(first), day(last))
    assert FEDERATION.named(found.name) == found
    assert FEDERATION.of(day(first)) == FEDERATION.of(day(last)) == found


@pytest.mark.parametrize(("pattern", "dealt"), [("4-4-5", [4, 4, 5]), ("4-5-4", [4, 5, 4]), ("5-4-4", [5, 4, 4])])
def test_each_pattern_deals_the_weeks_of_each_quarter_and_the_last_period_has_the_53rd(
    pattern: str, dealt: list[int]
) -> None:
    found = [weeks(each) for each in RetailWeeks(WeekPattern(pattern)).of_year(2023)]
    assert found == dealt * 3 + [*dealt[:2], dealt[2] + 1]


def test_a_year_may_end_on_the_last_saturday_of_a_month_and_be_named_by_its_end() -> None:
    years = RetailWeeks(WeekPattern.FOUR_FOUR_FIVE, last_month=9, year_end=YearEnd.LAST, named_by_end=True)
    assert years.of_year(2025)[0].first_day == day("2024-09-29")
    assert years.of_year(2025)[-1].last_day == day("2025-09-27")
    assert years.of(day("2025-09-27")).name == "2025-P12"
    assert sum(map(weeks, years.of_year(2023))) == 53  # 25 September 2022 to 30 September 2023


def test_months_are_named_as_everybody_names_them() -> None:
    assert Months().of(day("2024-02-29")) == Period("2024-02", day("2024-02-01"), day("2024-02-29"))
    assert Months().named("2026-12").last_day == day("2026-12-31")
    assert [each.name for each in Months(first_month=4).of_year(2026)][::11] == ["2026-04", "2027-03"]


def test_a_sites_own_periods_are_those_it_lists() -> None:
    spring = Period("SPRING", day("2026-01-05"), day("2026-06-30"))
    fall = Period("FALL", day("2026-07-01"), day("2027-01-03"))
    years = ListedPeriods([fall, spring])
    assert years.of(day("2026-06-30")) == spring
    assert years.named("FALL") == fall
    with pytest.raises(InvalidRecord, match="2027-01-04"):
        years.of(day("2027-01-04"))
    with pytest.raises(InvalidRecord, match="WINTER"):
        years.named("WINTER")


@pytest.mark.parametrize("second", ["2026-06-30", "2026-07-02"])
def test_listed_periods_that_overlap_or_leave_a_day_out_are_refused(second: str) -> None:
    with pytest.raises(ConfigurationError, match="FALL"):
        ListedPeriods(
            [
                Period("SPRING", day("2026-01-05"), day("2026-06-30")),
                Period("FALL", day(second), day("2027-01-03")),
            ]
        )


def test_two_listed_periods_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="twice"):
        ListedPeriods(
            [
                Period("P1", day("2026-01-01"), day("2026-01-31")),
                Period("P1", day("2026-02-01"), day("2026-02-28")),
            ]
        )


@pytest.mark.parametrize("name", ["2026-13", "2026-P00", "2026-P13", "October", "", "2026", "0000-01"])
def test_a_name_that_is_no_period_is_refused_by_name(name: str) -> None:
    for years in (Months(), FEDERATION):
        with pytest.raises(InvalidRecord) as caught:
            years.named(name)
        assert caught.value.field == "period"


@pytest.mark.parametrize("wrong", [{"last_month": 0}, {"last_month": 13}, {"last_weekday": 8}])
def test_a_year_that_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigurationError):
        RetailWeeks(WeekPattern.FOUR_FOUR_FIVE, **wrong)
    with pytest.raises(ConfigurationError):
        Months(first_month=13)
    with pytest.raises(InvalidRecord):
        Period("P", day("2026-02-01"), day("2026-01-31"))


@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31)),
    st.sampled_from(
        [
            Months(),
            Months(first_month=7),
            FEDERATION,
            RetailWeeks(WeekPattern.FIVE_FOUR_FOUR, last_month=12, last_weekday=7),
            RetailWeeks(WeekPattern.FOUR_FOUR_FIVE, last_month=6, year_end=YearEnd.LAST, named_by_end=True),
        ]
    ),
)
def test_each_day_lies_in_exactly_one_period_and_the_next_begins_the_day_after(
    any_day: dt.date, years: FiscalYears
) -> None:
    found = years.of(any_day)
    assert any_day in found
    after = years.of(found.last_day + dt.timedelta(days=1))
    assert after.first_day == found.last_day + dt.timedelta(days=1)
    assert years.named(found.name) == found
