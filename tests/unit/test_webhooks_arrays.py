"""A webhook that brings several records at once: each has a notice of its own, and a bad one stops no other."""

import json

import pytest
from flows_world import loop
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.clarus.webhooks import CallOutcome, Receiver, read_notice, read_notices
from clarus_bluecherry.flows.webhooks import LedgerInbox, process_inbox

TOKEN = "t" * 32
PATH = f"/hooks/{TOKEN}/goods_out.completed"
SEVERAL = b'[{"id": 7, "reference": "1001"}, {"id": 8, "reference": "1002"}]'


class Memory:
    """An inbox that forgets, and that cannot keep what `fails_on` says."""

    def __init__(self, fails_on=""):
        self.kept, self.fails_on = [], fails_on

    def keep(self, notice):
        if self.fails_on and notice.reference == self.fails_on:
            raise OSError("the disk is full")
        if notice in self.kept:
            return CallOutcome.KNOWN
        self.kept.append(notice)
        return CallOutcome.FOR_PERSON if notice.problem else CallOutcome.KEPT


def received(body, inbox=None, **settings):
    return Receiver(inbox=inbox or Memory(), token=TOKEN, **settings).receive("POST", PATH, {}, body)


def told(reply):
    return [(one.id, one.reference, one.problem) for one in reply.notices]


@pytest.mark.parametrize(
    "body",
    [
        SEVERAL,
        b'{"data": ' + SEVERAL + b"}",
        b'{"event": "x", "data": ' + SEVERAL + b', "timestamp": 1e400}',
        b'\n[{"data": {"id": 7, "reference": "1001"}} , {"data": {"id": 8.0, "reference": 1002}}]\n',
        b'{"data": [9], "data": ' + SEVERAL + b"}",
        b"\xef\xbb\xbf" + SEVERAL,
        SEVERAL.decode().encode("utf-16"),
    ],
)
def test_each_record_of_an_array_has_its_own_notice(body):
    inbox = Memory()
    reply = received(body, inbox)
    assert (reply.status, reply.outcome, reply.reason) == (202, CallOutcome.KEPT, "")
    assert told(reply) == [("7", "1001", ""), ("8", "1002", "")]
    assert list(reply.notices) == inbox.kept
    assert reply.notice == inbox.kept[0]


def test_the_body_of_each_notice_is_its_own_record_as_it_came():
    first, second = received(b'[{"id": 7.50, "a": "\\u00e9"} ,{ "id":8 }]').notices
    assert (first.body, second.body) == (b'{"id": 7.50, "a": "\\u00e9"}', b'{ "id":8 }')
    assert first.body not in repr(first).encode()


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ("9", "the body holds no record"),
        ("null", "the body holds no record"),
        ('"text"', "the body holds no record"),
        ("[]", "the body holds no record"),
        ('{"data": [7]}', "the body holds no record"),
        ('{"id": NaN}', "the body is not JSON"),
        ('{"id": ' + "9" * 5000 + "}", "the body is not JSON"),
        ('{"a":' * 70 + "1" + "}" * 70, "the body is nested too deeply"),
    ],
)
def test_a_bad_record_is_for_a_person_by_itself_and_the_others_are_kept(bad, problem):
    inbox = Memory()
    reply = received(f'[{{"reference": "1001"}}, {bad}, {{"reference": "1002"}}]'.encode(), inbox)
    assert (reply.status, reply.outcome, reply.reason) == (202, CallOutcome.KEPT, problem)
    assert told(reply) == [("", "1001", ""), ("", "", problem), ("", "1002", "")]
    assert inbox.kept[1].body == bad.encode()


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"[]", "the body holds no record"),
        (b"[1, 2]", "the body holds no record"),
        (b'{"data": []}', "the body holds no record"),
        (b'{"data": [7]}', "the body holds no record"),
        (SEVERAL[:-1], "the body is not JSON"),
        (SEVERAL + b"]", "the body is not JSON"),
        (b'[{"id": 7},]', "the body is not JSON"),
    ],
)
def test_a_body_that_is_no_array_of_records_is_one_notice_with_its_whole_body(body, problem):
    (notice,) = received(body).notices
    assert (notice.problem, notice.body) == (problem, body)


def test_more_records_than_a_call_may_bring_are_for_a_person_as_they_came():
    body = json.dumps([{"id": number} for number in range(5)]).encode()
    assert len(received(body, max_records=5).notices) == 5
    reply = received(body, max_records=4)
    assert (reply.outcome, reply.reason) == (CallOutcome.FOR_PERSON, "the body holds more than 4 records")
    assert reply.notice.body == body


def test_what_the_inbox_cannot_keep_stops_no_other_and_is_not_acknowledged():
    inbox = Memory(fails_on="1001")
    reply = received(SEVERAL, inbox)
    assert (reply.status, reply.outcome) == (503, CallOutcome.FAILED)
    assert [one.reference for one in inbox.kept] == ["1002"]
    inbox.fails_on = ""
    again = received(SEVERAL, inbox)
    assert (again.status, [one.reference for one in inbox.kept]) == (202, ["1002", "1001"])
    assert (received(SEVERAL, inbox).status, received(SEVERAL, inbox).outcome) == (200, CallOutcome.KNOWN)


def test_all_for_a_person_is_for_a_person():
    assert received(b'[{"id": NaN}, 7]').outcome is CallOutcome.FOR_PERSON


def test_one_notice_of_several_records_says_so():
    assert read_notice(PATH, {}, SEVERAL).problem == "the body holds several records: read_notices reads them"


def test_every_order_of_an_array_is_looked_at_and_the_same_call_again_changes_nothing():
    with loop() as here:
        inbox = LedgerInbox(here.site.ledger, clock=here.site.clock)
        receiver = Receiver(inbox=inbox, token=TOKEN)
        here.release()
        here.turn()
        here.ship()
        body = b'{"data": [{"reference": "9999"}, 7, {"reference": "1001"}]}'
        assert receiver.receive("POST", PATH, {}, body).status == 202
        assert receiver.receive("POST", PATH, {}, body).status == 200
        assert receiver.receive("POST", PATH, {}, b'{"reference": "1001"}').status == 200
        notes = [item.record.subject_reference for item in here.notices()]
        assert sorted(notes) == ["1001", "9999"]
        (parked,) = here.unread()
        assert parked.reason == "goods_out.completed: the body holds no record"
        assert process_inbox(here.site).new == 1
        assert len(here.site.ledger.facts(kind="dispatch")) == 1


parts = st.sampled_from(
    ["[", "]", "{", "}", ",", ":", " ", '"data"', '"id"', "7", "NaN", "null", '{"id": 7}', '"x"']
)


@given(st.lists(parts, max_size=14).map("".join) | st.text(max_size=30))
def test_nothing_raises_and_what_is_read_is_what_json_says(text):
    body = text.encode("utf-8", "surrogatepass")
    notices = read_notices(PATH, {}, body)
    assert notices
    if len(notices) == 1 and notices[0].body == body:
        assert notices == [read_notice(PATH, {}, body)]
        return
    content = json.loads(body)
    array = content if isinstance(content, list) else content["data"]
    assert [repr(json.loads(one.body)) for one in notices] == [repr(element) for element in array]
