"""The sandbox's Blue Cherry over real HTTP: envelopes, filters, pages, errors in four shapes, and the probe."""

import json
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sandbox_world import Clock
from test_sandbox_bluecherry_erp import BELT, DRESS, HERE, pick, production

from clarus_bluecherry.sandbox import Erp, LocalServer
from clarus_bluecherry.sandbox.bluecherry_app import bluecherry_app
from clarus_bluecherry.sandbox.erp import Article
from clarus_bluecherry.sandbox.erp.query import BadQuery, Condition, conditions

KEY = {"Ocp-Apim-Subscription-Key": "s3cret"}
CARTON = "00008123450000000018"

RECEIPT = {
    "adj_type": "P",
    "color_code": "BLK",
    "dimension": "",
    "isa_num": "000000011",
    "location": HERE,
    "pix_type": "100",
    "pix_code": "01",
    "prod_num": "7001",
    "prod_line": "1",
    "receipt_date": "01/30/2026",
    "shipment_num": 0,
    "size_adj": "A",
    "size_desc": "10.5",
    "size_qty": 5,
    "style": "01234",
    "upc_num": "036000291452",
    "vnd_id": "BRAND",
    "vnd_qual": "ZZ",
}
INVENTORY = {
    "adj_num": "A-1",
    "isa_num": "000000012",
    "location": HERE,
    "pix_type": "300",
    "pix_code": "01",
    "size_adj": "S",
    "color_code": "BLK",
    "size_desc": "10.5",
    "size_qty": 2,
    "style": "01234",
    "upc_num": "036000291452",
}
_LINE = {
    "color_code": "BLK",
    "line_seq": 1,
    "pick_num": "500100",
    "size_desc": "10.5",
    "style": "01234",
    "upc": "036000291452",
}


def shipment(header=None, line=None, carton=None, content=None):
    """An order shipment that is right, with columns replaced part by part."""
    names = (
        "cmpl_code load_id ord_num po_num our_id our_qual vnd_id vnd_qual ship_date shipfrom trans_type volume_uom"
    )
    return {
        "header": {
            **dict.fromkeys(names.split(), "X"),
            "carton": 1,
            "location": HERE,
            "pick_num": "500100",
            "isa_num": "000000013",
            "shipper": "UPS",
            "scac_code": "UPSN",
            "ship_date": "01/28/2026",
            "weight_uom": "LB",
            "volume_uom": "CF",
            **(header or {}),
        },
        "pickDetail": [{**_LINE, "location": HERE, "size_qty": 8, **(line or {})}],
        "cartonHeader": [
            {
                "carton_num": CARTON,
                "carton_wgt": 1.5,
                "ctn_volume": 0,
                "pick_num": "500100",
                "weight_uom": "LB",
                "volume_uom": "CF",
                **(carton or {}),
                "cartonDetail": [
                    {
                        **_LINE,
                        "carton_num": CARTON,
                        "dimension": "",
                        "ship_qty": 8,
                        "shipqty_uom": "EA",
                        "total_qty": 8,
                        **(content or {}),
                    }
                ],
            }
        ],
    }


POSTS = {"OrderShipment": shipment(), "ProductionReceiptAdvice": RECEIPT, "PhysicalInventoryTM": INVENTORY}


@pytest.fixture
def erp():
    erp = Erp(clock=Clock())
    erp.add_location(HERE)
    erp.add_shipper("UPS", "United Parcel Service")
    for article in (DRESS, BELT):
        erp.add_article(article)
        erp.open_stock(article, HERE, 20)
    erp.release(pick(erp))
    erp.issue(production(erp))
    return erp


class Served:
    """The application over whichever Blue Cherry the running test has, so that one server serves them all."""

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)


@pytest.fixture(scope="module")
def server():
    served = Served()
    with LocalServer(served) as running:
        yield running.url, served


@pytest.fixture
def url(server, erp):
    at, served = server
    served.app = bluecherry_app(erp, "s3cret")
    return at


