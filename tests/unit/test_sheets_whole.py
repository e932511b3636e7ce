"""Half is not whole, in sheets: a line out of shape, a document that misses a line, a file that was cut."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.sheets import (
    STYLE_REPORT,
    Column,
    Dialect,
    SheetLayout,
    read_sheet,
    template,
    write_sheet,
)
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.tables import workbook_bytes

COLUMNS = {
    "Pick": "pick_num",
    "Name": "ship_to.name",
    "City": "ship_to.city",
    "Seq": "line.line_seq",
    "Style": "line.style",
    "Color": "line.color_code",
    "Size": "line.size_desc",
    "UPC": "line.upc",
    "Qty": "line.bk_qty",
}
HEADER = ",".join(COLUMNS)
ENTER = "\r\n"


def layout(*first, **dialect):
    """The columns above, those called `first` in front."""
    headers = [*first, *(header for header in COLUMNS if header not in first)]
    return SheetLayout("pick_ticket", [Column(header, COLUMNS[header]) for header in headers], Dialect(**dialect))


PICKS = layout()


def sheet(*lines, header=HEADER):
    return "".join(line + ENTER for line in (header, *lines) if line is not None).encode()


def lines_of(pick):
    return {line.line_seq: int(line.bk_qty) for line in pick.lines}


def read(content, of=PICKS):
    """What is read: lines by pick, and the errors."""
    found = list(read_sheet(of, content))
    bad = [each for each in found if isinstance(each, InvalidRecord)]
    return {pick.pick_num: lines_of(pick) for pick in found if not isinstance(pick, InvalidRecord)}, bad


# A line has as many cells as there are headers ------------------------------------------------------------------


def test_a_comma_that_is_not_quoted_refuses_its_line_by_place_and_the_others_arrive():
    good, bad = read(
        sheet(
            "P1,Smith, Jones Ltd,Leeds,1,0123,BLK,M,036000291452,5",
            "P2,Smith,Leeds,1,0123,BLK,M,036000291452,5",
        )
    )
    assert good == {"P2": {"1": 5}}
    assert [(error.record, error.what) for error in bad] == [
        ("pick ticket P1, line 2", "there are 10 cells under 9 headers")
    ]


@pytest.mark.parametrize(
    "line",
    [
        "P1,Smith, Jones,Leeds,2,0123,RED,M,,",  # the last cell is empty: nothing hangs over
        "P1,Smith,Leeds,2,0123,RED,M,5",
        "P1,Smith,Leeds",
        "P1",
        '"P1,Smith",Leeds,2,0123,RED,M,,5',
        "P1,Smith,Leeds,2,0123,RED,M,,5,",
        "P1,Smith,Leeds,2,0123,RED,M,,5,checked by Jo",
    ],
)
def test_a_pick_of_which_one_line_is_refused_does_not_go_out_with_the_others(line):
    good, bad = read(
        sheet(
            "P1,Smith,Leeds,1,0123,BLK,M,,5", line, "P1,Smith,Leeds,3,0123,BLU,M,,7", "P2,Lee,York,1,0123,BLK,S,,1"
        )
    )
    assert good == {"P2": {"1": 1}}
    assert [error.record for error in bad] == ["pick ticket P1, line 3"]


@pytest.mark.parametrize("first", ["Name", "Qty", "Seq"])
@pytest.mark.parametrize("more", [True, False])
def test_where_the_pick_stands_behind_the_fault_it_is_found_all_the_same(first, more):
    of = layout(first, "City")
    told = {"Pick": "P1", "Name": "Lee", "City": "York", "Seq": "1", "Style": "0123", "Qty": "5"}

    def line(**changes):
        cells = {**dict.fromkeys(COLUMNS, ""), **told, **changes}
        return [cells[column.header] for column in of.columns]

    spoilt = line(Seq="2")
    spoilt[1:2] = ["Yo", "rk"] if more else []
    rows = [line(), spoilt, line(Pick="P2"), line(Pick="P3")]
    content = sheet(*map(",".join, rows), header=",".join(column.header for column in of.columns))
    good, bad = read(content, of)
    assert good == {"P2": {"1": 5}, "P3": {"1": 5}}
    assert [error.record for error in bad] == ["pick ticket P1, line 3"]


def test_a_line_whose_pick_is_in_no_other_line_is_listed_alone():
    of = layout("Name")
    header = ",".join(column.header for column in of.columns)
    good, bad = read(sheet("Lee, Ltd,P1,York,1,0123,BLK,M,,5", "Lee,P2,York,1,0123,BLK,M,,5", header=header), of)
    assert good == {"P2": {"1": 5}}
    assert [error.record for error in bad] == ["pick ticket on line 2"]


@pytest.mark.parametrize("pick", ["", " ", "\u00a0", "\u200b", "NULL"])
def test_a_line_that_names_no_pick_refuses_the_file_because_it_may_be_part_of_any(pick):
    with pytest.raises(InvalidRecord) as caught:
        read(sheet("P1,Smith,Leeds,1,0123,BLK,M,,5", f"{pick},Smith,Leeds,2,0123,RED,M,,5"), layout(empty="NULL"))
    assert (caught.value.record, caught.value.field) == ("file of pick_ticket, line 3", "Pick")


@pytest.mark.parametrize("header", [True, False])
def test_lines_are_counted_against_the_columns_where_there_is_no_header(header):
    of = layout(header=header)
    content = sheet(
        "P1,Smith, Jones,Leeds,1,0123,BLK,M,,5",
        "P2,Lee,York,1,0123,BLK,M,,5",
        header=HEADER if header else None,
    )
    good, bad = read(content, of)
    assert (set(good), len(bad)) == ({"P2"}, 1)


def test_empty_lines_are_no_lines():
    good, bad = read(sheet("P1,Smith,Leeds,1,0123,BLK,M,,5", "", ",,,,,,,,", "  "))
    assert (good, bad) == ({"P1": {"1": 5}}, [])


TWINS = {
    "production_order": ("prod_num,line.prod_line,line.style,line.prod_qty", ["C55,1,S,1,2", "C56,1,S,12"]),
    "style": ("style,sku.style,sku.color_code,sku.size_desc", ["S1,S1,BLK,M,L", "S2,S2,BLK,M"]),
    "carrier": ("shipper,ship_name", ["UPS,United, Parcel", "DHL,DHL"]),
    "location": ("location,loc_name,loc_type", ["NJ,New, Jersey,W", "UK,Leeds,W"]),
    "shipment_status": ("pick_num,inv_num,inv_date", ["1,2,3,03/02/2026", "2,INV2,03/02/2026"]),
    "interface_status": ("isa_num,status,error", ["42,rejected,no such pick, or line", "43,posted,"]),
    "stock_movement": ("rec_type,style,location,size_qty", ["IN,S,NJ,1,200", "IN,S,NJ,7"]),
    "period_status": (
        "period,first_day,last_day,state",
        ["2026,02,02/01/2026,02/28/2026,closed", "2026-03,03/01/2026,03/31/2026,open"],
    ),
}


@pytest.mark.parametrize("kind", TWINS)
def test_every_kind_of_sheet_refuses_the_line_and_keeps_the_others(kind):
    header, lines = TWINS[kind]
    of = SheetLayout(kind, [Column(name, name) for name in header.split(",")])
    bad, good = read_sheet(of, sheet(*lines, header=header))
    assert isinstance(bad, InvalidRecord)
    assert "line 2" in bad.record
    assert not isinstance(good, InvalidRecord)


def test_a_style_one_of_whose_skus_cannot_be_read_is_refused_whole():
    header = ",".join(column.header for column in STYLE_REPORT.columns)
    content = sheet(
        "01234,Dress,01,SP25,7.50,BLK,,,M,",
        "01234,Dress,01,SP25,7.5o,BLK,,,L,",
        "05678,Skirt,01,SP25,7.50,BLK,,,L,",
        header=header,
    )
    bad, good = read_sheet(STYLE_REPORT, content)
    assert (bad.record, bad.field) == ("style 01234 01 SP25 7.50, line 3", "Loc Std Cost")
    assert good.style == "05678"


# Lines of one document are gathered by the trimmed key ----------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["P1 ", " P1", "P1\t", "P1\u00a0", "\u200bP1", "P1\u2003\ufeff", "\u00a0P1\u200b "]
)
def test_blanks_around_the_pick_number_make_no_second_ticket(written):
    good, bad = read(
        sheet(
            "P1,Smith,Leeds,1,0123,BLK,M,,5",
            "P2,Lee,York,1,0123,BLK,M,,1",
            f"{written},Smith,Leeds,2,0123,RED,M,,7",
        )
    )
    assert (good, bad) == ({"P1": {"1": 5, "2": 7}, "P2": {"1": 1}}, [])


def test_lines_of_a_style_are_gathered_by_all_of_its_trimmed_key():
    header = ",".join(column.header for column in STYLE_REPORT.columns)
    content = sheet(
        "01234,Dress,01,SP25,7.50,BLK,,,M,", "01234 ,Dress,01\u00a0,SP25 ,7.50,BLK,,,L,", header=header
    )
    (style,) = read_sheet(STYLE_REPORT, content)
    assert [sku.size_desc for sku in style.skus] == ["M", "L"]


# A file ends with a line's end ----------------------------------------------------------------------------------

WHOLE = sheet("P1,Smith,Leeds,1,0123,BLK,M,036000291452,12", 'P1,"Smith ""Jo""",Leeds,2,0123,RED,M,,5')


