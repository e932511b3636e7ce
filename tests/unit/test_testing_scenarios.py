"""The scenarios: what is played on the sandbox, and that an integration that does not work shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.sandbox import Fault, Sandbox
from clarus_bluecherry.sandbox.erp import Staged
from clarus_bluecherry.testing import scenarios, sites
from clarus_bluecherry.testing.scenarios import Played

Scenario = Callable[[Sandbox, Callable[[], object]], Played]


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Sandbox, Site]]:
    """One sandbox for all of them, played one after the other."""
    with Sandbox() as sandbox, sites.site_of(sandbox) as site:
        yield sandbox, site


@pytest.fixture
def sandbox(world: tuple[Sandbox, Site]) -> Sandbox:
    return world[0]


@pytest.fixture
def carry(world: tuple[Sandbox, Site]) -> Callable[[], None]:
    return lambda: sites.turn(world[1])


def units(played: Played) -> Decimal:
    return sum(played.moved.values(), Decimal(0))


def ordered(sandbox: Sandbox, pick: str) -> int:
    return sum(line.bk_qty for line in sandbox.erp.picks[pick].lines)


def test_an_order_leaves_whole(sandbox: Sandbox, carry: Callable[[], None]) -> None:
    (pick,) = sandbox.easy_picks(1)
    played = scenarios.order_out_and_back(sandbox, carry)
    assert played.booked == played.moved
    assert units(played) == -ordered(sandbox, pick)
    assert [done.facts["pick"] for done in played.done] == [pick]


def test_an_order_leaves_short(sandbox: Sandbox, carry: Callable[[], None]) -> None:
    (pick,) = sandbox.easy_picks(1)
    played = scenarios.short_ship(sandbox, carry)
    assert played.booked == played.moved
    assert units(played) == 1 - sandbox.erp.picks[pick].lines[0].bk_qty


def test_a_return_is_restocked(sandbox: Sandbox, carry: Callable[[], None]) -> None:
    (pick,) = sandbox.easy_picks(1)
    played = scenarios.return_restocked(sandbox, carry)
    assert played.booked == played.moved
    assert units(played) == 1 - ordered(sandbox, pick)


def test_a_count_is_adjusted(sandbox: Sandbox, carry: Callable[[], None]) -> None:
    played = scenarios.count_adjustment(sandbox, carry)
    assert played.booked == played.moved
    assert units(played) == -1


def test_a_production_order_is_received(sandbox: Sandbox, carry: Callable[[], None]) -> None:
    order = next(iter(sandbox.erp.production.values()))
    played = scenarios.production_order_received(sandbox, carry)
    assert played.booked == played.moved
    assert units(played) == sum(line.prod_qty for line in order.lines)


def test_what_goes_wrong_on_the_way_changes_nothing(sandbox: Sandbox, carry: Callable[[], None]) -> None:
    for faults in sandbox.faults.values():
        faults.next(Fault.DROPPED_AFTER)
        faults.next(Fault.FAILED_BEFORE)
    played = scenarios.order_out_and_back(sandbox, carry)
    assert played.booked == played.moved
    assert played.moved


def test_an_integration_that_tells_nothing_back_shows(world: tuple[Sandbox, Site]) -> None:
    sandbox, site = world

    def carry() -> None:
        collect_orders(site)
        deliver(site)

    played = scenarios.order_out_and_back(sandbox, carry)
    assert played.moved
    assert played.booked == {}


def test_an_integration_that_tells_it_twice_shows(sandbox: Sandbox, carry: Callable[[], None]) -> None:
    carry()  # what the one before left
    sandbox.invoice()
    seen = len(sandbox.erp.staged)

    def twice() -> None:
        carry()
        fresh: list[Staged] = sandbox.erp.staged[seen:]
        for one in fresh[:1] if len(fresh) == 1 else ():
            sandbox.erp.stage(one.entity, one.isa_num, one.body)

    played = scenarios.count_adjustment(sandbox, twice)
    assert {key: 2 * moved for key, moved in played.moved.items()} == dict(played.booked)
