"""The vendor's own examples, sent to the sandbox: every list query runs and every request body is accepted."""

import json
from pathlib import Path

import pytest
from sandbox_world import DRESS, JACKET, Clock, brand_warehouse, id_of, order, pre_receipt, served

OPENAPI = Path(__file__).parents[2].parent / "shared" / "reference" / "clarus-openapi.json"
CREATES = (
    "/api/products",
    "/api/products/{product_id}/account_products",
    "/api/goods_outs",
    "/api/goods_in_receipts",
    "/api/stocks/hold",
    "/api/stocks/offhold",
    "/api/goods_out_processes/process_picks_async",
    "/api/goods_out_processes/short_order_lines",
    "/api/automations",
    "/api/carriers",
    "/api/carrier_services",
    "/api/order_types",
    "/api/reason_codes",
    "/api/stock_unit_types",
    "/api/customers",
    "/api/suppliers",
)
"""The served calls that the vendor gives a body for."""

LISTS = (
    "AccountProducts",
    "Accounts",
    "Automations",
    "CarrierServices",
    "Carriers",
    "Customers",
    "GoodsInReceipts",
    "GoodsOutLines",
    "GoodsOuts",
    "OrderTypes",
    "Packages",
    "PickProcessingRequests",
    "Products",
    "ReasonCodes",
    "Shipments",
    "StockBalances",
    "StockUnitTypes",
    "Stocks",
    "Suppliers",
    "Transactions",
    "Warehouses",
)


def specification():
    if not OPENAPI.exists():
        pytest.skip(f"the vendor's OpenAPI file is not at {OPENAPI}")
    return json.loads(OPENAPI.read_text())


def bodies(specification, path):
    """Every example body of a POST: the one, the several named ones, or the one of its attributes."""
    content = specification["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    if "example" in content:
        return [content["example"]]
    if "examples" in content:
        return [one["value"] for one in content["examples"].values()]
    kind, attributes = (
        content["schema"]["properties"]["data"]["properties"][name] for name in ("type", "attributes")
    )
    named = specification["components"]["schemas"][attributes["$ref"].rpartition("/")[2]]
    return [{"data": {"type": kind["enum"][0], "attributes": named["example"]}}]


@pytest.fixture
def warehouse():
    """A warehouse where every kind of record exists."""
    warehouse = brand_warehouse(Clock())
    account = id_of(warehouse.accounts, "BRAND")
    warehouse.accounts.get(account).is_short_pickable = True
    for kind, more in (("customers", {}), ("suppliers", {}), ("order_types", {"duty_payable": False})):
        warehouse.create_reference(kind, {"code": "X", "name": "X", **more})
    warehouse.open_stock(DRESS, 500)
    warehouse.hold(DRESS, 5)
    made = warehouse.create_goods_out(order(warehouse, (DRESS, 2)))
    warehouse.process_picks([made.id])
    warehouse.pick(made.id)
    warehouse.dispatch(made.id)
    warehouse.create_goods_out(order(warehouse, (DRESS, 2)))
    warehouse.create_receipt(pre_receipt(warehouse, (JACKET, 2)))
    warehouse.create_automation({"resource_name": "goods_out", "event": "created", "enabled": True})
    return warehouse


@pytest.mark.parametrize("name", LISTS)
def test_the_vendors_list_query_runs(warehouse, name):
    with served(warehouse) as clarus:
        for body in bodies(specification(), f"/graphql#List{name}"):
            assert "errors" not in clarus.query(body["query"], **body["variables"])
            everything = clarus.query(body["query"], filter={})
            assert "errors" not in everything
            (root,) = everything["data"].values()
            assert root["all"]["edges"], "a query that finds nothing proves nothing"


@pytest.mark.parametrize("path", CREATES)
def test_the_vendors_request_bodies_are_accepted(warehouse, path):
    documented = specification()
    with served(warehouse) as clarus:
        for body in bodies(documented, path):
            answer = clarus.http.post(filled(path, warehouse), json=fitted(body, path, warehouse))
            assert answer.status_code < 300, answer.text
            assert str(answer.status_code) in documented["paths"][path]["post"]["responses"]


def filled(path, warehouse):
    return path.replace("{product_id}", str(id_of(warehouse.products, DRESS)))


def fitted(sample, path, warehouse):
    """The vendor's body with our ids in place of the vendor's, and nothing else changed."""
    reason_type = "release" if path.endswith("offhold") else "hold" if "stocks" in path else "short_order_lines"
    status = "held" if path.endswith("offhold") else "available"
    stocks = [stock.id for stock in warehouse.stocks if stock.status == status]
    pending = warehouse.goods_outs.find("goods_out_status.code", "PENDING")[0].id
    new_account = warehouse.accounts.find("code", "NEW") or [warehouse.add_account("NEW")]
    ours = {
        "account_id": new_account[0].id if "account_products" in path else id_of(warehouse.accounts, "BRAND"),
        "warehouse_id": id_of(warehouse.warehouses, "LON1"),
        "product_id": id_of(warehouse.products, DRESS),
        "stock_unit_type_id": id_of(warehouse.stock_unit_types, "EACH"),
        "carrier_id": id_of(warehouse.carriers, "DPD"),
        "reason_code_id": next(one.id for one in warehouse.reason_codes if one.reason_type == reason_type),
        "ids": stocks if "stocks" in path else [pending],
    }
    return replaced(sample, ours)


def replaced(value, ours):
    if isinstance(value, list):
        return [replaced(one, ours) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: ours[name] if name in ours else replaced(one, ours) for name, one in value.items()}