@pytest.fixture
def http(url):
    with httpx.Client(base_url=url, headers=KEY, trust_env=False, timeout=10) as client:
        yield client


def read(http, entity, **parameters):
    """The rows of an entity; a document's headers."""
    answer = http.get(
        f"/api/{entity}", params={name.replace("_filter", "$filter"): v for name, v in parameters.items()}
    )
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    return data if isinstance(data, list) else data["header"]


def post(http, entity, *records):
    return http.post(f"/api/{entity}", json=list(records))


# The key ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers", [{}, {"Ocp-Apim-Subscription-Key": "wrong"}, {"Ocp-Apim-Subscription-Key": b"\xe9"}]
)
@pytest.mark.parametrize("path", ["/api/pick", "/exports/inventory.csv"])
def test_without_the_right_key_the_gateway_answers(url, headers, path):
    answer = httpx.get(url + path, headers=headers, trust_env=False)
    assert answer.status_code == 401
    assert isinstance(answer.json()["message"], str)


# Reading ------------------------------------------------------------------------------------------------------


def test_picks_come_in_an_envelope_with_a_version_and_their_children_only_when_asked(http):
    assert http.get("/api/pick").json()["version"]
    (bare,) = read(http, "pick")
    assert "pickdetail" not in bare
    (whole,) = read(http, "pick", _include="all")
    assert [row["addr_type"] for row in whole["pickaddress"]["rows"]] == ["BT", "ST"]
    assert [(row["line_seq"], row["style"], row["bk_qty"]) for row in whole["pickdetail"]["rows"]] == [
        (1, "01234", 8),
        (2, "1234", 2),
    ]


def test_styles_nest_their_sizes_three_deep_under_the_odd_key(http):
    (style,) = read(http, "style", _include="all", _filter="style eq '01234'")
    (detail,) = style["styledetail"]["rows"]
    (size,) = detail["stylecolorsizes"]["rows-i"]
    assert (detail["std_cost"], size["upc"]) == (12.35, "036000291452")
    assert size["size_desc"].strip() == "10.5"


def test_a_style_number_keeps_its_leading_zero(http):
    assert [row["style"] for row in read(http, "style")] == ["01234", "1234"]


def test_masters_are_flat_and_pseudo_locations_are_no_warehouses(http):
    assert {row["location"] for row in read(http, "Location")} == {HERE, "POE", "FOB"}
    assert [row["location"] for row in read(http, "Location", _filter="loc_type eq 'W'")] == [HERE]
    assert read(http, "Shipper")[0]["ship_name"] == "United Parcel Service"


def test_production_orders_are_found_by_stage_as_filter_and_as_column(http):
    (order,) = read(http, "productionOrderByStage", _filter="stage_num eq '3'", _include="all")
    assert order["productionorderdetailbystage"]["rows"][0]["prod_qty"] == 24
    assert len(read(http, "productionOrderByStage", stage_num="3")) == 1
    assert read(http, "productionOrderByStage", stage_num="4") == []


def test_a_delta_read_sees_only_what_changed_since(erp, http):
    before = read(http, "pick")[0]["last_mod"]
    erp.clock.forward(minutes=5)
    erp.release(pick(erp, "500101"))
    changed = read(http, "pick", _filter=f"last_mod gt '{before}'")
    assert [row["pick_num"] for row in changed] == ["500101"]


def test_pages_hold_200_rows_at_most_and_follow_each_other(erp, http):
    for number in range(450):
        erp.add_shipper(f"S{number:03d}")
    pages = [read(http, "Shipper", _pgno=page, _pgsize=500) for page in (1, 2, 3, 4)]
    assert [len(rows) for rows in pages] == [200, 200, 51, 0]
    assert len({row["shipper"] for rows in pages for row in rows}) == 451


def test_an_unknown_entity_is_not_found(http):
    answer = http.get("/api/invoice")
    assert answer.status_code == 404
    assert answer.json()["message"][0]["message"]


