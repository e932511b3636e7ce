"""What the interface refuses at the door: columns that running integrations found to be required or unwelcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

Body = Mapping[str, object]

_REQUIRED: Mapping[str, Sequence[str]] = {
    part: columns.split()
    for part, columns in {
        "header": "carton cmpl_code load_id location ord_num pick_num po_num our_id our_qual vnd_id vnd_qual "
        "scac_code ship_date shipfrom shipper trans_type isa_num volume_uom weight_uom",
        "pickDetail": "color_code line_seq location pick_num size_desc size_qty style upc",
        "cartonHeader": "carton_num carton_wgt ctn_volume pick_num volume_uom weight_uom",
        "cartonDetail": "carton_num color_code dimension line_seq pick_num ship_qty shipqty_uom size_desc style "
        "total_qty upc",
        "ProductionReceiptAdvice": "adj_type color_code dimension isa_num location pix_type pix_code prod_num "
        "prod_line receipt_date shipment_num size_adj size_desc size_qty style upc_num vnd_id vnd_qual",
        "PhysicalInventoryTM": "adj_num isa_num location pix_type pix_code size_adj size_desc size_qty style "
        "upc_num",
    }.items()
}
_CONTROL_DIGITS = 9
_CARTON_DIGITS = 20
_SHIPPER_LENGTH = 3
_SCAC_LENGTH = 4


def problems(entity: str, body: Body) -> list[str]:
    """Everything that is wrong with a posted record."""
    if entity != "OrderShipment":
        return [*_missing(entity, body), *_control(body), *_unwelcome(body)]
    header = _part(body, "header")
    found = [*_missing("header", header), *_control(header), *_unwelcome(header), *_codes(header)]
    for row in _rows(body, "pickDetail"):
        found += [*_missing("pickDetail", row), *_unwelcome(row)]
    for carton in _rows(body, "cartonHeader"):
        found += [*_missing("cartonHeader", carton), *_carton(carton)]
        for row in _rows(carton, "cartonDetail"):
            found += [*_missing("cartonDetail", row), *_unwelcome(row)]
    return found


def control_number(entity: str, body: Body) -> str:
    """The control number of a posted record."""
    return str((_part(body, "header") if entity == "OrderShipment" else body).get("isa_num", ""))


def _missing(part: str, row: Body) -> Iterator[str]:
    yield from (f"{part}.{column} is required" for column in _REQUIRED[part] if column not in row)


def _control(row: Body) -> Iterator[str]:
    number = str(row.get("isa_num", ""))
    if len(number) != _CONTROL_DIGITS or not number.isdigit():
        yield "isa_num must be 9 digits"


def _unwelcome(row: Body) -> Iterator[str]:
    if "division" in row:
        yield "division is not a column of this record"


def _codes(header: Body) -> Iterator[str]:
    if len(str(header.get("shipper") or "")) > _SHIPPER_LENGTH:
        yield "shipper is longer than 3 characters"
    if len(str(header.get("scac_code") or "")) > _SCAC_LENGTH:
        yield "scac_code is longer than 4 characters"
    yield from _units(header)


def _units(part: Body) -> Iterator[str]:
    units = ("weight_uom", "volume_uom")
    yield from (f"{column} EA is not a unit" for column in units if part.get(column) == "EA")


def _carton(carton: Body) -> Iterator[str]:
    yield from _units(carton)
    number = str(carton.get("carton_num", ""))
    if len(number) != _CARTON_DIGITS or not number.isdigit():
        yield "carton_num must be 20 digits"


def _part(body: Body, name: str) -> Body:
    part = body.get(name)
    return cast(Body, part) if isinstance(part, Mapping) else {}


def _rows(body: Body, name: str) -> list[Body]:
    rows = body.get(name)
    return [cast(Body, row) for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
