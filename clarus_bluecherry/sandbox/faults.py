"""What goes wrong between two systems, made to go wrong on purpose: seeded at random, or scripted one by one.

Law of this module: a fault never changes what the application does, only whether it is asked and what its caller
gets to see. The same seed and the same requests in the same order give the same faults.
"""

from __future__ import annotations

import asyncio
import enum
import json
import random
import threading
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from attrs import define, field, fields, frozen, validators

from clarus_bluecherry.errors import ConfigurationError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
"""An ASGI application, in the words of the ASGI specification."""

HANG_UP = "clarus_bluecherry.hang_up"
"""The ASGI extension with which `LocalServer` lets an application cut its own connection."""


class Fault(enum.Enum):
    """One way for a request to go wrong."""

    TOO_MANY = "429 with Retry-After"
    TOO_MANY_WITHOUT_RETRY_AFTER = "429 without Retry-After"
    FAILED_BEFORE = "500 without effect"
    FAILED_AFTER = "500 after the effect"
    DROPPED_AFTER = "connection dropped after the effect"
    SLOW = "answered late"

    @property
    def after_the_effect(self) -> bool:
        """Whether the application has done its work by the time this fault strikes."""
        return self in {Fault.FAILED_AFTER, Fault.DROPPED_AFTER}


def _share() -> float:
    share: float = field(default=0.0, validator=[validators.ge(0.0), validators.le(1.0)])
    return share


@frozen(kw_only=True)
class Rates:
    """The share of requests that each fault strikes, 0 to 1. Those after the effect strike writes only."""

    too_many: float = _share()
    too_many_without_retry_after: float = _share()
    failed_before: float = _share()
    failed_after: float = _share()
    dropped_after: float = _share()
    slow: float = _share()

    def __attrs_post_init__(self) -> None:
        if sum(getattr(self, one.name) for one in fields(Rates)) > 1:
            raise ConfigurationError("the fault rates add up to more than 1", field="rates")

    def pick(self, draw: float) -> Fault | None:
        """The fault that `draw`, a number from 0 up to 1, falls upon."""
        for one in fields(Rates):
            draw -= getattr(self, one.name)
            if draw < 0:
                return Fault[one.name.upper()]
        return None


def is_write(method: str, path: str) -> bool:
    """Whether a request changes something: no GET, no GraphQL query, no token request."""
    return method not in {"GET", "HEAD", "OPTIONS"} and not path.endswith(("/graphql", "/token"))


@frozen
class _Scripted:
    fault: Fault
    path_contains: str

    def fits(self, method: str, path: str) -> bool:
        if self.fault.after_the_effect and not self.path_contains:
            return is_write(method, path)
        return self.path_contains in path


