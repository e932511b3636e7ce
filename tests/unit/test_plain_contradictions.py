"""A row that contradicts the settings, its order or itself is refused by name, and never half believed."""

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
    a_transaction,
    article,
    the_lines,
)

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping import plain

OTHERS = {"account": {"id": "99", "code": "OTHER"}}


def ship(order=None, lines=None, **more):
    order, lines = order or a_goods_out(), the_lines() if lines is None else lines
    return plain.goods_out_to_order_shipment(order, lines, a_pick(), SETTINGS, **more)


@pytest.mark.parametrize(
    "step",
    [
        lambda: plain.stock_to_positions(
            [a_stock(), a_stock(48212, **OTHERS)], SETTINGS, as_of="2026-04-02T00:00:00Z", control_number="1"
        ),
        lambda: plain.transaction_to_advice(a_transaction(**OTHERS), SETTINGS),
        lambda: ship(a_goods_out(**OTHERS)),
    ],
)
def test_the_stock_of_another_owner_is_refused(step):
    with pytest.raises(InvalidRecord, match="account 99") as caught:
        step()
    assert caught.value.field == "account.id"


def test_any_account_will_do_where_the_settings_name_none():
    settings = {name: value for name, value in SETTINGS.items() if name != "account_id"}
    assert plain.transaction_to_advice(a_transaction(**OTHERS), settings)


def test_a_header_for_another_location_than_every_line_is_refused():
    settings = {**SETTINGS, "warehouses": {**SETTINGS["warehouses"], "WHS02": {"id": 3, "location": "CA"}}}
    lines = {"rows": [a_pick_line(10, article(), 24, location="CA")]}
    with pytest.raises(InvalidRecord, match="CA, NJ") as caught:
        plain.pick_to_goods_out(a_pick(pickdetail=lines), settings)
    assert caught.value.field == "location"


def test_two_pick_lines_with_one_number_are_refused():
    pick = a_pick()
    pick["pickdetail"]["rows"][2]["line_seq"] = 10
    with pytest.raises(InvalidRecord, match="two lines have the number '10'") as caught:
        plain.pick_to_goods_out(pick, SETTINGS)
    assert caught.value.field == "line_seq"


def test_two_production_lines_with_one_number_are_refused():
    order = a_production_order()
    order["productionorderdetailbystage"]["rows"][1]["prod_line"] = 1
    with pytest.raises(InvalidRecord, match="two lines have the number '1'") as caught:
        plain.production_order_to_pre_receipt(order, SETTINGS)
    assert caught.value.field == "prod_line"


def test_a_line_that_names_another_skus_line_is_refused():
    swapped = [a_line(30, "01234-BLK-A-M", 24, 20), a_line(10, "0777-IND-A-32-30/32", 6, 6)]
    with pytest.raises(InvalidRecord, match="line 30 of the pick ticket is"):
        ship(lines=swapped)


def test_a_line_with_a_number_that_the_pick_does_not_have_is_refused():
    with pytest.raises(InvalidRecord, match="line 99"):
        ship(lines=[*the_lines(), a_line(99, "01234-BLK-A-M", 5, 5)])


def test_a_line_without_a_number_goes_by_its_sku():
    (line, jeans) = the_lines()
    assert ship(lines=[{**line, "alt_line_number": None}, jeans]) == ship()


def test_a_package_of_an_unknown_shipment_is_refused():
    package = a_package(shipment={"id": "9", "reference": "SHP-9"})
    with pytest.raises(InvalidRecord, match="shipment") as caught:
        ship(shipments=[a_shipment()], packages=[package])
    assert "4821" in str(caught.value)