@pytest.mark.parametrize(
    "end", ["", "\r", " ", "\r\nP2", "\r\nP2,Lee,York,1,0123,BLK,M,,1", '\r\nP2,"Lee', "\r\n\x00\x00\x00"]
)
def test_a_file_whose_last_line_has_no_end_is_refused_whole(end):
    with pytest.raises(InvalidRecord) as caught:
        read(WHOLE.removesuffix(b"\r\n") + end.encode())
    assert caught.value.record.partition(", line")[0] == "file of pick_ticket"


def test_a_site_whose_files_end_without_one_says_so():
    of = layout(last_line_end=False)
    good, bad = read(sheet("P1,Smith,Leeds,1,0123,BLK,M,,12")[:-2], of)
    assert (good, bad) == ({"P1": {"1": 12}}, [])
    good, bad = read(sheet("P1,Smith,Leeds,1,0123,BLK,M,,12", "P1,Smith,Lee")[:-2], of)
    assert (good, [error.record for error in bad]) == ({}, ["pick ticket P1, line 3"])


@pytest.mark.parametrize(
    "content", ["Code,Name\rUPS,United\r", "Code,Name\nUPS,United\n", "Code,Name\r\nUPS,United\r\n\x1a"]
)
def test_every_kind_of_line_end_is_one(content):
    of = SheetLayout("carrier", [Column("Code", "shipper"), Column("Name", "ship_name")])
    assert list(read_sheet(of, content.encode())) == [messages.Carrier(shipper="UPS", ship_name="United")]


