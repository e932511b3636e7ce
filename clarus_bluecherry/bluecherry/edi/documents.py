"""Messages as X12 sets, and sets as messages: 940, 943 and 832 from Blue Cherry, 944, 945, 947, 180, 846 to it.

Law of this module: pure, and each set is written and read in one place, so that both directions agree. What a set
has no place for is not sent: carton weights, and the columns of a pick that a ship confirm echoes over REST.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import takewhile

from pydantic import BaseModel, ValidationError

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.edi import items
from clarus_bluecherry.bluecherry.edi.profile import X12Profile
from clarus_bluecherry.bluecherry.edi.units import CANCELLED, wrong_units
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12 import Document, Segment
from clarus_bluecherry.x12._findings import quoted

Body = list[Segment]
_COMPLETE, _SHORT = "CC", "CP"
_SHIPPED, _ARRIVES, _REQUESTED, _DUE = "11", "17", "10", "17"
_SSCC, _PACKAGE = "GM", "CP"
_ON_HAND = "17"
_RECEIPT_DIGITS = 12
_ORIGINAL, _PRICES, _FREE_FORM = "00", "PC", "F"


def _date(day: dt.date) -> str:
    return day.strftime("%Y%m%d")


def _total(values: Sequence[str]) -> str:
    return items.number(sum(map(items.quantity, values), Decimal(0)))


# 940: pick ticket --------------------------------------------------------------------------------------------


def pick_ticket_body(pick: messages.PickTicket, number: str, profile: X12Profile) -> Body:
    """A pick ticket as a 940."""
    names = profile.references
    body = [Segment("W05", ("N", pick.pick_num, pick.po_num))]
    for kind, qualifier in (("ST", names.ship_to), ("BT", names.bill_to)):
        address = next((each for each in pick.addresses if each.addr_type == kind), None)
        if address is not None:
            code = pick.customer if kind == "BT" else ""
            body += _address(qualifier, address, code, profile)
    body.append(items.party(names.ship_from, pick.location, profile, "Warehouse"))
    told = ((names.order, pick.ord_num), (names.shipper, pick.shipper))
    body += [Segment("N9", pair) for pair in told if pair[1]]
    if pick.pick_date:
        body.append(Segment("G62", (_REQUESTED, pick.pick_date[:10].replace("-", ""))))
    body.append(Segment("W66", ("PP", profile.transport_mode)))
    for place, line in enumerate(pick.lines, start=1):
        values = {1: items.number(line.bk_qty), 2: profile.unit}
        body += [Segment("LX", (str(place),)), items.item("W01", values, line, profile)]
        body += items.references(line, profile, line=line.line_seq)
    return [*body, Segment("W76", (_total([each[1] for each in body if each.id == "W01"]),))]


def _address(qualifier: str, address: messages.PickAddress, code: str, profile: X12Profile) -> Body:
    body = [items.party(qualifier, code, profile, address.name)]
    if address.addr1:
        body.append(Segment("N3", (address.addr1, address.addr2)))
    if address.city or address.country:
        body.append(Segment("N4", (address.city, address.state, address.zipcode, address.country)))
    return body


def _pick_ticket(body: Sequence[Segment], profile: X12Profile) -> dict[str, object]:
    names = profile.references
    first = body[0]
    is_cancelled = first[1] in CANCELLED
    if not is_cancelled:
        _refuse_lines_without_item(body)
    lines = []
    for run in items.groups(body, "W01"):
        units = Decimal(0) if is_cancelled else items.quantity(run[0][1])
        told = {"line_seq": items.reference_of(run, names.line), "bk_qty": units}
        lines.append({**items.article_of(run[0], run, profile), **told})
    begin = next((at for at, each in enumerate(body) if each.id == "LX"), len(body))
    head = body[:begin]
    return {
        "pick_num": first[2],
        "po_num": first[3],
        "ord_num": items.reference_of(head, names.order),
        "shipper": items.reference_of(head, names.shipper),
        "customer": items.code_of(head, names.bill_to),
        "location": items.code_of(head, names.ship_from),
        "pick_date": items.date_of(head, _REQUESTED),
        "addresses": [
            _read_address(run, profile)
            for run in items.groups(head, "N1")
            if run[0][1] in (names.ship_to, names.bill_to)
        ],
        "lines": lines,
    }


def _refuse_lines_without_item(body: Sequence[Segment]) -> None:
    for run in items.groups(body, "LX"):
        if not any(each.id == "W01" for each in run):
            raise InvalidRecord(f"line {quoted('LX', run[0][1])} (LX) holds no item (W01)")


def _read_address(run: Sequence[Segment], profile: X12Profile) -> dict[str, object]:
    streets = [line for each in run if each.id == "N3" for line in each.elements if line.strip()]
    place = next((each for each in run if each.id == "N4"), Segment("N4"))
    return {
        "addr_type": "ST" if run[0][1] == profile.references.ship_to else "BT",
        "name": run[0][2],
        "addr1": streets[0] if streets else "",
        "addr2": ", ".join(streets[1:]),
        "city": place[1],
        "state": place[2],
        "zipcode": place[3],
        "country": place[4],
    }


# 943: production order ---------------------------------------------------------------------------------------


def production_order_body(order: messages.ProductionOrder, number: str, profile: X12Profile) -> Body:
    """A production order as a 943."""
    names = profile.references
    location = next((line.location for line in order.lines if line.location), "")
    body = [Segment("W06", ("N", order.prod_num))]
    body.append(items.party(names.warehouse, location, profile, "Warehouse"))
    if order.vendor:
        body.append(items.party(names.vendor, "", profile, order.vendor))
    if order.due_date:
        body.append(Segment("G62", (_DUE, order.due_date[:10].replace("-", ""))))
    body.append(Segment("W27", (profile.transport_mode, "", "Any")))
    for line in order.lines:
        values = {1: items.number(line.prod_qty), 2: profile.unit}
        body.append(items.item("W04", values, line, profile))
        body += items.references(line, profile, line=line.prod_line)
    return [*body, Segment("W03", (_total([each[1] for each in body if each.id == "W04"]),))]


def _production_order(body: Sequence[Segment], profile: X12Profile) -> dict[str, object]:
    names = profile.references
    location = items.code_of(body, names.warehouse)
    vendor = next((each[2] for each in body if each.id == "N1" and each[1] == names.vendor), "")
    lines = [
        {
            **items.article_of(run[0], run, profile),
            "prod_line": items.reference_of(run, names.line),
            "prod_qty": items.quantity(run[0][1]),
            "location": location,
        }
        for run in items.groups(body, "W04")
    ]
    due = items.date_of(body, _DUE)
    return {"prod_num": body[0][2], "due_date": due, "vendor": vendor, "lines": lines}


# 945: order shipment -----------------------------------------------------------------------------------------


def order_shipment_body(shipment: messages.OrderShipment, number: str, profile: X12Profile) -> Body:
    """A ship confirm as a 945: one LX for each carton, with its number (MAN), as CGS's guide has it (H)."""
    names = profile.references
    day = _date(shipment.ship_date)
    body = [Segment("W06", ("N", shipment.pick_num, day, number, "", shipment.po_num))]
    body.append(items.party(names.ship_from, shipment.location, profile, "Warehouse"))
    if shipment.customer:
        body.append(items.party(names.bill_to, shipment.customer, profile))
    told = ((names.order, shipment.ord_num), (names.shipper, shipment.shipper))
    body += [Segment("N9", pair) for pair in told if pair[1]]
    # The guide asks for both dates; a warehouse knows only the first, so the arrival is the same day (L).
    body += [Segment("G62", (_SHIPPED, day)), Segment("G62", (_ARRIVES, day))]
    body.append(Segment("W27", (profile.transport_mode, shipment.scac_code, "" if shipment.scac_code else "Any")))
    lines = {line.line_seq: line for line in shipment.lines}
    told_lines: set[str] = set()
    for place, carton in enumerate(shipment.cartons, start=1):
        body += [Segment("LX", (str(place),)), _marks(carton)]
        for content in carton.lines:
            line = lines.get(content.line_seq)
            if line is None:
                raise InvalidRecord(f"carton {place} holds a line that was not ordered", field="cartons")
            body += _shipped(line, content.ship_qty, profile, is_first=line.line_seq not in told_lines)
            told_lines.add(line.line_seq)
    loose = [line for line in shipment.lines if line.line_seq not in told_lines]
    if loose:
        body.append(Segment("LX", (str(len(shipment.cartons) + 1),)))
        for line in loose:
            body += _shipped(line, line.size_qty, profile, is_first=True)
    return [*body, Segment("W03", (_total([each[3] for each in body if each.id == "W12"]),))]


