"""The lists that Clarus can be asked for, each with the fields of the vendor's published example.

Law of this module: a default query asks only for fields that the vendor shows, because one unknown field fails the
whole query. What is likely there but not shown is named in `INFERRED_FIELDS`, for the caller to ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from attrs import evolve

from clarus_bluecherry.clarus import reading
from clarus_bluecherry.clarus.graphql import Listing, Where, by
from clarus_bluecherry.http.call import Json

N = TypeVar("N", bound=reading.Node)

INFERRED_FIELDS: Mapping[str, tuple[str, ...]] = {
    "goods_outs": ("actual_date_of_dispatch",),
    "goods_out_lines": ("alt_line_number",),
    "packages": ("storage_unit { id reference }",),
    "transactions": (
        "description",
        "warehouse { id code }",
        "goods_in_receipt { id reference receipt_type external_system_reference1 }",
        "goods_in_receipt_line { id alt_line_number alt_line_reference }",
        "reason_code { id code name }",
    ),
}
"""Fields by list that our node models know and the vendor's examples do not show.

They are REST attributes, documented filters or members of the vendor's full transaction object (confidence
medium): try them on the tenant, or look by introspection, before relying on them.
"""


def _listing(listing: Listing[N], where: Where | None, extra: Iterable[str], page_size: int | None) -> Listing[N]:
    return evolve(listing, where=where or {}, extra_fields=extra, page_size=page_size)


def accounts(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.AccountNode]:
    """Stock owners. Filters: code, name, warehouse_id, is_short_pickable."""
    listing = Listing(
        root="accounts",
        filter_type="AccountFilterType",
        model=reading.AccountNode,
        fields="id code name is_short_pickable external_system_reference1 vat_number",
    )
    return _listing(listing, where, extra_fields, page_size)


def warehouses(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.WarehouseNode]:
    """Warehouses. Filters: code, name, site_id."""
    listing = Listing(
        root="warehouses",
        filter_type="WarehouseFilterType",
        model=reading.WarehouseNode,
        fields=(
            "id code name consolidate_pick_enabled loading_validation_setting opening_times_enabled address { "
            "address_1 address_2 address_3 address_4 postcode country_code }"
        ),
    )
    return _listing(listing, where, extra_fields, page_size)


def carriers(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.CarrierNode]:
    """Carriers.

    Filters: code, name, carrier_type, external_system_reference1, active, carrier_externally_registered,
    created_at.
    """
    listing = Listing(
        root="carriers",
        filter_type="CarrierFilterType",
        model=reading.CarrierNode,
        fields="id code name description active carrier_type carrier_externally_registered",
    )
    return _listing(listing, where, extra_fields, page_size)


def carrier_services(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.CarrierServiceNode]:
    """Carriers' services. Filters: code, name, carrier_code, active, carrier_id, external_preset_id."""
    listing = Listing(
        root="carrier_services",
        filter_type="CarrierServiceFilterType",
        model=reading.CarrierServiceNode,
        fields="id code name active is_default carrier { id code }",
    )
    return _listing(listing, where, extra_fields, page_size)


def order_types(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.OrderTypeNode]:
    """Kinds of order. Filters: code, name, duty_payable, created_at."""
    listing = Listing(
        root="order_types",
        filter_type="OrderTypeFilterType",
        model=reading.OrderTypeNode,
        fields="id code name duty_payable",
    )
    return _listing(listing, where, extra_fields, page_size)


def reason_codes(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.ReasonCodeNode]:
    """Reason codes. Filters: code, name, reason_type (eq, in), active, generic, account_id."""
    listing = Listing(
        root="reason_codes",
        filter_type="ReasonCodeFilterType",
        model=reading.ReasonCodeNode,
        fields="id code name description reason_type active generic",
    )
    return _listing(listing, where, extra_fields, page_size)


def stock_unit_types(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.StockUnitTypeNode]:
    """Units that stock is counted in. Filters: code, name, description, created_at."""
    listing = Listing(
        root="stock_unit_types",
        filter_type="StockUnitTypeFilterType",
        model=reading.StockUnitTypeNode,
        fields="id code name description",
    )
    return _listing(listing, where, extra_fields, page_size)


