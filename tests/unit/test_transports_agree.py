"""The same facts over each way to Blue Cherry give its books the same stock, to the unit."""

import datetime as dt
from contextlib import contextmanager
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from files_world import every_template

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.files import Codecs, FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.messages import DeliveryStatus
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.bluecherry.sheets import template
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.exchange import Folder, NameTemplate
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY, bluecherry_app
from clarus_bluecherry.sandbox.bluecherry_files import FileSide
from clarus_bluecherry.sandbox.bluecherry_sheets import NAMES, SheetSpeech
from clarus_bluecherry.sandbox.bluecherry_x12 import PROFILE as PARTNERS
from clarus_bluecherry.sandbox.bluecherry_x12 import X12Speech
from clarus_bluecherry.sandbox.erp import Article, Erp, Pick, PickLine, ProductionLine, ProductionOrder
from clarus_bluecherry.sandbox.server import LocalServer

ZONE = ZoneInfo("America/New_York")
PROFILE = RestProfile(our_id="WAREHOUSE", vnd_id="BRAND", zone=ZONE)
NOON = dt.datetime(2026, 3, 2, 17, tzinfo=dt.UTC)
DAY = NOON.date()
BLACK = Article(style="01234", color_code="BLK", size_desc="M", upc="036000291452", std_cost=Decimal("7.50"))
NAVY = Article(style="01234", color_code="NVY", lbl_code="L1", size_desc="30/32", std_cost=Decimal("8.25"))


def article(of):
    columns = ("style", "color_code", "lbl_code", "dimension", "size_desc", "upc")
    return {name: getattr(of, name) for name in columns}


SENT = [
    messages.OrderShipment(
        pick_num="1001",
        ord_num="SO1001",
        po_num="PO-9",
        customer="NORDST",
        location="NJ",
        shipper="UPS",
        scac_code="UPSN",
        ship_date=DAY,
        lines=[
            {**article(BLACK), "line_seq": "1", "size_qty": 4, "total_qty": 5},
            {**article(NAVY), "line_seq": "2", "size_qty": 2, "total_qty": 2},
        ],
        cartons=[
            {
                "carton_num": "00012345678901234567",
                "track_no": "1Z999AA10123456784",
                "carton_wgt": "1.25",
                "lines": [
                    {**article(BLACK), "line_seq": "1", "ship_qty": 4},
                    {**article(NAVY), "line_seq": "2", "ship_qty": 2},
                ],
            }
        ],
    ),
    messages.ProductionReceiptAdvice(
        prod_num="C55", prod_line="3", location="NJ", receipt_date=DAY, article=article(BLACK), size_qty=12
    ),
    messages.ProductionReceiptAdvice(
        prod_num="C55", prod_line="3", location="NJ", receipt_date=DAY, article=article(BLACK), size_qty=-1
    ),
    messages.InventoryAdjustment(
        adj_num="77",
        adjustment="adjustment",
        location="NJ",
        adj_date=DAY,
        reason_code="LOST",
        article=article(NAVY),
        size_qty=-3,
    ),
    messages.InventoryAdjustment(
        adj_num="78",
        adjustment="count",
        location="NJ",
        adj_date=DAY,
        reason_code="COUNT",
        article=article(BLACK),
        size_qty=2,
    ),
    messages.ReturnAdvice(
        adj_num="79", order_reference="1001", location="NJ", adj_date=DAY, article=article(BLACK), size_qty=1
    ),
]


def make_erp():
    erp = Erp(clock=lambda: NOON, zone=ZONE)
    erp.add_location("NJ")
    erp.add_shipper("UPS")
    for one in (BLACK, NAVY):
        erp.add_article(one)
        erp.open_stock(one, "NJ", 20)
    lines = [PickLine(line_seq="1", article=BLACK, bk_qty=5, price=Decimal("19.90"))]
    lines.append(PickLine(line_seq="2", article=NAVY, bk_qty=2, price=Decimal("19.90")))
    erp.release(
        Pick(
            pick_num="1001",
            ord_num="SO1001",
            po_num="PO-9",
            customer="NORDST",
            location="NJ",
            shipper="UPS",
            pick_date=DAY,
            ship_to={"name": "Jane Doe", "addr1": "1 Main St", "city": "Newark", "country": "US"},
            lines=tuple(lines),
            last_mod=NOON,
        )
    )
    line = ProductionLine(prod_line="3", article=BLACK, prod_qty=12, cost=Decimal("7.10"))
    erp.issue(
        ProductionOrder(prod_num="C55", vendor="MILL", location="NJ", due_date=DAY, lines=(line,), last_mod=NOON)
    )
    return erp


