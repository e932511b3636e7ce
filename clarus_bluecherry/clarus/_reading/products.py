"""Products as lists return them, with their units, packs, kits and the kinds of their other codes.

Law of this module: a node declares the fields of the vendor's published example. Enum values are plain text: the
vendor's own samples contradict its enums.
"""

from __future__ import annotations

from clarus_bluecherry._wire import Quantity
from clarus_bluecherry.clarus._reading.node import (
    CodedNode,
    CodedReference,
    Id,
    NamedNode,
    Node,
    NodePart,
)


class ProductNode(CodedNode):
    """A product. `code` is the warehouse's SKU; no native style, colour or size exists."""

    barcode: str | None = None
    description: str | None = None
    long_description: str | None = None
    product_type: str | None = None
    units_per_case: Quantity | None = None
    shelf_life_min: int | None = None
    shelf_life_max: int | None = None
    commodity_code: str | None = None
    country_of_manufacture: str | None = None


class AccountProductNode(Node):
    """That an account may hold a product."""

    id: Id
    account: CodedReference | None = None
    product: CodedReference | None = None


class MaterialNode(Node):
    """A part of a kit: so many of one product in another."""

    id: Id
    quantity: Quantity
    parent_product: CodedReference | None = None
    child_product: CodedReference | None = None


class ProductStorageUnitNode(Node):
    """How a product is packed. Priority 0 is the default."""

    id: Id
    priority: int | None = None
    stock_configuration: str | None = None
    unit_of_measure: str | None = None
    per_layer: Quantity | None = None
    number_of_layers: int | None = None
    total: Quantity | None = None
    product: CodedReference | None = None
    storage_unit_type: CodedReference | None = None


class AlternativeCodeTypeNode(NamedNode):
    """A kind of alternative code. The system's own kinds cannot be changed."""

    description: str | None = None
    system_type: bool | None = None


class StockUnitTypeNode(NamedNode):
    """A unit that stock is counted in."""

    description: str | None = None


class UnitDimensions(NodePart):
    """Size and weight of an empty storage unit."""

    length: Quantity | None = None
    width: Quantity | None = None
    height: Quantity | None = None
    weight: Quantity | None = None
    unit_of_measure: str | None = None


class StorageUnitTypeNode(NamedNode):
    """A kind of pallet, tote or box."""

    unit_name: str | None = None
    is_pickable: bool | None = None
    has_check_digit: bool | None = None
    dimensions: UnitDimensions | None = None
