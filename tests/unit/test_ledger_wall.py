"""What one row of the ledger may do to the others (nothing), and how a claim is handed back."""

import datetime as dt

import pytest
import sqlalchemy as sa
from ledger_databases import NOON, Clock, a_fact, a_place, a_posting

from clarus_bluecherry.errors import IllegalTransition
from clarus_bluecherry.ledger import Ledger, State
from clarus_bluecherry.ledger.schema import facts, postings
from clarus_bluecherry.model import Adjustment, Unread

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["sqlite", "postgres"])
def ledger(request, tmp_path, clock):
    with Ledger.open(a_place(request.param, tmp_path), now=clock) as ledger:
        yield ledger


def posted(ledger, source_id="77", **changes):
    fact = a_fact(source_id, occurred_at=changes.pop("occurred_at", NOON))
    ledger.record(fact)
    posting = a_posting(fact, **changes)
    assert ledger.post(posting)
    return posting.key


def taken(ledger, worker="w1", **how):
    return [posting.key for posting in ledger.claim("bluecherry", worker=worker, lease=MINUTE, **how)]


def damage(ledger, table, key, **columns):
    values = ", ".join(f"{name} = :{name}" for name in columns)
    with ledger._database.write() as connection:
        connection.execute(sa.text(f"UPDATE {table} SET {values} WHERE key = :key"), {"key": key, **columns})


# Handing back


def test_what_was_not_begun_is_due_as_it_was_and_does_not_count(ledger):
    key = posted(ledger)
    assert taken(ledger) == [key]
    assert ledger.release(key, worker="w1") is True
    back = ledger.posting(key)
    assert (back.state, back.attempts) == (State.PENDING, 0)
    assert [step.after for step in ledger.history(key)] == [State.PENDING, State.SENDING, State.PENDING]
    assert taken(ledger, "w2") == [key]


def test_what_was_tried_before_keeps_its_reason_and_its_time(ledger, clock):
    key = posted(ledger)
    taken(ledger)
    due = clock.at + MINUTE
    ledger.advance(key, State.RETRYING, reason="no route", reason_code="NotSent", next_attempt_at=due)
    clock.pass_(minutes=2)
    assert taken(ledger) == [key]
    ledger.release(key, worker="w1")
    back = ledger.posting(key)
    assert (back.state, back.attempts) == (State.RETRYING, 1)
    assert (back.reason, back.next_attempt_at) == ("no route", due)


def test_only_who_holds_the_lease_hands_back(ledger, clock):
    key = posted(ledger)
    assert ledger.release(key, worker="w1") is False
    taken(ledger)
    assert ledger.release(key, worker="w2") is False
    clock.pass_(minutes=2)
    ledger.recover()
    assert ledger.release(key, worker="w1") is False
    assert ledger.posting(key).state is State.IN_DOUBT


# The order of claims


def test_what_failed_before_does_not_stand_before_what_was_not_tried(ledger, clock):
    first = posted(ledger, "1")
    taken(ledger)
    ledger.advance(first, State.RETRYING, next_attempt_at=clock.at, reason="500")
    fresh = [posted(ledger, str(number), occurred_at=NOON + number * MINUTE) for number in (2, 3)]
    clock.pass_(hours=1)
    assert taken(ledger, limit=2) == fresh
    assert taken(ledger, limit=2) == [first]


def test_of_those_that_failed_the_one_that_has_waited_longest_is_next(ledger, clock):
    keys = [posted(ledger, str(number), occurred_at=NOON + number * MINUTE) for number in range(3)]
    taken(ledger)
    for key, wait in zip(keys, (3, 1, 2), strict=True):
        ledger.advance(key, State.RETRYING, next_attempt_at=clock.at + wait * MINUTE, reason="500")
    clock.pass_(hours=1)
    assert taken(ledger) == [keys[1], keys[2], keys[0]]


def test_one_limit_serves_both(ledger, clock):
    keys = [posted(ledger, str(number)) for number in range(4)]
    taken(ledger, limit=2)
    for key in keys[:2]:
        ledger.advance(key, State.RETRYING, next_attempt_at=clock.at, reason="500")
    assert len(taken(ledger, limit=3)) == 3
    assert len(taken(ledger, limit=3)) == 1
    assert taken(ledger, limit=0) == []


# No step


@pytest.mark.parametrize("state", [State.RETRYING, State.IN_DOUBT, State.ACCEPTED, State.REJECTED, State.PARKED])
def test_to_where_it_stands_is_no_step_but_why_it_waits_may_change(ledger, clock, state):
    key = posted(ledger)
    taken(ledger)
    before = ledger.advance(key, state, reason="first", reason_code="a")
    clock.pass_(minutes=5)
    after = ledger.advance(key, state, reason="second", next_attempt_at=clock.at)
    assert (after.reason, after.next_attempt_at) == ("second", clock.at)
    assert after == ledger.posting(key)
    assert after.updated_at == before.updated_at
    assert len(ledger.history(key)) == 3


