"""The page of a closing: what was proven and what waits, in the reader's words; a cause is its lines' sum."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from attrs import evolve
from sample_demo import closing

from clarus_bluecherry.finance import reconcile
from clarus_bluecherry.finance.close import close_books, value_bridge
from clarus_bluecherry.flows.close_files import read_folder, write_template
from clarus_bluecherry.report import Check, words
from clarus_bluecherry.report.close import cause_name, close_json, close_table
from clarus_bluecherry.report.closing_page import closing_page
from clarus_bluecherry.report.pages import ReportPage, Tone


def test_the_headline_says_what_was_proven_what_differs_and_what_to_do_first():
    page = closing_page(closing())
    proven, differs, waits = (
        "1,436 movements went round while 74 faults struck: each was told to Blue Cherry once.",
        "The warehouse has 1,160 units less than the books, worth 14,703.50 USD; without a cause are 10 units",
        "3 things wait for somebody. First, for finance: order 900001",
    )
    assert page.verdict.index(proven) < page.verdict.index(differs) < page.verdict.index(waits)
    assert page.tone is Tone.WARNING
    assert "holds" not in page.verdict
    (first, second, third) = next(page.steps).steps
    assert [step.document for step in (first, second, third)] == ["order 900001", "receipt PO7/1", "adjustment 77"]


def test_what_is_not_so_is_the_headline():
    wrong = evolve(closing(), checks=(Check("nothing was posted twice", False, "pick 7"),))
    page = closing_page(wrong)
    assert page.verdict.startswith("Not so: nothing was posted twice.")
    assert page.tone is Tone.BAD


def test_both_sides_that_agree_are_said_to():
    found = reconcile([], [], [])
    page = closing_page(evolve(closing(), reconciliation=found, exceptions=(), proof=""))
    assert page.verdict == (
        "The warehouse and the books agree at every place, to the unit. Nothing waits for anybody."
    )
    assert page.tone is Tone.GOOD


def test_the_day_is_the_books_own():
    page = closing_page(closing())
    assert closing().as_of.date() == dt.date(2026, 2, 4)
    assert page.head.as_of.date() == dt.date(2026, 2, 3)  # half past one in UTC is the evening before in New York


def test_a_cause_is_the_sum_of_the_lines_that_it_opens():
    page = closing_page(closing())
    for cause, units, value, *_ in page.table("causes").rows:
        assert page.sums("because", "units", {"cause": cause}).get("", Decimal(0)) == units
        known = page.sums("because", "value", {"cause": cause}).get("USD", Decimal(0))
        assert known == (Decimal(0) if value is None or value == 0 else value.amount)
    assert places_of(page) == {("01234 BLK M", "NJ"), ("07777 RED L", "NJ"), ("00999 TAN O/S", "NJ")}


def places_of(page: ReportPage) -> set[tuple[object, object]]:
    """Without the one under a code that means harm."""
    return {row[:2] for row in page.table("places").rows if "script" not in str(row[0])}


def test_a_close_is_told_in_the_words_of_the_month_end_page_on_the_page_and_on_the_screen(tmp_path):
    write_template(tmp_path)
    read = read_folder(tmp_path)
    close = close_books(read.given, read.as_of, read.known)
    called = {cause_name(each.moved, each.status) for each in value_bridge(close).steps}
    told = closing_page(evolve(closing(), closes=(close_json(close),)))
    assert {row[0] for row in told.table("close_1_places").rows} == called
    screen = list(close_table(close_json(close)))
    assert {row[2] for row in screen} == called
    assert {row[0] for row in screen} == {words.item(line.item) for line in close.lines}
