"""Both lists of the go-live audit from files as people export them: nothing eaten, lost or shifted."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
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


def sheets(path, **rows_by_title):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in rows_by_title.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def rewritten(path, name, change):
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(path) as book:
        parts = {part: book.read(part) for part in book.namelist()}
    with zipfile.ZipFile(path, "w") as book:
        for part, content in parts.items():
            book.writestr(part, change(content) if part == name else content)
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
    assert read_products(file('sep="\nCode,Barcode\n01,\n')).rows == [ProductRow("01")]


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
    assert told(read_master(file(doubtful)).problems) == [("list.csv, line 2", "QOH")]
    assert read_master(file(doubtful), decimal_comma=False).rows[0].on_hand == 1200
    assert read_master(file(doubtful), decimal_comma=True).rows[0].on_hand == Decimal("1.200")
    assert read_master(file(doubtful.replace("|", ";"))).rows[0].on_hand == Decimal("1.200")
    assert read_master(file('Style,QOH\n1,"1,200"\n')).rows[0].on_hand == 1200
    assert read_master(file(doubtful + "2|3,5\n")).rows[0].on_hand == Decimal("1.200")
    assert read_master(file(doubtful.replace("|", ";") + "2;3.5\n")).rows[0].on_hand == 1200


def test_numbers_that_contradict_each_other_are_a_question(file):
    read = read_master(file("Style;QOH\n1;1,200\n2;3,5\n3;3.5\n4;7\n"))
    assert told(read.problems) == [("list.csv, line 2", "QOH"), ("list.csv, line 3", "QOH")]
    assert [row.on_hand for row in read.rows] == [0, 0, Decimal("3.5"), 7]


def test_a_number_that_excel_keeps_needs_no_mark(tmp_path):
    path = workbook(tmp_path / "list.xlsx", ["Style", "QOH", "Cost"], ["1", 7.125, "7,50"], ["2", "1.200", 1.5])
    read = read_master(path)
    assert [(row.on_hand, row.cost) for row in read.rows] == [
        (Decimal("7.125"), Decimal("7.50")),
        (Decimal(1200), Decimal("1.5")),
    ]


@pytest.mark.parametrize("last", ["Total;;;5", ";;Grand Total:;5", "7 Total;;;5", "2 styles;;;5"])
def test_a_total_is_told_and_never_a_row(file, last):
    read = read_master(file(f"Style;Color #;Size;QOH\n7;BLK;M;2\n8;BLK;L;3\n{last}\n"))
    assert [row.style for row in read.rows] == ["7", "8"]
    assert [(error.record, error.what[:10]) for error in read.problems] == [("list.csv, line 4", "is a total")]


def test_a_total_between_the_lines_is_told_among_many(file):
    lines = [f"{number};BLK;M;1\n" for number in range(1200)]
    lines[600] = "Sub Total:;;;600\n"
    read = read_master(file("Style;Color #;Size;QOH\n" + "".join(lines) + "All;;;1199\n"))
    assert len(read.rows) == 1199
    assert [error.record for error in read.problems] == ["list.csv, line 602", "list.csv, line 1202"]


def test_an_apostrophe_that_keeps_zeros_is_no_part_of_a_code(file):
    assert read_products(file("Code,Barcode\n'0123,'036000291452\n")).rows == [ProductRow("0123", "036000291452")]


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


def test_a_binary_file_is_called_no_table_and_a_protected_workbook_what_it_may_be(file):
    with pytest.raises(InvalidRecord) as refused:
        read_products(file(b"\x00\x01\x02\xd8" * 11 + b"\x00"))
    assert refused.value.what == "is not text in UTF-8, UTF-16 or Windows-1252, and no workbook"
    with pytest.raises(InvalidRecord, match="or has a password"):
        read_products(file(b"\xd0\xcf\x11\xe0 and more"))


@pytest.mark.parametrize(("columns", "field"), [({"size": "Nope"}, "size"), ({"style": "Nope"}, "style")])
def test_a_column_that_somebody_named_in_vain_is_told_with_its_field(file, columns, field):
    with pytest.raises(ConfigurationError) as stopped:
        read_master(file("Stock of today\n\nStyle,Size\n1,M\n"), columns)
    assert stopped.value.field == field
    assert "there is no column 'Nope'" in stopped.value.what
    assert "'Style', 'Size'" in stopped.value.what


def test_the_column_that_is_needed_cannot_be_left_out(file):
    with pytest.raises(ConfigurationError, match="cannot be left out") as stopped:
        read_master(file("Style,Size\n1,M\n"), {"style": ""})
    assert stopped.value.field == "style"


def test_a_list_without_rows_is_told(file, tmp_path):
    for text in ("Code,Barcode\n", "Code\n\n,\n", "sep=;\nCode;Barcode"):
        read = read_products(file(text))
        assert (list(read.rows), [problem.problem for problem in read.problems]) == (
            [],
            ["list.csv: holds no rows under its header"],
        )
    read = read_master(workbook(tmp_path / "empty.xlsx", ["Style", "Size"]))
    assert [problem.problem for problem in read.problems] == ["empty.xlsx: holds no rows under its header"]
    assert told(read_products(file("Code,Barcode\n,1\n")).problems) == [
        ("list.csv, line 2", "Code"),
        ("list.csv", ""),
    ]


# Quotation marks, line breaks and what does not belong into text ---------------------------------------------


def test_a_cell_longer_than_any_stops_only_its_own_line(file):
    read = read_products(file(f"Code,Barcode\n01,\n02,{'9' * 200_000}\n03,\n\n04,x,y\n"))
    assert [row.code for row in read.rows] == ["01", "03"]
    assert told(read.problems) == [("list.csv, line 3", ""), ("list.csv, line 6", "")]
    assert "field larger than field limit" in read.problems[0].what
    assert csv.field_size_limit() == 131_072


def test_no_message_shows_all_of_a_long_text(file):
    long = "x" * 100_000
    (bad,) = read_master(file(f"Style,QOH\n1,{long}\n")).problems
    assert bad.what.startswith("'xxx")
    assert "(100,000 characters)" in bad.what
    assert len(str(bad)) < 400
    for content in (f"{long},b\n1,2\n", ",".join(["heading"] * 9_000)):
        with pytest.raises(ConfigurationError) as stopped:
            read_master(file(content))
        assert len(str(stopped.value)) < 600


def test_a_number_longer_than_any_is_none(file):
    read = read_master(file(f"Style,QOH\n1,{'9' * 29}\n2,{'9' * 28}\n"))
    assert ([row.on_hand for row in read.rows], told(read.problems)) == (
        [0, Decimal("9" * 28)],
        [("list.csv, line 2", "QOH")],
    )


@pytest.mark.parametrize(
    ("lines", "read", "unread"),
    [
        ('01,"a,b\n02,,\n03,"c",\n04,,\n', ["04"], "lines 2 to 4"),
        ('01,,\n02,,"a\n03,,\n04,,\n', ["01"], "lines 3 to 5"),
        ('01,,\n"02"A,,\n03,,\n', ["01", "03"], "line 3"),
        ('01,,\n02,"the "red" one",\n03,,\n', ["01", "03"], "line 3"),
        ('01,,\n"02,,\n03,,\n04,"",\n05,,\n', ["01"], "lines 3 to 6"),
    ],
)
def test_a_quotation_mark_that_is_not_closed_or_not_doubled_swallows_no_line_in_silence(file, lines, read, unread):
    found = read_products(file(f"Code,Description,Barcode\n{lines}"))
    assert [row.code for row in found.rows] == read
    assert told(found.problems) == [(f"list.csv, {unread}", "")]
    assert "is a quotation mark not closed, or not doubled?" in found.problems[0].what


def test_a_quotation_mark_that_nobody_closes_does_not_swallow_a_whole_list(file):
    lines = [f"{number:05},{'x' * 40},\n" for number in range(10_000)]
    lines[5] = '00005,"x,\n'
    found = read_products(file("Code,Description,Barcode\n" + "".join(lines)))
    ((place, _),) = told(found.problems)
    first, last = map(int, re.findall(r"\d+", place))
    assert first == 7
    assert len(found.rows) + last - first + 1 == 10_000
    assert found.rows[5].code == f"{last - 1:05}"


def test_a_title_with_a_stray_quotation_mark_does_not_hide_the_header(file):
    read = read_products(file('Stock of "today\n"A" list\nCode,Barcode\n01,\n02\n'))
    assert ([row.code for row in read.rows], told(read.problems)) == (["01"], [("list.csv, line 5", "")])


def test_quotation_marks_that_are_in_order_are_read(file):
    read = read_products(file('"Code","Description"\n"01","5"" pipe, ""red"""\n02,5" pipe\n'))
    assert read.descriptions == {"01": '5" pipe, "red"', "02": '5" pipe'}
    assert not read.problems


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_numbered_as_an_editor_numbers_them_whatever_cells_hold(file, end):
    long = [f'{number},"a{end}b{end}c",' for number in range(700)]
    content = end.join(["Code,Description,Barcode", *long, "701", "702,,", '703,"x', 'y"', ""])
    read = read_products(file(content))
    assert len(read.rows) == 701
    assert [record for record, _ in told(read.problems)] == ["list.csv, line 2102", "list.csv, lines 2104 to 2105"]


