"""The rules that tie product codes to SKUs, stage by stage, over both complete sides at once.

Law of this module: a false tie is worse than none. A stage ties a code only when one SKU is left that it could
have come from, no other product could be that SKU, and no other evidence speaks against it; else it refuses and
says why. The order of the input never matters. The belief behind it: the master is complete, and codes are
changed on their way as `fold` and `could_become` describe.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Protocol

from attrs import frozen

from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku.codes._barcode import gtin14
from clarus_bluecherry.sku.codes._damage import made_a_date, made_a_number, made_dates, may_be_a_number
from clarus_bluecherry.sku.codes._near_duplicates import changes_a_zero_part, skeleton
from clarus_bluecherry.sku.codes._originals import spreadsheets_marks
from clarus_bluecherry.sku.codes._signs import show_the_same_signs
from clarus_bluecherry.sku.codes._spelling import spelling_rules
from clarus_bluecherry.sku.codes._text import fold, key
from clarus_bluecherry.sku.matching._catalogue import NOTHING_READ, Catalogue, CodeReading, grouped, listed
from clarus_bluecherry.sku.matching._outcome import Doubt, FindingKind, Origin
from clarus_bluecherry.sku.matching._warehouse import WarehouseList


class Stage(enum.Enum):
    """One way of tying a code to a SKU. A person's decisions come before all of them."""

    BARCODE = "barcode"
    """Both sides carry the same valid barcode."""
    EXACT = "exact"
    """The code is the SKU's code, character for character."""
    FOLDED = "folded"
    """The code spells the SKU's code in other characters; every zero is there."""
    LOOSE = "loose"
    """The code is the SKU's code but for zeros in front of its parts, or separators: what nobody means by them.

    A part of nothing but zeros, a spreadsheet's `.0`, thousands and dates may be meant: they are refused.
    """


_ENOUGH = 5
"""How many rivals are named: one is enough to refuse, and a placeholder barcode may stand on thousands."""


class SkuRule(Protocol):
    """A rule of the site's own: another way of reading a product code. See `stages_named`."""

    @property
    def name(self) -> str:
        """What the rule is called in explanations and in the site file."""
        ...

    def reading(self, code: str) -> str | None:
        """`code` as the recipe would write it; None when the rule has nothing to say. It must not guess."""
        ...


DEFAULT_STAGES = (Stage.BARCODE, Stage.EXACT, Stage.FOLDED, Stage.LOOSE)


@frozen
class Tie:
    """One code is one SKU; `rules` explain it when asked."""

    sku: Sku
    rules: Callable[[], tuple[str, ...]]
    origin: Origin


@frozen
class RefusedTie:
    """There is evidence, but not enough to tie; `finding` is set when pieces of evidence contradict each other.

    `others` are the SKUs that may be meant although nothing in the code itself speaks for them.
    """

    doubt: Doubt
    reason: str
    finding: FindingKind | None = None
    others: tuple[Sku, ...] = ()


@frozen
class Evidence:
    """What is known of one code. `named` are the SKUs that carry its barcode `gtin`.

    `is_listed` is true for a product of the warehouse's list, false for a code that only turned up in a message:
    a listed product takes its SKU for itself, a mere spelling does not.
    """

    code: str
    gtin: str
    reading: CodeReading
    named: tuple[Sku, ...]
    is_listed: bool

    @property
    def possible(self) -> tuple[Sku, ...]:
        """Every SKU that something speaks for, those that the barcode names first."""
        return (*self.named, *self.reading.possible)


class _Neighbours:
    """Which codes could be the same SKU: only they, and rules of the site, change what is said of a code."""

    def __init__(self, pending: Mapping[str, Evidence]) -> None:
        self._skus = {code: {*one.named, *one.reading.near} for code, one in pending.items()}
        self._codes = grouped((sku, code) for code, skus in self._skus.items() for sku in skus)

    def of(self, codes: Iterable[str]) -> Iterator[str]:
        """The codes that could be a SKU that one of `codes` could be."""
        return (other for code in codes for sku in self._skus[code] for other in self._codes[sku])


