"""`ledger show` looks into a ledger wherever it lives: a file, an address, or a variable that holds one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ledger_databases import a_fact, a_place, a_posting
from test_cli import run

from clarus_bluecherry.ledger import Ledger


def show(*arguments: str, code: int = 0, **variables: str) -> str:
    done = run("ledger", "show", *arguments, **variables)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


@pytest.mark.parametrize("system", ["sqlite", "postgresql"])
def test_what_is_in_a_ledger_is_shown_wherever_it_lives(system: str, tmp_path: Path) -> None:
    place = str(a_place(system, tmp_path))
    with Ledger.open(place) as ledger:
        ledger.record(a_fact())
        ledger.post(a_posting(a_fact()))
    for shown in (show(place, "--json"), show("LEDGER_URL", "--json", LEDGER_URL=place)):
        assert [row["count"] for row in json.loads(shown)] == ["1"]


def test_what_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert "ledger.sqlite: is no ledger" in show(str(tmp_path / "ledger.sqlite"), code=2)
    assert list(tmp_path.iterdir()) == []
