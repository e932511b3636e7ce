"""Blue Cherry's messages for tests: each function makes a whole, valid one, and takes columns that should differ.

Law of this module: a message goes through the same checks as one that travels, so that a test cannot work with one
that could not exist. What is read takes any column, as Blue Cherry may send any (a misspelt one is a column of
somebody's own); what is sent takes its own fields only. Both raise pydantic's `ValidationError`. The defaults tell
the story of `records`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel

from clarus_bluecherry.bluecherry.messages import (
    Carrier,
    InterfaceStatus,
    InventoryAdjustment,
    Location,
    OnHand,
    OrderShipment,
    PeriodStatus,
    PickAddress,
    PickLine,
    PickTicket,
    ProductionLine,
    ProductionOrder,
    ProductionReceiptAdvice,
    ReturnAdvice,
    ShipmentCarton,
    ShipmentLine,
    ShipmentStatus,
    StockMovement,
    StockPositionAdvice,
    Style,
    StyleSku,
    TransferOrder,
)

__all__ = [
    "carrier",
    "interface_status",
    "inventory_adjustment",
    "location",
    "on_hand",
    "order_shipment",
    "period_status",
    "pick_address",
    "pick_line",
    "pick_ticket",
    "production_line",
    "production_order",
    "production_receipt_advice",
    "return_advice",
    "shipment_carton",
    "shipment_line",
    "shipment_status",
    "stock_movement",
    "stock_position_advice",
    "style",
    "style_sku",
    "transfer_order",
]

M = TypeVar("M", bound=BaseModel)
Columns = Mapping[str, object]

_SHIRT: Columns = {"style": "01234", "color_code": "BLK", "size_desc": "M", "upc": "036000291452"}
_JEANS: Columns = {
    "style": "04567",
    "color_code": "IND",
    "lbl_code": "L1",
    "dimension": "R",
    "size_desc": "30/32",
}
_DAY = "2026-03-02"
_CHANGED = "2026-03-02 08:00:00"


def _made(kind: type[M], defaults: Columns, columns: Columns) -> M:
    return kind.model_validate({**defaults, **columns})


# What is read: orders ----------------------------------------------------------------------------------------


def pick_line(**columns: object) -> PickLine:
    """Ten shirts to pick, on line 1."""
    return _made(PickLine, {**_SHIRT, "line_seq": "1", "bk_qty": 10, "price": "19.90"}, columns)


def pick_address(**columns: object) -> PickAddress:
    """Where the parcel goes; nobody lives there."""
    street = {"name": "A Shop", "addr1": "1 Main St", "city": "Newark", "state": "NJ", "zipcode": "07102"}
    return _made(PickAddress, {"addr_type": "ST", **street, "country": "US"}, columns)


def pick_ticket(**columns: object) -> PickTicket:
    """An open pick ticket of ten shirts and two jeans."""
    jeans = pick_line(**{**_JEANS, "line_seq": "2", "bk_qty": 2, "upc": ""})
    made = {
        "pkey": "P001001",
        "pick_num": "001001",
        "ord_num": "SO1001",
        "po_num": "PO-9",
        "pick_date": f"{_DAY} 12:00:00",
        "end_date": "2026-03-05",
        "last_mod": _CHANGED,
        "customer": "NORDST",
        "location": "NJ",
        "shipper": "UPS",
        "curr_code": "USD",
        "addresses": (pick_address(),),
        "lines": (pick_line(), jeans),
    }
    return _made(PickTicket, made, columns)


def production_line(**columns: object) -> ProductionLine:
    """Twelve shirts to receive, on line 3."""
    made = {**_SHIRT, "prod_line": "3", "location": "NJ", "cost": "7.10", "prod_qty": 12}
    return _made(ProductionLine, made, columns)


def production_order(**columns: object) -> ProductionOrder:
    """A production order of twelve shirts."""
    made = {
        "pkey": "C0055",
        "prod_num": "C0055",
        "due_date": f"{_DAY} 12:00:00",
        "co_curr": "USD",
        "last_mod": _CHANGED,
        "vendor": "MILL",
        "lines": (production_line(),),
    }
    return _made(ProductionOrder, made, columns)


def transfer_order(**columns: object) -> TransferOrder:
    """Five shirts to move from New Jersey to Pennsylvania."""
    places = {"transfer_num": "T0010", "from_location": "NJ", "to_location": "PA"}
    made = {**places, "ship_date": _DAY, "due_date": "2026-03-05", "last_mod": _CHANGED}
    return _made(TransferOrder, {**made, "lines": (pick_line(),)}, columns)


# What is read: masters, stock and what became of things ------------------------------------------------------


def style_sku(**columns: object) -> StyleSku:
    """The shirt, as one size of its style."""
    return _made(StyleSku, _SHIRT, columns)


def style(**columns: object) -> Style:
    """The shirt's style, with one SKU."""
    named = {"style": "01234", "style_name": "Oxford shirt", "season": "SS26"}
    return _made(Style, {**named, "std_cost": "7.50", "last_mod": _CHANGED, "skus": (style_sku(),)}, columns)


