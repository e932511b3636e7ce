"""The two systems during one run of `deliver`: which of them is left alone, and why.

Law of this module: what every other posting would meet as well stops the run for that system. What may be this
posting's or the system's is tried out by asking for something harmless. A system that fails run after run is left
alone by all workers, ever longer, then one of them tries it; so is one that asks for it, or has a quiet window.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from clarus_bluecherry.errors import AnswerError, Blame, ClarusBluecherryError, WireError
from clarus_bluecherry.flows.delivered import DeliveryRun
from clarus_bluecherry.flows.targets import Target, targets
from clarus_bluecherry.flows.wall import why

_PATIENCE = 3
"""Runs in a row that a system may fail before it is left alone for longer than until the next one."""
_FIRST_PAUSE, _LONGEST_PAUSE = dt.timedelta(seconds=30), dt.timedelta(minutes=30)
_TRIAL = dt.timedelta(minutes=2)
"""How long the others wait for the worker that tries a system."""


class Systems:
    """Both targets by name, as far as this run goes on with them."""

    def __init__(self, run: DeliveryRun) -> None:
        self._run = run
        self._ledger = run.site.ledger
        self._targets: Mapping[str, Target] = targets(run.site)
        self._stopped: set[str] = set()
        self._unclear: set[str] = set()
        self._shaken: set[str] = set()
        """Those whose breaker counts failures, so that an answer has to be noted."""
        for name in self._targets:
            if self.goes_on(name):
                self._look_at_breaker(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._targets)

    def __getitem__(self, name: str) -> Target:
        return self._targets[name]

    def goes_on(self, name: str) -> bool:
        """Whether the run still talks to it."""
        if name not in self._stopped and (reason := self._quiet(name)):
            self._stop(name, reason)
        return name not in self._stopped

    def answered(self, name: str) -> None:
        """It answered as it should."""
        self._unclear.discard(name)
        if name in self._shaken:
            self._ledger.system_answered(name)
            self._shaken.discard(name)

    def failed(self, name: str, error: Exception) -> None:
        """Decide whether `error` stops the run for it.

        What is not the record's does, and a wish to be left alone. What may be either is tried out: the run stops
        when the system does not answer to a harmless question either, or when the next posting meets the like.
        """
        blame = error.blame if isinstance(error, WireError) else Blame.RECORD
        is_ours = isinstance(error, ClarusBluecherryError)
        twice = blame is Blame.UNCLEAR and name in self._unclear
        if blame is Blame.SYSTEM or self.asked_for(error):
            self._break(name, error)
        elif twice:
            self._stop(name, why(error).reason)
        elif blame is Blame.UNCLEAR or not is_ours:
            self._unclear |= {name} if is_ours else set()
            self._knock(name)
        else:
            self._unclear.discard(name)

    def asked_for(self, error: Exception) -> dt.timedelta:
        """How long the server asks to be left alone, up to the site's limit."""
        asked = error.retry_after if isinstance(error, AnswerError) else None
        limit = self._run.site.longest_retry_after.total_seconds()
        return dt.timedelta(seconds=max(0.0, min(limit, asked or 0.0)))  # in this order a NaN is the limit

    @contextmanager
    def trying_again(self) -> Iterator[None]:
        """Round what has failed before: that it fails again stops its own phase, and nothing that comes after."""
        stopped = set(self._stopped)
        yield
        self._stopped = stopped

    def finish(self) -> None:
        """Bring what was sent on its way; what cannot be brought now stays where it is, for the next run."""
        for name, target in self._targets.items():
            if self._quiet(name):
                continue
            try:
                target.finish()
            except Exception as error:  # noqa: BLE001  # what was sent stands as it does, whatever this is
                self._run.delivered.stopped.setdefault(name, why(error).reason)

    def _quiet(self, name: str) -> str:
        """Which of its quiet windows it is, in words; nothing outside of them."""
        windows = self._run.site.quiet.get(name, ())
        moment = self._ledger.now().astimezone(self._run.site.calendar.zone).time() if windows else None
        found = (f"{each.begins:%H:%M} to {each.ends:%H:%M}" for each in windows if moment and moment in each)
        return next((f"it is left alone from {window}" for window in found), "")

    def _look_at_breaker(self, name: str) -> None:
        found = self._ledger.breaker(name)
        if found.until is None:
            return
        self._shaken.add(name)
        if found.until > self._ledger.now():
            is_shaken = found.failures >= _PATIENCE
            cause = f"it failed {found.failures} times in a row, and is" if is_shaken else "it asked to be"
            self._stop(name, f"{cause} left alone until {found.until.isoformat()}")
        elif found.failures >= _PATIENCE:
            if self._ledger.may_try(name, found, _TRIAL):
                self._try(name)
            else:
                self._stop(name, "another worker tries whether it answers again")

    def _try(self, name: str) -> None:
        self._knock(name)
        if name not in self._stopped:
            self.answered(name)

    def _knock(self, name: str) -> None:
        try:
            self._targets[name].knock()
        except Exception as error:  # noqa: BLE001  # whatever it is, the system did not answer as it should
            self._break(name, error)

    def _break(self, name: str, error: Exception) -> None:
        """Stop for this run, and for all workers as long as it asks for or has earned."""
        self._stop(name, why(error).reason)
        asked = self.asked_for(error)
        self._ledger.system_failed(name, lambda failures: max(asked, _pause(failures)))
        self._shaken.add(name)

    def _stop(self, name: str, reason: str) -> None:
        self._stopped.add(name)
        self._run.delivered.stopped[name] = reason


def _pause(failures: int) -> dt.timedelta:
    """How long a system is left alone that has failed so often in a row."""
    if failures < _PATIENCE:
        return dt.timedelta(0)
    doublings: int = 2 ** min(failures - _PATIENCE, 10)
    return min(_FIRST_PAUSE * doublings, _LONGEST_PAUSE)
