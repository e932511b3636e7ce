"""The newest word wins: an order goes out as Blue Cherry last said it, whatever it said before."""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve
from flows_world import BLACK, NAVY, ODD, Loop, loop

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.ingest import Kept, keep_refused
from clarus_bluecherry.flows.orders_out import collect_orders, ingest_order
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sandbox.erp import PickLine, ProductionLine
from clarus_bluecherry.sandbox.faults import Fault
from clarus_bluecherry.sku import Decision


def says(here: Loop, units: int, number: str = "1001") -> None:
    """Blue Cherry's pick ticket is for so many units now, and the change is read."""
    here.erp.change_pick(number, [PickLine(line_seq="1", article=BLACK, bk_qty=units, price=Decimal("19.90"))])
    collect_orders(here.site)


def expects(here: Loop, units: int, number: str = "C55") -> None:
    """Blue Cherry's production order is for so many units now, and the change is read."""
    line = ProductionLine(prod_line="3", article=BLACK, prod_qty=units, cost=Decimal("7.10"))
    here.erp.change_production(number, [line])
    collect_orders(here.site)


def told(here: Loop) -> list[int]:
    """How many units of its first line each order in the warehouse was told."""
    return [int(order.lines[0].order_quantity) for order in here.warehouse.goods_outs]


def parked(here: Loop) -> list[tuple[str, str]]:
    open_ones = here.for_people()
    return [(one.record_name, one.reason_code) for one in open_ones]


def released(here: Loop, units: int = 5) -> None:
    here.release(lines=((BLACK, units),))
    collect_orders(here.site)


# Content that comes back -------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [0, 1], ids=["within one second", "a minute apart"])
@pytest.mark.parametrize("words", [(7, 5), (7, 5, 7), (7, 5, 7, 5), (7, 9, 5, 9, 7, 5)])
def test_what_was_said_last_goes_out(words: tuple[int, ...], minutes: int) -> None:
    with loop() as here:
        released(here)
        for units in words:
            here.later(minutes=minutes)
            says(here, units)
            collect_orders(here.site)
        deliver(here.site)
        assert told(here) == [words[-1]]
        here.turn()
        assert told(here) == [words[-1]]
        assert parked(here) == []


@pytest.mark.parametrize("words", [(7, 12), (7, 12, 7)])
def test_what_was_said_last_of_a_production_order_goes_out(words: tuple[int, ...]) -> None:
    with loop() as here:
        here.issue(units=12)
        collect_orders(here.site)
        for units in words:
            here.later(minutes=1)
            expects(here, units)
        deliver(here.site)
        (receipt,) = here.warehouse.goods_in_receipts
        assert receipt.lines[0].expected_quantity == words[-1]
        assert parked(here) == []


def test_a_header_that_comes_back_goes_out_as_it_was() -> None:
    with loop() as here:
        here.release()
        for po_num in ("PO-9", "PO-10", "PO-9"):
            here.later(minutes=1)
            here.release()
            here.erp.picks["1001"].po_num = po_num
            collect_orders(here.site)
        deliver(here.site)
        (posted,) = here.site.ledger.in_state(State.POSTED)
        fact = here.site.ledger.fact(posted.fact_key)
        assert fact.record.purchase_order == "PO-9"


def test_what_comes_back_after_the_other_was_sent_is_for_a_person() -> None:
    with loop() as here:
        released(here)
        here.later(minutes=1)
        says(here, 7)
        deliver(here.site)
        here.later(minutes=1)
        says(here, 5)
        here.turn()
        assert told(here) == [7]
        assert parked(here) == [("pick 1001", Reason.CHANGED_AFTER_SENT)]


def test_a_change_that_is_taken_back_after_it_was_sent_is_nobodys_business() -> None:
    with loop() as here:
        released(here)
        deliver(here.site)
        for units, waiting in ((7, 1), (5, 0), (7, 1), (9, 1), (5, 0)):
            here.later(minutes=1)
            says(here, units)
            here.turn()
            assert len(parked(here)) == waiting
        assert told(here) == [5]


def test_the_ship_confirm_is_of_the_order_as_it_was_sent() -> None:
    with loop() as here:
        released(here)
        deliver(here.site)
        for units in (7, 5):
            here.later(minutes=1)
            says(here, units)
        here.ship()
        here.turn()
        assert [one.body["pickDetail"][0]["size_qty"] for one in here.erp.staged] == [5]


