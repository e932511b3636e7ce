"""What every page has in common: no marks of code, no two figures of one title, no zero of what is not known."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
import sample_demo
import sample_month_end
import sample_morning
from attrs import evolve
from every_sample import SAMPLES, sample

from clarus_bluecherry.finance.close import CostRow, Materiality, close_books
from clarus_bluecherry.model import Money
from clarus_bluecherry.report.closing_page import closing_page
from clarus_bluecherry.report.month_end import month_end_page
from clarus_bluecherry.report.morning import morning_page
from clarus_bluecherry.report.pages import page_html

AT = sample_month_end.end_of(sample_month_end.LAST, sample_month_end.ZONE)


def month(costs: list[CostRow], **options):
    return month_end_page(close_books(evolve(sample_month_end.given(), costs=costs), AT), **options)


def in_currency(currency: str) -> list[CostRow]:
    items = [*sample_month_end.COSTS, "01004-NEW-M"]
    return [CostRow(item=item, amount=Decimal(4), currency=currency) for item in items]


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "sample_everything"])
def test_no_page_has_marks_of_code_or_two_figures_of_one_title(name):
    page = sample(name)
    assert "`" not in page_html(page).partition('<script type="application/json"')[0]
    titles = Counter(figure.title for figure in page.figures)
    assert [title for title, count in titles.items() if count > 1] == []


@pytest.mark.parametrize("costs", [[], in_currency("EUR")], ids=["none", "another currency"])
def test_a_month_without_a_cost_in_the_books_currency_is_worth_what_nobody_knows(costs):
    page = month(costs, materiality=Materiality(share=Decimal("0.01")))
    unknown = (
        *("difference_value", "difference_value_gross", "difference_at_cost", "change_quantity", "book_value"),
        *("physical_value", "cogs_true", "cogs_booked", "cogs_difference", "material_value", "unexplained_value"),
    )
    assert {name: page.figure(name).value for name in unknown} == dict.fromkeys(unknown)
    assert all(page.figure(name).why_not for name in unknown)
    assert {row[1] for row in page.table("bridge").rows} == {row[2] for row in page.table("bridge").rows} == {None}
    assert "its value is not known" in page.verdict
    assert "refused by Blue Cherry (dispatched) (240 units without a value)" in page_html(page)
    assert "everything matters" in page.figure("threshold").note


def test_what_of_a_month_has_no_value_is_said_beside_what_has():
    page = sample_month_end.page()
    assert "without 240 units of no known value" in page.verdict
    assert page.figure("difference_value").note.startswith("240 units at 1 place have no value")
    (row,) = [row for row in page.table("bridge").rows if row[3]]
    assert (row[1], row[3]) == (None, Decimal(240))


def test_a_threshold_of_the_books_has_the_decimals_of_their_currency():
    share = Materiality(share=Decimal("0.000333"))
    told = {code: share.threshold(Decimal("123456.789"), code) for code in ("JPY", "USD", "KWD")}
    assert told == {"JPY": Decimal(41), "USD": Decimal("41.11"), "KWD": Decimal("41.111")}


def test_an_owner_with_two_currencies_has_a_row_of_each_and_they_add_up():
    morning = sample_morning.morning()
    first, *others = (item for item in morning.items if item.value is not None)
    foreign = evolve(first, value=Money(Decimal("-70.5"), "EUR"))
    others = [foreign, *(item for item in morning.items if item is not first)]
    page = morning_page(evolve(morning, items=tuple(others)))
    assert dict(page.sums("owners", "value")) == dict(page.sums("exceptions", "value"))
    assert page.sums("owners", "count")[""] == len(others)
    assert page.sums("owners", "units") == page.sums("exceptions", "units")


def test_a_difference_without_a_cost_is_not_worth_nothing():
    closing = sample_demo.closing()
    found = closing.reconciliation
    units = abs(found.variance.units)
    variance = evolve(found.variance, values=(Money(Decimal(0), "USD"),), without_cost=units)
    page = closing_page(evolve(closing, reconciliation=evolve(found, variance=variance)))
    assert "worth" not in page.verdict
    assert not [figure.name for figure in page.figures if figure.value == Money(Decimal(0), "USD")]
    many = (Money(Decimal(5), "EUR"), Money(Decimal(7), "USD"))
    page = closing_page(evolve(closing, reconciliation=evolve(found, variance=evolve(variance, values=many))))
    titles = [figure.title for figure in page.figures if figure.title.startswith("Value of the difference")]
    assert titles == ["Value of the difference, in EUR", "Value of the difference, in USD"]
