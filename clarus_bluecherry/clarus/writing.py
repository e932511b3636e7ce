"""Clarus's records as they are written: attributes of products, orders, receipts, stock and automations.

Law of this module: writes are strict. Lengths, required fields and enums are checked before a byte leaves; a
field that was not set is not sent, a field that was set to None is sent as null and clears it. `…Changes` is what
a PATCH may carry, `…Attributes` adds what a create must have. Personal fields do not show in a repr.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from clarus_bluecherry.clarus.reading import EXACT, Quantity
from clarus_bluecherry.http.call import Json

PositiveQuantity = Annotated[Decimal, Field(gt=0), EXACT]
Measure = Annotated[Decimal, Field(ge=0), EXACT]
Code50 = Annotated[str, Field(min_length=1, max_length=50)]
AddressLine = Annotated[str, Field(max_length=80)]

StockConfiguration = Literal["unit", "case", "inner", "outer"]
Dimension = Literal["length", "area", "volume", "weight", "none"]
Length = Literal["centimetre", "metre", "inch", "foot", "millimetre"]
Weight = Literal["gram", "kilogram"]
Volume = Literal["millilitre", "litre", "hectolitre", "gallon", "pint"]
DispatchStrategy = Literal["manual", "auto", "load", "shipment", "auto_shipment"]
PackStrategy = Literal["disabled", "pack_by_line", "pack_by_unit"]
WatchedResource = Literal[
    "goods_out",
    "goods_in",
    "goods_out_pick_list",
    "invoice",
    "load_drop",
    "stock_balance",
    "stock",
    "putaway_task",
    "failure_event_log",
    "ftp_file",
    "ftp_import",
    "daily_schedule",
    "weekly_schedule",
    "monthly_schedule",
    "one_time_schedule",
]


class Attributes(BaseModel):
    """Attributes of a record to write. Only fields that were set, or that have a default value, are sent."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    never_null: ClassVar[frozenset[str]] = frozenset()
    """Fields that can be left out but not cleared."""

    @field_validator("*", mode="before")
    @classmethod
    def _may_be_cleared(cls, value: object, place: ValidationInfo) -> object:
        if value is None and place.field_name in cls.never_null:
            raise ValueError("this field cannot be cleared: leave it out")
        return value

    def wire(self) -> dict[str, Json]:
        """The attributes as JSON data: Decimals stay Decimals, instants become ISO 8601 text with their offset."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        sent = (name for name, value in values.items() if name in self.model_fields_set or value is not None)
        return {name: _json(values[name]) for name in sent}


def _json(value: object) -> Json:
    match value:
        case Attributes():
            return value.wire()
        case dt.datetime():
            return value.isoformat().replace("+00:00", "Z")
        case None | str() | int() | Decimal():
            return value
        case _:
            raise TypeError(f"{type(value).__name__} is no attribute of the wire")


class Slots(Attributes):
    """The tenant's own fields. On order and receipt lines `string1` is by convention the batch."""

    string1: str | None = None
    string2: str | None = None
    string3: str | None = None
    string4: str | None = None
    string5: str | None = None
    integer1: int | None = None
    integer2: int | None = None
    integer3: int | None = None
    integer4: int | None = None
    integer5: int | None = None
    datetime1: AwareDatetime | None = None
    datetime2: AwareDatetime | None = None
    datetime3: AwareDatetime | None = None
    datetime4: AwareDatetime | None = None
    datetime5: AwareDatetime | None = None
    boolean1: bool | None = None
    boolean2: bool | None = None
    boolean3: bool | None = None
    boolean4: bool | None = None
    boolean5: bool | None = None


class Referenced(Attributes):
    """The caller's own ids of a record; the first is by convention the primary key upstream."""

    external_system_reference1: str | None = None
    external_system_reference2: str | None = None
    external_system_reference3: str | None = None


class AddressAttributes(Referenced):
    """A delivery address. Clarus keeps the town in `address_3` and the county in `address_4`."""

    name: str | None = Field(default=None, repr=False)
    address_1: AddressLine | None = Field(default=None, repr=False)
    address_2: AddressLine | None = Field(default=None, repr=False)
    address_3: AddressLine | None = Field(default=None, repr=False)
    address_4: AddressLine | None = Field(default=None, repr=False)
    address_5: AddressLine | None = Field(default=None, repr=False)
    postcode: Annotated[str, Field(max_length=10)] | None = Field(default=None, repr=False)
    country_code: Annotated[str, Field(max_length=6)] | None = None
    email_address: Annotated[str, Field(max_length=254)] | None = Field(default=None, repr=False)
    phone_number: Annotated[str, Field(max_length=50)] | None = Field(default=None, repr=False)


# Products ----------------------------------------------------------------------------------------------------


class ProductChanges(Slots, Referenced):
    """What can be changed on a product. `code` is the SKU (at most 50 characters)."""

    never_null = frozenset({"description", "stock_unit_type_id"})

    code: Code50 | None = None
    description: Annotated[str, Field(min_length=1, max_length=150)] | None = None
    long_description: str | None = None
    stock_unit_type_id: int | None = None
    barcode: str | None = None
    case_barcode: str | None = None
    inner_barcode: str | None = None
    outer_barcode: str | None = None
    commodity_code: Annotated[str, Field(max_length=14)] | None = None
    country_of_manufacture: Annotated[str, Field(max_length=6)] | None = None
    customs_description: Annotated[str, Field(max_length=255)] | None = None
    shelf_life_min: Annotated[int, Field(ge=1)] | None = None
    shelf_life_max: Annotated[int, Field(ge=1)] | None = None
    stop: bool | None = None
    obsolete: int | None = None
    specific_gravity: Quantity | None = None
    output_quantity: PositiveQuantity | None = None
    assemble_on_pick: bool | None = None
    require_dimensions_on_receipt: bool | None = None
    non_hazardous_for_transport: bool | None = None
    pick_strategy: Literal["pick_by_line", "batch_pick"] | None = None
    product_type: Literal["single", "bill_of_materials"] | None = None
    serial_number_tracking_setting: Literal["no_tracking", "track_during_pick", "full_tracking"] | None = None
    unit_quantity_conversion_strategy: Literal["none", "volume", "weight"] | None = None
    default_order_configuration: StockConfiguration | None = None
    default_receipt_configuration: StockConfiguration | None = None