# Filters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "stage_num eq 3",
        "stage_num eq '3",
        "stage_num = '3'",
        "stage_num eq '3' or stage_num eq '4'",
        "stage_num eq '3' and",
        "eq '3'",
        "",
    ],
)
def test_a_filter_that_is_not_of_the_language_is_refused(http, text):
    answer = http.get("/api/productionOrderByStage", params={"$filter": text})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"]


def test_a_page_that_is_no_number_is_refused(http):
    assert http.get("/api/Shipper", params={"_pgno": "two"}).status_code == 400


_columns = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)
_operators = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"])
_conditions = st.lists(st.builds(Condition, _columns, _operators, st.text(max_size=12)), min_size=1, max_size=4)


def written(one):
    doubled = one.literal.replace("'", "''")
    return f"{one.column} {one.comparison} '{doubled}'"


@given(_conditions)
def test_what_is_written_as_a_filter_is_read_back_whatever_the_literals_hold(wanted):
    assert conditions(" and ".join(map(written, wanted))) == wanted


@given(st.text(max_size=40))
def test_any_text_is_either_a_filter_or_refused(text):
    try:
        found = conditions(text)
    except BadQuery:
        return
    assert conditions(" and ".join(map(written, found))) == found


@given(_operators, st.text(max_size=5), st.text(max_size=5))
def test_a_comparison_is_that_of_the_texts(comparison, held, literal):
    holds = Condition("c", comparison, literal).holds({"c": held})
    expected = {
        "eq": held == literal,
        "ne": held != literal,
        "gt": held > literal,
        "ge": held >= literal,
        "lt": held < literal,
        "le": held <= literal,
    }
    assert holds == expected[comparison]


# Posting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entity", POSTS)
def test_a_right_record_is_answered_with_a_pkey_and_waits_in_the_interface(erp, http, entity):
    before = erp.on_hand()
    answer = post(http, entity, POSTS[entity])
    assert answer.status_code == 200
    assert set(answer.json()) == {"pkey"}
    (row,) = read(http, entity)
    assert (row["pkey"], row["status"], row["error"]) == (answer.json()["pkey"], "staged", "")
    assert erp.on_hand() == before


@pytest.mark.parametrize(
    ("entity", "column"),
    [(entity, column) for entity in ("ProductionReceiptAdvice", "PhysicalInventoryTM") for column in POSTS[entity]
     if (entity, column) != ("PhysicalInventoryTM", "color_code")],
)  # fmt: skip
def test_each_required_column_is_missed(erp, http, entity, column):
    record = {name: value for name, value in POSTS[entity].items() if name != column}
    answer = post(http, entity, record)
    assert answer.status_code == 400
    assert any(f"{column} is required" in error["errorMessage"] for error in answer.json()["errors"])
    assert erp.staged == []


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (shipment(header={"scac_code": "TOOLONG"}), "scac_code"),
        (shipment(header={"shipper": "FEDX"}), "shipper"),
        (shipment(header={"weight_uom": "EA"}), "weight_uom"),
        (shipment(header={"volume_uom": "EA"}), "volume_uom"),
        (shipment(header={"division": "WM"}), "division"),
        (shipment(header={"isa_num": "13"}), "isa_num"),
        (shipment(line={"division": "WM"}), "division"),
        (shipment(carton={"carton_num": "1Z999"}), "carton_num"),
        (shipment(content={"division": "WM"}), "division"),
        ({**RECEIPT, "division": "WM"}, "division"),
        ({**INVENTORY, "division": "WM"}, "division"),
    ],
)
def test_what_running_integrations_saw_refused_is_refused(erp, http, record, problem):
    entity = (
        "OrderShipment"
        if "header" in record
        else "ProductionReceiptAdvice"
        if "prod_num" in record
        else "PhysicalInventoryTM"
    )
    answer = post(http, entity, record)
    assert answer.status_code == 400
    assert problem in answer.json()["errors"][0]["errorMessage"]
    assert erp.staged == []


