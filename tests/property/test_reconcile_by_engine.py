"""The snapshot by an engine says what the judge says, and counts what it does not list."""

import datetime as dt
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given, settings

pytest.importorskip("duckdb")

from test_reconcile_properties import NOON, worlds

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance import Cause, InFlight, reconcile
from clarus_bluecherry.finance.close.engine import embedded, fill_stock, reconcile_by_engine, snapshot_by_sql
from clarus_bluecherry.model import Money, Sku, StockPosition, SystemOfRecord, UnmatchedCode

A, B = Sku("A", size="S"), Sku("B")
ODD = (UnmatchedCode("sku:|A||||S"), UnmatchedCode("", "5012345"), UnmatchedCode("5012345"), UnmatchedCode(""))


def judged(*world):
    found = reconcile(*world)
    return evolve(found, lines=found.differing, agreeing=len(found.lines) - len(found.differing))


def position(item, quantity, keeper=SystemOfRecord.WAREHOUSE, cost=None, at=NOON):
    return StockPosition(
        keeper=keeper, item=item, location="NJ", quantity=Decimal(quantity), as_of=at, unit_cost=cost
    )


@settings(max_examples=60, deadline=None)
@given(worlds)
def test_engine_and_judge_agree(world):
    assert reconcile_by_engine(*world) == judged(*world)


def test_codes_that_look_like_others_stay_themselves():
    later = NOON + dt.timedelta(hours=1)
    physical = [position(item, number + 1, at=later) for number, item in enumerate((*ODD, A))]
    book = [position(A, 5, SystemOfRecord.ERP, Money("2.50", "USD")), position(B, 0, SystemOfRecord.ERP)]
    moving = [InFlight(item=B, location="O'Hare", quantity=-1, cause=Cause.NOT_YET_POSTED, posting_key="p")]
    found = reconcile_by_engine(physical, book, moving)
    assert found == judged(physical, book, moving)
    assert [line.item for line in found.lines if isinstance(line.item, UnmatchedCode)] == sorted(ODD)


def test_costs_that_contradict_each_other_are_no_cost_and_lend_no_currency():
    book = [position(A, 5, SystemOfRecord.ERP, Money(cost, "GBP")) for cost in ("2.50", "3")]
    book.append(position(B, 5, SystemOfRecord.ERP, Money("1", "USD")))
    found = reconcile_by_engine([], book, [])
    assert found == judged([], book, [])
    assert [value.currency for value in found.variance.values] == ["USD"]


def test_asked_again_it_is_the_same():
    with embedded() as connection:
        fill_stock(connection, [position(A, 5)], [position(A, 3, SystemOfRecord.ERP)], [])
        assert snapshot_by_sql(connection) == snapshot_by_sql(connection)


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        (position(A, "0.0000001"), "six decimals"),
        (position(A, 1, SystemOfRecord.ERP), "stands where the warehouse's belong"),
    ],
    ids=["decimals", "keeper"],
)
def test_what_cannot_be_counted_is_refused(wrong, match):
    with pytest.raises(InvalidRecord, match=match):
        reconcile_by_engine([wrong], [], [])
