"""The factories: every record has one, each takes each field, and all of them tell the same story."""

from __future__ import annotations

import datetime as dt
import inspect
import typing
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from attrs import fields
from pydantic import BaseModel, ValidationError

from clarus_bluecherry import model
from clarus_bluecherry.bluecherry import messages as wire_messages
from clarus_bluecherry.clarus import wire
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping import CarrierCodes, ErpTerms, WarehouseTerms, bluecherry, clarus
from clarus_bluecherry.model import Sku, UnmatchedCode
from clarus_bluecherry.sku import Recipe
from clarus_bluecherry.testing import messages, nodes, records

ZONE = ZoneInfo("America/New_York")
PLAIN_VALUES = {model.Sku, model.UnmatchedCode, model.Money}
"""Values with a short constructor of their own."""
NOT_MET_WHOLE = {wire_messages.Acknowledgement}
"""What a transport reads and answers itself."""


def factories(module: object) -> dict[str, Callable[..., object]]:
    names = [name for name in module.__all__ if inspect.isfunction(getattr(module, name))]
    return {name: getattr(module, name) for name in names}


def made(module: object) -> dict[type, Callable[..., object]]:
    return {type(make()): make for make in factories(module).values()}


RECORDS = made(records)


def test_every_canonical_record_has_a_factory() -> None:
    parts = {model.Address, model.OrderLine, model.PurchaseOrderLine, model.DispatchLine, model.Carton}
    assert {*typing.get_args(model.Record), *parts, model.CartonLine} == set(RECORDS)


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_every_field_of_a_record_may_be_named(kind: type) -> None:
    make = RECORDS[kind]
    (named,) = typing.get_args(typing.get_type_hints(make, vars(records))["changes"])
    assert set(named.__annotations__) == {each.name for each in fields(kind)}
    assert all(make(**{each.name: getattr(make(), each.name)}) == make() for each in fields(kind))


def test_every_message_a_user_meets_has_a_factory() -> None:
    abstract = {wire_messages.Row, wire_messages.Message, wire_messages.SkuColumns, wire_messages.SkuSent}
    inner = {wire_messages.PickEcho, wire_messages.ShipmentCartonLine, wire_messages.ToldError}
    answers = {wire_messages.Acceptance}
    all_of_them = {
        each
        for each in (getattr(wire_messages, name) for name in wire_messages.__all__)
        if inspect.isclass(each) and issubclass(each, BaseModel)
    }
    assert all_of_them - abstract - inner - answers - NOT_MET_WHOLE == set(made(messages))


@pytest.mark.parametrize("module", [messages, nodes], ids=["messages", "nodes"])
def test_a_column_that_is_named_stands_there_and_a_bad_one_is_refused(module: object) -> None:
    for make in factories(module).values():
        for name, value in dict(make()).items():
            assert getattr(make(**{name: value}), name) == value
    with pytest.raises(ValidationError):
        messages.pick_line(bk_qty="many")
    with pytest.raises(ValidationError):
        messages.order_shipment(ship_day="2026-03-02")
    with pytest.raises(ValidationError):
        nodes.transaction(created_at="yesterday")


def test_a_record_that_cannot_exist_is_refused_and_so_is_a_field_that_is_none() -> None:
    with pytest.raises(InvalidRecord, match="not above zero"):
        records.order_line(quantity=0)
    with pytest.raises(TypeError):
        records.order_line(quantiy=1)


def test_what_is_made_twice_is_equal_and_shares_nothing_that_changes() -> None:
    for module in (records, messages, nodes):
        assert all(make() == make() for make in factories(module).values())


# One story ---------------------------------------------------------------------------------------------------


def terms() -> WarehouseTerms:
    skus: dict[str, Sku] = {Recipe().code(each): each for each in (records.SHIRT, records.JEANS)}
    return WarehouseTerms(zone=ZONE, sku_of=lambda code: skus.get(code) or UnmatchedCode(code))


def test_the_product_codes_are_those_of_the_recipe() -> None:
    shirt, jeans = nodes.product().code, nodes.transaction().product
    assert jeans is not None
    assert (shirt, jeans.code) == (Recipe().code(records.SHIRT), Recipe().code(records.JEANS))


def test_the_pick_ticket_is_the_sales_order() -> None:
    assert bluecherry.sales_order(messages.pick_ticket(), zone=ZONE) == records.sales_order()


def test_the_production_order_is_the_purchase_order() -> None:
    assert bluecherry.purchase_order(messages.production_order(), zone=ZONE) == records.purchase_order()


def test_the_style_is_the_product() -> None:
    assert bluecherry.products(messages.style(), currency="USD") == [records.product()]


def test_the_goods_out_is_the_dispatch() -> None:
    jeans = nodes.goods_out_line(
        id="602", alt_line_number="2", order_quantity=2, dispatch_quantity=2, product=nodes.transaction().product
    )
    found = clarus.dispatch(
        nodes.goods_out(), [nodes.goods_out_line(), jeans], [nodes.shipment()], [nodes.package()], terms()
    )
    assert found == records.dispatch()


def test_the_transaction_is_the_adjustment() -> None:
    assert clarus.movement(nodes.transaction(), terms()) == records.adjustment()


def test_the_stock_is_the_position() -> None:
    found = clarus.stock_positions([nodes.stock()], warehouse="NJ", as_of=records.NOON, terms=terms())
    assert found == [records.stock_position()]


def test_the_dispatch_is_the_ship_confirm() -> None:
    upc = {records.SHIRT: "036000291452"}
    erp = ErpTerms(
        zone=ZONE, carriers={"UPS": CarrierCodes("UPS", "UPSN")}, barcode_of=lambda sku: upc.get(sku, "")
    )
    day = dt.date(2026, 3, 2)
    told = bluecherry.order_shipment(records.dispatch(), records.sales_order(), day, erp)
    assert told.lines == messages.order_shipment().lines
    assert told.model_dump(exclude={"cartons"}) == messages.order_shipment().model_dump(exclude={"cartons"})
    assert bluecherry.receipt_advice(records.receipt(), day, erp) == messages.production_receipt_advice()
    assert bluecherry.inventory_adjustment(records.adjustment(), day, erp) == messages.inventory_adjustment()
    assert bluecherry.return_advice(records.return_to_stock(), day, erp) == messages.return_advice()
    assert bluecherry.stock_position_advice(records.stock_position(), "9006", erp) == (
        messages.stock_position_advice()
    )


def test_the_report_line_is_the_book_stock() -> None:
    (position,) = bluecherry.book_positions([messages.on_hand()], as_of=records.NOON)
    same = records.stock_position(keeper=model.SystemOfRecord.ERP, unit_cost=records.product().unit_cost)
    assert position == same


def test_the_nodes_are_those_the_library_reads() -> None:
    assert set(made(nodes)) <= {getattr(wire, name) for name in wire.__all__}
