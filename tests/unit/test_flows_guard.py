"""The guard: a SKU nobody can match stops its own line, or its own document by policy, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from attrs import evolve
from flows_world import BLACK, NAVY, ODD, Loop, loop

from clarus_bluecherry.finance.exceptions import ExceptionTerms, ledger_exceptions
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sandbox.faults import Fault
from clarus_bluecherry.sku import Decision

RED = Sku("07777", "RED", size="O/S")


@contextmanager
def by_line(**how: object) -> Iterator[Loop]:
    with loop(**how) as here:
        here.site = evolve(here.site, unmatched="line")
        yield here


def mended(here: Loop) -> None:
    """A person ties the odd product to its SKU."""
    here.warehouse.open_stock("LEGACY-9", 20)
    here.decisions.append(Decision(code="LEGACY-9", sku=RED, since=here.time))
    here.learn()


def codes(here: Loop) -> list[str]:
    return [line.product.code for line in here.goods_out().lines]


def test_by_document_the_whole_order_waits() -> None:
    with loop() as here:
        here.release("1001", ((BLACK, 5), (ODD, 4)))
        here.turn()
        assert here.states("goods_out") == [State.PARKED]
        assert list(here.warehouse.goods_outs) == []
        mended(here)
        here.turn()
        assert len(codes(here)) == 2


def test_by_line_the_others_go_and_the_one_follows_once() -> None:
    with by_line() as here:
        here.release("1001", ((BLACK, 5), (ODD, 4), (NAVY, 2)))
        here.turn()
        assert here.states("goods_out") == [State.POSTED]
        assert codes(here) == ["1234_blk_m", "01234-NVY-30/32"]
        assert here.states("goods_out_line") == [State.PARKED]
        mended(here)
        for _ in range(3):
            here.turn()
        assert codes(here) == ["1234_blk_m", "01234-NVY-30/32", "LEGACY-9"]
        assert here.goods_out().lines[2].order_quantity == 4
        assert here.states("goods_out_line") == [State.POSTED]


def test_the_waiting_line_is_on_the_exception_list_with_what_to_do() -> None:
    with by_line() as here:
        here.release("1001", ((BLACK, 5), (ODD, 4)))
        here.turn()
        (item,) = ledger_exceptions(here.site.ledger, ExceptionTerms(now=here.time))
        assert (item.what, item.reason_code) == ("line 1001/2 of a pick", "unknown_sku")
        assert "the warehouse has no product for 07777 RED O/S" in item.reason
        assert (
            item.action
            == "Add the pair to the decisions file; it goes on by itself when the crosswalk is learnt again."
        )


def test_the_whole_order_ships_after_its_late_line_has_come() -> None:
    with by_line() as here:
        here.release("1001", ((BLACK, 5), (ODD, 4)))
        here.turn()
        mended(here)
        here.turn()
        here.ship()
        here.turn()
        assert here.states("order_shipment") == [State.ACCEPTED]
        here.erp.process_staging()
        here.erp.run_invoicing()
        here.turn()
        assert here.states("order_shipment") == [State.POSTED]
        assert here.erp.on_hand()[ODD.key, "NJ"] == -4


def test_an_order_none_of_whose_lines_can_go_waits_whole_and_then_splits() -> None:
    with by_line() as here:
        other = evolve(ODD, color_code="BLU")
        here.erp.add_article(other)
        here.release("1001", ((ODD, 4), (other, 1)))
        here.turn()
        assert here.states("goods_out") == [State.PARKED]
        assert here.postings("goods_out_line") == []
        mended(here)
        here.turn()
        assert here.states("goods_out") == [State.POSTED]
        assert codes(here) == ["LEGACY-9"]
        assert here.states("goods_out_line") == [State.PARKED]


def test_a_line_that_comes_after_the_order_left_is_for_a_person() -> None:
    with by_line() as here:
        here.release("1001", ((BLACK, 5), (ODD, 4)))
        here.turn()
        here.ship()
        mended(here)
        here.turn()
        (late,) = here.postings("goods_out_line")
        assert late.state is State.REJECTED
        assert "release what is missing on a new pick ticket" in late.reason
        assert len(codes(here)) == 1


def test_a_newer_pick_takes_the_place_of_lines_that_wait() -> None:
    with by_line() as here:
        here.release("1001", ((BLACK, 5), (ODD, 4)))
        here.turn()
        here.later(hours=1)
        here.release("1001", ((BLACK, 5), (ODD, 3)))
        here.turn()
        assert here.states("goods_out_line") == [State.CANCELLED]
        assert sorted(here.states("goods_out")) == [State.PARKED, State.POSTED]


def test_the_same_line_of_a_newer_pick_before_anything_left() -> None:
    with by_line() as here:
        here.release("1001", ((BLACK, 5), (ODD, 4)))
        collect_orders(here.site)
        here.later(minutes=1)
        here.release("1001", ((BLACK, 6), (ODD, 3)))
        here.turn()
        mended(here)
        here.turn()
        assert [line.order_quantity for line in here.goods_out().lines] == [6, 3]


@pytest.mark.parametrize("fault", [Fault.DROPPED_AFTER, Fault.FAILED_AFTER])
def test_a_line_that_was_added_without_an_answer_is_not_added_again(fault: Fault) -> None:
    with by_line() as here:
        here.release("1001", ((BLACK, 5), (ODD, 4)))
        here.turn()
        mended(here)
        here.clarus_faults.next(fault, path_contains="/api/goods_outs/")
        for _ in range(3):
            here.turn()
        assert codes(here) == ["1234_blk_m", "LEGACY-9"]
        assert here.states("goods_out_line") == [State.POSTED]


def test_a_line_waits_until_its_order_is_there() -> None:
    with by_line() as here:
        here.release("1001", ((BLACK, 5), (ODD, 4)))
        collect_orders(here.site)
        mended(here)
        reprocess(here.site)
        here.clarus_faults.next(Fault.FAILED_BEFORE, path_contains="/api/goods_outs")
        deliver(here.site)
        assert here.states("goods_out") == [State.IN_DOUBT]
        assert here.states("goods_out_line") == [State.RETRYING]
        here.later(hours=1)
        for _ in range(2):
            here.turn()
        assert codes(here) == ["1234_blk_m", "LEGACY-9"]
