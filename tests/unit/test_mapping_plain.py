"""The plain doors: dicts in, dicts out, and nothing but what the typed functions say."""

import datetime as dt
import inspect
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapping_world import (
    CODES,
    COUNTED_AT,
    DRESS_M,
    JEANS,
    LINES,
    LONDON,
    NEW_YORK,
    PERSONAL,
    PRODUCT_IDS,
    SHIPMENT,
    UPCS,
    a_goods_out,
    a_package,
    a_pick,
    a_production_order,
    a_transaction,
    columns,
    order,
    production_order,
    stock,
    ticket,
    transaction,
)

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.clarus import wire
from clarus_bluecherry.errors import ClarusBluecherryError, ConfigurationError, InvalidRecord
from clarus_bluecherry.mapping import ErpTerms, WarehouseTerms, bluecherry, clarus, plain
from clarus_bluecherry.model import UnmatchedCode, from_plain, to_plain

NY, WAREHOUSE_ZONE = "America/New_York", "Europe/London"
DATE = dt.date(2026, 3, 31)
IDS = clarus.WarehouseIds(account=1, warehouse=2, products=PRODUCT_IDS)
HELPERS = {"bluecherry": {"sku", "changed_at"}, "clarus": {"address"}}

W_TERMS = plain.warehouse_terms(
    zone=WAREHOUSE_ZONE, codes=CODES, terms=WarehouseTerms(zone=LONDON, locations={"WHS01": "NJ"})
)
E_TERMS = plain.erp_terms(zone=NY, barcodes=UPCS)


def through_json(made):
    """What another step of an iPaaS would get."""
    return json.loads(json.dumps(made, allow_nan=False))


def functions_of(module):
    return {
        name: each
        for name, each in inspect.getmembers(module, inspect.isfunction)
        if each.__module__ == module.__name__ and not name.startswith("_")
    }


@pytest.mark.parametrize("module", [bluecherry, clarus])
def test_every_public_mapping_has_a_plain_door_of_the_same_name(module):
    wanted = set(functions_of(module)) - HELPERS[module.__name__.rpartition(".")[2]]
    assert wanted <= set(functions_of(plain))


def test_no_plain_door_leads_elsewhere():
    doors = set(functions_of(plain)) - {"parse", "skus", "warehouse_terms", "erp_terms"}
    assert doors <= set(functions_of(bluecherry)) | set(functions_of(clarus))


@pytest.mark.parametrize("name", sorted(set(functions_of(plain)) - {"skus", "warehouse_terms", "erp_terms"}))
def test_a_plain_door_takes_its_record_first_and_the_rest_by_name(name):
    first, *rest = inspect.signature(functions_of(plain)[name]).parameters.values()
    assert first.kind is first.POSITIONAL_OR_KEYWORD
    if name != "parse":
        assert {each.kind for each in rest} == {inspect.Parameter.KEYWORD_ONLY}


# Out to the warehouse ----------------------------------------------------------------------------------------


def test_a_pick_ticket_becomes_the_same_order():
    made = plain.sales_order(a_pick(), zone=NY)
    assert from_plain(through_json(made)) == order()
    assert made["record"] == "SalesOrder"


def test_a_production_order_becomes_the_same_purchase_order():
    made = plain.purchase_order(a_production_order(), zone=NY)
    assert from_plain(through_json(made)) == bluecherry.purchase_order(production_order(), zone=NEW_YORK)


def test_a_style_becomes_the_same_products():
    style = {"style": "01234", "std_cost": "7.20", "skus": [columns(DRESS_M, upc="012345678905")]}
    typed = bluecherry.products(messages.Style.model_validate(style), currency="USD")
    assert [from_plain(each) for each in through_json(plain.products(style, currency="USD"))] == typed
    assert plain.products(style)[0]["unit_cost"] is None


def test_inventory_lines_become_the_same_book_stock():
    row = columns(JEANS, location="NJ", total_qoh=-2.5, loc_std_cost=9.1, loc_curr="USD")
    typed = bluecherry.book_positions([messages.OnHand.model_validate(row)], as_of=COUNTED_AT)
    assert [from_plain(each) for each in through_json(plain.book_positions([row], as_of=COUNTED_AT))] == typed
    assert typed[0].quantity.as_tuple() == (1, (2, 5), -1)


def test_an_order_becomes_the_same_goods_out():
    made = plain.goods_out(
        plain.sales_order(a_pick(), zone=NY), account=1, warehouse=2, products=PRODUCT_IDS, carrier=4
    )
    typed = clarus.goods_out(order(), clarus.WarehouseIds(account=1, warehouse=2, products=PRODUCT_IDS, carrier=4))
    assert wire.GoodsOutOrder.model_validate(through_json(made)) == typed
    assert "priority" not in made["header"], "what was not set is not sent"


