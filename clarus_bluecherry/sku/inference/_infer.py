"""The recipe that a site's product codes were written by, found in a sample of them, with the evidence.

Law of this module: a recipe is certain only when nothing speaks against it and no other one explains the codes as
well; every doubt is told in words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from attrs import field, frozen

from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku.inference._count import Counted
from clarus_bluecherry.sku.inference._fit import Support, fitted
from clarus_bluecherry.sku.inference._order import FEW, PARTS, Order, Skeletons, best_orders
from clarus_bluecherry.sku.inference._words import with_words
from clarus_bluecherry.sku.matching._crosswalk import Crosswalk
from clarus_bluecherry.sku.matching._outcome import Matched
from clarus_bluecherry.sku.recipe._recipe import Recipe

_SURE, _MOSTLY, _HALF = 0.95, 0.9, 0.5
_SHOWN = 5


@frozen(kw_only=True)
class Inference:
    """The recipe that explains most codes, if any does, and how well.

    Of all `codes`, `exact` are written by the recipe, `otherwise` are like a SKU's but written otherwise (zeros
    lost, other separators), and the rest is no SKU's. `unexplained` shows some of the rest, `otherwise_written`
    some of those that can be one SKU's only, with what the recipe would write. `rivals` explain the codes as
    well. `doubts` say why the recipe is not certain, in words.
    """

    recipe: Recipe | None
    codes: int
    exact: int = 0
    otherwise: int = 0
    evidence: tuple[Support, ...] = ()
    doubts: tuple[str, ...] = ()
    rivals: tuple[Recipe, ...] = ()
    otherwise_written: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    unexplained: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_certain(self) -> bool:
        """Whether there is a recipe, and no doubt."""
        return self.recipe is not None and not self.doubts


def infer(codes: Iterable[str], skus: Iterable[Sku]) -> Inference:
    """The recipe by which `codes` were written for some of `skus`. Neither list need be complete.

    Found are the order of the parts, a fixed text in front or behind, separators, padding, stripped zeros, case,
    what a separator inside a value becomes, texts for certain values and for what is empty. The order of the lists
    does not matter. Large lists are sampled evenly and counted whole.

    >>> skus = [Sku(f"{n:05}", color, size=size) for n in range(9) for color in ("BLK", "RED") for size in "SML"]
    >>> found = infer([f"AC{sku.color}_{sku.style}.{sku.size}" for sku in skus], skus)
    >>> found.is_certain, found.recipe.code(Sku("00042", "BLU", size="XL"))
    (True, 'ACBLU_00042.XL')
    """
    told = sorted({code for code in codes if code})
    known = sorted(set(skus), key=lambda sku: sku.key)
    skeletons = Skeletons()
    orders = best_orders(told, known, skeletons)
    if not orders.best:
        return Inference(recipe=None, codes=len(told), doubts=(_why_nothing(told, known, skeletons),))
    values = {name: {getattr(sku, name) for sku in known} for name in PARTS}
    fits = [fitted(order, told, orders.skus, values, skeletons) for order in orders.best]
    best = max(fits, key=lambda fit: fit.exact)
    worded = with_words(best.recipe, told, known, skeletons)
    counted = worded.counted
    as_good = [fit for fit in fits if fit.exact == best.exact]
    rivals = [fit for fit in as_good if _placed(fit.order, counted) != _placed(best.order, counted)]
    besides = max(len(texts - counted.skeletons) for texts in orders.explained)
    order = Support(f"the order is {best.order}", counted.explained, len(told))
    evidence = (*best.evidence, *worded.evidence)
    doubts = [*_doubts(counted, evidence), *best.doubts(counted.recipe), *worded.doubts]
    doubts += [f"the order could as well be {fit.order}" for fit in rivals]
    if besides > (1 - _SURE) * len(orders.explained[0]):
        doubts.append(f"another order explains {besides:,} codes besides")
    return Inference(
        recipe=counted.recipe,
        codes=len(told),
        exact=counted.exact,
        otherwise=len(counted.otherwise),
        evidence=(order, *evidence),
        doubts=tuple(doubts),
        rivals=tuple(fit.recipe for fit in rivals),
        otherwise_written=tuple(islice(_agreed(counted), _SHOWN)),
        unexplained=tuple(counted.unexplained[:_SHOWN]),
    )


def _why_nothing(codes: Collection[str], skus: Collection[Sku], skeletons: Skeletons) -> str:
    if not any(map(skeletons.of, codes)):
        return "there are no codes"
    return "no order of the parts explains any code" if skus else "there are no SKUs"


def _placed(order: Order, counted: Counted) -> tuple[str, tuple[str, ...], str]:
    """The order of the parts that codes show."""
    return order.front, tuple(name for name in order.names if name not in counted.unplaced), order.back


def _doubts(counted: Counted, evidence: Iterable[Support]) -> Iterator[str]:
    """What speaks against the recipe, or is not shown by any code."""
    explained = counted.explained
    if explained < FEW:
        yield f"only {explained} codes are explained: too few to be sure"
    if explained < _HALF * min(len(counted.codes), len(counted.skus)):
        yield f"only {explained:,} of {len(counted.codes):,} codes are explained by {len(counted.skus):,} SKUs"
    if counted.exact < _MOSTLY * explained:
        yield f"{len(counted.otherwise):,} of {explained:,} codes that it explains are written otherwise"
    for one in evidence:
        if one.agree < _SURE * one.of:
            yield f"{one.what} in {one.agree:,} of {one.of:,} cases only"
    for name in counted.unplaced:
        yield f"the {name} is empty in all SKUs whose codes are known: no code shows where it stands"
    for name in counted.unseen_when_empty:
        if name not in counted.unplaced:
            yield f"no code shows what stands for an empty {name}"
    if counted.merged:
        yield f"it gives {counted.merged:,} SKUs a code that another one has"


def _agreed(counted: Counted) -> Iterator[tuple[str, str]]:
    """Of the codes that seem to mean one, those of which the crosswalk says the same: it alone decides."""
    crosswalk = None
    for code, meant in counted.meant:
        if crosswalk is None:
            crosswalk = Crosswalk.build([Product(sku=sku) for sku in counted.skus], [], counted.recipe)
        match = crosswalk.match(code)
        if isinstance(match, Matched) and crosswalk.catalogue.code(match.sku) == meant:
            yield code, meant
