"""The instant at which a call must have ended, on a clock that nobody sets.

Law of this module: a deadline is fixed once, when the call begins; whoever waits asks it how long it may.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from attrs import frozen

_SHORTEST = 0.001


@frozen
class Deadline:
    """`seconds` after the call `began`; infinitely many mean that there is none."""

    seconds: float
    monotonic: Callable[[], float]
    began: float

    @classmethod
    def after(cls, seconds: float, monotonic: Callable[[], float]) -> Deadline:
        """The deadline of a call that begins now."""
        return cls(seconds, monotonic, monotonic())

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
