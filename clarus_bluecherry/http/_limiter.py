"""One speed limit for everything that talks to one server.

Law of this module: in any stretch of `t` seconds at most `rate / per * t + burst` requests pass, whoever asks:
threads, asyncio tasks and several clients may share one limiter. Turns are given in the order of asking.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Awaitable, Callable

from clarus_bluecherry.errors import ConfigurationError


class RateLimiter:
    """Let `rate` requests pass in `per` seconds, at most `burst` of them at once.

    Give the same limiter to every sender that shares the quota. `clock` (seconds, monotonic), `sleep` and
    `async_sleep` are for tests. A task cancelled while it waits loses its turn; the turn is not given to another.

    >>> limiter = RateLimiter(10, burst=2)
    >>> limiter.acquire(), limiter.acquire(), limiter.acquire(timeout=0.01)
    (True, True, False)
    """

    def __init__(
        self,
        rate: float,
        per: float = 1.0,
        burst: int = 1,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        async_sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if not (rate > 0 and per > 0 and burst >= 1):
            raise ConfigurationError(f"a rate of {rate} in {per} s with a burst of {burst} lets nothing pass")
        self.rate = rate
        self.per = per
        self.burst = burst
        self._interval = per / rate
        self._clock = clock
        self._sleep = sleep
        self._async_sleep = async_sleep
        self._lock = threading.Lock()
        # The limiter has a time of its own that stands still during a pause, so that a pause moves every turn
        # already given by the same amount: `_paused` seconds have been lost so far, the last until `_resume_at`.
        self._paused = 0.0
        self._resume_at = clock()
        self._next_turn = self._resume_at - (burst - 1) * self._interval

    def __repr__(self) -> str:
        return f"RateLimiter({self.rate!r}, per={self.per!r}, burst={self.burst!r})"

    def acquire(self, timeout: float = math.inf) -> bool:
        """Wait for a turn, no longer than `timeout` seconds. False, at once, when none comes in that time."""
        latest = self._clock() + timeout
        turn = self._take_turn(timeout)
        while turn is not None and (seconds := self._until(turn)) > 0:
            if self._clock() + seconds > latest:
                return False
            self._sleep(seconds)
        return turn is not None

    async def aacquire(self, timeout: float = math.inf) -> bool:
        """As `acquire`, without blocking the event loop."""
        latest = self._clock() + timeout
        turn = self._take_turn(timeout)
        while turn is not None and (seconds := self._until(turn)) > 0:
            if self._clock() + seconds > latest:
                return False
            await self._async_sleep(seconds)
        return turn is not None

    def pause(self, seconds: float) -> None:
        """Let nobody pass for `seconds` from now, and no burst after that: the server asked for it."""
        with self._lock:
            now = self._clock()
            resume_at = now + seconds
            if resume_at > self._resume_at:
                self._paused += resume_at - max(self._resume_at, now)
                self._resume_at = resume_at
                self._next_turn = max(self._next_turn, resume_at - self._paused)

    def _take_turn(self, timeout: float) -> float | None:
        """A turn, in the limiter's own time, or None when it is too far. Unused turns are kept, up to `burst`."""
        with self._lock:
            clock = self._clock()
            now = max(clock, self._resume_at) - self._paused
            turn = max(self._next_turn, now - (self.burst - 1) * self._interval)
            if max(turn + self._paused, self._resume_at) - clock > timeout:
                return None
            self._next_turn = turn + self._interval
            return turn

    def _until(self, turn: float) -> float:
        with self._lock:
            return max(turn + self._paused, self._resume_at) - self._clock()
