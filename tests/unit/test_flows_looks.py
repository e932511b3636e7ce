"""What was told once is looked at again: corrected, late, edited, or labelled only afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from attrs import evolve
from flows_world import BLACK, CODES, Loop, loop
from prepack_world import PACK, packed_loop
from test_flows_empty_turn import requests

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows import looks
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.ledger import State

CODE = CODES[BLACK]


@pytest.fixture
def here() -> Iterator[Loop]:
    with loop() as here:
        here.release()
        here.turn()
        yield here


def parked(here: Loop) -> list[tuple[str, str]]:
    return [(one.kind, one.reason) for one in here.for_people()]


def told(here: Loop) -> list[int]:
    """How many units of the first line each ship confirm tells."""
    bodies = [message.body for message in here.erp.staged]
    return [int(body["pickDetail"][0]["size_qty"]) for body in bodies if "pickDetail" in body]


def recount(here: Loop) -> None:
    """Somebody corrects what left, behind the dispatch; its instant stays."""
    line = here.goods_out().lines[0]
    line.dispatch_quantity -= 1
    line.pick_quantity -= 1


# A dispatch that is corrected --------------------------------------------------------------------------------


def test_a_count_that_is_corrected_before_it_was_told_is_told_as_corrected(here: Loop) -> None:
    here.ship()
    collect_movements(here.site)
    recount(here)
    here.later(minutes=6)
    here.turn()
    assert told(here) == [4]
    assert here.states("order_shipment") == [State.CANCELLED, State.ACCEPTED]


def test_a_count_that_is_corrected_after_it_was_told_is_reversed_by_a_person_and_waits(here: Loop) -> None:
    here.ship()
    here.turn()
    recount(here)
    here.turn()
    kinds = dict(parked(here))
    assert "is told otherwise now, with 6 units in all" in kinds["shipment_reversal"]
    assert "has not been voided" in kinds["order_shipment"]
    assert told(here) == [5], "no second ship confirm before the first is voided"
    [reversal] = [one for one in here.for_people() if one.kind == "shipment_reversal"]
    here.site.ledger.cancel(reversal.key, "voided as V-7", actor="Ann")
    reprocess(here.site)
    deliver(here.site)
    assert told(here) == [5, 4]


def test_a_count_that_stands_is_looked_at_and_nothing_is_told(here: Loop) -> None:
    here.ship()
    here.turn()
    for days in (0, 1, 7, 20):
        here.later(days=days, hours=1)
        here.turn()
    assert told(here) == [5]
    assert parked(here) == []


def test_a_product_that_has_another_code_since_is_the_same_goods(here: Loop) -> None:
    here.ship()
    here.turn()
    product = here.goods_out().lines[0].product
    product.code = f"{product.code}-NEW"
    here.turn()
    assert not [kind for kind, _ in parked(here) if kind == "shipment_reversal"]


# Labels that come later --------------------------------------------------------------------------------------


def hide_labels(here: Loop) -> list[tuple[object, list[object]]]:
    """Shipments and parcels are not to be seen yet."""
    hidden = [(table, list(table)) for table in (here.warehouse.shipments, here.warehouse.packages)]
    for table, rows in hidden:
        for row in rows:
            table.remove(row)
    return hidden


def show_labels(hidden: list[tuple[object, list[object]]]) -> None:
    for table, rows in hidden:
        for row in rows:
            table.add(row)


def test_a_label_that_comes_before_the_confirm_leaves_goes_with_it(here: Loop) -> None:
    here.ship()
    hidden = hide_labels(here)
    collect_movements(here.site)
    show_labels(hidden)
    here.later(minutes=6)
    here.turn()
    [message] = here.erp.staged
    assert "1Z" in str(message.body)


def test_a_confirm_without_a_label_waits_a_little_for_it_and_then_leaves(here: Loop) -> None:
    here.ship()
    hide_labels(here)
    collect_movements(here.site)
    deliver(here.site)
    assert told(here) == []
    here.later(minutes=10)
    deliver(here.site)
    assert told(here) == [5]


def test_a_label_that_comes_after_the_confirm_left_is_for_a_person_once(here: Loop) -> None:
    here.ship()
    hidden = hide_labels(here)
    here.turn()
    deliver(here.site)
    show_labels(hidden)
    for _ in range(3):
        here.turn()
    [(kind, reason)] = parked(here)
    assert kind == "unread"
    assert "told of pick 1001 before its tracking numbers were there: enter 1Z" in reason
    assert told(here) == [5]


# Each span ---------------------------------------------------------------------------------------------------


def test_a_dispatch_is_looked_at_again_after_each_span(here: Loop) -> None:
    here.ship()
    collect_movements(here.site)
    told, later, due = here.time, dt.timedelta(days=400), []
    for _ in here.site.look_again:
        [head] = here.site.ledger.to_look_at("dispatch", at=told + later, limit=9)
        assert head.next_look_at is not None
        due.append(head.next_look_at - told)
        here.time = head.next_look_at
        collect_movements(here.site)
    assert tuple(due) == here.site.look_again
    assert len(due) > 2


def test_a_count_that_is_corrected_after_the_first_look_is_seen_at_the_second(here: Loop) -> None:
    here.ship()
    here.turn()
    here.later(minutes=6)
    collect_movements(here.site)
    recount(here)
    here.later(hours=1)
    collect_movements(here.site)
    assert "is told otherwise now" in dict(parked(here))["shipment_reversal"]


# Transactions ------------------------------------------------------------------------------------------------


def test_a_transaction_that_is_seen_long_after_its_time_is_told_on_its_own_day(here: Loop) -> None:
    here.turn()
    [late] = here.warehouse.adjust(CODE, -2)
    here.warehouse.transactions.remove(late)
    here.later(minutes=40)
    here.warehouse.adjust(CODE, -1)
    here.turn()
    here.warehouse.transactions.add(late)
    here.later(days=1)
    here.turn()
    days = [one.accounting_date for one in here.postings("inventory_adjustment")]
    assert days == [late.created_at.astimezone(here.site.erp_zone).date()] * 2


def test_a_quantity_that_is_corrected_is_shown_with_both(here: Loop) -> None:
    [row] = here.warehouse.adjust(CODE, -2)
    here.turn()
    row.quantity += 1
    here.later(hours=2)
    here.turn()
    [(kind, reason)] = parked(here)
    assert kind == "unread"
    assert "quantity was -2 and is -3" in reason
    assert len(here.postings("inventory_adjustment")) == 1


# What it costs -----------------------------------------------------------------------------------------------


def asked_in_a_turn(here: Loop) -> int:
    with requests() as asked:
        collect_movements(here.site)
    return len(asked)


def test_what_is_not_due_is_not_read(here: Loop) -> None:
    here.ship()
    collect_movements(here.site)
    idle = asked_in_a_turn(here)
    here.later(minutes=6)
    assert asked_in_a_turn(here) > idle
    assert asked_in_a_turn(here) == idle, "the next look is an hour after the dispatch"


def test_an_order_that_never_gets_a_label_is_asked_for_it_a_few_times_only(here: Loop) -> None:
    here.ship()
    hide_labels(here)
    collect_movements(here.site)
    asked = []
    for _ in range(8):
        here.later(days=2)
        asked.append(asked_in_a_turn(here))
    assert asked[0] > asked[-1] == asked[-2]


def test_looks_end_with_the_window_in_which_an_order_may_be_reopened(here: Loop) -> None:
    here.ship()
    here.turn()
    for _ in range(9):
        here.later(days=8)
        here.turn()
    assert here.site.ledger.to_look_at("dispatch", at=here.time + dt.timedelta(days=999), limit=9) == []


def test_a_site_may_look_at_other_times_in_whatever_order_it_names_them(here: Loop) -> None:
    site = evolve(here.site, look_again=(dt.timedelta(hours=3), dt.timedelta(minutes=1)))
    here.ship()
    collect_movements(site)
    [head] = site.ledger.to_look_at("dispatch", at=here.time + dt.timedelta(minutes=1), limit=9)
    assert head.looks == 0


# Whose clock, and whose fault ----------------------------------------------------------------------------------


def test_the_ledgers_clock_says_when_to_look_and_how_long_a_confirm_waits(here: Loop) -> None:
    here.ship()
    hide_labels(here)
    ahead = evolve(here.site, clock=lambda: here.time + dt.timedelta(days=3))
    collect_movements(ahead)
    [head] = here.site.ledger.to_look_at("dispatch", at=here.time + dt.timedelta(days=400), limit=9)
    assert head.next_look_at == here.time + here.site.look_again[0]
    [confirm] = here.postings("order_shipment")
    assert confirm.next_attempt_at == here.time + here.site.label_wait
    with requests() as asked:
        collect_movements(ahead)
    with requests() as asked_in_time:
        collect_movements(here.site)
    assert len(asked) == len(asked_in_time), "nothing is due, whatever the worker's clock says"


def test_parcels_that_cannot_be_read_are_told_and_stop_no_other_look(
    here: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.ship()
    hide_labels(here)
    collect_movements(here.site)

    def broken(*_: object) -> list[str]:
        raise InvalidRecord("a parcel of another order", record="shipment 7")

    monkeypatch.setattr(looks, "_tracking_of", broken)
    here.later(minutes=6)
    collect_movements(here.site)
    [(kind, reason)] = [each for each in parked(here) if "another order" in each[1]]
    assert (kind, reason) == ("unread", "shipment 7: a parcel of another order")


# Packs ---------------------------------------------------------------------------------------------------------


def test_an_order_with_a_pack_is_compared_in_whole_packs() -> None:
    with packed_loop() as here:
        here.release(lines=((PACK, 3), (BLACK, 2)))
        here.turn()
        here.ship()
        here.turn()
        here.later(days=1)
        here.turn()
        assert parked(here) == []
        for line in here.goods_out().lines[:2]:  # the components of one pack less
            line.dispatch_quantity -= {6: 2, 3: 1}[int(line.order_quantity)]
        here.later(days=7)
        here.turn()
        assert "told otherwise now" in dict(parked(here))["shipment_reversal"]
