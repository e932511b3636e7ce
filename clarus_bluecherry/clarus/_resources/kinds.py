"""Kinds of orders, and reasons.

Law of this module: a reason code is good for the operations of its type only.
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


class OrderTypeFilters(ListOptions, total=False):
    """Filters of order types."""

    code: Text
    name: Text
    duty_payable: Flag
    created_at: Moment


class OrderTypes(Deletable[D_co]):
    """Kinds of order."""

    _records = Records("order_types", "order type")

    @listing
    def list(self, **filters: Unpack[OrderTypeFilters]) -> Listing[wire.OrderTypeNode]:
        """Kinds of order."""
        return asked("order_types", "OrderTypeFilterType", wire.OrderTypeNode, filters)

    @creates(wire.OrderTypeAttributes)
    def create(self, order_type: wire.OrderTypeAttributes) -> Call[Saved]:
        """Create an order type. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(order_type)

    @updates(wire.OrderTypeChanges)
    def update(self, record_id: RecordId, changes: wire.OrderTypeChanges) -> Call[Saved]:
        """Set fields of an order type: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class ReasonCodeFilters(ListOptions, total=False):
    """Filters of reason codes."""

    code: Text
    name: Text
    reason_type: Text
    active: Flag
    generic: Flag
    account_id: RecordRef


class ReasonCodes(Deletable[D_co]):
    """Reason codes."""

    _records = Records("reason_codes", "reason code")

    @listing
    def list(self, **filters: Unpack[ReasonCodeFilters]) -> Listing[wire.ReasonCodeNode]:
        """Reason codes."""
        return asked("reason_codes", "ReasonCodeFilterType", wire.ReasonCodeNode, filters)

    @creates(wire.ReasonCodeAttributes)
    def create(self, reason_code: wire.ReasonCodeAttributes) -> Call[Saved]:
        """Create a reason code. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(reason_code)

    @updates(wire.ReasonCodeChanges)
    def update(self, record_id: RecordId, changes: wire.ReasonCodeChanges) -> Call[Saved]:
        """Set fields of a reason code: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)
