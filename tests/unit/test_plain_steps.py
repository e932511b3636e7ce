"""The plain steps: a vendor's JSON in, the other vendor's JSON out."""

import json
import re

import pytest
from plain_world import (
    SETTINGS,
    a_goods_out,
    a_line,
    a_package,
    a_pick,
    a_pick_line,
    a_production_order,
    a_shipment,
    a_stock,
    a_style,
    a_transaction,
    an_address,
    article,
    the_lines,
)

from clarus_bluecherry.errors import AmbiguousSku, ConfigurationError, InvalidRecord, SkuError, UnknownSku
from clarus_bluecherry.mapping import plain


def having(**changes):
    return {**SETTINGS, **changes}


def confirm(order=None, lines=None, pick=None, agreed=SETTINGS, shipments=None, packages=None, **more):
    (record,) = plain.goods_out_to_order_shipment(
        order or a_goods_out(),
        the_lines() if lines is None else lines,
        pick or a_pick(),
        agreed,
        shipments=[a_shipment()] if shipments is None else shipments,
        packages=[a_package()] if packages is None else packages,
        **more,
    )
    return record


# Out ---------------------------------------------------------------------------------------------------------


def test_a_pick_becomes_the_body_that_creates_its_goods_out():
    assert plain.pick_to_goods_out(a_pick(), SETTINGS) == {
        "data": {
            "type": "goods_outs",
            "attributes": {
                "goods_out_type": "sales_order",
                "account_id": 1,
                "warehouse_id": 2,
                "carrier_id": 4,
                "reference": "0001001",
                "expected_date_of_dispatch": "2026-03-09T00:00:00-04:00",
                "order_notes": "leave at the dock",
                "external_system_reference1": "0001001",
                "external_system_reference2": "45001",
                "external_system_reference3": "PO-CUST-9",
                "lines_changes": [
                    {
                        "type": "ADD",
                        "attributes": {
                            "product_id": 501,
                            "order_quantity": 24,
                            "alt_line_number": "10",
                            "alt_product_code": "01234 BLK A M",
                        },
                    },
                    {
                        "type": "ADD",
                        "attributes": {
                            "product_id": 503,
                            "order_quantity": 6,
                            "alt_line_number": "30",
                            "alt_product_code": "0777 IND A 32 30/32",
                        },
                    },
                ],
            },
            "relationships": {
                "address": {
                    "data": {
                        "type": "addresses",
                        "attributes": {
                            "name": "Jo Doe",
                            "address_1": "1 High Street",
                            "address_2": "Flat 2",
                            "address_3": "Leeds",
                            "address_4": "West Yorkshire",
                            "address_5": "Jo",
                            "postcode": "LS1 4AP",
                            "country_code": "GB",
                            "email_address": "jo@example.com",
                        },
                    }
                }
            },
        }
    }


def test_every_product_that_has_no_id_is_named_and_what_to_do():
    with pytest.raises(UnknownSku, match=r"0777-IND-A-32-30/32.*Add the codes .* to `products`"):
        plain.pick_to_goods_out(a_pick(), having(products={"01234-BLK-A-M": 501}))
    with pytest.raises(UnknownSku, match="01234-BLK-A-M, 0777-IND-A-32-30/32"):
        plain.pick_to_goods_out(a_pick(), having(products={"other": 1}))


def test_a_location_that_is_no_warehouse_is_a_setting_to_add():
    pick = a_pick(location="CA")
    for line in pick["pickdetail"]["rows"]:
        line["location"] = "CA"
    with pytest.raises(ConfigurationError, match=r"field warehouses.*'CA'"):
        plain.pick_to_goods_out(pick, SETTINGS)


def test_the_way_a_site_names_its_collections_is_the_profiles():
    row = a_pick()
    row["lines"] = {"entries": row.pop("pickdetail")["rows"]}
    row["pickaddress"] = {"entries": row["pickaddress"]["rows"]}
    agreed = having(profile={"envelopes": {"children": {"pickdetail": "lines"}, "rows": "entries"}})
    assert plain.pick_to_goods_out(row, agreed) == plain.pick_to_goods_out(a_pick(), SETTINGS)


