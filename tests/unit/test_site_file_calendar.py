"""The site file says everything of the calendar that finance can say, and a worker sees it change."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from clarus_bluecherry.config import Secrets, load_site
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance import PostingCalendar, PostingDate, RetailWeeks, WeekPattern, WhenClosed
from clarus_bluecherry.flows.opening import open_site

LONDON = ZoneInfo("Europe/London")
SITE = """
[clarus]
subdomain = "acme"
account = "BRAND"
zone = "Europe/London"
warehouses = { WH1 = "NJ" }

[bluecherry]
base_url = "http://127.0.0.1:9"
zone = "America/New_York"
currency = "USD"

[ledger]
path = ":memory:"
zone = "Europe/London"
go_live = 2026-03-01
"""
SECRETS = Secrets.from_environment({"CLARUS_TOKEN": "t", "BLUECHERRY_SUBSCRIPTION_KEY": "k"})


def written(folder: Path, more: str = "") -> Path:
    path = folder / "site.toml"
    path.write_text(SITE + more, "utf-8")
    return path


def test_a_site_file_that_is_silent_closes_nothing_and_ends_its_days_at_midnight(tmp_path: Path) -> None:
    assert load_site(written(tmp_path)).ledger.calendar == PostingCalendar(LONDON)


def test_closing_refusing_and_the_cut_off_are_those_of_the_site_file(tmp_path: Path) -> None:
    more = 'closed_through = 2026-10-31\nwhen_closed = "refuse"\ncut_off = 17:00:00\n'
    expected = PostingCalendar(
        LONDON, closed_through=dt.date(2026, 10, 31), when_closed=WhenClosed.REFUSE, cut_off=dt.time(17)
    )
    file = load_site(written(tmp_path, more))
    assert file.ledger.calendar == expected
    with open_site(file, SECRETS) as site:
        assert site.calendar == expected


@pytest.mark.parametrize(
    ("more", "setting"),
    [
        ('when_closed = "ask"', "ledger.when_closed"),
        ("cut_off = 17", "ledger.cut_off"),
        ('cut_off = "25:00"', "ledger.cut_off"),
        ('cut_off = "17:00+01:00"', "ledger.cut_off"),
        ("closed_through = 9999-12-31", "ledger.closed_through"),
        ('closed_through = "October"', "ledger.closed_through"),
        ("closed_through = 20261031", "ledger.closed_through"),
    ],
)
def test_a_calendar_that_cannot_be_kept_stops_the_start_by_name(tmp_path: Path, more: str, setting: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_site(written(tmp_path, more))
    assert caught.value.field == setting


def test_a_worker_that_reads_the_file_again_sees_a_period_that_was_closed_meanwhile(tmp_path: Path) -> None:
    path = written(tmp_path)
    evening = dt.datetime(2026, 10, 31, 20, tzinfo=dt.UTC)
    with open_site(load_site(path), SECRETS) as site:
        assert site.calendar.posting_date(evening) == PostingDate(dt.date(2026, 10, 31))
        written(tmp_path, "closed_through = 2026-10-31\n")
        later = site.with_calendar(load_site(path).ledger.calendar)
        assert later.calendar.posting_date(evening) == PostingDate(dt.date(2026, 11, 1), dt.date(2026, 10, 31))
        assert later.ledger is site.ledger


# Periods

CLOSED = """
fiscal_year = "4-5-4"
section = "stock"

[[ledger.periods]]
period = "2026-P09"
state = "closed"
at = 2026-11-03T18:00:00-05:00
by = "finance"

[[ledger.periods]]
period = "2026-P09"
state = "open"
at = 2026-11-05T09:00:00-05:00
section = "invoices"
"""


def test_periods_are_closed_from_the_instants_that_the_site_file_says(tmp_path: Path) -> None:
    section = load_site(written(tmp_path, CLOSED)).ledger
    own = dt.date(2026, 10, 30)
    assert section.years == RetailWeeks(WeekPattern.FOUR_FIVE_FOUR)
    before, after = (dt.datetime(2026, 11, 3, hour, tzinfo=dt.UTC) for hour in (22, 23))
    assert section.calendar_at(before).decided(own) == PostingDate(own)
    assert section.calendar_at(after).decided(own) == PostingDate(dt.date(2026, 11, 1), moved_from=own)
    assert [each.section for each in section.history.reopened()] == ["invoices"]
    assert section.calendar.decided(own).moved_from == own  # by now


def test_a_site_may_list_its_own_periods(tmp_path: Path) -> None:
    more = """
fiscal_year = "listed"
periods = [
    { period = "FALL", state="closed", at = 2026-11-03T00:00:00Z, first_day = 2026-08-01,last_day = 2026-10-31 },
    { period = "WIN", state = "open", at = 2026-11-01T00:00:00Z, first_day = 2026-11-01, last_day = 2027-01-31 },
]
"""
    section = load_site(written(tmp_path, more)).ledger
    assert section.years.of(dt.date(2026, 11, 1)).name == "WIN"
    assert section.calendar_at(dt.datetime(2026, 11, 4, tzinfo=dt.UTC)).closed[0].name == "FALL"


@pytest.mark.parametrize(
    ("more", "setting"),
    [
        ('fiscal_year = "4-5-5"', "ledger.fiscal_year"),
        ('fiscal_year = "4-5-4"\nyear_ends_in = 13', "ledger.year_ends_in"),
        ('fiscal_year = "listed"', "ledger.periods"),
        (
            'fiscal_year = "listed"\nperiods = [{ period = "P", state = "open", at = 2026-11-03T18:00:00Z }]',
            "ledger.periods.first_day",
        ),
        (
            'periods = [{ period = "2026-13", state = "closed", at = 2026-11-03T18:00:00Z }]',
            "ledger.periods.period",
        ),
        (
            'periods = [{ period = "2026-10", state = "shut", at = 2026-11-03T18:00:00Z }]',
            "ledger.periods.0.state",
        ),
        ('periods = [{ period = "2026-10", state = "closed", at = 2026-11-03T18:00:00 }]', "ledger.periods.0.at"),
    ],
)
def test_periods_that_cannot_be_kept_stop_the_start_by_name(tmp_path: Path, more: str, setting: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_site(written(tmp_path, more))
    assert caught.value.field == setting
