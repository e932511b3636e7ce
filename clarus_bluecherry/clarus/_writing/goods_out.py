"""Outbound orders as they are written.

Law of this module: `…Changes` is what a PATCH may carry, `…Attributes` adds what a create must have. Lines
and address stand beside the header's fields; calls put them where the API wants them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, InstanceOf

from clarus_bluecherry._wire import Instant
from clarus_bluecherry.clarus._writing.base import (
    Addressed,
    Code50,
    Dimension,
    DispatchStrategy,
    PackStrategy,
    PositiveQuantity,
    RecordNumber,
    Referenced,
    Several,
    Slots,
)
from clarus_bluecherry.clarus._writing.lines import LineAttributes, LineChange


class GoodsOutLineChanges(LineAttributes):
    """What can be changed on a line of an outbound order."""

    never_null = frozenset({"product_id", "order_quantity"})

    order_quantity: PositiveQuantity | None = None
    order_quantity_dimension: Dimension | None = None
    ordered_configurations_quantity: PositiveQuantity | None = None
    carrier_id: RecordNumber | None = None
    carrier_service_id: RecordNumber | None = None
    dispatch_strategy: DispatchStrategy | None = None
    pack_strategy: PackStrategy | None = None
    goods_in_receipt_line_id: RecordNumber | None = None
    stock_to_pick_id: RecordNumber | None = None
    stock_description: str | None = None
    storage_unit_reference: str | None = None
    datetime1_from: Instant | None = None
    datetime1_to: Instant | None = None
    datetime2_from: Instant | None = None
    datetime2_to: Instant | None = None
    datetime3_from: Instant | None = None
    datetime3_to: Instant | None = None
    datetime4_from: Instant | None = None
    datetime4_to: Instant | None = None
    datetime5_from: Instant | None = None
    datetime5_to: Instant | None = None


class GoodsOutLineAttributes(GoodsOutLineChanges):
    """A line of an outbound order. Products are named by id only.

    The schema requires neither field; every published example has both (confidence: high).
    """

    product_id: RecordNumber = Field()
    order_quantity: PositiveQuantity = Field()


class GoodsOutChanges(Slots, Referenced):
    """What can be changed on an outbound order's header."""

    never_null = frozenset({"goods_out_type", "account_id", "reference", "expected_date_of_dispatch"})

    goods_out_type: Literal["sales_order", "work_order", "crossdock"] | None = None
    account_id: RecordNumber | None = None
    reference: Code50 | None = None
    expected_date_of_dispatch: Instant | None = None
    actual_date_of_dispatch: Instant | None = None
    warehouse_id: RecordNumber | None = None
    customer_id: RecordNumber | None = None
    original_delivery_address_id: RecordNumber | None = None
    carrier_id: RecordNumber | None = None
    carrier_service_id: RecordNumber | None = None
    order_type_id: RecordNumber | None = None
    integration_id: RecordNumber | None = None
    location_id: RecordNumber | None = None
    goods_out_status_id: RecordNumber | None = None
    priority: Annotated[int, Field(ge=1, le=99)] | None = None
    order_notes: str | None = None
    delivery_notes: str | None = None
    pick_notes: str | None = None
    packing_notes: Annotated[str, Field(max_length=255)] | None = None
    load_reference: str | None = None
    pick_reference: str | None = None
    pick_type: Literal["standard", "tote"] | None = None
    dispatch_strategy: DispatchStrategy | None = None
    pack_strategy: PackStrategy | None = None
    drop_sequence: Annotated[int, Field(ge=0)] | None = None
    short_order_lines_description: str | None = None
    short_order_lines_reason_code_id: RecordNumber | None = None


class GoodsOutAttributes(GoodsOutChanges):
    """An outbound order. `account_id` is the stock owner, `customer_id` the recipient. 1 is the top priority."""

    goods_out_type: Literal["sales_order", "work_order", "crossdock"] = "sales_order"
    account_id: RecordNumber = Field()
    reference: Code50 = Field()
    expected_date_of_dispatch: Instant = Field()


class GoodsOutOrder(GoodsOutAttributes, Addressed):
    """An outbound order with its lines and the delivery address: all that one create carries."""

    beside = frozenset({"lines", "address"})

    lines: Annotated[Several[GoodsOutLineAttributes], Field(min_length=1)]


class GoodsOutUpdate(GoodsOutChanges, Addressed):
    """What one PATCH of an outbound order carries: header fields, changes of lines, another address."""

    beside = frozenset({"lines", "address"})

    lines: Several[InstanceOf[LineChange]] = ()
