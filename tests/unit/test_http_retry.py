import itertools

import httpx
import pytest
from http_world import READ, WRITE, Face, Time, call

from clarus_bluecherry.errors import (
    BadRequest,
    ConfigurationError,
    Conflict,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    NotSent,
    OutcomeUnknown,
    QueryFailed,
    RateLimited,
    Retry,
    ServerFailed,
    Unprocessable,
    UnreadableAnswer,
)
from clarus_bluecherry.http import RateLimiter, Retries, may_repeat

URL = "http://wms.test/api"
FINAL = [BadRequest, Conflict, NotAuthenticated, NotFound, NotPermitted, QueryFailed, Unprocessable]


@pytest.fixture
def time():
    return Time()


@pytest.fixture(params=["sync", "async"])
def sender(request, time):
    face = Face(request.param, URL, time, max_retries=3)
    yield face
    face.close()


# The table ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [NotSent, RateLimited])
@pytest.mark.parametrize("of", [READ, WRITE])
def test_what_had_no_effect_is_always_repeated(kind, of):
    assert may_repeat(call(of), kind("x"))


@pytest.mark.parametrize("kind", [ServerFailed, OutcomeUnknown, UnreadableAnswer])
def test_what_may_have_had_an_effect_is_repeated_only_when_that_is_harmless(kind):
    assert may_repeat(call(READ), kind("x"))
    assert not may_repeat(call(WRITE), kind("x"))


@pytest.mark.parametrize(
    ("kind", "of"), [*itertools.product([*FINAL, ValueError, KeyboardInterrupt], [READ, WRITE])]
)
def test_everything_else_is_final(kind, of):
    assert not may_repeat(call(of), kind("x"))


def test_an_error_that_calls_a_repetition_pointless_is_final():
    assert not may_repeat(call(READ), NotSent("x", retry=Retry.POINTLESS))


# Both senders ------------------------------------------------------------------------------------------------


def test_a_refused_write_is_repeated_after_a_429(sender, time, httpx_mock):
    httpx_mock.add_response(429, headers={"Retry-After": "7"})
    httpx_mock.add_response(201, json={"id": 9})
    response = sender.respond(call(WRITE))
    assert (response.value, response.attempts, response.answer.status) == ({"id": 9}, 2, 201)
    assert time.slept == [7.0]


def test_a_failed_write_is_not_repeated_after_a_500(sender, time, httpx_mock):
    httpx_mock.add_response(500)
    with pytest.raises(ServerFailed) as caught:
        sender.send(call(WRITE))
    assert len(httpx_mock.get_requests()) == 1
    assert caught.value.retry is Retry.ASK_FIRST
    assert time.slept == []


def test_a_failed_read_is_repeated_after_a_500(sender, time, httpx_mock):
    for status in (500, 502, 503):
        httpx_mock.add_response(status)
    httpx_mock.add_response(200, json=[])
    assert sender.send(call(READ)) == []
    assert len(time.slept) == 3
    assert all(0 <= seconds <= 0.5 * 2**n for n, seconds in enumerate(time.slept))


def test_the_last_error_is_raised_when_the_attempts_are_used_up(sender, httpx_mock):
    httpx_mock.add_response(503, is_reusable=True)
    with pytest.raises(ServerFailed) as caught:
        sender.send(call(READ))
    assert len(httpx_mock.get_requests()) == 4
    assert caught.value.attempts == 4


def test_a_wait_longer_than_the_cap_is_left_to_the_caller(sender, time, httpx_mock):
    httpx_mock.add_response(429, headers={"Retry-After": "121"})
    with pytest.raises(RateLimited) as caught:
        sender.send(call(READ))
    assert caught.value.retry_after == 121
    assert time.slept == []


def test_a_retry_after_date_is_counted_from_our_clock(sender, time, httpx_mock):
    httpx_mock.add_response(503, headers={"Retry-After": "Mon, 03 Mar 2025 09:01:30 GMT"})
    httpx_mock.add_response(200, json=1)
    assert sender.send(call(READ)) == 1
    assert time.slept == [90.0]


