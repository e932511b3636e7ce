"""A page's files one by one: whole or not there, inert, exact, and telling what they leave out."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import stat
import sys
import tracemalloc
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from reading_pages import as_number, opened, workbook_figures
from sample_writers import HOSTILE, page

from clarus_bluecherry.errors import MissingExtra
from clarus_bluecherry.model import Money
from clarus_bluecherry.report.closing import json_text
from clarus_bluecherry.report.pages import (
    CellKind,
    PageColumn,
    PageFigure,
    PageFigures,
    PageHead,
    PageOpening,
    PageSection,
    PageTable,
    ReportPage,
    Tone,
    page_json,
    write_page,
    write_page_csv,
    write_page_workbook,
    write_table_csv,
)

ZONE = ZoneInfo("America/New_York")


def of_tables(*tables, figures=()):
    return ReportPage(
        name="tables",
        title="Tables",
        verdict="As it is.",
        tone=Tone.PLAIN,
        head=PageHead(as_of=dt.date(2026, 10, 31), zone=ZONE, currency="USD"),
        sections=[PageSection(name="all", title="All", blocks=[PageFigures(figures=figures), *tables])],
    )


def column(name, kind=CellKind.TEXT, **more):
    return PageColumn(name=name, title=name.title(), kind=kind, **more)


def amounts(*cells, **more):
    columns = [column("sku", CellKind.CODE), column("value", CellKind.MONEY, is_added=True)]
    return PageTable(
        name="amounts", title="Amounts", columns=columns, rows=[[f"S{n}", c] for n, c in enumerate(cells)], **more
    )


# Writing ------------------------------------------------------------------------------------------------------


def test_a_name_is_one_file_and_anything_else_a_folder_of_all(tmp_path):
    for ending in (".html", ".json", ".xlsx"):
        out = tmp_path / f"one{ending}"
        assert write_page(page(), out) == [out]
    written = write_page(page(), tmp_path / "all")
    tables = [f"csv/{table.name}.csv" for table in page().tables]
    names = [path.relative_to(tmp_path / "all").as_posix() for path in written]
    assert names == ["writers.html", "writers.json", "writers.xlsx", *tables]
    assert written.left_out == ""


def test_without_the_package_for_workbooks_a_folder_says_how_to_have_one(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    written = write_page(page(), tmp_path / "all")
    assert not any(path.suffix == ".xlsx" for path in written)
    assert "clarus-bluecherry[excel]" in written.left_out
    assert [path.name for path in (tmp_path / "all").iterdir() if ".tmp" in path.name] == []
    with pytest.raises(MissingExtra):
        write_page(page(), tmp_path / "one.xlsx")


def test_a_file_that_cannot_be_written_whole_leaves_the_one_before(tmp_path):
    out = tmp_path / "page.xlsx"
    write_page(page(), out)
    before = out.read_bytes()
    too_much = of_tables(amounts(*[Decimal(1)] * 3), amounts_of_odd_text())
    with pytest.raises(ValueError, match="surrogates"):
        write_page_csv(too_much, tmp_path)
    with pytest.raises(OSError, match="Errno"):
        write_page(page(), tmp_path / "page.xlsx" / "in_a_file.json")
    assert out.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["amounts.csv", "page.xlsx"]


def amounts_of_odd_text():
    return PageTable(name="odd", title="Odd", columns=[column("\udc80")], rows=[["a"]])


def test_who_may_read_a_file_is_what_the_umask_says(tmp_path):
    before = os.umask(0o077)
    try:
        written = write_page(page(), tmp_path / "private")
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}


def test_the_same_page_has_the_same_bytes(tmp_path):
    one, other = (write_page(page(), tmp_path / name) for name in ("one", "other"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


def test_the_json_file_is_the_page_s_document_letter_by_letter(tmp_path):
    bare = PageTable(name="bare", title="Bare", columns=[], rows=[[], []])
    empty = PageTable(name="empty", title="Empty", columns=[column("rows")], rows=[])
    for told in (page(), of_tables(bare, empty, amounts(Decimal("1.50"), Money(2, "JPY"), None))):
        (path,) = write_page(told, tmp_path / "page.json")
        assert path.read_text("utf-8") == json_text(page_json(told)) + "\n"


@pytest.mark.parametrize("ending", [".json", ".csv"])
def test_a_table_is_written_a_row_at_a_time(tmp_path, ending):
    """A row's text is there once for all rows: whoever holds the text of many rows holds megabytes."""
    rows = [["long " * 500]] * 2_000
    told = of_tables(PageTable(name="rows", title="Rows", columns=[column("text")], rows=rows))
    out = tmp_path / f"rows{ending}"
    tracemalloc.start()
    write_page(told, out) if ending == ".json" else write_table_csv(told, "rows", out)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000 < out.stat().st_size / 4


