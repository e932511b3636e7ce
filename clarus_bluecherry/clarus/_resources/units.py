"""Units that stock is counted and stored in.

Law of this module: a unit that is in use cannot be deleted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._ids import RecordId
from clarus_bluecherry.clarus._resources._doors import D_co, Deletable, creates, listing, updates
from clarus_bluecherry.clarus._resources._lists import Flag, ListOptions, Moment, Text, asked
from clarus_bluecherry.clarus._resources._records import Records
from clarus_bluecherry.http._call import Call

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved


class StockUnitTypeFilters(ListOptions, total=False):
    """Filters of stock unit types."""

    code: Text
    name: Text
    description: Text
    created_at: Moment


class StockUnitTypes(Deletable[D_co]):
    """Units that stock is counted in."""

    _records = Records("stock_unit_types", "stock unit type")

    @listing
    def list(self, **filters: Unpack[StockUnitTypeFilters]) -> Listing[wire.StockUnitTypeNode]:
        """Units that stock is counted in."""
        return asked("stock_unit_types", "StockUnitTypeFilterType", wire.StockUnitTypeNode, filters)

    @creates(wire.StockUnitTypeAttributes)
    def create(self, stock_unit_type: wire.StockUnitTypeAttributes) -> Call[Saved]:
        """Create a stock unit type. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(stock_unit_type)

    @updates(wire.StockUnitTypeChanges)
    def update(self, record_id: RecordId, changes: wire.StockUnitTypeChanges) -> Call[Saved]:
        """Set fields of a stock unit type: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class StorageUnitTypeFilters(ListOptions, total=False):
    """Filters of storage unit types."""

    code: Text
    name: Text
    unit_name: Text
    is_pickable: Flag
    has_check_digit: Flag
    leaves_warehouse: Flag


class StorageUnitTypes(Deletable[D_co]):
    """Kinds of pallet, tote and box."""

    _records = Records("storage_unit_types", "storage unit type")

    @listing
    def list(self, **filters: Unpack[StorageUnitTypeFilters]) -> Listing[wire.StorageUnitTypeNode]:
        """Kinds of pallet, tote and box."""
        return asked("storage_unit_types", "StorageUnitTypeFilterType", wire.StorageUnitTypeNode, filters)

    @creates(wire.StorageUnitTypeAttributes)
    def create(self, storage_unit_type: wire.StorageUnitTypeAttributes) -> Call[Saved]:
        """Create a storage unit type. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(storage_unit_type)

    @updates(wire.StorageUnitTypeChanges)
    def update(self, record_id: RecordId, changes: wire.StorageUnitTypeChanges) -> Call[Saved]:
        """Set fields of a storage unit type: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)
