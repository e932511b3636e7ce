import asyncio
import gzip
import logging
import pickle
import socket
import ssl

import httpx
import pytest
from http_world import READ, WRITE, Face, Loopback, Time, answer_bytes, call

from clarus_bluecherry.errors import (
    ConfigurationError,
    InvalidRecord,
    NotFound,
    NotSent,
    OutcomeUnknown,
    Retry,
    ServerFailed,
    UnreadableAnswer,
)
from clarus_bluecherry.http import (
    AsyncSender,
    Limits,
    Retries,
    Sender,
    Settings,
    StaticHeaders,
    StaticToken,
    Timeouts,
    nothing,
)

URL = "https://wms.test/v1"
SECRET = "s3cr3t-Value.0123456789"


@pytest.fixture(params=["sync", "async"])
def face(request):
    made = []

    def make(base_url=URL, **settings):
        made.append(Face(request.param, base_url, Time(), **settings))
        return made[-1]

    make.kind = request.param
    yield make
    for one in made:
        one.close()


# A real server -----------------------------------------------------------------------------------------------


def test_a_call_arrives_as_it_was_prepared(face):
    with Loopback(answer_bytes(b'{"id":9}', "201 Created")) as server:
        sender = face(server.url + "/v1/", auth=StaticToken("t0k"), headers={"X-Clarus-Subdomain": "acme"})
        wanted = call(WRITE, query=(("dry", "yes & no"), ("dry", "2")))
        prepared = sender.sender.prepare(wanted)
        assert sender.send(wanted) == {"id": 9}
    head, _, body = server.requests[0].decode().partition("\r\n\r\n")
    assert head.splitlines()[0] == "POST /v1/orders?dry=yes+%26+no&dry=2 HTTP/1.1"
    assert prepared.url == server.url + "/v1/orders?dry=yes+%26+no&dry=2"
    assert body.encode() == prepared.body == b'{"n":1}'
    arrived = dict(line.split(": ", 1) for line in head.splitlines()[1:])
    shown = dict(prepared.headers)
    assert shown.pop("X-Correlation-Id") != arrived["X-Correlation-Id"]
    assert shown.items() <= arrived.items()
    assert shown["Authorization"] == "Bearer t0k"
    assert shown["Content-Type"] == "application/json"
    assert shown["User-Agent"].startswith("clarus-bluecherry/")


def test_a_connection_dropped_after_the_request_leaves_a_write_in_doubt(face):
    with (
        Loopback(b"", answer_bytes()) as server,
        pytest.raises(OutcomeUnknown, match=r"order SO-7: orders.create left for 127\.0\.0\.1") as caught,
    ):
        face(server.url).send(call(WRITE))
    assert len(server.requests) == 1
    assert caught.value.retry is Retry.ASK_FIRST
    assert caught.value.correlation_id.encode() in server.requests[0]


def test_a_connection_dropped_after_the_request_repeats_a_read(face):
    with Loopback(b"", b"", answer_bytes()) as server:
        assert face(server.url).respond(call(READ)).attempts == 3
    assert len(server.requests) == 3


def test_a_body_that_breaks_off_leaves_a_write_in_doubt(face):
    with Loopback(answer_bytes(b'{"id":', length=500)) as server, pytest.raises(OutcomeUnknown):
        face(server.url).send(call(WRITE))


def test_an_answer_that_is_no_http_leaves_a_write_in_doubt(face):
    with Loopback(b"220 smtp.test ready\r\n") as server, pytest.raises(OutcomeUnknown):
        face(server.url).send(call(WRITE))


def test_a_broken_compression_leaves_a_write_in_doubt(face):
    broken = answer_bytes(b"not gzip", headers="Content-Encoding: gzip\r\n")
    with Loopback(broken) as server, pytest.raises(OutcomeUnknown):
        face(server.url).send(call(WRITE))


def test_a_refused_port_means_that_nothing_was_sent(face):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NotSent, match=r"did not reach 127\.0\.0\.1 \(ConnectError") as caught:
        face(f"http://127.0.0.1:{port}").send(call(WRITE))
    assert caught.value.attempts == 4
    assert caught.value.retry is Retry.SAFE


def test_a_silent_server_leaves_a_write_in_doubt(face):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        sender = face(f"http://127.0.0.1:{deaf.getsockname()[1]}")
        with pytest.raises(OutcomeUnknown, match="ReadTimeout"):
            sender.send(call(WRITE), timeout=Timeouts(read=0.05))


def test_a_redirect_is_not_followed(face):
    moved = answer_bytes(b"", "302 Found", f"Location: https://login.test/sso?token={SECRET}\r\n")
    with (
        Loopback(moved) as server,
        pytest.raises(UnreadableAnswer, match=r"by 127\.0\.0\.1 to login\.test") as caught,
    ):
        face(server.url).send(call(READ))
    assert len(server.requests) == 1
    assert SECRET not in str(caught.value)