def test_a_production_order_becomes_the_body_that_creates_its_pre_receipt():
    data = plain.production_order_to_pre_receipt(a_production_order(), SETTINGS)["data"]
    assert data["type"] == "goods_in_receipts"
    assert data["attributes"]["reference"] == "P77"
    assert data["attributes"]["expected_date_of_arrival"] == "2026-04-15T00:00:00-04:00"
    lines = [each["attributes"] for each in data["attributes"]["lines_changes"]]
    assert [(line["product_id"], line["expected_quantity"], line["alt_line_number"]) for line in lines] == [
        (501, 100, "1"),
        (501, 50, "2"),
    ]


def test_a_style_becomes_what_creates_and_what_updates_its_products():
    made = plain.style_to_products(a_style(), SETTINGS)
    (created,) = made["create"]
    assert created["data"]["attributes"]["code"] == "01234-BLK-A-L"
    assert list(made["update"]) == ["501"]
    assert made["update"]["501"]["data"]["attributes"] == {
        "code": "01234-BLK-A-M",
        "description": "Linen dress",
        "stock_unit_type_id": 7,
        "external_system_reference1": "|01234|BLK|A||M",
        "barcode": "012345678905",
        "string1": "01234",
        "string2": "BLK",
        "string3": "M",
        "string4": "A",
    }


def test_two_skus_that_would_be_one_product_are_refused():
    short = having(recipe={"parts": ["style", "color"]}, skus={})
    with pytest.raises(InvalidRecord, match="one product with two meanings"):
        plain.style_to_products(a_style(), short)
    with pytest.raises(ConfigurationError, match="would both be the product '01234-BLK'"):
        confirm(agreed=short)


# Back --------------------------------------------------------------------------------------------------------


def test_a_completed_goods_out_becomes_its_ship_confirm():
    record = confirm()
    assert record["header"] == {
        "isa_num": "100007001",
        "our_id": "WAREHOUSE",
        "our_qual": "ZZ",
        "vnd_id": "CGS",
        "vnd_qual": "ZZ",
        "trans_type": "M",
        "cmpl_code": "N",
        "pick_num": "0001001",
        "ord_num": "45001",
        "po_num": "PO-CUST-9",
        "customer": "SHOP01",
        "doc_num": "940-7",
        "location": "NJ",
        "shipfrom": "NJ",
        "shipper": "UPS",
        "scac_code": "UPSN",
        "ship_date": "03/10/2026",
        "carton": 1,
        "weight_uom": "LB",
        "volume_uom": "CF",
        "load_id": "L5",
        "ord_status": "O",
        "center_code": "C1",
        "bill_optn": "N",
        "pre_inv": "N",
        "notes": "leave at the dock",
        "disc_amt": 0,
        "tax_amt": 0,
        "frgt_amt": 3.2,
        "insu_amt": 0,
        "misc_amt": 0,
        "ord_volume": 0.25,
    }
    assert [(line["line_seq"], line["size_qty"], line["upc"]) for line in record["pickDetail"]] == [
        ("10", 20, "012345678905"),
        ("30", 6, "036000291452"),
    ]
    (carton,) = record["cartonHeader"]
    assert (carton["carton_num"], carton["track_no"]) == ("00008123450000048216", "1Z999AA10123454821")
    assert [(line["line_seq"], line["ship_qty"]) for line in carton["cartonDetail"]] == [("10", 20), ("30", 6)]


@pytest.mark.parametrize(
    "wrapped",
    [
        a_goods_out(),
        {"data": a_goods_out()},
        {"event": "goods_out.completed", "data": a_goods_out()},
        {"id": "evt-1", "event": "goods_out.completed", "data": a_goods_out()},
        {"cursor": "x", "node": a_goods_out()},
        [a_goods_out()],
        {"data": [a_goods_out()]},
        [{"data": a_goods_out()}],
    ],
)
def test_the_order_is_found_in_a_node_an_edge_and_a_webhooks_body(wrapped):
    lines = [{"node": line} for line in the_lines()]
    assert confirm(order=wrapped, lines=lines, packages=[{"node": a_package()}]) == confirm()


@pytest.mark.parametrize("wrapped", [[a_goods_out(), a_goods_out()], {"data": [a_goods_out(), a_goods_out()]}])
def test_a_webhooks_body_of_several_records_is_refused_and_none_of_them_is_taken(wrapped):
    with pytest.raises(InvalidRecord, match="2 records came, and the step takes one") as caught:
        confirm(order=wrapped)
    assert caught.value.action == "Give the step one record at a time."


