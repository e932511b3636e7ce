import datetime as dt
import json
import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.errors import (
    InvalidRecord,
    NotAuthenticated,
    RateLimited,
    Retry,
    ServerFailed,
    UnreadableAnswer,
)
from clarus_bluecherry.http import Answer, Call, Refusal, dump_json, nothing

NOW = dt.datetime(2025, 3, 3, 9, 0, tzinfo=dt.UTC)


def create(**changes):
    return Call(**{"name": "orders.create", "method": "POST", "path": "/orders", "read": nothing, **changes})


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_a_decimal_comes_back_from_json_as_it_went(value):
    assert Answer(200, body=dump_json([value])).json() == [value]


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "1E+999999", "1E-400", "0.12345678901234567890"])
def test_a_number_that_json_cannot_carry_exactly_is_refused(value):
    with pytest.raises(InvalidRecord):
        dump_json({"quantity": Decimal(value)})


@pytest.mark.parametrize("value", [float("nan"), "\ud800", b"bytes"])
def test_anything_else_that_json_cannot_carry_is_refused(value):
    with pytest.raises(InvalidRecord):
        dump_json([value])


@pytest.mark.parametrize(
    "text", [b"NaN", b"[Infinity]", b"1e99999999999999999999", b"1e5000", b"<html>", b"", b"\xff"]
)
def test_what_is_not_json_is_unreadable(text):
    with pytest.raises(UnreadableAnswer):
        Answer(200, body=text).json()


def test_header_names_are_lower_case_whoever_made_the_answer():
    answer = Answer(429, headers={"Retry-After": "7", "X-Request-Id": "abc"})
    assert answer.retry_after == 7
    assert answer.request_id == "abc"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        ("1.5", 1.5),
        ("Mon, 03 Mar 2025 09:01:30 GMT", 90.0),
        ("Mon, 03 Mar 2025 08:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("\u00b2", None),
        ("nan", None),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(value, seconds):
    assert Answer(429, headers={"retry-after": value}, received_at=NOW).retry_after == seconds


def test_a_proxys_page_does_not_hide_the_status():
    page = Answer(429, headers={"retry-after": "5"}, body=b"<html>slow down</html>")

    def vendors_own(answer):
        return Refusal(answer.json()["message"])

    with pytest.raises(RateLimited) as caught:
        create(refusal=vendors_own).result(page)
    assert caught.value.retry_after == 5
    with pytest.raises(NotAuthenticated):
        create(refusal=vendors_own).result(Answer(401, body=b"[]"))


def test_a_redirect_is_never_taken_for_success():
    moved = Answer(302, headers={"location": "https://login.example.com/sso?token=s3cret"}, host="api.example.com")
    with pytest.raises(UnreadableAnswer, match=r"api\.example\.com to login\.example\.com") as caught:
        create().result(moved)
    assert caught.value.retry is Retry.POINTLESS
    assert "s3cret" not in str(caught.value)


def test_a_failed_read_says_that_it_may_be_repeated_and_a_failed_write_does_not():
    with pytest.raises(ServerFailed) as write:
        create().result(Answer(500))
    with pytest.raises(ServerFailed) as read:
        create(repeatable=True).result(Answer(500))
    assert write.value.retry is Retry.ASK_FIRST
    assert read.value.retry is Retry.SAFE


def test_the_vendors_words_are_quoted_without_e_mail_addresses():
    said = create(refusal=lambda answer: Refusal("jo@example.com is unknown"))
    with pytest.raises(Exception, match=r"\*\*\* is unknown") as caught:
        said.result(Answer(422))
    assert "jo@example.com" not in str(caught.value)


def test_a_refusal_survives_a_pickle():
    with pytest.raises(RateLimited) as caught:
        create(record="order SO-7").result(Answer(429, headers={"Retry-After": "7"}, correlation_id="c0ffee"))
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.retry_after, again.correlation_id) == (str(caught.value), 7.0, "c0ffee")


def test_the_body_is_written_once_and_exactly():
    assert create(json={"qty": Decimal("2.50"), "name": "Zoë"}).body == '{"qty":2.5,"name":"Zoë"}'.encode()
    assert json.loads(create(json=[]).body) == []
    assert create(content=b"a;b").body == b"a;b"
    assert create().body is None
