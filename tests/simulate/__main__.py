"""The command line of the simulation."""

from __future__ import annotations

import argparse
import sys
import time

from .known import is_known
from .scripts import SCRIPTS
from .search import Found, Simulation, schedule_of
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
    parser.add_argument(
        "--depth", type=int, default=1, help="small worlds: every schedule of so many unusual events"
    )
    parser.add_argument("--seconds", type=float, default=float("inf"), help="of each world's whole search")
    parser.add_argument("--world", action="append", choices=sorted(SCRIPTS))
    parser.add_argument("--replay", help="one schedule, as it was printed")
    asked = parser.parse_args()
    asked.world = asked.world or list(SCRIPTS)
    return asked


def _searched(simulation: Simulation, asked: argparse.Namespace) -> int:
    found = Found()
    for world in asked.world:
        began, before, at_first = time.monotonic(), simulation.ran, len(found.shortest)
        if SCRIPTS[world].is_small:
            for ran in simulation.all_of(world, asked.depth, until=began + asked.seconds):
                found.take(ran)
        whole, beyond = simulation.ran - before, simulation.beyond
        drawn = 0
        while drawn < asked.schedules and time.monotonic() < began + 2 * asked.seconds:
            ran = simulation.at_random(world, f"{asked.seed} {world} {drawn}")
            drawn += 1
            for kind in found.new_in(ran):
                found.take(simulation.shortest(ran, kind))
        took, news = time.monotonic() - began, len(found.shortest) - at_first
        more = f" ({beyond} more with one unusual event more)" if SCRIPTS[world].is_small and beyond else ""
        told = f"{world}: {whole} of a whole search{more}, {drawn} at random, {took:.0f} s, {news} new faults"
        print(told, flush=True)
    unknown = [one for one in found.shortest if not is_known(*one)]
    for one, ran in sorted(found.shortest.items(), key=lambda each: len(each[1].schedule)):
        print(f"\n{'' if one in unknown else 'known, '}{one[1]} in {ran}")
    print(f"\n{simulation.ran} schedules, {len(found.shortest)} faults, {len(unknown)} not known")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
