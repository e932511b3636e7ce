"""Writing to Blue Cherry: bodies, what is required, what was accepted, what became of it."""

import datetime as dt
from decimal import Decimal

import pytest
from attrs import evolve
from bluecherry_world import SITE, Face, Site, ticket
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from clarus_bluecherry.bluecherry import RestProfile, calls, messages
from clarus_bluecherry.bluecherry.kinds import every_kind
from clarus_bluecherry.bluecherry.messages import AdjustmentKind, SkuSent
from clarus_bluecherry.bluecherry.profile import Pix, PixCodes
from clarus_bluecherry.errors import (
    ConfigurationError,
    InvalidRecord,
    Retry,
    ServerFailed,
    Unprocessable,
    UnreadableAnswer,
)
from clarus_bluecherry.sandbox.erp.checks import problems

DAY = dt.date(2026, 1, 31)
BLACK_M = {"style": "01234", "color_code": "BLK", "size_desc": "M", "upc": "12345678905", "division": "01"}
CARTON = "00112345678901234560"
SHIPMENT = messages.OrderShipment(
    pick_num="P1001",
    ord_num="O77",
    po_num="PO-9",
    customer="ACME",
    location="MAIN",
    shipper="UPS",
    scac_code="UPSN",
    ship_date=DAY,
    doc_num="940-1",
    echo=ticket().echo,
    lines=(messages.ShipmentLine(line_seq="1", size_qty=3, total_qty=3, **BLACK_M),),
    cartons=(
        messages.ShipmentCarton(
            carton_num=CARTON,
            track_no="1Z999AA10123456784",
            carton_wgt=Decimal(2),
            ctn_volume=Decimal("0.05"),
            lines=(messages.ShipmentCartonLine(line_seq="1", ship_qty=3, **BLACK_M),),
        ),
    ),
)
RECEIPT = messages.ProductionReceiptAdvice(
    prod_num="5001", prod_line="2", location="MAIN", receipt_date=DAY, article=SkuSent(**BLACK_M), size_qty=12
)
ADJUSTMENT = messages.InventoryAdjustment(
    adj_num="A1",
    adjustment=AdjustmentKind.ADJUSTMENT,
    location="MAIN",
    adj_date=DAY,
    reason_code="DMG",
    article=SkuSent(**BLACK_M),
    size_qty=-2,
)
RETURN = messages.ReturnAdvice(
    adj_num="R1",
    order_reference="P1001",
    location="MAIN",
    adj_date=DAY,
    reason_code="SIZE",
    article=SkuSent(**BLACK_M),
    size_qty=1,
)
POSITION = messages.StockPositionAdvice(
    adj_num="C1", location="MAIN", count_date=DAY, article=SkuSent(**BLACK_M), size_qty=40
)
ALL = [SHIPMENT, RECEIPT, ADJUSTMENT, RETURN, POSITION]


@pytest.fixture(params=["sync", "async"])
def erp(request):
    faces = []

    def build(*answers, profile=SITE):
        site = Site(*answers)
        faces.append(Face(request.param, site, profile))
        return faces[-1], site

    yield build
    for face in faces:
        face.close()


def body_of(message, profile=SITE, control_number="42"):
    (body,) = calls.post(profile, message, control_number).json
    return body


# Bodies, column by column


