"""The receiver: what gets in, what is answered, and that nothing that arrives can make it raise."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.clarus.webhooks import (
    EVENTS,
    NEEDED,
    CallOutcome,
    EventReading,
    Receiver,
    WebhookReply,
    new_token,
)
from clarus_bluecherry.errors import ConfigurationError

TOKEN = "t" * 32
PATH = f"/hooks/{TOKEN}/goods_out.completed"
BODY = b'{"data": {"id": 7, "reference": "1001"}}'
FACTS = Path(__file__).parents[2].parent / "shared" / "reference" / "clarus.md"


class Memory:
    """An inbox that forgets when the process ends."""

    def __init__(self):
        self.kept = []

    def keep(self, notice):
        if notice in self.kept:
            return CallOutcome.KNOWN
        self.kept.append(notice)
        return CallOutcome.FOR_PERSON if notice.problem else CallOutcome.KEPT


class Broken:
    def keep(self, notice):
        raise OSError("the disk is full of customers' addresses")


@pytest.fixture
def inbox():
    return Memory()


def receiver(inbox, **settings):
    return Receiver(inbox=inbox, token=TOKEN, **settings)


def kept(body, path=PATH, headers=()):
    inbox = Memory()
    assert receiver(inbox).receive("POST", path, headers, body).status == 202
    return inbox.kept[0]


# What is answered ----------------------------------------------------------------------------------------------


def test_a_call_is_kept_and_a_second_one_is_known(inbox):
    take = receiver(inbox)
    first, again = take.receive("POST", PATH, {}, BODY), take.receive("POST", PATH, {}, BODY)
    assert (first.status, first.outcome, again.status, again.outcome) == (202, "kept", 200, "known")
    assert (first.notice.name, first.notice.reference, len(inbox.kept)) == ("goods_out.completed", "1001", 1)


@pytest.mark.parametrize(
    "path",
    [
        f"/hooks/{'x' * 32}/goods_out.completed",
        "/hooks/goods_out.completed",
        f"/{TOKEN}",
        f"{TOKEN}/goods_out.completed"[1:],
        f"/hooks/goods_out.completed?{TOKEN}",
        f"/hooks/{TOKEN}x/goods_out.completed",
        f"/hooks/{TOKEN.upper()}/goods_out.completed",
        "/hooks/tökén/goods_out.completed",
        "/\ud800/\ud800",
        "",
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_without_the_token_nothing_gets_in_and_every_answer_is_the_same(inbox, path, method):
    assert receiver(inbox).receive(method, path, {}, BODY) == WebhookReply(
        401, CallOutcome.REFUSED, "wrong token or header"
    )
    assert inbox.kept == []


@pytest.mark.parametrize(
    "path", [PATH, f"/{TOKEN}/goods_out.completed/", f"/a/b/c/{TOKEN}/goods_out.completed?x=1"]
)
def test_the_token_may_stand_under_any_prefix(inbox, path):
    assert receiver(inbox).receive("POST", path, {}, BODY).notice.name == "goods_out.completed"


@pytest.mark.parametrize(("method", "status"), [("POST", 202), ("GET", 202), ("PUT", 405), ("get", 405)])
def test_clarus_can_be_told_to_post_or_to_get_and_nothing_else(inbox, method, status):
    assert receiver(inbox).receive(method, PATH, {}, BODY).status == status


def test_a_body_that_is_too_large_is_refused_by_its_length_and_by_what_it_says_its_length_is(inbox):
    take = receiver(inbox, max_body=100)
    assert take.receive("POST", PATH, {}, b"x" * 101).status == 413
    assert take.refusal("POST", PATH, {"Content-Length": "101"}).status == 413
    assert take.refusal("POST", PATH, {"Content-Length": "9" * 5000}).status == 413
    assert take.refusal("POST", PATH, {"Content-Length": "100"}) is None
    assert take.refusal("POST", PATH, {"Content-Length": "nonsense"}) is None
    assert take.refusal("POST", "/guess", {"Content-Length": "101"}).status == 401
    assert inbox.kept == []


def test_nothing_is_acknowledged_that_the_inbox_could_not_keep():
    verdict = receiver(Broken()).receive("POST", PATH, {}, BODY)
    assert (verdict.status, verdict.outcome, verdict.reason) == (503, "failed", "the inbox failed")


@pytest.mark.parametrize(
    ("setting", "header", "value"),
    [
        ("domains", "X-ClarusWMS-Domain", "acme.claruswms.co.uk"),
        ("subdomains", "x-claruswms-subdomain", "acme"),
        ("automation_ids", "X-CLARUSWMS-AUTOMATION-ID", "43"),
    ],
)
def test_a_header_that_is_listed_must_be_there_once_with_a_listed_value(inbox, setting, header, value):
    take = receiver(inbox, **{setting: [value.upper()]})
    assert take.receive("POST", PATH, {header: f" {value} "}, BODY).status == 202
    assert take.receive("POST", PATH, [(header.encode(), value.encode())], BODY).status == 200
    for headers in ({}, {header: "other"}, {header: ""}, [(header, value), (header, "other")]):
        assert take.receive("POST", PATH, headers, BODY).status == 401
    assert len(inbox.kept) == 1


@pytest.mark.parametrize("token", ["", "short", "t" * 31, "t" * 40 + "/", "ü" * 40, "t" * 40 + "\n"])
def test_a_weak_token_is_refused_before_anything_runs(inbox, token):
    with pytest.raises(ConfigurationError) as caught:
        Receiver(inbox=inbox, token=token)
    assert caught.value.field == "token"
    assert not token or token not in str(caught.value)


def test_a_token_is_never_shown_and_a_new_one_is_never_the_same(inbox):
    assert TOKEN not in repr(receiver(inbox))
    assert new_token() != new_token()
    assert Receiver(inbox=inbox, token=new_token())


# What is read --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "id_", "reference"),
    [
        (b'{"data": {"id": 7, "reference": "1001"}}', "7", "1001"),
        (b'{"id": "7", "reference": 1001}', "7", "1001"),
        (b'{"data": {"id": 7.0}}', "7", ""),
        (b'\xef\xbb\xbf{"id": 7}', "7", ""),
        ('{"id": 7}'.encode("utf-16"), "7", ""),
        (b'{"data": {"id": true, "reference": ["x"]}}', "", ""),
        (b'{"data": {"id": 1e400}}', "", ""),
        (b'{"data": {"id": 1e9999999, "reference": -1e99999999999}}', "", ""),
        (b'{"data": {"id": 1e-9999999, "reference": 7.5}}', "", ""),
        (b'{"data": {"id": "\\u0000", "reference": "\\ud800"}}', "", ""),
        (b'{"load_drop": {"id": 7}}', "", ""),
        (b'{"data": {"id": "' + b"9" * 300 + b'"}}', "", ""),
        (b'{"data": {"id": ' + b"9" * 300 + b"}}", "", ""),
    ],
)
def test_the_record_is_read_at_the_top_or_under_data(body, id_, reference):
    notice = kept(body)
    assert (notice.id, notice.reference, notice.problem, notice.body) == (id_, reference, "", body)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "there is no body: have Clarus call with POST"),
        (b" \n", "there is no body: have Clarus call with POST"),
        (b"<html>", "the body is not JSON"),
        (b'{"data": {"id": 7}', "the body is not JSON"),
        (b'{"id": NaN}', "the body is not JSON"),
        (b'{"id": Infinity}', "the body is not JSON"),
        (b'{"id": ' + b"9" * 5000 + b"}", "the body is not JSON"),
        (b"\xff\xfe\xfd", "the body is not JSON"),
        (b"[1, 2]", "the body holds no record"),
        (b"null", "the body holds no record"),
        (b'{"data": [7]}', "the body holds no record"),
        (b"[" * 100_000, "the body is nested too deeply"),
        (b"[" * 65 + b"]" * 65, "the body is nested too deeply"),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "the body is nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_for_a_person_with_its_body_and_the_reason(body, problem):
    notice = kept(body)
    assert (notice.problem, notice.body, notice.name) == (problem, body, "goods_out.completed")


@pytest.mark.parametrize(
    "event", ["goods_out.exploded", "goods_out", "", ".", "goods_out.completed.twice", "a\tb.c"]
)
def test_an_event_that_is_not_documented_is_for_a_person_and_not_refused(event):
    assert kept(BODY, path=f"/hooks/{TOKEN}/x/../{TOKEN}/{event or '%20'}").problem.startswith("the event is not")


# The table of events -------------------------------------------------------------------------------------------


def test_the_table_is_the_documented_one():
    if not FACTS.exists():
        pytest.skip("the vendor's facts are not here")
    section = FACTS.read_text("utf-8").partition("### 4.2 Events")[2].partition("###")[0]
    documented = set()
    for resources, events in re.findall(r"^\| (`.+?`) \| (.+?) \|$", section, re.MULTILINE):
        names, separator = re.findall(r"`(\w+)`", resources), r" / " if " / " in events else r", "
        if separator == " / ":
            documented |= set(zip(names, events.split(separator), strict=True))
        else:
            documented |= {(name, event) for name in names for event in events.split(separator)}
    assert set(EVENTS) == documented


def test_what_a_site_subscribes_to_sends_it_somewhere():
    assert {EVENTS[event] for event in NEEDED} == set(EventReading) - {EventReading.NOTHING}
    assert ("goods_out", "completed") in NEEDED


# Whatever arrives ----------------------------------------------------------------------------------------------

any_text = st.text(max_size=40)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text | st.just("data") | st.just("id"), inner),
    max_leaves=12,
)
bodies = (
    st.binary(max_size=200)
    | any_json.map(lambda content: json.dumps(content).encode())
    | st.tuples(st.just(BODY), st.integers(0, len(BODY)), st.binary(max_size=3)).map(
        lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] :]
    )
)
names = st.sampled_from(["X-ClarusWMS-Subdomain", "x-claruswms-domain", "Content-Length"]) | any_text
headers = st.dictionaries(names, any_text, max_size=4) | st.lists(
    st.tuples(names | st.binary(max_size=9), any_text | st.binary(max_size=9)), max_size=4
)
paths = (
    any_text
    | st.sampled_from([PATH, PATH + "?q", PATH + "/"])
    | any_text.map(lambda event: f"/hooks/{TOKEN}/{event}")
)
methods = st.sampled_from(["POST", "GET", "PUT"]) | any_text


@given(methods, paths, headers, bodies, st.booleans())
def test_nothing_that_arrives_raises_and_nothing_without_the_token_is_kept(method, path, head, body, listed):
    inbox = Memory()
    take = receiver(inbox, max_body=100, subdomains=["acme"] if listed else [])
    verdict = take.receive(method, path, head, body)
    early = take.refusal(method, path, head)
    assert verdict.status in {200, 202, 401, 405, 413, 503}
    assert early is None or early == verdict
    assert bool(inbox.kept) == (verdict.status == 202)
    if TOKEN not in path:
        assert verdict.status == 401
