import datetime as dt
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapping_world import (
    COUNTED_AT,
    DRESS_M,
    DRESS_S,
    JEANS,
    LINES,
    NEW_YORK,
    PERSONAL,
    PRODUCT_IDS,
    SHIPMENT,
    a_goods_out,
    a_line,
    a_package,
    erp_terms,
    order,
    production_order,
    stock,
    transaction,
    warehouse_terms,
)

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.errors import InvalidRecord, UnknownSku
from clarus_bluecherry.mapping import (
    SUBTYPES,
    Effect,
    WarehouseIds,
    WarehouseTerms,
    bluecherry,
    clarus,
    resolved,
    unmatched,
)
from clarus_bluecherry.model import (
    Address,
    Adjustment,
    Dispatch,
    Hold,
    Product,
    Receipt,
    ReturnToStock,
    Sku,
    SystemOfRecord,
    UnmatchedCode,
)

IDS = WarehouseIds(account=1, warehouse=2, products=PRODUCT_IDS, carrier=4)


# Out to the warehouse ----------------------------------------------------------------------------------------


def test_an_order_goes_out_under_the_erps_references():
    header = clarus.goods_out(order(), IDS)
    assert (header.account_id, header.warehouse_id, header.carrier_id) == (1, 2, 4)
    assert (header.reference, header.external_system_reference1) == ("0001001", "0001001")
    assert (header.external_system_reference2, header.external_system_reference3) == ("45001", "PO-CUST-9")
    assert header.expected_date_of_dispatch == dt.datetime(2026, 3, 9, 4, tzinfo=dt.UTC)
    assert header.goods_out_type == "sales_order"


def test_each_line_that_goes_out_carries_the_erps_line_number():
    lines = clarus.goods_out(order(), IDS).lines
    assert [(line.alt_line_number, line.product_id, line.order_quantity) for line in lines] == [
        ("10", 501, 24),
        ("30", 503, 6),
    ]


def test_what_is_not_known_is_not_sent():
    bare = attrs.evolve(order(), order_number="", purchase_order="", note="")
    sent = clarus.goods_out(bare, attrs.evolve(IDS, carrier=None)).wire()
    assert not {"carrier_id", "order_notes", "external_system_reference2", "external_system_reference3"} & set(
        sent
    )
    assert None not in sent.values()


def test_the_address_has_its_town_in_line_3_and_its_region_in_line_4():
    address = clarus.goods_out(order(), IDS).address
    assert address is not None
    assert (address.name, address.address_1, address.address_2) == ("Jo Doe", "1 High Street", "Flat 2")
    assert (address.address_3, address.address_4, address.postcode) == ("Leeds", "West Yorkshire", "LS1 4AP")
    assert (address.country_code, address.email_address) == ("GB", "jo@example.com")
    assert clarus.goods_out(attrs.evolve(order(), ship_to=Address()), IDS).address is None


@pytest.mark.parametrize(("contact", "line"), [("Ann Other", "Ann Other"), ("Jo Doe", None), ("", None)])
def test_who_is_to_be_asked_stands_in_line_5_unless_the_parcel_is_for_them(contact, line):
    changed = attrs.evolve(order(), ship_to=attrs.evolve(order().ship_to, contact=contact))
    address = clarus.goods_out(changed, IDS).address
    assert address is not None
    assert (address.name, address.address_5) == ("Jo Doe", line)


