"""What a period of the books can be: open, closing or closed."""

from __future__ import annotations

import enum

__all__ = ["PeriodState"]


class PeriodState(enum.StrEnum):
    """Whether a period takes postings."""

    OPEN = "open"
    CLOSING = "closing"
    """Finance is at its close: it takes what belongs to it still, and each such posting is late."""
    CLOSED = "closed"
    """It takes nothing any more, until somebody opens it again."""
