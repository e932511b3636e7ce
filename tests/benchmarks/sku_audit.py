"""The go-live audit of two lists of a million SKUs each, beside the same job in pandas and in polars.

    python tests/benchmarks/sku_audit.py --skus 1000000

Each runs in a process of its own that begins with both CSV files and ends with how much is in each class; the
time is that of the whole process. Ours reads the second file in a further process, whose memory is added. pandas
and polars are installed by hand; what is not there is told and skipped.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sku_masters

HERE = Path(__file__).parent
MOST_SECONDS, MOST_MEMORY, LEAST_RATIO = 20, 2048, 3.0
OURS = """
import resource
import sys
from functools import partial
from pathlib import Path
from clarus_bluecherry.flows.beside import beside
from clarus_bluecherry.flows.sku_audit import read_master, read_products
from clarus_bluecherry.sku import audit
ours, theirs = beside(partial(read_master, Path(sys.argv[1])), partial(read_products, Path(sys.argv[2])))
for kind, tally in audit(ours.rows, theirs.rows).tallies.items():
    print(f"  {kind.value:24}{tally.skus:>10,} SKUs{tally.products:>10,} products{tally.value:>20,}")
Path(sys.argv[3]).write_text(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024))
"""


def timed(*command: str) -> tuple[float, float]:
    """Seconds and megabytes at most of a process that must succeed."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        raise SystemExit(f"{command[0]} failed")
    return seconds, usage.ru_maxrss / 1024


def main() -> None:
    """Write the lists, run all three, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skus", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = [str(path) for path in sku_masters.write(Path(folder), told.skus, told.seed)]
        print(f"clarus_bluecherry, {told.skus:,} SKUs", flush=True)
        of_the_reader = Path(folder, "memory")
        seconds, memory = timed("-c", OURS, *files, str(of_the_reader))
        memory += float(of_the_reader.read_text())
        print(f"ours      {seconds:6.1f} s of {MOST_SECONDS} s   {memory:6,.0f} MB of {MOST_MEMORY:,} MB")
        for peer in ("pandas", "polars"):
            if importlib.util.find_spec(peer) is None:
                print(f"{peer} SKIPPED: it is not installed (pip install {peer})")
                continue
            print(peer, flush=True)
            theirs, their_memory = timed(str(HERE / f"sku_audit_{peer}.py"), *files)
            goal = f" of at least {LEAST_RATIO}" if peer == "pandas" else ""
            ratio = f"ours is {theirs / seconds:.2f} times as fast{goal}"
            print(f"{peer:9} {theirs:6.1f} s, {their_memory:,.0f} MB: {ratio}")


if __name__ == "__main__":
    main()
