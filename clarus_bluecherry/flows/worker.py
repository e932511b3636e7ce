"""A worker: turns of the loop for one site, one after the other, until it is told to stop.

Law of this module: any number of workers may run, on any machines. They share one ledger, and it alone says what
is to do: no worker knows of another. One reads for all, and all of them send; what a notice told waits for no
reading to end. A turn that fails never ends a worker; what is wrong with the site file does. Told to stop, it
begins nothing more and hands back the rest.
"""

from __future__ import annotations

import datetime as dt
import select
import socket
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from attrs import evolve, frozen

from clarus_bluecherry.config import Secrets, SiteFile, load_site
from clarus_bluecherry.errors import ConfigurationError, LedgerError, Retry
from clarus_bluecherry.flows.crosswalk import learn
from clarus_bluecherry.flows.opening import open_site
from clarus_bluecherry.flows.site import Site, TimeIsUp
from clarus_bluecherry.flows.turn import TIME_IS_UP, StepOutcome, Turned, TurnStep, turn
from clarus_bluecherry.flows.wall import why
from clarus_bluecherry.ledger.wake import Listener

LEARNING = "crosswalk"
"""What is named as stopped when the lists of products could not be read."""
WORKER = "worker"
"""What is named as stopped when there was no turn: the ledger could not be reached."""

_KEPT = frozenset({TurnStep.INBOX, TurnStep.DELIVER})
"""What a worker does for what was kept, between two readings."""
_READ = "worker.read"
_FIRST_PAUSE = dt.timedelta(seconds=5)
_LEARN_EVERY = dt.timedelta(minutes=15)


class Stop:
    """Whether a worker was told to stop. May be set from another thread and from a signal handler."""

    def __init__(self) -> None:
        self._is_set = False
        self._ours, self._theirs = socket.socketpair()

    def __call__(self) -> bool:
        """Whether it was set."""
        return self._is_set

    def set(self) -> None:
        """Nothing more is begun, and whoever waits wakes up."""
        if not self._is_set:
            self._is_set = True
            self._theirs.send(b".")

    def wait(self, seconds: float) -> None:
        """Wait so long, or until it is set."""
        select.select([self._ours], [], [], seconds)

    def fileno(self) -> int:
        """What can be read once it was set."""
        return self._ours.fileno()

    def close(self) -> None:
        """Close what wakes those who wait."""
        self._ours.close()
        self._theirs.close()


@frozen(kw_only=True)
class Pace:
    """How a worker's turns follow each other.

    It reads both systems `every` so often where nothing moves, and sooner after something did; with `is_steady`,
    just every so often, whatever others read. `limit` and `deadline` are those of each turn.
    """

    every: dt.timedelta = dt.timedelta(minutes=1)
    is_steady: bool = False
    limit: int | None = None
    deadline: dt.timedelta | None = None

    @property
    def first(self) -> dt.timedelta:
        """The pause after a turn in which something moved."""
        return self.every if self.is_steady else min(_FIRST_PAUSE, self.every)

    def after(self, pause: dt.timedelta, turned: Turned) -> dt.timedelta:
        """The next pause, after this one and the turn that followed: twice as long where nothing moved."""
        return self.first if turned.moved and turned.is_whole else min(2 * pause, self.every)


class Worker:
    """Takes turns for the site file at `path`, which is read anew before each of them.

    `on_turn` hears what came of each turn, also of one that failed. What was found is in the ledger and in both
    systems; what a worker knows by itself may be lost at any moment.
    """

    def __init__(
        self,
        path: Path,
        secrets: Secrets,
        *,
        pace: Pace,
        stop: Stop,
        on_turn: Callable[[Turned], None] = lambda turned: None,
        on_progress: Callable[[TurnStep, StepOutcome], None] = lambda step, outcome: None,
    ) -> None:
        self._path = path
        self._secrets = secrets
        self._pace = pace
        self._stop = stop
        self._on_turn = on_turn
        self._on_progress = on_progress
        self._pause = pace.first
        self._was_open = False

    def once(self) -> Turned:
        """Take one turn. Raises what is wrong with the site file or the ledger."""
        file = load_site(self._path)
        with open_site(file, self._secrets) as opened:
            return self._at_work(opened, file).turn(reads=True)

    def run(self) -> None:
        """Take turns until it is told to stop.

        Raises what is wrong with the site file, and with its ledger when it is opened first; a ledger that cannot
        be reached later is tried again, less and less often.
        """
        while not self._stop():
            try:
                self._work(load_site(self._path))
            except Exception as error:
                if not self._was_open or is_for_a_person(error):
                    raise
                self._heard(Turned(stopped={WORKER: why(error).reason}), read=True)
                self._stop.wait(self._pause.total_seconds())

    def _work(self, file: SiteFile) -> None:
        """Take turns for as long as the site file stays as it is."""
        with open_site(file, self._secrets) as opened, opened.ledger.listening() as listener:
            self._was_open, at_work = True, self._at_work(opened, file)
            units, is_told = _changed(file.units.by_sku), False
            while not self._stop() and load_site(self._path) == file and _changed(file.units.by_sku) == units:
                if self._pace.is_steady:
                    self._heard(at_work.turn(reads=True), read=True)
                    self._stop.wait(self._pause.total_seconds())
                    continue
                reads = _claim_reading(opened, self._pause)
                if is_told or not reads:
                    self._heard(at_work.turn(reads=False), read=False)
                if reads:
                    between = partial(self._between, opened, at_work, listener)
                    self._heard(at_work.turn(reads=True, between=between), read=True)
                is_told = listener.wait(self._pause.total_seconds(), self._stop)

    def _between(self, opened: Site, at_work: _AtWork, listener: Listener) -> None:
        """Between two steps of a reading, what was kept meanwhile does not wait for the others to end."""
        _reads_now(opened)
        if listener.wait(0, self._stop):
            self._heard(at_work.turn(reads=False), read=False)

    def _at_work(self, opened: Site, file: SiteFile) -> _AtWork:
        return _AtWork(opened, file, self._pace, self._stop, self._on_progress)

    def _heard(self, turned: Turned, *, read: bool) -> None:
        if read or turned.moved:
            self._pause = self._pace.after(self._pause, turned)
        self._on_turn(turned)


