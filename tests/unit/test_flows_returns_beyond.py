"""More that comes back than has left is told to a person, and not booked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flows_world import BLACK, CODES, Loop, loop

from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.ledger import State

CODE = CODES[BLACK]


@pytest.fixture
def here() -> Iterator[Loop]:
    with loop() as here:
        here.release()  # 5 black
        here.turn()
        yield here


def returns(here: Loop) -> list[tuple[State, str]]:
    return [(one.state, one.reason_code) for one in here.postings("return_to_stock")]


def comes_back(here: Loop, units: int, order: str = "1001") -> None:
    here.later(minutes=5)
    here.warehouse.take_return(order, CODE, units)
    collect_movements(here.site)


def test_what_left_may_come_back_and_not_a_unit_more(here: Loop) -> None:
    here.ship(short=1)
    collect_movements(here.site)
    comes_back(here, 3)
    comes_back(here, 1)
    comes_back(here, 1)
    assert returns(here) == [(State.PENDING, ""), (State.PENDING, ""), (State.PARKED, "more_returned")]
    (parked,) = here.for_people()
    assert parked.reason == "4 units of 01234 BLK M left on pick 1001, 4 came back before, and 1 more are back now"
    assert reprocess(here.site) == 0


def test_all_parts_together_are_what_left(here: Loop) -> None:
    order = here.goods_out()
    here.warehouse.process_picks([order.id])
    for units in (2, 3):
        here.warehouse.pick(order.id, {order.lines[0].id: units})
        here.warehouse.dispatch(order.id, part=True)
        collect_movements(here.site)
        here.later(minutes=5)
    comes_back(here, 5)
    assert returns(here) == [(State.PENDING, "")]


def test_before_a_return_is_judged_its_order_is_looked_at(here: Loop) -> None:
    here.ship()
    comes_back(here, 5)
    assert returns(here) == [(State.PENDING, "")]


def test_of_an_order_that_is_not_known_nothing_is_said(here: Loop) -> None:
    comes_back(here, 7, order="RMA-12")
    assert returns(here) == [(State.PENDING, "")]


def test_the_first_reading_counts_and_the_same_row_again_does_not(here: Loop) -> None:
    here.ship()
    collect_movements(here.site)
    comes_back(here, 5)
    collect_movements(here.site)
    collect_movements(here.site)
    assert returns(here) == [(State.PENDING, "")]
