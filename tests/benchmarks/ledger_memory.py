"""How much memory a process holds that keeps facts and settles their postings for long: by the hundred thousand.

Facts are kept in batches of 100, each with a posting; one in a hundred is claimed and settled. What is printed is
the resident memory of this process; of a ledger that grows without end it should not grow.

python tests/benchmarks/ledger_memory.py --facts 300000 --systems sqlite postgresql
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
from pathlib import Path

import pytest

from clarus_bluecherry.ledger import Ledger, State

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
from ledger_databases import a_place
from ledger_speed import said

BATCH, TOLD = 100, 50_000


def resident() -> float:
    """Megabytes, as Linux tells them."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def keep(ledger: Ledger) -> None:
    """Keep a batch, and settle one posting."""
    some = [said() for _ in range(BATCH)]
    with ledger.transaction():
        ledger.record_many(fact for fact, _ in some)
        ledger.post_many(told for _, told in some)
    (taken,) = ledger.claim("bluecherry", worker="w", limit=1)
    ledger.advance(taken.key, State.POSTED, worker="w")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=300_000)
    parser.add_argument("--systems", nargs="+", default=["sqlite", "postgresql"])
    asked = parser.parse_args()
    for system in asked.systems:
        with tempfile.TemporaryDirectory() as folder:
            try:
                place = a_place(system, Path(folder))
            except pytest.skip.Exception as reason:
                print(f"{system}: SKIPPED: {reason}")
                continue
            with Ledger.open(place) as ledger:
                for kept in range(BATCH, asked.facts + 1, BATCH):
                    keep(ledger)
                    if kept % TOLD == 0 or kept == BATCH * 10:
                        gc.collect()
                        print(f"{system:11}{kept:9} facts  {resident():6.1f} MB", flush=True)


if __name__ == "__main__":
    main()
