"""How many examples a property tries: each run some of them, and before a release all (`EXAMPLES=all`).

With CI set they are the same ones each time (tests/conftest.py): that more of them still hold says little of a
change that the first ones, which are the simplest and the most mixed, say nothing of.
"""

from __future__ import annotations

import os

ALL = os.environ.get("EXAMPLES") == "all"
_SHARE, _LEAST = 5, 10


def examples(most: int) -> int:
    """Of so many before a release, as many as are tried now."""
    return most if ALL else min(most, max(_LEAST, most // _SHARE))
