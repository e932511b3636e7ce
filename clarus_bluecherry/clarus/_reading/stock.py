"""Stock, its movements, its containers and the work on it, as lists return them.

Law of this module: a node declares the fields of the vendor's published example, and says so where it does not.
Quantities are Decimals; the sign and the arithmetic that the vendor does not publish are not invented.
"""

from __future__ import annotations

from typing import Annotated

from clarus_bluecherry._wire import Instant, Quantity
from clarus_bluecherry.clarus._reading.node import (
    UNDOCUMENTED,
    CodedReference,
    Id,
    Name,
    NamedReference,
    Node,
    NodePart,
    NumberedReference,
    Reference,
)


class StockNode(Node):
    """One stock record: a quantity of a product in one place in one condition."""

    id: Id
    quantity: Quantity
    status: str | None = None
    fifo_date: str | None = None
    product: CodedReference | None = None
    location: CodedReference | None = None
    account: CodedReference | None = None
    storage_unit: NumberedReference | None = None


class StockBalanceNode(Node):
    """Stock of a product, summed per account and warehouse. How the figures relate is not published."""

    available: Quantity | None = None
    allocated: Quantity | None = None
    ordered: Quantity | None = None
    received: Quantity | None = None
    picked: Quantity | None = None
    product: CodedReference | None = None
    account: CodedReference | None = None
    warehouse: Reference | None = None


class ReceiptReference(NumberedReference):
    """The receipt a transaction belongs to."""

    receipt_type: str | None = None
    external_system_reference1: str | None = None


class ReceiptLineReference(NodePart):
    """The receipt line a transaction belongs to."""

    id: Id = ""
    alt_line_number: str | None = None
    alt_line_reference: str | None = None


class TransactionNode(Node):
    """One stock movement of the warehouse's own ledger.

    What is undocumented here comes from the vendor's list of the full transaction object and is taken to be on the
    node too (confidence: inferred). The sign of `quantity` is not published.
    """

    id: Id
    subtype: Name
    category: str | None = None
    quantity: Quantity
    created_at: Instant
    product: CodedReference | None = None
    account: CodedReference | None = None
    location_from: CodedReference | None = None
    location_to: CodedReference | None = None
    completing_user: Reference | None = None
    description: Annotated[str | None, UNDOCUMENTED] = None
    warehouse: Annotated[CodedReference | None, UNDOCUMENTED] = None
    goods_in_receipt: Annotated[ReceiptReference | None, UNDOCUMENTED] = None
    goods_in_receipt_line: Annotated[ReceiptLineReference | None, UNDOCUMENTED] = None
    reason_code: Annotated[NamedReference | None, UNDOCUMENTED] = None


class TaskNode(Node):
    """A piece of warehouse work: a pick, a putaway, a receipt. A higher priority is more urgent."""

    id: Id
    status: str | None = None
    subtype: str | None = None
    start_quantity: Quantity | None = None
    confirmed_quantity: Quantity | None = None
    created_at: str | None = None
    account: CodedReference | None = None
    warehouse: CodedReference | None = None
    product: CodedReference | None = None
    task_type: CodedReference | None = None
    location_from: CodedReference | None = None
    location_to: CodedReference | None = None


class StorageUnitNode(Node):
    """A pallet, tote or box in the warehouse."""

    id: Id
    reference: str | None = None
    active: bool | None = None
    dispatched: bool | None = None
    dispatched_at: str | None = None
    created_at: str | None = None
    storage_unit_type: NamedReference | None = None
    warehouse: NamedReference | None = None
