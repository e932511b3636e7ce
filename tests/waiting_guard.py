"""A plug-in of all tests: nothing waits on the network while this thread has a transaction of a ledger open.

Whoever holds one keeps other writers waiting, on SQLite all of them. A request that leaves all the same fails, and
so does its test, whatever caught that failure on its way.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from weakref import WeakSet

import httpx
import pytest

from clarus_bluecherry.ledger.store import Ledger

caught: list[str] = []
"""Requests of the test under way that left inside a transaction."""
_ledgers: WeakSet[Ledger] = WeakSet()


@contextmanager
def lifted() -> Iterator[None]:
    """For a test that holds a transaction itself, so that nothing of it is kept."""
    before = list(_ledgers)
    _ledgers.clear()
    try:
        yield
    finally:
        _ledgers.update(before)


def _known(opened: Callable[..., None]) -> Callable[..., None]:
    @wraps(opened)
    def opens(self: Ledger, *given: Any, **named: Any) -> None:
        opened(self, *given, **named)
        _ledgers.add(self)

    return opens


def _guarded(send: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(send)
    def sends(self: object, request: httpx.Request, *given: Any, **named: Any) -> Any:
        if any(ledger.in_transaction for ledger in list(_ledgers)):
            caught.append(f"{request.method} {request.url.path}")
            raise AssertionError(f"{caught[-1]} waits on the network inside a transaction of the ledger")
        return send(self, request, *given, **named)

    return sends


def install() -> None:
    """Stand between every client and its network, for the length of the run."""
    Ledger.__init__ = _known(Ledger.__init__)  # type: ignore[method-assign]
    for client in (httpx.Client, httpx.AsyncClient):
        client.send = _guarded(client.send)  # type: ignore[attr-defined]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    caught.clear()
    result = yield
    assert caught == [], "requests left inside a transaction of the ledger"
    return result