@pytest.mark.parametrize("item", [DRESS_S, UnmatchedCode("01234-BLK-S")])
def test_a_sku_the_warehouse_does_not_have_names_the_order_and_the_line(item):
    first, second = order().lines
    changed = attrs.evolve(order(), lines=(first, attrs.evolve(second, item=item)))
    with pytest.raises(UnknownSku) as caught:
        clarus.goods_out(changed, WarehouseIds(account=1, warehouse=2, products={DRESS_M.key: 501}))
    assert caught.value.record == "sales order 0001001"
    assert caught.value.field == "line 30"
    assert caught.value.code == str(item)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"postcode": "LS1 4AP, Leeds, by the canal"}, "postcode"),
        ({"lines": ("1 High Street " * 6,)}, "address_1"),
        ({"lines": ("x", "Flat 2", "1 High Street " * 6)}, "address_2"),
        ({"email": "jo@example.com" * 20}, "email_address"),
        ({"phone": "+44 7700 900123 " * 9}, "phone_number"),
        ({"country": "United Kingdom"}, "country_code"),
    ],
)
def test_an_address_that_does_not_fit_is_refused_by_field_and_never_quoted(change, field):
    made = order()
    with pytest.raises(InvalidRecord) as caught:
        clarus.goods_out(attrs.evolve(made, ship_to=attrs.evolve(made.ship_to, **change)), IDS)
    assert (caught.value.record, caught.value.field) == ("sales order 0001001", field)
    shown = f"{caught.value} {caught.value!r} {caught.value.__cause__}"
    assert not any(secret in shown for secret in PERSONAL)
    assert caught.value.__suppress_context__, "a traceback does not show the refused value either"


def test_a_reference_that_is_too_long_is_refused_by_field():
    with pytest.raises(InvalidRecord, match=r"sales order 9{51}, field reference"):
        clarus.goods_out(attrs.evolve(order(), reference="9" * 51), IDS)
    assert clarus.goods_out(attrs.evolve(order(), reference="9" * 50), IDS).reference == "9" * 50


def test_an_order_without_lines_is_refused():
    with pytest.raises(InvalidRecord, match="sales order 0001001, field lines"):
        clarus.goods_out(attrs.evolve(order(), lines=()), IDS)


def test_a_purchase_order_goes_out_line_by_line_though_a_sku_is_on_it_twice():
    expected = clarus.pre_receipt(bluecherry.purchase_order(production_order(), zone=NEW_YORK), IDS)
    assert [(line.alt_line_number, line.product_id, line.expected_quantity) for line in expected.lines] == [
        ("1", 501, 100),
        ("2", 501, 50),
    ]
    assert {line.alt_line_reference for line in expected.lines} == {"P77"}
    assert (expected.reference, expected.external_system_reference1) == ("P77", "P77")
    assert expected.expected_date_of_arrival == dt.datetime(2026, 4, 15, 4, tzinfo=dt.UTC)
    assert expected.account_id == 1


def test_a_purchase_order_of_an_unknown_sku_names_the_line():
    with pytest.raises(UnknownSku) as caught:
        clarus.pre_receipt(
            bluecherry.purchase_order(production_order(), zone=NEW_YORK), WarehouseIds(account=1, warehouse=2)
        )
    assert (caught.value.record, caught.value.field) == ("purchase order P77", "line 1")


def test_a_product_carries_its_sku_its_barcode_and_its_parts():
    master = Product(sku=JEANS, description="Jeans " * 40, ean="4006381333931")
    made = clarus.product(master, "0777-IND-30", 7)
    assert (made.code, made.barcode, made.stock_unit_type_id) == ("0777-IND-30", "4006381333931", 7)
    assert Sku.from_key(made.external_system_reference1 or "") == JEANS
    assert (made.string1, made.string2, made.string3, made.string5) == ("0777", "IND", "30/32", "32")
    assert len(made.description) == 150
    assert clarus.product(Product(sku=DRESS_M), "X", 7).description == str(DRESS_M)


def test_a_product_code_that_is_too_long_is_refused():
    with pytest.raises(InvalidRecord, match="field code"):
        clarus.product(Product(sku=DRESS_M), "X" * 51, 7)


# Dispatches --------------------------------------------------------------------------------------------------


