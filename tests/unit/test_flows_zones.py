"""The own day of what happened is the day of the place where it happened, where the site says its zone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from flows_world import loop
from test_flows_dates import KINDS, dates, move_everything, told
from test_flows_parts import leaves
from test_site_file_calendar import SECRETS, written

from clarus_bluecherry.config import load_site
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance import PostingCalendar
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.opening import open_site
from clarus_bluecherry.ledger import State

NEW_YORK, LOS_ANGELES = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
HALLOWEEN = dt.date(2026, 10, 31)
EVENING = dt.datetime(2026, 10, 31, 22, 30, tzinfo=LOS_ANGELES)


def test_half_past_ten_on_halloween_in_los_angeles_is_halloween_for_books_in_new_york() -> None:
    with loop() as here:
        here.time = EVENING.astimezone(dt.UTC)
        here.site = evolve(here.site, calendar=PostingCalendar(NEW_YORK, zones={"NJ": LOS_ANGELES}))
        move_everything(here)
        here.later(minutes=1)
        deliver(here.site)
        for kind in KINDS:
            (posting,) = here.postings(kind)
            assert (posting.state, dates(posting)) == (State.ACCEPTED, (HALLOWEEN, None)), kind
        assert told(here) == ["2026-10-31"] * 4


def test_what_leaves_before_and_after_midnight_there_are_two_parts() -> None:
    with loop() as here:
        here.site = evolve(here.site, calendar=PostingCalendar(NEW_YORK, zones={"NJ": LOS_ANGELES}))
        here.time = EVENING.astimezone(dt.UTC) - dt.timedelta(hours=12)
        here.release()
        here.turn()
        here.time = EVENING.astimezone(dt.UTC)
        leaves(here, black=5)
        here.later(hours=2)
        leaves(here, navy=2, part=False)
        collect_movements(here.site)
        found = [dates(one)[0] for one in here.postings("order_shipment")]
        assert found == [HALLOWEEN, HALLOWEEN + dt.timedelta(days=1)]


def test_a_site_says_the_zones_of_its_locations(tmp_path: Path) -> None:
    path = written(tmp_path, '[ledger.zones]\nLA = "America/Los_Angeles"\n')
    file = load_site(path)
    assert file.ledger.calendar.own_date(EVENING, location="LA") == HALLOWEEN
    with open_site(file, SECRETS) as site:
        assert site.calendar.zones == {"LA": LOS_ANGELES}


def test_a_zone_that_there_is_not_stops_the_start_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"ledger\.zones\.LA"):
        load_site(written(tmp_path, '[ledger.zones]\nLA = "America/Los_Angles"\n'))
