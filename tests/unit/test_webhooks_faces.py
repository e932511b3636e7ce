"""The ASGI and WSGI faces on real servers: they answer as the receiver decides and read no more than it allows."""

import asyncio
import http.client
import threading
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from clarus_bluecherry.clarus.webhooks import CallOutcome, Receiver, asgi_app, wsgi_app
from clarus_bluecherry.sandbox.server import LocalServer

TOKEN = "t" * 32
PATH = f"/hooks/{TOKEN}/goods_out.completed"
BODY = b'{"data": {"id": 7, "reference": "1001"}}'


class Memory:
    def __init__(self):
        self.kept = []

    def keep(self, notice):
        self.kept.append(notice)
        return CallOutcome.FOR_PERSON if notice.problem else CallOutcome.KEPT


class Quiet(WSGIRequestHandler):
    def log_message(self, *words):
        pass


@pytest.fixture(params=["asgi", "wsgi"])
def served(request):
    """A receiver on a real server: its inbox, and a function that calls it."""
    inbox = Memory()
    receiver = Receiver(inbox=inbox, token=TOKEN, subdomains=["acme"], max_body=1000)

    def at(url):
        def call(method, path, body=b"", headers=None):
            connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
            try:
                connection.request(method, path, body, {"X-ClarusWMS-Subdomain": "acme", **(headers or {})})
                answer = connection.getresponse()
                return answer.status, dict(answer.getheaders()), answer.read()
            finally:
                connection.close()

        return inbox, call

    if request.param == "asgi":
        with LocalServer(asgi_app(receiver)) as server:
            yield at(server.url)
        return
    server = make_server("127.0.0.1", 0, wsgi_app(receiver), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield at(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_good_call_is_kept_with_its_body_and_its_headers(served):
    inbox, call = served
    status, _, answer = call("POST", PATH, BODY, {"X-ClarusWMS-Automation-ID": "43"})
    assert (status, answer) == (202, b"")
    (notice,) = inbox.kept
    assert (notice.reference, notice.automation_id, notice.body) == ("1001", "43", BODY)


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("POST", "/hooks/guess/goods_out.completed", BODY, {}, 401),
        ("POST", PATH, BODY, {"X-ClarusWMS-Subdomain": "other"}, 401),
        ("PUT", PATH, BODY, {}, 405),
        ("POST", PATH, b"x" * 1001, {}, 413),
        ("POST", PATH, b"<html>", {}, 202),
        ("GET", PATH, b"", {}, 202),
    ],
)
def test_every_call_is_answered_as_the_receiver_decides(served, method, path, body, headers, status):
    inbox, call = served
    answered, told, content = call(method, path, body, headers)
    assert (answered, content) == (status, b"")
    assert (told.get("Allow") or told.get("allow")) == ("POST, GET" if status == 405 else None)
    assert len(inbox.kept) == (1 if status == 202 else 0)


def test_a_caller_who_leaves_in_the_middle_has_said_nothing():
    inbox = Memory()
    receiver = Receiver(inbox=inbox, token=TOKEN)
    with LocalServer(asgi_app(receiver)) as server:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
        connection.putrequest("POST", PATH)
        connection.putheader("Content-Length", str(len(BODY)))
        connection.endheaders(BODY[:10])
        connection.close()
        again = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
        again.request("POST", PATH, BODY)
        assert again.getresponse().status == 202
        again.close()
    assert [notice.body for notice in inbox.kept] == [BODY]


def test_a_body_without_a_length_is_cut_off_where_it_is_too_long():
    inbox = Memory()
    sent = []

    def pieces():
        for _ in range(1000):
            sent.append(1)
            yield b"x" * 1000

    with LocalServer(asgi_app(Receiver(inbox=inbox, token=TOKEN, max_body=5000))) as server:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
        try:
            connection.request(
                "POST", PATH, pieces(), encode_chunked=True, headers={"Transfer-Encoding": "chunked"}
            )
            assert connection.getresponse().status == 413
        except (BrokenPipeError, ConnectionResetError):
            assert len(sent) < 1000  # the server has hung up long before the end
        finally:
            connection.close()
    assert inbox.kept == []


def test_other_kinds_of_connections_are_answered_politely():
    sent = []

    async def play(scope, *received):
        messages = iter(received)

        async def receive():
            return next(messages)

        async def send(message):
            sent.append(message["type"])

        await asgi_app(Receiver(inbox=Memory(), token=TOKEN))(scope, receive, send)

    asyncio.run(play({"type": "lifespan"}, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}))
    asyncio.run(play({"type": "websocket"}))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete", "websocket.close"]
