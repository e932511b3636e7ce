"""What a pasted step is given: rows with every column that a running integration reads, and Clarus's own nodes."""

import copy

SETTINGS = {
    "zone": "America/New_York",
    "warehouse_zone": "Europe/London",
    "account_id": 1,
    "warehouses": {"WHS01": {"id": 2, "location": "NJ"}},
    "products": {"01234-BLK-A-M": 501, "01234-BLK-A-S": "502", "0777-IND-A-32-30/32": 503},
    "stock_unit_type_id": 7,
    "carriers": {"UPS-GROUND": {"id": 4, "shipper": "UPS", "scac": "UPSN"}},
    "skus": {
        "01234-BLK-A-M": {
            "style": "01234",
            "color_code": "BLK",
            "lbl_code": "A",
            "size_desc": "M",
            "upc": "012345678905",
        }
    },
    "our_id": "WAREHOUSE",
    "vnd_id": "CGS",
    "company_prefix": "0812345",
    "reasons": {"DMG": "D1"},
    "count_reasons": ["CYCLE"],
}


def article(style="01234", color="BLK", label="A", dimension=None, size="M     ", upc="012345678905"):
    """A SKU's columns as the database pads them, empty ones null."""
    return {
        "style": style,
        "color_code": color,
        "lbl_code": label,
        "dimension": dimension,
        "size_desc": size,
        "upc": upc,
    }


JEANS = article("0777", "IND", "A", "32", "30/32 ", "036000291452")


def a_pick_line(number, sku, quantity, **changes):
    return {
        "pkey": 5000 + number,
        "line_seq": number,
        "pick_num": "0001001",
        **sku,
        "price": 12.5,
        "bk_qty": quantity,
        "total_qty": quantity,
        "location": "NJ",
        "division": "W",
        "org_color": None,
        "lot": "",
        "notes": "",
        "vas_serial_no": None,
        **changes,
    }


def an_address(kind="ST", **changes):
    return {
        "addr_type": kind,
        "name": "Jo Doe",
        "addr1": "1 High Street",
        "addr2": "Flat 2",
        "city": "Leeds",
        "state": "West Yorkshire",
        "zipcode": "LS1 4AP",
        "country": "GB",
        "email": "jo@example.com",
        "contact": "Jo",
        **changes,
    }


def a_pick(**changes):
    """Pick 0001001: two lines to pick, one that was removed."""
    return copy.deepcopy(
        {
            "pkey": 98001,
            "pick_num": "0001001",
            "ord_num": 45001,
            "po_num": "PO-CUST-9",
            "altpo": "",
            "pick_date": "2026-03-09 00:00:00",
            "end_date": "2026-03-20 00:00:00",
            "last_mod": "2026-03-07 16:41:12",
            "ord_type": "R",
            "ord_status": "O",
            "customer": "SHOP01    ",
            "division": "W",
            "department": "10",
            "location": "NJ",
            "center_code": "C1",
            "shipper": "UPS",
            "curr_code": "USD",
            "disc_amt": 0.0,
            "tax_amt": 0.0,
            "frgt_amt": 3.2,
            "insu_amt": 0.0,
            "misc_amt": 0.0,
            "eod_actual_frgt": "N",
            "bill_num": "",
            "bill_optn": "N",
            "consol_num": "",
            "load_id": "L5",
            "mani_num": "",
            "pro_num": "",
            "inv_num": "",
            "pre_inv": "N",
            "edi_doc_num": "940-7",
            "ord_volume": 0.25,
            "rrc": "",
            "vicsmbol": "",
            "notes": "leave at the dock",
            "udford1c": "gift",
            "udford4i": 7,
            "pickaddress": {
                "rows": [{"addr_type": "BT", "name": "Head Office", "country": "GB"}, an_address("st ")]
            },
            "pickdetail": {
                "rows": [
                    a_pick_line(10, article(), 24.0),
                    a_pick_line(20, article(size="S     ", upc=None), 0),
                    a_pick_line(30, JEANS, "6"),
                ]
            },
            **changes,
        }
    )


def a_production_order(**changes):
    """P77: the same SKU on two lines, and one line cancelled."""

    def line(number, sku, quantity):
        return {
            "pkey": 600 + number,
            "prod_line": number,
            **sku,
            "ean": None,
            "location": "NJ",
            "cost": 7.25,
            "total_cost": 725.0,
            "prod_qty": quantity,
        }

    return copy.deepcopy(
        {
            "pkey": "C77",
            "prod_num": "P77",
            "ref_num": "R1",
            "orgentdate": "2026-02-01",
            "due_date": "04/15/2026",
            "prod_type": "P",
            "co_curr": "USD",
            "department": "10",
            "terms_ship": "FOB",
            "last_mod": "2026-02-07 16:41:12",
            "productionorderaddressbystage": {
                "rows": [
                    {"addr_type": "VN", "name": "MILL", "address1": "9 Mill Lane", "address2": "", "city": "X"}
                ]
            },
            "productionorderdetailbystage": {
                "rows": [line(1, article(), 100), line(2, article(), 50.0), line(3, JEANS, 0)]
            },
            **changes,
        }
    )