def _marks(carton: messages.ShipmentCarton) -> Segment:
    tracking = (_PACKAGE, carton.track_no) if carton.track_no else ()
    return Segment("MAN", (_SSCC, carton.carton_num, "", *tracking) if tracking else (_SSCC, carton.carton_num))


def _shipped(line: messages.ShipmentLine, units: Decimal, profile: X12Profile, *, is_first: bool) -> Body:
    """What of a line lies in one carton; the first time it comes it also tells what was ordered."""
    short = line.total_qty - line.size_qty
    values = {
        1: _SHORT if short > 0 else _COMPLETE,
        2: items.number(line.total_qty) if is_first else "",
        3: items.number(units),
        4: items.number(short) if is_first and short > 0 else "",
        5: profile.unit,
    }
    filled = {place: value for place, value in values.items() if value}
    return [items.item("W12", filled, line, profile), *items.references(line, profile, line=line.line_seq)]


def _order_shipment(body: Sequence[Segment], profile: X12Profile) -> dict[str, object]:
    names, first = profile.references, body[0]
    lines: dict[str, dict[str, object]] = {}
    cartons = []
    if any(each.id == "W12" for each in takewhile(lambda each: each.id != "LX", body)):
        raise InvalidRecord("an item (W12) stands before the first line (LX)")
    for load in items.groups(body, "LX"):
        marks = next((each for each in load if each.id == "MAN"), None)
        contents = [_content(run, lines, profile) for run in items.groups(load, "W12")]
        if marks is not None:
            packed = [each for each in contents if each["ship_qty"]]
            cartons.append({"carton_num": marks[2], "track_no": marks[5], "lines": packed})
    carrier = next((each for each in body if each.id == "W27"), Segment("W27"))
    return {
        "pick_num": first[2],
        "po_num": first[6],
        "ord_num": items.reference_of(body, names.order),
        "customer": items.code_of(body, names.bill_to),
        "location": items.code_of(body, names.ship_from),
        "shipper": items.reference_of(body, names.shipper),
        "scac_code": carrier[2],
        "ship_date": items.date_of(body, _SHIPPED) or items.iso(first[3]),
        "lines": list(lines.values()),
        "cartons": cartons,
    }


