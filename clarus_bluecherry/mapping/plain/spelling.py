"""Known fields under an unknown spelling: told, never dropped.

Law of this module: a name that differs from a known one only in case, underscores and the like is a mistake; so
is one with one letter wrong, left out, doubled or swapped, where the known one is missing. Any other unknown name
is a column of the site's own and no matter of ours.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from clarus_bluecherry.errors import InvalidRecord

Row = Mapping[str, object]

ACTION = "Correct the spelling; where the column is the site's own, name it in `other_columns` of the settings."

_LONG_FORMS = (("address", "addr"), ("quantity", "qty"), ("number", "num"))
_SHORTEST = 3


def refuse_misspelt(row: Row, known: Collection[str], own: Collection[str], *, record: str, place: str) -> None:
    """Raise `InvalidRecord` for a name in `row` that is taken for one of `known`. Names in `own` are none of ours.

    >>> refuse_misspelt({"pickNum": "1"}, {"pick_num"}, (), record="pick ticket", place="")
    Traceback (most recent call last):
    clarus_bluecherry.errors.InvalidRecord: pick ticket, field pickNum: did you mean pick_num? Retrying...
    """
    for name in row:
        if name in known or name in own:
            continue
        meant = _meant(str(name), known, row)
        if meant:
            raise InvalidRecord(f"did you mean {meant}?", record=record, field=f"{place}{name}", action=ACTION)


def _meant(name: str, known: Collection[str], row: Row) -> str:
    letters, shortened = _letters(name), _shortened(name)
    for each in sorted(known):
        if _shortened(each) == shortened:
            return each
        is_lost = each not in row and len(each) >= _SHORTEST
        if is_lost and (_is_one_off(letters, _letters(each)) or _is_one_off(shortened, _shortened(each))):
            return each
    return ""


@lru_cache(maxsize=1024)
def _letters(name: str) -> str:
    """`name` without case and punctuation."""
    return "".join(character for character in name.casefold() if character.isalnum())


@lru_cache(maxsize=1024)
def _shortened(name: str) -> str:
    """The letters of `name`, long words as the vendor shortens them."""
    letters = _letters(name)
    for word, short in _LONG_FORMS:
        letters = letters.replace(word, short)
    return letters


def _is_one_off(one: str, other: str) -> bool:
    """Whether one letter is wrong, missing, too many, or two neighbours are swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    left, right = one[same:], other[same:]
    swapped = left[1:2] + left[:1] + left[2:] == right
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]
