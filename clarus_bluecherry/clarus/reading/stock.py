"""Stock, its movements, its containers and the work on it, as lists return them.

Law of this module: a node declares the fields of the vendor's published example, and says so where it does not.
Quantities are Decimals; the sign and the arithmetic that the vendor does not publish are not invented.
"""

from __future__ import annotations

from clarus_bluecherry.clarus.reading.node import Id, Instant, Name, Node, Quantity, Reference


class StockNode(Node):
    """One stock record: a quantity of a product in one place in one condition."""

    id: Id
    quantity: Quantity
    status: str | None = None
    fifo_date: str | None = None
    product: Reference | None = None
    location: Reference | None = None
    account: Reference | None = None
    storage_unit: Reference | None = None


class StockBalanceNode(Node):
    """Stock of a product, summed per account and warehouse. How the figures relate is not published."""

    available: Quantity | None = None
    allocated: Quantity | None = None
    ordered: Quantity | None = None
    received: Quantity | None = None
    picked: Quantity | None = None
    product: Reference | None = None
    account: Reference | None = None
    warehouse: Reference | None = None


class ReceiptReference(Reference):
    """The receipt a transaction belongs to."""

    receipt_type: str | None = None
    external_system_reference1: str | None = None


class ReceiptLineReference(Node):
    """The receipt line a transaction belongs to."""

    id: Id = ""
    alt_line_number: str | None = None
    alt_line_reference: str | None = None


class TransactionNode(Node):
    """One stock movement of the warehouse's own ledger.

    The published node is everything down to `completing_user`; the fields below it come from the vendor's list
    of the full transaction object and are taken to be on the node too (confidence: inferred). The sign of
    `quantity` is not published.
    """

    id: Id
    subtype: Name
    category: str | None = None
    quantity: Quantity
    created_at: Instant
    product: Reference | None = None
    account: Reference | None = None
    location_from: Reference | None = None
    location_to: Reference | None = None
    completing_user: Reference | None = None
    description: str | None = None
    warehouse: Reference | None = None
    goods_in_receipt: ReceiptReference | None = None
    goods_in_receipt_line: ReceiptLineReference | None = None
    reason_code: Reference | None = None


class TaskNode(Node):
    """A piece of warehouse work: a pick, a putaway, a receipt. A higher priority is more urgent."""

    id: Id
    status: str | None = None
    subtype: str | None = None
    start_quantity: Quantity | None = None
    confirmed_quantity: Quantity | None = None
    created_at: str | None = None
    account: Reference | None = None
    warehouse: Reference | None = None
    product: Reference | None = None
    task_type: Reference | None = None
    location_from: Reference | None = None
    location_to: Reference | None = None


class StorageUnitNode(Node):
    """A pallet, tote or box in the warehouse."""

    id: Id
    reference: str | None = None
    active: bool | None = None
    dispatched: bool | None = None
    dispatched_at: str | None = None
    created_at: str | None = None
    storage_unit_type: Reference | None = None
    warehouse: Reference | None = None