class ProductAttributes(ProductChanges):
    """A product to create."""

    description: Annotated[str, Field(min_length=1, max_length=150)]
    stock_unit_type_id: int


# Outbound orders ---------------------------------------------------------------------------------------------


class _LineAttributes(Slots, Referenced):
    """What order lines and receipt lines share. The ERP's line number travels as `alt_line_number`."""

    product_id: int | None = None
    stock_configuration: StockConfiguration | None = None
    alt_line_number: str | None = None
    alt_line_reference: str | None = None
    alt_product_code: str | None = None
    alt_line_note: str | None = None


class GoodsOutLineChanges(_LineAttributes):
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

    product_id: int
    order_quantity: PositiveQuantity


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
    account_id: int
    reference: Code50
    expected_date_of_dispatch: AwareDatetime


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class GoodsOutOrder(_Document):
    """Everything one goods-out create carries: header, lines and the inline delivery address."""

    header: GoodsOutAttributes
    lines: Annotated[tuple[GoodsOutLineAttributes, ...], Field(min_length=1)]
    address: AddressAttributes | None = None


# Pre-receipts ------------------------------------------------------------------------------------------------


class GoodsInLineChanges(_LineAttributes):
    """What can be changed on a line of a pre-receipt."""

    never_null = frozenset({"product_id", "expected_quantity"})

    expected_quantity: PositiveQuantity | None = None
    expected_quantity_dimension: Dimension | None = None
    expected_configurations_quantity: PositiveQuantity | None = None


class GoodsInLineAttributes(GoodsInLineChanges):
    """A line of a pre-receipt. The ERP's line number travels as `alt_line_number`."""

    product_id: int
    expected_quantity: PositiveQuantity


class GoodsInReceiptChanges(Slots, Referenced):
    """What can be changed on a pre-receipt's header."""

    never_null = frozenset({"account_id", "warehouse_id"})

    account_id: int | None = None
    warehouse_id: int | None = None
    reference: str | None = None
    supplier_id: int | None = None
    expected_date_of_arrival: AwareDatetime | None = None
    actual_date_of_arrival: AwareDatetime | None = None
    notes: str | None = None


class GoodsInReceiptAttributes(GoodsInReceiptChanges):
    """A pre-receipt. Its kind (return or not) cannot be written over REST."""

    account_id: int
    warehouse_id: int


class PreReceipt(_Document):
    """Everything one goods-in create carries: header, lines and, where it differs, the address."""

    header: GoodsInReceiptAttributes
    lines: Annotated[tuple[GoodsInLineAttributes, ...], Field(min_length=1)]
    address: AddressAttributes | None = None


# Stock and automations ---------------------------------------------------------------------------------------


class StockDimensions(Attributes):
    """Size and weight of a stock record, with their units."""

    never_null = frozenset(
        {
            "height",
            "length",
            "width",
            "unit_of_measure",
            "weight",
            "weight_unit_of_measure",
            "packing_weight",
            "packing_weight_unit_of_measure",
            "cube",
            "volume",
            "volume_unit_of_measure",
            "value",
            "stock_configuration",
        }
    )

    height: Measure | None = None
    length: Measure | None = None
    width: Measure | None = None
    unit_of_measure: Length | None = None
    weight: Measure | None = None
    weight_unit_of_measure: Weight | None = None
    packing_weight: Measure | None = None
    packing_weight_unit_of_measure: Weight | None = None
    packing_description: str | None = None
    cube: Measure | None = None
    volume: Measure | None = None
    volume_unit_of_measure: Volume | None = None
    value: Measure | None = None
    stock_configuration: StockConfiguration | None = None


class StockChanges(Slots):
    """What can be changed on a stock record: descriptions, never the quantity."""

    never_null = frozenset(
        {
            "stock_configuration",
            "units_per_configuration",
            "units_per_layer",
            "configurations_per_layer",
            "height",
            "width",
            "depth",
            "unit_of_measure",
            "unit_dimensions",
        }
    )

    description: str | None = None
    stock_configuration: StockConfiguration | None = None
    units_per_configuration: Measure | None = None
    units_per_layer: Measure | None = None
    configurations_per_layer: Measure | None = None
    height: Measure | None = None
    width: Measure | None = None
    depth: Measure | None = None
    unit_of_measure: Length | None = None
    unit_dimensions: StockDimensions | None = None


class AutomationChanges(Attributes):
    """What can be changed on an automation's header."""

    resource_name: WatchedResource | None = None
    event: Annotated[str, Field(min_length=1)] | None = None
    name: str | None = None
    enabled: bool | None = None


class AutomationAttributes(AutomationChanges):
    """An automation: on which event of which resource it fires."""

    resource_name: WatchedResource
    event: Annotated[str, Field(min_length=1)]
    enabled: bool = True
