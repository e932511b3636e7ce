"""Exceptions of a site between both sandboxes: source by source, story by story."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from attrs import evolve

from clarus_bluecherry.finance.exceptions import (
    ExceptionClass,
    ExceptionEvent,
    ExceptionPolicy,
    look,
)
from clarus_bluecherry.flows import exceptions_of, healed_by
from clarus_bluecherry.flows.exceptions import CLOSE, DRIFT, TOLD_BY, WAREHOUSE
from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import Money
from clarus_bluecherry.sandbox.faults import Fault
from tests.finance.close_site_world import exported, without_warehouse
from tests.unit.flows_world import BLACK, CODES, NAVY, loop
from tests.unit.ledger_databases import a_fact, a_posting

C = ExceptionClass
DAY = dt.timedelta(days=1)
FAR = dt.date(2026, 12, 1)


@pytest.fixture
def here():
    with loop() as world:
        world.warehouse.add_reason("QA", "hold")
        yield world


def release(here, number="1001", lines=((BLACK, 5),), promised=FAR):
    here.release(number, lines)
    here.erp.picks[number].pick_date = promised
    here.turn()


def listed(here, books=None, **later):
    here.later(**later)
    return exceptions_of(here.site, books)


def named(found):
    return [(item.kind, item.subject) for item in found.items]


def test_every_class_is_told_by_some_source():
    assert frozenset().union(*TOLD_BY.values()) == {*ExceptionClass}


def test_what_is_well_is_not_listed(here):
    release(here)
    here.ship()
    here.turn()
    here.erp.process_staging()
    here.erp.run_invoicing()
    here.turn()
    found = listed(here, days=20)
    assert (found.items, found.unread, found.not_looked_at) == ((), (), {CLOSE})


def test_an_order_stands_still_from_class_to_class(here):
    release(here)
    assert named(listed(here, days=5)) == []
    here.warehouse.process_picks([here.goods_out().id])
    (item,) = listed(here).items
    assert (item.kind, item.units, item.value) == (C.STUCK_ALLOCATED, -5, Money("-37.50", "USD"))
    assert (item.promise.order, item.promise.promised, item.promise.units) == ("SO1001", FAR, 5)
    here.warehouse.pick(here.goods_out().id)
    assert named(listed(here)) == [(C.STUCK_PICKED, "order 1001")]
    here.warehouse.dispatch(here.goods_out().id)
    assert named(listed(here, hours=3)) == []
    (item,) = listed(here, hours=1).items
    assert (item.kind, item.promise, item.close.period) == (C.PICK_CONFIRMATION_MISSING, None, "2026-03")
    here.turn()
    assert named(listed(here)) == []
    assert named(listed(here, days=1)) == [(C.DISPATCH_NOT_POSTED, "order 1001")]


def test_an_order_past_its_promise_says_by_how_much(here):
    release(here, promised=dt.date(2026, 3, 4))
    assert named(listed(here, days=1)) == []
    (item,) = listed(here, days=4).items
    assert (item.kind, item.promise.promised) == (C.PAST_PROMISE, dt.date(2026, 3, 4))
    assert item.age(here.time).days == 3


def test_a_part_that_was_not_told_is_worth_what_is_missing(here):
    release(here, lines=((BLACK, 5), (NAVY, 2)))
    order = here.goods_out()
    here.warehouse.process_picks([order.id])
    here.warehouse.pick(order.id, {order.lines[0].id: 2, order.lines[1].id: 0})
    here.warehouse.dispatch(order.id, part=True)
    here.turn()
    here.warehouse.pick(order.id, {order.lines[0].id: 3, order.lines[1].id: 2})
    here.warehouse.dispatch(order.id)
    (item,) = [each for each in listed(here, hours=5).items if each.kind is C.PART_NOT_TOLD]
    assert (item.subject, item.units, item.value) == ("order 1001", -5, Money("-39.00", "USD"))


def test_an_order_that_the_warehouse_cancelled_is_awaited_until_it_is_withdrawn(here):
    release(here)
    here.warehouse.process_picks([here.goods_out().id])
    here.warehouse.cancel_goods_out(here.goods_out().id)
    assert named(listed(here)) == [(C.CANCELLED_STILL_AWAITED, "order 1001")]
    here.erp.withdraw_pick("1001")
    here.turn()
    assert named(listed(here)) == []


def test_stock_on_hold_is_as_old_as_its_hold_and_a_return_on_hold_is_the_returns(here):
    release(here)
    here.ship()
    here.turn()
    here.warehouse.hold(CODES[NAVY], 2, "QA")
    here.later(days=3)
    back = here.warehouse.take_return("1001", CODES[BLACK], 1)
    here.warehouse.hold(CODES[BLACK], 1, "QA")
    quiet = {C.DISPATCH_NOT_POSTED, C.RETURN_NOT_IN_BOOKS}
    (item,) = [each for each in listed(here, days=4).items if each.kind not in quiet]
    assert (item.kind, item.subject) == (C.HELD_TOO_LONG, "place 01234 NVY 30/32 @ NJ")
    assert (item.units, item.value) == (2, Money("16.50", "USD"))
    found = [each for each in listed(here, days=4).items if each.kind not in quiet]
    assert {(each.kind, each.subject) for each in found} == {
        (C.HELD_TOO_LONG, "place 01234 NVY 30/32 @ NJ"),
        (C.RETURN_DISPOSITION_OPEN, f"return {back.id}"),
    }


def test_a_feed_is_silent_after_twice_its_longest_pause(here):
    for _ in range(12):
        here.warehouse.adjust(CODES[BLACK], 1, "FOUND")
        here.turn()
    here.erp.process_staging()
    here.turn()
    assert C.FEED_SILENT not in {each.kind for each in listed(here, hours=2).items}
    (item,) = [each for each in listed(here, hours=20).items if each.kind is C.FEED_SILENT]
    assert (item.subject, item.units) == ("feed clarus transaction", None)


# With the books ----------------------------------------------------------------------------------------------


def test_the_books_tell_the_rest_each_document_once(here, tmp_path):
    release(here)
    here.ship()
    here.turn()
    here.erp.process_staging()
    here.erp.run_invoicing()
    here.turn()
    here.erp.book_again("1001")
    here.issue("C55", NAVY, 6)
    here.turn()
    (receipt,) = here.warehouse.goods_in_receipts.find("reference", "C55")
    here.warehouse.receive(receipt.lines[0].id, 8)
    here.turn()
    here.later(days=2)
    found = exceptions_of(here.site, without_warehouse(exported(here, tmp_path / "exports")))
    assert found.unread == ()
    told = {each.subject: (each.kind, each.units, each.value) for each in found.items}
    assert told == {
        "order 1001": (C.DISPATCH_POSTED_TWICE, 5, Money("37.50", "USD")),
        "receipt C55/3": (C.RECEIPT_UNPOSTED, 8, Money("66.00", "USD")),
    }
    here.erp.process_staging()
    here.turn()
    found = exceptions_of(here.site, without_warehouse(exported(here, tmp_path / "later")))
    told = {each.subject: (each.kind, each.units, each.value) for each in found.items}
    assert told["receipt C55/3"] == (C.RECEIPT_OVER, 2, Money("16.50", "USD"))


# Sources that cannot be read ---------------------------------------------------------------------------------


def test_a_warehouse_that_is_away_stops_nothing_and_clears_nothing(here):
    release(here)
    here.warehouse.process_picks([here.goods_out().id])
    first = listed(here, days=3)
    kept = look([], first.items, here.time).standings
    here.clarus_faults.next(Fault.FAILED_BEFORE, times=50)
    away = exceptions_of(here.site)
    assert away.items == ()
    assert away.not_looked_at >= {DRIFT, WAREHOUSE}
    assert C.STUCK_ALLOCATED in away.not_looked_for
    assert away.unread
    day = look(
        kept,
        away.items,
        here.time,
        not_looked_for=away.not_looked_for,
        not_looked_at=away.not_looked_at,
    )
    assert day.steps == ()


def test_what_healed_it_is_told(here):
    release(here)
    here.ship()
    here.turn()
    kept = look([], listed(here, days=2).items, here.time).standings
    here.erp.process_staging()
    here.erp.run_invoicing()
    here.turn()
    found = exceptions_of(here.site)
    day = look(kept, found.items, here.time, not_looked_at=found.not_looked_at, healed=healed_by(here.site, kept))
    (step,) = day.steps
    assert step.event is ExceptionEvent.CLEARED
    assert step.note.startswith("dispatch of pick 1001 was posted on 2026-03-04")


def test_an_instant_that_has_no_day_is_a_damaged_row_and_stops_nothing(here):
    at = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
    fact = a_fact("77", occurred_at=at)
    here.site.ledger.record(fact)
    posting = a_posting(fact, state=State.PARKED)
    here.site.ledger.post(posting)
    assert named(exceptions_of(here.site)) == [(C.PARKED, f"{posting.kind} {posting.key}")]


def test_a_site_that_reaches_its_warehouse_by_file_is_not_told_to_ask_it(here):
    here.site = evolve(here.site, has_api=False)
    found = exceptions_of(here.site)
    assert (found.items, found.unread, found.not_looked_at) == ((), (), {CLOSE, WAREHOUSE})


def test_limits_are_the_sites_own(here):
    release(here)
    here.warehouse.process_picks([here.goods_out().id])
    here.later(hours=2)
    assert named(exceptions_of(here.site)) == []
    here.site = evolve(here.site, exceptions=ExceptionPolicy(after={C.STUCK_ALLOCATED: dt.timedelta(hours=1)}))
    assert named(exceptions_of(here.site)) == [(C.STUCK_ALLOCATED, "order 1001")]


def test_the_same_question_has_the_same_answer(here):
    release(here)
    here.ship()
    here.turn()
    at = here.time + 3 * DAY
    assert exceptions_of(here.site, as_of=at) == exceptions_of(here.site, as_of=at)
    assert exceptions_of(here.site, as_of=at).items[0].units == Decimal(-5)
