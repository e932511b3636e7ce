"""Several messages in one array: each is settled by itself, and one that is bad stops no other."""

from collections import Counter

import httpx
import pytest
from arrays_world import adjusted, watched
from attrs import evolve
from flows_world import loop
from ledger_databases import a_place
from wall_world import wall

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.messages import Acceptance
from clarus_bluecherry.errors import BadRequest, ServerFailed
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.ledger import State
from clarus_bluecherry.sandbox.faults import Fault

KIND = "inventory_adjustment"


@pytest.fixture(params=["sqlite", "postgres"])
def here(request, tmp_path):
    with loop(ledger=str(a_place(request.param, tmp_path))) as here:
        yield here
        here.site.bluecherry.close()


def counts(here):
    return Counter(state.value for state in here.states(KIND))


def staged(here):
    """How often each control number has come."""
    return Counter(one.isa_num for one in here.erp.staged)


def settled(here, count):
    """After some turns each is accepted, and there once."""
    for _ in range(6):
        here.later(minutes=30)
        deliver(here.site)
    assert counts(here) == {"accepted": count}
    assert sorted(staged(here).values()) == [1] * count
    assert {one.control_number for one in here.postings(KIND)} == set(staged(here))


def test_several_that_are_due_leave_in_one_request_and_each_keeps_its_own_key(here):
    seen = watched(here, most_messages=3)
    adjusted(here, 7)
    done = deliver(here.site, confirm=False)
    assert seen.posted == [3, 3, 1]
    assert done.counts == {State.ACCEPTED: 7}
    keys = {one.isa_num: one.pkey for one in here.erp.staged}
    assert {one.control_number: one.external_id for one in here.postings(KIND)} == keys
    for posting in here.postings(KIND):
        steps = here.site.ledger.history(posting.key)
        assert [step.after for step in steps] == [State.PENDING, State.SENDING, State.ACCEPTED]


def test_by_default_each_leaves_alone(here):
    seen = watched(here)
    adjusted(here, 3)
    deliver(here.site, confirm=False)
    assert seen.posted == [1, 1, 1]


def test_the_budget_counts_messages_and_so_does_the_limit(here):
    seen = watched(here, most_messages=3)
    adjusted(here, 9)
    deliver(here.site, confirm=False, limit=2)
    assert seen.posted == [2]
    here.site = evolve(here.site, messages_per_minute={"bluecherry": 4})
    deliver(here.site, confirm=False)
    here.later(minutes=1)
    deliver(here.site, confirm=False)
    assert seen.posted == [2, 3, 1, 3]
    assert counts(here) == {"accepted": 9}


def test_what_was_tried_before_goes_by_itself(here):
    seen = watched(here, most_messages=3)
    adjusted(here, 3)
    here.bluecherry_faults.next(Fault.TOO_MANY_WITHOUT_RETRY_AFTER)
    deliver(here.site, confirm=False)
    here.later(hours=1)
    deliver(here.site, confirm=False)
    assert seen.posted[0] == 3
    assert set(seen.posted[1:]) == {1}
    settled(here, 3)


# Bad ones


def spoilt(request):
    """Blue Cherry refuses an array for its record number 2."""
    return httpx.Response(400, json={"errors": [{"message": "no"}]}) if b'"000000002"' in request.content else None


def test_where_arrays_are_refused_whole_the_others_go_at_once_one_by_one(here):
    seen = watched(here, most_messages=3, whole_arrays=True)
    seen.instead = lambda request: spoilt(request) if request.method == "POST" else None
    adjusted(here, 5)
    deliver(here.site, confirm=False)
    assert seen.posted == [3, 1, 1, 1, 2]
    assert counts(here) == {"accepted": 4, "rejected": 1}
    assert sorted(staged(here).values()) == [1] * 4


@pytest.mark.parametrize("in_part", [True, False])
def test_where_it_is_not_known_each_of_a_refused_array_is_asked_about_and_none_is_doubled(here, in_part):
    """The sandbox takes the sound records of a refused array, or none: we are not told which."""
    here.erp.takes_in_part = in_part
    seen = watched(here, most_messages=4)
    refused = []

    def spoil(request):
        if request.method == "POST" and b'"000000002"' in request.content and not refused:
            refused.append(request)
            content = request.content.replace(b'"adj_num"', b'"adjnum"', 1)  # the first lacks what it needs
            headers = {name: each for name, each in request.headers.items() if name != "content-length"}
            return seen.inner.handle_request(httpx.Request("POST", request.url, headers=headers, content=content))
        return None

    seen.instead = spoil
    adjusted(here, 4)
    deliver(here.site, confirm=False)
    assert counts(here) == {"in_doubt": 4}
    assert "was refused" in here.postings(KIND)[0].reason
    assert len(staged(here)) == (3 if in_part else 0)
    settled(here, 4)


