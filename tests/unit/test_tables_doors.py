"""Every door reads the same tables: the same file comes in as CSV of any kind and as Excel."""

import datetime as dt
from decimal import Decimal

import openpyxl
import pytest

from clarus_bluecherry.bluecherry import read_inventory_report
from clarus_bluecherry.clarus.files import ExportLayout, ReceivedRow, Refused, read_export
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.sku_audit import read_master
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku import Decision, decisions_from_csv, read_decisions
from clarus_bluecherry.tables import CsvDialect, csv_bytes, csv_texts, workbook_bytes


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


# The inventory report, as `reconcile` and `close` and as `sku audit` read it -----------------------------------

REPORT = [
    ["Inventory by location", *[""] * 11],
    [
        "Div",
        "Style #",
        "Color Code",
        "Label",
        "Dim",
        "Size",
        "UPC",
        "Season",
        "Location",
        "On Hand",
        "Cost",
        "Loc Curr",
    ],
    ["01", "01234", "BLK", "", "", "M", "036000291452", "SP25", "MAIN", "1200", "7.50", "USD"],
    ["01", "01234", "BLK", "", "", "L", "036000291469", "SP25", "MAIN", "(3)", "7.50", "USD"],
    ["01", "01234", "RED", "", "", "L", "036000291476", "SP25", "POE", "12-", "7.50", "USD"],
    ["Grand Total:", *[""] * 8, "1185", "", ""],
]
WAYS = {
    "commas": CsvDialect(),
    "semicolons of Windows": CsvDialect(delimiter=";", encoding="cp1252", line_end="\n"),
    "tabs in UTF-16": CsvDialect(delimiter="\t", encoding="utf-16"),
    "all quoted, with a byte order mark": CsvDialect(delimiter="|", quoting="all", encoding="utf-8-sig"),
}


def read_by_both(content, tmp_path):
    path = tmp_path / "inventory.file"
    path.write_bytes(content)
    report, audited = read_inventory_report(path, decimal_mark="."), read_master(path)
    assert read_inventory_report(content, decimal_mark=".").rows == report.rows
    skus = [(row.style, row.color_code, row.size_desc, row.upc, row.total_qoh) for row in report.rows]
    kept = [(row.style, row.color, row.size, row.upc, row.on_hand) for row in audited.rows if row.color != "RED"]
    assert skus == kept
    assert [(one.record, one.what) for one in report.bad] == [(one.record, one.what) for one in audited.problems]
    assert report.excluded == {"POE": 1}
    return report


@pytest.mark.parametrize("way", WAYS)
def test_every_export_is_read_the_same_by_every_door(way, tmp_path):
    report = read_by_both(csv_bytes(REPORT, WAYS[way]), tmp_path)
    assert [(row.style, row.total_qoh, row.loc_std_cost) for row in report.rows] == [
        ("01234", 1200, Decimal("7.50")),
        ("01234", -3, Decimal("7.50")),
    ]
    assert [error.record for error in report.bad] == ["inventory.file, line 6"]


def test_a_workbook_is_read_the_same_by_every_door(tmp_path):
    rows = [[*row] for row in REPORT]
    rows[2][9], rows[2][10], rows[3][9] = 1200, Decimal("7.5"), -3
    report = read_by_both(workbook_bytes({"Stock": rows, "Notes": [["see above"]]}), tmp_path)
    assert report.rows[0].loc_std_cost == Decimal("7.5")
    assert [error.record for error in report.bad] == ["inventory.file, sheet Stock, line 6"]


def test_a_number_of_excel_is_no_question_and_a_text_that_looks_like_one_is(tmp_path):
    rows = [REPORT[1], [*REPORT[2][:9], Decimal("7.125"), "", "EUR"], [*REPORT[3][:9], "7,125", "", "EUR"]]
    report = read_inventory_report(workbook_bytes({"Stock": rows}))
    assert [row.total_qoh for row in report.rows] == [Decimal("7.125")]
    assert (report.bad[0].field, "a thousand times" in report.bad[0].what) == ("On Hand", True)


def test_a_size_that_excel_made_a_date_is_set_aside(tmp_path):
    excel(tmp_path / "i.xlsx", REPORT[1], [*REPORT[2][:5], dt.date(2026, 10, 12), *REPORT[2][6:9], 5, 7.5, "USD"])
    report = read_inventory_report(tmp_path / "i.xlsx")
    assert (report.rows, report.bad[0].field) == ((), "Size")


def test_the_last_line_that_is_the_sum_of_the_others_is_no_stock():
    text = "".join(csv_texts([*REPORT[1:4], ["01", "2 styles", *[""] * 6, "MAIN", "1197", "", ""]]))
    report = read_inventory_report(text)
    assert ([row.style for row in report.rows], [one.record for one in report.bad]) == (["01234"] * 2, ["line 4"])
