"""What becomes of each kind of fact: one table, a row for each.

Law of this module: the flows look up, they do not dispatch. A new kind of fact is a row here and a function in
`mapping`; a kind may have several rows: one for each record that it may be, and where one document of
Blue Cherry's is several facts, one for each of those. What has no row says why not, aloud.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from clarus_bluecherry.bluecherry.kinds import Kind
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.kinds.production_order import PRODUCTION_ORDER
from clarus_bluecherry.bluecherry.kinds.transfer_order import TRANSFER_ORDER
from clarus_bluecherry.bluecherry.messages import PickTicket, ProductionOrder, Row
from clarus_bluecherry.clarus import calls, wire
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows import standing, writing
from clarus_bluecherry.flows.message import message_of
from clarus_bluecherry.flows.names import (
    BLUECHERRY,
    CLARUS,
    DISPATCH,
    GOODS_OUT,
    INVENTORY_ADJUSTMENT,
    LATE_LINE,
    LINE_OUT,
    ORDER_SHIPMENT,
    PACKS,
    PERIOD,
    PRE_RECEIPT,
    PRODUCT,
    PRODUCT_UPDATE,
    RECEIPT_ADVICE,
    RETURN_TO_STOCK,
    SHIPMENT_REVERSAL,
    TRANSACTION,
    UNDISPATCH,
    WAITS,
)
from clarus_bluecherry.flows.route import (
    ITS_ORDER,
    Dated,
    FoundBy,
    Lane,
    OrderRoute,
    OrderTerms,
    PostingKind,
    Route,
)
from clarus_bluecherry.ledger import Fact, Posting
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.model import (
    Adjustment,
    CrosswalkEntry,
    Dispatch,
    Hold,
    PeriodChange,
    Product,
    PurchaseOrder,
    Receipt,
    Record,
    ReturnToStock,
    SalesOrder,
    Undispatch,
    Unread,
)

# What is called for ------------------------------------------------------------------------------------------


def goods_out_of(posting: Posting) -> wire.GoodsOutOrder:
    """The goods out that the ledger keeps for a posting. Raises `UnreadableMessage`."""
    return message_of(posting, wire.GoodsOutOrder.model_validate)


GOODS_OUTS: PostingKind[SalesOrder] = PostingKind(
    name=GOODS_OUT,
    target=CLARUS,
    found_by=FoundBy.CONTENT,
    write=writing.goods_out,
    by_file=writing.goods_out_by_file,
    create=lambda posting: calls.goods_outs.create.of(goods_out_of(posting)),
)
PRE_RECEIPTS: PostingKind[PurchaseOrder] = PostingKind(
    name=PRE_RECEIPT,
    target=CLARUS,
    found_by=FoundBy.REFERENCE,
    write=writing.pre_receipt,
    by_file=writing.pre_receipt_by_file,
    create=lambda posting: calls.goods_in_receipts.create.of(message_of(posting, wire.PreReceipt.model_validate)),
)
LINES_OUT: PostingKind[SalesOrder] = PostingKind(
    name=LINE_OUT,
    target=CLARUS,
    found_by=FoundBy.LINE,
    write=writing.goods_out,
    by_file="no import adds a line to an order: add it in Clarus, or release it on a pick ticket of its own",
)
_COMPARED = "`products` compares both sides' lists and says field by field what is wanted"
NEW_PRODUCTS: PostingKind[Product] = PostingKind(
    name=PRODUCT, target=CLARUS, found_by=FoundBy.FIELDS, write=_COMPARED
)
PRODUCT_UPDATES: PostingKind[Product] = PostingKind(
    name=PRODUCT_UPDATE, target=CLARUS, found_by=FoundBy.FIELDS, write=_COMPARED
)
SHIP_CONFIRMS: PostingKind[Dispatch] = PostingKind(
    name=ORDER_SHIPMENT,
    target=BLUECHERRY,
    found_by=FoundBy.CONTROL_NUMBER,
    write=Dated(writing.order_shipment),
)
REVERSALS: PostingKind[Undispatch] = PostingKind(
    name=SHIPMENT_REVERSAL,
    target=BLUECHERRY,
    found_by=FoundBy.NOBODY,
    write="Blue Cherry takes no message that voids a shipment (L)",
)
RECEIPT_ADVICES: PostingKind[Receipt] = PostingKind(
    name=RECEIPT_ADVICE,
    target=BLUECHERRY,
    found_by=FoundBy.CONTROL_NUMBER,
    write=Dated(writing.receipt_advice),
)
ADJUSTMENTS: PostingKind[Adjustment] = PostingKind(
    name=INVENTORY_ADJUSTMENT,
    target=BLUECHERRY,
    found_by=FoundBy.CONTROL_NUMBER,
    write=Dated(writing.inventory_adjustment),
)
RETURNS_TO_STOCK: PostingKind[ReturnToStock] = PostingKind(
    name=RETURN_TO_STOCK,
    target=BLUECHERRY,
    found_by=FoundBy.CONTROL_NUMBER,
    write=Dated(writing.return_advice),
)
BROKEN_PACKS: PostingKind[Any] = PostingKind(
    name=WAITS,
    target=BLUECHERRY,
    found_by=FoundBy.NOBODY,
    write="`counting_packs` says which components of which pack are still to come",
)

# Orders ------------------------------------------------------------------------------------------------------


def _sales_order(pick: PickTicket, site: OrderTerms) -> SalesOrder | PurchaseOrder:
    if bluecherry.is_withdrawn(pick, statuses=site.withdrawn_statuses):
        return bluecherry.withdrawn(pick, zone=site.erp_zone)
    terms = site.erp_terms
    order = bluecherry.sales_order(pick, zone=site.erp_zone, eaches=terms.eaches, units=terms.units)
    lines = [evolve(line, item=site.in_division(line.item, pick.division)) for line in order.lines]
    return evolve(order, lines=tuple(lines))


def _purchase_order(order: ProductionOrder, site: OrderTerms) -> SalesOrder | PurchaseOrder:
    if bluecherry.is_withdrawn(order):
        return bluecherry.withdrawn(order, zone=site.erp_zone)
    terms = site.erp_terms
    return bluecherry.purchase_order(order, zone=site.erp_zone, eaches=terms.eaches, units=terms.units)


_NOT_TOLD = "no message tells Blue Cherry what became of a transfer order (L): book it there by hand"
_OF_ORDER: Lane[Any] = Lane("its order", lambda movement: movement.order_reference)
_SKU: Lane[Product] = Lane("its SKU", lambda product: product.sku.key)
_NONE: Lane[Any] = Lane("none", lambda record: "")


def _pick(dispatch: Dispatch | Undispatch) -> str:
    return dispatch.order_reference


def _order_line(receipt: Receipt) -> str:
    return f"{receipt.order_reference}/{receipt.line_number}"


def _line_out(line: SalesOrder) -> str:
    return f"{line.reference}/{line.lines[0].number}"


def _own_id(movement: Adjustment | ReturnToStock) -> str:
    return movement.id


def _receipt_name(receipt: Receipt) -> str:
    return f"receipt {receipt.id} on production order {receipt.order_reference}"


def _sku(product: Product) -> str:
    return product.sku.key


# The table ---------------------------------------------------------------------------------------------------

ROUTES: tuple[Route[Any], ...] = (
    OrderRoute(
        fact=PICK_TICKET.name,
        record=SalesOrder,
        calls_for=GOODS_OUTS,
        title="pick",
        kind=PICK_TICKET,
        number=lambda pick: pick.pick_num,
        order=_sales_order,
    ),
    OrderRoute(
        fact=PRODUCTION_ORDER.name,
        record=PurchaseOrder,
        calls_for=PRE_RECEIPTS,
        title="production order",
        kind=PRODUCTION_ORDER,
        number=lambda order: order.prod_num,
        order=_purchase_order,
    ),
    OrderRoute(
        fact="transfer_out",
        record=SalesOrder,
        calls_for=GOODS_OUTS,
        title="transfer out",
        kind=TRANSFER_ORDER,
        number=bluecherry.transfer_number,
        order=lambda order, site: _sales_order(bluecherry.transfer_out(order), site),
        place=lambda order: bluecherry.transfer_places(order)[0],
        untold=_NOT_TOLD,
    ),
    OrderRoute(
        fact="transfer_in",
        record=PurchaseOrder,
        calls_for=PRE_RECEIPTS,
        title="transfer in",
        kind=TRANSFER_ORDER,
        number=bluecherry.transfer_number,
        order=lambda order, site: _purchase_order(bluecherry.transfer_in(order), site),
        place=lambda order: bluecherry.transfer_places(order)[1],
        untold=_NOT_TOLD,
    ),
    Route(
        source=BLUECHERRY,
        fact=LATE_LINE,
        record=SalesOrder,
        calls_for=LINES_OUT,
        title="line of a pick",
        reference=_line_out,
        name=lambda line: f"line {_line_out(line)} of a pick",
        lane=ITS_ORDER,
    ),
    Route(
        source=BLUECHERRY,
        fact=PRODUCT,
        record=Product,
        calls_for=NEW_PRODUCTS,
        title="product",
        reference=_sku,
        lane=_SKU,
    ),
    Route(
        source=BLUECHERRY,
        fact=PRODUCT,
        record=Product,
        calls_for=PRODUCT_UPDATES,
        title="product",
        reference=_sku,
        lane=_SKU,
    ),
    Route(
        source=CLARUS,
        fact=DISPATCH,
        record=Dispatch,
        calls_for=SHIP_CONFIRMS,
        title="dispatch of pick",
        reference=_pick,
        name=standing.told_name,
        lane=_OF_ORDER,
        answers=GOODS_OUT,
        waits=standing.first_stands,
    ),
    Route(
        source=CLARUS,
        fact=UNDISPATCH,
        record=Undispatch,
        calls_for=REVERSALS,
        title="dispatch taken back",
        reference=_pick,
        name=lambda undone: f"{standing.told_name(undone)}, taken back",
        lane=_OF_ORDER,
        waits=standing.taken_back_there,
    ),
    Route(
        source=CLARUS,
        fact=TRANSACTION,
        record=Receipt,
        calls_for=RECEIPT_ADVICES,
        title="receipt",
        reference=_order_line,
        name=_receipt_name,
        lane=_OF_ORDER,
        answers=PRE_RECEIPT,
        waits=standing.counted_soon,
    ),
    Route(
        source=CLARUS,
        fact=PACKS,
        record=Receipt,
        calls_for=RECEIPT_ADVICES,
        title="receipt of packs",
        reference=_order_line,
        name=_receipt_name,
        lane=_OF_ORDER,
        answers=PRE_RECEIPT,
    ),
    Route(
        source=CLARUS,
        fact=TRANSACTION,
        record=ReturnToStock,
        calls_for=RETURNS_TO_STOCK,
        title="return to stock",
        reference=_own_id,
        lane=_OF_ORDER,
        answers=GOODS_OUT,
        waits=standing.beyond_what_left,
        remembers=standing.note_return,
    ),
    Route(
        source=CLARUS,
        fact=TRANSACTION,
        record=Adjustment,
        calls_for=ADJUSTMENTS,
        title="adjustment",
        reference=_own_id,
        lane=_NONE,
    ),
    Route(
        source=CLARUS,
        fact=WAITS,
        record=Dispatch,
        calls_for=BROKEN_PACKS,
        title="pieces of a prepack, pick",
        reference=_pick,
        lane=_OF_ORDER,
    ),
    Route(
        source=CLARUS,
        fact=WAITS,
        record=Receipt,
        calls_for=BROKEN_PACKS,
        title="pieces of a prepack, production order",
        reference=_order_line,
        lane=_OF_ORDER,
    ),
)

WITHOUT_ROUTE: Mapping[tuple[str, type[Record]], str] = {
    (TRANSACTION, Hold): "stock that is held is still there: no quantity changes",
    (PERIOD, PeriodChange): "what a period of the books became, version by version: the calendar heeds it",
    ("pair", CrosswalkEntry): "what a code was held to be, version by version: `crosswalk` reads it",
}
"""Kinds of facts that call for nothing at either system, by the record they are, and why."""


# Looked up ---------------------------------------------------------------------------------------------------


def routed(fact: Fact) -> Route[Any] | None:
    """The route of a fact; None where its kind calls for nothing, and where it cannot be read.

    Raises `InvalidRecord` for a kind that nobody named.
    """
    kind, record = fact.kind, type(fact.record)
    found = next((each for each in ROUTES if each.fact == kind and each.record is record), None)
    if found is None and record is not Unread and (kind, record) not in WITHOUT_ROUTE:
        what = f"no route says what becomes of a {kind} that is a {record.__name__}"
        raise InvalidRecord(what, record=fact.key, action="Add a row to `flows/routes.py`, or say there why not.")
    return found


def posting_kind(name: str) -> PostingKind[Any] | None:
    """The kind of posting of this name, None for one that no fact calls for."""
    return next((each.calls_for for each in ROUTES if each.posting == name), None)


def order_routes() -> list[OrderRoute[Any]]:
    """The routes of orders."""
    return [each for each in ROUTES if isinstance(each, OrderRoute)]


def route_of(fact: str) -> OrderRoute[Any] | None:
    """The route of a kind of fact; None where it is none of an order."""
    return next((route for route in order_routes() if route.fact == fact), None)


def routes_of(row: Row) -> list[OrderRoute[Any]]:
    """Every way that a record goes."""
    return [route for route in order_routes() if type(row) is route.kind.model]


def order_kinds() -> list[Kind[Any]]:
    """The kinds that become orders, each once."""
    return list(dict.fromkeys(route.kind for route in order_routes()))


# Shown -------------------------------------------------------------------------------------------------------


def table() -> str:
    """The table as docs/architecture.md shows it."""
    head = "| fact | told by | record | calls for | at | a person calls it | belongs with | found again by |"
    rows = [head, "|---|---|---|---|---|---|---|---|"]
    for each in ROUTES:
        cells = (
            f"`{each.fact}`",
            _SYSTEMS[each.source],
            each.record.__name__,
            f"`{each.posting}`",
            _SYSTEMS[each.calls_for.target],
            f"{each.title} …",
            each.lane.words,
            each.calls_for.found_by,
        )
        rows.append(f"| {' | '.join(cells)} |")
    none = [f"| `{fact}` | {record.__name__} | {why} |" for (fact, record), why in WITHOUT_ROUTE.items()]
    return "\n".join([*rows, "", "| fact | record | calls for nothing, because |", "|---|---|---|", *none])


_SYSTEMS = {CLARUS: "Clarus", BLUECHERRY: "Blue Cherry"}
