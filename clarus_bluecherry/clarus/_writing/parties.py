"""Who and where, as written: accounts, warehouses, sites, customers, suppliers and their addresses.

Law of this module: `…Changes` is what a PATCH may carry, `…Attributes` adds what a create must have and what can
only be said then. An account owns stock, a customer receives it; the two are never the same id.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clarus_bluecherry.clarus._writing.base import (
    AddressAttributes,
    Addressed,
    AddressLine,
    Attributes,
    Code20,
    CountryCode,
    Days,
    DispatchStrategy,
    FlagSlots,
    IntegerSlots,
    MomentSlots,
    Name50,
    Name100,
    PackStrategy,
    Postcode,
    RecordNumber,
    Referenced,
    TextSlots,
)

# Accounts and places -----------------------------------------------------------------------------------------


class AccountChanges(TextSlots):
    """What can be changed on an account. References, numbers, dates and flags are for the create only."""

    never_null = frozenset({"code", "name"})

    code: Code20 | None = None
    name: Name100 | None = None
    is_active: bool | None = None
    dispatch_strategy: DispatchStrategy | None = None
    pack_strategy: PackStrategy | None = None


class AccountAttributes(AccountChanges, IntegerSlots, MomentSlots, FlagSlots, Referenced):
    """A stock owner to create."""

    code: Code20 = Field()
    name: Name100 = Field()
    tote_dispatch_strategy: DispatchStrategy | None = None


class AccountWarehouseChanges(Attributes):
    """What can be changed on the link of an account to a warehouse."""

    never_null = frozenset({"account_id", "warehouse_id"})

    account_id: RecordNumber | None = None
    warehouse_id: RecordNumber | None = None


class AccountWarehouseAttributes(AccountWarehouseChanges):
    """That an account keeps stock in a warehouse. The schema wants both ids on a PATCH too."""

    account_id: RecordNumber = Field()
    warehouse_id: RecordNumber = Field()


class WarehouseChanges(TextSlots):
    """What can be changed on a warehouse. References, numbers and flags are for the create only."""

    never_null = frozenset({"code", "name"})

    code: Code20 | None = None
    name: Name100 | None = None
    is_active: bool | None = None
    timezone: str | None = None


class WarehouseAttributes(WarehouseChanges, IntegerSlots, FlagSlots, Referenced):
    """A warehouse to create. The format of `timezone` is not published."""

    code: Code20 = Field()
    name: Name100 = Field()


class NewWarehouse(WarehouseAttributes, Addressed):
    """A warehouse to create, with its address."""


class WarehouseUpdate(WarehouseChanges, Addressed):
    """What one PATCH of a warehouse carries: fields, and another address."""


class SiteChanges(TextSlots, Referenced):
    """What can be changed on a site."""

    never_null = frozenset({"code", "name"})

    code: Name50 | None = None
    name: Name50 | None = None
    default: bool | None = None
    tier: Literal["none", "lower", "upper"] | None = None


class SiteAttributes(SiteChanges):
    """A site to create."""

    code: Name50 = Field()
    name: Name50 = Field()


# Addresses ---------------------------------------------------------------------------------------------------


class SavedAddressChanges(AddressAttributes):
    """What can be changed on an address that is a record of its own."""

    never_null = frozenset({"name", "code", "is_active"})

    code: Name50 | None = None
    default_notes: str | None = Field(default=None, repr=False)
    is_active: bool | None = None
    external_delivery_id: str | None = None


class DeliveryAddressChanges(SavedAddressChanges):
    """What can be changed on a customer's delivery address."""

    customer_id: RecordNumber | None = None


class DeliveryAddressAttributes(DeliveryAddressChanges):
    """A delivery address to create. Over REST it belongs to a customer, in file imports to an account."""

    code: Name50 = Field()
    name: str = Field(repr=False)


class CollectionAddressChanges(SavedAddressChanges):
    """What can be changed on a supplier's collection address."""

    supplier_id: RecordNumber | None = None


class CollectionAddressAttributes(CollectionAddressChanges):
    """A collection address to create."""

    code: Name50 = Field()
    name: str = Field(repr=False)


# Customers and suppliers -------------------------------------------------------------------------------------


class CustomerAddress(Attributes):
    """The few fields of an address that a customer's own record takes. The town is `address_3`."""

    never_null = frozenset({"name"})

    name: str | None = Field(default=None, repr=False)
    address_1: AddressLine | None = Field(default=None, repr=False)
    address_3: AddressLine | None = Field(default=None, repr=False)
    postcode: Postcode | None = Field(default=None, repr=False)
    country_code: CountryCode | None = None


class CustomerChanges(Referenced):
    """What can be changed on a customer. The address travels inside the attributes, unlike an order's."""

    never_null = frozenset({"code", "name", "address"})

    code: str | None = None
    name: str | None = Field(default=None, repr=False)
    shelf_life_min: Days | None = None
    shelf_life_max: Days | None = None
    pick_label_id: RecordNumber | None = None
    address: CustomerAddress | None = None


class CustomerAttributes(CustomerChanges):
    """A recipient to create (not the stock owner)."""

    code: str = Field()
    name: str = Field(repr=False)


class SupplierChanges(Referenced):
    """What can be changed on a supplier. The address travels inside the attributes, unlike a receipt's."""

    never_null = frozenset({"code", "name", "address"})

    code: Name50 | None = None
    name: Name50 | None = None
    description: str | None = None
    active: bool | None = None
    address: SavedAddressChanges | None = None


class SupplierAttributes(SupplierChanges):
    """A supplier to create."""

    code: Name50 = Field()
    name: Name50 = Field()
