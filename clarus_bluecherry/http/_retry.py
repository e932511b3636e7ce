"""What may be sent again, and how long to wait before.

Law of this module: a request that may have taken effect is only repeated when repeating it changes nothing. The
table below is the whole rule; both senders hand the same rule to tenacity.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Protocol, TypedDict, TypeVar

import tenacity

from clarus_bluecherry.errors import (
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Retry,
    ServerFailed,
    UnreadableAnswer,
    WireError,
)
from clarus_bluecherry.http._call import Call
from clarus_bluecherry.http._deadline import Deadline
from clarus_bluecherry.http._settings import Retries

T = TypeVar("T")


class Repeat(enum.Enum):
    """When a failed request may be sent again."""

    ALWAYS = "it had no effect"
    IF_REPEATABLE = "it may have had an effect: only when the call says that a second time changes nothing"


REPEATS: tuple[tuple[type[WireError], Repeat], ...] = (
    (NotSent, Repeat.ALWAYS),
    (RateLimited, Repeat.ALWAYS),
    (ServerFailed, Repeat.IF_REPEATABLE),
    (OutcomeUnknown, Repeat.IF_REPEATABLE),
    (UnreadableAnswer, Repeat.IF_REPEATABLE),
)
"""Every error that is not in this table, or that calls a repetition pointless, is final."""


def may_repeat(call: Call[T], error: BaseException) -> bool:
    """Whether `call` may be sent again after `error`.

    >>> from clarus_bluecherry.http._call import nothing
    >>> write = Call(name="goods_out.create", method="POST", path="/api/goods_outs", read=nothing)
    >>> may_repeat(write, RateLimited("429")), may_repeat(write, OutcomeUnknown("timed out"))
    (True, False)
    """
    for kind, repeat in REPEATS:
        if isinstance(error, kind):
            return error.retry is not Retry.POINTLESS and (repeat is Repeat.ALWAYS or call.repeatable)
    return False


class Pending(Protocol):
    """What a call under way knows of itself."""

    @property
    def deadline(self) -> Deadline:
        """When it must have ended."""

    def failed(self, error: BaseException) -> bool:
        """An attempt ended in `error`: whether another may follow."""


class RetryRule(TypedDict):
    """What `tenacity.Retrying` and `tenacity.AsyncRetrying` are both built from."""

    retry: Callable[[tenacity.RetryCallState], bool]
    wait: Callable[[tenacity.RetryCallState], float]
    stop: Callable[[tenacity.RetryCallState], bool]
    reraise: bool


def retry_rule(pending: Pending, retries: Retries) -> RetryRule:
    """The rule for one call under way. The last error is raised as it is."""
    jittered = tenacity.wait_random_exponential(multiplier=retries.first_wait, max=retries.longest_wait)

    def allowed(state: tenacity.RetryCallState) -> bool:
        error = _error(state)
        return error is not None and pending.failed(error)

    def wait(state: tenacity.RetryCallState) -> float:
        asked = _retry_after(state)
        return jittered(state) if asked is None else asked

    def give_up(state: tenacity.RetryCallState) -> bool:
        return (
            state.attempt_number >= retries.attempts
            or (_retry_after(state) or 0.0) > retries.longest_retry_after
            or pending.deadline.spent + state.upcoming_sleep > retries.total
            or state.upcoming_sleep >= pending.deadline.left
        )

    return RetryRule(retry=allowed, wait=wait, stop=give_up, reraise=True)


def _error(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None


def _retry_after(state: tenacity.RetryCallState) -> float | None:
    asked: float | None = getattr(_error(state), "retry_after", None)
    return asked
