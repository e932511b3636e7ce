"""Blue Cherry's messages ↔ canonical records.

Law of this module: pure functions. No I/O, no clock, no randomness; the same input gives the same output, and
what cannot be mapped raises an error that names the record and the field.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.errors import InvalidRecord, UnknownSku
from clarus_bluecherry.mapping.cartons import carton_number
from clarus_bluecherry.mapping.checked import checked
from clarus_bluecherry.mapping.terms import CarrierCodes, ErpTerms
from clarus_bluecherry.model import (
    Address,
    Adjustment,
    Carton,
    Dispatch,
    DispatchLine,
    Item,
    Keeper,
    Money,
    OrderLine,
    Product,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    ReturnToStock,
    SalesOrder,
    Sku,
    StockPosition,
)

_DATE_SHAPES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%m/%d/%Y", "%m/%d/%Y %H:%M:%S", "%Y%m%d")

# From the ERP ------------------------------------------------------------------------------------------------


def sku(columns: messages.SkuColumns, *, division: str = "") -> Sku:
    """The SKU that Blue Cherry's key columns name, kept exactly as written."""
    return Sku(
        columns.style,
        columns.color_code,
        label=columns.lbl_code,
        dimension=columns.dimension,
        size=columns.size_desc,
        division=division,
    )


def sales_order(pick: messages.PickTicket, *, zone: dt.tzinfo) -> SalesOrder:
    """A pick ticket as a sales order. Lines with quantity zero were removed in Blue Cherry and are left out.

    `zone` is Blue Cherry's time zone, for its dates without one. Dispatch is requested for the start of the
    ship window (`pick_date`), or its end when there is no start.
    """
    record = f"pick {pick.pick_num}"
    lines = tuple(_order_line(line, pick.curr_code) for line in pick.lines if line.bk_qty != 0)
    if not lines:
        raise InvalidRecord("no line has a quantity to pick", record=record, field="pickdetail")
    return SalesOrder(
        reference=pick.pick_num,
        order_number=pick.ord_num,
        purchase_order=pick.po_num,
        customer=pick.customer,
        location=pick.location or next((line.location for line in pick.lines if line.location), ""),
        carrier=pick.shipper,
        requested_dispatch=_instant(pick.pick_date or pick.end_date, zone, record, "pick_date"),
        ship_to=next((_address(one) for one in pick.addresses if one.addr_type.upper() == "ST"), Address()),
        lines=lines,
        note=pick.notes,
    )


def _order_line(line: messages.PickLine, currency: str) -> OrderLine:
    price = None if line.price is None or not currency else Money(line.price, currency)
    return OrderLine(
        number=line.line_seq, item=sku(line), quantity=line.bk_qty, upc=line.upc, unit_price=price, note=line.notes
    )


def _address(address: messages.PickAddress) -> Address:
    return Address(
        name=address.name,
        lines=tuple(line for line in (address.addr1, address.addr2) if line),
        city=address.city,
        region=address.state,
        postcode=address.zipcode,
        country=address.country,
        email=address.email,
    )


def changed_at(
    row: messages.PickTicket | messages.ProductionOrder | messages.Style, *, zone: dt.tzinfo
) -> dt.datetime | None:
    """When Blue Cherry last changed `row`, or None when it does not say. `zone` is Blue Cherry's (unpublished)."""
    return _instant(row.last_mod, zone, type(row).__name__, "last_mod") if row.last_mod else None


def purchase_order(order: messages.ProductionOrder, *, zone: dt.tzinfo) -> PurchaseOrder:
    """A production order as goods to expect. Lines with nothing to receive are left out."""
    record = f"production order {order.prod_num}"
    lines = tuple(
        PurchaseOrderLine(
            number=line.prod_line,
            item=sku(line),
            quantity=line.prod_qty,
            upc=line.upc,
            unit_cost=None if line.cost is None or not order.co_curr else Money(line.cost, order.co_curr),
        )
        for line in order.lines
        if line.prod_qty != 0
    )
    if not lines:
        raise InvalidRecord("no line has a quantity to receive", record=record, field="productionorderdetail")
    return PurchaseOrder(
        reference=order.prod_num,
        supplier=order.vendor,
        location=next((line.location for line in order.lines if line.location), ""),
        due=_instant(order.due_date, zone, record, "due_date") if order.due_date else None,
        lines=lines,
    )


def products(style: messages.Style, *, currency: str = "") -> list[Product]:
    """Every SKU of a style. `currency` is that of `std_cost`; without one the cost is left out, never guessed."""
    cost = None if style.std_cost is None or not currency else Money(style.std_cost, currency)
    return [
        Product(
            sku=sku(columns),
            description=style.style_name,
            upc=columns.upc,
            ean=columns.ean,
            season=style.season,
            unit_cost=cost,
        )
        for columns in (each.model_copy(update={"style": each.style or style.style}) for each in style.skus)
    ]


def book_positions(rows: Iterable[messages.OnHand], *, as_of: dt.datetime) -> list[StockPosition]:
    """Lines of the inventory report as book stock, with the location's standard cost."""
    return [
        StockPosition(
            keeper=Keeper.ERP,
            item=sku(row),
            location=row.location,
            quantity=row.total_qoh,
            as_of=as_of,
            unit_cost=None
            if row.loc_std_cost is None or not row.loc_curr
            else Money(row.loc_std_cost, row.loc_curr),
        )
        for row in rows
    ]