def location(**columns: object) -> Location:
    """A warehouse."""
    return _made(Location, {"location": "NJ", "loc_name": "New Jersey", "loc_type": "W"}, columns)


def carrier(**columns: object) -> Carrier:
    """A carrier."""
    return _made(Carrier, {"shipper": "UPS", "ship_name": "UPS Ground"}, columns)


def on_hand(**columns: object) -> OnHand:
    """Forty shirts in Blue Cherry's books."""
    made = {**_SHIRT, "location": "NJ", "total_qoh": 40, "loc_std_cost": "7.50", "loc_curr": "USD"}
    return _made(OnHand, made, columns)


def stock_movement(**columns: object) -> StockMovement:
    """Twelve shirts received, a line of the stock ledger."""
    made = {**_SHIRT, "rec_type": "R1", "location": "NJ", "size_qty": 12, "move_date": _DAY}
    return _made(StockMovement, {**made, "reference": "C0055/3"}, columns)


def shipment_status(**columns: object) -> ShipmentStatus:
    """The pick ticket is invoiced."""
    made = {"pick_num": "001001", "ord_num": "SO1001", "inv_num": "INV001001", "inv_date": "2026-03-03"}
    return _made(ShipmentStatus, made, columns)


def interface_status(**columns: object) -> InterfaceStatus:
    """What was sent under control number 000000001 is staged."""
    return _made(InterfaceStatus, {"isa_num": "000000001", "status": "staged"}, columns)


def period_status(**columns: object) -> PeriodStatus:
    """March 2026, open."""
    days = {"first_day": "2026-03-01", "last_day": "2026-03-31"}
    return _made(PeriodStatus, {"period": "2026-03", **days, "state": "open"}, columns)


# What is sent ------------------------------------------------------------------------------------------------


def shipment_line(**fields: object) -> ShipmentLine:
    """Ten shirts of line 1 were shipped."""
    return _made(ShipmentLine, {**_SHIRT, "line_seq": "1", "size_qty": 10, "total_qty": 10}, fields)


def shipment_carton(**fields: object) -> ShipmentCarton:
    """One carton with ten shirts and two jeans."""
    lines = ({**_SHIRT, "line_seq": "1", "ship_qty": 10}, {**_JEANS, "line_seq": "2", "ship_qty": 2})
    made = {"carton_num": "00012345678901234567", "track_no": "1Z999AA10123456784", "carton_wgt": "1.25"}
    return _made(ShipmentCarton, {**made, "lines": lines}, fields)


def order_shipment(**fields: object) -> OrderShipment:
    """The ship confirm of the whole pick ticket."""
    jeans = shipment_line(**{**_JEANS, "line_seq": "2", "size_qty": 2, "total_qty": 2, "upc": ""})
    made = {
        "pick_num": "001001",
        "ord_num": "SO1001",
        "po_num": "PO-9",
        "customer": "NORDST",
        "location": "NJ",
        "shipper": "UPS",
        "scac_code": "UPSN",
        "ship_date": _DAY,
        "lines": (shipment_line(), jeans),
        "cartons": (shipment_carton(),),
    }
    return _made(OrderShipment, made, fields)


def production_receipt_advice(**fields: object) -> ProductionReceiptAdvice:
    """The twelve shirts of the production order arrived."""
    made = {"prod_num": "C0055", "prod_line": "3", "location": "NJ", "receipt_date": _DAY}
    return _made(ProductionReceiptAdvice, {**made, "article": _SHIRT, "size_qty": 12}, fields)


def inventory_adjustment(**fields: object) -> InventoryAdjustment:
    """Three jeans were written off."""
    made = {"adj_num": "9002", "adjustment": "adjustment", "location": "NJ", "adj_date": _DAY}
    made["reason_code"] = "DAMAGED"
    return _made(InventoryAdjustment, {**made, "article": _JEANS, "size_qty": -3}, fields)


def return_advice(**fields: object) -> ReturnAdvice:
    """One shirt came back and is on the shelf."""
    made = {"adj_num": "9003", "order_reference": "001001", "location": "NJ", "adj_date": _DAY}
    return _made(ReturnAdvice, {**made, "article": _SHIRT, "size_qty": 1}, fields)


def stock_position_advice(**fields: object) -> StockPositionAdvice:
    """Forty shirts were counted."""
    made = {"adj_num": "9006", "location": "NJ", "count_date": _DAY}
    return _made(StockPositionAdvice, {**made, "article": _SHIRT, "size_qty": 40}, fields)
