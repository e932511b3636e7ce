"""Clarus's records as its lists and answers return them.

Law of this module: reads are tolerant. Fields that the vendor adds later are kept in `model_extra`, enum values
are plain text, ids are text whether the API sends numbers or text, quantities are Decimals. Which fields a node
shows is the vendor's published example, unless a docstring says that it is our reading. A repr shows declared
fields only, and none that hold an address: what a tenant adds may be personal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from clarus_bluecherry.errors import InvalidRecord


def _id_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _exact(value: object) -> object:
    """A float has passed through here only if the caller parsed JSON without Decimals: take its shortest text."""
    return Decimal(repr(value)) if isinstance(value, float) else value


Id = Annotated[str, BeforeValidator(_id_text)]
"""A Clarus id: the API mixes numbers and text, we always hold text."""

EXACT = BeforeValidator(_exact)
Quantity = Annotated[Decimal, EXACT]


class Node(BaseModel):
    """A record as a list returns it. Fields the vendor adds later are kept in `model_extra`."""

    model_config = ConfigDict(extra="allow", frozen=True, coerce_numbers_to_str=True, hide_input_in_errors=True)

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        for name, declared in type(self).model_fields.items():
            if declared.repr and name in self.model_fields_set:
                yield name, getattr(self, name)


class Reference(Node):
    """A record named inside another one. Only what the query asked for is filled."""

    id: Id = ""
    code: str | None = None
    name: str | None = None
    reference: str | None = None


class AddressNode(Node):
    """An address as lists show it. Clarus keeps the town in `address_3` and the county in `address_4`."""

    id: Id = ""
    address_1: str | None = Field(default=None, repr=False)
    address_2: str | None = Field(default=None, repr=False)
    address_3: str | None = Field(default=None, repr=False)
    address_4: str | None = Field(default=None, repr=False)
    postcode: str | None = Field(default=None, repr=False)
    country_code: str | None = None


# Reference data ----------------------------------------------------------------------------------------------


class CodedNode(Node):
    """A record that is known by its code: what the code → id cache reads."""

    id: Id
    code: str
    name: str | None = None


class AccountNode(CodedNode):
    """A stock owner (in a 3PL, the client). `is_short_pickable` gates `short_order_lines`."""

    is_short_pickable: bool | None = None
    external_system_reference1: str | None = None
    vat_number: str | None = None


class WarehouseNode(CodedNode):
    """A warehouse."""

    consolidate_pick_enabled: bool | None = None
    loading_validation_setting: str | None = None
    opening_times_enabled: bool | None = None
    address: AddressNode | None = None


class CarrierNode(CodedNode):
    """A carrier."""

    description: str | None = None
    active: bool | None = None
    carrier_type: str | None = None
    carrier_externally_registered: bool | None = None


class CarrierServiceNode(CodedNode):
    """A carrier's service. `carrier` names whose."""

    active: bool | None = None
    is_default: bool | None = None
    carrier: Reference | None = None


class OrderTypeNode(CodedNode):
    """A kind of order that the tenant defined."""

    duty_payable: bool | None = None


class ReasonCodeNode(CodedNode):
    """A reason code, valid for the operations of its `reason_type`."""

    description: str | None = None
    reason_type: str | None = None
    active: bool | None = None
    generic: bool | None = None


class StockUnitTypeNode(CodedNode):
    """A unit that stock is counted in."""

    description: str | None = None


class CustomerNode(CodedNode):
    """The recipient of an order (not the stock owner)."""

    shelf_life_min: int | None = None
    shelf_life_max: int | None = None
    external_system_reference1: str | None = None


class SupplierNode(CodedNode):
    """Where a pre-receipt comes from."""

    description: str | None = None
    active: bool | None = None
    external_system_reference1: str | None = None
    address: AddressNode | None = None


class ProductNode(CodedNode):
    """A product. `code` is the warehouse's SKU; no native style, colour or size exists."""

    barcode: str | None = None
    description: str | None = None
    long_description: str | None = None
    product_type: str | None = None
    units_per_case: Quantity | None = None
    shelf_life_min: int | None = None
    shelf_life_max: int | None = None
    commodity_code: str | None = None
    country_of_manufacture: str | None = None


class AccountProductNode(Node):
    """That an account may hold a product."""

    id: Id
    account: Reference | None = None
    product: Reference | None = None


# Orders and receipts -----------------------------------------------------------------------------------------


class GoodsOutNode(Node):
    """An outbound order. `actual_date_of_dispatch` is a REST attribute; on the node it is our reading."""

    id: Id
    reference: str
    priority: int | None = None
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
    carrier: Reference | None = None


class PickProcessingRequestNode(Node):
    """How far a `process_picks` got with one order: `pending`, `completed` or `failed`."""

    status: str | None = None
    process_reference: str
    message: str | None = None
    goods_out: Reference | None = None
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
    account: Reference | None = None
    warehouse: Reference | None = None


class ShipmentNode(Node):
    """A carrier shipment of an order. Tracking numbers are on its packages."""

    id: Id
    reference: str | None = None
    name: str | None = Field(default=None, repr=False)
    status: str | None = None
    delivery_notes: str | None = Field(default=None, repr=False)
    collection_datetime: str | None = None
    label_filename: str | None = None
    packages_count: int | None = None
    carrier: Reference | None = None
    carrier_service: Reference | None = None
    warehouse: Reference | None = None


class PackageNode(Node):
    """A parcel of a shipment. `storage_unit` is filterable; on the node it is our reading."""

    id: Id
    tracking_number: str | None = None
    shipment: Reference | None = None
    storage_unit: Reference | None = None
    storage_unit_type: Reference | None = None


# Stock -------------------------------------------------------------------------------------------------------


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
    subtype: str
    category: str | None = None
    quantity: Quantity
    created_at: AwareDatetime
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


# Set-up and answers ------------------------------------------------------------------------------------------


class AutomationNode(Node):
    """A rule that fires on an event of a resource; webhooks are rules with a webhook action."""

    id: Id
    name: str | None = None
    resource_name: str | None = None
    event: str | None = None
    enabled: bool | None = None
    integration_id: str | None = None
    created_at: str | None = None


class Saved(Node):
    """What a create, a change or an action answers: the record's id and whatever attributes came back."""

    id: Id = ""
    type: str = ""
    attributes: dict[str, object] = Field(default_factory=dict, repr=False)


def instant(value: str, *, zone: dt.tzinfo) -> dt.datetime:
    """An instant from any of the three shapes the API mixes: `…Z`, with an offset, or a bare date.

    A bare date is midnight in `zone`, the tenant's time zone (which zone Clarus means is not published). Raises
    `InvalidRecord` for anything else.

    >>> instant("2026-03-11", zone=dt.UTC).isoformat()
    '2026-03-11T00:00:00+00:00'
    """
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        raise InvalidRecord(f"{value!r} is not an ISO 8601 date or time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
