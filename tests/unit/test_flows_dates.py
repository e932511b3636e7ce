"""Under which date a movement goes: the warehouse's day, and whether that is open is asked when it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from flows_world import Loop, loop

from clarus_bluecherry.cli.ledger_view import rows
from clarus_bluecherry.finance import PostingCalendar, WhenClosed
from clarus_bluecherry.finance.exceptions import ExceptionTerms, ledger_exceptions
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.flows.reversals import collect_reversals
from clarus_bluecherry.ledger import Posting, State
from clarus_bluecherry.model import Dispatch
from clarus_bluecherry.sandbox.clarus_schema import _OTHER_SHAPES, _date_only
from clarus_bluecherry.sandbox.faults import Fault
from clarus_bluecherry.sandbox.warehouse.documents import GoodsOutStatus

NEW_YORK = ZoneInfo("America/New_York")
AUCKLAND, LOS_ANGELES = ZoneInfo("Pacific/Auckland"), ZoneInfo("America/Los_Angeles")
LAST = dt.date(2026, 10, 31)
FIRST = dt.date(2026, 11, 1)
HALLOWEEN = dt.datetime(2026, 10, 31, 20, tzinfo=dt.UTC)
KINDS = ("order_shipment", "production_receipt_advice", "inventory_adjustment", "return_to_stock")


@pytest.fixture
def here() -> Iterator[Loop]:
    with loop() as here:
        here.time = HALLOWEEN
        yield here


def close(here: Loop, through: dt.date | None, policy: WhenClosed = WhenClosed.MOVE) -> None:
    """Finance closes the books, or opens them again."""
    calendar = PostingCalendar(NEW_YORK, closed_through=through, when_closed=policy)
    here.site = evolve(here.site, calendar=calendar)


def move_everything(here: Loop) -> None:
    """One movement of every kind that Blue Cherry is told of."""
    here.release()
    here.issue()
    collect_orders(here.site)
    deliver(here.site)
    here.ship()
    (receipt,) = here.warehouse.goods_in_receipts
    here.warehouse.begin_receiving(receipt.id)
    here.warehouse.receive(receipt.lines[0].id, 12)
    here.warehouse.adjust("1234_blk_m", 1, "FOUND")
    here.warehouse.take_return("1001", "1234_blk_m", 1)
    collect_movements(here.site)


def adjusted(here: Loop) -> Posting:
    (posting,) = here.postings("inventory_adjustment")
    return posting


def dates(posting: Posting) -> tuple[dt.date | None, dt.date | None]:
    return posting.accounting_date, posting.moved_from


def told(here: Loop) -> list[str]:
    """The dates that Blue Cherry was told, as it wrote them, ISO."""
    found = []
    for one in here.erp.staged:
        columns = cast("Mapping[str, object]", one.body.get("header", one.body))
        text = str(columns.get("ship_date") or columns.get("receipt_date"))
        shape = "%m/%d/%Y" if "/" in text else "%Y-%m-%d"
        found.append(dt.datetime.strptime(text, shape).date().isoformat())  # noqa: DTZ007
    return found


# Decided when it is sent -------------------------------------------------------------------------------------


def test_what_was_made_in_october_and_sent_after_its_close_goes_into_november_and_says_so(here: Loop) -> None:
    move_everything(here)
    here.later(days=3)
    close(here, LAST)
    here.later(days=1)
    deliver(here.site)
    for kind in KINDS:
        (posting,) = here.postings(kind)
        assert (posting.state, dates(posting)) == (State.ACCEPTED, (FIRST, LAST)), kind
    assert told(here) == ["2026-11-01"] * 4


def test_it_goes_under_its_own_number_and_its_history_says_why_it_is_dated_otherwise(here: Loop) -> None:
    here.warehouse.adjust("1234_blk_m", 1, "FOUND")
    collect_movements(here.site)
    number = adjusted(here).control_number
    close(here, LAST)
    counted = deliver(here.site)
    assert str(counted) == "1 accepted"
    assert [one.isa_num for one in here.erp.staged] == [number]
    assert (adjusted(here).attempts, adjusted(here).control_number) == (1, number)
    notes = [step.note for step in here.site.ledger.history(adjusted(here).key)]
    assert "the period of 2026-10-31 is closed: dated 2026-11-01" in notes


def test_what_is_still_open_when_it_is_sent_keeps_its_day_however_late(here: Loop) -> None:
    here.warehouse.adjust("1234_blk_m", 1, "FOUND")
    collect_movements(here.site)
    close(here, dt.date(2026, 9, 30))
    here.later(days=30)
    deliver(here.site)
    assert dates(adjusted(here)) == (LAST, None)
    assert told(here) == ["2026-10-31"]


def test_a_period_that_is_opened_again_before_it_is_sent_gets_it_back(here: Loop) -> None:
    close(here, LAST)
    here.warehouse.adjust("1234_blk_m", 1, "FOUND")
    collect_movements(here.site)
    assert dates(adjusted(here)) == (FIRST, LAST)
    close(here, dt.date(2026, 9, 30))
    deliver(here.site)
    assert dates(adjusted(here)) == (LAST, None)
    assert told(here) == ["2026-10-31"]


def test_what_is_sent_again_is_decided_again(here: Loop) -> None:
    here.warehouse.adjust("1234_blk_m", 1, "FOUND")
    collect_movements(here.site)
    here.bluecherry_faults.next(Fault.TOO_MANY_WITHOUT_RETRY_AFTER, path_contains="PhysicalInventoryTM")
    deliver(here.site)
    assert adjusted(here).state is State.RETRYING
    close(here, LAST)
    here.later(hours=1)
    deliver(here.site)
    assert (adjusted(here).state, dates(adjusted(here))) == (State.ACCEPTED, (FIRST, LAST))
    assert told(here) == ["2026-11-01"]


def test_what_is_in_doubt_stays_as_it_may_have_been_sent(here: Loop) -> None:
    here.warehouse.adjust("1234_blk_m", 1, "FOUND")
    collect_movements(here.site)
    here.bluecherry_faults.next(Fault.DROPPED_AFTER, path_contains="PhysicalInventoryTM")
    deliver(here.site)
    before = adjusted(here)
    assert before.state is State.IN_DOUBT
    close(here, LAST)
    here.later(hours=1)
    deliver(here.site)
    after = adjusted(here)
    assert (after.state, dates(after), after.payload) == (State.ACCEPTED, (LAST, None), before.payload)
    assert told(here) == ["2026-10-31"]


def test_what_was_found_absent_is_sent_again_under_the_date_that_is_open_now(here: Loop) -> None:
    here.warehouse.adjust("1234_blk_m", 1, "FOUND")
    collect_movements(here.site)
    here.bluecherry_faults.next(Fault.FAILED_BEFORE, path_contains="PhysicalInventoryTM")
    deliver(here.site)
    number = adjusted(here).control_number
    assert adjusted(here).state is State.IN_DOUBT
    close(here, LAST)
    here.later(hours=1)
    deliver(here.site)
    assert dates(adjusted(here)) == (FIRST, LAST)
    assert [one.isa_num for one in here.erp.staged] == [number]
    assert told(here) == ["2026-11-01"]


def test_a_limit_does_not_lose_what_is_dated_anew(here: Loop) -> None:
    for units in (1, 2, 3):
        here.warehouse.adjust("1234_blk_m", units, "FOUND")
    collect_movements(here.site)
    close(here, LAST)
    for _ in range(6):
        deliver(here.site, limit=1)
    assert here.states("inventory_adjustment") == [State.ACCEPTED] * 3


# Refused -----------------------------------------------------------------------------------------------------


def test_a_refusal_parks_its_own_movement_and_stops_nothing(here: Loop) -> None:
    close(here, LAST, WhenClosed.REFUSE)
    move_everything(here)
    here.later(days=1)
    here.warehouse.adjust("01234-NVY-30/32", -1, "LOST")
    here.turn()
    parked = here.for_people()
    assert {posting.kind for posting in parked} == set(KINDS)
    for posting in parked:
        assert (posting.reason_code, dates(posting)) == ("period_closed", (LAST, None))
        assert posting.reason == "2026-10-31 lies in a period closed through 2026-10-31"
    assert told(here) == ["2026-11-01"]


def test_a_period_closed_between_reading_and_sending_is_refused_when_it_is_sent(here: Loop) -> None:
    here.warehouse.adjust("1234_blk_m", 1, "FOUND")
    collect_movements(here.site)
    close(here, LAST, WhenClosed.REFUSE)
    here.later(days=1)
    here.warehouse.adjust("1234_blk_m", 2, "FOUND")
    collect_movements(here.site)
    assert str(deliver(here.site)) == "1 accepted, 1 parked"
    first, second = here.postings("inventory_adjustment")
    assert (first.state, first.reason_code, dates(first)) == (State.PARKED, "period_closed", (LAST, None))
    assert (second.state, dates(second)) == (State.ACCEPTED, (FIRST, None))


@pytest.mark.parametrize(
    ("through", "policy", "after"),
    [
        (dt.date(2026, 9, 30), WhenClosed.REFUSE, (LAST, None)),
        (LAST, WhenClosed.MOVE, (FIRST, LAST)),
    ],
)
def test_a_refused_movement_goes_on_by_itself_once_the_calendar_lets_it(
    here: Loop, through: dt.date, policy: WhenClosed, after: tuple[dt.date, dt.date | None]
) -> None:
    here.warehouse.adjust("1234_blk_m", 1, "FOUND")
    collect_movements(here.site)
    number = adjusted(here).control_number
    close(here, LAST, WhenClosed.REFUSE)
    deliver(here.site)
    assert reprocess(here.site) == 0
    close(here, through, policy)
    assert reprocess(here.site) == 1
    deliver(here.site)
    assert (adjusted(here).state, adjusted(here).reason, dates(adjusted(here))) == (State.ACCEPTED, "", after)
    assert [one.isa_num for one in here.erp.staged] == [number]


def test_a_code_that_nobody_knows_is_said_before_the_closed_period(here: Loop) -> None:
    close(here, LAST, WhenClosed.REFUSE)
    here.warehouse.open_stock("LEGACY-9", 20)
    here.warehouse.adjust("LEGACY-9", -1, "LOST")
    collect_movements(here.site)
    assert adjusted(here).reason_code == "unknown_sku"


# Who sees it -------------------------------------------------------------------------------------------------


def test_what_was_moved_is_listed_with_the_day_it_would_have_had(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with loop(ledger=str(path)) as here:
        here.time = HALLOWEEN
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        collect_movements(here.site)
        close(here, LAST)
        deliver(here.site)
        ((row,), headers) = rows(path, states=[State.ACCEPTED], key="", limit=50)
        shown = dict(zip(headers, row, strict=True))
    assert (shown["accounting date"], shown["moved from"]) == ("2026-11-01", "2026-10-31")


def test_what_was_refused_is_on_the_list_with_what_to_do(here: Loop) -> None:
    here.warehouse.adjust("1234_blk_m", 1, "FOUND")
    collect_movements(here.site)
    close(here, LAST, WhenClosed.REFUSE)
    deliver(here.site)
    (item,) = ledger_exceptions(here.site.ledger, ExceptionTerms(now=here.time))
    assert (item.reason_code, item.units) == ("period_closed", 1)
    assert item.action.startswith("Open the period, or")


# What has no accounting date ---------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", WhenClosed)
def test_orders_have_no_accounting_date_and_no_calendar_stops_or_moves_them(
    here: Loop, policy: WhenClosed
) -> None:
    close(here, dt.date(2026, 12, 31), policy)
    here.release()
    here.issue()
    here.turn()
    for kind in ("goods_out", "pre_receipt"):
        (posting,) = here.postings(kind)
        assert (posting.state, dates(posting)) == (State.POSTED, (None, None)), kind


@pytest.mark.parametrize("policy", WhenClosed)
def test_a_shipment_that_a_person_has_to_void_has_no_date_of_ours(here: Loop, policy: WhenClosed) -> None:
    move_everything(here)
    deliver(here.site)
    here.goods_out().status = GoodsOutStatus.PICK
    here.warehouse.goods_outs.changed(here.goods_out())
    close(here, dt.date(2026, 12, 31), policy)
    collect_reversals(here.site)
    (reversal,) = here.postings("shipment_reversal")
    assert (reversal.reason_code, dates(reversal)) == ("dispatch_undone", (None, None))


# A date without a time ---------------------------------------------------------------------------------------


@pytest.fixture
def dates_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenant that dates its dispatches without a time."""
    monkeypatch.setitem(cast("dict[str, object]", _OTHER_SHAPES), "actual_date_of_dispatch", _date_only)


