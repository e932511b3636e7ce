"""Orders, receipts, movements and shipments, as the sandbox's warehouse keeps them.

Law of this module: as in `records`: dumb rows that only `Warehouse` changes. The book of effects is written once
and never changed.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from decimal import Decimal

from attrs import define, field, frozen

from clarus_bluecherry.sandbox.warehouse.records import (
    ZERO,
    Account,
    Carrier,
    CarrierService,
    Coded,
    Customer,
    Key,
    Location,
    OrderType,
    Product,
    ReasonCode,
    StorageUnit,
    Supplier,
    WarehouseRow,
)
from clarus_bluecherry.sandbox.warehouse.tables import Row

# Movements ---------------------------------------------------------------------------------------------------


@define(eq=False, kw_only=True)
class Transaction(Row):
    """One movement of stock. The quantity is a magnitude; the subtype says which way.

    `document` is what it moves for, where that is neither an order nor a receipt; the API shows it nowhere.
    """

    subtype: str
    quantity: Decimal
    product: Product
    account: Account
    warehouse: WarehouseRow
    description: str = ""
    location_from: Location | None = None
    location_to: Location | None = None
    goods_out: GoodsOut | None = None
    goods_in_receipt_line: ReceiptLine | None = None
    reason_code: ReasonCode | None = None
    completing_user: Coded | None = None
    archived: bool = False
    document: str = ""

    @property
    def category(self) -> str:
        """As the vendor's sample has it: the same word as the subtype."""
        return self.subtype

    @property
    def goods_in_receipt(self) -> GoodsInReceipt | None:
        """The receipt of the receipt line."""
        line = self.goods_in_receipt_line
        return line.goods_in_receipt if line else None


@frozen(kw_only=True)
class Balance:
    """Stock of a product, summed per account and warehouse."""

    product: Product
    account: Account
    warehouse: WarehouseRow
    available: Decimal
    allocated: Decimal
    ordered: Decimal
    received: Decimal
    picked: Decimal


@frozen(kw_only=True)
class Effect:
    """One line of the book that a final check compares both systems with.

    `kind` is opening, receipt, return, dispatch, adjustment, hold, transfer, conversion, account or loss.
    `quantity` is signed: plus for units that
    came in (or went on hold), minus for units that left (or came off hold). `source` is the id of the goods out
    for a dispatch, else of the transaction; `reference` the order or receipt it belongs to, `line` the ERP's
    line number where known, `reason` the reason code.
    """

    kind: str
    product: str
    warehouse: str
    quantity: Decimal
    source: str
    reference: str = ""
    line: str = ""
    reason: str = ""
    occurred_at: dt.datetime


# Documents ---------------------------------------------------------------------------------------------------


@frozen
class Status:
    """A goods out status, with the vendor's default id."""

    id: int
    code: str
    name: str


class GoodsOutStatus(enum.Enum):
    """The vendor's eight default statuses."""

    DRAFT = Status(1, "DRAFT", "Draft")
    PENDING = Status(2, "PENDING", "Pending")
    PICK = Status(3, "PICK", "Picking")
    PART = Status(4, "PART", "Part")
    ALLOCATED = Status(5, "ALLOCATED", "Allocated")
    COMPLETED = Status(6, "COMPLETED", "Completed")
    PART_ALLOCATED = Status(7, "PART_ALLOCATED", "Part allocated")
    CANCELLED = Status(8, "CANCELLED", "Cancelled")


@define(eq=False, kw_only=True)
class GoodsOut(Row):
    """An outbound order."""

    reference: str
    account: Account
    warehouse: WarehouseRow
    expected_date_of_dispatch: dt.datetime
    goods_out_type: str = "sales_order"
    status: GoodsOutStatus = GoodsOutStatus.PENDING
    actual_date_of_dispatch: dt.datetime | None = None
    priority: int | None = None
    customer: Customer | None = None
    carrier: Carrier | None = None
    carrier_service: CarrierService | None = None
    order_type: OrderType | None = None
    external_system_reference1: str | None = None
    external_system_reference2: str | None = None
    external_system_reference3: str | None = None
    address: dict[str, object] = field(factory=dict, repr=False)
    lines: list[GoodsOutLine] = field(factory=list, repr=False)

    @property
    def goods_out_status(self) -> Status:
        """The status as lists show it."""
        return self.status.value