def test_a_proxys_page_is_unreadable_and_kept(face):
    page = answer_bytes(b"<html>Sign in</html>", headers="Content-Type: text/html\r\n")
    with Loopback(page) as server, pytest.raises(UnreadableAnswer, match=r"text/html, 20 bytes") as caught:
        face(server.url).send(call(WRITE))
    assert caught.value.body == b"<html>Sign in</html>"
    assert caught.value.correlation_id
    assert "Sign in" not in str(caught.value)


def test_a_cookie_is_not_kept_and_each_call_stands_alone(face):
    sets = answer_bytes(headers="Content-Type: application/json\r\nSet-Cookie: session=1; Path=/\r\n")
    with Loopback(sets, answer_bytes()) as server:
        sender = face(server.url)
        sender.send(call(READ))
        sender.send(call(READ))
    assert b"cookie" not in server.requests[1].lower()


def test_a_client_that_was_brought_along_keeps_its_cookies_headers_and_parameters():
    seen = []

    def take(request):
        seen.append(request)
        return httpx.Response(204, headers={"Set-Cookie": "session=1; Path=/"})

    theirs = {"headers": {"X-Theirs": "yes"}, "params": {"api": "2"}, "transport": httpx.MockTransport(take)}
    with httpx.Client(**theirs) as client, Sender(URL, client=client) as sender:
        sender.send(call(READ, read=nothing))
        sender.send(call(READ, read=nothing))
    assert seen[1].headers["Cookie"] == "session=1"
    assert (seen[1].headers["X-Theirs"], seen[1].url.query) == ("yes", b"api=2")


# Too long ----------------------------------------------------------------------------------------------------


def test_an_answer_that_is_too_long_is_refused_before_it_fills_the_memory(face):
    bomb = gzip.compress(b" " * 10_000_000)
    with (
        Loopback(answer_bytes(bomb, headers="Content-Encoding: gzip\r\n")) as server,
        pytest.raises(UnreadableAnswer, match="longer than 1000 bytes") as caught,
    ):
        face(server.url, longest_answer=1000).send(call(READ))
    assert len(server.requests) == 1
    assert len(caught.value.body) <= 1000


def test_a_refusal_that_is_too_long_keeps_its_meaning(face):
    with Loopback(answer_bytes(b"x" * 5000, "404 Not Found")) as server, pytest.raises(NotFound) as caught:
        face(server.url, longest_answer=1000).send(call(READ))
    assert caught.value.body == b"x" * 1000


# What others may see -----------------------------------------------------------------------------------------


def test_one_line_is_logged_for_each_request_and_holds_no_secret(face, httpx_mock, caplog):
    httpx_mock.add_response(429, text=SECRET)
    httpx_mock.add_response(200, json={"email": "jo@example.com"})
    caplog.set_level(logging.DEBUG, logger="clarus_bluecherry.http")
    auth = StaticHeaders({"Ocp-Apim-Subscription-Key": SECRET})
    asked = call(READ, query=(("filter", f"email eq 'jo@example.com' {SECRET}"),))
    response = face(auth=auth).respond(asked)
    lines = [record.getMessage() for record in caplog.records if record.name == "clarus_bluecherry.http"]
    assert len(lines) == 2
    assert lines[0].startswith("orders.get GET /orders/7: 429 in ")
    assert lines[1].startswith("orders.get GET /orders/7: 200 in ")
    assert lines[1].endswith(f"ms (attempt 2, correlation id {response.answer.correlation_id})")
    assert SECRET not in "".join(lines)
    assert "jo@" not in "".join(lines)


def test_observers_see_every_request(face, httpx_mock):
    seen = []
    httpx_mock.add_exception(httpx.ReadTimeout("slow"))
    httpx_mock.add_response(200, json=1)
    response = face(observers=[seen.append]).respond(call(READ))
    assert [(one.number, one.status, one.error) for one in seen] == [(1, None, "OutcomeUnknown"), (2, 200, "")]
    assert {(one.call, one.record, one.method, one.path) for one in seen} == {
        ("orders.get", "order SO-7", "GET", "/orders/7")
    }
    assert {one.correlation_id for one in seen} == {response.answer.correlation_id}
    assert all(one.seconds >= 0 for one in seen)


def test_an_observer_that_fails_does_not_make_a_write_look_failed(face, httpx_mock, caplog):
    def broken(attempt):
        raise RuntimeError("no metrics today")

    httpx_mock.add_response(201, json={"id": 9})
    assert face(observers=[broken]).send(call(WRITE)) == {"id": 9}
    assert "an observer of orders.create failed" in caplog.text


def test_what_is_prepared_shows_no_secret(httpx_mock):
    with Sender(URL, auth=StaticHeaders({"X-Key": SECRET})) as sender:
        prepared = sender.prepare(call(WRITE, query=(("token", SECRET),), json={"email": "jo@example.com"}))
    assert SECRET not in repr(prepared)
    assert "jo@example.com" not in repr(prepared)
    assert dict(prepared.headers)["X-Key"] == SECRET
    assert SECRET in prepared.url
    assert httpx_mock.get_requests() == []


