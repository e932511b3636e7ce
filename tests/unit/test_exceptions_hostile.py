"""Exceptions under data that would steer a terminal, run in a sheet, or pass for another's value."""

from __future__ import annotations

import csv
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from flows_world import loop
from ledger_databases import NOON, Clock, a_place
from test_cli import SECRETS, SITE
from test_cli import run as main
from test_cli_exceptions_acts import BY_ADA, ONE, run, site
from test_exceptions_kept import DAY, item
from test_flows_deciding import one

from clarus_bluecherry.cli import exceptions as command
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance import Months, PostingCalendar, moment
from clarus_bluecherry.finance.exceptions import (
    ExceptionEvidence,
    ExceptionItem,
    ExceptionPolicy,
    acknowledged,
    look,
    one_for_each,
)
from clarus_bluecherry.flows import acknowledge_exception, keep_look, open_exceptions
from clarus_bluecherry.flows.exceptions import ExceptionList
from clarus_bluecherry.flows.exceptions_kept import keep_exceptions
from clarus_bluecherry.ledger import Ledger, State
from clarus_bluecherry.model import Money
from clarus_bluecherry.report.exceptions import exceptions_json, exceptions_rows
from clarus_bluecherry.tables import write_csv

__all__ = ["site"]

LATER = NOON + 9 * DAY
STEERS = "\x1b[2J\x07"


def hostile() -> ExceptionItem:
    shown = ExceptionEvidence(source="ledger", documents=("=1+1",), came_back=f"@SUM(1) [/x] {STEERS}")
    return item(f"order =2{STEERS}", what=f"=cmd|' /C calc'!A0 {STEERS}", evidence=(shown,))


def test_no_cell_of_the_sheet_runs_and_numbers_stay_numbers(tmp_path: Path) -> None:
    path = tmp_path / "exceptions.csv"
    write_csv(path, exceptions_rows([hostile()], ExceptionPolicy(), LATER))
    [row] = csv.DictReader(path.read_text("utf-8-sig").splitlines())
    assert (row["units"], row["value"]) == ("-2", "-15")
    assert [row[name][:2] for name in ("what", "documents", "reason")] == ["'=", "'=", "'@"]
    assert "\x1b" not in str(list(row.values()))


def test_nothing_that_is_shown_steers_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    found = ExceptionList(as_of=LATER, items=(hostile(), item("order [/x]")), unread=(f"warehouse: {STEERS}",))
    command._show(found.items, found, ExceptionPolicy(), None, {}, dt.UTC, has_books=False)
    said = capsys.readouterr().out
    assert "[/x]" in said
    assert not {"\x1b", "\x07"} & set(said)


@pytest.mark.parametrize("system", ["sqlite", "postgres"])
@pytest.mark.parametrize("odd", ["\0", "\ud800", "\x1b[2J"])
def test_one_with_an_odd_number_stops_no_other_and_can_be_acted_on(system: str, odd: str, tmp_path: Path) -> None:
    with Ledger.open(a_place(system, tmp_path), now=Clock()) as ledger:
        keep_look(ledger, [item(), item(f"order 2{odd}", what=odd)], began=NOON)
        names = [each.identity for each in open_exceptions(ledger)]
        assert len(names) == 2
        assert all(each.isprintable() for each in names)
        for each in names:
            acknowledge_exception(ledger, each, actor="Ada", reason="we know")


def test_what_was_acknowledged_breaches_again_as_of_its_date() -> None:
    standing = look([], [item()], NOON).standings[0]
    known, _ = acknowledged(standing, by="Ada", why="we know", until=LATER, at=NOON)
    for as_of, breaches in ((LATER - dt.timedelta.resolution, 0), (LATER, 1)):
        kept = {known.identity: known}
        found = exceptions_json([item()], ExceptionPolicy(), as_of, standings=kept)
        assert found["breaches"] == breaches
        [_, row] = exceptions_rows([item()], ExceptionPolicy(), as_of, kept)
        assert any("listed for more than" in cell for cell in row) == bool(breaches)


def test_a_value_is_that_of_the_units_that_are_shown() -> None:
    told = ExceptionEvidence(source="close")
    dear = item(units="-5", value=None, close=None)
    few = item(kind="dispatch_not_posted", units="-3", value=Money(-30, "USD"), evidence=(told,))
    [shown] = one_for_each([dear, few])
    assert (shown.units, shown.value) == (Decimal(-5), None), "what three are worth is not what five are"
    for nobody in (None, "0"):
        [shown] = one_for_each([item(units=nobody, value=None), few])
        assert (shown.units, shown.value) == (Decimal(-3), Money(-30, "USD"))
        assert shown.close is not None
        assert shown.close.value == shown.value


