"""Both lists, counted whole under one recipe: which codes it explains, and which values those show.

Law of this module: it counts and judges nothing; every code is in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku.inference._order import PARTS, Skeletons
from clarus_bluecherry.sku.recipe._part import Part
from clarus_bluecherry.sku.recipe._recipe import Recipe


class Counted:
    """What `recipe` makes of the lists.

    `exact` codes it writes, `otherwise` are written otherwise, with what it would write, `unexplained` are no
    SKU's. `merged` SKUs have a code that another one has. `skeletons` are those of all that it writes.
    """

    def __init__(self, recipe: Recipe, codes: Sequence[str], skus: Sequence[Sku], skeletons: Skeletons) -> None:
        self.recipe, self.codes, self.skus = recipe, codes, skus
        spelled = [recipe.spelling(sku) for sku in skus]
        self.written = frozenset(spelled)
        by_skeleton = {skeletons.of(code): code for code in self.written}
        others = [code for code in codes if code not in self.written]
        listed = frozenset(codes)
        self.skeletons = by_skeleton.keys()
        self.merged = len(skus) - len(self.written)
        self.exact = len(codes) - len(others)
        self.otherwise = [(code, meant) for code in others if (meant := by_skeleton.get(skeletons.of(code)))]
        self.unexplained = [code for code in others if skeletons.of(code) not in by_skeleton]
        shown = [sku for sku, code in zip(skus, spelled, strict=True) if code in listed]
        self.shown, self._values = _values(shown), _values(skus)

    @property
    def explained(self) -> int:
        """How many codes are some SKU's."""
        return self.exact + len(self.otherwise)

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


def _values(skus: Iterable[Sku]) -> Mapping[str, set[str]]:
    told = list(skus)
    return {name: {getattr(sku, name) for sku in told} for name in PARTS}


def _unlike(part: Part, values: Iterable[str], shown: Iterable[str]) -> Mapping[str, str]:
    """Those of the values that are neither a word nor the same as one that is shown."""
    known = {*map(part.plain, shown), *(part.plain(value) for value, _ in part.words)}
    hidden = {value: part.plain(value) for value in sorted(values) if part.plain(value) not in known}
    first = {plain: value for value, plain in reversed(hidden.items())}
    return {value: first[plain] for value, plain in hidden.items()}