def _content(
    run: Sequence[Segment], lines: dict[str, dict[str, object]], profile: X12Profile
) -> dict[str, object]:
    """One carton's units of a line; what was ordered and shipped of the line is summed in `lines`."""
    seq = items.reference_of(run, profile.references.line)
    article = items.article_of(run[0], run, profile)
    units = items.quantity(run[0][3])
    line = lines.setdefault(seq, {**article, "line_seq": seq, "size_qty": Decimal(0), "total_qty": Decimal(0)})
    line["size_qty"] = Decimal(str(line["size_qty"])) + units
    if run[0][2]:
        line["total_qty"] = items.quantity(run[0][2])
    return {**article, "line_seq": seq, "ship_qty": units}


# 944: receipt advice -----------------------------------------------------------------------------------------


def receipt_body(receipt: messages.ProductionReceiptAdvice, number: str, profile: X12Profile) -> Body:
    """A receipt as a 944. The production order's line stands behind the item, as CGS's guide asks (H)."""
    day, units = _date(receipt.receipt_date), items.number(receipt.size_qty)
    values = {1: units, 2: profile.unit}
    return [
        Segment("W17", ("N", day, number[-_RECEIPT_DIGITS:], receipt.prod_num, receipt.shipment_num)),
        items.party(profile.references.warehouse, receipt.location, profile, "Warehouse"),
        Segment("G62", (_SHIPPED, day)),
        items.item("W07", values, receipt.article, profile),
        *items.references(receipt.article, profile, line=receipt.prod_line),
        Segment("W14", (units,)),
    ]


def _receipt(body: Sequence[Segment], profile: X12Profile) -> dict[str, object]:
    first = body[0]
    (run,) = items.groups(body, "W07")
    return {
        "prod_num": first[4],
        "prod_line": items.reference_of(run, profile.references.line),
        "location": items.code_of(body, profile.references.warehouse),
        "receipt_date": items.iso(first[2]),
        "shipment_num": first[5] or "0",
        "article": items.article_of(run[0], run, profile),
        "size_qty": items.quantity(run[0][1]),
    }


# 947: adjustment, count, return ------------------------------------------------------------------------------


def adjustment_body(
    told: messages.InventoryAdjustment | messages.ReturnAdvice, number: str, profile: X12Profile
) -> Body:
    """An adjustment, a count's difference or a return as a 947; no CGS guide for it is public (L)."""
    order = told.order_reference if isinstance(told, messages.ReturnAdvice) else ""
    values = {1: _reason(told, profile), 2: items.number(told.size_qty), 3: profile.unit}
    return [
        Segment("W15", (_date(told.adj_date), told.adj_num, told.adj_num)),
        items.party(profile.references.warehouse, told.location, profile, "Warehouse"),
        items.item("W19", values, told.article, profile),
        *items.references(told.article, profile, reason=told.reason_code, order=order),
    ]


