"""What a period of the books can be: open, closing or closed; and the word that it has become so."""

from __future__ import annotations

import datetime as dt
import enum

from attrs import field, frozen

from clarus_bluecherry.model._values import day, filled, one, text

__all__ = ["PeriodChange", "PeriodState"]


class PeriodState(enum.StrEnum):
    """Whether a period takes postings."""

    OPEN = "open"
    CLOSING = "closing"
    """Finance is at its close: it takes what belongs to it still, and each such posting is late."""
    CLOSED = "closed"
    """It takes nothing any more, until somebody opens it again."""


@frozen(kw_only=True)
class PeriodChange:
    """Word that a period of the books, both days in it, is `state` now, of one section or, empty, of all of them.

    `since` is the text of when it became so, as it came.
    """

    period: str = field(validator=filled)
    first_day: dt.date = field(validator=day)
    last_day: dt.date = field(validator=day)
    state: PeriodState = field(converter=PeriodState, validator=one(PeriodState))
    section: str = field(default="", validator=text)
    since: str = field(default="", validator=text)
