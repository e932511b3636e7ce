"""The life of a posting, as one table; and where what is in the inbox stands.

Law of this module: everything that decides which state may follow which lives here; the store refuses any other
step, and the diagram in the docs is drawn from this table. Sent is not posted: a posting is done only when the
other side says it is in its books, or a person has cancelled it with a reason.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping


class State(enum.StrEnum):
    """Where a posting stands."""

    PENDING = "pending"
    """Complete and due; nobody has sent it yet."""
    SENDING = "sending"
    """A worker has taken it and may have sent it. Found here after a crash, it is in doubt; what the worker says
    it did not begin goes back to where it was."""
    ACCEPTED = "accepted"
    """The other side took it (staged), but has not yet put it in its books."""
    POSTED = "posted"
    """In the other side's books. Final."""
    REJECTED = "rejected"
    """The other side refused it; a person has to correct something."""
    RETRYING = "retrying"
    """It certainly had no effect; it will be sent again when its time comes."""
    IN_DOUBT = "in_doubt"
    """It may have had effect: ask the other side before anything else."""
    PARKED = "parked"
    """It cannot be written yet (an unmatched SKU, a missing setting); it goes on by itself once mended."""
    CANCELLED = "cancelled"
    """A person, or a newer version of the fact, ended it, with a reason. Final."""


class InboxState(enum.StrEnum):
    """Where something stands that was heard and is no message: a notice, or a record that could not be read."""

    WAITING = "waiting"
    """It is still to be looked at or read: by itself when it is due, else when somebody has mended something."""
    DONE = "done"
    """It was looked at, or could be read after all. Final."""
    LEFT = "left"
    """A person has left it as it is, with a reason. Final."""


class AlertState(enum.StrEnum):
    """Where something stands that people are to be told of an exception."""

    WAITING = "waiting"
    """It is still to be told: when it is due, or again after it failed."""
    SENT = "sent"
    """It was told. Final."""
    OVER = "over"
    """The exception was over before it was told. Final."""


NEXT: Mapping[State, frozenset[State]] = {
    State.PENDING: frozenset({State.SENDING, State.PARKED, State.CANCELLED}),
    State.SENDING: frozenset(
        {
            State.PENDING,
            State.ACCEPTED,
            State.POSTED,
            State.REJECTED,
            State.RETRYING,
            State.IN_DOUBT,
            State.PARKED,
        }
    ),
    State.RETRYING: frozenset({State.SENDING, State.PARKED, State.CANCELLED}),
    State.IN_DOUBT: frozenset({State.ACCEPTED, State.POSTED, State.REJECTED, State.RETRYING, State.CANCELLED}),
    State.ACCEPTED: frozenset({State.POSTED, State.REJECTED, State.IN_DOUBT}),
    State.REJECTED: frozenset({State.PENDING, State.CANCELLED}),
    State.PARKED: frozenset({State.PENDING, State.CANCELLED}),
    State.POSTED: frozenset(),
    State.CANCELLED: frozenset(),
}
"""From each state, the states that may follow. A posting starts as pending or parked.

Accepted falls back to in doubt when the other side no longer shows what it took. A state does not follow itself:
to step to where one stands is no step.
"""

FIRST = frozenset({State.PENDING, State.PARKED})
DUE = frozenset({State.PENDING, State.RETRYING})
"""States a worker may take to send."""
FINAL = frozenset(state for state, following in NEXT.items() if not following)
OPEN = frozenset(State) - FINAL
"""States that someone still owns: each of these is on the exception report or on its way."""
NEEDS_A_PERSON = frozenset({State.REJECTED, State.PARKED})


def may_follow(before: State, after: State) -> bool:
    """Whether a posting may go from `before` to `after`.

    >>> may_follow(State.IN_DOUBT, State.SENDING)
    False
    """
    return after in NEXT[before]


def mermaid() -> str:
    """The table as a Mermaid state diagram, for the docs."""
    arrows = [f"    [*] --> {state}" for state in State if state in FIRST]
    arrows += [f"    {before} --> {after}" for before in State for after in State if after in NEXT[before]]
    arrows += [f"    {state} --> [*]" for state in State if state in FINAL]
    return "\n".join(["stateDiagram-v2", *arrows])
