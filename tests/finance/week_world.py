"""A week around a month's end, in which each kind of exception is planted at a SKU and a document of its own.

Everything is done through the doors of both systems and of the loop; nothing here knows what an exception is. The
SKU of the first planting of a kind has size M, that of the second size L.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from attrs import define, evolve, field

from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.ledger import State
from clarus_bluecherry.mapping import CarrierCodes
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sandbox.erp import Article, RecType
from clarus_bluecherry.sandbox.exports import write_exports
from clarus_bluecherry.sandbox.faults import Fault
from clarus_bluecherry.sku import Decision
from tests.finance.close_site_world import without_warehouse
from tests.unit.flows_world import CODES, ZONE, Loop, loop

MONDAY = dt.datetime(2026, 3, 30, 10, tzinfo=ZONE)
TUESDAY = dt.datetime(2026, 4, 7, 17, tzinfo=ZONE)
"""The day of the list: a week and a day later, so that what counts after seven days does."""
FAR = dt.date(2026, 5, 29)
"""A promise that no list of this week comes near."""
OPENING = 40
SIZES = ("M", "L")

COSTS = {
    "dispatch_not_posted": "1",
    "dispatch_wrong_period": "2",
    "dispatch_posted_twice": "3",
    "part_not_told": "4",
    "return_not_in_books": "5",
    "return_not_credited": "6",
    "return_more_than_shipped": "7",
    "return_disposition_open": "8",
    "adjustment_lagging": "9",
    "count_lagging": "10",
    "receipt_unposted": "11",
    "receipt_over": "12",
    "receipt_short": "13",
    "pick_confirmation_failed": "14",
    "pick_confirmation_missing": "15",
    "stuck_allocated": "16",
    "stuck_picked": "17",
    "past_promise": "18",
    "cancelled_still_awaited": "19",
    "sku_halted": "20",
    "order_rejected": "21",
    "order_drifted": "22",
    "in_doubt": "23",
    "parked": "24",
    "negative_on_hand": "25",
    "held_too_long": "26",
    "in_transit_too_long": "27",
    "booked_otherwise": "28",
    "traffic": "30",
}
"""What an each of the SKU of a kind costs: so many dollars, and a cent for the first planting, two for the second."""


def article_of(kind: str, nth: int) -> Article:
    """The SKU at which a kind is planted for the nth time."""
    number = int(COSTS[kind])
    cost = Decimal(f"{number}.{nth:02}")
    return Article(style=f"W{number:02}", color_code="BLK", size_desc=SIZES[nth - 1], std_cost=cost)


def code_of(kind: str, nth: int) -> str:
    """What the warehouse calls that SKU."""
    article = article_of(kind, nth)
    return f"{article.style}-{article.color_code}-{article.size_desc}"


def number_of(kind: str, nth: int) -> str:
    """The pick ticket or production order of a planting: 101 for the first of the first kind."""
    return f"{COSTS[kind]}0{nth}"


Heal = Callable[[], None]


@define
class Week:
    """Both systems at work, and what is planted in them: each planting gives what will heal it."""

    here: Loop
    folder: Path
    parts: dict[int, str] = field(factory=dict)
    unread: dict[int, str] = field(factory=dict)
    _listed: int = 0

    # Time ---------------------------------------------------------------------------------------------------

    def at(self, instant: dt.datetime) -> None:
        assert instant >= self.here.time, "time goes on"
        self.here.time = instant

    def turn(self) -> None:
        """A turn of the loop, a minute long."""
        for step in (collect_orders, collect_movements, reprocess, deliver):
            step(self.here.site)
        self.here.later(minutes=1)

    def night(self) -> None:
        """Blue Cherry's jobs, and the loop before them and after."""
        self.turn()
        self.here.erp.process_staging()
        self.here.erp.run_invoicing()
        self.turn()

    @property
    def books(self) -> Path:
        """Blue Cherry's exports of this moment, as a close reads them."""
        self._listed += 1
        whole = self.folder / f"exports-{self._listed}"
        write_exports(whole, self.here.warehouse, self.here.erp)
        text = 'zone = "America/New_York"\nclarus_zone = "UTC"\naccount = "BRAND"\ncurrency = "USD"\n'
        text += 'basis = "standard"\nnumbers = "(?:TO|CV|AT)-[0-9]+"\n'
        (whole / "close.toml").write_text(text, "utf-8")
        return without_warehouse(whole)

    # What agrees ---------------------------------------------------------------------------------------------

    def order(self, kind: str, nth: int, units: int, *, number: str = "", **header: object) -> str:
        """Blue Cherry releases a pick ticket of one line, and the loop brings it to the warehouse."""
        number = number or number_of(kind, nth)
        self.here.release(number, ((article_of(kind, nth), units),))
        for name, value in header.items():
            setattr(self.here.erp.picks[number], name, value)
        self.turn()
        return number

    def ship(self, number: str) -> None:
        self.here.ship(number)
        self.turn()

    def sold(self, kind: str, nth: int, units: int) -> str:
        """An order that left, was told and is invoiced."""
        number = self.order(kind, nth, units)
        self.ship(number)
        self.night()
        return number

    def pre_receipt(self, kind: str, nth: int, units: int) -> int:
        """A production order that has come to the warehouse; returns the line to receive."""
        number = number_of(kind, nth)
        self.here.issue(number, article_of(kind, nth), units)
        self.turn()
        (receipt,) = self.here.warehouse.goods_in_receipts.find("reference", number)
        return receipt.lines[0].id

    def receive(self, line: int, units: int) -> None:
        """Goods come, and the warehouse is done with the receipt."""
        moved = self.here.warehouse.receive(line, units)
        self.here.warehouse.complete_receipt(moved.goods_in_receipt.id)
        self.turn()

    def a_day_of_traffic(self, nth: int) -> None:
        """Orders leave, goods come and come back, stock is adjusted and counted; both systems agree about all."""
        kind, code = "traffic", code_of("traffic", 1)
        day = f"{self.here.time:%m%d}"
        number = self.order(kind, 1, 3, number=f"T{day}")
        self.ship(number)
        self.here.issue(f"R{day}", article_of(kind, 1), 4)
        self.turn()
        (receipt,) = self.here.warehouse.goods_in_receipts.find("reference", f"R{day}")
        self.receive(receipt.lines[0].id, 4)
        self.here.warehouse.adjust(code, -1, "LOST")
        self.night()
        self.here.warehouse.take_return(number, code, 1)
        self.night()
        self.here.erp.credit(number, article_of(kind, 1).key, Decimal(1), self.here.time.astimezone(ZONE).date())

    # What is planted on Monday: messages and books -------------------------------------------------------------

    def dispatch_not_posted(self, nth: int) -> Heal:
        """Goods leave and Blue Cherry is told; its jobs do not come to it."""
        number = self.order("dispatch_not_posted", nth, 2 + nth)
        self.ship(number)
        return self._left_lying(number)

    def dispatch_wrong_period(self, nth: int) -> Heal:
        """Goods leave in March, and are booked under April; somebody books it back, and again in March."""
        kind, units = "dispatch_wrong_period", 1 + nth
        number = number_of(kind, nth)
        self.here.erp.quirks.days_off[number] = 2
        self.sold(kind, nth, units)

        def heal() -> None:
            self.by_hand(kind, nth, RecType.IN, units, number, day=dt.date(2026, 4, 1))
            self.by_hand(kind, nth, RecType.IN, -units, number, day=dt.date(2026, 3, 30))

        return heal

    def dispatch_posted_twice(self, nth: int) -> Heal:
        """A dispatch is invoiced, and booked once more; somebody reverses that."""
        kind, units = "dispatch_posted_twice", 3 + nth
        number = self.sold(kind, nth, units)
        self.here.erp.book_again(number)
        return lambda: self.by_hand(kind, nth, RecType.IN, units, number, day=dt.date(2026, 3, 30))

    def return_not_in_books(self, nth: int) -> Heal:
        """Sold goods come back and Blue Cherry is told; its jobs do not come to it."""
        kind = "return_not_in_books"
        number = self.sold(kind, nth, 5)
        came = self.come_back(kind, nth, number, 1 + nth)
        put_right = self._left_lying(came)

        def heal() -> None:
            self.credit(kind, nth, number, 1 + nth)
            put_right()

        return heal

    def return_not_credited(self, nth: int) -> Heal:
        """Sold goods come back and are booked; no credit memo is written."""
        kind = "return_not_credited"
        number = self.sold(kind, nth, 5)
        self.come_back(kind, nth, number, nth)
        self.night()
        return lambda: self.credit(kind, nth, number, nth)

    def return_more_than_shipped(self, nth: int) -> Heal:
        """More comes back than left; the dispatch that was missing is read later."""
        kind = "return_more_than_shipped"
        number = self.sold(kind, nth, 2)
        self.come_back(kind, nth, f"SO{number}", 2 + nth)

        def heal() -> None:
            other = f"{number}-2"
            self.here.release(other, ((article_of(kind, nth), nth),))
            self.here.erp.picks[other].ord_num = f"SO{number}"
            self.turn()
            self.ship(other)
            self.night()
            self.credit(kind, nth, number, 2 + nth)

        return heal

    def return_disposition_open(self, nth: int) -> Heal:
        """Sold goods come back, are booked and credited, and lie on hold; they are released."""
        kind = "return_disposition_open"
        number = self.sold(kind, nth, 4)
        self.come_back(kind, nth, number, 1 + nth)
        self.here.warehouse.hold(code_of(kind, nth), 1 + nth, "QA")
        self.credit(kind, nth, number, 1 + nth)
        self.night()
        return lambda: self.released(kind, nth, 1 + nth)

    def adjustment_lagging(self, nth: int) -> Heal:
        """Stock is written off and Blue Cherry is told; its jobs do not come to it."""
        (moved,) = self.here.warehouse.adjust(code_of("adjustment_lagging", nth), -nth, "LOST")
        self.turn()
        return self._left_lying(str(moved.id))

    def count_lagging(self, nth: int) -> Heal:
        """Stock is counted and Blue Cherry is told; its jobs do not come to it."""
        (moved,) = self.here.warehouse.count(code_of("count_lagging", nth), OPENING + nth, "COUNT")
        self.turn()
        return self._left_lying(str(moved.id))

    def receipt_unposted(self, nth: int) -> Heal:
        """Goods come and Blue Cherry is told; its jobs do not come to it."""
        line = self.pre_receipt("receipt_unposted", nth, 5 + nth)
        self.receive(line, 5 + nth)
        return self._left_lying(f"{number_of('receipt_unposted', nth)}/3")

    def receipt_over(self, nth: int) -> Heal:
        """More comes than was ordered, and is booked; what is too many is sent back."""
        line = self.pre_receipt("receipt_over", nth, 6)
        self.here.warehouse.receive(line, 6 + nth)
        self.night()

        def heal() -> None:
            self.here.warehouse.unreceive(line, nth)
            self.night()

        return heal

    def receipt_short(self, nth: int) -> Heal:
        """Less comes than was ordered, and is booked; the rest comes."""
        line = self.pre_receipt("receipt_short", nth, 6)
        self.here.warehouse.receive(line, 6 - nth)
        self.night()

        def heal() -> None:
            self.here.warehouse.receive(line, nth)
            self.night()

        return heal

    def in_doubt(self, nth: int) -> Heal:
        """No answer comes, and Blue Cherry does not show the message; then it does."""
        kind = "in_doubt"
        if nth == 1:
            (moved,) = self.here.warehouse.adjust(code_of(kind, nth), -2, "LOST")
            document = str(moved.id)
        else:
            document = self.order(kind, nth, 3)
            self.here.ship(document)
        self.here.erp.quirks.shows_late.add(document)
        path = "PhysicalInventoryTM" if nth == 1 else "OrderShipment"
        self.here.bluecherry_faults.next(Fault.FAILED_AFTER, path_contains=path)
        self.turn()

        def heal() -> None:
            self.here.erp.quirks.shows_late.discard(document)
            self.night()

        return heal

    # Orders and stock -----------------------------------------------------------------------------------------

    def pick_confirmation_failed(self, nth: int) -> Heal:
        """The warehouse's word about a dispatch does not hold together, until it is corrected there."""
        number = self.order("pick_confirmation_failed", nth, 2 + nth)
        (line,) = self.here.goods_out(number).lines
        self.here.ship(number)
        line.alt_line_number = None
        self.turn()

        def heal() -> None:
            line.alt_line_number = "1"
            self.night()

        return heal

    def stuck_allocated(self, nth: int) -> Heal:
        """An order is allocated, and nobody picks it for days."""
        number = self.order("stuck_allocated", nth, nth, pick_date=FAR)
        self.here.warehouse.process_picks([self.here.goods_out(number).id])
        self.turn()
        return lambda: self._leaves(number)

    def stuck_picked(self, nth: int) -> Heal:
        """An order is picked, and does not leave for days."""
        number = self.order("stuck_picked", nth, 1 + nth, pick_date=FAR)
        order = self.here.goods_out(number)
        self.here.warehouse.process_picks([order.id])
        self.here.warehouse.pick(order.id)
        self.turn()
        return lambda: self._leaves(number)

    def past_promise(self, nth: int) -> Heal:
        """An order is to leave on Wednesday, and nobody has begun it."""
        number = self.order("past_promise", nth, 2 + nth, pick_date=dt.date(2026, 4, 1))

        def heal() -> None:
            self.ship(number)
            self.night()

        return heal

    def cancelled_still_awaited(self, nth: int) -> Heal:
        """The warehouse cancels an order; Blue Cherry withdraws it later."""
        number = self.order("cancelled_still_awaited", nth, 3, pick_date=FAR)
        order = self.here.goods_out(number)
        self.here.warehouse.process_picks([order.id])
        self.here.warehouse.cancel_goods_out(order.id)
        self.turn()

        def heal() -> None:
            self.here.erp.withdraw_pick(number)
            self.turn()

        return heal

    def sku_halted(self, nth: int) -> Heal:
        """A product that is tied to no SKU is found; somebody decides what it is."""
        code = f"BLACK {SIZES[nth - 1]} OF THE SPRING"
        (moved,) = self.here.warehouse.adjust(code, 3, "FOUND")
        self.turn()

        def heal() -> None:
            article = article_of("sku_halted", nth)
            sku = Sku(article.style, article.color_code, size=article.size_desc)
            self.here.decisions.append(Decision(code=code, sku=sku, since=MONDAY - dt.timedelta(days=1)))
            self.here.learn()
            self.night()

        return heal

    def order_rejected(self, nth: int) -> Heal:
        """The warehouse refuses an order, whose product is stopped; a person releases it once it is not."""
        kind = "order_rejected"
        (product,) = self.here.warehouse.products.find("code", code_of(kind, nth))
        self.here.warehouse.change_product(product.id, {"stop": True})
        number = self.order(kind, nth, 2, pick_date=FAR)

        def heal() -> None:
            self.here.warehouse.change_product(product.id, {"stop": False})
            (posting,) = [one for one in self.here.postings("goods_out") if one.reference == number]
            self.here.site.ledger.advance(posting.key, State.PENDING, note="not stopped any more", actor="Ada")
            self.turn()

        return heal

    def order_drifted(self, nth: int) -> Heal:
        """Blue Cherry changes an order after the warehouse has it, and changes it back."""
        number = self.order("order_drifted", nth, 4, pick_date=FAR)
        (line,) = self.here.erp.picks[number].lines

        def say(units: int) -> None:
            self.here.erp.change_pick(number, [evolve(line, bk_qty=units)])
            self.turn()

        say(4 - nth)
        return lambda: say(4)

    def parked(self, nth: int) -> Heal:
        """A dispatch by a carrier that Blue Cherry has no word for waits, until the site has one."""
        kind = "parked"
        carrier = f"COURIER{nth}"
        self.here.warehouse.add_carrier(carrier)
        number = self.order(kind, nth, 1 + nth)
        order = self.here.goods_out(number)
        (order.carrier,) = self.here.warehouse.carriers.find("code", carrier)
        self.ship(number)

        def heal() -> None:
            terms = self.here.site.erp_terms
            carriers = {**terms.carriers, carrier: CarrierCodes("UPS", "UPSN")}
            self.here.site = evolve(self.here.site, erp_terms=evolve(terms, carriers=carriers))
            self.night()

        return heal

    def negative_on_hand(self, nth: int) -> Heal:
        """Somebody books out more than there is, by hand, and books it back."""
        kind, units, today = "negative_on_hand", OPENING + nth, dt.date(2026, 3, 30)
        self.by_hand(kind, nth, RecType.SA, -units, f"JE-25{nth}", day=today)
        return lambda: self.by_hand(kind, nth, RecType.SA, units, f"JE-25{nth}", day=today)

    def booked_otherwise(self, nth: int) -> Heal:
        """Somebody books in by hand what nobody moved, and books it back."""
        kind, today = "booked_otherwise", dt.date(2026, 3, 30)
        self.by_hand(kind, nth, RecType.SA, nth, f"JE-28{nth}", day=today)
        return lambda: self.by_hand(kind, nth, RecType.SA, -nth, f"JE-28{nth}", day=today)

    def held_too_long(self, nth: int) -> Heal:
        """Stock is put on hold, and is released."""
        kind = "held_too_long"
        self.here.warehouse.hold(code_of(kind, nth), 2 + nth, "QA")
        self.turn()
        return lambda: self.released(kind, nth, 2 + nth)

    def in_transit_too_long(self, nth: int) -> Heal:
        """Stock leaves for the other building, which the books have at once, and comes there later."""
        kind, units = "in_transit_too_long", 3 + nth
        road = self.here.warehouse.send_to("WH-LA", code_of(kind, nth), units, warehouse="WH-NJ")
        for location, moved in (("NJ", -units), ("LA", units)):
            self.by_hand(
                kind, nth, RecType.SA, moved, road.number, day=dt.date(2026, 3, 30), location=location
            )
        self.turn()

        def heal() -> None:
            self.here.warehouse.arrive(road)
            self.turn()

        return heal

    # What is planted on the day of the list, after the loop's last turn -------------------------------------------

    def part_not_told(self, nth: int) -> Heal:
        """The second part of an order leaves, and the loop has not read it."""
        number = self.parts[nth]
        order = self.here.goods_out(number)
        self.here.warehouse.pick(order.id, {order.lines[0].id: 1 + nth})
        self.here.warehouse.dispatch(order.id)
        return self.night

    def part_before(self, nth: int) -> None:
        """The first part of that order, which leaves on Monday and is told and invoiced."""
        kind = "part_not_told"
        number = self.parts[nth] = self.order(kind, nth, 3 + nth, pick_date=FAR)
        order = self.here.goods_out(number)
        self.here.warehouse.process_picks([order.id])
        self.here.warehouse.pick(order.id, {order.lines[0].id: 2})
        self.here.warehouse.dispatch(order.id, part=True)
        self.here.later(days=1)
        self.night()

    def pick_confirmation_missing(self, nth: int) -> Heal:
        """An order leaves, and the loop has not read it."""
        self.here.ship(self.unread[nth])
        return self.night

    # What people do ----------------------------------------------------------------------------------------------

    def _left_lying(self, document: str) -> Heal:
        """Blue Cherry's jobs do not come to a document, and then they do."""
        self.here.erp.quirks.leaves_lying.add(document)
        self.night()

        def heal() -> None:
            self.here.erp.quirks.leaves_lying.discard(document)
            self.night()

        return heal

    def _leaves(self, number: str) -> None:
        order = self.here.goods_out(number)
        if not order.lines[0].pick_quantity:
            self.here.warehouse.pick(order.id)
        self.here.warehouse.dispatch(order.id)
        self.night()

    def come_back(self, kind: str, nth: int, order: str, units: int) -> str:
        """Goods come back and Blue Cherry is told; returns the number of the warehouse's transaction."""
        self.here.later(minutes=5)
        moved = self.here.warehouse.take_return(order, code_of(kind, nth), units)
        self.turn()
        return str(moved.id)

    def credit(self, kind: str, nth: int, number: str, units: int) -> None:
        day = self.here.time.astimezone(ZONE).date()
        self.here.erp.credit(number, article_of(kind, nth).key, Decimal(units), day)

    def released(self, kind: str, nth: int, units: int) -> None:
        self.here.warehouse.release(code_of(kind, nth), units, "QA-OK")
        self.turn()

    def by_hand(
        self, kind: str, nth: int, how: RecType, units: int, document: str, *, day: dt.date, location: str = "NJ"
    ) -> None:
        self.here.erp.book_by_hand(how, article_of(kind, nth).key, location, Decimal(units), day, document)


