"""The sandbox's warehouse over real HTTP: token, tenant, envelopes and lists, as the vendor documents them."""

import asyncio
import base64
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sandbox_world import DRESS, JACKET, brand_warehouse, id_of, order, pre_receipt, served

from clarus_bluecherry.sandbox import LocalServer, Tokens
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET, clarus_app

PAGE = """query($first: Int, $after: String, $f: ProductsFilterType) { products { all(first: $first, after: $after,
filter: $f) { pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
edges { cursor node { id code } } } } }"""


@pytest.fixture(scope="module")
def warehouse():
    warehouse = brand_warehouse()
    for number in range(60):
        warehouse.add_product(f"STYLE-{number:03d}")
    return warehouse


@pytest.fixture(scope="module")
def clarus(warehouse):
    with served(warehouse) as caller:
        yield caller


def create(clarus, warehouse, *lines, **more):
    attributes = order(warehouse, *lines, **more)
    return clarus.send("POST", "/api/goods_outs", "goods_outs", attributes, address={"name": "A shop"})


# Token and tenant --------------------------------------------------------------------------------------------


def test_a_token_is_given_for_a_form_or_for_basic_credentials(clarus):
    basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    form = {"grant_type": "client_credentials"}
    by_basic = clarus.http.post("/oauth/token", data=form, headers={"Authorization": f"Basic {basic}"})
    by_form = clarus.http.post(
        "/oauth/token", data={**form, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    )
    assert by_basic.json()["token_type"] == by_form.json()["token_type"] == "Bearer"
    assert by_form.json()["expires_in"] == 3600


def test_wrong_credentials_are_401_with_the_vendors_odd_error_body(clarus):
    answer = clarus.http.post("/oauth/token", data={"grant_type": "client_credentials", "client_id": "x"})
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_a_call_needs_the_token_and_the_right_subdomain(clarus):
    no_token = clarus.http.post("/graphql", json={}, headers={"Authorization": "Bearer nonsense"})
    wrong_tenant = clarus.http.post("/graphql", json={}, headers={"X-Clarus-Subdomain": "somebody-else"})
    assert no_token.status_code == wrong_tenant.status_code == 401
    assert set(no_token.json()) == set(wrong_tenant.json()) == {"error"}


def test_a_revoked_token_is_refused_and_a_new_one_is_good():
    tokens = Tokens()
    with served(brand_warehouse(), tokens=tokens) as caller:
        tokens.revoke()
        assert caller.http.post("/graphql", json={"query": "{ __typename }"}).status_code == 401
        assert caller.sign_in().query("{ __typename }") == {"data": {"__typename": "Query"}}


# Lists -------------------------------------------------------------------------------------------------------


def test_pages_follow_each_other_by_cursor_and_cursors_are_positions(clarus):
    codes, after, pages = [], None, 0
    while True:
        found = clarus.query(PAGE, first=20, after=after)["data"]["products"]["all"]
        codes += [edge["node"]["code"] for edge in found["edges"]]
        pages += 1
        assert found["pageInfo"]["hasPreviousPage"] is (pages > 1)
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert (pages, len(codes), len(set(codes))) == (4, 62, 62)
    assert clarus.query(PAGE, first=1)["data"]["products"]["all"]["edges"][0]["cursor"] == "MQ"


def test_a_page_holds_25_unless_asked_and_never_more_than_100(clarus, warehouse):
    default = clarus.query(PAGE)["data"]["products"]["all"]["edges"]
    for number in range(50):
        warehouse.add_product(f"MORE-{number:03d}")
    largest = clarus.query(PAGE, first=1000)["data"]["products"]["all"]["edges"]
    assert (len(default), len(largest)) == (25, 100)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"code": {"eq": DRESS}}, [DRESS]),
        ({"code": {"eq": DRESS.lower()}}, []),
        ({"code": {"ilike": "drs-1001"}}, [DRESS]),
        ({"code": {"like": "drs-1001"}}, []),
        ({"code": {"in": [DRESS, JACKET]}}, [DRESS, JACKET]),
        ({"code": {"between": ["STYLE-002", "STYLE-003"]}}, ["STYLE-002", "STYLE-003"]),
        ({"all_codes": {"in": ["5012345678917", DRESS]}}, [DRESS, JACKET]),
        ({"code": {"in": [DRESS, JACKET]}, "barcode": {"eq": "5012345678917"}}, [JACKET]),
        ({"code": {"ilike": "1001"}, "account_id": {"filled": False}}, []),
    ],
)
def test_filters_are_and_ed_and_compare_as_documented(clarus, filters, expected):
    assert [node["code"] for node in clarus.nodes("products", "code", "ProductsFilterType", **filters)] == expected


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("{ products { all { edges { node { colour } } } } }", {}),
        (
            "query($f: ProductsFilterType) { products { all(filter: $f) { edges { cursor } } } }",
            {"f": {"size": {}}},
        ),
        ("query($f: NoSuchType) { products { all(filter: $f) { edges { cursor } } } }", {}),
        ('{ products { all(after: "%%%") { edges { cursor } } } }', {}),
        ("{ products {", {}),
    ],
)
def test_a_wrong_query_is_200_with_errors(clarus, text, variables):
    answer = clarus.http.post("/graphql", json={"query": text, "variables": variables})
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["message"]


