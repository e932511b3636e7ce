"""Both lists, counted whole under one recipe: which codes it explains, and which values those show.

Law of this module: it counts and judges nothing; every code is in one place. What a code that is written otherwise
means is told only where it can be one SKU's alone, by the belief of `could_become`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku.codes._damage import made_a_date, made_a_number, made_dates
from clarus_bluecherry.sku.codes._near_duplicates import NearDuplicateIndex, changes_a_zero_part
from clarus_bluecherry.sku.codes._originals import spreadsheets_marks
from clarus_bluecherry.sku.codes._signs import show_the_same_signs
from clarus_bluecherry.sku.codes._text import fold, key
from clarus_bluecherry.sku.inference._order import PARTS, Skeletons
from clarus_bluecherry.sku.recipe._part import Part
from clarus_bluecherry.sku.recipe._recipe import Recipe


class Counted:
    """What `recipe` makes of the lists.

    `exact` codes it writes, `otherwise` are like codes that it writes, `unexplained` are no SKU's. `merged` SKUs
    have a code that another one has. `skeletons` are those of all that it writes.
    """

    def __init__(self, recipe: Recipe, codes: Sequence[str], skus: Sequence[Sku], skeletons: Skeletons) -> None:
        self.recipe, self.codes, self.skus = recipe, codes, skus
        spelled = [recipe.spelling(sku) for sku in skus]
        self.written = frozenset(spelled)
        self.skeletons = frozenset(map(skeletons.of, self.written))
        others = [code for code in codes if code not in self.written]
        wanted = frozenset(map(skeletons.of, others))
        self._alike = _Alike(code for code in self.written if skeletons.of(code) in wanted)
        listed = frozenset(codes)
        self.merged = len(skus) - len(self.written)
        of_skus = Counter(dict(zip(skus, spelled, strict=True)).values())
        self._shared = frozenset(code for code, times in of_skus.items() if times > 1)
        self.exact = len(codes) - len(others)
        self.otherwise = [code for code in others if self._alike.to(code)]
        otherwise = frozenset(self.otherwise)
        self.unexplained = [code for code in others if code not in otherwise]
        shown = [sku for sku, code in zip(skus, spelled, strict=True) if code in listed]
        self.shown, self._values = _values(shown), _values(skus)

    @property
    def explained(self) -> int:
        """How many codes are some SKU's."""
        return self.exact + len(self.otherwise)

    @property
    def meant(self) -> Iterator[tuple[str, str]]:
        """The codes that are written otherwise and can mean one code alone, of one SKU, with that one."""
        found = ((code, self._alike.only(code)) for code in self.otherwise)
        return ((code, right) for code, right in found if right and right not in self._shared)

    @property
    def hidden(self) -> Mapping[str, Mapping[str, str]]:
        """The values that no code shows, by the part of the recipe, each with the first one that is the same.

        A style is written like all others.
        """
        parts = [part for part in self.recipe.parts if isinstance(part, Part) and part.name != "style"]
        return {part.name: _unlike(part, self._values[part.name] - {""}, self.shown[part.name]) for part in parts}

    @property
    def unplaced(self) -> Sequence[str]:
        """The parts that SKUs have, but none whose code is known."""
        return [name for name in PARTS if any(self._values[name]) and not any(self.shown[name])]

    @property
    def unseen_when_empty(self) -> Sequence[str]:
        """The parts of the recipe that some SKUs lack, but none whose code is known."""
        names = [part.name for part in self.recipe.parts if isinstance(part, Part)]
        return [name for name in names if "" in self._values[name] - self.shown[name]]


class _Alike:
    """Codes that are like others but for zeros, separators and spelling, as the crosswalk believes it."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._by_key: dict[str, list[str]] = {}
        for code in codes:
            self._by_key.setdefault(key(code), []).append(code)
        self._near_duplicates = NearDuplicateIndex(self._by_key)

    def to(self, text: str) -> Sequence[str]:
        """The keys that `text` could stand for; when it spells a whole one, those that it could be left of."""
        seen = key(text)
        found = self._near_duplicates.of(seen)
        return found.loose if seen in self._by_key else found.near

    def only(self, text: str) -> str:
        """The one code that `text` could stand for; empty where it could be another's, a date or a zero."""
        meant, *others = self.to(text)
        marks = [mark for sign in made_a_number(fold(text).text) for mark in sign.texts]
        marks += made_dates(key(text))
        others += [other for mark in marks for other in self.to(mark) if other != meant]
        others += made_a_date(key(text))
        codes = self._by_key[meant]
        is_signed = not show_the_same_signs(codes[0], text)
        doubted = others or is_signed or changes_a_zero_part(meant, key(text)) or spreadsheets_marks(meant, text)
        return "" if doubted or len(codes) > 1 else codes[0]


def _values(skus: Iterable[Sku]) -> Mapping[str, set[str]]:
    told = list(skus)
    return {name: {getattr(sku, name) for sku in told} for name in PARTS}


def _unlike(part: Part, values: Iterable[str], shown: Iterable[str]) -> Mapping[str, str]:
    """Those of the values that are neither a word nor the same as one that is shown."""
    known = {*map(part.plain, shown), *(part.plain(value) for value, _ in part.words)}
    hidden = {value: part.plain(value) for value in sorted(values) if part.plain(value) not in known}
    first = {plain: value for value, plain in reversed(hidden.items())}
    return {value: first[plain] for value, plain in hidden.items()}