def test_who_waits_is_told_of_the_rows_of_each_file(tmp_path):
    told = {}

    def count(rows, what):
        for number, row in enumerate(rows, 1):
            told[what] = number
            yield row

    written = write_page(of_tables(amounts(Decimal(1), Decimal(2))), tmp_path / "all", count=count)
    assert told == {"tables.json, Amounts": 2, "tables.xlsx, Amounts": 2, "amounts.csv": 2}
    plain = write_page(of_tables(amounts(Decimal(1), Decimal(2))), tmp_path / "plain")
    assert [path.read_bytes() for path in written] == [path.read_bytes() for path in plain]


# What a page may say ------------------------------------------------------------------------------------------


def test_a_page_whose_figure_is_not_the_sum_that_it_says_is_refused():
    rows = amounts(Decimal("1.10"), Money(Decimal(5), "JPY"), None)
    figure = PageFigure(
        name="sum",
        title="Sum",
        value=Decimal("1.1"),
        kind=CellKind.MONEY,
        opens=PageOpening(table="amounts"),
        sums="value",
    )
    of_tables(rows, figures=[figure])
    of_tables(rows, figures=[evolve(figure, value=Money(Decimal(5), "JPY"))])
    for wrong in (
        evolve(figure, value=Decimal("1.11")),
        evolve(figure, sums="nothing"),
        evolve(figure, opens=None),
        evolve(figure, opens=PageOpening(table="amounts", where={"sku": "S2"})),
    ):
        with pytest.raises(ValueError, match=r"'sum' is|leads to"):
            of_tables(rows, figures=[wrong])


# The workbook -------------------------------------------------------------------------------------------------


def test_no_text_of_data_is_a_formula_or_a_link(tmp_path):
    book = opened(write_page_workbook(page(), tmp_path / "a.xlsx"), formulas=True)
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    ours = ("=SUM(", "=SUMIFS(", "=SUMPRODUCT(", "=SUBTOTAL(109,")
    assert {
        cell.value for cell in cells if cell.data_type == "f" and not str(cell.value).startswith(ours)
    } == set()
    assert {cell.value for cell in cells if cell.data_type == "s"} >= {
        text for text in HOSTILE if "\x1b" not in text
    }
    assert all(cell.hyperlink.target is None for cell in cells if cell.hyperlink)


def test_a_table_of_more_rows_than_a_sheet_takes_foots_over_all_its_sheets(tmp_path):
    table = amounts(*(Decimal(n) / 10 for n in range(10)))
    figure = PageFigure(
        name="all",
        title="All",
        value=Decimal("4.5"),
        kind=CellKind.MONEY,
        opens=PageOpening(table="amounts"),
        sums="value",
    )
    path = write_page_workbook(of_tables(table, figures=[figure]), tmp_path / "a.xlsx", lines_on_a_sheet=4)
    book, formulas = opened(path), opened(path, formulas=True)
    assert book.sheetnames == ["Summary", "Amounts", "Amounts 2", "Amounts 3", "About"]
    totals = [row for row in book["Amounts 3"].iter_rows(values_only=True) if str(row[0]).startswith("Total")]
    assert [(row[0], as_number(row[1])) for row in totals] == [
        ("Total shown", Decimal("1.7")),
        ("Total of all sheets", Decimal("4.5")),
    ]
    says = (
        "Rows 5 to 8 of 10: a sheet takes no more. The others are in Amounts, Amounts 3; a folder of the page has "
        "all in csv/amounts.csv."
    )
    assert says in book["Amounts 2"]["A1"].comment.text
    assert says in [str(row[6]) for row in book["Summary"].iter_rows(values_only=True)]
    formula = workbook_figures(formulas)["all"]
    assert formula == "=SUM('Amounts'!B2:B5)+SUM('Amounts 2'!B2:B5)+SUM('Amounts 3'!B2:B3)"