def test_a_ship_confirm_travels_with_its_header_lines_and_cartons(erp):
    face, site = erp({"pkey": 900})
    assert face.send(SHIPMENT, "42") == messages.Acceptance(control_number="000000042", pkey="900")
    assert (site.requests[0].method, site.requests[0].url.path) == ("POST", "/api/OrderShipment")
    article = {"style": "01234", "color_code": "BLK", "size_desc": "M", "upc": "12345678905"}
    assert site.posted == [
        {
            "header": {
                "isa_num": "000000042",
                "our_id": "WAREHOUSE",
                "our_qual": "ZZ",
                "vnd_id": "CGS",
                "vnd_qual": "ZZ",
                "trans_type": "M",
                "cmpl_code": "N",
                "pick_num": "P1001",
                "ord_num": "O77",
                "po_num": "PO-9",
                "customer": "ACME",
                "doc_num": "940-1",
                "location": "MAIN",
                "shipfrom": "MAIN",
                "shipper": "UPS",
                "scac_code": "UPSN",
                "ship_date": "01/31/2026",
                "carton": 1,
                "weight_uom": "LB",
                "volume_uom": "CF",
                "load_id": "L5",
                "disc_amt": 1.5,
            },
            "pickDetail": [{"pick_num": "P1001", "line_seq": "1", "location": "MAIN", "size_qty": 3, **article}],
            "cartonHeader": [
                {
                    "pick_num": "P1001",
                    "carton_num": CARTON,
                    "carton_wgt": 4.41,
                    "weight_uom": "LB",
                    "ctn_volume": 1.77,
                    "volume_uom": "CF",
                    "track_no": "1Z999AA10123456784",
                    "cartonDetail": [
                        {
                            "pick_num": "P1001",
                            "carton_num": CARTON,
                            "line_seq": "1",
                            "dimension": "",
                            "ship_qty": 3,
                            "shipqty_uom": "EA",
                            "total_qty": 3,
                            **article,
                        }
                    ],
                }
            ],
        }
    ]


def test_a_receipt_travels_as_the_increment_on_its_line(erp):
    face, site = erp({"pkey": "R1"})
    face.send(RECEIPT)
    assert site.requests[0].url.path == "/api/ProductionReceiptAdvice"
    assert site.posted == [
        {
            "isa_num": "000000007",
            "vnd_id": "CGS",
            "vnd_qual": "ZZ",
            "adj_type": "A",
            "pix_type": "100",
            "pix_code": "01",
            "size_adj": "A",
            "size_qty": 12,
            "prod_num": "5001",
            "prod_line": "2",
            "shipment_num": "0",
            "location": "MAIN",
            "receipt_date": "01/31/2026",
            "style": "01234",
            "color_code": "BLK",
            "dimension": "",
            "size_desc": "M",
            "upc_num": "12345678905",
        }
    ]


def test_a_count_travels_as_the_absolute_position(erp):
    face, site = erp({"pkey": "C1"})
    face.send(POSITION)
    assert site.requests[0].url.path == "/api/PhysicalInventoryTM"
    assert site.posted == [
        {
            "isa_num": "000000007",
            "vnd_id": "CGS",
            "vnd_qual": "ZZ",
            "adj_num": "C1",
            "pix_type": "605",
            "pix_code": "00",
            "size_adj": "A",
            "size_qty": 40,
            "location": "MAIN",
            "receipt_date": "2026-01-31",
            "style": "01234",
            "color_code": "BLK",
            "size_desc": "M",
            "upc_num": "12345678905",
        }
    ]


@pytest.mark.parametrize(
    ("kind", "quantity", "code", "sign", "magnitude"),
    [
        (AdjustmentKind.ADJUSTMENT, -2, "01", "S", 2),
        (AdjustmentKind.COUNT, 5, "02", "A", 5),
    ],
)
def test_an_adjustment_carries_its_sign_beside_its_magnitude(kind, quantity, code, sign, magnitude):
    body = body_of(ADJUSTMENT.model_copy(update={"adjustment": kind, "size_qty": Decimal(quantity)}))
    found = (body["pix_type"], body["pix_code"], body["size_adj"], body["size_qty"])
    assert found == ("300", code, sign, magnitude)


@pytest.mark.parametrize(("quantity", "sign"), [(1, "A"), (-1, "S")])
def test_a_return_travels_as_a_change_of_stock_under_a_code_of_its_own(erp, quantity, sign):
    face, site = erp({"pkey": "R1"})
    face.send(RETURN.model_copy(update={"size_qty": Decimal(quantity)}))
    assert site.requests[0].url.path == "/api/PhysicalInventoryTM"
    assert site.requests[0].content == (
        b'[{"isa_num":"000000007","vnd_id":"CGS","vnd_qual":"ZZ","adj_num":"R1","pix_type":"300","pix_code":"03",'
        b'"size_adj":"' + sign.encode() + b'","size_qty":1,"location":"MAIN","receipt_date":"2026-01-31",'
        b'"style":"01234","color_code":"BLK","size_desc":"M","upc_num":"12345678905"}]'
    )


