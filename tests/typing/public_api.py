"""A user's program that exists to be type-checked, under `mypy --strict` and pyright strict; it is never run.

`assert_type` fails the check when a public name's type becomes wider, `Any` above all.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

import datetime as dt
from collections.abc import AsyncIterator, Iterator, Mapping
from decimal import Decimal
from typing import assert_type

import clarus_bluecherry
from clarus_bluecherry import AsyncBlueCherry, AsyncClarus, BlueCherry, Clarus, Ledger
from clarus_bluecherry.bluecherry import KEPT, Delivery, RestProfile, Transport, messages
from clarus_bluecherry.bluecherry import calls as erp_calls
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.kinds.style import STYLE
from clarus_bluecherry.clarus import Portion, UnreadRow, calls, wire
from clarus_bluecherry.errors import AnswerError, ClarusBluecherryError, InvalidRecord, Retry
from clarus_bluecherry.http import AsyncSender, Call, Json, Response, Retries, Sender, Settings, Timeouts
from clarus_bluecherry.ledger.states import State
from clarus_bluecherry.mapping import (
    CarrierCodes,
    ErpTerms,
    WarehouseIds,
    WarehouseTerms,
    bluecherry,
    clarus,
    plain,
    resolved,
    unmatched,
)
from clarus_bluecherry.model import (
    Address,
    Adjustment,
    Dispatch,
    Item,
    Money,
    Movement,
    OrderLine,
    Product,
    PurchaseOrder,
    Receipt,
    Record,
    SalesOrder,
    Sku,
    StockPosition,
    Undispatch,
    UnmatchedCode,
    decimal,
    from_plain,
    to_plain,
)


def the_package(erp: BlueCherry, wms: Clarus, ledger: Ledger) -> None:
    assert_type(clarus_bluecherry.__version__, str)
    assert_type(clarus_bluecherry.Clarus, type[Clarus])
    assert_type(clarus_bluecherry.AsyncClarus, type[AsyncClarus])
    assert_type(clarus_bluecherry.BlueCherry, type[BlueCherry])
    assert_type(clarus_bluecherry.AsyncBlueCherry, type[AsyncBlueCherry])
    assert_type(clarus_bluecherry.Ledger, type[Ledger])
    assert_type(Clarus.from_environment(), Clarus)
    assert_type(AsyncBlueCherry.from_environment(), AsyncBlueCherry)
    assert_type(erp.pick("1001"), messages.PickTicket | None)


def kinds(erp: BlueCherry, other: AsyncBlueCherry, mine: Transport, since: dt.datetime) -> None:
    assert_type(erp.read(PICK_TICKET, since), Iterator[Delivery[messages.PickTicket]])
    for delivery in erp.read(STYLE):
        assert_type(delivery.entry, messages.Style | InvalidRecord)
        assert_type(delivery.mark, dt.datetime | None)
        delivery.settle(KEPT)
    assert_type(erp.find(STYLE, "01234"), messages.Style | None)
    assert_type(list(erp.records(STYLE)), list[messages.Style | InvalidRecord])
    assert_type(list(erp.picks(since)), list[messages.PickTicket | InvalidRecord])
    assert_type(other.read(STYLE), AsyncIterator[Delivery[messages.Style]])
    assert_type(BlueCherry(mine), BlueCherry)
    assert_type(erp_calls.page(RestProfile(), PICK_TICKET).path, str)
    erp.read("pick_ticket")  # type: ignore[arg-type]


def records(noon: dt.datetime) -> SalesOrder:
    sku = Sku("01234", "BLK", size="M")
    assert_type(sku.key, str)
    assert_type(Sku.from_key(sku.key), Sku)
    line = OrderLine(number="1", item=sku, quantity=24, unit_price=Money("12.50", "USD"))
    assert_type(line.quantity, Decimal)
    assert_type(line.item, Item)
    assert_type(line.unit_price, Money | None)
    assert_type(decimal("24"), Decimal)
    order = SalesOrder(
        reference="1001", location="NJ", requested_dispatch=noon, ship_to=Address(country="GB"), lines=(line,)
    )
    assert_type(order.requested_dispatch, dt.datetime)
    assert_type(order.lines, tuple[OrderLine, ...])
    Adjustment(id="1", occurred_at=noon, location="NJ", item=sku, quantity="-2").quantity.as_tuple()
    return order


def what_cannot_be_said(noon: dt.datetime, order: SalesOrder) -> None:
    """Each line is an error that both checkers must find: an unused ignore fails the check."""
    Sku(1234)  # type: ignore[arg-type]
    OrderLine(number="1", item="01234", quantity=1)  # type: ignore[arg-type]
    OrderLine(number="1", item=Sku("01234"), quantity=1.5)  # type: ignore[arg-type]
    order.reference = "1002"  # type: ignore[misc]
    decimal(1.5)  # type: ignore[arg-type]
    wire.ProductAttributes(description="x")  # type: ignore[call-arg]
    bluecherry.sales_order(order, zone=dt.UTC)  # type: ignore[arg-type]


def plain_data(record: Record, data: Mapping[str, object]) -> None:
    assert_type(to_plain(record), dict[str, object])
    assert_type(from_plain(data), Record)
    assert_type(from_plain(data, Dispatch), Dispatch)
    assert_type(plain.pick_to_goods_out(data, plain.settings({"zone": "America/New_York"})), dict[str, Json])
    assert_type(plain.goods_out_to_order_shipment(data, [data], data, {}), list[dict[str, Json]])
    assert_type(plain.accounting_date("2026-10-31", {"zone": "America/New_York"}), str)


def orders_out(pick: messages.PickTicket, made: messages.ProductionOrder, style: messages.Style) -> None:
    order = bluecherry.sales_order(pick, zone=dt.UTC)
    assert_type(order, SalesOrder)
    assert_type(bluecherry.purchase_order(made, zone=dt.UTC), PurchaseOrder)
    assert_type(bluecherry.products(style), list[Product])
    assert_type(bluecherry.changed_at(pick, zone=dt.UTC), dt.datetime | None)
    ids = WarehouseIds(account=1, warehouse=2, products={"|01234|BLK|||M": 501})
    goods_out = clarus.goods_out(order, ids)
    assert_type(goods_out, wire.GoodsOutOrder)
    assert_type(goods_out.reference, str)
    assert_type(goods_out.lines[0].order_quantity, Decimal | int)
    assert_type(goods_out.address, wire.AddressAttributes | None)


def movements_back(
    node: wire.GoodsOutNode, line: wire.GoodsOutLineNode, moved: wire.TransactionNode, order: SalesOrder
) -> None:
    terms = WarehouseTerms(zone=dt.UTC, sku_of=UnmatchedCode)
    dispatch = clarus.dispatch(node, [line], [], [], terms)
    assert_type(dispatch, Dispatch)
    assert_type(resolved(dispatch, terms.sku_of), Dispatch)
    assert_type(unmatched(dispatch), tuple[str, ...])
    movement = clarus.movement(moved, terms)
    assert_type(movement, Movement | None)
    erp = ErpTerms(zone=dt.UTC, carriers={"UPS": CarrierCodes("UPS", "UPSN")})
    today = dispatch.occurred_at.date()
    assert_type(bluecherry.order_shipment(dispatch, order, today, erp), messages.OrderShipment)
    if isinstance(movement, Receipt):
        assert_type(bluecherry.receipt_advice(movement, today, erp), messages.ProductionReceiptAdvice)
    if isinstance(movement, Adjustment):
        assert_type(bluecherry.inventory_adjustment(movement, today, erp), messages.InventoryAdjustment)
    counted = clarus.stock_positions([], warehouse="WHS01", as_of=dispatch.occurred_at, terms=terms)
    assert_type(counted, list[StockPosition])


def calls_are_data(order: wire.GoodsOutOrder, wms: Clarus, changes: wire.ProductChanges) -> None:
    assert_type(calls.goods_outs.create.of(order), Call[wire.Saved])
    assert_type(calls.products.update.of("501", changes), Call[wire.Saved])
    assert_type(wms.send(calls.goods_outs.create.of(order)), wire.Saved)
    assert_type(wms.all(calls.products.list()), list[wire.ProductNode])
    assert_type(wms.first(calls.goods_outs.list()), wire.GoodsOutNode | None)
    unread: list[UnreadRow] = []
    assert_type(wms.all(calls.goods_outs.list(), unread=unread.append), list[wire.GoodsOutNode])
    assert_type(next(wms.pages(calls.goods_outs.list())), Portion[wire.GoodsOutNode])


def errors(error: ClarusBluecherryError) -> str:
    assert_type(error.retry, Retry)
    assert_type(error.action, str)
    if isinstance(error, AnswerError):
        assert_type(error.headers, Mapping[str, str])
        assert_type(error.retry_after, float | None)
    if isinstance(error, InvalidRecord):
        return error.field
    return error.what


def every_item_is_one_of_two(item: Item) -> str:
    match item:
        case Sku():
            return item.key
        case UnmatchedCode():
            return item.code


def every_movement_has_its_direction(movement: Movement) -> Decimal:
    match movement:
        case Dispatch():
            return -sum((line.shipped for line in movement.lines), Decimal(0))
        case Undispatch():
            return sum((line.shipped for line in movement.lines), Decimal(0))
        case _:
            return movement.quantity


def every_final_state(state: State) -> bool:
    return state is State.POSTED or state is State.CANCELLED


def the_settings() -> None:
    settings = Settings(timeout=5, max_retries=3, deadline=20, headers={"X-Tenant": "acme"})
    settings = Settings(timeout=Timeouts(read=5.5), max_retries=Retries(attempts=4), verify=False)
    assert_type(settings.timeout, Timeouts)
    assert_type(settings.max_retries, Retries)
    assert_type(Clarus.from_environment(settings=settings), Clarus)
    assert_type(BlueCherry.from_environment(settings=settings), BlueCherry)


def other_patience(sender: Sender, wms: Clarus, erp: BlueCherry, call: Call[int]) -> None:
    assert_type(sender.with_options(timeout=5, max_retries=3, deadline=20), Sender)
    assert_type(sender.with_options(timeout=Timeouts(read=5), max_retries=Retries()).send(call), int)
    assert_type(wms.with_options(timeout=0.5).send(call), int)
    assert_type(wms.with_options(deadline=20).send_with_response(call), Response[int])
    assert_type(erp.with_options(max_retries=0), BlueCherry)
    sender.with_options(retries=3)  # type: ignore[call-arg]
    wms.with_options(timeout="5")  # type: ignore[arg-type]


async def other_patience_async(
    sender: AsyncSender, wms: AsyncClarus, erp: AsyncBlueCherry, call: Call[int]
) -> None:
    assert_type(sender.with_options(timeout=5, max_retries=3, deadline=20), AsyncSender)
    assert_type(await sender.with_options(deadline=20).send(call), int)
    assert_type(await wms.with_options(deadline=20).send_with_response(call), Response[int])
    assert_type(erp.with_options(max_retries=0), AsyncBlueCherry)