def test_a_date_that_is_none_is_refused_and_says_what_to_write(site: Path, tmp_path: Path) -> None:
    run("ack", ONE, "--until", "9999-12-31T23:59", *BY_ADA, site=site, code=2)
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger, pytest.raises(InvalidRecord, match="until"):
        acknowledge_exception(ledger, ONE, actor="Ada", reason="x", until=dt.datetime(2126, 1, 1))  # noqa: DTZ001


def test_the_history_of_what_never_was_is_refused(site: Path) -> None:
    run("history", "parked:order 7", site=site, code=2)
    run("history", "parked:order \udc80", site=site, code=2)


def test_what_stands_behind_one_that_was_not_looked_for_is_not_listed_in_its_place() -> None:
    """All that is listed can be acted on: a document is in the first of its classes, whoever looked today."""
    with loop() as here:
        for number in ("1001", "1002"):
            here.release(number)
            here.erp.picks[number].pick_date = here.time.date()
        here.turn()
        here.later(days=3)
        ledger = here.site.ledger
        twice = item(kind="dispatch_posted_twice", evidence=(ExceptionEvidence(source="close"),))
        keep_look(ledger, [twice], began=NOON)
        found, _ = keep_exceptions(here.site)
        listed = {each.identity for each in found.items}
        assert listed == {twice.identity, "past_promise:order 1002"}
        assert listed == {each.identity for each in open_exceptions(ledger)}


@pytest.mark.parametrize("down", ["clarus", "bluecherry"])
def test_a_system_that_does_not_answer_stops_no_list_and_clears_nothing(down: str, tmp_path: Path) -> None:
    place, path = tmp_path / "ledger.sqlite", tmp_path / "site.toml"
    with loop() as here, Ledger.open(place, now=lambda: here.time) as ledger:
        where = {"clarus": here.clarus_url, "bluecherry": here.bluecherry_url, down: "http://127.0.0.1:9"}
        path.write_text(SITE.format(ledger=place, **where), "utf-8")
        waits = one(ledger, state=State.IN_DOUBT)
        shown = ExceptionEvidence(source="warehouse", came_back="held")
        keep_look(ledger, [item("order 2", "past_promise", evidence=(shown,))], began=NOON)
        done = main("exceptions", "--site", str(path), "--json", **SECRETS)
        found = json.loads(done.stdout)
        assert done.returncode == 3
        assert [each["evidence"][0]["postings"] for each in found["exceptions"]] == [[waits]]
        assert found["exceptions"][0]["value"] is None
        assert found["unread"][0].startswith("crosswalk: ")
        assert {"past_promise", "held_too_long"} <= {*found["not_looked_for"]}
        assert "past_promise:order 2" in {each.identity for each in open_exceptions(ledger)}


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_no_clock_shows_is_refused(text: str) -> None:
    with pytest.raises(InvalidRecord, match="no moment"):
        moment(text, PostingCalendar(ZoneInfo("America/New_York")), Months())


def test_a_look_that_is_not_kept_says_so(tmp_path: Path) -> None:
    """A machine whose clock was ahead would else stop all keeping in silence."""
    place, path = tmp_path / "ledger.sqlite", tmp_path / "site.toml"
    with loop() as here, Ledger.open(place) as ledger:
        path.write_text(SITE.format(ledger=place, clarus=here.clarus_url, bluecherry=here.bluecherry_url), "utf-8")
        assert "Not kept" not in main("exceptions", "--site", str(path), **SECRETS).stderr
        keep_look(ledger, [], began=dt.datetime(2126, 1, 1, tzinfo=dt.UTC))
        assert (
            "Not kept: a look that began on 2126-01-01"
            in main("exceptions", "--site", str(path), **SECRETS).stderr
        )


def test_when_a_look_began_is_the_ledgers_word_and_no_machines() -> None:
    with loop() as here:
        ahead = evolve(here.site, clock=lambda: here.time + dt.timedelta(days=366))
        found, _ = keep_exceptions(ahead)
        assert found.as_of == here.site.ledger.last_look() == here.time