def test_a_purchase_order_becomes_the_same_pre_receipt():
    expected = bluecherry.purchase_order(production_order(), zone=NEW_YORK)
    made = plain.pre_receipt(to_plain(expected), account=1, warehouse=2, products=PRODUCT_IDS)
    assert wire.PreReceipt.model_validate(through_json(made)) == clarus.pre_receipt(expected, IDS)


def test_a_sku_becomes_the_same_product():
    [master] = bluecherry.products(
        messages.Style.model_validate({"style": "01234", "style_name": "Dress", "skus": [columns(DRESS_M)]})
    )
    made = plain.product(to_plain(master), code="01234-BLK-M", stock_unit_type=7)
    assert wire.ProductAttributes.model_validate(through_json(made)) == clarus.product(master, "01234-BLK-M", 7)


# Back from the warehouse -------------------------------------------------------------------------------------


def a_dispatch():
    return plain.dispatch(a_goods_out(), lines=LINES, shipments=[SHIPMENT], packages=[a_package(1)], terms=W_TERMS)


def test_a_completed_goods_out_becomes_the_same_dispatch():
    typed = clarus.dispatch(
        wire.GoodsOutNode.model_validate(a_goods_out()),
        [wire.GoodsOutLineNode.model_validate(line) for line in LINES],
        [wire.ShipmentNode.model_validate(SHIPMENT)],
        [wire.PackageNode.model_validate(a_package(1))],
        W_TERMS,
    )
    assert from_plain(through_json(a_dispatch())) == typed
    assert typed.location == "NJ"


@pytest.mark.parametrize("subtype", ["RCV", "UNRCV", "POSADJ", "NEGADJ", "HOLD", "OFFHOLD"])
def test_a_transaction_becomes_the_same_movement(subtype):
    made = plain.movement(a_transaction(subtype, -4.0), terms=W_TERMS)
    assert from_plain(through_json(made)) == clarus.movement(transaction(subtype, -4.0), W_TERMS)


def test_a_transaction_that_moves_no_stock_is_none():
    assert plain.movement(a_transaction("PICK", 4), terms=W_TERMS) is None


def test_stock_becomes_the_same_positions():
    stocks = [stock(1, "01234-BLK-M", 1.5), stock(2, "?", 2)]
    made = plain.stock_positions(stocks, warehouse="WHS01", as_of=COUNTED_AT, terms=W_TERMS)
    nodes = [wire.StockNode.model_validate(each) for each in stocks]
    typed = clarus.stock_positions(nodes, warehouse="WHS01", as_of=COUNTED_AT, terms=W_TERMS)
    assert [from_plain(each) for each in through_json(made)] == typed
    assert typed[1].item == UnmatchedCode("?")


# To the ERP --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pick", [None, a_pick()])
def test_a_dispatch_becomes_the_same_ship_confirm(pick):
    made = plain.order_shipment(
        a_dispatch(), order=plain.sales_order(a_pick(), zone=NY), date=DATE, terms=E_TERMS, pick=pick
    )
    shipped = from_plain(a_dispatch())
    typed = bluecherry.order_shipment(shipped, order(), DATE, E_TERMS, pick=ticket() if pick else None)
    assert made["kind"] == "order_shipment"
    assert messages.OrderShipment.model_validate(through_json(made)) == typed
    assert (made["doc_num"], made["echo"]["load_id"]) == (("940-7", "L5") if pick else ("", ""))


def test_a_receipt_becomes_the_same_receipt_advice():
    receipt = plain.movement(a_transaction("RCV", 4), terms=W_TERMS)
    made = plain.receipt_advice(receipt, date=DATE, terms=E_TERMS)
    typed = bluecherry.receipt_advice(from_plain(receipt), DATE, E_TERMS)
    assert made["kind"] == "production_receipt_advice"
    assert messages.ProductionReceiptAdvice.model_validate(through_json(made)) == typed


def test_a_change_of_stock_becomes_the_same_adjustment():
    moved = plain.movement(a_transaction("NEGADJ", 4), terms=W_TERMS)
    made = plain.inventory_adjustment(moved, date=DATE, terms=E_TERMS)
    typed = bluecherry.inventory_adjustment(from_plain(moved), DATE, E_TERMS)
    assert (made["kind"], made["adjustment"]) == ("inventory_adjustment", "adjustment")
    assert messages.InventoryAdjustment.model_validate(through_json(made)) == typed


RETURNED = {"reference": "RMA-1", "receipt_type": "return"}


def test_a_return_becomes_the_same_return_advice():
    moved = plain.movement(a_transaction("RCV", 4, goods_in_receipt=RETURNED), terms=W_TERMS)
    made = plain.return_advice(moved, date=DATE, terms=E_TERMS)
    typed = bluecherry.return_advice(from_plain(moved), DATE, E_TERMS)
    assert (made["kind"], made["order_reference"]) == ("return_to_stock", "RMA-1")
    assert messages.ReturnAdvice.model_validate(through_json(made)) == typed