def dispatch(*lines, shipments=(), packages=(), terms=None, **order_changes):
    return clarus.dispatch(
        wire.GoodsOutNode.model_validate(a_goods_out(**order_changes)),
        [wire.GoodsOutLineNode.model_validate(line) for line in lines or LINES],
        [wire.ShipmentNode.model_validate(shipment) for shipment in shipments],
        [wire.PackageNode.model_validate(package) for package in packages],
        terms or warehouse_terms(),
    )


def test_a_short_line_ships_what_was_dispatched():
    made = dispatch()
    assert [(line.number, line.item, line.ordered, line.shipped) for line in made.lines] == [
        ("10", DRESS_M, 24, 20),
        ("30", JEANS, 6, 6),
    ]
    assert (made.id, made.order_reference, made.location, made.carrier) == ("7001", "0001001", "NJ", "UPS-GROUND")


@pytest.mark.parametrize("dispatched", [0, 0.0])
def test_a_line_nothing_left_of_ships_nothing(dispatched):
    [line] = dispatch(a_line("10", "01234-BLK-M", 24, dispatched)).lines
    assert (line.ordered, line.shipped) == (24, 0)


def test_a_line_that_does_not_say_how_much_left_is_refused_by_name():
    with pytest.raises(InvalidRecord) as caught:
        dispatch(a_line("10", "01234-BLK-M", 24, None))
    assert caught.value.field == "dispatch_quantity"


def test_an_over_picked_line_ships_more_than_was_ordered():
    [line] = dispatch(a_line("10", "01234-BLK-M", 24, 25.5)).lines
    assert line.shipped == Decimal("25.5")


def test_a_dispatch_becomes_the_quantities_of_its_ship_confirm():
    told = bluecherry.order_shipment(dispatch(), order(), dt.date(2026, 3, 10), erp_terms())
    assert [(line.line_seq, line.size_qty) for line in told.lines] == [("10", 20), ("30", 6)]


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-03-10T21:30:00Z", "2026-03-10T21:30:00"),
        ("2026-03-10T21:30:00-05:00", "2026-03-11T02:30:00"),
        ("2026-03-10", "2026-03-10T00:00:00"),
        ("2026-07-10", "2026-07-09T23:00:00"),
        ("2026-03-29T01:30:00", "2026-03-29T01:30:00"),
        ("2026-03-29T02:30:00", "2026-03-29T01:30:00"),
    ],
)
def test_a_dispatch_is_dated_as_it_was_written_and_bare_dates_in_the_tenants_zone(written, utc):
    moment = dispatch(actual_date_of_dispatch=written).occurred_at
    assert moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat() == utc


@pytest.mark.parametrize("written", [None, "", "10/03/2026", "soon"])
def test_a_dispatch_without_a_readable_date_is_refused(written):
    with pytest.raises(InvalidRecord) as caught:
        dispatch(actual_date_of_dispatch=written)
    assert caught.value.record == "goods out 0001001"
    assert caught.value.field == "actual_date_of_dispatch"


def test_a_line_without_the_erps_number_is_tied_by_its_sku_and_never_by_its_id():
    """The warehouse's own line id happens to be the ERP's number of another line."""
    stray = a_line(None, "0777-IND-30", 6, 6, id=10)
    made = dispatch(a_line("10", "01234-BLK-M", 24, 24), stray)
    told = bluecherry.order_shipment(made, order(), dt.date(2026, 3, 10), erp_terms())
    assert [(line.line_seq, line.style) for line in told.lines] == [("10", "01234"), ("30", "0777")]


@pytest.mark.parametrize(
    ("damage", "record", "field"),
    [
        ({"product": None}, "goods out 0001001, line 9010", "product"),
        ({"product": {"id": 5}}, "goods out 0001001, line 9010", "product"),
        ({"product": {"code": ""}}, "goods out 0001001, line 9010", "product"),
        ({"dispatch_quantity": -1}, "goods out 0001001, line 9010", "shipped"),
    ],
)
def test_a_bad_line_is_named_by_order_line_and_field(damage, record, field):
    with pytest.raises(InvalidRecord) as caught:
        dispatch({**LINES[0], **damage})
    assert (caught.value.record, caught.value.field) == (record, field)


