"""One message of every kind that travels in X12, with all that a set has a place for."""

import datetime as dt
from decimal import Decimal

from attrs import evolve
from pydantic import BaseModel

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.edi import X12Codec, X12Profile
from clarus_bluecherry.bluecherry.kinds import Kind, every_kind
from clarus_bluecherry.x12 import Partners

PROFILE = X12Profile(partners=Partners(sender="WAREHOUSE", receiver="BRAND"))
BY_180 = evolve(PROFILE, sets={"return_to_stock": "180"})
DAY = dt.date(2026, 3, 2)
PLAIN = {"style": "01234", "color_code": "BLK", "size_desc": "M"}
FULL = {
    "style": "01234",
    "color_code": "NVY",
    "lbl_code": "L1",
    "dimension": "R",
    "size_desc": "30/32",
    "upc": "036000291452",
}

PICK = messages.PickTicket.model_validate(
    {
        "pick_num": "1001",
        "ord_num": "SO1001",
        "po_num": "PO-9",
        "customer": "NORDST",
        "location": "NJ",
        "shipper": "UPS",
        "pick_date": "2026-03-02",
        "addresses": [
            {"addr_type": "ST", "name": "Store 12", "addr1": "1 Main St", "addr2": "Dock 4", "city": "Newark"}
            | {"state": "NJ", "zipcode": "07102", "country": "US"},
            {"addr_type": "BT", "name": "Head office"},
        ],
        "lines": [{**PLAIN, "line_seq": "1", "bk_qty": "5"}, {**FULL, "line_seq": "2", "bk_qty": "2"}],
    }
)
ORDER = messages.ProductionOrder.model_validate(
    {
        "prod_num": "C55",
        "vendor": "MILL",
        "due_date": "2026-03-09",
        "lines": [
            {**PLAIN, "prod_line": "3", "prod_qty": "12", "location": "NJ"},
            {**FULL, "prod_line": "4", "prod_qty": "6", "location": "NJ"},
        ],
    }
)
SHIPMENT = messages.OrderShipment(
    pick_num="1001",
    ord_num="SO1001",
    po_num="PO-9",
    customer="NORDST",
    location="NJ",
    shipper="UPS",
    scac_code="UPSN",
    ship_date=DAY,
    lines=[
        {**PLAIN, "line_seq": "1", "size_qty": 4, "total_qty": 5},
        {**FULL, "line_seq": "2", "size_qty": 2, "total_qty": 2},
    ],
    cartons=[
        {
            "carton_num": "00012345678901234567",
            "track_no": "1Z999AA10123456784",
            "lines": [{**PLAIN, "line_seq": "1", "ship_qty": 3}, {**FULL, "line_seq": "2", "ship_qty": 2}],
        },
        {"carton_num": "00012345678901234574", "lines": [{**PLAIN, "line_seq": "1", "ship_qty": 1}]},
    ],
)
RECEIPT = messages.ProductionReceiptAdvice(
    prod_num="C55", prod_line="3", location="NJ", receipt_date=DAY, article=FULL, size_qty=12
)
ADJUSTMENT = messages.InventoryAdjustment(
    adj_num="77",
    adjustment="adjustment",
    location="NJ",
    adj_date=DAY,
    reason_code="LOST",
    article=FULL,
    size_qty=-3,
)
COUNT = ADJUSTMENT.model_copy(
    update={"adj_num": "78", "adjustment": messages.AdjustmentKind.COUNT, "size_qty": Decimal(2)}
)
RETURN = messages.ReturnAdvice(
    adj_num="79",
    order_reference="1001",
    location="NJ",
    adj_date=DAY,
    reason_code="FIT",
    article=FULL,
    size_qty=1,
)
POSITION = messages.StockPositionAdvice(adj_num="80", location="NJ", count_date=DAY, article=FULL, size_qty=41)
STYLE = messages.Style.model_validate(
    {"style": "01234", "style_name": "Oxford shirt", "std_cost": "7.5", "skus": [PLAIN, FULL]}
)


def kind_of(message: BaseModel) -> Kind[BaseModel]:
    """The kind of a message of either direction."""
    return next(kind for kind in every_kind() if type(message) is kind.model)


def encoded(codec: X12Codec, message: BaseModel, control_number: str, at: dt.datetime) -> bytes:
    """An interchange of one message of either direction: what we read comes from our partner."""
    kind, profile = kind_of(message), codec._profile
    theirs = evolve(profile, partners=profile.partners.swapped())
    writer = codec if kind.is_sent else X12Codec(theirs, now=lambda: at)
    return writer.encode_as(kind, message, control_number, at)


SPECIMENS = [PICK, ORDER, SHIPMENT, RECEIPT, ADJUSTMENT, COUNT, RETURN, POSITION, STYLE]
