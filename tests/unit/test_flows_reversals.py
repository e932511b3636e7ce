"""Dispatches that were undone in the warehouse are found, with what Blue Cherry may know of them."""

import datetime as dt
from decimal import Decimal

import pytest
from flows_world import MORNING, loop

from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.reversals import undone_dispatches
from clarus_bluecherry.ledger import State
from clarus_bluecherry.sandbox.warehouse.documents import GoodsOutStatus


@pytest.fixture
def here():
    with loop() as here:
        here.release()
        here.turn()
        here.ship()
        yield here


def reopen(here):
    order = here.goods_out()
    order.status = GoodsOutStatus.PICK
    here.warehouse.goods_outs.changed(order)
    return order


def found(here):
    return undone_dispatches(here.site, since=MORNING)


def test_a_dispatch_that_stands_is_not_undone(here):
    assert found(here) == []
    here.turn()
    assert found(here) == []


def test_an_order_that_is_picking_again_has_an_undone_dispatch_that_blue_cherry_was_told_of(here):
    here.turn()
    reopen(here)
    (undone,) = found(here)
    assert (undone.status, undone.units, undone.again_at) == ("PICK", Decimal(7), None)
    assert undone.may_be_known
    assert str(undone) == (
        "dispatch of pick 1001 (7 units) was undone in the warehouse: the order is PICK now; "
        "Blue Cherry may have been told"
    )


def test_a_ship_confirm_that_has_not_left_can_simply_be_cancelled(here):
    collect_movements(here.site)
    reopen(here)
    (undone,) = found(here)
    assert not undone.may_be_known
    here.site.ledger.cancel(undone.confirm.key, str(undone), actor="a person")
    assert here.states("order_shipment") == [State.CANCELLED]


def test_an_order_that_left_again_at_another_time_is_told_with_that_time(here):
    collect_movements(here.site)
    order = here.goods_out()
    order.actual_date_of_dispatch += dt.timedelta(hours=3)
    (undone,) = found(here)
    assert (undone.status, undone.again_at) == ("COMPLETED", undone.dispatch.occurred_at + dt.timedelta(hours=3))
    assert "left again at" in str(undone)


def test_an_order_that_is_gone_is_told_as_gone(here):
    collect_movements(here.site)
    here.warehouse.goods_outs.remove(here.goods_out())
    (undone,) = found(here)
    assert undone.status == ""
    assert "the order is gone now" in str(undone)


def test_dispatches_before_the_window_are_left_alone(here):
    collect_movements(here.site)
    reopen(here)
    assert undone_dispatches(here.site, since=MORNING + dt.timedelta(days=30)) == []
