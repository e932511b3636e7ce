"""A worker that dies at any statement of reading, claiming or settling: the next one comes to the same end.

Dead is dead: from the moment on nothing that it still tries reaches the database, as of a process that was killed.
On SQLite it dies at every statement; on PostgreSQL at each fifth, or at every one where KILL_POINTS says `all`.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flows_world import BLACK, MORNING
from ledger_databases import postgres
from simulate.scheduler import Scheduler
from simulate.world import World, Worlds

from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.ledger import State

Flows = tuple[Callable[..., object], ...]
_EACH = 1 if os.environ.get("KILL_POINTS") == "all" else 5


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def killed_at(moment: int) -> Iterator[list[str]]:
    """Die at that moment, before or after a statement. The moments that were, by name.

    Who dies loses every connection, as a process does: each is rolled back, and on a server closed and waited for.
    """
    passed: list[str] = []
    opened: list[Any] = []

    def connected(connection: object, record: object) -> None:
        opened.append(connection)

    def pass_moment(connection: sa.Connection, name: str) -> None:
        passed.append(name)
        if len(passed) >= moment:
            for each in (connection.connection.driver_connection, *opened):
                _end(each)
            raise Killed

    def before(connection: sa.Connection, cursor: object, sql: str, *rest: object) -> None:
        pass_moment(connection, f"before {sql[:40]}")

    def after(connection: sa.Connection, cursor: object, sql: str, *rest: object) -> None:
        pass_moment(connection, f"after {sql[:40]}")

    listeners: tuple[tuple[type, str, Callable[..., None]], ...] = (
        (sa.Engine, "before_cursor_execute", before),
        (sa.Engine, "after_cursor_execute", after),
        (sa.Pool, "connect", connected),
    )
    for listener in listeners:
        sa.event.listen(*listener)
    try:
        yield passed
    finally:
        for listener in listeners:
            sa.event.remove(*listener)


def _end(connection: Any) -> None:
    """What a database does with a connection whose process is gone."""
    if isinstance(connection, sqlite3.Connection):
        connection.rollback()
        return
    if connection is None or connection.closed:
        return  # it has ended before
    pid, server = connection.info.backend_pid, connection.info.dsn
    connection.close()
    with psycopg.connect(server, autocommit=True) as another:
        while another.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone():
            time.sleep(0.001)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def worlds(request: pytest.FixtureRequest) -> Iterator[Worlds]:
    # What is not flushed survives a dead client, and nothing else dies here.
    place = f"{postgres()}%20-csynchronous_commit%3Doff" if request.param == "postgres" else ""
    with Worlds(place) as worlds:
        yield worlds


def _adjusted(world: World) -> None:
    world.loop.warehouse.adjust("1234_blk_m", 5, "FOUND")


def _released(world: World) -> None:
    world.loop.release(lines=((BLACK, 5),))


def _comes_to(world: World, flows: Flows) -> tuple[object, ...]:
    """What it comes to when others go on after that: states, steps that are allowed, and both systems' books."""
    for _ in range(3):
        world.later(minutes=20)
        world.turn(*flows)
    assert world.faults() == []
    postings = world.site.ledger.in_state(*State)
    return (
        sorted((posting.record_name, posting.state, posting.control_number) for posting in postings),
        [one.body for one in world.loop.erp.staged],
        [order.reference for order in world.loop.warehouse.goods_outs],
        world.loop.erp.on_hand(),
    )


@pytest.mark.parametrize(
    ("happened", "flows"),
    [
        pytest.param(_adjusted, (collect_movements, deliver), id="an adjustment read, claimed and settled"),
        pytest.param(_released, (collect_orders, deliver), id="a pick ticket read, claimed and settled"),
    ],
)
def test_whichever_statement_was_the_last_the_end_is_the_same(
    worlds: Worlds, happened: Callable[[World], None], flows: Flows
) -> None:
    def lived(moment: int) -> tuple[World, list[str]]:
        world = worlds.new(Scheduler(MORNING))
        happened(world)
        worlds.connections_are_gone()
        with killed_at(moment) as passed, suppress(Killed):
            world.turn(*flows)
        if len(passed) >= moment:
            world.crashes.clear()  # whatever its last breath was
        worlds.connections_are_gone()
        return world, passed

    whole, moments = lived(1_000_000)
    end = _comes_to(whole, flows)
    assert len(moments) > 60
    for moment in range(1, len(moments) + 1, _EACH if worlds.is_server else 1):
        world, passed = lived(moment)
        assert len(passed) >= moment
        assert _comes_to(world, flows) == end, f"killed {passed[moment - 1]}, moment {moment}"
