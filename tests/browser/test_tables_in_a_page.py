"""What a reader does with a page: sorts, filters, groups, opens a figure down to its document, and goes back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sample_everything import documents

from clarus_bluecherry.model import Money

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ALL = documents().rows


@pytest.fixture
def page(browser: Browser, written: dict[str, Path]) -> Iterator[Page]:
    """The page of 20,000 documents."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(written["sample_everything"].as_uri())
    yield page
    context.close()
    assert told == []


def rows(page: Page, table: str) -> list[list[str]]:
    found = page.locator(f"#table-{table} tbody tr:not(.room)").all()
    return [[cell.removesuffix("⋯").strip() for cell in row.locator("td").all_inner_texts()] for row in found]


def told(page: Page) -> str:
    return page.locator("#told").inner_text()


def usd(of: list[tuple[object, ...]]) -> str:
    values = [row[5] for row in of if isinstance(row[5], Money) and row[5].currency == "USD"]
    return f"{sum((value.amount for value in values), Decimal(0)):,}"


def test_a_figure_opens_the_rows_behind_it_and_back_is_where_one_was(page: Page):
    page.get_by_role("link", name="Unexplained, net").click()
    assert page.url.endswith("#table-documents?is.class=Posted+in+another+period")
    assert page.evaluate("document.activeElement.id") == "table-documents-title"
    assert told(page) == "Documents behind the figures: 5,000 of 20,000 rows"
    of = [row for row in ALL if row[2] == "Posted in another period"]
    assert rows(page, "documents")[0][0] == of[0][0]
    assert usd(of) in page.locator("#table-documents tfoot .shown").inner_text()
    page.go_back()
    page.wait_for_function("!location.hash")
    assert page.evaluate("document.activeElement.textContent") == "Unexplained, net"
    assert page.locator("#table-documents tfoot .shown").count() == 0


def test_a_figure_of_two_columns_down_to_one_document(page: Page):
    page.get_by_role("link", name="Awaiting invoice").click()
    of = [row for row in ALL if row[2] == "Invoice missing" and row[3] == "Order desk"]
    assert f"{len(of):,} of 20,000 rows" in told(page)
    page.locator("#table-documents .unfold").nth(2).press("Enter")
    whole = page.get_by_role("dialog")
    assert whole.get_by_text(str(of[2][0])).is_visible()
    assert whole.get_by_text("Order desk").is_visible()
    page.keyboard.press("Escape")
    assert not whole.is_visible()


def test_an_address_that_was_kept_shows_the_same(page: Page, written: dict[str, Path]):
    page.goto(f"{written['sample_everything'].as_uri()}#table-documents?is.owner=Warehouse&q=so-10000&sort=-units")
    page.reload()
    wanted = sorted(
        (row for row in ALL if row[3] == "Warehouse" and "SO-10000" in str(row[0])), key=lambda row: -row[4]
    )
    assert [row[0] for row in rows(page, "documents")] == [row[0] for row in wanted]
    assert page.get_by_label("Search Documents behind the figures").input_value() == "so-10000"


def test_a_row_opens_its_documents(page: Page):
    page.locator("#table-lines tbody a").nth(3).click()
    assert page.url.endswith("#table-documents?is.sku=10003-BLK-M")
    assert {row[1] for row in rows(page, "documents")} == {"10003-BLK-M"}


def test_a_column_is_sorted_by_its_header_numbers_by_their_size(page: Page):
    header = page.locator("#table-lines th").nth(3)
    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "descending"
    values = [Decimal(row[3].replace(",", "")) for row in rows(page, "lines")]
    assert values == sorted(values, reverse=True)
    header.get_by_role("button").press("Enter")
    assert header.get_attribute("aria-sort") == "ascending"
    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "none"
    assert rows(page, "lines")[0][0] == "10000-BLK-M"


def test_what_is_not_known_comes_last_whichever_way_it_is_sorted(page: Page):
    for way in ("value", "-value"):
        page.evaluate("(way) => { location.hash = `table-documents?q=so-1000&sort=${way}`; }", way)
        page.wait_for_function("(way) => views.get('table-documents').asked.get('sort') === way", arg=way)
        assert rows(page, "documents")[-1][5] == "not known"


def test_instants_and_spans_are_sorted_by_time(page: Page):
    page.evaluate("location.hash = 'table-documents?sort=age'")
    page.wait_for_function("views.get('table-documents').asked.get('sort') === 'age'")
    assert [row[0] for row in rows(page, "documents")][:3] == ["SO-100000", "SO-100001", "SO-100002"]


def test_a_column_is_filtered_by_text_and_by_number(page: Page):
    page.get_by_role("link", name="Unexplained, net").click()
    table = page.locator("#table-documents")
    table.get_by_role("button", name="Show all rows").click()
    table.get_by_role("button", name="Filter columns").click()
    table.get_by_label("Filter Units").fill(">= 199")
    assert told(page) == f"{sum(row[4] >= 199 for row in ALL):,} of 20,000 rows"
    table.get_by_label("Filter Units").fill("-3..3")
    table.get_by_label("Filter Class").fill("INVOICE")
    assert told(page) == f"{sum(abs(row[4]) <= 3 and row[2] == 'Invoice missing' for row in ALL):,} of 20,000 rows"
    table.get_by_label("Filter Units").fill("")
    table.get_by_label("Filter Class").fill("")
    assert told(page) == "20,000 rows"


