"""A statement is built once, and its values come with each call: counted, not timed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from attrs import evolve
from ledger_databases import NOON, Clock, a_fact, a_place, a_posting

from clarus_bluecherry.ledger import Ledger, State


@pytest.fixture(params=["sqlite", "postgres"])
def ledger(request, tmp_path):
    with Ledger.open(a_place(request.param, tmp_path), now=Clock()) as ledger:
        yield ledger


@contextmanager
def built() -> Iterator[list[sa.ClauseElement]]:
    """The statements that are sent meanwhile, each as the object that was built."""
    sent: list[sa.ClauseElement] = []

    def note(connection, statement, *others):
        if not isinstance(statement, str):
            sent.append(statement)

    sa.event.listen(sa.Engine, "before_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(sa.Engine, "before_execute", note)


def a_life(ledger: Ledger, number: str) -> None:
    """What is asked of the ledger for one fact, from its word to its end."""
    fact = a_fact(number)
    payload = {"address": {"name": "Jane Doe"}}
    posting = a_posting(fact, reference=f"R{number}", record_name=f"adjustment {number}", payload=payload)
    with ledger.transaction():
        held = ledger.hold(fact.source, fact.kind, number)
        ledger.record(fact)
        ledger.post(posting)
        ledger.move(evolve(held, version=1, newest_key=fact.key, next_look_at=NOON))
    assert ledger.record(fact) is False
    assert ledger.knows(fact.key)
    assert ledger.fact(fact.key) == evolve(fact, recorded_at=NOON)
    assert ledger.head(fact.source, fact.kind, number).version == 1
    assert ledger.to_look_at(fact.kind, at=NOON, limit=1)
    (taken,) = ledger.claim(posting.target, worker="w", limit=1)
    assert ledger.renew(taken.key, worker="w", lease=dt.timedelta(minutes=5))
    changed = {"address": {"name": "Jane Roe"}}
    ledger.advance(taken.key, State.POSTED, worker="w", lease=1, external_id=number, payload=changed)
    ledger.close_orders(posting.kind, [posting.reference], "seen")
    assert ledger.posting(posting.key).external_id == number
    assert len(ledger.history(posting.key)) == 3
    assert ledger.about(posting.kind, [posting.reference]) == ledger.postings_of(fact.key)
    assert ledger.causes(posting.kind, [posting.reference]) == [(posting.reference, fact.key)]
    again = a_posting(fact, kind="other")
    ledger.post(again)
    (taken,) = ledger.claim(again.target, worker="w", limit=1)
    assert ledger.expired() == []
    assert ledger.recover() == 0
    assert ledger.release(taken.key, worker="w", lease=1)
    ledger.put_off({taken.key: NOON}, State.PENDING)
    (waits,) = ledger.due_questions(State.PENDING, target=again.target, kinds=["other"], limit=5)
    assert ledger.due_questions(State.POSTED, target=again.target) == []
    assert ledger.in_state(State.PENDING, State.PARKED, target=again.target, kind="other", limit=5) == [waits]
    assert ledger.in_state(State.PENDING) == [waits]
    assert ledger.posting(taken.key).attempts == 0
    ledger.cancel(taken.key, "enough", "jo")
    failed = ledger.system_failed(number, lambda failures: dt.timedelta(minutes=failures))
    assert ledger.breaker(number) == failed
    assert ledger.may_try(number, failed, dt.timedelta(minutes=1))
    ledger.system_answered(number)
    assert (ledger.spent(number, 2), ledger.spent(number)) == (2, 2)
    ledger.set_watermark("feed", NOON)
    assert ledger.watermark("feed") == NOON
    ledger.link("clarus", "order", number, "4711")
    assert ledger.linked("clarus", "order", number) == "4711"
    ledger.next_control_number("series")


def test_the_second_fact_is_kept_by_the_statements_of_the_first(ledger):
    with built() as first:
        a_life(ledger, "1")
    with built() as second:
        a_life(ledger, "2")
    known = {id(statement) for statement in first}
    assert len(second) > 20
    assert [str(statement) for statement in second if id(statement) not in known] == []
