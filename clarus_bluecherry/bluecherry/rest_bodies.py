"""What a message looks like as the body of a POST.

Law of this module: pure functions of message, control number and profile. Column names are Blue Cherry's; columns
marked as required are always there, the others only when they hold something, and one that must not be empty is
refused before a byte leaves. Quantities are JSON numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from clarus_bluecherry.bluecherry.messages import (
    AdjustmentKind,
    InventoryAdjustment,
    OrderShipment,
    Outbound,
    ProductionReceiptAdvice,
    ReturnAdvice,
    ShipmentCarton,
    ShipmentCartonLine,
    ShipmentLine,
    SkuSent,
    StockPositionAdvice,
)
from clarus_bluecherry.bluecherry.profile import PER_CUBIC_METRE, PER_KILOGRAM, Pix, RestProfile
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.http._call import Json

Body = dict[str, Json]

_OF_THE_SITE = frozenset({"our_id", "our_qual", "vnd_id", "vnd_qual", "pix_type", "pix_code", "adj_type"})
_CONTROL_DIGITS = 9
_CONTROL_NUMBER = re.compile(rf"[0-9]{{1,{_CONTROL_DIGITS}}}", re.ASCII)
_HUNDREDTH = Decimal("0.01")


def name_of(message: Outbound) -> str:
    """What errors call the message: its kind and its reference."""
    return f"{message.kind.replace('_', ' ')} {message.reference}"


def padded(control_number: str) -> str:
    """The control number as it travels: nine digits.

    >>> padded("42")
    '000000042'
    """
    if not _CONTROL_NUMBER.fullmatch(control_number):
        what = f"the control number {control_number!r} is not 1 to {_CONTROL_DIGITS} digits"
        raise InvalidRecord(
            what, field="control_number", action="Number messages from a counter that stays in it."
        )
    return control_number.zfill(_CONTROL_DIGITS)


def body(message: Outbound, control_number: str, profile: RestProfile) -> Body:
    """The record that is posted for `message` under `control_number`.

    Raises `InvalidRecord` or `ConfigurationError` for a required column that is empty.
    """
    number = padded(control_number)
    if isinstance(message, OrderShipment):
        return _order_shipment(message, number, profile)
    if isinstance(message, ProductionReceiptAdvice):
        return _receipt(message, number, profile)
    if isinstance(message, InventoryAdjustment | ReturnAdvice):
        return _change_of_stock(message, number, profile)
    return _stock_position(message, number, profile)


def _fitted(columns: Mapping[str, Json], part: str, record: str, profile: RestProfile) -> Body:
    """`columns` without the empty ones that may be left out."""
    required = profile.required.get(part, frozenset())
    for column in sorted(profile.filled.get(part, frozenset())):
        if columns.get(column) in ("", None):
            raise _empty(column, part, record)
    return {name: value for name, value in columns.items() if name in required or value not in ("", None)}


def _empty(column: str, part: str, record: str) -> ConfigurationError | InvalidRecord:
    what = f"{part} cannot be sent without {column}"
    if column in _OF_THE_SITE:
        return ConfigurationError(what, record=record, field=column, action="Set it in the site's REST profile.")
    return InvalidRecord(what, record=record, field=column)


def _article(article: SkuSent, upc: str, profile: RestProfile) -> Body:
    """`upc` is the column's name: messages do not agree on it."""
    return {
        "style": article.style,
        "color_code": article.color_code,
        "lbl_code": article.lbl_code,
        "dimension": article.dimension,
        "size_desc": article.size_desc,
        upc: article.upc,
        "ean": article.ean,
        "division": article.division if profile.send_division else "",
    }


def _partners(profile: RestProfile) -> Body:
    return {"vnd_id": profile.vnd_id, "vnd_qual": profile.vnd_qual if profile.vnd_id else ""}


# Ship confirm ------------------------------------------------------------------------------------------------


def _order_shipment(message: OrderShipment, number: str, profile: RestProfile) -> Body:
    record = name_of(message)
    return {
        "header": _fitted(_shipment_header(message, number, profile), "header", record, profile),
        "pickDetail": [
            _fitted(_pick_detail(line, message, profile), "pickDetail", record, profile) for line in message.lines
        ],
        "cartonHeader": [_carton(carton, message, profile) for carton in message.cartons],
    }