def test_no_wait_begins_that_would_break_the_total(sender, time, httpx_mock):
    httpx_mock.add_response(429, headers={"Retry-After": "40"}, is_reusable=True)
    with pytest.raises(RateLimited):
        sender.send(call(WRITE), max_retries=Retries(attempts=9, total=100))
    assert time.slept == [40.0, 40.0]


def test_retries_can_be_switched_off_for_one_call(sender, httpx_mock):
    httpx_mock.add_response(429)
    with pytest.raises(RateLimited):
        sender.send(call(READ), max_retries=0)


def test_a_refusal_is_not_repeated(sender, httpx_mock):
    httpx_mock.add_response(422)
    with pytest.raises(Unprocessable, match=r"order SO-7: orders.get was refused with 422 by wms\.test"):
        sender.send(call(READ))


def test_one_correlation_id_serves_all_attempts(sender, httpx_mock):
    httpx_mock.add_response(500, is_reusable=True)
    with pytest.raises(ServerFailed) as caught:
        sender.send(call(READ))
    sent = {request.headers["X-Correlation-Id"] for request in httpx_mock.get_requests()}
    assert sent == {caught.value.correlation_id}
    with pytest.raises(ServerFailed) as another:
        sender.send(call(READ))
    assert another.value.correlation_id not in sent


@pytest.mark.parametrize(
    ("error", "means"),
    [
        (httpx.ConnectError, NotSent),
        (httpx.ConnectTimeout, NotSent),
        (httpx.PoolTimeout, NotSent),
        (httpx.ProxyError, NotSent),
        (httpx.UnsupportedProtocol, NotSent),
        (httpx.WriteError, OutcomeUnknown),
        (httpx.WriteTimeout, OutcomeUnknown),
        (httpx.ReadTimeout, OutcomeUnknown),
        (httpx.ReadError, OutcomeUnknown),
        (httpx.CloseError, OutcomeUnknown),
        (httpx.RemoteProtocolError, OutcomeUnknown),
        (httpx.LocalProtocolError, OutcomeUnknown),
        (httpx.DecodingError, OutcomeUnknown),
    ],
)
def test_a_write_is_repeated_only_when_nothing_left(sender, httpx_mock, error, means):
    httpx_mock.add_exception(error("broken: token=abcdef"), is_reusable=True)
    with pytest.raises(means, match=r"orders\.create .* wms\.test") as caught:
        sender.send(call(WRITE))
    assert len(httpx_mock.get_requests()) == (4 if means is NotSent else 1)
    assert caught.value.attempts == (4 if means is NotSent else 1)
    assert caught.value.record == "order SO-7"
    assert caught.value.correlation_id
    assert "abcdef" not in str(caught.value)


def test_a_lost_read_is_repeated_and_says_so(sender, httpx_mock):
    httpx_mock.add_exception(httpx.ReadTimeout("slow"), is_reusable=True)
    with pytest.raises(OutcomeUnknown) as caught:
        sender.send(call(READ))
    assert len(httpx_mock.get_requests()) == 4
    assert caught.value.retry is Retry.SAFE


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_429_slows_down_everybody_who_shares_the_limiter(kind, time, httpx_mock):
    def seconds():
        return time.now.timestamp()

    limiter = RateLimiter(1000, clock=seconds, sleep=time.sleep, async_sleep=time.async_sleep)
    settings = {"limiter": limiter, "max_retries": 0}
    one, other = Face(kind, URL, time, **settings), Face(kind, "http://erp.test", time, **settings)
    httpx_mock.add_response(429, headers={"Retry-After": "20"})
    httpx_mock.add_response(200, json=1)
    began = seconds()
    with pytest.raises(RateLimited):
        one.send(call(READ))
    assert other.send(call(READ)) == 1
    assert seconds() - began == pytest.approx(20, abs=0.01)
    one.close()
    other.close()


@pytest.mark.parametrize("settings", [{"attempts": 0}, {"total": 0}, {"first_wait": -1}])
def test_a_policy_that_makes_no_sense_is_refused(settings):
    with pytest.raises(ConfigurationError, match=r"Retries, field"):
        Retries(**settings)
