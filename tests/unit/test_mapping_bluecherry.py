import datetime as dt
from decimal import Decimal

import attrs
import pytest
from mapping_world import (
    COUNTED_AT,
    DRESS_M,
    DRESS_S,
    JEANS,
    NEW_YORK,
    PERSONAL,
    columns,
    erp_terms,
    order,
    production_order,
    ticket,
)

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, UnknownSku
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.model import (
    Address,
    Adjustment,
    Carton,
    CartonLine,
    Dispatch,
    DispatchLine,
    Money,
    Receipt,
    ReturnToStock,
    Sku,
    StockPosition,
    SystemOfRecord,
    UnmatchedCode,
    to_plain,
)

NOON = dt.datetime(2026, 3, 10, 16, tzinfo=dt.UTC)
PERIOD_END = dt.date(2026, 3, 31)


# Orders from the ERP -----------------------------------------------------------------------------------------


def test_a_pick_ticket_becomes_the_order_it_is():
    made = order()
    assert (made.reference, made.order_number, made.purchase_order) == ("0001001", "45001", "PO-CUST-9")
    assert (made.customer, made.location, made.carrier) == ("SHOP01", "NJ", "UPS")
    assert made.requested_dispatch == dt.datetime(2026, 3, 9, tzinfo=NEW_YORK)


def test_a_line_with_nothing_to_pick_is_left_out_and_the_others_keep_their_numbers():
    assert [(line.number, line.item, line.quantity) for line in order().lines] == [
        ("10", DRESS_M, 24),
        ("30", JEANS, 6),
    ]


def test_a_pick_ticket_with_nothing_left_to_pick_is_refused_by_number():
    emptied = [columns(DRESS_M, line_seq=10, bk_qty=0)]
    with pytest.raises(InvalidRecord, match="pick 0001001, field pickdetail"):
        order(lines=emptied)
    with pytest.raises(InvalidRecord, match="pick 0001001"):
        order(lines=[])


def test_goods_go_to_the_ship_to_address_and_never_to_the_bill_to():
    assert order().ship_to == Address(
        name="Jo Doe",
        lines=("1 High Street", "Flat 2"),
        city="Leeds",
        region="West Yorkshire",
        postcode="LS1 4AP",
        country="GB",
        email="jo@example.com",
    )
    assert order(addresses=[{"addr_type": "BT", "name": "Head Office"}]).ship_to == Address()


def test_a_price_has_the_tickets_currency_or_is_left_out():
    priced, unpriced = order().lines
    assert priced.unit_price == Money("12.50", "USD")
    assert unpriced.unit_price is None
    assert [line.unit_price for line in order(curr_code="").lines] == [None, None]


def test_a_quantity_is_exact_though_the_api_sends_a_float():
    [line] = order(lines=[columns(DRESS_M, line_seq=1, bk_qty=0.1)]).lines
    assert line.quantity == Decimal("0.1")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-09 00:00:00", "2026-03-09T04:00:00"),
        ("2026-03-09", "2026-03-09T04:00:00"),
        ("03/09/2026", "2026-03-09T04:00:00"),
        ("3/9/2026 13:45:00", "2026-03-09T17:45:00"),
        ("20260309", "2026-03-09T04:00:00"),
        ("2026-03-09T00:00:00Z", "2026-03-09T00:00:00"),
        ("2026-03-09T00:00:00+01:00", "2026-03-08T23:00:00"),
        ("2026-03-08 01:59:59", "2026-03-08T06:59:59"),
        ("2026-03-08 03:00:00", "2026-03-08T07:00:00"),
        ("2026-11-01 00:30:00", "2026-11-01T04:30:00"),
        ("2026-11-01 02:30:00", "2026-11-01T07:30:00"),
        ("2026-01-15 12:00:00.250", "2026-01-15T17:00:00.250000"),
    ],
)
def test_a_date_without_an_offset_is_the_erps_time_on_either_side_of_a_clock_change(text, utc):
    requested = order(pick_date=text).requested_dispatch
    assert requested.astimezone(dt.UTC).replace(tzinfo=None).isoformat() == utc


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "31/03/2026", "2026111", "0", "2026-02-30", "03/09/26"])
def test_what_is_no_date_is_refused_rather_than_guessed(text):
    with pytest.raises(InvalidRecord, match="pick 0001001, field pick_date"):
        order(pick_date=text)