def test_what_is_shown_is_summed_up_exactly_and_by_currency(page: Page):
    page.evaluate("location.hash = 'table-documents?q=so-1001'")
    page.wait_for_selector("#table-documents tfoot .shown")
    of = [row for row in ALL if "SO-1001" in str(row[0])]
    euro = sum((row[5].amount for row in of if row[5] and row[5].currency == "EUR"), Decimal(0))
    unknown = sum(row[5] is None for row in of)
    lines = page.locator("#table-documents tfoot .shown td").nth(5).locator("span").all_inner_texts()
    assert sorted(lines) == sorted([usd(of), f"{euro:,} EUR", f"and {unknown} not known"])
    all_of_it = page.evaluate(
        "views.get('table-documents').amounts()[5].sums(ALL)".replace("ALL", "[...Array(20000).keys()]")
    )
    assert all_of_it == page.locator("#table-documents tfoot .all td").nth(5).locator("span").all_inner_texts()


def test_rows_are_grouped_with_their_sums_and_a_group_is_opened(page: Page):
    page.evaluate("location.hash = 'table-documents'")
    page.wait_for_selector("#table-documents details[open]")
    page.locator("#table-documents select").select_option("class")
    groups = rows(page, "documents")
    assert len(groups) == 4
    assert usd([row for row in ALL if row[2] == "Invoice missing"]) in groups[0][5]
    page.locator("#table-documents tbody a").first.click()
    page.wait_for_function("location.hash.includes('is.class')")
    assert {row[2] for row in rows(page, "documents")} == {"Invoice missing"}


def test_only_what_is_on_the_screen_is_in_the_document_and_a_screen_reader_knows_of_the_rest(page: Page):
    page.evaluate("location.hash = 'table-documents'")
    page.wait_for_selector("#table-documents details[open]")
    table = page.locator("#table-documents table")
    assert table.get_attribute("aria-rowcount") == "20001"
    assert page.locator("#table-documents tbody tr").count() < 120
    page.locator("#table-documents .scroll").evaluate("(it) => { it.scrollTop = it.scrollHeight; }")
    page.wait_for_selector("#table-documents tr[aria-rowindex='20001']")
    assert rows(page, "documents")[-1][0] == "SO-119999"


def test_what_is_exported_runs_in_no_spreadsheet_and_numbers_are_numbers(page: Page):
    page.evaluate("location.hash = 'table-documents?q=so-10&sort=units'")
    page.wait_for_function("views.get('table-documents').asked.get('sort') === 'units'")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save Documents behind the figures as CSV").click()
    assert download.value.suggested_filename == "everything-documents.csv"
    text = Path(download.value.path()).read_text("utf-8-sig")
    header, *lines = csv.reader(io.StringIO(text))
    assert header[4:7] == ["Units (eaches)", "Value", "Value, currency"]
    of = sorted((row for row in ALL if "SO-10" in str(row[0])), key=lambda row: row[4])
    assert [line[0] for line in lines] == [row[0] for row in of]
    assert sum(Decimal(line[4]) for line in lines) == sum(row[4] for row in of)
    assert sum(Decimal(line[5]) for line in lines if line[6] == "USD") == Decimal(usd(of).replace(",", ""))
    assert not any(line[5] for line, row in zip(lines, of, strict=True) if row[5] is None)
    assert "'=1+1" in {line[-1] for line in lines}
    assert not any(cell.startswith(("=", "+", "@", "\t")) for line in lines for cell in line)


def test_what_is_copied_is_what_is_shown(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#table-classes").get_by_role("button", name="Copy").click()
    page.wait_for_function("document.getElementById('told').textContent.startsWith('Copied')")
    lines = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert lines[0] == "Class\tValue\tValue, currency"
    assert lines[1] == "Invoice missing\t-38106.00\tUSD"
    assert lines[5].split("\t")[0] == "Without a cost"
    assert len(lines) == 6


def test_all_of_it_by_keyboard(page: Page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.get_by_role("link", name="3,080 units left without an invoice").press("Enter")
    assert told(page).startswith("Documents behind the figures")


def test_on_a_narrow_screen_what_has_no_room_is_in_the_whole_row(page: Page):
    page.set_viewport_size({"width": 360, "height": 800})
    cell = page.locator("#table-lines tbody tr").first
    assert not cell.locator("td.wide").first.is_visible()
    cell.get_by_role("button").click()
    whole = page.get_by_role("dialog")
    assert whole.get_by_text("2026-11-01").is_visible()
    whole.get_by_role("button", name="Close").click()


def test_paper_has_the_totals_and_the_first_rows_and_names_the_workbook(page: Page):
    page.evaluate("location.hash = 'table-documents'")
    page.wait_for_selector("#table-documents details[open]")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(rows(page, "documents")) == 50
    shown = page.locator("#table-documents .rest")
    assert shown.is_visible()
    assert "first 50 of 20,000 rows; the workbook everything.xlsx has all 20,000 rows" in shown.inner_text()
    page.evaluate("dispatchEvent(new Event('afterprint'))")


def test_the_look_is_chosen_by_a_button(page: Page):
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
