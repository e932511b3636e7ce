"""Absent is not zero and a case is not a unit: what a source did not say is refused by name, never filled in."""

from decimal import Decimal

import pytest
from flows_world import BLACK, loop
from mapping_world import (
    COUNTED_AT,
    LINES,
    NEW_YORK,
    a_goods_out,
    a_line,
    a_pick,
    a_production_order,
    columns,
    stock,
    transaction,
    warehouse_terms,
)
from mapping_world import DRESS_M as DRESS

from clarus_bluecherry.bluecherry import messages, read_inventory_report
from clarus_bluecherry.bluecherry.messages.movements import on_hand
from clarus_bluecherry.bluecherry.sheets import Column, SheetLayout, read_sheet
from clarus_bluecherry.clarus import wire
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping import bluecherry, clarus

MISSING = object()


def without(record, *names):
    return {name: value for name, value in record.items() if name not in names}


# What left the warehouse ----------------------------------------------------------------------------------------


def dispatch(*lines, order=None):
    return clarus.dispatch(
        wire.GoodsOutNode.model_validate(order or a_goods_out()),
        [wire.GoodsOutLineNode.model_validate(line) for line in lines],
        [],
        [],
        warehouse_terms(),
    )


@pytest.mark.parametrize(
    "line",
    [
        a_line("10", "01234-BLK-M", 24, None),
        without(a_line("10", "01234-BLK-M", 24, 20), "dispatch_quantity"),
        {**without(a_line("10", "01234-BLK-M", 24, 20), "dispatch_quantity"), "dispatched_quantity": 20},
        {**without(a_line("10", "01234-BLK-M", 24, 20), "dispatch_quantity"), "Dispatch_Quantity": 20},
    ],
)
def test_a_dispatch_that_does_not_say_how_much_left_is_refused_by_line(line):
    with pytest.raises(InvalidRecord) as caught:
        dispatch(line, LINES[1])
    assert (caught.value.record, caught.value.field) == ("goods out 0001001, line 9010", "dispatch_quantity")


@pytest.mark.parametrize("zero", [0, 0.0, "0"])
def test_a_line_that_says_zero_ships_zero(zero):
    assert [line.shipped for line in dispatch(a_line("10", "01234-BLK-M", 24, zero)).lines] == [0]


def test_a_dispatch_without_a_line_is_refused():
    with pytest.raises(InvalidRecord) as caught:
        dispatch()
    assert (caught.value.record, caught.value.field) == ("goods out 0001001", "lines")


def test_a_line_of_another_order_is_refused():
    stray = a_line("30", "0777-IND-30", 6, 6, goods_out={"id": 7002, "reference": "0001002"})
    with pytest.raises(InvalidRecord) as caught:
        dispatch(LINES[0], stray)
    assert (caught.value.record, caught.value.field) == ("goods out 0001001, line 9030", "goods_out")
    own = {**stray, "goods_out": {"id": 7001}}
    assert len(dispatch(LINES[0], own).lines) == 2


@pytest.mark.parametrize(
    "status",
    [
        None,
        {"code": "PICK"},
        {"code": "ALLOCATED"},
        {"code": "CANCELLED"},
        {"code": None},
        {"name": "Completed"},
        {},
    ],
)
def test_an_order_that_is_not_completed_does_not_map_as_a_dispatch(status):
    with pytest.raises(InvalidRecord) as caught:
        dispatch(*LINES, order=a_goods_out(goods_out_status=status))
    assert (caught.value.record, caught.value.field) == ("goods out 0001001", "goods_out_status")


def test_the_case_of_a_status_is_the_tenants():
    assert dispatch(*LINES, order=a_goods_out(goods_out_status={"code": "Completed"})).lines


def test_a_dispatch_without_its_quantity_waits_for_a_person_and_nothing_is_told():
    """A ship confirm of nothing would tell Blue Cherry that the customer gets nothing."""
    with loop() as here:
        here.release(lines=((BLACK, 5),))
        here.turn()
        here.ship()
        (line,) = here.goods_out().lines
        line.dispatch_quantity = None
        here.turn()
        (waiting,) = here.for_people()
        assert "dispatch_quantity" in waiting.reason
        assert here.erp.staged == []
        line.dispatch_quantity = Decimal(5)
        here.turn()
        assert here.for_people() == []
        assert len(here.erp.staged) == 1


