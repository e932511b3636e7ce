"""The canonical records: what both systems mean, in the field's own words.

Law of this module: records are frozen; quantities are Decimals in stock units (each) unless the field says
otherwise; instants are aware. A positive movement quantity adds to the warehouse's stock, a negative one takes
from it; `Dispatch` and `Undispatch` lines are always counted upwards and say in their kind which way they go.

What Blue Cherry is told of may have an `own_date`: the day it happened on where the source said no time. Its
`occurred_at` is then that day's midnight in the source's zone, which may be another day elsewhere.
"""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal

from attrs import field, frozen
from attrs.converters import optional
from attrs.validators import optional as if_given

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model._values import (
    Address,
    Item,
    Money,
    Sku,
    an_item,
    aware,
    day,
    exact,
    filled,
    finite,
    many,
    not_negative,
    not_zero,
    one,
    pinned,
    positive,
    text,
)


@frozen(kw_only=True)
class Product:
    """A SKU of the product master, with what the warehouse needs to know of it."""

    sku: Sku = field(validator=one(Sku))
    description: str = field(default="", validator=text)
    upc: str = field(default="", validator=text)
    ean: str = field(default="", validator=text)
    season: str = field(default="", validator=text)
    unit_cost: Money | None = field(default=None, validator=if_given(one(Money)))

    @property
    def barcodes(self) -> tuple[str, ...]:
        """The barcodes that are filled, UPC first."""
        return tuple(dict.fromkeys(code for code in (self.upc, self.ean) if code))


@frozen(kw_only=True)
class OrderLine:
    """One SKU of a sales order. `number` is the ERP's line number, the key both systems echo."""

    number: str = field(validator=filled)
    item: Item = field(validator=an_item)
    quantity: Decimal = field(converter=exact, validator=positive)
    upc: str = field(default="", validator=text)
    unit_price: Money | None = field(default=None, validator=if_given(one(Money)))
    note: str = field(default="", validator=text, repr=False)


@frozen(kw_only=True)
class SalesOrder:
    """A pick ticket on its way to the warehouse.

    `reference` is the pick ticket's number, unique in the ERP; `order_number` the sales order it was cut from.
    `requested_dispatch` is when it should leave the warehouse. `customer` is the recipient's account code.
    """

    reference: str = field(validator=filled)
    order_number: str = field(default="", validator=text)
    purchase_order: str = field(default="", validator=text)
    customer: str = field(default="", validator=text)
    location: str = field(validator=filled)
    carrier: str = field(default="", validator=text)
    requested_dispatch: dt.datetime = field(converter=pinned, validator=aware)
    ship_to: Address = field(factory=Address, validator=one(Address))
    lines: tuple[OrderLine, ...] = field(validator=many(OrderLine))
    note: str = field(default="", validator=text, repr=False)


@frozen(kw_only=True)
class PurchaseOrderLine:
    """One SKU to be received. One order may carry the same SKU twice, so receipts name the line."""

    number: str = field(validator=filled)
    item: Item = field(validator=an_item)
    quantity: Decimal = field(converter=exact, validator=positive)
    upc: str = field(default="", validator=text)
    unit_cost: Money | None = field(default=None, validator=if_given(one(Money)))


@frozen(kw_only=True)
class PurchaseOrder:
    """Goods the warehouse should expect: a production or purchase order that has been issued."""

    reference: str = field(validator=filled)
    supplier: str = field(default="", validator=text)
    location: str = field(validator=filled)
    due: dt.datetime | None = field(default=None, converter=optional(pinned), validator=if_given(aware))
    lines: tuple[PurchaseOrderLine, ...] = field(validator=many(PurchaseOrderLine))


@frozen(kw_only=True)
class DispatchLine:
    """What left of one order line. `shipped` may be under (short) or over (over-pick) `ordered`."""

    number: str = field(validator=filled)
    item: Item = field(validator=an_item)
    ordered: Decimal = field(converter=exact, validator=not_negative)
    shipped: Decimal = field(converter=exact, validator=not_negative)


@frozen(kw_only=True)
class CartonLine:
    """Units of one order line in one carton."""

    number: str = field(validator=filled)
    item: Item = field(validator=an_item)
    quantity: Decimal = field(converter=exact, validator=positive)


@frozen(kw_only=True)
class Carton:
    """One parcel. `number` is the warehouse's own; `weight_kg` in kilograms."""

    number: str = field(validator=filled)
    tracking: str = field(default="", validator=text)
    weight_kg: Decimal | None = field(default=None, converter=optional(exact), validator=if_given(not_negative))
    lines: tuple[CartonLine, ...] = field(default=(), validator=many(CartonLine))


@frozen(kw_only=True)
class Dispatch:
    """Goods that left for a customer: takes the shipped quantities out of the warehouse's stock."""

    id: str = field(validator=filled)
    occurred_at: dt.datetime = field(converter=pinned, validator=aware)
    order_reference: str = field(validator=filled)
    location: str = field(validator=filled)
    carrier: str = field(default="", validator=text)
    service: str = field(default="", validator=text)
    lines: tuple[DispatchLine, ...] = field(validator=many(DispatchLine))
    cartons: tuple[Carton, ...] = field(default=(), validator=many(Carton))
    own_date: dt.date | None = field(default=None, validator=if_given(day))


