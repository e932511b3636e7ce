"""No statement of a turn reads a table that grows with the years from end to end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import sqlalchemy as sa
from flows_world import loop
from ledger_databases import a_place
from plans_world import a_busy_week, grow, heard, scans

ROWS = int(os.environ.get("PLAN_ROWS", "5000"))
"""So many postings; the long run asks at 200,000."""
_A_MONTH = 5_000
"""So many rows may be read at any size: what is looked at again goes back a month."""
KNOWN: dict[str, frozenset[str]] = {"sqlite": frozenset(), "postgres": frozenset()}
"""Statements that still do, in short: the list only shrinks."""


def _engine(system: str, place: str) -> sa.Engine:
    if system == "sqlite":
        return sa.create_engine(f"sqlite:///{place}")
    return sa.create_engine(sa.make_url(place).set(drivername="postgresql+psycopg"))


@pytest.mark.parametrize("system", ["sqlite", "postgres"])
def test_a_statement_that_reads_all_is_seen(tmp_path: Path, system: str) -> None:
    place = str(a_place(system, tmp_path))
    with loop(ledger=place) as here, heard() as statements:
        here.site.ledger.named("1001")
        here.site.ledger.counts()
    engine = _engine(system, place)
    with engine.connect() as connection:
        assert len(scans(connection, statements, most=ROWS)) == len(statements) == 2
    engine.dispose()


@pytest.mark.parametrize("system", ["sqlite", "postgres"])
def test_no_statement_of_a_turn_reads_a_growing_table_from_end_to_end(tmp_path: Path, system: str) -> None:
    place = str(a_place(system, tmp_path))
    with heard() as statements, loop(ledger=place) as here:
        a_busy_week(here)
    engine = _engine(system, place)
    with engine.begin() as connection:
        grow(connection, ROWS)
    with engine.connect() as connection:
        if system == "postgres" and ROWS < 100_000:  # among few rows reading all of them is right: is there a way?
            connection.exec_driver_sql("SET enable_seqscan = off")
        found = scans(connection, statements, most=max(ROWS // 5, _A_MONTH))
        postings = connection.scalar(sa.text("SELECT count(*) FROM postings"))
    engine.dispose()
    assert postings >= ROWS
    assert len(statements) > 25
    assert set(found) == KNOWN[system], "\n".join(f"{short}: {plan}" for short, plan in found.items())
