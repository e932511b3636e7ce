"""One reader and one writer of tables for everybody: numbers, marks, dates, totals, encodings, Excel."""

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.tables import (
    CsvDialect,
    ExcelDate,
    ExcelNumber,
    NumberForm,
    SumAbove,
    TableLimits,
    WantedColumns,
    csv_bytes,
    csv_lines,
    escaped,
    is_total,
    mark_of,
    open_workbook,
    read_tables,
    text_lines,
    unescaped,
    workbook_bytes,
)
from tests.unit.tables_world import RELATIONS, SHEET, TEXTS, WITH_TEXTS, book, links, sheet, texts

# Numbers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "text", "number"),
    [
        (".", "7,125", "7125"),
        (",", "7,125", "7.125"),
        (",", "7.125", "7125"),
        (".", "(5)", "-5"),
        (".", "5-", "-5"),
        (".", "( 1,200.50 )", "-1200.50"),
        (",", "1 200,5-", "-1200.5"),
        (".", " +.5 ", "0.5"),
        (None, "12", "12"),
        (None, "1.5", "1.5"),
        (None, "-12", "-12"),
    ],
)
def test_a_number_is_read_by_the_mark_that_is_told(mark, text, number):
    assert NumberForm(mark).read(text) == Decimal(number)


@pytest.mark.parametrize("text", ["7,125", "7.125", "1,5", "1.234,50", "1,234.5678"])
def test_without_a_mark_a_number_that_may_be_two_is_a_question(text):
    with pytest.raises(InvalidRecord, match="a thousand times more or less"):
        NumberForm(None).read(text)


@pytest.mark.parametrize(
    "text", ["", "n/a", "1e3", "NaN", "--1", "-5-", "(-5)", "١٢", "1,23", "12,34", "1_000", "1" * 29]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(InvalidRecord, match="is not a number"):
        NumberForm(".").read(text)


@pytest.mark.parametrize("text", ["Jane Canary", "17 Canary Row", "jane@canary.example"])
def test_what_may_be_a_persons_in_the_place_of_a_number_is_not_told(text):
    """Where cells have slipped, a name or a street stands there."""
    with pytest.raises(InvalidRecord, match=f"a text of {len(text)} characters is not a number"):
        NumberForm(".").read(text)


def test_where_thousands_are_never_set_apart_a_comma_is_refused():
    with pytest.raises(InvalidRecord, match="is not a number"):
        NumberForm(".", grouping=False).read("1,200")


def test_a_number_of_excel_has_a_point_whatever_the_site_writes():
    assert (
        NumberForm(",").read(ExcelNumber("7.125"))
        == NumberForm(None).read(ExcelNumber("7.125"))
        == Decimal("7.125")
    )


@pytest.mark.parametrize(
    ("numbers", "mark"),
    [(["7,50"], ","), (["7.50", "1,200"], "."), (["1,200"], None), (["7,50", "7.50"], None), (["1.234,5"], ",")],
)
def test_the_numbers_of_a_file_show_their_mark_or_contradict_each_other(numbers, mark):
    assert mark_of(numbers, "|") == mark


# Marks and totals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ("'sixties", "'sixties"),
        ("O'Neill", "O'Neill"),
        ('="a""b"', 'a"b'),
    ],
)
def test_what_keeps_zeros_in_a_spreadsheet_is_no_part_of_the_text(cell, text):
    assert unescaped(cell) == text


@pytest.mark.parametrize("piece", ["\n", "; ", ";\n'", "a", " "])
def test_a_text_of_any_length_is_looked_at_once(piece):
    """Whoever looks at the rest of a text from each of its letters takes minutes for such a one."""
    text = piece * 300_000
    assert unescaped(escaped(text)) == text
    assert escaped(f"{text};=1").endswith(";'=1")
    with pytest.raises(InvalidRecord, match=r"is not a number"):
        NumberForm(".").read(f"a{text}b")


@pytest.mark.parametrize(
    "name", ["Total", "TOTAL:", "Grand Total:", "grand-total", "Sub Total", "Report Total ", "Sum:"]
)
def test_a_total_is_known_by_its_word(name):
    assert is_total([name, "", "512"], 0)
    assert is_total(["", name, "512"], 0)


@pytest.mark.parametrize(
    "cells", [["Total Black", "BLK", "5"], ["01234", "Total", "5"], ["Summer", "", "5"], ["", "", "5"]]
)
def test_what_only_sounds_like_a_total_is_none(cells):
    assert not is_total(cells, 0)


def test_the_last_line_may_be_the_sum_of_those_above_without_saying_so():
    above = SumAbove()
    above.add([["A", "B"], ["BLK", "RED"]], [Decimal(2), Decimal(3)])
    assert above.is_sum(["All styles", " "], Decimal(5))
    assert not above.is_sum(["All styles", ""], Decimal(6))
    assert not above.is_sum(["C", "BLU"], Decimal(5))


# CSV ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "setting", [{"delimiter": ""}, {"quote": "''"}, {"delimiter": '"'}, {"delimiter": "\n"}, {"encoding": "x"}]
)
def test_a_dialect_that_nobody_can_write_is_refused(setting):
    with pytest.raises(ConfigurationError, match="CsvDialect"):
        CsvDialect(**setting)


def test_what_a_dialect_cannot_hold_is_refused_with_its_line():
    with pytest.raises(InvalidRecord, match="list, line 2"):
        csv_bytes([["a"], ["a,b"]], CsvDialect(quoting="none"), name="list")
    with pytest.raises(InvalidRecord, match="cp1252"):
        csv_bytes([["Ω"]], CsvDialect(encoding="cp1252"))


