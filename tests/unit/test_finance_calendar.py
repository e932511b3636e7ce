import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.finance import PostingCalendar, PostingDate, WhenClosed

NEW_YORK = ZoneInfo("America/New_York")
LONDON = ZoneInfo("Europe/London")


def utc(*parts):
    return dt.datetime(*parts, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("zone", "instant", "date"),
    [
        (NEW_YORK, utc(2026, 1, 1, 4, 59, 59, 999999), dt.date(2025, 12, 31)),
        (NEW_YORK, utc(2026, 1, 1, 5), dt.date(2026, 1, 1)),
        (LONDON, utc(2025, 12, 31, 23, 59, 59), dt.date(2025, 12, 31)),
        (ZoneInfo("Asia/Hong_Kong"), utc(2025, 12, 31, 16), dt.date(2026, 1, 1)),
    ],
)
def test_the_year_ends_at_the_ledgers_own_midnight(zone, instant, date):
    assert PostingCalendar(zone=zone).posting_date(instant) == PostingDate(date)


@pytest.mark.parametrize(
    ("instant", "date"),
    [
        (utc(2026, 3, 29, 0, 59), dt.date(2026, 3, 29)),  # the night the clocks go forward
        (utc(2026, 3, 29, 22, 59), dt.date(2026, 3, 29)),
        (utc(2026, 3, 29, 23, 0), dt.date(2026, 3, 30)),
        (utc(2026, 10, 24, 23, 0), dt.date(2026, 10, 25)),  # the day they go back has 25 hours
        (utc(2026, 10, 25, 23, 59), dt.date(2026, 10, 25)),
        (utc(2026, 10, 26, 0, 0), dt.date(2026, 10, 26)),
    ],
)
def test_a_day_of_23_or_25_hours_is_still_one_day(instant, date):
    assert PostingCalendar(zone=LONDON).posting_date(instant).date == date


def test_the_zone_an_instant_is_written_in_does_not_matter():
    calendar = PostingCalendar(zone=NEW_YORK)
    instant = utc(2026, 2, 1, 2)
    assert {
        calendar.posting_date(instant.astimezone(ZoneInfo(zone))).date
        for zone in ("UTC", "Asia/Tokyo", "Europe/Paris")
    } == {dt.date(2026, 1, 31)}


@pytest.mark.parametrize(
    ("cut_off", "local", "date"),
    [
        (dt.time(17), (16, 59), dt.date(2026, 3, 2)),
        (dt.time(17), (17, 0), dt.date(2026, 3, 3)),
        (dt.time(2), (1, 59), dt.date(2026, 3, 1)),
        (dt.time(2), (2, 0), dt.date(2026, 3, 2)),
        (dt.time(2), (23, 59), dt.date(2026, 3, 2)),
        (dt.time(0), (0, 0), dt.date(2026, 3, 2)),
        (dt.time(0), (23, 59), dt.date(2026, 3, 2)),
    ],
)
def test_a_day_of_the_books_ends_at_the_cut_off(cut_off, local, date):
    calendar = PostingCalendar(zone=NEW_YORK, cut_off=cut_off)
    assert calendar.posting_date(dt.datetime(2026, 3, 2, *local, tzinfo=NEW_YORK)).date == date


def test_both_hours_of_the_night_the_clocks_go_back_fall_before_the_cut_off():
    calendar = PostingCalendar(zone=LONDON, cut_off=dt.time(2))
    first, second = utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)
    assert calendar.posting_date(first).date == calendar.posting_date(second).date == dt.date(2026, 10, 24)


def test_a_late_movement_of_a_closed_period_is_moved_to_the_first_open_day_and_says_so():
    calendar = PostingCalendar(zone=NEW_YORK, closed_through=dt.date(2026, 2, 28))
    assert calendar.posting_date(utc(2026, 2, 17, 15)) == PostingDate(dt.date(2026, 3, 1), dt.date(2026, 2, 17))
    assert calendar.posting_date(utc(2026, 3, 1, 5)) == PostingDate(dt.date(2026, 3, 1))


def test_the_cut_off_comes_before_the_closed_period():
    calendar = PostingCalendar(zone=NEW_YORK, closed_through=dt.date(2026, 2, 28), cut_off=dt.time(17))
    assert calendar.posting_date(utc(2026, 2, 28, 22)) == PostingDate(dt.date(2026, 3, 1))


def test_a_site_may_have_closed_periods_refused():
    calendar = PostingCalendar(zone=NEW_YORK, closed_through=dt.date(2026, 2, 28), when_closed=WhenClosed.REFUSE)
    with pytest.raises(InvalidRecord, match="closed through 2026-02-28") as caught:
        calendar.posting_date(utc(2026, 2, 17, 15))
    assert caught.value.field == "accounting_date"


def test_an_instant_without_a_zone_has_no_date():
    with pytest.raises(InvalidRecord, match="no time zone"):
        PostingCalendar(zone=NEW_YORK).posting_date(dt.datetime(2026, 3, 2))  # noqa: DTZ001


def test_a_calendar_needs_a_zone_that_knows_summer_time():
    with pytest.raises(ConfigurationError, match="zone"):
        PostingCalendar(zone=dt.timezone(dt.timedelta(hours=-5)))
    with pytest.raises(ConfigurationError, match="cut_off"):
        PostingCalendar(zone=NEW_YORK, cut_off=dt.time(17, tzinfo=dt.UTC))