def test_introspection_is_open_and_lists_the_subtypes(clarus):
    found = clarus.query('{ __type(name: "SubtypeTypeEnum") { enumValues { name } } }')
    assert {"RCV", "UNRCV", "NEGADJ"} <= {one["name"] for one in found["data"]["__type"]["enumValues"]}


# Orders ------------------------------------------------------------------------------------------------------


def test_an_order_is_created_with_200_and_an_integer_id_and_listed_with_a_text_id(clarus, warehouse):
    answer = create(clarus, warehouse, (DRESS, 2), reference="SO-10", external_system_reference1="PT-10")
    assert answer.status_code == 200
    made = answer.json()["data"]
    (node,) = clarus.nodes(
        "goods_outs",
        "id reference expected_date_of_dispatch external_system_reference1 goods_out_status { code name }",
        "GoodsOutsFilterType",
        reference={"eq": "SO-10"},
    )
    assert node == {
        "id": str(made["id"]),
        "reference": "SO-10",
        "expected_date_of_dispatch": "2026-07-14",
        "external_system_reference1": "PT-10",
        "goods_out_status": {"code": "PENDING", "name": "Pending"},
    }
    (line,) = clarus.nodes(
        "goods_out_lines",
        "order_quantity alt_line_number product { code }",
        "GoodsOutLineFilterType",
        goods_out_id={"eq": node["id"]},
    )
    assert line == {"order_quantity": 2.0, "alt_line_number": "1", "product": {"code": DRESS}}


def test_the_same_reference_twice_makes_two_orders(clarus, warehouse):
    for _ in range(2):
        create(clarus, warehouse, (DRESS, 1), reference="SO-TWICE")
    found = clarus.nodes("goods_outs", "id", "GoodsOutsFilterType", reference={"eq": "SO-TWICE"})
    assert len({node["id"] for node in found}) == 2


def test_the_address_counts_only_in_the_relationships(clarus, warehouse):
    attributes = order(warehouse, (DRESS, 1), reference="SO-ADDRESS", address={"name": "in the attributes"})
    inside = clarus.send("POST", "/api/goods_outs", "goods_outs", attributes)
    related = clarus.send("POST", "/api/goods_outs", "goods_outs", attributes, address={"name": "a shop"})
    assert warehouse.goods_outs.get(inside.json()["data"]["id"]).address == {}
    assert warehouse.goods_outs.get(related.json()["data"]["id"]).address == {"name": "a shop"}


@pytest.mark.parametrize(
    ("change", "attribute"),
    [
        ({"reference": "x" * 51}, "reference"),
        ({"reference": None}, "reference"),
        ({"priority": 100}, "priority"),
        ({"goods_out_type": "gift"}, "goods_out_type"),
        ({"expected_date_of_dispatch": "2026-07-14"}, "expected_date_of_dispatch"),
        ({"account_id": "1"}, "account_id"),
        ({"account_id": 1}, "account_id"),
        ({"lines_changes": [{"type": "REMOVE", "id": 1}]}, "lines_changes"),
        ({"lines_changes": [{"type": "ADD", "attributes": {"order_quantity": 1}}]}, "product_id"),
    ],
)
def test_a_broken_rule_is_422_and_names_the_attribute(clarus, warehouse, change, attribute):
    before = len(warehouse.goods_outs)
    answer = create(clarus, warehouse, (DRESS, 1), **change)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert {"code", "symbol", "details"} <= set(error)
    assert error["context"] == {"attribute": attribute}
    assert len(warehouse.goods_outs) == before


def test_a_line_of_no_units_is_refused_and_unknown_attributes_are_ignored(clarus, warehouse):
    assert create(clarus, warehouse, (DRESS, 0)).status_code == 422
    assert create(clarus, warehouse, (DRESS, 1), colour_of_ribbon="red").status_code == 200


