"""Chaos: real processes that are killed, real servers that fail, and both systems' books against the ledger's.

python -m tests.chaos --facts 2000 --kills 40 --workers 4 --database postgresql
"""

import sys
from pathlib import Path

for place in (Path(__file__).parents[1], Path(__file__).parents[1] / "unit"):
    sys.path.insert(0, str(place))
