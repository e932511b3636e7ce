"""A site's units hold at each door: the site file, X12, sheets, Clarus's products, the plain steps, the report."""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve
from flows_world import BLACK, loop
from plain_world import SETTINGS, a_pick

from clarus_bluecherry.bluecherry import read_inventory_report
from clarus_bluecherry.bluecherry.messages import PickTicket
from clarus_bluecherry.clarus.wire import ProductNode, ProductStorageUnitNode
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.flows.orders_out import ingest_order
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.flows.units import read_unit_sheet
from clarus_bluecherry.ledger import State
from clarus_bluecherry.mapping import plain
from clarus_bluecherry.mapping.units import clarus_factors
from clarus_bluecherry.model import Sku, UnitFactors, Units, UnmatchedCode

SHIRT = Sku("01234", "BLK", size="M")
LINE = {"style": BLACK.style, "color_code": BLACK.color_code, "size_desc": BLACK.size_desc, "line_seq": "1"}
PICK = {"pick_num": "1001", "ord_num": "500", "location": "NJ", "pick_date": "2026-03-02 00:00:00"}


def picked(quantity, unit):
    return PickTicket.model_validate({**PICK, "lines": [{**LINE, "bk_qty": quantity, "uom": unit}]})


# The sheet of single SKUs ----------------------------------------------------------------------------------------


def sheet(tmp_path, *lines, header="style,color,size,unit,pieces"):
    path = tmp_path / "units.csv"
    path.write_text("\n".join((header, *lines)) + "\n", "utf-8")
    return path


def test_a_sheet_says_the_cases_of_single_skus(tmp_path):
    told = read_unit_sheet(sheet(tmp_path, "01234,BLK,M,ca,6", "01234,BLK,M,PL,480", "0777,,,CA,2.5"))
    assert told == {(SHIRT, "CA"): [6], (SHIRT, "PL"): [480], (Sku("0777"), "CA"): [Decimal("2.5")]}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("01234,BLK,M,CA,six", "units.csv, line 3: 'six' is not a number"),
        ("01234,BLK,M,,6", "units.csv, line 3, field unit: a value is required"),
        (",BLK,M,CA,6", "units.csv, line 3, field style: a SKU needs a style"),
        ("01234,BLK,M,CA", "units.csv, line 3: there are 4 cells under 5 headers"),
        ('01234,BLK,M,CA,6,""', "there are 6 cells under 5 headers"),
    ],
)
def test_a_line_that_cannot_be_read_stops_the_sheet(tmp_path, line, told):
    with pytest.raises(InvalidRecord, match=told):
        read_unit_sheet(sheet(tmp_path, "0777,,,CA,6", line))


def test_a_sheet_without_units_is_none(tmp_path):
    with pytest.raises(InvalidRecord, match="the columns pieces, unit are missing"):
        read_unit_sheet(sheet(tmp_path, "01234,BLK", header="style,color"))


# What Clarus's products say --------------------------------------------------------------------------------------


def storage_unit(total, kind="EURO", code="A", configuration="unit"):
    return ProductStorageUnitNode.model_validate(
        {
            "id": 1,
            "total": total,
            "stock_configuration": configuration,
            "product": {"code": code},
            "storage_unit_type": {"code": kind},
        }
    )


def said(products=(), storage_units=(), words=None):
    nodes = [ProductNode.model_validate({"id": 1, "code": code, "units_per_case": per}) for code, per in products]
    words = {"CA": "case", "PL": "EURO"} if words is None else words
    return clarus_factors(nodes, storage_units, words, lambda code: SHIRT if code in "AB" else UnmatchedCode(code))


def test_the_pieces_of_a_case_and_of_a_storage_unit_are_what_a_product_says():
    assert said([("A", 12)], [storage_unit(480)]).by_sku == {(SHIRT, "CA"): (12,), (SHIRT, "PL"): (480,)}


def test_two_products_of_a_sku_that_differ_are_both_kept_for_the_refusal():
    assert said([("A", 12), ("B", 10)]).by_sku == {(SHIRT, "CA"): (10, 12)}


