"""Values that codes write in a text of their own (`2XL` as `XXL`): the recipe writes those codes but for one part.

Law of this module: a word is taken only where codes that could be no other SKU's all agree on it; one that too few
show, that could be another's, or that no code shows, is told as a doubt.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from attrs import evolve, field, frozen

from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku.codes._text import SEPARATORS
from clarus_bluecherry.sku.inference._count import Counted
from clarus_bluecherry.sku.inference._fit import Support
from clarus_bluecherry.sku.inference._order import Skeletons, spread
from clarus_bluecherry.sku.recipe._part import Part, Text
from clarus_bluecherry.sku.recipe._recipe import Recipe

_UNANIMOUS = 3
_SURE, _NOTABLE = 0.95, 0.05
_MOST_OF_SEVERAL, _MOST_LIKE = 1_000, 1_000
_TOLD = 5
_HOLE, _LAST = "\0", "\U0010ffff"


@frozen
class Worded:
    """Both lists, counted under the recipe with its words, and what speaks for those and against."""

    counted: Counted
    evidence: tuple[Support, ...]
    doubts: tuple[str, ...]


@frozen
class _Place:
    """Where in a code values stand that no code shows: the parts with their values, and the text around them."""

    values: tuple[tuple[str, str], ...]
    pieces: tuple[str, ...]
    sku: Sku = field(eq=False)

    @property
    def is_bounded(self) -> bool:
        """Whether separators, or the ends of the code, are around what stands there."""
        return self.pieces[0][-1:] in SEPARATORS and self.pieces[-1][:1] in SEPARATORS

    def text(self, code: str) -> str:
        """What stands there in `code`."""
        return code[len(self.pieces[0]) : len(code) - len(self.pieces[-1])]


Claims = Mapping[_Place, Sequence[str]]
"""The codes that no SKU explains, by the place in which they could show a value that no other code does."""


@frozen
class _Guess:
    """What a value could be written as; `codes` show it. `doubt` says why that is not sure, if it is not."""

    name: str
    value: str
    text: str
    codes: Sequence[str]
    doubt: str


def with_words(recipe: Recipe, codes: Sequence[str], skus: Sequence[Sku], skeletons: Skeletons) -> Worded:
    """`recipe` with every word that the codes show, found step by step, as one word tells others apart."""
    evidence: list[Support] = []
    while True:
        counted = Counted(recipe, codes, skus, skeletons)
        claims = _claims(counted) if counted.unexplained else {}
        guesses = [*_guesses(claims)]
        weighed = _weighed(counted, [guess for guess in guesses if not guess.doubt])
        sure = {(guess.name, guess.text): guess for guess, one in weighed if one.agree >= _SURE * one.of}
        if not sure:
            found = [one for _, one in weighed]
            return Worded(counted, (*evidence, *found), tuple(_doubts(counted, claims, guesses)))
        evidence += [one for guess, one in weighed if guess in sure.values()]
        recipe = _taught(recipe, sure.values())


def _taught(recipe: Recipe, words: Iterable[_Guess]) -> Recipe:
    """The recipe with a text of its own for each of the values."""
    more: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for word in words:
        more[word.name].append((word.value, word.text))
    parts = [
        evolve(part, words=(*part.words, *more[part.name])) if isinstance(part, Part) else part
        for part in recipe.parts
    ]
    return evolve(recipe, parts=parts)


# Which codes could show a value --------------------------------------------------------------------------------


def _claims(counted: Counted) -> Claims:
    codes = _Sorted(counted.unexplained)
    places = dict.fromkeys(_places(counted))
    several = spread([place for place in places if len(place.values) > 1], _MOST_OF_SEVERAL)
    single = [place for place in places if len(place.values) == 1]
    could = _Could(counted)
    claims = {place: [*could.have_one(place, codes.around(*place.pieces))] for place in single}
    for place in several:
        around = spread(codes.around(place.pieces[0], place.pieces[-1]), _MOST_LIKE)
        claims[place] = [*could.have_several(place, around)]
    return {place: found for place, found in claims.items() if found}


def _places(counted: Counted) -> Iterator[_Place]:
    """The places of all SKUs that have a value which no code shows."""
    hidden = {name: values for name, values in counted.hidden.items() if values}
    for sku in counted.skus:
        values = {name: told[value] for name, told in hidden.items() if (value := getattr(sku, name)) in told}
        if values:
            code = counted.recipe.joined([_text(part, sku, values) for part in counted.recipe.parts])
            pieces = tuple(code.split(_HOLE))
            if len(pieces) == len(values) + 1:
                yield _Place(tuple(values.items()), pieces, sku)


def _text(part: Part | Text, sku: Sku, holes: Container[str]) -> str:
    if isinstance(part, Text):
        return part.fixed
    return _HOLE if part.name in holes else part.text(sku)


class _Could:
    """Which codes could show a text of its own at a place: not one that stands for something else already."""

    def __init__(self, counted: Counted) -> None:
        recipe = counted.recipe
        parts = [part for part in recipe.parts if isinstance(part, Part)]
        self._taken = {
            part.name: {*part.own_texts, *map(part.written, counted.shown[part.name])} for part in parts
        }
        self._joints = set(map(recipe.joint, recipe.parts))
        joints = re.escape("".join(sorted(self._joints)))
        self._any = f"([^{joints}]+)" if joints else "(.+)"

    def have_one(self, place: _Place, codes: Iterable[str]) -> Iterator[str]:
        ((name, _),) = place.values
        for code in codes:
            text = place.text(code)
            if text not in self._taken[name] and not self._joints & set(text):
                yield code

    def have_several(self, place: _Place, codes: Iterable[str]) -> Iterator[str]:
        pattern = re.compile(self._any.join(map(re.escape, place.pieces)))
        for code in codes:
            match = pattern.fullmatch(code)
            if match and ("" in self._joints or not self._is_taken(place, match.groups())):
                yield code

    def _is_taken(self, place: _Place, texts: Iterable[str]) -> bool:
        return any(text in self._taken[name] for (name, _), text in zip(place.values, texts, strict=True))


class _Sorted:
    """Codes, found by how they begin and end."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._codes = sorted(codes)
        self._backwards = sorted(code[::-1] for code in self._codes)

    def around(self, front: str, back: str) -> Sequence[str]:
        """The codes that begin with `front` and end with `back`, and have something between."""
        begin, end = _beginning(self._codes, front), _beginning(self._backwards, back[::-1])
        if len(begin) <= len(end):
            likely = [self._codes[place] for place in begin]
        else:
            likely = sorted(self._backwards[place][::-1] for place in end)
        least = len(front) + len(back)
        return [code for code in likely if len(code) > least and code.startswith(front) and code.endswith(back)]