@pytest.mark.parametrize("warehouse", [None, {"id": 2}, {"code": ""}])
def test_a_dispatch_from_nowhere_is_refused(warehouse):
    with pytest.raises(InvalidRecord, match="goods out 0001001, field warehouse"):
        dispatch(warehouse=warehouse)


def test_a_warehouse_without_a_location_of_its_own_keeps_its_code():
    assert dispatch(terms=warehouse_terms(locations={})).location == "WHS01"


def test_a_code_that_is_tied_to_no_sku_is_kept_as_it_was_written():
    made = dispatch(a_line("10", "1234 blk m", 24, 24))
    assert made.lines[0].item == UnmatchedCode("1234 blk m")
    assert unmatched(made) == ("1234 blk m",)


def test_one_parcel_holds_everything_that_was_shipped():
    lines = (*LINES, a_line("40", "01234-BLK-S", 5, 0))
    [carton] = dispatch(*lines, shipments=[SHIPMENT], packages=[a_package(4711)]).cartons
    assert (carton.number, carton.tracking) == ("SU4711", "1Z4711")
    assert [(line.number, line.quantity) for line in carton.lines] == [("10", 20), ("30", 6)]


def test_of_several_parcels_the_first_is_given_all_units_and_none_are_told_twice():
    made = dispatch(packages=[a_package(1), a_package(2), a_package(3, tracking_number=None)])
    assert [carton.tracking for carton in made.cartons] == ["1Z1", "1Z2", ""]
    assert [len(carton.lines) for carton in made.cartons] == [2, 0, 0]
    told = bluecherry.order_shipment(made, order(), dt.date(2026, 3, 10), erp_terms())
    in_cartons = sum(line.ship_qty for carton in told.cartons for line in carton.lines)
    assert in_cartons == sum(line.size_qty for line in told.lines) == 26
    assert len({carton.carton_num for carton in told.cartons}) == 3


def test_a_parcel_without_a_storage_unit_goes_by_its_id():
    [carton] = dispatch(packages=[a_package(88, storage_unit=None)]).cartons
    assert carton.number == "88"


def test_the_service_is_that_of_the_first_shipment():
    assert dispatch(shipments=[SHIPMENT]).service == "GROUND"
    assert dispatch(shipments=[{"id": 1}]).service == ""
    assert dispatch(carrier=None).carrier == ""


# Transactions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("subtype", "kind", "quantity"),
    [
        ("RCV", Receipt, 4),
        ("UNRCV", Receipt, -4),
        ("POSADJ", Adjustment, 4),
        ("NEGADJ", Adjustment, -4),
        ("HOLD", Hold, 4),
        ("OFFHOLD", Hold, -4),
        ("negadj", Adjustment, -4),
    ],
)
def test_the_subtype_gives_the_direction_whatever_sign_the_tenant_sends(sign, subtype, kind, quantity):
    movement = clarus.movement(transaction(subtype, sign * 4.0), warehouse_terms())
    assert type(movement) is kind
    assert movement.quantity == quantity
    assert (movement.id, movement.item, movement.location) == ("4711", DRESS_M, "NJ")
    assert movement.occurred_at == dt.datetime(2026, 4, 1, 4, 30, tzinfo=dt.UTC)


def test_every_effect_has_a_direction():
    for effect in Effect:
        found = clarus.movement(transaction("X", 1), warehouse_terms(subtypes={"X": effect}))
        assert (found is None) == (effect in {Effect.NONE, Effect.DISPATCH, Effect.UNDISPATCH})


@pytest.mark.parametrize("subtype", sorted(code for code, effect in SUBTYPES.items() if effect is Effect.NONE))
def test_what_moves_within_the_warehouse_is_no_movement(subtype):
    assert clarus.movement(transaction(subtype, 5), warehouse_terms()) is None