def test_without_a_start_the_ship_window_ends_the_wait():
    assert order(pick_date="").requested_dispatch == dt.datetime(2026, 3, 20, tzinfo=NEW_YORK)
    with pytest.raises(InvalidRecord, match="pick 0001001, field pick_date"):
        order(pick_date="", end_date=None)


def test_a_ticket_without_a_location_takes_that_of_its_lines():
    line = columns(DRESS_M, line_seq=1, bk_qty=1)
    assert order(location="", lines=[line, {**line, "line_seq": 2, "location": "NJ"}]).location == "NJ"
    with pytest.raises(InvalidRecord, match="pick 0001001, field location"):
        order(location="", lines=[line])


def test_lines_for_two_locations_are_not_sent_to_the_first():
    lines = [columns(DRESS_M, line_seq=at, bk_qty=1, prod_line=at, prod_qty=1, location=at) for at in ("NJ", "CA")]
    with pytest.raises(InvalidRecord, match=r"pick 0001001, field location: .*CA, NJ"):
        order(location="", lines=lines)
    with pytest.raises(InvalidRecord, match=r"production order P77, field location: .*CA, NJ"):
        bluecherry.purchase_order(production_order(lines=lines), zone=NEW_YORK)


@pytest.mark.parametrize(
    ("damage", "field"),
    [({"bk_qty": -3}, "quantity"), ({"style": ""}, "style"), ({"color_code": "A|B"}, "color")],
)
def test_a_bad_line_is_named_by_pick_line_and_field(damage, field):
    lines = [columns(JEANS, line_seq=10, bk_qty=1), {**columns(DRESS_M, line_seq=20, bk_qty=1), **damage}]
    with pytest.raises(InvalidRecord) as caught:
        order(lines=lines)
    assert (caught.value.record, caught.value.field) == ("pick 0001001, line 20", field)


def test_the_last_change_is_an_instant_or_unknown():
    assert bluecherry.changed_at(ticket(), zone=NEW_YORK) == dt.datetime(2026, 3, 7, 21, 41, 12, tzinfo=dt.UTC)
    assert bluecherry.changed_at(ticket(last_mod=""), zone=NEW_YORK) is None
    with pytest.raises(InvalidRecord, match="PickTicket 98001, field last_mod"):
        bluecherry.changed_at(ticket(last_mod="yesterday"), zone=NEW_YORK)


def test_a_production_order_keeps_one_sku_on_two_lines_apart():
    made = bluecherry.purchase_order(production_order(), zone=NEW_YORK)
    assert [(line.number, line.item, line.quantity, line.unit_cost) for line in made.lines] == [
        ("1", DRESS_M, 100, Money("7.25", "USD")),
        ("2", DRESS_M, 50, Money("7.10", "USD")),
    ]
    assert (made.reference, made.supplier, made.location) == ("P77", "MILL", "NJ")
    assert made.due == dt.datetime(2026, 4, 15, tzinfo=NEW_YORK)
    assert bluecherry.purchase_order(production_order(due_date=""), zone=NEW_YORK).due is None


def test_a_production_order_with_nothing_to_receive_is_refused():
    with pytest.raises(InvalidRecord, match="production order P77, field productionorderdetail"):
        bluecherry.purchase_order(production_order(lines=[]), zone=NEW_YORK)


