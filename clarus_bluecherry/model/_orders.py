"""Products, and orders in both directions, in the field's own words.

Law of this module: as in `records`.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from attrs import field, frozen
from attrs.converters import optional
from attrs.validators import optional as if_given

from clarus_bluecherry.model._prepacks import Prepack
from clarus_bluecherry.model._units import ToldQuantity
from clarus_bluecherry.model._values import (
    Address,
    Item,
    Money,
    Sku,
    an_item,
    aware,
    exact,
    filled,
    many,
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
    """One SKU of a sales order. `number` is the ERP's line number, the key both systems echo.

    `quantity` is in eaches; where the ERP counted in another unit, `told` is what it said. Of a prepack it is in
    packs, and `pack` is what is in one of them.
    """

    number: str = field(validator=filled)
    item: Item = field(validator=an_item)
    quantity: Decimal = field(converter=exact, validator=positive)
    upc: str = field(default="", validator=text)
    unit_price: Money | None = field(default=None, validator=if_given(one(Money)))
    note: str = field(default="", validator=text, repr=False)
    told: ToldQuantity | None = field(default=None, validator=if_given(one(ToldQuantity)))
    pack: Prepack | None = field(default=None, validator=if_given(one(Prepack)))


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
    """One SKU to be received. One order may carry the same SKU twice, so receipts name the line.

    `quantity`, `told` and `pack` are as in `OrderLine`.
    """

    number: str = field(validator=filled)
    item: Item = field(validator=an_item)
    quantity: Decimal = field(converter=exact, validator=positive)
    upc: str = field(default="", validator=text)
    unit_cost: Money | None = field(default=None, validator=if_given(one(Money)))
    told: ToldQuantity | None = field(default=None, validator=if_given(one(ToldQuantity)))
    pack: Prepack | None = field(default=None, validator=if_given(one(Prepack)))


@frozen(kw_only=True)
class PurchaseOrder:
    """Goods the warehouse should expect: a production or purchase order that has been issued."""

    reference: str = field(validator=filled)
    supplier: str = field(default="", validator=text)
    location: str = field(validator=filled)
    due: dt.datetime | None = field(default=None, converter=optional(pinned), validator=if_given(aware))
    lines: tuple[PurchaseOrderLine, ...] = field(validator=many(PurchaseOrderLine))
