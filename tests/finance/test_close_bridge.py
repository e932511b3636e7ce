"""The bridge of values, what matters, what is open and since when: each adds up to the close that it is of."""

from collections import defaultdict
from decimal import Decimal

from attrs import evolve
from close_histories import LAST, ZONE, histories
from hypothesis import given, settings
from hypothesis import strategies as st

from clarus_bluecherry.finance.close import (
    AgeBand,
    CostRow,
    Materiality,
    ageing,
    close_books,
    close_differences,
    end_of,
    held_against,
    listing,
    value_bridge,
)

AT = end_of(LAST, ZONE)
costs = st.lists(
    st.builds(
        CostRow,
        item=st.sampled_from(("A", "B", "C")),
        location=st.sampled_from(("", "NJ", "LA")),
        amount=st.sampled_from((Decimal("3.33"), Decimal("0.01"), Decimal(12))),
        currency=st.sampled_from(("USD", "USD", "EUR")),
    ),
    max_size=5,
)


def closed(history, told):
    return close_books(evolve(history, costs=told, currency="USD"), AT)


@settings(max_examples=40)
@given(histories(), costs)
def test_a_bridge_adds_up_to_the_digit_whatever_has_a_cost(history, told):
    close = closed(history, told)
    bridge = value_bridge(close)
    assert bridge.adds_up
    assert bridge.end - bridge.start == close.totals.value
    assert sum((step.units for step in bridge.steps), Decimal(0)) == close.totals.net
    stock = close.totals.stock
    assert stock.physical - stock.book == close.totals.net


@settings(max_examples=40)
@given(histories(), costs)
def test_differences_by_document_and_by_age_are_all_of_them(history, told):
    close = closed(history, told)
    differences, listed = close_differences(close), listing(close)
    assert sum((each.units for each in differences), Decimal(0)) == close.totals.net
    ages = ageing(listed.differences, close.totals.currency)
    assert sum((each.units for each in ages), Decimal(0)) == close.totals.net
    assert sum((each.value for each in ages), Decimal(0)) == close.totals.value
    assert [each.band for each in ages] == [*AgeBand]
    found = held_against(differences, Decimal(20))
    held = [*found.above, *found.below, *found.unknown]
    assert sorted(map(repr, held)) == sorted(repr(each) for each in differences if each.gross)
    assert all(abs(each.value) >= 20 for each in found.above)
    assert found.below_gross == sum((abs(each.value) for each in found.below), Decimal(0))


@settings(max_examples=40)
@given(histories(), costs)
def test_what_a_roll_forward_is_made_of_is_its_lines(history, told):
    close = closed(history, told)
    parts = defaultdict(lambda: [Decimal(0), Decimal(0)])
    listed = listing(close)
    for part in listed.roll_parts:
        parts[part.side, part.line][0] += part.units
        parts[part.side, part.line][1] += part.value or 0
    for roll in close.roll_forward:
        for line in roll.lines:
            assert parts[roll.side, line.name] == [line.units, line.value]
    assert len(listed.entries) == len(close.entries)


def test_a_threshold_is_the_lesser_of_both_and_none_by_default():
    assert Materiality().threshold(Decimal(1000)) is None
    assert Materiality(share=Decimal("0.005")).threshold(Decimal(1000)) == 5
    assert Materiality(share=Decimal("0.005"), amount=Decimal(3)).threshold(Decimal(1000)) == 3
    nothing = held_against([], None)
    assert (nothing.above, nothing.below, nothing.unknown) == ((), (), ())
