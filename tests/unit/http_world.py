"""Small help for the tests of the http room: a clock that obeys, both senders behind one face, a server that
misbehaves on demand."""

import asyncio
import datetime as dt
import socket
import threading

from clarus_bluecherry.http import AsyncSender, Call, Sender, Settings

READ = {"name": "orders.get", "method": "GET", "path": "/orders/7", "repeatable": True, "record": "order SO-7"}
WRITE = {"name": "orders.create", "method": "POST", "path": "/orders", "json": {"n": 1}, "record": "order SO-7"}


def call(kind, **changes):
    return Call(**{**kind, "read": lambda answer: answer.json(), **changes})


class Time:
    """Two clocks that only move when somebody sleeps."""

    def __init__(self):
        self.now = dt.datetime(2025, 3, 3, 9, 0, tzinfo=dt.UTC)
        self.slept = []

    def clock(self):
        return self.now

    def monotonic(self):
        return self.now.timestamp()

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += dt.timedelta(seconds=seconds)

    async def async_sleep(self, seconds):
        self.sleep(seconds)


class Face:
    """A sender, sync or async, that is used from a plain test."""

    def __init__(self, kind, base_url, time, *, auth=None, transport=None, **settings):
        self.runner = asyncio.Runner() if kind == "async" else None
        settings = Settings(**{"clock": time.clock, "monotonic": time.monotonic, **settings})
        made, sleep = (AsyncSender, time.async_sleep) if self.runner else (Sender, time.sleep)
        self.sender = made(base_url, auth=auth, settings=settings, transport=transport, sleep=sleep)

    def send(self, call, **options):
        return self._wait(self.sender.with_options(**options).send(call))

    def respond(self, call):
        return self._wait(self.sender.send_with_response(call))

    def close(self):
        self._wait(self.sender.close())
        if self.runner:
            self.runner.close()

    def _wait(self, outcome):
        return self.runner.run(outcome) if self.runner else outcome


def answer_bytes(body=b'{"id":1}', status="200 OK", headers="Content-Type: application/json\r\n", length=None):
    head = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body) if length is None else length}\r\n"
    return (head + "Connection: close\r\n\r\n").encode() + body


class Loopback:
    """A real server: reads one whole request per connection, sends the next of its `answers`, and hangs up.

    An empty answer is a connection that drops after the request was read.
    """

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(10)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        with socket.create_connection(self._listener.getsockname()):
            pass
        self._thread.join()
        self._listener.close()

    def _serve(self):
        while True:
            connection, _ = self._listener.accept()
            with connection:
                request = self._read(connection)
                if not request:
                    return
                self.requests.append(request)
                connection.sendall(self.answers.pop(0) if self.answers else b"")

    @staticmethod
    def _read(connection):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return b""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        lengths = [
            line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        ]
        while lengths and len(body) < int(lengths[0]):
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body
