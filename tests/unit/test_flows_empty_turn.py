"""A turn reads what is new or open, and nothing of what is settled: counted, not timed."""

from __future__ import annotations

import sqlite3
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from attrs import evolve
from flows_world import BLACK, Loop, loop
from settled_history import Cost, counting, requests, write_history

from clarus_bluecherry.clarus.webhooks import read_notice
from clarus_bluecherry.clarus.wire import TransactionNode
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.ingest import fact, ingest, keep_unread
from clarus_bluecherry.flows.movements_back import collect_movements, ingest_transaction, undispatched
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.flows.webhooks import LedgerInbox, process_inbox
from clarus_bluecherry.ledger import InboxState, State
from clarus_bluecherry.model import Adjustment, UnmatchedCode
from clarus_bluecherry.sandbox.warehouse.documents import GoodsOutStatus

FEW, MANY = 999, 99_999


@contextmanager
def with_history(folder: Path, facts: int) -> Iterator[Loop]:
    path = folder / f"{facts}.sqlite"
    write_history(path, facts)
    with loop(ledger=str(path)) as here:
        yield here


def one_turn(here: Loop) -> tuple[Cost, list[str]]:
    with requests() as asked, counting() as cost:
        collect_orders(here.site)
        collect_movements(here.site)
        process_inbox(here.site)
        reprocess(here.site)
        deliver(here.site)
    here.later(minutes=10)
    return cost, asked


def test_an_empty_turn_costs_the_same_whatever_is_settled(tmp_path: Path) -> None:
    counted, asked, shipped = [], [], []
    statements, memory = [], []
    for facts in (FEW, MANY):
        with with_history(tmp_path, facts) as here:
            here.release()
            first = one_turn(here)
            here.ship()
            one_turn(here)
            here.erp.process_staging()
            here.erp.run_invoicing()
            one_turn(here)
            cost, paths = one_turn(here)
            assert cost.rows < 50
            counted.append(cost.counted)
            statements.append([statement for statement, _ in cost.statements])
            memory.append(_memory_of(here))
            asked.append(paths)
            shipped.append((here.erp.on_hand()[BLACK.key, "NJ"], len(first[1])))
    assert counted[0] == counted[1]
    assert statements[0] == statements[1]
    assert memory[1] < memory[0] + 100_000
    assert asked[0] == asked[1]
    assert shipped[0] == shipped[1]
    assert shipped[0][0] == 15


def _memory_of(here: Loop) -> int:
    """The most bytes that one more turn holds at a time."""
    tracemalloc.start()
    try:
        one_turn(here)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_no_statement_of_a_turn_walks_through_a_table(tmp_path: Path) -> None:
    with with_history(tmp_path, FEW) as here:
        here.release()
        here.issue()
        costs = [one_turn(here)[0]]
        here.ship()
        here.warehouse.adjust("1234_blk_m", 3, "FOUND")
        costs += [one_turn(here)[0]]
        order = here.goods_out()
        order.status = GoodsOutStatus.PICK
        here.warehouse.goods_outs.changed(order)
        here.later(days=2)
        inbox = LedgerInbox(here.site.ledger, clock=here.site.clock)
        inbox.keep(read_notice("/hooks/t/goods_out.cancelled", {}, b'{"data": {"reference": "1001"}}'))
        costs += [one_turn(here)[0]]
        with sqlite3.connect(tmp_path / f"{FEW}.sqlite") as connection:
            asked = {statement: values for cost in costs for statement, values in cost.statements}
            plans = [
                (statement, step[3])
                for statement, values in asked.items()
                if statement.startswith(("SELECT", "UPDATE"))
                for step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            ]
        connection.close()
    walked = [(plan, statement) for statement, plan in plans if plan.startswith("SCAN")]
    assert walked == []
    assert any("postings_by_reference" in plan for _, plan in plans)


@pytest.mark.parametrize("waiting", [10, 1_000])
def test_a_fact_is_kept_at_the_same_cost_however_many_records_wait_unread(waiting: int) -> None:
    with loop() as here:
        _leave_unread(here, waiting)
        with counting() as cost:
            assert ingest(here.site, _adjustment(here, "1")).value == "new"
        assert cost.rows < 10
        assert cost.ticks < 20


def test_what_could_not_be_read_is_read_again_when_something_has_changed_and_not_before() -> None:
    with loop() as here:
        _leave_unread(here, 50)
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        known = dict(here.site.warehouse_terms.subtypes)
        terms = here.site.warehouse_terms
        here.site = evolve(
            here.site,
            warehouse_terms=evolve(terms, subtypes={k: v for k, v in known.items() if k != "POSADJ"}),
        )
        collect_movements(here.site)
        assert here.unread_states().count(InboxState.WAITING) == 51
        reprocess(here.site)
        with counting() as cost:
            reprocess(here.site)
        assert cost.rows == 0
        here.site = evolve(here.site, warehouse_terms=evolve(here.site.warehouse_terms, subtypes=known))
        reprocess(here.site)
        assert here.unread_states().count(InboxState.WAITING) == 50
        assert here.states("inventory_adjustment") == [State.PENDING]


def test_a_record_that_cannot_be_read_for_another_reason_now_is_on_the_list_once() -> None:
    with loop() as here:
        node = TransactionNode(id="7", subtype="HUH", quantity=1, created_at=here.time)
        keep_unread(
            here.site.ledger,
            source="clarus",
            kind="transaction",
            source_id="7",
            occurred_at=here.time,
            problem="what an earlier library said",
            raw=node.model_dump(mode="json"),
        )
        for _ in range(3):
            reprocess(here.site)
        (waiting,) = here.waiting()
        assert "'HUH' is not in the vocabulary" in waiting.reason


def test_an_order_is_looked_for_until_it_has_left_and_again_when_it_was_reopened() -> None:
    with loop() as here:
        here.release("1001", ((BLACK, 5),))
        here.release("1002", ((BLACK, 1),))
        here.turn()
        assert sorted(undispatched(here.site)) == ["1001", "1002"]
        here.ship("1001")
        here.turn()
        assert list(undispatched(here.site)) == ["1002"]
        order = here.goods_out("1001")
        order.status = GoodsOutStatus.PICK
        here.warehouse.goods_outs.changed(order)
        here.later(days=2)
        here.turn()
        assert sorted(undispatched(here.site)) == ["1001", "1002"]


def _leave_unread(here: Loop, count: int) -> None:
    with here.site.ledger.transaction():
        for number in range(count):
            node = TransactionNode(id=f"u{number}", subtype="HUH", quantity=1, created_at=here.time)
            ingest_transaction(here.site, node)


def _adjustment(here: Loop, number: str):
    record = Adjustment(
        id=number, occurred_at=here.time, location="NJ", item=UnmatchedCode("1234_blk_m"), quantity=1
    )
    return fact(record, source="clarus", kind="transaction", source_id=number, version="", occurred_at=here.time)
