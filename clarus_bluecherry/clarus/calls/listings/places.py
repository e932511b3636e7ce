"""Lists of who and where, of products, and of their units and packs.

Law of this module: a default query asks only for fields that the vendor shows, because one unknown field fails the
whole query.
"""

from __future__ import annotations

from clarus_bluecherry.clarus import reading
from clarus_bluecherry.clarus.calls.listings.described import ListOf

# Accounts and places ----------------------------------------------------------------------------------------

accounts = ListOf(
    root="accounts",
    filter_type="AccountFilterType",
    model=reading.AccountNode,
    fields="id code name is_short_pickable external_system_reference1 vat_number",
    filters="code name warehouse_id is_short_pickable",
)
"""Stock owners."""

account_warehouses = ListOf(
    root="account_warehouses",
    filter_type="AccountWarehouseFilterType",
    model=reading.AccountWarehouseNode,
    fields="id account_id warehouse_id account { id code name } warehouse { id code name }",
    filters="account_id warehouse_id",
)
"""Which accounts keep stock in which warehouses."""

warehouses = ListOf(
    root="warehouses",
    filter_type="WarehouseFilterType",
    model=reading.WarehouseNode,
    fields=(
        "id code name consolidate_pick_enabled loading_validation_setting opening_times_enabled address { "
        "address_1 address_2 address_3 address_4 postcode country_code }"
    ),
    filters="code name site_id",
)
"""Warehouses."""

sites = ListOf(
    root="sites",
    filter_type="SiteFilterType",
    model=reading.SiteNode,
    fields="id code name default tier external_system_reference1",
    filters="",
)
"""Sites. The guides show this list, the OpenAPI file does not: filters are not published (confidence medium)."""

locations = ListOf(
    root="locations",
    filter_type="LocationsFilterType",
    model=reading.LocationNode,
    fields=(
        "id code description active is_pickface zone aisle row column slot walk_sequence warehouse { id code "
        "name }"
    ),
    filters="code aisle warehouse_code zone storage_unit_type_id walk_sequence",
)
"""Places in the warehouses."""

customers = ListOf(
    root="customers",
    filter_type="CustomerFilterType",
    model=reading.CustomerNode,
    fields="id code name shelf_life_min shelf_life_max external_system_reference1",
    filters="code name external_system_reference1 shelf_life_min shelf_life_max pick_label_id",
)
"""Recipients."""

suppliers = ListOf(
    root="suppliers",
    filter_type="SupplierFilterType",
    model=reading.SupplierNode,
    fields="id code name description active external_system_reference1 address { id address_1 postcode }",
    filters="id code name description active external_system_reference1 address_postcode created_at",
)
"""Suppliers."""

# Products ---------------------------------------------------------------------------------------------------

products = ListOf(
    root="products",
    filter_type="ProductsFilterType",
    model=reading.ProductNode,
    fields=(
        "id code barcode description long_description product_type units_per_case shelf_life_min "
        "shelf_life_max commodity_code country_of_manufacture"
    ),
    filters="code barcode all_codes description account_id product_type",
)
"""Products. `all_codes` matches code and barcodes exactly: only for a value of unknown kind."""

account_products = ListOf(
    root="account_products",
    filter_type="AccountProductFilterType",
    model=reading.AccountProductNode,
    fields="id account { id code } product { id code }",
    filters="account_id product_id created_at",
)
"""Which account may hold which product."""

product_materials = ListOf(
    root="product_materials",
    filter_type="ProductMaterialFilterType",
    model=reading.MaterialNode,
    fields="id quantity parent_product { id code } child_product { id code }",
    filters="parent_product_id child_product_id parent_product_code child_product_code quantity",
)
"""Parts of kits."""

product_storage_units = ListOf(
    root="product_storage_units",
    filter_type="ProductStorageUnitFilterType",
    model=reading.ProductStorageUnitNode,
    fields=(
        "id priority stock_configuration unit_of_measure per_layer number_of_layers total product { id code } "
        "storage_unit_type { id code }"
    ),
    filters="product_id product_code storage_unit_type_id storage_unit_type_code priority total",
)
"""How products are packed."""

alternative_code_types = ListOf(
    root="alternative_code_types",
    filter_type="AlternativeCodeTypeFilterType",
    model=reading.AlternativeCodeTypeNode,
    fields="id code name description system_type",
    filters="code name description system_type",
)
"""Kinds of alternative code. The codes themselves have no published list."""

stock_unit_types = ListOf(
    root="stock_unit_types",
    filter_type="StockUnitTypeFilterType",
    model=reading.StockUnitTypeNode,
    fields="id code name description",
    filters="code name description created_at",
)
"""Units that stock is counted in."""

storage_unit_types = ListOf(
    root="storage_unit_types",
    filter_type="StorageUnitTypeFilterType",
    model=reading.StorageUnitTypeNode,
    fields=(
        "id code name unit_name is_pickable has_check_digit dimensions { length width height weight "
        "unit_of_measure }"
    ),
    filters="code name unit_name is_pickable has_check_digit leaves_warehouse",
)
"""Kinds of pallet, tote and box."""
