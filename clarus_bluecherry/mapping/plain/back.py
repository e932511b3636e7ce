"""Back from the warehouse: Clarus's records as the bodies of requests to Blue Cherry.

Law of this module: each row is that of the call the client would send under the same control number. Nothing here
counts: the control number of a record follows from the record's own id, so that a step that runs twice sends the
same number twice, or is given by the caller.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sized
from typing import cast

from clarus_bluecherry.bluecherry import calls, messages
from clarus_bluecherry.bluecherry.rest_bodies import padded
from clarus_bluecherry.clarus import wire
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, UnknownSku
from clarus_bluecherry.http._call import Json
from clarus_bluecherry.mapping import bluecherry, clarus
from clarus_bluecherry.mapping.plain import nodes, rows
from clarus_bluecherry.mapping.plain.agreed import RECORD, StepSettings
from clarus_bluecherry.mapping.plain.checking import StepSettingsOrDict
from clarus_bluecherry.mapping.plain.checking import settings as checked
from clarus_bluecherry.mapping.plain.dates import booked, instant_of
from clarus_bluecherry.mapping.plain.spelling import Row
from clarus_bluecherry.mapping.plain.telling import step
from clarus_bluecherry.model import Adjustment, Dispatch, Receipt, ReturnToStock, SalesOrder, ShipmentPart, Sku

Body = list[dict[str, Json]]

_COMPLETED = "COMPLETED"
_SHIPMENTS, _TRANSACTIONS = "1", "2"
"""The first digit of the control numbers that follow from ids: an order and a transaction may share an id."""
_PARTS = "3456789"
"""The first digits of an order's parts that leave before the last, in their order."""
_LONGEST_ID = 8


@step
def goods_out_to_order_shipment(
    order: Row,
    lines: Iterable[Row],
    pick: Row,
    settings: StepSettingsOrDict,
    shipments: Iterable[Row] = (),
    packages: Iterable[Row] = (),
    control_number: str = "",
    *,
    as_of: str | dt.datetime | None = None,
    transactions: Iterable[Row] = (),
    told: Iterable[Row] = (),
) -> Body:
    """A completed goods out as the body of `POST /api/OrderShipment`: an array of one ship confirm.

    `order` is a node of `goods_outs` or a webhook's body with the record at the top or under `data`; `lines` are
    all its `goods_out_lines`, `shipments` and `packages` its own, as nodes or edges; `pick` is the row of
    `GET /api/pick` that it fulfils. An order that leaves a second time needs a `control_number` (1 to 9 digits).

    With `as_of`, when all that was read (ISO 8601), the order may leave in parts: then the array has one ship
    confirm for each part that was not told yet, first to last, and may be empty. A part is all that left on one
    day of the books; of an order that is not completed it is told when that day is over. `transactions` are all
    those of the order, `told` the ship confirms of it that were sent, each as this step made it. A
    `control_number` is then the first one's, each further one has the next.

    Needs `our_id`, `vnd_id` and the zones. Raises `InvalidRecord` naming the field, `UnknownSku` naming the code.
    """
    site = checked(settings)
    site.need("our_id", "vnd_id", "erp_zone", "warehouse_zone", "books_zone")
    ticket = rows.pick(pick, site, ship_to=False)
    ordered = bluecherry.sales_order(ticket, zone=site.zone_of("erp_zone"), eaches=site.eaches, units=site.units)
    done = _fulfilling(order, ordered, site, in_parts=as_of is not None)
    skus = _skus_of(ticket, site)
    terms = site.warehouse_terms(lambda code: _on_the_pick(code, skus, ordered))
    read_lines = _lines_of(done, lines, site)
    read_shipments = nodes.nodes(wire.ShipmentNode, shipments, site)
    read_packages = nodes.nodes(wire.PackageNode, packages, site)
    barcodes = _barcodes(ticket)
    erp_terms = site.erp_terms(lambda sku: barcodes.get(sku) or site.barcode_of(sku))

    def confirmed(dispatch: Dispatch, date: dt.date, number: str) -> Body:
        message = bluecherry.order_shipment(dispatch, ordered, date, erp_terms, pick=ticket)
        if site.all_lines and dispatch.part is not ShipmentPart.PARTIAL:
            _refuse_lost_lines({line.line_seq for line in message.lines}, ordered, dispatch.lines)
        return _body(site, message, number)

    if as_of is None:
        _refuse_without_as_of(transactions, told)
        whole = clarus.dispatch(done, read_lines, read_shipments, read_packages, terms)
        number = control_number or _numbered(_SHIPMENTS, done.id, "goods out")
        return confirmed(whole, booked(cast(str, done.actual_date_of_dispatch), site), number)

    from clarus_bluecherry.mapping.parts import OrderOnTheWay  # what an order in one go does not pay
    from clarus_bluecherry.mapping.plain.parts import left_beyond

    seen = OrderOnTheWay(
        order=done,
        lines=read_lines,
        shipments=read_shipments,
        packages=read_packages,
        transactions=nodes.nodes(wire.TransactionNode, transactions, site, filled=("quantity", "created_at")),
    )
    before = list(told)
    if site.all_lines:
        _refuse_lost_lines({line.alt_line_number or "" for line in read_lines}, ordered, read_lines)
    moment = instant_of(as_of, site.zone_of("warehouse_zone"))
    confirms: Body = []
    for dispatch in left_beyond(seen, before, ordered, site, terms, as_of=moment):
        number = _number_of_part(dispatch, len(before), len(confirms), control_number, done.id)
        confirms += confirmed(dispatch, booked(dispatch.own_date or dispatch.occurred_at, site), number)
    return confirms


