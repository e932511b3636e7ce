"""Laws of delivery that only show when something else goes wrong too. Each test is for a planted mutant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from attrs import evolve
from flows_world import Loop, loop

from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.reversals import collect_reversals
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.sandbox.faults import Fault
from clarus_bluecherry.sandbox.warehouse.documents import GoodsOutStatus


@pytest.fixture
def here() -> Iterator[Loop]:
    with loop() as here:
        yield here


def _left_in_doubt(here: Loop) -> None:
    (posting,) = here.site.ledger.claim("bluecherry", worker="w")
    here.site.ledger.advance(posting.key, State.IN_DOUBT, worker="w")


def test_an_undone_dispatch_is_not_told_when_its_doubt_has_ended_before_anybody_mends(here: Loop) -> None:
    here.release()
    here.turn()
    here.ship()
    collect_movements(here.site)
    _left_in_doubt(here)
    order = here.goods_out()
    order.status = GoodsOutStatus.PICK
    here.warehouse.goods_outs.changed(order)
    collect_reversals(here.site)
    for _ in range(3):
        deliver(here.site)
        here.later(hours=1)
    assert here.erp.staged == []


def test_what_is_in_doubt_is_left_alone_until_it_has_rested(here: Loop) -> None:
    here.warehouse.adjust("1234_blk_m", 1, "FOUND")
    collect_movements(here.site)
    here.site = evolve(here.site, latest_effect=dt.timedelta(minutes=10))
    here.bluecherry_faults.next(Fault.FAILED_BEFORE, path_contains="PhysicalInventoryTM")
    deliver(here.site)
    here.later(minutes=9)
    deliver(here.site)
    assert here.states("inventory_adjustment") == [State.IN_DOUBT]
    assert here.erp.staged == []


def test_a_fact_is_not_kept_without_the_message_it_calls_for(here: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    here.warehouse.adjust("1234_blk_m", 1, "FOUND")

    def stopped(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Ledger, "post", stopped)
        with pytest.raises(KeyboardInterrupt):
            collect_movements(here.site)
    assert here.site.ledger.facts(kind="transaction") == []
    collect_movements(here.site)
    assert len(here.postings("inventory_adjustment")) == 1


def test_a_delivery_is_settled_only_when_its_order_is_kept(here: Loop) -> None:
    kept_before: list[bool] = []

    class Watched(type(here.site.bluecherry)):  # type: ignore[misc]
        def read(self, kind, since=None):
            for delivery in super().read(kind, since):
                yield evolve(delivery, settle=lambda _: kept_before.append(bool(here.states("goods_out"))))

    here.release()
    site = evolve(here.site, bluecherry=Watched(here.site.bluecherry.transport))
    collect_orders(site)
    assert kept_before == [True]
