"""Cases and dozens count by a factor with a source; without one, or with two that differ, the line is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from mapping_world import COUNTED_AT, NEW_YORK, a_pick, a_production_order

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.model import ToldQuantity, UnitFactors, Units, from_plain, to_plain

SITE = UnitFactors(source="[units]", general={"DZ": 12, "ca": Decimal(6)})
UNITS = Units((SITE,))


def ordered(unit="DZ", quantity=2, units=UNITS, **columns):
    raw = a_pick()
    raw["lines"][0] |= {"bk_qty": quantity, "uom": unit, **columns}
    return bluecherry.sales_order(messages.PickTicket.model_validate(raw), zone=NEW_YORK, units=units).lines[0]


def clarus_says(eaches, unit="CA"):
    return UnitFactors(source="Clarus's products", by_sku={(ordered("EA").item, unit): [eaches]})


def test_a_dozen_counts_twelve_once_and_says_what_was_told():
    line = ordered(price="120.00")
    assert line.quantity == 24
    assert line.told == ToldQuantity(quantity=2, unit="DZ", factor=12, source="[units]")
    assert str(line.told) == "2 DZ of 12 ([units])"


@pytest.mark.parametrize("unit", ["EA", "", None, " each "])
def test_an_each_counts_one_and_tells_no_unit(unit):
    line = ordered(unit)
    assert (line.quantity, line.told) == (2, None)


def test_the_price_beside_a_dozen_is_not_that_of_an_each():
    assert ordered("EA", price="9.50").unit_price is not None
    assert ordered("DZ", price="120.00").unit_price is None


def test_a_production_order_in_dozens():
    raw = a_production_order()
    raw["lines"][0] |= {"prod_qty": 3, "uom": "dz", "cost": "84.00"}
    order = bluecherry.purchase_order(messages.ProductionOrder.model_validate(raw), zone=NEW_YORK, units=UNITS)
    line = order.lines[0]
    assert (line.quantity, line.unit_cost, line.told.unit) == (36, None, "dz")


def test_book_stock_in_dozens_has_no_cost_of_an_each():
    row = messages.OnHand(style="01234", location="NJ", total_qoh=-2, uom="DZ", loc_std_cost=54, loc_curr="USD")
    (position,) = bluecherry.book_positions([row], as_of=COUNTED_AT, units=UNITS)
    assert (position.quantity, position.unit_cost) == (-24, None)


@pytest.mark.parametrize("unit", ["GR", "PL", "DZ12"])
def test_a_unit_without_a_factor_is_refused_by_name(unit):
    with pytest.raises(InvalidRecord, match=f"pick 0001001, line 10, field uom: the unit is '{unit}'.*no factor"):
        ordered(unit)


def test_two_units_on_one_line_are_refused():
    with pytest.raises(InvalidRecord, match="two units are told: 'DZ' and 'EA'"):
        ordered("DZ", unit_of_measure="EA")


def test_half_a_dozen_is_six_and_a_part_of_an_each_is_none():
    assert ordered(quantity=Decimal("0.5")).quantity == 6
    with pytest.raises(InvalidRecord, match=r"field uom: 0.3 of 12 eaches are 3.6: no whole number"):
        ordered(quantity=Decimal("0.3"))


def test_of_one_source_the_word_for_the_sku_goes_before():
    own = UnitFactors(source="[units]", general={"CA": 6}, by_sku={(ordered("EA").item, "ca"): [10]})
    assert ordered("CA", units=Units((own,))).quantity == 20


def test_sources_that_agree_are_both_named():
    assert ordered("CA", units=Units((SITE, clarus_says(6)))).told.source == "[units] and Clarus's products"


def test_sources_that_contradict_each_other_are_both_told():
    with pytest.raises(
        InvalidRecord, match=r"'CA' is said to be 6 \(\[units\]\) and 10 \(Clarus's products\) eaches"
    ):
        ordered("CA", units=Units((SITE, clarus_says(10))))


def test_a_source_that_contradicts_itself_is_refused():
    twice = UnitFactors(source="Clarus's products", by_sku={(ordered("EA").item, "CA"): [10, 12]})
    with pytest.raises(InvalidRecord, match=r"10 .* and 12 "):
        ordered("CA", units=Units((twice,)))


def test_a_factor_of_every_sku_is_none_where_two_differ():
    other = UnitFactors(source="another", general={"DZ": 10})
    assert (UNITS.general("dz"), Units((SITE, other)).general("DZ"), UNITS.general("PL")) == (12, None, None)


@pytest.mark.parametrize("eaches", [0, -12, 10**9, "NaN", "twelve"])
def test_a_factor_is_above_zero(eaches):
    with pytest.raises(InvalidRecord):
        UnitFactors(source="[units]", general={"DZ": eaches})


def test_an_order_keeps_its_units_through_plain_data_and_one_in_eaches_is_written_as_before():
    raw = a_pick()
    raw["lines"][0] |= {"bk_qty": 2, "uom": "DZ"}
    order = bluecherry.sales_order(messages.PickTicket.model_validate(raw), zone=NEW_YORK, units=UNITS)
    assert from_plain(to_plain(order)) == order
    assert to_plain(order)["lines"][0]["told"]["factor"] == "12"
    raw["lines"][0]["uom"] = "EA"
    order = bluecherry.sales_order(messages.PickTicket.model_validate(raw), zone=NEW_YORK)
    assert "told" not in to_plain(order)["lines"][0]
