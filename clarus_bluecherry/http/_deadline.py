"""The instant at which a call must have ended, on a clock that nobody sets.

Law of this module: a deadline is fixed once, when the call begins; whoever waits asks it how long it may. What
surrounds a call may want it to end sooner, never later.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from attrs import frozen

_SHORTEST = 0.001
_ENDS: ContextVar[float] = ContextVar("clarus_bluecherry_ends", default=math.inf)
"""When all that is done here must have ended, by `time.monotonic`."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Around calls that must all have ended in `seconds`, with their retries, waits and tokens.

    Whatever a sender allows itself, it stops when they are over: before a request leaves with `NotSent`, after
    that with `OutcomeUnknown`. Of blocks in each other the nearest end counts. It reaches the calls of this
    thread, or of this task of asyncio.

    >>> from clarus_bluecherry.http import Sender
    >>> with Sender("https://erp.example") as sender, within(30):
    ...     sender.settings.deadline  # the sender itself stays as it is
    inf
    """
    before = _ENDS.set(min(_ENDS.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _ENDS.reset(before)


@frozen
class Deadline:
    """`seconds` after the call `began`; infinitely many mean that there is none."""

    seconds: float
    monotonic: Callable[[], float]
    began: float

    @classmethod
    def after(cls, seconds: float, monotonic: Callable[[], float]) -> Deadline:
        """The deadline of a call that begins now."""
        ends = _ENDS.get()
        allowed = seconds if ends == math.inf else max(0.0, min(seconds, ends - time.monotonic()))
        return cls(allowed, monotonic, monotonic())

    @property
    def spent(self) -> float:
        """Seconds since the call began."""
        return self.monotonic() - self.began

    @property
    def left(self) -> float:
        """Seconds until then: none or fewer when it has passed."""
        return self.seconds if self.seconds == math.inf else self.seconds - self.spent

    @property
    def timeout(self) -> float | None:
        """`left`, as those want it who write None for no end, and something else with zero."""
        return None if self.seconds == math.inf else max(self.left, _SHORTEST)

    @property
    def passed(self) -> bool:
        """Whether the call should have ended."""
        return self.left <= 0
