import datetime as dt

import pytest
from ledger_databases import NOON, Clock, a_fact, a_posting

from clarus_bluecherry.finance import exceptions, exceptions_of
from clarus_bluecherry.ledger import Ledger, Posting, State
from clarus_bluecherry.ledger.states import FINAL
from clarus_bluecherry.model import (
    Address,
    Dispatch,
    DispatchLine,
    Money,
    OrderLine,
    SalesOrder,
    Sku,
    UnmatchedCode,
)

DAY = dt.timedelta(days=1)
SKU, OTHER = Sku("01234", "BLK", size="M"), Sku("01234", "BLK", size="S")
COSTS = {SKU: Money("12.50", "USD"), OTHER: Money("10.00", "USD")}


def pair(source_id="77", state=State.PARKED, *, item=SKU, quantity="-2", since=NOON, **changes):
    fact = a_fact(source_id, item=item, quantity=quantity)
    return a_posting(fact, state=state, created_at=since, updated_at=since, **changes), fact.record


def listed(*pairs, now=NOON, **settings):
    return exceptions_of(pairs, now, COSTS, **settings)


@pytest.mark.parametrize("state", [State.PARKED, State.REJECTED, State.IN_DOUBT])
def test_what_needs_a_person_is_listed_at_once(state):
    [item] = listed(pair(state=state, record_name="adjustment 77", reason="no such style", reason_code="http_422"))
    assert (item.what, item.state, item.reason, item.reason_code) == (
        "adjustment 77",
        state,
        "no such style",
        "http_422",
    )
    assert (item.units, item.value) == (-2, Money("-25.00", "USD"))


@pytest.mark.parametrize("state", [State.PENDING, State.SENDING, State.ACCEPTED, State.RETRYING])
def test_what_is_on_its_way_is_listed_when_it_is_older_than_the_limit(state):
    assert listed(pair(state=state), now=NOON + DAY) == []
    [item] = listed(pair(state=state), now=NOON + DAY + dt.timedelta(seconds=1))
    assert item.age == DAY + dt.timedelta(seconds=1)
    assert len(listed(pair(state=state), now=NOON + DAY, stale_after=DAY / 2)) == 1


@pytest.mark.parametrize("state", sorted(FINAL))
def test_what_is_settled_is_never_listed(state):
    assert listed(pair(state=state), now=NOON + 99 * DAY) == []


def test_every_listed_posting_says_what_to_do():
    found = listed(*(pair(str(n), state) for n, state in enumerate(set(State) - FINAL)), now=NOON + 2 * DAY)
    assert len({item.action for item in found}) == len(set(State) - FINAL)


def test_an_unmatched_code_shows_its_candidates_and_what_to_do():
    [item] = listed(
        pair(item=UnmatchedCode("X"), reason_code="unknown_sku", detail={"candidates": ["01234 BLK M"]})
    )
    assert item.candidates == ("01234 BLK M",)
    assert item.value is None
    assert "crosswalk" in item.action
    [tied] = listed(pair(item=UnmatchedCode("X"), reason_code="unknown_sku"), sku_of=lambda code: SKU)
    assert tied.value == Money("-25.00", "USD")


def test_the_list_begins_with_what_may_be_worth_most():
    found = listed(
        pair("small", quantity="1"),
        pair("large", quantity="-100"),
        pair("unknown", item=UnmatchedCode("X")),
        pair("middle", item=OTHER, quantity="9"),
    )
    assert [item.posting_key.rpartition(":")[2] for item in found] == ["unknown", "large", "middle", "small"]


def test_among_equals_the_oldest_comes_first():
    old, new = a_fact("old", occurred_at=NOON - DAY), a_fact("new")
    pairs = [(a_posting(fact, state=State.PARKED), fact.record) for fact in (new, old)]
    assert [item.age for item in listed(*pairs)] == [DAY, DAY * 0]


def test_amounts_of_two_currencies_or_a_missing_cost_have_no_common_value():
    lines = tuple(
        DispatchLine(number=str(number), item=item, ordered=1, shipped=1)
        for number, item in enumerate([SKU, OTHER])
    )
    record = Dispatch(id="77", occurred_at=NOON, order_reference="1001", location="WH1", lines=lines)
    pairs = [(pair()[0], record)]
    assert exceptions_of(pairs, NOON, COSTS)[0].value == Money("-22.50", "USD")
    assert exceptions_of(pairs, NOON, {**COSTS, OTHER: Money("10", "GBP")})[0].value is None
    assert exceptions_of(pairs, NOON, {SKU: COSTS[SKU]})[0].value is None


def test_a_stopped_order_leaves_the_books_right_and_comes_last_without_personal_data():
    order = SalesOrder(
        reference="1001",
        location="WH1",
        requested_dispatch=NOON,
        ship_to=Address(name="Jo Doe", email="jo@example.com"),
        lines=(OrderLine(number="1", item=SKU, quantity=3),),
    )
    posting = Posting(
        fact_key="bluecherry:pick:1001",
        target="clarus",
        kind="goods_out",
        state=State.REJECTED,
        occurred_at=NOON,
        record_name="pick 1001",
        payload={"name": "Jo Doe", "email": "jo@example.com"},
        detail={"name": "Jo Doe"},
    )
    found = listed((posting, order), pair("1", quantity="1"))
    assert [item.what for item in found][-1] == "pick 1001"
    assert (found[-1].units, found[-1].value) == (0, None)
    assert "Jo" not in repr(found)


def test_the_ledgers_exceptions_are_read_as_they_stand(tmp_path):
    clock = Clock()
    with Ledger.open(tmp_path / "ledger.sqlite", now=clock) as ledger:
        for number, state in (("1", State.PARKED), ("2", State.PENDING)):
            fact = a_fact(number)
            ledger.record(fact)
            ledger.post(a_posting(fact, state=state))
        assert [item.state for item in exceptions(ledger, clock(), COSTS)] == [State.PARKED]
        later = clock.pass_(days=2)
        assert len(exceptions(ledger, later, COSTS)) == 2
        [taken] = ledger.claim("bluecherry", worker="w1")
        ledger.advance(taken.key, State.ACCEPTED)
        assert [item.state for item in exceptions(ledger, later, COSTS)] == [State.PARKED]
