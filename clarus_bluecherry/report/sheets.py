"""What the workbooks of all reports have in common: how a cell holds a text, how a number looks, how a sheet ends.

Law of this module: a text is one that a cell can hold, and says where it was cut; no line is left out because a
sheet is full.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain, islice
from typing import TypeVar

R = TypeVar("R")

LINES_ON_A_SHEET = 1_000_000
"""Below the 1,048,576 rows that Excel takes."""
UNITS = "#,##0"

_UNSHOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_000
"""Below the 32,767 characters that a cell takes."""
_PARTS = "#,##0.0###"


def cell_text(text: str) -> str:
    """A text as a cell can hold it: what has no shape is marked, and a text that is too long says so."""
    text = _UNSHOWN.sub("\ufffd", text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text):,} characters)"


def number_format(value: object) -> str:
    """How a number looks in a cell."""
    return _PARTS if isinstance(value, Decimal) and value % 1 else UNITS


def batches(rows: Iterable[R], size: int) -> Iterator[Iterable[R]]:
    """The rows, `size` at a time; once nothing when there are none."""
    remaining = iter(rows)
    yield islice(remaining, size)
    for first in remaining:
        yield chain([first], islice(remaining, size - 1))
