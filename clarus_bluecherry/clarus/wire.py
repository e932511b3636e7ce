"""Clarus's own records, as its API writes and reads them.

Law of this module: reads are tolerant (unknown fields and unknown enum values are kept, ids are text whether the
API sends numbers or text, quantities are Decimals); writes are strict (lengths, required fields and enums are
checked before a byte leaves, and a field that was not set is not sent). Field names, limits and required fields
are the vendor's OpenAPI file's; which node fields a list shows is the vendor's published example unless marked.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field


def _id_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _exact(value: object) -> object:
    """A float has passed through here only if the caller parsed JSON without Decimals: take its shortest text."""
    return Decimal(repr(value)) if isinstance(value, float) else value


Id = Annotated[str, BeforeValidator(_id_text)]
"""A Clarus id: the API mixes numbers and text, we always hold text."""

Quantity = Annotated[Decimal, BeforeValidator(_exact)]
PositiveQuantity = Annotated[Decimal, BeforeValidator(_exact), Field(gt=0)]

# Reading -----------------------------------------------------------------------------------------------------


class Node(BaseModel):
    """A record as a list returns it. Fields the vendor adds later are kept in `model_extra`."""

    model_config = ConfigDict(extra="allow", frozen=True, coerce_numbers_to_str=True)


class Reference(Node):
    """A record named inside another one. Only what the query asked for is filled."""

    id: Id = ""
    code: str | None = None
    name: str | None = None
    reference: str | None = None


class AccountNode(Node):
    """A stock owner (in a 3PL, the client)."""

    id: Id
    code: str
    name: str | None = None


class WarehouseNode(Node):
    """A warehouse."""

    id: Id
    code: str
    name: str | None = None


class CodedNode(Node):
    """Reference data: carriers, carrier services, order types, stock unit types, customers, suppliers, reasons."""

    id: Id
    code: str
    name: str | None = None


class CarrierServiceNode(CodedNode):
    """A carrier's service. `carrier` names whose."""

    carrier: Reference | None = None


class ReasonCodeNode(CodedNode):
    """A reason code, valid for the operations of its `reason_type`."""

    reason_type: str | None = None
    active: bool | None = None


class ProductNode(Node):
    """A product. `code` is the warehouse's SKU; no native style, colour or size exists."""

    id: Id
    code: str
    barcode: str | None = None
    description: str | None = None


class GoodsOutNode(Node):
    """An outbound order. `actual_date_of_dispatch` is a REST attribute; on the node it is our reading."""

    id: Id
    reference: str
    goods_out_status: Reference | None = None
    expected_date_of_dispatch: str | None = None
    actual_date_of_dispatch: str | None = None
    account: Reference | None = None
    warehouse: Reference | None = None
    carrier: Reference | None = None

    @property
    def status(self) -> str:
        """The status code in upper case: `PENDING`, `ALLOCATED`, `COMPLETED`, … or empty."""
        return ((self.goods_out_status.code if self.goods_out_status else None) or "").upper()


class GoodsOutLineNode(Node):
    """A line of an outbound order. `alt_line_number` is a REST attribute; on the node it is our reading."""

    id: Id
    order_quantity: Quantity = Decimal(0)
    allocated_quantity: Quantity | None = None
    pick_quantity: Quantity | None = None
    dispatch_quantity: Quantity | None = None
    short_status: str | None = None
    alt_line_number: str | None = None
    product: Reference | None = None
    goods_out: Reference | None = None


class GoodsInReceiptNode(Node):
    """An inbound document: pre-receipt, ASN or return. Status words differ by tenant: compare without case."""

    id: Id
    reference: str | None = None
    status: str | None = None
    receipt_type: str | None = None
    account: Reference | None = None
    warehouse: Reference | None = None


class StockNode(Node):
    """One stock record: a quantity of a product in one place in one condition."""

    id: Id
    quantity: Quantity
    status: str | None = None
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

    The published node ends at `location_to`; receipt, receipt line, reason code and warehouse come from the
    vendor's list of the full transaction object and are taken to be on the node too (confidence: inferred).
    The sign of `quantity` is not published.
    """

    id: Id
    subtype: str
    category: str | None = None
    quantity: Quantity
    created_at: AwareDatetime
    description: str | None = None
    product: Reference | None = None
    account: Reference | None = None
    warehouse: Reference | None = None
    location_from: Reference | None = None
    location_to: Reference | None = None
    goods_in_receipt: ReceiptReference | None = None
    goods_in_receipt_line: ReceiptLineReference | None = None
    reason_code: Reference | None = None


class ShipmentNode(Node):
    """A carrier shipment of an order. Tracking numbers are on its packages."""

    id: Id
    reference: str | None = None
    status: str | None = None
    carrier: Reference | None = None
    carrier_service: Reference | None = None
    warehouse: Reference | None = None


class PackageNode(Node):
    """A parcel of a shipment."""

    id: Id
    tracking_number: str | None = None
    shipment: Reference | None = None
    storage_unit: Reference | None = None


class Saved(Node):
    """What a create or an action answers: the record's id and whatever attributes came back."""

    id: Id = ""
    type: str = ""
    attributes: dict[str, object] = Field(default_factory=dict)


