"""An order that Blue Cherry withdraws waits for nobody once the warehouse is done with it as well."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve
from flows_world import loop

from clarus_bluecherry.flows import drift_of
from clarus_bluecherry.flows.webhooks import _collect_cancelled
from clarus_bluecherry.ledger import State
from clarus_bluecherry.sandbox.faults import Fault


@pytest.fixture
def here():
    with loop() as world:
        world.release()
        world.turn()
        yield world


def cancelled_there(here) -> None:
    order = here.goods_out()
    here.warehouse.process_picks([order.id])
    here.warehouse.cancel_goods_out(order.id)


def withdrawn(here) -> None:
    here.erp.withdraw_pick("1001")
    here.turn()


def deleted_there(here) -> None:
    here.warehouse.cancel_goods_out(here.goods_out().id)


@pytest.mark.parametrize("cancel", [cancelled_there, deleted_there])
def test_it_ends_by_itself_once_the_warehouse_has_cancelled_it_or_deleted_it(here, cancel):
    withdrawn(here)
    here.turn()
    assert here.states("goods_out") == [State.POSTED, State.PARKED]
    cancel(here)
    here.turn()
    assert here.states("goods_out") == [State.POSTED, State.CANCELLED]
    assert here.postings("goods_out")[-1].reason == "withdrawn in Blue Cherry, and cancelled in the warehouse"
    assert here.site.ledger.open_orders("goods_out") == []
    assert drift_of(here.site).orders == ()


def test_what_the_warehouse_told_of_its_cancelling_ends_with_it(here):
    cancelled_there(here)
    _collect_cancelled(here.site, ["1001"])
    assert [item.record.kind for item in here.waiting()] == ["cancelled order"]
    withdrawn(here)
    assert (here.for_people(), here.states("goods_out")) == ([], [State.POSTED, State.CANCELLED])


def test_what_has_left_stays_somebody_s(here):
    here.ship()
    withdrawn(here)
    here.turn()
    assert here.states("goods_out") == [State.POSTED, State.PARKED]


def test_what_may_not_have_arrived_is_not_called_gone(here):
    here.release("1002")
    here.clarus_faults.next(Fault.FAILED_BEFORE, path_contains="goods_outs")
    here.site = evolve(here.site, latest_effect=dt.timedelta(days=1))
    here.turn()
    here.erp.withdraw_pick("1002")
    here.turn()
    here.turn()
    assert [each.state for each in here.postings("goods_out") if each.reference == "1002"] == [
        State.IN_DOUBT,
        State.PARKED,
    ]
