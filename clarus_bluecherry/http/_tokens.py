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
from typing import NamedTuple

from clarus_bluecherry.errors import NotSent, WireError
from clarus_bluecherry.http._auth import Token
from clarus_bluecherry.http._deadline import Deadline


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


class _Flight(NamedTuple):
    """A token request on its way, and when who asked for it first must have ended."""

    token: Future[Token]
    deadline: Deadline

    def landed(self, deadline: Deadline) -> Token | None:
        """The token, or None when the flight ran out of its own time before that of the waiter."""
        try:
            return self.token.result(deadline.timeout)
        except WireError as error:
            if self.deadline.passed and not deadline.passed:
                return None
            # Each sender writes its own record and correlation id into the error: nobody shares the object.
            raise copy.copy(error) from error


class TokenKeeper:
    """A token shared by threads."""

    def __init__(self, fetch: Callable[[Deadline], Token], clock: Callable[[], dt.datetime]) -> None:
        self._fetch = fetch
        self._shelf = _Shelf(clock)
        self._lock = threading.Lock()
        self._flight: _Flight | None = None

    def token(self, deadline: Deadline, refused: Token | None = None) -> Token:
        """A token that is good as far as we know, and not the `refused` one.

        Raises the token request's error, and `TimeoutError` when there is none by the `deadline`.
        """
        while True:
            with self._lock:
                token = self._shelf.usable(refused)
                if token is not None:
                    return token
                joined, flight = self._flight, self._flight or _Flight(Future(), deadline)
                self._flight = flight
            if joined is None:
                return self._lead(flight)
            if (token := joined.landed(deadline)) is not None:
                return token

    def _lead(self, flight: _Flight) -> Token:
        try:
            token = self._fetch(flight.deadline)
        except BaseException as error:
            self._land()
            flight.token.set_exception(
                error if isinstance(error, Exception) else NotSent("the token request was interrupted")
            )
            raise
        self._land(token)
        flight.token.set_result(token)
        return token

    def _land(self, token: Token | None = None) -> None:
        with self._lock:
            self._flight = None
            if token is not None:
                self._shelf.put(token)


class AsyncTokenKeeper:
    """A token shared by the tasks of one event loop."""

    def __init__(self, fetch: Callable[[Deadline], Awaitable[Token]], clock: Callable[[], dt.datetime]) -> None:
        self._fetch = fetch
        self._shelf = _Shelf(clock)
        self._flight: asyncio.Task[Token] | None = None
        self._leader: Deadline | None = None

    async def token(self, deadline: Deadline, refused: Token | None = None) -> Token:
        """As `TokenKeeper.token`. A cancelled waiter leaves the request to the others."""
        while True:
            token = self._shelf.usable(refused)
            if token is not None:
                return token
            flight, leader = self._joined(deadline)
            try:
                async with asyncio.timeout(deadline.timeout):
                    return await asyncio.shield(flight)
            except WireError as error:
                if leader is deadline or not leader.passed or deadline.passed:
                    raise copy.copy(error) from error

    def _joined(self, deadline: Deadline) -> tuple[asyncio.Task[Token], Deadline]:
        """The flight on its way, or one that begins now, and when its leader must have ended."""
        if self._flight is None or self._leader is None or self._flight.done():
            self._leader = deadline
            self._flight = asyncio.create_task(self._lead(deadline))
            self._flight.add_done_callback(_seen)
        return self._flight, self._leader

    async def _lead(self, deadline: Deadline) -> Token:
        token = await self._fetch(deadline)
        self._shelf.put(token)
        return token


def _seen(flight: asyncio.Task[Token]) -> None:
    """Look at the error even when every waiter has gone, or asyncio complains that nobody did."""
    if not flight.cancelled():
        flight.exception()