@pytest.mark.parametrize("quantity", [0, 0.0, "0.00"])
def test_what_moves_nothing_is_no_movement(quantity):
    assert clarus.movement(transaction("RCV", quantity), warehouse_terms()) is None


def test_an_unknown_subtype_is_refused_by_name_and_by_transaction():
    with pytest.raises(InvalidRecord, match="'KIT_BUILD'") as caught:
        clarus.movement(transaction("KIT_BUILD", 5), warehouse_terms())
    assert (caught.value.record, caught.value.field) == ("transaction 4711", "subtype")
    assert "site file" in caught.value.action


def test_a_tenants_own_words_are_compared_without_case():
    terms = warehouse_terms(
        subtypes={"Kit_Build": Effect.ADJUST_DOWN}, return_types=frozenset({"Customer Return"})
    )
    built = clarus.movement(transaction("kit_build", 5), terms)
    assert isinstance(built, Adjustment)
    assert built.quantity == -5
    assert terms.is_return("CUSTOMER RETURN")
    assert not terms.is_return(None)


def test_a_receipt_names_its_order_and_line():
    receipt = clarus.movement(transaction("RCV", 40), warehouse_terms())
    assert isinstance(receipt, Receipt)
    assert (receipt.order_reference, receipt.line_number, receipt.quantity) == ("P77", "2", 40)


def test_a_receipt_goes_by_its_own_reference_when_the_erps_is_not_told():
    made = transaction("RCV", 1, goods_in_receipt={"reference": "P78"})
    receipt = clarus.movement(made, warehouse_terms())
    assert isinstance(receipt, Receipt)
    assert receipt.order_reference == "P78"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"goods_in_receipt": None}, "goods_in_receipt"),
        ({"goods_in_receipt": {"id": 5}}, "order_reference"),
        ({"goods_in_receipt_line": None}, "goods_in_receipt_line.alt_line_number"),
        ({"goods_in_receipt_line": {"id": 1, "alt_line_number": ""}}, "goods_in_receipt_line.alt_line_number"),
        ({"product": None}, "product"),
        ({"warehouse": {"code": None}}, "warehouse"),
    ],
)
def test_a_receipt_that_leaves_something_out_is_refused_by_transaction_and_field(changes, field):
    with pytest.raises(InvalidRecord) as caught:
        clarus.movement(transaction("RCV", 1, **changes), warehouse_terms())
    assert (caught.value.record, caught.value.field) == ("transaction 4711", field)


@pytest.mark.parametrize(
    ("return_types", "receipt_type", "kind"),
    [
        (frozenset({"return"}), "Return", ReturnToStock),
        (frozenset({"return"}), "standard", Receipt),
        (frozenset({"return"}), None, Receipt),
        (frozenset({"RMA", "return"}), "rma", ReturnToStock),
        (frozenset(), "return", Receipt),
    ],
)
def test_the_tenants_receipt_type_marks_a_return(return_types, receipt_type, kind):
    made = transaction("RCV", 3, goods_in_receipt={"reference": "RMA-5", "receipt_type": receipt_type})
    movement = clarus.movement(made, warehouse_terms(return_types=return_types))
    assert type(movement) is kind
    assert movement.order_reference == "RMA-5"
    assert movement.quantity == 3


def test_a_return_needs_no_purchase_order_line_and_can_be_taken_back():
    made = transaction(
        "UNRCV", 3, goods_in_receipt={"reference": "R", "receipt_type": "return"}, goods_in_receipt_line=None
    )
    returned = clarus.movement(made, warehouse_terms())
    assert isinstance(returned, ReturnToStock)
    assert (returned.quantity, returned.reason) == (-3, "DMG")


