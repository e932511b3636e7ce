"""The Blue Cherry product master, indexed by everything a product code or a barcode can be recognised by.

Law of this module: the whole master is looked at before anything is said about one code. Two SKUs that share a
code or a barcode are findings, and a lookup that hits them returns both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import TypeVar

from attrs import astuple, evolve, frozen

from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku.codes._barcode import gtin14, gtins14
from clarus_bluecherry.sku.codes._damage import LOOKS, malformed
from clarus_bluecherry.sku.codes._near_duplicates import NearDuplicateIndex
from clarus_bluecherry.sku.codes._nearest import Nearest, likeness
from clarus_bluecherry.sku.codes._originals import Damaged, Originals
from clarus_bluecherry.sku.codes._spelling import shown
from clarus_bluecherry.sku.codes._text import key
from clarus_bluecherry.sku.matching._outcome import Candidate, FindingKind, SkuFinding
from clarus_bluecherry.sku.recipe._recipe import Recipe

K = TypeVar("K")
V = TypeVar("V")

NEAREST = 3
_NAMED = 8
_LONGEST_COMPARED = 100


@frozen
class CodeReading:
    """Which SKUs a text could stand for, from the strictest reading to the widest; each holds the one before.

    `exact`: it is their code. `folded`: it spells their code in other characters. `loose`: it is their code
    but for zeros and separators that got lost. `near`: as `loose`, or their code is the text but for lost ones.
    """

    exact: tuple[Sku, ...]
    folded: tuple[Sku, ...]
    loose: tuple[Sku, ...]
    near: tuple[Sku, ...]

    @property
    def strongest(self) -> tuple[Sku, ...]:
        """The strictest reading that holds any SKU: what the text says when it is taken at its word."""
        return self.exact or self.folded or self.loose or self.near

    @property
    def possible(self) -> tuple[Sku, ...]:
        """Every SKU that could be meant. A text that spells a whole code is not held against shorter ones."""
        return self.loose if self.folded else self.near


NOTHING_READ = CodeReading((), (), (), ())


class Catalogue:
    """All SKUs of the product master under one recipe.

    A SKU may come more than once (a row for each season); its barcodes are put together. `findings` tells what
    is wrong with the master: shared codes, shared or invalid barcodes, codes too long for Clarus.

    >>> catalogue = Catalogue([Product(sku=Sku("01234", "BLK", size="M"), upc="036000291452")], Recipe())
    >>> catalogue.read("01234_blk_m").folded
    (Sku(style='01234', color='BLK', label='', dimension='', size='M', division=''),)
    """

    def __init__(self, products: Iterable[Product], recipe: Recipe) -> None:
        self.recipe = recipe
        written: dict[Sku, tuple[str, ...]] = {}
        for product in products:
            written[product.sku] = written.get(product.sku, ()) + product.barcodes
        self._codes = {sku: recipe.spelling(sku) for sku in sorted(written, key=astuple)}
        barcodes = list(chain.from_iterable(written.values()))
        gtin_of = dict(zip(barcodes, gtins14(barcodes), strict=True))
        self._gtins = {
            sku: tuple(dict.fromkeys(filter(None, map(gtin_of.__getitem__, written[sku])))) for sku in self._codes
        }
        self._by_code = grouped((code, sku) for sku, code in self._codes.items())
        self._by_key = grouped((key(code), sku) for sku, code in self._codes.items())
        self._near_duplicates = NearDuplicateIndex(self._by_key)
        self._nearest = Nearest(self._by_key)
        self._by_gtin = grouped((gtin, sku) for sku, gtins in self._gtins.items() for gtin in gtins)
        self.findings = (
            *self._shared_codes(),
            *self._spelled_alike(),
            *self._too_long(),
            *_invalid_barcodes(((sku, written[sku]) for sku in self._codes), gtin_of),
            *self._shared_barcodes(),
        )

    def __len__(self) -> int:
        return len(self._codes)

    def __contains__(self, sku: object) -> bool:
        return sku in self._codes

    @property
    def keys(self) -> Iterable[str]:
        """The folded codes of all SKUs, each once."""
        return self._by_key.keys()

    def code(self, sku: Sku) -> str:
        """The code of `sku` by the recipe, at whatever length; also for a SKU outside the master."""
        return self._codes.get(sku) or self.recipe.spelling(sku)

    def key(self, sku: Sku) -> str:
        """The folded code of `sku`: see `fold`."""
        return key(self.code(sku))

    def gtins(self, sku: Sku) -> tuple[str, ...]:
        """The valid barcodes of `sku`, as 14 digits."""
        return self._gtins.get(sku, ())

    def with_barcode(self, barcode: str) -> tuple[Sku, ...]:
        """The SKUs that carry `barcode`: more than one is a finding. Empty when it is not a valid GTIN."""
        return self._by_gtin.get(gtin14(barcode), ())

    def with_gtin(self, gtin: str) -> tuple[Sku, ...]:
        """As `with_barcode`, for a barcode that is already written in 14 digits."""
        return self._by_gtin.get(gtin, ())

    def read(self, code: str) -> CodeReading:
        """Which SKUs `code` could stand for."""
        seen = key(code)
        if not seen:
            return NOTHING_READ
        near = self._near_duplicates.of(seen)
        if not near.near:
            return NOTHING_READ
        return CodeReading(
            exact=self._by_code.get(code, ()),
            folded=self._by_key.get(seen, ()),
            loose=self._with_keys(near.loose),
            near=self._with_keys(near.near),
        )

    def _with_keys(self, keys: Sequence[str]) -> tuple[Sku, ...]:
        if len(keys) == 1:
            return self._by_key[keys[0]]
        return tuple(sku for one in keys for sku in self._by_key[one])

    def is_alone(self, key: str) -> bool:
        """Whether nothing else in the master has the skeleton of `key`."""
        return self._near_duplicates.is_alone(key)

    def candidates(self, code: str, skus: Iterable[Sku], named: Sequence[Sku] = ()) -> tuple[Candidate, ...]:
        """The SKUs as candidates for `code`, best first; `named` are those that its barcode names."""
        reading = self.read(code)
        return _best_first(
            Candidate(sku, self.code(sku), self._likeness(sku, code), _why(sku, reading, named))
            for sku in dict.fromkeys(skus)
        )

    def nearest(self, code: str) -> tuple[Candidate, ...]:
        """The three SKUs that `code` was before it was damaged, or whose codes look most like it, best first."""
        seen = key(code)[:_LONGEST_COMPARED]
        damaged = self._originals.damaged(code)
        meant = self._with_keys(damaged.keys[:NEAREST]) if damaged else ()
        around = self._nearest.around(seen) if seen else ()
        alike = self.candidates(code, (sku for text in around for sku in self._by_key[text] if sku not in meant))
        why = f"may be it: {shown(damaged.what)}" if damaged else ""
        told = (evolve(candidate, why=why) for candidate in self.candidates(code, meant))
        return (*told, *(candidate for candidate in alike if candidate.score))[:NEAREST]

    def sign(self, code: str) -> str:
        """What seems to have happened to `code`, that nothing ties to a SKU, in words; empty when nothing shows.

        >>> Catalogue([Product(sku=Sku("MAR", size="12"))], Recipe()).sign("12-Mar")
        'it looks like a date that a spreadsheet made: 12-Mar may be MAR-12'
        """
        return (malformed(code) if code.strip() else "") or self._sign(code, self._originals.damaged(code))

    def mark(self, code: str) -> str:
        """As `sign`, for a code that is like a SKU's: only what stands in the code itself."""
        return self._sign(code, self._originals.marked(code))

    def _sign(self, code: str, damaged: Damaged | None) -> str:
        if not damaged:
            return ""
        codes = [self._codes[sku] for sku in self._with_keys(damaged.keys[:NEAREST])]
        may_be = f" may be {' or '.join(dict.fromkeys(codes))}" if codes else ""
        return f"{LOOKS[damaged.damage]}: {shown(code)}{may_be}"

    @cached_property
    def _originals(self) -> Originals:
        return Originals(self._by_key)

    def _likeness(self, sku: Sku, code: str) -> Decimal:
        if self.code(sku) == code:
            return Decimal(1)
        return likeness(self.key(sku)[:_LONGEST_COMPARED], key(code)[:_LONGEST_COMPARED])

    def _shared_codes(self) -> Iterable[SkuFinding]:
        for code, skus in self._by_code.items():
            if len(skus) > 1:
                what = f"{listed(skus)} all get the product code {code!r}"
                yield SkuFinding(kind=FindingKind.CODE_SHARED_BY_SKUS, what=what, codes=(code,), skus=skus)

    def _spelled_alike(self) -> Iterable[SkuFinding]:
        for skus in self._by_key.values():
            codes = tuple(sorted({self._codes[sku] for sku in skus}))
            if len(codes) > 1:
                what = f"the product codes {', '.join(map(repr, codes))} differ only in how they are spelled"
                yield SkuFinding(kind=FindingKind.CODES_SPELLED_ALIKE, what=what, codes=codes, skus=skus)

    def _too_long(self) -> Iterable[SkuFinding]:
        for sku, code in self._codes.items():
            if len(code) > self.recipe.max_length:
                what = f"the code {code!r} has {len(code)} characters, Clarus takes {self.recipe.max_length}"
                yield SkuFinding(kind=FindingKind.CODE_TOO_LONG, what=what, codes=(code,), skus=(sku,))

    def _shared_barcodes(self) -> Iterable[SkuFinding]:
        for gtin, skus in self._by_gtin.items():
            if len(skus) > 1:
                what = f"{listed(skus)} all carry the barcode {gtin}"
                yield SkuFinding(kind=FindingKind.BARCODE_SHARED_BY_SKUS, what=what, skus=skus)


