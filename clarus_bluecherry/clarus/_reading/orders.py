"""Outbound orders, pick lists and receipts as lists return them, with the kinds and reasons they name.

Law of this module: a node declares the fields of the vendor's published example, and says so where it does not.
Status words are compared without case: they differ by tenant.
"""

from __future__ import annotations

from typing import Annotated

from clarus_bluecherry._wire import Quantity
from clarus_bluecherry.clarus._reading.node import (
    UNDOCUMENTED,
    CodedReference,
    Id,
    Name,
    NamedNode,
    NamedReference,
    Node,
    NumberedReference,
    Reference,
    StatusReference,
)


class OrderTypeNode(NamedNode):
    """A kind of order that the tenant defined."""

    duty_payable: bool | None = None


class ReasonCodeNode(NamedNode):
    """A reason code, valid for the operations of its `reason_type`."""

    description: str | None = None
    reason_type: str | None = None
    active: bool | None = None
    generic: bool | None = None


class GoodsOutNode(Node):
    """An outbound order. `actual_date_of_dispatch` is a REST attribute; on the node it is our reading."""

    id: Id
    reference: Name
    priority: int | None = None
    goods_out_status: StatusReference | None = None
    expected_date_of_dispatch: str | None = None
    actual_date_of_dispatch: Annotated[str | None, UNDOCUMENTED] = None
    account: CodedReference | None = None
    warehouse: CodedReference | None = None
    carrier: CodedReference | None = None

    @property
    def status(self) -> str:
        """The status code in upper case: `PENDING`, `ALLOCATED`, `COMPLETED`, … or empty."""
        return ((self.goods_out_status.code if self.goods_out_status else None) or "").upper()


class GoodsOutLineNode(Node):
    """A line of an outbound order. `alt_line_number` is a REST attribute; on the node it is our reading."""

    id: Id
    order_quantity: Quantity
    allocated_quantity: Quantity | None = None
    pick_quantity: Quantity | None = None
    dispatch_quantity: Quantity | None = None
    short_status: str | None = None
    alt_line_number: Annotated[str | None, UNDOCUMENTED] = None
    product: CodedReference | None = None
    goods_out: NumberedReference | None = None
    carrier: Reference | None = None


class PickListNode(Node):
    """A pick list. Its published fields do not lead to its orders."""

    id: Id
    reference: str | None = None
    pick_reference: str | None = None
    pick_type: str | None = None
    load_reference: str | None = None
    goods_out_status: StatusReference | None = None
    account: CodedReference | None = None
    warehouse: CodedReference | None = None


class PickProcessingRequestNode(Node):
    """How far a `process_picks` got with one order: `pending`, `completed` or `failed`."""

    status: str | None = None
    process_reference: Name
    message: str | None = None
    goods_out: NumberedReference | None = None
    created_at: str | None = None


class GoodsInReceiptNode(Node):
    """An inbound document: pre-receipt, ASN or return. Status words differ by tenant: compare without case."""

    id: Id
    reference: str | None = None
    status: str | None = None
    receipt_type: str | None = None
    expected_date_of_receipt: str | None = None
    actual_date_of_receipt: str | None = None
    notes: str | None = None
    account: NamedReference | None = None
    warehouse: NamedReference | None = None
