"""The recipe that a site's product codes were written by, found in a sample of them, with the evidence.

Law of this module: a recipe is certain only when nothing speaks against it and no other one explains the codes as
well; every doubt is told in words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from attrs import field, frozen

from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku.infer_fit import Evidence, Fit, fitted
from clarus_bluecherry.sku.infer_order import FEW, PARTS, Bones, Order, best_orders
from clarus_bluecherry.sku.recipe import Recipe

_SURE, _MOSTLY, _HALF = 0.95, 0.9, 0.5
_SHOWN = 5


@frozen(kw_only=True)
class Inference:
    """The recipe that explains most codes, if any does, and how well.

    Of all `codes`, `exact` are written by the recipe, `otherwise` stand for a SKU and are written otherwise (zeros
    lost, other separators), and the rest is no SKU's. `otherwise_written` and `unexplained` show some, the first
    with what the recipe would write. `rivals` explain the codes as well. `doubts` say why the recipe is not
    certain, in words.
    """

    recipe: Recipe | None
    codes: int
    exact: int = 0
    otherwise: int = 0
    evidence: tuple[Evidence, ...] = ()
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
    told = sorted(set(codes))
    known = sorted(set(skus), key=lambda sku: sku.key)
    bones = Bones()
    orders = best_orders(told, known, bones)
    if not orders.best:
        return Inference(recipe=None, codes=len(told), doubts=("no order of the parts explains any code",))
    values = {name: {getattr(sku, name) for sku in known} for name in PARTS}
    fits = [fitted(order, told, orders.skus, values, bones) for order in orders.best]
    best = max(fits, key=lambda fit: fit.exact)
    counted = _Counted(best, told, known, bones)
    as_good = [fit for fit in fits if fit.exact == best.exact]
    rivals = [fit for fit in as_good if counted.placed(fit.order) != counted.placed(best.order)]
    besides = max(len(texts - counted.bones) for texts in orders.explained)
    explained = len(orders.explained[0])
    order = Evidence(f"the order is {best.order}", explained, min(len(told), len(orders.skus)))
    doubts = [*counted.doubts, *best.doubts, *(f"the order could as well be {fit.order}" for fit in rivals)]
    if besides > (1 - _SURE) * explained:
        doubts.append(f"another order explains {besides:,} codes besides")
    return Inference(
        recipe=best.recipe,
        codes=len(told),
        exact=counted.exact,
        otherwise=len(counted.otherwise),
        evidence=(order, *best.evidence),
        doubts=tuple(doubts),
        rivals=tuple(fit.recipe for fit in rivals),
        otherwise_written=tuple(counted.otherwise[:_SHOWN]),
        unexplained=counted.unexplained,
    )


class _Counted:
    """Both lists, counted whole under one recipe."""

    def __init__(self, fit: Fit, codes: Sequence[str], skus: Sequence[Sku], bones: Bones) -> None:
        self._fit, self._codes, self._skus = fit, codes, skus
        spelled = [fit.recipe.spelling(sku) for sku in skus]
        written = frozenset(spelled)
        by_bones = {bones.of(code): code for code in written}
        others = [code for code in codes if code not in written]
        listed = frozenset(codes)
        self.bones = by_bones.keys()
        self.merged = len(skus) - len(written)
        self.exact = len(codes) - len(others)
        self.otherwise = [(code, meant) for code in others if (meant := by_bones.get(bones.of(code)))]
        self.unexplained = tuple(islice((code for code in others if bones.of(code) not in by_bones), _SHOWN))
        shown = _cases(sku for sku, code in zip(skus, spelled, strict=True) if code in listed)
        self._unshown = _cases(skus) - shown

    def placed(self, order: Order) -> tuple[str, tuple[str, ...], str]:
        """The order of the parts that codes show."""
        return order.front, tuple(name for name in order.names if name not in self._unplaced), order.back

    @property
    def doubts(self) -> Iterator[str]:
        """What speaks against the recipe, or is not shown by any code."""
        explained = self.exact + len(self.otherwise)
        if explained < FEW:
            yield f"only {explained} codes are explained: too few to be sure"
        if explained < _HALF * min(len(self._codes), len(self._skus)):
            yield f"only {explained:,} of {len(self._codes):,} codes are explained by {len(self._skus):,} SKUs"
        if self.exact < _MOSTLY * explained:
            yield f"{len(self.otherwise):,} of {explained:,} codes that it explains are written otherwise"
        for one in self._fit.evidence:
            if one.agree < _SURE * one.of:
                yield f"{one.what} in {one.agree:,} of {one.of:,} cases only"
        for name in self._unplaced:
            yield f"the {name} is empty in all SKUs whose codes are known: no code shows where it stands"
        for name in self._fit.order.names:
            if (name, False) in self._unshown and name not in self._unplaced:
                yield f"no code shows what stands for an empty {name}"
        if self.merged:
            yield f"it gives {self.merged:,} SKUs a code that another one has"

    @property
    def _unplaced(self) -> Collection[str]:
        """The parts that SKUs have, but none whose code is known."""
        return [name for name in PARTS if (name, True) in self._unshown]


def _cases(skus: Iterable[Sku]) -> set[tuple[str, bool]]:
    """Which parts the SKUs have, and which some of them lack."""
    return {(name, bool(getattr(sku, name))) for sku in skus for name in PARTS}
