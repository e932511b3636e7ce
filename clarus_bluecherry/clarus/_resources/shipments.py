"""Shipments and their parcels.

Law of this module: submitting makes labels and may cost money, so it is not repeatable. Whether `packages` adds or
replaces is not published, so a change that says them is not repeatable either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._envelopes import action, rest_path
from clarus_bluecherry.clarus._ids import RecordId
from clarus_bluecherry.clarus._resources._doors import (
    D_co,
    Deletable,
    creates,
    listing,
    operation,
    updates,
)
from clarus_bluecherry.clarus._resources._lists import ListOptions, RecordRef, Text, asked
from clarus_bluecherry.clarus._resources._records import Records
from clarus_bluecherry.http._call import Call

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved


class ShipmentFilters(ListOptions, total=False):
    """Filters of shipments."""

    reference: Text
    status: Text
    carrier_id: RecordRef
    warehouse_id: RecordRef
    goods_out_id: RecordRef


class Shipments(Deletable[D_co]):
    """Carrier shipments."""

    _records = Records("shipments", "shipment", named_by="reference", adds=frozenset({"packages"}))

    @listing
    def list(self, **filters: Unpack[ShipmentFilters]) -> Listing[wire.ShipmentNode]:
        """Carrier shipments."""
        return asked("shipments", "ShipmentFilterType", wire.ShipmentNode, filters)

    @creates(wire.NewShipment)
    def create(self, shipment: wire.NewShipment) -> Call[Saved]:
        """Create a shipment. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(shipment)

    @updates(wire.ShipmentUpdate)
    def update(self, record_id: RecordId, changes: wire.ShipmentUpdate) -> Call[Saved]:
        """Set fields of a shipment: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)

    @operation
    def submit(self, shipment_id: RecordId) -> Call[Saved]:
        """Send a shipment to its carrier: makes label and tracking.

        Needs a carrier, an integration, package sizes. A submitted shipment cannot be deleted: cancel it.
        """
        path = rest_path("shipments", shipment_id, "submit")
        return action("shipments.submit", path, record=self._records.at(shipment_id))

    @operation
    def cancel(self, shipment_id: RecordId) -> Call[Saved]:
        """Take a submitted shipment back from its carrier: its labels are void."""
        path = rest_path("shipments", shipment_id, "cancel")
        return action("shipments.cancel", path, record=self._records.at(shipment_id))


class PackageFilters(ListOptions, total=False):
    """Filters of packages."""

    shipment_id: RecordRef
    shipment_reference: Text
    storage_unit_id: RecordRef
    storage_unit_type_code: Text
    tracking_number: Text


class Packages(Deletable[D_co]):
    """Parcels."""

    _records = Records("packages", "package", named_by="tracking_number")

    @listing
    def list(self, **filters: Unpack[PackageFilters]) -> Listing[wire.PackageNode]:
        """Parcels."""
        return asked("packages", "PackageFilterType", wire.PackageNode, filters)

    @creates(wire.PackageAttributes)
    def create(self, package: wire.PackageAttributes) -> Call[Saved]:
        """Create a package. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(package)

    @updates(wire.PackageChanges)
    def update(self, record_id: RecordId, changes: wire.PackageChanges) -> Call[Saved]:
        """Set fields of a package: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)
