"""Blue Cherry's vocabulary, independent of how a message travels: REST, X12 or a file.

Law of this module: field names are Blue Cherry's own column names; reads are tolerant (unknown columns are kept,
codes are text even where the API sends numbers, `Decimal` quantities); writes are strict (required fields and
known lengths are checked before a byte leaves). What belongs to one transport only (control numbers, partner ids,
transaction codes, date formats) is not here but in that transport's profile.

Confidence: H = seen in code that runs against Blue Cherry, M = one credible source, L = our reading.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _stripped(value: object) -> object:
    """Character columns come padded with spaces on the right, and empty ones as null."""
    if value is None:
        return ""
    return value.rstrip(" ") if isinstance(value, str) else value


def _exact(value: object) -> object:
    """Quantities come as numbers or as text; an empty one is zero; a float is taken by its shortest text."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return Decimal(0)
    return Decimal(repr(value)) if isinstance(value, float) else value


def _or_nothing(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Code = Annotated[str, BeforeValidator(_stripped)]
Amount = Annotated[Decimal, BeforeValidator(_exact)]
Cost = Annotated[Decimal | None, BeforeValidator(_or_nothing)]

# Reading -----------------------------------------------------------------------------------------------------


class Row(BaseModel):
    """A record as Blue Cherry sends it. Columns we do not name are kept in `model_extra`."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="allow", frozen=True, coerce_numbers_to_str=True)

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """Only columns that we name: what a site adds may be personal."""
        for name, declared in type(self).model_fields.items():
            if declared.repr and name in self.model_fields_set:
                yield name, getattr(self, name)


class SkuColumns(Row):
    """The columns that key an article: style, colour, label, dimension and size (H)."""

    style: Code = ""
    color_code: Code = ""
    lbl_code: Code = ""
    dimension: Code = ""
    size_desc: Code = ""
    upc: Code = ""
    ean: Code = ""


class PickLine(SkuColumns):
    """One size of a pick ticket. `bk_qty` is the quantity to pick; zero means the line was removed (H)."""

    line_seq: Code
    bk_qty: Amount = Decimal(0)
    price: Cost = None
    location: Code = ""
    notes: Code = Field(default="", repr=False)


class PickAddress(Row):
    """An address of a pick ticket: `BT` bill-to or `ST` ship-to (H)."""

    addr_type: Code = ""
    name: Code = Field(default="", repr=False)
    addr1: Code = Field(default="", repr=False)
    addr2: Code = Field(default="", repr=False)
    city: Code = Field(default="", repr=False)
    state: Code = Field(default="", repr=False)
    zipcode: Code = Field(default="", repr=False)
    country: Code = ""
    email: Code = Field(default="", repr=False)
    contact: Code = Field(default="", repr=False)


class PickEcho(BaseModel):
    """Columns of a pick ticket that its ship confirm sends back as they were (H). Absent columns stay absent."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="ignore", frozen=True, coerce_numbers_to_str=True)

    altpo: Code = ""
    appoint_num: Annotated[Code, Field(max_length=20)] = ""
    bill_num: Code = ""
    bill_optn: Code = ""
    center_code: Code = ""
    consol_num: Code = ""
    inv_num: Code = ""
    load_id: Code = ""
    mani_num: Code = ""
    notes: Code = Field(default="", repr=False)
    ord_status: Code = ""
    pre_inv: Code = ""
    pro_num: Code = ""
    rrc: Code = ""
    vicsmbol: Code = ""
    disc_amt: Cost = None
    tax_amt: Cost = None
    frgt_amt: Cost = None
    insu_amt: Cost = None
    misc_amt: Cost = None
    ord_volume: Cost = None
    weight: Cost = None


class PickTicket(Row):
    """An open pick ticket: the unit of work for a warehouse, the content of a 940.

    REST: `/api/pick` (H). X12: 940 (H for structure). `pick_date` and `end_date` bound the ship window;
    `last_mod` moves whenever the ticket changes, in a time zone CGS does not publish.
    """

    pkey: Code = ""
    pick_num: Code
    ord_num: Code = ""
    po_num: Code = ""
    pick_date: Code = ""
    end_date: Code = ""
    last_mod: Code = ""
    ord_status: Code = ""
    customer: Code = ""
    division: Code = ""
    location: Code = ""
    shipper: Code = ""
    curr_code: Code = ""
    edi_doc_num: Code = ""
    inv_num: Code = ""
    notes: Code = Field(default="", repr=False)
    addresses: tuple[PickAddress, ...] = ()
    lines: tuple[PickLine, ...] = ()

    @property
    def echo(self) -> PickEcho:
        """What the ship confirm of this ticket sends back. Raises `ValueError` when a column is unusable."""
        return PickEcho.model_validate(dict(self))


class StyleSku(SkuColumns):
    """One colour and size of a style, with its barcodes (H)."""


class Style(Row):
    """A style of the item master with its SKUs. REST: `/api/style` (H). `std_cost` is per unit (H)."""

    pkey: Code = ""
    style: Code
    style_name: Code = ""
    division: Code = ""
    season: Code = ""
    std_cost: Cost = None
    last_mod: Code = ""
    skus: tuple[StyleSku, ...] = ()


class Location(Row):
    """A place stock can be; `loc_type` `W` is a warehouse. REST: `/api/Location` (H)."""

    pkey: Code = ""
    location: Code
    loc_name: Code = ""
    loc_type: Code = ""


class Carrier(Row):
    """A carrier; `shipper` is its code (at most 3 characters). REST: `/api/Shipper` (H)."""

    pkey: Code = ""
    shipper: Code
    ship_name: Code = ""


class ProductionLine(SkuColumns):
    """One SKU to be received. The same SKU may stand on several lines, so receipts name `prod_line` (H)."""

    pkey: Code = ""
    prod_line: Code
    location: Code = ""
    cost: Cost = None
    prod_qty: Amount = Decimal(0)


class ProductionOrder(Row):
    """A production or purchase order to receive: a 943. REST: `/api/productionOrderByStage` (H)."""

    pkey: Code = ""
    prod_num: Code
    ref_num: Code = ""
    due_date: Code = ""
    co_curr: Code = ""
    last_mod: Code = ""
    vendor: Code = ""
    lines: tuple[ProductionLine, ...] = ()


class OnHand(SkuColumns):
    """One line of the exported inventory report (H for the headers): book stock of a SKU at a location.

    `total_qoh` falls when a shipment is invoiced, not when it is picked. `loc_std_cost` is per unit in
    `loc_curr`.
    """

    div: Code = ""
    season: Code = ""
    location: Code = ""
    total_qoh: Amount = Decimal(0)
    loc_std_cost: Cost = None
    loc_curr: Code = ""


# Writing -----------------------------------------------------------------------------------------------------

Required = Annotated[str, Field(min_length=1)]
Units = Annotated[Decimal, Field(gt=0)]
UnitsOrNone = Annotated[Decimal, Field(ge=0)]


class Message(BaseModel):
    """Something we tell Blue Cherry. `reference` is how the other side can be asked about it later."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid", frozen=True)

    kind: str

    @property
    def reference(self) -> str:
        """The business reference: what a person would search for in Blue Cherry."""
        raise TypeError("a message has a kind of its own")


class SkuSent(BaseModel):
    """An article as a message names it. `upc` may be empty; the parts are then the join.

    Most sites must not be told the `division` (H): whether it is sent is the transport's setting.
    """

    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid", frozen=True)

    style: Required
    color_code: str = ""
    lbl_code: str = ""
    dimension: str = ""
    size_desc: str = ""
    upc: str = ""
    ean: Annotated[str, Field(max_length=14)] = ""
    division: str = ""


class ShipmentLine(SkuSent):
    """What was shipped of one pick line, over all cartons."""

    line_seq: Required
    size_qty: UnitsOrNone
    total_qty: UnitsOrNone


class ShipmentCartonLine(SkuSent):
    """Units of one pick line in one carton."""

    line_seq: Required
    ship_qty: Units


class ShipmentCarton(BaseModel):
    """A carton: `carton_num` is 20 digits, SSCC-18 behind `00` (H); tracking only when it is real (H).

    `carton_wgt` is in kilograms and `ctn_volume` in cubic metres; a transport turns them into its site's units.
    """

    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid", frozen=True)

    carton_num: Annotated[str, Field(pattern=r"^\d{20}$")]
    track_no: str = ""
    carton_wgt: UnitsOrNone = Decimal(0)
    ctn_volume: UnitsOrNone = Decimal(0)
    lines: tuple[ShipmentCartonLine, ...] = ()


class OrderShipment(Message):
    """A ship confirm with its cartons: a 945. REST: POST `/api/OrderShipment` (H).

    `doc_num` is the pick ticket's `edi_doc_num` and `echo` its `PickTicket.echo` (H).

    Accepted means staged, not invoiced (M): quantity on hand falls only when the invoice posts (H).
    """

    kind: Literal["order_shipment"] = "order_shipment"
    pick_num: Required
    ord_num: str = ""
    po_num: str = ""
    customer: str = ""
    location: Required
    shipper: Annotated[str, Field(max_length=3)] = ""
    scac_code: Annotated[str, Field(max_length=4)] = ""
    ship_date: dt.date
    doc_num: str = ""
    echo: PickEcho = PickEcho()
    lines: Annotated[tuple[ShipmentLine, ...], Field(min_length=1)]
    cartons: tuple[ShipmentCarton, ...] = ()

    @property
    def reference(self) -> str:
        """The pick ticket's number."""
        return self.pick_num


class ProductionReceiptAdvice(Message):
    """An increment received against one production order line: a 944.

    REST: POST `/api/ProductionReceiptAdvice` (H).

    `size_qty` is what arrived now, not the running total (H). A negative quantity takes a receipt back (L).
    """

    kind: Literal["production_receipt_advice"] = "production_receipt_advice"
    prod_num: Required
    prod_line: Required
    location: Required
    receipt_date: dt.date
    shipment_num: str = "0"
    article: SkuSent
    size_qty: Decimal

    @property
    def reference(self) -> str:
        """Order and line."""
        return f"{self.prod_num}/{self.prod_line}"


class AdjustmentKind(enum.StrEnum):
    """Why book stock changes without an order."""

    ADJUSTMENT = "adjustment"
    COUNT = "count"
    RETURN = "return"


class InventoryAdjustment(Message):
    """Book stock changed by `size_qty` (signed: plus adds) on `adj_date`, with the reason.

    No public source shows an inbound adjustment by difference; over REST it travels as a stock-interface record
    whose transaction code is part of the profile (L). Returns put back to stock use the same record (L).
    """

    kind: Literal["inventory_adjustment"] = "inventory_adjustment"
    adj_num: Required
    adjustment: AdjustmentKind
    location: Required
    adj_date: dt.date
    reason_code: str = ""
    article: SkuSent
    size_qty: Decimal

    @property
    def reference(self) -> str:
        """The adjustment's number."""
        return self.adj_num


class StockPositionAdvice(Message):
    """The warehouse's absolute count of one SKU at one location. REST: POST `/api/PhysicalInventoryTM` (H)."""

    kind: Literal["stock_position"] = "stock_position"
    adj_num: Required
    location: Required
    count_date: dt.date
    article: SkuSent
    size_qty: UnitsOrNone

    @property
    def reference(self) -> str:
        """The count's number."""
        return self.adj_num


Outbound = Annotated[
    OrderShipment | ProductionReceiptAdvice | InventoryAdjustment | StockPositionAdvice,
    Field(discriminator="kind"),
]
"""Any message we send to Blue Cherry."""


class Posting(enum.StrEnum):
    """What Blue Cherry says became of a message."""

    POSTED = "posted"
    """In its books: invoiced, received or adjusted."""
    STAGED = "staged"
    """Taken into the interface, not yet in the books."""
    REJECTED = "rejected"
    """Taken into the interface and refused there."""
    ABSENT = "absent"
    """Blue Cherry does not know it: it never arrived."""
    UNKNOWN = "unknown"
    """This site offers no way to ask; a person must look."""


class Acceptance(BaseModel):
    """What the transport knows after sending: the control number it travelled under and the other side's key."""

    model_config = ConfigDict(hide_input_in_errors=True, frozen=True)

    control_number: str
    pkey: str = ""
