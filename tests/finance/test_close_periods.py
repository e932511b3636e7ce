"""Periods and moments of a close: what a file tells goes before the settings' words, which are the site file's."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance import ListedPeriods, Months, Period
from clarus_bluecherry.finance.close import known, moment
from clarus_bluecherry.flows.close_files import read_folder
from tests.finance.close_world import OPENING, STOCK, closed, written

NEW_YORK = ZoneInfo("America/New_York")
HEADER = "Period,First Day,Last Day,State,At,Section\n"


def period_of(folder, *options, settings="", **files):
    """The period that a close is of, by a folder's settings."""
    told = 'zone = "America/New_York"\nas_of = "2026-10-31"\n' + settings
    return closed(written(folder, settings=told, stock=STOCK, opening_positions=OPENING, **files), *options)[
        "period"
    ]


def test_years_of_weeks_are_said_as_in_a_site_s_file(tmp_path):
    weeks = 'fiscal_year = "4-5-4"\n'
    assert period_of(tmp_path, settings=weeks)["name"] == "2026-P09"
    assert period_of(tmp_path, "--as-of", "2026-P08", settings=weeks)["last_day"] == "2026-10-03"
    july = weeks + 'year_ends_in = 6\nyear_ends_on = "last"\nyear_named_by_end = true\n'
    assert period_of(tmp_path, settings=july)["name"] == "2027-P05"
    assert period_of(tmp_path)["name"] == "2026-10"


def test_a_word_that_is_no_year_is_refused(tmp_path):
    folder = written(tmp_path, settings='fiscal_year = "4-4-4"\n', stock=STOCK, opening_positions=OPENING)
    with pytest.raises(ConfigurationError, match="4-4-4"):
        read_folder(folder, as_of="2026-10-31")


def test_a_period_is_what_was_last_said_of_it_and_may_be_opened_again(tmp_path):
    rows = "".join(
        f"2026-10,2026-10-01,2026-10-31,{state},2026-11-03T{hour}:00:00-05:00,{section}\n"
        for hour, state, section in (
            (18, "closed", ""),
            ("09", "closing", ""),
            (20, "reopened", ""),
            (12, "closed", "receivables"),
        )
    )
    hours = ("08", "10", "13", "19", "21")

    def states(settings):
        told = [f"2026-11-03T{hour}:00:00-05:00" for hour in hours]
        shown = (period_of(tmp_path, "--known-until", at, settings=settings, periods=HEADER + rows) for at in told)
        return [each["state"] for each in shown]

    assert states("") == ["open", "closing", "closing", "closed", "open"]
    assert states('section = "receivables"\n') == ["open", "closing", "closed", "closed", "open"]


def test_periods_that_are_told_go_before_the_settings_and_share_no_day(tmp_path):
    odd = "Q4-1,2026-10-04,2026-11-03,open,,\n"
    assert period_of(tmp_path, periods=HEADER + odd)["name"] == "Q4-1"
    assert period_of(tmp_path, "--as-of", "2026-09-30", periods=HEADER + odd)["name"] == "2026-09"
    with pytest.raises(ConfigurationError, match="does not begin"):
        ListedPeriods(
            [
                Period("a", dt.date(2026, 10, 4), dt.date(2026, 11, 3)),
                Period("b", dt.date(2026, 11, 3), dt.date(2026, 12, 1)),
            ],
            Months(),
        )


def test_a_day_is_its_end_and_an_instant_itself_in_the_zone_of_the_books():
    months = Months()
    assert moment("2026-10", NEW_YORK, months) == moment("2026-10-31", NEW_YORK, months)
    noon = moment("2026-10-31T12:00:00-04:00", NEW_YORK, months)
    assert (noon.last_day, noon.is_day) == (dt.date(2026, 10, 30), False)
    assert known("2026-10-31", NEW_YORK, months).has(dt.datetime(2026, 11, 1, 3, 59, tzinfo=dt.UTC))
    assert not known("2026-10-31", NEW_YORK, months).has(dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC))
    assert known("", NEW_YORK, months).has(dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
    with pytest.raises(ConfigurationError, match="no day"):
        moment("2026-10-31T12:00:00", NEW_YORK, months)