def _number_of_part(dispatch: Dispatch, before: int, place: int, given: str, order_id: str) -> str:
    """The dispatch that closes an order has the order's own number, a part one that says the how-manieth it is."""
    if given:
        return padded(str(int(padded(given)) + place))
    if dispatch.part is not ShipmentPart.PARTIAL:
        return _numbered(_SHIPMENTS, order_id, "goods out")
    if before + place >= len(_PARTS):
        what = f"only {len(_PARTS)} parts of an order have a number that follows from its id"
        action = "Give the step a `control_number` of your own: 1 to 9 digits, another one for each message."
        raise InvalidRecord(what, record=f"goods out {order_id}", field="control_number", action=action)
    return _numbered(_PARTS[before + place], order_id, "goods out")


def _refuse_without_as_of(*given: Iterable[Row]) -> None:
    if any(list(each) for each in given):
        what = "it is missing: transactions and what was told are of an order that may leave in parts"
        raise InvalidRecord(what, record="goods_out_to_order_shipment", field="as_of")


def _fulfilling(given: Row, ordered: SalesOrder, agreed: StepSettings, *, in_parts: bool) -> wire.GoodsOutNode:
    """The goods out that a pick ticket became; completed, where nobody asked for its parts."""
    done = nodes.node(wire.GoodsOutNode, given, agreed)
    record = f"goods out {done.reference}"
    if in_parts and not done.status:
        what = "it is missing: whether more follows is not known"
        raise InvalidRecord(what, record=record, field="goods_out_status.code")
    if done.status and done.status != _COMPLETED and not in_parts:
        what = f"its status is {done.status}: only a completed order has left"
        action = "Run the step when it is completed, or give it `as_of` to be told of parts."
        raise InvalidRecord(what, record=record, field="goods_out_status.code", action=action)
    if done.reference.strip() != ordered.reference:
        what = f"it is not the order of pick ticket {ordered.reference}, which was given with it"
        raise InvalidRecord(what, record=record, field="reference")
    return done


def _lines_of(order: wire.GoodsOutNode, given: Iterable[Row], agreed: StepSettings) -> list[wire.GoodsOutLineNode]:
    lines = nodes.nodes(
        wire.GoodsOutLineNode, given, agreed, filled=("order_quantity", "dispatch_quantity", "product")
    )
    for line in lines:
        if line.goods_out and line.goods_out.id and line.goods_out.id != order.id:
            what = f"it belongs to the order with the id {line.goods_out.id}"
            raise InvalidRecord(what, record=f"goods out {order.reference}, line {line.id}", field="goods_out.id")
    return lines


def _skus_of(ticket: messages.PickTicket, agreed: StepSettings) -> dict[str, Sku]:
    """Product code → SKU, for what is on the pick ticket."""
    found: dict[str, Sku] = {}
    for sku in map(bluecherry.sku, ticket.lines):
        code = agreed.code_of(sku)
        if found.setdefault(code, sku) != sku:
            what = f"{found[code]} and {sku} would both be the product {code!r}"
            raise ConfigurationError(what, record=RECORD, field="recipe")
    return found


def _on_the_pick(code: str, skus: Mapping[str, Sku], ordered: SalesOrder) -> Sku:
    if code not in skus:
        what = f"the product {code!r} is no SKU of pick ticket {ordered.reference}"
        raise UnknownSku(what, code=code, record=f"goods out {ordered.reference}", field="product.code")
    return skus[code]


def _barcodes(ticket: messages.PickTicket) -> dict[Sku, str]:
    return {bluecherry.sku(line): line.upc or line.ean for line in ticket.lines}


def _refuse_lost_lines(numbers: Collection[str], ordered: SalesOrder, given: Sized) -> None:
    missing = [line.number for line in ordered.lines if line.number not in numbers]
    if missing:
        raise InvalidRecord(
            f"line {missing[0]} of the pick ticket is not among the {len(given)} lines that were given",
            record=f"goods out {ordered.reference}",
            field="lines",
            action="Read all pages of its lines, or set `all_lines` to false where the warehouse may hold fewer.",
        )


