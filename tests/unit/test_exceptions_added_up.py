"""What is one exception is worth all of its messages, whoever has to do something about which."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from attrs import evolve
from ledger_databases import NOON
from test_exceptions_of_the_ledger import GONE, OTHER, listed, posting

from clarus_bluecherry.finance.exceptions import ExceptionClass, ExceptionPolicy, acknowledged, look
from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import Adjustment, DispatchLine, Money
from clarus_bluecherry.report.exceptions import exceptions_json, exceptions_rows

DAYS = dt.timedelta(days=2)
REST = evolve(GONE, id="8", lines=(DispatchLine(number="2", item=OTHER, ordered=3, shipped=3),))


def test_a_part_that_was_refused_and_one_that_lags_are_one_exception_worth_both() -> None:
    pairs = [
        (posting("order_shipment", state=State.ACCEPTED, occurred_at=NOON - DAYS), GONE),
        (posting("order_shipment", state=State.REJECTED, fact_key="s:dispatch:2", reason="no period"), REST),
    ]
    for given in (pairs, pairs[::-1]):
        (item,) = listed(*given)
        assert (item.kind, item.subject) == (ExceptionClass.DISPATCH_NOT_POSTED, "order 1001")
        assert (item.units, item.value) == (-8, Money("-92.50", "USD"))
        assert (item.goes_on, item.since, len(item.postings)) == (False, NOON - DAYS, 2)
        assert item.action.startswith("Correct what the reason names"), (
            "what does not go on by itself is to be done"
        )


def test_what_is_parked_belongs_to_the_day_of_its_own_location() -> None:
    late = dt.datetime(2026, 4, 1, 2, tzinfo=dt.UTC)  # still March in New Jersey
    record = Adjustment(id="7", occurred_at=late, location="NJ", item=OTHER, quantity=-1)
    parked = posting("inventory_adjustment", state=State.PARKED, occurred_at=late)
    places = {"NJ": ZoneInfo("America/New_York")}
    (item,) = listed(
        (parked, record),
        now=late,
        day_of=lambda at, location: at.astimezone(places.get(location, dt.UTC)).date(),
        period_of=lambda day: (f"{day:%Y-%m}", False),
    )
    assert item.close.period == "2026-03"


def test_what_is_acknowledged_goes_to_nobody_until_its_date() -> None:
    (item,) = listed((posting("order_shipment", state=State.REJECTED), GONE))
    opened = look([], [item], NOON).standings[0]
    known, _ = acknowledged(opened, by="Ada", why="asked CGS", until=NOON + 9 * DAYS, at=NOON)

    def goes_to(now: dt.datetime) -> tuple[object, object]:
        standings = {known.identity: known}
        told = exceptions_json([item], ExceptionPolicy(), now, standings=standings)["exceptions"][0]
        header, row = exceptions_rows([item], ExceptionPolicy(), now, standings)
        return told["escalated_to"], dict(zip(header, row, strict=True))["escalated_to"]

    assert goes_to(NOON + 4 * DAYS) == (None, "")
    assert goes_to(NOON + 9 * DAYS) == ("management", "management")
