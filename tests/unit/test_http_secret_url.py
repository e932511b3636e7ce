"""A URL that is a secret: it goes where it should, and neither a repr, a log line nor an observer shows it."""

from __future__ import annotations

import logging

import httpx

from clarus_bluecherry.http import Call, Sender, Settings, nothing
from clarus_bluecherry.http._redact import SecretText

PATH, SIGNATURE = "/workflows/a-secret-path", "a-secret-signature"


def test_a_secret_url_is_sent_and_not_shown(caplog):
    caplog.set_level(logging.DEBUG, "clarus_bluecherry")
    caplog.set_level(logging.INFO, "httpx")
    asked, seen = [], []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200)

    query = ((SecretText("sig"), SecretText(SIGNATURE)),)
    call = Call(name="told", method="POST", path=SecretText(PATH), query=query, read=nothing)
    transport = httpx.MockTransport(answer)
    with Sender(
        "https://hooks.example", settings=Settings(observers=[seen.append]), transport=transport
    ) as sender:
        told = [repr(call), repr(sender), repr(sender.prepare(call))]
        sender.send(call)
    assert asked == [f"https://hooks.example{PATH}?sig={SIGNATURE}"]
    assert seen[0].path == "***"
    told += [caplog.text, repr(seen)]
    assert "secret-path" not in str(told)
    assert SIGNATURE not in str(told)
    assert "https://hooks.example/***" in caplog.text
