"""What a warehouse tells Blue Cherry: shipments, receipts, adjustments, returns to stock and counts.

Law of this module: writes are strict. Required fields and known lengths are checked here; what belongs to one
transport only (control numbers, partner ids, transaction codes, date formats) stands in that transport's profile.
"""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from clarus_bluecherry.bluecherry.messages.picks import PickEcho
from clarus_bluecherry.bluecherry.messages.sent import Message, Required, SkuSent, Units, UnitsOrNone, WrittenRow
from clarus_bluecherry.model import ShipmentPart


class ShipmentLine(SkuSent):
    """What was shipped of one pick line, over all cartons."""

    line_seq: Required
    size_qty: UnitsOrNone
    total_qty: UnitsOrNone


class ShipmentCartonLine(SkuSent):
    """Units of one pick line in one carton."""

    line_seq: Required
    ship_qty: Units


class ShipmentCarton(WrittenRow):
    """A carton: `carton_num` is 20 digits, SSCC-18 behind `00` (H); tracking only when it is real (H).

    `carton_wgt` is in kilograms and `ctn_volume` in cubic metres; a transport turns them into its site's units.
    """

    carton_num: Annotated[str, Field(pattern=r"^\d{20}$")]
    track_no: str = ""
    carton_wgt: UnitsOrNone = Decimal(0)
    ctn_volume: UnitsOrNone = Decimal(0)
    lines: tuple[ShipmentCartonLine, ...] = ()


class OrderShipment(Message):
    """A ship confirm with its cartons.

    `doc_num` is the pick ticket's `edi_doc_num` and `echo` its `PickTicket.echo` (H). Accepted means staged, not
    invoiced (M): quantity on hand falls only when the invoice posts (H). Of an order that leaves in parts, `lines`
    and `cartons` are those of this `part`; only the last one may have none: it says that nothing follows.
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
    echo: PickEcho = Field(default_factory=PickEcho)
    part: ShipmentPart = ShipmentPart.WHOLE
    lines: tuple[ShipmentLine, ...] = Field(default=(), validate_default=True)
    cartons: tuple[ShipmentCarton, ...] = ()

    @field_validator("lines")
    @classmethod
    def _only_the_last_part_is_empty(
        cls, lines: tuple[ShipmentLine, ...], seen: ValidationInfo
    ) -> tuple[ShipmentLine, ...]:
        if not lines and seen.data.get("part") is not ShipmentPart.LAST:
            raise ValueError("a shipment that is not the last part of its order has lines")
        return lines

    @property
    def reference(self) -> str:
        """The pick ticket's number."""
        return self.pick_num


class ProductionReceiptAdvice(Message):
    """An increment received against one production order line.

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
        """Order and line, which every receipt on the line shares."""
        return f"{self.prod_num}/{self.prod_line}"


class AdjustmentKind(enum.StrEnum):
    """Why book stock changes without an order."""

    ADJUSTMENT = "adjustment"
    COUNT = "count"


class InventoryAdjustment(Message):
    """Book stock changed by `size_qty` (signed: plus adds) on `adj_date`, with the reason."""

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


class ReturnAdvice(Message):
    """A customer's return put back to stock, for which a credit may be due; a negative quantity takes it back.

    Blue Cherry books it as the movement `RT` (H). `order_reference` is what the return names, a pick ticket or a
    sales order, and may be empty.
    """

    kind: Literal["return_to_stock"] = "return_to_stock"
    adj_num: Required
    order_reference: str = ""
    location: Required
    adj_date: dt.date
    reason_code: str = ""
    article: SkuSent
    size_qty: Decimal

    @property
    def reference(self) -> str:
        """The return's number."""
        return self.adj_num


class StockPositionAdvice(Message):
    """The warehouse's absolute count of one SKU at one location."""

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
    OrderShipment | ProductionReceiptAdvice | InventoryAdjustment | ReturnAdvice | StockPositionAdvice,
    Field(discriminator="kind"),
]
"""Any message we send to Blue Cherry."""
