"""Ship confirms with their cartons: what left of a pick ticket.

POST `/api/OrderShipment` (H), X12 945 (H for its structure), sheets of the site's own (L).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import takewhile
from typing import TYPE_CHECKING

from pydantic import BaseModel

from clarus_bluecherry.bluecherry.kinds._kind import Kind, RestPost, SheetLines, Told, X12Set
from clarus_bluecherry.bluecherry.messages.sent import SkuSent
from clarus_bluecherry.bluecherry.messages.writing import (
    OrderShipment,
    ShipmentCarton,
    ShipmentCartonLine,
    ShipmentLine,
)
from clarus_bluecherry.bluecherry.rest_bodies import Body, BodyPart, article, converted, name_of, partners
from clarus_bluecherry.errors import InvalidRecord

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.edi.form import Form
    from clarus_bluecherry.bluecherry.profile import RestProfile
    from clarus_bluecherry.x12 import Segment

__all__ = ["ORDER_SHIPMENT"]

# REST --------------------------------------------------------------------------------------------------------

_HEADER = BodyPart.of(
    "header",
    required="carton cmpl_code load_id location ord_num pick_num po_num our_id our_qual vnd_id vnd_qual scac_code "
    "ship_date shipfrom shipper trans_type isa_num volume_uom weight_uom",
    filled="location pick_num our_id our_qual vnd_id vnd_qual ship_date isa_num",
)
_PICK_DETAIL = BodyPart.of(
    "pickDetail",
    required="color_code line_seq location pick_num size_desc size_qty style upc",
    filled="line_seq pick_num style",
)
_CARTON_HEADER = BodyPart.of(
    "cartonHeader",
    required="carton_num carton_wgt ctn_volume pick_num volume_uom weight_uom",
    filled="carton_num pick_num",
)
_CARTON_DETAIL = BodyPart.of(
    "cartonDetail",
    required="carton_num color_code dimension line_seq pick_num ship_qty shipqty_uom size_desc style total_qty "
    "upc",
    filled="carton_num line_seq pick_num style",
)


def _body(message: OrderShipment, number: str, profile: RestProfile) -> Body:
    record = name_of(message)
    return {
        "header": _HEADER.fitted(_header(message, number, profile), record, profile),
        "pickDetail": [
            _PICK_DETAIL.fitted(_pick_detail(line, message, profile), record, profile) for line in message.lines
        ],
        "cartonHeader": [_carton(carton, message, profile) for carton in message.cartons],
    }


def _header(message: OrderShipment, number: str, profile: RestProfile) -> Body:
    return {
        **message.echo.model_dump(),
        "isa_num": number,
        "our_id": profile.our_id,
        "our_qual": profile.our_qual,
        **partners(profile),
        "trans_type": profile.trans_type,
        "cmpl_code": profile.cmpl_code_of(message.part),
        "pick_num": message.pick_num,
        "ord_num": message.ord_num,
        "po_num": message.po_num,
        "customer": message.customer,
        "doc_num": message.doc_num,
        "location": message.location,
        "shipfrom": profile.ship_from or message.location,
        "shipper": message.shipper,
        "scac_code": message.scac_code,
        "ship_date": message.ship_date.strftime(profile.dates.shipment),
        "carton": len(message.cartons),
        "weight_uom": profile.weight_uom,
        "volume_uom": profile.volume_uom,
    }


def _pick_detail(line: ShipmentLine, message: OrderShipment, profile: RestProfile) -> Body:
    return {
        "pick_num": message.pick_num,
        "line_seq": line.line_seq,
        "location": message.location,
        **article(line, "upc", profile),
        "size_qty": line.size_qty,
    }


def _carton(carton: ShipmentCarton, message: OrderShipment, profile: RestProfile) -> Body:
    record = f"{name_of(message)}, carton {carton.carton_num}"
    header: Body = {
        "pick_num": message.pick_num,
        "carton_num": carton.carton_num,
        "carton_wgt": converted(carton.carton_wgt, profile.per_kilogram),
        "weight_uom": profile.weight_uom,
        "ctn_volume": converted(carton.ctn_volume, profile.per_cubic_metre),
        "volume_uom": profile.volume_uom,
        "track_no": carton.track_no if re.fullmatch(profile.tracking, carton.track_no) else "",
    }
    details = [
        _CARTON_DETAIL.fitted(_carton_detail(line, carton, message, profile), record, profile)
        for line in carton.lines
    ]
    return {**_CARTON_HEADER.fitted(header, record, profile), "cartonDetail": [*details]}


def _carton_detail(
    line: ShipmentCartonLine, carton: ShipmentCarton, message: OrderShipment, profile: RestProfile
) -> Body:
    """A row holds one size, so `total_qty`, the sum over a row's sizes, is that size's quantity (L)."""
    return {
        "pick_num": message.pick_num,
        "carton_num": carton.carton_num,
        "line_seq": line.line_seq,
        **article(line, "upc", profile),
        "ship_qty": line.ship_qty,
        "shipqty_uom": profile.quantity_uom,
        "total_qty": line.ship_qty,
    }


# X12: one LX for each carton, with its number (MAN), as CGS's guide has it (H) ---------------------------------

_COMPLETE, _SHORT = "CC", "CP"
_SHIPPED, _ARRIVES = "11", "17"
_SSCC, _PACKAGE = "GM", "CP"


def _written(shipment: OrderShipment, number: str, form: Form) -> list[Segment]:
    names, mode = form.profile.references, form.profile.transport_mode
    day, reporting = form.date(shipment.ship_date), form.profile.reporting
    nothing = not any(line.size_qty for line in shipment.lines)
    code = reporting.of(shipment.part, nothing=nothing)
    body = [form.segment("W06", code, shipment.pick_num, day, number, "", shipment.po_num)]
    body.append(form.party(names.ship_from, shipment.location, "Warehouse"))
    if shipment.customer:
        body.append(form.party(names.bill_to, shipment.customer))
    body += form.named("N9", (names.order, shipment.ord_num), (names.shipper, shipment.shipper))
    # The guide asks for both dates; a warehouse knows only the first, so the arrival is the same day (L).
    body += form.named("G62", (_SHIPPED, day), (_ARRIVES, day))
    body.append(form.segment("W27", mode, shipment.scac_code, "" if shipment.scac_code else "Any"))
    if nothing and code == reporting.nothing:
        return body
    lines = {line.line_seq: line for line in shipment.lines}
    told: set[str] = set()
    for place, carton in enumerate(shipment.cartons, start=1):
        body += [form.segment("LX", str(place)), _marks(carton, form)]
        for content in carton.lines:
            line = lines.get(content.line_seq)
            if line is None:
                raise InvalidRecord(f"carton {place} holds a line that was not ordered", field="cartons")
            body += _shipped(line, content.ship_qty, form, is_first=line.line_seq not in told)
            told.add(line.line_seq)
    loose = [line for line in shipment.lines if line.line_seq not in told]
    if loose:
        body.append(form.segment("LX", str(len(shipment.cartons) + 1)))
        for line in loose:
            body += _shipped(line, line.size_qty, form, is_first=True)
    return [*body, form.segment("W03", form.total(body, "W12", 3))]


def _marks(carton: ShipmentCarton, form: Form) -> Segment:
    tracking = ("", _PACKAGE, carton.track_no) if carton.track_no else ()
    return form.segment("MAN", _SSCC, carton.carton_num, *tracking)


def _shipped(line: ShipmentLine, units: Decimal, form: Form, *, is_first: bool) -> list[Segment]:
    """What of a line lies in one carton; the first time it comes it also tells what was ordered."""
    short = line.total_qty - line.size_qty
    values = {
        1: _SHORT if short > 0 else _COMPLETE,
        2: form.number(line.total_qty) if is_first else "",
        3: form.number(units),
        4: form.number(short) if is_first and short > 0 else "",
        5: form.profile.unit,
    }
    filled = {place: value for place, value in values.items() if value}
    return [form.item("W12", filled, line), *form.references(line, line=line.line_seq)]


def _read(body: Sequence[Segment], form: Form) -> Told:
    names, first = form.profile.references, body[0]
    lines: dict[str, Told] = {}
    cartons = []
    if any(each.id == "W12" for each in takewhile(lambda each: each.id != "LX", body)):
        raise InvalidRecord("an item (W12) stands before the first line (LX)")
    for load in form.groups(body, "LX"):
        marks = next((each for each in load if each.id == "MAN"), None)
        contents = [_content(run, lines, form) for run in form.groups(load, "W12")]
        if marks is not None:
            packed = [each for each in contents if each["ship_qty"]]
            cartons.append({"carton_num": marks[2], "track_no": marks[5], "lines": packed})
    carrier = next((each for each in body if each.id == "W27"), form.segment("W27"))
    return {
        "pick_num": first[2],
        "po_num": first[6],
        "ord_num": form.reference_of(body, names.order),
        "customer": form.code_of(body, names.bill_to),
        "location": form.code_of(body, names.ship_from),
        "shipper": form.reference_of(body, names.shipper),
        "scac_code": carrier[2],
        "ship_date": form.date_of(body, _SHIPPED) or form.iso(first[3]),
        "part": form.profile.reporting.part(first[1]),
        "lines": list(lines.values()),
        "cartons": cartons,
    }


def _content(run: Sequence[Segment], lines: dict[str, Told], form: Form) -> Told:
    """One carton's units of a line; what was ordered and shipped of the line is summed in `lines`."""
    seq = form.reference_of(run, form.profile.references.line)
    sku, units = form.article_of(run[0], run), form.eaches(run[0], 3, 5)
    line = lines.setdefault(seq, {**sku, "line_seq": seq, "size_qty": Decimal(0), "total_qty": Decimal(0)})
    line["size_qty"] = Decimal(str(line["size_qty"])) + units
    if run[0][2]:
        line["total_qty"] = form.eaches(run[0], 2, 5)
    return {**sku, "line_seq": seq, "ship_qty": units}


