"""The plain steps against the vendor's own OpenAPI file: what they make is valid, what it shows is taken."""

import copy

import pytest
from clarus_spec import SPEC, body_schema, example_answer, list_operation, load, place_of, validate

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping import plain

pytestmark = pytest.mark.skipif(not SPEC.exists(), reason=f"the vendor's OpenAPI file is not at {SPEC}")

SETTINGS = {
    "zone": "America/New_York",
    "account_id": 1,
    "warehouses": {"WH1": {"id": 1, "location": "NJ"}},
    "products": {"WIDGET-RED-500": 1024},
    "stock_unit_type_id": 1,
    "carriers": {"DPD": {"id": 5, "shipper": "DPD", "scac": "DPDL"}},
    "recipe": {"parts": ["style", "color", "size"]},
    "skus": {"WIDGET-RED-500": {"style": "WIDGET", "color_code": "RED", "size_desc": "500"}},
    "our_id": "WAREHOUSE",
    "vnd_id": "CGS",
}


@pytest.fixture(scope="module")
def spec():
    return load()


def node_of(spec, name):
    """The node that the vendor's file shows for a list."""
    answer = example_answer(spec, list_operation(spec, name))
    (edge,) = answer["data"][name]["all"]["edges"]
    return copy.deepcopy(edge["node"])


def article():
    return {
        "style": "WIDGET",
        "color_code": "RED",
        "lbl_code": None,
        "dimension": None,
        "size_desc": "500   ",
        "upc": None,
    }


def a_pick(reference="SO-001", **address):
    ship_to = {
        "addr_type": "ST",
        "name": "John Smith",
        "addr1": "123 Main Street",
        "addr2": None,
        "city": "Albany",
        "state": "",
        "zipcode": "12207",
        "country": "US",
        "email": "john.smith@example.com",
        **address,
    }
    return {
        "pick_num": reference,
        "location": "NJ",
        "shipper": "DPD",
        "pick_date": "2026-03-09",
        "notes": "",
        "pickaddress": {"rows": [ship_to]},
        "pickdetail": {"rows": [{"line_seq": 1, **article(), "bk_qty": 100.0}]},
    }


@pytest.mark.parametrize("change", [{}, {"bk_qty": 0.5}, {"bk_qty": "12"}])
def test_a_goods_out_is_valid(spec, change):
    row = a_pick()
    row["pickdetail"]["rows"][0] |= change
    body = plain.pick_to_goods_out(row, SETTINGS)
    validate(spec, body_schema(place_of(spec, "POST", "/api/goods_outs")[1]), body)


def test_a_goods_out_without_an_address_is_valid(spec):
    row = a_pick() | {"pickaddress": {"rows": []}}
    body = plain.pick_to_goods_out(row, {**SETTINGS, "address_parts": []})
    validate(spec, body_schema(place_of(spec, "POST", "/api/goods_outs")[1]), body)


@pytest.mark.parametrize(
    ("part", "length"),
    [("addr1", 81), ("addr2", 81), ("city", 81), ("state", 81), ("zipcode", 11), ("country", 7), ("email", 255)],
)
def test_what_clarus_would_not_take_is_refused_and_not_cut(spec, part, length):
    with pytest.raises(InvalidRecord):
        plain.pick_to_goods_out(a_pick(**{part: "x" * length}), SETTINGS)


def test_the_body_is_the_published_example_where_the_pick_says_the_same(spec):
    """The vendor's own goods out, as the pick that would make it."""
    shown = place_of(spec, "POST", "/api/goods_outs")[1]["requestBody"]["content"]["application/json"]["example"]
    wanted, told = shown["data"]["attributes"], shown["data"]["relationships"]["address"]["data"]["attributes"]
    (line,) = wanted["lines_changes"]
    row = a_pick(
        wanted["reference"],
        name=told["name"],
        addr1=told["address_1"],
        zipcode=told["postcode"],
        country=told["country_code"],
        email=told["email_address"],
    )
    row["pick_date"] = wanted["expected_date_of_dispatch"]
    row["pickdetail"]["rows"][0]["bk_qty"] = line["attributes"]["order_quantity"]
    agreed = {**SETTINGS, "products": {"WIDGET-RED-500": line["attributes"]["product_id"]}}
    made = plain.pick_to_goods_out(row, agreed)["data"]
    attributes, address = made["attributes"], made["relationships"]["address"]["data"]["attributes"]
    assert {name: attributes[name] for name in wanted if name != "lines_changes"} == {
        name: value for name, value in wanted.items() if name != "lines_changes"
    }
    assert line["attributes"].items() <= attributes["lines_changes"][0]["attributes"].items()
    assert {name: address.get(name) for name in told if name != "phone_number"} == {
        name: value for name, value in told.items() if name != "phone_number"
    }


