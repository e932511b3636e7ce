"""What was written reads back as it was, or is told: any table, in any dialect, as CSV and as Excel."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.errors import ClarusBluecherryError, ConfigurationError, InvalidRecord
from clarus_bluecherry.tables import (
    CsvDialect,
    NumberForm,
    WantedColumns,
    csv_blocks,
    csv_bytes,
    decoded,
    escaped,
    open_workbook,
    read_tables,
    text_lines,
    unescaped,
    workbook_bytes,
)
from tests.unit.tables_world import SHEET, book, inline, sheet

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
SPECIAL = st.sampled_from(
    [*",;\t|\"'=\r\n \0\x1a\ufeffÄ€0", '="0012"', "'0012", "0012", "7,125", "sep=;", "_x0041_", "<r>", "</r>"]
)
CELLS = st.lists(SPECIAL | st.text(max_size=5), max_size=4).map("".join)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=5)
)
DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|:~"),
        "quote": st.sampled_from("\"'"),
        "quoting": st.sampled_from(["minimal", "all", "none"]),
        "encoding": st.sampled_from(ENCODINGS),
        "line_end": st.sampled_from(["\r\n", "\n", "\r"]),
    }
)


@given(TABLES, DIALECTS)
def test_every_table_comes_back_as_csv_or_is_told(rows, told):
    dialect = CsvDialect(**told)
    with contextlib.suppress(InvalidRecord):
        content = csv_bytes(rows, dialect)
        blocks = list(csv_blocks(text_lines(decoded(content, dialect.encoding, "table")), dialect))
        assert [block.problem for block in blocks if block.problem] == []
        assert [cells for block in blocks for cells in block.cells] == rows


@given(TABLES)
def test_every_table_comes_back_from_excel(rows):
    try:
        content = workbook_bytes({"list": rows})
    except InvalidRecord:
        return
    (sheet,) = open_workbook(content, "list.xlsx")
    wanted = {number: row for number, row in enumerate(rows, start=1) if any(row)}
    assert {line.first: line.cells for line in sheet.lines(width=len(rows[0]) if rows else 0)} == wanted


@given(st.lists(CELLS.map(lambda cell: f"0{cell}"), min_size=1, max_size=5), DIALECTS)
def test_a_list_is_found_whatever_its_dialect_and_encoding(codes, told):
    """Nothing is said of the file but that it has a column of this name; only what nobody can tell is in doubt."""
    if told["delimiter"] not in ",;\t|" or told["quote"] != '"' or told["quoting"] == "none":
        return
    rows = [["Report of today", ""], ["", ""], ["Product Code", "Units"], *([code, "5"] for code in codes)]
    try:
        content = csv_bytes(rows, CsvDialect(**told))
        (table,), _ = read_tables(content, WantedColumns({"code": ("Product Code",)}, "code"))
    except ClarusBluecherryError:
        return
    if told["encoding"] != "cp1252" or all(code.isascii() for code in codes):
        blocks = list(table.blocks)
        assert [cells for block in blocks for cells in block.cells] == rows[3:]


@given(CELLS)
def test_a_marked_text_comes_back(text):
    assert unescaped(escaped(text)) == text


@given(st.decimals(-(10**9), 10**9, places=3), st.sampled_from(".,"), st.sampled_from(["{}", "{:,}"]))
def test_a_number_is_what_it_was_or_a_question(number, mark, form):
    text = form.format(number)
    if mark == ",":
        text = text.translate(str.maketrans(".,", ",."))
    assert NumberForm(mark).read(text) == number
    with contextlib.suppress(InvalidRecord):
        assert NumberForm(None).read(text) == number


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda some: b"PK\x03\x04" + some))
def test_whatever_bytes_come_only_typed_errors_leave(content):
    with contextlib.suppress(InvalidRecord, ConfigurationError):
        tables, _ = read_tables(content, WantedColumns({"code": ("0", "a")}, "code"))
        for table in tables:
            list(table.blocks)


BOOK = book({SHEET: sheet(f"<row>{inline('code')}</row><row>{inline('0012')}<c><v>5</v></c></row>")})


@given(st.data())
def test_a_workbook_with_a_byte_changed_is_read_or_refused(data):
    content = bytearray(BOOK)
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(InvalidRecord):
        for sheet in open_workbook(bytes(content), "list.xlsx"):
            list(sheet.lines())


@pytest.mark.parametrize("text", ["x" * 32_768, "\ud800"])
def test_what_a_cell_of_excel_cannot_hold_is_refused(text):
    with pytest.raises(InvalidRecord, match="sheet list, line 1"):
        workbook_bytes({"list": [[text]]})
