"""A transaction that its database gave up keeps nothing and says so, and an interruption stays one."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from arrays_world import adjusted, watched
from flows_world import loop
from ledger_databases import a_fact, a_place, postgres

from clarus_bluecherry.errors import LedgerError, Retry
from clarus_bluecherry.flows import sending
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.ledger import Fact, Ledger, State

_BREAKS = {
    "sqlite": "INSERT OR ROLLBACK INTO meta (name, value) SELECT name, value FROM meta",
    "postgresql": "SELECT nothing",
}
"""Each makes its database give up the whole transaction."""


def break_transaction(ledger: Ledger, system: str) -> None:
    with suppress(LedgerError), ledger._database.write() as connection:
        connection.exec_driver_sql(_BREAKS[system])


def kept_and_then_broken(ledger: Ledger, fact: Fact, system: str) -> None:
    with ledger.transaction():
        ledger.record(fact)
        break_transaction(ledger, system)


@pytest.mark.parametrize("system", [*_BREAKS])
def test_what_somebody_caught_inside_is_told_at_the_end(system: str, tmp_path: Path) -> None:
    with Ledger.open(a_place(system, tmp_path)) as ledger:
        with pytest.raises(LedgerError, match="the database failed") as told:
            kept_and_then_broken(ledger, a_fact("1"), system)
        assert told.value.retry is Retry.SAFE
        assert not ledger.in_transaction
        assert ledger.record(a_fact("1")), "nothing of it was kept, and the next one is"


def interrupted(ledger: Ledger, fact: Fact) -> None:
    with ledger.transaction():
        ledger.record(fact)
        with ledger._database.write() as connection:
            psycopg: object = connection.connection.driver_connection
            psycopg.pgconn.send_query(b"SELECT pg_sleep(0.1)")  # type: ignore[attr-defined]
            raise KeyboardInterrupt


def test_an_interruption_in_the_midst_of_a_question_stays_one() -> None:
    with Ledger.open(postgres()) as ledger:
        with pytest.raises(KeyboardInterrupt):
            interrupted(ledger, a_fact("1"))
        assert ledger.record(a_fact("1")), "nothing of it was kept, and the next one is"


def test_nothing_is_sent_of_a_claim_that_the_database_gave_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with loop(ledger=postgres()) as here:
        watched(here, most_messages=3)
        adjusted(here, 3)
        real, breaks = sending.is_undone, [here.postings("inventory_adjustment")[-1].fact_key]

        def is_undone(site: object, key: str) -> bool:
            if key in breaks:
                breaks.remove(key)
                with here.site.ledger._database.read() as connection:
                    connection.exec_driver_sql("SELECT nothing")
            return real(here.site, key)

        with monkeypatch.context() as patch, suppress(LedgerError):
            patch.setattr(sending, "is_undone", is_undone)
            deliver(here.site, confirm=False)
        for _ in range(3):
            deliver(here.site, confirm=False)
        assert here.states("inventory_adjustment") == [State.ACCEPTED] * 3
        assert [*Counter(one.isa_num for one in here.erp.staged).values()] == [1] * 3
        here.site.bluecherry.close()
