"""The other canonical records, and what is a record at all.

Law of this module: records are frozen; quantities are Decimals in stock units (each) unless the field says
otherwise; instants are aware.
"""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal

from attrs import field, frozen
from attrs.validators import optional as if_given

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model._movements import Adjustment, Dispatch, Hold, Receipt, ReturnToStock, Undispatch
from clarus_bluecherry.model._orders import Product, PurchaseOrder, SalesOrder
from clarus_bluecherry.model._values import (
    Item,
    Money,
    Sku,
    an_item,
    aware,
    day,
    exact,
    filled,
    finite,
    one,
    pinned,
    text,
)


class SystemOfRecord(enum.Enum):
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

    keeper: SystemOfRecord = field(validator=one(SystemOfRecord))
    item: Item = field(validator=an_item)
    location: str = field(validator=filled)
    quantity: Decimal = field(converter=exact, validator=finite)
    as_of: dt.datetime = field(converter=pinned, validator=aware)
    unit_cost: Money | None = field(default=None, validator=if_given(one(Money)))

    @quantity.validator
    def _physical_stock_is_not_negative(self, attribute: object, value: Decimal) -> None:
        if self.keeper is SystemOfRecord.WAREHOUSE and value < 0:
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


class PeriodState(enum.StrEnum):
    """Whether a period takes postings."""

    OPEN = "open"
    CLOSING = "closing"
    """Finance is at its close: it takes what belongs to it still, and each such posting is late."""
    CLOSED = "closed"
    """It takes nothing any more, until somebody opens it again."""


@frozen(kw_only=True)
class PeriodChange:
    """Word that a period of the books, both days in it, is `state` now, of one section or, empty, of all of them.

    `since` is the text of when it became so, as it came.
    """

    period: str = field(validator=filled)
    first_day: dt.date = field(validator=day)
    last_day: dt.date = field(validator=day)
    state: PeriodState = field(converter=PeriodState, validator=one(PeriodState))
    section: str = field(default="", validator=text)
    since: str = field(default="", validator=text)


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
    | PeriodChange
    | Unread
)