@pytest.mark.parametrize("nothing", [None, 0, -1])
def test_what_says_nothing_is_no_factor(nothing):
    assert said([("A", nothing), ("X", 12)], [storage_unit(nothing)]).by_sku == {}


def test_a_storage_unit_of_cases_or_of_another_type_is_passed_over():
    others = [storage_unit(40, configuration="case"), storage_unit(9, kind="TOTE"), storage_unit(9, code="X")]
    assert said(storage_units=others).by_sku == {}


def test_a_unit_that_no_one_asked_clarus_for_is_not_taken_from_it():
    assert said([("A", 12)], words={}) == UnitFactors(source="Clarus's products")


def test_a_case_counts_what_clarus_says_once_its_products_are_read():
    with loop() as here:
        for product in here.warehouse.products:
            product.units_per_case = 6
        here.site = evolve(here.site, clarus_units={"CA": "case"})
        ingest_order(here.site, picked(2, "CA"))
        assert here.postings("goods_out") == []
        here.learn()
        reprocess(here.site)
        here.turn()
        (line,) = here.goods_out().lines
        assert line.order_quantity == 12
        (fact,) = here.site.ledger.facts(kind="pick_ticket", source="bluecherry")
        assert str(fact.record.lines[0].told) == "2 CA of 6 (Clarus's products)"


def test_clarus_and_the_site_that_differ_hold_the_order_until_one_is_corrected():
    own = Units((UnitFactors(source="[units]", general={"CA": 10}),))
    with loop() as here:
        here.site = evolve(here.site, clarus_units={"CA": "case"}).with_units(own)
        for product in here.warehouse.products:
            product.units_per_case = 6
        here.learn()
        ingest_order(here.site, picked(2, "CA"))
        (waiting,) = here.site.ledger.inbox(kind="unread")
        assert "10 ([units]) and 6 (Clarus's products) eaches" in waiting.reason
        for product in here.warehouse.products:
            product.units_per_case = 10
        here.learn()
        reprocess(here.site)
        assert here.states("goods_out") == [State.PENDING]


# The inventory report ------------------------------------------------------------

COLORS = (("BLK", "CA"), ("NVY", "CA"), ("RED", "EA"))
REPORT = "Style,Color #,Label,Dm/Pk,Size,UOM,UPC Number,Season,Location,Div,Total QOH,Loc Std Cost,Loc Curr\n"


def test_a_report_line_without_a_factor_of_its_sku_is_set_aside_and_the_others_stay():
    units = Units((UnitFactors(source="[units]", by_sku={(SHIRT, "CA"): [6]}),))
    lines = (
        "01234,BLK,,,M,CA,,S,NJ,1,3,9,USD",
        "01234,NVY,,,M,CA,,S,NJ,1,3,9,USD",
        "01234,RED,,,M,EA,,S,NJ,1,3,9,USD",
    )
    found = read_inventory_report(REPORT + "\n".join(lines) + "\n", units=units)
    assert [row.color_code for row in found.rows] == ["BLK", "RED"]
    assert [(error.record, error.field) for error in found.bad] == [("line 3", "UOM")]


# The plain steps ------------------------------------------------------------


def test_a_plain_step_counts_by_the_factors_of_its_settings():
    row = a_pick()
    row["pickdetail"]["rows"][0] |= {"uom": "DZ", "bk_qty": 2}
    with pytest.raises(InvalidRecord, match="the unit is 'DZ'"):
        plain.pick_to_goods_out(row, SETTINGS)
    made = plain.pick_to_goods_out(row, {**SETTINGS, "factors": {"dz": 12}})
    assert made["data"]["attributes"]["lines_changes"][0]["attributes"]["order_quantity"] == 24


@pytest.mark.parametrize("factors", [{"DZ": 0}, {"DZ": "x"}, {"EA": 12}, [12]])
def test_a_wrong_factor_stops_a_plain_step(factors):
    with pytest.raises(ConfigurationError, match="factors"):
        plain.pick_to_goods_out(a_pick(), {**SETTINGS, "factors": factors})
