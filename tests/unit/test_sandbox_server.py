"""A server that is stopped leaves no socket behind, whatever its clients do."""

import socket
from contextlib import suppress

from clarus_bluecherry.sandbox import server as servers
from clarus_bluecherry.sandbox.server import LocalServer


async def endless(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await send({"type": "http.response.body", "body": bytes(1_000_000), "more_body": True})


def test_who_reads_no_answer_is_cut_when_the_server_goes(monkeypatch):
    monkeypatch.setattr(servers, "_LAST_ANSWERS_SECONDS", 0.1)
    server = LocalServer(endless).start()
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        assert client.recv(5) == b"HTTP/"
        server.stop()
        with suppress(ConnectionResetError):
            while client.recv(1_000_000):
                pass  # ends, or times out
