"""Lists of who and where, of products, and of their units and packs.

Law of this module: a query asks for the fields of its node model, which are those that the vendor shows, because
one unknown field fails the whole query.
"""

from __future__ import annotations

from clarus_bluecherry.clarus import reading
from clarus_bluecherry.clarus.calls.listings.described import ListOf

# Accounts and places ----------------------------------------------------------------------------------------

accounts = ListOf(
    root="accounts",
    filter_type="AccountFilterType",
    model=reading.AccountNode,
    filters="code name warehouse_id is_short_pickable",
)
"""Stock owners."""

account_warehouses = ListOf(
    root="account_warehouses",
    filter_type="AccountWarehouseFilterType",
    model=reading.AccountWarehouseNode,
    filters="account_id warehouse_id",
)
"""Which accounts keep stock in which warehouses."""

warehouses = ListOf(
    root="warehouses",
    filter_type="WarehouseFilterType",
    model=reading.WarehouseNode,
    filters="code name site_id",
)
"""Warehouses."""

sites = ListOf(
    root="sites",
    filter_type="SiteFilterType",
    model=reading.SiteNode,
    filters="",
)
"""Sites. The guides show this list, the OpenAPI file does not: filters are not published (confidence medium)."""

locations = ListOf(
    root="locations",
    filter_type="LocationsFilterType",
    model=reading.LocationNode,
    filters="code aisle warehouse_code zone storage_unit_type_id walk_sequence",
)
"""Places in the warehouses."""

customers = ListOf(
    root="customers",
    filter_type="CustomerFilterType",
    model=reading.CustomerNode,
    filters="code name external_system_reference1 shelf_life_min shelf_life_max pick_label_id",
)
"""Recipients."""

suppliers = ListOf(
    root="suppliers",
    filter_type="SupplierFilterType",
    model=reading.SupplierNode,
    filters="id code name description active external_system_reference1 address_postcode created_at",
)
"""Suppliers."""

# Products ---------------------------------------------------------------------------------------------------

products = ListOf(
    root="products",
    filter_type="ProductsFilterType",
    model=reading.ProductNode,
    filters="code barcode all_codes description account_id product_type",
)
"""Products. `all_codes` matches code and barcodes exactly: only for a value of unknown kind."""

account_products = ListOf(
    root="account_products",
    filter_type="AccountProductFilterType",
    model=reading.AccountProductNode,
    filters="account_id product_id created_at",
)
"""Which account may hold which product."""

product_materials = ListOf(
    root="product_materials",
    filter_type="ProductMaterialFilterType",
    model=reading.MaterialNode,
    filters="parent_product_id child_product_id parent_product_code child_product_code quantity",
)
"""Parts of kits."""

product_storage_units = ListOf(
    root="product_storage_units",
    filter_type="ProductStorageUnitFilterType",
    model=reading.ProductStorageUnitNode,
    filters="product_id product_code storage_unit_type_id storage_unit_type_code priority total",
)
"""How products are packed."""

alternative_code_types = ListOf(
    root="alternative_code_types",
    filter_type="AlternativeCodeTypeFilterType",
    model=reading.AlternativeCodeTypeNode,
    filters="code name description system_type",
)
"""Kinds of alternative code. The codes themselves have no published list."""

stock_unit_types = ListOf(
    root="stock_unit_types",
    filter_type="StockUnitTypeFilterType",
    model=reading.StockUnitTypeNode,
    filters="code name description created_at",
)
"""Units that stock is counted in."""

storage_unit_types = ListOf(
    root="storage_unit_types",
    filter_type="StorageUnitTypeFilterType",
    model=reading.StorageUnitTypeNode,
    filters="code name unit_name is_pickable has_check_digit leaves_warehouse",
)
"""Kinds of pallet, tote and box."""
