"""A ledger of an older version becomes one of this, with all that it holds, on both databases."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from ledger_databases import a_fact, a_place, a_posting, postgres
from test_cli import run

from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.ledger import Ledger, State, schema
from clarus_bluecherry.ledger.database import Database
from clarus_bluecherry.ledger.upgrade import _run_steps, upgrade

_OLD = (Path(__file__).parent / "ledger_0_1_0.sql").read_text("utf-8")
"""What version 0.1.0 wrote: three orders, one of them changed twice before and one after it was sent."""
_SYSTEMS = ["sqlite", "postgresql"]


def an_old_one(system: str, folder: Path) -> str | Path:
    """A ledger as 0.1.0 left it."""
    path = folder / "old.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_OLD)
    if system == "sqlite":
        return path
    place = postgres()
    database = Database.connect(place)
    with database.write() as target, closing(sqlite3.connect(path)) as source:
        _run_steps(target, 0, to="0001")
        for table in ("meta", "facts", "postings", "steps", "watermarks", "counters", "links"):
            for row in source.execute(f"SELECT * FROM {table}"):
                marks = ", ".join("%s" for _ in row)
                target.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", row)
    database.close()
    return place


@pytest.mark.parametrize("system", _SYSTEMS)
def test_an_older_ledger_is_not_opened_and_the_error_says_what_to_type(system: str, tmp_path: Path) -> None:
    place = an_old_one(system, tmp_path)
    with pytest.raises(LedgerError, match="of version 1, this library knows version") as raised:
        Ledger.open(place)
    assert "clarus-bluecherry ledger upgrade" in raised.value.action


@pytest.mark.parametrize("system", _SYSTEMS)
def test_all_that_it_held_is_there_and_heads_stand_where_they_stood(system: str, tmp_path: Path) -> None:
    place = an_old_one(system, tmp_path)
    assert upgrade(place) == (1, schema.SCHEMA_VERSION)
    with Ledger.open(place) as ledger:
        assert len(ledger.facts()) == 10
        assert ledger.counts()["clarus", "goods_out", State.CANCELLED] == 2
        [sent] = [one for one in ledger.in_state(State.POSTED, kind="goods_out") if one.reference == "1001"]
        assert [step.after for step in ledger.history(sent.key)][-1] is State.POSTED
        assert ledger.watermark("bluecherry.picks") is not None
        assert len(ledger.next_control_number("bluecherry")) == 9
        changed_before, changed_after = (ledger.head("bluecherry", "pick_ticket", one) for one in ("1001", "1002"))
        assert changed_before is not None
        assert changed_before.version == 3
        assert changed_before.newest_key == changed_before.standing_key == sent.fact_key
        assert changed_after is not None
        assert changed_after.version == 2
        assert changed_after.newest_key != changed_after.standing_key, "the warehouse has the first one"
        assert ledger.linked("bluecherry", "pick_ticket", "1001") is None, "the head is told in one place"
        [dispatch] = ledger.to_look_at("dispatch", at=ledger.facts()[0].occurred_at, limit=9)
        assert dispatch.version == 1, "it is looked at once more"


@pytest.mark.parametrize("system", _SYSTEMS)
def test_it_has_the_same_tables_as_a_new_one(system: str, tmp_path: Path) -> None:
    old, new = an_old_one(system, tmp_path), a_place(system, tmp_path)
    upgrade(old)
    Ledger.open(new).close()
    assert _shape(old) == _shape(new)


def _shape(place: str | Path) -> object:
    database = Database.connect(place)
    try:
        with database.read() as connection:
            known = sa.inspect(connection)
            tables = {
                name: (
                    {
                        column["name"]: (str(column["type"]), column["nullable"])
                        for column in known.get_columns(name)
                    },
                    {(index["name"], tuple(index["column_names"])) for index in known.get_indexes(name)},
                    sorted(known.get_pk_constraint(name)["constrained_columns"]),
                    {
                        (tuple(one["constrained_columns"]), one["referred_table"])
                        for one in known.get_foreign_keys(name)
                    },
                )
                for name in known.get_table_names()
            }
            return tables, set(known.get_view_names())
    finally:
        database.close()


@pytest.mark.parametrize("system", _SYSTEMS)
def test_a_step_that_fails_leaves_it_as_it_was(system: str, tmp_path: Path) -> None:
    place = an_old_one(system, tmp_path)
    database = Database.connect(place)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE heads (other TEXT)")
    database.close()
    before = _shape(place)
    with pytest.raises(LedgerError, match="the database failed"):
        upgrade(place)
    assert _shape(place) == before


@pytest.mark.parametrize("system", _SYSTEMS)
def test_one_of_this_version_stays_as_it_is(system: str, tmp_path: Path) -> None:
    place = a_place(system, tmp_path)
    with Ledger.open(place) as ledger:
        fact = a_fact()
        ledger.record(fact)
        ledger.post(a_posting(fact))
    assert upgrade(place) == (schema.SCHEMA_VERSION, schema.SCHEMA_VERSION)
    with Ledger.open(place) as ledger:
        assert ledger.knows(fact.key)


def test_a_later_one_and_what_is_none_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with pytest.raises(LedgerError, match="is no ledger"):
        upgrade(path)
    assert not path.exists(), "asking makes no ledger"
    Ledger.open(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE meta SET value = '99' WHERE name = 'schema_version'")
    for ask in (upgrade, Ledger.open):
        with pytest.raises(LedgerError, match="99"):
            ask(path)


@pytest.mark.parametrize("system", _SYSTEMS)
def test_people_read_views_without_payloads(system: str, tmp_path: Path) -> None:
    place = an_old_one(system, tmp_path)
    upgrade(place)
    database = Database.connect(place)
    with database.read() as connection:
        listed = (
            "SELECT record_name FROM posting_list WHERE posting_state = 'accepted' AND source_kind = 'dispatch'"
        )
        assert connection.exec_driver_sql(listed).scalars().all() == ["dispatch of pick 1001"]
        history = "SELECT state_after FROM posting_history JOIN posting_list USING (posting_key)"
        where = f"{history} WHERE message_kind = 'pre_receipt' ORDER BY step_number"
        assert connection.exec_driver_sql(where).scalars().all() == ["pending", "sending", "posted"]
    database.close()


def test_the_command_takes_a_file_or_the_name_of_a_variable(tmp_path: Path) -> None:
    path = an_old_one("sqlite", tmp_path)
    done = run("ledger", "upgrade", "LEDGER_URL", "--json", LEDGER_URL=f"sqlite:///{path}")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"from": 1, "to": schema.SCHEMA_VERSION}
    again = run("ledger", "upgrade", str(path))
    assert (again.returncode, "already" in again.stdout) == (0, True)
    none = run("ledger", "upgrade", str(tmp_path / "none.sqlite"))
    assert none.returncode == 2
    assert "is no ledger" in none.stderr
