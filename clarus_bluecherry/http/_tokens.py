"""The keepers of a bought token: one for threads, one for asyncio tasks.

Law of this module: however many senders ask at once, one token request is on its way; all of them get its token,
or its error. Keepers fetch through a function they are given and know nothing of HTTP.
"""

from __future__ import annotations

import asyncio
import copy
import datetime as dt
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future

from clarus_bluecherry.errors import NotSent, WireError
from clarus_bluecherry.http._auth import Token


class _Shelf:
    """The token at hand."""

    def __init__(self, clock: Callable[[], dt.datetime]) -> None:
        self._clock = clock
        self._token: Token | None = None

    def usable(self, refused: Token | None) -> Token | None:
        """The token at hand, unless it is due for replacement or is the one the server `refused`."""
        token = self._token
        if token is None or token is refused or self._clock() >= token.refresh_at:
            return None
        return token

    def put(self, token: Token) -> None:
        self._token = token


class TokenKeeper:
    """A token shared by threads."""

    def __init__(self, fetch: Callable[[], Token], clock: Callable[[], dt.datetime]) -> None:
        self._fetch = fetch
        self._shelf = _Shelf(clock)
        self._lock = threading.Lock()
        self._flight: Future[Token] | None = None

    def token(self, refused: Token | None = None) -> Token:
        """A token that is good as far as we know, and not the `refused` one. Raises the token request's error."""
        with self._lock:
            token = self._shelf.usable(refused)
            if token is not None:
                return token
            joined, flight = self._flight, self._flight or Future()
            self._flight = flight
        return self._lead(flight) if joined is None else _landed(joined)

    def _lead(self, flight: Future[Token]) -> Token:
        try:
            token = self._fetch()
        except BaseException as error:
            self._land()
            flight.set_exception(
                error if isinstance(error, Exception) else NotSent("the token request was interrupted")
            )
            raise
        self._land(token)
        flight.set_result(token)
        return token

    def _land(self, token: Token | None = None) -> None:
        with self._lock:
            self._flight = None
            if token is not None:
                self._shelf.put(token)


def _landed(flight: Future[Token]) -> Token:
    try:
        return flight.result()
    except WireError as error:
        # Each sender writes its own record and correlation id into the error: nobody shares the object.
        raise copy.copy(error) from error


class AsyncTokenKeeper:
    """A token shared by the tasks of one event loop."""

    def __init__(self, fetch: Callable[[], Awaitable[Token]], clock: Callable[[], dt.datetime]) -> None:
        self._fetch = fetch
        self._shelf = _Shelf(clock)
        self._flight: asyncio.Task[Token] | None = None

    async def token(self, refused: Token | None = None) -> Token:
        """As `TokenKeeper.token`. A cancelled waiter leaves the request to the others."""
        token = self._shelf.usable(refused)
        if token is not None:
            return token
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._lead())
            self._flight.add_done_callback(_seen)
        try:
            return await asyncio.shield(self._flight)
        except WireError as error:
            raise copy.copy(error) from error

    async def _lead(self) -> Token:
        token = await self._fetch()
        self._shelf.put(token)
        return token


def _seen(flight: asyncio.Task[Token]) -> None:
    """Look at the error even when every waiter has gone, or asyncio complains that nobody did."""
    if not flight.cancelled():
        flight.exception()