@define(eq=False, kw_only=True)
class GoodsOutLine(Row):
    """A line of an outbound order. The four quantities only grow until the order is finished."""

    goods_out: GoodsOut
    product: Product
    order_quantity: Decimal
    allocated_quantity: Decimal = ZERO
    pick_quantity: Decimal = ZERO
    dispatch_quantity: Decimal = ZERO
    short_status: str = ""
    alt_line_number: str | None = None
    alt_line_reference: str | None = None
    alt_product_code: str | None = None

    @property
    def carrier(self) -> Carrier | None:
        """The order's carrier."""
        return self.goods_out.carrier

    @property
    def key(self) -> Key:
        """The stock it is served from."""
        return (self.product.id, self.goods_out.account.id, self.goods_out.warehouse.id)

    @property
    def reserved(self) -> Decimal:
        """Allocated and not picked yet."""
        return max(self.allocated_quantity - self.pick_quantity, ZERO)

    @property
    def waiting(self) -> Decimal:
        """Picked and not dispatched yet."""
        return self.pick_quantity - self.dispatch_quantity


@define(eq=False, kw_only=True)
class PickProcessing(Row):
    """A request to allocate an order. It is done by the time the request is answered."""

    process_reference: str
    goods_out: GoodsOut
    status: str = "completed"
    message: str = "Pick processing completed successfully"


@define(eq=False, kw_only=True)
class GoodsInReceipt(Row):
    """An inbound document. Statuses are the list filter's words: draft, pending, receiving, part, completed."""

    reference: str | None
    account: Account
    warehouse: WarehouseRow
    status: str = "pending"
    receipt_type: str = "standard"
    supplier: Supplier | None = None
    expected_date_of_receipt: dt.datetime | None = None
    actual_date_of_receipt: dt.datetime | None = None
    notes: str | None = None
    external_system_reference1: str | None = None
    external_system_reference2: str | None = None
    external_system_reference3: str | None = None
    lines: list[ReceiptLine] = field(factory=list, repr=False)


@define(eq=False, kw_only=True)
class ReceiptLine(Row):
    """A line of an inbound document."""

    goods_in_receipt: GoodsInReceipt
    product: Product
    expected_quantity: Decimal
    quantity_received: Decimal = ZERO
    quantity_put_away: Decimal = ZERO
    alt_line_number: str | None = None
    alt_line_reference: str | None = None
    alt_product_code: str | None = None

    @property
    def in_bay(self) -> Decimal:
        """Received and not put away yet."""
        return self.quantity_received - self.quantity_put_away


@define(eq=False, kw_only=True)
class Shipment(Row):
    """A carrier shipment. `sent` is what left in it, by line id; the API does not show it."""

    reference: str
    name: str
    status: str
    goods_out: GoodsOut
    packages: list[Package] = field(factory=list, repr=False)
    sent: dict[int, Decimal] = field(factory=dict, repr=False)
    delivery_notes: str | None = None
    collection_datetime: dt.datetime | None = None
    label_filename: str | None = None

    @property
    def packages_count(self) -> int:
        """How many parcels."""
        return len(self.packages)

    @property
    def carrier(self) -> Carrier | None:
        """The order's carrier."""
        return self.goods_out.carrier

    @property
    def carrier_service(self) -> CarrierService | None:
        """The order's carrier service."""
        return self.goods_out.carrier_service

    @property
    def warehouse(self) -> WarehouseRow:
        """The order's warehouse."""
        return self.goods_out.warehouse


@define(eq=False, kw_only=True)
class Package(Row):
    """A parcel."""

    shipment: Shipment
    tracking_number: str
    storage_unit: StorageUnit
    storage_unit_type: Coded


# Automations -------------------------------------------------------------------------------------------------


@define(eq=False, kw_only=True)
class Automation(Row):
    """Something that is done when something happens. Only webhooks are carried out here."""

    resource_name: str
    event: str
    enabled: bool
    name: str | None = None
    integration_id: int | None = None
    conditions: list[Mapping[str, object]] = field(factory=list)
    webhooks: list[Webhook] = field(factory=list)


@frozen
class Webhook:
    """Where an automation sends its record."""

    url: str = field(repr=False)
    method: str = "POST"


@frozen(kw_only=True)
class Delivery:
    """A webhook to send: one event of one automation."""

    webhook: Webhook
    automation_id: int
    event: str
    body: bytes = field(repr=False)
