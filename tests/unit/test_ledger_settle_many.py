"""Many answers are kept in one transaction and few statements, each compared with the lease that it answers."""

import datetime as dt

import pytest
import sqlalchemy as sa
from ledger_databases import NOON, Clock, a_fact, a_place, a_posting

from clarus_bluecherry.errors import IllegalTransition, InvalidRecord, LedgerError
from clarus_bluecherry.ledger import Answered, State
from clarus_bluecherry.ledger.store import Ledger

MINUTE = dt.timedelta(minutes=1)
DATABASES = pytest.mark.parametrize("system", ["sqlite", "postgres"])


def claimed(ledger, count):
    facts = [a_fact(str(number), occurred_at=NOON + number * MINUTE) for number in range(count)]
    for each in facts:
        ledger.record(each)
        ledger.post(a_posting(each))
    return ledger.claim("bluecherry", worker="w1", lease=10 * MINUTE, limit=count)


def history(ledger, posting):
    return [(step.after, step.note, step.actor) for step in ledger.history(posting.key)]


@DATABASES
def test_each_goes_where_its_answer_takes_it(system, tmp_path):
    clock = Clock()
    with Ledger.open(a_place(system, tmp_path), now=clock) as ledger:
        taken = claimed(ledger, 4)
        now = clock.pass_(minutes=1)
        later = now + MINUTE
        moved = ledger.settle_many(
            [
                Answered(taken[0], State.ACCEPTED, changes={"external_id": "100"}),
                Answered(taken[1], State.ACCEPTED, changes={"external_id": "101"}),
                Answered(taken[2], State.RETRYING, changes={"reason": "busy", "next_attempt_at": later}),
                Answered(taken[3], State.REJECTED, "looked at", {"reason": "no", "reason_code": "http_400"}),
            ],
            worker="w1",
        )
        assert moved == [ledger.posting(posting.key) for posting in taken]
        assert [(one.state, one.external_id, one.reason) for one in moved] == [
            (State.ACCEPTED, "100", ""),
            (State.ACCEPTED, "101", ""),
            (State.RETRYING, "", "busy"),
            (State.REJECTED, "", "no"),
        ]
        assert [one.next_attempt_at for one in moved] == [None, None, later, None]
        assert {one.not_after for one in moved} == {now}  # who has its answer has sent it
        assert history(ledger, taken[2])[-1] == (State.RETRYING, "busy", "w1")
        assert history(ledger, taken[3])[-1] == (State.REJECTED, "looked at", "w1")


@DATABASES
@pytest.mark.parametrize("count", [1, 3])
def test_whose_lease_was_lost_is_named_and_stays_and_the_others_are_kept(system, count, tmp_path):
    clock = Clock()
    with Ledger.open(a_place(system, tmp_path), now=clock) as ledger:
        taken = claimed(ledger, count)
        ledger.release(taken[0].key, worker="w1", lease=taken[0].lease_number)
        (again,) = ledger.claim("bluecherry", worker="w1", lease=10 * MINUTE)  # the same worker, by another lease
        moved = ledger.settle_many([Answered(one, State.ACCEPTED) for one in taken], worker="w1")
        assert [one is None for one in moved] == [True] + [False] * (count - 1)
        assert ledger.posting(again.key) == again
        assert history(ledger, again)[-1][0] is State.SENDING


@DATABASES
def test_what_somebody_else_has_is_not_settled(system, tmp_path):
    with Ledger.open(a_place(system, tmp_path), now=Clock()) as ledger:
        taken = claimed(ledger, 2)
        assert ledger.settle_many([Answered(one, State.ACCEPTED) for one in taken], worker="w2") == [None, None]
        assert {ledger.posting(one.key).state for one in taken} == {State.SENDING}


def test_a_hundred_answers_take_as_many_statements_as_three(tmp_path):
    def statements(count):
        seen = []
        with Ledger.open(tmp_path / f"{count}.sqlite", now=Clock()) as ledger:
            taken = claimed(ledger, count)
            sa.event.listen(ledger._database._engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
            ledger.settle_many([Answered(one, State.ACCEPTED) for one in taken], worker="w1")
        return [(each.split()[0]) for each in seen]

    assert statements(100) == statements(3) == ["SELECT", "UPDATE", "INSERT"]
    assert statements(1) == ["UPDATE", "INSERT"]


@pytest.mark.parametrize(
    ("to", "changes", "error"),
    [
        pytest.param(State.CANCELLED, {}, IllegalTransition, id="a state that does not follow"),
        pytest.param(State.ACCEPTED, {"kind": "other"}, LedgerError, id="what no step changes"),
        pytest.param(
            State.REJECTED, {"next_attempt_at": NOON.replace(tzinfo=None)}, InvalidRecord, id="no time zone"
        ),
    ],
)
def test_where_one_answer_cannot_be_kept_none_is(to, changes, error, tmp_path):
    with Ledger.open(tmp_path / "l.sqlite", now=Clock()) as ledger:
        taken = claimed(ledger, 2)
        with pytest.raises(error):
            ledger.settle_many(
                [Answered(taken[0], State.ACCEPTED), Answered(taken[1], to, changes=changes)], worker="w1"
            )
        assert {ledger.posting(one.key).state for one in taken} == {State.SENDING}


def test_what_a_person_is_called_is_not_quoted_in_a_reason(tmp_path):
    with Ledger.open(tmp_path / "l.sqlite", now=Clock()) as ledger:
        told = a_fact("1")
        ledger.record(told)
        ledger.post(a_posting(told, kind="order_shipment", payload={"ship_to": {"name": "Jane Doe"}}))
        (taken,) = ledger.claim("bluecherry", worker="w1")
        answer = Answered(taken, State.REJECTED, changes={"reason": "Jane Doe is not known"})
        (moved,) = ledger.settle_many([answer], worker="w1")
        assert "Jane" not in moved.reason
        assert "Jane" not in str(history(ledger, taken))
