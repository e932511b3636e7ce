"""Today's page: the morning by the ledger alone, as of this minute.

Law of this module: what the last look knew is not forgotten because nobody is asked: what an exception was worth
then is its value, for as long as its units are the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from attrs import evolve, frozen

from clarus_bluecherry.dashboard._watched import WatchTerms
from clarus_bluecherry.finance.exceptions import ExceptionItem, ExceptionTerms
from clarus_bluecherry.finance.morning import Morning
from clarus_bluecherry.flows.exceptions import terms_of_books
from clarus_bluecherry.flows.morning import morning_of_ledger
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.report.morning import morning_page
from clarus_bluecherry.report.pages import ReportPage


@frozen
class Today:
    """What is wrong as of this minute, and the page that tells of it."""

    items: Sequence[ExceptionItem]
    page: ReportPage


def today(ledger: Ledger, terms: WatchTerms) -> Today:
    """Both. Raises `LedgerError` where the ledger cannot be read."""
    with ledger.transaction():
        now = ledger.now().replace(second=0, microsecond=0)
        morning = morning_of_ledger(
            ledger, _judged(terms, now), zone=terms.zone, currency=terms.currency, policy=terms.policy
        )
    items = tuple(_valued(item, morning) for item in morning.items)
    return Today(items, morning_page(evolve(morning, items=items)))


def _valued(item: ExceptionItem, morning: Morning) -> ExceptionItem:
    kept = morning.standings.get(item.identity)
    if item.value is not None or kept is None or kept.item.units != item.units:
        return item
    return evolve(item, value=kept.item.value)


def _judged(terms: WatchTerms, now: dt.datetime) -> ExceptionTerms:
    """By what exceptions are judged here: the books' days and periods. What an each costs nobody is asked."""
    if terms.years is None or terms.calendar_at is None:
        return ExceptionTerms(now=now, day_of=lambda instant, location: instant.astimezone(terms.zone).date())
    return terms_of_books(terms.calendar_at(now), terms.years, now)
