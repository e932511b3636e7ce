"""`ledger erase` and `ledger prune`: told first, done with --yes, and never a personal value on the screen."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import test_cli
from ledger_databases import Clock
from test_ledger_personal import a_message, an_order, delivered

from clarus_bluecherry.ledger import Ledger


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path, now=Clock()) as ledger:
        delivered(ledger, an_order())
        ledger.record(an_order("1002"))
        ledger.post(a_message(an_order("1002")))
        ledger.close_orders("goods_out", ["1001"], "dispatched")
    return path


def run(*arguments: object, code: int = 0, **variables: str) -> str:
    done = test_cli.run("ledger", *map(str, arguments), **variables)
    assert done.returncode == code, done.stderr
    assert "Jane" not in done.stdout + done.stderr
    return str(done.stdout + done.stderr)


def name_of(path: Path, number: str = "1001") -> str:
    with Ledger.open(path) as ledger:
        return ledger.fact(an_order(number).key).record.ship_to.name  # type: ignore[union-attr]


def test_it_is_told_first_and_done_with_yes(path: Path) -> None:
    told = json.loads(run("erase", path, "--order", "1001", "--json"))
    assert told["erased"] is False
    [document] = told["documents"]
    assert document["document"] == "pick ticket 1001"
    assert document["became"] == "to be erased"
    assert document["values"] > 5
    assert name_of(path) == "Jane Doe"
    assert "say --yes" in run("erase", path, "--order", "1001")
    assert "erased" in run("erase", path, "--order", "1001", "--yes", "--by", "privacy desk")
    assert name_of(path) == "[erased]"
    assert "Nothing is held" in run("erase", path, "--order", "1001", "--yes")
    assert "privacy desk" in run("show", path, "--key", a_message(an_order()).key, "--json")


def test_a_person_is_read_from_standard_input_and_what_is_open_is_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"jane@example.com\n")))
    erased = run("erase", "LEDGER_URL", "--person", "-", "--yes", "--json", code=1, LEDGER_URL=f"sqlite:///{path}")
    told = json.loads(erased)
    became = {document["document"]: document["became"] for document in told["documents"]}
    assert became == {"pick ticket 1001": "erased", "pick ticket 1002": "kept: still to be delivered"}
    assert (name_of(path), name_of(path, "1002")) == ("[erased]", "Jane Doe")


def test_what_is_old_is_pruned(path: Path) -> None:
    assert "Would be pruned" in run("prune", path, "--older-than", "1d")
    assert name_of(path) == "Jane Doe"
    told = json.loads(run("prune", path, "--older-than", "1d", "--yes", "--json"))
    assert (told["pruned"], told["documents"], told["raw_records"]) == (True, 1, 1)
    assert (name_of(path), name_of(path, "1002")) == ("[erased]", "Jane Doe")


@pytest.mark.parametrize("days", ["400", "0d", "-1d", "1y", "400 d"])
def test_a_span_is_a_number_of_days(path: Path, days: str) -> None:
    assert "no number of days" in run("prune", path, f"--older-than={days}", "--yes", code=2)


def test_neither_or_both_is_refused_and_so_is_no_ledger(path: Path, tmp_path: Path) -> None:
    assert "an order or a person" in run("erase", path, "--yes", code=2)
    assert "an order or a person" in run("erase", path, "--order", "1", "--person", "x", code=2)
    assert "is no ledger" in run("erase", tmp_path / "none.sqlite", "--order", "1001", code=2)
