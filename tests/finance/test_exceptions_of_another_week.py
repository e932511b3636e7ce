"""Another planted week, around the end of May: troubles that come together, heal in part, turn worse, come back.

Two buildings, NJ and LA. TOP costs 8.00 in NJ and 9.50 in LA, CAP 3.25 in both; what BAG costs nobody knows. What
has to be on the list was written by hand before it was seen: class, owner, units as the books will change,
value, period, promise.
"""

from __future__ import annotations

import datetime as dt
import random
from contextlib import contextmanager
from decimal import Decimal

import pytest
from attrs import define, evolve

from clarus_bluecherry.finance.exceptions import (
    ExceptionClass,
    ExceptionEvent,
    ExceptionEvidence,
    ExceptionItem,
    ExceptionPolicy,
    ExceptionState,
    ExceptionTerms,
    FeedRhythm,
    acknowledged,
    look,
    one_for_each,
    postings_found,
    ranked,
    silence_found,
)
from clarus_bluecherry.flows import (
    acknowledge_exception,
    exception_history,
    exceptions_of,
    keep_exceptions,
    open_exceptions,
)
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.ledger.reasons import Owner
from clarus_bluecherry.sandbox.erp import Article, Pick, PickLine, ProductionLine, ProductionOrder, RecType
from clarus_bluecherry.sandbox.faults import Fault
from tests.finance.week_world import Week
from tests.unit.flows_world import SHIP_TO, ZONE, loop

TOP = Article(style="TOP", color_code="RED", size_desc="S", std_cost=Decimal("8.00"))
CAP = Article(style="CAP", color_code="TAN", size_desc="S", std_cost=Decimal("3.25"))
BAG = Article(style="BAG", color_code="TAN", size_desc="S", std_cost=Decimal("99.00"))
"""Its cost is taken out of the books' costs again: the item master's word is no dated cost."""
BUILDINGS = {"WH-NJ": "NJ", "WH-LA": "LA"}
FRIDAY = dt.datetime(2026, 5, 29, 10, tzinfo=ZONE)
FAR, SOON, MAY_ENDS = dt.date(2026, 8, 1), dt.date(2026, 6, 2), dt.date(2026, 5, 31)
MAY, JUNE = "2026-05", "2026-06"
FINANCE, OPERATIONS = "finance", "operations"


def code_of(article):
    return f"{article.style}-{article.color_code}-{article.size_desc}"


def day(count, hour=10):
    """So many days after the Friday on which it begins."""
    return FRIDAY.replace(hour=hour) + dt.timedelta(days=count)


@define
class Shop(Week):
    """What people do in it, at either building."""

    def ordered(self, number, location, article, units, promised=FAR):
        line = PickLine(line_seq="1", article=article, bk_qty=units, price=Decimal("19.90"), uom="")
        self.here.erp.release(
            Pick(
                pick_num=number,
                ord_num=f"SO{number}",
                po_num="PO-9",
                customer="NORDST",
                location=location,
                shipper="UPS",
                pick_date=promised,
                ship_to=dict(SHIP_TO),
                lines=(line,),
                last_mod=self.here.time,
            )
        )

    def bought(self, number, article, units):
        line = ProductionLine(prod_line="3", article=article, prod_qty=units, cost=Decimal("7.10"))
        due = self.here.time.date()
        self.here.erp.issue(
            ProductionOrder(
                prod_num=number, vendor="MILL", location="NJ", due_date=due, lines=(line,), last_mod=self.here.time
            )
        )

    def booked(self, how, article, location, units, document, on):
        self.here.erp.book_by_hand(how, article.key, location, Decimal(units), on, document)

    def wants(self, number, units):
        (line,) = self.here.erp.picks[number].lines
        self.here.erp.change_pick(number, [evolve(line, bk_qty=units)])

    def given_up(self, number):
        order = self.here.goods_out(number)
        self.here.warehouse.process_picks([order.id])
        self.here.warehouse.cancel_goods_out(order.id)

    def look(self):
        """The day's list, kept: each subject, as it was written by hand."""
        found, life = keep_exceptions(self.here.site, self.books)
        assert found.unread == ()
        return {item.subject: told(item) for item in found.items}, life


def told(item):
    return (
        item.kind.value,
        item.owner.value,
        item.units,
        item.value and item.value.amount,
        item.close and item.close.period,
        item.promise and (item.promise.promised, item.promise.units),
    )