def _reason(told: messages.InventoryAdjustment | messages.ReturnAdvice, profile: X12Profile) -> str:
    reasons = profile.reasons
    if isinstance(told, messages.ReturnAdvice):
        return reasons.returned
    if told.adjustment is messages.AdjustmentKind.COUNT:
        return reasons.count
    return reasons.increase if told.size_qty >= 0 else reasons.decrease


def _adjustment(body: Sequence[Segment], profile: X12Profile) -> dict[str, object]:
    first = body[0]
    (run,) = items.groups(body, "W19")
    told: dict[str, object] = {
        "adj_num": first[2],
        "location": items.code_of(body, profile.references.warehouse),
        "adj_date": items.iso(first[1]),
        "reason_code": items.reference_of(run, profile.references.reason),
        "article": items.article_of(run[0], run, profile),
        "size_qty": items.quantity(run[0][2]),
    }
    if run[0][1] == profile.reasons.returned:
        order = items.reference_of(run, profile.references.order)
        return {"kind": "return_to_stock", "order_reference": order, **told}
    kind = "count" if run[0][1] == profile.reasons.count else "adjustment"
    return {"kind": "inventory_adjustment", "adjustment": kind, **told}


# 846: stock position -----------------------------------------------------------------------------------------


def position_body(position: messages.StockPositionAdvice, number: str, profile: X12Profile) -> Body:
    """A count of one SKU as an 846; no CGS guide for it is public (L)."""
    return [
        Segment("BIA", ("00", "SI", position.adj_num, _date(position.count_date))),
        items.party(profile.references.warehouse, position.location, profile, "Warehouse"),
        items.item("LIN", {}, position.article, profile),
        *(Segment("REF", each.elements) for each in items.references(position.article, profile)),
        Segment("QTY", (_ON_HAND, items.number(position.size_qty))),
        Segment("CTT", ("1",)),
    ]


def _position(body: Sequence[Segment], profile: X12Profile) -> dict[str, object]:
    (run,) = items.groups(body, "LIN")
    behind = [Segment("N9", each.elements) for each in run if each.id == "REF"]
    counted = next((each[2] for each in run if each.id == "QTY"), "")
    return {
        "adj_num": body[0][3],
        "location": items.code_of(body, profile.references.warehouse),
        "count_date": items.iso(body[0][4]),
        "article": items.article_of(run[0], behind, profile),
        "size_qty": items.quantity(counted),
    }


# 180: return ------------------------------------------------------------------------------------------------


def return_body(told: messages.ReturnAdvice, number: str, profile: X12Profile) -> Body:
    """A return as a 180, for a site that wants it so; no use of it by Blue Cherry is evidenced (L)."""
    values = {3: items.number(told.size_qty), 4: profile.unit}
    references = items.references(told.article, profile, reason=told.reason_code, order=told.order_reference)
    return [
        Segment("BGN", (_ORIGINAL, told.adj_num, _date(told.adj_date))),
        items.party(profile.references.warehouse, told.location, profile, "Warehouse"),
        items.item("BLI", values, told.article, profile),
        *references,
    ]


def _return(body: Sequence[Segment], profile: X12Profile) -> dict[str, object]:
    (run,) = items.groups(body, "BLI")
    return {
        "adj_num": body[0][2],
        "location": items.code_of(body, profile.references.warehouse),
        "adj_date": items.iso(body[0][3]),
        "reason_code": items.reference_of(run, profile.references.reason),
        "order_reference": items.reference_of(run, profile.references.order),
        "article": items.article_of(run[0], run, profile),
        "size_qty": items.quantity(run[0][3]),
    }


# 832: styles -------------------------------------------------------------------------------------------------


def style_body(style: messages.Style, number: str, profile: X12Profile) -> Body:
    """A style with its SKUs as an 832; no use of it by Blue Cherry is evidenced (L)."""
    body = [Segment("BCT", (_PRICES, number))]
    for sku in style.skus:
        body.append(items.item("LIN", {}, sku, profile))
        body += [Segment("REF", each.elements) for each in items.references(sku, profile)]
        if style.style_name:
            body.append(Segment("PID", (_FREE_FORM, "", "", "", style.style_name)))
        if style.std_cost is not None:
            body.append(Segment("CTP", ("", profile.cost, items.number(style.std_cost))))
    return [*body, Segment("CTT", (str(len(style.skus)),))]


