"""Loads and their drops.

Law of this module: no call dispatches, opens or closes a load: the vendor has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._envelopes import change, flat, rest_path
from clarus_bluecherry.clarus._ids import RecordId
from clarus_bluecherry.clarus._resources._doors import (
    D_co,
    Deletable,
    Resource,
    creates,
    listing,
    operation,
    updates,
)
from clarus_bluecherry.clarus._resources._lists import ListOptions, Moment, RecordRef, Text, asked
from clarus_bluecherry.clarus._resources._records import Records
from clarus_bluecherry.http._call import Call

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved


class LoadFilters(ListOptions, total=False):
    """Filters of loads."""

    reference: Text
    status: Text
    carrier_id: RecordRef
    warehouse_id: RecordRef
    load_by: Moment


class Loads(Deletable[D_co]):
    """Loads. No call dispatches, opens or closes one: the vendor has none."""

    _records = Records("loads", "load", named_by="reference")

    @listing
    def list(self, **filters: Unpack[LoadFilters]) -> Listing[wire.LoadNode]:
        """Loads."""
        return asked("loads", "LoadFilterType", wire.LoadNode, filters)

    @creates(wire.LoadAttributes)
    def create(self, load: wire.LoadAttributes) -> Call[Saved]:
        """Create a load. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(load)

    @updates(wire.LoadChanges)
    def update(self, record_id: RecordId, changes: wire.LoadChanges) -> Call[Saved]:
        """Set fields of a load: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class LoadDrops(Resource[D_co]):
    """Stops of a load. A drop cannot be deleted over REST."""

    _records = Records("load_drops", "load drop", named_by="booking_reference")

    @creates(wire.LoadDropAttributes)
    def create(self, load_drop: wire.LoadDropAttributes) -> Call[Saved]:
        """Create a load drop. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(load_drop)

    @updates(wire.LoadDropChanges)
    def update(self, record_id: RecordId, changes: wire.LoadDropChanges) -> Call[Saved]:
        """Set fields of a load drop: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)

    @operation
    def sequence(self, drop_id: RecordId, sequence: int) -> Call[Saved]:
        """Put a drop at its place in the load's order."""
        path = rest_path("load_drops", drop_id, "sequence")
        body = flat(sequence=sequence)
        return change("load_drops.sequence", path, body, record=self._records.at(drop_id), repeatable=True)
