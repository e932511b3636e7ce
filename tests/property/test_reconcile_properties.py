"""Whatever the numbers, the causes add up to the variance, and the order of the input does not matter."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

import hypothesis.strategies as st
from how_many import examples
from hypothesis import given, settings

from clarus_bluecherry.finance import Cause, InFlight, reconcile
from clarus_bluecherry.model import Money, Sku, StockPosition, SystemOfRecord, UnmatchedCode

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)

items = st.sampled_from([Sku("A", size="S"), Sku("A", size="M"), Sku("B"), UnmatchedCode("X"), UnmatchedCode("Y")])
locations = st.sampled_from(["WH1", "WH2"])
costs = st.none() | st.builds(Money, st.decimals("0.0001", 999, places=4), st.sampled_from(["USD", "GBP"]))


def quantities(least):
    return st.decimals(least, 10**6, places=2) | st.integers(least, 10**6).map(Decimal)


def positions(keeper, least):
    return st.lists(
        st.builds(
            StockPosition,
            keeper=st.just(keeper),
            item=items,
            location=locations,
            quantity=quantities(least),
            as_of=st.just(NOON),
            unit_cost=costs if keeper is SystemOfRecord.ERP else st.none(),
        ),
        max_size=8,
    )


movements = st.lists(
    st.builds(
        InFlight,
        item=items,
        location=locations,
        quantity=quantities(-(10**6)),
        cause=st.sampled_from([cause for cause in Cause if cause is not Cause.UNEXPLAINED]),
        posting_key=st.just("p"),
    ),
    max_size=8,
)
worlds = st.tuples(positions(SystemOfRecord.WAREHOUSE, 0), positions(SystemOfRecord.ERP, -(10**6)), movements)


@given(worlds)
def test_the_causes_add_up_to_the_variance_on_every_line(world):
    for line in reconcile(*world).lines:
        assert line.variance == line.physical - line.book
        assert sum(line.causes.values()) == line.variance
        if line.value is not None:
            assert sum(value.amount for value in line.values.values()) == line.value.amount
            assert {value.currency for value in line.values.values()} == {line.value.currency}


@given(worlds)
def test_the_totals_are_what_the_input_says(world):
    physical, book, in_flight = world
    found = reconcile(*world)
    variance = sum(p.quantity for p in physical) - sum(p.quantity for p in book)
    assert found.variance.units == variance
    assert sum(total.units for total in found.totals.values()) == variance
    for cause in (Cause.SHIPPED_NOT_INVOICED, Cause.NOT_YET_POSTED):
        assert found.totals[cause].units == sum(m.quantity for m in in_flight if m.cause is cause)


@given(worlds)
def test_the_values_add_up_in_each_currency(world):
    found = reconcile(*world)
    by_currency = defaultdict(Decimal)
    for total in found.totals.values():
        for value in total.values:
            by_currency[value.currency] += value.amount
    assert {value.currency: value.amount for value in found.variance.values} == by_currency


@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(world, dice):
    shuffled = tuple(dice.sample(part, len(part)) for part in world)
    assert reconcile(*shuffled) == reconcile(*world)


@given(worlds)
def test_every_difference_has_a_value_or_is_listed_without_one(world):
    found = reconcile(*world)
    assert set(map(id, found.without_cost)) == {id(line) for line in found.differing if line.value is None}
    assert all(line.values == {} for line in found.without_cost)


@settings(max_examples=examples(200))
@given(positions(SystemOfRecord.ERP, 0).filter(bool), movements)
def test_when_the_only_difference_is_what_is_in_flight_nothing_is_unexplained(book, in_flight):
    moved = defaultdict(Decimal)
    for one in [*book, *in_flight]:
        moved[one.item, one.location] += one.quantity
    physical = [
        StockPosition(keeper=SystemOfRecord.WAREHOUSE, item=item, location=location, quantity=quantity, as_of=NOON)
        for (item, location), quantity in moved.items()
        if quantity > 0
    ]
    full = {(position.item, position.location) for position in physical}
    for line in reconcile(physical, book, in_flight).lines:
        if (line.item, line.location) in full:
            assert line.causes[Cause.UNEXPLAINED] == 0
