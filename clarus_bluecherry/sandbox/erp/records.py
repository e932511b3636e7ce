"""What the sandbox's Blue Cherry keeps, in its own columns.

Law of this module: an article is known by style, colour, label, dimension and size; book stock is a sum of
movements in the vendor's own record types and nothing else.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from decimal import Decimal

from attrs import define, field, frozen

SkuKey = tuple[str, str, str, str, str]
"""Style, colour, label, dimension, size."""


class RecType(enum.StrEnum):
    """Record types of the stock movement book, of which quantity on hand is made."""

    SA = "SA"
    """Stock adjustment."""
    RT = "RT"
    """Return."""
    R1 = "R1"
    """Received."""
    IN = "IN"
    """Invoiced: leaves stock."""


@frozen(kw_only=True)
class Article:
    """One colour and size of a style."""

    style: str
    color_code: str
    lbl_code: str = ""
    dimension: str = ""
    size_desc: str
    upc: str = ""
    ean: str = ""
    style_name: str = ""
    division: str = ""
    season: str = ""
    std_cost: Decimal

    @property
    def key(self) -> SkuKey:
        """What the article is known by."""
        return (self.style, self.color_code, self.lbl_code, self.dimension, self.size_desc)


@frozen(kw_only=True)
class PickLine:
    """One size of a pick ticket. Quantity zero: the line was removed. `uom` is its unit, where not the piece."""

    line_seq: str
    article: Article
    bk_qty: int
    price: Decimal
    uom: str = ""


@define(kw_only=True)
class Pick:
    """A pick ticket. `ship_to` holds the address in the vendor's columns."""

    pick_num: str
    ord_num: str
    po_num: str
    customer: str
    location: str
    shipper: str
    pick_date: dt.date
    ship_to: Mapping[str, str] = field(repr=False)
    lines: tuple[PickLine, ...]
    last_mod: dt.datetime
    inv_num: str = ""
    shipped: bool = False


@frozen(kw_only=True)
class ProductionLine:
    """One SKU to be received. `uom` is the unit of its quantity, where it is not pieces."""

    prod_line: str
    article: Article
    prod_qty: int
    cost: Decimal
    uom: str = ""


@frozen(kw_only=True)
class ProductionOrder:
    """A production order in the stage in which it can be received."""

    prod_num: str
    vendor: str
    location: str
    due_date: dt.date
    lines: tuple[ProductionLine, ...]
    last_mod: dt.datetime


class Standing(enum.StrEnum):
    """Where a staged record stands."""

    STAGED = "staged"
    POSTED = "posted"
    REJECTED = "rejected"


@define(kw_only=True)
class Staged:
    """A record that was posted to the interface. `error` says why it was rejected.

    `closed_through` is the last day of the books that was closed when it came, at `staged_at`.
    """

    pkey: str
    isa_num: str
    entity: str
    body: Mapping[str, object] = field(repr=False)
    standing: Standing = Standing.STAGED
    error: str = ""
    worked: bool = False
    closed_through: dt.date | None = None
    staged_at: dt.datetime | None = None

    @property
    def reference(self) -> str:
        """The document that it is about: a pick, an adjustment, or an order's line."""
        header = self.body.get("header")
        if isinstance(header, Mapping):
            return str(header.get("pick_num", ""))
        if self.body.get("prod_num"):
            return f"{self.body['prod_num']}/{self.body.get('prod_line', '')}"
        return str(self.body.get("adj_num", ""))


@frozen(kw_only=True)
class BookEntry:
    """One movement of book stock. `quantity` and `value` are signed: plus adds. `date` is the day it is booked on.

    `isa_num` is empty for opening stock, and for what somebody booked by hand.
    """

    rec_type: RecType
    sku: SkuKey
    location: str
    quantity: Decimal
    date: str
    reference: str
    isa_num: str = ""
    entered_at: dt.datetime | None = None
    value: Decimal | None = None
