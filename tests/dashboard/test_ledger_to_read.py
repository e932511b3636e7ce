"""A ledger that is opened to read is looked at, whatever runs beside, and cannot be changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from clarus_bluecherry.errors import ClarusBluecherryError, LedgerError
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger
from tests.unit.ledger_databases import NOON, Clock, a_fact, a_place, a_posting

SYSTEMS = pytest.mark.parametrize("system", ["sqlite", "postgres"])


@SYSTEMS
def test_who_reads_sees_what_workers_write_beside(tmp_path: Path, system: str) -> None:
    place = a_place(system, tmp_path)
    with Ledger.open(place) as works, Ledger.open_to_read(place) as looks:
        assert looks.open_messages() == []
        works.record(a_fact())
        works.post(a_posting(a_fact()))
        assert [(each.kind, each.state, each.count) for each in looks.open_messages()] == [
            ("inventory_adjustment", State.PENDING, 1)
        ]
        [taken] = works.claim("bluecherry", worker="w1")
        assert [(each.worker, each.count) for each in looks.at_work()] == [("w1", 1)]
        works.advance(taken.key, State.POSTED, worker="w1")
        assert looks.open_messages() == []
        steps = looks.steps_of_late(dt.datetime(2020, 1, 1, tzinfo=dt.UTC), most=2)
        assert [step.after for step in steps] == [State.SENDING, State.POSTED]


@SYSTEMS
def test_a_transaction_of_who_reads_sees_one_instant(tmp_path: Path, system: str) -> None:
    place = a_place(system, tmp_path)
    with Ledger.open(place) as works, Ledger.open_to_read(place) as looks:
        with looks.transaction():
            assert looks.marks() == {}
            works.set_watermark("feed", NOON)
            assert looks.marks() == {}
        assert looks.marks() == {"feed": NOON}


WRITES: dict[str, Callable[[Ledger], object]] = {
    "a fact": lambda ledger: ledger.record(a_fact("78")),
    "a message": lambda ledger: ledger.post(a_posting(a_fact())),
    "a mark": lambda ledger: ledger.set_watermark("feed", NOON),
    "a number": lambda ledger: ledger.next_control_number("isa"),
    "a claim": lambda ledger: ledger.claim("bluecherry", worker="w1"),
    "a failure": lambda ledger: ledger.system_failed("clarus", lambda count: dt.timedelta(0)),
}


@SYSTEMS
@pytest.mark.parametrize("what", WRITES)
def test_nothing_can_be_written(tmp_path: Path, system: str, what: str) -> None:
    place = a_place(system, tmp_path)
    with Ledger.open(place) as works:
        works.record(a_fact())
        works.post(a_posting(a_fact()))
    with Ledger.open_to_read(place) as looks, pytest.raises(ClarusBluecherryError):
        WRITES[what](looks)
    with Ledger.open(place) as works:
        assert works.counts() == {("bluecherry", "inventory_adjustment", State.PENDING): 1}
        assert (works.marks(), works.left_alone()) == ({}, [])


@SYSTEMS
def test_the_database_itself_refuses_plain_sql(tmp_path: Path, system: str) -> None:
    place = a_place(system, tmp_path)
    Ledger.open(place).close()
    with Ledger.open_to_read(place) as looks:
        for sql in ("DELETE FROM meta", "CREATE TABLE mine (x int)", "UPDATE meta SET value = '1'"):
            with looks._database._engine.connect() as connection, pytest.raises(sa.exc.DBAPIError):
                connection.execute(sa.text(sql))


def test_a_file_that_is_told_to_write_after_all_refuses(tmp_path: Path) -> None:
    Ledger.open(tmp_path / "ledger.sqlite").close()
    with Ledger.open_to_read(tmp_path / "ledger.sqlite") as looks, looks._database._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = OFF")
        with pytest.raises(sa.exc.OperationalError, match="readonly"):
            connection.exec_driver_sql("DELETE FROM meta")


def test_no_file_is_made_and_none_is_mended(tmp_path: Path) -> None:
    with pytest.raises(LedgerError):
        Ledger.open_to_read(tmp_path / "ledger.sqlite")
    assert [*tmp_path.iterdir()] == []


@SYSTEMS
def test_a_ledger_of_another_version_is_refused(tmp_path: Path, system: str) -> None:
    place = a_place(system, tmp_path)
    with Ledger.open(place) as works, works._database.write() as connection:
        connection.execute(sa.text("UPDATE meta SET value = '5'"))
    with pytest.raises(LedgerError, match="version 5"):
        Ledger.open_to_read(place)


def test_a_database_without_tables_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no ledger"):
        Ledger.open_to_read(a_place("postgres", tmp_path))


def test_what_waits_in_the_inbox_is_counted_by_whom_it_waits_for() -> None:
    clock = Clock()
    with Ledger.open(":memory:", now=clock) as ledger:
        assert ledger.inbox_waiting() == []
        assert ledger.left_alone() == []


def test_who_reads_a_file_sees_the_one_that_took_its_place(tmp_path: Path) -> None:
    place, other = tmp_path / "ledger.sqlite", tmp_path / "backup.sqlite"
    for each, mark in ((place, "old"), (other, "restored")):
        with Ledger.open(each) as works:
            works.set_watermark(mark, NOON)
    with Ledger.open_to_read(place) as looks:
        assert set(looks.marks()) == {"old"}
        other.replace(place)
        assert set(looks.marks()) == {"restored"}
        place.unlink()
        with pytest.raises(LedgerError):
            looks.marks()


@SYSTEMS
def test_a_ledger_that_is_upgraded_meanwhile_is_read_no_further(tmp_path: Path, system: str) -> None:
    place = a_place(system, tmp_path)
    with Ledger.open(place) as works, Ledger.open_to_read(place) as looks:
        with looks.transaction():
            assert looks.marks() == {}
        with works._database.write() as connection:
            connection.execute(sa.text("UPDATE meta SET value = '99' WHERE name = 'schema_version'"))
        with pytest.raises(LedgerError, match="version 99"), looks.transaction():
            looks.marks()