# What is wanted, and what is on hand ----------------------------------------------------------------------------

NOTHING = [None, "", "  "]


@pytest.mark.parametrize("units", [*NOTHING, MISSING])
def test_a_pick_line_without_a_quantity_refuses_the_pick_by_line_and_is_no_removed_line(units):
    raw = a_pick()
    raw["lines"][0]["bk_qty"] = units
    if units is MISSING:
        del raw["lines"][0]["bk_qty"]
    with pytest.raises(InvalidRecord) as caught:
        bluecherry.sales_order(messages.PickTicket.model_validate(raw), zone=NEW_YORK)
    assert (caught.value.record, caught.value.field) == ("pick 0001001, line 10", "bk_qty")


@pytest.mark.parametrize("units", [*NOTHING, MISSING])
def test_a_production_line_without_a_quantity_refuses_the_order_by_line(units):
    raw = a_production_order()
    raw["lines"][2]["prod_qty"] = units
    if units is MISSING:
        del raw["lines"][2]["prod_qty"]
    with pytest.raises(InvalidRecord) as caught:
        bluecherry.purchase_order(messages.ProductionOrder.model_validate(raw), zone=NEW_YORK)
    assert (caught.value.record, caught.value.field) == ("production order P77, line 3", "prod_qty")


UNIT_SHEET = ("pick_num", "location", "pick_date", "line.line_seq", "line.style", "line.bk_qty", "line.uom")


def pick_of(*lines):
    of = SheetLayout("pick_ticket", [Column(name, name) for name in UNIT_SHEET])
    (pick,) = read_sheet(of, "".join(f"{line}\r\n" for line in (",".join(UNIT_SHEET), *lines)).encode())
    return pick


def test_a_pick_sheet_with_an_empty_quantity_is_refused_by_line_when_it_is_mapped():
    pick = pick_of("P1,NJ,03/02/2026,1,0123,5,", "P1,NJ,03/02/2026,2,0123,,")
    with pytest.raises(InvalidRecord, match="pick P1, line 2, field bk_qty"):
        bluecherry.sales_order(pick, zone=NEW_YORK)


def test_book_stock_without_a_quantity_is_refused():
    row = messages.OnHand.model_validate({**columns(DRESS), "location": "NJ", "total_qoh": None})
    with pytest.raises(InvalidRecord) as caught:
        bluecherry.book_positions([row], as_of=COUNTED_AT)
    assert caught.value.field == "total_qoh"


def test_a_stock_movement_without_a_quantity_is_refused_where_it_counts():
    moved = {"style": "S", "location": "NJ"}
    received = messages.StockMovement(rec_type="R1", size_qty=20, **moved)
    with pytest.raises(InvalidRecord) as caught:
        on_hand([received, messages.StockMovement(rec_type="IN", reference="INV7", **moved)])
    assert caught.value.field == "size_qty"
    assert "S" in caught.value.record
    assert list(on_hand([received, messages.StockMovement(rec_type="OP", **moved)]).values()) == [20]


REPORT = "Div,Style,Color #,Label,Dm/Pk,Size,UPC Number,Season,Location,Total QOH,Loc Std Cost,Loc Curr\n"


def test_a_line_of_the_inventory_report_without_a_quantity_is_set_aside():
    text = REPORT + "01,01234,BLK,,,M,,SP25,MAIN,,4.50,USD\n01,01234,BLK,,,L,,SP25,MAIN,3,4.50,USD\n"
    found = read_inventory_report(text)
    assert [row.total_qoh for row in found.rows] == [3]
    assert [(error.record, error.field) for error in found.bad] == [("line 2", "Total QOH")]


def test_a_site_whose_report_leaves_zeros_empty_says_so():
    text = REPORT + "01,01234,BLK,,,M,,SP25,MAIN,,4.50,USD\n"
    assert [row.total_qoh for row in read_inventory_report(text, empty_is_zero=True).rows] == [0]