def test_an_order_that_has_not_left_is_no_dispatch():
    for status in ("PICKING", "CANCELLED"):
        with pytest.raises(InvalidRecord, match=r"goods out 0001001.*status"):
            confirm(order=a_goods_out(goods_out_status={"code": status}))
    with pytest.raises(InvalidRecord, match="actual_date_of_dispatch"):
        confirm(order=a_goods_out(actual_date_of_dispatch=None))


def test_a_pick_of_another_order_is_refused():
    with pytest.raises(InvalidRecord, match="not the order of pick ticket 0001002"):
        confirm(pick=a_pick(pick_num="0001002"))


def test_lines_of_another_order_and_lines_read_twice_are_refused():
    with pytest.raises(InvalidRecord, match="belongs to the order with the id 9"):
        confirm(lines=[the_lines()[0], a_line(30, "0777-IND-A-32-30/32", 6, 6, goods_out={"id": "9"})])
    with pytest.raises(InvalidRecord, match=r"goods out line 60010.*in the list twice"):
        confirm(lines=[*the_lines(), the_lines()[0]])


def test_a_page_that_was_not_read_is_no_short_shipment():
    with pytest.raises(InvalidRecord, match=r"line 30 of the pick ticket is not among .*all pages"):
        confirm(lines=the_lines()[:1])
    assert len(confirm(lines=the_lines()[:1], agreed=having(all_lines=False))["pickDetail"]) == 1
    short = confirm(lines=[the_lines()[0], a_line(30, "0777-IND-A-32-30/32", 6, 0)])
    assert [line["size_qty"] for line in short["pickDetail"]] == [20, 0]


@pytest.mark.parametrize("given", [{}, {"dispatch_quantity": None}, {"dispatch_quantity": ""}])
def test_a_dispatch_quantity_that_is_missing_is_not_zero(given):
    line = the_lines()[1]
    del line["dispatch_quantity"]
    with pytest.raises(InvalidRecord, match="dispatch_quantity"):
        confirm(lines=[the_lines()[0], {**line, **given}])


def test_a_product_that_is_not_on_the_pick_is_refused():
    with pytest.raises(UnknownSku, match="'X-1' is no SKU of pick ticket 0001001"):
        confirm(lines=[*the_lines(), a_line(40, "X-1", 1, 1)])


def test_the_control_number_follows_from_the_id_or_is_the_callers():
    assert confirm(control_number="42")["header"]["isa_num"] == "000000042"
    assert confirm(control_number=42)["header"]["isa_num"] == "000000042"
    (receipt,) = plain.transaction_to_advice(a_transaction(id="7001"), SETTINGS)
    assert receipt["isa_num"] != confirm()["header"]["isa_num"]
    with pytest.raises(InvalidRecord, match="Give the step a `control_number` of your own"):
        confirm(order=a_goods_out(id="a-1"), lines=[{**line, "goods_out": None} for line in the_lines()])


def test_a_receipt_an_adjustment_and_a_return_become_their_advice():
    (receipt,) = plain.transaction_to_advice(a_transaction(), SETTINGS)
    assert receipt == {
        "isa_num": "200904512",
        "vnd_id": "CGS",
        "vnd_qual": "ZZ",
        "adj_type": "A",
        "pix_type": "100",
        "pix_code": "01",
        "size_adj": "A",
        "size_qty": 40,
        "prod_num": "P77",
        "prod_line": "2",
        "shipment_num": "0",
        "location": "NJ",
        "receipt_date": "03/31/2026",
        "style": "01234",
        "color_code": "BLK",
        "lbl_code": "A",
        "dimension": "",
        "size_desc": "M",
        "upc_num": "012345678905",
    }
    (adjusted,) = plain.transaction_to_advice(a_transaction("NEGADJ", 3), having(profile={"reason_column": "rsn"}))
    assert (adjusted["adj_num"], adjusted["size_adj"], adjusted["size_qty"]) == ("904512", "S", 3)
    assert (adjusted["pix_code"], adjusted["rsn"], adjusted["receipt_date"]) == ("01", "D1", "2026-03-31")
    returned = a_transaction(goods_in_receipt={"reference": "RMA-1", "receipt_type": "Return"})
    (back,) = plain.transaction_to_advice(returned, SETTINGS)
    assert (back["pix_code"], back["size_adj"]) == ("03", "A")


