"""The recipe that fits one order of the parts best, with how many codes agree with each of its settings.

Law of this module: each setting is the one that most codes show; how many others there are is told with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve, frozen

from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku.inference._order import Order, Skeletons
from clarus_bluecherry.sku.inference._parts import BACK, Observations, Vote, observed, voted
from clarus_bluecherry.sku.recipe._part import LetterCase, Part, Text
from clarus_bluecherry.sku.recipe._recipe import Recipe

_SEPARATOR = "-"
_CASES: Mapping[LetterCase, str] = {"upper": "", "lower": "in lower case", "keep": "as it is, upper or lower case"}


@frozen
class Support:
    """What was decided, and how many of those that could tell agree."""

    what: str
    agree: int
    of: int


@frozen
class Fit:
    """A recipe for one order of the parts; `exact` are the codes that it writes for SKUs near them."""

    order: Order
    recipe: Recipe
    votes: tuple[Vote, ...]
    joints: tuple[Support, ...]
    exact: int

    @property
    def evidence(self) -> Iterator[Support]:
        """Each setting of the recipe in words."""
        yield from self.joints
        for vote in self.votes:
            yield Support(f"the {_in_words(vote.part)}", vote.agree, vote.of)

    def doubts(self, recipe: Recipe) -> Iterator[str]:
        """What no code shows of the parts, beside the words that `recipe` has."""
        words = {part.name: part.words for part in recipe.parts if isinstance(part, Part)}
        for vote in self.votes:
            name = vote.part.name
            if not vote.of:
                yield f"no code shows how the {name} is written"
            elif left := vote.open_beside(words[name]):
                value, rival = left
                ours, other = vote.part.written(value), rival.written(value)
                yield f"the codes do not settle whether the {name} {value!r} is written {ours!r} or {other!r}"


def fitted(
    order: Order,
    codes: Sequence[str],
    near: Sequence[Sku],
    values: Mapping[str, Iterable[str]],
    skeletons: Skeletons,
) -> Fit:
    """The best recipe for `order`; `values` are all that the parts of SKUs have, by the name of the part."""
    seen = observed(order, codes, near, skeletons)
    votes = [_vote(name, seen, values[name]) for name in order.names]
    joints = {name: counted.most_common(1)[0] for name, counted in seen.joints.items()}
    separator, _ = max(Counter(joint for joint, _ in joints.values()).most_common(1), default=(_SEPARATOR, 0))
    before = {name: joint for name, (joint, _) in joints.items() if joint != separator}
    parts: list[Part | Text] = [evolve(vote.part, before=before.get(vote.part.name)) for vote in votes]
    if order.front:
        parts.insert(0, Text(order.front))
    if order.back:
        parts.append(Text(order.back, before=before.get(BACK)))
    recipe = Recipe(parts=tuple(parts), separator=separator)
    evidence = tuple(
        Support(f"before the {name} stands {joint!r}", count, seen.joints[name].total())
        for name, (joint, count) in joints.items()
    )
    exact = len(frozenset(codes).intersection(map(recipe.spelling, near)))
    return Fit(order, recipe, tuple(votes), evidence, exact)


def _vote(name: str, seen: Observations, values: Iterable[str]) -> Vote:
    vote = voted(name, seen.values[name], values)
    ((absent, _),) = seen.absent[name].most_common(1) or [("", 0)]
    words = [(value, text) for value, text in vote.part.words if text != absent]
    return evolve(vote, part=evolve(vote.part, absent=absent, words=words))


def _in_words(part: Part) -> str:
    zeros = "without zeros in front" if part.strip_zeros else "with its zeros"
    words = [zeros, f"filled up to {part.pad_to} places" if part.pad_to else ""]
    words += [_CASES[part.case], "folded" if part.fold else ""]
    if part.inside is not None:
        words.append(
            f"with {part.inside!r} for a separator inside" if part.inside else "without separators inside"
        )
    words += [f"{value!r} as {text!r}" for value, text in part.words]
    words.append(f"{part.absent!r} when it is empty" if part.absent else "")
    return f"{part.name} is written {', '.join(filter(None, words))}"
