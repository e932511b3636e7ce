"""One June, told twice: the same movements of 46 SKUs, written by two people who name everything otherwise.

What happened stands here once; `vendor_names` and `house_names` write it as folders of exports.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from attrs import frozen

NEW_YORK = ZoneInfo("America/New_York")
STYLES = range(1, 47)
AT_RENO = (14, 21, 41, 42, 43, 44, 45, 46)
NOT_IN_MASTER = 99  # a code that somebody typed with an O for a zero
CASE = 12


@frozen
class Moved:
    """What the warehouse did: units as they were written (cases where `unit` says so), out is negative."""

    subtype: str
    style: int
    units: int
    at: str  # by the clock of New York
    document: str
    line: int = 0
    place: str = "EDI"
    unit: str = "EA"
    goes_back_to: str = ""


@frozen
class Booked:
    """A line of the books: units by their effect on what is on hand."""

    rec_type: str
    style: int
    units: int
    day: str
    document: str
    entered: str = ""
    line: int = 0
    place: str = "EDI"
    by: str = "WMSLINK"


@frozen
class Told:
    document: str
    kind: str
    steps: tuple[tuple[str, str], ...]
    asked: str


def dispatched(style: int, units: int, at: str, document: str = "") -> Moved:
    return Moved("DISP", style, -units, at, document or f"PT{style:03}")


def invoiced(style: int, units: int, day: str, document: str = "", entered: str = "") -> Booked:
    return Booked("IN", style, -units, day, document or f"PT{style:03}", entered)


QUIET = range(31, 47)
RECEIVED = range(31, 35)

MOVED: tuple[Moved, ...] = (
    dispatched(1, 5, "2026-06-30 22:30"),
    dispatched(1, 3, "2026-06-30 22:31"),
    dispatched(2, 6, "2026-06-29 11:00"),
    dispatched(3, 4, "2026-06-28 11:00"),
    dispatched(4, 3, "2026-06-26 11:00"),
    Moved("RCV", 5, 15, "2026-06-25 10:00", "7105", line=1),
    Moved("NEGADJ", 6, -2, "2026-06-24 10:00", "ADJ106"),
    dispatched(7, 5, "2026-06-23 11:00"),
    dispatched(8, 7, "2026-06-22 11:00"),
    dispatched(9, 4, "2026-06-12 11:00"),
    dispatched(11, 6, "2026-06-17 11:00"),
    dispatched(12, 5, "2026-06-15 11:00"),
    Moved("UNDISP", 12, 5, "2026-06-20 11:00", "PT012"),
    Moved("RTN", 13, 3, "2026-06-22 15:00", "RMA113", goes_back_to="PT013"),
    Moved("OUT", 14, -10, "2026-06-29 16:00", "TO114"),
    Moved("IN", 14, 10, "2026-07-02 10:00", "TO114", place="RNO"),
    Moved("CONV", 15, -2, "2026-06-19 10:00", "CV115"),
    Moved("CONV", 16, 12, "2026-06-19 10:00", "CV115"),
    Moved("HOLD", 17, 5, "2026-06-18 10:00", "QC117"),
    Moved("RCV", NOT_IN_MASTER, 9, "2026-06-16 10:00", "7118", line=1),
    Moved("RCV", 19, 5, "2026-06-11 10:00", "7119", line=1, unit="CS"),
    dispatched(20, 6, "2026-06-10 12:00"),
    Moved("RCV", 21, 8, "2026-06-09 10:00", "7121", line=1),
    dispatched(23, 5, "2026-06-27 11:00", "PT023A"),
    dispatched(23, 2, "2026-06-30 15:00", "PT023B"),
    *(dispatched(style, 5, "2026-06-10 09:00") for style in QUIET),
    *(Moved("RCV", style, 20, "2026-06-05 09:00", f"71{style}", line=1) for style in RECEIVED),
    Moved("RTN", 31, 2, "2026-06-20 09:00", "RMA131", goes_back_to="PT031"),
    Moved("OUT", 41, -12, "2026-06-03 09:00", "TO141"),
    Moved("IN", 41, 12, "2026-06-05 09:00", "TO141", place="RNO"),
    dispatched(45, 3, "2026-07-02 11:00", "PT045B"),
)
STOCK_BEYOND = {(22, "EDI"): -7}  # of which nobody tells

BOOKED: tuple[Booked, ...] = (
    invoiced(1, 8, "2026-07-02", entered="2026-07-02 09:00"),
    invoiced(9, 4, "2026-06-12"),
    invoiced(9, 4, "2026-06-13"),
    Booked("SA", 10, -3, "2026-06-14", "JV-0610", by="JDOE"),
    invoiced(11, 4, "2026-06-17"),
    invoiced(12, 5, "2026-06-15"),
    Booked("SA", 14, -10, "2026-06-29", "TO114"),
    Booked("SA", 14, 10, "2026-06-29", "TO114", place="RNO"),
    Booked("SA", 17, -5, "2026-06-18", "QC117"),
    Booked("R1", 18, 9, "2026-06-16", "7118", line=1),
    Booked("R1", 19, 5, "2026-06-11", "7119", line=1),
    invoiced(20, 5, "2026-06-10"),
    Booked("R1", 21, 8, "2026-06-09", "7121", line=1, place="RNO"),
    invoiced(23, 2, "2026-07-01", "PT023B", entered="2026-07-01 10:00"),
    Booked("SA", 23, -1, "2026-06-28", "JV-0623", by="JDOE"),
    *(invoiced(style, 5, "2026-06-10") for style in QUIET),
    *(Booked("R1", style, 20, "2026-06-05", f"71{style}", line=1) for style in RECEIVED),
    Booked("RT", 31, 2, "2026-06-20", "RMA131"),
    Booked("SA", 41, -12, "2026-06-03", "TO141"),
    Booked("SA", 41, 12, "2026-06-03", "TO141", place="RNO"),
    invoiced(45, 3, "2026-07-02", "PT045B", entered="2026-07-02 12:00"),
)


def _told(document: str, kind: str, day: str, *states: str) -> Told:
    return Told(document, kind, tuple((state, f"{day}T{20 + at}:00:00Z") for at, state in enumerate(states)), day)


TOLD: tuple[Told, ...] = (
    Told(
        "PT001",
        "dispatched",
        (
            ("pending", "2026-07-01T02:35:00Z"),
            ("sending", "2026-07-01T02:40:00Z"),
            ("accepted", "2026-07-01T02:41:00Z"),
        ),
        "2026-06-30",
    ),
    _told("PT002", "dispatched", "2026-06-29", "pending", "sending", "accepted"),
    _told("PT003", "dispatched", "2026-06-28", "sending", "retrying"),
    _told("PT004", "dispatched", "2026-06-26", "sending", "rejected"),
    _told("7105", "received", "2026-06-25", "pending", "parked"),
    _told("ADJ106", "adjusted", "2026-06-24", "sending", "in_doubt"),
    _told("PT007", "dispatched", "2026-06-23", "cancelled"),
    *(
        _told(f"PT{style:03}", "dispatched", day, "sending", "accepted", "posted")
        for style, day in ((9, "2026-06-12"), (11, "2026-06-17"), (12, "2026-06-15"), (20, "2026-06-10"))
    ),
    _told("PT023A", "dispatched", "2026-06-27", "accepted"),
    _told("PT023B", "dispatched", "2026-06-30", "accepted"),
    *(
        _told(document, "received", day, "posted")
        for document, day in (("7118", "2026-06-16"), ("7119", "2026-06-11"), ("7121", "2026-06-09"))
    ),
    *(_told(f"PT{style:03}", "dispatched", "2026-06-10", "posted") for style in QUIET),
    *(_told(f"71{style}", "received", "2026-06-05", "posted") for style in RECEIVED),
    _told("RMA131", "returned", "2026-06-20", "posted"),
    _told("PT045B", "dispatched", "2026-07-02", "posted"),
)

ORDERED = {5: 15, 18: 9, 19: 60, 21: 8, 31: 20, 32: 25, 33: 18, 34: 20}


def cost(style: int, place: str) -> Decimal | None:
    """What an each costs; of 8 nobody has said."""
    return None if style == 8 else 5 + style * Decimal("0.25") + (Decimal("0.50") if place == "RNO" else 0)


def places() -> Iterator[tuple[int, str, int]]:
    """Each place with what it held on 31 May, in the books as on the shelf."""
    for style in STYLES:
        yield style, "EDI", 100
        if style in AT_RENO:
            yield style, "RNO", 60


def eaches(moved: Moved) -> int:
    return 0 if moved.subtype == "HOLD" else moved.units * (CASE if moved.unit == "CS" else 1)


def shelf() -> dict[tuple[int, str], int]:
    """What the warehouse's stock says on 6 July."""
    stock = {(style, place): units for style, place, units in places()} | {(NOT_IN_MASTER, "EDI"): 0}
    for moved in MOVED:
        stock[moved.style, moved.place] += eaches(moved)
    return {place: units + STOCK_BEYOND.get(place, 0) for place, units in stock.items()}


