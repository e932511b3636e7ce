"""How each part of a SKU is written in product codes: what the codes show, and the policy that fits it best.

Law of this module: only a code that is one SKU's, part by part, shows anything; policies are tried as real
`Part`s, and of two that fit as well the plainer is taken and the other one told.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from attrs import Factory, evolve, frozen

from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku.codes._text import SEPARATORS, fold
from clarus_bluecherry.sku.inference._order import Order, Skeletons, spread
from clarus_bluecherry.sku.recipe._part import LetterCase, Part

_MOST_OBSERVED = 5_000
_UNANIMOUS = 3
_A_RULE = 3
_JOINT = f"[{re.escape(SEPARATORS)}]"
FRONT, BACK = "front", "back"


@frozen
class Observations:
    """What aligned codes show: how values are written, what stands before each part, and for an empty one."""

    values: defaultdict[str, Counter[tuple[str, str]]] = Factory(lambda: defaultdict(Counter))
    joints: defaultdict[str, Counter[str]] = Factory(lambda: defaultdict(Counter))
    absent: defaultdict[str, Counter[str]] = Factory(lambda: defaultdict(Counter))


@frozen
class Vote:
    """The plainest policy that most observations agree with, how many do, and others that fit as well.

    `values` are all that there are; a rival writes some of them otherwise.
    """

    part: Part
    agree: int
    of: int
    rivals: tuple[Part, ...] = ()
    values: Sequence[str] = ()

    def open_beside(self, words: Iterable[tuple[str, str]]) -> tuple[str, Part] | None:
        """A value that a rival writes otherwise, and the rival; further `words` leave theirs not open."""
        known = {self.part.plain(value) for value, _ in {*words} - {*self.part.words}}
        values = [value for value in self.values if self.part.plain(value) not in known]
        found = ((_differs(self.part, rival, values), rival) for rival in self.rivals)
        return next(((value, rival) for value, rival in found if value), None)


def observed(order: Order, codes: Iterable[str], skus: Sequence[Sku], skeletons: Skeletons) -> Observations:
    """What the codes that are one SKU's show."""
    by_skeleton: defaultdict[str, list[Sku]] = defaultdict(list)
    for sku in skus:
        by_skeleton[skeletons.code(order, sku)].append(sku)
    told = [code for code in codes if skeletons.of(code) in by_skeleton and fold(code).text == code.upper()]
    seen = Observations()
    for code in spread(told, _MOST_OBSERVED):
        read = [
            (sku, match)
            for sku in by_skeleton[skeletons.of(code)]
            if (match := _pattern(order, sku).fullmatch(code))
        ]
        if len(read) == 1:
            _observe(seen, order, *read[0])
    return seen


def _pattern(order: Order, sku: Sku) -> re.Pattern[str]:
    """The code of `sku`, whatever its separators and the zeros in front of its parts."""
    absent = dict(order.absent)
    pieces = [(FRONT, re.escape(order.front))] if order.front else []
    pieces += [(name, _written(getattr(sku, name)) or re.escape(absent.get(name, ""))) for name in order.names]
    if order.back:
        pieces.append((BACK, re.escape(order.back)))
    text, is_first = "", True
    for name, piece in pieces:
        if piece:
            text += ("" if is_first else f"(?P<before_{name}>{_JOINT}?)") + f"(?P<{name}>{piece})"
            is_first = False
        elif is_first:
            text += f"(?:(?P<{name}>0+){_JOINT})?"
        else:
            text += f"(?:(?P<before_{name}>{_JOINT})(?P<{name}>0+)(?={_JOINT}|$))?"
    return re.compile(text, re.IGNORECASE)


def _written(value: str) -> str:
    """A value, whatever its separators and the zeros in front of it; zeros alone only where they end."""
    text = fold(value).text
    body = text.lstrip("0")
    if text and not body:
        return f"0+(?={_JOINT}|$)"
    return "0*" * bool(body) + "".join(f"{_JOINT}?" if one in SEPARATORS else re.escape(one) for one in body)


