"""A feed's rhythm is that of its days, however much it tells in an hour."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from ledger_databases import NOON, Clock, a_fact

from clarus_bluecherry.finance.exceptions import ExceptionTerms, FeedRhythm, silence_found
from clarus_bluecherry.ledger import Ledger
from clarus_bluecherry.report.steps import steps_of

HOUR, FIVE_MINUTES = dt.timedelta(hours=1), dt.timedelta(minutes=5)


def test_a_feed_that_tells_much_by_day_is_not_silent_at_night(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite", now=Clock()) as ledger:
        told = [NOON - dt.timedelta(days=day) - FIVE_MINUTES * each for day in range(3) for each in range(110)]
        with ledger.transaction():
            for number, at in enumerate(told):
                ledger.record(a_fact(str(number), kind="transaction", occurred_at=at))
        heard = tuple(ledger.last_heard("transaction", source="clarus", limit=100, apart=HOUR))

    def silent(hours: int) -> bool:
        feed = FeedRhythm(feed="clarus transaction", heard=heard)
        return silence_found(feed, ExceptionTerms(now=NOON + hours * HOUR), least=4 * HOUR) is not None

    assert (heard[0], len(heard)) == (NOON, 30), "ten hours of each of three days"
    assert (silent(12), silent(28), silent(40)) == (False, False, True), "a night is some fifteen hours"


def test_a_silent_feed_is_called_as_people_call_it_and_keeps_its_identity() -> None:
    heard = tuple(NOON - hours * HOUR for hours in range(10))
    feed = FeedRhythm(feed="clarus transaction", heard=heard, title="Stock movements, from Clarus")
    item = silence_found(feed, ExceptionTerms(now=NOON + 99 * HOUR), least=HOUR)
    assert item is not None
    assert (item.what, item.identity) == ("Stock movements, from Clarus", "feed_silent:feed clarus transaction")
    (step,) = steps_of([item], None, NOON).steps
    assert (
        step.what == "Stock movements, from Clarus: a feed has told nothing for much longer than it usually does"
    )
    assert step.document == "", "it would be the name of programs"
