"""Both lists of the go-live audit from files as people export them: nothing eaten, lost or shifted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.flows.sku_audit import read_master, read_products, without_needless_divisions
from clarus_bluecherry.sku import MasterRow, Part, ProductRow, Recipe

STYLES = "Div,Style,Style Name,Season,Loc Std Cost,Color #,Label,Dm/Pk,Size,UPC Number"
STOCK = "Div,Style,Color #,Label,Dm/Pk,Size,UPC Number,Location,Total QOH,Loc Std Cost"


@pytest.fixture
def file(tmp_path):
    def write(content, name="list.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def workbook(path, *rows, sheets=("Sheet",)):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title in sheets:
        book.create_sheet(title)
    for row in rows:
        book.worksheets[-1].append(row)
    book.save(path)
    return path


def told(problems):
    return [(problem.record, problem.field) for problem in problems]


def test_the_style_report_is_recognised_and_keeps_its_zeros(file):
    read = read_master(file(f"{STYLES}\n01,01234,Dress,SP26,4.50,001,,,010,036000291452\n"))
    assert read.rows == [
        MasterRow("01234", "001", size="010", division="01", upc="036000291452", cost=Decimal("4.50"))
    ]
    assert (read.problems, read.descriptions) == ([], {"01234": "Dress"})


def test_the_inventory_report_brings_stock_but_not_that_of_pseudo_locations(file):
    lines = ["01,01234,BLK,,,M,,NJ,12,4.50", "01,01234,BLK,,,M,,poe,99,4.50", "01,01234,BLK,,,M,, ,7,4.50"]
    read = read_master(file("\n".join([STOCK, *lines])))
    assert [row.on_hand for row in read.rows] == [12, 0, 0]


def test_the_product_import_template_is_a_product_list(file):
    head = "Code,Description,allow_update,Account Code,Barcode,Case Barcode"
    read = read_products(file(f"{head}\n01234-BLK-M,Dress,TRUE,BRAND,036000291452,\n"))
    assert read.rows == [ProductRow("01234-BLK-M", "036000291452")]
    assert read.descriptions == {"01234-BLK-M": "Dress"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_any_delimiter_and_encoding_is_read(file, delimiter, encoding):
    rows = [["Product Code", "Barcode", "Quantity"], ["01234-É", "036000291452", "2"]]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    assert read_products(file(text, encoding=encoding)).rows == [
        ProductRow("01234-É", "036000291452", "", Decimal(2))
    ]


def test_a_line_that_names_the_separator_is_believed(file):
    assert read_products(file("sep=^\nCode^Barcode\n01^\n")).rows == [ProductRow("01")]


def test_titles_above_the_header_and_blank_lines_do_no_harm(file):
    read = read_products(file("Stock, as of today\n\n,,\nCode,Barcode\n\n01,\n,\n02,\n"))
    assert ([row.code for row in read.rows], read.problems) == (["01", "02"], [])


def test_the_code_of_a_colour_is_preferred_to_its_name(file):
    read = read_master(file("Style,Color,Color #\n1,Black,BLK\n"))
    assert read.rows[0].color == "BLK"


def test_other_columns_are_found_through_the_map(file):
    path = file("Artikel,Farbe,Color #,Bestand\n01234,BLK,no,3\n")
    read = read_master(path, {"style": "artikel", "color": "Farbe", "on_hand": "Bestand"})
    assert read.rows == [MasterRow("01234", "BLK", on_hand=Decimal(3))]
    assert read_master(path, {"style": "Artikel", "color": ""}).rows == [MasterRow("01234")]


@pytest.mark.parametrize(
    ("head", "columns", "names"),
    [
        ("Artikel,Farbe", {}, "'Style'"),
        ("Style,Farbe", {"color": "Colour Code"}, "'Colour Code'"),
        ("Style,Size,SIZE", {}, "2 times"),
        ("Style,Size", {"sise": "Size"}, "'sise' is none of"),
    ],
)
def test_a_column_that_is_missing_twice_there_or_unheard_of_stops_everything(file, head, columns, names):
    with pytest.raises(ConfigurationError) as stopped:
        read_master(file(f"{head}\n1,2,3\n"), columns)
    assert names in stopped.value.what


def test_a_bad_number_is_told_with_its_place_and_the_sku_goes_on(file):
    read = read_master(file(f"{STOCK}\n01,01234,BLK,,,M,,NJ,many,4.50\n01,01234,NVY,,,M,,NJ,2,4.50\n"))
    assert [(row.color, row.on_hand, row.cost) for row in read.rows] == [
        ("BLK", 0, Decimal("4.50")),
        ("NVY", 2, Decimal("4.50")),
    ]
    assert told(read.problems) == [("list.csv, line 2", "Total QOH")]


def test_a_line_without_a_style_or_a_code_is_told(file):
    assert told(read_master(file("Style,Size\n ,M\n1,M\n")).problems) == [("list.csv, line 2", "Style")]
    assert told(read_products(file("Code,Barcode\n01,\n,1\n")).problems) == [("list.csv, line 3", "Code")]


def test_a_line_that_does_not_fit_under_the_header_is_told_and_never_shifted(file):
    read = read_products(file('Code,Description,Barcode\n01,a,b,c\n02,a\n03,"two\nlines",\n04,a,b,\n05,x\n'))
    assert [row.code for row in read.rows] == ["03", "04"]
    assert [record for record, _ in told(read.problems)] == [f"list.csv, line {number}" for number in (2, 3, 7)]


def test_what_keeps_zeros_in_spreadsheets_is_no_part_of_a_code(file):
    assert read_products(file('Code,Barcode\n"=""0123""","=""036000291452"""\n="04",\n')).rows == [
        ProductRow("0123", "036000291452"),
        ProductRow("04"),
    ]


