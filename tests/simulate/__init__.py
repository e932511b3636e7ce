"""Deterministic simulation of the loop: one seeded scheduler owns clock, hand-overs, stops and answers.

python -m tests.simulate --schedules 2000 --seed 1
python -m tests.simulate --world adjustment --depth 2
python -m tests.simulate --world adjustment --replay "A:POST PhysicalInventoryTM:1=long; ..."
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))  # where the worlds of the other tests are
