"""The lists that Clarus can be asked for, one name each: call it with a filter, read the `Listing` with a client.

Law of this package: a query asks for the fields of its node model, which are those that the vendor shows, because
one unknown field fails the whole query. What is likely there but not shown is named in `UNDOCUMENTED_FIELDS`, for
the caller to ask for.
"""

from collections.abc import Mapping

from clarus_bluecherry.clarus.calls.listings import orders, places, setup, stock
from clarus_bluecherry.clarus.calls.listings.described import ListOf
from clarus_bluecherry.clarus.calls.listings.orders import (
    carrier_services,
    carriers,
    goods_in_receipts,
    goods_out_lines,
    goods_out_pick_lists,
    goods_outs,
    loads,
    order_types,
    packages,
    pick_processing_requests,
    reason_codes,
    shipments,
)
from clarus_bluecherry.clarus.calls.listings.places import (
    account_products,
    account_warehouses,
    accounts,
    alternative_code_types,
    customers,
    locations,
    product_materials,
    product_storage_units,
    products,
    sites,
    stock_unit_types,
    storage_unit_types,
    suppliers,
    warehouses,
)
from clarus_bluecherry.clarus.calls.listings.setup import (
    automations,
    documents,
    external_entities,
    import_templates,
    integration_product_mappings,
    integrations,
    mapping_groups,
    mappings,
)
from clarus_bluecherry.clarus.calls.listings.stock import (
    stock_balances,
    stocks,
    storage_units,
    tasks,
    transactions,
)
from clarus_bluecherry.clarus.reading.selection import undocumented

__all__ = [
    "UNDOCUMENTED_FIELDS",
    "ListOf",
    "account_products",
    "account_warehouses",
    "accounts",
    "alternative_code_types",
    "automations",
    "carrier_services",
    "carriers",
    "customers",
    "documents",
    "external_entities",
    "goods_in_receipts",
    "goods_out_lines",
    "goods_out_pick_lists",
    "goods_outs",
    "import_templates",
    "integration_product_mappings",
    "integrations",
    "loads",
    "locations",
    "mapping_groups",
    "mappings",
    "order_types",
    "packages",
    "pick_processing_requests",
    "product_materials",
    "product_storage_units",
    "products",
    "reason_codes",
    "shipments",
    "sites",
    "stock_balances",
    "stock_unit_types",
    "stocks",
    "storage_unit_types",
    "storage_units",
    "suppliers",
    "tasks",
    "transactions",
    "warehouses",
]

UNDOCUMENTED_FIELDS: Mapping[str, tuple[str, ...]] = {
    each.root: fields
    for module in (orders, places, setup, stock)
    for each in vars(module).values()
    if isinstance(each, ListOf) and (fields := undocumented(each.model))
}
"""Fields by list that our node models know and the vendor's examples do not show.

They are REST attributes, documented filters or members of the vendor's full transaction object (confidence
medium): try them on the tenant, or look by introspection, before relying on them.
"""
