"""Customers and suppliers, with their addresses.

Law of this module: no call names an address by anything but its id; there is no list of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Unpack

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._ids import RecordId
from clarus_bluecherry.clarus._resources._doors import (
    D_co,
    Deletable,
    creates,
    listing,
    operation,
    updates,
)
from clarus_bluecherry.clarus._resources._lists import Flag, ListOptions, Moment, Number, RecordRef, Text, asked
from clarus_bluecherry.clarus._resources._records import Records
from clarus_bluecherry.http._call import Call

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved


class CustomerFilters(ListOptions, total=False):
    """Filters of customers."""

    code: Text
    name: Text
    external_system_reference1: Text
    shelf_life_min: Number
    shelf_life_max: Number
    pick_label_id: RecordRef


class Customers(Deletable[D_co]):
    """Recipients of goods."""

    _records = Records("customers", "customer")

    @listing
    def list(self, **filters: Unpack[CustomerFilters]) -> Listing[wire.CustomerNode]:
        """Recipients."""
        return asked("customers", "CustomerFilterType", wire.CustomerNode, filters)

    @creates(wire.CustomerAttributes)
    def create(self, customer: wire.CustomerAttributes) -> Call[Saved]:
        """Create a customer. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(customer)

    @updates(wire.CustomerChanges)
    def update(self, record_id: RecordId, changes: wire.CustomerChanges) -> Call[Saved]:
        """Set fields of a customer: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class SupplierFilters(ListOptions, total=False):
    """Filters of suppliers."""

    id: RecordRef
    code: Text
    name: Text
    description: Text
    active: Flag
    external_system_reference1: Text
    address_postcode: Text
    created_at: Moment


class Suppliers(Deletable[D_co]):
    """Suppliers."""

    _records = Records("suppliers", "supplier")

    @listing
    def list(self, **filters: Unpack[SupplierFilters]) -> Listing[wire.SupplierNode]:
        """Suppliers."""
        return asked("suppliers", "SupplierFilterType", wire.SupplierNode, filters)

    @creates(wire.SupplierAttributes)
    def create(self, supplier: wire.SupplierAttributes) -> Call[Saved]:
        """Create a supplier. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(supplier)

    @updates(wire.SupplierChanges)
    def update(self, record_id: RecordId, changes: wire.SupplierChanges) -> Call[Saved]:
        """Set fields of a supplier: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class DeliveryAddresses(Deletable[D_co]):
    """Customers' delivery addresses. No list of them is published: keep the id that a create answers."""

    _records = Records("delivery_addresses", "delivery address")

    @creates(wire.DeliveryAddressAttributes)
    def create(self, delivery_address: wire.DeliveryAddressAttributes) -> Call[Saved]:
        """Create a delivery address. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(delivery_address)

    @updates(wire.DeliveryAddressChanges)
    def update(self, record_id: RecordId, changes: wire.DeliveryAddressChanges) -> Call[Saved]:
        """Set fields of a delivery address: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)

    @operation
    def delete_all(self, record_ids: Iterable[RecordId]) -> Call[Saved]:
        """Delete several delivery addresses in one call."""
        return self._records.delete_all(record_ids)


class CollectionAddresses(Deletable[D_co]):
    """Suppliers' collection addresses. No list of them is published: keep the id that a create answers."""

    _records = Records("collection_addresses", "collection address")

    @creates(wire.CollectionAddressAttributes)
    def create(self, collection_address: wire.CollectionAddressAttributes) -> Call[Saved]:
        """Create a collection address. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(collection_address)

    @updates(wire.CollectionAddressChanges)
    def update(self, record_id: RecordId, changes: wire.CollectionAddressChanges) -> Call[Saved]:
        """Set fields of a collection address: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)

    @operation
    def delete_all(self, record_ids: Iterable[RecordId]) -> Call[Saved]:
        """Delete several collection addresses in one call."""
        return self._records.delete_all(record_ids)
