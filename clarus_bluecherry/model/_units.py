"""Units of measure: a quantity counts in the item's each, and a case is not a unit.

Law of this module: a unit that is told, and is not known to mean the each, is another one. No factor is known, so
nothing is ever converted.
"""

from __future__ import annotations

from collections.abc import Collection

EACHES: frozenset[str] = frozenset({"EA", "EACH", "PC", "PCS", "PIECE", "PIECES", "UN", "UNIT", "UNITS"})
"""Words that mean the each: `EA` is in the standard's list (H), the others are usage (L). A site sets its own."""


def is_each(unit: str, eaches: Collection[str] = EACHES) -> bool:
    """Whether `unit` means the each, by one of `eaches` (in capitals); a unit that is not told does.

    >>> is_each(" ea "), is_each(""), is_each("CA")
    (True, True, False)
    """
    word = unit.strip().upper()
    return not word or word in eaches


def capitals(words: Collection[str]) -> frozenset[str]:
    """`words` as they are compared."""
    return frozenset(word.strip().upper() for word in words)