# Writing -----------------------------------------------------------------------------------------------------


class Attributes(BaseModel):
    """Attributes of a record to write. Only fields that were set are sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def wire(self) -> dict[str, object]:
        """The attributes as JSON-ready data, without the fields that were never set."""
        return self.model_dump(mode="python", exclude_unset=True, by_alias=True)


Code50 = Annotated[str, Field(min_length=1, max_length=50)]
AddressLine = Annotated[str, Field(max_length=80)]


class AddressAttributes(Attributes):
    """A delivery address. Clarus keeps the town in `address_3` and the county in `address_4`."""

    name: str | None = None
    address_1: AddressLine | None = None
    address_2: AddressLine | None = None
    address_3: AddressLine | None = None
    address_4: AddressLine | None = None
    address_5: AddressLine | None = None
    postcode: Annotated[str, Field(max_length=10)] | None = None
    country_code: Annotated[str, Field(max_length=6)] | None = None
    email_address: Annotated[str, Field(max_length=254)] | None = None
    phone_number: Annotated[str, Field(max_length=50)] | None = None


class ProductAttributes(Attributes):
    """A product to create or change. `code` is the SKU (at most 50 characters)."""

    code: Code50 | None = None
    description: Annotated[str, Field(min_length=1, max_length=150)] | None = None
    long_description: str | None = None
    stock_unit_type_id: int | None = None
    barcode: str | None = None
    commodity_code: Annotated[str, Field(max_length=14)] | None = None
    country_of_manufacture: Annotated[str, Field(max_length=6)] | None = None
    external_system_reference1: str | None = None
    external_system_reference2: str | None = None
    external_system_reference3: str | None = None
    string1: str | None = None
    string2: str | None = None
    string3: str | None = None
    string4: str | None = None
    string5: str | None = None


class GoodsOutLineAttributes(Attributes):
    """A line of an outbound order. Products are named by id only."""

    product_id: int
    order_quantity: PositiveQuantity
    alt_line_number: str | None = None
    alt_line_reference: str | None = None
    alt_product_code: str | None = None
    alt_line_note: str | None = None


class GoodsOutAttributes(Attributes):
    """An outbound order. `account_id` is the stock owner, `customer_id` the recipient. 1 is the top priority."""

    goods_out_type: Literal["sales_order", "work_order", "crossdock"] = "sales_order"
    account_id: int
    reference: Code50
    expected_date_of_dispatch: AwareDatetime
    warehouse_id: int | None = None
    customer_id: int | None = None
    carrier_id: int | None = None
    carrier_service_id: int | None = None
    order_type_id: int | None = None
    priority: Annotated[int, Field(ge=1, le=99)] | None = None
    order_notes: str | None = None
    delivery_notes: str | None = None
    external_system_reference1: str | None = None
    external_system_reference2: str | None = None
    external_system_reference3: str | None = None
    string1: str | None = None
    string2: str | None = None
    string3: str | None = None
    string4: str | None = None
    string5: str | None = None


class GoodsInLineAttributes(Attributes):
    """A line of a pre-receipt. The ERP's line number travels as `alt_line_number`."""

    product_id: int
    expected_quantity: PositiveQuantity
    alt_line_number: str | None = None
    alt_line_reference: str | None = None
    alt_product_code: str | None = None
    alt_line_note: str | None = None


class GoodsInReceiptAttributes(Attributes):
    """A pre-receipt. Its kind (return or not) cannot be written over REST."""

    account_id: int
    warehouse_id: int
    reference: str | None = None
    supplier_id: int | None = None
    expected_date_of_arrival: AwareDatetime | None = None
    notes: str | None = None
    external_system_reference1: str | None = None
    external_system_reference2: str | None = None
    external_system_reference3: str | None = None


class GoodsOutOrder(BaseModel):
    """Everything one goods-out create carries: header, lines and the inline delivery address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    header: GoodsOutAttributes
    lines: Annotated[tuple[GoodsOutLineAttributes, ...], Field(min_length=1)]
    address: AddressAttributes | None = None


class PreReceipt(BaseModel):
    """Everything one goods-in create carries: header and lines."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    header: GoodsInReceiptAttributes
    lines: Annotated[tuple[GoodsInLineAttributes, ...], Field(min_length=1)]


def instant(value: str, *, zone: dt.tzinfo) -> dt.datetime:
    """An instant from any of the three shapes the API mixes: `…Z`, with an offset, or a bare date.

    A bare date is midnight in `zone`, the tenant's time zone (which zone Clarus means is not published).
    """
    moment = dt.datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
