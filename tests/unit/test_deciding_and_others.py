"""What a person decides, beside what is decided elsewhere: a worker's turn, an order that comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from flows_world import CODES, ODD, loop
from ledger_databases import Clock
from test_flows_deciding import one

from clarus_bluecherry.errors import IllegalTransition, InvalidRecord
from clarus_bluecherry.flows import edit_posting, settle_posting
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.flows.reversals import collect_reversals
from clarus_bluecherry.ledger import Ledger, State
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sandbox.warehouse.documents import GoodsOutStatus

BY_ADA = {"actor": "Ada", "reason": "mislabelled"}
NAVY = Sku("01234", "NVY", size="30/32")


@pytest.fixture
def here():
    with loop() as world:
        yield world


@pytest.fixture
def ledger(tmp_path: Path):
    with Ledger.open(tmp_path / "ledger.sqlite", now=Clock()) as opened:
        yield opened


def test_what_was_written_before_an_edit_is_not_due_after_it(ledger: Ledger) -> None:
    key = one(ledger, state=State.PARKED, reason_code="unknown_sku")
    seen = ledger.posting(key)
    edit_posting(ledger, key, {"quantity": "3"}, **BY_ADA)
    with pytest.raises(IllegalTransition, match="meanwhile"):
        ledger.advance(key, State.PENDING, seen=seen, payload={"units": "2"})
    assert ledger.posting(key).state is State.PARKED


def test_an_edit_that_cannot_leave_says_why_it_waits(here) -> None:
    here.warehouse.adjust(CODES[ODD], 3, "FOUND")
    here.turn()
    [posting] = here.postings("inventory_adjustment")
    edit_posting(here.site.ledger, posting.key, {"quantity": "2"}, **BY_ADA)
    here.turn()
    [after] = here.postings("inventory_adjustment")
    assert (after.state, after.reason_code, after.reason) == (State.PARKED, "unknown_sku", posting.reason)
    assert after.detail == posting.detail
    edit_posting(here.site.ledger, posting.key, {"item": NAVY}, **BY_ADA)
    here.turn()
    [gone] = here.postings("inventory_adjustment")
    assert (gone.state, gone.payload["size_qty"]) == (State.ACCEPTED, "2")


def test_what_a_record_is_is_no_field_of_it(ledger: Ledger) -> None:
    with pytest.raises(InvalidRecord, match="no such field"):
        edit_posting(ledger, one(ledger), {"record": "Receipt"}, **BY_ADA)


def _taken_back(here) -> None:
    order = here.goods_out()
    order.status = GoodsOutStatus.PICK
    here.warehouse.goods_outs.changed(order)
    collect_reversals(here.site)


def test_a_dispatch_that_was_booked_by_hand_and_comes_back_is_handed_to_a_person(here) -> None:
    here.release()
    here.turn()
    here.ship()
    collect_movements(here.site)
    [confirm] = here.postings("order_shipment")
    settle_posting(here.site.ledger, confirm.key, document="INV-9", booked=None, **BY_ADA)
    _taken_back(here)
    reprocess(here.site)
    [reversal] = here.postings("shipment_reversal")
    assert (reversal.state, reversal.reason_code) == (State.PARKED, "dispatch_undone"), "it is in the books"