def _shipment_header(message: OrderShipment, number: str, profile: RestProfile) -> Body:
    return {
        **message.echo.model_dump(),
        "isa_num": number,
        "our_id": profile.our_id,
        "our_qual": profile.our_qual,
        **_partners(profile),
        "trans_type": profile.trans_type,
        "cmpl_code": profile.cmpl_code,
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
        **_article(line, "upc", profile),
        "size_qty": line.size_qty,
    }


def _carton(carton: ShipmentCarton, message: OrderShipment, profile: RestProfile) -> Body:
    record = f"{name_of(message)}, carton {carton.carton_num}"
    header: Body = {
        "pick_num": message.pick_num,
        "carton_num": carton.carton_num,
        "carton_wgt": _converted(carton.carton_wgt, PER_KILOGRAM[profile.weight_uom]),
        "weight_uom": profile.weight_uom,
        "ctn_volume": _converted(carton.ctn_volume, PER_CUBIC_METRE[profile.volume_uom]),
        "volume_uom": profile.volume_uom,
        "track_no": carton.track_no if re.fullmatch(profile.tracking, carton.track_no) else "",
    }
    details = [
        _fitted(_carton_detail(line, carton, message, profile), "cartonDetail", record, profile)
        for line in carton.lines
    ]
    return {**_fitted(header, "cartonHeader", record, profile), "cartonDetail": [*details]}


def _carton_detail(
    line: ShipmentCartonLine, carton: ShipmentCarton, message: OrderShipment, profile: RestProfile
) -> Body:
    """A row holds one size, so `total_qty`, the sum over a row's sizes, is that size's quantity (L)."""
    return {
        "pick_num": message.pick_num,
        "carton_num": carton.carton_num,
        "line_seq": line.line_seq,
        **_article(line, "upc", profile),
        "ship_qty": line.ship_qty,
        "shipqty_uom": profile.quantity_uom,
        "total_qty": line.ship_qty,
    }


def _converted(amount: Decimal, per_unit: Decimal) -> Decimal:
    return (amount * per_unit).quantize(_HUNDREDTH)


# Receipts and stock ------------------------------------------------------------------------------------------


def _receipt(message: ProductionReceiptAdvice, number: str, profile: RestProfile) -> Body:
    columns: Body = {
        "isa_num": number,
        **_partners(profile),
        "adj_type": profile.pix.adj_type,
        **_change(message.size_qty, profile.pix.receipt, profile),
        "prod_num": message.prod_num,
        "prod_line": message.prod_line,
        "shipment_num": message.shipment_num,
        "location": message.location,
        "receipt_date": message.receipt_date.strftime(profile.dates.receipt),
        **_article(message.article, "upc_num", profile),
    }
    return _fitted(columns, "ProductionReceiptAdvice", name_of(message), profile)


def _change_of_stock(message: InventoryAdjustment | ReturnAdvice, number: str, profile: RestProfile) -> Body:
    """No column for a return's order is documented, so that it is not sent (L)."""
    columns: Body = {
        "isa_num": number,
        **_partners(profile),
        "adj_num": message.adj_num,
        **_change(message.size_qty, _pix(message, profile), profile),
        "location": message.location,
        "receipt_date": message.adj_date.strftime(profile.dates.inventory),
        **_article(message.article, "upc_num", profile),
    }
    if profile.reason_column:
        columns[profile.reason_column] = message.reason_code
    return _fitted(columns, "PhysicalInventoryTM", name_of(message), profile)


def _stock_position(message: StockPositionAdvice, number: str, profile: RestProfile) -> Body:
    columns: Body = {
        "isa_num": number,
        **_partners(profile),
        "adj_num": message.adj_num,
        **_change(message.size_qty, profile.pix.stock_position, profile),
        "location": message.location,
        "receipt_date": message.count_date.strftime(profile.dates.inventory),
        **_article(message.article, "upc_num", profile),
    }
    return _fitted(columns, "PhysicalInventoryTM", name_of(message), profile)


def _pix(message: InventoryAdjustment | ReturnAdvice, profile: RestProfile) -> Pix:
    if isinstance(message, ReturnAdvice):
        return profile.pix.return_to_stock
    return profile.pix.count if message.adjustment is AdjustmentKind.COUNT else profile.pix.adjustment


def _change(quantity: Decimal, pix: Pix, profile: RestProfile) -> Body:
    """The sign stands in `size_adj` and the magnitude in `size_qty`."""
    return {
        "pix_type": pix.type,
        "pix_code": pix.code,
        "size_adj": profile.pix.subtract if quantity < 0 else profile.pix.add,
        "size_qty": abs(quantity),
    }
