"""The warehouse's complete product list, indexed by what each product could be.

Law of this module: the whole list is looked at before anything is said about one product, so that two products
which could be the same SKU are seen together. A product is known by its code; a code that two products have
stands for neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from attrs import field, frozen

from clarus_bluecherry.model import Sku
from clarus_bluecherry.model._values import filled, text
from clarus_bluecherry.sku.codes._barcode import gtins14
from clarus_bluecherry.sku.codes._near_duplicates import NearDuplicateIndex
from clarus_bluecherry.sku.codes._text import key
from clarus_bluecherry.sku.matching._catalogue import Catalogue, grouped
from clarus_bluecherry.sku.matching._outcome import FindingKind, SkuFinding


@frozen(order=True)
class WarehouseProduct:
    """A product as Clarus lists it. `barcode` is the unit's; `id` is Clarus's own."""

    code: str = field(validator=filled)
    barcode: str = field(default="", validator=text)
    id: str = field(default="", validator=text)


class WarehouseList:
    """All products of the warehouse, read against the catalogue. The same row twice is one product."""

    def __init__(self, products: Iterable[WarehouseProduct], catalogue: Catalogue) -> None:
        rows = sorted(set(products), key=lambda row: (row.code, row.barcode, row.id))
        self._by_code = grouped((row.code, row) for row in rows)
        gtins = gtins14([row.barcode for row in rows])
        labelled = [(row.code, gtin) for row, gtin in zip(rows, gtins, strict=True) if gtin]
        self._gtins = dict(reversed(labelled))
        self._by_gtin = grouped((gtin, code) for code, gtin in labelled)
        self._by_key = grouped((key(code), code) for code in self._by_code)
        self._near_duplicates = NearDuplicateIndex(self._by_key)
        self.readings = {code: catalogue.read(code) for code in self._by_code}
        self._spelling = grouped((sku, code) for code, reading in self.readings.items() for sku in reading.folded)
        self._resembling = grouped((sku, code) for code, reading in self.readings.items() for sku in reading.near)
        self._labelled = grouped(
            (sku, code)
            for gtin, codes in self._by_gtin.items()
            for sku in catalogue.with_gtin(gtin)
            for code in codes
        )
        self.findings = (*self._shared_codes(), *_invalid_barcodes(rows, gtins), *self._shared_barcodes())

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    @property
    def codes(self) -> Iterable[str]:
        """Every code once, sorted."""
        return self._by_code.keys()

    def products(self, code: str) -> tuple[WarehouseProduct, ...]:
        """The products with this very code: more than one is a finding."""
        return self._by_code.get(code, ())

    def gtin(self, code: str) -> str:
        """The valid barcode (14 digits) of the first product with this code that has one; else empty."""
        return self._gtins.get(code, "")

    def with_gtin(self, gtin: str) -> tuple[str, ...]:
        """The codes of the products that carry the barcode (14 digits)."""
        return self._by_gtin.get(gtin, ())

    def labelled(self, sku: Sku) -> tuple[str, ...]:
        """The codes of the products that carry a barcode of `sku`."""
        return self._labelled.get(sku, ())

    def spelling(self, sku: Sku) -> tuple[str, ...]:
        """The codes that spell the code of `sku` in full, exactly or in other characters."""
        return self._spelling.get(sku, ())

    def resembling(self, sku: Sku) -> tuple[str, ...]:
        """The codes that are the code of `sku`, damaged or not."""
        return self._resembling.get(sku, ())

    def near_duplicates_of(self, code: str) -> tuple[str, ...]:
        """The listed codes that are near duplicates of `code`."""
        return tuple(other for text in self._near_duplicates.of(key(code)).near for other in self._by_key[text])

    def read_by(self, reading: Callable[[str], str | None]) -> Mapping[str, tuple[str, ...]]:
        """The listed codes by the key of what `reading` makes of them."""
        return grouped((key(text), code) for code in self._by_code if (text := reading(code)))

    def _shared_codes(self) -> Iterable[SkuFinding]:
        for code, rows in self._by_code.items():
            if len(rows) > 1:
                what = f"{len(rows)} warehouse products have the code {code!r}"
                yield SkuFinding(kind=FindingKind.CODE_SHARED_BY_PRODUCTS, what=what, codes=(code,))

    def _shared_barcodes(self) -> Iterable[SkuFinding]:
        for gtin, codes in self._by_gtin.items():
            if len(codes) > 1:
                what = f"the products {', '.join(map(repr, codes))} all carry the barcode {gtin}"
                yield SkuFinding(kind=FindingKind.BARCODE_SHARED_BY_PRODUCTS, what=what, codes=codes)


def _invalid_barcodes(rows: Iterable[WarehouseProduct], gtins: Iterable[str]) -> Iterable[SkuFinding]:
    for row, gtin in zip(rows, gtins, strict=True):
        if not gtin and row.barcode.strip():
            what = f"{row.barcode!r} of product {row.code!r} is not a UPC, EAN or GTIN with the right check digit"
            yield SkuFinding(kind=FindingKind.BARCODE_INVALID, what=f"{what}: it is not used", codes=(row.code,))
