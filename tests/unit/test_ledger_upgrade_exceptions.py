"""A ledger of version 5, with what it holds, keeps exceptions and edits from then on."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from ledger_databases import NOON
from test_exceptions_kept import item
from test_ledger_upgrade import an_old_one

from clarus_bluecherry.flows import (
    cancel_posting,
    exception_history,
    keep_look,
    open_exceptions,
    resolve_exception,
    settle_posting,
)
from clarus_bluecherry.ledger import Ledger, State, schema
from clarus_bluecherry.ledger.database import Database
from clarus_bluecherry.ledger.upgrade import _run_steps, upgrade


@pytest.mark.parametrize("system", ["sqlite", "postgresql"])
def test_it_keeps_what_it_held_and_more(system: str, tmp_path: Path) -> None:
    place = an_old_one(system, tmp_path)
    database = Database.connect(place)
    with database.write() as connection:
        _run_steps(connection, 1, to="0005")
        connection.execute(sa.text("UPDATE meta SET value = '5' WHERE name = 'schema_version'"))
        if system == "postgresql":  # its rows were copied with their numbers
            last = "SELECT setval(pg_get_serial_sequence('steps', 'number'), max(number)) FROM steps"
            connection.execute(sa.text(last))
        before = connection.execute(sa.text("SELECT key, state, detail FROM postings ORDER BY key")).all()
    database.close()
    assert upgrade(place) == (5, schema.SCHEMA_VERSION)
    with Ledger.open(place) as ledger:
        held = sorted(ledger.in_state(*State), key=lambda each: each.key)
        assert [(each.key, each.state) for each in held] == [(row.key, State(row.state)) for row in before]
        assert all(each.edited == {} for each in held)
        assert all(ledger.history(each.key) for each in held)
        parked = next(each for each in held if each.state is State.PARKED)
        assert cancel_posting(ledger, parked.key, actor="Ada", reason="a test").state is State.CANCELLED
        accepted = next(each for each in held if each.state is State.ACCEPTED)
        settled = settle_posting(ledger, accepted.key, document="S-1", booked=None, actor="Ada", reason="I looked")
        assert settled.state is State.POSTED
        keep_look(ledger, [item("order 1"), item("order 2")], began=NOON)
        resolve_exception(ledger, "parked:order 1", actor="Ada", reason="done")
        assert [each.identity for each in open_exceptions(ledger)] == ["parked:order 2"]
        assert len(exception_history(ledger, "parked:order 1")) == 2