def test_a_line_that_waited_for_its_product_waits_again_when_its_order_is_as_it_was() -> None:
    with loop() as here:
        here.site = evolve(here.site, unmatched="line")
        for lines in (((BLACK, 5), (ODD, 4)), ((BLACK, 7), (ODD, 4)), ((BLACK, 5), (ODD, 4))):
            here.release(lines=lines)
            here.turn()
        assert told(here) == [5]
        assert parked(here) == [("line 1001/2 of a pick", "unknown_sku")]
        here.warehouse.open_stock("LEGACY-9", 20)
        here.decisions.append(Decision(code="LEGACY-9", sku=Sku("07777", "RED", size="O/S"), since=here.time))
        here.learn()
        here.turn()
        assert [line.product.code for line in here.goods_out().lines] == ["1234_blk_m", "LEGACY-9"]


# An older word, read late ------------------------------------------------------------------------------------


def test_an_older_word_that_is_read_later_changes_nothing() -> None:
    with loop() as here:
        released(here)
        (older,) = here.site.bluecherry.picks()
        here.later(minutes=1)
        says(here, 7)
        here.later(minutes=1)
        ingest_order(here.site, older)
        deliver(here.site)
        assert told(here) == [7]
        ingest_order(here.site, older)
        assert parked(here) == []


def test_an_older_word_that_was_never_read_before_changes_nothing() -> None:
    with loop() as here:
        here.release(lines=((BLACK, 5),))
        (never_read,) = here.site.bluecherry.picks()
        here.later(minutes=1)
        says(here, 7)
        assert ingest_order(here.site, never_read) is not Kept.PARKED
        deliver(here.site)
        assert told(here) == [7]
        ingest_order(here.site, never_read)
        assert parked(here) == []


# Withdrawn, and released again -------------------------------------------------------------------------------


def test_a_pick_that_is_withdrawn_before_it_was_sent_is_not_sent() -> None:
    with loop() as here:
        released(here)
        here.later(minutes=1)
        here.erp.withdraw_pick("1001")
        for _ in range(2):
            here.turn()
        assert told(here) == []
        assert parked(here) == []


def test_a_production_order_that_is_withdrawn_before_it_was_sent_is_not_sent() -> None:
    with loop() as here:
        here.issue()
        collect_orders(here.site)
        here.later(minutes=1)
        here.erp.withdraw_production("C55")
        here.turn()
        assert list(here.warehouse.goods_in_receipts) == []
        assert parked(here) == []


def test_a_pick_that_was_withdrawn_before_anybody_read_it_is_no_news() -> None:
    with loop() as here:
        here.release()
        here.erp.withdraw_pick("1001")
        here.turn()
        assert told(here) == []
        assert parked(here) == []


def test_a_withdrawn_pick_that_waits_for_its_product_is_not_sent_once_that_is_known() -> None:
    with loop() as here:
        here.release(lines=((ODD, 4),))
        here.turn()
        here.erp.withdraw_pick("1001")
        here.turn()
        here.decisions.append(Decision(code="LEGACY-9", sku=Sku("07777", "RED", size="O/S"), since=here.time))
        here.learn()
        here.turn()
        assert told(here) == []


def test_a_status_of_the_site_says_that_a_pick_is_withdrawn() -> None:
    with loop() as here:
        released(here)
        here.site = evolve(here.site, withdrawn_statuses=frozenset({"a"}))  # all picks of the sandbox say "A"
        here.later(minutes=1)
        says(here, 6)
        here.turn()
        assert told(here) == []


def test_a_pick_that_is_withdrawn_after_it_was_sent_is_for_a_person() -> None:
    with loop() as here:
        released(here)
        here.turn()
        here.erp.withdraw_pick("1001")
        for _ in range(2):
            here.turn()
        assert parked(here) == [("pick 1001", Reason.CHANGED_AFTER_SENT)]
        assert "withdrawn" in here.for_people()[0].reason
        says(here, 5)
        assert parked(here) == []
        assert told(here) == [5]


@pytest.mark.parametrize("units", [5, 7])
def test_a_withdrawn_pick_that_is_released_again_goes_out(units: int) -> None:
    with loop() as here:
        released(here)
        here.later(minutes=1)
        here.erp.withdraw_pick("1001")
        collect_orders(here.site)
        here.later(minutes=1)
        says(here, units)
        here.turn()
        assert told(here) == [units]


def cancel(here: Loop) -> None:
    """A person cancels what waits to be sent."""
    for waiting in here.site.ledger.in_state(State.PENDING, target="clarus"):
        here.site.ledger.cancel(waiting.key, "not today", actor="Ada")


def test_a_cancelled_posting_stays_cancelled_when_its_row_is_only_read_again() -> None:
    with loop() as here:
        released(here)
        cancel(here)
        for _ in range(2):
            here.later(minutes=1)
            collect_orders(here.site)
        here.turn()
        assert told(here) == []


def test_a_cancelled_posting_stays_cancelled_when_its_last_touch_is_older_than_that() -> None:
    with loop() as here:
        released(here)
        here.later(minutes=1)
        says(here, 5)
        cancel(here)
        here.later(minutes=1)
        here.turn()
        assert told(here) == []


