"""The morning of a planted week, through the doors of both systems: with the books, without, a source broken."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from attrs import evolve

from clarus_bluecherry.finance.morning import DispatchPart, NotKnown
from clarus_bluecherry.flows import acknowledge_exception, exception_history, open_exceptions
from clarus_bluecherry.flows.deliver import confirm_all, deliver
from clarus_bluecherry.flows.exceptions import terms_at
from clarus_bluecherry.flows.morning import morning_of, morning_of_ledger
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.ledger.reasons import Owner
from clarus_bluecherry.model import Money
from clarus_bluecherry.report.morning import morning_page
from clarus_bluecherry.sandbox.faults import Fault
from tests.finance.week_world import LIST, ZONE, article_of, week

PLANTED = ("held_too_long", "receipt_unposted", "parked", "sku_halted", "order_drifted", "in_transit_too_long")
APRIL_8 = dt.date(2026, 4, 8)


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """Six kinds of trouble beside what agrees; on the last day an order left that nobody was told of."""
    with week(tmp_path_factory.mktemp("morning")) as made:
        made.pass_by(*((kind, 1) for kind in PLANTED))
        made.here.time = LIST - dt.timedelta(days=1)
        made.released("traffic", 2, 7, number="LATE")
        made.turn()
        made.here.ship("LATE")
        made.turn()  # Blue Cherry is told, and its jobs have not come to it
        made.here.time = LIST
        yield made


@pytest.fixture(scope="module")
def told(here):
    return morning_of(here.here.site, here.books)


def test_three_planted_problems_come_first_second_and_third(told):
    steps = morning_page(told).sections[0].blocks[0].steps
    assert [(step.owner, str(step.value)) for step in steps[:3]] == [
        ("operations", "-108.04 USD"),
        ("operations", "78.03 USD"),
        ("finance", "66.06 USD"),
    ]
    assert steps[0].action == "Ask the carrier and the receiving warehouse; book what is lost."
    finance = morning_page(told, Owner.FINANCE).sections[0].blocks[0].steps
    assert [(step.owner, str(step.value)) for step in finance[:2]] == [
        ("finance", "66.06 USD"),
        ("finance", "-48.02 USD"),
    ]
    assert all(step.action for step in steps)


def test_what_left_yesterday_is_divided_by_what_the_books_have(told):
    assert told.day == APRIL_8
    assert told.dispatched.is_by_books
    parts = {part: told.dispatched.of(part).units for part in DispatchPart}
    assert parts == {
        **dict.fromkeys(DispatchPart, Decimal(0)),
        DispatchPart.RIGHT_PERIOD: 3,
        DispatchPart.AWAITING_INVOICE: 7,
    }
    cost = article_of("traffic", 1).std_cost * 3 + article_of("traffic", 2).std_cost * 7
    assert told.dispatched.whole.values == (Money(cost, "USD"),)


def test_what_the_books_lack_and_what_stands_is_told(told):
    books = told.books
    assert [(each.what, each.units) for each in books.received] == [("not posted", 6)]
    (road,) = books.on_the_road
    assert (road.units, road.location, road.since) == (4, "LA", dt.date(2026, 4, 1))
    assert [each.period.name for each in books.cogs] == ["2026-04"], "March is closed"
    assert {each.document for each in books.cogs[-1].proof.not_in_it} == {"LATE"}
    assert [(each.code, each.units) for each in told.halted] == [("BLACK M OF THE SPRING", 3)]
    assert [(each.reference, each.units, str(each.revenue)) for each in told.edited] == [("9221", 1, "19.90 USD")]
    flows = {lag.flow: lag for lag in told.lags}
    assert flows["dispatches to the books"].open == 1
    assert flows["receipts to the books"].oldest_open < flows["dispatches to the books"].oldest_open
    assert {each.state for each in told.sources} == {"read"}
    assert morning_page(told).figure("held_units").value == 3


def test_a_source_that_is_broken_leaves_the_rest(here, tmp_path):
    told = morning_of(here.here.site, tmp_path / "nowhere")
    assert isinstance(told.books, NotKnown)
    assert "nowhere" in told.books.why
    assert "--books FOLDER" in told.books.action
    assert not told.dispatched.is_by_books
    assert told.dispatched.of(DispatchPart.AWAITING_INVOICE).units == 7
    assert [each.code for each in told.halted] == ["BLACK M OF THE SPRING"]
    page = morning_page(told)
    assert page.figure("cogs_missing_value").value is None
    assert page.sections[0].blocks[0].steps


def test_a_warehouse_that_does_not_answer_leaves_the_ledger(here, monkeypatch):
    def refused(*_, **__):
        raise ConnectionError("nobody there")

    with monkeypatch.context() as broken:
        broken.setattr("clarus_bluecherry.flows.exceptions.drift_of", refused)
        told = morning_of(here.here.site, as_of=LIST)
    assert isinstance(told.edited, NotKnown)
    assert "ConnectionError" in told.edited.why
    assert told.unread
    assert "nobody there" not in repr(told), "another's text may be personal"
    assert told.dispatched.whole.units == 10
    assert not isinstance(told.lags, NotKnown)


def test_by_the_ledger_alone_it_is_the_same_as_far_as_that_knows(here, told):
    site = here.here.site
    alone = morning_of_ledger(
        site.ledger, terms_at(site, site.ledger.now()), zone=ZONE, currency="USD", policy=site.exceptions
    )
    assert {item.identity for item in alone.items} == {item.identity for item in told.items}
    assert alone.dispatched.of(DispatchPart.AWAITING_INVOICE) == told.dispatched.of(DispatchPart.AWAITING_INVOICE)
    assert (alone.lags, alone.halted) == (told.lags, told.halted)
    assert isinstance(alone.books, NotKnown)
    assert morning_page(alone).verdict == morning_page(told).verdict


@pytest.mark.usefixtures("told")
def test_since_yesterday_is_the_history_that_was_kept(here):
    site, held = here.here.site, "held_too_long:place W26 BLK M @ NJ"
    acknowledge_exception(site.ledger, held, actor="Ada", reason="write to ada@example.com", until=None)
    here.here.time = LIST + dt.timedelta(days=1)
    try:
        told = morning_of(site)
        since = told.since_yesterday
        assert held in {step.identity for step in since.changed}
        assert held in {step.identity for step in since.new}
        assert "ada" not in repr(since).casefold()
        assert held not in {breach.item.identity for breach in since.overdue}
        here.here.time = LIST + dt.timedelta(days=9)
        assert morning_of(site, as_of=here.here.time).since_yesterday.new == (), "older steps are no news"
    finally:
        here.here.time = LIST
    assert len(exception_history(site.ledger, held)) == 2
    assert held in {each.identity for each in open_exceptions(site.ledger)}


def test_the_period_before_is_told_as_long_as_it_is_open(here):
    here.march_is(closed=False)
    site = evolve(here.here.site)
    told = morning_of(site, here.books, as_of=LIST)
    assert [each.period.name for each in told.books.cogs] == ["2026-03", "2026-04"]
    page = morning_page(told)
    assert page.figure("cogs_missing_units").title.startswith("2026-04")
    assert page.figure("cogs_missing_2_units").title.startswith("2026-03")
    assert {row[0] for row in page.table("cogs").rows} == {"2026-04"}


def test_what_is_promised_beyond_what_is_there_is_oversold(here, told):
    assert told.oversold == ()
    here.released("traffic", 2, 50, number="TOO-MANY")
    here.turn()
    (over,) = morning_of(here.here.site, here.books).oversold
    cost = article_of("traffic", 2).std_cost
    assert (over.item, over.units, over.value) == ("|W40|BLK|||L", 17, Money(17 * cost, "USD"))


def test_each_part_of_what_left_on_the_last_of_march_is_told_by_the_doors_of_both_systems(tmp_path):
    """Worked out on paper: 3 at 40.01, 3 at 1.01, 2 at 2.01, 4 at 23.01, 5 at 21.01, and 7 at 40.02 at 23:40."""
    with week(tmp_path) as made:
        here = made.here
        picks = (
            ("RIGHT", "traffic", 1, 3),
            ("LIES", "dispatch_not_posted", 1, 3),
            ("LATE", "dispatch_wrong_period", 1, 2),
            ("DOUBT", "in_doubt", 1, 4),
            ("REFUSED", "order_rejected", 1, 5),
            ("NIGHT", "traffic", 2, 7),
        )
        for number, kind, nth, units in picks:
            made.released(kind, nth, units, number=number)
        made.turn()
        here.erp.quirks.leaves_lying.add("LIES")
        here.erp.quirks.days_off["LATE"] = 1
        here.erp.quirks.refuses["REFUSED"] = "no such customer"
        here.erp.quirks.shows_late.add("DOUBT")
        here.time = dt.datetime(2026, 3, 31, 14, tzinfo=ZONE)
        for number in ("RIGHT", "LIES", "LATE", "REFUSED"):
            here.ship(number)
        made.turn()
        here.ship("DOUBT")
        collect_movements(here.site)
        here.bluecherry_faults.next(Fault.FAILED_AFTER, path_contains="OrderShipment")
        deliver(here.site)
        here.erp.process_staging()
        here.erp.run_invoicing()
        confirm_all(here.site)
        here.time = dt.datetime(2026, 3, 31, 23, 40, tzinfo=ZONE)
        here.ship("NIGHT")
        here.time = dt.datetime(2026, 4, 1, 8, tzinfo=ZONE)
        page = morning_page(morning_of(here.site, made.books))

    def told(name):
        return page.figure(f"{name}_units").value, Decimal(str(page.figure(f"{name}_value").value).split()[0])

    assert told("dispatched") == (24, Decimal("604.31"))
    assert {part.value: told(f"dispatched_{part.value}") for part in DispatchPart} == {
        "right_period": (3, Decimal("120.03")),
        "other_period": (2, Decimal("4.02")),
        "awaiting_invoice": (3, Decimal("3.03")),
        "refused": (5, Decimal("105.05")),
        "not_told": (7, Decimal("280.14")),
        "in_doubt": (4, Decimal("92.04")),
        "otherwise": (0, Decimal(0)),
    }
    assert (told("cogs_missing"), told("cogs_too_much")) == ((0, 0), (2, Decimal("4.02"))), "April's"
    assert (told("cogs_missing_2"), told("cogs_too_much_2")) == ((21, Decimal("484.28")), (0, 0)), "March's"
    first = [(step.document, step.owner, str(step.value)) for step in page.sections[0].blocks[0].steps[:3]]
    assert first == [
        ("order NIGHT", "operations", "-280.14 USD"),
        ("order REFUSED", "finance", "-105.05 USD"),
        ("order DOUBT", "finance", "-92.04 USD"),
    ]
