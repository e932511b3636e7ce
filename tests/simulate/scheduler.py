"""Who goes next, what time it is, and who stops for ever: one place decides, from a list of deviations.

Law of this module: exactly one actor runs at any moment. At each named point it goes on, unless the schedule says
otherwise; so the same schedule gives the same run, and the schedule of a run is only what was unusual in it.
Time passes when everybody who could run is asleep, and at no other moment.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Mapping

from attrs import define, field, frozen

GO_ON = ""
KILL = "kill"
LONG = "long"
"""The actor stands still until all others have ended: a machine that was suspended."""


class Stopped(BaseException):
    """The actor's process is gone: nothing it does from here on has any effect."""


@frozen
class Point:
    """A moment at which the schedule may decide: its name, and what else could happen there than to go on."""

    label: str
    options: tuple[str, ...]


@define(eq=False)
class Actor:
    """Somebody who does something: a worker, or the people of a system."""

    name: str
    program: Callable[[Actor], None]
    is_worker: bool = True
    wakes: dt.datetime | None = None
    is_ended: bool = False
    is_dead: bool = False
    is_long: bool = False
    inside: int = 0
    """How many ledger transactions deep it is: there nobody else gets his turn."""
    _turn: threading.Semaphore = field(factory=lambda: threading.Semaphore(0))


@define(eq=False)
class Scheduler:
    """Runs actors one at a time. `deviations`: what to do at which point; `choose` decides at all others."""

    now: dt.datetime
    deviations: Mapping[str, str] = field(factory=dict)
    choose: Callable[[Point], str] = lambda point: GO_ON
    on_time: Callable[[dt.datetime], None] = lambda now: None
    actors: list[Actor] = field(factory=list)
    trace: list[Point] = field(factory=list)
    taken: dict[str, str] = field(factory=dict)
    broken: list[BaseException] = field(factory=list)
    current: Actor | None = None
    _seen: Counter[str] = field(factory=Counter)
    _end: threading.Semaphore = field(factory=lambda: threading.Semaphore(0))

    def run(self, *actors: Actor) -> None:
        """Run `actors` to their ends."""
        self.actors = list(actors)
        threads = [threading.Thread(target=self._live, args=(actor,), daemon=True) for actor in actors]
        for thread in threads:
            thread.start()
        self._hand_over(None)
        self._end.acquire()
        self.current = None
        for thread in threads:
            thread.join()
        if self.broken:
            raise self.broken[0]

    def point(self, what: str, fates: tuple[str, ...] = (), *, may_stop: bool = True) -> str:
        """The running actor is about to do `what`; which of `fates` it meets, or nothing unusual."""
        actor = self.current
        if actor is None:
            return GO_ON
        if actor.is_dead:
            raise Stopped
        if actor.inside:
            return self._decided(actor, what, fates) if fates else GO_ON
        others = tuple(each.name for each in self.actors if each is not actor and not each.is_ended)
        stops = (KILL,) if actor.is_worker and may_stop else ()
        choice = self._decided(actor, what, (*fates, *others, *((LONG,) if others else ()), *stops))
        if choice == KILL:
            actor.is_dead = True
            raise Stopped
        if choice == LONG:
            actor.is_long = True
            self._wait(actor, self._next(actor))
        elif choice in others:
            self._wait(actor, self._named(choice))
        else:
            return choice
        return GO_ON

    def sleep(self, **time: float) -> None:
        """The running actor does nothing for a while."""
        actor = self.current
        assert actor is not None
        actor.wakes = self.now + dt.timedelta(**time)
        usual = self._next(None)
        others = tuple(each.name for each in self.actors if not each.is_ended and each is not usual)
        choice = self._decided(actor, "sleeps", others)
        self._wait(actor, self._named(choice) if choice else usual)

    def pass_to(self, moment: dt.datetime) -> None:
        """Let time pass, never backwards."""
        self.now = max(self.now, moment)
        self.on_time(self.now)

    # Inside --------------------------------------------------------------------------------------------------

    def _decided(self, actor: Actor, what: str, options: tuple[str, ...]) -> str:
        name = f"{actor.name}:{what}"
        self._seen[name] += 1
        point = Point(f"{name}:{self._seen[name]}", options)
        self.trace.append(point)
        choice = self.deviations.get(point.label) or self.choose(point)
        if choice not in options:
            return GO_ON
        self.taken[point.label] = choice
        return choice

    def _live(self, actor: Actor) -> None:
        actor._turn.acquire()
        try:
            actor.program(actor)
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001  # told by the thread that waits for all of them
            self.broken.append(error)
        actor.is_ended = True
        self._hand_over(self._next(None))

    def _wait(self, actor: Actor, then: Actor | None) -> None:
        if then is actor:
            self._wake(actor)
            return
        self._hand_over(then)
        actor._turn.acquire()

    def _hand_over(self, then: Actor | None) -> None:
        then = then or self._next(None)
        if then is None:
            self._end.release()
            return
        self._wake(then)
        self.current = then
        then._turn.release()

    def _wake(self, actor: Actor) -> None:
        if actor.wakes is not None:
            self.pass_to(actor.wakes)
        actor.wakes, actor.is_long = None, False

    def _next(self, but: Actor | None) -> Actor | None:
        """Who stands waiting goes first, then who wakes first; who stands still for long comes last."""
        alive = [each for each in self.actors if not each.is_ended and each is not but]
        quick = [each for each in alive if not each.is_long] or alive
        return min(quick, key=lambda each: (each.wakes is not None, each.wakes or self.now), default=None)

    def _named(self, name: str) -> Actor:
        return next(each for each in self.actors if each.name == name)