@step
def transaction_to_advice(transaction: Row, settings: StepSettingsOrDict, control_number: str = "") -> Body:
    """A node of `transactions` as an array of one advice, or an empty one when Blue Cherry need not be told.

    A receipt (it has `prod_num`) goes to `POST /api/ProductionReceiptAdvice`; an adjustment and a return go to
    `POST /api/PhysicalInventoryTM`. Holds and moves inside the warehouse are not told, dispatches by their order.
    Needs `our_id`, `vnd_id`, `warehouse_zone` and `books_zone`. Raises `InvalidRecord` and `UnknownSku`.
    """
    site = checked(settings)
    site.need("our_id", "vnd_id", "warehouse_zone", "books_zone")
    moved = nodes.node(wire.TransactionNode, transaction, site, filled=("quantity", "created_at"))
    _refuse_unknown_kind(moved, site)
    movement = clarus.movement(moved, site.warehouse_terms(site.sku_of))
    terms = site.erp_terms(site.barcode_of)
    if not isinstance(movement, Receipt | Adjustment | ReturnToStock):
        return []
    number = control_number or _numbered(_TRANSACTIONS, moved.id, "transaction")
    date = booked(moved.created_at, site)
    match movement:
        case Receipt():
            return _body(site, bluecherry.receipt_advice(movement, date, terms), number)
        case Adjustment():
            return _body(site, bluecherry.inventory_adjustment(movement, date, terms), number)
        case ReturnToStock():
            return _body(site, bluecherry.return_advice(movement, date, terms), number)


def _refuse_unknown_kind(moved: wire.TransactionNode, agreed: StepSettings) -> None:
    """A receipt whose type is not told could be a customer's return."""
    receipt = moved.goods_in_receipt
    if agreed.return_types and receipt is not None and not receipt.receipt_type:
        raise InvalidRecord(
            "it is missing: a purchase order's receipt and a return cannot be told apart",
            record=f"transaction {moved.id}",
            field="goods_in_receipt.receipt_type",
            action="Ask for the field, or set `return_types` to an empty list where there are no returns.",
        )


@step
def stock_to_positions(
    stocks: Iterable[Row],
    settings: StepSettingsOrDict,
    *,
    as_of: str | dt.datetime,
    control_number: str,
    warehouse: str = "",
) -> Body:
    """All `stocks` of one warehouse as the array for `POST /api/PhysicalInventoryTM`: one count for each SKU.

    `as_of` is when they were read (ISO 8601). The first row travels under `control_number` (1 to 9 digits), each
    further one under the next; it is its `adj_num` too. `warehouse` is the Clarus code, needed where the settings
    have several. Needs `warehouses`, `warehouse_zone` and `books_zone`. Raises `InvalidRecord`, `UnknownSku`.
    """
    site = checked(settings)
    site.need("warehouses", "warehouse_zone", "books_zone")
    read = nodes.nodes(wire.StockNode, stocks, site, filled=("quantity",))
    terms, erp_terms = site.warehouse_terms(site.sku_of), site.erp_terms(site.barcode_of)
    code, moment = _warehouse(warehouse, site), instant_of(as_of, site.zone_of("warehouse_zone"))
    found = clarus.stock_positions(read, warehouse=code, as_of=moment, terms=terms)
    first = int(padded(str(control_number)))
    told: Body = []
    for place, position in enumerate(found):
        number = padded(str(first + place))
        told += _body(site, bluecherry.stock_position_advice(position, number, erp_terms), number)
    return told


def _warehouse(code: str, agreed: StepSettings) -> str:
    known = sorted(agreed.warehouses)
    if code in known or (not code and len(known) == 1):
        return code or known[0]
    what = f"{code!r} is none of {', '.join(known)}" if code else f"say which of {', '.join(known)}"
    raise ConfigurationError(what, record="stock_to_positions", field="warehouse")


def _numbered(kind: str, identity: str, record: str) -> str:
    """The control number that follows from an id: the same for the same record, another for every other."""
    if not (identity.isascii() and identity.isdigit() and len(identity) <= _LONGEST_ID):
        raise InvalidRecord(
            f"no control number of 9 digits follows from the id {identity!r}",
            record=f"{record} {identity}",
            field="control_number",
            action="Give the step a `control_number` of your own: 1 to 9 digits, another one for each message.",
        )
    return kind + identity.zfill(_LONGEST_ID)


def _body(agreed: StepSettings, message: messages.Outbound, control_number: str) -> Body:
    return cast(Body, calls.post(agreed.rest, message, str(control_number)).json)