def customers(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.CustomerNode]:
    """Recipients.

    Filters: code, name, external_system_reference1, shelf_life_min, shelf_life_max, pick_label_id.
    """
    listing = Listing(
        root="customers",
        filter_type="CustomerFilterType",
        model=reading.CustomerNode,
        fields="id code name shelf_life_min shelf_life_max external_system_reference1",
    )
    return _listing(listing, where, extra_fields, page_size)


def suppliers(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.SupplierNode]:
    """Suppliers.

    Filters: id, code, name, description, external_system_reference1, address_postcode, active, created_at.
    """
    listing = Listing(
        root="suppliers",
        filter_type="SupplierFilterType",
        model=reading.SupplierNode,
        fields="id code name description active external_system_reference1 address { id address_1 postcode }",
    )
    return _listing(listing, where, extra_fields, page_size)


def products(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.ProductNode]:
    """Products. Filters: code, barcode, all_codes, description, product_type, account_id.

    `all_codes` matches code and barcodes exactly: only for a value of unknown kind.
    """
    listing = Listing(
        root="products",
        filter_type="ProductsFilterType",
        model=reading.ProductNode,
        fields=(
            "id code barcode description long_description product_type units_per_case shelf_life_min "
            "shelf_life_max commodity_code country_of_manufacture"
        ),
    )
    return _listing(listing, where, extra_fields, page_size)


def account_products(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.AccountProductNode]:
    """Which account may hold which product. Filters: account_id, product_id, created_at."""
    listing = Listing(
        root="account_products",
        filter_type="AccountProductFilterType",
        model=reading.AccountProductNode,
        fields="id account { id code } product { id code }",
    )
    return _listing(listing, where, extra_fields, page_size)


def goods_outs(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.GoodsOutNode]:
    """Outbound orders. Filters: reference, goods_out_status_code, account_id, warehouse_id, carrier_id,
    expected_date_of_dispatch. There is none for a change date or your own references.
    """
    listing = Listing(
        root="goods_outs",
        filter_type="GoodsOutsFilterType",
        model=reading.GoodsOutNode,
        fields=(
            "id reference priority expected_date_of_dispatch goods_out_status { code name } account { id code } "
            "warehouse { id code } carrier { id code }"
        ),
    )
    return _listing(listing, where, extra_fields, page_size)


def goods_out_lines(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.GoodsOutLineNode]:
    """Lines of outbound orders. Filters: goods_out_id, product_id, account_id, warehouse_id, carrier_id,
    goods_out_status_code (eq, in), order_quantity, pick_quantity, created_at.
    """
    listing = Listing(
        root="goods_out_lines",
        filter_type="GoodsOutLineFilterType",
        model=reading.GoodsOutLineNode,
        fields=(
            "id order_quantity allocated_quantity pick_quantity dispatch_quantity short_status product { id code "
            "} goods_out { id reference } carrier { id }"
        ),
    )
    return _listing(listing, where, extra_fields, page_size)


def pick_processing_requests(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.PickProcessingRequestNode]:
    """How far `process_picks` got. Filters: goods_out_id, goods_out_reference, process_reference, status (eq, in),
    created_at, updated_at.
    """
    listing = Listing(
        root="pick_processing_requests",
        filter_type="PickProcessingRequestFilterType",
        model=reading.PickProcessingRequestNode,
        fields="status process_reference message goods_out { id reference } created_at",
        key=by("process_reference", "goods_out.id"),
    )
    return _listing(listing, where, extra_fields, page_size)


def goods_in_receipts(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.GoodsInReceiptNode]:
    """Pre-receipts, receipts and returns. Filters: reference, status, account_id, warehouse_id,
    expected_date_of_receipt. Their lines have no published list.
    """
    listing = Listing(
        root="goods_in_receipts",
        filter_type="InboundGoodFilterType",
        model=reading.GoodsInReceiptNode,
        fields=(
            "id reference status receipt_type expected_date_of_receipt actual_date_of_receipt notes account { id "
            "code name } warehouse { id code name }"
        ),
    )
    return _listing(listing, where, extra_fields, page_size)


