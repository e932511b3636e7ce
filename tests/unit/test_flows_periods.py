"""A turn dates by what is open at its own moment: by the ledger's clock, as site and Blue Cherry say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from flows_world import Loop, loop
from test_flows_dates import FIRST, HALLOWEEN, LAST, adjusted, dates, told
from test_site_file_calendar import SECRETS, written

from clarus_bluecherry.config import load_site
from clarus_bluecherry.finance import Months, PeriodEvent, PeriodHistory, PostingCalendar, WhenClosed
from clarus_bluecherry.flows.opening import open_site
from clarus_bluecherry.flows.turn import StepOutcome, TurnStep, turn
from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import PeriodState

NEW_YORK = ZoneInfo("America/New_York")
OCTOBER = Months().of(LAST)
CLOSED = PeriodEvent(OCTOBER, PeriodState.CLOSED, dt.datetime(2026, 11, 3, 18, tzinfo=NEW_YORK), by="finance")
REOPENED = PeriodEvent(OCTOBER, PeriodState.OPEN, dt.datetime(2026, 11, 5, 9, tzinfo=NEW_YORK), by="audit")


@pytest.fixture
def here() -> Iterator[Loop]:
    """On 31 October, with events of November in the site file already."""
    with loop() as here:
        here.time = HALLOWEEN
        here.site = here.site.with_calendar(PostingCalendar(NEW_YORK), PeriodHistory([CLOSED, REOPENED]))
        yield here


# What the site says ------------------------------------------------------------------------------------------


def test_before_its_event_a_period_is_open(here: Loop) -> None:
    here.warehouse.adjust("1234_blk_m", 1, "FOUND")
    here.later(days=3)
    turn(here.site)
    assert dates(adjusted(here)) == (LAST, None)


def test_a_period_whose_event_comes_during_a_turn_is_closed_when_a_message_is_claimed(here: Loop) -> None:
    here.warehouse.adjust("1234_blk_m", 1, "FOUND")
    here.time = CLOSED.at - dt.timedelta(seconds=1)

    def later(step: TurnStep, outcome: StepOutcome) -> None:
        if step is TurnStep.REPROCESS:
            assert dates(adjusted(here)) == (LAST, None)
            here.later(seconds=2)

    turn(here.site, on_progress=later)
    assert (adjusted(here).state, dates(adjusted(here))) == (State.ACCEPTED, (FIRST, LAST))
    assert told(here) == ["2026-11-01"]


def test_what_was_refused_goes_on_by_itself_from_the_instant_at_which_the_period_is_opened_again(
    here: Loop,
) -> None:
    here.site = evolve(here.site, calendar=evolve(here.site.calendar, when_closed=WhenClosed.REFUSE))
    here.warehouse.adjust("1234_blk_m", 1, "FOUND")
    here.time = CLOSED.at
    turn(here.site)
    assert (adjusted(here).state, adjusted(here).reason_code) == (State.PARKED, "period_closed")
    here.time = REOPENED.at
    turn(here.site)
    assert (adjusted(here).state, dates(adjusted(here))) == (State.ACCEPTED, (LAST, None))


def test_a_site_brings_its_events_from_the_file(tmp_path: Path) -> None:
    more = """section = "stock"
[[ledger.periods]]
period = "2026-10"
state = "closed"
at = 2046-11-03T18:00:00-05:00
section = "stock"
"""
    file = load_site(written(tmp_path, more))
    with open_site(file, SECRETS) as site:
        assert site.periods == file.ledger.history
        assert site.section == "stock"
        assert site.calendar_at(dt.datetime(2046, 11, 4, tzinfo=dt.UTC)).closed == (OCTOBER,)
        assert site.calendar_at(dt.datetime(2046, 11, 2, tzinfo=dt.UTC)).closed == ()
