"""Runs schedules, looks for those that break something, and makes what it found as short as it can.

Law of this module: small worlds are searched whole up to a number of deviations, the short schedules first; larger
ones at random, from a seed. A schedule is text that can be printed, kept and replayed.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Iterator, Mapping

from attrs import frozen
from flows_world import MORNING

from .network import FATES
from .scheduler import GO_ON, KILL, LONG, Point, Scheduler
from .scripts import SCRIPTS
from .verdict import Fault
from .world import Worlds

_FAIR_WEATHER = ({"minutes": 20}, {"hours": 1}, {"hours": 6}, {"days": 8})
SWITCH = "switch"
_CAUSES = frozenset({KILL, LONG, *FATES})
Choose = Callable[[Point], str]


@frozen
class Ran:
    """A schedule that was run: what was unusual in it, all points it passed, and what it broke."""

    world: str
    schedule: Mapping[str, str]
    trace: tuple[Point, ...]
    faults: tuple[Fault, ...]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of its faults."""
        return frozenset(fault.kind for fault in self.faults)

    @property
    def causes(self) -> frozenset[str]:
        """What was unusual in it, without whom and when."""
        return causes_of(self.schedule)

    def __str__(self) -> str:
        lines = [f"{self.world}: {len(self.schedule)} unusual", *(f"    {fault}" for fault in self.faults)]
        return "\n".join([*lines, f'    --world "{self.world}" --replay "{text(self.schedule)}"'])


def causes_of(schedule: Mapping[str, str]) -> frozenset[str]:
    """What is unusual in a schedule, without whom and when."""
    return frozenset(choice if choice in _CAUSES else SWITCH for choice in schedule.values())


def text(schedule: Mapping[str, str]) -> str:
    """A schedule as one line."""
    return "; ".join(f"{label}={choice}" for label, choice in schedule.items())


def schedule_of(line: str) -> dict[str, str]:
    """The schedule in a line that `text` has made."""
    return dict(part.strip().rsplit("=", 1) for part in line.split(";") if part.strip())


What = tuple[str, str, frozenset[str]]
"""World, kind of fault, causes."""


class Found:
    """The shortest schedule of each fault: one that comes without a cause as well is not told with it."""

    def __init__(self) -> None:
        self.shortest: dict[What, Ran] = {}

    def new_in(self, ran: Ran) -> list[str]:
        """The kinds of faults in `ran` that no shorter schedule has shown."""
        known = {(kind, causes) for world, kind, causes in self.shortest if world == ran.world}
        return [kind for kind in sorted(ran.kinds) if not any(k == kind and c <= ran.causes for k, c in known)]

    def take(self, ran: Ran) -> None:
        """Keep what is new in it."""
        for kind in self.new_in(ran):
            self.shortest[ran.world, kind, ran.causes] = ran


class Simulation:
    """Runs schedules, one after the other."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds
        self.ran = 0
        self.beyond = 0
        """How many schedules have one deviation more than those that were searched whole last."""

    def run(self, world: str, schedule: Mapping[str, str], choose: Choose = lambda point: GO_ON) -> Ran:
        """Run one schedule to its end, then a week of fair weather, and judge."""
        self.ran += 1
        scheduler = Scheduler(MORNING, schedule, choose)
        here, script = self._worlds.new(scheduler), SCRIPTS[world]
        script.before(here)
        scheduler.run(*script.actors(here))
        for time_passed in _FAIR_WEATHER:
            here.later(**time_passed)
            here.turn(*script.flows)
        return Ran(world, dict(scheduler.taken), tuple(scheduler.trace), tuple(here.faults()))

    def all_of(self, world: str, depth: int, *, until: float = float("inf")) -> Iterator[Ran]:
        """Every schedule of up to `depth` deviations, the shortest first, until that moment (`time.monotonic`)."""
        layer, self.beyond = [self.run(world, {})], 0
        yield layer[0]
        for _ in range(depth):
            shorter, layer = layer, []
            for schedule in itertools.chain.from_iterable(map(_longer, shorter)):
                if time.monotonic() > until:
                    return
                ran = self.run(world, schedule)
                layer.append(ran)
                yield ran
        self.beyond = sum(1 for ran in layer for _ in _longer(ran))

    def at_random(self, world: str, seed: str, *, share: float = 0.06, most: int = 6) -> Ran:
        """One schedule that `seed` draws."""
        dice = random.Random(seed)
        left = [dice.randint(1, most)]

        def choose(point: Point) -> str:
            if not left[0] or not point.options or dice.random() > share:
                return GO_ON
            left[0] -= 1
            return dice.choice(point.options)

        return self.run(world, {}, choose)

    def shortest(self, found: Ran, kind: str) -> Ran:
        """The same fault with as few deviations as can be left."""
        shrunk = True
        while shrunk:
            shrunk = False
            for label in list(found.schedule):
                less = self.run(
                    found.world, {name: each for name, each in found.schedule.items() if name != label}
                )
                if kind in less.kinds and len(less.schedule) < len(found.schedule):
                    found, shrunk = less, True
                    break
        return found


def _longer(ran: Ran) -> Iterator[dict[str, str]]:
    """The schedules with one deviation more, after the last one."""
    last = max((place for place, point in enumerate(ran.trace) if point.label in ran.schedule), default=-1)
    for point in ran.trace[last + 1 :]:
        for option in point.options:
            yield {**ran.schedule, point.label: option}
