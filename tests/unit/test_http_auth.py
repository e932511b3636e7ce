import asyncio
import base64
import datetime as dt
import json
import math
import pickle
import threading
import urllib.parse

import httpx
import pytest
from http_world import READ, WRITE, Face, Time, call

from clarus_bluecherry.errors import ConfigurationError, NotAuthenticated, NotSent, RateLimited, Retry, WireError
from clarus_bluecherry.http import (
    AsyncSender,
    ClientCredentials,
    Sender,
    Settings,
    StaticHeaders,
    StaticToken,
    no_wait,
    no_wait_async,
)
from clarus_bluecherry.http._auth import Token
from clarus_bluecherry.http._deadline import Deadline
from clarus_bluecherry.http._tokens import TokenKeeper

URL = "https://wms.test/v1"
TOKEN_URL = "https://login.test/oauth/token"
SECRET = "s3cr3t/with+signs=="
ONCE = Settings(max_retries=0)
NO_DEADLINE = Deadline.after(math.inf, lambda: 0.0)


def credentials(**changes):
    return ClientCredentials(**{"token_url": TOKEN_URL, "client_id": "bridge", "client_secret": SECRET, **changes})


@pytest.fixture
def time():
    return Time()


@pytest.fixture(params=["sync", "async"])
def face(request, time):
    made = []

    def make(auth, **settings):
        made.append(Face(request.param, URL, time, auth=auth, **settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


def grant(httpx_mock, *tokens, **more):
    for token in tokens:
        httpx_mock.add_response(url=TOKEN_URL, json={"access_token": token, "token_type": "bearer", **more})


def answer(httpx_mock, *statuses):
    for status in statuses:
        httpx_mock.add_response(status, url=f"{URL}/orders/7", json={"ok": True})


def sent(httpx_mock, url):
    return [request for request in httpx_mock.get_requests() if str(request.url) == url]


def tokens_shown(httpx_mock):
    return [request.headers["Authorization"] for request in sent(httpx_mock, f"{URL}/orders/7")]


# Who we are --------------------------------------------------------------------------------------------------


def test_a_subscription_key_goes_with_every_request(face, httpx_mock):
    answer(httpx_mock, 200)
    face(StaticHeaders({"Ocp-Apim-Subscription-Key": "k3y"})).send(call(READ))
    assert httpx_mock.get_requests()[0].headers["ocp-apim-subscription-key"] == "k3y"


def test_a_static_token_that_is_refused_is_not_tried_again(face, httpx_mock):
    answer(httpx_mock, 401)
    with pytest.raises(NotAuthenticated):
        face(StaticToken("t0k")).send(call(READ))
    assert tokens_shown(httpx_mock) == ["Bearer t0k"]


@pytest.mark.parametrize(
    "auth", [StaticHeaders({"X-Key": SECRET}), StaticToken(SECRET), credentials(extra={"assertion": SECRET})]
)
def test_no_repr_shows_a_secret(auth):
    with Sender(URL, auth=auth) as sender:
        for shown in (repr(auth), str(auth), repr(sender), repr(sender.prepare(call(READ)))):
            assert SECRET not in shown


@pytest.mark.parametrize("make", [StaticToken, lambda text: StaticHeaders({"k": text})])
@pytest.mark.parametrize("text", ["", "  ", "abc\r\nX-Evil: 1"])
def test_a_secret_that_cannot_be_one_is_refused_without_being_quoted(make, text):
    with pytest.raises(ConfigurationError) as caught:
        make(text)
    assert "Evil" not in str(caught.value)


# What is asked of the token endpoint -------------------------------------------------------------------------


def test_the_secret_goes_in_the_form(face, httpx_mock):
    grant(httpx_mock, "t1")
    answer(httpx_mock, 200)
    auth = credentials(scope="orders", audience="wms", extra={"resource": "r"}, headers={"X-Tenant": "acme"})
    face(auth, headers={"X-Other": "not here"}).send(call(READ))
    asked = sent(httpx_mock, TOKEN_URL)[0]
    assert dict(urllib.parse.parse_qsl(asked.content.decode())) == {
        "grant_type": "client_credentials",
        "client_id": "bridge",
        "client_secret": SECRET,
        "scope": "orders",
        "audience": "wms",
        "resource": "r",
    }
    assert asked.headers["X-Tenant"] == "acme"
    assert "authorization" not in asked.headers
    assert "X-Other" not in asked.headers


def test_the_secret_goes_in_a_basic_header(face, httpx_mock):
    grant(httpx_mock, "t1")
    answer(httpx_mock, 200)
    face(credentials(style="basic")).send(call(READ))
    asked = sent(httpx_mock, TOKEN_URL)[0]
    pair = base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")).decode().split(":")
    assert [urllib.parse.unquote_plus(part) for part in pair] == ["bridge", SECRET]
    assert asked.content == b"grant_type=client_credentials"


def test_a_token_path_stands_under_the_base_url(face, httpx_mock):
    httpx_mock.add_response(url=f"{URL}/oauth/token", json={"access_token": "t1"})
    answer(httpx_mock, 200)
    assert face(credentials(token_url="/oauth/token")).send(call(READ)) == {"ok": True}


@pytest.mark.parametrize("token_url", ["https://me:pw@login.test/token", "ftp://login.test/token"])
def test_a_token_url_that_is_not_plainly_one_is_refused_at_once(token_url):
    with pytest.raises(ConfigurationError):
        Sender(URL, auth=credentials(token_url=token_url))


# How long it lasts -------------------------------------------------------------------------------------------


def pass_seconds(time, seconds):
    time.now += dt.timedelta(seconds=seconds)


@pytest.mark.parametrize("lives", [600, "600", 600.0])
def test_a_token_is_kept_until_shortly_before_it_expires(face, time, httpx_mock, lives):
    grant(httpx_mock, "t1", "t2", expires_in=lives)
    answer(httpx_mock, 200, 200, 200)
    one = face(credentials())
    one.send(call(READ))
    pass_seconds(time, 539)
    one.send(call(READ))
    pass_seconds(time, 1)
    one.send(call(READ))
    assert tokens_shown(httpx_mock) == ["Bearer t1", "Bearer t1", "Bearer t2"]


@pytest.mark.parametrize("says", [{}, {"expires_in": None}, {"expires_in": 0}, {"expires_in": "never"}])
def test_a_server_that_says_no_lifetime_gets_the_assumed_one(face, time, httpx_mock, says):
    grant(httpx_mock, "t1", "t2", **says)
    answer(httpx_mock, 200, 200, 200)
    one = face(credentials(lifetime=1000))
    one.send(call(READ))
    pass_seconds(time, 939)
    one.send(call(READ))
    pass_seconds(time, 2)
    one.send(call(READ))
    assert tokens_shown(httpx_mock) == ["Bearer t1", "Bearer t1", "Bearer t2"]


def test_a_short_lived_token_is_still_used_more_than_once(face, time, httpx_mock):
    grant(httpx_mock, "t1", expires_in=30)
    answer(httpx_mock, 200, 200)
    one = face(credentials())
    one.send(call(READ))
    pass_seconds(time, 14)
    one.send(call(READ))
    assert len(sent(httpx_mock, TOKEN_URL)) == 1


# A 401 -------------------------------------------------------------------------------------------------------


def test_a_401_buys_one_new_token_and_repeats_even_a_write(face, time, httpx_mock):
    grant(httpx_mock, "t1", "t2")
    httpx_mock.add_response(401, url=f"{URL}/orders", json={"error": "expired"})
    httpx_mock.add_response(201, url=f"{URL}/orders", json={"id": 9})
    response = face(credentials()).respond(call(WRITE))
    assert (response.value, response.attempts) == ({"id": 9}, 2)
    writes = sent(httpx_mock, f"{URL}/orders")
    assert [write.headers["Authorization"] for write in writes] == ["Bearer t1", "Bearer t2"]
    assert writes[0].content == writes[1].content == b'{"n":1}'
    assert time.slept == []


def test_a_second_401_is_final(face, httpx_mock):
    grant(httpx_mock, "t1", "t2")
    answer(httpx_mock, 401, 401)
    with pytest.raises(NotAuthenticated) as caught:
        face(credentials()).send(call(READ))
    assert caught.value.attempts == 2
    assert tokens_shown(httpx_mock) == ["Bearer t1", "Bearer t2"]


def test_one_call_replaces_its_token_only_once_over_all_its_attempts(face, httpx_mock):
    grant(httpx_mock, "t1", "t2")
    answer(httpx_mock, 401, 500, 401)
    with pytest.raises(NotAuthenticated) as caught:
        face(credentials()).send(call(READ))
    assert caught.value.attempts == 3
    assert tokens_shown(httpx_mock) == ["Bearer t1", "Bearer t2", "Bearer t2"]


def test_a_revoked_token_is_replaced_again_on_a_later_call(face, httpx_mock):
    grant(httpx_mock, "t1", "t2", "t3")
    answer(httpx_mock, 401, 200, 401, 200)
    one = face(credentials())
    one.send(call(READ))
    one.send(call(READ))
    assert tokens_shown(httpx_mock) == ["Bearer t1", "Bearer t2", "Bearer t2", "Bearer t3"]


# When there is no token --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_refused_credentials_are_not_authenticated_whatever_the_status(face, httpx_mock, status):
    described = {"error": "invalid_client", "error_description": "no such client"}
    httpx_mock.add_response(status, url=TOKEN_URL, json=described)
    with pytest.raises(
        NotAuthenticated, match=r"oauth\.token was refused .*: invalid_client: no such client"
    ) as caught:
        face(credentials()).send(call(READ))
    assert (caught.value.status, caught.value.code, caught.value.record) == (
        status,
        "invalid_client",
        "order SO-7",
    )
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "body", [{"text": "<html>"}, {"json": {}}, {"json": {"access_token": "a\nb"}}, {"json": []}]
)
def test_an_unusable_token_means_that_nothing_was_sent(face, httpx_mock, body):
    httpx_mock.add_response(200, url=TOKEN_URL, **body)
    with pytest.raises(NotSent, match="no access token") as caught:
        face(credentials()).send(call(WRITE), max_retries=0)
    assert caught.value.retry is Retry.SAFE
    assert caught.value.attempts == 0


def test_a_write_waits_for_a_token_endpoint_that_stumbles(face, time, httpx_mock):
    httpx_mock.add_response(503, url=TOKEN_URL)
    httpx_mock.add_exception(httpx.ReadTimeout("slow"), url=TOKEN_URL)
    httpx_mock.add_response(429, url=TOKEN_URL, headers={"Retry-After": "9"})
    grant(httpx_mock, "t1")
    httpx_mock.add_response(201, url=f"{URL}/orders", json={"id": 9})
    assert face(credentials()).send(call(WRITE)) == {"id": 9}
    assert time.slept[2] == 9.0


def test_a_token_endpoint_that_asks_for_too_long_a_wait_is_left_to_the_caller(face, time, httpx_mock):
    httpx_mock.add_response(429, url=TOKEN_URL, headers={"Retry-After": "900"})
    with pytest.raises(RateLimited):
        face(credentials()).send(call(WRITE))
    assert time.slept == []


# One request for all -----------------------------------------------------------------------------------------


class SlowTokens(httpx.MockTransport):
    """Both kinds of transport: the token answer is held back until everybody has asked."""

    def __init__(self, everybody, status=200):
        self.token_requests = 0
        self.status = status
        self.everybody = everybody
        super().__init__(self.answer)

    def answer(self, request):
        if request.url.path != "/oauth/token":
            return httpx.Response(200, json=request.headers["Authorization"])
        self.token_requests += 1
        return httpx.Response(self.status, json={"access_token": f"t{self.token_requests}"})

    def handle_request(self, request):
        if request.url.path == "/oauth/token":
            self.everybody.wait(10)
        return super().handle_request(request)

    async def handle_async_request(self, request):
        if request.url.path == "/oauth/token":
            await self.everybody.wait()
        return await super().handle_async_request(request)


def in_threads(transport, everybody, crowd=16):
    outcomes, asked = [], threading.Semaphore(0)

    with Sender(URL, auth=credentials(), settings=ONCE, transport=transport, sleep=no_wait) as sender:

        def one():
            asked.release()
            try:
                outcomes.append(sender.send(call(READ)))
            except WireError as error:
                outcomes.append(error)

        threads = [threading.Thread(target=one) for _ in range(crowd)]
        for thread in threads:
            thread.start()
        for _ in threads:
            asked.acquire()
        everybody.set()
        for thread in threads:
            thread.join()
    return outcomes


async def in_tasks(make_transport, crowd=16, cancel=0):
    everybody = asyncio.Event()
    transport = make_transport(everybody)
    async with AsyncSender(
        URL, auth=credentials(), settings=ONCE, transport=transport, sleep=no_wait_async
    ) as sender:
        tasks = [asyncio.create_task(sender.send(call(READ))) for _ in range(crowd)]
        for _ in range(5):
            await asyncio.sleep(0)
        for task in tasks[:cancel]:
            task.cancel()
        everybody.set()
        return transport, await asyncio.gather(*tasks, return_exceptions=True)


def test_sixteen_threads_buy_one_token():
    everybody = threading.Event()
    transport = SlowTokens(everybody)
    assert in_threads(transport, everybody) == ["Bearer t1"] * 16
    assert transport.token_requests == 1


def test_sixteen_tasks_buy_one_token():
    transport, outcomes = asyncio.run(in_tasks(SlowTokens))
    assert outcomes == ["Bearer t1"] * 16
    assert transport.token_requests == 1


def test_a_cancelled_task_leaves_the_token_to_the_others():
    transport, outcomes = asyncio.run(in_tasks(SlowTokens, cancel=1))
    assert isinstance(outcomes[0], asyncio.CancelledError)
    assert outcomes[1:] == ["Bearer t1"] * 15
    assert transport.token_requests == 1


def test_sixteen_tasks_share_one_refusal():
    transport, outcomes = asyncio.run(in_tasks(lambda everybody: SlowTokens(everybody, status=401)))
    assert transport.token_requests == 1
    assert {type(outcome) for outcome in outcomes} == {NotAuthenticated}
    assert len({str(outcome) for outcome in outcomes}) == 1
    assert len({outcome.correlation_id for outcome in outcomes}) == 16


def test_sixteen_threads_share_one_refusal():
    asked = threading.Semaphore(0)
    fetches, outcomes = [], []
    expired = Token("t1", Time().now)

    def clock():
        asked.release()
        return Time().now

    def fetch(deadline):
        fetches.append(1)
        if len(fetches) == 1:
            return expired
        for _ in range(16):
            assert asked.acquire(timeout=10)
        raise NotAuthenticated("oauth.token was refused with 401", status=401)

    def ask():
        try:
            keeper.token(NO_DEADLINE)
        except NotAuthenticated as error:
            outcomes.append(error)

    keeper = TokenKeeper(fetch, clock)
    keeper.token(NO_DEADLINE)
    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fetches) == 2
    assert len({str(outcome) for outcome in outcomes}) == 1
    assert len({id(outcome) for outcome in outcomes}) == 16


def test_an_authentication_error_survives_a_pickle(face, httpx_mock):
    httpx_mock.add_response(401, url=TOKEN_URL, text=json.dumps({"error": "invalid_client"}))
    with pytest.raises(NotAuthenticated) as caught:
        face(credentials()).send(call(READ))
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.correlation_id) == (str(caught.value), caught.value.correlation_id)
