"""Whoever waits for something to do is woken once it was kept, and not before."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from ledger_databases import Clock, a_fact, a_place, a_posting

from clarus_bluecherry.errors import LedgerError, Retry
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    return a_place(request.param, tmp_path)


@pytest.fixture
def stop() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def kept(ledger: Ledger, number: str, **changes: object) -> None:
    fact = a_fact(number)
    ledger.record(fact)
    ledger.post(a_posting(fact, **changes))


def given_up(ledger: Ledger, number: str) -> None:
    with ledger.transaction():
        kept(ledger, number)
        raise ZeroDivisionError


def test_a_worker_elsewhere_is_woken_by_what_is_kept_and_once(place: str | Path, stop) -> None:
    with Ledger.open(place, now=Clock()) as there, Ledger.open(place) as here, here.listening() as listener:
        assert not listener.wait(0, stop[0])
        began = time.monotonic()
        threading.Timer(0.5, kept, [there, "1"]).start()
        assert listener.wait(60, stop[0])
        assert time.monotonic() - began < 20
        assert not listener.wait(0.1, stop[0])
        kept(there, "2")
        kept(there, "3")
        assert listener.wait(5, stop[0])


def test_nobody_is_woken_for_what_was_not_committed(place: str | Path, stop) -> None:
    with Ledger.open(place, now=Clock()) as ledger, ledger.listening() as listener:
        with pytest.raises(ZeroDivisionError):
            given_up(ledger, "1")
        assert not listener.wait(0.1, stop[0])
        with ledger.transaction():
            kept(ledger, "1")
        assert listener.wait(5, stop[0])


def test_many_at_once_wake_as_one_does(place: str | Path, stop) -> None:
    facts = [a_fact(str(number)) for number in range(3)]
    with Ledger.open(place, now=Clock()) as ledger, ledger.listening() as listener:
        ledger.record_many(facts)
        ledger.post_many([a_posting(facts[0], state=State.PARKED), a_posting(facts[1]), a_posting(facts[2])])
        assert listener.wait(5, stop[0])
        assert not listener.wait(0.1, stop[0])


def test_what_waits_for_a_person_wakes_no_worker_where_the_server_tells(tmp_path: Path, stop) -> None:
    with Ledger.open(a_place("postgres", tmp_path), now=Clock()) as ledger, ledger.listening() as listener:
        kept(ledger, "1", state=State.PARKED)
        assert not listener.wait(0.3, stop[0])


def test_whoever_waits_can_be_told_to_stop(place: str | Path, stop) -> None:
    with Ledger.open(place, now=Clock()) as ledger, ledger.listening() as listener:
        threading.Timer(0.3, stop[1].send, [b"."]).start()
        began = time.monotonic()
        assert not listener.wait(60, stop[0])
        assert time.monotonic() - began < 20


def test_a_server_that_goes_away_is_an_error_after_which_one_tries_again(tmp_path: Path, stop) -> None:
    place = str(a_place("postgres", tmp_path))
    with Ledger.open(place, now=Clock()) as ledger, ledger.listening() as listener:
        engine = sa.create_engine(place.replace("postgresql://", "postgresql+psycopg://"))
        with engine.begin() as connection:
            connection.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND query LIKE 'LISTEN %'"
                )
            )
        engine.dispose()
        with pytest.raises(LedgerError) as caught:
            [listener.wait(10, stop[0]) for _ in range(3)]
        assert caught.value.retry is Retry.SAFE
