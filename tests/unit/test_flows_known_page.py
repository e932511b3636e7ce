"""A page of transactions that are known already is asked about at once: counted, not timed."""

from __future__ import annotations

from flows_world import BLACK, CODES, Loop, loop
from settled_history import counting

from clarus_bluecherry.flows.ingest import Collected, Kept
from clarus_bluecherry.flows.movements_back import collect_transactions
from clarus_bluecherry.flows.orders_out import collect_orders

CODE = CODES[BLACK]


def read_again(adjustments: int) -> tuple[int, Collected]:
    """How many statements it takes to read known adjustments again, and what became of them."""
    with loop() as here:
        for number in range(adjustments):
            here.warehouse.adjust(CODE, number + 1, "FOUND")
        collect_transactions(here.site)
        with counting() as cost:
            collected = collect_transactions(here.site)
        return len(cost.statements), collected


def test_reading_known_transactions_again_takes_as_many_statements_for_three_as_for_a_page() -> None:
    few, collected = read_again(3)
    assert collected.counts[Kept.KNOWN] == 3 + received()
    many, collected = read_again(100)
    assert collected.counts[Kept.KNOWN] == 100 + received()
    assert collected.new == 0
    assert few == many


def received() -> int:
    """Transactions that are there before anything happens."""
    _, collected = read_again(0)
    return collected.counts[Kept.KNOWN]


def test_what_changed_or_is_new_among_known_ones_is_still_heard() -> None:
    with loop() as here:
        for _ in range(5):
            here.warehouse.adjust(CODE, 1, "FOUND")
        collect_transactions(here.site)
        (changed,) = here.warehouse.adjust(CODE, 2, "FOUND")
        collect_transactions(here.site)
        changed.quantity += 1
        here.warehouse.adjust(CODE, 3, "FOUND")
        collected = collect_transactions(here.site)
        assert collected.counts[Kept.NEW] == 1
        assert collected.counts[Kept.UNREAD] == 1
        assert adjusted(here) == [1, 1, 1, 1, 1, 2, 3]


def adjusted(here: Loop) -> list[int]:
    kept = here.site.ledger.facts(kind="transaction")
    return sorted(int(fact.record.quantity) for fact in kept)


def orders_read_again(count: int) -> tuple[list[tuple[str, object]], Collected]:
    """What is asked when known orders are read again, and what became of them."""
    with loop() as here:
        for number in range(count):
            here.release(str(1001 + number))
        collect_orders(here.site)
        with counting() as cost:
            collected = collect_orders(here.site)
        return cost.statements, collected


def test_a_known_order_that_is_read_again_is_one_question_and_nobody_waits_for_it() -> None:
    few, _ = orders_read_again(2)
    many, collected = orders_read_again(20)
    assert collected.counts == {Kept.KNOWN: 20}
    assert len(many) - len(few) == 18
    assert not [told for told, _ in many if told.startswith(("INSERT INTO heads", "UPDATE"))]
