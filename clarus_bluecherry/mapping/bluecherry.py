"""Blue Cherry's messages ↔ canonical records.

Law of this module: pure functions. No I/O, no clock, no randomness; the same input gives the same output, and
what cannot be mapped raises an error that names the record and the field.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from clarus_bluecherry import model
from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.errors import AmbiguousSku, InvalidRecord, UnknownSku
from clarus_bluecherry.mapping import told
from clarus_bluecherry.mapping.cartons import carton_number
from clarus_bluecherry.mapping.checked import checked
from clarus_bluecherry.model._numbers import placed
from clarus_bluecherry.model._units import EACHES

if TYPE_CHECKING:
    from clarus_bluecherry.mapping.terms import ErpTerms

__all__ = [
    "book_positions",
    "changed_at",
    "inventory_adjustment",
    "is_withdrawn",
    "order_shipment",
    "products",
    "purchase_order",
    "receipt_advice",
    "return_advice",
    "said_to_change",
    "sales_order",
    "sku",
    "stock_position_advice",
    "transfer_in",
    "transfer_number",
    "transfer_out",
    "transfer_places",
    "withdrawn",
]


_AMERICAN_SHAPES = ("%m/%d/%Y", "%m/%d/%Y %H:%M:%S")
_UNIT_COLUMNS = frozenset({"uom", "unit_of_measure"})
_NO_UNITS = model.Units()
_YEAR_OF_NO_DATE = 1900
NOT_THE_ERPS_NUMBER = ("id ", "row ")
"""How the number of a dispatched line begins that came without the ERP's: see `clarus` and `clarus_files`."""

# From the ERP ------------------------------------------------------------------------------------------------


def sku(columns: messages.SkuColumns, *, division: str = "") -> model.Sku:
    """The SKU that Blue Cherry's key columns name, kept exactly as written."""
    return model.Sku(
        columns.style,
        columns.color_code,
        label=columns.lbl_code,
        dimension=columns.dimension,
        size=columns.size_desc,
        division=division,
    )


def sales_order(
    pick: messages.PickTicket, *, zone: dt.tzinfo, eaches: frozenset[str] = EACHES, units: model.Units = _NO_UNITS
) -> model.SalesOrder:
    """A pick ticket as a sales order. Lines with quantity zero were removed in Blue Cherry and are left out.

    `zone` is Blue Cherry's time zone, for its dates without one; `eaches` are the units, in capitals, in which a
    quantity counts pieces, and `units` says how many pieces others are. Dispatch is requested for the start of the
    ship window (`pick_date`), or its end when there is no start.
    """
    with checked(f"pick {pick.pick_num}"):
        wanted = [line for line in pick.lines if line.bk_qty != 0]
        if not wanted:
            raise InvalidRecord("no line has a quantity to pick", field="pickdetail")
        _refuse_one_number_twice((line.line_seq for line in wanted), "line_seq")
        return _sales_order(pick, wanted, zone, told.Counting(eaches, units))


def _sales_order(
    pick: messages.PickTicket, wanted: list[messages.PickLine], zone: dt.tzinfo, counting: told.Counting
) -> model.SalesOrder:
    record = f"pick {pick.pick_num}"
    return model.SalesOrder(
        reference=pick.pick_num,
        order_number=pick.ord_num,
        purchase_order=pick.po_num,
        customer=pick.customer,
        location=_location_of(pick, wanted),
        carrier=pick.shipper,
        requested_dispatch=_wanted_on(pick, zone),
        ship_to=next((_address(one) for one in pick.addresses if one.addr_type.upper() == "ST"), model.Address()),
        lines=tuple(_order_line(line, pick.curr_code, record, counting) for line in wanted),
        note=pick.notes,
    )


def _order_line(line: messages.PickLine, currency: str, record: str, counting: told.Counting) -> model.OrderLine:
    with checked(f"{record}, line {line.line_seq}"):
        amount = told.quantity(line.bk_qty, "bk_qty")
        eaches, in_unit = counting.of(amount, line, _UNIT_COLUMNS, lambda: sku(line))
        pack = counting.units.prepacks.get(sku(line))
        _refuse_part_of_a_pack(pack, eaches, "bk_qty")
        return model.OrderLine(
            number=line.line_seq,
            item=sku(line),
            quantity=eaches,
            upc=line.upc,
            unit_price=_of_each(_money(line.price, currency), in_unit),
            note=line.notes,
            told=in_unit,
            pack=pack,
        )