@define(kw_only=True)
class Faults:
    """The faults of one server, thread-safe.

    `retry_after` is sent as it stands with a 429 (seconds); `slow_by` is in seconds; `on_write_applied` is called
    with method and path when the application has carried out a write and nothing of the answer has left yet.
    Token requests are spared from random faults; scripted faults reach everything.

    >>> faults = Faults(seed=7, rates=Rates(failed_before=0.5))
    >>> [faults.strike("POST", "/api/products") is not None for _ in range(6)]
    [True, True, False, True, False, True]
    """

    seed: int = 0
    rates: Rates = field(factory=Rates)
    retry_after: str = "0"
    slow_by: float = 0.05
    on_write_applied: Callable[[str, str], None] | None = None
    _random: random.Random = field(init=False, repr=False)
    _scripted: deque[_Scripted] = field(init=False, repr=False, factory=deque)
    _injected: Counter[Fault] = field(init=False, repr=False, factory=Counter)
    _paused: bool = field(init=False, repr=False, default=False)
    _lock: threading.Lock = field(init=False, repr=False, factory=threading.Lock)

    def __attrs_post_init__(self) -> None:
        self._random = random.Random(self.seed)

    @property
    def injected(self) -> Mapping[Fault, int]:
        """How often each fault has struck so far."""
        with self._lock:
            return dict(self._injected)

    def next(self, fault: Fault, *, path_contains: str = "", times: int = 1) -> None:
        """Script `fault` for the next `times` requests whose path holds `path_contains`.

        Without `path_contains` a fault that strikes after the effect waits for a write.
        """
        with self._lock:
            self._scripted.extend([_Scripted(fault, path_contains)] * times)

    def pause(self) -> None:
        """Inject nothing until `resume`; scripted faults wait."""
        self._paused = True

    def resume(self) -> None:
        """Inject again."""
        self._paused = False

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault for this request, if any: counted, and a scripted one used up."""
        with self._lock:
            fault = None if self._paused else self._scripted_for(method, path) or self._drawn_for(method, path)
            if fault is not None:
                self._injected[fault] += 1
            return fault

    def _scripted_for(self, method: str, path: str) -> Fault | None:
        for one in self._scripted:
            if one.fits(method, path):
                self._scripted.remove(one)
                return one.fault
        return None

    def _drawn_for(self, method: str, path: str) -> Fault | None:
        if path.endswith("/token"):
            return None
        fault = self.rates.pick(self._random.random())
        if fault is not None and fault.after_the_effect and not is_write(method, path):
            return None
        return fault


class FaultyApp:
    """An ASGI application with faults in front of it. Dropping connections needs `LocalServer`."""

    def __init__(self, app: AsgiApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or fail it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method, path = scope["method"], scope["path"]
        fault = self._faults.strike(method, path)
        if fault in _REFUSED_AT_ONCE:
            await _refuse(fault, self._faults.retry_after, receive, send)
            return
        answer = await self._served(scope, receive)
        if is_write(method, path) and answer.succeeded and self._faults.on_write_applied is not None:
            self._faults.on_write_applied(method, path)
        if fault is Fault.DROPPED_AFTER:
            await _hang_up(scope, receive)
        elif fault is Fault.FAILED_AFTER:
            await _answer(send, 500, _text("Internal Server Error"))
        else:
            if fault is Fault.SLOW:
                await asyncio.sleep(self._faults.slow_by)
            await answer.leave(send)

    async def _served(self, scope: Scope, receive: Receive) -> _Held:
        held = _Held()
        await self._app(scope, receive, held.take)
        return held


class _Held:
    """An answer that has been made and has not left."""

    def __init__(self) -> None:
        self._messages: list[Message] = []

    async def take(self, message: Message) -> None:
        self._messages.append(message)

    @property
    def succeeded(self) -> bool:
        return bool(self._messages) and self._messages[0].get("status", 500) < 400

    async def leave(self, send: Send) -> None:
        for message in self._messages:
            await send(message)


_REFUSED_AT_ONCE = {Fault.TOO_MANY, Fault.TOO_MANY_WITHOUT_RETRY_AFTER, Fault.FAILED_BEFORE}


async def _refuse(fault: Fault | None, retry_after: str, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body", False):
        pass
    if fault is Fault.FAILED_BEFORE:
        await _answer(send, 500, _text("Internal Server Error"))
    elif fault is Fault.TOO_MANY:
        await _answer(send, 429, _text("Too many requests"), (b"retry-after", retry_after.encode()))
    else:
        await _answer(send, 429, _text("Too many requests"))


def _text(error: str) -> bytes:
    return json.dumps({"error": error}).encode()


async def _answer(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    size = (b"content-length", str(len(body)).encode())
    start = [(b"content-type", b"application/json"), size, *headers]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})


async def _hang_up(scope: Scope, receive: Receive) -> None:
    hang_up = (scope.get("extensions") or {}).get(HANG_UP)
    if hang_up is None:
        raise ConfigurationError(
            "this server cannot drop a connection", action="Serve the application with sandbox.LocalServer."
        )
    hang_up()
    while (await receive())["type"] != "http.disconnect":
        pass