def test_a_range_of_control_numbers_shows_what_the_whole_list_has_of_it_in_the_order_it_came(erp, http):
    for number in ("000000012", "000000030", "000000011", "000000012", "000000009"):
        post(http, "PhysicalInventoryTM", {**INVENTORY, "isa_num": number})
    post(http, "OrderShipment", shipment(header={"isa_num": "000000011"}))
    whole = read(http, "PhysicalInventoryTM")
    for asked in (
        "isa_num ge '000000011' and isa_num le '000000012'",
        "isa_num gt '000000010' and isa_num lt '000000013'",
        "isa_num gt '000000009' and isa_num lt '000000030'",
    ):
        within = read(http, "PhysicalInventoryTM", _filter=asked)
        assert [row["isa_num"] for row in within] == ["000000012", "000000011", "000000012"]
        assert within == [row for row in whole if "000000011" <= row["isa_num"] <= "000000012"]


def test_one_wrong_record_keeps_the_whole_post_out(erp, http):
    assert post(http, "PhysicalInventoryTM", INVENTORY, {**INVENTORY, "isa_num": "x"}).status_code == 400
    assert erp.staged == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"{}", b"[]", b"[1]", json.dumps(INVENTORY).encode()])
def test_a_body_that_is_no_array_of_records_is_refused_in_one_string(http, body):
    answer = http.post("/api/PhysicalInventoryTM", content=body)
    assert answer.status_code == 400
    assert isinstance(answer.json()["message"], str)


def test_nothing_can_be_posted_to_what_is_read(http):
    answer = post(http, "pick", {})
    assert answer.status_code == 404
    assert answer.json()["message"][0]["message"]


# What became of it --------------------------------------------------------------------------------------------


def probe(http, entity, isa_num):
    rows = read(http, entity, _filter=f"isa_num eq '{isa_num}'")
    return [(row["status"], row["error"]) for row in rows]


def test_a_receipt_is_staged_then_posted(erp, http):
    post(http, "ProductionReceiptAdvice", RECEIPT)
    assert probe(http, "ProductionReceiptAdvice", "000000011") == [("staged", "")]
    erp.process_staging()
    assert probe(http, "ProductionReceiptAdvice", "000000011") == [("posted", "")]
    assert erp.on_hand()[DRESS.key, HERE] == 25


def test_a_shipment_is_posted_only_by_its_invoice_which_relieves_stock(erp, http):
    post(http, "OrderShipment", shipment())
    erp.process_staging()
    assert probe(http, "OrderShipment", "000000013") == [("staged", "")]
    assert read(http, "pick") == []
    assert erp.on_hand()[DRESS.key, HERE] == 20
    erp.run_invoicing()
    assert probe(http, "OrderShipment", "000000013") == [("posted", "")]
    assert erp.on_hand()[DRESS.key, HERE] == 12


def test_a_record_of_an_unknown_article_is_rejected_with_a_text(erp, http):
    post(http, "PhysicalInventoryTM", {**INVENTORY, "style": "09999"})
    erp.process_staging()
    ((status, error),) = probe(http, "PhysicalInventoryTM", "000000012")
    assert status == "rejected"
    assert "09999" in error


def test_an_unknown_control_number_is_an_empty_answer(http):
    post(http, "PhysicalInventoryTM", INVENTORY)
    assert probe(http, "PhysicalInventoryTM", "999999999") == []
    assert probe(http, "OrderShipment", "000000012") == []


def test_a_double_post_shows_as_two_rows_and_as_twice_the_effect(erp, http):
    pkeys = {post(http, "PhysicalInventoryTM", INVENTORY).json()["pkey"] for _ in range(2)}
    erp.process_staging()
    assert len(pkeys) == 2
    assert probe(http, "PhysicalInventoryTM", "000000012") == [("posted", "")] * 2
    assert erp.on_hand()[DRESS.key, HERE] == 16


def test_the_inventory_report_is_served_as_csv(erp, http):
    erp.add_article(Article(style="777", color_code="RED", size_desc="O/S", std_cost=Decimal(1)))
    answer = http.get("/exports/inventory.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.startswith("Div,Loc Org,BRAND,Style,")