def row(kind, owner, units, value, period=None, promise=None):
    amounts = (None if each is None else Decimal(each) for each in (units, value))
    return (kind, owner, *amounts, period, promise and (promise[0], Decimal(promise[1])))


@contextmanager
def shop_at(folder):
    with loop() as here:
        here.erp.add_location("LA")
        here.warehouse.add_warehouse("WH-LA")
        for article in (TOP, CAP, BAG):
            here.erp.add_article(article)
            here.warehouse.add_product(code_of(article))
            for building, location in BUILDINGS.items():
                here.erp.open_stock(article, location, 40)
                here.warehouse.open_stock(code_of(article), 40, warehouse=building)
        here.erp.change_cost(TOP.key, Decimal("9.50"), dt.date(2026, 1, 1), "LA")
        here.erp.costs[BAG.key].clear()
        here.site = evolve(
            here.site,
            warehouses=BUILDINGS,
            warehouse_terms=evolve(here.site.warehouse_terms, locations=BUILDINGS),
            latest_effect=dt.timedelta(days=7),
        )
        here.learn()
        made = Shop(here, folder)
        here.time = FRIDAY
        made.turn()
        yield made


@pytest.fixture
def shop(tmp_path):
    with shop_at(tmp_path) as made:
        yield made


def test_what_left_and_is_booked_wrongly_in_two_ways_or_in_part(shop):
    here, erp = shop.here, shop.here.erp
    shop.ordered("B1", "NJ", TOP, 3)
    shop.ordered("B2", "LA", TOP, 3)
    shop.ordered("B3", "NJ", BAG, 2)
    shop.ordered("B4", "LA", CAP, 5)
    shop.turn()
    erp.quirks.days_off |= {"B1": 1, "B2": 1}
    erp.quirks.leaves_lying |= {"B3", "B4"}
    here.time = day(2)
    for number in ("B1", "B2", "B3", "B4"):
        here.ship(number)
    shop.night()
    erp.book_again("B1")
    here.time = day(4)
    planted = {
        "order B1": row("dispatch_posted_twice", FINANCE, 3, "24.00", MAY),
        "order B2": row("dispatch_wrong_period", FINANCE, -3, "-28.50", MAY),
        "order B3": row("dispatch_not_posted", FINANCE, -2, None, MAY),
        "order B4": row("dispatch_not_posted", FINANCE, -5, "-16.25", MAY),
    }
    assert shop.look()[0] == planted
    shop.booked(RecType.IN, CAP, "LA", -2, "B4", MAY_ENDS)
    planted["order B4"] = row("dispatch_not_posted", FINANCE, -3, "-9.75", MAY)
    assert shop.look()[0] == planted, "two of five are booked: three are not"
    shop.booked(RecType.IN, TOP, "NJ", 3, "B1", dt.date(2026, 6, 1))
    planted["order B1"] = row("dispatch_wrong_period", FINANCE, -3, "-24.00", MAY)
    listed, life = shop.look()
    assert listed == planted, "what was booked twice is still booked in the wrong period"
    assert life.of(ExceptionEvent.OPENED) == ("dispatch_wrong_period:order B1",)
    assert life.of(ExceptionEvent.CLEARED) == ("dispatch_posted_twice:order B1",)


def test_an_order_with_two_troubles_is_in_one_class_after_the_other(shop):
    here = shop.here
    shop.ordered("B5", "LA", TOP, 4, SOON)
    shop.ordered("B6", "NJ", CAP, 4)
    shop.ordered("B9", "LA", TOP, 3)
    shop.ordered("B10", "LA", CAP, 3)
    shop.turn()
    shop.given_up("B9")
    shop.given_up("B10")
    here.erp.withdraw_pick("B10")
    here.time = day(3)
    here.ship("B6")
    here.erp.quirks.shows_late.add("B6")
    collect_movements(here.site)
    here.bluecherry_faults.next(Fault.FAILED_AFTER, path_contains="OrderShipment")
    deliver(here.site)
    shop.wants("B6", 3)
    shop.wants("B5", 3)
    here.time = day(5)
    shop.turn()
    assert shop.look()[0] == {
        "order B5": row("order_drifted", OPERATIONS, -3, "-28.50", None, (SOON, 3)),
        "order B6": row("in_doubt", FINANCE, -4, "-13.00", JUNE),
        "order B9": row("cancelled_still_awaited", OPERATIONS, -3, "-28.50", None, (FAR, 3)),
    }, "what both sides gave up is nobody's"

    shop.wants("B5", 4)
    here.erp.withdraw_pick("B9")
    here.erp.quirks.shows_late.discard("B6")
    here.time = day(13)
    shop.night()
    here.later(hours=3)
    shop.night()
    planted = {
        "order B5": row("past_promise", OPERATIONS, -4, "-38.00", None, (SOON, 4)),
        "order B6": row("order_drifted", OPERATIONS, 1, "3.25"),
    }
    assert shop.look()[0] == planted, "of what has left, one is too many; nobody waits for it"


