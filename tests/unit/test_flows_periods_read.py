"""Where a site's way to Blue Cherry carries periods a turn reads them, and keeps what changed as dated events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from attrs import define, evolve, field
from flows_world import Loop, loop
from test_flows_dates import FIRST, HALLOWEEN, LAST, adjusted, dates

from clarus_bluecherry.bluecherry import Delivery
from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.kinds.period_status import PERIOD_STATUS
from clarus_bluecherry.bluecherry.sheets import template, write_sheet
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.exchange import Folder, NameTemplate
from clarus_bluecherry.finance import Months, PeriodEvent, PeriodHistory, PostingCalendar, WhenClosed
from clarus_bluecherry.flows import TurnStep, periods, shown_periods, turn
from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import PeriodState
from clarus_bluecherry.testing.messages import period_status

NEW_YORK = ZoneInfo("America/New_York")
OCTOBER = {"period": "2026-10", "first_day": "2026-10-01", "last_day": "2026-10-31"}
REFUSE = PostingCalendar(NEW_YORK, when_closed=WhenClosed.REFUSE)


@define
class Showing:
    """The site's way to Blue Cherry, over which it shows its periods too."""

    way: object
    rows: list[dict[str, str]] = field(factory=list)
    settled: int = 0

    def read(self, kind, since=None):
        if kind is not PERIOD_STATUS:
            return self.way.read(kind, since)
        return (Delivery(entry=period_status(**row), settle=self._settle) for row in self.rows)

    def _settle(self, settlement):
        self.settled += settlement.is_kept

    def __getattr__(self, name):
        return getattr(self.way, name)


@pytest.fixture
def here() -> Iterator[Loop]:
    with loop() as here:
        here.time = HALLOWEEN
        here.site = evolve(here.site, bluecherry=BlueCherry(Showing(here.site.bluecherry.transport)))
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        yield here


def shows(here: Loop, *rows: dict[str, str]) -> None:
    here.site.bluecherry.transport.rows[:] = rows


def events(here: Loop) -> list[tuple[str, str, str, dt.datetime]]:
    return [(one.period.name, one.state, one.section, one.at) for one in shown_periods(here.site.ledger).events]


def test_a_period_that_blue_cherry_closed_takes_nothing_more_and_is_kept_as_a_dated_event(here: Loop) -> None:
    here.later(days=4)
    shows(here, {**OCTOBER, "state": "closed", "since": "11/03/2026"})
    turned = turn(here.site)
    assert (adjusted(here).state, dates(adjusted(here))) == (State.ACCEPTED, (FIRST, LAST))
    assert events(here) == [("2026-10", "closed", "", here.time)]
    (event,) = shown_periods(here.site.ledger).events
    assert (event.by, event.note) == ("Blue Cherry", "since 11/03/2026 there")
    assert str(turned.done[TurnStep.PERIODS]) == "1 new"
    assert here.site.bluecherry.transport.settled == 1


def test_what_did_not_change_is_no_event(here: Loop) -> None:
    shows(here, {**OCTOBER, "state": "open"}, {**OCTOBER, "state": "closed", "section": "stock"})
    turn(here.site)
    here.later(days=1)
    assert str(turn(here.site).done[TurnStep.PERIODS]) == "2 known"
    assert [one[:3] for one in events(here)] == [("2026-10", "closed", "stock")]


def test_opening_again_lets_what_was_refused_go_and_leaves_its_trace(here: Loop) -> None:
    here.site = here.site.with_calendar(REFUSE)
    for state in ("closed", "open", "closed"):
        here.later(days=1)
        shows(here, {**OCTOBER, "state": state})
        turn(here.site)
        expected = State.PARKED if not events(here)[1:] else State.ACCEPTED
        assert adjusted(here).state is expected
    assert dates(adjusted(here)) == (LAST, None)
    assert [state for _, state, _, _ in events(here)] == ["closed", "open", "closed"]
    (opened,) = shown_periods(here.site.ledger).reopened()
    assert opened.at == HALLOWEEN + dt.timedelta(days=2)


@pytest.mark.parametrize(("section", "state"), [("stock", State.PARKED), ("invoices", State.ACCEPTED)])
def test_a_site_that_closes_by_sections_heeds_its_own(here: Loop, section: str, state: State) -> None:
    here.site = here.site.with_calendar(REFUSE, section="stock")
    shows(here, {**OCTOBER, "state": "closed", "section": section})
    turn(here.site)
    assert adjusted(here).state is state


def test_who_only_sends_heeds_what_another_worker_read(here: Loop) -> None:
    shows(here, {**OCTOBER, "state": "closed"})
    turn(here.site, steps=[TurnStep.PERIODS])
    shows(here)
    turn(here.site, steps=[TurnStep.MOVEMENTS, TurnStep.DELIVER])
    assert dates(adjusted(here)) == (FIRST, LAST)


