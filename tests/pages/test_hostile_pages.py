"""Whatever text a system holds, each file of a page is written, is read again, and nothing in it acts."""

import csv
import json
import zipfile
from decimal import Decimal
from html.parser import HTMLParser

import hostile_page
import pytest
import sample_month_end
from attrs import evolve
from hostile_page import HOSTILE
from reading_pages import html_sums, opened
from test_page_files import amounts, column, of_tables

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.close import close_books, end_of
from clarus_bluecherry.report.month_end import month_end_page
from clarus_bluecherry.report.pack import write_evidence_pack
from clarus_bluecherry.report.pages import CellKind, PageTable, page_html, write_page, write_table_csv
from clarus_bluecherry.tables import SheetLink, open_workbook, workbook_bytes


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    out = tmp_path_factory.mktemp("hostile")
    write_page(hostile_page.page(), out)
    return out


class _Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.scripts, self.handlers = [], []

    def handle_starttag(self, tag, attrs):
        if tag == "script":
            self.scripts.append(dict(attrs))
        self.handlers += [
            name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")[:11]
        ]


def test_a_page_has_no_script_but_ours(files):
    found = _Elements()
    found.feed((files / "hostile.html").read_text("utf-8"))
    assert [each.get("data-table") for each in found.scripts] == ["lines", "none", None]
    assert found.handlers == []


def test_a_workbook_opens_and_has_no_formula_and_no_link_of_data(files):
    book = opened(files / "hostile.xlsx", formulas=True)
    formulas = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    assert formulas
    assert all(each.startswith(("=SUBTOTAL(109,", "=SUM(", "=SUMPRODUCT(")) for each in formulas)
    with zipfile.ZipFile(files / "hostile.xlsx") as parts:
        assert not [name for name in parts.namelist() if "external" in name.lower()]
        relations = [parts.read(name) for name in parts.namelist() if name.endswith(".rels")]
    assert not any(b"External" in each for each in relations)


@pytest.mark.parametrize("cell", [str, lambda text: SheetLink(text, "One")], ids=["text", "link"])
def test_no_text_is_markup_of_a_sheet(cell):
    told = [
        "<r>a</r>",
        "<r>\x1f_x0041_</r>",
        "<r>\x1f_x001F_",
        '<r><t>a</t></r></is></c><c r="B9"><f>1+1</f></c><c><is><r></r>',
        f"<r>{'<' * 30_000}</r>",
    ]
    content = workbook_bytes({"One": [[cell(text), "beside"] for text in told]})
    (sheet,) = open_workbook(content, "one.xlsx")
    assert [line.cells for line in sheet.lines(width=2)] == [[text, "beside"] for text in told]


def test_the_json_says_every_text_as_it_was_told(files):
    rows = json.loads((files / "hostile.json").read_text("utf-8"))["tables"]["lines"]["rows"]
    assert [row["text"] for row in rows] == [row["value_currency"] for row in rows] == list(HOSTILE)


def test_no_cell_of_a_csv_acts(files):
    with (files / "csv" / "lines.csv").open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    assert len(rows) == len(HOSTILE)
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=@+\t\r\n\uff1d")]
    assert not any(row[place].startswith("-") for row in rows for place in (0, 1, 4, 5))
    assert not [cell for row in rows for cell in row if ";=" in cell]


def test_a_month_is_closed_and_packed_whatever_its_codes_are(tmp_path):
    codes = [*HOSTILE, "A|1", "||||||", "|||||", "a b"]
    told = sample_month_end.given()
    named = {}

    def code(text):
        return named.setdefault(text, codes[len(named) % len(codes)]) if text else text

    def coded(each, *names):
        return evolve(each, **{name: code(getattr(each, name)) for name in names})

    given = evolve(
        told,
        entries=[coded(each, "item", "location", "document", "source", "row") for each in told.entries],
        readings=[
            evolve(each, source=codes[3], positions=[coded(one, "item", "location") for one in each.positions])
            for each in told.readings
        ],
        postings=[coded(each, "item", "location", "document") for each in told.postings],
        missing=codes,
        problems=codes,
    )
    close = close_books(given, end_of(sample_month_end.LAST, sample_month_end.ZONE))
    page = month_end_page(close)
    assert write_evidence_pack(close, [page], tmp_path / "a.zip", source="--from \udcff").holds
    documents = {row[4] for row in page.table("causes").rows}
    assert "A|1" in named.values()
    assert documents & set(codes)


def test_a_text_in_a_column_of_numbers_is_a_text(tmp_path):
    cells = [["=1+1"], ["-2"], [Decimal(-2)], [None]]
    table = PageTable(name="odd", title="Odd", columns=[column("units", CellKind.UNITS)], rows=cells)
    written = write_table_csv(of_tables(table), "odd", tmp_path / "odd.csv").read_text("utf-8")
    assert written.splitlines() == ["units", "'=1+1", "'-2", "-2", '""']


def test_a_character_that_xml_has_not_is_refused():
    with pytest.raises(InvalidRecord, match="XML"):
        workbook_bytes({"One": [["a\uffffb"]]})


def test_a_column_of_which_nothing_is_known_does_not_come_to_zero():
    page = of_tables(amounts(None, None))
    text = page_html(page)
    assert html_sums(text, page) == {("amounts", "value"): {Decimal(2)}}
    assert "<span>2 not known</span>" in text
    assert "<span>0.00</span>" in page_html(of_tables(amounts(Decimal(0))))
