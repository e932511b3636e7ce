"""What became of exceptions since yesterday: new, cleared, changed, and what is overdue now.

Law of this module: it is the history as it was kept, step by step; who took a step is not told here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from attrs import frozen

from clarus_bluecherry.finance.exceptions import ExceptionBreach, ExceptionEvent, ExceptionStep

_NEW = frozenset({ExceptionEvent.OPENED, ExceptionEvent.REOPENED})
_GONE = frozenset({ExceptionEvent.CLEARED, ExceptionEvent.RESOLVED})


@frozen(kw_only=True)
class SinceYesterday:
    """The steps from `since` (aware) on, and the exceptions that are over a limit now.

    Each of `new`, `cleared` and `changed` has the last such step of an exception.
    """

    since: dt.datetime
    new: tuple[ExceptionStep, ...]
    cleared: tuple[ExceptionStep, ...]
    changed: tuple[ExceptionStep, ...]
    overdue: tuple[ExceptionBreach, ...]


def since_yesterday(
    steps: Iterable[ExceptionStep], since: dt.datetime, until: dt.datetime, overdue: Sequence[ExceptionBreach]
) -> SinceYesterday:
    """What happened from `since` to `until` (aware), both among it, the newest first."""
    there = [step for step in steps if since <= step.at <= until and step.event is not ExceptionEvent.SEEN]
    new = [step for step in there if step.event in _NEW]
    gone = [step for step in there if step.event in _GONE]
    changed = [step for step in there if step.event not in _NEW | _GONE]
    return SinceYesterday(
        since=since,
        new=_last_of_each(new),
        cleared=_last_of_each(gone),
        changed=_last_of_each(changed),
        overdue=tuple(overdue),
    )


def _last_of_each(steps: Iterable[ExceptionStep]) -> tuple[ExceptionStep, ...]:
    last = {step.identity: step for step in sorted(steps, key=lambda step: step.at)}
    return tuple(sorted(last.values(), key=lambda step: (step.at, step.identity), reverse=True))