# Sheets: lines and cartons are two views of the same units -----------------------------------------------------

_PACKED = "packed.ship_qty"


def _lines(shipment: BaseModel) -> Iterator[Told]:
    """A line for each order line in each carton; order lines in no carton, and empty cartons, stand alone."""
    assert isinstance(shipment, OrderShipment)
    lines = {line.line_seq: _prefixed("line", line) for line in shipment.lines}
    packed: set[str] = set()
    for carton in shipment.cartons:
        header = _prefixed("carton", carton)
        for content in carton.lines:
            if content.line_seq not in lines:
                what = f"carton {carton.carton_num} holds line {content.line_seq}, which is not in the shipment"
                raise InvalidRecord(what, record=f"shipment of pick {shipment.pick_num}", field="cartons")
            packed.add(content.line_seq)
            yield {**lines[content.line_seq], **header, _PACKED: content.ship_qty}
        if not carton.lines:
            yield header
    yield from (line for number, line in lines.items() if number not in packed)


def _prefixed(name: str, record: BaseModel) -> Told:
    told = ((field, getattr(record, field)) for field in type(record).model_fields)
    return {f"{name}.{field}": value for field, value in told if not isinstance(value, tuple)}


def _built(lines: Sequence[Mapping[str, object]]) -> Told:
    ordered: dict[object, Told] = {}
    cartons: dict[object, Told] = {}
    contents: dict[object, list[Told]] = {}
    for cells in lines:
        line, carton = _member(cells, "line."), _member(cells, "carton.")
        if line:
            _same(ordered, line.get("line_seq"), line, "line")
        if carton:
            number = carton.get("carton_num")
            _same(cartons, number, carton, "carton")
            contents.setdefault(number, []).extend(_contents(line, cells.get(_PACKED)))
    for number, carton in cartons.items():
        carton["lines"] = contents[number]
    return {"lines": list(ordered.values()), "cartons": list(cartons.values())}


