"""Many at once: the same laws for each of them as one by one, in one transaction and few statements."""

from __future__ import annotations

import threading

import pytest
from attrs import evolve
from ledger_databases import NOON, Clock, a_fact, a_place, a_posting
from test_ledger_personal import a_message, an_order, leaks
from test_ledger_statements import built

from clarus_bluecherry.errors import FactChanged, IllegalTransition, LedgerError
from clarus_bluecherry.ledger import Ledger, State
from clarus_bluecherry.model import Sku, UnmatchedCode

MANY = 1_100


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    return a_place(request.param, tmp_path)


@pytest.fixture
def ledger(place):
    with Ledger.open(place, now=Clock()) as ledger:
        yield ledger


def test_many_facts_and_postings_stand_as_if_they_had_come_one_by_one(ledger):
    facts = [a_fact(str(number), raw={"weight": 0.1}) for number in range(MANY)]
    waiting = [a_posting(fact, reason="because") for fact in facts]
    with built() as sent:
        assert ledger.record_many(iter(facts)) == [True] * MANY
        assert ledger.post_many(iter(waiting)) == [True] * MANY
    assert len(sent) < 15
    assert ledger.facts() == sorted((evolve(fact, raw={"weight": "0.1"}) for fact in facts), key=lambda it: it.key)
    assert len(ledger.in_state(State.PENDING)) == MANY
    assert ledger.posting(waiting[7].key) == waiting[7]
    (step,) = ledger.history(waiting[7].key)
    assert (step.at, step.before, step.after, step.note) == (NOON, None, State.PENDING, "because")
    assert ledger.record_many(facts) == [False] * MANY
    assert ledger.post_many(waiting) == [False] * MANY
    assert len(ledger.history(waiting[7].key)) == 1


def test_what_changed_is_told_in_its_place_and_stops_no_other(ledger):
    ledger.record(a_fact("2", quantity="-2"))
    ledger.record(a_fact("3", item=UnmatchedCode("01234-BLK-M")))
    said = [a_fact("1"), a_fact("2", quantity="-3"), a_fact("3", item=Sku("01234", "BLK", size="M")), a_fact("4")]
    new, changed, same, last = ledger.record_many(said)
    assert (new, same, last) == (True, False, True)
    assert isinstance(changed, FactChanged)
    assert changed.record == said[1].key
    assert ledger.fact(said[1].key).record.quantity == -2


def test_the_same_key_twice_in_one_batch_is_one_row_and_the_first_stands(ledger):
    first, other = a_fact("1", quantity="-2"), a_fact("1", quantity="-3")
    new, known, changed = ledger.record_many([first, first, other])
    assert (new, known) == (True, False)
    assert isinstance(changed, FactChanged)
    assert ledger.fact(first.key).record.quantity == -2
    waiting = a_posting(first, reference="A")
    assert ledger.post_many([waiting, evolve(waiting, reference="B")]) == [True, False]
    assert ledger.posting(waiting.key).reference == "A"
    assert len(ledger.history(waiting.key)) == 1


def test_nothing_at_once_is_nothing(ledger):
    assert ledger.record_many([]) == []
    assert ledger.post_many([]) == []
    assert ledger.heard([]) == frozenset()


def test_of_many_too_what_is_personal_stands_apart_and_that_of_the_first_counts(ledger, place):
    orders = [an_order(str(number), name=f"Jane {number}") for number in range(20)]
    with built() as sent:
        assert ledger.record_many([*orders, an_order("3", name="Jane Other")])[:20] == [True] * 20
        messages = [a_message(order, f"Jane {order.source_id}") for order in orders]
        assert ledger.post_many([*messages, a_message(orders[3], "Jane Other")]) == [True] * 20 + [False]
    assert len(sent) < 20
    assert leaks(place) == set()
    assert [ledger.fact(order.key).record for order in orders] == [order.record for order in orders]
    assert [ledger.posting(message.key).payload for message in messages] == [one.payload for one in messages]
    assert ledger.heard(orders) == {order.key for order in orders}


def test_where_one_posting_cannot_be_stored_none_is(ledger):
    good, strange = a_fact("1"), a_fact("2")
    ledger.record(good)
    with pytest.raises(LedgerError, match="its fact is not recorded"):
        ledger.post_many([a_posting(good), a_posting(strange)])
    with pytest.raises(IllegalTransition):
        ledger.post_many([a_posting(good), a_posting(good, kind="other", state=State.POSTED)])
    assert ledger.in_state(*State) == []


def test_what_was_heard_in_the_very_same_words_is_told_and_nothing_else(ledger):
    known, changed, new = a_fact("1"), a_fact("2", quantity="-2"), a_fact("3")
    coded = a_fact("4", item=UnmatchedCode("01234-BLK-M"))
    ledger.record_many([known, changed, coded])
    tied = a_fact("4", item=Sku("01234", "BLK", size="M"))
    said = [known, a_fact("2", quantity="-3"), new, tied]
    with built() as sent:
        assert ledger.heard(said) == frozenset([known.key])
    assert len(sent) == 1


def test_what_comes_twice_is_heard_only_where_both_say_what_is_stored(ledger):
    known, other = a_fact("1", quantity="-2"), a_fact("1", quantity="-3")
    ledger.record(known)
    assert ledger.heard([known, known]) == frozenset([known.key])
    assert ledger.heard([other, known]) == ledger.heard([known, other]) == frozenset()


def test_two_who_keep_the_same_facts_at_once_are_told_new_once_each(place):
    facts = [a_fact(str(number)) for number in range(60)]
    answers: dict[str, list[object]] = {}
    begin = threading.Barrier(2)

    def keep(name: str, said: list) -> None:
        with Ledger.open(place, now=Clock()) as ledger:
            begin.wait(10)
            answers[name] = [
                answer for some in range(0, 60, 20) for answer in ledger.record_many(said[some : some + 20])
            ]

    both = [
        threading.Thread(target=keep, args=("forwards", facts)),
        threading.Thread(target=keep, args=("backwards", facts[::-1])),
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
    told = zip(answers["forwards"], answers["backwards"][::-1], strict=True)
    assert all(sorted(pair) == [False, True] for pair in told)