def test_a_refused_change_changes_nothing(clarus, warehouse):
    row_id = create(clarus, warehouse, (DRESS, 3), reference="SO-ATOMIC").json()["data"]["id"]
    line = warehouse.goods_outs.get(row_id).lines[0]
    changes = [
        {"type": "UPDATE", "id": line.id, "attributes": {"order_quantity": 9}},
        {"type": "DESTROY", "id": 1},
    ]
    answer = clarus.send("PATCH", f"/api/goods_outs/{row_id}", "goods_outs", {"lines_changes": changes})
    assert (answer.status_code, int(line.order_quantity)) == (422, 3)


def test_an_order_is_changed_line_by_line(clarus, warehouse):
    row_id = create(clarus, warehouse, (DRESS, 3), (JACKET, 1), reference="SO-PATCH").json()["data"]["id"]
    first, second = warehouse.goods_outs.get(row_id).lines
    changes = [
        {"type": "UPDATE", "id": first.id, "attributes": {"order_quantity": 5}},
        {"type": "DESTROY", "id": second.id},
    ]
    attributes = {"reference": "SO-PATCHED", "lines_changes": changes}
    assert clarus.send("PATCH", f"/api/goods_outs/{row_id}", "goods_outs", attributes).status_code == 200
    found = clarus.nodes("goods_outs", "id", "GoodsOutsFilterType", reference={"eq": "SO-PATCHED"})
    lines = clarus.nodes(
        "goods_out_lines", "order_quantity", "GoodsOutLineFilterType", goods_out_id={"eq": row_id}
    )
    assert ([node["id"] for node in found], lines) == ([str(row_id)], [{"order_quantity": 5.0}])


def test_cancelling_a_pending_order_deletes_it(clarus, warehouse):
    row_id = create(clarus, warehouse, (DRESS, 1), reference="SO-GONE").json()["data"]["id"]
    assert clarus.send("POST", f"/api/goods_outs/{row_id}/cancel").status_code == 200
    assert clarus.nodes("goods_outs", "id", "GoodsOutsFilterType", reference={"eq": "SO-GONE"}) == []
    again = clarus.send("POST", f"/api/goods_outs/{row_id}/cancel")
    assert (again.status_code, again.json()["errors"][0]["symbol"]) == (404, "not_found")


# From allocation to dispatch ---------------------------------------------------------------------------------


def test_pick_processing_refuses_with_the_published_codes(clarus, warehouse):
    path = "/api/goods_out_processes/process_picks_async"
    row_id = create(clarus, warehouse, ("STYLE-050", 1)).json()["data"]["id"]
    codes = [
        clarus.send("POST", path, flat={"ids": ids}).json()["errors"][0]["code"] for ids in ([], [1], [row_id])
    ]
    warehouse.open_stock("STYLE-050", 1)
    first = clarus.send("POST", path, flat={"ids": [row_id]})
    second = clarus.send("POST", path, flat={"ids": [row_id]})
    assert (codes, len(first.json()["process_references"])) == ([36, 37, 39], 1)
    assert second.json()["errors"][0]["symbol"] == "goods_out_already_allocated"


def test_a_dispatch_moves_stock_and_is_told_by_every_list():
    warehouse = brand_warehouse()
    warehouse.open_stock(DRESS, 10)
    with served(warehouse) as clarus:
        carrier = id_of(warehouse.carriers, "DPD")
        row_id = create(clarus, warehouse, (DRESS, 4), carrier_id=carrier).json()["data"]["id"]
        clarus.send("POST", "/api/goods_out_processes/process_picks_async", flat={"ids": [row_id]})
        (balance,) = clarus.nodes("stock_balances", "available allocated picked ordered product { code }")
        assert balance == {
            "available": 6.0,
            "allocated": 4.0,
            "picked": 0.0,
            "ordered": 4.0,
            "product": {"code": DRESS},
        }
        warehouse.pick(row_id)
        shipment = warehouse.dispatch(row_id, parcels=2)

        (node,) = clarus.nodes(
            "goods_outs",
            "actual_date_of_dispatch goods_out_status { code } carrier { code }",
            "GoodsOutsFilterType",
            goods_out_status_code={"eq": "COMPLETED"},
        )
        assert node["actual_date_of_dispatch"] == "2026-07-14T10:30:16.787+01:00"
        assert node["carrier"] == {"code": "DPD"}
        (line,) = clarus.nodes("goods_out_lines", "pick_quantity dispatch_quantity short_status")
        assert line == {"pick_quantity": 4.0, "dispatch_quantity": 4.0, "short_status": ""}
        (sent,) = clarus.nodes("shipments", "id packages_count", "ShipmentFilterType", goods_out_id={"eq": row_id})
        assert sent == {"id": str(shipment.id), "packages_count": 2}
        parcels = clarus.nodes(
            "packages",
            "tracking_number storage_unit { reference }",
            "PackageFilterType",
            shipment_id={"eq": sent["id"]},
        )
        assert len({one["tracking_number"] for one in parcels}) == 2
        assert {len(one["storage_unit"]["reference"]) for one in parcels} == {18}
        moved = clarus.nodes(
            "transactions",
            "subtype quantity created_at location_from { code } location_to { code } warehouse { code }",
            "TransactionFilterType",
            goods_out_id={"eq": row_id},
        )
        assert [one["subtype"] for one in moved] == ["PICK", "DISP"]
        assert moved[1] == {
            "subtype": "DISP",
            "quantity": 4.0,
            "created_at": "2026-07-14T09:30:16Z",
            "location_from": {"code": "GOODS-OUT"},
            "location_to": None,
            "warehouse": {"code": "LON1"},
        }
        (stock,) = clarus.nodes(
            "stocks", "quantity status product { code }", "StockFilterType", quantity={"gt": 5.5}
        )
        assert stock == {"quantity": 6.0, "status": "available", "product": {"code": DRESS}}
        assert clarus.send("POST", f"/api/goods_outs/{row_id}/cancel").status_code == 422


