"""A list of `ledger show` that does not hold all there is says so: nobody takes the first fifty for everything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ledger_databases import a_fact, a_posting
from test_cli import run

from clarus_bluecherry.ledger import Ledger


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A ledger in which three postings are pending."""
    path = str(tmp_path / "ledger.sqlite")
    with Ledger.open(path) as ledger:
        for number in ("1", "2", "3"):
            ledger.record(a_fact(number))
            ledger.post(a_posting(a_fact(number), record_name=f"adjustment {number}"))
    return path


@pytest.mark.parametrize("which", ["--state", "--key"])
def test_a_list_that_is_cut_says_so(place: str, which: str) -> None:
    value = {"--state": "pending", "--key": "adjustment"}[which]
    done = run("ledger", "show", place, which, value, "--limit", "2", "--json")
    assert len(json.loads(done.stdout)) == 2
    assert "more" in done.stderr
    assert "--limit" in done.stderr


@pytest.mark.parametrize("which", ["--state", "--key"])
def test_a_list_that_holds_all_says_nothing_of_more(place: str, which: str) -> None:
    value = {"--state": "pending", "--key": "adjustment"}[which]
    done = run("ledger", "show", place, which, value, "--limit", "3", "--json")
    assert len(json.loads(done.stdout)) == 3
    assert not done.stderr


def test_neither_counts_nor_a_history_are_cut(place: str) -> None:
    key = json.loads(run("ledger", "show", place, "--state", "pending", "--limit", "1", "--json").stdout)[0]["key"]
    with Ledger.open(place) as ledger:
        ledger.cancel(key, "not wanted", "a person")
    done = run("ledger", "show", place, "--key", key, "--limit", "1", "--json")
    assert [step["after"] for step in json.loads(done.stdout)] == ["pending", "cancelled"]
    assert not done.stderr
    assert len(json.loads(run("ledger", "show", place, "--limit", "1", "--json").stdout)) == 2