def test_what_a_sheet_cannot_hold_exactly_is_text_and_so_is_its_total(tmp_path):
    long = Decimal("1234567890123456.78")
    book = opened(
        write_page_workbook(of_tables(amounts(long, Decimal("0.01"))), tmp_path / "a.xlsx"), formulas=True
    )
    values = [row[1] for row in book["Amounts"].iter_rows(values_only=True)]
    assert values == ["Value (USD)", "1234567890123456.78", 0.01, None, "1234567890123456.79"]


def test_fifteen_digits_are_a_number(tmp_path):
    cells = [Decimal("9999999999999.99"), Decimal("0.000123456789012345"), Decimal("-1E+20"), Decimal(0)]
    book = opened(write_page_workbook(of_tables(amounts(*cells)), tmp_path / "a.xlsx"))
    assert [
        as_number(row[1]) for row in book["Amounts"].iter_rows(min_row=2, max_row=5, values_only=True)
    ] == cells


def test_what_is_not_known_is_empty_counted_and_in_no_total(tmp_path):
    path = write_page_workbook(of_tables(amounts(Decimal(2), None, None)), tmp_path / "a.xlsx")
    sheet = opened(path)["Amounts"]
    assert [row[1].value for row in sheet.iter_rows()] == ["Value (USD)", 2, None, None, None, 2]
    assert "2 rows of 3" in sheet["B1"].comment.text
    assert "not in it" in sheet["B6"].comment.text


def test_a_column_of_which_nothing_is_known_comes_to_nothing_known(tmp_path):
    told = of_tables(amounts(None, None))
    sheet = opened(write_page_workbook(told, tmp_path / "a.xlsx"))["Amounts"]
    assert sheet["B5"].value == "not known"
    assert page_json(told)["tables"]["amounts"]["totals"] == {"value": []}


def test_days_and_instants_are_dates_and_the_zone_stands_above(tmp_path):
    kinds = [column("day", CellKind.DAY), column("at", CellKind.INSTANT), column("lag", CellKind.SPAN)]
    moment = dt.datetime(2026, 11, 1, 3, 30, tzinfo=dt.UTC)
    rows = [
        [dt.date(2026, 10, 31), moment, dt.timedelta(hours=30)],
        [dt.date(1899, 12, 31), None, -dt.timedelta(hours=1)],
    ]
    told = of_tables(PageTable(name="days", title="Days", columns=kinds, rows=rows))
    sheet = opened(write_page_workbook(told, tmp_path / "a.xlsx"))["Days"]
    assert [cell.value for cell in sheet[1]] == ["Day", "At (America/New_York)", "Lag (hours)"]
    assert [str(cell.value) for cell in sheet[2]] == [
        "2026-10-31 00:00:00",
        "2026-10-31 23:30:00",
        "1 day, 6:00:00",
    ]
    assert [cell.value for cell in sheet[3]] == ["1899-12-31", None, "-1 day, 23:00:00"]


def test_each_sheet_can_be_filtered_and_is_printed_across_under_its_header(tmp_path):
    sheet = opened(write_page_workbook(of_tables(amounts(Decimal(1), Decimal(2))), tmp_path / "a.xlsx"))["Amounts"]
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == ("A1:B3", "A2")
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)


def test_each_class_has_a_sheet_whose_totals_are_its_own(tmp_path):
    book = opened(write_page_workbook(page(), tmp_path / "a.xlsx"))
    assert book.sheetnames[4:-1] == ["count", "in transit", "In Transit 2", "other"]
    assert [cell.value for cell in book["count"]["C"]] == ["Units (eaches)", 1200, None, 1200, None]
    assert "Only: count" in book["count"]["A1"].comment.text


# CSV and JSON -------------------------------------------------------------------------------------------------