def test_a_style_becomes_its_skus_with_the_styles_cost():
    style = messages.Style.model_validate(
        {
            "style": "01234",
            "style_name": "Dress",
            "season": "SS26",
            "std_cost": "7.20",
            "skus": [
                columns(DRESS_M, upc="012345678905", style=""),
                columns(DRESS_S, ean="4006381333931"),
            ],
        }
    )
    medium, small = bluecherry.products(style, currency="USD")
    assert (medium.sku, medium.upc, medium.unit_cost) == (DRESS_M, "012345678905", Money("7.20", "USD"))
    assert (small.sku, small.ean, small.season, small.description) == (DRESS_S, "4006381333931", "SS26", "Dress")
    assert [each.unit_cost for each in bluecherry.products(style)] == [None, None]


def test_book_stock_may_be_negative_and_keeps_its_cost():
    rows = [
        messages.OnHand.model_validate(
            columns(DRESS_M, location="NJ", total_qoh="-4", loc_std_cost="7.2000", loc_curr="USD")
        ),
        messages.OnHand.model_validate(columns(JEANS, location="NJ", total_qoh=12, loc_std_cost="9")),
    ]
    oversold, plenty = bluecherry.book_positions(rows, as_of=NOON)
    assert (oversold.keeper, oversold.item, oversold.quantity) == (SystemOfRecord.ERP, DRESS_M, -4)
    assert oversold.unit_cost == Money("7.2000", "USD")
    assert plenty.unit_cost is None
    with pytest.raises(InvalidRecord, match="on hand of 0777 IND 30/32, field location"):
        bluecherry.book_positions([rows[1].model_copy(update={"location": ""})], as_of=NOON)


# Ship confirms -----------------------------------------------------------------------------------------------


def dispatch(*lines, **changes):
    return Dispatch(
        **{
            "id": "7001",
            "occurred_at": NOON,
            "order_reference": "0001001",
            "location": "NJ",
            "carrier": "UPS-GROUND",
            "lines": lines,
            **changes,
        }
    )


def sent(number, item, shipped, ordered=None):
    return DispatchLine(number=number, item=item, ordered=ordered or shipped, shipped=shipped)


def confirm(*lines, order_=None, **changes):
    shipment = dispatch(*lines, **changes)
    return bluecherry.order_shipment(shipment, order_ or order(), PERIOD_END, erp_terms())


FULL = (sent("10", DRESS_M, 24), sent("30", JEANS, 6))


def test_a_ship_confirm_names_the_pick_ticket_and_its_date_is_the_accounting_date():
    told = confirm(*FULL)
    assert (told.pick_num, told.ord_num, told.po_num, told.customer) == ("0001001", "45001", "PO-CUST-9", "SHOP01")
    assert (told.location, told.shipper, told.scac_code) == ("NJ", "UPS", "UPSN")
    assert told.ship_date == PERIOD_END
    assert told.reference == "0001001"


@pytest.mark.parametrize("shipped", ["0", "20", "24", "25"])
def test_short_full_and_over_picks_tell_what_was_shipped(shipped):
    told = confirm(sent("10", DRESS_M, shipped, ordered=24), sent("30", JEANS, 6))
    assert [(line.line_seq, line.size_qty, line.total_qty) for line in told.lines] == [
        ("10", Decimal(shipped), Decimal(shipped)),
        ("30", 6, 6),
    ]


def test_a_line_is_named_by_every_part_of_its_sku_and_the_erps_own_barcode():
    jeans = confirm(*FULL).lines[1]
    assert (jeans.style, jeans.color_code, jeans.lbl_code) == ("0777", "IND", "A")
    assert (jeans.dimension, jeans.size_desc, jeans.upc) == ("32", "30/32", "036000291452")


def test_a_carrier_the_site_does_not_know_is_left_out():
    told = confirm(*FULL, carrier="MULE")
    assert (told.shipper, told.scac_code) == ("", "")


def test_a_line_without_the_erps_number_is_tied_by_its_sku():
    told = confirm(sent("id 9001", DRESS_M, 24), sent("30", JEANS, 6))
    assert [line.line_seq for line in told.lines] == ["10", "30"]


