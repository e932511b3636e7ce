"""A wall round each record that is read: rows of both systems, products, notices, dispatches taken back."""

from __future__ import annotations

import datetime as dt
import importlib

import pytest
from flows_world import BLACK, NAVY, loop

from clarus_bluecherry.clarus.webhooks import read_notice
from clarus_bluecherry.errors import LedgerError, NotSent, Retry, ServerFailed, UnreadableAnswer
from clarus_bluecherry.flows import crosswalk, movements_back, orders_out, reversals, webhooks
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.ingest import Kept
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.reprocess import reprocess as reprocess_all
from clarus_bluecherry.flows.wall import Wall, rest, why
from clarus_bluecherry.flows.webhooks import LedgerInbox, process_inbox
from clarus_bluecherry.ledger import InboxState
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.mapping import Effect
from clarus_bluecherry.sandbox.warehouse.documents import GoodsOutStatus

CODE = "1234_blk_m"


@pytest.fixture
def here():
    with loop() as here:
        yield here


def poison(monkeypatch, module, name, is_bad, error):
    """Let the function `name` of `module` raise `error` for the arguments that are bad."""
    real = getattr(module, name)

    def poisoned(*args, **kwargs):
        if is_bad(*args):
            raise error
        return real(*args, **kwargs)

    monkeypatch.setattr(module, name, poisoned)


ONE_RECORDS = [
    KeyError("Jane Doe"),
    RecursionError(),
    LedgerError("a state nobody expects"),
    ServerFailed("500 for this one", status=500),
    UnreadableAnswer("a row", status=200, retry=Retry.POINTLESS),
]


# Feeds ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", ONE_RECORDS, ids=lambda one: type(one).__name__)
def test_a_pick_that_raises_is_kept_unread_and_the_others_go_out(here, monkeypatch, error):
    for number in ("1001", "1002", "1003"):
        here.release(number, ((BLACK, 1),))
    with monkeypatch.context() as patched:
        poison(patched, orders_out, "ingest_order", lambda site, row: row.pick_num == "1002", error)
        collect_orders(here.site)
        deliver(here.site)
    assert [order.reference for order in here.warehouse.goods_outs] == ["1001", "1003"]
    (unread,) = here.unread()
    assert unread.state is InboxState.WAITING
    assert unread.reason
    assert "Jane" not in unread.reason
    assert reprocess_all(here.site) == 1
    assert here.unread_states() == [InboxState.DONE]
    deliver(here.site)
    assert [order.reference for order in here.warehouse.goods_outs] == ["1001", "1003", "1002"]


@pytest.mark.parametrize("error", ONE_RECORDS, ids=lambda one: type(one).__name__)
def test_a_transaction_that_raises_is_kept_unread_and_the_others_arrive(here, monkeypatch, error):
    for units in (1, 2, 3):
        here.warehouse.adjust(CODE, units, "FOUND")
    with monkeypatch.context() as patched:
        poison(patched, movements_back, "ingest_transaction", lambda site, node: node.quantity == 2, error)
        collect_movements(here.site)
        deliver(here.site)
    assert sorted(one.body["size_qty"] for one in here.erp.staged) == [1, 3]
    reprocess_all(here.site)
    deliver(here.site)
    assert sorted(one.body["size_qty"] for one in here.erp.staged) == [1, 2, 3]


@pytest.mark.parametrize("error", ONE_RECORDS, ids=lambda one: type(one).__name__)
def test_a_dispatch_that_raises_is_kept_unread_and_read_again(here, monkeypatch, error):
    for number in ("1001", "1002", "1003"):
        here.release(number, ((NAVY, 1),))
    here.turn()
    for number in ("1001", "1002", "1003"):
        here.ship(number)
    with monkeypatch.context() as patched:
        is_bad = lambda site, order, lines: order.reference == "1002"  # noqa: E731
        poison(patched, movements_back, "_ingest_dispatch", is_bad, error)
        collect_movements(here.site)
    assert sorted(one.reference for one in here.postings("order_shipment")) == ["1001", "1003"]
    assert here.unread_states() == [InboxState.WAITING]
    collect_movements(here.site)
    assert sorted(one.reference for one in here.postings("order_shipment")) == ["1001", "1002", "1003"]
    assert here.unread_states() == [InboxState.DONE]


