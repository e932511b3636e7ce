"""Decisions and pairs: what a person said about a code, and what the crosswalk holds of it.

Law of this module: a person's word is kept as it was given, with its instant; of two words on one code the newer
stands, and two of the same instant that differ cancel each other. What cannot be followed is a finding.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TypeVar

from attrs import field, frozen
from attrs.validators import optional

from clarus_bluecherry.model import Sku
from clarus_bluecherry.model._values import aware, filled, text
from clarus_bluecherry.sku.matching._catalogue import Catalogue, grouped, listed
from clarus_bluecherry.sku.matching._outcome import Deferred, FindingKind, Matched, Origin, SkuFinding
from clarus_bluecherry.sku.matching._warehouse import WarehouseList, WarehouseProduct

_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


@frozen(kw_only=True)
class Decision:
    """A person's word that `code` is `sku`. One without `since` is older than any with it."""

    code: str = field(validator=filled)
    sku: Sku
    since: dt.datetime | None = field(default=None, validator=optional(aware))
    note: str = field(default="", validator=text)


@frozen(kw_only=True)
class Pair:
    """A Clarus product code and its SKU, what the pair rests on, since when, and the rules that explain it.

    `product` is the warehouse's; None for a decided code that it does not list, the first where it lists
    the code more than once.
    """

    code: str
    sku: Sku
    origin: Origin
    _rules: Deferred[tuple[str, ...]] = field(eq=False, repr=False)
    since: dt.datetime | None = None
    note: str = ""
    product: WarehouseProduct | None = None

    @property
    def match(self) -> Matched:
        """The pair as the answer for its code."""
        return Matched(self.sku, self.code, self._rules, self.origin)

    @property
    def rules(self) -> tuple[str, ...]:
        """The steps from the code to the SKU, in words."""
        return self.match.rules


D = TypeVar("D", Decision, Pair)


def newest(dated: Sequence[D]) -> list[D]:
    """Those of the decisions or pairs that no other is newer than."""
    latest = max((one.since or _LONG_AGO for one in dated), default=_LONG_AGO)
    return [one for one in dated if (one.since or _LONG_AGO) == latest]


def in_force(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The newest decision on each code, by code; none where the newest disagree."""
    latest_words = (newest(rivals) for _, rivals in _by_code(decisions))
    return tuple(
        min(latest, key=lambda decision: decision.note) for latest in latest_words if len(_skus(latest)) == 1
    )


def decision_findings(
    decisions: Iterable[Decision], catalogue: Catalogue, warehouse: WarehouseList
) -> Iterable[SkuFinding]:
    """Decisions that cancel each other, that name what a system does not have, and that leave a choice open."""
    decisions = tuple(decisions)
    for code, rivals in _by_code(decisions):
        skus = _skus(newest(rivals))
        if len(skus) > 1:
            what = f"{code!r} was decided to be {listed(skus)} at the same time; no decision was used"
            yield SkuFinding(kind=FindingKind.DECISIONS_DISAGREE, what=what, codes=(code,), skus=skus)
        elif skus[0] not in catalogue:
            what = f"{code!r} was decided to be {skus[0]}, which the product master does not have"
            yield SkuFinding(kind=FindingKind.DECISION_FOR_UNKNOWN_SKU, what=what, codes=(code,), skus=skus)
        if code not in warehouse:
            what = f"{code!r} was decided to be {listed(skus)}, but Clarus does not list that code"
            yield SkuFinding(kind=FindingKind.DECISION_FOR_UNKNOWN_CODE, what=what, codes=(code,), skus=skus)
    yield from _open_choices(decision for decision in in_force(decisions) if decision.code in warehouse)


def _open_choices(decisions: Iterable[Decision]) -> Iterable[SkuFinding]:
    """SKUs under whose products goods could leave as well under the one as under the other."""
    for sku, rivals in grouped((decision.sku, decision) for decision in decisions).items():
        codes = tuple(sorted(decision.code for decision in newest(rivals)))
        if len(codes) > 1:
            what = (
                f"{', '.join(map(repr, codes))} were all decided to be {sku}; date the one that goods leave under"
            )
            yield SkuFinding(kind=FindingKind.DECISIONS_SHARE_SKU, what=what, codes=codes, skus=(sku,))


def _by_code(decisions: Iterable[Decision]) -> list[tuple[str, tuple[Decision, ...]]]:
    return sorted(grouped((decision.code, decision) for decision in decisions).items(), key=lambda group: group[0])


def _skus(decisions: Iterable[Decision]) -> tuple[Sku, ...]:
    return tuple(sorted({decision.sku for decision in decisions}))
