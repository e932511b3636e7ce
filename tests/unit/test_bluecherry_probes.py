"""What became of a message: asked by control number or by reference, answered from its own rows only."""

import pytest
from attrs import evolve
from bluecherry_world import SITE, Face, Site, documents, pick_row

from clarus_bluecherry.bluecherry import RestProfile, calls
from clarus_bluecherry.bluecherry.kinds import every_kind
from clarus_bluecherry.bluecherry.messages import DeliveryStatus
from clarus_bluecherry.bluecherry.profile import Probe
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, NotFound, UnreadableAnswer

BY_TICKET = Probe(entity="pick", reference="pick_num", posted="inv_num", absent=DeliveryStatus.UNKNOWN)
SENT = [kind.name for kind in every_kind() if kind.is_sent]
ASKED_BY_TICKET = evolve(SITE, probes={"order_shipment": BY_TICKET})


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


@pytest.mark.parametrize(
    ("rows", "posting"),
    [
        ([], DeliveryStatus.ABSENT),
        ([{"isa_num": "000000042", "status": "Posted "}], DeliveryStatus.POSTED),
        ([{"isa_num": 42, "status": "STAGED"}], DeliveryStatus.STAGED),
        ([{"isa_num": "000000042", "status": "rejected"}], DeliveryStatus.REJECTED),
        ([{"isa_num": "000000042", "status": "on its way"}], DeliveryStatus.UNKNOWN),
        ([{"isa_num": "000000042"}], DeliveryStatus.UNKNOWN),
        ([{"isa_num": "000000042", "status": "posted"}] * 2, DeliveryStatus.POSTED),
        ([{"isa_num": "000000042", "status": word} for word in ("posted", "rejected")], DeliveryStatus.UNKNOWN),
        ([{"isa_num": "000000043", "status": "posted"}], DeliveryStatus.UNKNOWN),
        ([{"status": "posted"}], DeliveryStatus.UNKNOWN),
    ],
)
@pytest.mark.parametrize("envelope", [lambda rows: {"data": rows}, lambda rows: {"data": {"header": rows}}])
def test_what_became_of_a_message_is_read_from_its_own_rows(erp, envelope, rows, posting):
    face, site = erp(envelope(rows))
    assert face.probe("order_shipment", "42") is posting
    assert site.requests[0].url.path == "/api/OrderShipment"
    assert site.queries == [{"$filter": "isa_num eq '000000042'"}]


@pytest.mark.parametrize("kind", SENT)
def test_a_site_that_cannot_be_asked_is_not_asked(erp, kind):
    face, site = erp({}, profile=evolve(SITE, probes=dict.fromkeys(SENT)))
    assert face.probe(kind) is DeliveryStatus.UNKNOWN
    assert site.requests == []


def test_a_kind_that_there_is_not_cannot_be_asked_for(erp):
    face, _ = erp({})
    with pytest.raises(InvalidRecord, match="credit_note"):
        face.probe("credit_note")


def test_a_site_has_its_own_words_for_what_became_of_a_message(erp):
    probe = Probe(control_number="ctl", status="state", words={"p": DeliveryStatus.POSTED})
    face, site = erp(
        {"data": [{"ctl": "000000007", "state": "P"}]}, profile=evolve(SITE, probes={"stock_position": probe})
    )
    assert face.probe("stock_position") is DeliveryStatus.POSTED
    assert site.queries == [{"$filter": "ctl eq '000000007'"}]


def test_a_path_that_cannot_be_asked_does_not_mean_that_the_message_never_arrived(erp):
    face, _ = erp((404, {"message": "Resource not found"}))
    with pytest.raises(NotFound):
        face.probe("order_shipment")


def test_an_envelope_that_is_not_there_does_not_mean_so_either(erp):
    face, _ = erp({"version": "2.1"})
    with pytest.raises(UnreadableAnswer):
        face.probe("order_shipment")


@pytest.mark.parametrize(
    ("kind", "entity"),
    [
        ("order_shipment", "OrderShipment"),
        ("production_receipt_advice", "ProductionReceiptAdvice"),
        ("inventory_adjustment", "PhysicalInventoryTM"),
        ("return_to_stock", "PhysicalInventoryTM"),
        ("stock_position", "PhysicalInventoryTM"),
    ],
)
def test_each_kind_is_asked_about_where_it_was_posted(kind, entity):
    call = calls.probe(SITE, kind, "42")
    assert (call.path, call.query, call.repeatable) == (
        f"/api/{entity}",
        (("$filter", "isa_num eq '000000042'"),),
        True,
    )


# By reference


@pytest.mark.parametrize(
    ("row", "posting"),
    [
        (pick_row("P1001", inv_num="INV-7"), DeliveryStatus.POSTED),
        (pick_row("P1001", inv_num=8001), DeliveryStatus.POSTED),
        (pick_row("P1001", inv_num=""), DeliveryStatus.UNKNOWN),
        (pick_row("P1001", inv_num=None), DeliveryStatus.UNKNOWN),
        (pick_row("P1001", inv_num=0), DeliveryStatus.UNKNOWN),
        (pick_row("P1001", inv_num="0.0 "), DeliveryStatus.UNKNOWN),
        (pick_row("P1001", inv_num=False), DeliveryStatus.UNKNOWN),
        (pick_row("P1001", inv_num="", status="staged"), DeliveryStatus.STAGED),
        (pick_row("P10010", inv_num="INV-7"), DeliveryStatus.UNKNOWN),
        (pick_row("0P1001", inv_num="INV-7"), DeliveryStatus.UNKNOWN),
    ],
)
def test_a_ticket_says_by_its_invoice_number_that_its_shipment_is_posted(erp, row, posting):
    face, site = erp(documents(row), profile=ASKED_BY_TICKET)
    assert face.probe("order_shipment", "42", "P1001") is posting
    assert site.requests[0].url.path == "/api/pick"
    assert site.queries == [{"$filter": "pick_num eq 'P1001'"}]


def test_a_ticket_that_is_no_longer_open_says_nothing(erp):
    face, _ = erp(documents(), profile=ASKED_BY_TICKET)
    assert face.probe("order_shipment", "42", "P1001") is DeliveryStatus.UNKNOWN


def test_a_site_that_is_asked_by_reference_is_not_asked_without_one(erp):
    face, site = erp(documents(), profile=ASKED_BY_TICKET)
    with pytest.raises(InvalidRecord, match="field reference"):
        face.probe("order_shipment", "42")
    assert site.requests == []


def test_receipts_of_one_line_share_a_reference_and_are_told_by_number_only():
    with pytest.raises(ConfigurationError, match="control number"):
        RestProfile(probes={"production_receipt_advice": Probe(reference="prod_num")})


def test_a_probe_for_a_kind_that_there_is_not_is_refused():
    with pytest.raises(ConfigurationError, match="credit_note") as caught:
        RestProfile(probes={"credit_note": Probe()})
    assert caught.value.field == "probes"


def test_nothing_becomes_of_a_message_that_is_read():
    with pytest.raises(ConfigurationError, match="a pick ticket is read"):
        RestProfile(probes={"pick_ticket": Probe()})