def test_a_file_without_a_byte_holds_nothing_only_where_there_is_no_header():
    with pytest.raises(ConfigurationError):
        read(b"")
    assert read(b"", layout(header=False)) == ({}, [])


def test_a_file_with_bytes_of_nothing_is_refused_by_line():
    with pytest.raises(InvalidRecord, match="line 3 holds a byte of nothing"):
        read(WHOLE.replace(b"RED", b"R\x00D"))


def test_two_lines_that_stray_quotation_marks_have_made_one_refuse_the_file():
    """Nine cells under nine headers: the goods of P2 under the number of P1."""
    content = sheet(
        'P1,"Smith,Leeds,1,0123,BLK,M,,5', 'P2,Lee",York,1,0777,RED,S,,9', "P3,Jo,York,1,0123,BLK,M,,1"
    )
    with pytest.raises(InvalidRecord, match=r"line 2 .*is a quotation mark not closed"):
        read(content)
    good, bad = read(sheet('P1,"Smith\r\n(Mr, Dr)",Leeds,1,0123,BLK,M,,5'))
    assert (good, bad) == ({"P1": {"1": 5}}, [])


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("name", ["Lee\nLtd", "Lee\rLtd", "Lee\r\nLtd"])
def test_a_line_break_in_a_cell_is_quoted_whatever_ends_a_line(line_end, name):
    of = template("carrier", Dialect(line_end=line_end))
    carrier = messages.Carrier(shipper="UPS", ship_name=name)
    assert list(read_sheet(of, write_sheet(of, [carrier]))) == [carrier]


def test_what_we_write_is_whole():
    assert read(write_sheet(PICKS, read_sheet(PICKS, WHOLE))) == read(WHOLE)


