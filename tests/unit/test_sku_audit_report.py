"""What the go-live audit writes: every line in its place, every text escaped, and a crosswalk that comes back."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import json
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.clarus.files import PRODUCTS, write_import
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.sku_audit import barcodes_to_correct, products_to_create
from clarus_bluecherry.model import Money, Sku
from clarus_bluecherry.report.pages import Tone, page_html
from clarus_bluecherry.report.sku_audit import (
    AuditReport,
    Source,
    audit_json,
    audit_page,
    write_class_files,
    write_crosswalk,
    write_workbook,
)
from clarus_bluecherry.report.sku_audit._files import file_name
from clarus_bluecherry.report.sku_audit._report import added, stakes
from clarus_bluecherry.sku import (
    AuditClass,
    Decision,
    MasterRow,
    ProductRow,
    Recipe,
    audit,
    decisions_from_csv,
)

UPC, OTHER_UPC = "036000291452", "012345678905"
MASTER = [
    MasterRow("01234", "BLK", size="M", upc=UPC, on_hand=Decimal(10), cost=Decimal("7.50")),
    MasterRow("01234", "BLK", size="L", on_hand=Decimal(3), cost=Decimal("7.50")),
    MasterRow("00777", "RED", size="S", on_hand=Decimal(2), cost=Decimal(3)),
    MasterRow("00999", "RED", size="S", upc=OTHER_UPC, on_hand=Decimal(4), cost=Decimal(2)),
    MasterRow("05555", "TAN", size="S"),
]
PRODUCTS_LISTED = [
    ProductRow("01234-BLK-M", "", "1", Decimal(9)),
    ProductRow("1234-BLK-L", "", "2", Decimal(3)),
    ProductRow("00777-RED-", "", "3", Decimal(2)),
    ProductRow("=WHO()", "", "4", Decimal(1)),
    ProductRow("LEGACY-9", "", "5", Decimal(1)),
]
LEGACY = Decision(
    code="LEGACY-9",
    sku=Sku("05555", "TAN", size="S"),
    since=dt.datetime(2026, 3, 2, tzinfo=dt.UTC),
    note="seen on the shelf",
)


def report(master=MASTER, products=PRODUCTS_LISTED, decisions=(LEGACY,), **more):
    return AuditReport(audit=audit(master, products, decisions=decisions), decisions=decisions, **more)


FOR_THE_RECORD = {
    "made_at": dt.datetime(2026, 3, 2, 14, 5, tzinfo=dt.UTC),
    "blue_cherry": Source(["styles.csv", "stock.csv"], 7),
    "clarus": Source(["products.xlsx"], 5),
    "recipe": Recipe(),
    "currency": "GBP",
}


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_lists_of_these_tests_fall_into_the_classes_they_are_made_for():
    tallies = report().audit.tallies
    assert {kind: (one.skus, one.products) for kind, one in tallies.items() if one.skus or one.products} == {
        AuditClass.IDENTICAL: (1, 1),
        AuditClass.NORMALISED: (1, 1),
        AuditClass.DECIDED: (1, 1),
        AuditClass.DAMAGED: (1, 2),
        AuditClass.MISSING_IN_CLARUS: (1, 0),
    }


def test_each_class_has_a_file_and_the_empty_ones_too(tmp_path):
    written = write_class_files(report(), tmp_path)
    assert {path.stem for path in written} == {
        *(file_name(kind) for kind in AuditClass if kind is not AuditClass.IDENTICAL),
        "findings",
        "not-read",
    }
    (line,) = rows(tmp_path / "missing-in-clarus.csv")
    assert line["code"] == "00999-RED-S"
    assert (line["on_hand"], line["value"], line["halts"]) == ("4", "8", "orders")
    assert rows(tmp_path / "conflict.csv") == []


def test_identical_ones_are_listed_only_when_asked_for(tmp_path):
    write_class_files(report(with_identical=True), tmp_path)
    assert [line["clarus_code"] for line in rows(tmp_path / "identical.csv")] == ["01234-BLK-M"]


def test_what_a_class_halts_is_what_its_entries_halt():
    found = report().audit
    for kind in AuditClass:
        assert set(found.cases[kind].halts) == {halt for one in found.entries(kind) for halt in one.halts}


def test_what_is_not_known_is_empty_and_not_zero(tmp_path):
    write_class_files(report(), tmp_path)
    alone = next(line for line in rows(tmp_path / "damaged.csv") if not line["style"])
    assert (alone["on_hand"], alone["value"], alone["in_warehouse"]) == ("", "", "1")
    (missing,) = rows(tmp_path / "missing-in-clarus.csv")
    assert (missing["on_hand"], missing["in_warehouse"]) == ("4", "")


FORMULA = "=HYPERLINK(1)"


def test_no_cell_of_a_class_file_or_of_the_findings_begins_a_formula(tmp_path):
    products = [ProductRow(FORMULA, "-1"), ProductRow("@SUM", "+2"), ProductRow("\tTAB")]
    found = report([MasterRow("-STYLE", on_hand=Decimal(-2), cost=Decimal(1))], products, ())
    assert found.audit.findings
    cells = [
        cell
        for path in write_class_files(found, tmp_path)
        for line in rows(path)
        for name, cell in line.items()
        if name not in ("on_hand", "in_warehouse", "value")
    ]
    assert f"'{FORMULA}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    (line,) = rows(tmp_path / "missing-in-clarus.csv")
    assert (line["on_hand"], line["value"]) == ("-2", "-2")


# The crosswalk ------------------------------------------------------------------------------------------------


def test_the_crosswalk_tells_pairs_as_information_and_open_lines_with_a_proposal(tmp_path):
    lines = {line["clarus_code"]: line for line in rows(write_crosswalk(report(), tmp_path / "crosswalk.csv"))}
    assert (lines["1234-BLK-L"]["style"], lines["1234-BLK-L"]["origin"]) == ("01234", "rule")
    damaged = lines["00777-RED-"]
    assert (damaged["style"], damaged["origin"]) == ("", "")
    assert "00777-RED-S" in damaged["rules"]
    assert "01234-BLK-M" not in lines


def test_an_unchanged_crosswalk_brings_back_the_decisions_that_were_made(tmp_path):
    path = write_crosswalk(report(with_identical=True), tmp_path / "crosswalk.csv")
    assert decisions_from_csv(path.read_text("utf-8")) == (LEGACY,)


def test_a_line_that_a_person_fills_in_settles_the_next_audit(tmp_path):
    path = write_crosswalk(report(), tmp_path / "crosswalk.csv")
    lines = rows(path)
    for line in lines:
        if line["clarus_code"] == "00777-RED-":
            line.update(style="00777", color="RED", size="S", origin="person")
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, lines[0])
    writer.writeheader()
    writer.writerows(lines)
    again = report(decisions=decisions_from_csv(text.getvalue()))
    assert [one.product.code for one in again.audit.entries(AuditClass.DECIDED)] == ["00777-RED-", "LEGACY-9"]
    assert decisions_from_csv(write_crosswalk(again, path).read_text("utf-8")) == again.decisions


def test_a_decision_on_a_code_that_is_a_formula_comes_back(tmp_path):
    decision = Decision(code=FORMULA, sku=LEGACY.sku, note="@work")
    found = report(products=[ProductRow(FORMULA), ProductRow("+1")], decisions=(decision,))
    path = write_crosswalk(found, tmp_path / "crosswalk.csv")
    assert not [cell for line in rows(path) for cell in line.values() if cell.startswith(("=", "+", "@"))]
    assert decisions_from_csv(path.read_text("utf-8")) == (decision,)


def test_the_crosswalk_has_clarus_s_id_and_the_barcodes_of_both_sides(tmp_path):
    found = report(products=[*PRODUCTS_LISTED, ProductRow("01234-BLK-M", UPC, "1")][1:], with_identical=True)
    lines = {line["clarus_code"]: line for line in rows(write_crosswalk(found, tmp_path / "crosswalk.csv"))}
    line = lines["01234-BLK-M"]
    assert (line["clarus_id"], line["clarus_barcode"], line["bluecherry_barcodes"]) == ("1", UPC, f"00{UPC}")
    assert (lines["LEGACY-9"]["clarus_id"], lines["00777-RED-"]["clarus_id"]) == ("5", "3")


def test_an_open_line_keeps_a_check_of_its_code(tmp_path):
    lines = rows(write_crosswalk(report(), tmp_path / "crosswalk.csv"))
    assert "00777-RED- is not decided" in [line["check"] for line in lines]


@given(
    codes=st.lists(
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=8), min_size=1, max_size=4, unique=True
    )
)
def test_no_code_breaks_the_crosswalk(tmp_path_factory, codes):
    found = report(products=[ProductRow(code) for code in codes])
    path = write_crosswalk(found, tmp_path_factory.mktemp("out") / "crosswalk.csv")
    assert decisions_from_csv(path.read_text("utf-8")) == (LEGACY,)


# The correction files -----------------------------------------------------------------------------------------


def imported(documents):
    content = io.BytesIO()
    done = write_import(PRODUCTS, documents, content)
    return list(csv.DictReader(io.StringIO(content.getvalue().decode()))), done.refused


def test_a_missing_product_is_created_with_its_description_and_barcode():
    (row,), refused = imported(products_to_create(report().audit, "BRAND", {"00999": "A red coat"}))
    assert refused == ()
    assert (row["Code"], row["Description"], row["Barcode"]) == ("00999-RED-S", "A red coat", OTHER_UPC)
    assert (row["allow_update"], row["Account Code"]) == ("FALSE", "BRAND")


def test_a_barcode_is_put_right_and_the_description_in_clarus_stays():
    (row,), refused = imported(barcodes_to_correct(report().audit, "BRAND", {"01234-BLK-M": "Robe"}))
    assert (row["Code"], row["Description"], row["allow_update"]) == ("01234-BLK-M", "Robe", "TRUE")
    assert (row["Barcode"], row["External System Reference 1"]) == (UPC, "")
    assert refused == ()


def test_a_barcode_is_not_written_over_a_description_that_nobody_knows():
    written, refused = imported(barcodes_to_correct(report().audit, "BRAND", {}))
    assert written == []
    assert [(one.record, one.field) for one in refused] == [("product 01234-BLK-M", "Description")]


@pytest.mark.parametrize("barcode", [UPC, OTHER_UPC])
def test_a_valid_barcode_in_clarus_is_left_alone(barcode):
    found = report([MASTER[0]], [ProductRow("01234-BLK-M", barcode)], ())
    assert list(barcodes_to_correct(found.audit, "BRAND", {"01234-BLK-M": "Robe"})) == []


def test_a_barcode_that_two_skus_have_is_given_to_neither():
    twins = [MASTER[3], MASTER[3]._replace(size="M"), MASTER[0], MASTER[0]._replace(size="XL")]
    found = report(twins, [ProductRow("01234-BLK-M")], ())
    assert [row["Barcode"] for row in imported(products_to_create(found.audit, "", {}))[0]] == ["", "", ""]
    assert list(barcodes_to_correct(found.audit, "", {"01234-BLK-M": "Robe"})) == []


# The workbook -------------------------------------------------------------------------------------------------


def test_the_workbook_has_a_summary_and_a_filtered_sheet_for_each_class(tmp_path):
    book = openpyxl.load_workbook(write_workbook(report(), tmp_path / "audit.xlsx"))
    assert book.sheetnames[:2] == ["summary", "same after normalising"]
    assert "identical" not in book.sheetnames
    summary = {row[0]: row[1:] for row in book["summary"].iter_rows(min_row=2, values_only=True)}
    assert summary["identical"][:5] == (1, 1, 10, 9, 75)
    sheet = book["damaged"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:Q3")
    assert int(sheet.column_dimensions["A"].width) == 28  # the writer adds the padding of the font


def test_the_workbook_adds_up_and_writes_money_as_money(tmp_path):
    book = openpyxl.load_workbook(write_workbook(report(), tmp_path / "audit.xlsx"))
    *_, total = book["summary"].iter_rows()
    assert [cell.value for cell in total[:6]] == ["total", 5, 5, 19, 16, 111.5]
    assert (total[3].number_format, total[5].number_format) == ("#,##0", "#,##0.00")
    first, *_, last = book["damaged"].iter_rows(min_row=2)
    assert (first[12].number_format, last[0].value, last[12].value) == ("#,##0.00", "total", 6)
    assert book["damaged"].auto_filter.ref == "A1:Q3"


def test_the_workbook_says_what_it_is_of(tmp_path):
    book = openpyxl.load_workbook(write_workbook(report(**FOR_THE_RECORD), tmp_path / "audit.xlsx"))
    about = dict(book["about"].iter_rows(min_row=2, values_only=True))
    assert about["made at"] == "2026-03-02 14:05+00:00 (UTC)"
    assert about["Clarus"] == "products.xlsx: 5 rows"
    assert about["value"] == "units in Blue Cherry at cost, GBP"


def test_codes_in_the_workbook_are_text_and_never_formulas(tmp_path):
    products = [ProductRow("=WHO()"), ProductRow("#N/A"), ProductRow("0012"), ProductRow("a\x07b")]
    book = openpyxl.load_workbook(write_workbook(report([], products, ()), tmp_path / "audit.xlsx"))
    cells = [cell for sheet in book for cell in sheet["H"][1:] if sheet.max_column == 17 and cell.value]
    assert {(cell.value, cell.data_type, cell.number_format) for cell in cells} == {
        ("=WHO()", "s", "@"),
        ("#N/A", "s", "@"),
        ("0012", "s", "@"),
        ("a\ufffdb", "s", "@"),
    }


def test_a_class_of_more_lines_than_a_sheet_takes_goes_on_in_a_further_one(tmp_path):
    products = [ProductRow(f"WHO-{number}") for number in range(5)]
    path = write_workbook(report([], products, ()), tmp_path / "audit.xlsx", lines_on_a_sheet=20)
    assert "missing in Blue Cherry 2" not in openpyxl.load_workbook(path).sheetnames
    path = write_workbook(report([], products, ()), tmp_path / "audit.xlsx", lines_on_a_sheet=2)
    book = openpyxl.load_workbook(path)
    sheets = [book[name] for name in book.sheetnames if name.startswith("missing in Blue Cherry")]
    lines = [list(sheet.iter_rows(min_row=2, values_only=True))[:-2] for sheet in sheets]  # without the total
    assert list(map(len, lines)) == [2, 2, 1]
    assert [line[0] for some in lines for line in some] == [product.code for product in products]


# The page -----------------------------------------------------------------------------------------------------


def cells(page, table, **where):
    """The rows of a table in which columns have these values, by column."""
    found = page.table(table)
    names = [column.name for column in found.columns]
    return [dict(zip(names, row, strict=True)) for row in found.rows_at(where)]


def test_the_page_says_when_it_was_made_and_of_what():
    page = audit_page(report(**FOR_THE_RECORD))
    assert page.head.made_at == FOR_THE_RECORD["made_at"]
    assert (page.head.zone.key, page.head.currency) == ("UTC", "GBP")
    assert page.head.facts["Blue Cherry"] == "styles.csv, stock.csv"
    assert [line["rows"] for line in cells(page, "compared")] == [7, 5]
    assert "style-color-label-dimension-size" in str(page.sections[-1])


def test_what_halts_stands_first_with_its_owner_what_to_do_and_what_it_is_worth():
    page = audit_page(report(**FOR_THE_RECORD))
    (steps,) = page.steps
    assert page.sections[0].blocks == [steps]
    assert [(step.owner, step.value, step.units) for step in steps.steps] == [
        ("operations", Money("8", "GBP"), Decimal(4)),
        ("operations", Money("6", "GBP"), Decimal(2)),
    ]
    first = steps.steps[0]
    assert first.what == "Missing in Clarus: 1 SKU with 4 units in Blue Cherry, worth 8.00 GBP at cost"
    assert first.action == "Load clarus-products-to-create.csv into Clarus, with its import of products."
    assert page.verdict.endswith(f"First, for operations: {first.what}. {first.action}")
    assert [line["class"] for line in cells(page, "lines", **first.opens.where)] == ["missing in Clarus"]


def test_halted_is_explained_and_388_lines_that_agree_stand_behind_the_one_at_stake():
    master = [MasterRow(f"0{number}", on_hand=Decimal(90), cost=Decimal(90)) for number in range(1000, 1388)]
    products = [ProductRow(str(number), on_hand=Decimal(90)) for number in range(1000, 1388)]
    lost = MasterRow("77777", on_hand=Decimal(1), cost=Decimal("0.5"))
    page = audit_page(report([*master, lost], products, ()))
    assert "An order of a SKU that has no product in Clarus waits" in str(page.sections[1])
    found = cells(page, "lines")
    assert len(found) == 389
    assert found[0]["code"] == "77777"
    assert {line["class"] for line in found[1:]} == {"same after normalising"}
    assert [section.name for section in page.sections].index("classes") < [
        section.name for section in page.sections
    ].index("agrees")
    assert cells(page, "open")[0]["class"] == "missing in Clarus"


def test_each_class_opens_its_lines_and_each_figure_is_their_sum():
    page = audit_page(report())
    for table in ("open", "agreed"):
        assert page.table(table).column("class").opens == "lines"
        for line in cells(page, table):
            lines = cells(page, "lines", **{"class": line["class"]})
            assert line["class"] == "identical" or sum(each["value"] or 0 for each in lines) == (
                line["value"] or 0
            )
    assert page.figure("halted_value").value == Decimal(14) == page.sums("lines", "value", {"halting": True})[""]


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(InvalidRecord, match="no time zone"):
        report(made_at=dt.datetime(2026, 3, 2))  # noqa: DTZ001


def test_the_page_adds_up_and_says_what_is_halted_and_what_agrees():
    page = audit_page(report())
    told = {line["stake"]: (line["skus"], line["products"], line["value"]) for line in cells(page, "stakes")}
    assert told == {
        "Halts": (2, 2, Decimal(14)),
        "Does not agree, halts nothing": (0, 0, Decimal(0)),
        "Agrees": (3, 3, Decimal("97.50")),
    }
    assert cells(page, "stakes")[2]["share"] == Decimal("97.50") / Decimal("111.50")
    assert page.verdict.startswith(
        "Not clean: 2 of 5 SKUs and 2 of 5 products are halted, with 14.00 of 111.50 at cost."
    )


def test_what_agrees_what_halts_and_the_rest_are_everything():
    twice = [*MASTER, MASTER[0]._replace(style="77777", upc="", on_hand=Decimal(5))]
    found = report(twice, [*PRODUCTS_LISTED, ProductRow("77777-BLK-M", OTHER_UPC, "9", Decimal(5))]).audit
    assert added(stakes(found).values()) == added(found.tallies.values())


def test_a_product_without_a_sku_stands_under_clarus_and_has_a_value_that_nobody_knows():
    page = audit_page(report([MASTER[3]], [ProductRow("WHO-KNOWS", on_hand=Decimal(1200))], ()))
    (line,) = cells(page, "lines", clarus_code="WHO-KNOWS")
    assert (line["code"], line["on_hand"], line["in_warehouse"], line["value"]) == ("", "", Decimal(1200), None)
    (step, other) = next(page.steps).steps
    assert (step.what.partition(":")[0], other.what) == (
        "Missing in Clarus",
        "Missing in Blue Cherry: 1 product with 1,200 units in Clarus",
    )
    assert (other.units, other.value) == (None, None)


def test_the_lines_of_most_value_are_shown_and_the_rest_is_told_with_its_sum():
    master = [MasterRow(f"0{number}", on_hand=Decimal(2), cost=Decimal(number)) for number in range(1000, 1005)]
    page = audit_page(report(master, [], ()), lines=2)
    assert [line["code"] for line in cells(page, "lines")] == ["01004", "01003"]
    assert (
        "Not shown: 3 lines of less value, with 6 units in Blue Cherry, 0 in Clarus, and 6,006.00 in value"
        in str(page.sections[4])
    )
    assert page.figure("halted_value").value == Decimal(10020)


def test_stock_without_a_cost_is_told_because_it_counts_for_nothing():
    page = audit_page(report([MasterRow("1", on_hand=Decimal(9))], [], ()))
    assert "without a value: 1 SKU with units" in page.sections[2].note
    assert cells(page, "lines")[0]["value"] is None
    assert "Without a cost" not in audit_page(report()).sections[2].note


@pytest.mark.parametrize(
    ("master", "products", "empty"),
    [
        ([], [], "the lists are empty (Blue Cherry, Clarus)"),
        ([MASTER[0]], [], "the list is empty (Clarus)"),
        ([], [ProductRow("X")], "the list is empty (Blue Cherry)"),
    ],
)
def test_an_audit_of_nothing_is_never_clean(master, products, empty):
    found = report(master, products, ())
    assert not found.is_clean
    assert audit_page(found).verdict.startswith(f"Nothing was compared: {empty}.")
    assert audit_page(found).tone is Tone.BAD
    assert json.loads(audit_json(found))["is_clean"] is False


def test_every_text_on_the_page_is_inert():
    evil = "<script>alert('&')</script>"
    problem = InvalidRecord(evil, record=evil, field=evil)
    page = audit_page(report([MasterRow(evil)], [ProductRow(evil + "2\x1b[2J", evil)], (), problems=[problem]))
    text = page_html(page)
    assert evil not in text
    assert html.escape(evil) in text or "&lt;script&gt;alert(" in text
    assert "\x1b" not in text
    assert next(page.steps).steps[-1].what == "1 line could not be read"


def test_a_clean_audit_says_so_everywhere(tmp_path):
    clean = report([MASTER[0]], [ProductRow("01234-BLK-M", UPC)], ())
    assert clean.is_clean
    page = audit_page(clean)
    assert page.verdict == "Everything agrees: 1 SKU of Blue Cherry and 1 product of Clarus."
    assert (page.tone, next(page.steps).steps) == (Tone.GOOD, [])
    assert json.loads(audit_json(clean))["is_clean"] is True
    write_workbook(clean, tmp_path / "sku-audit.xlsx")


def test_a_line_that_was_not_read_is_not_clean():
    problem = InvalidRecord("a value is required", record="list.csv, line 2", field="Style")
    found = report([MASTER[0]], [ProductRow("01234-BLK-M", UPC)], (), problems=[problem])
    assert not found.is_clean
    told = json.loads(audit_json(found))
    assert told["not_read"] == [{"where": "list.csv, line 2", "column": "Style", "what": "a value is required"}]


def test_the_json_tells_figures_as_text_that_nothing_rounds():
    told = json.loads(audit_json(report()))["classes"]
    assert told["identical"] == {
        "skus": 1,
        "products": 1,
        "on_hand": "10",
        "in_warehouse": "9",
        "value": "75",
        "halts": [],
    }
    assert told["damaged"]["halts"] == ["orders", "receipts", "stock"]