def test_csv_has_the_names_of_the_json_and_no_text_that_runs(tmp_path):
    (_, path, _) = write_page_csv(page(), tmp_path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = page_json(page())["tables"]["documents"]["rows"]
    assert list(rows[0]) == list(told[0])
    assert [row["value"] for row in rows] == [row["value"] or "" for row in told]
    assert all(row["document"][0] not in "=+-@" for row in rows)
    assert "\x1b" not in path.read_text("utf-8")


def test_json_holds_every_text_as_it_was(tmp_path):
    (path,) = write_page(page(), tmp_path / "a.json")
    rows = json.loads(path.read_text("utf-8"))["tables"]["documents"]["rows"]
    assert {row["document"] for row in rows} >= set(HOSTILE)


def test_half_a_character_does_not_keep_a_page_from_being_written(tmp_path):
    text = "half \ud83d of one"
    table = PageTable(name="texts", title="Texts", columns=[column("text")], rows=[[text]])
    written = write_page(of_tables(table), tmp_path)
    assert json.loads(written[1].read_text("utf-8"))["tables"]["texts"]["rows"] == [{"text": text}]


# What data may do to a formula --------------------------------------------------------------------------------


def test_a_currency_of_data_stands_in_no_formula_as_more_than_a_text(tmp_path):
    odd = '"&HYPERLINK("https://x.example")&"'
    cells = [Money(1, odd), Money(2, "USD"), Money(4, "U*"), Decimal(8)]
    told = evolve(of_tables(amounts(*cells)), head=PageHead(as_of=dt.date(2026, 10, 31), zone=ZONE))
    sheet = opened(write_page_workbook(told, tmp_path / "a.xlsx"), formulas=True)["Amounts"]
    totals = {row[0]: row[1] for row in sheet.iter_rows(min_row=7, values_only=True)}
    where = "--EXACT('Amounts'!C2:C5,\"{}\"),'Amounts'!B2:B5)"
    assert totals == {
        "Total without a currency, all rows": f"=SUMPRODUCT({where.format('')}",
        f"Total {odd}, all rows": f"=SUMPRODUCT({where.format(odd.replace(chr(34), chr(34) * 2))}",
        "Total U*, all rows": f"=SUMPRODUCT({where.format('U*')}",
        "Total USD, all rows": "=SUMIFS('Amounts'!B2:B5,'Amounts'!C2:C5,\"USD\")",
    }


def test_a_figure_over_rows_of_an_empty_text_looks_for_an_empty_cell(tmp_path):
    columns = [column("class"), column("units", CellKind.UNITS, is_added=True)]
    table = PageTable(name="rows", title="Rows", columns=columns, rows=[["", Decimal(3)], ["none", Decimal(4)]])
    opens = PageOpening(table="rows", where={"class": ""})
    figure = PageFigure(name="of", title="Of", value=Decimal(3), kind=CellKind.UNITS, opens=opens, sums="units")
    book = opened(write_page_workbook(of_tables(table, figures=[figure]), tmp_path / "a.xlsx"), formulas=True)
    assert workbook_figures(book)["of"] == "=SUMPRODUCT(--EXACT('Rows'!A2:A3,\"\"),'Rows'!B2:B3)"


def test_a_share_of_endless_digits_is_a_number(tmp_path):
    figure = PageFigure(name="share", title="Share", value=Decimal(61) / Decimal(91), kind=CellKind.SHARE)
    sheet = opened(write_page_workbook(of_tables(figures=[figure]), tmp_path / "a.xlsx"))["Summary"]
    (cell,) = [row[1] for row in sheet.iter_rows() if row[0].value == "Share"]
    assert (cell.value, cell.number_format) == (pytest.approx(61 / 91, rel=1e-15), "0.000000%")


def test_totals_of_currencies_say_which_rows_they_are_of(tmp_path):
    told = of_tables(amounts(Money(1, "USD"), Money(2, "JPY"), Money(4, "USD")))
    book = opened(write_page_workbook(told, tmp_path / "a.xlsx", lines_on_a_sheet=2))
    labels = [row[0] for row in book["Amounts 2"].iter_rows(min_row=3, values_only=True) if row[0]]
    assert labels == ["Total USD of this sheet", "Total JPY of all sheets", "Total USD of all sheets"]
    values = [row[1] for row in book["Amounts 2"].iter_rows(min_row=3, values_only=True) if row[0]]
    assert values == [4, 2, 5]