@pytest.mark.parametrize(
    ("receipt", "line", "order"),
    [
        ({"reference": "RMA-5"}, None, "RMA-5"),
        ({"reference": "RMA-5", "external_system_reference1": "1001"}, None, "1001"),
        ({"reference": "RMA-5", "external_system_reference1": "1001"}, {"alt_line_reference": "1002"}, "1002"),
        ({"reference": "RMA-5"}, {"alt_line_reference": ""}, "RMA-5"),
    ],
)
def test_a_return_belongs_to_the_order_that_is_named_nearest_to_the_line(receipt, line, order):
    made = transaction(
        "RCV", 3, goods_in_receipt={**receipt, "receipt_type": "return"}, goods_in_receipt_line=line
    )
    assert clarus.movement(made, warehouse_terms()).order_reference == order


@given(st.decimals("-1000000", "1000000", places=3))
def test_no_size_is_lost_and_no_direction_depends_on_the_sign_that_was_sent(quantity):
    up = clarus.movement(transaction("POSADJ", str(quantity)), warehouse_terms())
    down = clarus.movement(transaction("NEGADJ", str(-quantity)), warehouse_terms())
    if not quantity:
        assert up is down is None
    else:
        assert up.quantity == abs(quantity) == -down.quantity


# Stock and late codes ----------------------------------------------------------------------------------------


def positions(*stocks, terms=None):
    nodes = [wire.StockNode.model_validate(each) for each in stocks]
    return clarus.stock_positions(nodes, warehouse="WHS01", as_of=COUNTED_AT, terms=terms or warehouse_terms())


def test_stock_is_summed_per_item_over_places_and_held_stock_is_on_hand():
    found = positions(
        stock(1, "01234-BLK-M", 10.5),
        stock(2, "0777-IND-30", 4, location={"code": "A-01"}),
        stock(3, "01234-BLK-M", "1.25", status="on_hold"),
        stock(4, "01234-BLK-M", 2, location={"code": "QUARANTINE"}),
    )
    assert {each.item: each.quantity for each in found} == {DRESS_M: Decimal("13.75"), JEANS: 4}
    assert {(each.keeper, each.location, each.as_of) for each in found} == {
        (SystemOfRecord.WAREHOUSE, "NJ", COUNTED_AT)
    }


def test_two_codes_of_one_sku_are_one_position_and_unknown_codes_stay_apart():
    tied = {"A": DRESS_M, "B": DRESS_M}
    found = positions(
        stock(1, "A", 1), stock(2, "B", 2), stock(3, "?", 3), stock(4, "!", 4),
        terms=warehouse_terms(sku_of=lambda code: tied.get(code, UnmatchedCode(code))),
    )  # fmt: skip
    assert [(each.item, each.quantity) for each in found] == [
        (DRESS_M, 3),
        (UnmatchedCode("?"), 3),
        (UnmatchedCode("!"), 4),
    ]


def test_no_stock_is_no_position():
    assert positions() == []


def test_stock_of_nothing_nameable_is_refused():
    with pytest.raises(InvalidRecord, match="stock 9, field product"):
        positions({"id": 9, "quantity": 1})


def test_a_mended_crosswalk_ties_what_was_unmatched_and_leaves_the_rest():
    made = dispatch(
        a_line("10", "01234-BLK-M", 24, 24), a_line("30", "??", 6, 6),
        packages=[a_package(1)], terms=WarehouseTerms(zone=dt.UTC),
    )  # fmt: skip
    assert unmatched(made) == ("01234-BLK-M", "??")
    tied = resolved(made, warehouse_terms().sku_of)
    assert isinstance(tied, Dispatch)
    assert unmatched(tied) == ("??",)
    assert [line.item for line in tied.cartons[0].lines] == [DRESS_M, UnmatchedCode("??")]
    adjusted = clarus.movement(transaction("POSADJ", 1), WarehouseTerms(zone=dt.UTC))
    assert resolved(adjusted, warehouse_terms().sku_of).item == DRESS_M
    assert unmatched(resolved(adjusted, warehouse_terms().sku_of)) == ()