def _refuse_part_of_a_pack(pack: model.Prepack | None, packs: Decimal, column: str) -> None:
    if pack is not None and packs != packs.to_integral_value():
        raise InvalidRecord(f"{packs:f} is no whole number of packs", field=column)


def _of_each(amount: model.Money | None, in_unit: model.ToldQuantity | None) -> model.Money | None:
    """What stands beside a quantity in another unit is not known to be the price, or cost, of an each."""
    return amount if in_unit is None else None


def _money(amount: Decimal | None, currency: str) -> model.Money | None:
    """Without a currency there is no amount: it is never guessed."""
    return None if amount is None or not currency else model.Money(amount, currency)


def _wanted_on(pick: messages.PickTicket, zone: dt.tzinfo) -> dt.datetime:
    day = _told_on(pick.pick_date, zone, "pick_date") or _told_on(pick.end_date, zone, "end_date")
    if day is None:
        raise InvalidRecord("neither pick_date nor end_date is a date", field="pick_date")
    return day


def _told_on(text: str, zone: dt.tzinfo, field: str) -> dt.datetime | None:
    """A date, or None: databases write 1900-01-01 and what is before it for none."""
    moment = _instant(text, zone, field) if text else None
    return moment if moment and moment.year > _YEAR_OF_NO_DATE else None


def _location_of(pick: messages.PickTicket, wanted: Collection[messages.PickLine]) -> str:
    """The header's location, which no line to pick may contradict."""
    if not wanted:
        return pick.location or _location(line.location for line in pick.lines)
    return _location((pick.location, *(line.location for line in wanted)))


def _location(named: Iterable[str]) -> str:
    """The one location that a header and lines name, or empty when none does."""
    found = sorted({location for location in named if location})
    if len(found) > 1:
        raise InvalidRecord(f"its lines are for several locations: {', '.join(found)}", field="location")
    return found[0] if found else ""


def _refuse_one_number_twice(numbers: Iterable[str], field: str) -> None:
    """What is done with a line is told by its number: two with one number could not be told apart."""
    twice = [number for number, times in Counter(numbers).items() if times > 1]
    if twice:
        raise InvalidRecord(f"two lines have the number {twice[0]!r}", field=field)


def _address(address: messages.PickAddress) -> model.Address:
    return model.Address(
        name=address.name,
        lines=tuple(line for line in (address.addr1, address.addr2) if line),
        city=address.city,
        region=address.state,
        postcode=address.zipcode,
        country=address.country,
        phone=address.phone,
        email=address.email,
        contact=address.contact,
    )


def changed_at(row: messages.Row, *, zone: dt.tzinfo) -> dt.datetime | None:
    """When Blue Cherry last changed `row`, or None when it does not say. `zone` is Blue Cherry's (unpublished).

    What came in a file that does not say it changed, for us, when it came.
    """
    with checked(f"{type(row).__name__} {getattr(row, 'pkey', '')}".rstrip()):
        return said_to_change(str(getattr(row, "last_mod", "")), row.arrival, zone=zone)


def said_to_change(last_mod: str, arrival: str, *, zone: dt.tzinfo) -> dt.datetime | None:
    """`changed_at`, where no more of a row is known. Raises `InvalidRecord` for text that is no date."""
    said = last_mod or arrival.partition(" ")[0]
    return _instant(said, zone, "last_mod") if said else None


def is_withdrawn(
    row: messages.PickTicket | messages.ProductionOrder, *, statuses: Collection[str] = frozenset()
) -> bool:
    """Whether Blue Cherry has taken `row` back: it has lines, and says of each that its quantity is zero.

    Zero means that a line was removed (H); that all of them are gone means the whole is, and a 940 that cancels is
    read like that (M). A pick ticket whose `ord_status` is one of `statuses` (in lower case) is withdrawn too.
    """
    if isinstance(row, messages.ProductionOrder):
        return bool(row.lines) and all(_is_zero(line, "prod_qty") for line in row.lines)
    all_removed = bool(row.lines) and all(_is_zero(line, "bk_qty") for line in row.lines)
    return all_removed or row.ord_status.lower() in statuses


def _is_zero(line: messages.PickLine | messages.ProductionLine, column: str) -> bool:
    """A quantity that is not there at all is not zero."""
    return column in line.model_fields_set and getattr(line, column) == 0