def test_what_came_back_and_what_came_short(shop):
    here = shop.here
    shop.ordered("B7", "NJ", CAP, 2)
    shop.bought("B8", TOP, 10)
    shop.turn()
    here.time = day(2)
    here.ship("B7")
    shop.night()
    back = here.warehouse.take_return("B7", code_of(CAP), 3)
    (receipt,) = here.warehouse.goods_in_receipts.find("reference", "B8")
    here.warehouse.receive(receipt.lines[0].id, 6)
    here.warehouse.complete_receipt(receipt.id)
    shop.turn()
    here.time = day(3, 18)
    more = row("return_more_than_shipped", FINANCE, 3, "9.75", MAY)
    assert shop.look()[0] == {
        f"return {back.id}": more,
        "receipt B8/3": row("receipt_unposted", FINANCE, 6, "48.00", MAY),
    }
    here.time = day(10)
    shop.night()
    short = row("receipt_short", FINANCE, -4, "-32.00", MAY)
    assert shop.look()[0] == {f"return {back.id}": more, "receipt B8/3": short}
    shop.booked(RecType.RT, CAP, "NJ", 2, "HAND-B7", dt.date(2026, 6, 8))
    (waits,) = here.site.ledger.in_state("parked")
    here.site.ledger.cancel(waits.key, "one is of another order", "Ada", settled_with="HAND-B7")
    here.later(hours=1)
    assert shop.look()[0] == {
        f"return {back.id}": row("return_not_in_books", FINANCE, 1, "3.25", MAY),
        "receipt B8/3": short,
    }, "nothing of it waits in the ledger any more; a third of it is in no book"
    shop.booked(RecType.RT, CAP, "NJ", 1, "HAND-B7", dt.date(2026, 6, 8))
    assert shop.look()[0] == {
        f"return {back.id}": row("return_not_credited", FINANCE, 3, "9.75", MAY),
        "receipt B8/3": short,
    }


def test_what_was_acknowledged_and_turns_worse_rests_no_more(shop):
    here, name = shop.here, "negative_on_hand:place CAP TAN S @ LA"
    shop.booked(RecType.SA, CAP, "LA", -42, "JE-1", dt.date(2026, 5, 29))
    here.site = evolve(here.site, exceptions=ExceptionPolicy(most_value=Decimal(200)))
    listed, life = shop.look()
    assert listed["place CAP TAN S @ LA"] == row("negative_on_hand", OPERATIONS, -2, "-6.50", MAY)
    acknowledge_exception(here.site.ledger, name, actor="Ada", reason="they count on Friday")
    _, life = shop.look()
    assert life.of(ExceptionEvent.LAPSED) == ()
    shop.booked(RecType.SA, CAP, "LA", 1, "JE-2", dt.date(2026, 5, 29))
    _, life = shop.look()
    assert life.of(ExceptionEvent.LAPSED) == (), "it is better"
    shop.booked(RecType.SA, CAP, "LA", -61, "JE-3", dt.date(2026, 5, 29))
    listed, life = shop.look()
    assert listed["place CAP TAN S @ LA"] == row("negative_on_hand", OPERATIONS, -62, "-201.50", MAY)
    assert life.of(ExceptionEvent.LAPSED) == (name,)
    assert name in {each.identity for each in life.overdue}
    (standing,) = [each for each in open_exceptions(here.site.ledger) if each.identity == name]
    assert standing.state is ExceptionState.OPEN