def test_a_dispatch_taken_back_that_raises_stops_no_other(here, monkeypatch):
    for number in ("1001", "1002"):
        here.release(number, ((NAVY, 1),))
    here.turn()
    for number in ("1001", "1002"):
        here.ship(number)
    collect_movements(here.site)
    for number in ("1001", "1002"):
        order = here.goods_out(number)
        order.status = GoodsOutStatus.PICK
        here.warehouse.goods_outs.changed(order)
    here.later(hours=1)
    is_bad = lambda site, undone: undone.dispatch.order_reference == "1001"  # noqa: E731
    poison(monkeypatch, reversals, "keep_undone", is_bad, KeyError("x"))
    reversals.collect_reversals(here.site)
    assert len(here.site.ledger.facts(kind="undispatch")) == 1
    assert here.unread_states() == [InboxState.WAITING]


def test_a_system_that_answers_nobody_stops_the_reading_and_moves_no_mark(here, monkeypatch):
    for units in (1, 2, 3):
        here.warehouse.adjust(CODE, units, "FOUND")
    with monkeypatch.context() as patched:
        poison(
            patched, movements_back, "ingest_transaction", lambda site, node: True, ServerFailed("502", status=502)
        )
        with pytest.raises(ServerFailed):
            movements_back.collect_transactions(here.site)
    with monkeypatch.context() as patched:
        poison(patched, movements_back, "ingest_transaction", lambda site, node: True, NotSent("no route"))
        with pytest.raises(NotSent):
            movements_back.collect_transactions(here.site)
    assert here.site.ledger.watermark("clarus.transactions") is None
    here.turn()
    assert sorted(one.body["size_qty"] for one in here.erp.staged) == [1, 2, 3]


def test_a_ledger_that_fails_is_no_records_fault(here, monkeypatch):
    here.warehouse.adjust(CODE, 1, "FOUND")
    gone = LedgerError("the database failed", retry=Retry.SAFE)
    poison(monkeypatch, movements_back, "ingest_transaction", lambda site, node: True, gone)
    with pytest.raises(LedgerError, match="database failed"):
        collect_movements(here.site)


def test_a_style_and_a_product_that_raise_leave_the_crosswalk_to_the_others(here, monkeypatch):
    is_bad = lambda style: style.style == "07777"  # noqa: E731
    poison(monkeypatch, crosswalk.bluecherry, "products", is_bad, KeyError("x"))
    poison(monkeypatch, crosswalk, "_listed", lambda node: node.code == "01234-NVY-30/32", KeyError("x"))
    here.learn()
    assert here.site.crosswalk is not None
    assert [pair.code for pair in here.site.crosswalk.pairs] == [CODE]
    assert len(here.unread()) == 2


def test_a_parked_posting_that_cannot_be_written_stops_no_other(here, monkeypatch):
    del here.site.warehouse_terms.subtypes["POSADJ"]  # type: ignore[attr-defined]
    for units in (1, 2, 3):
        here.warehouse.adjust(CODE, units, "FOUND")
    collect_movements(here.site)
    here.site.warehouse_terms.subtypes["POSADJ"] = Effect.ADJUST_UP  # type: ignore[index]
    first = here.unread()[1].reason
    is_bad = lambda site, node: node.quantity == 2  # noqa: E731
    reprocessing = importlib.import_module("clarus_bluecherry.flows.reprocess")
    poison(monkeypatch, reprocessing, "ingest_transaction", is_bad, KeyError("Jane Doe"))
    assert reprocess_all(here.site) == 2
    (left,) = [posting for posting in here.unread() if posting.state is InboxState.WAITING]
    assert left.reason.startswith(first)
    assert "KeyError" in left.reason
    assert "Jane" not in left.reason


# Notices -------------------------------------------------------------------------------------------------------


