"""The stories of docs/morning.md, as they are told there: a morning, what a close lacks, a posting edited."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from clarus_bluecherry.finance.exceptions import ExceptionEvent, ExceptionState
from clarus_bluecherry.flows import (
    acknowledge_exception,
    assign_exception,
    edit_posting,
    exception_history,
    keep_exceptions,
    open_exceptions,
    resolve_exception,
)
from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import Sku, UnmatchedCode
from clarus_bluecherry.report.exceptions import exceptions_rows
from tests.finance.week_world import LIST, article_of, week

MORNING = ("past_promise", "stuck_picked", "cancelled_still_awaited", "held_too_long", "sku_halted")
CLOSE = ("dispatch_wrong_period", "dispatch_not_posted", "parked", "return_not_credited")
BY_ADA = {"actor": "Ada", "reason": "as the page says"}
STUCK, HELD, HALTED = "stuck_picked:order 9171", "held_too_long:place W26 BLK M @ NJ", "sku_halted:adjustment "


@pytest.fixture
def here(tmp_path):
    with week(tmp_path) as made:
        yield made


def look(here, *, with_books: bool = False):
    found, _ = keep_exceptions(here.here.site, here.books if with_books else None)
    return found.items


def test_a_morning_of_operations_without_the_books(here):
    heals = here.pass_by(*((kind, 1) for kind in MORNING))
    items = look(here)
    assert {item.kind.value for item in items} == set(MORNING)
    assert {item.owner.value for item in items} == {"operations"}
    assert items[0].kind.value == "sku_halted", "what nobody knows the value of may be worth most"
    ledger = here.here.site.ledger
    assign_exception(ledger, STUCK, to="night shift", **BY_ADA)
    acknowledge_exception(ledger, HELD, until=LIST + dt.timedelta(days=8), **BY_ADA)
    resolve_exception(ledger, "past_promise:order 9181", **BY_ADA)
    heals["stuck_picked", 1]()
    look(here)
    kept = {each.identity: each for each in open_exceptions(ledger)}
    assert kept[HELD].state is ExceptionState.ACKNOWLEDGED
    assert kept["past_promise:order 9181"].times == 2, "nobody can talk an exception away"
    life = [step.event for step in exception_history(ledger, STUCK)]
    assert life == [ExceptionEvent.OPENED, ExceptionEvent.ASSIGNED, ExceptionEvent.CLEARED]


def test_what_a_closed_march_lacks_is_the_sum_of_what_is_listed_for_it(here):
    here.pass_by(*((kind, 1) for kind in CLOSE))
    items = look(here, with_books=True)
    assert {item.owner.value for item in items} == {"finance"}
    march = [item for item in items if item.close and item.close.period == "2026-03"]
    assert all(item.close.is_closed for item in march)
    assert sum(item.value.amount for item in march) == Decimal("-55.07")
    header, *rows = exceptions_rows(items, here.here.site.exceptions, here.here.time)
    file = [dict(zip(header, row, strict=True)) for row in rows]
    of_march = [row for row in file if (row["period"], row["period_closed"]) == ("2026-03", "yes")]
    assert sum(Decimal(row["value"]) for row in of_march) == Decimal("-55.07")
    (other,) = [item for item in items if item not in march]
    assert other.kind.value == "return_not_credited"


def test_an_edited_posting_is_told_and_the_code_stays_on_the_list_of_the_books_until_it_is_decided(here):
    heals = here.pass_by(("sku_halted", 1))
    identity = HALTED + here.documents["sku_halted", 1]
    assert [item.identity for item in look(here)] == [identity]
    ledger, (posting,) = here.here.site.ledger, here.postings_of("sku_halted", 1)
    edit_posting(ledger, posting.key, {"item": Sku("W20", "BLK", size="M")}, **BY_ADA)
    here.night()
    assert ledger.posting(posting.key).state is State.POSTED
    assert here.here.erp.on_hand()[article_of("sku_halted", 1).key, "NJ"] == 3
    assert isinstance(ledger.fact(posting.fact_key).record.item, UnmatchedCode), "what the warehouse said stays"
    assert look(here) == ()
    assert [item.identity for item in look(here, with_books=True)] == [identity], "the code is tied to nothing yet"
    heals["sku_halted", 1]()
    assert look(here, with_books=True) == ()