def twice():
    return order(lines=[columns(DRESS_M, line_seq=seq, bk_qty=5) for seq in (10, 20)])


def test_a_line_without_a_number_is_refused_when_its_sku_is_on_two_lines():
    with pytest.raises(InvalidRecord, match=r"dispatch of 0001001.*is on 2 lines"):
        confirm(sent("id 9001", DRESS_M, 5), order_=twice())
    told = confirm(sent("10", DRESS_M, 5), sent("20", DRESS_M, 4), order_=twice())
    assert [(line.line_seq, line.size_qty) for line in told.lines] == [("10", 5), ("20", 4)]


def test_a_line_that_was_never_ordered_is_refused():
    with pytest.raises(InvalidRecord, match=r"dispatch of 0001001.*is on 0 lines"):
        confirm(sent("id 9001", DRESS_S, 1))


def test_a_line_the_warehouse_split_is_told_once_with_its_sum():
    told = confirm(sent("10", DRESS_M, 14), sent("10", DRESS_M, 10), sent("id 9003", JEANS, 6))
    assert [(line.line_seq, line.size_qty, line.total_qty) for line in told.lines] == [
        ("10", 24, 24),
        ("30", 6, 6),
    ]


def test_an_unknown_sku_names_the_dispatch_and_the_line():
    with pytest.raises(UnknownSku) as caught:
        confirm(sent("10", UnmatchedCode("1234-BLK-M"), 24))
    assert caught.value.record == "dispatch of 0001001, line 10"
    assert caught.value.code == "1234-BLK-M"


def test_each_parcel_is_a_carton_with_its_lines():
    parcels = (
        Carton(
            number="SU4711",
            tracking="1Z1",
            weight_kg="1.25",
            lines=(CartonLine(number="10", item=DRESS_M, quantity=24),),
        ),
        Carton(number="SU4712", lines=(CartonLine(number="id 9003", item=JEANS, quantity=6),)),
    )
    one, two = confirm(*FULL, cartons=parcels).cartons
    assert (one.track_no, one.carton_wgt, one.lines[0].line_seq, one.lines[0].ship_qty) == (
        "1Z1",
        Decimal("1.25"),
        "10",
        24,
    )
    assert (two.track_no, two.carton_wgt, two.lines[0].line_seq) == ("", 0, "30")
    assert one.carton_num != two.carton_num


def test_two_parcels_never_get_one_carton_number():
    parcels = tuple(Carton(number=number) for number in ("A-12", "B-12"))
    with pytest.raises(InvalidRecord, match="dispatch of 0001001, field carton number"):
        confirm(*FULL, cartons=parcels)


def test_a_parcel_that_gives_no_carton_number_names_the_dispatch():
    with pytest.raises(InvalidRecord, match="dispatch of 0001001, field carton number"):
        confirm(*FULL, cartons=(Carton(number="box"),))


def test_a_parcels_line_must_be_on_the_order_too():
    stray = Carton(number="1", lines=(CartonLine(number="id 5", item=DRESS_S, quantity=1),))
    with pytest.raises(InvalidRecord, match=r"dispatch of 0001001.*is on 0 lines"):
        confirm(*FULL, cartons=(stray,))


def test_what_the_ticket_wants_back_is_sent_back_as_it_was():
    told = bluecherry.order_shipment(dispatch(*FULL), order(), PERIOD_END, erp_terms(), pick=ticket())
    assert (told.doc_num, told.echo.load_id) == ("940-7", "L5")
    assert confirm(*FULL).doc_num == ""


def test_a_dispatch_without_lines_is_refused():
    with pytest.raises(InvalidRecord, match="dispatch of 0001001, field lines"):
        confirm()


def test_a_carrier_code_that_is_too_long_is_refused_by_field():
    with pytest.raises(InvalidRecord, match="dispatch of 0001001, field scac_code"):
        bluecherry.order_shipment(
            dispatch(*FULL),
            order(),
            PERIOD_END,
            erp_terms(carriers={"UPS-GROUND": attrs.evolve(erp_terms().carriers["UPS-GROUND"], scac="UPSNX")}),
        )