def _member(line: Mapping[str, object], prefix: str) -> Told:
    told = ((name, value) for name, value in line.items() if name.startswith(prefix) and value is not None)
    return {name.removeprefix(prefix): value for name, value in told}


def _contents(line: Told, quantity: object) -> Iterable[Told]:
    if quantity is not None:
        sku = {name: line[name] for name in SkuSent.model_fields if name in line}
        yield {**sku, "line_seq": line.get("line_seq"), "ship_qty": quantity}


def _same(known: dict[object, Told], key: object, found: Told, name: str) -> None:
    before = known.setdefault(key, found)
    differing = [field for field in found if before.get(field) != found[field]]
    if differing:
        raise InvalidRecord("the lines of one document contradict each other", field=f"{name}.{differing[0]}")


ORDER_SHIPMENT = Kind(
    name="order_shipment",
    model=OrderShipment,
    key="pick_num",
    stands_for="what left of a pick ticket, with its cartons",
    rest=RestPost(entity="OrderShipment", body=_body, sure="H"),
    x12=(X12Set(id="945", write=_written, read=_read, sure="H"),),
    sheet=SheetLines(
        key=("pick_num",),
        members=("line.line_seq", "carton.carton_num"),
        more={"line.": ShipmentLine, "carton.": ShipmentCarton},
        extra={_PACKED: Decimal},
        own=("line", "carton", "packed"),
        lines=_lines,
        build=_built,
    ),
)