@pytest.mark.parametrize("state", [State.POSTED, State.CANCELLED])
def test_what_is_final_stays_as_it_ended(ledger, state):
    key = posted(ledger)
    if state is State.POSTED:
        taken(ledger)
    before = ledger.advance(key, state, note="done", reason="done")
    assert ledger.advance(key, state, note="again", reason="again") == before
    assert ledger.posting(key) == before


def test_a_worker_whose_lease_is_over_changes_nothing_by_standing_still(ledger, clock):
    key = posted(ledger)
    taken(ledger)
    clock.pass_(minutes=2)
    ledger.recover()
    assert ledger.advance(key, State.IN_DOUBT, worker="w1", reason="mine").reason != "mine"


def test_nobody_steps_to_sending_not_even_from_there(ledger):
    key = posted(ledger)
    taken(ledger)
    with pytest.raises(IllegalTransition):
        ledger.advance(key, State.SENDING)


def test_who_decided_by_what_it_saw_is_refused_once_the_posting_has_moved(ledger, clock):
    key = posted(ledger)
    taken(ledger)
    seen = ledger.advance(key, State.IN_DOUBT, reason="timed out")
    clock.pass_(minutes=1)
    ledger.advance(key, State.RETRYING, next_attempt_at=clock.at, seen=seen)
    taken(ledger, "w2")
    for to in (State.RETRYING, State.IN_DOUBT, State.POSTED):
        with pytest.raises(IllegalTransition, match="moved it meanwhile"):
            ledger.advance(key, to, seen=seen)
    assert ledger.posting(key).state is State.SENDING


def test_only_its_worker_puts_back_what_it_took(ledger):
    key = posted(ledger)
    taken(ledger)
    for worker in ("", "w2"):
        with pytest.raises(IllegalTransition):
            ledger.advance(key, State.PENDING, worker=worker)
    assert ledger.advance(key, State.PENDING, worker="w1", payload={"date": "later"}).payload == {"date": "later"}


def test_what_is_no_longer_found_falls_back_to_doubt(ledger):
    key = posted(ledger)
    taken(ledger)
    ledger.advance(key, State.ACCEPTED, external_id="9")
    doubted = ledger.advance(key, State.IN_DOUBT, reason="not shown any more")
    assert (doubted.state, doubted.external_id) == (State.IN_DOUBT, "9")


# Damaged rows


@pytest.mark.parametrize("text", ['{"x":', "[]", "null", '"x"', "{}", '{"record": "Hovercraft"}', "[" * 100_000])
def test_a_fact_that_cannot_be_read_stops_no_other_and_says_so(ledger, text):
    keys = [posted(ledger, str(number)) for number in range(3)]
    damage(ledger, "facts", "clarus:adjustment:1", record=text)
    found = {fact.source_id: fact.record for fact in ledger.facts()}
    assert [type(found[number]) for number in "012"] == [Adjustment, Unread, Adjustment]
    assert "row" in found["1"].problem
    assert [fact.source_id for _, fact in ledger.open_postings()] == ["0", "1", "2"]
    assert taken(ledger) == keys


@pytest.mark.parametrize("text", ['{"x":', "[]", "null"])
def test_a_message_that_cannot_be_read_stops_no_other_and_stays_as_evidence(ledger, clock, text):
    keys = [posted(ledger, str(number), payload={"n": number}) for number in range(3)]
    damage(ledger, "postings", keys[1], payload=text)
    found = ledger.claim("bluecherry", worker="w1", lease=MINUTE)
    assert [posting.payload for posting in found] == [{"n": 0}, None, {"n": 2}]
    clock.pass_(minutes=2)
    assert ledger.recover() == 3
    assert len(ledger.in_state(State.IN_DOUBT)) == 3
    with ledger._database.read() as connection:
        kept = connection.execute(sa.text("SELECT payload FROM postings WHERE key = :key"), {"key": keys[1]})
        assert kept.scalar() == text
    ledger.advance(keys[1], State.RETRYING, payload={"n": 1})
    assert ledger.posting(keys[1]).payload == {"n": 1}


def test_evidence_and_details_that_cannot_be_read_are_left_out(ledger):
    key = posted(ledger)
    damage(ledger, "postings", key, detail="{")
    damage(ledger, "facts", "clarus:adjustment:77", raw="{")
    assert ledger.posting(key).detail == {}
    assert ledger.fact("clarus:adjustment:77").raw is None
    assert facts.c.raw is not postings.c.payload
