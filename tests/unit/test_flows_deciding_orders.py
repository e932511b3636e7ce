"""A person cancels an order's change that waits: then the version counts that the warehouse was brought to."""

from __future__ import annotations

import pytest
from flows_world import loop
from test_flows_drift import edit, invoice

from clarus_bluecherry.flows import cancel_posting, drift_of, settle_posting
from clarus_bluecherry.ledger import Posting, State

BY_ADA = {"actor": "Ada", "reason": "changed in the warehouse by hand"}


@pytest.fixture
def here():
    with loop() as world:
        world.release()
        world.turn()
        yield world


def waiting(here) -> Posting:
    [posting] = here.site.ledger.in_state(State.PARKED, kind="goods_out")
    return posting


def standing_is_newest(here) -> bool:
    head = here.site.ledger.head("bluecherry", "pick_ticket", "1001")
    return head.standing_key == head.newest_key


def changed_by_hand(here, units: int) -> None:
    """Somebody sets the first line in the warehouse, in Clarus's own screens."""
    here.goods_out().lines[0].order_quantity = units


def test_the_newest_version_counts_from_then_on_and_its_dispatch_is_told_as_of_it(here):
    edit(here, quantities=(3, 2))
    changed_by_hand(here, 3)
    cancelled = cancel_posting(here.site.ledger, waiting(here).key, **BY_ADA)
    assert cancelled.state is State.CANCELLED
    assert standing_is_newest(here)
    assert drift_of(here.site).orders == ()
    here.ship()
    assert invoice(here) == {"1": 3, "2": 2}


def test_it_is_no_exception_again_when_blue_cherry_only_touches_the_order(here):
    edit(here, quantities=(3, 2))
    changed_by_hand(here, 3)
    cancel_posting(here.site.ledger, waiting(here).key, **BY_ADA)
    edit(here, quantities=(3, 2))
    assert here.states("goods_out").count(State.PARKED) == 0
    assert standing_is_newest(here)


def test_what_was_sent_first_is_a_change_again_when_blue_cherry_says_it_again(here):
    edit(here, quantities=(3, 2))
    changed_by_hand(here, 3)
    cancel_posting(here.site.ledger, waiting(here).key, **BY_ADA)
    edit(here, quantities=(5, 2))
    assert waiting(here).reason_code == "changed_after_sent"
    assert not standing_is_newest(here)


def test_who_says_that_the_warehouse_keeps_what_it_has_leaves_the_version_that_was_sent(here):
    edit(here, quantities=(3, 2))
    cancel_posting(here.site.ledger, waiting(here).key, stands_as_sent=True, **BY_ADA)
    assert not standing_is_newest(here)
    assert [each.accepted for each in drift_of(here.site, ["1001"]).orders[0].differences] == ["5"]


def test_settling_it_by_hand_moves_it_as_well(here):
    edit(here, quantities=(3, 2))
    changed_by_hand(here, 3)
    settled = settle_posting(here.site.ledger, waiting(here).key, document="GO-1", booked=None, **BY_ADA)
    assert settled.state is State.CANCELLED
    assert standing_is_newest(here)


def test_a_withdrawn_order_is_off_the_list_of_open_ones(here):
    edit(here, quantities=(0, 0))
    cancel_posting(here.site.ledger, waiting(here).key, **BY_ADA)
    assert here.site.ledger.open_orders("goods_out") == []


def test_a_withdrawn_order_that_leaves_all_the_same_stays_on_it(here):
    edit(here, quantities=(0, 0))
    cancel_posting(here.site.ledger, waiting(here).key, stands_as_sent=True, **BY_ADA)
    assert here.site.ledger.open_orders("goods_out") == ["1001"]
