"""The crosswalk: which Clarus product code is which Blue Cherry SKU, since when, and why.

Law of this module: every answer is matched, ambiguous or unknown, never a silent guess. A person's decision beats
every rule. A code that was not in the warehouse's list is judged by the same rules with the same refusals.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property, partial
from typing import cast

from attrs import evolve

from clarus_bluecherry.errors import AmbiguousSku, ConfigurationError, UnknownSku
from clarus_bluecherry.model import Item, Product, Sku, UnmatchedCode
from clarus_bluecherry.sku.codes._barcode import gtin14
from clarus_bluecherry.sku.codes._damage import made_a_date, made_dates, may_be_a_number
from clarus_bluecherry.sku.codes._near_duplicates import are_near_duplicates, skeleton, skeletons
from clarus_bluecherry.sku.codes._nearest import Nearest, likeness
from clarus_bluecherry.sku.codes._originals import may_be_of_several
from clarus_bluecherry.sku.codes._signs import may_be_signed
from clarus_bluecherry.sku.codes._text import fold, key, keys
from clarus_bluecherry.sku.matching._catalogue import NEAREST, Catalogue, grouped, listed
from clarus_bluecherry.sku.matching._decision import Decision, Pair, decision_findings, in_force, newest
from clarus_bluecherry.sku.matching._matcher import (
    DEFAULT_STAGES,
    Evidence,
    Matcher,
    RefusedTie,
    SkuRule,
    Stage,
    Tie,
)
from clarus_bluecherry.sku.matching._outcome import (
    Ambiguous,
    Doubt,
    FindingKind,
    Match,
    Matched,
    Origin,
    SkuFinding,
    Uncertainty,
    Unknown,
)
from clarus_bluecherry.sku.matching._sheet import sheet_of
from clarus_bluecherry.sku.matching._warehouse import WarehouseList, WarehouseProduct
from clarus_bluecherry.sku.recipe._recipe import Recipe


class Crosswalk:
    """All pairs of a site, both ways, with what could not be paired and what is wrong with the data.

    >>> master = [Product(sku=Sku("01234", "BLK", size="30/32"))]
    >>> crosswalk = Crosswalk.build(master, [WarehouseProduct("1234_blk_30/32")], Recipe())
    >>> str(crosswalk.sku("1234_blk_30/32"))
    '01234 BLK 30/32'
    >>> crosswalk.match("01235-BLK-30/32")
    Unknown(...)
    """

    def __init__(
        self, catalogue: Catalogue, matcher: Matcher, pairs: Iterable[Pair], findings: Iterable[SkuFinding]
    ) -> None:
        """Use `Crosswalk.build`."""
        self.catalogue = catalogue
        self._matcher = matcher
        self._pairs = {pair.code: pair for pair in sorted(pairs, key=lambda pair: pair.code)}
        self._by_sku = grouped((pair.sku, pair) for pair in self._pairs.values() if pair.product)
        evidence = {code: matcher.evidence(code) for code in matcher.warehouse.codes if code not in self._pairs}
        verdicts = {code: matcher.verdict(one) for code, one in evidence.items()}
        outcomes: dict[str, Match] = {code: pair.match for code, pair in self._pairs.items()}
        outcomes |= {code: self._answer(one, verdicts[code]) for code, one in evidence.items()}
        self._outcomes = dict(sorted(outcomes.items()))
        self._in_doubt = grouped(
            (sku, code)
            for code, one in evidence.items()
            if isinstance(self._outcomes[code], Ambiguous)
            for sku in _all_possible(one, verdicts[code])
        )
        contradictions = (_contradiction(code, verdict) for code, verdict in verdicts.items())
        self.findings: tuple[SkuFinding, ...] = (
            *catalogue.findings,
            *matcher.warehouse.findings,
            *findings,
            *filter(None, contradictions),
            *self._differing_barcodes(),
        )

    @classmethod
    def build(
        cls,
        products: Iterable[Product],
        warehouse_products: Iterable[WarehouseProduct],
        recipe: Recipe,
        decisions: Iterable[Decision] = (),
        *,
        stages: Sequence[Stage | SkuRule] = DEFAULT_STAGES,
        since: dt.datetime | None = None,
    ) -> Crosswalk:
        """Pair both complete lists: the whole master, and every product of the warehouse.

        A code that could be what is left of another SKU's code stands, even when it is exact, only if that SKU
        has a product of its own: `1234-BLK-M` is refused while `01234-BLK-M` is in the master and not on the
        warehouse's list. A barcode or a person settles it.

        `stages` says which rules may tie, and in which order; a person's decisions come first. `since` is the
        instant that the pairs made by rule are dated with. The same input in another order gives the same
        crosswalk. Raises `ConfigurationError` for a naive `since` or a stage named twice.
        """
        if len(set(stages)) < len(stages):
            raise ConfigurationError("a stage is named twice", field="stages")
        if since is not None and since.utcoffset() is None:
            raise ConfigurationError(f"{since!r} has no time zone", field="since")
        catalogue = Catalogue(products, recipe)
        warehouse = WarehouseList(warehouse_products, catalogue)
        matcher = Matcher(catalogue, warehouse, tuple(stages))
        decisions = tuple(decisions)
        pairs = [_decided(decision, warehouse) for decision in in_force(decisions)]
        for pair in pairs:
            if pair.product:
                matcher.record(pair.code, pair.sku)
        pairs += [_ruled(code, tie, warehouse, since) for code, tie in matcher.settle().items()]
        return cls(catalogue, matcher, pairs, decision_findings(decisions, catalogue, warehouse))

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Every pair, by code."""
        return tuple(self._pairs.values())

    @property
    def outcomes(self) -> tuple[Match, ...]:
        """The answer for every listed or decided code, by code: what a person reviews."""
        return tuple(self._outcomes.values())

    # The way in ----------------------------------------------------------------------------------------------

    def match(self, code: str, barcode: str = "") -> Match:
        """What `code` is, as a message wrote it; `barcode` is the one that came with it, if any."""
        outcome = self._outcomes.get(code)
        if outcome is None:
            return self._match_unlisted(code, barcode)
        if not barcode:
            return outcome
        named = self.catalogue.with_barcode(barcode)
        if not named:
            return outcome
        if not isinstance(outcome, Matched):
            return self._told_by_barcode(outcome, barcode)
        if outcome.sku in named or outcome.origin is Origin.PERSON:
            return outcome
        reason = f"the barcode {barcode.strip()} says {listed(named)}, the crosswalk says {outcome.sku}"
        candidates = partial(self.catalogue.candidates, code, (*named, outcome.sku), named)
        return Ambiguous(code, Uncertainty(reason, Doubt.CONFLICT, candidates))

    def match_all(self, codes: Iterable[str]) -> list[Match]:
        """What each of `codes` is, just as `match` says it; a code that comes again is looked at once."""
        asked = list(codes)
        told = list(map(self._outcomes.get, asked))
        unlisted = list(dict.fromkeys(code for code, one in zip(asked, told, strict=True) if one is None))
        found = dict(zip(unlisted, map(self._match_spelling, unlisted, keys(unlisted)), strict=True))
        return [one or found[code] for code, one in zip(asked, told, strict=True)]

    def sku(self, code: str, barcode: str = "") -> Item:
        """The SKU of `code`, or an `UnmatchedCode` that keeps both texts for later."""
        match = self.match(code, barcode)
        return match.sku if isinstance(match, Matched) else UnmatchedCode(code, barcode)

    # The way out ---------------------------------------------------------------------------------------------

    def product_of(self, sku: Sku) -> WarehouseProduct | None:
        """The warehouse's product for `sku`, or None when it has none.

        Where persons tied several products to one SKU, goods leave under the newest decision's; two of the same
        instant give None.
        """
        chosen = newest(self._by_sku.get(sku, ()))
        return chosen[0].product if len(chosen) == 1 else None

    def code_of(self, sku: Sku) -> str | None:
        """The Clarus product code of `sku`, or None: see `product_of`."""
        product = self.product_of(sku)
        return product.code if product else None

    def require_code(self, sku: Sku) -> str:
        """The Clarus product code of `sku`.

        Raises `AmbiguousSku` with the codes that could be it, or `UnknownSku` when the warehouse has none.
        """
        code = self.code_of(sku)
        if code is not None:
            return code
        record = f"Sku {sku}"
        written = self.catalogue.code(sku)
        codes = tuple(pair.code for pair in self._by_sku.get(sku, ())) or self.in_doubt(sku)
        if codes:
            what = (
                f"more than one product could be {sku}, or the only one is in doubt: {', '.join(map(repr, codes))}"
            )
            raise AmbiguousSku(what, code=written, candidates=codes, record=record, action=_decide(codes))
        near, what = self._nearest_open(written), f"the warehouse has no product for {sku}"
        raise UnknownSku(what, code=written, candidates=near, record=record, action=_decide(near))

    def product_ids(self, items: Iterable[Item]) -> dict[str, str]:
        """Clarus's ids of the products of `items`, by `Sku.key`: the `products` of `mapping.WarehouseIds`.

        Raises as `require_code` does for the first item without a product, `UnknownSku` for what is no SKU at all.
        """
        found: dict[str, str] = {}
        for item in items:
            if not isinstance(item, Sku):
                raise UnknownSku(f"the code {item.code!r} is tied to no SKU", code=item.code)
            self.require_code(item)
            product = self.product_of(item)
            found[item.key] = product.id if product else ""
        return found

    def _nearest_open(self, code: str) -> tuple[str, ...]:
        """The codes of products that no SKU was found for, those that look most like `code` first."""
        spelled, seen = self._open, key(code)
        near = sorted(spelled.around(seen, neighbours=4), key=lambda one: (-likeness(one, seen), one))
        return tuple(other for one in near for other in self._spelled[one])[:NEAREST]

    @cached_property
    def _open(self) -> Nearest:
        products = self._matcher.warehouse
        return Nearest({key(code) for code in products.codes if code not in self._pairs} - {""})

    def in_doubt(self, sku: Sku) -> tuple[str, ...]:
        """The listed codes that could be `sku` and were not settled."""
        return self._in_doubt.get(sku, ())

    @property
    def untied(self) -> tuple[str, ...]:
        """The listed codes that are tied to no SKU: what looks new may be one of them, under a code of its own."""
        return tuple(code for code in self._matcher.warehouse.codes if code not in self._pairs)

    def in_the_way(self, sku: Sku) -> tuple[str, ...]:
        """The codes because of which a product for `sku` must not be created before a person has decided.

        Those under which the warehouse may hold `sku` already (several were decided, or a listed one is in doubt,
        a near duplicate that is tied to nothing, or carries its barcode), and those that spell its code in
        whatever characters, whosever they are. Empty for a SKU that has its product.

        >>> master = [Product(sku=Sku("01234", "BLK")), Product(sku=Sku("1234", "BLK"))]
        >>> Crosswalk.build(master, [WarehouseProduct("1234_blk")], Recipe()).in_the_way(Sku("01234", "BLK"))
        ('1234_blk',)
        """
        if self.product_of(sku) is not None:
            return ()
        decided = [pair.code for pair in self._by_sku.get(sku, ())]
        products = self._matcher.warehouse
        alike = (*self.in_doubt(sku), *products.resembling(sku), *products.labelled(sku))
        loose = [code for code in alike if code not in self._pairs]
        return tuple(dict.fromkeys((*decided, *loose, *self._spelled.get(self.catalogue.key(sku), ()))))

    def dated(self, since: Mapping[str, dt.datetime]) -> Crosswalk:
        """The same crosswalk with its pairs dated as `since` says by code; others keep their dates."""
        other = copy(self)
        other._pairs = {
            code: evolve(pair, since=since.get(code, pair.since)) for code, pair in self._pairs.items()
        }
        other._by_sku = grouped((pair.sku, pair) for pair in other._pairs.values() if pair.product)
        return other

    def to_csv(self) -> str:
        """The crosswalk as a sheet for review; `decisions_from_csv` is the way back."""
        return sheet_of(self.pairs, self.outcomes, self._matcher.warehouse.products, self.catalogue.gtins)

    # Answers -------------------------------------------------------------------------------------------------

    def _answer(self, evidence: Evidence, verdict: Tie | RefusedTie | None) -> Match:
        match verdict:
            case Tie(sku=sku, rules=rules, origin=origin):
                return Matched(sku, evidence.code, rules, origin)
            case RefusedTie(doubt=doubt, reason=reason):
                possible = _all_possible(evidence, verdict)
                candidates = partial(self.catalogue.candidates, evidence.code, possible, evidence.named)
                sign = "" if doubt is Doubt.DAMAGED else partial(self.catalogue.mark, evidence.code)
                return Ambiguous(evidence.code, Uncertainty(reason, doubt, candidates, sign))
            case None:
                return self._unknown(evidence.code)

    def _unknown(self, code: str) -> Unknown:
        return Unknown(code, partial(self.catalogue.nearest, code), partial(self.catalogue.sign, code))

    def _match_unlisted(self, code: str, barcode: str) -> Match:
        return self._judged(code, key(code), barcode) if barcode else self._match_spelling(code, key(code))

    def _match_spelling(self, code: str, seen: str) -> Match:
        """What an unlisted code is, by its key `seen`; most are told at a glance, just as they would be judged."""
        pair = self._plainly_spelled.get(seen)
        if pair:
            if may_be_signed(code):
                return self._judged(code, seen)
            return Matched(pair.sku, code, partial(_by_way_of, pair, code), pair.origin)
        spelling = self._by_skeleton.get(skeleton(seen))
        if spelling == "" or self._matcher.rules:
            return self._judged(code, seen)
        if seen and spelling and self._matcher.is_loose and are_near_duplicates(spelling, seen):
            return Ambiguous(code, partial(self._uncertainty, code, seen))
        return self._unknown(code)

    def _judged(self, code: str, seen: str, barcode: str = "") -> Match:
        """A known code in other characters means what the known one means, unless something speaks against it.

        What a spreadsheet may have written, and reads like no SKU, is known only when it is written just so.
        """
        evidence = self._matcher.evidence(code, barcode, is_listed=False)
        known = self._spelled.get(seen, ())
        if not known:
            return self._answer(evidence, self._matcher.verdict(evidence))
        meant = {outcome.sku for other in known if isinstance(outcome := self._outcomes[other], Matched)}
        said = set(evidence.possible)
        are_told = all(isinstance(self._outcomes[one], Matched) for one in known)
        pair = self._pairs.get(known[0])
        if pair and are_told and len(meant) == 1 and said <= meant and not self._is_marked(evidence, pair.sku):
            return Matched(pair.sku, code, partial(_by_way_of, pair, code), pair.origin)
        judged = self._answer(evidence, self._matcher.verdict(evidence))
        if isinstance(judged, Matched) and judged.origin is not Origin.BARCODE and meant != {judged.sku}:
            skus = sorted({*meant, *said})
            reason = f"{', '.join(map(repr, known))} is spelled like it and is not {judged.sku}"
            candidates = partial(self.catalogue.candidates, code, skus, evidence.named)
            return Ambiguous(code, Uncertainty(reason, Doubt.CONFLICT, candidates))
        return judged

    def _is_marked(self, evidence: Evidence, sku: Sku) -> bool:
        return bool(self._matcher.marked(evidence, sku)) if evidence.possible else may_be_of_several(evidence.code)

    def _uncertainty(self, code: str, seen: str) -> Uncertainty:
        return cast(Ambiguous, self._judged(code, seen)).uncertainty

    @cached_property
    def _spelled(self) -> Mapping[str, tuple[str, ...]]:
        """The codes that are listed or decided, by their spelling."""
        return grouped((key(code), code) for code in self._outcomes)

    @cached_property
    def _plainly_spelled(self) -> Mapping[str, Pair]:
        """The pairs whose spelling no other SKU and no other product comes near, by that spelling."""
        return {} if self._matcher.rules else dict(self._plain_spellings())

    def _plain_spellings(self) -> Iterable[tuple[str, Pair]]:
        for spelling, codes in self._spelled.items():
            pair = self._pairs.get(codes[0]) if len(codes) == 1 else None
            if pair and pair.product and not may_be_signed(pair.code):
                reading = self._matcher.warehouse.readings[pair.code]
                is_plain = reading.near == reading.folded == (pair.sku,) and not (
                    made_a_date(spelling) or made_dates(spelling)
                )
                if is_plain and (self.catalogue.is_alone(spelling) or not may_be_a_number(spelling)):
                    yield spelling, pair

    @cached_property
    def _by_skeleton(self) -> Mapping[str, str]:
        """The one spelling of each skeleton that could be meant; empty where a code has to be judged."""
        spellings = list(dict.fromkeys((*self.catalogue.keys, *self._spelled)))
        found: dict[str, str] = {}
        for name, spelling in zip(skeletons(spellings), spellings, strict=True):
            found[name] = spelling if name not in found and spelling in self._plainly_spelled else ""
        return found

    def _told_by_barcode(self, outcome: Ambiguous | Unknown, barcode: str) -> Match:
        """A listed code that could not be paired may still be told by the barcode that came with it."""
        rows = self._matcher.warehouse.products(outcome.code)
        labelled = {sku for row in rows for sku in self.catalogue.with_barcode(row.barcode)}
        if labelled and labelled.isdisjoint(self.catalogue.with_barcode(barcode)):
            return outcome
        evidence = self._matcher.evidence(outcome.code, barcode, is_listed=False)
        verdict = self._matcher.verdict(evidence)
        if isinstance(verdict, Tie) and verdict.origin is Origin.BARCODE:
            return self._answer(evidence, verdict)
        return outcome

    def _differing_barcodes(self) -> Iterable[SkuFinding]:
        for pair in self._pairs.values():
            gtin = gtin14(pair.product.barcode) if pair.product else ""
            theirs, named = self.catalogue.gtins(pair.sku), self.catalogue.with_gtin(gtin)
            if not gtin or gtin in theirs or not (theirs or named):
                continue
            what = f"{pair.code!r} carries the barcode {gtin}"
            what += f" of {listed(named)}" if named else ""
            what += f", its SKU {pair.sku} has {', '.join(theirs)}" if theirs else f" and is tied to {pair.sku}"
            by_person = pair.origin is Origin.PERSON
            kind = FindingKind.BARCODE_AGAINST_DECISION if by_person else FindingKind.BARCODE_DIFFERS
            yield SkuFinding(kind=kind, what=what, codes=(pair.code,), skus=(pair.sku, *named))