def withdrawn(
    row: messages.PickTicket | messages.ProductionOrder, *, zone: dt.tzinfo
) -> model.SalesOrder | model.PurchaseOrder:
    """What Blue Cherry says of an order that it has taken back: the header, and no lines."""
    if isinstance(row, messages.PickTicket):
        with checked(f"pick {row.pick_num}"):
            return _sales_order(row, [], zone, told.Counting())
    with checked(f"production order {row.prod_num}"):
        return _purchase_order(row, [], zone, told.Counting())


def purchase_order(
    order: messages.ProductionOrder,
    *,
    zone: dt.tzinfo,
    eaches: frozenset[str] = EACHES,
    units: model.Units = _NO_UNITS,
) -> model.PurchaseOrder:
    """A production order as goods to expect. Lines with nothing to receive are left out.

    `zone` is Blue Cherry's time zone, for its dates without one; `eaches` and `units` as for `sales_order`. Lines
    for different locations are refused: one pre-receipt is for one warehouse.
    """
    with checked(f"production order {order.prod_num}"):
        wanted = [line for line in order.lines if line.prod_qty != 0]
        if not wanted:
            raise InvalidRecord("no line has a quantity to receive", field="productionorderdetail")
        _refuse_one_number_twice((line.prod_line for line in wanted), "prod_line")
        return _purchase_order(order, wanted, zone, told.Counting(eaches, units))


def _purchase_order(
    order: messages.ProductionOrder,
    wanted: list[messages.ProductionLine],
    zone: dt.tzinfo,
    counting: told.Counting,
) -> model.PurchaseOrder:
    record = f"production order {order.prod_num}"
    return model.PurchaseOrder(
        reference=order.prod_num,
        supplier=order.vendor,
        location=_location(line.location for line in wanted or order.lines),
        due=_told_on(order.due_date, zone, "due_date"),
        lines=tuple(_purchase_order_line(line, order.co_curr, record, counting) for line in wanted),
    )


def _purchase_order_line(
    line: messages.ProductionLine, currency: str, record: str, counting: told.Counting
) -> model.PurchaseOrderLine:
    with checked(f"{record}, line {line.prod_line}"):
        amount = told.quantity(line.prod_qty, "prod_qty")
        eaches, in_unit = counting.of(amount, line, _UNIT_COLUMNS, lambda: sku(line))
        pack = counting.units.prepacks.get(sku(line))
        _refuse_part_of_a_pack(pack, eaches, "prod_qty")
        return model.PurchaseOrderLine(
            number=line.prod_line,
            item=sku(line),
            quantity=eaches,
            upc=line.upc,
            unit_cost=_of_each(_money(line.cost, currency), in_unit),
            told=in_unit,
            pack=pack,
        )


def transfer_number(order: messages.TransferOrder) -> str:
    """What a transfer order is known by in the warehouse: no pick or production order shares it."""
    return f"TRF-{order.transfer_num}"


def transfer_places(order: messages.TransferOrder) -> tuple[str, str]:
    """From where to where it goes. Raises `InvalidRecord` when it does not say that."""
    places = order.from_location.strip(), order.to_location.strip()
    if not all(places) or len({*places}) == 1:
        what, record = "it does not say from where to where", f"transfer order {order.transfer_num}"
        field = "from_location" if places[1] and not places[0] else "to_location"
        raise InvalidRecord(what, record=record, field=field)
    return order.from_location, order.to_location


def transfer_out(order: messages.TransferOrder) -> messages.PickTicket:
    """A transfer as what its giver is to send."""
    told = {"pick_num": transfer_number(order), "location": order.from_location, "customer": order.to_location}
    told["pick_date"] = order.ship_date or order.due_date
    address = {"addr_type": "ST", "name": order.to_location}
    return messages.PickTicket.model_validate({**told, "addresses": [address], "lines": order.lines})


def transfer_in(order: messages.TransferOrder) -> messages.ProductionOrder:
    """A transfer as what its taker is to receive."""
    told = {"prod_num": transfer_number(order), "vendor": order.from_location, "due_date": order.due_date}
    own = ({"prod_line": line.line_seq, "prod_qty": line.bk_qty, **line.model_dump()} for line in order.lines)
    lines = [{**line, "location": order.to_location} for line in own]
    return messages.ProductionOrder.model_validate({**told, "lines": lines})


def products(style: messages.Style, *, currency: str = "") -> list[model.Product]:
    """Every SKU of a style. `currency` is that of `std_cost`; without one the cost is left out, never guessed."""
    with checked(f"style {style.style}"):
        return [
            model.Product(
                sku=sku(columns),
                description=style.style_name,
                upc=columns.upc,
                ean=columns.ean,
                season=style.season,
                unit_cost=_money(style.std_cost, currency),
            )
            for columns in (each.model_copy(update={"style": each.style or style.style}) for each in style.skus)
        ]