@pytest.mark.parametrize("cut", [1, 3, 10, 24])
def test_an_inventory_report_that_ends_within_a_line_says_so(cut):
    text = REPORT + "01,01234,BLK,,,M,,SP25,MAIN,3,4.50,USD\n01,01234,BLK,,,L,,SP25,MAIN,3,4.50,USD\n"
    found = read_inventory_report(text[:-cut])
    assert (len(found.rows), [error.record for error in found.bad]) == (1, ["line 3"])
    found = read_inventory_report(text[:-1], last_line_end=False)
    assert (len(found.rows), found.bad) == (2, ())


def test_an_unquoted_comma_in_the_inventory_report_is_seen_though_the_last_column_is_empty():
    text = REPORT + "01,0123,4,BLK,,,M,,SP25,MAIN,3,4.50,\n"
    found = read_inventory_report(text)
    assert (found.rows, [error.what for error in found.bad]) == ((), ["there are 13 cells under 12 headers"])


# Decimal marks --------------------------------------------------------------------------------------------------

EUROPEAN = REPORT.replace(",", ";") + "01;01234;BLK;;;M;;SP25;MAIN;{units};{cost};EUR\n"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize(
    ("units", "cost"), [("5", "7,125"), ("1,200", "4.50"), ("5", "7,50"), ("5", "1.234,50"), ("1.234", "5")]
)
def test_a_comma_in_a_number_of_a_report_that_is_not_cut_by_commas_is_not_guessed(delimiter, units, cost):
    text = EUROPEAN.format(units=units, cost=cost).replace(";", delimiter)
    found = read_inventory_report(text, delimiter=delimiter)
    assert (found.rows, len(found.bad)) == ((), 1)
    assert found.bad[0].field in ("Total QOH", "Loc Std Cost")


@pytest.mark.parametrize(
    ("mark", "cell", "number"),
    [
        (",", "7,125", "7.125"),
        (",", "1.234,5", "1234.5"),
        (",", "1.234.567", "1234567"),
        (",", "12", "12"),
        (",", "(1.200)", "-1200"),
        (".", "7,125", "7125"),
        (".", "7.125", "7.125"),
    ],
)
def test_a_site_says_which_mark_is_the_decimal_one(mark, cell, number):
    text = EUROPEAN.format(units=cell, cost="1")
    (row,) = read_inventory_report(text, delimiter=";", decimal_mark=mark).rows
    assert row.total_qoh == Decimal(number)


@pytest.mark.parametrize("cell", ["7.125.5", "1.23", "7,12,5", "1,234.50"])
def test_with_a_decimal_comma_nothing_else_is_a_number(cell):
    found = read_inventory_report(EUROPEAN.format(units=cell, cost="1"), delimiter=";", decimal_mark=",")
    assert len(found.bad) == 1


# A case is not a unit -------------------------------------------------------------------------------------------

OTHER_UNITS = ["CA", "CS", "DZ", "Case", "PK", "pallet", "12PK"]
EACH = ["EA", "ea", " Each ", "PC", "PCS", "UNIT", "", None]


@pytest.mark.parametrize("column", ["uom", "UOM", "unit_of_measure"])
@pytest.mark.parametrize("unit", OTHER_UNITS)
def test_a_pick_in_another_unit_is_refused_by_line(column, unit):
    raw = a_pick()
    raw["lines"][0][column] = unit
    with pytest.raises(InvalidRecord) as caught:
        bluecherry.sales_order(messages.PickTicket.model_validate(raw), zone=NEW_YORK)
    assert (caught.value.record, caught.value.field) == ("pick 0001001, line 10", column)
    assert repr(unit) in caught.value.what


@pytest.mark.parametrize("unit", EACH)
def test_each_by_any_of_its_names_is_each(unit):
    raw = a_pick()
    raw["lines"][0]["uom"] = unit
    assert len(bluecherry.sales_order(messages.PickTicket.model_validate(raw), zone=NEW_YORK).lines) == 2


