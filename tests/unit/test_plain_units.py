"""A case is not a unit in the plain steps either, and which words mean the piece is a setting of theirs."""

import pytest
from plain_world import SETTINGS, a_goods_out, a_pick, a_production_order, a_stock, a_transaction, the_lines

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping import plain


def pick_in(unit):
    row = a_pick()
    row["pickdetail"]["rows"][0]["uom"] = unit
    return row


def production_order_in(unit):
    row = a_production_order()
    row["productionorderdetailbystage"]["rows"][0]["uom"] = unit
    return row


def lines_in(unit):
    lines = the_lines()
    lines[0]["stock_configuration"] = unit
    return lines


STEPS = {
    "a pick": lambda unit, settings: plain.pick_to_goods_out(pick_in(unit), settings),
    "a production order": lambda unit, settings: plain.production_order_to_pre_receipt(
        production_order_in(unit), settings
    ),
    "the pick of a dispatch": lambda unit, settings: plain.goods_out_to_order_shipment(
        a_goods_out(), the_lines(), pick_in(unit), settings
    ),
    "a dispatch": lambda unit, settings: plain.goods_out_to_order_shipment(
        a_goods_out(), lines_in(unit), a_pick(), settings
    ),
    "a movement": lambda unit, settings: plain.transaction_to_advice(a_transaction(uom=unit), settings),
    "stock": lambda unit, settings: plain.stock_to_positions(
        [a_stock(uom=unit)], settings, as_of="2026-04-01T00:00:00Z", control_number="1"
    ),
}
every_step = pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)


@every_step
@pytest.mark.parametrize("unit", ["CS", "dz"])
def test_a_quantity_in_another_unit_is_refused_by_name(step, unit):
    with pytest.raises(InvalidRecord, match=f"the unit is '{unit}'") as caught:
        step(unit, SETTINGS)
    assert "eaches" in caught.value.action


@every_step
def test_what_the_error_advises_can_be_done(step):
    assert step("STK", {**SETTINGS, "eaches": ["ea", "stk"]}) == step("ea", SETTINGS)


@every_step
def test_a_site_may_know_fewer_words(step):
    with pytest.raises(InvalidRecord, match="the unit is 'PC'"):
        step("PC", {**SETTINGS, "eaches": ["EA"]})
