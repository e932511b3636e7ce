"""A clock that all processes of a run share, and that goes faster than the machine's.

Law of this module: sixty minutes of leases and rests pass in a real one, or however many `speed` says, the same in
every process; a worker may have a clock of its own that is off by as much as one likes.
"""

from __future__ import annotations

import datetime as dt
import time

from attrs import frozen


@frozen
class FastClock:
    """`began` is a real time in seconds since 1970; `off_by` seconds is how wrong the clock is."""

    began: float
    speed: float
    off_by: float = 0.0

    def __call__(self) -> dt.datetime:
        """The present instant of the run."""
        passed = (time.time() - self.began) * self.speed
        return dt.datetime.fromtimestamp(self.began + passed + self.off_by, dt.UTC)
