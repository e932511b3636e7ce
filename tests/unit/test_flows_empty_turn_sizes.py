"""An empty turn asks the same of its database and both systems, however much is settled: on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from flows_world import loop
from ledger_databases import a_place
from settled_history import counting, requests, write_history

from clarus_bluecherry.flows import turn

FEW, MANY = 999, 19_998


def asked_in_an_empty_turn(place: str | Path, facts: int) -> tuple[list[str], int, list[str]]:
    """Statements, rows that came back, and requests."""
    write_history(place, facts)
    with loop(ledger=str(place)) as here:
        turn(here.site)
        here.later(minutes=10)
        with requests() as asked, counting() as cost:
            turned = turn(here.site)
        assert turned.is_whole
        assert not turned.moved
    return [statement for statement, _ in cost.statements], cost.rows, asked


@pytest.mark.parametrize("system", ["sqlite", "postgres"])
def test_an_empty_turn_asks_the_same_whatever_is_settled(tmp_path: Path, system: str) -> None:
    for folder in ("few", "many"):
        (tmp_path / folder).mkdir()
    few = asked_in_an_empty_turn(a_place(system, tmp_path / "few"), FEW)
    many = asked_in_an_empty_turn(a_place(system, tmp_path / "many"), MANY)
    assert many == few
    assert len(few[0]) > 10
    assert few[1] < 50
