"""Calls for pre-receipts: create, change, hand to the warehouse floor, take back.

Law of this module: as in `goods_out`. A receipt is not stock: stock appears when its receive tasks are completed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clarus_bluecherry.clarus.calls.lines import LineChange, added, only_updates, wired
from clarus_bluecherry.clarus.envelopes import (
    RecordId,
    action,
    change,
    checked,
    create,
    delete,
    document,
    rest_path,
    set_fields,
)
from clarus_bluecherry.clarus.reading import Saved
from clarus_bluecherry.clarus.writing import (
    AddressAttributes,
    GoodsInLineAttributes,
    GoodsInLineChanges,
    GoodsInReceiptChanges,
    PreReceipt,
)
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Call, Json


def create_goods_in_receipt(receipt: PreReceipt | Mapping[str, object]) -> Call[Saved]:
    """Create a pre-receipt with its lines. Its kind (return or not) cannot be written over REST.

    That Clarus refuses a second one with the same reference is not published: look the reference up first.
    """
    checked_receipt = checked(PreReceipt, receipt, "goods in receipt")
    record = f"goods in receipt {checked_receipt.header.reference or 'without a reference'}"
    attributes = {**checked_receipt.header.wire(), **_lines(map(added, checked_receipt.lines), record)}
    body = document("goods_in_receipts", attributes, checked_receipt.address)
    return create("goods_in_receipts.create", rest_path("goods_in_receipts"), body, record=record)


def update_goods_in_receipt(
    receipt_id: RecordId,
    changes: GoodsInReceiptChanges | Mapping[str, object] | None = None,
    *,
    lines: Iterable[LineChange] = (),
    address: AddressAttributes | Mapping[str, object] | None = None,
) -> Call[Saved]:
    """Set header fields, change lines, replace the address. Repeatable unless lines are added or removed.

    The schema wants `account_id` and `warehouse_id` on every PATCH, the guides send neither (which holds is not
    published, confidence low).
    """
    record = f"goods in receipt id {receipt_id}"
    lines = tuple(lines)
    header = None if changes is None else checked(GoodsInReceiptChanges, changes, record)
    sender = None if address is None else checked(AddressAttributes, address, record)
    attributes = {**set_fields(header), **_lines(lines, record)}
    if not attributes and sender is None:
        raise InvalidRecord("nothing was given to change", record=record)
    return change(
        "goods_in_receipts.update",
        rest_path("goods_in_receipts", receipt_id),
        document("goods_in_receipts", attributes, sender),
        record=record,
        repeatable=only_updates(lines),
    )


def delete_goods_in_receipt(receipt_id: RecordId) -> Call[Saved]:
    """Delete a receipt that is still a draft or pending. There is no cancel over REST."""
    path = rest_path("goods_in_receipts", receipt_id)
    return delete("goods_in_receipts.delete", path, record=f"goods in receipt id {receipt_id}")


def receive_goods_in_receipt(receipt_id: RecordId) -> Call[Saved]:
    """Hand a receipt to the warehouse floor: receive tasks are made, stock appears when they are completed."""
    path = rest_path("goods_in_receipts", receipt_id, "receive")
    return action("goods_in_receipts.receive", path, record=f"goods in receipt id {receipt_id}")


def revert_goods_in_receipt(receipt_id: RecordId) -> Call[Saved]:
    """Back to pending. Refused once any of its tasks is completed."""
    path = rest_path("goods_in_receipts", receipt_id, "revert")
    return action("goods_in_receipts.revert", path, record=f"goods in receipt id {receipt_id}")


def _lines(lines: Iterable[LineChange], record: str) -> dict[str, Json]:
    return wired(lines, whole_line=GoodsInLineAttributes, some_fields=GoodsInLineChanges, record=record)
