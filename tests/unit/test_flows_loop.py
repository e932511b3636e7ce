"""The loop between both systems: each sentence with real HTTP and a real ledger."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from attrs import evolve
from flows_world import BLACK, NAVY, ODD, PROFILE, loop

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.clarus.webhooks import CallOutcome, read_notice
from clarus_bluecherry.finance import Cause
from clarus_bluecherry.flows.crosswalk import learn_crosswalk
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.webhooks import LedgerInbox, process_inbox
from clarus_bluecherry.ledger import InboxState, State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.model import Sku, UnmatchedCode
from clarus_bluecherry.sandbox.erp import PickLine
from clarus_bluecherry.sandbox.faults import Fault
from clarus_bluecherry.sandbox.warehouse.tables import Refused
from clarus_bluecherry.sku import Decision, Recipe


def test_a_pick_goes_out_with_its_lines_address_and_references() -> None:
    with loop() as here:
        here.release()
        here.turn()
        order = here.goods_out()
        assert [(line.product.code, line.order_quantity, line.alt_line_number) for line in order.lines] == [
            ("1234_blk_m", 5, "1"),
            ("01234-NVY-30/32", 2, "2"),
        ]
        assert (order.external_system_reference1, order.external_system_reference2) == ("1001", "SO1001")
        assert order.address["address_3"] == "Newark"
        assert here.states("goods_out") == [State.POSTED]


def test_a_short_shipment_comes_back_and_stock_falls_only_when_it_is_invoiced() -> None:
    with loop() as here:
        here.release()
        here.turn()
        here.ship(short=1)
        here.turn()
        here.erp.process_staging()
        here.turn()
        assert here.states("order_shipment") == [State.ACCEPTED]
        assert here.erp.on_hand()[BLACK.key, "NJ"] == 20
        found = here.reconcile()
        assert found.totals[Cause.SHIPPED_NOT_INVOICED].units == -6
        assert found.totals[Cause.SHIPPED_NOT_INVOICED].values[0].amount == Decimal("-46.50")
        assert found.unexplained == ()
        here.erp.run_invoicing()
        here.turn()
        assert here.states("order_shipment") == [State.POSTED]
        assert here.erp.on_hand()[BLACK.key, "NJ"] == 16
        assert here.reconcile().differing == ()


def test_receipts_adjustments_counts_and_returns_come_back_once_each() -> None:
    with loop() as here:
        here.release()
        here.issue(units=12)
        here.turn()
        (receipt,) = here.warehouse.goods_in_receipts
        here.warehouse.begin_receiving(receipt.id)
        here.warehouse.receive(receipt.lines[0].id, 7)
        here.warehouse.receive(receipt.lines[0].id, 5)
        here.warehouse.unreceive(receipt.lines[0].id, 2)
        here.ship()
        here.warehouse.adjust("1234_blk_m", 3, "FOUND")
        here.warehouse.adjust("01234-NVY-30/32", -1, "LOST")
        here.warehouse.count("01234-NVY-30/32", 15, "COUNT")
        here.warehouse.take_return("1001", "1234_blk_m", 2)
        for _ in range(3):
            here.turn()
            here.erp.process_staging()
        here.erp.run_invoicing()
        here.turn()
        assert here.erp.on_hand()[BLACK.key, "NJ"] == 20 + 12 - 2 - 5 + 3 + 2
        assert here.erp.on_hand()[NAVY.key, "NJ"] == 15
        kinds = [entry.rec_type for entry in here.erp.truth() if entry.isa_num]
        assert sorted(kinds) == ["IN", "IN", "R1", "R1", "R1", "RT", "SA", "SA", "SA"]
        assert here.reconcile().differing == ()


@pytest.mark.parametrize("fault", [Fault.DROPPED_AFTER, Fault.FAILED_AFTER])
def test_a_create_that_took_effect_without_an_answer_is_not_sent_again(fault: Fault) -> None:
    with loop() as here:
        here.release()
        here.clarus_faults.next(fault, path_contains="/api/goods_outs")
        collect_orders(here.site)
        deliver(here.site)
        assert here.states("goods_out") == [State.IN_DOUBT]
        deliver(here.site)
        assert here.states("goods_out") == [State.POSTED]
        assert here.goods_out().reference == "1001"


@pytest.mark.parametrize("fault", [Fault.DROPPED_AFTER, Fault.FAILED_AFTER])
def test_a_ship_confirm_that_took_effect_without_an_answer_is_not_sent_again(fault: Fault) -> None:
    with loop() as here:
        here.release()
        here.turn()
        here.ship()
        here.bluecherry_faults.next(fault, path_contains="OrderShipment")
        collect_movements(here.site)
        deliver(here.site)
        here.turn()
        assert len(here.erp.staged) == 1
        assert here.states("order_shipment") == [State.ACCEPTED]


def test_a_message_that_certainly_had_no_effect_is_sent_again_under_the_same_number() -> None:
    with loop() as here:
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        here.bluecherry_faults.next(Fault.TOO_MANY, path_contains="PhysicalInventoryTM")
        here.turn()
        (sent,) = here.postings("inventory_adjustment")
        assert State.RETRYING in [step.after for step in here.site.ledger.history(sent.key)]
        assert sent.state is State.ACCEPTED
        assert [one.isa_num for one in here.erp.staged] == [sent.control_number]


def test_a_500_before_the_effect_is_asked_about_and_then_sent_again() -> None:
    with loop() as here:
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        here.bluecherry_faults.next(Fault.FAILED_BEFORE, path_contains="PhysicalInventoryTM")
        for _ in range(3):
            here.turn()
        assert len(here.erp.staged) == 1
        history = here.site.ledger.history(here.postings("inventory_adjustment")[0].key)
        assert [step.after for step in history] == [
            State.PENDING,
            State.SENDING,
            State.IN_DOUBT,
            State.RETRYING,
            State.SENDING,
            State.ACCEPTED,
        ]


def test_two_orders_of_one_reference_wait_for_a_person() -> None:
    with loop() as here:
        here.release()
        here.turn()
        account, building = here.warehouse.owner("BRAND"), here.warehouse.building("WH-NJ")
        twin = {
            "reference": "1002",
            "account_id": account.id,
            "warehouse_id": building.id,
            "goods_out_type": "sales_order",
            "expected_date_of_dispatch": "2026-03-02T00:00:00Z",
        }
        here.warehouse.create_goods_out(twin)
        here.warehouse.create_goods_out(twin)
        here.release("1002", ((BLACK, 1),))
        here.turn()
        here.turn()
        assert sorted(here.states("goods_out")) == [State.POSTED, State.REJECTED]


def test_an_order_that_is_refused_because_it_is_there_by_now_is_posted(monkeypatch) -> None:
    """Between the look and the create another process may have been quicker."""
    with loop() as here:
        here.release("1001", ((BLACK, 1),))
        create = here.warehouse.create_goods_out

        def quicker(attributes, lines):
            create(attributes, lines)
            raise Refused("reference has already been taken", field="reference")

        monkeypatch.setattr(here.warehouse, "create_goods_out", quicker)
        here.turn()
        assert here.states("goods_out") == [State.POSTED]
        assert len(here.warehouse.goods_outs) == 1


def test_a_refusal_waits_for_a_person_and_does_not_stop_the_others() -> None:
    with loop() as here:
        here.release("1001", ((BLACK, 1),))
        here.release("1002", ((NAVY, 1),))
        here.turn()
        here.erp.picks["1001"].lines = (PickLine(line_seq="1", article=ODD, bk_qty=1, price=Decimal(1)),)
        here.ship("1001")
        here.ship("1002")
        here.turn()
        here.erp.process_staging()
        here.turn()
        assert sorted(here.states("order_shipment")) == [State.ACCEPTED, State.REJECTED]


def test_a_parked_posting_says_what_seems_to_have_happened_to_its_code() -> None:
    with loop() as here:
        here.warehouse.add_product("'01234-NVY-30/32")
        here.warehouse.open_stock("'01234-NVY-30/32", 20)
        here.warehouse.adjust("'01234-NVY-30/32", -1, "LOST")
        here.turn()
        (parked,) = here.postings("inventory_adjustment")
        assert (parked.state, parked.reason_code) == (State.PARKED, "unknown_sku")
        assert parked.reason is not None
        assert "it has quotes of a spreadsheet or a feed: '01234-NVY-30/32 may be 01234-NVY-30/32" in parked.reason


def test_an_unmatched_code_parks_its_own_order_and_goes_on_once_a_person_decides() -> None:
    with loop() as here:
        here.release("1001", ((BLACK, 1),))
        here.release("1002", ((ODD, 4),))
        here.warehouse.open_stock("LEGACY-9", 20)
        here.warehouse.adjust("LEGACY-9", -1, "LOST")
        here.turn()
        assert sorted(here.states("goods_out")) == [State.PARKED, State.POSTED]
        (adjusted,) = here.postings("inventory_adjustment")
        assert (adjusted.state, adjusted.reason_code) == (State.PARKED, "unknown_sku")
        here.decisions.append(Decision(code="LEGACY-9", sku=Sku("07777", "RED", size="O/S"), since=here.time))
        here.learn()
        here.turn()
        assert here.states("goods_out") == [State.POSTED, State.POSTED]
        assert here.goods_out("1002").lines[0].product.code == "LEGACY-9"
        assert here.states("inventory_adjustment") == [State.ACCEPTED]


def test_a_pick_that_changes_before_it_is_sent_replaces_the_older_one() -> None:
    with loop() as here:
        here.release("1001", ((BLACK, 1),))
        collect_orders(here.site)
        here.later(minutes=30)
        here.erp.change_pick("1001", [PickLine(line_seq="1", article=BLACK, bk_qty=4, price=Decimal(1))])
        here.turn()
        assert here.goods_out().lines[0].order_quantity == 4
        assert sorted(here.states("goods_out")) == [State.CANCELLED, State.POSTED]


def test_a_pick_that_changes_after_it_was_sent_waits_for_a_person() -> None:
    with loop() as here:
        here.release("1001", ((BLACK, 1),))
        here.turn()
        here.erp.change_pick("1001", [PickLine(line_seq="1", article=BLACK, bk_qty=4, price=Decimal(1))])
        here.turn()
        assert here.goods_out().lines[0].order_quantity == 1
        (parked,) = here.for_people()
        assert parked.reason_code == Reason.CHANGED_AFTER_SENT


def test_what_the_warehouse_did_before_the_go_live_is_history() -> None:
    with loop() as here:
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        here.later(days=2)
        here.site = evolve(here.site, go_live=here.time)
        here.warehouse.adjust("1234_blk_m", 2, "FOUND")
        here.turn()
        assert [one.body["size_qty"] for one in here.erp.staged] == [2]


def test_a_movement_in_a_closed_period_is_dated_on_the_first_open_day_and_flagged() -> None:
    with loop(closed_through=dt.date(2026, 3, 5)) as here:
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        here.turn()
        (posting,) = here.postings("inventory_adjustment")
        assert (posting.accounting_date, posting.moved_from) == (dt.date(2026, 3, 6), dt.date(2026, 3, 2))
        here.erp.process_staging()
        assert here.erp.truth()[-1].date == "2026-03-06"


def test_a_subtype_nobody_knows_is_kept_and_read_once_it_is_in_the_vocabulary() -> None:
    with loop() as here:
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        known = dict(here.site.warehouse_terms.subtypes)
        del here.site.warehouse_terms.subtypes["POSADJ"]  # type: ignore[attr-defined]
        here.turn()
        (unread,) = here.unread()
        assert unread.state is InboxState.WAITING
        assert "POSADJ" in unread.reason
        here.site.warehouse_terms.subtypes.update(known)  # type: ignore[attr-defined]
        here.turn()
        assert here.unread_states() == [InboxState.DONE]
        assert here.states("inventory_adjustment") == [State.ACCEPTED]


def test_a_row_that_cannot_be_read_is_kept_and_settles_once_it_can() -> None:
    with loop() as here:
        here.release("1001", ((BLACK, 1),))
        here.erp.picks["1001"].location = ""
        here.release("1002", ((NAVY, 1),))
        here.turn()
        assert [order.reference for order in here.warehouse.goods_outs] == ["1002"]
        (unread,) = here.unread()
        assert (unread.state, unread.record_name) == (InboxState.WAITING, "pick ticket 1001")
        assert "location" in unread.reason
        here.turn()
        assert here.unread_states() == [InboxState.WAITING]
        here.erp.picks["1001"].location = "NJ"
        here.erp.picks["1001"].last_mod = here.time
        here.turn()
        assert here.unread_states() == [InboxState.DONE]
        assert here.goods_out("1001").lines[0].order_quantity == 1


def test_a_sku_that_stands_in_two_divisions_is_never_merged() -> None:
    with loop() as here:
        here.erp.articles["other"] = evolve(NAVY, division="KIDS", season="SS26")  # type: ignore[index]
        here.learn()
        assert here.site.crosswalk is not None
        assert isinstance(here.site.crosswalk.sku("01234-NVY-30/32"), UnmatchedCode)
        (kept,) = here.unread()
        assert "stands in the divisions KIDS, and without one" in kept.reason


def test_a_webhook_told_twice_or_forged_changes_nothing_but_when_we_look() -> None:
    with loop() as here:
        here.release()
        here.turn()
        here.ship()
        inbox = LedgerInbox(here.site.ledger, clock=here.site.clock)
        notice = read_notice("/hooks/t/goods_out.completed", {}, b'{"data": {"reference": "1001"}}')
        assert [inbox.keep(notice), inbox.keep(notice)] == [CallOutcome.KEPT, CallOutcome.KNOWN]
        assert process_inbox(here.site).new == 1
        inbox.keep(notice)
        inbox.keep(read_notice("/hooks/t/goods_out.completed", {}, b'{"data": {"reference": "9999"}}'))
        assert process_inbox(here.site).new == 0
        assert len(here.postings("order_shipment")) == 1


def test_wrong_credentials_stop_the_run_and_reject_nothing() -> None:
    with loop() as here:
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        here.warehouse.adjust("1234_blk_m", 2, "FOUND")
        collect_movements(here.site)
        right = here.site.bluecherry
        with BlueCherry.rest(here.bluecherry_url, subscription_key="wrong", profile=PROFILE) as wrong:
            deliver(evolve(here.site, bluecherry=wrong))
        assert here.states("inventory_adjustment") == [State.RETRYING, State.PENDING]
        here.later(hours=1)
        deliver(evolve(here.site, bluecherry=right))
        assert here.states("inventory_adjustment") == [State.ACCEPTED, State.ACCEPTED]


def test_every_flow_may_run_again_at_any_time() -> None:
    with loop() as here:
        here.release()
        here.turn()
        here.ship()
        for _ in range(4):
            here.turn()
            here.site = learn_crosswalk(here.site, Recipe(), here.decisions)
        assert len(here.erp.staged) == 1
        assert here.goods_out().reference == "1001"
