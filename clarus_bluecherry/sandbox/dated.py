"""The time of a sandbox system, told with every answer as servers do.

Law of this module: the `Date` header is the system's own clock, which a test or the demo may have set; never the
machine's.
"""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Callable

from clarus_bluecherry.sandbox.faults import AsgiApp, Message, Receive, Scope, Send


def dated(app: AsgiApp, clock: Callable[[], dt.datetime]) -> AsgiApp:
    """`app`, whose answers say what time it is by `clock`. The server around it must not add a date of its own."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = email.utils.format_datetime(clock().astimezone(dt.UTC), usegmt=True)
                message = {**message, "headers": [*message.get("headers", ()), (b"date", now.encode())]}
            await send(message)

        await app(scope, receive, send_dated)

    return served