class Matcher:
    """Knows both sides and what has been settled so far."""

    def __init__(self, catalogue: Catalogue, warehouse: WarehouseList, stages: Sequence[Stage | SkuRule]) -> None:
        self._catalogue = catalogue
        self.warehouse = warehouse
        self._stages = stages
        self.is_loose = Stage.LOOSE in stages
        self.rules = tuple(stage for stage in stages if not isinstance(stage, Stage))
        self._ruled = {rule.name: warehouse.read_by(rule.reading) for rule in self.rules}
        self._settled: set[str] = set()
        self._codes: dict[Sku, str] = {}

    def record(self, code: str, sku: Sku) -> None:
        """Take `code` as settled: by a person, whatever the evidence, or by a tie."""
        self._settled.add(code)
        self._codes.setdefault(sku, code)

    def settle(self) -> Mapping[str, Tie]:
        """Tie every listed code that can be tied. What one tie makes certain for another is used."""
        told = ((code, self.evidence(code)) for code in self.warehouse.codes if code not in self._settled)
        pending = {code: evidence for code, evidence in told if self._may_tie(evidence)}
        neighbours = _Neighbours(pending)
        waiting: list[Mapping[str, None]] = [dict.fromkeys(pending)] * len(self._stages)
        ties: dict[str, Tie] = {}
        while any(waiting):
            first = next(place for place, codes in enumerate(waiting) if codes)
            evidence = [pending[code] for code in waiting[first] if code in pending]
            found = self._settle_stage(self._stages[first], evidence)
            again = dict.fromkeys(pending if found and self.rules else neighbours.of(found))
            waiting = [{**({} if place == first else codes), **again} for place, codes in enumerate(waiting)]
            for code in found:
                del pending[code]
            ties.update(found)
        return ties

    def _may_tie(self, evidence: Evidence) -> bool:
        """Whether anything speaks for one SKU; what speaks against it once and for all is seen here, once."""
        speaks = bool(evidence.reading is not NOTHING_READ or evidence.named or self.rules)
        return speaks and len(evidence.named) < 2 and len(self.warehouse.products(evidence.code)) == 1

    def _settle_stage(self, stage: Stage | SkuRule, pending: Iterable[Evidence]) -> Mapping[str, Tie]:
        """All verdicts of a stage are reached before any takes effect: the order of the list does not matter."""
        verdicts = ((evidence.code, self._verdict(stage, evidence)) for evidence in pending)
        found = {code: verdict for code, verdict in verdicts if isinstance(verdict, Tie)}
        for code, tie in found.items():
            self.record(code, tie.sku)
        return found

    def evidence(self, code: str, barcode: str = "", *, is_listed: bool = True) -> Evidence:
        """What is known of `code`; a listed product's own barcode counts when none is given."""
        gtin = (gtin14(barcode) if barcode else "") or self.warehouse.gtin(code)
        reading = self.warehouse.readings.get(code) or self._catalogue.read(code)
        return Evidence(code, gtin, reading, self._catalogue.with_gtin(gtin), is_listed)

    def verdict(self, evidence: Evidence) -> Tie | RefusedTie | None:
        """The first stage's tie; failing that, the first refusal; None when nothing speaks for any SKU."""
        if evidence.reading is NOTHING_READ and not (evidence.named or self.rules):
            return None
        refusal = None
        for stage in self._stages:
            verdict = self._verdict(stage, evidence)
            if isinstance(verdict, Tie):
                return verdict
            refusal = refusal or verdict
        return refusal

    def _verdict(self, stage: Stage | SkuRule, evidence: Evidence) -> Tie | RefusedTie | None:
        found = self._tie(stage, evidence)
        if not isinstance(found, Tie):
            return found
        return (
            self._shared(evidence)
            or self._contradicted(evidence, found.sku)
            or self._taken(evidence, found)
            or found
        )

    def _tie(self, stage: Stage | SkuRule, evidence: Evidence) -> Tie | RefusedTie | None:
        match stage:
            case Stage.BARCODE:
                return self._by_barcode(evidence)
            case Stage.EXACT:
                return self._by_spelling(evidence, evidence.reading.exact, Origin.EXACT)
            case Stage.FOLDED:
                return self._by_spelling(evidence, evidence.reading.folded, Origin.RULE)
            case Stage.LOOSE:
                return self._by_likeness(evidence)
            case _:
                return self._by_rule(stage, evidence)

    # The stages ----------------------------------------------------------------------------------------------

    def _by_barcode(self, evidence: Evidence) -> Tie | RefusedTie | None:
        if not evidence.named:
            return None
        sku = evidence.named[0]
        claims = [
            code for code in self._open(self.warehouse.spelling(sku), evidence) if self._is_plain_claim(code, sku)
        ]
        if claims:
            what = f"it carries the barcode of {sku}, but the code of {sku} is on {_quoted(claims)}"
            return RefusedTie(Doubt.CONFLICT, what, FindingKind.BARCODE_AGAINST_CODE)
        return Tie(sku, lambda: (f"barcode {evidence.gtin} is the barcode of {sku}",), Origin.BARCODE)

    def _is_plain_claim(self, code: str, sku: Sku) -> bool:
        """Whether the product has exactly the code of `sku` and no barcode that says what it is."""
        return code == self._catalogue.code(sku) and not self.evidence(code).named

    def _by_spelling(self, evidence: Evidence, skus: tuple[Sku, ...], origin: Origin) -> Tie | RefusedTie | None:
        """A text that could also be a twin's with its zeros lost stands only when every twin has its own product.

        A code from a message cannot lean on that: the twin's product is listed, its spelling here may be damaged.
        """
        if not skus:
            return None
        if len(skus) > 1:
            return RefusedTie(Doubt.COLLISION, f"{listed(skus)} share this code")
        sku = skus[0]
        twins = [twin for twin in evidence.reading.loose if twin != sku]
        free = [twin for twin in twins if not (evidence.is_listed and twin in self._codes)]
        if free:
            what = f"{listed(free)} would look the same with zeros or separators lost"
            return RefusedTie(Doubt.COLLISION, what)
        if origin is not Origin.EXACT and (marked := self.marked(evidence, sku)):
            return marked
        rivals = self._open(self.warehouse.spelling(sku), evidence)
        if rivals and (twins or origin is not Origin.EXACT):
            return RefusedTie(Doubt.DUPLICATE, f"{_quoted(rivals)} spell the code of {sku} as well")
        if origin is Origin.EXACT:
            return Tie(sku, _exactly, origin)
        return Tie(sku, partial(spelling_rules, self._catalogue.code(sku), evidence.code), origin)

    def marked(self, evidence: Evidence, sku: Sku) -> RefusedTie | None:
        """Why a text like the code of `sku` may be another's: a spreadsheet's number or date, or a lost sign."""
        return self._signed(evidence, sku) or self._numbered(evidence, sku) or self._dated(evidence, sku)

    def _signed(self, evidence: Evidence, sku: Sku) -> RefusedTie | None:
        right = self._catalogue.code(sku)
        if not evidence.reading.near or show_the_same_signs(right, evidence.code):
            return None
        return RefusedTie(Doubt.COLLISION, f"a sign parts it from {right}, or got lost: it may be another SKU")

    def _dated(self, evidence: Evidence, sku: Sku) -> RefusedTie | None:
        texts = made_a_date(key(evidence.code))
        others = sorted({other for text in texts for other in self._catalogue.read(text).near} - {sku})
        others = others or self._meant_by_a_date_in(evidence.code, sku)
        what = f"it may be a date that a spreadsheet made; it may be {listed(others)} as well"
        return RefusedTie(Doubt.COLLISION, what, others=tuple(others)) if others else None

    def _meant_by_a_date_in(self, code: str, sku: Sku) -> list[Sku]:
        """The other SKUs without a product of their own whose size, say, may have been made the date in `code`."""
        seen = {other for text in made_dates(key(code)) for other in self._catalogue.read(text).near} - {sku}
        return sorted(other for other in seen if not self.warehouse.products(self._catalogue.code(other)))

    def _numbered(self, evidence: Evidence, sku: Sku) -> RefusedTie | None:
        if not may_be_a_number(key(evidence.code)):
            return None
        for sign in made_a_number(fold(evidence.code).text):
            texts = [text for text in sign.texts if skeleton(key(text)) == skeleton(key(evidence.code))]
            others = sorted({other for text in texts for other in self._catalogue.read(text).near} - {sku})
            if evidence.is_listed:
                others = [other for other in others if other not in self._codes]
            if others:
                what = f"{sign.what}; it may be {listed(others)} as well"
                return RefusedTie(Doubt.COLLISION, what, others=tuple(others))
        return None

    def _by_likeness(self, evidence: Evidence) -> Tie | RefusedTie | None:
        skus = evidence.reading.near
        if not skus:
            return None
        if len(skus) > 1:
            return RefusedTie(Doubt.COLLISION, f"{listed(skus)} differ only by zeros or separators")
        sku = skus[0]
        if evidence.gtin and not evidence.named and self._catalogue.gtins(sku):
            what = f"it is like the code of {sku}, but its barcode {evidence.gtin} is not one of that SKU"
            return RefusedTie(Doubt.CONFLICT, what, FindingKind.BARCODE_DIFFERS)
        right = self._catalogue.key(sku)
        if what := spreadsheets_marks(right, evidence.code):
            return RefusedTie(Doubt.DAMAGED, f"{what}; it may be {sku}")
        if marked := self.marked(evidence, sku):
            return marked
        if changes_a_zero_part(right, key(evidence.code)):
            what = f"a part of nothing but zeros parts it from {self._catalogue.code(sku)}: it may be another SKU"
            return RefusedTie(Doubt.COLLISION, what)
        alike = {*self.warehouse.resembling(sku), *self.warehouse.near_duplicates_of(evidence.code)} - {
            evidence.code
        }
        if alike:
            what = f"the products {_quoted(sorted(alike))} differ from it only by zeros, separators or spelling"
            return RefusedTie(Doubt.DUPLICATE, what)
        return Tie(sku, partial(spelling_rules, self._catalogue.code(sku), evidence.code), Origin.RULE)

    def _by_rule(self, rule: SkuRule, evidence: Evidence) -> Tie | RefusedTie | None:
        """A rule's reading must spell a whole code, and nothing else may be like it or read the same."""
        text = rule.reading(evidence.code)
        reading = self._catalogue.read(text) if text and text != evidence.code else NOTHING_READ
        if text is None or not reading.folded:
            return None
        others = {*reading.loose, *evidence.reading.possible}
        if len(reading.folded) > 1 or others != {reading.folded[0]}:
            skus = sorted({*reading.folded, *others})
            return RefusedTie(Doubt.COLLISION, f"{rule.name} reads it as {text!r}, and it could be {listed(skus)}")
        sku = reading.folded[0]
        same = (*self._ruled[rule.name].get(key(text), ()), *self.warehouse.resembling(sku))
        if rivals := self._open(same, evidence):
            return RefusedTie(Doubt.DUPLICATE, f"{_quoted(rivals)} stand for {sku} as well")
        return Tie(sku, lambda: (f"{rule.name}: {evidence.code} → {text}", *_exactly()), Origin.RULE)

    # What speaks against a tie -------------------------------------------------------------------------------

    def _shared(self, evidence: Evidence) -> RefusedTie | None:
        if evidence.is_listed and len(self.warehouse.products(evidence.code)) > 1:
            return RefusedTie(Doubt.DUPLICATE, "more than one warehouse product has this code")
        if len(evidence.named) > 1:
            what = f"its barcode {evidence.gtin} belongs to {listed(evidence.named)}"
            return RefusedTie(Doubt.CONFLICT, what)
        others = self._open(self.warehouse.with_gtin(evidence.gtin), evidence) if evidence.named else ()
        if others:
            spelled = self.warehouse.resembling(evidence.named[0])
            doubt = Doubt.DUPLICATE if {evidence.code, *others} <= set(spelled) else Doubt.CONFLICT
            return RefusedTie(doubt, f"{_quoted(others)} carry the same barcode {evidence.gtin}")
        return None

    def _contradicted(self, evidence: Evidence, sku: Sku) -> RefusedTie | None:
        said = evidence.reading.strongest
        if evidence.named and (sku not in evidence.named or (said and sku not in said)):
            what = f"the barcode says {listed(evidence.named)}, the code says {listed(said)}"
            return RefusedTie(Doubt.CONFLICT, what, FindingKind.BARCODE_AGAINST_CODE)
        holders = self._open(self.warehouse.labelled(sku), evidence)
        if holders:
            what = f"the barcode of {sku} is on {_quoted(holders)}"
            return RefusedTie(Doubt.CONFLICT, what, FindingKind.BARCODE_AGAINST_CODE)
        return None

    def _taken(self, evidence: Evidence, tie: Tie) -> RefusedTie | None:
        if not evidence.is_listed or tie.sku not in self._codes:
            return None
        return RefusedTie(Doubt.DUPLICATE, f"{tie.sku} is already the product {self._codes[tie.sku]!r}")

    def _open(self, codes: Iterable[str], evidence: Evidence) -> list[str]:
        """The first few of the listed codes that are not settled, without the one in question."""
        rivals = (code for code in codes if code != evidence.code and code not in self._settled)
        return list(islice(rivals, _ENOUGH))


def _exactly() -> tuple[str, ...]:
    return ("it is the code of this SKU",)


def _quoted(codes: Iterable[str]) -> str:
    return ", ".join(map(repr, codes))
