"""What a fact costs in ways to its database, and what holds on the ways that are saved: counted, not timed."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from ledger_databases import a_fact, a_place, a_posting, postgres

from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.ledger import Fact, State
from clarus_bluecherry.ledger.store import Ledger


@contextmanager
def said() -> Iterator[list[str]]:
    """The statements that go to any database meanwhile."""
    found: list[str] = []

    def hear(connection: object, cursor: object, sql: str, *others: object) -> None:
        found.append(" ".join(sql.split()[:3]))

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)


@contextmanager
def cut_off(place: str) -> Iterator[None]:
    """The server ends every other session once, before the block: to its end, not only told to."""
    engine = sa.create_engine(place.replace("postgresql://", "postgresql+psycopg://"))
    others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"{others} AND datname = current_database()")
    engine.dispose()
    yield


@pytest.mark.parametrize("system", ["sqlite", "postgres"])
def test_a_new_fact_and_its_posting_are_three_inserts_and_nothing_is_asked(tmp_path: Path, system: str) -> None:
    with Ledger.open(a_place(system, tmp_path)) as ledger:
        fact = a_fact("1")
        with said() as statements, ledger.transaction():
            ledger.record(fact)
            ledger.post(a_posting(fact))
        assert statements == ["INSERT INTO facts", "INSERT INTO postings", "INSERT INTO steps"]
        assert ledger.record(fact) is False
        assert ledger.post(a_posting(fact, reference="other")) is False
        assert len(ledger.history(a_posting(fact).key)) == 1


def test_in_a_transaction_the_server_s_clock_goes_on_without_being_asked() -> None:
    with Ledger.open(postgres()) as ledger:
        before = ledger.now()
        with ledger.transaction(), said() as statements:
            first = ledger.now()
            time.sleep(0.2)
            later = ledger.now()
        assert statements == []
        assert before <= first
        assert dt.timedelta(seconds=0.2) <= later - first
        assert later <= ledger.now() + dt.timedelta(milliseconds=50)


def test_a_connection_that_the_server_has_ended_is_not_used_again() -> None:
    place = postgres()
    with Ledger.open(place) as ledger:
        with cut_off(place):
            assert ledger.knows("nobody") is False
        with cut_off(place), ledger.transaction():
            ledger.record(a_fact("1"))
        with cut_off(place):
            assert ledger.now().tzinfo is dt.UTC
        assert ledger.knows(a_fact("1").key)


def _kept_and_then_broken(ledger: Ledger, fact: Fact) -> None:
    with ledger.transaction():
        ledger.record(fact)
        ledger.post(a_posting(fact))
        with suppress(LedgerError), ledger._database.write() as connection:
            connection.exec_driver_sql("SELECT nothing")


@pytest.mark.parametrize("system", ["sqlite", "postgres"])
def test_a_transaction_in_which_the_database_failed_tells_nobody_and_says_so(tmp_path: Path, system: str) -> None:
    with Ledger.open(a_place(system, tmp_path)) as ledger:
        fact = a_fact("1")
        with pytest.raises(LedgerError, match="the database failed"):
            _kept_and_then_broken(ledger, fact)
        assert ledger.in_state(*State) == []
        assert not ledger.in_transaction
        assert ledger.record(fact) is True
