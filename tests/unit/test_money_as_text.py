"""Money is written with its currency's own decimals, wherever people or programs read it."""

import datetime as dt
from decimal import Decimal

import pytest

from clarus_bluecherry.finance import reconcile
from clarus_bluecherry.model import Money, Sku, StockPosition, SystemOfRecord
from clarus_bluecherry.report import Closing, money_text, to_json
from clarus_bluecherry.report.closing_page import closing_page
from clarus_bluecherry.report.pages import page_html
from clarus_bluecherry.report.words import money

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)

WRITTEN = [
    ("1200", "JPY", "1200 JPY"),
    ("1200", "USD", "1200.00 USD"),
    ("-12200.9", "USD", "-12200.90 USD"),
    ("1.5", "KWD", "1.500 KWD"),
    ("1.5", "CLF", "1.5000 CLF"),
    ("1.2E+3", "EUR", "1200.00 EUR"),
    ("7.50", "jpy", "7.5 jpy"),
    ("0", "BHD", "0.000 BHD"),
    ("7.125", "USD", "7.125 USD"),
    ("7.5000", "USD", "7.50 USD"),
]


@pytest.mark.parametrize(("amount", "currency", "text"), WRITTEN)
def test_an_amount_has_its_currencys_decimals_and_more_only_where_it_has_more(amount, currency, text):
    assert str(Money(amount, currency)) == text


@pytest.mark.parametrize(("amount", "currency", "text"), [*WRITTEN, ("-1234567.5", "KWD", "-1,234,567.500 KWD")])
def test_in_thousands_it_has_the_same_decimals(amount, currency, text):
    told = money(Decimal(amount), currency)
    assert (told.replace(",", "") if len(text) < 14 else told) == text.partition(" ")[0]
    assert money_text(Money(amount, currency)) == f"{told} {currency}"


def test_without_a_currency_it_has_two():
    assert money(Decimal("-12200.9")) == "-12,200.90"


def closing():
    item, place = Sku("01234", "BLK", size="M"), {"location": "WH1", "as_of": NOON}
    held = StockPosition(keeper=SystemOfRecord.WAREHOUSE, item=item, quantity=10, **place)
    booked = StockPosition(
        keeper=SystemOfRecord.ERP, item=item, quantity=12, unit_cost=Money("950", "JPY"), **place
    )
    found = reconcile([held], [booked], [])
    return Closing(title="March", as_of=NOON, reconciliation=found, exceptions=(), postings=())


def test_a_closing_in_yen_shows_no_hundredths():
    told = to_json(closing())
    assert '"-1900 JPY"' in told
    assert '"JPY": "-1900"' in told
    page = closing_page(closing())
    assert page.figure("value_jpy").value == Money("-1900", "JPY")
    assert "worth 1,900 JPY" in page.verdict
    html = page_html(page)
    assert "1,900" in html
    assert "900.00" not in html + told
