"""A worker that dies at any statement of reading, claiming or settling: the next one comes to the same end.

Dead is dead: from the moment on nothing that it still tries reaches the database, as of a process that was killed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flows_world import BLACK, MORNING
from simulate.scheduler import Scheduler
from simulate.world import World, Worlds

from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.ledger import State

Flows = tuple[Callable[..., object], ...]


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def killed_at(moment: int) -> Iterator[list[str]]:
    """Die at that moment, before or after a statement. The moments that were, by name."""
    passed: list[str] = []

    def pass_moment(connection: sa.Connection, name: str) -> None:
        passed.append(name)
        if len(passed) >= moment:
            connection.connection.driver_connection.rollback()  # what the database does when a process is gone
            raise Killed

    def before(connection: sa.Connection, cursor: object, sql: str, *rest: object) -> None:
        pass_moment(connection, f"before {sql[:40]}")

    def after(connection: sa.Connection, cursor: object, sql: str, *rest: object) -> None:
        pass_moment(connection, f"after {sql[:40]}")

    listeners = (("before_cursor_execute", before), ("after_cursor_execute", after))
    for name, listener in listeners:
        sa.event.listen(sa.Engine, name, listener)
    try:
        yield passed
    finally:
        for name, listener in listeners:
            sa.event.remove(sa.Engine, name, listener)


@pytest.fixture(scope="module")
def worlds() -> Iterator[Worlds]:
    with Worlds() as worlds:
        yield worlds


def _adjusted(world: World) -> None:
    world.loop.warehouse.adjust("1234_blk_m", 5, "FOUND")


def _released(world: World) -> None:
    world.loop.release(lines=((BLACK, 5),))


def _end(world: World, flows: Flows) -> tuple[object, ...]:
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
        with killed_at(moment) as passed:
            try:
                world.turn(*flows)
            except Killed:
                world.crashes.clear()
        return world, passed

    whole, moments = lived(1_000_000)
    end = _end(whole, flows)
    assert len(moments) > 60
    for moment in range(1, len(moments) + 1):
        world, passed = lived(moment)
        assert len(passed) >= moment
        assert _end(world, flows) == end, f"killed {passed[moment - 1]}, moment {moment}"