def dispatched_at(here: Loop, moment: dt.datetime, *, warehouse: str, books: str, cut_off: dt.time) -> Posting:
    """The ship confirm of an order that left at `moment`, sent."""
    here.release()
    here.turn()
    here.ship()
    here.goods_out().actual_date_of_dispatch = moment
    here.site = evolve(
        here.site,
        warehouse_terms=evolve(here.site.warehouse_terms, zone=ZoneInfo(warehouse)),
        calendar=PostingCalendar(ZoneInfo(books), cut_off=cut_off),
    )
    collect_movements(here.site)
    deliver(here.site)
    (posting,) = here.postings("order_shipment")
    return posting


@pytest.mark.usefixtures("dates_only")
@pytest.mark.parametrize(
    ("day", "warehouse", "books", "cut_off"),
    [
        ("2026-11-01", "Europe/London", "America/New_York", dt.time(0)),
        ("2028-02-29", "Pacific/Auckland", "America/Los_Angeles", dt.time(2)),
        ("2027-01-01", "America/Los_Angeles", "Pacific/Auckland", dt.time(17)),
        ("2026-03-29", "Asia/Hong_Kong", "Europe/London", dt.time(17)),
    ],
)
def test_a_date_without_a_time_stays_that_date(
    here: Loop, day: str, warehouse: str, books: str, cut_off: dt.time
) -> None:
    moment = dt.datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=ZoneInfo(warehouse))
    posting = dispatched_at(here, moment, warehouse=warehouse, books=books, cut_off=cut_off)
    assert dates(posting) == (dt.date.fromisoformat(day), None)
    assert told(here) == [day]


