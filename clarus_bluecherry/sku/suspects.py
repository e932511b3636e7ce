"""Which codes of a list a spoiled code may have been.

Law of this module: it proposes, and never more than a few; a person, a barcode or a rule of the site decides. All
texts are compared by their `text.key`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import islice

from attrs import frozen

from clarus_bluecherry.sku.damage import Kinship, skeleton, skeletons
from clarus_bluecherry.sku.spoiled import Harm, Suspicion, suspicions
from clarus_bluecherry.sku.text import key

_SHORTEST_STUMP = 6
_MOST = 50
_MOST_ZEROS_LOST = 3
_LAST = "\uffff"


@frozen
class Spoiled:
    """What happened to a code, in words, and the keys of the list it may have been."""

    harm: Harm
    what: str
    keys: tuple[str, ...]


class Suspects:
    """The keys of one list, and some codes that none of them explains, to say which of them were spoiled.

    The codes are named beforehand: what could explain them is then found in one walk through a long list.

    >>> Suspects(["01234-BLK-M", "841234000017"], ["8.41234E+11"]).spoiled("8.41234E+11").keys
    ('841234000017',)
    >>> Suspects(["01234-BLK-M"], ["01234-BLK"]).spoiled("01234-BLK").what
    'cut off after 9 characters: 01234-BLK'
    """

    def __init__(self, keys: Iterable[str], codes: Iterable[str]) -> None:
        self._signs = {code: tuple(_chains(code)) for code in codes}
        seen = {_unswapped(key(code)) for code in self._signs}
        meant = {skeleton(key(text)) for signs in self._signs.values() for one in signs for text in one.texts}
        distinct = list(dict.fromkeys(keys)) if self._signs else []
        self._by_swapped: dict[str, list[str]] = {}
        for one, swapped in zip(distinct, _all_unswapped(distinct), strict=True):
            if swapped in seen:
                self._by_swapped.setdefault(swapped, []).append(one)
        named = zip(distinct, skeletons(distinct), strict=True)
        self._kinship = Kinship([one for one, name in named if name in meant])
        self._sorted = sorted(distinct)

    def spoiled(self, code: str) -> Spoiled | None:
        """What happened to `code`, if any sign shows; the sign that leads to a key of the list comes first."""
        signs = self._signs[code]
        for suspicion in signs:
            if keys := self._meant(suspicion):
                return Spoiled(suspicion.harm, suspicion.what, keys)
        by_shape = self._swapped(key(code)) or self._truncated(key(code))
        if by_shape or not signs:
            return by_shape
        return Spoiled(signs[0].harm, signs[0].what, ())

    def _meant(self, suspicion: Suspicion) -> tuple[str, ...]:
        relatives = (self._kinship.relatives(key(text)).kin for text in suspicion.texts)
        found = dict.fromkeys(one for kin in relatives for one in kin)
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

    def _swapped(self, seen: str) -> Spoiled | None:
        others = tuple(one for one in self._by_swapped.get(_unswapped(seen), ()) if one != seen)
        return Spoiled(Harm.SWAPPED, f"{Harm.SWAPPED}: {seen}", others) if others else None

    def _truncated(self, seen: str) -> Spoiled | None:
        if len(seen) < _SHORTEST_STUMP:
            return None
        keys = tuple(islice((one for one in self._between(seen, seen) if one != seen), _MOST))
        what = f"{Harm.TRUNCATED} after {len(seen)} characters: {seen}"
        return Spoiled(Harm.TRUNCATED, what, keys) if keys else None

    def _between(self, lowest: str, highest: str) -> Iterable[str]:
        """The keys from `lowest` to the last that begins with `highest`."""
        place = bisect_left(self._sorted, lowest)
        end = bisect_left(self._sorted, highest + _LAST)
        return (self._sorted[at] for at in range(place, end))


def _unswapped(key: str) -> str:
    return key.replace("O", "0").replace("I", "1")


def _all_unswapped(keys: Sequence[str]) -> list[str]:
    """As `_unswapped`, of a whole list: see `damage.skeletons`."""
    return _unswapped("\n".join(keys)).split("\n") if keys else []


def _chains(code: str) -> Iterable[Suspicion]:
    """The suspicions about `code`, then those about what it may have been before: harms come in company."""
    first = suspicions(code)
    yield from first
    for one in first:
        for text in one.texts:
            for further in suspicions(text):
                yield Suspicion(
                    further.harm, f"{one.what}; {further.what}", further.texts, further.lowest, further.highest
                )