# To the ERP --------------------------------------------------------------------------------------------------


def order_shipment(
    dispatch: Dispatch,
    order: SalesOrder,
    date: dt.date,
    terms: ErpTerms,
    *,
    pick: messages.PickTicket | None = None,
) -> messages.OrderShipment:
    """A dispatch as the ship confirm of the pick ticket it fulfils, dated `date` (the accounting date).

    Each line is tied to the pick ticket's line by its number, or by its SKU when that is on one line only. `pick`
    is the ticket as Blue Cherry sent it, for the columns that it wants sent back as they were.
    """
    record = f"dispatch of {dispatch.order_reference}"
    carrier = terms.carriers.get(dispatch.carrier, CarrierCodes())
    numbers = {line.number: _line_of(line, order, record) for line in dispatch.lines}
    with checked(record):
        return messages.OrderShipment(
            pick_num=order.reference,
            ord_num=order.order_number,
            po_num=order.purchase_order,
            customer=order.customer,
            location=dispatch.location,
            shipper=carrier.shipper,
            scac_code=carrier.scac,
            ship_date=date,
            doc_num=pick.edi_doc_num if pick else "",
            echo=pick.echo if pick else messages.PickEcho(),
            lines=tuple(
                messages.ShipmentLine(
                    line_seq=numbers[line.number],
                    size_qty=line.shipped,
                    total_qty=line.shipped,
                    **_article(line.item, terms, record),
                )
                for line in dispatch.lines
            ),
            cartons=tuple(_carton(carton, numbers, terms, record) for carton in dispatch.cartons),
        )


def _line_of(line: DispatchLine, order: SalesOrder, record: str) -> str:
    if any(ordered.number == line.number for ordered in order.lines):
        return line.number
    same = [ordered.number for ordered in order.lines if ordered.item == line.item]
    if len(same) != 1:
        raise InvalidRecord(
            f"line {line.number} ({line.item}) is on {len(same)} lines of the pick ticket",
            record=record,
            field="line",
        )
    return same[0]


def _carton(carton: Carton, numbers: dict[str, str], terms: ErpTerms, record: str) -> messages.ShipmentCarton:
    return messages.ShipmentCarton(
        carton_num=carton_number(carton.number, company_prefix=terms.company_prefix),
        track_no=carton.tracking,
        carton_wgt=carton.weight_kg or Decimal(0),
        lines=tuple(
            messages.ShipmentCartonLine(
                line_seq=numbers.get(line.number, line.number),
                ship_qty=line.quantity,
                **_article(line.item, terms, record),
            )
            for line in carton.lines
        ),
    )


def receipt_advice(receipt: Receipt, date: dt.date, terms: ErpTerms) -> messages.ProductionReceiptAdvice:
    """A receipt as the increment received on one production order line, dated `date` (the accounting date)."""
    with checked(f"receipt {receipt.id}"):
        return messages.ProductionReceiptAdvice(
            prod_num=receipt.order_reference,
            prod_line=receipt.line_number,
            location=receipt.location,
            receipt_date=date,
            article=messages.SkuSent(**_article(receipt.item, terms, f"receipt {receipt.id}")),
            size_qty=receipt.quantity,
        )


def inventory_adjustment(
    movement: Adjustment | ReturnToStock, date: dt.date, terms: ErpTerms
) -> messages.InventoryAdjustment:
    """An adjustment, a count's difference or a return to stock as a change of book stock, dated `date`."""
    if isinstance(movement, ReturnToStock):
        kind = messages.AdjustmentKind.RETURN
    elif movement.reason in terms.count_reasons:
        kind = messages.AdjustmentKind.COUNT
    else:
        kind = messages.AdjustmentKind.ADJUSTMENT
    with checked(f"{kind} {movement.id}"):
        return messages.InventoryAdjustment(
            adj_num=movement.id,
            adjustment=kind,
            location=movement.location,
            adj_date=date,
            reason_code=terms.reason_of(movement.reason),
            article=messages.SkuSent(**_article(movement.item, terms, f"{kind} {movement.id}")),
            size_qty=movement.quantity,
        )


def stock_position_advice(position: StockPosition, number: str, terms: ErpTerms) -> messages.StockPositionAdvice:
    """The warehouse's absolute count of one SKU, under the count `number`, dated in the ledger's time zone."""
    with checked(f"stock position {number}"):
        return messages.StockPositionAdvice(
            adj_num=number,
            location=position.location,
            count_date=position.as_of.astimezone(terms.zone).date(),
            article=messages.SkuSent(**_article(position.item, terms, f"stock position {number}")),
            size_qty=position.quantity,
        )


def _article(item: Item, terms: ErpTerms, record: str) -> dict[str, str]:
    if not isinstance(item, Sku):
        raise UnknownSku(f"the code {item.code!r} is tied to no SKU", code=item.code, record=record, field="item")
    return {
        "style": item.style,
        "color_code": item.color,
        "lbl_code": item.label,
        "dimension": item.dimension,
        "size_desc": item.size,
        "division": item.division,
        "upc": terms.barcode_of(item),
    }


def _instant(text: str, zone: dt.tzinfo, record: str, field: str) -> dt.datetime:
    for shape in _DATE_SHAPES:
        try:
            return dt.datetime.strptime(text, shape).replace(tzinfo=zone)
        except ValueError:
            continue
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise InvalidRecord(f"{text!r} is not a date", record=record, field=field) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
