"""A wall round each record: whatever one raises, all others end where they would without it."""

from __future__ import annotations

import datetime as dt
import importlib
import threading
from types import SimpleNamespace

import httpx
import pytest
from attrs import evolve
from wall_world import Books, Said, wall

from clarus_bluecherry.errors import (
    ConfigurationError,
    Conflict,
    InvalidRecord,
    LedgerError,
    NotAuthenticated,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Retry,
    ServerFailed,
    Unprocessable,
    UnreadableAnswer,
    WireError,
)
from clarus_bluecherry.finance.exceptions import ExceptionTerms, ledger_exceptions
from clarus_bluecherry.flows import targets as targets_module
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.reasons import Reason

SENDING = importlib.import_module("clarus_bluecherry.flows.sending")
FEW = 5
BAD = 2
GOOD = [number for number in range(FEW) if number != BAD]


def raising(error):
    def trouble():
        raise error

    return trouble


class Strange(WireError):
    """An error that somebody else wrote, with nothing of what ours have."""

    def __init__(self):
        pass


# One poisoned posting ------------------------------------------------------------------------------------------

OWN_FAULTS = [
    (KeyError("Jane Doe"), State.IN_DOUBT),
    (AssertionError(), State.IN_DOUBT),
    (RecursionError("x"), State.IN_DOUBT),
    (OSError(28, "no space"), State.IN_DOUBT),
    (UnicodeEncodeError("ascii", "Zoë", 2, 3, "x"), State.IN_DOUBT),
    (LedgerError("the journal failed", retry=Retry.SAFE), State.IN_DOUBT),
    (InvalidRecord("too long", field="reason_code"), State.REJECTED),
    (Unprocessable("no such style", status=422), State.REJECTED),
    (Conflict("there already", status=409), State.IN_DOUBT),
    (ConfigurationError("no code for this reason"), State.RETRYING),
    (OutcomeUnknown("timed out"), State.IN_DOUBT),
    (ServerFailed("500", status=500), State.IN_DOUBT),
    (UnreadableAnswer("a page", status=200), State.IN_DOUBT),
    (RateLimited("slow down", status=429), State.RETRYING),
    (Strange(), State.REJECTED),
]


@pytest.mark.parametrize(("error", "state"), OWN_FAULTS, ids=lambda one: type(one).__name__)
def test_one_posting_that_raises_stops_no_other_in_the_same_run(error, state):
    with wall(FEW) as here:
        here.books.sending[str(BAD)] = raising(error)
        found = here.deliver(confirm=False)
        assert [here.posting(number).state for number in GOOD] == [State.ACCEPTED] * (FEW - 1)
        bad = here.posting(BAD)
        assert bad.state is state
        assert bad.reason
        assert bad.reason_code
        assert "Jane" not in bad.reason
        (failure,) = found.failures
        assert (failure.key, failure.state, failure.reason) == (bad.key, state, bad.reason)
        assert "adjustment 2" in str(found)
        assert found.stopped == {}


@pytest.mark.parametrize("error", [error for error, state in OWN_FAULTS if state is not State.REJECTED])
def test_what_fails_for_ever_is_tried_ever_more_rarely_and_stops_nobody(error):
    with wall(FEW) as here:
        here.books.sending[str(BAD)] = raising(error)
        for _ in range(120):
            here.turn(minutes=1)
        tries = here.books.sent.count(str(BAD))
        assert 4 <= tries <= 14
        assert [here.books.sent.count(str(number)) for number in GOOD] == [1] * (FEW - 1)


@pytest.mark.parametrize(
    "payload", ['{"kind": "strange"}', '{"x":', "[]", "null", '{"kind": "inventory_adjustment"}']
)
def test_a_message_that_this_version_cannot_read_is_parked_and_written_again(payload):
    with wall(FEW) as here:
        before = here.posting(BAD).payload
        here.damage(BAD, payload=payload)
        found = here.deliver(confirm=False)
        assert [here.posting(number).state for number in GOOD] == [State.ACCEPTED] * (FEW - 1)
        bad = here.posting(BAD)
        assert (bad.state, bad.reason_code) == (State.PARKED, "UnreadableMessage")
        assert [failure.key for failure in found.failures] == [bad.key]
        assert [item.postings for item in ledger_exceptions(here.site.ledger, ExceptionTerms(now=here.time))] == [
            (bad.key,)
        ]
        assert reprocess(here.site) == 1
        here.deliver(confirm=False)
        assert here.posting(BAD).state is State.ACCEPTED
        assert here.posting(BAD).payload == before
        assert here.books.sent.count(str(BAD)) == 1


