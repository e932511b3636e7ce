"""What to do first: the largest impact first, with owner and next action, and how many stand behind."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from clarus_bluecherry.finance.exceptions import (
    ExceptionClass,
    ExceptionEvidence,
    ExceptionItem,
    ExceptionPolicy,
    ExceptionStanding,
    PromiseImpact,
    acknowledged,
)
from clarus_bluecherry.model import Money
from clarus_bluecherry.report.pages import PageHead, PageOpening, PageSection, ReportPage, Tone
from clarus_bluecherry.report.steps import exceptions_table, steps_of

NOW = dt.datetime(2026, 11, 30, 13, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def item(kind: ExceptionClass, subject: str, value: str | None, units: str | None = "-1", **more: object):
    worth = None if value is None else Money(Decimal(value), "USD")
    return ExceptionItem(
        kind=kind,
        subject=subject,
        what=f"what {subject} is",
        since=NOW - 2 * DAY,
        units=units,
        value=worth,
        **more,
    )


SMALL = item(
    ExceptionClass.STUCK_PICKED, "order 3", "-34.02", promise=PromiseImpact(order="SO3", promised=NOW.date())
)
MIDDLE = item(ExceptionClass.RECEIPT_UNPOSTED, "receipt PO7/1", "12000")
LARGE = item(ExceptionClass.DISPATCH_NOT_POSTED, "order 1", "-1100000", "-38106")
HALTED = [item(ExceptionClass.SKU_HALTED, f"adjustment {each}", None, "2") for each in range(388)]


def steps(*items: ExceptionItem, **how):
    return steps_of(items, ExceptionPolicy(), NOW, **how)


def test_the_million_at_stake_stands_before_388_lines_that_nobody_can_value():
    told = steps(*HALTED, SMALL, LARGE, MIDDLE)
    assert [each.document for each in told.steps[:3]] == ["order 1", "receipt PO7/1", "order 3"]
    first = told.steps[0]
    assert (first.owner, first.action) == ("finance", ExceptionClass.DISPATCH_NOT_POSTED.action)
    assert (first.units, first.value) == (Decimal(-38106), Money(Decimal(-1100000), "USD"))
    assert "386 more" in told.more
    assert "386 of them without a known value, of 772 units or more" in told.more


def test_an_amount_in_another_currency_has_no_known_value_in_the_books():
    yen = evolve(MIDDLE, subject="receipt PO8/1", value=Money(Decimal(400_000), "JPY"), units=Decimal(70))
    told = steps(yen, SMALL, MIDDLE, currency="USD", limit=2)
    assert [each.document for each in told.steps] == ["receipt PO7/1", "order 3"]
    assert (
        told.more
        == "1 more in the table of exceptions; 1 of them without a known value in USD, of 70 units or more."
    )
    rows = exceptions_table([yen, SMALL], NOW, currency="USD").rows
    assert [row[0] for row in rows] == ["what order 3 is", "what receipt PO7/1 is"]


def test_what_was_promised_is_due_then_and_what_was_not_when_it_is_over_its_limit():
    promised, limited = steps(SMALL, MIDDLE).steps[1], steps(SMALL, MIDDLE).steps[0]
    assert promised.due == NOW.date()
    policy = ExceptionPolicy()
    assert limited.due == policy.over_at(MIDDLE)
    assert not policy.breach(MIDDLE, limited.due)
    assert policy.breach(MIDDLE, limited.due + dt.timedelta.resolution)
    assert steps_of([MIDDLE], None, NOW).steps[0].due is None


def test_what_is_acknowledged_is_not_to_be_done_first_and_is_said_to_be_there():
    kept = ExceptionStanding(item=LARGE, opened_at=NOW - DAY, seen_at=NOW - DAY)
    rests, _ = acknowledged(kept, by="Ada", why="asked CGS", until=NOW + DAY, at=NOW - DAY)
    standings = {LARGE.identity: rests}
    assert [each.document for each in steps(LARGE, SMALL, standings=standings).steps] == ["order 3"]
    assert "1 is acknowledged" in steps(LARGE, SMALL, standings=standings).more
    (row, *_) = exceptions_table([LARGE, SMALL], NOW, standings, ExceptionPolicy()).rows
    assert "acknowledged until 2026-12-01" in row
    over = evolve(rests, until=NOW)
    assert len(steps(LARGE, SMALL, standings={LARGE.identity: over}).steps) == 2


def test_each_step_opens_its_row_of_the_table():
    table = exceptions_table([SMALL, LARGE], NOW)
    block = steps(SMALL, LARGE, opens=table.name)
    head = PageHead(as_of=NOW, zone=ZoneInfo("America/New_York"))
    page = ReportPage(
        name="x",
        title="X",
        verdict="V.",
        tone=Tone.BAD,
        head=head,
        sections=[PageSection(name="s", title="S", blocks=[block, table])],
    )
    for step in block.steps:
        assert step.opens == PageOpening(table="exceptions", where={"identity": step.identity})
        assert step.identity in [row[table.place("identity")] for row in page.table("exceptions").rows]
    assert [row[table.place("order")] for row in table.rows] == ["1", "3"]


@pytest.mark.parametrize("column", ["reason", "documents", "what", "action", "assigned"])
def test_what_would_steer_a_screen_is_written_out(column):
    wild = "\x1b[2J<script>"
    shown = ExceptionEvidence(source="ledger", documents=(wild,), came_back=wild)
    odd = evolve(LARGE, what=wild, action=wild, evidence=(shown,))
    kept = ExceptionStanding(item=odd, opened_at=NOW, seen_at=NOW, assigned_to=wild)
    table = exceptions_table([odd], NOW, {odd.identity: kept})
    assert table.rows[0][table.place(column)] == "\\x1b[2J<script>"


def test_nothing_wrong_is_nothing_to_do():
    told = steps()
    assert (told.steps, told.more) == ([], "")
