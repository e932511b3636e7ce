"""The codes of a list that look most like a text.

Law of this module: likeness orders a list for a person and never decides. Only the alphabetical neighbours, read
forwards and backwards, are compared: a code with one wrong character anywhere shares its beginning or its end
with the right one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, Decimal
from difflib import SequenceMatcher
from functools import cached_property

_HUNDREDTH = Decimal("0.01")
_NOT_QUITE = Decimal("0.99")


def likeness(one: str, other: str) -> Decimal:
    """How alike two keys are, from 0 to 0.99: the same key may still be another code.

    >>> likeness("01234-BLK", "01235-BLK")
    Decimal('0.88')
    """
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return min(_NOT_QUITE, Decimal(ratio).quantize(_HUNDREDTH, ROUND_FLOOR))


class Nearest:
    """The keys of one list, each once; the sorting is done when first asked."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = keys

    def around(self, seen: str, neighbours: int = 16) -> set[str]:
        """The keys beside `seen`, up to `neighbours` on each side, forwards and backwards."""
        backwards = _beside(self._backwards, seen[::-1], neighbours)
        return {*_beside(self._forwards, seen, neighbours), *(text[::-1] for text in backwards)}

    @cached_property
    def _forwards(self) -> Sequence[str]:
        return sorted(self._keys)

    @cached_property
    def _backwards(self) -> Sequence[str]:
        return sorted(text[::-1] for text in self._keys)


def _beside(texts: Sequence[str], text: str, neighbours: int) -> Sequence[str]:
    place = bisect_left(texts, text)
    return texts[max(0, place - neighbours) : place + neighbours]
