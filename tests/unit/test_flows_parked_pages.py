"""What is parked is tried again by the share, so that a turn costs the same however much of it there is."""

from __future__ import annotations

from collections import Counter

import pytest
from flows_world import Loop, loop
from settled_history import counting

from clarus_bluecherry.flows.ingest import fact, ingest
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import Adjustment, Sku, UnmatchedCode
from clarus_bluecherry.sku import Decision

LATE = "LEGACY-9"
"""A code that somebody knows."""
SHARE = 500
"""How many a turn tries, where none of them goes on."""


def park(here: Loop, code: str, count: int) -> None:
    """So many adjustments of a product that is tied to no SKU."""
    with here.site.ledger.transaction():
        for number in range(count):
            name = f"{code}-{number:05}"
            record = Adjustment(
                id=name, occurred_at=here.time, location="NJ", item=UnmatchedCode(code), quantity=1
            )
            at = here.time
            ingest(
                here.site,
                fact(record, source="clarus", kind="transaction", source_id=name, version="", occurred_at=at),
            )


def decide(here: Loop) -> None:
    """A person says what `LATE` is."""
    here.decisions.append(Decision(code=LATE, sku=Sku("07777", "RED", size="O/S"), since=here.time))
    here.learn()


@pytest.mark.parametrize("count", [SHARE + 1, 3 * SHARE])
def test_a_turn_costs_the_same_however_much_is_parked(count: int) -> None:
    with loop() as here:
        park(here, "nobody_knows", count)
        for _ in range(2):
            here.later(minutes=1)
            with counting() as cost:
                assert reprocess(here.site) == 0
            assert len(cost.statements) < 10
            assert cost.rows < 2 * SHARE + 10


def test_what_little_is_parked_is_tried_without_a_word_to_the_ledger() -> None:
    with loop() as here:
        park(here, "nobody_knows", 3)
        with counting() as cost:
            reprocess(here.site)
        assert [statement for statement, _ in cost.statements if not statement.startswith("SELECT")] == []


def test_each_has_its_turn() -> None:
    with loop() as here:
        park(here, "nobody_knows", SHARE)
        here.later(seconds=1)
        park(here, LATE, 1)
        decide(here)
        assert [_a_turn_later(here) for _ in range(3)] == [0, 1, 0]


def test_all_that_can_go_on_does_so_at_once() -> None:
    with loop() as here:
        park(here, LATE, SHARE + 1)
        decide(here)
        assert _a_turn_later(here) == SHARE + 1
        assert Counter(here.states("inventory_adjustment")) == {State.PENDING: SHARE + 1}


def test_one_that_goes_on_costs_one_share_more() -> None:
    with loop() as here:
        park(here, LATE, 1)
        here.later(seconds=1)
        park(here, "nobody_knows", 2 * SHARE)
        decide(here)
        with counting() as cost:
            assert _a_turn_later(here) == 1
        assert 3 * SHARE < cost.rows < 4 * SHARE + 30


def _a_turn_later(here: Loop) -> int:
    here.later(minutes=1)
    return reprocess(here.site)
