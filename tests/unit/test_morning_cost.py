"""What the morning by the ledger alone asks of it: the same, whatever was settled before."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from settled_history import LONG_AGO, counting, write_history

from clarus_bluecherry.finance.exceptions import ExceptionClass, ExceptionItem, ExceptionTerms
from clarus_bluecherry.finance.morning import DispatchPart
from clarus_bluecherry.flows.exceptions_kept import keep_look
from clarus_bluecherry.flows.morning import morning_of_ledger
from clarus_bluecherry.ledger import Fact, Ledger, Posting, State
from clarus_bluecherry.model import Dispatch, DispatchLine, Sku

NOW = LONG_AGO + dt.timedelta(days=400)
ZONE = ZoneInfo("America/New_York")
DAY = dt.timedelta(days=1)


def asked_of(place, settled):
    """What it asks of a ledger of so many settled facts, where three left yesterday and old troubles are over."""
    write_history(place, settled)
    with Ledger.open(place, now=lambda: NOW - DAY) as ledger:
        for number in ("1", "2", "3"):
            _left(ledger, number, NOW - DAY)
        old = [_old(number) for number in range(settled // 30)]
        keep_look(ledger, old, began=NOW - 30 * DAY)
        keep_look(ledger, [], began=NOW - 29 * DAY)
    terms = ExceptionTerms(now=NOW)
    with Ledger.open(place, now=lambda: NOW) as ledger:
        morning_of_ledger(ledger, terms, zone=ZONE)
        with counting() as cost:
            told = morning_of_ledger(ledger, terms, zone=ZONE)
    assert told.dispatched.of(DispatchPart.NOT_TOLD).units == 3
    assert (told.since_yesterday.new, told.since_yesterday.cleared) == ((), ())
    assert [lag.open for lag in told.lags] == [3]
    return cost


def _left(ledger, number, at):
    line = DispatchLine(number="1", item=Sku("01234"), ordered="1", shipped="1")
    record = Dispatch(id=number, occurred_at=at, order_reference=f"P{number}", location="NJ", lines=(line,))
    fact = Fact(source="clarus", kind="dispatch", source_id=number, occurred_at=at, record=record)
    ledger.record(fact)
    told = {"target": "bluecherry", "kind": "order_shipment", "state": State.PARKED}
    ledger.post(Posting(fact_key=fact.key, occurred_at=at, **told))


def _old(number):
    since = NOW - 30 * DAY
    kind = ExceptionClass.NEGATIVE_ON_HAND
    return ExceptionItem(kind=kind, subject=f"place {number} @ NJ", what=f"{number} @ NJ", since=since)


def test_what_is_settled_costs_nothing(tmp_path):
    few, many = asked_of(tmp_path / "few.sqlite", 30), asked_of(tmp_path / "many.sqlite", 3000)
    assert len(few.statements) == len(many.statements)
    assert few.rows == many.rows
    assert many.ticks <= few.ticks + 5
