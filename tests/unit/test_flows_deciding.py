"""What a person decides about a posting: done with name and reason, or refused, on both databases."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_databases import Clock, a_fact, a_place, a_posting

from clarus_bluecherry.errors import IllegalTransition, LedgerError
from clarus_bluecherry.flows import cancel_posting, decide_all, retry_posting, settle_posting
from clarus_bluecherry.ledger import Answered, Fact, Ledger, Posting, State

BY_ADA = {"actor": "Ada", "reason": "I looked"}
LEASE = dt.timedelta(minutes=5)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    return a_place(request.param, tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(place: str | Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(place, now=clock) as opened:
        yield opened


def adjustment(number: str) -> Fact:
    return a_fact(number, kind="transaction")


def one(ledger: Ledger, number: str = "77", state: State = State.PENDING, **changes: object) -> str:
    """The key of a posting that stands in `state`, with what it is worth to say of it."""
    fact = adjustment(number)
    posting = a_posting(fact, record_name=f"adjustment {number}", payload={"units": "2"})
    with ledger.transaction():
        ledger.record(fact)
        ledger.post(posting)
        if state in (State.PARKED, State.CANCELLED):
            ledger.advance(posting.key, state, note="as it came", **changes)
        elif state is not State.PENDING:
            [taken] = ledger.claim("bluecherry", worker="w", lease=LEASE)
            assert taken.key == posting.key
            if state is not State.SENDING:
                ledger.advance(posting.key, state, worker="w", **changes)
    return posting.key


def told(ledger: Ledger, key: str) -> tuple[str, str]:
    last = ledger.history(key)[-1]
    return last.note, last.actor


def test_what_was_rejected_is_due_again(ledger: Ledger) -> None:
    key = one(ledger, state=State.REJECTED, reason="no such style")
    assert retry_posting(ledger, key, **BY_ADA).state is State.PENDING
    assert told(ledger, key) == ("I looked", "Ada")
    assert [each.key for each in ledger.claim("bluecherry", worker="v")] == [key]


def test_what_is_in_doubt_is_sent_again_only_by_who_says_that_it_is_not_there(ledger: Ledger) -> None:
    later = ledger.now() + dt.timedelta(hours=1)
    key = one(ledger, state=State.IN_DOUBT, next_attempt_at=later)
    with pytest.raises(IllegalTransition, match="may have had effect"):
        retry_posting(ledger, key, **BY_ADA)
    assert retry_posting(ledger, key, is_absent=True, **BY_ADA).state is State.RETRYING
    assert told(ledger, key) == ("not there: I looked", "Ada")
    assert [each.key for each in ledger.claim("bluecherry", worker="v")] == [key], "at once"


def test_what_waits_for_its_next_attempt_is_due_at_once(ledger: Ledger) -> None:
    key = one(ledger, state=State.RETRYING, next_attempt_at=ledger.now() + dt.timedelta(hours=1))
    assert ledger.claim("bluecherry", worker="v") == []
    retry_posting(ledger, key, **BY_ADA)
    assert told(ledger, key) == ("due at once: I looked", "Ada")
    assert [each.key for each in ledger.claim("bluecherry", worker="v")] == [key]


def test_what_is_parked_is_the_first_that_is_tried_again(ledger: Ledger, clock: Clock) -> None:
    keys = [one(ledger, str(number), State.PARKED, reason_code="unknown_sku") for number in range(3)]
    ledger.put_off(dict.fromkeys(keys, clock.at), State.PARKED)
    clock.pass_(minutes=1)
    retry_posting(ledger, keys[2], **BY_ADA)
    assert [each.key for each in ledger.parked(before=clock.at, limit=1)] == [keys[2]]
    assert told(ledger, keys[2]) == ("tried again at the next turn: I looked", "Ada")


@pytest.mark.parametrize("code", ["changed_after_sent", "posted_twice", "dispatch_undone", "damaged_row"])
def test_what_has_nothing_to_send_is_not_sent_again_and_its_own_action_is_told(ledger: Ledger, code: str) -> None:
    key = one(ledger, state=State.PARKED, reason_code=code)
    with pytest.raises(IllegalTransition) as raised:
        retry_posting(ledger, key, is_absent=True, **BY_ADA)
    assert "ancel" in raised.value.action


@pytest.mark.parametrize("state", [State.PENDING, State.SENDING, State.ACCEPTED, State.POSTED, State.CANCELLED])
def test_what_is_under_way_or_over_is_not_sent_again(ledger: Ledger, state: State) -> None:
    key = one(ledger, state=state)
    with pytest.raises(IllegalTransition, match=f"it is {state}"):
        retry_posting(ledger, key, is_absent=True, **BY_ADA)
    assert ledger.history(key)[-1].actor != "Ada"


@pytest.mark.parametrize("state", [State.IN_DOUBT, State.ACCEPTED])
def test_what_was_sent_is_posted_with_the_document_of_the_other_side(ledger: Ledger, state: State) -> None:
    key = one(ledger, state=state)
    settled = settle_posting(ledger, key, document="ADJ-9", booked=dt.date(2026, 3, 3), **BY_ADA)
    assert (settled.state, settled.external_id) == (State.POSTED, "ADJ-9")
    assert ledger.posting(key).detail == {"settled_with": "ADJ-9", "booked": "2026-03-03"}
    assert told(ledger, key) == ("it stands there as ADJ-9: I looked", "Ada")


@pytest.mark.parametrize("state", [State.PENDING, State.PARKED, State.REJECTED, State.RETRYING])
def test_what_never_left_is_cancelled_as_settled_by_hand(ledger: Ledger, state: State) -> None:
    key = one(ledger, state=state)
    assert settle_posting(ledger, key, document="ADJ-9", booked=None, **BY_ADA).state is State.CANCELLED
    assert ledger.posting(key).detail["settled_with"] == "ADJ-9"


def test_a_decision_needs_a_name_a_reason_and_settling_a_document(ledger: Ledger) -> None:
    key = one(ledger, state=State.REJECTED)
    for nobody in ({"actor": " ", "reason": "r"}, {"actor": "Ada", "reason": ""}):
        with pytest.raises(LedgerError, match="a name and a reason"):
            retry_posting(ledger, key, **nobody)
    with pytest.raises(LedgerError, match="document"):
        settle_posting(ledger, key, document=" ", booked=None, **BY_ADA)
    assert ledger.posting(key).state is State.REJECTED


def test_one_bad_key_stops_no_other(ledger: Ledger) -> None:
    good, over = one(ledger, "1", State.REJECTED), one(ledger, "2", State.POSTED)
    found = decide_all(
        ledger, [over, "no:such:key:1", good, good], lambda key: cancel_posting(ledger, key, **BY_ADA)
    )
    assert [(each.key, each.before, each.after, bool(each.refused)) for each in found] == [
        (over, State.POSTED, State.POSTED, True),
        ("no:such:key:1", None, None, True),
        (good, State.REJECTED, State.CANCELLED, False),
    ]
    assert all(each.action for each in found if each.refused)


def test_tried_only_nothing_is_kept_and_each_is_told_as_it_would_be(ledger: Ledger) -> None:
    key = one(ledger, state=State.REJECTED)
    [found] = decide_all(ledger, [key], lambda each: cancel_posting(ledger, each, **BY_ADA), dry=True)
    assert (found.after, found.refused) == (State.CANCELLED, "")
    assert ledger.posting(key).state is State.REJECTED
    assert told(ledger, key)[1] == "w"


# With a worker ----------------------------------------------------------------------------------------------


def test_who_decides_while_a_worker_claims_waits_and_is_refused(place: str | Path, clock: Clock) -> None:
    refused: list[str] = []
    with Ledger.open(place, now=clock) as worker, Ledger.open(place, now=clock) as person:
        key = one(worker)

        def decide() -> None:
            with pytest.raises(IllegalTransition) as raised:
                cancel_posting(person, key, **BY_ADA)
            refused.append(raised.value.what)

        deciding = threading.Thread(target=decide)
        with worker.transaction():
            assert worker.claim("bluecherry", worker="w")
            deciding.start()
            deciding.join(0.3)
            assert deciding.is_alive(), "it waits for the claim"
        deciding.join(20)
        assert refused == ["it is sending: a worker is sending it"]
        assert worker.advance(key, State.POSTED, worker="w").state is State.POSTED


def test_what_somebody_decides_is_taken_by_no_worker(place: str | Path, clock: Clock) -> None:
    claimed: list[list[Posting]] = []
    with Ledger.open(place, now=clock) as worker, Ledger.open(place, now=clock) as person:
        key = one(person)
        claiming = threading.Thread(target=lambda: claimed.append(worker.claim("bluecherry", worker="w")))
        with person.transaction():
            cancel_posting(person, key, **BY_ADA)
            claiming.start()
            claiming.join(0.3)
        claiming.join(20)
        assert claimed == [[]]


def test_a_worker_whose_lease_was_lost_changes_nothing_that_a_person_settled(
    place: str | Path, clock: Clock
) -> None:
    with Ledger.open(place, now=clock) as worker, Ledger.open(place, now=clock) as person:
        key = one(person)
        with worker.guarded() as name:
            [taken] = worker.claim("bluecherry", worker=name, lease=LEASE)
            clock.pass_(minutes=6)
            assert person.recover() == 0, "it still holds its guard"
            with pytest.raises(IllegalTransition, match="a worker is sending it"):
                settle_posting(person, key, document="ADJ-9", booked=None, **BY_ADA)
        assert person.recover() == 1
        settle_posting(person, key, document="ADJ-9", booked=None, **BY_ADA)
        assert worker.settle_many([Answered(taken, State.REJECTED)], worker=name) == [None]
        assert person.posting(key).state is State.POSTED
