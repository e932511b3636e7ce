"""What happened to the warehouse's stock, in the field's own words.

Law of this module: as in `records`. A positive quantity adds to the stock, a negative one takes from it;
`Dispatch` and `Undispatch` lines are always counted upwards and say in their kind which way they go.

What Blue Cherry is told of may have an `own_date`: the day it happened on where the source said no time. Its
`occurred_at` is then that day's midnight in the source's zone, which may be another day elsewhere.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from attrs import field, frozen
from attrs.converters import optional
from attrs.validators import optional as if_given

from clarus_bluecherry.model._values import (
    Item,
    ShipmentPart,
    an_item,
    aware,
    day,
    exact,
    filled,
    many,
    not_negative,
    not_zero,
    one,
    pinned,
    positive,
    text,
)


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
    """Goods that left for a customer: takes the shipped quantities out of the warehouse's stock.

    An order that leaves in parts has a dispatch for each: `lines` and `cartons` are those of that `part` alone.
    The last one may have nothing left to ship; it closes the order.
    """

    id: str = field(validator=filled)
    occurred_at: dt.datetime = field(converter=pinned, validator=aware)
    order_reference: str = field(validator=filled)
    location: str = field(validator=filled)
    carrier: str = field(default="", validator=text)
    service: str = field(default="", validator=text)
    lines: tuple[DispatchLine, ...] = field(validator=many(DispatchLine))
    cartons: tuple[Carton, ...] = field(default=(), validator=many(Carton))
    own_date: dt.date | None = field(default=None, validator=if_given(day))
    part: ShipmentPart = field(default=ShipmentPart.WHOLE, validator=one(ShipmentPart))


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