def test_a_message_that_is_written_the_same_again_stays_parked(monkeypatch):
    with wall(FEW) as here:
        real = targets_module.message_of

        def unreadable(posting, read):
            if posting.record_name == f"adjustment {BAD}":
                raise targets_module.UnreadableMessage("not a message", record=posting.record_name)
            return real(posting, read)

        monkeypatch.setattr(targets_module, "message_of", unreadable)
        for _ in range(4):
            here.turn()
        assert here.steps(BAD) == [State.PENDING, State.SENDING, State.PARKED]


@pytest.mark.parametrize("record", ['{"record": "Hovercraft"}', '{"x":'])
def test_a_fact_that_cannot_be_read_stops_neither_its_message_nor_others(record):
    with wall(FEW) as here:
        here.damage(BAD, record=record)
        here.turn()
        assert here.states() == [State.ACCEPTED] * FEW


def test_a_parked_posting_whose_fact_cannot_be_read_says_so_and_stops_no_mending():
    with wall(FEW) as here:
        for number in (1, BAD, 3):
            here.damage(number, payload="[]")
        here.damage(BAD, record='{"record": "Hovercraft"}')
        here.deliver(confirm=False)
        assert reprocess(here.site) == 2
        bad = here.posting(BAD)
        assert bad.state is State.PARKED
        assert "no message to send" in bad.reason
        assert "writing it again failed" in bad.reason
        assert "Hovercraft" in bad.reason
        steps = here.steps(BAD)
        reprocess(here.site)
        assert here.posting(BAD) == bad
        assert here.steps(BAD) == steps


def test_a_callers_hook_that_raises_does_not_make_a_posting_look_failed():
    with wall(FEW) as here:
        found = here.deliver(on_progress=raising_hook, confirm=False)
        assert here.states() == [State.ACCEPTED] * FEW
        assert found.counts[State.ACCEPTED] == FEW
        assert {"ZeroDivisionError" in failure.reason for failure in found.failures} == {True}


def raising_hook(posting):
    return 1 // 0


# Asking --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        ConfigurationError("the warehouse shows no line numbers"),
        InvalidRecord("2 orders of its reference stand there"),
        KeyError("Jane Doe"),
        ServerFailed("500", status=500),
        UnreadableAnswer("a row", status=200, retry=Retry.POINTLESS),
    ],
)
@pytest.mark.parametrize("state", [State.IN_DOUBT, State.ACCEPTED])
def test_a_question_that_fails_is_noted_and_stops_no_other(error, state):
    with wall(FEW) as here:
        if state is State.IN_DOUBT:
            here.books.sending = {str(number): raising(Conflict("odd", status=409)) for number in range(FEW)}
        here.deliver(confirm=False)
        assert here.states() == [state] * FEW
        was = here.posting(BAD)
        here.books.sending.clear()
        here.books.taken = {here.posting(number).control_number: str(number) for number in range(FEW)}
        here.books.asking[str(BAD)] = raising(error)
        here.books.means = Said.POSTED
        here.happen(10)
        found = here.deliver()
        assert [here.posting(number).state for number in GOOD] == [State.POSTED] * (FEW - 1)
        assert here.posting(10).state is State.POSTED
        bad = here.posting(BAD)
        assert (bad.state, bad.updated_at, bad.reason_code) == (state, was.updated_at, was.reason_code)
        assert was.reason in bad.reason
        assert "asking failed" in bad.reason
        assert "Jane" not in bad.reason
        assert [failure.key for failure in found.failures] == [bad.key]
        assert len(here.steps(BAD)) == 3


def test_the_first_reason_survives_every_failed_question_and_stands_alone_after_an_answer():
    with wall(FEW) as here:
        here.books.sending[str(BAD)] = raising(Conflict("odd", status=409))
        here.deliver(confirm=False)
        first = here.posting(BAD).reason
        here.books.asking[str(BAD)] = raising(InvalidRecord("one"))
        here.turn()
        here.books.asking[str(BAD)] = raising(InvalidRecord("two"))
        here.turn()
        assert here.posting(BAD).reason == f"{first}; asking failed: two"
        here.books.asking.clear()
        here.books.means = Said.UNKNOWN
        here.books.taken[here.posting(BAD).control_number] = str(BAD)
        here.turn()
        assert (here.posting(BAD).state, here.posting(BAD).reason) == (State.IN_DOUBT, first)