def test_a_pre_receipt_is_valid(spec):
    row = {
        "prod_num": "P77",
        "due_date": "04/15/2026",
        "productionorderaddressbystage": {"rows": [{"addr_type": "VN", "name": "MILL"}]},
        "productionorderdetailbystage": {"rows": [{"prod_line": 1, **article(), "location": "NJ", "prod_qty": 5}]},
    }
    body = plain.production_order_to_pre_receipt(row, SETTINGS)
    validate(spec, body_schema(place_of(spec, "POST", "/api/goods_in_receipts")[1]), body)


def test_products_are_valid(spec):
    skus = [article(), {**article(), "size_desc": "750"}]
    row = {
        "style": "WIDGET",
        "style_name": "Widget",
        "styledetail": {"rows": [{"season": "SP26", "stylecolorsizes": {"rows-i": skus}}]},
    }
    made = plain.style_to_products(row, SETTINGS)
    (created,), (updated,) = made["create"], made["update"].values()
    validate(spec, body_schema(place_of(spec, "POST", "/api/products")[1]), created)
    validate(spec, body_schema(place_of(spec, "PATCH", "/api/products/1024")[1]), updated, method="PATCH")


# What the file shows -----------------------------------------------------------------------------------------


def test_the_published_goods_out_is_refused_because_it_has_not_left(spec):
    order, line = node_of(spec, "goods_outs"), node_of(spec, "goods_out_lines")
    with pytest.raises(InvalidRecord, match="PENDING"):
        plain.goods_out_to_order_shipment(order, [line], a_pick(), SETTINGS)


def test_the_published_nodes_of_an_order_make_its_ship_confirm(spec):
    """As the file shows them, once the order has left: no line number is on the published line."""
    order = node_of(spec, "goods_outs") | {
        "goods_out_status": {"code": "COMPLETED", "name": "Completed"},
        "actual_date_of_dispatch": "2026-03-11T14:00:00Z",
    }
    line = node_of(spec, "goods_out_lines") | {
        "dispatch_quantity": 100.0,
        "goods_out": {"id": order["id"], "reference": order["reference"]},
    }
    shipment = node_of(spec, "shipments")  # each list has an example of its own: the package is not of this one
    package = node_of(spec, "packages") | {"shipment": {"id": shipment["id"]}}
    (record,) = plain.goods_out_to_order_shipment(
        order, [line], a_pick(), SETTINGS, shipments=[shipment], packages=[package]
    )
    assert [(each["line_seq"], each["size_qty"]) for each in record["pickDetail"]] == [("1", 100)]
    assert record["header"]["scac_code"] == "DPDL"
    assert record["cartonHeader"][0]["track_no"] == "1Z999AA10123456784"


def test_the_published_transaction_and_stock_are_taken(spec):
    transaction, stock = node_of(spec, "transactions"), node_of(spec, "stocks")
    settings = SETTINGS | {"account_id": int(transaction["account"]["id"])}
    assert transaction["subtype"] == "PICK"
    assert plain.transaction_to_advice(transaction, settings) == []
    found = transaction | {"subtype": "POSADJ", "warehouse": {"id": "1", "code": "WH1"}}
    (advice,) = plain.transaction_to_advice(found, settings)
    assert (advice["style"], advice["size_qty"], advice["size_adj"]) == ("WIDGET", 24, "A")
    (row,) = plain.stock_to_positions(
        [stock | {"account": transaction["account"]}], settings, as_of="2026-04-02T00:00:00Z", control_number="7"
    )
    assert (row["style"], row["size_qty"], row["location"]) == ("WIDGET", 240, "NJ")