def _observe(seen: Observations, order: Order, sku: Sku, match: re.Match[str]) -> None:
    found = match.groupdict()
    for name in order.names:
        if value := getattr(sku, name):
            seen.values[name][value, found[name]] += 1
        else:
            seen.absent[name][found[name] or ""] += 1
    for group, joint in found.items():
        if group.startswith("before_") and joint is not None:
            seen.joints[group.removeprefix("before_")][joint] += 1


def voted(name: str, seen: Counter[tuple[str, str]], values: Iterable[str]) -> Vote:
    """The policy that `seen` shows, values with what was written for them; `values` are all there are."""
    told = sorted({*values} - {""})
    agreed = {part: _agree(part, seen) for part in _policies(name, seen, told)}
    most = max(agreed.values())
    best, *others = [_with_words(part, seen) for part, count in agreed.items() if count == most]
    others += _word_by_word(best, seen)
    others += _taken_at_their_word(best, seen)
    rivals = dict.fromkeys(part for part in others if _differs(best, part, told))
    return Vote(best, _agree(best, seen), seen.total(), tuple(rivals), told)


def _policies(name: str, seen: Iterable[tuple[str, str]], values: Sequence[str]) -> Iterator[Part]:
    """Every policy that could make a difference to `values`, the plainer ones first."""
    cases: list[LetterCase] = ["upper"]
    cases += ["keep"] if any(value != value.upper() for value in values) else []
    cases += ["lower"] if any(text != text.upper() for _, text in seen) else []
    folds = (False, True) if any(fold(value).text != value.upper() for value in values) else (False,)
    strips = (False, True) if any(value.startswith("0") for value in values) else (False,)
    has_separator = any(one in SEPARATORS for value in values for one in value)
    insides: tuple[str | None, ...] = (None, "", *SEPARATORS) if has_separator else (None,)
    widths = sorted({len(text) for _, text in seen if text.startswith("0")})
    for case, folded, inside, strip, width in product(cases, folds, insides, strips, (0, *widths)):
        yield Part(name, case=case, pad_to=width, strip_zeros=strip, fold=folded, inside=inside)


def _agree(part: Part, seen: Mapping[tuple[str, str], int]) -> int:
    return sum(count for (value, text), count in seen.items() if part.written(value) == text)


def _differs(one: Part, other: Part, values: Iterable[str]) -> str:
    """The first value that the two write differently."""
    return next((value for value in values if one.written(value) != other.written(value)), "")


def _word_by_word(part: Part, seen: Counter[tuple[str, str]]) -> Iterator[Part]:
    """That the few values with a separator which were seen are words, and no other is written like them."""
    words = {value: text for value, text in seen if part.inside is not None and set(value) & set(SEPARATORS)}
    if 0 < len(words) < _A_RULE:
        yield evolve(part, inside=None, words=_without_repeats(part, [*part.words, *words.items()]))


def _taken_at_their_word(part: Part, seen: Iterable[tuple[str, str]]) -> Iterator[Part]:
    """That values which are never written as the part would are words, too few of them to be sure."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for value, text in sorted(seen):
        texts[value].append(text)
    for value, told in texts.items() if part.name != "style" else ():
        if part.written(value) not in told:
            yield evolve(part, words=((value, told[0]),))


def _with_words(part: Part, seen: Counter[tuple[str, str]]) -> Part:
    """The part with a text of their own for values that are always written otherwise, zeros in front aside."""
    texts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (value, text), count in seen.items():
        texts[value][text] += count
    words: dict[str, str] = {}
    for value, counted in texts.items():
        ((text, count), *others) = counted.most_common(2)
        is_other = text.lstrip("0").upper() != part.written(value).lstrip("0").upper()
        if is_other and not others and count >= _UNANIMOUS:
            words[value] = text
    return evolve(part, words=_without_repeats(part, words.items())) if part.name != "style" else part


def _without_repeats(part: Part, words: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """The words without those that are the same value as one before, or written like it."""
    told: dict[str, str] = {}
    for value, text in words:
        if part.plain(value) not in map(part.plain, told) and text not in told.values():
            told[value] = text
    return told