@pytest.mark.parametrize("broken", [httpx.ConnectError("x"), httpx.ReadTimeout("x")])
def test_an_error_of_the_wire_survives_a_pickle(face, httpx_mock, broken):
    httpx_mock.add_exception(broken)
    with pytest.raises((NotSent, OutcomeUnknown)) as caught:
        face().send(call(WRITE), max_retries=0)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again)) == (type(caught.value), str(caught.value))
    assert (again.record, again.correlation_id) == ("order SO-7", caught.value.correlation_id)


def test_the_servers_own_request_id_is_on_the_error(face, httpx_mock):
    httpx_mock.add_response(500, headers={"apim-request-id": "apim-1"})
    with pytest.raises(ServerFailed) as caught:
        face().send(call(WRITE))
    assert caught.value.request_id == "apim-1"


# The caller's own --------------------------------------------------------------------------------------------


def test_a_client_that_was_brought_along_is_not_closed():
    transport = httpx.MockTransport(lambda request: httpx.Response(204))
    with httpx.Client(transport=transport, base_url="http://other.test", follow_redirects=True) as client:
        with Sender(URL, client=client) as sender:
            sender.send(call(READ, read=nothing))
        assert not client.is_closed

    async def the_same_async():
        async with httpx.AsyncClient(transport=transport) as client:
            async with AsyncSender(URL, client=client) as sender:
                await sender.send(call(READ, read=nothing))
            assert not client.is_closed

    asyncio.run(the_same_async())


def test_a_client_of_our_own_is_closed(face):
    sender = face(transport=httpx.MockTransport(lambda request: httpx.Response(204)))
    sender.send(call(READ, read=nothing))
    sender._wait(sender.sender.close())
    with pytest.raises(ConfigurationError, match="closed"):
        sender.send(call(READ))


@pytest.mark.parametrize(
    "settings",
    [{"proxy": "http://proxy.test"}, {"verify": False}, {"limits": Limits(connections=1)}],
)
def test_settings_that_a_client_brings_along_cannot_be_given_twice(settings):
    with httpx.Client() as client, pytest.raises(ConfigurationError, match="bring yourself"):
        Sender(URL, client=client, settings=Settings(**settings))


def test_a_ca_bundle_may_be_named_by_path(tmp_path):
    Sender(URL, settings=Settings(verify=ssl.get_default_verify_paths().capath or str(tmp_path))).close()
    with pytest.raises(ConfigurationError, match="CA bundle"):
        Sender(URL, settings=Settings(verify=str(tmp_path / "missing.pem")))


# What is refused before anything is sent ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "wms.test",
        "ftp://wms.test",
        "https://",
        f"https://me:{SECRET}@wms.test",
        "https://wms.test/?a=1",
        "https://wms.test:port",
    ],
)
def test_a_base_url_that_is_not_plainly_one_is_refused(base_url):
    with pytest.raises(ConfigurationError) as caught:
        Sender(base_url)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("path", ["/orders/7?x=1", "/orders/#7", "/orders/../users", "/orders/\x00", "/a\\b"])
def test_a_path_that_would_reach_elsewhere_is_refused(face, path):
    with pytest.raises(InvalidRecord, match=r"order SO-7: the path of orders\.get"):
        face().send(call(READ, path=path))


@pytest.mark.parametrize("path", ["//evil.test/orders", "https://evil.test/orders", "@evil.test/orders"])
def test_no_path_reaches_another_host(path):
    with Sender(URL) as sender:
        assert httpx.URL(sender.prepare(call(READ, path=path)).url).host == "wms.test"


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "Zoë", "\x7f"])
def test_a_header_that_could_smuggle_another_is_refused_without_being_quoted(face, value):
    with pytest.raises(ConfigurationError, match="X-Tenant") as caught:
        face(headers={"X-Tenant": value}).send(call(READ))
    assert value not in str(caught.value)


def test_a_body_that_cannot_be_written_names_its_record(face):
    with pytest.raises(InvalidRecord, match="order SO-7"):
        face().send(call(WRITE, json={"quantity": float("nan")}))


@pytest.mark.parametrize("settings", [{"read": 0}, {"connect": -1}])
def test_a_timeout_that_makes_no_sense_is_refused(settings):
    with pytest.raises(ConfigurationError):
        Timeouts(**settings)


def test_waiting_for_another_attempt_does_not_outlive_a_cancelled_task():
    attempts = []

    def answer(request):
        attempts.append(request)
        return httpx.Response(503)

    async def send_and_cancel():
        patient = Settings(max_retries=Retries(first_wait=60, longest_wait=60))
        async with AsyncSender(URL, settings=patient, transport=httpx.MockTransport(answer)) as sender:
            task = asyncio.create_task(sender.send(call(READ)))
            while not attempts:
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(send_and_cancel())
    assert len(attempts) == 1


def test_a_request_that_was_cancelled_is_observed_too():
    seen = []

    class Never(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request):
            started.set()
            await asyncio.Event().wait()

    async def send_and_cancel():
        async with AsyncSender(URL, transport=Never(), settings=Settings(observers=[seen.append])) as sender:
            task = asyncio.create_task(sender.send(call(WRITE)))
            await started.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    started = asyncio.Event()
    asyncio.run(send_and_cancel())
    assert [(one.status, one.error) for one in seen] == [(None, "CancelledError")]