@pytest.mark.parametrize("subtype", ["RCV", "HOLD"])
@pytest.mark.parametrize("tell", [plain.inventory_adjustment, plain.return_advice])
def test_what_is_told_elsewhere_or_not_at_all_is_no_adjustment_and_no_return(tell, subtype):
    moved = plain.movement(a_transaction(subtype, 4), terms=W_TERMS)
    with pytest.raises(InvalidRecord, match="field record") as caught:
        tell(moved, date=DATE, terms=E_TERMS)
    assert caught.value.record.endswith("4711")


def test_stock_becomes_the_same_count():
    [position] = plain.stock_positions(
        [stock(1, "01234-BLK-M", 9)], warehouse="WHS01", as_of=COUNTED_AT, terms=W_TERMS
    )
    made = plain.stock_position_advice(position, number="C-1", terms=E_TERMS)
    typed = bluecherry.stock_position_advice(from_plain(position), "C-1", E_TERMS)
    assert made["kind"] == "stock_position"
    assert messages.StockPositionAdvice.model_validate(through_json(made)) == typed
    assert made["count_date"] == "2026-03-31"


# Terms and refusals ------------------------------------------------------------------------------------------


def test_plain_terms_are_the_crosswalk_and_the_barcodes_they_were_given():
    assert W_TERMS.sku_of("01234-BLK-M") == DRESS_M
    assert W_TERMS.sku_of("nobody's") == UnmatchedCode("nobody's")
    assert E_TERMS.barcode_of(DRESS_M) == "012345678905"
    assert plain.erp_terms(zone=NY, barcodes={}).barcode_of(DRESS_M) == ""
    own = plain.erp_terms(zone=NY, barcodes={}, terms=ErpTerms(zone=LONDON, company_prefix="0812345"))
    assert (own.zone, own.company_prefix) == (NEW_YORK, "0812345")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "EST5EDT4", "\0", "America"])
def test_a_zone_that_does_not_exist_is_a_configuration_error(zone):
    with pytest.raises(ConfigurationError, match="time zone"):
        plain.sales_order(a_pick(), zone=zone)
    with pytest.raises(ConfigurationError, match="time zone"):
        plain.warehouse_terms(zone=zone, codes={})


def test_a_wire_record_that_cannot_be_read_is_named_by_number_and_field():
    with pytest.raises(InvalidRecord) as caught:
        plain.sales_order(a_pick(lines=[columns(DRESS_M, line_seq=1, bk_qty="many")]), zone=NY)
    assert caught.value.record == "PickTicket 0001001"
    assert caught.value.field == "lines.0.bk_qty"
    with pytest.raises(InvalidRecord, match="TransactionNode 4711, field created_at"):
        plain.movement(a_transaction("RCV", 1, created_at="2026-03-31T23:30:00"), terms=W_TERMS)


def test_a_wire_record_that_cannot_be_read_is_not_quoted():
    with pytest.raises(InvalidRecord) as caught:
        plain.sales_order(a_pick(addresses=[{"name": ["Jo Doe", "1 High Street"]}]), zone=NY)
    assert not any(secret in f"{caught.value} {caught.value!r}" for secret in PERSONAL)


def test_a_canonical_record_of_the_wrong_kind_is_refused():
    with pytest.raises(InvalidRecord, match="field record"):
        plain.goods_out(a_dispatch(), account=1, warehouse=2, products={})


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=2) | st.dictionaries(st.text(max_size=5), inside, max_size=2),
    max_leaves=5,
)


DOORS = {
    "sales_order": (lambda raw: plain.sales_order(raw, zone=NY), a_pick()),
    "purchase_order": (lambda raw: plain.purchase_order(raw, zone=NY), a_production_order()),
    "dispatch": (lambda raw: plain.dispatch(raw, lines=LINES, terms=W_TERMS), a_goods_out()),
    "movement": (lambda raw: plain.movement(raw, terms=W_TERMS), a_transaction("RCV", 3)),
    "order_shipment": (
        lambda raw: plain.order_shipment(
            raw, order=plain.sales_order(a_pick(), zone=NY), date=DATE, terms=E_TERMS
        ),
        a_dispatch(),
    ),
}


@pytest.mark.parametrize("door", DOORS)
@given(data=st.data())
def test_whatever_a_system_sends_is_mapped_or_refused_in_our_own_words(door, data):
    opened, record = DOORS[door]
    field = data.draw(st.sampled_from(sorted(record)))
    made = outcome(lambda: opened({**record, field: data.draw(anything)}))
    if isinstance(made, ClarusBluecherryError):
        assert made.record
        assert made.what in str(made)
    else:
        assert through_json(made) == made


def outcome(call):
    try:
        return call()
    except ClarusBluecherryError as error:
        return error


@given(anything)
def test_what_is_no_dict_is_refused_too(data):
    for door in (
        lambda: plain.sales_order(data, zone=NY),
        lambda: plain.goods_out(data, account=1, warehouse=2, products={}),
        lambda: plain.movement(data, terms=W_TERMS),
    ):
        with pytest.raises(InvalidRecord):
            door()