def test_a_message_that_cannot_be_written_is_settled_alone_and_the_others_leave(here):
    watched(here, most_messages=3, whole_arrays=True, filled={"PhysicalInventoryTM": frozenset({"upc_num"})})
    adjusted(here, 2)
    here.warehouse.adjust("01234-NVY-30/32", 1, "FOUND")  # an article without a barcode
    adjusted(here, 1)
    deliver(here.site, confirm=False)
    assert counts(here) == {"accepted": 3, "rejected": 1}


# Answers that are not clear


def test_an_array_whose_answer_is_lost_is_in_doubt_and_asked_about_in_one_request(here):
    seen = watched(here, most_messages=3)
    adjusted(here, 3)
    here.bluecherry_faults.next(Fault.DROPPED_AFTER)
    deliver(here.site, confirm=False)
    assert counts(here) == {"in_doubt": 3}
    assert len(here.erp.staged) == 3
    deliver(here.site, confirm=False)
    assert seen.asked == ["isa_num gt '000000000' and isa_num lt '000000004'"]
    assert seen.posted == [3]
    settled(here, 3)


@pytest.mark.parametrize("keys", ["77", ["77", "78"], ["77", "78", "77"]], ids=["one", "fewer", "one twice"])
def test_one_key_for_several_messages_accepts_none_of_them(here, keys):
    """Whose it is nobody knows; what is there is found by its number."""
    seen = watched(here, most_messages=3)
    seen.after = lambda request, told: (
        httpx.Response(200, json={"pkey": keys}) if request.method == "POST" else told
    )
    adjusted(here, 3)
    deliver(here.site, confirm=False)
    assert counts(here) == {"in_doubt": 3}
    seen.after = lambda request, told: told
    settled(here, 3)


# A transport of one's own


def together(here, most, act):
    """Let the transport of `here` take arrays, as `act` does it."""
    books, arrays = here.books, []

    class Together(type(books)):
        most_messages = most

        def send_many(self, told):
            arrays.append([message.adj_num for message, _ in told])
            act(told)
            return [Acceptance(control_number=number, pkey=f"pk{number}") for _, number in told]

    own = Together()
    here.books = own
    here.site = evolve(here.site, bluecherry=BlueCherry(own))
    return arrays


def test_an_interruption_hands_back_what_was_not_begun(tmp_path):
    with wall(3, ledger=str(tmp_path / "l.sqlite")) as here:

        def refuse(told):
            raise BadRequest("no", status=400)

        def stop():
            raise KeyboardInterrupt

        together(here, 3, refuse)
        here.books.sending["1"] = stop
        with pytest.raises(KeyboardInterrupt):
            here.deliver(confirm=False)
        assert here.states() == [State.ACCEPTED, State.SENDING, State.PENDING]
        assert here.posting(2).attempts == 0


def test_an_error_of_the_system_concerns_each_of_them():
    with wall(3) as here:

        def fail(told):
            raise ServerFailed("oh", status=500)

        together(here, 3, fail)
        found = here.deliver(confirm=False)
        assert here.counts() == {"in_doubt": 3}
        assert [failure.state for failure in found.failures] == [State.IN_DOUBT] * 3


def test_an_answer_for_fewer_than_were_sent_leaves_each_in_doubt():
    with wall(3) as here:
        together(here, 3, lambda told: told.pop())
        here.deliver(confirm=False)
        assert here.counts() == {"in_doubt": 3}


def test_what_shows_to_be_overtaken_or_undone_does_not_leave_with_the_others(monkeypatch):
    with wall(3) as here:
        arrays = together(here, 3, lambda told: None)
        monkeypatch.setattr("clarus_bluecherry.flows.sending.is_undone", lambda site, key: key.endswith(":1"))
        here.deliver(confirm=False)
        assert arrays == [["0", "2"]]
        assert here.states() == [State.ACCEPTED, State.PARKED, State.ACCEPTED]


def test_one_answer_that_cannot_be_kept_keeps_none_of_the_others_back():
    with wall(3) as here:
        together(here, 3, lambda told: None)
        real = here.site.ledger.settle_many

        def settle_many(answers, *, worker):
            if any(answer.posting.reference == "1" for answer in answers):
                raise ValueError("damaged")
            return real(answers, worker=worker)

        here.site.ledger.settle_many = settle_many
        here.deliver(confirm=False)
        assert here.states() == [State.ACCEPTED, State.SENDING, State.ACCEPTED]
