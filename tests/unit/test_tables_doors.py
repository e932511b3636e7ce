"""Every door reads the same tables: the same file comes in as CSV of any kind and as Excel."""

import datetime as dt
from decimal import Decimal

import openpyxl
import pytest

from clarus_bluecherry.clarus.files import ExportLayout, ReceivedRow, Refused, read_export
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku import Decision, decisions_from_csv, read_decisions
from clarus_bluecherry.tables import workbook_bytes


def excel(path, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path.read_bytes()


# Clarus's exports ---------------------------------------------------------------------------------------------

COLUMNS = {"receipt_reference": "PO", "product_code": "SKU", "received": "Qty", "received_at": "When"}
RECEIVED = ExportLayout(kind="received", columns=COLUMNS)


def test_an_export_may_be_a_workbook(tmp_path):
    moment = dt.datetime(2026, 3, 12, 8, 30)  # noqa: DTZ001 - as the file has it
    content = excel(tmp_path / "e.xlsx", ["PO", "SKU", "Qty", "When"], ["C55", "01234", 7.5, moment], [])
    (row,) = read_export(RECEIVED, content)
    assert row == ReceivedRow(
        number=2, receipt_reference="C55", product_code="01234", received=Decimal("7.5"), received_at=moment
    )


def test_a_product_code_that_excel_made_a_date_is_refused(tmp_path):
    content = excel(tmp_path / "e.xlsx", ["PO", "SKU", "Qty", "When"], ["C55", dt.date(2026, 10, 12), 7, None])
    (bad,) = read_export(ExportLayout(kind="received", columns=COLUMNS), content)
    assert isinstance(bad, Refused)
    assert (bad.error.field, bad.error.what[:22]) == ("SKU", "Excel made a date of i")


def test_a_total_under_an_export_is_refused_and_a_number_has_one_mark():
    layout = ExportLayout(kind="received", columns=COLUMNS, delimiter=";", decimal_comma=True)
    good, doubtful, total = read_export(layout, b"PO;SKU;Qty;When\nC55;01234;7,125;\nC55;1;7.125;\nTotal;;14;\n")
    assert good.received == Decimal("7.125")
    assert (doubtful.error.field, total.error.record) == ("Qty", "export of what was received, line 4")


def test_a_workbook_of_several_lists_is_a_question():
    rows = [["PO", "SKU", "Qty", "When"], ["C55", "01234", 7, ""]]
    with pytest.raises(InvalidRecord, match="several sheets: one, two"):
        list(read_export(RECEIVED, workbook_bytes({"one": rows, "two": rows})))
    (row,) = read_export(RECEIVED, workbook_bytes({"one": rows, "two": []}))
    assert row.product_code == "01234"


# Decisions ----------------------------------------------------------------------------------------------------

HEADER = ["clarus_code", "division", "style", "color", "label", "dimension", "size", "origin", "note"]


def test_a_size_that_excel_made_a_date_decides_nothing(tmp_path):
    line = ["X", None, "01234", "BLK", None, None, dt.date(2026, 10, 12), "person", None]
    excel(tmp_path / "d.xlsx", HEADER, line)
    with pytest.raises(InvalidRecord, match="Excel made a date") as caught:
        read_decisions(tmp_path / "d.xlsx")
    assert caught.value.record == "d.xlsx, sheet Sheet, line 2"


def test_a_decision_that_is_cut_before_it_says_who_decided_is_refused_and_left_out_ends_are_not():
    line = "X,,01234,BLK,,,M"
    with pytest.raises(InvalidRecord, match="there are 7 cells under 9 headers"):
        decisions_from_csv(f"{','.join(HEADER)}\n{line}\n")
    sku = Sku(style="01234", color="BLK", size="M")
    assert decisions_from_csv(f"{','.join(HEADER)}\n{line},person\n") == (Decision(code="X", sku=sku),)