@frozen(kw_only=True)
class Undispatch:
    """A dispatch that the warehouse took back: the units of `lines` are on its stock again.

    `dispatch_id` is the id of the `Dispatch` that did not happen after all. `occurred_at` is when it was noticed
    where the warehouse does not say when it was.
    """

    id: str = field(validator=filled)
    occurred_at: dt.datetime = field(converter=pinned, validator=aware)
    dispatch_id: str = field(validator=filled)
    order_reference: str = field(validator=filled)
    location: str = field(validator=filled)
    lines: tuple[DispatchLine, ...] = field(validator=many(DispatchLine))


@frozen(kw_only=True)
class Receipt:
    """Goods that arrived against one purchase order line: the increment, not the running total.

    A receipt that was taken back has a negative quantity.
    """

    id: str = field(validator=filled)
    occurred_at: dt.datetime = field(converter=pinned, validator=aware)
    order_reference: str = field(validator=filled)
    line_number: str = field(validator=filled)
    location: str = field(validator=filled)
    item: Item = field(validator=an_item)
    quantity: Decimal = field(converter=exact, validator=not_zero)
    own_date: dt.date | None = field(default=None, validator=if_given(day))


@frozen(kw_only=True)
class Adjustment:
    """Stock corrected in the warehouse: found (+) or lost, damaged, miscounted (-), with its reason code."""

    id: str = field(validator=filled)
    occurred_at: dt.datetime = field(converter=pinned, validator=aware)
    location: str = field(validator=filled)
    item: Item = field(validator=an_item)
    quantity: Decimal = field(converter=exact, validator=not_zero)
    reason: str = field(default="", validator=text)
    note: str = field(default="", validator=text, repr=False)
    own_date: dt.date | None = field(default=None, validator=if_given(day))


@frozen(kw_only=True)
class ReturnToStock:
    """A customer's return that was put back on the shelf: adds to stock. `order_reference` may be unknown."""

    id: str = field(validator=filled)
    occurred_at: dt.datetime = field(converter=pinned, validator=aware)
    location: str = field(validator=filled)
    item: Item = field(validator=an_item)
    quantity: Decimal = field(converter=exact, validator=not_zero)
    order_reference: str = field(default="", validator=text)
    reason: str = field(default="", validator=text)
    own_date: dt.date | None = field(default=None, validator=if_given(day))


@frozen(kw_only=True)
class Hold:
    """Stock blocked (+) or released (-). It stays on hand; only what may be sold changes."""

    id: str = field(validator=filled)
    occurred_at: dt.datetime = field(converter=pinned, validator=aware)
    location: str = field(validator=filled)
    item: Item = field(validator=an_item)
    quantity: Decimal = field(converter=exact, validator=not_zero)
    reason: str = field(default="", validator=text)


Movement = Dispatch | Undispatch | Receipt | Adjustment | ReturnToStock | Hold


class Keeper(enum.Enum):
    """Whose count a stock position is."""

    WAREHOUSE = "warehouse"
    """Physical: what Clarus holds."""
    ERP = "erp"
    """Book: Blue Cherry's quantity on hand, which shipped units leave only when they are invoiced."""


@frozen(kw_only=True)
class StockPosition:
    """How much of one item a system holds at one location at one instant.

    A warehouse cannot hold less than nothing; a book quantity can be negative. `unit_cost` is the ERP's.
    """

    keeper: Keeper = field(validator=one(Keeper))
    item: Item = field(validator=an_item)
    location: str = field(validator=filled)
    quantity: Decimal = field(converter=exact, validator=finite)
    as_of: dt.datetime = field(converter=pinned, validator=aware)
    unit_cost: Money | None = field(default=None, validator=if_given(one(Money)))

    @quantity.validator
    def _physical_stock_is_not_negative(self, attribute: object, value: Decimal) -> None:
        if self.keeper is Keeper.WAREHOUSE and value < 0:
            raise InvalidRecord(f"{value} is negative", record=f"StockPosition of {self.item}", field="quantity")


@frozen(kw_only=True)
class Notification:
    """Word from a system that something happened to one of its records: a reason to look, never a movement.

    `resource` and `event` are the source's own words (`goods_out`, `completed`); `subject_id` and
    `subject_reference` name the record where the source does. `occurred_at` is when it arrived.
    """

    id: str = field(validator=filled)
    occurred_at: dt.datetime = field(converter=pinned, validator=aware)
    resource: str = field(validator=filled)
    event: str = field(validator=filled)
    subject_id: str = field(default="", validator=text)
    subject_reference: str = field(default="", validator=text)


@frozen(kw_only=True)
class CrosswalkEntry:
    """What a product code of the warehouse was held to be from some moment on: one version of one line.

    `sku` is None when the code is tied to none any more. `origin` says where the pair comes from (`exact`,
    `barcode`, `rule`, `person`), `rules` how, in words; `product_id` and `barcode` are the warehouse's.
    """

    code: str = field(validator=filled)
    sku: Sku | None
    origin: str = field(default="", validator=text)
    rules: tuple[str, ...] = ()
    product_id: str = field(default="", validator=text)
    barcode: str = field(default="", validator=text)
    note: str = field(default="", validator=text)


@frozen(kw_only=True)
class Unread:
    """A record of another system that could not be read yet: kept, so that nothing disappears.

    `kind` is the source's word for it, `problem` says in plain words what stands in the way.
    """

    id: str = field(validator=filled)
    kind: str = field(validator=filled)
    occurred_at: dt.datetime = field(converter=pinned, validator=aware)
    problem: str = field(validator=filled)


Record = (
    Product
    | SalesOrder
    | PurchaseOrder
    | Dispatch
    | Undispatch
    | Receipt
    | Adjustment
    | ReturnToStock
    | Hold
    | StockPosition
    | Notification
    | CrosswalkEntry
    | Unread
)
