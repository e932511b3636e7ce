"""A return is tied to its order, and what became of the goods is read."""

import datetime as dt
from decimal import Decimal

import pytest
from flows_world import BLACK, CODES, MORNING, loop

from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.returns import returned_stock

CODE = CODES[BLACK]


@pytest.fixture
def here():
    with loop() as here:
        here.release()
        here.turn()
        here.ship()
        yield here


def found(here):
    collect_movements(here.site)
    return returned_stock(here.site, since=MORNING)


@pytest.mark.parametrize("reference", ["1001", "SO1001"])
def test_a_return_is_tied_to_its_order_by_the_pick_number_or_the_sales_order(here, reference):
    here.warehouse.take_return(reference, CODE, 2)
    (back,) = found(here)
    assert (back.returned.quantity, back.returned.order_reference, back.picks) == (2, reference, ("1001",))


def test_a_return_that_names_no_order_is_still_a_return(here):
    here.warehouse.take_return("RMA-77", CODE, 2)
    (back,) = found(here)
    assert (back.returned.order_reference, back.picks) == ("RMA-77", ())


def test_the_condition_of_returned_stock_is_read_and_not_assumed(here):
    here.warehouse.take_return("1001", CODE, 3)
    before = found(here)[0].by_status
    here.warehouse.hold(CODE, 3)
    (back,) = found(here)
    assert sum(back.by_status.values()) == sum(before.values()) == Decimal(18)
    assert back.by_status != before
    assert sorted(back.by_status.values()) == [3, 15]


def test_returns_before_the_window_are_left_alone(here):
    here.warehouse.take_return("1001", CODE, 2)
    collect_movements(here.site)
    assert returned_stock(here.site, since=MORNING + dt.timedelta(days=9)) == []
