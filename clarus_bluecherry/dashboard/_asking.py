"""Questions to the ledger, for which who asks waits so long and no longer.

Law of this module: there is an answer in time, or a reason why there is none, also where the database says
nothing: its tables are locked, or its machine stands still. What was asked goes on beside, and ends by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from clarus_bluecherry.errors import LedgerError, Retry

T = TypeVar("T")

PATIENCE_SECONDS = 20.0
"""So long a person waits."""
HURRY_SECONDS = 8.0
"""So long a monitor waits: Prometheus gives up after 10 seconds, and would not hear that it is the ledger."""
FRESH_SECONDS = 1.0


class OneLook(Generic[T]):
    """One look serves all who ask at the same time: however many they are, the ledger is asked once."""

    def __init__(self, look: Callable[[], T], fresh: float = FRESH_SECONDS) -> None:
        self._look = look
        self._fresh = fresh
        self._lock = threading.Lock()
        self._found: tuple[float, T] | None = None
        self._under_way: Future[T] | None = None

    def __call__(self, within: float = PATIENCE_SECONDS) -> T:
        """What it finds, or found a moment ago. Raises `LedgerError` where that takes longer (seconds)."""
        with self._lock:
            if self._found is not None and time.monotonic() - self._found[0] <= self._fresh:
                return self._found[1]
            if self._under_way is None:
                self._under_way = _beside(self._taken)
            under_way = self._under_way
        return _in_time(under_way, within)

    def _taken(self) -> T:
        began = time.monotonic()
        try:
            found = self._look()
            self._found = (began, found)
            return found
        finally:
            with self._lock:
                self._under_way = None


class FewAtOnce:
    """So many are asked at the same time, and no more, whoever still waits for them."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    def __call__(self, ask: Callable[[], T], within: float = PATIENCE_SECONDS) -> T:
        """What `ask` tells. Raises `LedgerError` where that takes longer, or its turn does not come (seconds)."""
        ends = time.monotonic() + within
        if not self._free.acquire(timeout=within):
            raise _late()

        def asked() -> T:
            try:
                return ask()
            finally:
                self._free.release()

        under_way = _beside(asked)
        return _in_time(under_way, max(0.0, ends - time.monotonic()))


def _beside(ask: Callable[[], T]) -> Future[T]:
    """Ask in a thread of its own, which keeps no process from ending."""
    under_way: Future[T] = Future()

    def run() -> None:
        try:
            under_way.set_result(ask())
        except BaseException as error:  # noqa: BLE001  # it is raised where somebody waits for it
            under_way.set_exception(error)

    threading.Thread(target=run, name="dashboard, asking", daemon=True).start()
    return under_way


def _in_time(under_way: Future[T], within: float) -> T:
    try:
        return under_way.result(timeout=within)
    except TimeoutError:
        if under_way.done():
            raise  # its own
        raise _late() from None


def _late() -> LedgerError:
    return LedgerError("it does not answer in time", record="ledger", retry=Retry.SAFE, action="Try again.")