def a_style(**changes):
    """Style 01234 in two seasons, with one SKU more in the second."""

    def detail(season, *skus):
        return {
            "pkey": f"D{season}",
            "division": "W",
            "season": season,
            "std_cost": 7.2,
            "gar_wgt": 0.4,
            "third_party_item": "N",
            "catg_dest1": "",
            "catg_dest2": "",
            "stylecolorsizes": {"rows-i": [{"fkey": "S1", **sku, "ean": ""} for sku in skus]},
        }

    return copy.deepcopy(
        {
            "pkey": "S1",
            "style": "01234",
            "style_name": "Linen dress",
            "style_desc": "Linen dress, long",
            "group_code1": "DRS",
            "last_mod": "2026-02-07 16:41:12",
            "styledetail": {
                "rows": [detail("SP26", article()), detail("FA26", article(), article(size="L", upc=None))]
            },
            **changes,
        }
    )


# Clarus ------------------------------------------------------------------------------------------------------


def a_goods_out(**changes):
    return copy.deepcopy(
        {
            "id": "7001",
            "reference": "0001001",
            "priority": 1,
            "expected_date_of_dispatch": "2026-03-11",
            "actual_date_of_dispatch": "2026-03-11T02:30:00Z",
            "goods_out_status": {"code": "COMPLETED", "name": "Completed"},
            "account": {"id": "1", "code": "ACME"},
            "warehouse": {"id": "2", "code": "WHS01"},
            "carrier": {"id": "4", "code": "UPS-GROUND"},
            **changes,
        }
    )


def a_line(number, code, ordered, dispatched, **changes):
    return {
        "id": str(60_000 + number),
        "alt_line_number": str(number),
        "order_quantity": ordered,
        "allocated_quantity": ordered,
        "pick_quantity": dispatched,
        "dispatch_quantity": dispatched,
        "short_status": "",
        "product": {"id": "1024", "code": code},
        "goods_out": {"id": "7001", "reference": "0001001"},
        "carrier": {"id": "4"},
        **changes,
    }


def the_lines():
    """24 dresses of which 20 left, and 6 pairs of jeans."""
    return [a_line(10, "01234-BLK-A-M", 24.0, 20.0), a_line(30, "0777-IND-A-32-30/32", 6.0, 6.0)]


def a_shipment(**changes):
    return {
        "id": "1530",
        "reference": "SHP-1",
        "name": "Jo Doe",
        "status": "dispatched",
        "delivery_notes": None,
        "packages_count": 1,
        "carrier": {"id": "4", "code": "UPS-GROUND", "name": "UPS"},
        "carrier_service": {"id": "9", "code": "GROUND", "name": "Ground"},
        "warehouse": {"id": "2", "code": "WHS01", "name": "Main"},
        **changes,
    }


def a_package(number=4821, **changes):
    return {
        "id": str(number),
        "tracking_number": f"1Z999AA1012345{number}",
        "shipment": {"id": "1530", "reference": "SHP-1"},
        "storage_unit": {"id": "77", "reference": f"SU{number}"},
        "storage_unit_type": {"id": "12", "code": "BOX"},
        **changes,
    }


def a_transaction(subtype="RCV", quantity=40.0, **changes):
    return {
        "id": "904512",
        "subtype": subtype,
        "category": subtype,
        "quantity": quantity,
        "created_at": "2026-04-01T02:30:00Z",
        "product": {"id": "1024", "code": "01234-BLK-A-M"},
        "account": {"id": "1", "code": "ACME"},
        "location_from": None,
        "location_to": {"id": "990", "code": "BAY-02"},
        "completing_user": {"id": "210"},
        "warehouse": {"id": "2", "code": "WHS01"},
        "reason_code": {"id": "5", "code": "DMG"},
        "goods_in_receipt": {
            "id": "31",
            "reference": "P77",
            "external_system_reference1": "P77",
            "receipt_type": "standard",
        },
        "goods_in_receipt_line": {"id": "1", "alt_line_number": "2", "alt_line_reference": "P77"},
        **changes,
    }


def a_stock(number=48211, quantity=240.0, code="01234-BLK-A-M", **changes):
    return {
        "id": str(number),
        "quantity": quantity,
        "status": "available",
        "fifo_date": "2026-04-02T00:00:00Z",
        "product": {"id": "1024", "code": code},
        "location": {"id": "318", "code": "AISLE-04"},
        "account": {"id": "1", "code": "ACME"},
        "storage_unit": {"id": "9981", "reference": "PAL1"},
        **changes,
    }