def _invalid_barcodes(
    written: Iterable[tuple[Sku, tuple[str, ...]]], gtin_of: Mapping[str, str]
) -> Iterable[SkuFinding]:
    for sku, barcodes in written:
        for barcode in dict.fromkeys(barcodes):
            if not gtin_of[barcode] and barcode.strip():
                what = f"{barcode!r} of {sku} is not a UPC, EAN or GTIN with the right check digit: it is not used"
                yield SkuFinding(kind=FindingKind.BARCODE_INVALID, what=what, skus=(sku,))


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    """The values under each key, in order and without repeats."""
    groups: dict[K, tuple[V, ...]] = {}
    several: dict[K, list[V]] = {}
    for name, value in pairs:
        if name not in groups:
            groups[name] = (value,)
        elif name in several:
            several[name].append(value)
        else:
            several[name] = [*groups[name], value]
    groups.update((name, tuple(dict.fromkeys(values))) for name, values in several.items())
    return groups


def _why(sku: Sku, reading: CodeReading, named: Sequence[Sku]) -> str:
    if sku in named:
        return "has this barcode"
    if sku in reading.exact:
        return "has this code"
    if sku in reading.folded:
        return "has this code in other characters"
    return "has this code but for zeros or separators" if sku in reading.near else "has a code that looks alike"


def _best_first(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The candidates by falling score, in an order that does not depend on how they came."""
    return tuple(sorted(candidates, key=lambda one: (-one.score, one.code, one.sku)))


def listed(skus: Sequence[Sku]) -> str:
    """SKUs in a sentence, the first few by name."""
    named = ", ".join(str(sku) for sku in skus[:_NAMED])
    return named if len(skus) <= _NAMED else f"{named} and {len(skus) - _NAMED} more"
