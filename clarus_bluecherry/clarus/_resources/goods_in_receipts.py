"""Pre-receipts: create, change, hand to the warehouse floor, take back.

Law of this module: as in `goods_outs`. A receipt is not stock: stock appears when its receive tasks are completed.
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
from clarus_bluecherry.clarus._resources._lists import ListOptions, Moment, RecordRef, Text, asked
from clarus_bluecherry.clarus._resources._records import ChildRows, Records
from clarus_bluecherry.http._call import Call

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved


class GoodsInReceiptFilters(ListOptions, total=False):
    """Filters of goods in receipts."""

    reference: Text
    status: Text
    account_id: RecordRef
    warehouse_id: RecordRef
    expected_date_of_receipt: Moment


class GoodsInReceipts(Deletable[D_co]):
    """Pre-receipts, receipts and returns. Drafts and pending ones can be deleted; there is no cancel over REST."""

    _records = Records(
        "goods_in_receipts",
        "goods in receipt",
        named_by="reference",
        rows=(ChildRows("lines", "lines_changes", wire.GoodsInLineAttributes, wire.GoodsInLineChanges),),
    )

    @listing
    def list(self, **filters: Unpack[GoodsInReceiptFilters]) -> Listing[wire.GoodsInReceiptNode]:
        """Pre-receipts, receipts and returns. Their lines have no published list."""
        return asked("goods_in_receipts", "InboundGoodFilterType", wire.GoodsInReceiptNode, filters)

    @creates(wire.PreReceipt)
    def create(self, goods_in_receipt: wire.PreReceipt) -> Call[Saved]:
        """Create a pre-receipt with its lines. Its kind (return or not) cannot be written over REST.

        That Clarus refuses a second one with the same reference is not published: look the reference up first.
        """
        return self._records.create(goods_in_receipt)

    @updates(wire.PreReceiptUpdate)
    def update(self, record_id: RecordId, changes: wire.PreReceiptUpdate) -> Call[Saved]:
        """Set header fields, change lines, replace the address. Repeatable unless lines are added or removed.

        The schema wants `account_id` and `warehouse_id` on every PATCH, the guides send neither (which holds is
        not published, confidence low).
        """
        return self._records.update(changes, record_id)

    @operation
    def receive(self, receipt_id: RecordId) -> Call[Saved]:
        """Hand a receipt to the warehouse floor: receive tasks are made, stock appears when they are completed."""
        path = rest_path("goods_in_receipts", receipt_id, "receive")
        return action("goods_in_receipts.receive", path, record=self._records.at(receipt_id))

    @operation
    def revert(self, receipt_id: RecordId) -> Call[Saved]:
        """Back to pending. Refused once any of its tasks is completed."""
        path = rest_path("goods_in_receipts", receipt_id, "revert")
        return action("goods_in_receipts.revert", path, record=self._records.at(receipt_id))
