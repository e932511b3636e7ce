"""Questions about many facts and postings at once give what each would give alone, and read nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flows_world import loop
from ledger_databases import a_place
from plans_world import a_busy_week, grow, heard, scans

from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger

SYSTEMS = ["sqlite", "postgres"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_many_are_answered_as_one_by_one(tmp_path: Path, system: str) -> None:
    with loop(ledger=str(a_place(system, tmp_path))) as here:
        a_busy_week(here)
        ledger = here.site.ledger
        postings = sorted(ledger.in_state(*State), key=lambda each: each.key)
        assert len(postings) > 5
        assert sorted(ledger.postings_of_all([each.fact_key for each in postings]), key=lambda each: each.key) == (
            postings
        )
        assert ledger.histories([each.key for each in postings]) == {
            each.key: ledger.history(each.key) for each in postings
        }
        assert (ledger.postings_of_all(["nothing"]), ledger.histories(["nothing"])) == ([], {})


@pytest.mark.parametrize("system", SYSTEMS)
def test_neither_reads_a_growing_table_from_end_to_end(tmp_path: Path, system: str) -> None:
    place = str(a_place(system, tmp_path))
    with loop(ledger=place) as here:
        a_busy_week(here)
    url = f"sqlite:///{place}" if system == "sqlite" else sa.make_url(place).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        grow(connection, 5000)
    with Ledger.open(place) as ledger, heard() as statements:
        [*_, last] = ledger.in_state(State.POSTED, limit=3)
        statements.clear()
        ledger.postings_of_all([last.fact_key])
        ledger.histories([last.key])
    with engine.connect() as connection:
        if system == "postgres":
            connection.exec_driver_sql("SET enable_seqscan = off")
        assert len(statements) == 2
        assert scans(connection, statements, most=1000) == {}
    engine.dispose()