@pytest.mark.parametrize("subtype", ["HOLD", "OFFHOLD", "PICK", "DISP", "UNDISP", "PWAY"])
def test_what_blue_cherry_need_not_be_told_is_an_empty_array(subtype):
    assert plain.transaction_to_advice(a_transaction(subtype), SETTINGS) == []


def test_a_subtype_that_nobody_knows_says_where_to_add_it():
    with pytest.raises(InvalidRecord, match="'FOUND'") as caught:
        plain.transaction_to_advice(a_transaction("FOUND"), SETTINGS)
    assert "`subtypes`" in caught.value.action
    (told,) = plain.transaction_to_advice(a_transaction("FOUND"), having(subtypes={"FOUND": "adjust up"}))
    assert told["size_adj"] == "A"


def test_a_receipt_whose_type_is_not_told_could_be_a_return():
    receipt = {"reference": "P77", "external_system_reference1": "P77"}
    with pytest.raises(InvalidRecord, match="receipt_type"):
        plain.transaction_to_advice(a_transaction(goods_in_receipt=receipt), SETTINGS)
    (told,) = plain.transaction_to_advice(a_transaction(goods_in_receipt=receipt), having(return_types=[]))
    assert told["prod_num"] == "P77"


def test_a_code_that_could_be_several_skus_is_ambiguous_and_says_where_to_name_it():
    with pytest.raises(AmbiguousSku, match="`skus` of the settings") as caught:
        plain.transaction_to_advice(a_transaction(product={"code": "0777-IND-32"}), SETTINGS)
    assert caught.value.code == "0777-IND-32"
    three = having(
        recipe={"parts": ["style", {"name": "color", "needed": True}, {"name": "size", "needed": True}]}
    )
    (told,) = plain.transaction_to_advice(a_transaction(product={"code": "0777-IND-32"}), three)
    assert (told["style"], told["color_code"], told["size_desc"]) == ("0777", "IND", "32")


def test_stock_becomes_one_count_for_each_sku():
    stocks = [a_stock(1, 240.0), a_stock(2, 1.5, status="held"), a_stock(3, 6, "0777-IND-A-32-30/32")]
    agreed = having(skus={**SETTINGS["skus"], "0777-IND-A-32-30/32": article("0777", "IND", "A", "32", "30/32")})
    rows = plain.stock_to_positions(stocks, agreed, as_of="2026-04-01T02:30:00Z", control_number="41")
    assert [(row["isa_num"], row["adj_num"], row["style"], row["size_qty"]) for row in rows] == [
        ("000000041", "000000041", "01234", 241.5),
        ("000000042", "000000042", "0777", 6),
    ]
    assert {(row["pix_type"], row["location"], row["receipt_date"]) for row in rows} == {
        ("605", "NJ", "2026-03-31")
    }


def test_stock_of_one_of_several_warehouses_has_to_be_named():
    agreed = having(warehouses={"A": {}, "B": {"location": "NJ"}})
    with pytest.raises(ConfigurationError, match="say which of A, B"):
        plain.stock_to_positions([a_stock()], agreed, as_of="2026-04-01T02:30:00Z", control_number="1")
    (row,) = plain.stock_to_positions(
        [a_stock()], agreed, as_of="2026-04-01T02:30:00Z", control_number="1", warehouse="B"
    )
    assert row["location"] == "NJ"


# Dates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "date"),
    [
        ("2026-11-01T02:30:00Z", "2026-10-31"),
        ("2026-11-01T03:30:00+00:00", "2026-10-31"),
        ("2026-11-01", "2026-11-01"),
        ("2026-11-01T02:30:00", "2026-10-31"),
        ("2026-11-01T12:00:00.787+01:00", "2026-11-01"),
    ],
)
def test_the_accounting_date_is_the_events_day_in_the_zone_of_the_books(moment, date):
    assert plain.accounting_date(moment, SETTINGS) == date


@pytest.mark.parametrize("cut_off", ["00:00", "02:00", "12:00", "17:00"])
def test_a_date_without_a_time_stays_that_date(cut_off):
    assert plain.accounting_date("2026-11-01", having(cut_off=cut_off)) == "2026-11-01"
    order = a_goods_out(actual_date_of_dispatch="2026-11-01")
    assert confirm(order=order, agreed=having(cut_off=cut_off))["header"]["ship_date"] == "11/01/2026"


