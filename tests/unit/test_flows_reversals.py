"""Dispatches that were undone in the warehouse are found, with what Blue Cherry may know of them."""

import datetime as dt
from decimal import Decimal

import pytest
from attrs import evolve
from flows_world import BLACK, MORNING, NAVY, loop

from clarus_bluecherry.finance import in_flight
from clarus_bluecherry.flows import reversals
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_dispatches, collect_movements, collect_transactions
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.flows.reversals import collect_reversals, undone_dispatches
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


# What becomes of them ----------------------------------------------------------------------------------------


def leave_again(here, *, hours=3):
    order = here.goods_out()
    order.status = GoodsOutStatus.COMPLETED
    order.actual_date_of_dispatch += dt.timedelta(hours=hours)
    here.warehouse.goods_outs.changed(order)


def facts(here, kind):
    return [(fact.source_id, fact.version) for fact in here.site.ledger.facts(kind=kind)]


def told(here):
    """How many ship confirms Blue Cherry has taken."""
    return len([staged for staged in here.erp.staged if staged.entity == "OrderShipment"])


def void(here):
    """A person has voided the shipment in Blue Cherry and says so."""
    (reversal,) = here.site.ledger.in_state(State.PARKED, kind="shipment_reversal")
    here.site.ledger.cancel(reversal.key, "voided in Blue Cherry", actor="Ada")


def test_a_ship_confirm_that_has_not_left_is_cancelled_with_its_dispatch(here):
    collect_movements(here.site)
    order = reopen(here)
    collect_reversals(here.site)
    assert here.states("order_shipment") == [State.CANCELLED]
    assert here.postings("shipment_reversal") == []
    assert facts(here, "undispatch") == [(str(order.id), "1")]
    assert "was undone in the warehouse" in here.postings("order_shipment")[0].reason


def test_looking_again_finds_nothing_new(here):
    collect_movements(here.site)
    reopen(here)
    assert collect_reversals(here.site).new == 1
    here.later(days=2)
    assert collect_reversals(here.site).new == 0
    assert len(facts(here, "undispatch")) == 1


def test_a_ship_confirm_that_blue_cherry_may_know_of_is_handed_to_a_person(here):
    here.turn()
    reopen(here)
    collect_reversals(here.site)
    (reversal,) = here.postings("shipment_reversal")
    assert (reversal.state, reversal.reason_code) == (State.PARKED, "dispatch_undone")
    assert reversal.record_name == "dispatch of pick 1001, taken back"
    reprocess(here.site)
    assert here.states("shipment_reversal") == [State.PARKED]
    assert here.states("order_shipment") == [State.ACCEPTED]


def test_units_of_an_undone_dispatch_are_in_flight_back_to_the_books(here):
    here.turn()
    reopen(here)
    collect_reversals(here.site)
    flying = in_flight(here.site.ledger, sku_of=here.site.warehouse_terms.sku_of)
    moving = sorted((str(each.item), each.quantity) for each in flying)
    assert moving == [("01234 BLK M", -5), ("01234 BLK M", 5), ("01234 NVY 30/32", -2), ("01234 NVY 30/32", 2)]


def test_a_second_dispatch_leaves_at_once_when_blue_cherry_never_heard_of_the_first(here):
    collect_movements(here.site)
    reopen(here)
    collect_reversals(here.site)
    leave_again(here)
    here.turn()
    assert [version for _, version in facts(here, "dispatch")] == ["", "2"]
    assert sorted(here.states("order_shipment")) == [State.ACCEPTED, State.CANCELLED]
    assert told(here) == 1


def test_a_second_dispatch_waits_until_the_first_is_voided_and_then_goes_by_itself(here):
    here.turn()
    reopen(here)
    collect_reversals(here.site)
    leave_again(here)
    here.turn()
    waiting = here.site.ledger.in_state(State.PARKED, kind="order_shipment")
    assert [posting.reason_code for posting in waiting] == ["awaits_reversal"]
    assert reprocess(here.site) == 0
    void(here)
    assert reprocess(here.site) == 1
    deliver(here.site)
    assert here.states("order_shipment").count(State.PARKED) == 0


def test_a_second_dispatch_that_is_seen_before_the_reopening_takes_the_first_back(here):
    here.turn()
    leave_again(here)
    collect_dispatches(here.site, ["1001"])
    assert [version for _, version in facts(here, "dispatch")] == ["", "2"]
    assert [version for _, version in facts(here, "undispatch")] == ["1"]
    assert here.site.ledger.inbox(kind="unread") == []


def test_a_dispatch_can_be_taken_back_twice(here):
    here.turn()
    for hours in (3, 5):
        reopen(here)
        collect_reversals(here.site)
        leave_again(here, hours=hours)
        collect_movements(here.site)
    assert [version for _, version in facts(here, "dispatch")] == ["", "2", "3"]
    assert [version for _, version in facts(here, "undispatch")] == ["1", "2"]


def test_the_daily_sweep_looks_without_being_told(here):
    here.site = evolve(here.site, look_again=())
    here.turn()
    reopen(here)
    here.turn()
    assert facts(here, "undispatch") == []
    here.later(days=1)
    here.turn()
    assert len(facts(here, "undispatch")) == 1


def test_a_doubtful_ship_confirm_of_an_undone_dispatch_is_never_sent_again(here):
    collect_movements(here.site)
    (confirm,) = here.site.ledger.claim("bluecherry", worker="w")
    here.site.ledger.advance(confirm.key, State.IN_DOUBT, worker="w")
    reopen(here)
    collect_reversals(here.site)
    assert here.states("shipment_reversal") == [State.PARKED]
    deliver(here.site)
    reprocess(here.site)
    assert here.states("order_shipment") == here.states("shipment_reversal") == [State.CANCELLED]
    assert told(here) == 0


def test_a_transaction_that_takes_goods_back_leads_only_to_the_orders_with_that_product(here, monkeypatch):
    here.site = evolve(here.site, look_again=())
    here.release("1002", ((NAVY, 3),))
    here.release("1003", ((BLACK, 1),))
    here.turn()
    here.ship("1002")
    here.ship("1003")
    here.turn()
    asked, orders = [], reversals._orders
    monkeypatch.setattr(
        reversals, "_orders", lambda site, facts: asked.extend(facts) or orders(site, facts), raising=True
    )
    (shipment,) = [each for each in here.warehouse.shipments if each.goods_out.id == here.goods_out("1002").id]
    here.warehouse.undispatch(shipment.id)
    collect_transactions(here.site)
    assert {fact.record.order_reference for fact in asked} == {"1001", "1002"}
    assert facts(here, "undispatch") == [(str(here.goods_out("1002").id), "1")]
