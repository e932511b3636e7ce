"""Products as they are written, with the units they are counted and stored in and the other codes they go by.

Law of this module: `…Changes` is what a PATCH may carry, `…Attributes` adds what a create must have.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from clarus_bluecherry.clarus._writing.base import (
    Attributes,
    Code50,
    Days,
    Length,
    Measure,
    Name50,
    PositiveQuantity,
    Quantity,
    RecordNumber,
    Referenced,
    Slots,
    StockConfiguration,
    Weight,
)


class ProductChanges(Slots, Referenced):
    """What can be changed on a product. `code` is the SKU (at most 50 characters)."""

    never_null = frozenset({"description", "stock_unit_type_id"})

    code: Code50 | None = None
    description: Annotated[str, Field(min_length=1, max_length=150)] | None = None
    long_description: str | None = None
    stock_unit_type_id: RecordNumber | None = None
    barcode: str | None = None
    case_barcode: str | None = None
    inner_barcode: str | None = None
    outer_barcode: str | None = None
    commodity_code: Annotated[str, Field(max_length=14)] | None = None
    country_of_manufacture: Annotated[str, Field(max_length=6)] | None = None
    customs_description: Annotated[str, Field(max_length=255)] | None = None
    shelf_life_min: Days | None = None
    shelf_life_max: Days | None = None
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

    description: Annotated[str, Field(min_length=1, max_length=150)] = Field()
    stock_unit_type_id: RecordNumber = Field()


class MaterialChanges(Attributes):
    """What can be changed on a part of a kit."""

    never_null = frozenset({"child_product_id", "quantity"})

    child_product_id: RecordNumber | None = None
    quantity: Quantity | None = None


class MaterialAttributes(MaterialChanges):
    """A part of a kit: so many of one product in another."""

    child_product_id: RecordNumber = Field()
    quantity: Quantity = Field()


# Units -------------------------------------------------------------------------------------------------------


class StockUnitTypeChanges(Attributes):
    """What can be changed on a unit that stock is counted in."""

    never_null = frozenset({"code", "name"})

    code: Name50 | None = None
    name: str | None = None
    description: str | None = None


class StockUnitTypeAttributes(StockUnitTypeChanges):
    """A unit to count stock in, to create."""

    code: Name50 = Field()
    name: str = Field()


class StorageUnitDimensions(Attributes):
    """Size and weight of an empty storage unit."""

    unit_of_measure: Length | None = None
    length: Measure | None = None
    width: Measure | None = None
    height: Measure | None = None
    weight: Measure | None = None
    weight_unit_of_measure: Weight | None = None


class StorageUnitTypeChanges(Attributes):
    """What can be changed on a kind of storage unit."""

    never_null = frozenset({"code", "name", "sequence_id", "dimensions"})

    code: Annotated[str, Field(min_length=1, max_length=30)] | None = None
    name: Name50 | None = None
    unit_name: str | None = None
    sequence_id: RecordNumber | None = None
    description: str | None = None
    max_chars: int | None = None
    is_pickable: bool | None = None
    has_check_digit: bool | None = None
    inherits_dimensions_from_item: bool | None = None
    leaves_warehouse: bool | None = None
    dimensions: StorageUnitDimensions | None = None


class StorageUnitTypeAttributes(StorageUnitTypeChanges):
    """A kind of pallet, tote or box to create."""

    code: Annotated[str, Field(min_length=1, max_length=30)] = Field()
    name: Name50 = Field()
    sequence_id: RecordNumber = Field()


class ProductStorageUnitChanges(Attributes):
    """What can be changed on how a product is packed. Priority 0 is the default; it is unique per product."""

    never_null = frozenset(
        {
            "product_id",
            "storage_unit_type_id",
            "stock_configuration",
            "unit_of_measure",
            "per_layer",
            "number_of_layers",
        }
    )

    product_id: RecordNumber | None = None
    storage_unit_type_id: RecordNumber | None = None
    stock_configuration: StockConfiguration | None = None
    unit_of_measure: Length | None = None
    per_layer: Measure | None = None
    number_of_layers: Annotated[int, Field(ge=0)] | None = None
    total: Measure | None = None
    height: Quantity | None = None
    priority: Annotated[int, Field(ge=0)] | None = None


class ProductStorageUnitAttributes(ProductStorageUnitChanges):
    """How a product is packed, to create."""

    product_id: RecordNumber = Field()
    storage_unit_type_id: RecordNumber = Field()
    stock_configuration: StockConfiguration = Field()
    unit_of_measure: Length = Field()
    per_layer: Measure = Field()
    number_of_layers: Annotated[int, Field(ge=0)] = Field()


# Other codes -------------------------------------------------------------------------------------------------


class AlternativeCodeTypeChanges(Attributes):
    """What can be changed on a kind of alternative code. The system's own kinds cannot be changed."""

    never_null = frozenset({"code", "name"})

    code: Name50 | None = None
    name: Name50 | None = None
    description: Annotated[str, Field(max_length=500)] | None = None


class AlternativeCodeTypeAttributes(AlternativeCodeTypeChanges):
    """A kind of alternative code to create."""

    code: Name50 = Field()
    name: Name50 = Field()


class AlternativeCodeChanges(Attributes):
    """What can be changed on an alternative code: whose it is (`owner`), and what it stands for (`codeable`)."""

    never_null = frozenset({"code", "name", "alternative_code_type_id"})

    code: Name50 | None = None
    name: Name50 | None = None
    description: Annotated[str, Field(max_length=500)] | None = None
    alternative_code_type_id: RecordNumber | None = None
    alternative_codeable_type: Literal["Product", "Supplier", "Carrier", "Warehouse"] | None = None
    alternative_codeable_id: RecordNumber | None = None
    owner_type: str | None = None
    owner_id: RecordNumber | None = None


class AlternativeCodeAttributes(AlternativeCodeChanges):
    """An alternative code to create, unique per parent and owner. No list of them is published: keep the id."""

    code: Name50 = Field()
    name: Name50 = Field()
    alternative_code_type_id: RecordNumber = Field()