def test_archived_transactions_are_hidden_unless_asked_for():
    warehouse = brand_warehouse()
    warehouse.adjust(DRESS, 3, "FOUND")
    warehouse.clock.forward(days=1)
    warehouse.adjust(DRESS, 1, "FOUND")
    warehouse.archive_transactions(warehouse.clock())
    text = "{ transactions { all(include_archived: %s) { edges { node { quantity } } } } }"
    with served(warehouse) as clarus:
        shown = [
            [
                edge["node"]["quantity"]
                for edge in clarus.query(text % flag)["data"]["transactions"]["all"]["edges"]
            ]
            for flag in ("false", "true")
        ]
    assert shown == [[1.0], [3.0, 1.0]]


def test_transactions_are_windowed_by_instant_with_both_ends_included():
    warehouse = brand_warehouse()
    for _ in range(3):
        warehouse.adjust(DRESS, 1, "FOUND")
        warehouse.clock.forward(hours=1)
    window = {"from": "2026-07-14T10:30:16.787Z", "to": "2026-07-14T12:30:16.787+01:00"}
    with served(warehouse) as clarus:
        found = clarus.nodes("transactions", "created_at", "TransactionFilterType", created_at=window)
    assert [one["created_at"] for one in found] == ["2026-07-14T10:30:16Z", "2026-07-14T11:30:16Z"]


# Receipts, products and stock --------------------------------------------------------------------------------


def test_receiving_a_receipt_makes_no_stock_until_its_lines_are_received(clarus, warehouse):
    product = "STYLE-040"
    answer = clarus.send(
        "POST",
        "/api/goods_in_receipts",
        "goods_in_receipts",
        pre_receipt(warehouse, (product, 12), reference="PO-7"),
    )
    row_id = answer.json()["data"]["id"]
    begun = clarus.send("POST", f"/api/goods_in_receipts/{row_id}/receive")
    assert begun.json()["data"]["attributes"]["status"] == "received"
    assert warehouse.on_hand(product) == 0
    warehouse.receive(warehouse.goods_in_receipts.get(row_id).lines[0].id, 12)
    assert clarus.send("POST", f"/api/goods_in_receipts/{row_id}/revert").status_code == 422
    warehouse.complete_receipt(row_id)
    (moved,) = clarus.nodes(
        "transactions",
        "quantity goods_in_receipt { reference receipt_type external_system_reference1 }"
        " goods_in_receipt_line { alt_line_number }",
        "TransactionFilterType",
        subtype={"eq": "RCV"},
        product_id={"eq": id_of(warehouse.products, product)},
    )
    assert moved == {
        "quantity": 12.0,
        "goods_in_receipt": {
            "reference": "PO-7",
            "receipt_type": "standard",
            "external_system_reference1": "PO-7",
        },
        "goods_in_receipt_line": {"alt_line_number": "1"},
    }
    (node,) = clarus.nodes("goods_in_receipts", "status", "InboundGoodFilterType", reference={"eq": "PO-7"})
    assert node == {"status": "completed"}