def test_a_closed_period_is_refused_unless_the_settings_say_to_move():
    closed = {"closed_through": "2026-10-31"}
    with pytest.raises(InvalidRecord, match="closed through 2026-10-31"):
        plain.accounting_date("2026-10-31", having(**closed))
    assert plain.accounting_date("2026-10-31", having(**closed, when_closed="move")) == "2026-11-01"


@pytest.mark.parametrize("moment", ["", "yesterday", "31/10/2026", None, 1772452800])
def test_what_is_no_date_is_refused(moment):
    with pytest.raises(InvalidRecord):
        plain.accounting_date(moment, SETTINGS)


# What is lost nowhere ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("pickNum", "pick_num"),
        ("PICK_NUM", "pick_num"),
        ("pick-num", "pick_num"),
        ("pick_number", "pick_num"),
        ("pickDetail", "pickdetail"),
        ("po_nums", "po_num"),
    ],
)
def test_a_known_column_under_an_unknown_spelling_is_told(name, known):
    row = a_pick()
    row[name] = row.pop(known)
    with pytest.raises(InvalidRecord, match=re.escape(f"field {name}: did you mean {known}?")):
        plain.pick_to_goods_out(row, SETTINGS)


@pytest.mark.parametrize("name", ["Addr2", "addr_2", "adr2", "address2", "adrr2", "addr22"])
def test_a_misspelt_part_of_an_address_is_told(name):
    address = an_address()
    address[name] = address.pop("addr2")
    with pytest.raises(InvalidRecord, match=rf"pickaddress.rows.0.{name}: did you mean addr2"):
        plain.pick_to_goods_out(a_pick(pickaddress={"rows": [address]}), SETTINGS)


@pytest.mark.parametrize("part", ["addr2", "state", "email", "contact"])
@pytest.mark.parametrize("spell", ["{}_typo", "my_{}", "second_{}_line", "xyz"])
def test_a_part_of_an_address_under_whatever_other_name_is_told(part, spell):
    address = an_address(pkey=7, fkey="K")
    address[spell.format(part)] = address.pop(part)
    with pytest.raises(InvalidRecord, match=rf"pickaddress.rows.0.{spell.format(part)}: .*{part}"):
        plain.pick_to_goods_out(a_pick(pickaddress={"rows": [address]}), SETTINGS)


def test_an_address_may_have_columns_of_the_sites_own():
    whole = a_pick(pickaddress={"rows": [an_address(fax="1", addr_code="X")]})
    assert plain.pick_to_goods_out(whole, SETTINGS) == plain.pick_to_goods_out(a_pick(), SETTINGS)
    address = an_address(dc="X")
    del address["contact"]
    few = a_pick(pickaddress={"rows": [address]})
    with pytest.raises(InvalidRecord, match="other_columns"):
        plain.pick_to_goods_out(few, SETTINGS)
    assert plain.pick_to_goods_out(few, having(other_columns=["dc"]))


@pytest.mark.parametrize("name", ["BkQty", "bkqty", "bk_qyt", "bk_quantity"])
def test_a_misspelt_quantity_is_told(name):
    line = a_pick_line(10, article(), 24)
    line[name] = line.pop("bk_qty")
    with pytest.raises(InvalidRecord, match=rf"pickdetail.rows.0.{name}: did you mean bk_qty"):
        plain.pick_to_goods_out(a_pick(pickdetail={"rows": [line]}), SETTINGS)


def test_a_column_of_the_sites_own_that_only_looks_misspelt_can_be_named():
    row = a_pick(prod_num="P1")
    del row["pro_num"]
    with pytest.raises(InvalidRecord, match="other_columns"):
        plain.pick_to_goods_out(row, SETTINGS)
    assert plain.pick_to_goods_out(row, having(other_columns=["prod_num"]))


@pytest.mark.parametrize("name", ["actualDateOfDispatch", "actual_date_of_despatch"])
def test_a_misspelt_field_of_a_node_is_told(name):
    order = a_goods_out()
    order[name] = order.pop("actual_date_of_dispatch")
    with pytest.raises(InvalidRecord, match="did you mean actual_date_of_dispatch"):
        confirm(order=order)


def test_a_misspelt_field_inside_a_node_is_told():
    with pytest.raises(InvalidRecord, match=r"field product\.Code: did you mean code"):
        confirm(lines=[a_line(10, "x", 1, 1, product={"Code": "01234-BLK-A-M"})])


