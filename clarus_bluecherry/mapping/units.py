"""Units as Clarus's products know them: how many pieces are in a case, and on a storage unit.

Law of this module: a number counts where it is one of pieces. What Clarus leaves open, or says of a product that
is no SKU of ours, is no factor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from attrs import evolve

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.model import Item, Sku, UnitFactors

CASE = "case"
"""Of a product: the pieces in a case (`units_per_case`)."""
_PIECES = "unit"
"""The stock configuration of a storage unit that is filled with pieces (H)."""
SOURCE = "Clarus's products"

Said = tuple[str, str, Decimal | None]
"""A product's code, what is spoken of, and how many pieces it holds."""


def clarus_factors(
    products: Iterable[wire.ProductNode],
    storage_units: Iterable[wire.ProductStorageUnitNode],
    words: Mapping[str, str],
    sku_of: Callable[[str], Item],
) -> UnitFactors:
    """What Clarus says of the units in `words`: Blue Cherry's word → `case`, or the code of a storage unit type.

    `sku_of` ties a product code to a SKU, where it can. Storage units that are filled with cases or inners are
    passed over: whether their total counts pieces is not published.
    """
    said: defaultdict[tuple[Sku, str], list[Decimal]] = defaultdict(list)
    for code, thing, pieces in (*_cases(products), *_filled(storage_units)):
        item = sku_of(code)
        if isinstance(item, Sku) and pieces and pieces > 0:
            for word in (word for word, asked in words.items() if asked == thing):
                said[evolve(item, division=""), word].append(pieces)  # lines of orders tell none
    return UnitFactors(source=SOURCE, by_sku=said, asked=words)


def _cases(products: Iterable[wire.ProductNode]) -> Iterator[Said]:
    return ((each.code, CASE, each.units_per_case) for each in products)


def _filled(storage_units: Iterable[wire.ProductStorageUnitNode]) -> Iterator[Said]:
    for each in storage_units:
        product, kind = each.product, each.storage_unit_type
        if each.stock_configuration == _PIECES and product and product.code and kind and kind.code:
            yield product.code, kind.code, each.total
