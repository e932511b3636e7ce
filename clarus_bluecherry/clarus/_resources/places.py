"""Warehouses, sites, and the places in them.

Law of this module: a place is named by its code, written by id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._ids import RecordId
from clarus_bluecherry.clarus._resources._doors import D_co, Deletable, Resource, creates, listing, updates
from clarus_bluecherry.clarus._resources._lists import ListOptions, Number, RecordRef, Text, asked
from clarus_bluecherry.clarus._resources._records import Records
from clarus_bluecherry.http._call import Call

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved


class WarehouseFilters(ListOptions, total=False):
    """Filters of warehouses."""

    code: Text
    name: Text
    site_id: RecordRef


class Warehouses(Deletable[D_co]):
    """Warehouses."""

    _records = Records("warehouses", "warehouse")

    @listing
    def list(self, **filters: Unpack[WarehouseFilters]) -> Listing[wire.WarehouseNode]:
        """Warehouses."""
        return asked("warehouses", "WarehouseFilterType", wire.WarehouseNode, filters)

    @creates(wire.NewWarehouse)
    def create(self, warehouse: wire.NewWarehouse) -> Call[Saved]:
        """Create a warehouse. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(warehouse)

    @updates(wire.WarehouseUpdate)
    def update(self, record_id: RecordId, changes: wire.WarehouseUpdate) -> Call[Saved]:
        """Set fields of a warehouse: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class SiteFilters(ListOptions, total=False):
    """Filters of sites."""


class Sites(Deletable[D_co]):
    """Sites."""

    _records = Records("sites", "site")

    @listing
    def list(self, **filters: Unpack[SiteFilters]) -> Listing[wire.SiteNode]:
        """Sites.

        The guides show this list, the OpenAPI file does not: filters are not published (confidence medium).
        """
        return asked("sites", "SiteFilterType", wire.SiteNode, filters)

    @creates(wire.SiteAttributes)
    def create(self, site: wire.SiteAttributes) -> Call[Saved]:
        """Create a site. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(site)

    @updates(wire.SiteChanges)
    def update(self, record_id: RecordId, changes: wire.SiteChanges) -> Call[Saved]:
        """Set fields of a site: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class LocationFilters(ListOptions, total=False):
    """Filters of locations."""

    code: Text
    aisle: Text
    warehouse_code: Text
    zone: Text
    storage_unit_type_id: RecordRef
    walk_sequence: Number


class Locations(Resource[D_co]):
    """Places in the warehouses."""

    @listing
    def list(self, **filters: Unpack[LocationFilters]) -> Listing[wire.LocationNode]:
        """Places in the warehouses."""
        return asked("locations", "LocationsFilterType", wire.LocationNode, filters)
