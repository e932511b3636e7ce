"""Periods open, close and open again as dated events; what comes late is decided, flagged and listed."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance import (
    BookedWhere,
    Months,
    Period,
    PeriodEvent,
    PeriodHistory,
    PostingCalendar,
    PostingDate,
    ThreeDates,
    WhenClosed,
    late_facts,
    moment,
)
from clarus_bluecherry.model import PeriodState

NEW_YORK = ZoneInfo("America/New_York")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
OCTOBER, NOVEMBER = Months().named("2026-10"), Months().named("2026-11")
OPEN, CLOSING, CLOSED = PeriodState.OPEN, PeriodState.CLOSING, PeriodState.CLOSED
CALENDAR = PostingCalendar(NEW_YORK)


def at(day: int, hour: int = 12, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=NEW_YORK)


CLOSE = PeriodHistory(
    [
        PeriodEvent(OCTOBER, CLOSED, at(3, 18), by="finance"),
        PeriodEvent(OCTOBER, CLOSING, at(1), by="finance"),
        PeriodEvent(OCTOBER, OPEN, at(5), by="controller", note="freight of PO 70201"),
        PeriodEvent(OCTOBER, CLOSED, at(5, 16), by="controller"),
    ]
)


@pytest.mark.parametrize(
    ("moment_", "state"),
    [
        (at(1, 11), OPEN),
        (at(1), CLOSING),
        (at(3, 17), CLOSING),
        (at(3, 18), CLOSED),
        (at(5), OPEN),
        (at(6), CLOSED),
    ],
)
def test_a_period_is_what_its_newest_event_says_at_each_moment(moment_: dt.datetime, state: PeriodState) -> None:
    assert CLOSE.state("2026-10", moment_) is state
    assert CLOSE.state("2026-11", moment_) is OPEN


def test_a_period_opened_again_leaves_its_trace() -> None:
    assert [each.state for each in CLOSE.trace("2026-10")] == [CLOSING, CLOSED, OPEN, CLOSED]
    assert [(each.by, each.note) for each in CLOSE.reopened()] == [("controller", "freight of PO 70201")]


def test_a_site_may_close_by_section() -> None:
    history = PeriodHistory(
        [
            PeriodEvent(OCTOBER, CLOSED, at(2), section="invoices"),
            PeriodEvent(OCTOBER, CLOSED, at(4)),
            PeriodEvent(OCTOBER, OPEN, at(5), section="stock"),
        ]
    )
    assert history.state("2026-10", at(3), "invoices") is CLOSED
    assert history.state("2026-10", at(3), "stock") is OPEN
    assert history.state("2026-10", at(4), "stock") is CLOSED  # said of all sections
    assert history.state("2026-10", at(6), "stock") is OPEN
    assert history.state("2026-10", at(6), "invoices") is CLOSED
    assert [each.section for each in history.trace("2026-10", "stock")] == ["", "stock"]


@pytest.mark.parametrize(
    ("now", "decided"),
    [
        (at(31, month=10), PostingDate(dt.date(2026, 10, 17))),
        (at(2), PostingDate(dt.date(2026, 10, 17), while_closing=True)),
        (at(4), PostingDate(dt.date(2026, 11, 1), moved_from=dt.date(2026, 10, 17))),
        (at(5, 13), PostingDate(dt.date(2026, 10, 17))),
    ],
)
def test_what_becomes_of_a_fact_of_october_depends_on_the_moment_it_is_sent(
    now: dt.datetime, decided: PostingDate
) -> None:
    found = CLOSE.on(CALENDAR, now).decided(dt.date(2026, 10, 17))
    assert found == decided
    assert found.is_late is (decided != PostingDate(dt.date(2026, 10, 17)))


def test_a_site_that_keeps_late_facts_back_does_so_by_events_too() -> None:
    calendar = CLOSE.on(PostingCalendar(NEW_YORK, when_closed=WhenClosed.REFUSE), at(4))
    found = calendar.decided(dt.date(2026, 10, 17))
    assert found.date == dt.date(2026, 10, 17)
    assert "2026-10 is closed" in found.refusal


def test_the_first_open_day_passes_over_every_closed_period_and_none_that_is_open() -> None:
    history = PeriodHistory([PeriodEvent(OCTOBER, CLOSED, at(3)), PeriodEvent(NOVEMBER, CLOSED, at(4, month=12))])
    later = history.on(CALENDAR, at(5, month=12))
    assert later.decided(dt.date(2026, 10, 9)).date == dt.date(2026, 12, 1)
    reopened = PeriodHistory([*history.events, PeriodEvent(OCTOBER, OPEN, at(6, month=12))])
    assert reopened.on(CALENDAR, at(7, month=12)).decided(dt.date(2026, 10, 9)) == PostingDate(
        dt.date(2026, 10, 9)
    )


def test_what_blue_cherry_shows_becomes_an_event_only_where_it_changed() -> None:
    once = PeriodHistory().read([(OCTOBER, OPEN, ""), (NOVEMBER, OPEN, "")], at(1), by="periods.csv")
    assert once.events == ()  # open is what a period is that nobody spoke of
    closed = once.read([(OCTOBER, CLOSED, "")], at(3)).read([(OCTOBER, CLOSED, "")], at(4))
    assert [(each.state, each.at) for each in closed.events] == [(CLOSED, at(3))]
    assert closed.read([(OCTOBER, OPEN, "")], at(5)).reopened()[0].at == at(5)


def test_one_name_with_other_days_is_refused() -> None:
    other = Period("2026-10", dt.date(2026, 10, 4), dt.date(2026, 10, 31))
    with pytest.raises(InvalidRecord, match="2026-10"):
        PeriodHistory([PeriodEvent(OCTOBER, CLOSED, at(3)), PeriodEvent(other, OPEN, at(4))])
    with pytest.raises(InvalidRecord, match="time zone"):
        PeriodEvent(OCTOBER, CLOSED, dt.datetime(2026, 11, 3))  # noqa: DTZ001


def test_late_facts_are_listed_with_what_became_of_them() -> None:
    own = dt.date(2026, 10, 30)
    facts = [
        ("in time", own, at(31, month=10)),
        ("while closing", own, at(2)),
        ("after the close", own, at(4)),
        ("opened again", own, at(5, 13)),
        ("its own month", dt.date(2026, 11, 1), at(4)),
    ]
    late = late_facts(facts, CLOSE, CALENDAR)
    assert [(each.key, each.state, each.decided.date) for each in late] == [
        ("while closing", CLOSING, own),
        ("after the close", CLOSED, dt.date(2026, 11, 1)),
    ]
    assert late[1].period == OCTOBER
    assert late[1].decided.moved_from == own


@pytest.mark.parametrize(
    ("asked", "booked", "where"),
    [
        ("2026-10-31", "2026-10-31", BookedWhere.OWN_DAY),
        (None, "2026-10-31", BookedWhere.OWN_DAY),
        ("2026-11-01", "2026-11-01", BookedWhere.AS_ASKED),
        ("2026-10-31", "2026-11-01", BookedWhere.OTHER_PERIOD),
        ("2026-10-31", "2026-10-30", BookedWhere.OTHER_DAY),
        ("2026-11-01", "2026-10-31", BookedWhere.OWN_DAY),
        ("2026-10-31", None, BookedWhere.NOWHERE),
    ],
)
def test_the_booked_date_is_always_compared(asked: str | None, booked: str | None, where: BookedWhere) -> None:
    dates = ThreeDates(dt.date(2026, 10, 31), *(text and dt.date.fromisoformat(text) for text in (asked, booked)))
    assert dates.where(Months()) is where
    assert dates.other_period(Months()) is (booked == "2026-11-01")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-10", dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC)),
        ("2026-10-31", dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC)),
        ("2026-11-02T09:30:00-05:00", dt.datetime(2026, 11, 2, 14, 30, tzinfo=dt.UTC)),
        ("2026-11-02T14:30:00Z", dt.datetime(2026, 11, 2, 14, 30, tzinfo=dt.UTC)),
    ],
)
def test_a_moment_is_an_instant_or_the_end_of_a_day_or_of_a_period(text: str, instant: dt.datetime) -> None:
    assert moment(text, CALENDAR, Months()) == instant


@pytest.mark.parametrize("text", ["2026-11-02T09:30:00", "yesterday", "2026-13", ""])
def test_what_is_no_moment_is_refused_with_what_it_may_be(text: str) -> None:
    with pytest.raises(InvalidRecord, match="instant with its offset, a date, or a period"):
        moment(text, CALENDAR, Months())


# Days, cut-offs and zones


def test_each_location_may_keep_its_days_by_its_own_zone() -> None:
    calendar = PostingCalendar(NEW_YORK, zones={"LA": LOS_ANGELES})
    night = dt.datetime(2026, 11, 1, 6, tzinfo=dt.UTC)  # 02:00 in New York, 23:00 on 31 October in Los Angeles
    assert calendar.own_date(night) == calendar.own_date(night, location="NJ") == dt.date(2026, 11, 1)
    assert calendar.own_date(night, location="LA") == dt.date(2026, 10, 31)
    assert calendar.end_of(dt.date(2026, 10, 31), "LA") == dt.datetime(2026, 11, 1, 7, tzinfo=dt.UTC)


@pytest.mark.parametrize("cut_off", [dt.time(0), dt.time(1, 30), dt.time(2, 30), dt.time(17), dt.time(23)])
@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Asia/Beirut", "Atlantic/Azores"])
@pytest.mark.parametrize(
    "day", ["2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01", "2026-07-07", "2026-10-24"]
)
def test_a_day_begins_the_moment_the_one_before_it_ends(zone: str, day: str, cut_off: dt.time) -> None:
    calendar = PostingCalendar(ZoneInfo(zone), cut_off=cut_off)
    the_day = dt.date.fromisoformat(day)
    end = calendar.end_of(the_day)
    tick = dt.timedelta(microseconds=1)
    assert calendar.own_date(end - tick) == the_day
    assert calendar.own_date(end) == the_day + dt.timedelta(days=1)
    minutes = [end + dt.timedelta(minutes=5 * step) for step in range(-60, 61)]
    assert [calendar.own_date(each) for each in minutes] == sorted(calendar.own_date(each) for each in minutes)


def test_what_a_calendar_says_itself_stands_where_nothing_else_was_said() -> None:
    closed = PostingCalendar(NEW_YORK, closed=[OCTOBER, NOVEMBER])
    history = PeriodHistory([PeriodEvent(NOVEMBER, OPEN, at(1, month=12))])
    assert history.on(closed, at(1, month=12)).closed == (OCTOBER,)
