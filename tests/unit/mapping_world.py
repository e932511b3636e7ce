"""One season's small truth, as both systems write it: pick 1001, production order P77, and their SKUs."""

import datetime as dt
from zoneinfo import ZoneInfo

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.clarus import wire
from clarus_bluecherry.mapping import CarrierCodes, ErpTerms, WarehouseTerms, bluecherry
from clarus_bluecherry.model import Sku, UnmatchedCode

NEW_YORK, LONDON = ZoneInfo("America/New_York"), ZoneInfo("Europe/London")

DRESS_M = Sku("01234", "BLK", label="A", size="M")
DRESS_S = Sku("01234", "BLK", label="A", size="S")
JEANS = Sku("0777", "IND", label="A", dimension="32", size="30/32")
CODES = {"01234-BLK-M": DRESS_M.key, "01234-BLK-S": DRESS_S.key, "0777-IND-30": JEANS.key}
PRODUCT_IDS = {DRESS_M.key: 501, DRESS_S.key: 502, JEANS.key: 503}
UPCS = {DRESS_M.key: "012345678905", JEANS.key: "036000291452"}

PERSONAL = ("Jo Doe", "1 High Street", "Flat 2", "Leeds", "LS1", "jo@example.com", "44 7700")


def columns(sku, **others):
    return {
        "style": sku.style,
        "color_code": sku.color,
        "lbl_code": sku.label,
        "dimension": sku.dimension,
        "size_desc": sku.size,
        **others,
    }


def a_pick(**changes):
    """Pick 1001 as Blue Cherry's API writes it: padded columns, numbers where codes should be, a removed line."""
    return {
        "pkey": 98001,
        "pick_num": "0001001 ",
        "ord_num": 45001,
        "po_num": "PO-CUST-9",
        "pick_date": "2026-03-09 00:00:00",
        "end_date": "2026-03-20 00:00:00",
        "last_mod": "2026-03-07 16:41:12",
        "customer": "SHOP01    ",
        "location": "NJ",
        "shipper": "UPS",
        "curr_code": "USD",
        "edi_doc_num": "940-7",
        "load_id": "L5",
        "notes": "leave with Jo Doe",
        "addresses": [
            {"addr_type": "BT", "name": "Head Office", "addr1": "9 Bill Road", "city": "York", "country": "GB"},
            {
                "addr_type": "st ",
                "name": "Jo Doe",
                "addr1": "1 High Street",
                "addr2": "Flat 2",
                "city": "Leeds",
                "state": "West Yorkshire",
                "zipcode": "LS1 4AP",
                "country": "GB",
                "email": "jo@example.com",
            },
        ],
        "lines": [
            columns(DRESS_M, line_seq=10, bk_qty=24.0, price="12.50", upc="012345678905"),
            columns(DRESS_S, line_seq=20, bk_qty=0, price="12.50"),
            columns(JEANS, line_seq=30, bk_qty="6", price=None),
        ],
        **changes,
    }


def a_production_order(**changes):
    """P77: the same SKU on two lines, and one line cancelled."""
    return {
        "prod_num": "P77",
        "vendor": "MILL",
        "due_date": "04/15/2026",
        "co_curr": "USD",
        "lines": [
            columns(DRESS_M, prod_line=1, prod_qty=100, cost="7.25", location="NJ"),
            columns(DRESS_M, prod_line=2, prod_qty=50, cost="7.10", location="NJ"),
            columns(JEANS, prod_line=3, prod_qty=0, location="NJ"),
        ],
        **changes,
    }


def ticket(**changes):
    return messages.PickTicket.model_validate(a_pick(**changes))


def production_order(**changes):
    return messages.ProductionOrder.model_validate(a_production_order(**changes))


def order(**changes):
    return bluecherry.sales_order(ticket(**changes), zone=NEW_YORK)


def sku_of(code):
    return Sku.from_key(CODES[code]) if code in CODES else UnmatchedCode(code)


def warehouse_terms(**changes):
    return WarehouseTerms(**{"zone": LONDON, "sku_of": sku_of, "locations": {"WHS01": "NJ"}, **changes})


def erp_terms(**changes):
    return ErpTerms(
        **{
            "zone": NEW_YORK,
            "barcode_of": lambda sku: UPCS.get(sku.key, ""),
            "carriers": {"UPS-GROUND": CarrierCodes("UPS", "UPSN")},
            "reasons": {"DMG": "D1"},
            "count_reasons": frozenset({"CYCLE"}),
            "company_prefix": "0812345",
            **changes,
        }
    )


# Clarus ------------------------------------------------------------------------------------------------------


def a_goods_out(**changes):
    return {
        "id": 7001,
        "reference": "0001001",
        "goods_out_status": {"code": "COMPLETED", "name": "Completed"},
        "actual_date_of_dispatch": "2026-03-10T21:30:00Z",
        "warehouse": {"id": 2, "code": "WHS01"},
        "carrier": {"id": 4, "code": "UPS-GROUND"},
        **changes,
    }


def a_line(number, code, ordered, dispatched, **changes):
    return {
        "id": 9000 + int(number or 0),
        "alt_line_number": number,
        "order_quantity": ordered,
        "dispatch_quantity": dispatched,
        "product": {"code": code},
        **changes,
    }


def a_package(number, **changes):
    return {
        "id": number,
        "tracking_number": f"1Z{number}",
        "storage_unit": {"reference": f"SU{number}"},
        **changes,
    }


LINES = (a_line("10", "01234-BLK-M", 24.0, 20.0), a_line("30", "0777-IND-30", 6, 6))
SHIPMENT = {"id": 61, "carrier_service": {"code": "GROUND"}}


def a_transaction(subtype, quantity, **changes):
    return {
        "id": 4711,
        "subtype": subtype,
        "quantity": quantity,
        "created_at": "2026-03-31T23:30:00-05:00",
        "product": {"code": "01234-BLK-M"},
        "warehouse": {"code": "WHS01"},
        "reason_code": {"code": "DMG"},
        "goods_in_receipt": {"reference": "P77", "external_system_reference1": "P77", "receipt_type": "standard"},
        "goods_in_receipt_line": {"id": 1, "alt_line_number": "2"},
        **changes,
    }


def transaction(subtype, quantity, **changes):
    return wire.TransactionNode.model_validate(a_transaction(subtype, quantity, **changes))


def stock(number, code, quantity, **changes):
    return {"id": number, "product": {"code": code}, "quantity": quantity, **changes}


COUNTED_AT = dt.datetime(2026, 4, 1, 3, tzinfo=dt.UTC)