# Excel: a row is as wide as the table, so empty cells are none ---------------------------------------------------


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


HEADERS = [*COLUMNS, None, None]


def test_in_a_workbook_missing_and_spare_empty_cells_are_no_fault():
    content = workbook(
        HEADERS,
        ["P1", "Lee", "York", 1, "0123", "BLK", "M", None, 5, None, None, ""],
        ["P2", "Lee", "York", 1, "0123"],
    )
    good, _ = list(read_sheet(PICKS, content)), None
    assert [pick.pick_num for pick in good] == ["P1", "P2"]
    assert lines_of(good[0]) == {"1": 5}


def test_in_a_workbook_a_cell_beside_the_table_refuses_its_document():
    first = ["P1", "Lee", "York", 1, "0123", "BLK", "M", None, 5]
    second = ["P1", "Smith", "Jones Ltd", "Leeds", 2, "0123", "BLK", "M", "036000291452", 5]
    bad, good = read_sheet(PICKS, workbook(HEADERS, first, second, ["P2 ", *first[1:]]))
    assert (bad.record, good.pick_num) == ("pick ticket P1, line 3", "P2")


def test_a_template_sheet_is_read_by_its_own_width():
    of = template("carrier")
    assert len(list(read_sheet(of, workbook([*of.shape.fields, None], [None, "UPS"])))) == 1


BROKEN_SHEETS = {
    "cut": '<row r="1"><c r="A1">',
    "a cell of another row": '<row r="1"><c r="A2"><v>x</v></c></row></sheetData></worksheet>',
    "a text that is not there": '<row r="1"><c r="A1" t="s"><v>9999</v></c></row></sheetData></worksheet>',
}


@pytest.mark.parametrize("damage", BROKEN_SHEETS)
def test_a_damaged_workbook_is_refused_with_an_error_of_ours(damage):
    sheet_name = "xl/worksheets/sheet1.xml"
    start = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    damaged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(HEADERS))) as whole, zipfile.ZipFile(damaged, "w") as made:
        for name in whole.namelist():
            is_sheet = name == sheet_name
            made.writestr(name, start + BROKEN_SHEETS[damage] if is_sheet else whole.read(name))
    with pytest.raises(InvalidRecord, match="cannot be read to its end: the workbook is damaged"):
        list(read_sheet(PICKS, damaged.getvalue()))


def test_a_workbook_cut_anywhere_is_refused():
    whole = workbook(HEADERS, ["P1", "Lee", "York", 1, "0123", "BLK", "M", None, 5])
    for place in range(97, len(whole) - 1, 97):
        with pytest.raises(InvalidRecord):
            list(read_sheet(PICKS, whole[:place]))


# Totals, dates and sheets of a workbook --------------------------------------------------------------------------


@pytest.mark.parametrize("last", ["Total:,,,,,,,,17", ",,,,,,Grand Total,,17"])
def test_a_total_under_the_lines_is_told_and_part_of_no_document(last):
    total, pick = read_sheet(PICKS, WHOLE + f"{last}\r\n".encode())
    assert (total.record, pick.pick_num, lines_of(pick)) == (
        "file of pick_ticket, line 4",
        "P1",
        {"1": 12, "2": 5},
    )


def test_a_line_without_a_name_is_no_total_because_a_customer_is_called_so():
    with pytest.raises(InvalidRecord, match="part of any document"):
        list(read_sheet(PICKS, WHOLE + b",Total,Leeds,3,0123,BLK,M,,17\r\n"))


def test_a_size_that_excel_made_a_date_refuses_its_document():
    row = ["P1", "Lee", "York", 1, "0123", "BLK", dt.date(2026, 10, 12), None, 5]
    (bad,) = read_sheet(PICKS, workbook([*COLUMNS], row))
    assert (bad.field, bad.what[:22]) == ("Size", "Excel made a date of i")


def test_the_sheet_that_is_meant_is_named_or_the_only_one():
    content = workbook_bytes(
        {"one": [[*COLUMNS], ["P1", "Lee", "York", 1, "0123", "BLK", "M", "", 5]], "two": [["P2"]]}
    )
    with pytest.raises(InvalidRecord, match="several sheets: one, two"):
        list(read_sheet(PICKS, content))
    (pick,) = read_sheet(PICKS, content, sheet="one")
    assert pick.pick_num == "P1"