def book_positions(
    rows: Iterable[messages.OnHand],
    *,
    as_of: dt.datetime,
    eaches: frozenset[str] = EACHES,
    units: model.Units = _NO_UNITS,
    divided: Collection[model.Sku] = (),
) -> list[model.StockPosition]:
    """Lines of the inventory report as book stock, with the location's standard cost.

    `eaches` and `units` are as for `sales_order`. A cost beside another unit than the each is left out: nobody
    says of how many pieces it is. One of the SKUs in `divided` is that of its row's division.
    """
    counting = told.Counting(eaches, units)
    return [_book_position(row, as_of, counting, divided) for row in rows]


def _book_position(
    row: messages.OnHand, as_of: dt.datetime, counting: told.Counting, divided: Collection[model.Sku]
) -> model.StockPosition:
    with checked(f"on hand of {row.style} {row.color_code} {row.size_desc}".rstrip()):
        amount, item = told.quantity(row.total_qoh, "total_qoh"), sku(row)
        eaches, in_unit = counting.of(amount, row, _UNIT_COLUMNS, lambda: item)
        return model.StockPosition(
            keeper=model.SystemOfRecord.ERP,
            item=sku(row, division=row.div) if item in divided else item,
            location=row.location,
            quantity=eaches,
            as_of=as_of,
            unit_cost=_of_each(_money(row.loc_std_cost, row.loc_curr), in_unit),
        )


# To the ERP --------------------------------------------------------------------------------------------------


def order_shipment(
    dispatch: model.Dispatch,
    order: model.SalesOrder,
    date: dt.date,
    terms: ErpTerms,
    *,
    pick: messages.PickTicket | None = None,
) -> messages.OrderShipment:
    """A dispatch as the ship confirm of the pick ticket it fulfils, dated `date` (the accounting date).

    Each line is tied to the pick ticket's line by its number; one that came without it, by its SKU when that is on
    one line only. A number that the ticket lacks, or has for another SKU, raises `InvalidRecord`. `pick` is the
    ticket as Blue Cherry sent it, for the columns that it wants sent back as they were.
    """
    record = f"dispatch of {dispatch.order_reference}"
    carrier = terms.carriers.get(dispatch.carrier)
    with checked(record):
        return messages.OrderShipment(
            pick_num=order.reference,
            ord_num=order.order_number,
            po_num=order.purchase_order,
            customer=order.customer,
            location=dispatch.location,
            shipper=carrier.shipper if carrier else "",
            scac_code=carrier.scac if carrier else "",
            ship_date=date,
            doc_num=pick.edi_doc_num if pick else "",
            echo=pick.echo if pick else messages.PickEcho(),
            part=dispatch.part,
            lines=_shipped(dispatch, order, terms, record),
            cartons=_cartons(dispatch, order, terms, record),
        )


def _shipped(
    dispatch: model.Dispatch, order: model.SalesOrder, terms: ErpTerms, record: str
) -> tuple[messages.ShipmentLine, ...]:
    """One line for each line of the pick ticket, though the warehouse may have split it."""
    units: defaultdict[tuple[str, model.Item], Decimal] = defaultdict(Decimal)
    for line in dispatch.lines:
        units[_pick_line(line, order), line.item] += line.shipped
    return tuple(
        messages.ShipmentLine(
            line_seq=number,
            size_qty=shipped,
            total_qty=shipped,
            **_article(item, terms, f"{record}, line {number}"),
        )
        for (number, item), shipped in units.items()
    )


def _pick_line(line: model.DispatchLine | model.CartonLine, order: model.SalesOrder) -> str:
    """The number of the pick ticket's line that `line` fulfils."""
    for ordered in order.lines:
        if ordered.number == line.number:
            if isinstance(line.item, model.Sku) and line.item != ordered.item:
                what = f"line {line.number} of the pick ticket is {ordered.item}, and {line.item} left under it"
                raise InvalidRecord(what, field="line")
            return line.number
    if not line.number.startswith(NOT_THE_ERPS_NUMBER):
        raise InvalidRecord(f"line {line.number} ({line.item}) is not on the pick ticket", field="line")
    same = [ordered.number for ordered in order.lines if ordered.item == line.item]
    if len(same) != 1:
        raise InvalidRecord(
            f"line {line.number} ({line.item}) is on {len(same)} lines of the pick ticket", field="line"
        )
    return same[0]


