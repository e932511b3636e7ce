"""What a status says of the record, of the system, and of whether anything may have happened."""

import datetime as dt
import pickle

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clarus_bluecherry.errors import (
    AnswerError,
    Blame,
    ConfigurationError,
    InvalidRecord,
    NotSent,
    OutcomeUnknown,
    Retry,
    ServerFailed,
    UnreadableAnswer,
)
from clarus_bluecherry.http import Answer, Call, nothing
from clarus_bluecherry.http._statuses import MEANINGS

NOW = dt.datetime(2026, 3, 2, 14, tzinfo=dt.UTC)
JSON = {"content-type": "application/json"}
WORDS = b'{"message": "no such style"}'
PAGE = b"<!DOCTYPE html><html><body>Maintenance</body></html>"


def refused(status: int, body: bytes = WORDS, path: str = "/api/OrderShipmentTM", **headers: str) -> AnswerError:
    call = Call(name="shipment.post", method="POST", path=path, read=lambda answer: answer.json())
    with pytest.raises(AnswerError) as caught:
        call.result(Answer(status, headers={**JSON, **headers}, body=body))
    return caught.value


@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_refusal_in_the_systems_own_words_is_the_records(status):
    assert refused(status).blame is Blame.RECORD


@pytest.mark.parametrize("status", [400, 404, 409, 410, 422])
@pytest.mark.parametrize("body", [PAGE, b"\xef\xbb\xbf \n<html>", b"<Error><Code>Blocked</Code></Error>"])
def test_a_gateways_page_is_never_the_records(status, body):
    assert refused(status, body, path="/api/goods_outs/4711/cancel").blame is not Blame.RECORD


def test_a_page_is_known_by_its_type_too():
    assert refused(400, b"Bad Request", **{"content-type": "text/html; charset=utf-8"}).blame is Blame.UNCLEAR


@pytest.mark.parametrize(
    "status", [301, 302, 307, 308, 401, 402, 404, 405, 406, 407, 411, 415, 421, 425, 426, 431, 451, 511]
)
def test_what_every_request_would_meet_is_the_systems_and_had_no_effect(status):
    error = refused(status, b"")
    assert error.blame is Blame.SYSTEM
    assert error.retry is not Retry.ASK_FIRST


@pytest.mark.parametrize("status", [408, 499, 500, 502, 503, 504, 520, 599, 303])
def test_what_may_have_had_effect_is_asked_about_first(status):
    error = refused(status, b"")
    assert error.retry is Retry.ASK_FIRST
    assert error.blame is not Blame.RECORD


@pytest.mark.parametrize("status", [403, 412, 413, 414, 418, 423, 428, 444])
def test_what_nobody_documented_is_not_blamed_on_the_record(status):
    error = refused(status, b"")
    assert error.blame is Blame.UNCLEAR
    assert error.retry is Retry.POINTLESS


@pytest.mark.parametrize("body", [b"", PAGE, b"[]junk", b"\xff"])
@pytest.mark.parametrize("status", [101, 200, 201, 204])
def test_a_success_that_cannot_be_read_is_unknown_and_not_the_records(status, body):
    error = refused(status, body)
    assert isinstance(error, UnreadableAnswer)
    assert (error.retry, error.blame) == (Retry.ASK_FIRST, Blame.UNCLEAR)


@pytest.mark.parametrize(
    ("path", "blame"),
    [
        ("/api/goods_outs", Blame.SYSTEM),
        ("/api/v1/goods_outs", Blame.SYSTEM),
        ("/tenant/100/api/OrderShipmentTM", Blame.SYSTEM),
        ("/api/goods_outs/4711", Blame.RECORD),
        ("/api/goods_outs/4711/cancel", Blame.RECORD),
        ("/api/products/7/account_products/9", Blame.RECORD),
    ],
)
def test_a_404_is_the_records_only_where_the_path_names_one(path, blame):
    assert refused(404, path=path).blame is blame


@given(status=st.integers(min_value=300, max_value=999), body=st.binary(max_size=20))
def test_no_status_is_without_a_meaning(status, body):
    error = refused(status, body)
    assert error.status == status
    if error.blame is Blame.RECORD:
        assert status in {400, 409, 422}


def test_a_read_may_be_repeated_after_the_server_gave_up_waiting():
    read = Call(name="pick.list", method="GET", path="/api/pick", read=nothing, repeatable=True)
    with pytest.raises(ServerFailed) as caught:
        read.result(Answer(408))
    assert caught.value.retry is Retry.SAFE


def test_a_redirect_to_nowhere_is_still_a_redirect():
    assert "another place" in refused(302, b"", location="http://[half").what


def test_every_error_says_whose_fault_it_is_even_after_a_pickle():
    assert NotSent("x").blame is Blame.SYSTEM
    assert (OutcomeUnknown("x").blame, ConfigurationError("x").blame) == (Blame.UNCLEAR, Blame.UNCLEAR)
    assert InvalidRecord("x").blame is Blame.RECORD
    assert pickle.loads(pickle.dumps(refused(405))).blame is Blame.SYSTEM
    assert InvalidRecord("x", blame=Blame.SYSTEM).blame is Blame.SYSTEM


def test_every_row_of_the_table_is_a_refusal():
    assert all(300 <= status <= 599 for status in MEANINGS)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
@example("1000000000")
@example("9" * 400)
@example("-5")
@example("1e9")
@example("NaN")
@example("Fri, 31 Dec 9999 23:59:59 GMT")
@example("Fri, 31 Dec 99999 23:59:59 GMT")
@example("Mon, 01 Jan 0001 00:00:00 +2359")
@example("Fri, 31 Dec 9999 23:59:59 -2359")
@example("Wed, 21 Oct 2026 07:28:00 +999999999999")
@example("Wed, 21 Oct 2026 07:28:00 +" + "9" * 500)
def test_whatever_a_server_asks_for_is_a_wait_between_nothing_and_a_year(value):
    wait = Answer(429, headers={"retry-after": value}, received_at=NOW).retry_after
    assert wait is None or 0 <= wait <= 366 * 86400