def test_a_receipt_taken_back_subtracts():
    body = body_of(RECEIPT.model_copy(update={"size_qty": Decimal(-4)}))
    assert (body["size_adj"], body["size_qty"]) == ("S", 4)


@given(st.integers(-(10**9), 10**9))
def test_no_units_are_lost_between_sign_and_magnitude(quantity):
    body = body_of(ADJUSTMENT.model_copy(update={"size_qty": Decimal(quantity)}))
    assert {"A": 1, "S": -1}[body["size_adj"]] * body["size_qty"] == quantity


# What is required

STYLE_ALONE = {"style": "01234"}
BARE = [
    SHIPMENT.model_copy(
        update={
            "lines": (messages.ShipmentLine(line_seq="1", size_qty=3, total_qty=3, **STYLE_ALONE),),
            "cartons": (
                messages.ShipmentCarton(
                    carton_num=CARTON,
                    carton_wgt=Decimal(2),
                    ctn_volume=Decimal("0.05"),
                    lines=(messages.ShipmentCartonLine(line_seq="1", ship_qty=3, **STYLE_ALONE),),
                ),
            ),
        }
    ),
    *(message.model_copy(update={"article": SkuSent(**STYLE_ALONE)}) for message in ALL[1:]),
]
"""What must be sent is sent empty where there is nothing to say."""


@pytest.mark.parametrize("message", [*ALL, *BARE])
def test_every_column_that_is_marked_as_required_is_there(message):
    """The sandbox refuses what running integrations found to be refused, by a list of its own."""
    entity = calls.post(SITE, message, "42").path.rpartition("/")[2]
    assert problems(entity, body_of(message)) == []


@pytest.mark.parametrize("message", ALL)
def test_no_body_names_a_division_unless_the_site_wants_it(message):
    assert '"division"' not in calls.post(SITE, message, "1").body.decode()
    assert '"division":"01"' in calls.post(evolve(SITE, send_division=True), message, "1").body.decode()


@pytest.mark.parametrize("text", ["", "N/A", "TBC", "see notes", "-"])
def test_only_a_real_tracking_number_is_sent(text):
    carton = SHIPMENT.cartons[0].model_copy(update={"track_no": text})
    (header,) = body_of(SHIPMENT.model_copy(update={"cartons": (carton,)}))["cartonHeader"]
    assert "track_no" not in header


@pytest.mark.parametrize("message", [SHIPMENT, RECEIPT])
def test_nothing_is_sent_without_the_trading_partner_ids(erp, message):
    face, site = erp({"pkey": 1}, profile=RestProfile(our_id="WAREHOUSE"))
    with pytest.raises(ConfigurationError, match="vnd_id"):
        face.send(message)
    assert site.requests == []


def test_an_empty_column_that_must_be_filled_names_the_record():
    profile = evolve(SITE, filled={"PhysicalInventoryTM": frozenset({"upc_num"})})
    article = POSITION.article.model_copy(update={"upc": ""})
    with pytest.raises(InvalidRecord, match="stock position C1, field upc_num"):
        body_of(POSITION.model_copy(update={"article": article}), profile)


@pytest.mark.parametrize("number", ["", "0000000001", "12a", "-1", "1.0", "١٢", " 1"])
def test_a_control_number_is_up_to_nine_digits(number):
    with pytest.raises(InvalidRecord, match="control number"):
        calls.post(SITE, RECEIPT, number)


def test_the_site_has_its_own_words():
    pix = PixCodes(
        receipt=Pix("101", "09"),
        adjustment=Pix("606", "05"),
        return_to_stock=Pix("606", "06"),
        add="+",
        subtract="-",
    )
    profile = evolve(
        SITE,
        prefix="bc/v2",
        entities={"inventory_adjustment": "StockTM", "return_to_stock": "ReturnTM"},
        pix=pix,
        reason_column="reason",
        weight_uom="KG",
        volume_uom="CR",
        trans_type="A",
        ship_from="DC1",
    )
    call = calls.post(profile, ADJUSTMENT, "1")
    assert call.path == "/bc/v2/StockTM"
    body = call.json[0]
    assert (body["pix_type"], body["size_adj"], body["reason"]) == ("606", "-", "DMG")
    returned = calls.post(profile, RETURN, "1")
    assert (returned.path, returned.json[0]["pix_code"]) == ("/bc/v2/ReturnTM", "06")
    assert body_of(RECEIPT, profile)["pix_code"] == "09"
    shipment = body_of(SHIPMENT, profile)
    assert (shipment["header"]["shipfrom"], shipment["header"]["trans_type"]) == ("DC1", "A")
    assert (shipment["cartonHeader"][0]["carton_wgt"], shipment["cartonHeader"][0]["weight_uom"]) == (2, "KG")


