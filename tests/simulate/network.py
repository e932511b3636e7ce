"""The way to both systems, in this process: each request is a point at which anything may happen to it.

Law of this module: the systems themselves are the sandbox's and do what they are asked. Here it is decided whether
they are asked at all, when it takes effect, which replica answers, and whether the answer arrives.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager

import httpx
from attrs import define, field

from clarus_bluecherry.sandbox.faults import AsgiApp, is_write

from .scheduler import GO_ON, Scheduler

LATEST_EFFECT = dt.timedelta(minutes=10)
"""How late the systems of the simulation may still apply a request, and how far their replicas lag behind."""
LATE = LATEST_EFFECT - dt.timedelta(minutes=1)
BEYOND = LATEST_EFFECT + dt.timedelta(minutes=50)
"""Later than anybody can wait for: what then stands there twice has to be on somebody's list."""

LOST, AFTER_A_WHILE, TOO_LATE, NEVER = "lost", "late", "too late", "unreachable"
BUSY, FAILED, REPLICA = "429", "503", "replica"
_WRITE_FATES = (LOST, AFTER_A_WHILE, TOO_LATE, NEVER, BUSY, FAILED)
FATES = (*_WRITE_FATES, REPLICA)


@define(eq=False)
class Effect:
    """What a write has done there: when, and how to hide it from who reads."""

    at: dt.datetime
    hide: Callable[[], Callable[[], None]]


@define(eq=False)
class Network:
    """Both systems behind one transport. `hider` says how to hide what the last write of a system has done."""

    scheduler: Scheduler | None = None
    apps: dict[str, AsgiApp] = field(factory=dict)
    hiders: dict[str, Callable[[], Callable[[], Callable[[], None]] | None]] = field(factory=dict)
    effects: dict[str, list[Effect]] = field(factory=dict)
    coming: list[tuple[dt.datetime, str, httpx.Request]] = field(factory=list)
    in_transaction: list[str] = field(factory=list)

    def to(self, system: str) -> httpx.BaseTransport:
        """The transport of one system's client."""
        return _Way(self, system)

    def on_time(self, now: dt.datetime) -> None:
        """What was under way arrives."""
        for due in sorted((one for one in self.coming if one[0] <= now), key=lambda one: one[0]):
            self.coming.remove(due)
            self._applied(due[1], due[2], at=due[0])

    def answer(self, system: str, request: httpx.Request) -> httpx.Response:
        """What comes back for one request, or the httpx error of one that does not."""
        scheduler = self.scheduler
        if scheduler is None or scheduler.current is None or request.url.path.endswith("/token"):
            return self._applied(system, request)
        writes, what = is_write(request.method, request.url.path), _named(request)
        if scheduler.current.inside:
            self.in_transaction.append(f"{scheduler.current.name}: {what}")
        fate = scheduler.point(what, _WRITE_FATES if writes else self._read_fates(system, scheduler.now))
        if fate == GO_ON:
            return self._applied(system, request)
        if fate == REPLICA:
            with self._behind(system, scheduler.now):
                return self._applied(system, request)
        return self._mishap(fate, system, request, scheduler.now)

    def _mishap(self, fate: str, system: str, request: httpx.Request, now: dt.datetime) -> httpx.Response:
        if fate == NEVER:
            raise httpx.ConnectError("no route", request=request)
        if fate == BUSY:
            return httpx.Response(429, headers={"retry-after": "30"}, json={"error": "busy"}, request=request)
        if fate == FAILED:
            return httpx.Response(503, json={"error": "failed"}, request=request)
        if fate == LOST:
            self._applied(system, request)
        else:
            self.coming.append((now + (BEYOND if fate == TOO_LATE else LATE), system, request))
        raise httpx.ReadTimeout("no answer", request=request)

    def _read_fates(self, system: str, now: dt.datetime) -> tuple[str, ...]:
        return (REPLICA, NEVER) if self._young(system, now) else (NEVER,)

    def _young(self, system: str, now: dt.datetime) -> list[Effect]:
        return [each for each in self.effects.get(system, []) if each.at > now - LATEST_EFFECT]

    @contextmanager
    def _behind(self, system: str, now: dt.datetime) -> Iterator[None]:
        shows = [each.hide() for each in self._young(system, now)]
        try:
            yield
        finally:
            for show in reversed(shows):
                show()

    def _applied(self, system: str, request: httpx.Request, at: dt.datetime | None = None) -> httpx.Response:
        response = _asked(self.apps[system], request)
        if self.scheduler is not None and is_write(request.method, request.url.path) and response.is_success:
            hide = self.hiders[system]()
            if hide is not None:
                self.effects.setdefault(system, []).append(Effect(at or self.scheduler.now, hide))
        return response


class _Way(httpx.BaseTransport):
    def __init__(self, network: Network, system: str) -> None:
        self._network, self._system = network, system

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self._network.answer(self._system, request)


def _named(request: httpx.Request) -> str:
    """What a person calls the request; nothing in it differs from run to run."""
    path = request.url.path
    if path.endswith("/graphql"):
        query = str(json.loads(request.content)["query"])
        return f"list {query.partition('{')[2].strip().partition('(')[0].partition('{')[0].split(':')[-1].strip()}"
    return f"{request.method} {path.rsplit('/', 1)[-1]}"


def _asked(app: AsgiApp, request: httpx.Request) -> httpx.Response:
    """Ask an ASGI application that waits for nothing, without an event loop."""
    sent: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": request.content, "more_body": False}

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "path": request.url.path,
        "raw_path": request.url.raw_path,
        "root_path": "",
        "scheme": "http",
        "query_string": request.url.query,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("here", 1),
        "server": ("there", 80),
        "extensions": {},
    }
    _driven(app(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    headers = [(name, value) for name, value in sent[0]["headers"] if name.lower() != b"content-length"]
    return httpx.Response(sent[0]["status"], headers=headers, content=body, request=request)


def _driven(work: Coroutine) -> None:
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise AssertionError(f"the application waited: {asyncio.iscoroutine(work)}")
