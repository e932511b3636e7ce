"""A week around a month's end, in which each kind of exception is planted at a SKU and a document of its own.

Everything is done through the doors of both systems and of the loop; nothing here knows what an exception is. The
SKU of the first planting of a kind has size M, that of the second size L.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from attrs import define, evolve, field

from clarus_bluecherry.clarus.webhooks import read_notice
from clarus_bluecherry.flows.alerts import AlertRule, AlertTerms
from clarus_bluecherry.flows.deliver import confirm_all, deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.flows.webhooks import LedgerInbox, process_inbox
from clarus_bluecherry.ledger import KeptAlert, KeptException, Posting, State
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sandbox.erp import Article, RecType
from clarus_bluecherry.sandbox.exports import write_exports
from clarus_bluecherry.sandbox.faults import Fault
from clarus_bluecherry.sandbox.warehouse import Transaction
from clarus_bluecherry.sku import Decision
from tests.finance.close_site_world import without_warehouse
from tests.unit.flows_world import ZONE, Loop, loop

MONDAY = dt.datetime(2026, 3, 30, 10, tzinfo=ZONE)
LIST = dt.datetime(2026, 4, 9, 17, tzinfo=ZONE)
"""When the list is asked for: ten days later, so that what counts after seven days does."""
MARCH_30, MARCH_ENDS = dt.date(2026, 3, 30), dt.date(2026, 3, 31)
DAYS, SATURDAY = 10, 5
"""How many days it goes on, and the last one, from 0, on which a feed that falls silent tells something."""
FEEDS = ("bluecherry pick_ticket", "clarus transaction")
FAR = dt.date(2026, 5, 29)
"""A promise that no list of this week comes near."""
OPENING = 40
SIZES = ("M", "L")

NUMBERS = {
    "dispatch_not_posted": 1,
    "dispatch_wrong_period": 2,
    "dispatch_posted_twice": 3,
    "part_not_told": 4,
    "return_not_in_books": 5,
    "return_not_credited": 6,
    "return_more_than_shipped": 7,
    "return_disposition_open": 8,
    "adjustment_lagging": 9,
    "count_lagging": 10,
    "receipt_unposted": 11,
    "receipt_over": 12,
    "receipt_short": 13,
    "pick_confirmation_failed": 14,
    "pick_confirmation_missing": 15,
    "stuck_allocated": 16,
    "stuck_picked": 17,
    "past_promise": 18,
    "cancelled_still_awaited": 19,
    "sku_halted": 20,
    "order_rejected": 21,
    "order_drifted": 22,
    "in_doubt": 23,
    "parked": 24,
    "negative_on_hand": 25,
    "held_too_long": 26,
    "in_transit_too_long": 27,
    "booked_otherwise": 28,
    "completeness_gap": 29,
    "unread": 30,
    "waiting": 31,
    "feed_silent": 32,
    "alert_failed": 33,
    "dispatch_undone": 34,
    "traffic": 40,
}
"""A number for each kind: its style, and what an each of it costs in dollars, with a cent for each planting."""


def article_of(kind: str, nth: int) -> Article:
    """The SKU at which a kind is planted for the nth time."""
    number = NUMBERS[kind]
    cost = Decimal(f"{number}.{nth:02}")
    return Article(style=f"W{number:02}", color_code="BLK", size_desc=SIZES[nth - 1], std_cost=cost)


def code_of(kind: str, nth: int) -> str:
    """What the warehouse calls that SKU."""
    article = article_of(kind, nth)
    return f"{article.style}-{article.color_code}-{article.size_desc}"


def number_of(kind: str, nth: int) -> str:
    """The pick ticket or production order of a planting: 9011 for the first of the first kind."""
    return str(9000 + 10 * NUMBERS[kind] + nth)


Heal = Callable[[], object]
Planting = Generator[None, None, Heal]
"""What people do, day by day: it yields until the next day, and gives what will heal it."""


@define
class Week:
    """Both systems at work, and the people who plant something in them, all beside one another."""

    here: Loop
    folder: Path
    ends: bool = False
    """Whether it is the day of the list, after the loop's last turn of the day."""
    late: list[Callable[[], None]] = field(factory=list)
    """What is done this evening, after the night's jobs."""
    silent: set[str] = field(factory=set)
    """The feeds that tell nothing from Sunday on."""
    documents: dict[tuple[str, int], str] = field(factory=dict)
    """The warehouse's numbers of what is planted, where it gives them."""
    _listed: int = 0

    # Time ---------------------------------------------------------------------------------------------------

    def pass_by(self, *kinds: tuple[str, int]) -> dict[tuple[str, int], Heal]:
        """The whole week with what is planted in it, so many times of each kind; returns what heals each."""
        running: dict[tuple[str, int], Planting] = {each: getattr(self, each[0])(each[1]) for each in kinds}
        heals: dict[tuple[str, int], Heal] = {}
        for day in range(DAYS):
            self.here.time = MONDAY + dt.timedelta(days=day)
            if self.today > MARCH_ENDS:
                self.march_is(closed=True)
            running |= {("orders", day): self.orders(day), ("movements", day): self.movements(day)}
            _go_on(running, heals)
            self.here.later(hours=10)
            self.night()
            while self.late:
                self.late.pop(0)()
        self.here.time = MONDAY + dt.timedelta(days=DAYS)
        self.ends = True
        running = {key: each for key, each in running.items() if key in kinds}  # nobody else works on this day
        _go_on(running, heals)
        assert not running, "somebody has not come to an end"
        self.here.time = LIST
        return {key: heals[key] for key in kinds}

    def march_is(self, *, closed: bool) -> None:
        """Finance closes March, and what is read later waits for its word; or it opens March again."""
        calendar = evolve(
            self.here.site.calendar, closed_through=MARCH_ENDS if closed else None, when_closed="refuse"
        )
        self.here.site = self.here.site.with_calendar(calendar)

    def turn(self) -> None:
        """A turn of the loop, and half an hour, so that what waited is due. It leaves notices alone."""
        for step in (collect_orders, collect_movements, reprocess, deliver):
            step(self.here.site)
        self.here.later(minutes=30)

    def night(self) -> None:
        """Blue Cherry's jobs between two turns of the loop."""
        self.turn()
        self.here.erp.process_staging()
        self.here.erp.run_invoicing()
        confirm_all(self.here.site)
        self.here.later(minutes=30)

    @property
    def books(self) -> Path:
        """Blue Cherry's exports of this moment, as a close reads them."""
        self._listed += 1
        whole = self.folder / f"exports-{self._listed}"
        write_exports(whole, self.here.warehouse, self.here.erp)
        text = 'zone = "America/New_York"\nclarus_zone = "UTC"\naccount = "BRAND"\ncurrency = "USD"\n'
        text += 'basis = "standard"\nnumbers = "(?:TO|CV|AT)-[0-9]+"\n'
        (whole / "close.toml").write_text(text, "utf-8")
        for name in ("closings", "invoices"):
            (whole / f"{name}.csv").unlink()  # no file of a close
        return without_warehouse(whole)

    # What agrees ---------------------------------------------------------------------------------------------

    def orders(self, day: int) -> Planting:
        """An order is released, and leaves on the next day.

        Where orders are to be silent from Sunday on, those of then were released on Saturday.
        """
        is_silent = FEEDS[0] in self.silent and day >= SATURDAY
        for each in range(day, DAYS) if is_silent and day == SATURDAY else () if is_silent else (day,):
            self.released("traffic", 1, 3, number=f"T{each}", pick_date=FAR)
        yield
        self.here.ship(f"T{day}")
        return _nothing

    def movements(self, day: int) -> Planting:
        """Goods come and stock is adjusted on the next day, some of the order come back on the one after."""
        code, article = code_of("traffic", 1), article_of("traffic", 1)
        if FEEDS[1] in self.silent and day >= SATURDAY:
            return _nothing
        self.here.issue(f"R{day}", article, 4)
        yield
        (receipt,) = self.here.warehouse.goods_in_receipts.find("reference", f"R{day}")
        self.here.warehouse.receive(receipt.lines[0].id, 4)
        self.here.warehouse.complete_receipt(receipt.id)
        self.here.warehouse.adjust(code, -1, "LOST")
        yield
        self.here.warehouse.take_return(f"T{day}", code, 1)
        self.here.erp.credit(f"T{day}", article.key, Decimal(1), self.today)
        return _nothing

    def sold(self, kind: str, nth: int, units: int) -> Generator[None, None, str]:
        """An order is released, and leaves on the next day; it is invoiced in that night."""
        number = self.released(kind, nth, units)
        yield
        self.here.ship(number)
        yield
        return number

    # Messages and books ----------------------------------------------------------------------------------------

    def dispatch_not_posted(self, nth: int) -> Planting:
        """Goods leave and Blue Cherry is told; its jobs do not come to it."""
        heal = self.left_lying(number_of("dispatch_not_posted", nth))
        yield from self.sold("dispatch_not_posted", nth, 2 + nth)
        return heal

    def dispatch_wrong_period(self, nth: int) -> Planting:
        """Goods leave in March, and are booked under April; somebody books it back, and again in March."""
        kind, units = "dispatch_wrong_period", 1 + nth
        number = number_of(kind, nth)
        self.here.erp.quirks.days_off[number] = 2
        yield from self.sold(kind, nth, units)

        def heal() -> None:
            self.by_hand(kind, nth, RecType.IN, units, number, day=dt.date(2026, 4, 1))
            self.by_hand(kind, nth, RecType.IN, -units, number)

        return heal

    def dispatch_posted_twice(self, nth: int) -> Planting:
        """A dispatch is invoiced, and booked once more; somebody reverses that."""
        kind, units = "dispatch_posted_twice", 3 + nth
        number = yield from self.sold(kind, nth, units)
        self.here.erp.book_again(number)
        return lambda: self.by_hand(kind, nth, RecType.IN, units, number)

    def dispatch_undone(self, nth: int) -> Planting:
        """Goods leave and are invoiced, and the dispatch is taken back; it is voided there, and leaves again."""
        kind, units = "dispatch_undone", 1 + nth
        number = self.released(kind, nth, units, pick_date=FAR)
        yield
        self.here.ship(number)
        yield
        (order,) = self.here.warehouse.goods_outs.find("reference", number)
        (shipment,) = [each for each in self.here.warehouse.shipments if each.goods_out.id == order.id]
        self.here.warehouse.undispatch(shipment.id)
        yield

        def heal() -> None:
            self.by_hand(kind, nth, RecType.IN, units, number, day=self.today)
            open_postings = [posting for posting, _ in self.here.site.ledger.open_postings()]
            (reversal,) = [each for each in open_postings if each.reference == number]
            self.here.site.ledger.cancel(reversal.key, "the shipment was voided", "Ada", settled_with=number)
            self.here.warehouse.dispatch(order.id)
            self.night()

        return heal

    def return_not_in_books(self, nth: int) -> Planting:
        """Sold goods come back and Blue Cherry is told; its jobs do not come to it."""
        kind, units = "return_not_in_books", 1 + nth
        number = yield from self.sold(kind, nth, 5)
        heal = self.left_lying(self.came_back(kind, nth, number, units))
        self.credited(kind, nth, number, units)
        yield
        return heal

    def return_not_credited(self, nth: int) -> Planting:
        """Sold goods come back and are booked; no credit memo is written."""
        kind = "return_not_credited"
        number = yield from self.sold(kind, nth, 5)
        self.came_back(kind, nth, number, nth)
        yield
        return lambda: self.credited(kind, nth, number, nth)

    def return_more_than_shipped(self, nth: int) -> Planting:
        """More comes back than left; somebody books it by hand and says so."""
        kind, units = "return_more_than_shipped", 2 + nth
        number = yield from self.sold(kind, nth, 2)
        self.came_back(kind, nth, number, units)
        self.credited(kind, nth, number, units)
        yield

        def heal() -> None:
            hand, (posting,) = f"HAND-{number}", self.postings_of(kind, nth)
            self.by_hand(kind, nth, RecType.RT, units, hand, day=self.today)
            self.here.site.ledger.cancel(posting.key, "of a sale before the go-live", "Ada", settled_with=hand)

        return heal

    def return_disposition_open(self, nth: int) -> Planting:
        """Sold goods come back, are booked and credited, and lie on hold; they are made available."""
        kind, units = "return_disposition_open", 1 + nth
        number = yield from self.sold(kind, nth, 4)
        self.came_back(kind, nth, number, units)
        self.here.warehouse.hold(code_of(kind, nth), units, "QA")
        self.credited(kind, nth, number, units)
        yield
        return lambda: self.let_go(kind, nth, units)

    def adjustment_lagging(self, nth: int) -> Planting:
        """Stock is written off and Blue Cherry is told; its jobs do not come to it."""
        (moved,) = self.here.warehouse.adjust(code_of("adjustment_lagging", nth), -nth, "LOST")
        yield from ()
        return self.left_lying(self.known("adjustment_lagging", nth, moved))

    def count_lagging(self, nth: int) -> Planting:
        """Stock is counted and Blue Cherry is told; its jobs do not come to it."""
        (moved,) = self.here.warehouse.count(code_of("count_lagging", nth), OPENING + nth, "COUNT")
        yield from ()
        return self.left_lying(self.known("count_lagging", nth, moved))

    def receipt_unposted(self, nth: int) -> Planting:
        """Goods come and Blue Cherry is told; its jobs do not come to it."""
        kind = "receipt_unposted"
        line = yield from self.announced(kind, nth, 5 + nth)
        moved = self.here.warehouse.receive(line, 5 + nth)
        assert moved.goods_in_receipt is not None
        self.here.warehouse.complete_receipt(moved.goods_in_receipt.id)
        return self.left_lying(f"{number_of(kind, nth)}/3")

    def receipt_over(self, nth: int) -> Planting:
        """More comes than was ordered, and is booked; what is too many is sent back."""
        line = yield from self.announced("receipt_over", nth, 6)
        self.here.warehouse.receive(line, 6 + nth)
        yield

        def heal() -> None:
            self.here.warehouse.unreceive(line, nth)
            self.night()

        return heal

    def receipt_short(self, nth: int) -> Planting:
        """Less comes than was ordered, and is booked; the rest comes."""
        line = yield from self.announced("receipt_short", nth, 6)
        self.here.warehouse.receive(line, 6 - nth)
        yield

        def heal() -> None:
            self.here.warehouse.receive(line, nth)
            self.night()

        return heal

    def in_doubt(self, nth: int) -> Planting:
        """No answer comes about an adjustment, or a dispatch, and Blue Cherry does not show it; then it does.

        It is asked again when an answer can count: a week later, two hours after one another.
        """
        kind = "in_doubt"
        number = self.released(kind, nth, 3, pick_date=FAR) if nth == 2 else ""
        yield
        yield
        yield

        def unanswered() -> None:
            self.here.time = MONDAY + dt.timedelta(days=3, hours=10 + 2 * nth)
            if number:
                self.here.ship(number)
                self.documents[kind, nth] = number
            else:
                (moved,) = self.here.warehouse.adjust(code_of(kind, nth), -2, "LOST")
                self.known(kind, nth, moved)
            self.here.erp.quirks.shows_late.add(self.documents[kind, nth])
            collect_movements(self.here.site)
            entity = "OrderShipment" if number else "PhysicalInventoryTM"
            self.here.bluecherry_faults.next(Fault.FAILED_AFTER, path_contains=entity)
            deliver(self.here.site)

        self.late.append(unanswered)

        def heal() -> None:
            self.here.erp.quirks.shows_late.discard(self.documents[kind, nth])
            self.here.time = max(self.here.time, MONDAY + dt.timedelta(days=10, hours=11 + 2 * nth))
            self.night()

        return heal

    def parked(self, nth: int) -> Planting:
        """Stock is written off on the last night of March, and read after March is closed; then it is opened."""
        yield

        def written_off() -> None:
            (moved,) = self.here.warehouse.adjust(code_of("parked", nth), -1 - nth, "LOST")
            self.known("parked", nth, moved)

        self.late.append(written_off)

        def heal() -> None:
            self.march_is(closed=False)
            self.night()
            self.march_is(closed=True)

        return heal

    def sku_halted(self, nth: int) -> Planting:
        """Some of a product that is tied to no SKU is found; somebody decides what it is."""
        yield
        yield
        yield
        code = odd_code(nth)
        (moved,) = self.here.warehouse.adjust(code, 3, "FOUND")
        self.known("sku_halted", nth, moved)

        def heal() -> None:
            article = article_of("sku_halted", nth)
            sku = Sku(article.style, article.color_code, size=article.size_desc)
            self.here.decisions.append(Decision(code=code, sku=sku, since=MONDAY - dt.timedelta(days=1)))
            self.here.learn()
            self.night()

        return heal

    # Orders in the warehouse ------------------------------------------------------------------------------------

    def pick_confirmation_failed(self, nth: int) -> Planting:
        """In April an order has left, and the warehouse does not say when; then it does."""
        number = self.released("pick_confirmation_failed", nth, 2 + nth, pick_date=FAR)
        yield
        yield
        self.here.ship(number)
        order = self.here.goods_out(number)
        left, order.actual_date_of_dispatch = order.actual_date_of_dispatch, None
        yield

        def heal() -> None:
            order.actual_date_of_dispatch = left
            self.night()

        return heal

    def pick_confirmation_missing(self, nth: int) -> Planting:
        """An order leaves in the morning, and no turn has read it."""
        number = self.released("pick_confirmation_missing", nth, nth, pick_date=FAR)
        while not self.ends:
            yield
        self.here.ship(number)
        return self.night

    def part_not_told(self, nth: int) -> Planting:
        """An order leaves in two parts; the second goes in the morning, and no turn has read it."""
        number = self.released("part_not_told", nth, 3 + nth, pick_date=FAR)
        yield
        order = self.here.goods_out(number)
        (line,) = order.lines
        self.here.warehouse.process_picks([order.id])
        self.here.warehouse.pick(order.id, {line.id: 2})
        self.here.warehouse.dispatch(order.id, part=True)
        while not self.ends:
            yield
        self.here.warehouse.pick(order.id, {line.id: 1 + nth})
        self.here.warehouse.dispatch(order.id)
        return self.night

    def stuck_allocated(self, nth: int) -> Planting:
        """An order is allocated, and nobody picks it for days."""
        number = self.released("stuck_allocated", nth, nth, pick_date=FAR)
        yield
        order = self.here.goods_out(number)
        self.here.warehouse.process_picks([order.id])

        def heal() -> None:
            self.here.warehouse.pick(order.id)
            self.here.warehouse.dispatch(order.id)
            self.night()

        return heal

    def stuck_picked(self, nth: int) -> Planting:
        """An order is picked, and does not leave for days."""
        number = self.released("stuck_picked", nth, 1 + nth, pick_date=FAR)
        yield
        order = self.here.goods_out(number)
        self.here.warehouse.process_picks([order.id])
        self.here.warehouse.pick(order.id)

        def heal() -> None:
            self.here.warehouse.dispatch(order.id)
            self.night()

        return heal

    def past_promise(self, nth: int) -> Planting:
        """An order is to leave on Wednesday, and nobody has begun it."""
        number = self.released("past_promise", nth, 2 + nth, pick_date=dt.date(2026, 4, 1))
        yield

        def heal() -> None:
            self.here.ship(number)
            self.night()

        return heal

    def cancelled_still_awaited(self, nth: int) -> Planting:
        """The warehouse cancels an order; Blue Cherry withdraws it later."""
        number = self.released("cancelled_still_awaited", nth, 3, pick_date=FAR)
        yield
        order = self.here.goods_out(number)
        self.here.warehouse.process_picks([order.id])
        self.here.warehouse.cancel_goods_out(order.id)

        def heal() -> None:
            self.here.erp.withdraw_pick(number)
            self.turn()

        return heal

    def order_rejected(self, nth: int) -> Planting:
        """The warehouse refuses an order, whose product is stopped; a person releases it once it is not."""
        kind = "order_rejected"
        (product,) = self.here.warehouse.products.find("code", code_of(kind, nth))
        self.here.warehouse.change_product(product.id, {"stop": True})
        number = self.released(kind, nth, 2, pick_date=FAR)
        yield

        def heal() -> None:
            self.here.warehouse.change_product(product.id, {"stop": False})
            (posting,) = self.here.site.ledger.about("goods_out", [number])
            self.here.site.ledger.advance(posting.key, State.PENDING, note="not stopped any more", actor="Ada")
            self.turn()

        return heal

    def order_drifted(self, nth: int) -> Planting:
        """Blue Cherry changes an order after the warehouse has it, and changes it back."""
        number = self.released("order_drifted", nth, 4, pick_date=FAR)
        yield
        (line,) = self.here.erp.picks[number].lines
        self.here.erp.change_pick(number, [evolve(line, bk_qty=4 - nth)])

        def heal() -> None:
            self.here.erp.change_pick(number, [line])
            self.turn()

        return heal

    # Stock ------------------------------------------------------------------------------------------------------

    def negative_on_hand(self, nth: int) -> Planting:
        """Somebody books out more than there is, by hand, and books it back."""
        kind, units = "negative_on_hand", OPENING + nth
        self.by_hand(kind, nth, RecType.SA, -units, f"JE-25{nth}")
        yield from ()
        return lambda: self.by_hand(kind, nth, RecType.SA, units, f"JE-25{nth}")

    def booked_otherwise(self, nth: int) -> Planting:
        """Somebody books in by hand what nobody moved, and books it back."""
        kind = "booked_otherwise"
        self.by_hand(kind, nth, RecType.SA, nth, f"JE-28{nth}")
        yield from ()
        return lambda: self.by_hand(kind, nth, RecType.SA, -nth, f"JE-28{nth}")

    def held_too_long(self, nth: int) -> Planting:
        """Stock is put on hold, and is released."""
        kind = "held_too_long"
        self.here.warehouse.hold(code_of(kind, nth), 2 + nth, "QA")
        yield from ()
        return lambda: self.let_go(kind, nth, 2 + nth)

    def in_transit_too_long(self, nth: int) -> Planting:
        """In April stock leaves for the other building, where the books have it at once; it comes there later."""
        kind, units = "in_transit_too_long", 3 + nth
        yield
        yield
        road = self.here.warehouse.send_to("WH-LA", code_of(kind, nth), units, warehouse="WH-NJ")
        self.documents[kind, nth] = road.number
        for location, moved in (("NJ", -units), ("LA", units)):
            self.by_hand(kind, nth, RecType.SA, moved, road.number, day=self.today, location=location)

        def heal() -> None:
            self.here.warehouse.arrive(road)
            self.turn()

        return heal

    # What is heard -----------------------------------------------------------------------------------------------

    def completeness_gap(self, nth: int) -> Planting:
        """Stock is gone, and no document tells of it; it is found again."""
        code, units = code_of("completeness_gap", nth), 1 + nth
        self.here.warehouse.lose(code, units, warehouse="WH-NJ")
        yield from ()
        return lambda: self.here.warehouse.open_stock(code, units, warehouse="WH-NJ")

    def alert_failed(self, nth: int) -> Planting:
        """People could not be told of something, which is over since; then they could."""
        ledger, now, channel = self.here.site.ledger, self.here.time, f"people{nth}"
        of = KeptException(
            identity=f"parked:told {nth}",
            kind="parked",
            subject=f"told {nth}",
            what="it was told",
            owner="operations",
            state="cleared",
            since=now,
            item={},
            opened_at=now,
            seen_at=now,
            ended_at=now,
        )
        alert = KeptAlert(
            key=channel, channel=channel, rule="all", identity=of.identity, times=1, step="opened", called_at=now
        )
        ledger.keep_exceptions([of], [])
        ledger.call_for_alerts([evolve(alert, due=now, error="down", attempts=1)])
        yield from ()

        def heal() -> None:
            ledger.take_alerts([channel], worker="w", lease=dt.timedelta(minutes=1))
            ledger.alerts_sent([channel], worker="w", message="m")

        return heal

    def feed_silent(self, nth: int) -> Planting:
        """Orders, or transactions, that came every day come no more; then one comes."""
        self.silent.add(FEEDS[nth - 1])
        yield from ()

        def heal() -> None:
            if nth == 1:
                self.released("feed_silent", nth, 1, pick_date=FAR)
            else:
                self.here.warehouse.adjust(code_of("feed_silent", nth), 1, "FOUND")
            self.turn()
            if nth == 2:
                self.night()

        return heal

    def unread(self, nth: int) -> Planting:
        """A pick ticket counts in a unit that nobody has a factor for; then it counts in pieces."""
        number = number_of("unread", nth)
        self.here.release(number, ((article_of("unread", nth), 2),), unit=f"BUNDLE{nth}")
        self.here.erp.picks[number].pick_date = FAR
        yield

        def heal() -> None:
            (line,) = self.here.erp.picks[number].lines
            self.here.erp.change_pick(number, [evolve(line, uom="")])
            self.turn()

        return heal

    def waiting(self, nth: int) -> Planting:
        """A notice comes on the first day, and nobody looks where it points; then somebody does."""
        body = b'{"data": {"id": 7%d}}' % nth
        LedgerInbox(self.here.site.ledger, clock=self.here.site.clock).keep(
            read_notice("/hooks/token/stock.received", {}, body)
        )
        yield from ()
        return lambda: process_inbox(self.here.site)

    # What people do ----------------------------------------------------------------------------------------------

    @property
    def today(self) -> dt.date:
        return self.here.time.astimezone(ZONE).date()

    def postings_of(self, kind: str, nth: int) -> list[Posting]:
        """Those about what is planted."""
        return [
            one for one in self.here.site.ledger.in_state(*State) if one.reference == self.documents[kind, nth]
        ]

    def released(self, kind: str, nth: int, units: int, *, number: str = "", **header: object) -> str:
        """Blue Cherry releases a pick ticket of one line; a turn brings it to the warehouse."""
        number = number or number_of(kind, nth)
        self.here.release(number, ((article_of(kind, nth), units),))
        for name, value in header.items():
            setattr(self.here.erp.picks[number], name, value)
        return number

    def announced(self, kind: str, nth: int, units: int) -> Generator[None, None, int]:
        """A production order that has come to the warehouse; returns the line to receive."""
        number = number_of(kind, nth)
        self.here.issue(number, article_of(kind, nth), units)
        yield
        (receipt,) = self.here.warehouse.goods_in_receipts.find("reference", number)
        return receipt.lines[0].id

    def left_lying(self, document: str) -> Heal:
        """Blue Cherry's jobs do not come to a document; then they do."""
        self.here.erp.quirks.leaves_lying.add(document)

        def heal() -> None:
            self.here.erp.quirks.leaves_lying.discard(document)
            self.night()

        return heal

    def came_back(self, kind: str, nth: int, order: str, units: int) -> str:
        """Goods come back; returns the number of the warehouse's transaction."""
        return self.known(kind, nth, self.here.warehouse.take_return(order, code_of(kind, nth), units))

    def known(self, kind: str, nth: int, moved: Transaction) -> str:
        self.documents[kind, nth] = str(moved.id)
        return str(moved.id)

    def credited(self, kind: str, nth: int, number: str, units: int) -> None:
        self.here.erp.credit(number, article_of(kind, nth).key, Decimal(units), self.today)

    def let_go(self, kind: str, nth: int, units: int) -> None:
        self.here.warehouse.release(code_of(kind, nth), units, "QA-OK")
        self.turn()

    def by_hand(
        self,
        kind: str,
        nth: int,
        how: RecType,
        units: int,
        document: str,
        *,
        day: dt.date = MARCH_30,
        location: str = "NJ",
    ) -> None:
        self.here.erp.book_by_hand(how, article_of(kind, nth).key, location, Decimal(units), day, document)


