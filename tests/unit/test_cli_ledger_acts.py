"""`ledger retry|cancel|settle|leave`: one by one and many at once, told first, with a name and a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ledger_databases import Clock, a_posting
from test_flows_deciding import adjustment, one
from test_ledger_inbox import an_unread
from typer.testing import CliRunner

from clarus_bluecherry.cli.app import app
from clarus_bluecherry.errors import ClarusBluecherryError
from clarus_bluecherry.ledger import InboxState, Ledger, State

BY_ADA = ("--who", "Ada", "--why", "I looked")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path, now=Clock()) as ledger:
        one(ledger, "1", State.REJECTED, reason="no such style")
        one(ledger, "2", State.IN_DOUBT)
        one(ledger, "3", State.PARKED, reason_code="unknown_sku")
        one(ledger, "4", State.PARKED, reason_code="period_closed")
        one(ledger, "5", State.POSTED)
        ledger.hear(an_unread("1001"))
    return path


def key(number: str) -> str:
    return a_posting(adjustment(number)).key


def typed(*arguments: object, code: int = 0, said: str | None = None) -> str:
    """What the command line prints, called here: a process for each would take most of the time."""
    done = CliRunner().invoke(app, [*map(str, arguments)], input=said)
    ended = 2 if isinstance(done.exception, ClarusBluecherryError) else done.exit_code
    assert ended == code, (done.output, done.exception)
    return done.stdout


def run(*arguments: object, code: int = 0, **how: Any) -> str:
    return typed("ledger", *arguments, code=code, **how)


def told(*arguments: object, code: int = 0, **how: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run(*arguments, "--json", code=code, **how))
    return document


def state(path: Path, number: str) -> State:
    with Ledger.open(path) as ledger:
        found = ledger.posting(key(number))
    assert found is not None
    return found.state


def test_one_key_is_done_at_once_and_its_history_says_who_and_why(path: Path) -> None:
    found = told("retry", path, key("1"), *BY_ADA)
    [row] = found["decided"]
    assert (found["dry_run"], row["before"], row["after"], row["done"]) == (False, "rejected", "pending", True)
    history = json.loads(run("show", path, "--key", key("1"), "--json"))
    assert (history[-1]["note"], history[-1]["actor"]) == ("I looked", "Ada")


def test_what_may_stand_there_is_refused_until_somebody_says_that_it_does_not(path: Path) -> None:
    [row] = told("retry", path, key("2"), *BY_ADA, code=1)["decided"]
    assert "may have had effect" in row["refused"]
    told("retry", path, key("2"), *BY_ADA, "--not-there")
    assert state(path, "2") is State.RETRYING


def test_many_are_told_first_and_done_with_yes_and_the_bad_one_stops_no_other(path: Path) -> None:
    bulk = ("cancel", path, "--keys", "-", "--settled-with", "ADJ-9", *BY_ADA)
    keys = "\n".join([key("5"), "no:such:key:1", key("1"), "", key("3")])
    tried = told(*bulk, "--dry-run", said=keys, code=1)
    assert tried["dry_run"] is True
    assert [row["done"] for row in tried["decided"]] == [False, False, True, True]
    assert "say --yes" not in run(*bulk, said=keys, code=2)
    assert state(path, "1") is State.REJECTED
    done = told(*bulk, "--yes", said=keys, code=1)
    assert [row["after"] for row in done["decided"]] == ["posted", None, "cancelled", "cancelled"]
    with Ledger.open(path) as ledger:
        assert ledger.posting(key("1")).detail["settled_with"] == "ADJ-9"  # type: ignore[union-attr]


def test_a_filter_takes_what_stands_in_a_state_for_a_reason(path: Path) -> None:
    found = told("retry", path, "--state", "parked", "--reason", "unknown_sku", *BY_ADA, "--yes")
    assert [row["key"] for row in found["decided"]] == [key("3")]
    found = told("cancel", path, "--reason", "period_closed", *BY_ADA, "--dry-run")
    assert [row["key"] for row in found["decided"]] == [key("4")]
    assert told("retry", path, "--state", "accepted", *BY_ADA)["decided"] == []


def test_settling_names_the_other_sides_document_and_day(path: Path) -> None:
    told("settle", path, key("2"), "--document", "ADJ-9", "--booked", "2026-03-03", *BY_ADA)
    with Ledger.open(path) as ledger:
        settled = ledger.posting(key("2"))
    assert settled is not None
    assert (settled.state, settled.detail["booked"]) == (State.POSTED, "2026-03-03")


def test_what_is_in_the_inbox_is_left(path: Path) -> None:
    [row] = told("leave", path, an_unread("1001").key, *BY_ADA)["decided"]
    assert (row["before"], row["after"]) == ("waiting", InboxState.LEFT.value)
    [row] = told("leave", path, an_unread("1001").key, *BY_ADA, code=1)["decided"]
    assert "left" in row["refused"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("retry", "KEY", "--who", "Ada"),
        ("retry", "KEY", "--why", "I looked"),
        ("settle", "KEY", *BY_ADA),
        ("settle", "KEY", *BY_ADA, "--document", "A", "--booked", "yesterday"),
        ("cancel", *BY_ADA),
        ("cancel", *BY_ADA, "--keys", "no-such-file.txt"),
        ("cancel", *BY_ADA, "--state", "odd"),
    ],
    ids=["no-reason", "no-name", "no-document", "no-day", "nothing-chosen", "no-file", "no-state"],
)
def test_what_is_not_said_right_ends_with_2_and_does_nothing(path: Path, arguments: tuple[str, ...]) -> None:
    command, *rest = arguments
    run(command, path, *(key("1") if each == "KEY" else each for each in rest), code=2)
    assert state(path, "1") is State.REJECTED


def test_a_ledger_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    run("retry", tmp_path / "none.sqlite", key("1"), *BY_ADA, code=2)
    assert [*tmp_path.iterdir()] == []