def test_a_cancelled_posting_goes_out_when_its_pick_is_released_again_unchanged() -> None:
    with loop() as here:
        released(here)
        cancel(here)
        here.later(minutes=1)
        says(here, 5)
        collect_orders(here.site)
        here.turn()
        assert told(here) == [5]
        here.later(minutes=1)
        says(here, 5)
        here.turn()
        assert parked(here) == []


# While the other side has not answered -----------------------------------------------------------------------


def left_in_doubt(here: Loop, fault: Fault) -> None:
    released(here)
    here.clarus_faults.next(fault, path_contains="/api/goods_outs")
    deliver(here.site)
    assert here.states("goods_out") == [State.IN_DOUBT]
    here.later(minutes=1)


def test_a_word_that_comes_while_its_order_is_in_doubt_goes_out_if_that_never_arrived() -> None:
    with loop() as here:
        left_in_doubt(here, Fault.FAILED_BEFORE)
        says(here, 7)
        assert parked(here) == [("pick 1001", Reason.CHANGED_AFTER_SENT)]
        for _ in range(3):
            here.turn()
        assert told(here) == [7]
        assert parked(here) == []


def test_a_word_that_comes_while_its_order_is_in_doubt_is_for_a_person_if_that_arrived() -> None:
    with loop() as here:
        left_in_doubt(here, Fault.FAILED_AFTER)
        says(here, 7)
        for _ in range(3):
            here.turn()
        assert told(here) == [5]
        assert parked(here) == [("pick 1001", Reason.CHANGED_AFTER_SENT)]


def test_a_pick_that_is_withdrawn_while_it_is_in_doubt_is_not_sent_again() -> None:
    with loop() as here:
        left_in_doubt(here, Fault.FAILED_BEFORE)
        here.erp.withdraw_pick("1001")
        for _ in range(3):
            here.turn()
        assert told(here) == []
        assert parked(here) == []


def test_what_comes_back_while_its_order_is_in_doubt_is_sent_again() -> None:
    with loop() as here:
        left_in_doubt(here, Fault.FAILED_BEFORE)
        for units in (7, 5):
            says(here, units)
            here.later(minutes=1)
        for _ in range(3):
            here.turn()
        assert told(here) == [5]
        assert parked(here) == []


# A word that cannot be read ----------------------------------------------------------------------------------


def test_an_order_is_held_back_when_a_newer_word_cannot_be_read() -> None:
    with loop() as here:
        released(here)
        here.later(minutes=1)
        here.erp.picks["1001"].location = ""
        says(here, 7)
        here.turn()
        assert told(here) == []
        assert [reason for _, reason in parked(here)] == ["unread"]
        here.erp.picks["1001"].location = "NJ"
        says(here, 5)
        here.turn()
        assert told(here) == [5]
        assert parked(here) == []


def test_a_word_that_was_overtaken_does_not_settle_a_newer_one_that_cannot_be_read() -> None:
    with loop() as here:
        here.release(lines=((BLACK, 5),))
        (slow,) = here.site.bluecherry.picks()
        here.later(minutes=1)
        here.erp.picks["1001"].location = ""
        says(here, 7)
        ingest_order(here.site, slow)
        deliver(here.site)
        assert told(here) == []
        assert [reason for _, reason in parked(here)] == ["unread"]
        reprocess(here.site)
        assert told(here) == []


def test_an_older_word_that_cannot_be_read_takes_no_newer_one_off_the_list() -> None:
    with loop() as here:
        here.release(lines=((BLACK, 5),))
        rows = []
        for location in ("", "NJ", ""):
            here.later(minutes=1)
            here.erp.picks["1001"].location = location
            here.erp.change_pick("1001", here.erp.picks["1001"].lines)
            rows += here.site.bluecherry.picks()
        oldest, between, newest = rows
        for row in (newest, between, oldest):
            ingest_order(here.site, row)
        reprocess(here.site)
        assert told(here) == []
        assert [item.occurred_at for item in here.waiting()] == [here.time]


def test_a_row_that_could_not_even_be_parsed_stays_on_the_list_while_older_rows_are_read_again() -> None:
    with loop() as here:
        released(here)
        (older,) = here.site.bluecherry.picks()
        keep_refused(here.site, InvalidRecord("it is broken", record="pick ticket 1001"), source="bluecherry")
        ingest_order(here.site, older)
        assert [reason for _, reason in parked(here)] == ["unread"]
        here.later(minutes=1)
        says(here, 5)
        assert parked(here) == []


def test_other_picks_are_not_concerned() -> None:
    with loop() as here:
        released(here)
        here.release("1002", ((NAVY, 2),))
        here.later(minutes=1)
        here.erp.withdraw_pick("1001")
        here.turn()
        assert [order.reference for order in here.warehouse.goods_outs] == ["1002"]
