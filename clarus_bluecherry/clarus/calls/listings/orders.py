"""Lists of orders, receipts and pick lists, and of how goods leave.

Law of this module: a query asks for the fields of its node model, which are those that the vendor shows, because
one unknown field fails the whole query.
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
    filters="code name duty_payable created_at",
)
"""Kinds of order."""

reason_codes = ListOf(
    root="reason_codes",
    filter_type="ReasonCodeFilterType",
    model=reading.ReasonCodeNode,
    filters="code name reason_type active generic account_id",
)
"""Reason codes."""

goods_outs = ListOf(
    root="goods_outs",
    filter_type="GoodsOutsFilterType",
    model=reading.GoodsOutNode,
    filters="reference goods_out_status_code account_id warehouse_id carrier_id expected_date_of_dispatch",
)
"""Outbound orders. There is no filter for a change date or your own references."""

goods_out_lines = ListOf(
    root="goods_out_lines",
    filter_type="GoodsOutLineFilterType",
    model=reading.GoodsOutLineNode,
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
    filters="goods_out_id goods_out_reference status process_reference created_at updated_at",
    key=by("process_reference", "goods_out.id"),
)
"""How far processing picks got."""

goods_in_receipts = ListOf(
    root="goods_in_receipts",
    filter_type="InboundGoodFilterType",
    model=reading.GoodsInReceiptNode,
    filters="reference status account_id warehouse_id expected_date_of_receipt",
)
"""Pre-receipts, receipts and returns. Their lines have no published list."""

# Transport --------------------------------------------------------------------------------------------------

carriers = ListOf(
    root="carriers",
    filter_type="CarrierFilterType",
    model=reading.CarrierNode,
    filters="code name active carrier_type carrier_externally_registered external_system_reference1 created_at",
)
"""Carriers."""

carrier_services = ListOf(
    root="carrier_services",
    filter_type="CarrierServiceFilterType",
    model=reading.CarrierServiceNode,
    filters="code name active carrier_id carrier_code external_preset_id",
)
"""Carriers' services."""

shipments = ListOf(
    root="shipments",
    filter_type="ShipmentFilterType",
    model=reading.ShipmentNode,
    filters="reference status carrier_id warehouse_id goods_out_id",
)
"""Carrier shipments."""

packages = ListOf(
    root="packages",
    filter_type="PackageFilterType",
    model=reading.PackageNode,
    filters="shipment_id shipment_reference storage_unit_id storage_unit_type_code tracking_number",
)
"""Parcels."""

loads = ListOf(
    root="loads",
    filter_type="LoadFilterType",
    model=reading.LoadNode,
    filters="reference status carrier_id warehouse_id load_by",
)
"""Loads."""
