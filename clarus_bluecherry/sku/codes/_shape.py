"""What product codes look like, when there is nothing to compare them with.

Law of this module: it describes and concludes nothing; which part of a SKU stands where, a shape does not tell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from attrs import frozen

_KINDS = (("0-9", "9"), ("A-Z", "A"), ("a-z", "a"))


@frozen
class CodeShape:
    """Codes that look alike: digits as 9, letters as A or a, everything else as it is."""

    pattern: str
    codes: int
    example: str


def shapes(codes: Iterable[str]) -> tuple[CodeShape, ...]:
    """The shapes that `codes` have, the most common first.

    >>> [(shape.pattern, shape.codes) for shape in shapes(["01234-BLK-M", "01235-RED-S", "998"])]
    [('99999-AAA-A', 2), ('999', 1)]
    """
    told = sorted(set(codes))
    patterns = [_pattern(code) for code in told]
    examples = dict(zip(reversed(patterns), reversed(told), strict=True))
    counted = sorted(Counter(patterns).items(), key=lambda one: (-one[1], one[0]))
    return tuple(CodeShape(pattern, count, examples[pattern]) for pattern, count in counted)


def _pattern(code: str) -> str:
    for characters, kind in _KINDS:
        code = re.sub(f"[{characters}]", kind, code)
    return code
