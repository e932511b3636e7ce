"""Who and where, as lists return it: accounts, warehouses, sites, customers, suppliers.

Law of this module: a node declares the fields of the vendor's published example, and says so where it does not.
"""

from __future__ import annotations

from pydantic import Field

from clarus_bluecherry.clarus._reading.node import (
    AddressNode,
    CodedNode,
    Id,
    NamedNode,
    NamedReference,
    Node,
    NodePart,
)


class AccountNode(NamedNode):
    """A stock owner (in a 3PL, the client). `is_short_pickable` gates `short_order_lines`."""

    is_short_pickable: bool | None = None
    external_system_reference1: str | None = None
    vat_number: str | None = None


class AccountWarehouseNode(Node):
    """That an account keeps stock in a warehouse. The vendor sends numbers here beside text ids: all are text."""

    id: Id
    account_id: Id | None = None
    warehouse_id: Id | None = None
    account: NamedReference | None = None
    warehouse: NamedReference | None = None


class WarehouseNode(NamedNode):
    """A warehouse."""

    consolidate_pick_enabled: bool | None = None
    loading_validation_setting: str | None = None
    opening_times_enabled: bool | None = None
    address: AddressNode | None = None


class SiteNode(NamedNode):
    """A group of warehouses. The vendor's guides show this node, its OpenAPI file does not (confidence medium)."""

    default: bool | None = None
    tier: str | None = None
    external_system_reference1: str | None = None


class LocationNode(CodedNode):
    """A place in a warehouse. Codes are unique in their warehouse (our reading, confidence medium)."""

    description: str | None = None
    active: bool | None = None
    is_pickface: bool | None = None
    zone: str | None = None
    aisle: str | None = None
    row: str | None = None
    column: str | None = None
    slot: str | None = None
    walk_sequence: int | None = None
    warehouse: NamedReference | None = None


class CustomerNode(NamedNode):
    """The recipient of an order (not the stock owner)."""

    shelf_life_min: int | None = None
    shelf_life_max: int | None = None
    external_system_reference1: str | None = None


class SupplierAddressNode(NodePart):
    """An address as the list of suppliers shows it."""

    id: Id = ""
    address_1: str | None = Field(default=None, repr=False)
    postcode: str | None = Field(default=None, repr=False)


class SupplierNode(NamedNode):
    """Where a pre-receipt comes from."""

    description: str | None = None
    active: bool | None = None
    external_system_reference1: str | None = None
    address: SupplierAddressNode | None = None
