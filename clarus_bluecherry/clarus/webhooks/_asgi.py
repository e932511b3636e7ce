"""The receiver as an ASGI application, for uvicorn, hypercorn, or mounted in Starlette or FastAPI.

Law of this module: it decides nothing but how many may wait. A body is read only if the receiver would look at
it, and never further than the receiver allows; a caller who leaves before the end has said nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import BoundedSemaphore
from typing import Any

from clarus_bluecherry.clarus.webhooks._receiver import BUSY, Receiver, WebhookReply

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


_AT_ONCE = 32
"""Calls that bring their notices to the inbox together: threads of its own, so that it waits for nobody else's."""


def asgi_app(receiver: Receiver, *, most_waiting: int = 250) -> AsgiApp:
    """`receiver` as an ASGI application. The inbox works in threads, so it may wait for a database.

    Once `most_waiting` calls wait for it, further ones are answered with 503 and when to come again.
    """
    at_inbox = _AtInbox(receiver, most_waiting)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await at_inbox.answer(scope, receive, send)

    return app


async def _live(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


class _AtInbox:
    """The calls that wait for the inbox."""

    def __init__(self, receiver: Receiver, most_waiting: int) -> None:
        self._receiver = receiver
        self._room = BoundedSemaphore(most_waiting)
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="webhooks")

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = scope["method"], scope["path"], scope["headers"]
        verdict = self._receiver.refusal(*said)
        if verdict is None:
            body = await _body(receive, self._receiver.max_body)
            if body is None:
                return
            verdict = await self._received(*said, body)
        await _send(verdict, send)

    async def _received(self, *said: Any) -> WebhookReply:
        if not self._room.acquire(blocking=False):
            return BUSY
        call = self._threads.submit(copy_context().run, self._receiver.receive, *said)
        call.add_done_callback(lambda _: self._room.release())
        return await asyncio.wrap_future(call)


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
    headers = [(name.lower().encode(), value.encode()) for name, value in verdict.headers.items()]
    await send({"type": "http.response.start", "status": verdict.status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
