"""Pure mappings between both systems' records and the canonical ones.

`mapping.clarus` and `mapping.bluecherry` are typed; `mapping.plain` holds whole business steps, the vendors' own
JSON in and out. None of them does I/O, and importing them loads no HTTP library and no database.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.mapping import bluecherry, clarus, clarus_files, plain, products
    from clarus_bluecherry.mapping.clarus import WarehouseIds
    from clarus_bluecherry.mapping.effects import SUBTYPES, Effect
    from clarus_bluecherry.mapping.products import ProductTerms
    from clarus_bluecherry.mapping.resolve import resolved, unmatched
    from clarus_bluecherry.mapping.terms import CarrierCodes, ErpTerms, WarehouseTerms

__all__ = [
    "SUBTYPES",
    "CarrierCodes",
    "Effect",
    "ErpTerms",
    "ProductTerms",
    "WarehouseIds",
    "WarehouseTerms",
    "bluecherry",
    "clarus",
    "clarus_files",
    "plain",
    "products",
    "resolved",
    "unmatched",
]

__getattr__ = lazy(
    __name__,
    homes("""
    .: bluecherry clarus clarus_files plain products
    clarus: WarehouseIds
    effects: SUBTYPES Effect
    products: ProductTerms
    resolve: resolved unmatched
    terms: CarrierCodes ErpTerms WarehouseTerms
    """),
)