def test_what_is_healed_and_comes_back_is_the_same_with_its_history(shop):
    here, place = shop.here, "place TOP RED S @ LA"
    here.warehouse.add_reason("QA", "hold")
    here.warehouse.add_reason("QA-OK", "release")
    lives = []
    for week in range(2):
        here.warehouse.hold(code_of(TOP), 2 + week, "QA", warehouse="WH-LA")
        here.later(days=8)
        listed, life = shop.look()
        value = f"{(2 + week) * Decimal('9.50')}"
        assert listed == {place: row("held_too_long", OPERATIONS, 2 + week, value)}
        here.warehouse.release(code_of(TOP), 2 + week, "QA-OK", warehouse="WH-LA")
        lives += [life, shop.look()[1]]
    steps = [step.event.value for life in lives for step in life.steps]
    assert steps == ["opened", "cleared", "reopened", "cleared"]
    assert len(exception_history(here.site.ledger, f"held_too_long:{place}")) == 4
    assert lives[2].standings[0].times == 2


def test_each_day_of_a_quiet_week_is_empty_for_everybody(shop):
    here = shop.here
    for count in range(5):
        here.time = day(count)
        shop.ordered(f"Q{count}", "LA", BAG, 2, here.time.date() + dt.timedelta(days=1))
        shop.turn()
        here.ship(f"Q{count}")
        shop.night()
        for books in (None, shop.books):
            found = exceptions_of(here.site, books)
            for owner in (None, *Owner):
                assert [item for item in found.items if owner in (None, item.owner)] == []
        assert found.unread == ()


def test_order_and_duplication_of_what_is_told_change_nothing(shop):
    here = shop.here
    for number, article, location in (("D1", TOP, "NJ"), ("D2", TOP, "LA"), ("D3", BAG, "NJ")):
        shop.ordered(number, location, article, 4)
    shop.turn()
    here.erp.quirks.leaves_lying |= {"D1", "D2", "D3"}
    for number in ("D1", "D2", "D3"):
        here.ship(number)
    shop.night()
    here.later(days=3)
    books = shop.books
    found = exceptions_of(here.site, books)
    assert len(found.items) == 3
    assert exceptions_of(here.site, books) == found, "asked twice"
    collect_movements(here.site)
    deliver(here.site)
    assert exceptions_of(here.site, books) == found, "told twice"
    pairs = [(posting, fact.record) for posting, fact in here.site.ledger.open_postings()]
    terms, items = ExceptionTerms(now=here.time), [*found.items]
    first = ranked(one_for_each(postings_found(pairs, terms)))
    for seed in range(5):
        order = random.Random(seed)
        again = [*pairs, *pairs]
        order.shuffle(again)
        assert ranked(one_for_each(postings_found(again, terms))) == first
        order.shuffle(items)
        assert ranked(one_for_each([*items, *items])) == found.items


def test_a_feed_that_rests_at_weekends_may_rest_twice_as_long():
    begun = dt.datetime(2026, 5, 4, 10, tzinfo=ZONE)
    workdays = (begun + dt.timedelta(days=7 * week + of_it) for week in range(4) for of_it in range(5))
    heard = tuple(sorted(workdays, reverse=True))

    def silent(days):
        terms = ExceptionTerms(now=heard[0] + dt.timedelta(days=days))
        return silence_found(
            FeedRhythm(feed="clarus transaction", heard=heard), terms, least=dt.timedelta(hours=4)
        )

    assert (silent(5), silent(6)) == (None, None)
    item = silent(7)
    assert item is not None
    assert (item.kind.value, item.owner.value, item.value) == ("feed_silent", "integration", None)


def test_what_other_sources_tell_is_not_worse_than_what_was_acknowledged():
    noon = dt.datetime(2026, 6, 1, 12, tzinfo=ZONE)

    def item(units, *sources):
        evidence = tuple(ExceptionEvidence(source=each) for each in sources)
        return ExceptionItem(
            kind=ExceptionClass.DISPATCH_NOT_POSTED,
            subject="order B4",
            what="pick B4",
            since=noon,
            units=units,
            evidence=evidence,
        )

    first = look([], [item(-3, "ledger", "close")], noon).standings[0]
    known, _ = acknowledged(first, by="Ada", why="two were booked by hand", until=None, at=noon)
    lapsed = [
        look([known], [found], noon).of(ExceptionEvent.LAPSED)
        for found in (item(-5, "ledger"), item(None, "ledger", "close"), item(-5, "ledger", "close"))
    ]
    assert lapsed == [(), (), ("dispatch_not_posted:order B4",)]