@pytest.mark.parametrize("kind", [None, "", "BT", "SHIP"])
def test_an_address_of_no_known_kind_is_not_left_out(kind):
    with pytest.raises(InvalidRecord, match="addr"):
        plain.pick_to_goods_out(a_pick(pickaddress={"rows": [an_address(kind)]}), SETTINGS)


def test_a_site_may_ship_without_an_address_or_without_a_part_of_it():
    bare = a_pick(pickaddress={"rows": []})
    with pytest.raises(InvalidRecord, match="ship-to"):
        plain.pick_to_goods_out(bare, SETTINGS)
    assert "relationships" not in plain.pick_to_goods_out(bare, having(address_parts=[]))["data"]
    no_code = a_pick(pickaddress={"rows": [an_address(zipcode="", country="HK")]})
    with pytest.raises(InvalidRecord, match=r"zipcode.*`address_parts`"):
        plain.pick_to_goods_out(no_code, SETTINGS)
    assert plain.pick_to_goods_out(no_code, having(address_parts=["name", "addr1", "city", "country"]))


# Errors ------------------------------------------------------------------------------------------------------


def test_no_error_gives_advice_that_this_reader_cannot_follow():
    tries = [
        lambda: plain.pick_to_goods_out(a_pick(pick_num=None), SETTINGS),
        lambda: plain.pick_to_goods_out(a_pick(pick_date="soon", end_date=""), SETTINGS),
        lambda: plain.pick_to_goods_out(a_pick(), {}),
        lambda: plain.pick_to_goods_out("x", SETTINGS),
        lambda: confirm(agreed={**SETTINGS, "our_id": ""}),
        lambda: confirm(lines="x"),
        lambda: confirm(lines=[a_line(10, "Y", 1, 1)]),
        lambda: confirm(control_number="1234567890"),
        lambda: plain.transaction_to_advice(a_transaction("FOUND"), SETTINGS),
        lambda: plain.transaction_to_advice(a_transaction(product={"code": "A-B-C"}), SETTINGS),
        lambda: plain.settings({"zome": "x"}),
    ]
    for attempt in tries:
        with pytest.raises((InvalidRecord, ConfigurationError, SkuError)) as caught:
            attempt()
        shown = str(caught.value)
        assert not any(word in shown for word in ("next run", "site file", "site's REST", "goes on by itself"))


def test_an_error_quotes_no_personal_data():
    row = a_pick(pickaddress={"rows": [an_address(name=["Jo Doe", "1 High Street"])]})
    with pytest.raises(InvalidRecord) as caught:
        plain.pick_to_goods_out(row, SETTINGS)
    assert "Jo" not in f"{caught.value} {caught.value!r}"
    assert caught.value.field == "pickaddress.rows.0.name"


@pytest.mark.parametrize("quantity", [True, "many", [], {}, "NaN", "1E+999999", float("nan"), -3, "-3"])
def test_what_is_no_quantity_is_refused(quantity):
    with pytest.raises(InvalidRecord):
        plain.pick_to_goods_out(a_pick(pickdetail={"rows": [a_pick_line(10, article(), quantity)]}), SETTINGS)
    with pytest.raises(InvalidRecord):
        confirm(lines=[the_lines()[0], a_line(30, "0777-IND-A-32-30/32", 6, quantity)])


def test_an_amount_that_json_cannot_carry_is_told_with_its_record():
    with pytest.raises(InvalidRecord, match="dispatch of 0001001, field disc_amt"):
        confirm(pick=a_pick(disc_amt="1E+999999"))


def test_every_step_takes_its_settings_by_name():
    assert plain.pick_to_goods_out(row=a_pick(), settings=SETTINGS)
    assert plain.goods_out_to_order_shipment(
        order=a_goods_out(), lines=the_lines(), pick=a_pick(), settings=SETTINGS, shipments=(), packages=()
    )
    assert plain.accounting_date("2026-11-01", settings=SETTINGS)


def test_a_step_does_not_change_what_it_was_given():
    given = [a_goods_out(), the_lines(), a_pick()]
    before = json.dumps(given)
    confirm(order=given[0], lines=given[1], pick=given[2])
    plain.pick_to_goods_out(given[2], SETTINGS)
    assert json.dumps(given) == before