def test_a_strict_reader_stops_where_quotation_marks_are_wrong():
    lines = csv_lines(text_lines('a,b\n\n"1"x,2\n3,4\n'), name="list")
    assert next(lines).cells == ["a", "b"]
    with pytest.raises(InvalidRecord, match="list, line 3"):
        next(lines)


def test_a_file_of_more_bytes_than_are_let_is_refused(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Code\n" + "A\n" * 100, "utf-8")
    with pytest.raises(InvalidRecord, match="more than 100 bytes"):
        read_tables(path, WantedColumns({"code": ("Code",)}, "code"), limits=TableLimits(bytes=100))


# Excel --------------------------------------------------------------------------------------------------------


def workbook_of(*cells):
    """A workbook of one row, by another writer; a pair is a value and its format."""
    made = openpyxl.Workbook()
    for place, cell in enumerate(cells, start=1):
        value, form = cell if isinstance(cell, tuple) else (cell, None)
        target = made.active.cell(1, place, value)
        if form:
            target.number_format = form
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def row_of(content):
    ((line,),) = [list(one.lines()) for one in open_workbook(content, "list.xlsx")]
    return line.cells


def test_a_code_stays_what_it_was():
    cells = row_of(workbook_of(7, (123, "00000"), "00123", 36000291452, 0.1 + 0.2, True, "7.0", " x ", 1e15))
    assert cells == ["7", "00123", "00123", "36000291452", "0.3", "TRUE", "7.0", " x ", "1e+15"]
    assert [type(cell) for cell in cells[:4]] == [ExcelNumber, ExcelNumber, str, ExcelNumber]


def test_a_code_that_excel_made_a_date_says_so():
    day, moment = dt.date(2026, 10, 12), dt.datetime(2026, 10, 12, 8, 30)  # noqa: DTZ001
    shown = row_of(
        workbook_of((day, "d-mmm"), (moment, "yyyy-mm-dd hh:mm"), (dt.time(8, 30), "[h]:mm"), ("10-12", "@"))
    )
    assert shown == ["2026-10-12", "2026-10-12T08:30:00", "08:30:00", "10-12"]
    assert [getattr(cell, "moment", None) for cell in shown] == [day, moment, dt.time(8, 30), None]
    assert isinstance(shown[0], ExcelDate)


@pytest.mark.parametrize("form", ["[Red]0.00", '0 "days"', "General", "#,##0", "0.00E+00", r"0\d", "@"])
def test_letters_that_only_stand_in_a_format_make_no_date(form):
    assert row_of(workbook_of((7, form))) == ["7"]


def test_years_are_counted_from_1904_where_a_workbook_says_so():
    made = openpyxl.Workbook()
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    made.active["A1"] = dt.date(2026, 10, 12)
    content = io.BytesIO()
    made.save(content)
    assert row_of(content.getvalue()) == ["2026-10-12"]


def test_a_text_in_several_fonts_is_one_and_reading_aids_are_none():
    shared = "<si><r><t>01</t></r><r><t>234</t></r><rPh><t>aid</t></rPh></si><si><t>_x0041__x005F_x</t></si>"
    cells = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
    assert row_of(book({**WITH_TEXTS, TEXTS: texts(shared), SHEET: sheet(cells)})) == ["01234", "A_x"]


def test_elements_with_a_prefix_are_read_and_formulas_show_what_they_came_to():
    cells = '<x:row><x:c><x:f>1+1</x:f><x:v>2</x:v></x:c><x:c t="str"><x:v>a</x:v></x:c></x:row>'
    content = (
        sheet("").replace("xmlns=", "xmlns:x=").replace("<", "<x:").replace("<x:?", "<?").replace("<x:/", "</x:")
    )
    assert row_of(book({SHEET: content.replace("</x:sheetData>", f"{cells}</x:sheetData>")})) == ["2", "a"]


def test_a_workbook_without_styles_and_texts_is_one():
    assert row_of(book({RELATIONS: links("worksheet"), SHEET: sheet("<row><c><v>7</v></c></row>")})) == ["7"]


def test_a_workbook_that_we_write_reads_back_elsewhere():
    content = workbook_bytes({"list": [["code", "units", ""], ["00123", Decimal("7.5"), 3], ["=1+1", 0, "\x01"]]})
    rows = list(openpyxl.load_workbook(io.BytesIO(content))["list"].values)
    assert rows[:2] == [("code", "units", None), ("00123", 7.5, 3)]
    assert rows[2][:2] == ("=1+1", 0)
    assert openpyxl.load_workbook(io.BytesIO(content))["list"]["A3"].data_type == "s"
    (found,) = open_workbook(content, "list.xlsx")
    assert [line.cells for line in found.lines(3)][2] == ["=1+1", "0", "\x01"]


def test_lines_keep_the_numbers_of_the_sheet_and_a_table_its_sheet():
    made = openpyxl.Workbook()
    for row in (["Stock of today"], [], ["Code", "Units"], ["A", 1], [], ["B", 2]):
        made.active.append(row)
    content = io.BytesIO()
    made.save(content)
    (table,), problems = read_tables(
        content.getvalue(), WantedColumns({"code": ("Code",)}, "code"), name="list.xlsx"
    )
    lines = [line for block in table.blocks for line in block.lines()]
    assert ([(line.first, line.cells) for line in lines], problems) == ([(4, ["A", "1"]), (6, ["B", "2"])], [])
    assert (table.name, table.delimiter) == ("list.xlsx, sheet Sheet", "")
