"""Carriers and their services.

Law of this module: a carrier's credentials show in no message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._ids import RecordId
from clarus_bluecherry.clarus._resources._doors import D_co, Deletable, creates, listing, updates
from clarus_bluecherry.clarus._resources._lists import Flag, ListOptions, Moment, RecordRef, Text, asked
from clarus_bluecherry.clarus._resources._records import Records
from clarus_bluecherry.http._call import Call

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved


class CarrierFilters(ListOptions, total=False):
    """Filters of carriers."""

    code: Text
    name: Text
    active: Flag
    carrier_type: Text
    carrier_externally_registered: Flag
    external_system_reference1: Text
    created_at: Moment


class Carriers(Deletable[D_co]):
    """Carriers."""

    _records = Records("carriers", "carrier")

    @listing
    def list(self, **filters: Unpack[CarrierFilters]) -> Listing[wire.CarrierNode]:
        """Carriers."""
        return asked("carriers", "CarrierFilterType", wire.CarrierNode, filters)

    @creates(wire.CarrierAttributes)
    def create(self, carrier: wire.CarrierAttributes) -> Call[Saved]:
        """Create a carrier. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(carrier)

    @updates(wire.CarrierChanges)
    def update(self, record_id: RecordId, changes: wire.CarrierChanges) -> Call[Saved]:
        """Set fields of a carrier: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class CarrierServiceFilters(ListOptions, total=False):
    """Filters of carrier services."""

    code: Text
    name: Text
    active: Flag
    carrier_id: RecordRef
    carrier_code: Text
    external_preset_id: RecordRef


class CarrierServices(Deletable[D_co]):
    """Carriers' services."""

    _records = Records("carrier_services", "carrier service")

    @listing
    def list(self, **filters: Unpack[CarrierServiceFilters]) -> Listing[wire.CarrierServiceNode]:
        """Carriers' services."""
        return asked("carrier_services", "CarrierServiceFilterType", wire.CarrierServiceNode, filters)

    @creates(wire.CarrierServiceAttributes)
    def create(self, carrier_service: wire.CarrierServiceAttributes) -> Call[Saved]:
        """Create a carrier service. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(carrier_service)

    @updates(wire.CarrierServiceChanges)
    def update(self, record_id: RecordId, changes: wire.CarrierServiceChanges) -> Call[Saved]:
        """Set fields of a carrier service: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)
