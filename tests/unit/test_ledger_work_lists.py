"""The ledger's work lists, and what two who decide at once see, on both databases."""

from __future__ import annotations

import datetime as dt
import threading
from contextlib import suppress

import pytest
import sqlalchemy as sa
from attrs import evolve
from ledger_databases import NOON, Clock, a_fact, a_place, a_posting

from clarus_bluecherry.ledger import Ledger, State
from clarus_bluecherry.ledger.keys import fact_key, key_parts

MANY = 1_200


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    return a_place(request.param, tmp_path)


@pytest.fixture
def ledger(place):
    with Ledger.open(place, now=Clock()) as ledger:
        yield ledger


def posted(ledger, number, *, to=None, **changes):
    fact = a_fact(str(number), occurred_at=NOON + dt.timedelta(seconds=number))
    ledger.record(fact)
    posting = a_posting(fact, reference=f"R{number}", **changes)
    ledger.post(posting)
    if to is not None:
        ledger.claim(posting.target, worker="w")
        ledger.advance(posting.key, to, worker="w")
    return posting.key


def test_postings_are_found_by_what_they_are_about(ledger):
    first, second = posted(ledger, 1), posted(ledger, 2)
    posted(ledger, 3, kind="another")
    assert [one.key for one in ledger.about("inventory_adjustment", ["R2", "R1", "R9", "R3"])] == [first, second]
    assert ledger.causes("inventory_adjustment", ["R2"]) == [("R2", "clarus:adjustment:2")]
    assert ledger.about("inventory_adjustment", []) == []


def test_more_is_asked_for_than_one_statement_takes(ledger):
    with ledger.transaction():
        for number in range(MANY):
            posted(ledger, number)
    references = [f"R{number}" for number in range(MANY)]
    assert len(ledger.about("inventory_adjustment", references)) == MANY
    keys = [fact_key("clarus", "adjustment", str(number)) for number in range(MANY + 5)]
    assert ledger.known(keys) == frozenset(keys[:MANY])


def test_what_is_settled_leaves_the_list_and_can_be_opened_again(ledger):
    posted(ledger, 1, to=State.POSTED)
    posted(ledger, 2, to=State.POSTED)
    posted(ledger, 3)
    assert ledger.open_orders("inventory_adjustment") == ["R1", "R2"]
    ledger.close_orders("inventory_adjustment", ["R1", "R3"], "dispatched")
    assert ledger.open_orders("inventory_adjustment") == ["R2"]
    ledger.reopen_orders("inventory_adjustment", ["R1"])
    assert ledger.open_orders("inventory_adjustment") == ["R1", "R2"]
    assert [one.reason_code for one in ledger.in_state(State.PENDING)] == [""]


def test_a_held_reference_is_decided_by_one_at_a_time(ledger):
    seen, begun, may_end = [], threading.Event(), threading.Event()

    def first():
        with ledger.transaction():
            held = ledger.hold("bluecherry", "pick_ticket", "1001")
            seen.append(held.version)
            begun.set()
            may_end.wait(10)
            ledger.move(evolve(held, version=5))

    def second():
        begun.wait(10)
        with ledger.transaction():
            seen.append(ledger.hold("bluecherry", "pick_ticket", "1001").version)

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    for thread in threads:
        thread.start()
    begun.wait(10)
    threads[1].join(0.3)
    may_end.set()
    for thread in threads:
        thread.join(10)
    assert seen == [0, 5]


def test_a_reference_that_was_held_in_vain_is_as_it_was(ledger):
    with suppress(RuntimeError), ledger.transaction():
        ledger.hold("bluecherry", "pick_ticket", "1001")
        raise RuntimeError
    assert ledger.head("bluecherry", "pick_ticket", "1001") is None


def test_a_ledger_of_before_gets_the_indexes_when_it_is_opened(place):
    new = {"postings_by_reference", "postings_by_reason"}
    with Ledger.open(place, now=Clock()) as ledger:
        posted(ledger, 1)
        with ledger._database.write() as connection:
            for name in new:
                connection.execute(sa.text(f"DROP INDEX {name}"))
    for _ in range(2):
        with Ledger.open(place, now=Clock()) as ledger:
            assert ledger.about("inventory_adjustment", ["R1"])
            with ledger._database.read() as connection:
                assert new <= {index["name"] for index in sa.inspect(connection).get_indexes("postings")}


def test_a_key_falls_apart_where_it_was_joined():
    for parts in (("clarus", "dispatch", "47:11", "2"), ("a%3A", "é", "\udc80", "")):
        assert key_parts(fact_key(*parts)) == parts


def test_what_stands_is_told_without_what_was_taken_back(ledger):
    posted(ledger, 1), posted(ledger, 2)
    first, second = (fact_key("clarus", "adjustment", number) for number in "12")
    ledger.record(evolve(a_fact("1"), kind="undone", version="1", key=fact_key("clarus", "undone", "1", "1")))
    assert ledger.standing("inventory_adjustment", ["R1", "R2", "R3"], but="undone") == [("R2", second)]
    assert ledger.undone([first, second], "undone") == {first}
    assert len(ledger.standing("inventory_adjustment", ["R1", "R2"], but="else")) == 2
