"""The two systems during one run of `deliver`: which of them is left alone, and why.

Law of this module: what every other posting would meet as well stops the run for that system. What may be this
posting's or the system's is tried out by asking for something harmless.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from clarus_bluecherry.errors import AnswerError, Blame, ClarusBluecherryError, WireError
from clarus_bluecherry.flows.delivered import DeliveryRun
from clarus_bluecherry.flows.targets import Target, targets
from clarus_bluecherry.flows.wall import why


class Systems:
    """Both targets by name, as far as this run goes on with them."""

    def __init__(self, run: DeliveryRun) -> None:
        self._run = run
        self._targets: Mapping[str, Target] = targets(run.site)
        self._stopped: set[str] = set()
        self._unclear: set[str] = set()
        for name in self._targets:
            until = run.site.ledger.watermark(_pause(name))
            if until is not None and until > run.site.clock():
                self._stopped.add(name)
                run.delivered.stopped[name] = f"it asked to be left alone until {until.isoformat()}"

    def __iter__(self) -> Iterator[str]:
        return iter(self._targets)

    def __getitem__(self, name: str) -> Target:
        return self._targets[name]

    def goes_on(self, name: str) -> bool:
        """Whether the run still talks to it."""
        return name not in self._stopped

    def answered(self, name: str) -> None:
        """It answered as it should."""
        self._unclear.discard(name)

    def failed(self, name: str, error: Exception) -> None:
        """Decide whether `error` stops the run for it.

        What is not the record's does, and a wish to be left alone. What may be either is tried out: the run stops
        when the system does not answer to a harmless question either, or when the next posting meets the like.
        """
        blame = error.blame if isinstance(error, WireError) else Blame.RECORD
        is_ours = isinstance(error, ClarusBluecherryError)
        twice = blame is Blame.UNCLEAR and name in self._unclear
        if blame is Blame.SYSTEM or twice or self.asked_for(error):
            self._stop(name, error)
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
            try:
                target.finish()
            except Exception as error:  # noqa: BLE001  # what was sent stands as it does, whatever this is
                self._run.delivered.stopped.setdefault(name, why(error).reason)

    def _knock(self, name: str) -> None:
        try:
            self._targets[name].knock()
        except Exception as error:  # noqa: BLE001  # whatever it is, the system did not answer as it should
            self._stop(name, error)

    def _stop(self, name: str, error: Exception) -> None:
        self._stopped.add(name)
        self._run.delivered.stopped[name] = why(error).reason
        asked = self.asked_for(error)
        if asked:
            self._run.site.ledger.set_watermark(_pause(name), self._run.site.clock() + asked)


def _pause(target: str) -> str:
    return f"{target}.left alone until"