@pytest.mark.parametrize(
    "wrong",
    [
        {"weight_uom": "EA"},
        {"volume_uom": "EA"},
        {"trans_type": "X"},
        {"overlap": dt.timedelta(minutes=-1)},
        {"key_header": " "},
    ],
)
def test_a_profile_that_cannot_work_is_refused(wrong):
    with pytest.raises(ConfigurationError, match="RestProfile"):
        RestProfile(**wrong)


# Messages


def test_every_kind_of_message_can_be_sent():
    assert {message.kind for message in ALL} == {kind.name for kind in every_kind() if kind.is_sent}


@pytest.mark.parametrize("message", ALL)
def test_a_message_survives_the_ledger(message):
    adapter = TypeAdapter(messages.Outbound)
    again = adapter.validate_json(message.model_dump_json())
    assert again == message
    assert calls.post(SITE, again, "1").body == calls.post(SITE, message, "1").body


def test_a_ship_confirm_echoes_what_its_pick_ticket_said():
    echo = ticket(bill_num=12, frgt_amt="3.20", ord_status="O", notes="by hand", altpo=None).echo
    assert (echo.bill_num, echo.frgt_amt, echo.ord_status, echo.altpo) == ("12", Decimal("3.20"), "O", "")
    header = body_of(SHIPMENT.model_copy(update={"echo": echo}))["header"]
    assert (header["bill_num"], header["frgt_amt"], header["notes"]) == ("12", 3.2, "by hand")
    assert "altpo" not in header


# What the answer means


@pytest.mark.parametrize(
    "body",
    [
        {"errors": [{"errorMessage": "pick is closed"}]},
        {"errors": [{"message": "pick is closed"}]},
        {"message": [{"message": "pick is closed"}]},
        {"message": "pick is closed"},
    ],
)
def test_a_refusal_is_quoted_with_its_record_in_a_good_answer_and_in_a_bad_one(erp, body):
    face, _ = erp(body, (422, body))
    for _ in range(2):
        with pytest.raises(Unprocessable, match=r"order shipment P1001.*pick is closed") as caught:
            face.send(SHIPMENT)
        assert caught.value.retry is Retry.POINTLESS


def test_an_error_beside_a_key_leaves_the_outcome_open(erp):
    face, _ = erp({"pkey": 5, "errors": [{"message": "line 2 was skipped"}]})
    with pytest.raises(Unprocessable) as caught:
        face.send(SHIPMENT)
    assert caught.value.retry is Retry.ASK_FIRST


@pytest.mark.parametrize("body", [{}, [], {"pkey": None}, {"pkey": True}, {"pkey": ""}, b"<html>"])
def test_an_answer_without_a_key_leaves_the_outcome_open(erp, body):
    face, site = erp(body)
    with pytest.raises(UnreadableAnswer) as caught:
        face.send(SHIPMENT)
    assert caught.value.retry is Retry.ASK_FIRST
    assert len(site.requests) == 1


def test_a_post_that_may_have_arrived_is_never_sent_again(erp):
    face, site = erp((502, b"bad gateway"))
    with pytest.raises(ServerFailed) as caught:
        face.send(RECEIPT)
    assert caught.value.retry is Retry.ASK_FIRST
    assert len(site.requests) == 1


def test_a_post_that_the_gateway_turned_away_goes_again_under_the_same_number(erp):
    face, site = erp((429, {"message": "Rate limit is exceeded"}), {"pkey": 1})
    assert face.send(RECEIPT, "42").control_number == "000000042"
    assert [request.content for request in site.requests] == [site.requests[0].content] * 2