def is_for_a_person(error: Exception) -> bool:
    """Whether trying again is pointless: a setting, or a ledger of another version."""
    is_refused = isinstance(error, LedgerError) and error.retry is not Retry.SAFE
    return is_refused or isinstance(error, ConfigurationError)


def _claim_reading(site: Site, pause: dt.timedelta) -> bool:
    """Whether nobody has read both systems for so long: then it is for who asks, and for nobody else."""
    now = site.ledger.now()
    with site.ledger.transaction():
        last = site.ledger.watermark(_READ)
        if last is not None and last <= now < last + pause:
            return False
        site.ledger.set_watermark(_READ, now)
    return True


def _reads_now(site: Site) -> None:
    """Tell the other workers that this one still reads, however long it takes: they send meanwhile."""
    site.ledger.set_watermark(_READ, site.ledger.now())


class _AtWork:
    """A site that is open, and which product is which SKU as it was learnt last."""

    def __init__(
        self,
        opened: Site,
        file: SiteFile,
        pace: Pace,
        stop: Stop,
        on_progress: Callable[[TurnStep, StepOutcome], None],
    ) -> None:
        self._opened = opened
        self._file = file
        self._pace = pace
        self._stop = stop
        self._on_progress = on_progress
        self._learnt: Site | None = None
        self._trouble = ""
        self._seen: list[float] = []
        self._again_at = 0.0

    def turn(self, *, reads: bool, between: Callable[[], None] = lambda: None) -> Turned:
        """Take a turn: a whole one, or only what was kept already. `between` is called after each step.

        Where the lists of products cannot be read, what was learnt before stands. Where nothing was, what is ready
        is sent, and nothing is read: every code would look unknown.
        """
        ends = None if self._pace.deadline is None else time.monotonic() + self._pace.deadline.total_seconds()
        site = evolve(self._opened, time_is_up=lambda: self._stop() or _is_past(ends))
        steps = set(TurnStep) if reads else set(_KEPT)
        if (reads or self._learnt is None) and self._is_due():
            self._trouble = self._learn(site)
        else:
            steps.discard(TurnStep.PRODUCTS)  # nothing of them was read anew
        if self._learnt is None:
            steps = {TurnStep.DELIVER}

        def on_progress(step: TurnStep, outcome: StepOutcome) -> None:
            self._on_progress(step, outcome)
            between()

        turned = turn(
            evolve(self._learnt or site, time_is_up=site.time_is_up),
            limit=self._pace.limit,
            deadline=None if ends is None else dt.timedelta(seconds=ends - time.monotonic()),
            steps=steps,
            on_progress=on_progress,
        )
        if not self._trouble:
            return turned
        return evolve(turned, stopped={LEARNING: self._trouble, **turned.stopped})

    def _is_due(self) -> bool:
        """Whether to learn anew: after a while, and when a person has decided something."""
        return time.monotonic() >= self._again_at or self._by_hand() != self._seen

    def _learn(self, site: Site) -> str:
        """Learn which product is which SKU; why that failed."""
        self._seen, self._again_at = self._by_hand(), time.monotonic() + _FIRST_PAUSE.total_seconds()
        try:
            fresh = learn(site, self._file)
        except TimeIsUp:
            return TIME_IS_UP
        except Exception as error:  # noqa: BLE001  # whatever it is, what was learnt before stands
            return why(error).reason
        if self._learnt is None or fresh.crosswalk is not None:
            self._learnt = fresh
        self._again_at = time.monotonic() + _LEARN_EVERY.total_seconds()
        return ""

    def _by_hand(self) -> list[float]:
        return _changed(self._file.sku.decisions, self._file.clarus.files.products)


def _is_past(ends: float | None) -> bool:
    return ends is not None and time.monotonic() >= ends


def _changed(*paths: Path | None) -> list[float]:
    """When the files were changed that people write by hand."""
    return [path.stat().st_mtime for path in paths if path is not None and path.exists()]
