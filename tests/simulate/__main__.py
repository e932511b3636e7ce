"""The command line of the simulation."""

from __future__ import annotations

import argparse
import sys
import time

from .known import KNOWN
from .scripts import SCRIPTS
from .search import Ran, Simulation, schedule_of
from .world import Worlds


def main() -> int:
    """Search, or replay one schedule; 1 when something broke that is not known."""
    asked = _asked()
    with Worlds() as worlds:
        simulation = Simulation(worlds)
        if asked.replay is not None:
            ran = simulation.run(asked.world[0], schedule_of(asked.replay))
            for point in ran.trace:
                print(f"  {point.label} {ran.schedule.get(point.label, '')}")
            print(ran)
            return bool(ran.faults)
        return _searched(simulation, asked)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulate", description=__doc__)
    parser.add_argument("--schedules", type=int, default=500, help="at random, in each world")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--depth", type=int, default=1, help="small worlds: every schedule of so many deviations")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="of each world's whole search")
    parser.add_argument("--world", action="append", choices=sorted(SCRIPTS))
    parser.add_argument("--replay", help="one schedule, as it was printed")
    asked = parser.parse_args()
    asked.world = asked.world or list(SCRIPTS)
    return asked


def _searched(simulation: Simulation, asked: argparse.Namespace) -> int:
    found: dict[tuple[str, str], Ran] = {}
    for world in asked.world:
        began, before, at_first = time.monotonic(), simulation.ran, len(found)
        if SCRIPTS[world].is_small:
            for ran in simulation.all_of(world, asked.depth, until=began + asked.seconds):
                for kind in ran.kinds:
                    found.setdefault((world, kind), ran)
        whole = simulation.ran - before
        for number in range(asked.schedules):
            ran = simulation.at_random(world, f"{asked.seed} {world} {number}")
            for kind in ran.kinds - {kind for where, kind in found if where == world}:
                found[world, kind] = simulation.shortest(ran, kind)
        took, ran_here = time.monotonic() - began, simulation.ran - before
        print(f"{world}: {whole} of the shortest, {ran_here - whole} at random, {took:.0f} s, ", end="")
        print(f"{len(found) - at_first} kinds of faults", flush=True)
    unknown = {where for where in found if where not in KNOWN}
    for where, ran in sorted(found.items(), key=lambda one: len(one[1].schedule)):
        print(f"\n{'' if where in unknown else 'known, '}{where[1]} in {ran}")
    print(f"\n{simulation.ran} schedules, {len(found)} kinds of faults, {len(unknown)} not known")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
