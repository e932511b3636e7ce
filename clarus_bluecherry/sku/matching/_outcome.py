"""What matching can say: matched, ambiguous or unknown, and the findings about the data on the way.

Law of this module: an answer is exactly one of `Matched`, `Ambiguous` and `Unknown`, each carries what explains
it, and only `Matched` names a SKU to act on.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias, TypeVar

from attrs import field, frozen

from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku.codes._spelling import shown

T = TypeVar("T")
Deferred: TypeAlias = T | Callable[[], T]
"""A value, or how to find it: most answers are acted on and few are read, so explanations are made when asked."""


def evaluated(value: Deferred[T]) -> T:
    """The value itself, found if need be."""
    return value() if callable(value) else value


class Origin(enum.StrEnum):
    """What a pair rests on."""

    PERSON = "person"
    BARCODE = "barcode"
    EXACT = "exact"
    RULE = "rule"
    """The code is a damaged spelling; the rules say how."""


class Doubt(enum.StrEnum):
    """Why there is no answer although something speaks for one."""

    COLLISION = "collision"
    """More than one SKU could be meant."""
    DUPLICATE = "duplicate"
    """More than one warehouse product could be the SKU."""
    CONFLICT = "conflict"
    """Two pieces of evidence contradict each other."""
    DAMAGED = "damaged"
    """The code bears the marks of a spreadsheet, which do not prove what it was."""


@frozen
class Candidate:
    """A SKU that could be meant, with its code by the recipe.

    `score` is how alike the two codes are, from 0 to 1 (1: the same text); it orders a list for a person and
    never decides. `why` says what speaks for the SKU.
    """

    sku: Sku
    code: str
    score: Decimal
    why: str

    def __str__(self) -> str:
        return f"{self.code} ({self.sku}; {self.score}): {self.why}"


@frozen
class Matched:
    """`code` is `sku`; `rules` say step by step why, `origin` what it rests on."""

    sku: Sku
    code: str
    _rules: Deferred[tuple[str, ...]] = field(eq=False, repr=False)
    origin: Origin

    @property
    def rules(self) -> tuple[str, ...]:
        """The steps from the code to the SKU, in words."""
        return evaluated(self._rules)


@frozen
class Uncertainty:
    """Why a code stays open: see `Ambiguous`, which tells it."""

    reason: str
    doubt: Doubt
    candidates: Deferred[tuple[Candidate, ...]] = field(default=(), eq=False, repr=False)
    sign: Deferred[str] = field(default="", eq=False, repr=False)


@frozen
class Ambiguous:
    """`code` could be one of several SKUs, or what is known of it contradicts itself; `reason` says why."""

    code: str
    _uncertainty: Deferred[Uncertainty] = field(eq=evaluated, repr=False)

    @property
    def uncertainty(self) -> Uncertainty:
        """All that is to say of it."""
        return evaluated(self._uncertainty)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The SKUs that could be meant, best first."""
        return evaluated(self.uncertainty.candidates)

    @property
    def reason(self) -> str:
        """Why none of them is taken, in words."""
        return self.uncertainty.reason

    @property
    def doubt(self) -> Doubt:
        """Why none of them is taken, in one word."""
        return self.uncertainty.doubt

    @property
    def sign(self) -> str:
        """What a spreadsheet or a feed seems to have done to the code; empty when it shows no trace of them."""
        return evaluated(self.uncertainty.sign)


@frozen
class Unknown:
    """Nothing ties `code` to a SKU."""

    code: str
    _nearest: Deferred[tuple[Candidate, ...]] = field(default=(), eq=False, repr=False)
    _sign: Deferred[str] = field(default="", eq=False, repr=False)

    @property
    def nearest(self) -> tuple[Candidate, ...]:
        """The SKUs that may be meant: those it was before it was damaged, then those that look most like it."""
        return evaluated(self._nearest)

    @property
    def sign(self) -> str:
        """What seems to have happened to the code, in words; empty when it shows no trace of it."""
        return evaluated(self._sign)


Match = Matched | Ambiguous | Unknown
"""The answer for one product code."""


def explain(match: Match) -> str:
    """The answer in plain words, a line for each step. What cannot be seen in a code is shown as an escape.

    >>> rules = ("leading zeros lost: 01234 → 1234",)
    >>> print(explain(Matched(Sku("01234", "BLK"), "1234-BLK", rules, Origin.RULE)))
    '1234-BLK' is 01234 BLK, by rule:
    - leading zeros lost: 01234 → 1234
    """
    lines: tuple[object, ...]
    code = shown(repr(match.code))
    if isinstance(match, Matched):
        head, lines = f"{code} is {match.sku}, by {_BY[match.origin]}:", match.rules
    elif isinstance(match, Ambiguous):
        reason = match.reason or "more than one SKU could be meant"
        head, lines = f"{code} is ambiguous: {_joined(reason, match.sign)}.", match.candidates
    else:
        near = "The nearest are:" if match.nearest else "Nothing is near."
        head, lines = f"{code} is {_joined('unknown', match.sign)}. {near}", match.nearest
    return "\n".join([head, *(f"- {shown(str(line))}" for line in lines)])


def _joined(what: str, sign: str) -> str:
    return f"{what}; {sign}" if sign else what


_BY = {
    Origin.PERSON: "a person's decision",
    Origin.BARCODE: "barcode",
    Origin.EXACT: "its exact code",
    Origin.RULE: "rule",
}


class FindingKind(enum.StrEnum):
    """What is wrong with the data; the values are stable and meant for reports."""

    CODE_SHARED_BY_SKUS = "two SKUs get the same product code"
    CODES_SPELLED_ALIKE = "the product codes of two SKUs differ only by case, separators or look-alike letters"
    CODE_SHARED_BY_PRODUCTS = "two warehouse products have the same code"
    CODE_TOO_LONG = "the product code is too long for Clarus"
    BARCODE_SHARED_BY_SKUS = "two SKUs have the same barcode"
    BARCODE_SHARED_BY_PRODUCTS = "two warehouse products have the same barcode"
    BARCODE_INVALID = "the barcode is not a valid UPC, EAN or GTIN"
    BARCODE_INTERNAL = "the barcode is a number for use inside a company"
    BARCODE_DIFFERS = "the codes agree and the barcodes differ"
    BARCODE_AGAINST_CODE = "the barcode and the code point to different SKUs"
    BARCODE_AGAINST_DECISION = "the barcode and a person's decision point to different SKUs"
    DECISIONS_DISAGREE = "a person decided twice, differently, at the same time"
    DECISION_FOR_UNKNOWN_SKU = "a person decided for a SKU that the master does not have"
    DECISION_FOR_UNKNOWN_CODE = "a person decided for a code that Clarus does not list"
    DECISIONS_SHARE_SKU = "a person tied several products to one SKU, and none of them last"


@frozen(kw_only=True)
class SkuFinding:
    """Something a person should put right in a master. `codes` are the warehouse's or the recipe's."""

    kind: FindingKind
    what: str
    codes: tuple[str, ...] = ()
    skus: tuple[Sku, ...] = ()