def _styles(body: Sequence[Segment], profile: X12Profile) -> list[dict[str, object]]:
    """A style for each style code; its name and cost are those that come first."""
    found: dict[str, dict[str, object]] = {}
    skus: dict[str, list[dict[str, str]]] = {}
    for run in items.groups(body, "LIN"):
        behind = [Segment("N9", each.elements) for each in run if each.id == "REF"]
        sku = items.article_of(run[0], behind, profile)
        code = sku.get("style", "")
        told = found.setdefault(code, {"style": code})
        skus.setdefault(code, []).append(sku)
        for each in run:
            if each.id == "PID" and each[5]:
                told.setdefault("style_name", each[5])
            if each.id == "CTP" and each[2] == profile.cost and each[3]:
                told.setdefault("std_cost", items.quantity(each[3]))
    return [{**told, "skus": skus[code]} for code, told in found.items()]


# All of them -------------------------------------------------------------------------------------------------

Write = Callable[[BaseModel, str, X12Profile], Body]

WRITTEN: Mapping[type[BaseModel], tuple[str, Write]] = {
    messages.PickTicket: ("940", pick_ticket_body),  # type: ignore[dict-item]
    messages.ProductionOrder: ("943", production_order_body),  # type: ignore[dict-item]
    messages.OrderShipment: ("945", order_shipment_body),  # type: ignore[dict-item]
    messages.ProductionReceiptAdvice: ("944", receipt_body),  # type: ignore[dict-item]
    messages.InventoryAdjustment: ("947", adjustment_body),  # type: ignore[dict-item]
    messages.ReturnAdvice: ("947", adjustment_body),  # type: ignore[dict-item]
    messages.StockPositionAdvice: ("846", position_body),  # type: ignore[dict-item]
    messages.Style: ("832", style_body),  # type: ignore[dict-item]
}
"""By message: the set it is written as, and how."""


def body_of(message: BaseModel, number: str, profile: X12Profile) -> tuple[str, Body]:
    """The set that a message is written as by `profile`, and its segments between ST and SE."""
    if isinstance(message, messages.ReturnAdvice) and profile.returns == "180":
        return "180", return_body(message, number, profile)
    set_id, write = WRITTEN[type(message)]
    return set_id, write(message, number, profile)


Told = dict[str, object]
READ: Mapping[str, tuple[type[BaseModel], Callable[[Sequence[Segment], X12Profile], Told | list[Told]]]] = {
    "940": (messages.PickTicket, _pick_ticket),
    "943": (messages.ProductionOrder, _production_order),
    "945": (messages.OrderShipment, _order_shipment),
    "944": (messages.ProductionReceiptAdvice, _receipt),
    "947": (messages.InventoryAdjustment, _adjustment),
    "846": (messages.StockPositionAdvice, _position),
    "180": (messages.ReturnAdvice, _return),
    "832": (messages.Style, _styles),
}
"""By set: the message it is, and how it is read. An 832 is as many as it has styles."""


_NAMED: Mapping[str, tuple[str, str]] = {"940": ("pick ticket", "W05"), "943": ("production order", "W06")}
"""What a person calls the document of a set, and the segment whose second element is its number."""


def name_of(document: Document) -> str:
    """A set as a list names it: by its business number where it has one, else by its control number."""
    name, id_ = _NAMED.get(document.set_id, ("", ""))
    number = next((each[2] for each in document.segments if each.id == id_), "")
    return f"{name} {number}" if number else f"{document.set_id} {document.control_number}"


def messages_of(document: Document, profile: X12Profile) -> list[BaseModel]:
    """The messages in a set.

    Raises `InvalidRecord` naming the set when it is none of ours, broken, or tells a quantity in another unit than
    the item's each.
    """
    record = f"{document.set_id} {document.control_number}"
    if document.set_id not in READ:
        raise InvalidRecord("no message travels in this set", record=record)
    kind, read = READ[document.set_id]
    wrong = next(wrong_units(document, profile), None)
    if wrong is not None:
        raise InvalidRecord(wrong.message, record=record, field=f"{wrong.segment_id}{wrong.element:02}")
    body = [segment for segment in document.segments if segment.id not in ("ST", "SE")]
    try:
        told = read(body, profile)
        if isinstance(told, dict):
            kind = messages.ReturnAdvice if told.get("kind") == "return_to_stock" else kind
            return [kind.model_validate(told)]
        return [kind.model_validate(each) for each in told]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise InvalidRecord(first["msg"], record=record, field=place) from None
    except InvalidRecord as error:
        raise InvalidRecord(error.what, record=record, field=error.field) from None
    except (IndexError, ValueError):
        raise InvalidRecord("has not the lines that its message needs", record=record) from None