def test_what_was_shown_is_asked_of_the_ledger_twice_in_a_turn_without_a_change(
    here: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(periods, "shown_periods", lambda ledger: asked.append(1) or shown_periods(ledger))
    shows(here, {**OCTOBER, "state": "open"})
    turn(here.site)
    assert len(asked) == 2  # for the steps, and to compare


@pytest.mark.parametrize(("days", "expected"), [(-1, (FIRST, LAST)), (1, (LAST, None))])
def test_of_what_the_site_says_and_blue_cherry_shows_the_newest_word_counts(
    here: Loop, days: int, expected: tuple[dt.date, dt.date | None]
) -> None:
    opened = PeriodEvent(Months().of(LAST), PeriodState.OPEN, here.time + dt.timedelta(days=days))
    here.site = here.site.with_calendar(here.site.calendar, PeriodHistory([opened]))
    shows(here, {**OCTOBER, "state": "closed"})
    turn(here.site, steps=[TurnStep.PERIODS])
    here.later(days=2)
    turn(here.site)
    assert dates(adjusted(here)) == expected


def test_a_period_of_other_days_than_the_site_says_waits_for_a_person_and_closes_nothing(here: Loop) -> None:
    october = PeriodEvent(Months().of(LAST), PeriodState.OPEN, here.time)
    here.site = here.site.with_calendar(here.site.calendar, PeriodHistory([october]))
    shows(here, {**OCTOBER, "last_day": "2026-11-01", "state": "closed"})
    turn(here.site)
    assert (adjusted(here).state, dates(adjusted(here))) == (State.ACCEPTED, (LAST, None))
    (item,) = here.unread()
    assert item.reason == (
        "period 2026-10, field last_day: it is 2026-10-01 to 2026-11-01 here, and 2026-10-01 to 2026-10-31"
        " elsewhere: one name stands for the same days"
    )
    shows(here, {**OCTOBER, "state": "closed"})
    turn(here.site)
    assert [item.state.value for item in here.unread()] == ["done"]


def test_where_blue_cherry_gives_a_period_other_days_these_count(here: Loop) -> None:
    shows(here, {**OCTOBER, "state": "closed"})
    turn(here.site, steps=[TurnStep.PERIODS])
    here.later(hours=1)
    shows(here, {**OCTOBER, "last_day": "2026-10-30", "state": "closed"})
    turn(here.site)
    assert dates(adjusted(here)) == (LAST, None)
    (event,) = shown_periods(here.site.ledger).events
    assert event.period.last_day == dt.date(2026, 10, 30)


def test_two_sections_that_give_a_period_other_days_are_shown_to_a_person(here: Loop) -> None:
    one, other = ({**OCTOBER, "state": "closed", "section": section} for section in ("stock", "invoices"))
    shows(here, one, {**other, "last_day": "2026-10-30"}, other)
    turned = turn(here.site)
    assert str(turned.done[TurnStep.PERIODS]) == "2 new, 1 unread"


def test_a_site_whose_transport_carries_none_has_what_it_says_itself_and_nobody_is_told(here: Loop) -> None:
    here.site = evolve(here.site, bluecherry=BlueCherry(here.site.bluecherry.transport.way))
    turned = turn(here.site)
    assert turned.is_whole
    assert (events(here), here.unread()) == ([], [])


def test_a_site_that_names_the_kind_is_told_that_it_is_not_carried(here: Loop) -> None:
    kinds = frozenset({"pick_ticket", "production_order", "style", "period_status"})
    here.site = evolve(here.site, bluecherry=BlueCherry(here.site.bluecherry.transport.way), kinds=kinds)
    turn(here.site)
    (item,) = here.unread()
    assert "REST carries no period status" in item.reason


def test_periods_come_by_sheet_too(tmp_path: Path) -> None:
    with loop() as here:
        here.time = HALLOWEEN
        layout = template("period_status")
        folder = Folder(tmp_path, settle=dt.timedelta(0), now=lambda: here.time, on_incident=lambda incident: None)
        codec = SheetCodec({"period_status": layout}, {"period_status": ["PER*.csv"]})
        profile = FilesProfile(names=NameTemplate("{kind}_{control_number}.csv"))
        transport = FileTransport(folder, codec, profile, store=tmp_path / "store", now=lambda: here.time)
        with BlueCherry(transport) as bluecherry:
            site = evolve(here.site, bluecherry=bluecherry)
            for name, state in (("PER1.csv", "closed"), ("PER2.csv", "open")):
                sheet = write_sheet(layout, [period_status(**OCTOBER, state=state)])
                (tmp_path / "in" / name).write_bytes(sheet)
                turn(site, steps=[TurnStep.PERIODS])
                here.later(hours=1)
        assert [event.state for event in shown_periods(here.site.ledger).events] == ["closed", "open"]
