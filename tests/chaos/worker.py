"""A worker of a chaos run: turns without end, until it is told to stop or dies in the middle of something.

Law of this module: SIGUSR1 arms it, and one of the next moments that matter is its last: before or after a call of
the ledger, in a transaction, before a request, between a request and the noting of its answer.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import evolve, frozen
from simulate.scripts import WHOLE_TURN

from clarus_bluecherry.cli.demo import worker as demo
from clarus_bluecherry.errors import ClarusBluecherryError
from clarus_bluecherry.flows import collect_movements, collect_orders, sending
from clarus_bluecherry.flows.alone import read_alone
from clarus_bluecherry.flows.site import Site

from .clock import FastClock

_READS = {collect_orders, collect_movements}
_LATEST_DEATH = 12
"""How many moments may pass at most between being armed and dying."""


class Death:
    """Comes some moments after it was armed."""

    def __init__(self, seed: str) -> None:
        self._dice = random.Random(seed)
        self._left: int | None = None
        signal.signal(signal.SIGUSR1, lambda *_: self.arm())

    def arm(self) -> None:
        """One of the next moments is the last."""
        self._left = self._dice.randint(1, _LATEST_DEATH)

    def moment(self) -> None:
        """One that matters has come."""
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


class Mortal:
    """Anything whose every call is a moment, before it and after it."""

    def __init__(self, real: object, death: Death) -> None:
        self._real, self._death = real, death

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if not callable(found):
            return found

        def call(*given: Any, **named: Any) -> Any:
            self._death.moment()
            done = found(*given, **named)
            self._death.moment()
            return done

        return call

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """As a ledger's own; the moment before it ends matters most."""
        with self._real.transaction():  # type: ignore[attr-defined]
            yield
            self._death.moment()


@frozen
class Stop:
    """The end of a run: a file is there, or whoever started the worker is not."""

    file: Path
    parent: int

    def is_told(self) -> bool:
        """Whether to stop."""
        return self.file.exists() or os.getppid() != self.parent


def main(path: str, name: str) -> None:
    """Work as the file at `path` says, under `name`, until a file named `stop` lies beside it."""
    place = Path(path)
    told = json.loads(place.read_text("utf-8"))
    clock, death = FastClock(**told["clocks"][name.partition(".")[0]]), Death(f"{told['seed']} {name}")
    right = evolve(clock, off_by=0.0)  # leases and due times go by the ledger's clock, the same for all
    stop = Stop(place.with_name("stop"), os.getppid())
    real = sending.within
    demo.PROFILE = evolve(demo.PROFILE, most_messages=told["together"], whole_arrays=True)
    sending.within = lambda seconds: real(seconds / clock.speed)  # as fast as the leases that it belongs to
    while not stop.is_told():
        try:
            with demo.site_of(demo.Job(**told["job"]), clock=right) as site:
                mortal = evolve(
                    site,
                    clock=clock,
                    ledger=Mortal(site.ledger, death),
                    bluecherry=Mortal(site.bluecherry, death),
                    **{setting: dt.timedelta(seconds=each) for setting, each in told["site"].items()},
                )
                place.with_name(f"ready.{name}").touch()
                _work(mortal, stop, place.with_name(f"turns.{name}"))
        except ClarusBluecherryError as error:
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            time.sleep(0.2)


def _work(site: Site, stop: Stop, turns: Path) -> None:
    """As `turn` does it, but what passes a wall is seen. The file `turns` grows by a byte with each whole one."""
    while not stop.is_told():
        for flow in WHOLE_TURN:
            if flow in _READS:
                read_alone(site, flow.__name__, flow)
            else:
                flow(site)
        with turns.open("ab") as file:
            file.write(b".")
        time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
