"""Which codes of a list a damaged code may have been.

Law of this module: it proposes, and never more than a few; a person, a barcode or a rule of the site decides. All
texts are compared by their `key`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import islice

from attrs import evolve, frozen

from clarus_bluecherry.sku.codes._damage import Damage, Suspicion, suspicions
from clarus_bluecherry.sku.codes._near_duplicates import (
    NearDuplicateIndex,
    are_near_duplicates,
    changes_a_zero_part,
    skeleton,
    skeletons,
)
from clarus_bluecherry.sku.codes._shown_dates import shown_as_date
from clarus_bluecherry.sku.codes._text import fold, key

_SHORTEST_STUMP = 6
_SHORTEST_BEGINNING = 3
_MOST = 50
_MOST_LOOKED_AT = 10_000
_MOST_ZEROS_LOST = 3
_NUMBERS_AND_DATES = frozenset({Damage.SCIENTIFIC, Damage.DATE, Damage.DECIMAL, Damage.THOUSANDS})
_LAST = "\uffff"


@frozen
class Damaged:
    """What happened to a code, in words, and the keys of the list it may have been."""

    damage: Damage
    what: str
    keys: tuple[str, ...]


def may_be_of_several(code: str) -> bool:
    """Whether `code` looks like what a spreadsheet writes for more than one code: a number or a date."""
    return any(one.damage in _NUMBERS_AND_DATES for one in suspicions(fold(code).text))


def may_be_damaged(code: str) -> bool:
    """Whether `Originals.marked` could have anything to say of `code`."""
    return next(iter(_chains(code)), None) is not None


def spreadsheets_marks(true: str, code: str) -> str:
    """What a spreadsheet did to `code`, in words, if it has separators that the near duplicate `true` lacks.

    They may be marks that lead to `true` or to another code: `1234.0` was not `12340`.

    >>> spreadsheets_marks("1000234", "1.000.234"), spreadsheets_marks("1000234", "1_000234")
    ('thousands separators: 1.000.234', '')
    """
    if key(code).count("-") <= true.count("-"):
        return ""
    signs = suspicions(fold(code).text)
    leading = (one.what for one in signs if any(are_near_duplicates(true, key(text)) for text in one.texts))
    return next(leading, signs[0].what if signs else "")


class Originals:
    """The keys of one list, and some codes that none of them explains, to say which of them were damaged.

    Each key comes once. Codes that are named beforehand spare memory: what could explain them is found in one
    walk through a long list.

    >>> Originals(["01234-BLK-M", "841234000017"], ["8.41234E+11"]).damaged("8.41234E+11").keys
    ('841234000017',)
    >>> Originals(["01234-BLK-M"], ["01234-BLK"]).damaged("01234-BLK").what
    'cut off after 9 characters: 01234-BLK'
    """

    def __init__(self, keys: Iterable[str], codes: Iterable[str] | None = None) -> None:
        self._signs = {code: tuple(_chains(code)) for code in codes or ()}
        swapped = {skeleton(_unswapped(key(code))) for code in self._signs}
        meant = {skeleton(key(text)) for signs in self._signs.values() for one in signs for text in one.texts}
        distinct = list(keys) if codes is None or self._signs else []
        names = skeletons(distinct)
        unswapped = zip(_all_unswapped(names), distinct, strict=True)
        self._by_swapped: dict[str, list[str]] = {}
        for name, one in sorted(pair for pair in unswapped if codes is None or pair[0] in swapped):
            self._by_swapped.setdefault(name, []).append(one)
        wanted = [one for one, name in zip(distinct, names, strict=True) if codes is None or name in meant]
        self._near_duplicates = NearDuplicateIndex(sorted(wanted))
        self._sorted = sorted(distinct)

    def damaged(self, code: str) -> Damaged | None:
        """What happened to `code`, if any sign shows; the sign that leads to a key of the list comes first."""
        marked = self.marked(code)
        if marked and marked.keys:
            return marked
        seen = key(code)
        return self._swapped(seen) or self._truncated(seen) or self._illegible(seen) or marked

    def marked(self, code: str) -> Damaged | None:
        """As `damaged`, by what stands in the code alone, not by its likeness to a key of the list."""
        signs = self._signs[code] if code in self._signs else tuple(_chains(code))
        told = (Damaged(one.damage, one.what, keys) for one in signs if (keys := self._meant(one)))
        plain = (Damaged(one.damage, one.what, ()) for one in signs if not one.weak)
        return next(told, None) or next(plain, None)

    def _meant(self, suspicion: Suspicion) -> tuple[str, ...]:
        groups = (self._near_duplicates.of(key(text)).near for text in suspicion.texts)
        found = dict.fromkeys(one for keys in groups for one in keys)
        return tuple(found) or self._rounded(suspicion.lowest, suspicion.highest)

    def _rounded(self, lowest: str, highest: str) -> tuple[str, ...]:
        """The numbers of the list from `lowest` to `highest`, also with zeros in front of them."""
        if not lowest or len(lowest) != len(highest):
            return ()
        found = (
            one
            for zeros in range(_MOST_ZEROS_LOST + 1)
            for one in self._between("0" * zeros + lowest, "0" * zeros + highest)
            if len(one) == zeros + len(lowest) and one.isdigit()
        )
        return tuple(islice(found, _MOST))

    def _swapped(self, seen: str) -> Damaged | None:
        text = _unswapped(seen)
        near = [one for one in self._by_swapped.get(skeleton(text), ()) if not are_near_duplicates(one, seen)]
        if others := tuple(one for one in near if _unswapped(one) == text):
            return Damaged(Damage.SWAPPED, f"{Damage.SWAPPED}: {seen}", others)
        others = tuple(islice((one for one in near if _are_near_by_whole_parts(_unswapped(one), text)), _MOST))
        what = f"{Damage.SWAPPED}, with zeros or separators lost: {seen}"
        return Damaged(Damage.SWAPPED, what, others) if others else None

    def _truncated(self, seen: str) -> Damaged | None:
        if len(seen) < _SHORTEST_STUMP:
            return None
        for zeros in range(_MOST_ZEROS_LOST + 1):
            stump = "0" * zeros + seen
            if keys := tuple(islice((one for one in self._between(stump, stump) if one != stump), _MOST)):
                lost = ", with zeros in front lost" if zeros else ""
                what = f"{Damage.TRUNCATED} after {len(seen)} characters{lost}: {seen}"
                return Damaged(Damage.TRUNCATED, what, keys)
        return None

    def _illegible(self, seen: str) -> Damaged | None:
        """Each letter that an encoding does not have is written as a question mark, or as two."""
        beginning = seen.partition("?")[0]
        if beginning == seen or len(beginning) < _SHORTEST_BEGINNING:
            return None
        could_be = re.compile("".join(map(_illegible_letters, re.findall(r"\?+|[^?]+", seen)))).fullmatch
        near = islice(self._between(beginning, beginning), _MOST_LOOKED_AT)
        keys = tuple(islice(filter(could_be, near), _MOST))
        return Damaged(Damage.ENCODING, f"{Damage.ENCODING}: {seen}", keys) if keys else None

    def _between(self, lowest: str, highest: str) -> Iterable[str]:
        """The keys from `lowest` to the last that begins with `highest`."""
        place = bisect_left(self._sorted, lowest)
        end = bisect_left(self._sorted, highest + _LAST)
        return (self._sorted[at] for at in range(place, end))


def _unswapped(key: str) -> str:
    return key.replace("O", "0").replace("I", "1")


def _all_unswapped(names: Sequence[str]) -> list[str]:
    """The skeletons of the keys unswapped, for the skeletons of the keys: see `skeletons`."""
    return skeleton(_unswapped("\n".join(names))).split("\n") if names else []


def _are_near_by_whole_parts(one: str, other: str) -> bool:
    return are_near_duplicates(one, other) and not changes_a_zero_part(one, other)


def _illegible_letters(text: str) -> str:
    """As a regular expression: what was readable stands for itself."""
    return f"[^\\x00-\\x7f]{{1,{len(text)}}}" if text.startswith("?") else re.escape(text)


def _chains(code: str) -> Iterable[Suspicion]:
    """The suspicions about `code`, then those about what it may have been before: harms come in company."""
    first = suspicions(code)
    yield from first
    for one in first:
        for text in one.texts:
            for further in suspicions(text):
                weak = one.weak or further.weak
                yield evolve(further, what=f"{one.what}; {further.what}", weak=weak)
    if date := shown_as_date(code):
        yield date