@given(
    st.lists(
        st.lists(st.text(st.sampled_from('a,;"\n\r\0 \ufeff'), max_size=6), min_size=1, max_size=4), max_size=8
    )
)
def test_every_line_of_a_file_is_a_row_or_blank_or_told(tmp_path_factory, rows):
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["Code", "Description"], *rows])
    path = tmp_path_factory.mktemp("lines") / "list.csv"
    path.write_bytes(text.getvalue().encode())
    read = read_products(path)
    fitting = [row for row in rows if len(row) > 1 and row[0].strip() and not any(map(str.strip, row[2:]))]
    blank = [row for row in rows if not any(map(str.strip, row))]
    assert [row.code for row in read.rows] == [row[0] for row in fitting]
    assert len(read.problems) - (not fitting) == len(rows) - len(fitting) - len(blank)


@given(st.text(st.sampled_from('a1,"\n'), max_size=60))
def test_no_line_goes_in_silence_whatever_the_file_holds(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("lines") / "list.csv"
    path.write_text(f"Code,Barcode\n{text}", "utf-8", newline="")
    read = read_products(path)
    spans = [[int(number) for number in re.findall(r"\d+", record)] for record, _ in told(read.problems)]
    unread = {line for span in spans if span for line in range(span[0], span[-1] + 1)}
    lines = text.removesuffix("\n").split("\n")
    left = [line for number, line in enumerate(lines, start=2) if number not in unread]
    assert re.findall("[a1]", "".join(left)) == re.findall(
        "[a1]", "".join(row.code + row.barcode for row in read.rows)
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_nul_is_a_character_like_others(file, encoding):
    text = "Code,Barcode\n01,1\n0\x002,2\n03,\x00\n"
    read = read_products(file(text, encoding=encoding))
    assert ([row.code for row in read.rows], read.problems) == (["01", "0\x002", "03"], [])


def test_one_column_is_enough(file):
    read = read_products(file("\ufeffCode\r\n01\r\n02,\r\n03;04\r\n05,06\r\n"))
    assert [row.code for row in read.rows] == ["01", "02", "03;04"]
    assert told(read.problems) == [("list.csv, line 5", "")]


def test_only_a_column_that_is_used_may_not_be_there_twice(file):
    assert read_products(file("Code,Note,Note\n01,a,b\n")).rows == [ProductRow("01")]
    with pytest.raises(ConfigurationError, match="2 times") as stopped:
        read_products(file("Code,Barcode,bar-code\n01,a,b\n"))
    assert stopped.value.field == "Barcode"


def test_lines_keep_their_numbers_under_a_header_far_down(file):
    read = read_products(file('a\n"b\nc"\n\nCode,Barcode\n\n01,\n02\n'))
    assert ([row.code for row in read.rows], told(read.problems)) == (["01"], [("list.csv, line 8", "")])


# Workbooks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dimension", [b"A1", b"A1:A2", b"B7:C9", b"A1:Z999"])
def test_a_workbook_that_tells_a_wrong_size_loses_nothing(tmp_path, dimension):
    path = workbook(tmp_path / "list.xlsx", ["Code", "Barcode", "Qty"], ["01", "x", 1], ["02"], [], [None, "y"])
    rewritten(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="' + dimension + b'"', xml),
    )
    read = read_products(path)
    assert read.rows == [ProductRow("01", "x", on_hand=Decimal(1)), ProductRow("02")]
    assert told(read.problems) == [("list.xlsx, sheet Sheet, line 5", "Code")]


def test_notes_beside_a_sheets_table_do_no_harm(tmp_path):
    path = workbook(tmp_path / "list.xlsx", ["Code", "Barcode"], ["01", None, None, "counted twice"], ["02"])
    read = read_products(path)
    assert ([row.code for row in read.rows], read.problems) == (["01", "02"], [])


def test_every_sheet_that_has_the_header_is_read(tmp_path):
    path = sheets(
        tmp_path / "list.xlsx",
        About=[["Stock of today"]],
        One=[["Code", "Qty"], ["01", 1]],
        Two=[["Title"], ["Quantity", "Code"], [2, "02"], ["many", "03"]],
        Empty=[["Code", "Qty"]],
    )
    read = read_products(path)
    assert [(row.code, row.on_hand) for row in read.rows] == [("01", 1), ("02", 2), ("03", 0)]
    assert read.tables == ["list.xlsx, sheet One", "list.xlsx, sheet Two", "list.xlsx, sheet Empty"]
    assert told(read.problems) == [("list.xlsx, sheet Two, line 4", "Quantity")]


def test_a_sheet_that_may_be_part_of_the_list_is_not_passed_over_in_silence(tmp_path):
    path = sheets(
        tmp_path / "list.xlsx",
        Summary=[["Style", "QOH"], ["1", 12]],
        Stock=[["Style", "Size", "QOH"], ["1", "M", 12]],
        Rest=[["2", "M", 12]],
        Notes=[["ask Anna", "by Friday"]],
        Hidden=[["Style", "Size", "QOH"], ["3", "M", 12]],
    )
    book = openpyxl.load_workbook(path)
    book["Hidden"].sheet_state = "hidden"
    book.save(path)
    read = read_master(path)
    assert [row.style for row in read.rows] == ["1"]
    assert [problem.problem for problem in read.problems] == [
        "list.xlsx, sheet Summary: was not read: it has style, on_hand, but sheet Stock has style, size, on_hand",
        "list.xlsx, sheet Rest: was not read: it has no header, but lines as wide as those of sheet Stock",
        "list.xlsx, sheet Hidden: was not read: it is hidden",
    ]


def test_a_hidden_sheet_is_read_where_no_other_has_the_list(tmp_path):
    path = sheets(tmp_path / "list.xlsx", About=[["Stock of today"]], Hidden=[["Code"], ["01"]])
    book = openpyxl.load_workbook(path)
    book["Hidden"].sheet_state = "hidden"
    book.save(path)
    assert read_products(path).tables == ["list.xlsx, sheet Hidden"]


def test_a_workbook_that_breaks_off_is_refused(tmp_path):
    path = workbook(tmp_path / "list.xlsx", ["Code"], *([f"{number:05}"] for number in range(9_000)))
    rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2])
    with pytest.raises(InvalidRecord, match="the workbook is damaged") as refused:
        read_products(path)
    assert refused.value.record == "list.xlsx, sheet Sheet"


def test_files_of_one_list_add_up(file):
    read = read_products(file("Code,Description\n01,Dress\n"))
    read.extend(read_products(file("Code,Description\n02,\n", "other.csv")))
    assert ([row.code for row in read.rows], read.descriptions) == (["01", "02"], {"01": "Dress"})
    assert read.tables == ["list.csv", "other.csv"]


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