def ledger() -> dict[tuple[int, str], int]:
    """What Blue Cherry's report says on 6 July."""
    stock = {(style, place): units for style, place, units in places()}
    for booked in BOOKED:
        stock[booked.style, booked.place] += booked.units
    return stock


def utc(local: str) -> str:
    at = dt.datetime.fromisoformat(local).replace(tzinfo=NEW_YORK).astimezone(dt.UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def american(day: str) -> str:
    return dt.date.fromisoformat(day[:10]).strftime("%m/%d/%Y")


def written(folder: Path, name: str, rows: Iterable[Mapping[str, object]]) -> None:
    """A CSV whose header is every key of the rows."""
    rows = list(rows)
    header = list(dict.fromkeys(key for row in rows for key in row))
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _code(style: int) -> str:
    return "4O118-NAV-M" if style == NOT_IN_MASTER else f"{40100 + style}-NAV-M"


def _upc(style: int) -> str:
    return f"0196500{style:05}"


def _parts(style: int) -> dict[str, object]:
    return {
        "division": "01",
        "style": f"{40100 + style}",
        "color_code": "NAV",
        "lbl_code": "MAIN",
        "dimension": "",
        "size_desc": "M",
        "upc": _upc(style),
    }


def _invoice(document: str) -> str:
    return f"9{document[2:]}"


def _order(document: str) -> str:
    return f"SO{document[2:]}"


def _picks() -> Sequence[tuple[str, int, int]]:
    """Each pick once, with its style and what was released."""
    total: dict[tuple[str, int], int] = {}
    for moved in MOVED:
        if moved.subtype == "DISP":
            total[moved.document, moved.style] = total.get((moved.document, moved.style), 0) - moved.units
    return [(document, style, units) for (document, style), units in total.items()]


def vendor_names(folder: Path) -> None:
    """As a script over the vendors' own fields would: parts of a SKU, no signs, UTC, one row for a transfer."""
    written(
        folder,
        "clarus_stock",
        (
            {
                "warehouse_code": place,
                "account_code": "HARBOR",
                "product_code": _code(style),
                "quantity": f"{units}.0",
                "status": "available",
                "exported_at": "2026-07-06T06:00:00Z",
            }
            for (style, place), units in shelf().items()
        ),
    )
    arrivals = {moved.document: utc(moved.at) for moved in MOVED if moved.subtype == "IN"}
    written(
        folder,
        "clarus_transactions",
        (
            {
                "id": 550000 + number,
                "subtype": _vendor_subtype(moved),
                "category": _vendor_subtype(moved)[:4],
                "quantity": f"{abs(moved.units)}.0",
                "unit_of_measure": moved.unit,
                "created_at": utc(moved.at),
                "account_code": "HARBOR",
                "warehouse_code": moved.place,
                "product_code": _code(moved.style),
                "goods_out_reference": moved.document if moved.document.startswith("PT") else "",
                "goods_in_receipt_reference": moved.document if moved.subtype in ("RCV", "RTN") else "",
                "goods_in_receipt_line_number": moved.line or "",
                "receipt_type": "return" if moved.subtype == "RTN" else "",
                "original_order": _order(moved.goes_back_to) if moved.goes_back_to else "",
                "warehouse_to_code": "RNO" if moved.subtype == "OUT" else "",
                "arrived_at": arrivals[moved.document] if moved.subtype == "OUT" else "",
                "reference": moved.document if moved.subtype in ("NEGADJ", "OUT", "CONV", "HOLD") else "",
            }
            for number, moved in enumerate(MOVED)
            if moved.subtype != "IN"
        ),
    )
    written(
        folder,
        "stock_ledger",
        (
            {
                "pkey": 880000 + number,
                "rec_type": booked.rec_type,
                **_parts(booked.style),
                "location": booked.place,
                "size_qty": booked.units if booked.rec_type == "SA" else abs(booked.units),
                "move_date": booked.day,
                "add_date": utc(booked.entered or f"{booked.day} 18:00"),
                "pick_num": booked.document if booked.rec_type == "IN" else "",
                "inv_num": _invoice(booked.document) if booked.rec_type == "IN" else "",
                "prod_num": booked.document if booked.rec_type == "R1" else "",
                "prod_line": booked.line or "",
                "ref_num": booked.document if booked.rec_type in ("SA", "RT") else "",
                "user_id": booked.by,
            }
            for number, booked in enumerate(BOOKED)
        ),
    )
    written(
        folder,
        "inventory_report",
        (
            {
                "Div": "01",
                "Style": f"{40100 + style}",
                "Color #": "NAV",
                "Label": "MAIN",
                "Dm/Pk": "",
                "Size": "M",
                "UOM": "EA",
                "UPC Number": _upc(style),
                "Location": place,
                "Total QOH": units,
                "Loc Std Cost": _dear(style, place, "2026-07-06") or "",
                "Loc Curr": "USD",
                "Report Date": "2026-07-06T05:30:00Z",
            }
            for (style, place), units in ledger().items()
        ),
    )
    written(
        folder,
        "orders",
        (
            {
                "ord_num": _order(document),
                "pick_num": document,
                "inv_num": _invoice(document),
                "line_seq": 1,
                **_parts(style),
                "total_qty": qty,
                "price": "40.00",
                "curr_code": "USD",
                "version": version,
                "last_mod": at,
            }
            for document, style, units in _picks()
            for version, qty, at in (
                (1, units, "2026-06-01T12:00:00Z"),
                *(((2, 4, "2026-06-16T12:00:00Z"),) if style == 11 else ()),
            )
        ),
    )
    written(
        folder,
        "purchase_orders",
        (
            {
                "prod_num": f"71{style:02}",
                "prod_line": 1,
                **_parts(style),
                "location": "EDI",
                "prod_qty": qty,
                "uom": "EA",
                "line_status": "closed",
            }
            for style, qty in ORDERED.items()
        ),
    )
    written(
        folder,
        "credits",
        [
            {
                "memo_num": "CM131",
                "ra_num": "RMA131",
                "ord_num": "SO031",
                **_parts(31),
                "qty": 2,
                "price": "40.00",
                "amount": "80.00",
                "curr_code": "USD",
                "memo_date": "2026-06-21",
                "add_date": "2026-06-21T15:00:00Z",
            },
        ],
    )
    written(folder, "periods", _periods("period", "start_date", "end_date", "status", "closed_at"))
    written(
        folder,
        "costs",
        (
            {
                **_parts(style),
                "location": place,
                "cost_type": "standard",
                "std_cost": value,
                "curr_code": "USD",
                "effective_date": day,
            }
            for style, place, _ in places()
            for day in ("2026-01-01", *(("2026-06-16",) if (style, place) == (46, "EDI") else ()))
            if (value := _dear(style, place, day)) is not None
        ),
    )
    written(
        folder,
        "sku_master",
        (
            {
                "clarus_product_code": _code(style),
                "sku": _code(style),
                **_parts(style),
                "units_per_case": CASE,
                "case_unit": "CS",
            }
            for style in STYLES
        ),
    )
    written(folder, "prepacks", [{"pack_code": _code(15), "component_code": _code(16), "component_qty": 6}])
    written(
        folder,
        "opening_positions",
        (
            {**_parts(style), "location": place, "qty": units, "as_of_date": "2026-05-31"}
            for style, place, units in places()
        ),
    )
    written(
        folder,
        "postings",
        (
            {
                "document": told.document,
                "type": told.kind,
                "status": state,
                "status_at": at,
                "control_number": f"{300 + number:09}",
                "accounting_date": told.asked,
            }
            for number, told in enumerate(TOLD)
            for state, at in told.steps
        ),
    )


def _vendor_subtype(moved: Moved) -> str:
    if moved.subtype == "CONV":
        return "CONV+" if moved.units > 0 else "CONV-"
    return {"OUT": "WHTRAN", "RTN": "RCV"}.get(moved.subtype, moved.subtype)


def _dear(style: int, place: str, day: str) -> Decimal | None:
    """The cost of a day: 46 in Edison went up by half a dollar on 16 June."""
    usual = cost(style, place)
    return usual and usual + (Decimal("0.50") if (style, place) == (46, "EDI") and day >= "2026-06-16" else 0)


def _periods(name: str, first: str, last: str, state: str, at: str) -> Iterator[dict[str, object]]:
    yield {name: "2026-05", first: "2026-05-01", last: "2026-05-31", state: "closed", at: "2026-06-04T22:00:00Z"}
    yield {name: "2026-06", first: "2026-06-01", last: "2026-06-30", state: "open", at: ""}
    yield {name: "2026-07", first: "2026-07-01", last: "2026-07-31", state: "open", at: ""}


def _bare(style: int) -> str:
    """As the warehouse of the second folder writes a code."""
    return _code(style).replace("-", "")


def house_names(folder: Path) -> None:
    """As a controller's own script would: one text for a SKU, signs, American days, two rows for a transfer."""
    written(
        folder,
        "clarus_stock",
        (
            {
                "Warehouse": _building(place),
                "Client": client,
                "SKU": _bare(style),
                "On Hand": units,
                "Snapshot Time": "2026-07-06T06:00:00Z",
            }
            for (style, place), all_of in shelf().items()
            for client, units in (
                (("HARBOR", all_of - 3), ("OUTLET", 3)) if style == 30 else (("HARBOR", all_of),)
            )
        ),
    )
    rows = [
        {
            "transaction_id": f"T{number:04}",
            "transaction_subtype": _house_subtype(moved),
            "qty": moved.units,
            "uom": moved.unit,
            "created_at": utc(moved.at),
            "client": "HARBOR",
            "warehouse": _building(moved.place),
            "sku": _bare(moved.style),
            "document_no": moved.document,
            "document_line": moved.line or "",
        }
        for number, moved in enumerate(MOVED)
    ]
    rows.append(
        {
            "transaction_id": "T9000",
            "transaction_subtype": "ACCTRAN",
            "qty": 3,
            "uom": "EA",
            "created_at": utc("2026-06-11 10:00"),
            "client": "HARBOR",
            "to_account": "OUTLET",
            "warehouse": "WH-EDISON",
            "sku": _bare(30),
            "document_no": "AT130",
        }
    )
    written(folder, "clarus_transactions_1", rows[:20])
    written(folder, "clarus_transactions_2", rows[15:])
    written(
        folder,
        "stock_ledger",
        (
            {
                "entry_no": 1 + number,
                "record_type": booked.rec_type,
                "item_number": _code(booked.style),
                "location_code": booked.place,
                "signed_qty": booked.units,
                "posting_date": american(booked.day),
                "entry_date": dt.datetime.fromisoformat(booked.entered or f"{booked.day} 18:00").strftime(
                    "%m/%d/%Y %I:%M %p"
                ),
                "document_no": _invoice(booked.document) if booked.rec_type == "IN" else booked.document,
                "line_no": booked.line or "",
                "entered_by": booked.by,
            }
            for number, booked in enumerate(BOOKED)
        ),
    )
    written(
        folder,
        "inventory_report",
        (
            {
                "item_number": _code(style),
                "location_code": place,
                "qty_on_hand": units,
                "as_of": "07/06/2026 01:30",
            }
            for (style, place), units in ledger().items()
        ),
    )
    written(
        folder,
        "orders",
        (
            {
                "order_number": _order(document),
                "pick_ticket": document,
                "invoice_number": _invoice(document),
                "item_number": _code(style),
                "ordered_qty": 4 if style == 11 else units,
                "unit_price": "40.00",
                "edited_after_release": "Y" if style == 11 else "N",
                "edited_at": "06/16/2026 08:00" if style == 11 else "",
            }
            for document, style, units in _picks()
        ),
    )
    written(
        folder,
        "purchase_orders",
        (
            {
                "po_number": f"71{style:02}",
                "po_line": 1,
                "item_number": _code(style),
                "location_code": "EDI",
                "ordered_qty": qty,
                "po_status": "closed",
            }
            for style, qty in ORDERED.items()
        ),
    )
    written(
        folder,
        "credits",
        [
            {
                "credit_memo": "CM131",
                "rma": "RMA131",
                "item_number": _code(31),
                "qty": 2,
                "unit_price": "40.00",
                "currency": "USD",
                "credit_date": "06/21/2026",
            },
        ],
    )
    written(folder, "periods", _periods("period_name", "first_day", "last_day", "state", "changed_at"))
    written(
        folder,
        "costs",
        (
            {
                "item_number": _code(style),
                "location_code": place,
                "cost_basis": "standard",
                "unit_cost": value,
                "currency": "USD",
                "effective_from": american(day),
            }
            for style in STYLES
            for at, place, day in (
                ("EDI", "", "2026-01-01"),
                *((("RNO", "RNO", "2026-01-01"),) if style in AT_RENO else ()),
                *((("EDI", "EDI", "2026-06-16"),) if style == 46 else ()),
            )
            if (value := _dear(style, at, day)) is not None
        ),
    )
    written(
        folder,
        "sku_master",
        (
            {
                "clarus_sku": _bare(style),
                "bluecherry_sku": _code(style),
                "division": "01",
                "upc": _upc(style),
                "case_pack": CASE,
                "uom": "CS",
            }
            for style in STYLES
        ),
    )
    written(folder, "prepacks", [{"prepack_sku": _code(15), "component_sku": _code(16), "qty_per_pack": 6}])
    written(
        folder,
        "opening_positions",
        (
            {
                "item_number": _code(style),
                "location_code": place,
                "side": side,
                "quantity": units,
                "date": "05/31/2026",
            }
            for style, place, units in places()
            for side in ("book", "physical")
        ),
    )
    written(
        folder,
        "postings",
        (
            {
                "source_document": told.document,
                "posting_status": told.steps[-1][0].upper().replace("_", " "),
                "updated_at": told.steps[-1][1],
                "posting_date": american(told.asked),
            }
            for told in TOLD
        ),
    )


def _house_subtype(moved: Moved) -> str:
    return {"OUT": "TRAN", "IN": "TRAN", "HOLD": "STATUS", "NEGADJ": "ADJ"}.get(moved.subtype, moved.subtype)


def _building(place: str) -> str:
    return {"EDI": "WH-EDISON", "RNO": "WH-RENO"}[place]
