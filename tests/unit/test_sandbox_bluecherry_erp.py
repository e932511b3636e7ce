"""The sandbox's Blue Cherry without its web services: what is staged, what is booked, and when stock moves."""

import datetime as dt
from decimal import Decimal

import pytest
from sandbox_world import Clock

from clarus_bluecherry.bluecherry.inventory_report import read_inventory_report
from clarus_bluecherry.sandbox import Erp
from clarus_bluecherry.sandbox.erp import (
    Article,
    Pick,
    PickLine,
    ProductionLine,
    ProductionOrder,
    Standing,
    columns,
)

DRESS = Article(
    style="01234",
    color_code="BLK",
    size_desc="10.5",
    upc="036000291452",
    division="WM",
    season="SP26",
    style_name="Wrap dress",
    std_cost=Decimal("12.35"),
)
BELT = Article(style="1234", color_code="BLK", lbl_code="LUX", size_desc="O/S", std_cost=Decimal("3.10"))
HERE = "01"


def sku_columns(article, upc="upc_num"):
    return {
        "style": article.style,
        "color_code": article.color_code,
        "lbl_code": article.lbl_code,
        "dimension": article.dimension,
        "size_desc": article.size_desc,
        upc: article.upc,
    }


def advice(article=DRESS, units=5, *, isa_num="000000001", size_adj="A", **more):
    return {
        "isa_num": isa_num,
        "prod_num": "7001",
        "prod_line": "1",
        "location": HERE,
        "receipt_date": "01/30/2026",
        "size_adj": size_adj,
        "size_qty": units,
        **sku_columns(article),
        **more,
    }


def inventory(article=DRESS, units=5, *, pix=("300", "01"), size_adj="A", isa_num="000000002", location=HERE):
    return {
        "isa_num": isa_num,
        "adj_num": "A-1",
        "pix_type": pix[0],
        "pix_code": pix[1],
        "location": location,
        "receipt_date": "2026-01-29",
        "size_adj": size_adj,
        "size_qty": units,
        **sku_columns(article),
    }


def shipment(*shipped, pick_num="500100", isa_num="000000003"):
    """Each line is (line_seq, article, units)."""
    return {
        "header": {"isa_num": isa_num, "pick_num": pick_num, "ship_date": "01/28/2026"},
        "pickDetail": [
            {"line_seq": line_seq, "location": HERE, "size_qty": units, **sku_columns(article, "upc")}
            for line_seq, article, units in shipped
        ],
    }


def pick(erp, number="500100", lines=((DRESS, 8), (BELT, 2))):
    return Pick(
        pick_num=number,
        ord_num="SO-1",
        po_num="PO-1",
        customer="HARBOR",
        location=HERE,
        shipper="UPS",
        pick_date=dt.date(2026, 1, 28),
        ship_to={"name": "A. Person", "country": "US"},
        lines=tuple(
            PickLine(line_seq=str(place), article=article, bk_qty=units, price=Decimal("29.90"))
            for place, (article, units) in enumerate(lines, start=1)
        ),
        last_mod=erp.clock(),
    )


def production(erp):
    line = ProductionLine(prod_line="1", article=DRESS, prod_qty=24, cost=Decimal("12.35"))
    return ProductionOrder(
        prod_num="7001",
        vendor="MILL",
        location=HERE,
        due_date=dt.date(2026, 2, 10),
        lines=(line,),
        last_mod=erp.clock(),
    )


@pytest.fixture
def erp():
    erp = Erp(clock=Clock())
    erp.add_location(HERE)
    erp.add_shipper("UPS")
    erp.add_article(DRESS)
    erp.add_article(BELT)
    erp.open_stock(DRESS, HERE, 20)
    erp.open_stock(BELT, HERE, 6)
    erp.release(pick(erp))
    erp.issue(production(erp))
    return erp


def on_hand(erp, article=DRESS, location=HERE):
    return erp.on_hand()[article.key, location]


def posted(erp, entity, body):
    isa_num = body.get("isa_num") or body["header"]["isa_num"]
    return erp.stage(entity, isa_num, body)


# Staging ------------------------------------------------------------------------------------------------------


def test_taking_a_record_in_changes_no_stock_until_the_interface_is_worked_off(erp):
    staged = posted(erp, "ProductionReceiptAdvice", advice(units=5))
    assert staged.standing is Standing.STAGED
    assert on_hand(erp) == 20
    erp.process_staging()
    assert staged.standing is Standing.POSTED
    assert on_hand(erp) == 25


def test_a_record_is_worked_once_however_often_the_interface_runs(erp):
    posted(erp, "ProductionReceiptAdvice", advice(units=5))
    assert [erp.process_staging(), erp.process_staging()] == [1, 0]
    assert on_hand(erp) == 25


@pytest.mark.parametrize(
    ("pix", "size_adj", "kind", "after"),
    [
        (("300", "01"), "A", "SA", 25),
        (("300", "01"), "S", "SA", 15),
        (("300", "02"), "A", "SA", 25),
        (("300", "03"), "A", "RT", 25),
    ],
)
def test_an_adjustment_is_booked_by_its_pix_with_the_sign_in_size_adj(erp, pix, size_adj, kind, after):
    posted(erp, "PhysicalInventoryTM", inventory(units=5, pix=pix, size_adj=size_adj))
    erp.process_staging()
    assert on_hand(erp) == after
    assert erp.truth()[-1].rec_type == kind