def test_one_that_cannot_be_asked_costs_one_question_a_turn_at_most_and_ever_fewer():
    with wall(FEW) as here:
        here.books.sending[str(BAD)] = raising(KeyError())
        here.books.asking[str(BAD)] = raising(KeyError())
        for _ in range(60):
            here.turn(minutes=1)
        assert 3 <= here.books.asked.count(str(BAD)) <= 12
        assert here.posting(BAD).state is State.IN_DOUBT


def test_what_was_accepted_and_is_not_there_any_more_is_in_doubt_and_never_sent_again():
    with wall(FEW) as here:
        here.deliver(confirm=False)
        del here.books.taken[here.posting(BAD).control_number]
        here.books.means = Said.POSTED
        for _ in range(3):
            here.turn()
        assert [here.posting(number).state for number in GOOD] == [State.POSTED] * (FEW - 1)
        bad = here.posting(BAD)
        assert (bad.state, bad.reason_code) == (State.IN_DOUBT, Reason.LOST_THERE)
        assert "not there any more" in bad.reason
        assert here.books.sent.count(str(BAD)) == 1
        here.books.taken[bad.control_number] = str(BAD)
        here.turn()
        assert here.posting(BAD).state is State.POSTED


def test_what_a_dead_worker_left_and_is_not_there_is_sent_again_in_the_same_run():
    with wall(1) as here:
        here.books.sending["0"] = raising(KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            here.deliver()
        here.books.sending.clear()
        here.later(minutes=6)
        here.deliver(confirm=False)
        assert here.states() == [State.ACCEPTED]


def test_two_workers_that_ask_at_once_are_no_error(tmp_path):
    with wall(3, ledger=str(tmp_path / "l.sqlite")) as here:
        here.deliver(confirm=False)
        here.books.means = Said.POSTED
        barrier = threading.Barrier(2, timeout=5)

        def meet():
            try:
                barrier.wait()
            except threading.BrokenBarrierError:
                barrier.abort()

        here.books.asking = dict.fromkeys("012", meet)
        found = []
        workers = [threading.Thread(target=lambda: found.append(here.deliver())) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert [run.failures for run in found] == [[], []]
        assert here.states() == [State.POSTED] * 3


def test_what_another_worker_sends_while_we_ask_is_not_sent_a_second_time(tmp_path):
    with wall(1, ledger=str(tmp_path / "l.sqlite")) as here:
        here.books.sending["0"] = raising(Conflict("odd", status=409))
        here.deliver()
        here.books.sending.clear()

        def meanwhile():
            here.books.asking.clear()
            other = threading.Thread(target=here.deliver)
            other.start()
            other.join()

        here.later(hours=1)
        here.books.asking["0"] = meanwhile
        here.books.means = Said.ABSENT
        here.deliver()
        assert here.books.sent == ["0", "0"]


def test_an_answer_that_cannot_be_written_down_stops_no_other(monkeypatch):
    with wall(FEW) as here:
        real = Books.send

        def send(books, message, number):
            return SimpleNamespace(pkey=7) if message.adj_num == str(BAD) else real(books, message, number)

        monkeypatch.setattr(Books, "send", send)
        found = here.deliver(confirm=False)
        assert [here.posting(number).state for number in GOOD] == [State.ACCEPTED] * (FEW - 1)
        assert [failure.name for failure in found.failures] == [f"adjustment {BAD}"]


# What is the system's fault ------------------------------------------------------------------------------------

JSON = {"content-type": "application/json"}
NO_EFFECT = [
    (400, {"content-type": "text/html"}, b"<html>maintenance</html>"),
    (301, {"location": "http://evil.test/"}, b""),
    (302, {"location": "/login"}, b""),
    (307, {}, b""),
    (308, {}, b""),
    (401, {}, b""),
    (402, {}, b""),
    (403, JSON, b'{"message": "no"}'),
    (404, JSON, b'{"statusCode": 404, "message": "Resource not found"}'),
    (405, {}, b""),
    (406, {}, b""),
    (407, {}, b""),
    (410, {}, b""),
    (413, {}, b""),
    (415, {}, b""),
    (421, {}, b""),
    (425, {}, b""),
    (426, {}, b""),
    (429, {}, b""),
    (429, {"retry-after": "0"}, b""),
    (431, {}, b""),
    (451, {}, b""),
    (422, {}, b"<!DOCTYPE html><html></html>"),
]
MAYBE = [
    (200, {"content-type": "text/html"}, b"<html>login</html>"),
    (200, {}, b""),
    (204, {}, b""),
    (101, {}, b""),
    (303, {"location": "/done"}, b""),
    (408, {}, b""),
    (499, {}, b""),
    (500, JSON, b"{}"),
    (502, {}, b"<html>"),
    (503, {"retry-after": "5"}, b""),
    (504, {}, b""),
    (599, {}, b""),
]


@pytest.mark.parametrize(("status", "headers", "body"), NO_EFFECT + MAYBE)
def test_what_the_system_answers_to_everybody_stops_the_run_and_rejects_nobody(status, headers, body):
    with wall(30) as here:
        requests = []

        def handler(request):
            requests.append(request)
            return httpx.Response(status, headers=headers, content=body)

        here.over_http(handler)
        found = here.deliver()
        assert len(requests) <= 2
        touched = "in_doubt" if (status, headers, body) in MAYBE else "retrying"
        assert here.counts() == {touched: 1, "pending": 29}
        assert here.posting(0).reason
        assert list(found.stopped) == ["bluecherry"]
        assert {here.posting(number).attempts for number in range(1, 30)} == {0}


@pytest.mark.parametrize("status", [404, 405, 500, 502, 413])
def test_an_endpoint_that_is_closed_while_the_rest_answers_stops_the_run_too(status):
    with wall(30) as here:
        posts = []

        def handler(request):
            if request.method == "POST":
                posts.append(request)
                return httpx.Response(status, headers=JSON, content=b"{}")
            return httpx.Response(200, json={"version": "1", "data": []})

        here.over_http(handler)
        here.deliver(confirm=False)
        assert len(posts) <= 2
        assert "rejected" not in here.counts()
        assert here.counts()["pending"] >= 28


@pytest.mark.parametrize("error", [NotSent("no route"), NotAuthenticated("key", status=401)])
def test_a_system_that_cannot_be_reached_is_not_tried_again_in_the_run(error):
    with wall(FEW) as here:
        here.books.sending = {str(number): raising(error) for number in range(FEW)}
        here.deliver()
        assert here.books.sent == ["0"]
        assert here.counts() == {"retrying": 1, "pending": FEW - 1}
        here.books.sending.clear()
        here.later(hours=1)
        here.deliver()
        assert here.counts() == {"accepted": FEW}


def test_an_outage_puts_one_posting_in_doubt_every_other_run_at_most():
    with wall(30) as here:
        here.books.sending = {str(number): raising(ServerFailed("502", status=502)) for number in range(30)}
        here.books.asking = dict(here.books.sending)
        here.books.pinging = raising(ServerFailed("502", status=502))
        for _ in range(2):
            here.turn()
        assert here.counts() == {"in_doubt": 1, "pending": 29}
        for _ in range(4):
            here.turn()
        assert here.counts() == {"in_doubt": 3, "pending": 27}


@pytest.mark.parametrize(
    ("error", "how_many"),
    [
        (NotAuthenticated("for this one only", status=401), 1),
        (NotSent("for this one only"), 1),
        (ServerFailed("500", status=500), 3),
        (UnreadableAnswer("a page", status=200), 3),
        (RateLimited("slow", status=429, retry_after=3600), 1),
        (KeyError(), 3),
    ],
)
@pytest.mark.parametrize("ping_works", [True, False])
def test_poison_that_looks_like_the_systems_fault_never_blocks_the_others_for_ever(error, how_many, ping_works):
    with wall(30) as here:
        poisoned = [str(number) for number in range(how_many)]
        here.books.sending = dict.fromkeys(poisoned, raising(error))
        here.books.asking = dict.fromkeys(poisoned, raising(error))
        if not ping_works:
            here.books.pinging = raising(NotSent("down"))
        for number in range(8):
            here.happen(100 + number)
            here.turn()
        good = [*range(how_many, 30), *range(100, 107)]
        assert {number: here.posting(number).state for number in good} == dict.fromkeys(good, State.ACCEPTED)
        assert here.posting(0).state in {State.RETRYING, State.IN_DOUBT}


def test_poison_in_doubt_does_not_keep_the_accepted_from_being_confirmed():
    with wall(FEW) as here:
        here.books.sending["0"] = here.books.asking["0"] = raising(ServerFailed("500", status=500))
        here.turn()
        here.books.means = Said.POSTED
        for _ in range(3):
            here.turn()
        assert here.states() == [State.IN_DOUBT] + [State.POSTED] * (FEW - 1)


# Waiting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "waits"),
    [(7.0, 7), (3600.0, 3600), (1e9, 3600), (float("inf"), 3600), (float("nan"), 3600), (0.0, 0)],
)
def test_a_wish_to_wait_is_obeyed_up_to_the_limit(asked, waits):
    with wall(FEW) as here:
        here.books.sending["0"] = raising(RateLimited("slow", status=429, retry_after=asked))
        here.deliver(limit=1)
        assert here.posting(0).next_attempt_at == here.time + dt.timedelta(seconds=waits)


def test_the_limit_is_the_sites():
    with wall(FEW) as here:
        here.site = evolve(here.site, longest_retry_after=dt.timedelta(minutes=2))
        here.books.sending["0"] = raising(ServerFailed("503", status=503, retry_after=1e6))
        here.deliver()
        assert here.books.sent == ["0"]
        assert here.books.pings == 0
        here.later(seconds=119)
        found = here.deliver()
        assert here.books.sent == ["0"]
        assert "left alone" in found.stopped["bluecherry"]
        here.books.sending.clear()
        here.later(seconds=1)
        here.deliver()
        assert len(here.books.taken) >= FEW - 1


def test_a_rest_grows_is_capped_and_does_not_bring_all_back_at_once():
    with wall(FEW) as here:
        here.books.sending = {str(number): raising(ConfigurationError("no code")) for number in range(FEW)}
        waits = []
        for _ in range(12):
            here.deliver()
            waits.append([here.posting(number).next_attempt_at - here.time for number in range(FEW)])
            here.later(minutes=30)
        for failures, each in enumerate(waits, start=1):
            span = min(dt.timedelta(seconds=5) * 2**failures, dt.timedelta(minutes=30))
            assert all(span / 2 <= wait <= span for wait in each)
            assert len(set(each)) > 1


# Leases --------------------------------------------------------------------------------------------------------


def test_what_an_interruption_did_not_begin_stays_due_and_what_it_began_is_in_doubt():
    with wall(FEW) as here:
        here.books.sending["1"] = raising(KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            here.deliver()
        assert here.states() == [State.ACCEPTED, State.SENDING] + [State.PENDING] * 3
        here.books.sending.clear()
        here.later(minutes=6)
        here.deliver()
        assert here.posting(1).state is not State.SENDING
        assert State.IN_DOUBT in here.steps(1)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_is_looked_at_before_it_is_sent_is_not_claimed_when_that_is_interrupted(error, monkeypatch):
    with wall(FEW) as here:
        monkeypatch.setattr(SENDING, "is_undone", lambda site, key: raising(error())())
        with pytest.raises(error):
            here.deliver()
        assert here.states() == [State.PENDING] * FEW
        assert here.posting(0).attempts == 0
        assert here.steps(0) == [State.PENDING]


def test_a_posting_that_cannot_be_looked_at_before_it_is_sent_is_parked(monkeypatch):
    with wall(FEW) as here:

        def is_undone(site, key):
            return key.endswith(f":{BAD}") and 1 // 0

        monkeypatch.setattr(SENDING, "is_undone", is_undone)
        here.deliver(confirm=False)
        assert [here.posting(number).state for number in GOOD] == [State.ACCEPTED] * (FEW - 1)
        assert here.posting(BAD).state is State.PARKED
        assert "ZeroDivisionError" in here.posting(BAD).reason


def test_a_ledger_that_cannot_be_reached_is_the_one_thing_that_is_raised(monkeypatch):
    with wall(FEW) as here:
        gone = LedgerError("the database failed", retry=Retry.SAFE)
        monkeypatch.setattr(SENDING, "is_undone", lambda site, key: raising(gone)())
        with pytest.raises(LedgerError, match="database failed"):
            here.deliver()
        assert here.states() == [State.PENDING] * FEW


def test_nobody_waits_for_what_a_slow_worker_has_not_begun(tmp_path):
    with wall(20, ledger=str(tmp_path / "l.sqlite")) as here:
        other = []

        def slow():
            here.later(minutes=1)
            if len(here.books.sent) == 8:
                here.books.sending.clear()
                thread = threading.Thread(target=lambda: other.append(here.deliver(confirm=False)))
                thread.start()
                thread.join()

        here.books.sending = {str(number): slow for number in range(20)}
        here.deliver(confirm=False)
        assert here.counts() == {"accepted": 20}
        assert sorted(here.books.sent, key=int) == [str(number) for number in range(20)]
        assert other[0].counts[State.ACCEPTED] == 12
