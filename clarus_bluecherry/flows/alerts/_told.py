"""What came of telling people: light, for the loop that does it.

Law of this module: it counts, and names no person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from attrs import field, frozen


@frozen(kw_only=True)
class AlertsTold:
    """What came of it: how many messages went out, about how many exceptions, and how many alerts wait.

    `stopped` says which channels failed, and why. `next` is when more is due, if anything.
    """

    messages: int = 0
    exceptions: int = 0
    waiting: int = 0
    stopped: Mapping[str, str] = field(factory=dict)
    next: dt.datetime | None = None

    def __str__(self) -> str:
        told = f"{self.messages} sent about {self.exceptions}" if self.messages else "nothing"
        return f"{told}, {self.waiting} wait" if self.waiting else told
