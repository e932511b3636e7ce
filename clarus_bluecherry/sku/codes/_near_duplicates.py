"""Near duplicates: codes that differ only by zeros lost in front of a part, or by separators or a plus lost.

Law of this module: `could_become` is the whole of our belief about what gets lost beyond folding. It errs on the
wide side, because it decides which SKUs must be ruled out before another one may be called the answer. Texts are
compared by their `key`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate

from attrs import frozen

_SEPARATOR = "-"
_PLUS = re.compile(r"(?<![^-])\++|\++(?![^-])")
"""Before or behind a part; a spreadsheet takes it for the sign of a number."""


def skeleton(key: str) -> str:
    """The key without separators, zeros and pluses, the blocking key of record linkage: near duplicates share it.

    >>> skeleton("01234-BLK-10") == skeleton("1234BLK10")
    True
    """
    return key.replace(_SEPARATOR, "").replace("0", "").replace("+", "")


def skeletons(keys: Sequence[str]) -> list[str]:
    """The skeleton of each key, made of one long text: a list of a million takes a third of the time.

    >>> skeletons(["01234-BLK", ""])
    ['1234BLK', '']
    """
    return skeleton("\n".join(keys)).split("\n") if keys else []


def could_become(true: str, seen: str) -> bool:
    """Whether `seen` is `true`, or what is left of it when zeros in front of its parts, or separators, got lost.

    So may a plus before or behind a part, which never means nothing. A part of nothing but zeros may shrink or
    vanish too: see `changes_a_zero_part`.

    >>> could_become("01234-BLK", "1234-BLK"), could_become("1234-BLK", "01234-BLK")
    (True, False)
    """
    if true == seen:
        return True
    if len(seen) >= len(true):
        return False
    if true.count("+") > seen.count("+"):
        bare = _without_plus(true)
        return bare != true and could_become(bare, _without_plus(seen))
    if true.replace(_SEPARATOR, "") == seen.replace(_SEPARATOR, ""):
        return _SEPARATOR not in seen or _places_of_separators(seen) <= _places_of_separators(true)
    if true.lstrip("0") == seen.lstrip("0"):
        return True
    ends = {0}
    for number, part in enumerate(true.split(_SEPARATOR)):
        rest = part.lstrip("0")
        zeros = len(part) - len(rest)
        starts = ends | {end + 1 for end in ends if number and seen.startswith(_SEPARATOR, end)}
        ends = {
            start + kept + len(rest)
            for start in starts
            for kept in range(zeros + 1)
            if seen.startswith("0" * kept + rest, start)
        }
        if not ends:
            return False
    return len(seen) in ends


def _without_plus(key: str) -> str:
    parts = _PLUS.sub("", key).split(_SEPARATOR)
    return _SEPARATOR.join(filter(None, parts))


def _places_of_separators(key: str) -> set[int]:
    """After how many other characters each separator stands, and the key ends."""
    return set(accumulate(map(len, key.split(_SEPARATOR))))


def are_near_duplicates(one: str, other: str) -> bool:
    """Whether either could have become the other: what pads codes with zeros makes near duplicates too."""
    return could_become(one, other) or could_become(other, one)


def changes_a_zero_part(one: str, other: str) -> bool:
    """Whether two near duplicates differ in a part of nothing but zeros: 0, 00 and no size are three sizes.

    One that is joined to its neighbour is no such part any more: `1234-0` is a size of a style, `12340` a style.

    >>> changes_a_zero_part("1234-BLK-0", "1234-BLK-00"), changes_a_zero_part("01234-BLK-0", "1234-BLK-0")
    (True, False)
    """
    return _parts_of_zeros(one) != _parts_of_zeros(other)


def _parts_of_zeros(key: str) -> list[str]:
    return [part for part in key.split(_SEPARATOR) if not part.strip("0")] if "0" in key else []


def differences(true: str, seen: str, right: str = "", code: str = "") -> tuple[str, ...]:
    """What differs between two near duplicates, in words; `right` and `code` are how they are written.

    >>> differences("01234-BLK", "1234-BLK")
    ('leading zeros lost: 01234 → 1234',)
    >>> differences("01234-O-S", "1234OS", "01234-O/S", "1234os")
    ('leading zeros and separators lost: 01234-O/S → 1234os',)
    """
    true_parts, seen_parts = true.split(_SEPARATOR), seen.split(_SEPARATOR)
    if len(true_parts) != len(seen_parts):
        zeros = "" if "".join(true_parts) == "".join(seen_parts) else "leading zeros and "
        what = "lost" if len(true_parts) > len(seen_parts) else "added"
        return (f"{zeros}separators {what}: {right or true} → {code or seen}",)
    return tuple(
        f"leading zeros {'lost' if len(right) > len(read) else 'added'}: {right} → {read}"
        for right, read in zip(true_parts, seen_parts, strict=True)
        if right != read
    )


def parts_without_zeros(key: str) -> tuple[str, ...]:
    """The parts without the zeros in front of them: they agree for near duplicates with as many parts.

    One is what is left of the other: with as many parts every separator is there, and only zeros can have gone.

    >>> parts_without_zeros("01234-BLK-00")
    ('1234', 'BLK', '')
    """
    return tuple([part.lstrip("0") for part in key.replace("+", "").split(_SEPARATOR)])


class _Block:
    """Keys with one skeleton, split further where their parts allow it."""

    __slots__ = ("_by_parts", "_keys", "_width")

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        parts = [parts_without_zeros(key) for key in keys]
        widths = set(map(len, parts))
        self._width = widths.pop() if len(widths) == 1 else 0
        self._by_parts: dict[tuple[str, ...], list[str]] = {}
        if self._width:
            for key, one in zip(keys, parts, strict=True):
                self._by_parts.setdefault(one, []).append(key)

    def candidates(self, seen: str) -> Sequence[str]:
        """All keys that may be near duplicates of `seen`, and few others."""
        if self._width:
            parts = parts_without_zeros(seen)
            if len(parts) == self._width:
                return self._by_parts.get(parts, ())
        return self._keys


@frozen
class NearDuplicates:
    """The keys of a list that a text could be: `loose`, what it may be left of; `near`, also the other way."""

    loose: tuple[str, ...]
    near: tuple[str, ...]


NO_NEAR_DUPLICATES = NearDuplicates((), ())


class NearDuplicateIndex:
    """The keys of one list, each once, by their skeletons.

    >>> NearDuplicateIndex(["01234-BLK", "99-RED"]).of("1234BLK").loose
    ('01234-BLK',)
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self._alone: dict[str, str] = {}
        together: dict[str, list[str]] = {}
        for key in keys:
            name = skeleton(key)
            if name not in self._alone:
                self._alone[name] = key
            elif name not in together:
                together[name] = [self._alone[name], key]
            else:
                together[name].append(key)
        self._blocks = {name: _Block(block) for name, block in together.items()}

    def is_alone(self, key: str) -> bool:
        """Whether the list has no other key with the skeleton of `key`."""
        return skeleton(key) not in self._blocks

    def of(self, seen: str) -> NearDuplicates:
        """The near duplicates of `seen`, itself included, in the list's order."""
        name = skeleton(seen)
        alone = self._alone.get(name)
        if alone is None:
            return NO_NEAR_DUPLICATES
        keys = self._blocks[name].candidates(seen) if name in self._blocks else (alone,)
        loose = tuple([key for key in keys if could_become(key, seen)])
        return NearDuplicates(loose, tuple([key for key in keys if key in loose or could_become(seen, key)]))
