"""Texts that mean harm, and texts, numbers and nothing in one column: nothing acts, and all is found."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import hostile_page
import pytest
from hostile_page import HOSTILE

from clarus_bluecherry.model import Money
from clarus_bluecherry.report.pages import (
    CellKind,
    PageColumn,
    PageHead,
    PageSection,
    PageTable,
    ReportPage,
    Tone,
    page_html,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Opens = Callable[[ReportPage], "Page"]


@pytest.fixture
def shown(browser: Browser, tmp_path: Path) -> Iterator[Opens]:
    """A page in the browser, which is asked for nothing but itself and says nothing of its own."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, accept_downloads=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: asked.append(message.text))
    page.on("pageerror", lambda error: asked.append(str(error)))
    path = tmp_path / "page.html"

    def opened(told: ReportPage) -> Page:
        path.write_text(page_html(told), "utf-8")
        page.goto(path.as_uri())
        return page

    yield opened
    kept = [each for each in asked if not each.startswith("blob:")]
    context.close()
    assert kept == [path.as_uri()]


def mixed() -> ReportPage:
    columns = [
        PageColumn(name="code", title="Code", kind=CellKind.CODE),
        PageColumn(name="units", title="Units", kind=CellKind.UNITS, is_added=True),
        PageColumn(name="value", title="Value", kind=CellKind.MONEY, is_added=True),
        PageColumn(name="cost", title="Cost", kind=CellKind.MONEY, is_added=True),
    ]
    rows = [
        ['"=1+1"', Decimal(1500), Money(Decimal("0.10"), "USD"), None],
        ["B", "", Money(Decimal("0.20"), "USD"), None],
        ["C", None, Money(Decimal(-7), "JPY"), None],
        ["C", Decimal("2.5"), Money(Decimal(9), "no currency"), None],
        *(["D", Decimal(0), Money(Decimal(0), "EUR"), None] for _ in range(8)),
    ]
    table = PageTable(name="mixed", title="Mixed", columns=columns, rows=rows, group_by=["code"])
    return ReportPage(
        name="mixed",
        title="Mixed",
        verdict="As it is.",
        tone=Tone.PLAIN,
        head=PageHead(as_of=dt.date(2026, 10, 31), zone=ZoneInfo("America/New_York")),
        sections=[PageSection(name="all", title="All", blocks=[table])],
    )


def test_no_text_of_data_runs_and_each_figure_opens_its_row(shown: Opens):
    page = shown(hostile_page.page())
    links = page.locator(".figure a[data-opens]")
    addresses = [link.get_attribute("href") or "" for link in links.all()]
    assert len(addresses) == 2 * len(HOSTILE)
    counts = page.evaluate(
        """async (addresses) => {
          const counts = new Set();
          for (const address of addresses) {
            location.hash = address;
            await new Promise((done) => addEventListener("hashchange", done, { once: true }));
            counts.add(document.querySelector("#table-lines .count").textContent);
          }
          return [...counts];
        }""",
        addresses[::2],
    )
    assert counts == [f"1 of {len(HOSTILE)} rows"]
    assert page.evaluate("window.hit") is None
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_filtered_table_counts_as_the_whole_one_does(shown: Opens):
    page = shown(mixed())
    whole = page.locator("#table-mixed tfoot .all td")
    assert whole.nth(1).locator("span").all_inner_texts() == ["1,502.5", "and 1 not known"]
    assert whole.nth(3).inner_text() == "12 not known"
    page.get_by_role("searchbox", name="Search Mixed").fill("usd")
    foot = page.locator("#table-mixed tfoot .shown td")
    assert foot.nth(1).locator("span").all_inner_texts() == ["1,500"]
    assert foot.nth(2).locator("span").all_inner_texts() == ["0.30 USD"]
    assert foot.nth(3).inner_text() == "2 not known"
    page.get_by_role("searchbox", name="Search Mixed").fill("C\n")
    assert sorted(foot.nth(2).locator("span").all_inner_texts()) == ["-7 JPY", "9.00 no currency"]


@pytest.mark.parametrize("way", ["search", "column"])
def test_a_number_is_found_as_it_is_typed(shown: Opens, way: str):
    page = shown(mixed())
    if way == "search":
        page.get_by_role("searchbox", name="Search Mixed").fill("1500")
    else:
        page.get_by_role("button", name="Filter columns").click()
        page.get_by_role("searchbox", name="Filter Units").fill("1500")
    assert page.locator("#table-mixed .count").inner_text() == "1 of 12 rows"


def test_what_is_taken_from_a_page_without_a_currency_has_that_of_each_amount(shown: Opens):
    page = shown(mixed())
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save Mixed as CSV").click()
    header, *rows = list(csv.reader(io.StringIO(Path(saved.value.path()).read_text("utf-8-sig"))))[:5]
    assert header == ["Code", "Units", "Value", "Value, currency", "Cost", "Cost, currency"]
    assert [row[:4] for row in rows] == [
        ['"=1+1"', "1500", "0.10", "USD"],
        ["B", "", "0.20", "USD"],
        ["C", "", "-7", "JPY"],
        ["C", "2.5", "9.00", "no currency"],
    ]


def test_no_cell_acts_where_lists_have_semicolons(shown: Opens):
    """There a sheet divides a line of a CSV at each, whatever quotes there are."""
    page = shown(hostile_page.page())
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save").first.dispatch_event("click")
    text = Path(saved.value.path()).read_text("utf-8-sig")
    assert "'=cmd" in text
    assert not re.search(r"[;\n]=", text)


def test_a_formula_in_quotes_stays_in_them_when_it_is_pasted(shown: Opens):
    page = shown(mixed())
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.taken = text; }")
    page.get_by_role("button", name="Copy").click()
    page.wait_for_function("window.taken")
    assert page.evaluate("window.taken").split("\n")[1].startswith('"""=1+1"""\t1500\t0.10\tUSD')