def shipments(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.ShipmentNode]:
    """Carrier shipments. Filters: reference, status, carrier_id, warehouse_id, goods_out_id."""
    listing = Listing(
        root="shipments",
        filter_type="ShipmentFilterType",
        model=reading.ShipmentNode,
        fields=(
            "id reference name status delivery_notes collection_datetime label_filename packages_count carrier { "
            "id code name } carrier_service { id code name } warehouse { id code name }"
        ),
    )
    return _listing(listing, where, extra_fields, page_size)


def packages(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.PackageNode]:
    """Parcels.

    Filters: shipment_id, storage_unit_id, shipment_reference, storage_unit_type_code, tracking_number.
    """
    listing = Listing(
        root="packages",
        filter_type="PackageFilterType",
        model=reading.PackageNode,
        fields="id tracking_number shipment { id reference } storage_unit_type { id code }",
    )
    return _listing(listing, where, extra_fields, page_size)


def stocks(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.StockNode]:
    """Stock records. Filters: product_id, account_id, warehouse_id, location_id, storage_unit_id, product_code,
    location_code, status, quantity, fifo_date.
    """
    listing = Listing(
        root="stocks",
        filter_type="StockFilterType",
        model=reading.StockNode,
        fields=(
            "id quantity status fifo_date product { id code } location { id code } account { id code } "
            "storage_unit { id reference }"
        ),
    )
    return _listing(listing, where, extra_fields, page_size)


def stock_balances(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.StockBalanceNode]:
    """Stock per product, account and warehouse, which together tell rows apart: they have no id.

    Filters: product_id, account_id, warehouse_id, product_code, available, allocated, picked.
    """
    listing = Listing(
        root="stock_balances",
        filter_type="StockBalancesFilterType",
        model=reading.StockBalanceNode,
        fields=(
            "available allocated ordered received picked product { id code } account { id code } warehouse { id }"
        ),
        key=by("product.id", "account.id", "warehouse.id"),
    )
    return _listing(listing, where, extra_fields, page_size)


def transactions(
    where: Where | None = None,
    *,
    extra_fields: Iterable[str] = (),
    page_size: int | None = None,
    include_archived: bool = False,
) -> Listing[reading.TransactionNode]:
    """The warehouse's own ledger, one row per stock movement. Archived rows are hidden unless asked for.

    Filters: subtype (eq, in), category, product_id, account_id, warehouse_id, goods_out_id, location_from_id,
    location_to_id, created_at. The order of the rows is not published.
    """
    archived: dict[str, tuple[str, Json]] = {"include_archived": ("Boolean", True)}
    listing = Listing(
        root="transactions",
        filter_type="TransactionFilterType",
        model=reading.TransactionNode,
        fields=(
            "id subtype category quantity created_at product { id code } account { id code } location_from { id "
            "code } location_to { id code } completing_user { id }"
        ),
        arguments=archived if include_archived else {},
    )
    return _listing(listing, where, extra_fields, page_size)


def tasks(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.TaskNode]:
    """Warehouse work.

    Filters: status, subtype, task_type_code, account_id, warehouse_id, product_id, location_from_id,
    location_to_id, user_id, goods_out_id, goods_in_receipt_line_id, storage_unit_from_id, load_id, assigned_at,
    completed_at, created_at, priority, drop_sequence.
    """
    listing = Listing(
        root="tasks",
        filter_type="TaskFilterType",
        model=reading.TaskNode,
        fields=(
            "id status subtype start_quantity confirmed_quantity created_at account { id code } warehouse { id "
            "code } product { id code } task_type { id code } location_from { id code } location_to { id code }"
        ),
    )
    return _listing(listing, where, extra_fields, page_size)


def automations(
    where: Where | None = None, *, extra_fields: Iterable[str] = (), page_size: int | None = None
) -> Listing[reading.AutomationNode]:
    """Automations, webhooks among them. Filters: name, resource_name (eq), event (eq), enabled, integration_id,
    created_at.
    """
    listing = Listing(
        root="automations",
        filter_type="AutomationFilterType",
        model=reading.AutomationNode,
        fields="id name resource_name event enabled integration_id created_at",
    )
    return _listing(listing, where, extra_fields, page_size)