def _cartons(
    dispatch: model.Dispatch, order: model.SalesOrder, terms: ErpTerms, record: str
) -> tuple[messages.ShipmentCarton, ...]:
    cartons = tuple(_carton(carton, order, terms, record) for carton in dispatch.cartons)
    if len({carton.carton_num for carton in cartons}) < len(cartons):
        raise InvalidRecord("two parcels would get the same carton number", field="carton number")
    return cartons


def _carton(
    carton: model.Carton, order: model.SalesOrder, terms: ErpTerms, record: str
) -> messages.ShipmentCarton:
    return messages.ShipmentCarton(
        carton_num=carton_number(carton.number, company_prefix=terms.company_prefix),
        track_no=carton.tracking,
        carton_wgt=carton.weight_kg or Decimal(0),
        lines=tuple(
            messages.ShipmentCartonLine(
                line_seq=_pick_line(line, order),
                ship_qty=line.quantity,
                **_article(line.item, terms, f"{record}, carton {carton.number}"),
            )
            for line in carton.lines
        ),
    )


def receipt_advice(receipt: model.Receipt, date: dt.date, terms: ErpTerms) -> messages.ProductionReceiptAdvice:
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
    movement: model.Adjustment, date: dt.date, terms: ErpTerms
) -> messages.InventoryAdjustment:
    """An adjustment or a count's difference as a change of book stock, dated `date` (the accounting date)."""
    counted = movement.reason in terms.count_reasons
    kind = messages.AdjustmentKind.COUNT if counted else messages.AdjustmentKind.ADJUSTMENT
    with checked(f"{kind} {movement.id}"):
        return messages.InventoryAdjustment(
            adj_num=movement.id,
            adjustment=kind,
            location=movement.location,
            adj_date=date,
            reason_code=terms.reason_of(movement.reason),
            article=_alone(movement.item, terms, f"{kind} {movement.id}"),
            size_qty=movement.quantity,
        )


def return_advice(returned: model.ReturnToStock, date: dt.date, terms: ErpTerms) -> messages.ReturnAdvice:
    """A customer's return put back to stock, or taken back again, dated `date` (the accounting date)."""
    record = f"return to stock {returned.id}"
    with checked(record):
        return messages.ReturnAdvice(
            adj_num=returned.id,
            order_reference=returned.order_reference,
            location=returned.location,
            adj_date=date,
            reason_code=terms.reason_of(returned.reason),
            article=_alone(returned.item, terms, record),
            size_qty=returned.quantity,
        )


def stock_position_advice(
    position: model.StockPosition, number: str, terms: ErpTerms
) -> messages.StockPositionAdvice:
    """The warehouse's absolute count of one SKU, under the count `number`, dated in the ledger's time zone."""
    with checked(f"stock position {number}"):
        return messages.StockPositionAdvice(
            adj_num=number,
            location=position.location,
            count_date=position.as_of.astimezone(terms.zone).date(),
            article=_alone(position.item, terms, f"stock position {number}"),
            size_qty=position.quantity,
        )


def _alone(item: model.Item, terms: ErpTerms, record: str) -> messages.SkuSent:
    """An article that no line of an order names too: in one of several divisions it has to be told apart."""
    columns = _article(item, terms, record)
    if columns["division"] and not terms.tells_division and not columns["upc"]:
        what = f"{item} stands in several divisions, Blue Cherry is not told which, and the SKU has no barcode"
        raise AmbiguousSku(what, code=str(item), record=record, field="item")
    return messages.SkuSent(**columns)


def _article(item: model.Item, terms: ErpTerms, record: str) -> dict[str, str]:
    if not isinstance(item, model.Sku):
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


def _instant(text: str, zone: dt.tzinfo, field: str) -> dt.datetime:
    """ISO 8601 in any of its shapes, or the American ones; `zone` is for text without an offset."""
    try:
        moment = placed(dt.datetime.fromisoformat(text))
    except ValueError:
        return _american(text, zone, field)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _american(text: str, zone: dt.tzinfo, field: str) -> dt.datetime:
    for shape in _AMERICAN_SHAPES:
        try:
            return placed(dt.datetime.strptime(text, shape).replace(tzinfo=zone))
        except ValueError:
            continue
    raise InvalidRecord(f"{text[:40]!r} is not a date", field=field)