def tell(here, *events):
    inbox = LedgerInbox(here.site.ledger, clock=here.site.clock)
    for number, event in enumerate(events):
        inbox.keep(read_notice(f"/hooks/{'t' * 32}/{event}", {}, b'{"data": {"id": %d}}' % number))


def looks(here):
    return here.notice_states()


def test_a_notice_that_cannot_be_read_waits_for_a_person_and_the_others_are_heeded(here, monkeypatch):
    tell(here, "stock.received", "goods_out.completed", "stock.received")
    real, seen = webhooks._notification, []

    def damaged(item):
        seen.append(item)
        return real(item) if len(seen) > 1 else {}["Jane Doe"]

    monkeypatch.setattr(webhooks, "_notification", damaged)
    here.warehouse.adjust(CODE, 1, "FOUND")
    assert process_inbox(here.site).new == 1
    assert sorted(looks(here)) == [InboxState.DONE, InboxState.DONE, InboxState.WAITING]
    (parked,) = here.waiting()
    assert parked.due is None
    assert parked.reason_code == Reason.UNREADABLE_NOTICE
    assert "Jane" not in parked.reason


@pytest.mark.parametrize("error", [KeyError("x"), ServerFailed("500", status=500)])
def test_a_look_that_raises_is_taken_later_and_other_kinds_of_look_are_taken_now(here, monkeypatch, error):
    tell(here, "stock.received", "goods_out.completed")
    with monkeypatch.context() as patched:
        poison(patched, webhooks, "collect_transactions", lambda site: True, error)
        process_inbox(here.site)
    assert sorted(looks(here)) == [InboxState.DONE, InboxState.WAITING]
    (later,) = here.waiting()
    assert later.due >= here.time + dt.timedelta(minutes=1)
    assert later.reason
    here.later(minutes=5)
    process_inbox(here.site)
    assert looks(here) == [InboxState.DONE, InboxState.DONE]


def test_an_interrupted_look_is_due_again_at_once(here, monkeypatch):
    tell(here, "stock.received", "goods_out.completed")
    with monkeypatch.context() as patched:
        poison(patched, webhooks, "collect_transactions", lambda site: True, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            process_inbox(here.site)
    assert looks(here) == [InboxState.WAITING, InboxState.WAITING]
    process_inbox(here.site)
    assert looks(here) == [InboxState.DONE, InboxState.DONE]


# The wall itself -----------------------------------------------------------------------------------------------


def test_an_unclear_failure_passes_only_when_it_comes_twice_in_a_row():
    wall, failed = Wall(), ServerFailed("500", status=500)

    def fail():
        raise failed

    assert [wall.round(act, lambda error: "kept") for act in (fail, lambda: "done", fail)] == [
        "kept",
        "done",
        "kept",
    ]
    with pytest.raises(ServerFailed):
        wall.round(fail, lambda error: "kept")


def test_what_is_not_ours_is_told_by_kind_and_place_only():
    try:
        {}["Jane Doe"]
    except KeyError as error:
        told = why(error)
    assert told.code == "KeyError"
    assert told.reason.startswith("an unexpected KeyError in test_what_is_not_ours")
    assert "Jane" not in told.reason


def test_a_record_whose_evidence_and_name_cannot_be_stored_is_kept_all_the_same(here):
    class Awkward:
        def model_dump(self, mode):
            raise ValueError("no")

    def act():
        raise KeyError("x")

    kept = Wall().keep(act, here.site, source="clarus", kind="pick_ticket", source_id="a\0\ud800", raw=Awkward())
    assert kept is Kept.UNREAD
    assert len(here.unread()) == 1


def test_a_rest_is_the_same_for_the_same_failure(here):
    here.warehouse.adjust(CODE, 1, "FOUND")
    collect_movements(here.site)
    (posting,) = here.postings("inventory_adjustment")
    assert rest(posting, 3) == rest(posting, 3)
    assert rest(posting, 10**9) <= dt.timedelta(minutes=30)
    assert rest(posting, -5) > dt.timedelta(0)
