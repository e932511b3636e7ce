"""Outbound orders as they are written.

Law of this module: `…Changes` is what a PATCH may carry, `…Attributes` adds what a create must have. Lines are
never part of a header's attributes here: calls add them as changes, each with its verb.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from clarus_bluecherry.clarus.writing.base import (
    AddressAttributes,
    Code50,
    Dimension,
    DispatchStrategy,
    Document,
    PackStrategy,
    PositiveQuantity,
    Referenced,
    Slots,
)
from clarus_bluecherry.clarus.writing.lines import LineAttributes


class GoodsOutLineChanges(LineAttributes):
    """What can be changed on a line of an outbound order."""

    never_null = frozenset({"product_id", "order_quantity"})

    order_quantity: PositiveQuantity | None = None
    order_quantity_dimension: Dimension | None = None
    ordered_configurations_quantity: PositiveQuantity | None = None
    carrier_id: int | None = None
    carrier_service_id: int | None = None
    dispatch_strategy: DispatchStrategy | None = None
    pack_strategy: PackStrategy | None = None
    goods_in_receipt_line_id: int | None = None
    stock_to_pick_id: int | None = None
    stock_description: str | None = None
    storage_unit_reference: str | None = None
    datetime1_from: AwareDatetime | None = None
    datetime1_to: AwareDatetime | None = None
    datetime2_from: AwareDatetime | None = None
    datetime2_to: AwareDatetime | None = None
    datetime3_from: AwareDatetime | None = None
    datetime3_to: AwareDatetime | None = None
    datetime4_from: AwareDatetime | None = None
    datetime4_to: AwareDatetime | None = None
    datetime5_from: AwareDatetime | None = None
    datetime5_to: AwareDatetime | None = None


class GoodsOutLineAttributes(GoodsOutLineChanges):
    """A line of an outbound order. Products are named by id only.

    The schema requires neither field; every published example has both (confidence: high).
    """

    product_id: int = Field()
    order_quantity: PositiveQuantity = Field()


class GoodsOutChanges(Slots, Referenced):
    """What can be changed on an outbound order's header."""

    never_null = frozenset({"goods_out_type", "account_id", "reference", "expected_date_of_dispatch"})

    goods_out_type: Literal["sales_order", "work_order", "crossdock"] | None = None
    account_id: int | None = None
    reference: Code50 | None = None
    expected_date_of_dispatch: AwareDatetime | None = None
    actual_date_of_dispatch: AwareDatetime | None = None
    warehouse_id: int | None = None
    customer_id: int | None = None
    original_delivery_address_id: int | None = None
    carrier_id: int | None = None
    carrier_service_id: int | None = None
    order_type_id: int | None = None
    integration_id: int | None = None
    location_id: int | None = None
    goods_out_status_id: int | None = None
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
    short_order_lines_reason_code_id: int | None = None


class GoodsOutAttributes(GoodsOutChanges):
    """An outbound order. `account_id` is the stock owner, `customer_id` the recipient. 1 is the top priority."""

    goods_out_type: Literal["sales_order", "work_order", "crossdock"] = "sales_order"
    account_id: int = Field()
    reference: Code50 = Field()
    expected_date_of_dispatch: AwareDatetime = Field()


class GoodsOutOrder(Document):
    """Everything one goods-out create carries: header, lines and the inline delivery address."""

    header: GoodsOutAttributes
    lines: Annotated[tuple[GoodsOutLineAttributes, ...], Field(min_length=1)]
    address: AddressAttributes | None = None
