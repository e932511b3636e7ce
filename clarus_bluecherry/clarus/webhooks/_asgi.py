"""The receiver as an ASGI application, for uvicorn, hypercorn, or mounted in Starlette or FastAPI.

Law of this module: it decides nothing. A body is read only if the receiver would look at it, and never further
than the receiver allows; a caller who leaves before the end has said nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from clarus_bluecherry.clarus.webhooks._receiver import Receiver, WebhookReply

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


def asgi_app(receiver: Receiver) -> AsgiApp:
    """`receiver` as an ASGI application. The inbox works in a thread, so it may wait for a database."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await _answer(receiver, scope, receive, send)

    return app


async def _live(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


async def _answer(receiver: Receiver, scope: Scope, receive: Receive, send: Send) -> None:
    method, path, headers = scope["method"], scope["path"], scope["headers"]
    verdict = receiver.refusal(method, path, headers)
    if verdict is None:
        body = await _body(receive, receiver.max_body)
        if body is None:
            return
        verdict = await asyncio.to_thread(receiver.receive, method, path, headers, body)
    await _send(verdict, send)


async def _body(receive: Receive, longest: int) -> bytes | None:
    """The body, or its beginning when it is too long; None when the caller has gone."""
    body, more = bytearray(), True
    while more and len(body) <= longest:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body[: longest + 1])


async def _send(verdict: WebhookReply, send: Send) -> None:
    headers = [(b"content-length", b"0")]
    if verdict.status == 405:
        headers.append((b"allow", b"POST, GET"))
    await send({"type": "http.response.start", "status": verdict.status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
