"""In which order the parts of SKUs stand in product codes: the orders that explain most codes.

Law of this module: texts are compared without separators and zeros, so that nothing about those need be guessed;
every order of the parts is tried, and of orders that explain as much none is preferred.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import TypeVar

from attrs import evolve, frozen

from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku.codes._near_duplicates import skeleton
from clarus_bluecherry.sku.codes._text import SEPARATORS, key, segments

T = TypeVar("T")

PARTS = ("style", "color", "label", "dimension", "size", "division")
FEW = 20
"""So many codes that are explained are no accident."""

_MOST_CODES, _MOST_SKUS, _MOST_FOR_WORDS = 5_000, 20_000, 1_000
_SAMPLES = (500, 5_000, _MOST_SKUS)
_NEARLY = 0.9
_LONGEST_FIXED = 12
_MOST_TIED = 60
_MOST_WORDS, _OFTEN = 8, 3


@frozen
class Order:
    """Parts of the SKU as a code has them, one after the other, between two fixed texts.

    `absent` are the texts that stand for parts that are empty.
    """

    names: tuple[str, ...]
    front: str = ""
    back: str = ""
    absent: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return ", ".join(
            filter(None, (self.front and repr(self.front), *self.names, self.back and repr(self.back)))
        )


@frozen
class Orders:
    """The orders that explain most codes, as many each, of the SKUs that were looked at.

    `explained` are the skeletons of the codes that an order explains: first the best one's, then those of others.
    """

    best: tuple[Order, ...]
    explained: tuple[frozenset[str], ...]
    skus: Sequence[Sku]


class Skeletons:
    """The skeleton of every text, found once."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, text: str) -> str:
        """The skeleton of `text`."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = skeleton(key(text))
        return found

    def code(self, order: Order, sku: Sku) -> str:
        """The skeleton of the code that `order` gives `sku`."""
        absent = dict(order.absent)
        values = (getattr(sku, name) or absent.get(name, "") for name in order.names)
        return "".join(map(self.of, (order.front, *values, order.back)))


def best_orders(codes: Sequence[str], skus: Sequence[Sku], skeletons: Skeletons) -> Orders:
    """The orders that explain most of `codes`. Both lists are sorted; large ones are sampled evenly."""
    seen = frozenset(map(skeletons.of, codes)) - {""}
    sample = spread(codes, _MOST_CODES)
    near = spread(_near(sample, skus, skeletons), _MOST_SKUS)
    counts = _counted(near, seen, sample, skeletons) if seen else {}
    likely = _at_least(_NEARLY * max(counts.values(), default=0), counts)[:_MOST_TIED]
    if not likely:
        return Orders((), (), near)
    explained = {order: _explained(order, near, seen, skeletons) for order in likely}
    most = max(map(len, explained.values()))
    tied = [order for order, texts in explained.items() if len(texts) == most]
    further = [order for order in counts if order not in explained]
    other = max(sorted(further, key=_simplicity), key=counts.__getitem__, default=tied[0])
    others = (texts for order, texts in explained.items() if order != tied[0])
    told = tuple(_with_words(order, sample, near, seen, skeletons) for order in tied)
    return Orders(told, (explained[tied[0]], _explained(other, near, seen, skeletons), *others), near)


def spread(items: Sequence[T], most: int) -> Sequence[T]:
    """At most so many of the items, evenly spread."""
    return items[:: max(1, -(-len(items) // most))]


def _near(codes: Iterable[str], skus: Iterable[Sku], skeletons: Skeletons) -> Sequence[Sku]:
    """The SKUs whose style stands in some code."""
    everything = "\n".join(map(skeletons.of, codes))
    stands: dict[str, bool] = {}
    for sku in skus:
        if sku.style not in stands:
            stands[sku.style] = skeletons.of(sku.style) in everything
    return [sku for sku in skus if stands[sku.style]]


def _counted(
    near: Sequence[Sku], seen: frozenset[str], codes: Sequence[str], skeletons: Skeletons
) -> Mapping[Order, int]:
    """How many codes each order explains, over so many SKUs that it is no accident."""
    counts: Mapping[Order, int] = {}
    for size in _SAMPLES:
        counts = _counts(spread(near, size), seen, codes, skeletons)
        if max(counts.values(), default=0) >= FEW or size >= len(near):
            break
    return counts


def _counts(
    skus: Sequence[Sku], seen: frozenset[str], codes: Sequence[str], skeletons: Skeletons
) -> Mapping[Order, int]:
    columns = {name: [skeletons.of(getattr(sku, name)) for sku in skus] for name in PARTS}
    present = [name for name in PARTS if any(getattr(sku, name) for sku in skus)]
    texts = {
        names: set(map("".join, zip(*[columns[name] for name in names], strict=True)))
        for size in range(1, len(present) + 1)
        for names in permutations(present, size)
        if "style" in names
    }
    counts: Counter[Order] = Counter()
    for front in _fixed_texts(codes, skeletons):
        for back in (text[::-1] for text in _fixed_texts([code[::-1] for code in codes], skeletons)):
            begin, end = skeletons.of(front), skeletons.of(back)
            inside = {text[len(begin) : len(text) - len(end)] for text in seen if _is_between(text, begin, end)}
            counts |= {Order(names, front, back): len(some & inside) for names, some in texts.items()}
    return +counts


def _is_between(text: str, front: str, back: str) -> bool:
    return len(text) > len(front) + len(back) and text.startswith(front) and text.endswith(back)


def _fixed_texts(codes: Sequence[str], skeletons: Skeletons) -> Iterator[str]:
    """Nothing, and every beginning that nearly all codes share."""
    yield ""
    told = {""}
    for length in range(1, _LONGEST_FIXED + 1):
        ((text, count),) = Counter(code[:length] for code in codes).most_common(1)
        if count < _NEARLY * len(codes):
            return
        if skeletons.of(text) not in told:
            told.add(skeletons.of(text))
            yield text.rstrip(SEPARATORS)


def _at_least(least: float, counts: Mapping[Order, int]) -> list[Order]:
    return sorted((order for order, count in counts.items() if count >= least), key=_simplicity)


def _simplicity(order: Order) -> tuple[int, int, list[int]]:
    return (
        bool(order.front) + bool(order.back),
        len(order.names),
        [PARTS.index(name) for name in order.names],
    )


def _explained(order: Order, skus: Iterable[Sku], seen: frozenset[str], skeletons: Skeletons) -> frozenset[str]:
    return seen.intersection(skeletons.code(order, sku) for sku in skus)


def _with_words(
    order: Order, codes: Sequence[str], near: Sequence[Sku], seen: frozenset[str], skeletons: Skeletons
) -> Order:
    """The order with a text for what is absent, where that explains more codes."""
    skus = spread(near, _MOST_FOR_WORDS)
    values = {
        skeletons.of(segment) for sku in near for name in order.names for segment in segments(getattr(sku, name))
    }
    found = Counter(segment for code in codes for segment in segments(code))
    words = [word for word, count in found.most_common() if count >= _OFTEN and skeletons.of(word) not in values]
    for name in order.names:
        if any(not getattr(sku, name) for sku in skus):
            further = [evolve(order, absent=(*order.absent, (name, word))) for word in words[:_MOST_WORDS]]
            order = max((order, *further), key=lambda one: len(_explained(one, skus, seen, skeletons)))
    return order