def test_a_removed_line_may_be_in_any_unit():
    raw = a_pick()
    raw["lines"][1]["uom"] = "CA"
    assert len(bluecherry.sales_order(messages.PickTicket.model_validate(raw), zone=NEW_YORK).lines) == 2


def test_which_words_mean_each_is_a_setting():
    raw = a_pick()
    raw["lines"][0]["uom"] = "Stk"
    pick = messages.PickTicket.model_validate(raw)
    assert bluecherry.sales_order(pick, zone=NEW_YORK, eaches=frozenset({"STK"})).lines


def test_a_production_order_in_another_unit_is_refused_by_line():
    raw = a_production_order()
    raw["lines"][0]["uom"] = "DZ"
    with pytest.raises(InvalidRecord, match="production order P77, line 1"):
        bluecherry.purchase_order(messages.ProductionOrder.model_validate(raw), zone=NEW_YORK)


def test_a_sheet_may_have_a_column_for_the_unit():
    with pytest.raises(InvalidRecord, match="pick P1, line 1, field uom"):
        bluecherry.sales_order(pick_of("P1,NJ,03/02/2026,1,0123,5,CA"), zone=NEW_YORK)
    assert bluecherry.sales_order(pick_of("P1,NJ,03/02/2026,1,0123,5,EA"), zone=NEW_YORK).lines


def test_book_stock_in_another_unit_is_set_aside_by_its_line():
    text = REPORT.replace("Size,", "Size,UOM,") + "01,01234,BLK,,,M,CA,,SP25,MAIN,3,4.50,USD\n"
    found = read_inventory_report(text)
    assert (found.rows, [(error.record, error.field) for error in found.bad]) == ((), [("line 2", "UOM")])
    assert read_inventory_report(text, eaches=frozenset({"CA"})).rows[0].uom == "CA"
    row = messages.OnHand.model_validate({**columns(DRESS), "location": "NJ", "total_qoh": 3, "UOM": "DZ"})
    with pytest.raises(InvalidRecord, match="'DZ'"):
        bluecherry.book_positions([row], as_of=COUNTED_AT)


@pytest.mark.parametrize(
    "told",
    [
        {"stock_configuration": "case"},
        {"order_quantity_dimension": "weight"},
        {"uom": "CA"},
        {"stock_unit_type": {"code": "PALLET"}},
        {"product": {"code": "01234-BLK-M", "stock_unit_type": {"code": "CASE"}}},
        {"product": {"code": "01234-BLK-M", "stock_unit_type_code": "CASE"}},
    ],
)
def test_a_dispatch_in_another_unit_is_refused_by_line(told):
    with pytest.raises(InvalidRecord) as caught:
        dispatch({**LINES[0], **told}, LINES[1])
    assert caught.value.record == "goods out 0001001, line 9010"


@pytest.mark.parametrize(
    "told", [{"stock_configuration": "unit"}, {"order_quantity_dimension": "none"}, {"stock_configuration": None}]
)
def test_a_dispatch_in_units_goes(told):
    assert len(dispatch({**LINES[0], **told}, LINES[1]).lines) == 2


def test_a_movement_and_stock_in_another_unit_are_refused():
    with pytest.raises(InvalidRecord, match="transaction 4711"):
        clarus.movement(transaction("RCV", 4, stock_configuration="case"), warehouse_terms())
    lying = wire.StockNode.model_validate(stock(5, "01234-BLK-M", 3, stock_configuration="outer"))
    with pytest.raises(InvalidRecord, match="stock 5"):
        clarus.stock_positions([lying], warehouse="WHS01", as_of=COUNTED_AT, terms=warehouse_terms())


def test_a_tenants_word_for_each_is_a_setting():
    line = {**LINES[0], "stock_unit_type": {"code": "GARMENT"}}
    made = clarus.dispatch(
        wire.GoodsOutNode.model_validate(a_goods_out()),
        [wire.GoodsOutLineNode.model_validate(line)],
        [],
        [],
        warehouse_terms(eaches=frozenset({"garment"})),
    )
    assert made.lines[0].shipped == 20