@contextmanager
def week(folder: Path) -> Iterator[Week]:
    """A world with every SKU in stock in NJ, on Monday morning."""
    with loop(ledger=str(folder / "ledger.sqlite")) as here:
        here.erp.add_location("LA")
        here.warehouse.add_warehouse("WH-LA")
        for code, kind in (("QA", "hold"), ("QA-OK", "release")):
            here.warehouse.add_reason(code, kind)
        for kind in COSTS:
            for nth in (1, 2):
                article = article_of(kind, nth)
                here.erp.add_article(article)
                if kind == "sku_halted":
                    here.warehouse.add_product(f"BLACK {SIZES[nth - 1]} OF THE SPRING")
                    continue
                here.erp.open_stock(article, "NJ", OPENING)
                here.warehouse.add_product(code_of(kind, nth))
                here.warehouse.open_stock(code_of(kind, nth), OPENING, warehouse="WH-NJ")
        buildings = {"WH-NJ": "NJ", "WH-LA": "LA"}
        here.site = evolve(
            here.site,
            warehouses=buildings,
            warehouse_terms=evolve(here.site.warehouse_terms, locations=buildings),
            latest_effect=dt.timedelta(days=30),
        )
        here.learn()
        made = Week(here, folder)
        made.at(MONDAY)
        made.turn()
        yield made
