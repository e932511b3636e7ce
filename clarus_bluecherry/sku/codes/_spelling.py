"""How one code came to be written like another, in words.

Law of this module: it explains a tie that was made elsewhere; the words are for a person and for the record.
"""

from __future__ import annotations

from clarus_bluecherry.sku.codes._near_duplicates import differences
from clarus_bluecherry.sku.codes._text import fold, key

_LONGEST = 300
_SHOWN_OF_IT = 100


def shown(text: str) -> str:
    """A text as a person can read it: what cannot be seen is written as an escape, and a very long one shortened.

    >>> shown("01234\\tBLK"), shown("A" * 1000)[-21:]
    ('01234\\\\tBLK', 'A… (1,000 characters)')
    """
    if len(text) > _LONGEST:
        return f"{shown(text[:_SHOWN_OF_IT])}… ({len(text):,} characters)"
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def spelling_rules(right: str, code: str) -> tuple[str, ...]:
    """The steps from `code` to `right`, two codes that are near duplicates.

    >>> spelling_rules("1-BLK", "1_blk")
    ('case folded: 1_blk → 1_BLK', 'separators read: 1_BLK → 1-BLK', 'this spells the code 1-BLK')
    >>> spelling_rules("01234-BLK", "1234-BLK")
    ('leading zeros lost: 01234 → 1234', 'nothing else is like the code 01234-BLK')
    """
    folded, meant = fold(code), fold(right)
    if key(code) != key(right):
        changed = differences(key(right), key(code), meant.text, folded.text)
        steps = (*folded.rules, *changed, f"nothing else is like the code {right}")
    else:
        read = (f"separators read: {folded.text} → {meant.text}",) if folded.text != meant.text else ()
        steps = (*folded.rules, *read, f"this spells the code {right}")
    return tuple(map(shown, steps))
