"""What an empty turn costs a ledger of so many settled facts: statements, rows, requests and time.

Each fact has a posting that is posted, with its steps; each order has its head. They are copies, as in
`tests/unit/settled_history.py`. Time is the median of some turns, CPU that of this process, which holds both
systems' servers too; what the database does is in the wall clock. Memory is the most that a turn holds at a time.

python tests/benchmarks/empty_turn.py --facts 999 999999 --systems sqlite postgresql
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

import pytest

from clarus_bluecherry.flows import turn

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
from flows_world import Loop, loop
from ledger_databases import a_place
from settled_history import counting, requests, write_history


def timed(here: Loop) -> tuple[float, float]:
    """Milliseconds of one more turn: wall and CPU."""
    here.later(minutes=10)
    wall, cpu = time.perf_counter(), time.process_time()
    assert not turn(here.site).moved
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def measure(system: str, facts: int, turns: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = str(a_place(system, Path(folder)))
        write_history(place, facts)
        with loop(ledger=place) as here:
            turn(here.site)
            here.later(minutes=10)
            with requests() as asked, counting() as cost:
                turn(here.site)
            wall, cpu = (
                statistics.median(each) for each in zip(*(timed(here) for _ in range(turns)), strict=True)
            )
            tracemalloc.start()
            timed(here)
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
    told = f"{len(cost.statements):4} statements {cost.rows:4} rows {len(asked):3} requests"
    spent = f"{wall:6.0f} ms wall {cpu:6.0f} ms CPU {most / 1e6:6.2f} MB"
    print(f"{system:11}{facts:9} facts  {told}  {spent}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, nargs="+", default=[999, 999_999], help="multiples of three")
    parser.add_argument("--systems", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--turns", type=int, default=7)
    asked = parser.parse_args()
    for system in asked.systems:
        try:
            for facts in asked.facts:
                measure(system, facts, asked.turns)
        except pytest.skip.Exception as reason:
            print(f"{system}: SKIPPED: {reason}")


if __name__ == "__main__":
    main()