def _go_on(running: dict[tuple[str, int], Planting], heals: dict[tuple[str, int], Heal]) -> None:
    """A day of everybody's work."""
    for key, planting in [*running.items()]:
        try:
            next(planting)
        except StopIteration as done:
            heals[key] = done.value
            del running[key]


def _nothing() -> None:
    """What agrees needs no healing."""


@contextmanager
def week(folder: Path) -> Iterator[Week]:
    """A world with every SKU in stock in NJ, on Monday morning."""
    with loop() as here:
        here.erp.add_location("LA")
        here.warehouse.add_warehouse("WH-LA")
        for code, kind in (("QA", "hold"), ("QA-OK", "release")):
            here.warehouse.add_reason(code, kind)
        for kind in NUMBERS:
            for nth in (1, 2):
                _stocked(here, kind, nth)
        buildings = {"WH-NJ": "NJ", "WH-LA": "LA"}
        here.site = evolve(
            here.site,
            warehouses=buildings,
            warehouse_terms=evolve(here.site.warehouse_terms, locations=buildings),
            latest_effect=dt.timedelta(days=7),
            alerts=AlertTerms(rules=(AlertRule(name="all", channel="people"),)),
        )
        here.learn()
        made = Week(here, folder)
        here.time = MONDAY
        made.turn()
        here.time = MONDAY
        yield made


def _stocked(here: Loop, kind: str, nth: int) -> None:
    article = article_of(kind, nth)
    here.erp.add_article(article)
    if kind == "sku_halted":
        here.warehouse.add_product(odd_code(nth))
        return
    here.erp.open_stock(article, "NJ", OPENING)
    here.warehouse.add_product(code_of(kind, nth))
    here.warehouse.open_stock(code_of(kind, nth), OPENING, warehouse="WH-NJ")


def odd_code(nth: int) -> str:
    """A product of the warehouse's whose code is tied to no SKU."""
    return f"BLACK {SIZES[nth - 1]} OF THE SPRING"