# Receipts, adjustments, counts -------------------------------------------------------------------------------


def receipt(**changes):
    fields = {
        "id": "4711",
        "occurred_at": NOON,
        "order_reference": "P77",
        "line_number": "2",
        "location": "NJ",
        "item": DRESS_M,
        "quantity": "40",
    }
    return Receipt(**{**fields, **changes})


@pytest.mark.parametrize("quantity", ["40", "-3"])
def test_a_receipt_tells_its_increment_on_its_line_also_when_it_is_taken_back(quantity):
    told = bluecherry.receipt_advice(receipt(quantity=quantity), PERIOD_END, erp_terms())
    assert (told.prod_num, told.prod_line, told.location) == ("P77", "2", "NJ")
    assert told.size_qty == Decimal(quantity)
    assert told.receipt_date == PERIOD_END
    assert (told.article.size_desc, told.article.upc) == ("M", "012345678905")
    assert told.reference == "P77/2"


MOVED = {"id": "88", "occurred_at": NOON, "location": "NJ", "item": DRESS_M}


@pytest.mark.parametrize(
    ("movement", "kind", "reason", "quantity"),
    [
        (Adjustment(**MOVED, quantity=-2, reason="DMG"), "adjustment", "D1", -2),
        (Adjustment(**MOVED, quantity=3, reason="FOUND"), "adjustment", "FOUND", 3),
        (Adjustment(**MOVED, quantity=-1, reason="CYCLE"), "count", "CYCLE", -1),
    ],
)
def test_a_change_of_stock_keeps_its_sign_and_says_why(movement, kind, reason, quantity):
    told = bluecherry.inventory_adjustment(movement, PERIOD_END, erp_terms())
    assert (told.adjustment, told.reason_code, told.size_qty) == (kind, reason, quantity)
    assert (told.adj_num, told.adj_date, told.location) == ("88", PERIOD_END, "NJ")


@pytest.mark.parametrize(("reason", "told_as"), [("DMG", "D1"), ("CYCLE", "CYCLE"), ("", "")])
@pytest.mark.parametrize("quantity", [1, -1])
def test_a_return_is_a_message_of_its_own_whatever_its_reason_and_names_its_order(quantity, reason, told_as):
    returned = ReturnToStock(**MOVED, quantity=quantity, reason=reason, order_reference="0001001")
    told = bluecherry.return_advice(returned, PERIOD_END, erp_terms())
    assert (told.kind, told.reference, told.order_reference) == ("return_to_stock", "88", "0001001")
    assert (told.size_qty, told.reason_code, told.adj_date, told.location) == (quantity, told_as, PERIOD_END, "NJ")
    assert (told.article.size_desc, told.article.upc) == ("M", "012345678905")


def test_a_return_may_name_no_order():
    returned = ReturnToStock(**MOVED, quantity=1)
    assert bluecherry.return_advice(returned, PERIOD_END, erp_terms()).order_reference == ""


@pytest.mark.parametrize(
    ("tell", "record"),
    [
        (lambda item: bluecherry.receipt_advice(receipt(item=item), PERIOD_END, erp_terms()), "receipt 4711"),
        (
            lambda item: bluecherry.inventory_adjustment(
                Adjustment(**{**MOVED, "item": item}, quantity=1), PERIOD_END, erp_terms()
            ),
            "adjustment 88",
        ),
        (
            lambda item: bluecherry.return_advice(
                ReturnToStock(**{**MOVED, "item": item}, quantity=1), PERIOD_END, erp_terms()
            ),
            "return to stock 88",
        ),
    ],
)
def test_a_movement_of_an_unknown_sku_is_refused_by_its_record(tell, record):
    with pytest.raises(UnknownSku) as caught:
        tell(UnmatchedCode("1234"))
    assert caught.value.record == record