def test_blanks_around_a_product_code_are_kept_and_padding_of_parts_is_not(file):
    assert read_products(file("Code\n 01 \n")).rows[0].code == " 01 "
    assert read_master(file("Style,Size\n01  , M\n")).rows == [MasterRow("01", size="M")]


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        ("1200|4.5", ("1200", "4.5")),
        ('"1,200"|4.50', ("1200", "4.50")),
        ("1200|4,5", ("1200", "4.5")),
        ("1.200|4,50", ("1200", "4.50")),
        ("1 200|4,50", ("1200", "4.50")),
        ("(12)|", ("-12", "0")),
        ("12-|+4.5", ("-12", "4.5")),
        ("-1,200.5|0", ("-1200.5", "0")),
    ],
)
def test_numbers_are_read_as_people_write_them(file, cells, numbers):
    (row,) = read_master(file(f"Style|QOH|Cost\n1|{cells}\n")).rows
    assert (row.on_hand, row.cost) == tuple(map(Decimal, numbers))


def test_a_decimal_comma_is_told_from_the_file_from_its_delimiter_or_by_the_caller(file):
    doubtful = "Style|QOH\n1|1,200\n"
    assert read_master(file(doubtful)).rows[0].on_hand == 1200
    assert read_master(file(doubtful), decimal_comma=True).rows[0].on_hand == Decimal("1.200")
    assert read_master(file(doubtful.replace("|", ";"))).rows[0].on_hand == Decimal("1.200")
    assert read_master(file(doubtful + "2|3,5\n")).rows[0].on_hand == Decimal("1.200")
    assert read_master(file(doubtful.replace("|", ";") + "2;3.5\n")).rows[0].on_hand == 1200


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.booleans())
def test_every_number_comes_back_in_both_conventions(tmp_path_factory, number, decimal_comma):
    text = f"{number:,f}"
    if decimal_comma:
        text = text.translate(str.maketrans(",.", ".,"))
    path = tmp_path_factory.mktemp("numbers") / "list.csv"
    path.write_text(f"Style\tQOH\n1\t{text}\n", "utf-8")
    assert read_master(path).rows[0].on_hand == number


def test_a_workbook_is_read_as_it_shows_its_cells(tmp_path):
    path = workbook(tmp_path / "list.xlsx", sheets=("About", "Stock"))
    book = openpyxl.load_workbook(path)
    sheet = book["Stock"]
    for row in (["Inventory report"], ["Style", "Color #", "Size", "UPC Number", "Total QOH", "Loc Std Cost"]):
        sheet.append(row)
    sheet.append([1234, "001", dt.date(2026, 3, 12), 36000291452, 12, 4.5])
    sheet["A3"].number_format, sheet["D3"].number_format = "00000", "000000000000"
    sheet.append([None, None, None, None, 3])
    book.save(path)
    read = read_master(path)
    assert read.rows == [
        MasterRow("01234", "001", size="2026-03-12", upc="036000291452", on_hand=Decimal(12), cost=Decimal("4.5"))
    ]
    assert told(read.problems) == [("list.xlsx, sheet Stock, line 4", "Style")]


def test_a_file_that_is_no_table_is_refused(file):
    for content, why in (
        (b"PK\x03\x04 and no more", "no Excel workbook"),
        (b"\xd0\xcf\x11\xe0" + b"old", ".xls"),
        (b"Code\n\x81\x8d\n", "not text"),
    ):
        with pytest.raises(InvalidRecord, match=r"list\.csv") as refused:
            read_products(file(content))
        assert why in refused.value.what
    with pytest.raises(InvalidRecord, match="cannot be read"):
        read_products(file("").parent / "none.csv")
    with pytest.raises(ConfigurationError, match="the first line has nothing"):
        read_products(file(""))


def test_files_of_one_list_add_up(file):
    read = read_products(file("Code,Description\n01,Dress\n"))
    read.extend(read_products(file("Code,Description\n02,\n")))
    assert ([row.code for row in read.rows], read.descriptions) == (["01", "02"], {"01": "Dress"})


def test_a_division_stays_only_where_nothing_else_tells_skus_apart():
    rows = [
        MasterRow("8", division="01"),
        MasterRow("8"),
        MasterRow("9", division="01"),
        MasterRow("9", division="2"),
    ]
    assert [row.division for row in without_needless_divisions(rows, Recipe())] == ["", "", "01", "2"]
    with_division = Recipe(parts=(Part("division"), Part("style")))
    assert without_needless_divisions(rows, with_division) == rows