def test_a_product_code_is_kept_exactly_and_only_once(clarus, warehouse):
    unit = id_of(warehouse.stock_unit_types, "EACH")
    attributes = {"code": " drs-1001–blk ", "description": "Dress", "stock_unit_type_id": unit}
    first = clarus.send("POST", "/api/products", "products", attributes)
    second = clarus.send("POST", "/api/products", "products", attributes)
    assert isinstance(first.json()["data"]["id"], int)
    assert second.json()["errors"][0]["symbol"] == "product_code_exists"
    found = clarus.nodes("products", "code", "ProductsFilterType", code={"eq": " drs-1001–blk "})
    assert found == [{"code": " drs-1001–blk "}]
    account = id_of(warehouse.accounts, "BRAND")
    path = f"/api/products/{first.json()['data']['id']}/account_products"
    assigned = clarus.send("POST", path, "account_products", {"account_id": account}).json()
    assert set(assigned) == {"id", "account_id", "product_id"}
    assert clarus.send("DELETE", f"{path}/{assigned['id']}").status_code == 204
    assert clarus.send("DELETE", f"/api/products/{first.json()['data']['id']}").status_code == 204


def test_stock_is_held_moved_adjusted_and_released_over_rest():
    warehouse = brand_warehouse()
    row = warehouse.open_stock(DRESS, 8)
    bay = warehouse.location(row.warehouse, type(row.location.area).GOODS_IN)
    reason = {name: id_of(warehouse.reason_codes, name) for name in ("QA", "QA-OK", "DAMAGED", "MOVE")}
    with served(warehouse) as clarus:
        moved = {"quantity": 3, "to_location_id": bay.id, "reason_code_id": reason["MOVE"]}
        assert clarus.send("POST", f"/api/stocks/{row.id}/move", "stocks", moved).status_code == 200
        less = {"quantity": 1.0, "reason_code_id": reason["DAMAGED"]}
        path = f"/api/stocks/{row.id}/negative_adjustment"
        assert clarus.send("POST", path, "stocks", less).status_code == 200
        held = {"ids": [row.id], "description": "Quality check", "reason_code_id": reason["QA"]}
        assert clarus.send("POST", "/api/stocks/hold", flat=held).status_code == 200
        wrong = {**held, "reason_code_id": reason["QA"]}
        stocks = clarus.nodes("stocks", "id quantity status", "StockFilterType", status={"eq": "held"})
        assert [(one["quantity"], one["status"]) for one in stocks] == [(4.0, "held")]
        ids = [int(stocks[0]["id"])]
        assert clarus.send("POST", "/api/stocks/offhold", flat={**wrong, "ids": ids}).status_code == 422
        right = {"ids": ids, "description": "Passed", "reason_code_id": reason["QA-OK"]}
        assert clarus.send("POST", "/api/stocks/offhold", flat=right).status_code == 200
    assert [(one.kind, int(one.quantity)) for one in warehouse.truth()] == [
        ("opening", 8),
        ("adjustment", -1),
        ("hold", 4),
        ("hold", -4),
    ]


def test_flat_and_wrapped_answers_are_as_inconsistent_as_the_vendors(clarus):
    flat = clarus.send(
        "POST", "/api/order_types", "order_types", {"code": "HO", "name": "Home", "duty_payable": False}
    )
    wrapped = clarus.send("POST", "/api/customers", "customers", {"code": "SHOP", "name": "A shop"})
    assert isinstance(flat.json()["id"], int)
    assert isinstance(wrapped.json()["data"]["id"], str)


def test_a_body_that_is_not_json_is_refused_and_an_unknown_path_is_404(clarus):
    assert clarus.http.post("/api/goods_outs", content=b"{").status_code == 400
    assert clarus.http.post("/api/goods_outs", json={"data": {"type": "goods_outs"}}).status_code == 422
    assert clarus.http.post("/api/v1/goods_outs", json={}).status_code == 404


def test_a_server_that_is_stopped_is_gone():
    with LocalServer(clarus_app(brand_warehouse())) as server:
        url = server.url
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)


def test_a_server_that_answers_nobody_is_gone_at_once():
    """Whoever starts one for each test would wait longer for its end than for the test."""
    took = []
    for _ in range(5):
        with LocalServer(clarus_app(brand_warehouse())) as server, httpx.Client(trust_env=False) as client:
            client.get(server.url)
            before = time.monotonic()
            server.stop()
            took.append(time.monotonic() - before)
    assert min(took) < 0.05


def test_a_server_that_is_stopped_finishes_the_answer_under_way():
    asked = threading.Event()

    async def slow(scope, receive, send):
        asked.set()
        await asyncio.sleep(0.2)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"whole"})

    with LocalServer(slow) as server, ThreadPoolExecutor() as pool:
        answer = pool.submit(httpx.get, server.url, trust_env=False)
        assert asked.wait(10)
        server.stop()
        assert answer.result().text == "whole"
