"""Lists of orders, receipts and pick lists, and of how goods leave.

Law of this module: a default query asks only for fields that the vendor shows, because one unknown field fails the
whole query.
"""

from __future__ import annotations

from clarus_bluecherry.clarus import reading
from clarus_bluecherry.clarus.calls.listings.described import ListOf
from clarus_bluecherry.clarus.graphql import by

# Orders and receipts ----------------------------------------------------------------------------------------

order_types = ListOf(
    root="order_types",
    filter_type="OrderTypeFilterType",
    model=reading.OrderTypeNode,
    fields="id code name duty_payable",
    filters="code name duty_payable created_at",
)
"""Kinds of order."""

reason_codes = ListOf(
    root="reason_codes",
    filter_type="ReasonCodeFilterType",
    model=reading.ReasonCodeNode,
    fields="id code name description reason_type active generic",
    filters="code name reason_type active generic account_id",
)
"""Reason codes."""

goods_outs = ListOf(
    root="goods_outs",
    filter_type="GoodsOutsFilterType",
    model=reading.GoodsOutNode,
    fields=(
        "id reference priority expected_date_of_dispatch goods_out_status { code name } account { id code } "
        "warehouse { id code } carrier { id code }"
    ),
    filters="reference goods_out_status_code account_id warehouse_id carrier_id expected_date_of_dispatch",
)
"""Outbound orders. There is no filter for a change date or your own references."""

goods_out_lines = ListOf(
    root="goods_out_lines",
    filter_type="GoodsOutLineFilterType",
    model=reading.GoodsOutLineNode,
    fields=(
        "id order_quantity allocated_quantity pick_quantity dispatch_quantity short_status product { id code "
        "} goods_out { id reference } carrier { id }"
    ),
    filters=(
        "goods_out_id product_id account_id warehouse_id goods_out_status_code carrier_id order_quantity "
        "pick_quantity created_at"
    ),
)
"""Lines of outbound orders."""

goods_out_pick_lists = ListOf(
    root="goods_out_pick_lists",
    filter_type="GoodsOutPickListsFilterType",
    model=reading.PickListNode,
    fields=(
        "id reference pick_reference pick_type load_reference goods_out_status { code name } account { id "
        "code } warehouse { id code }"
    ),
    filters=(
        "pick_tasks_count completed_pick_tasks_count loading_tasks_count completed_loading_tasks_count "
        "dispatch_tasks_count completed_dispatch_tasks_count"
    ),
)
"""Pick lists. The published filters are counters of tasks; none leads to an order."""

pick_processing_requests = ListOf(
    root="pick_processing_requests",
    filter_type="PickProcessingRequestFilterType",
    model=reading.PickProcessingRequestNode,
    fields="status process_reference message goods_out { id reference } created_at",
    filters="goods_out_id goods_out_reference status process_reference created_at updated_at",
    key=by("process_reference", "goods_out.id"),
)
"""How far processing picks got."""

goods_in_receipts = ListOf(
    root="goods_in_receipts",
    filter_type="InboundGoodFilterType",
    model=reading.GoodsInReceiptNode,
    fields=(
        "id reference status receipt_type expected_date_of_receipt actual_date_of_receipt notes account { id "
        "code name } warehouse { id code name }"
    ),
    filters="reference status account_id warehouse_id expected_date_of_receipt",
)
"""Pre-receipts, receipts and returns. Their lines have no published list."""

# Transport --------------------------------------------------------------------------------------------------

carriers = ListOf(
    root="carriers",
    filter_type="CarrierFilterType",
    model=reading.CarrierNode,
    fields="id code name description active carrier_type carrier_externally_registered",
    filters="code name active carrier_type carrier_externally_registered external_system_reference1 created_at",
)
"""Carriers."""

carrier_services = ListOf(
    root="carrier_services",
    filter_type="CarrierServiceFilterType",
    model=reading.CarrierServiceNode,
    fields="id code name active is_default carrier { id code }",
    filters="code name active carrier_id carrier_code external_preset_id",
)
"""Carriers' services."""

shipments = ListOf(
    root="shipments",
    filter_type="ShipmentFilterType",
    model=reading.ShipmentNode,
    fields=(
        "id reference name status delivery_notes collection_datetime label_filename packages_count carrier { "
        "id code name } carrier_service { id code name } warehouse { id code name }"
    ),
    filters="reference status carrier_id warehouse_id goods_out_id",
)
"""Carrier shipments."""

packages = ListOf(
    root="packages",
    filter_type="PackageFilterType",
    model=reading.PackageNode,
    fields="id tracking_number shipment { id reference } storage_unit_type { id code }",
    filters="shipment_id shipment_reference storage_unit_id storage_unit_type_code tracking_number",
)
"""Parcels."""

loads = ListOf(
    root="loads",
    filter_type="LoadFilterType",
    model=reading.LoadNode,
    fields=(
        "id reference status expected_storage_unit_quantity number_of_storage_units_loaded load_by carrier { "
        "id code name } warehouse { id code name }"
    ),
    filters="reference status carrier_id warehouse_id load_by",
)
"""Loads."""
