"""The worked month: the figures planted in its exports are those of the page, of the workbook and of the JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from reading_pages import (
    as_number,
    html_figures,
    html_rows,
    html_sums,
    json_figures,
    json_sums,
    opened,
    table_rows,
    workbook_figures,
    workbook_sums,
)

from clarus_bluecherry.finance.close import close_books
from clarus_bluecherry.flows.close_files import read_folder
from clarus_bluecherry.report.month_end import month_end_page
from clarus_bluecherry.report.pages import write_page

MONTH_END = Path(__file__).parents[1] / "finance" / "month_end"

PLANTED = {
    # -5 -3 +4 -6 -2 -7 +24 +12 +8 +3 -2 +5 +2 -10 +4 +2 -2 +6 -6 +6 +110 -1 -7 -4 -6 -3 +3 +2 -3 -1
    "difference_net": 123,
    "difference_gross": 259,
    "places_differing": 30,
    # 01021 in Los Angeles, at 6.00 an each
    "unexplained_net": -7,
    "unexplained_places": 1,
    "unexplained_value": -42,
    "places_without_cost": 3,
    # 43 SKUs of 100 and 50, and what moved
    "book_closing": 6560,
    # 50 37.50 30 10 10 12 25 10 are not in COGS; 20 20 40 25 do not belong
    "cogs_not_in_it": Decimal("184.5"),
    "cogs_does_not_belong": 105,
    "cogs_difference": Decimal("79.5"),
    # RMA13: two pieces at a price of 25.00 and a cost of 5.00
    "returned_uncredited": 2,
    "credit_due": 50,
    "asset_understated": 10,
}
CAUSES = {
    ("01001-BLK-M", "P1001", -5),
    ("01002-BLK-M", "P1002", -3),
    ("01007-BLK-M", "C507", 24),
    ("01009-BLK-M", "P1009", 8),
    ("01014-BLK-M", "T14", -10),
    ("01019-BLK-M", "C519", 110),
    ("PK900-BLK", "K15", -2),
    ("X18-NEW", "C518", 6),
    ("01023-BLK-M", "HAND-2", 1),
}
"""Places of the paper with the document that explains them, and by how many units."""


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    """The page of the worked month, and where its files are."""
    read = read_folder(MONTH_END, as_of="2026-10-31")
    page = month_end_page(close_books(read.given, read.as_of, read.known))
    folder = tmp_path_factory.mktemp("month")
    write_page(page, folder)
    return page, folder / page.name


def test_the_planted_figures_are_on_the_page_in_the_workbook_and_in_the_json(month):
    _, path = month
    html = html_figures(path.with_suffix(".html").read_text("utf-8"), PLANTED)
    book = workbook_figures(opened(path.with_suffix(".xlsx")))
    told = json_figures(json.loads(path.with_suffix(".json").read_text("utf-8")))
    assert html == PLANTED
    assert {name: as_number(book[name]) for name in PLANTED} == PLANTED
    assert {name: told[name] for name in PLANTED} == PLANTED


def test_the_planted_causes_are_in_all_three(month):
    page, path = month
    sheet = table_rows(opened(path.with_suffix(".xlsx")), page, "causes")
    html = html_rows(path.with_suffix(".html").read_text("utf-8"), page, "causes")
    rows = json.loads(path.with_suffix(".json").read_text("utf-8"))["tables"]["causes"]["rows"]
    for told in (sheet, html, rows):
        assert {(row["item"], row["document"], Decimal(row["units"] or 0)) for row in told} >= CAUSES
    assert len(sheet) == len(rows) == len(html)


def test_all_figures_and_sums_agree(month):
    page, path = month
    html, book = path.with_suffix(".html").read_text("utf-8"), opened(path.with_suffix(".xlsx"))
    told = json.loads(path.with_suffix(".json").read_text("utf-8"))
    figures, sums = json_figures(told), json_sums(told)
    assert html_figures(html, figures) == figures
    cells = workbook_figures(book)
    assert {name: as_number(cells[name]) for name in figures} == figures
    assert html_sums(html, page) == {key: set(each.values()) or {0} for key, each in sums.items()}
    totals = workbook_sums(book, page)
    assert {key: set(map(as_number, each.values())) for key, each in totals.items()} == {
        key: set(each.values()) for key, each in sums.items()
    }