def test_a_physical_count_books_the_difference_to_what_the_books_say(erp):
    posted(erp, "PhysicalInventoryTM", inventory(units=17, pix=("605", "00")))
    erp.process_staging()
    assert on_hand(erp) == 17
    assert (erp.truth()[-1].rec_type, erp.truth()[-1].quantity) == ("SA", -3)


def test_a_count_that_agrees_books_nothing_and_is_posted(erp):
    staged = posted(erp, "PhysicalInventoryTM", inventory(units=20, pix=("605", "00")))
    before = erp.truth()
    erp.process_staging()
    assert erp.truth() == before
    assert staged.standing is Standing.POSTED


def test_a_receipt_that_is_taken_back_subtracts(erp):
    posted(erp, "ProductionReceiptAdvice", advice(units=5))
    posted(erp, "ProductionReceiptAdvice", advice(units=2, isa_num="000000009", size_adj="S"))
    erp.process_staging()
    assert on_hand(erp) == 23
    assert [one.quantity for one in erp.truth() if one.rec_type == "R1"] == [5, -2]


def test_an_effect_carries_the_records_own_date_its_reference_and_its_control_number(erp):
    posted(erp, "ProductionReceiptAdvice", advice(units=5))
    erp.process_staging()
    effect = erp.truth()[-1]
    assert (effect.date, effect.reference, effect.isa_num) == ("01/30/2026", "7001/1", "000000001")
    assert (effect.sku, effect.location, effect.quantity) == (DRESS.key, HERE, 5)


def test_the_same_control_number_twice_takes_effect_twice(erp):
    for _ in range(2):
        posted(erp, "ProductionReceiptAdvice", advice(units=5))
    erp.process_staging()
    assert on_hand(erp) == 30
    assert len(erp.staged_as("ProductionReceiptAdvice", "000000001")) == 2


# What cannot be booked ----------------------------------------------------------------------------------------

NO_SUCH = Article(style="99999", color_code="BLK", size_desc="M", std_cost=Decimal(1))


@pytest.mark.parametrize(
    ("entity", "body", "why"),
    [
        ("ProductionReceiptAdvice", advice(prod_num="7999"), "no line 1"),
        ("ProductionReceiptAdvice", advice(prod_line="2"), "no line 2"),
        ("ProductionReceiptAdvice", advice(article=BELT), "no line 1"),
        ("ProductionReceiptAdvice", advice(location="POE"), "no warehouse 'POE'"),
        ("PhysicalInventoryTM", inventory(article=NO_SUCH), "no article 99999 BLK M"),
        ("PhysicalInventoryTM", inventory(location="99"), "no warehouse '99'"),
        ("OrderShipment", shipment(("1", DRESS, 3), pick_num="500999"), "no pick 500999"),
        ("OrderShipment", shipment(("1", BELT, 1)), "line 1 of pick 500100 is another article"),
        ("OrderShipment", shipment(("7", DRESS, 1)), "line 7 of pick 500100 is another article"),
    ],
)
def test_a_record_that_names_something_unknown_is_rejected_with_a_text_and_books_nothing(erp, entity, body, why):
    before = erp.truth()
    staged = posted(erp, entity, body)
    erp.process_staging()
    erp.run_invoicing()
    assert staged.standing is Standing.REJECTED
    assert why in staged.error
    assert erp.truth() == before


def test_one_rejected_record_does_not_hold_up_the_next(erp):
    posted(erp, "PhysicalInventoryTM", inventory(article=NO_SUCH))
    posted(erp, "PhysicalInventoryTM", inventory(units=1, isa_num="000000008"))
    erp.process_staging()
    assert [one.standing for one in erp.staged] == [Standing.REJECTED, Standing.POSTED]


def test_an_article_is_its_whole_key_so_twins_are_not_merged(erp):
    twin = Article(style="1234", color_code="BLK", size_desc="10.5", std_cost=Decimal(9))
    erp.add_article(twin)
    posted(erp, "PhysicalInventoryTM", inventory(article=twin, units=4))
    erp.process_staging()
    assert (on_hand(erp, twin), on_hand(erp)) == (4, 20)


# Shipping and invoicing ---------------------------------------------------------------------------------------


def test_a_shipment_leaves_stock_alone_until_it_is_invoiced(erp):
    staged = posted(erp, "OrderShipment", shipment(("1", DRESS, 8), ("2", BELT, 1)))
    erp.process_staging()
    assert staged.standing is Standing.STAGED
    assert (on_hand(erp), on_hand(erp, BELT)) == (20, 6)
    assert erp.run_invoicing() == 1
    assert staged.standing is Standing.POSTED
    assert (on_hand(erp), on_hand(erp, BELT)) == (12, 5)