def _beginning(texts: Sequence[str], front: str) -> range:
    return range(bisect_left(texts, front), bisect_left(texts, front + _LAST))


# What they say -------------------------------------------------------------------------------------------------


def _guesses(claims: Claims) -> Iterator[_Guess]:
    """What the codes say of each value that stands alone between what is known."""
    claimed = Counter(chain.from_iterable(claims.values()))
    places: defaultdict[tuple[str, str], dict[_Place, Sequence[str]]] = defaultdict(dict)
    for place, codes in claims.items():
        if len(place.values) == 1:
            places[place.values[0]][place] = codes
    for (name, value), found in sorted(places.items(), key=lambda one: one[0]):
        own = {place: codes for place, codes in found.items() if any(claimed[code] == 1 for code in codes)}
        clear = Counter(place.text(codes[0]) for place, codes in own.items() if len(codes) == 1)
        texts = Counter(place.text(code) for place, codes in found.items() for code in codes)
        text, *others = sorted(texts, key=lambda text: (-clear[text], -texts[text], text))
        shown = [code for place, codes in found.items() for code in codes if place.text(code) == text]
        if any(text not in map(place.text, codes) for place, codes in own.items()) or (others and not clear):
            what = " or ".join(map(repr, (text, *others[:_TOLD])))
            doubt = f"the codes do not settle whether the {name} {value!r} is written {what}"
        elif clear[text] < _UNANIMOUS:
            doubt = f"the {name} {value!r} seems to be written {text!r}, as in {shown[0]!r}: too few codes"
        elif not all(place.is_bounded for place in own):
            why = "no separator shows where it begins and ends"
            doubt = f"the {name} {value!r} seems to be written {text!r}, as in {shown[0]!r}: {why}"
        else:
            doubt = ""
        yield _Guess(name, value, text, shown, doubt)


def _weighed(counted: Counted, words: Sequence[_Guess]) -> list[tuple[_Guess, Support]]:
    """How many codes that show each word are SKUs with its value; others stand where SKUs have other values."""
    known = _Sorted(counted.written if words else ())
    between = re.escape(SEPARATORS)
    weighed = []
    for word in words:
        pattern = re.compile(f"(?:^|(?<=[{between}])){re.escape(word.text)}(?![^{between}])")
        own = frozenset(word.codes)
        elsewhere = [
            code
            for code in counted.unexplained
            if word.text in code
            and code not in own
            and any(known.around(code[: one.start()], code[one.end() :]) for one in pattern.finditer(code))
        ]
        what = f"the {word.name} {word.value!r} is written {word.text!r}"
        weighed.append((word, Support(what, len(own), len(own) + len(elsewhere))))
    return weighed


def _doubts(counted: Counted, claims: Claims, guesses: Sequence[_Guess]) -> Iterator[str]:
    """What the codes that are no SKU's leave open."""
    yield from _some(guess.doubt for guess in guesses if guess.doubt)
    single = {code for place, codes in claims.items() if len(place.values) == 1 for code in codes}
    several = {code: place for place, codes in claims.items() for code in codes if code not in single}
    yield from _some(
        f"{code!r} could be {place.sku}: no code shows its {' and '.join(name for name, _ in place.values)}"
        for code, place in sorted(several.items())
    )
    if len(counted.unexplained) > _NOTABLE * len(counted.codes):
        rest = f"{len(counted.unexplained):,} of {len(counted.codes):,} codes are no SKU's"
        guessed = {(guess.name, guess.value) for guess in guesses}
        for name, hidden in counted.hidden.items():
            values = [repr(value) for value in dict.fromkeys(hidden.values()) if (name, value) not in guessed]
            if values:
                more = f" and {len(values) - _TOLD:,} others" if len(values) > _TOLD else ""
                told = ", ".join(values[:_TOLD]) + more
                yield f"no code shows how the {name} {told} is written, and {rest}"


def _some(doubts: Iterable[str]) -> Iterator[str]:
    """The first few, and how many more."""
    told = list(doubts)
    yield from told[:_TOLD]
    if len(told) > _TOLD:
        yield f"and so for {len(told) - _TOLD:,} others"
