"""The exported inventory report: dirty numbers, pseudo-locations, broken lines."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.bluecherry import ReportColumns, read_inventory_report
from clarus_bluecherry.errors import ConfigurationError

HEADERS = [
    "Div",
    "Loc Org",
    "BRAND",
    "Style",
    "Color #",
    "Style Name",
    "Color Name",
    "Label",
    "Dm/Pk",
    "Size",
    "SzBk",
    "UOM",
    "UPC Number",
    "Season",
    "Location",
    "Total QOH",
    "Total Pick",
    "Avail QOH",
    "Loc Std Cost",
    "A Price Intr1",
    "Loc Curr",
    "P1",
]
ROW = {
    "Div": "01",
    "Style": "01234",
    "Color #": "BLK",
    "Size": "30/32",
    "UPC Number": "012345678905",
    "Season": "SP25",
    "Location": "MAIN",
    "Total QOH": "24",
    "Total Pick": "3",
    "Loc Std Cost": "4.50",
    "Loc Curr": "USD",
}


def report(*changes, headers=HEADERS, **settings):
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headers)
    writer.writerows([[(ROW | change).get(header, "") for header in headers] for change in changes])
    return read_inventory_report(text.getvalue(), **settings)


def test_a_line_is_book_stock_of_a_sku_at_a_location():
    (row,) = report({}).rows
    assert (row.div, row.style, row.color_code, row.size_desc, row.upc) == (
        "01",
        "01234",
        "BLK",
        "30/32",
        "012345678905",
    )
    assert (row.season, row.location, row.total_qoh) == ("SP25", "MAIN", Decimal(24))
    assert (row.loc_std_cost, row.loc_curr, row.model_extra["Total Pick"]) == (Decimal("4.50"), "USD", "3")


@pytest.mark.parametrize(
    ("cell", "quantity"),
    [
        ("1,234", 1234),
        ("1,234,567.50", Decimal("1234567.5")),
        ("(12)", -12),
        ("(1,200)", -1200),
        ("12-", -12),
        ("-12", -12),
        ("+12", 12),
        (" 12 ", 12),
        (".5", Decimal("0.5")),
        ("12.", 12),
        ("0", 0),
    ],
)
def test_quantities_are_read_as_people_write_them(cell, quantity):
    (row,) = report({"Total QOH": cell}).rows
    assert row.total_qoh == quantity


@pytest.mark.parametrize(
    "cell", ["1,23", "12,34", "1.234,50", "-(12)", "-12-", "(12", "n/a", "1e3", "NaN", "--1", "١٢", ","]
)
def test_a_quantity_that_could_mean_two_things_is_set_aside(cell):
    found = report({}, {"Total QOH": cell}, {})
    assert len(found.rows) == 2
    (error,) = found.bad
    assert (error.record, error.field) == ("line 3", "Total QOH")


def test_an_empty_cost_is_no_cost_and_not_zero():
    (row,) = report({"Loc Std Cost": ""}).rows
    assert row.loc_std_cost is None


def test_pseudo_locations_are_left_out_and_counted():
    found = report({}, {"Location": "POE"}, {"Location": "fob "}, {"Location": ""}, {"Location": " "})
    assert len(found.rows) == 1
    assert found.excluded == {"POE": 1, "FOB": 1, "": 2}


def test_which_locations_are_pseudo_is_the_sites():
    found = report({}, {"Location": "POE"}, {"Location": "Dock"}, pseudo_locations=frozenset({"dock"}))
    assert [row.location for row in found.rows] == ["MAIN", "POE"]
    assert found.excluded == {"DOCK": 1}


def test_headers_are_found_whatever_their_case_order_and_spacing():
    text = '\ufefftotal  qoh,LOCATION,style\n5,MAIN,="01234"\n\n'
    names = dict.fromkeys(
        ["div", "color_code", "lbl_code", "dimension", "size_desc", "upc", "season", "loc_std_cost", "loc_curr"],
        "",
    )
    (row,) = read_inventory_report(text, ReportColumns(**names)).rows
    assert (row.style, row.location, row.total_qoh) == ("01234", "MAIN", 5)


def test_a_report_may_call_its_columns_otherwise():
    headers = ["Artikel" if header == "Style" else header for header in HEADERS]
    (row,) = report({"Artikel": "77"}, headers=headers, columns=ReportColumns(style="Artikel")).rows
    assert row.style == "77"


@pytest.mark.parametrize("header", ["Label", "Dm/Pk", "Size", "Total QOH", "Loc Std Cost"])
def test_a_missing_column_is_named(header):
    with pytest.raises(ConfigurationError, match=f"'{header}' is missing"):
        report({}, headers=[each for each in HEADERS if each != header])


def test_a_column_that_is_there_twice_is_named():
    with pytest.raises(ConfigurationError, match="'Location' is there 2 times"):
        report({}, headers=[*HEADERS, "location"])


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file_is_not_an_empty_report(text):
    with pytest.raises(ConfigurationError, match="no column 'Style'; the first line has nothing"):
        read_inventory_report(text)


def test_a_report_without_a_style_column_cannot_be_asked_for():
    with pytest.raises(ConfigurationError, match="style"):
        ReportColumns(style="")


def test_a_line_of_another_length_is_set_aside():
    text = ",".join(HEADERS) + "\n01,02,03\n" + ",".join(["1"] * (len(HEADERS) + 1)) + "\n"
    assert [error.record for error in read_inventory_report(text).bad] == ["line 2", "line 3"]


def test_a_total_without_a_style_is_set_aside_and_not_counted_as_stock():
    found = report({}, {"Style": "", "Total QOH": "9,999"})
    assert (len(found.rows), found.bad[0].field) == (1, "Style")


@pytest.mark.parametrize("keep_ends", [True, False])
def test_a_quotation_mark_that_is_not_closed_swallows_no_line_unseen(keep_ends):
    good = ",".join(ROW.get(header, "") for header in HEADERS)
    broken = good.replace("01234,BLK,", '01234,BLK,"5 boot')
    text = "\n".join([",".join(HEADERS), good, broken, broken, good])
    found = read_inventory_report(text.splitlines(keepends=keep_ends))
    (error,) = found.bad
    assert error.record == "lines 3 to 4"
    assert len(found.rows) == 2


def test_what_cannot_be_read_says_where_and_the_lines_after_it_are_read():
    good = ",".join(ROW.get(header, "") for header in HEADERS)
    text = ",".join(HEADERS) + '\n"' + "x" * 200_000 + f"\n{good}\n"
    found = read_inventory_report(text)
    assert ([error.record for error in found.bad], len(found.rows)) == (["line 2"], 1)


@given(
    st.lists(
        st.fixed_dictionaries({"Total QOH": st.text(max_size=6), "Location": st.sampled_from(["MAIN", "POE", ""])})
    )
)
def test_every_line_is_a_row_or_set_aside_or_counted(changes):
    found = report(*changes)
    assert len(found.rows) + len(found.bad) + sum(found.excluded.values()) == len(changes)