@contextmanager
def by_rest(erp, folder):
    with (
        LocalServer(bluecherry_app(erp)) as server,
        BlueCherry.rest(server.url, subscription_key=SUBSCRIPTION_KEY, profile=PROFILE) as client,
    ):
        yield client, lambda: None


@contextmanager
def by_csv(erp, folder):
    side = FileSide(erp, folder, SheetSpeech(), PROFILE)
    codec = SheetCodec(every_template(), NAMES)
    profile = FilesProfile(names=NameTemplate("{kind}_{control_number}.csv"))
    exchange = Folder(folder, settle=dt.timedelta(0), now=lambda: NOON)
    with BlueCherry(FileTransport(exchange, codec, profile, store=folder / "store", now=lambda: NOON)) as client:
        side.meet()
        yield client, side.meet


@contextmanager
def by_x12(erp, folder):
    side = FileSide(erp, folder, X12Speech(lambda: NOON), PROFILE)
    sheets = SheetCodec({kind: template(kind) for kind in NAMES}, NAMES)
    profile = FilesProfile(names=NameTemplate("{kind}_{control_number}.x12"))
    exchange = Folder(folder, settle=dt.timedelta(0), now=lambda: NOON)
    codec = Codecs(X12Codec(PARTNERS, now=lambda: NOON), sheets)
    with BlueCherry(FileTransport(exchange, codec, profile, store=folder / "store", now=lambda: NOON)) as client:
        side.meet()
        yield client, side.meet


WAYS = {"rest": by_rest, "x12": by_x12, "csv": by_csv}


@pytest.fixture(params=WAYS)
def way(request, tmp_path):
    erp = make_erp()
    with WAYS[request.param](erp, tmp_path / "exchange") as (client, meet):
        yield erp, client, meet


def test_the_same_facts_give_the_same_stock(way):
    erp, client, meet = way
    for number, message in enumerate(SENT, start=1):
        client.send(message, f"{number:09}")
    meet()
    assert erp.process_staging() == len(SENT)
    assert erp.run_invoicing() == 1
    meet()
    stock = {key[1]: units for (key, place), units in erp.on_hand().items() if place == "NJ"}
    assert stock == {"BLK": 20 - 4 + 12 - 1 + 2 + 1, "NVY": 20 - 2 - 3}
    numbered = enumerate(SENT, start=1)
    told = [client.probe(message.kind, f"{number:09}", message.reference) for number, message in numbered]
    assert told == [DeliveryStatus.POSTED] * len(SENT)


def test_the_same_records_are_read(way):
    _, client, _ = way
    (pick,) = client.picks()
    assert (pick.pick_num, pick.customer, pick.location, pick.shipper) == ("1001", "NORDST", "NJ", "UPS")
    lines = [(one.line_seq, one.color_code, one.lbl_code, one.size_desc, one.bk_qty) for one in pick.lines]
    assert lines == [("1", "BLK", "", "M", 5), ("2", "NVY", "L1", "30/32", 2)]
    (ship_to,) = [each for each in pick.addresses if each.addr_type == "ST"]
    assert (ship_to.name, ship_to.city) == ("Jane Doe", "Newark")
    (order,) = client.production_orders()
    assert [(line.prod_line, line.prod_qty) for line in order.lines] == [("3", 12)]
    assert {line.cost for line in order.lines} <= {None, Decimal("7.10")}, "an advice tells no cost"
    assert {(style.style, sku.color_code) for style in client.styles() for sku in style.skus} == {
        ("01234", "BLK"),
        ("01234", "NVY"),
    }
    assert [carrier.shipper for carrier in client.carriers()] == ["UPS"]


def test_a_message_that_was_never_sent_is_absent(way):
    _, client, _ = way
    assert client.probe("inventory_adjustment", "000000099", "77") is DeliveryStatus.ABSENT
