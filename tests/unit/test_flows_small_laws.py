"""Small laws of the flows: one clock says how far back is read; what takes one at a time takes that one."""

from __future__ import annotations

import datetime as dt

from attrs import evolve
from flows_world import loop

from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.reversals import collect_reversals
from clarus_bluecherry.flows.targets import targets
from clarus_bluecherry.ledger import State
from clarus_bluecherry.sandbox.warehouse.documents import GoodsOutStatus


def test_how_far_back_reversals_are_looked_for_is_said_by_the_ledgers_clock() -> None:
    with loop() as here:
        here.release()
        here.turn()
        here.ship()
        collect_movements(here.site)
        here.goods_out().status = GoodsOutStatus.PICK
        here.warehouse.goods_outs.changed(here.goods_out())
        ahead = evolve(here.site, clock=lambda: here.time + dt.timedelta(days=365))
        assert str(collect_reversals(ahead)) == "1 new"


def test_a_target_that_takes_one_at_a_time_takes_the_one() -> None:
    with loop() as here:
        here.release()
        collect_orders(here.site)
        (order,) = here.postings("goods_out")
        target = targets(here.site)[order.target]
        assert target.most_together(order.kind) == 1
        (standing,) = target.send_many([order])
        assert (standing.state, standing.external_id) == (State.POSTED, str(here.goods_out().id))
