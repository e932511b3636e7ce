"""`exceptions ack|assign|resolve|history|trend`: what persons do is kept, told first where it is many."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ledger_databases import NOON, Clock
from test_cli import SITE
from test_cli_ledger_acts import typed
from test_exceptions_kept import item

from clarus_bluecherry.flows import keep_look, open_exceptions
from clarus_bluecherry.ledger import Ledger

BY_ADA = ("--who", "Ada", "--why", "we know")
ONE = "parked:order 1001"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    with Ledger.open(tmp_path / "ledger.sqlite", now=Clock()) as ledger:
        found = [item(), item("order 2"), item("feed clarus transaction", "feed_silent", value=None)]
        keep_look(ledger, found, began=NOON)
    path = tmp_path / "site.toml"
    nowhere = "http://127.0.0.1:9"
    path.write_text(SITE.format(clarus=nowhere, bluecherry=nowhere, ledger=tmp_path / "ledger.sqlite"), "utf-8")
    return path


def run(command: str, *arguments: object, site: Path, **how: Any) -> str:
    return typed("exceptions", command, *arguments, "--site", site, **how)


def told(*arguments: Any, **how: Any) -> Any:
    return json.loads(run(*arguments, "--json", **how))


def states(site: Path) -> dict[str, str]:
    with Ledger.open(site.parent / "ledger.sqlite") as ledger:
        return {each.identity: each.state.value for each in open_exceptions(ledger)}


def test_one_is_acknowledged_until_a_day_assigned_and_resolved(site: Path) -> None:
    [row] = told("ack", ONE, "--until", "2126-03-09", *BY_ADA, site=site)["decided"]
    assert (row["before"], row["after"], row["what"]) == ("open", "acknowledged", "pick of order 1001")
    told("assign", ONE, "--to", "night shift", *BY_ADA, site=site)
    with Ledger.open(site.parent / "ledger.sqlite") as ledger:
        kept = ledger.kept_exception(ONE)
    assert kept is not None
    assert (str(kept.until), kept.assigned_to) == ("2126-03-09 05:00:00+00:00", "night shift")
    told("resolve", ONE, *BY_ADA, site=site)
    assert [step["event"] for step in told("history", ONE, site=site)] == [
        "opened",
        "acknowledged",
        "assigned",
        "resolved",
    ]


def test_many_are_told_first_and_the_bad_one_stops_no_other(site: Path) -> None:
    bulk = ("resolve", "--keys", "-", *BY_ADA)
    names = f"parked:order 7\n{ONE}\nparked:order 2\n"
    run(*bulk, site=site, said=names, code=2)
    assert set(states(site).values()) == {"open"}
    assert [row["done"] for row in told(*bulk, "--dry-run", site=site, said=names, code=1)["decided"]] == [
        False,
        True,
        True,
    ]
    told(*bulk, "--yes", site=site, said=names, code=1)
    assert [*states(site)] == ["feed_silent:feed clarus transaction"]


def test_a_class_or_an_owner_names_all_that_are_open(site: Path) -> None:
    found = told("ack", "--class", "parked", "--until", "7d", *BY_ADA, "--yes", site=site)
    assert [row["key"] for row in found["decided"]] == [ONE, "parked:order 2"]
    found = told("ack", "--for", "integration", *BY_ADA, "--dry-run", site=site)
    assert [row["key"] for row in found["decided"]] == ["feed_silent:feed clarus transaction"]


def test_the_history_of_what_was_never_listed_ends_with_2(site: Path) -> None:
    run("history", "parked:order 7", site=site, code=2)


def test_the_history_says_until_when_it_rests(site: Path) -> None:
    told("ack", ONE, "--until", "2126-03-09", *BY_ADA, site=site)
    assert told("history", ONE, site=site)[-1]["note"] == "until 2126-03-09T05:00+00:00: we know"


def test_days_are_counted(site: Path) -> None:
    found = told("trend", "--since", "2026-03-02", "--until", "2026-03-02", site=site)
    assert {row["class"]: (row["opened"], row["open"]) for row in found} == {
        "parked": (2, 2),
        "feed_silent": (1, 1),
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("ack", ONE, "--who", "Ada"),
        ("ack", ONE, *BY_ADA, "--until", "soon"),
        ("assign", ONE, *BY_ADA),
        ("resolve", *BY_ADA),
        ("resolve", "--class", "odd", *BY_ADA),
    ],
    ids=["no-reason", "no-time", "to-nobody", "nothing-chosen", "no-class"],
)
def test_what_is_not_said_right_ends_with_2(site: Path, arguments: tuple[str, ...]) -> None:
    run(*arguments, site=site, code=2)
    assert set(states(site).values()) == {"open"}


def test_a_date_that_is_over_is_refused(site: Path) -> None:
    [row] = told("ack", ONE, "--until", "2020-01-01", *BY_ADA, site=site, code=1)["decided"]
    assert "over" in row["refused"]