def test_a_shipment_is_not_invoiced_before_the_interface_has_seen_it(erp):
    posted(erp, "OrderShipment", shipment(("1", DRESS, 8)))
    assert erp.run_invoicing() == 0
    assert on_hand(erp) == 20


def test_a_shipment_is_invoiced_once(erp):
    posted(erp, "OrderShipment", shipment(("1", DRESS, 8)))
    erp.process_staging()
    assert [erp.run_invoicing(), erp.run_invoicing()] == [1, 0]
    assert on_hand(erp) == 12


def test_an_invoiced_pick_has_its_number_and_the_invoice_the_day_of_the_shipment(erp):
    posted(erp, "OrderShipment", shipment(("1", DRESS, 8), ("2", BELT, 0)))
    erp.process_staging()
    assert erp.picks["500100"].inv_num == ""
    erp.run_invoicing()
    assert erp.picks["500100"].inv_num
    (invoiced,) = [one for one in erp.truth() if one.rec_type == "IN"]
    assert (invoiced.date, invoiced.reference, invoiced.quantity) == ("01/28/2026", "500100", -8)


def test_more_than_was_ordered_can_ship_and_the_books_can_go_below_zero(erp):
    posted(erp, "OrderShipment", shipment(("2", BELT, 9)))
    erp.process_staging()
    erp.run_invoicing()
    assert on_hand(erp, BELT) == -3


def test_a_shipped_pick_is_no_longer_open(erp):
    assert [row["pick_num"] for row in columns.picks(erp)] == ["500100"]
    posted(erp, "OrderShipment", shipment(("1", DRESS, 8)))
    erp.process_staging()
    assert columns.picks(erp) == []


def test_a_changed_pick_moves_its_last_mod(erp):
    before = columns.picks(erp)[0]["last_mod"]
    erp.clock.forward(hours=1)
    erp.change_pick("500100", [PickLine(line_seq="1", article=DRESS, bk_qty=0, price=Decimal(1))])
    row = columns.picks(erp)[0]
    assert row["last_mod"] > before
    assert [line["bk_qty"] for line in row["pickdetail"]["rows"]] == [0]


def test_quantity_on_hand_is_the_sum_of_the_movement_book(erp):
    posted(erp, "ProductionReceiptAdvice", advice(units=7))
    posted(erp, "PhysicalInventoryTM", inventory(units=2, size_adj="S"))
    posted(erp, "PhysicalInventoryTM", inventory(units=1, pix=("300", "03"), isa_num="000000007"))
    posted(erp, "OrderShipment", shipment(("1", DRESS, 3)))
    erp.process_staging()
    erp.run_invoicing()
    by_kind = {}
    for one in erp.truth():
        if one.sku == DRESS.key:
            by_kind[one.rec_type.value] = by_kind.get(one.rec_type.value, 0) + one.quantity
    assert by_kind == {"SA": 18, "R1": 7, "RT": 1, "IN": -3}
    assert on_hand(erp) == sum(by_kind.values()) == 23


# The report ---------------------------------------------------------------------------------------------------


def test_the_report_has_the_headers_of_the_field_and_a_pseudo_location(erp):
    lines = columns.inventory_report(erp).splitlines()
    headers = lines[0].split(",")
    assert headers[:9] == [
        "Div",
        "Loc Org",
        "BRAND",
        "Style",
        "Color #",
        "Style Name",
        "Color Name",
        "Label",
        "Dm/Pk",
    ]
    assert {"Size", "UPC Number", "Location", "Total QOH", "Avail QOH", "Loc Std Cost", "Loc Curr"} <= set(headers)
    places = [line.split(",")[headers.index("Location")] for line in lines[1:]]
    assert places == [HERE, HERE, "POE"]


def test_the_report_says_what_is_on_hand_at_what_cost_to_a_reader_that_knows_nothing_else(erp):
    erp.open_stock(DRESS, HERE, 2000)
    rows = read_inventory_report(columns.inventory_report(erp)).rows
    found = {(row.style, row.size_desc): (row.total_qoh, row.loc_std_cost) for row in rows if row.location == HERE}
    assert found == {("01234", "10.5"): (2020, Decimal("12.35")), ("1234", "O/S"): (6, Decimal("3.10"))}


@pytest.mark.parametrize(
    ("entity", "body"),
    [
        ("OrderShipment", shipment(("1", DRESS, "many"))),
        ("OrderShipment", shipment(("1", DRESS, -1))),
        ("ProductionReceiptAdvice", advice(units="NaN")),
        ("ProductionReceiptAdvice", advice(size_adj="X")),
        ("PhysicalInventoryTM", inventory(pix=("300", "77"))),
    ],
)
def test_nonsense_is_rejected(erp, entity, body):
    before = erp.truth()
    staged = posted(erp, entity, body)
    erp.process_staging()
    erp.run_invoicing()
    assert staged.standing is Standing.REJECTED
    assert erp.truth() == before


def test_a_shipment_from_nowhere_is_rejected(erp):
    body = shipment(("1", DRESS, 1))
    body["pickDetail"][0]["location"] = "99"
    staged = posted(erp, "OrderShipment", body)
    erp.process_staging()
    erp.run_invoicing()
    assert staged.standing is Standing.REJECTED