def position(quantity, as_of=COUNTED_AT, keeper=SystemOfRecord.WAREHOUSE):
    return StockPosition(keeper=keeper, item=JEANS, location="NJ", quantity=quantity, as_of=as_of)


def test_a_count_is_dated_in_the_ledgers_time_zone():
    """03:00 UTC on 1 April is still 31 March, 23:00, in New York."""
    told = bluecherry.stock_position_advice(position("12"), "C-9", erp_terms())
    assert (told.adj_num, told.size_qty, told.location) == ("C-9", 12, "NJ")
    assert told.count_date == dt.date(2026, 3, 31)
    assert bluecherry.stock_position_advice(position("12"), "C-9", erp_terms(zone=dt.UTC)).count_date == dt.date(
        2026, 4, 1
    )


def test_less_than_nothing_is_no_count():
    with pytest.raises(InvalidRecord, match="stock position C-9, field size_qty"):
        bluecherry.stock_position_advice(position("-1", keeper=SystemOfRecord.ERP), "C-9", erp_terms())


# Terms -------------------------------------------------------------------------------------------------------


def test_a_shipper_code_finds_its_carrier_or_none():
    assert erp_terms().carrier_of("UPS") == "UPS-GROUND"
    assert erp_terms().carrier_of("FDX") == ""
    assert erp_terms().carrier_of("") == ""


@pytest.mark.parametrize("prefix", ["", "ABCDEFG", "123456", "12345678901", "１２３４５６７"])
def test_a_company_prefix_is_seven_to_ten_digits(prefix):
    with pytest.raises(ConfigurationError, match="company_prefix"):
        erp_terms(company_prefix=prefix)


def test_the_skus_division_is_told_when_the_site_keys_by_it():
    divided = attrs.evolve(DRESS_M, division="W")
    told = bluecherry.inventory_adjustment(
        Adjustment(**{**MOVED, "item": divided}, quantity=1), PERIOD_END, erp_terms()
    )
    assert told.article.division == "W"
    assert bluecherry.sku(messages.SkuColumns.model_validate(columns(DRESS_M)), division="W") == divided
    assert isinstance(divided, Sku)


def test_no_refusal_of_a_pick_ticket_quotes_a_person():
    for damage in ({"pick_date": "x"}, {"location": "", "lines": [columns(JEANS, line_seq=1, bk_qty=-1)]}):
        with pytest.raises(InvalidRecord) as caught:
            order(**damage)
        assert not any(secret in str(caught.value) for secret in PERSONAL)


def test_the_telephone_of_an_address_reaches_the_order():
    pick = messages.PickTicket.model_validate(
        {
            "pick_num": "P1",
            "location": "NJ",
            "pick_date": "2026-03-02",
            "addresses": [{"addr_type": "ST", "name": "A SHOP", "phone": "0113 4960000"}],
            "lines": [{"line_seq": "1", "style": "AB101", "color_code": "001", "bk_qty": "12"}],
        }
    )
    assert bluecherry.sales_order(pick, zone=dt.UTC).ship_to.phone == "0113 4960000"


def test_who_is_to_be_asked_reaches_the_order_and_nobody_leaves_no_trace():
    address = {"addr_type": "ST", "name": "A SHOP", "contact": "Jane Doe"}
    lines = [{"line_seq": "1", "style": "AB101", "color_code": "001", "bk_qty": "12"}]
    row = {"pick_num": "P1", "location": "NJ", "pick_date": "2026-03-02", "lines": lines}
    asked = bluecherry.sales_order(
        messages.PickTicket.model_validate({**row, "addresses": [address]}), zone=dt.UTC
    )
    assert asked.ship_to.contact == "Jane Doe"
    assert "Jane" not in repr(asked)
    nobody = bluecherry.sales_order(messages.PickTicket.model_validate(row), zone=dt.UTC)
    assert "contact" not in str(to_plain(nobody)), "it is named by its digest as it always was"