def _decide(codes: Sequence[str]) -> str | None:
    """What a person should do where one of `codes` may be meant."""
    if not codes:
        return None
    each = "this is it" if len(codes) == 1 else "it is one of these, or none"
    return f"Decide, for the crosswalk, whether {each}: {', '.join(map(repr, codes))}."


def _decided(decision: Decision, warehouse: WarehouseList) -> Pair:
    return Pair(
        code=decision.code,
        sku=decision.sku,
        origin=Origin.PERSON,
        rules=("a person decided it",),
        since=decision.since,
        note=decision.note,
        product=_first(warehouse.products(decision.code)),
    )


def _ruled(code: str, tie: Tie, warehouse: WarehouseList, since: dt.datetime | None) -> Pair:
    product = _first(warehouse.products(code))
    return Pair(code=code, sku=tie.sku, origin=tie.origin, rules=tie.rules, since=since, product=product)


def _by_way_of(pair: Pair, code: str) -> tuple[str, ...]:
    return (*fold(code).rules, f"this spells {pair.code!r}", *pair.rules)


def _first(products: tuple[WarehouseProduct, ...]) -> WarehouseProduct | None:
    return products[0] if products else None


def _all_possible(evidence: Evidence, verdict: Tie | RefusedTie | None) -> tuple[Sku, ...]:
    """Every SKU that something speaks for, also one that only the verdict thought of."""
    others = verdict.others if isinstance(verdict, RefusedTie) else ()
    return tuple(dict.fromkeys((*evidence.possible, *others)))


def _contradiction(code: str, verdict: Tie | RefusedTie | None) -> SkuFinding | None:
    if not isinstance(verdict, RefusedTie) or verdict.finding is None:
        return None
    return SkuFinding(kind=verdict.finding, what=f"{code!r}: {verdict.reason}", codes=(code,))