@pytest.mark.usefixtures("dates_only")
def test_a_date_without_a_time_may_be_closed_too(here: Loop) -> None:
    here.release()
    here.turn()
    here.ship()
    here.goods_out().actual_date_of_dispatch = dt.datetime(2026, 10, 31, tzinfo=NEW_YORK)
    collect_movements(here.site)
    close(here, LAST)
    deliver(here.site)
    (posting,) = here.postings("order_shipment")
    assert dates(posting) == (FIRST, LAST)


@pytest.mark.parametrize(
    ("moment", "books", "day"),
    [
        (dt.datetime(2026, 11, 1, 3, 30, tzinfo=dt.UTC), "America/New_York", "2026-10-31"),
        (
            dt.datetime(2026, 11, 1, 0, 30, tzinfo=ZoneInfo("Pacific/Auckland")),
            "America/Los_Angeles",
            "2026-10-31",
        ),
        (
            dt.datetime(2026, 10, 31, 23, 30, tzinfo=ZoneInfo("America/Los_Angeles")),
            "Pacific/Auckland",
            "2026-11-01",
        ),
    ],
)
def test_a_date_with_a_time_is_the_day_it_is_then_in_the_books(
    here: Loop, moment: dt.datetime, books: str, day: str
) -> None:
    posting = dispatched_at(here, moment, warehouse="Europe/London", books=books, cut_off=dt.time(0))
    assert dates(posting) == (dt.date.fromisoformat(day), None)
    assert told(here) == [day]


@pytest.mark.usefixtures("dates_only")
def test_a_dispatch_kept_before_there_were_own_dates_is_the_same_when_it_is_read_again(here: Loop) -> None:
    midnight = dt.datetime(2026, 11, 1, tzinfo=ZoneInfo("Europe/London"))
    dispatched_at(here, midnight, warehouse="Europe/London", books="America/New_York", cut_off=dt.time(0))
    (fact,) = here.site.ledger.facts(kind="dispatch")
    assert isinstance(fact.record, Dispatch)
    assert fact.record.own_date == FIRST
    older = evolve(fact, record=evolve(fact.record, own_date=None))
    assert fact.says_the_same_as(older)
    assert older.says_the_same_as(fact)
    assert here.site.ledger.record(older) is False
