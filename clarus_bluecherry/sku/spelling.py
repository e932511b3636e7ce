"""How one code came to be written like another, in words.

Law of this module: it explains a tie that was made elsewhere; the words are for a person and for the record.
"""

from __future__ import annotations

from clarus_bluecherry.sku.damage import differences
from clarus_bluecherry.sku.text import SEPARATORS, fold, key


def spelling_rules(right: str, code: str) -> tuple[str, ...]:
    """The steps from `code` to `right`, two codes that are kin.

    >>> spelling_rules("01234-BLK", "01234_blk")
    ('case folded: 01234_blk → 01234_BLK', 'separators read: _ → -', 'this spells the code 01234-BLK')
    >>> spelling_rules("01234-BLK", "1234-BLK")
    ('leading zeros lost: 01234 → 1234', 'nothing else is like the code 01234-BLK')
    """
    folded = fold(code)
    if key(code) != key(right):
        return (*folded.rules, *differences(key(right), key(code)), f"nothing else is like the code {right}")
    read, meant = _separators_in(folded.text), _separators_in(fold(right).text)
    changed = (f"separators read: {read} → {meant}",) if read != meant else ()
    return (*folded.rules, *changed, f"this spells the code {right}")


def _separators_in(text: str) -> str:
    return "".join(character for character in text if character in SEPARATORS)
