"""A shop that sells while the warehouse moves and Blue Cherry batches: a small model of all three, by a seed.

The model knows the truth: what lies on the shelf, and what customers were promised of it. The feed is given only
what each system shows: Blue Cherry's lines as of its last batch, Clarus's stock as it is read, its movements
as they become known. The faults are those of a bad week: a batch that is late, or does half of its documents or a
part of one; movements told twice, or late; picks that are cancelled or find too little; holds.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from decimal import Decimal

from attrs import define, field

from clarus_bluecherry.finance.availability import (
    AvailabilityInput,
    BookLine,
    BookReading,
    BookTerm,
    FloorReading,
    FloorStock,
    MoveKind,
    SafetyBuffer,
    SellingPolicy,
    StockMove,
    changes,
    published,
    sellable,
)

START = dt.datetime(2026, 10, 5, 6, tzinfo=dt.UTC)
TICK = dt.timedelta(minutes=10)
SOON = dt.timedelta(seconds=1)
"""A tick's movements all happen within it."""
ITEMS = ("01234-BLK-M", "01234-BLK-L", "00777-RED-S")
BUFFER = 2
NJ = "NJ"


@define
class Order:
    """An order of the shop. `live` is what the customer still waits for."""

    number: str
    item: str
    qty: int
    state: str = "sold"
    allocated: int = 0
    picked: int = 0
    dispatched: int = 0
    short: int = 0
    answered: int = 0
    """Of the short: what a count has found to be missing."""
    booked_as: str = ""
    """What the books have: nothing, OP, PK or IN."""
    in_books: int = 0
    is_cancelled: bool = False

    @property
    def live(self) -> int:
        return 0 if self.is_cancelled else self.qty - self.dispatched - self.short


@define
class Paper:
    """A receipt, return or adjustment that the books get to know with a batch."""

    document: str
    item: str
    qty: int
    what: str
    booked: int = 0


@define
class Tally:
    """What a run came to."""

    sold: int = 0
    oversold: int = 0
    undersold: list[str] = field(factory=list)
    sent: int = 0
    faults: Counter[str] = field(factory=Counter)


@define
class SellingWorld:
    """Both systems and the shop."""

    seed: int
    is_naive: bool = False
    buffer: int = BUFFER
    ticks: int = 144
    rng: random.Random = field(init=False)
    now: dt.datetime = START
    shelf: Counter[str] = field(factory=Counter)
    held: Counter[str] = field(factory=Counter)
    bay: Counter[str] = field(factory=Counter)
    phantom: Counter[str] = field(factory=Counter)
    orders: dict[str, Order] = field(factory=dict)
    papers: list[Paper] = field(factory=list)
    moves: list[tuple[dt.datetime, StockMove]] = field(factory=list)
    reading: BookReading | None = None
    known: dict[tuple[str, str], object] = field(factory=dict)
    table: Counter[str] = field(factory=Counter)
    tally: Tally = field(factory=Tally)
    answers: Counter[str] = field(factory=Counter)
    """How many that were short a count has answered."""
    numbers: int = 0

    def __attrs_post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        for item in ITEMS:
            self.receive(item, self.rng.randint(20, 60))
        self.put_away()
        self.batch(is_half=False)

    # The truth -----------------------------------------------------------------------------------------------

    def truth(self, item: str) -> int:
        """What may be sold: pickable, and nobody's."""
        return self.shelf[item] - sum(order.live for order in self.orders.values() if order.item == item)

    # The warehouse -------------------------------------------------------------------------------------------

    def number(self, letter: str) -> str:
        self.numbers += 1
        return f"{letter}{self.numbers:05}"

    def move(self, kind: MoveKind, item: str, qty: int, document: str) -> None:
        """A movement, told now or, by a fault, later; and perhaps twice."""
        is_late = kind is not MoveKind.SOLD and self.rng.random() < 0.08
        told = self.now + (self.rng.randint(1, 9) * TICK if is_late else dt.timedelta())
        self.tally.faults["late movement"] += is_late
        number = self.number("T")
        within = dt.timedelta(microseconds=self.numbers)  # no two at one instant
        made = StockMove(
            move_id=number,
            item=item,
            location=NJ,
            kind=kind,
            qty=Decimal(qty),
            document=document,
            occurred_at=self.now + within,
            recorded_at=told + within,
        )
        self.moves.append((told, made))
        if self.rng.random() < 0.1:
            self.moves.append((told, made))
            self.tally.faults["movement told twice"] += 1

    def receive(self, item: str, qty: int) -> None:
        document = self.number("PO")
        self.bay[item] += qty
        self.papers.append(Paper(document, item, qty, "R1"))
        self.move(MoveKind.RECEIVED, item, qty, document)

    def put_away(self) -> None:
        for item in ITEMS:
            self.shelf[item] += self.bay.pop(item, 0)

    def unpicked(self, item: str) -> int:
        return self.shelf[item] - sum(
            order.picked - order.dispatched for order in self.orders.values() if order.item == item
        )

    def adjust(self, item: str) -> None:
        qty = self.rng.randint(1, 4)
        if self.unpicked(item) < qty:
            return
        document = self.number("A")
        self.shelf[item] -= qty
        self.papers.append(Paper(document, item, -qty, "SA"))
        self.move(MoveKind.ADJUSTED, item, -qty, document)

    def give_back(self, item: str) -> None:
        qty, document = self.rng.randint(1, 3), self.number("R")
        self.shelf[item] += qty
        self.papers.append(Paper(document, item, qty, "RT"))
        self.move(MoveKind.RETURNED, item, qty, document)

    def hold(self, item: str) -> None:
        qty = self.rng.randint(1, 5)
        if self.unpicked(item) < qty:
            return
        self.shelf[item] -= qty
        self.held[item] += qty
        self.tally.faults["hold"] += 1
        self.move(MoveKind.HELD, item, qty, self.number("H"))

    def release(self, item: str) -> None:
        qty = self.held.pop(item, 0)
        if qty:
            self.shelf[item] += qty
            self.move(MoveKind.RELEASED, item, qty, self.number("H"))

    def count(self, item: str) -> None:
        qty, document = self.phantom.pop(item, 0), self.number("C")
        for order in self.orders.values():
            if order.item == item:
                self.answers[document] += order.short - order.answered
                order.answered = order.short
        self.move(MoveKind.COUNTED, item, -qty, document)
        if qty:
            self.papers.append(Paper(document, item, -qty, "SA"))

    def advance(self, order: Order) -> None:
        """One step of an order in the warehouse."""
        left = order.qty - order.allocated
        if order.booked_as != "PK" or order.is_cancelled or order.state == "done":
            return
        if left:
            order.allocated += left
            self.move(MoveKind.ALLOCATED, order.item, left, order.number)
        elif order.picked + order.short < order.allocated and self.rng.random() < 0.1:
            self.tally.faults["cancelled pick"] += 1
            self.move(MoveKind.CANCELLED, order.item, order.allocated, order.number)
            order.allocated = 0
        elif order.picked + order.short < order.allocated:
            self.pick(order)
        else:
            qty = order.picked - order.dispatched
            self.shelf[order.item] -= qty
            order.dispatched, order.state = order.picked, "done"
            if qty:
                self.move(MoveKind.DISPATCHED, order.item, qty, order.number)

    def pick(self, order: Order) -> None:
        """What is there is picked; now and then less is there than the system believes."""
        wanted, there = order.allocated - order.picked, self.unpicked(order.item)
        if there >= wanted and self.rng.random() < 0.12:
            lost = self.rng.randint(1, wanted)
            self.shelf[order.item] -= lost
            self.phantom[order.item] += lost
            order.short += lost
            self.tally.faults["short"] += 1
            self.move(MoveKind.SHORTED, order.item, lost, order.number)
            wanted -= lost
        qty = min(wanted, self.unpicked(order.item))
        if qty > 0:
            order.picked += qty
            self.move(MoveKind.PICKED, order.item, qty, order.number)

    def work(self) -> None:
        for order in self.rng.sample([*self.orders.values()], k=len(self.orders)):
            if self.rng.random() < 0.4:
                self.advance(order)
        for item in ITEMS:
            doings = ((0.04, self.adjust), (0.05, self.give_back), (0.05, self.hold), (0.15, self.release))
            for chance, doing in (*doings, (0.05, self.count)):
                if self.rng.random() < chance:
                    doing(item)
            if self.rng.random() < 0.05:
                self.receive(item, self.rng.randint(3, 20))
        if self.rng.random() < 0.3:
            self.put_away()

    # Blue Cherry ---------------------------------------------------------------------------------------------

    def batch(self, *, is_half: bool) -> None:
        """Orders in, pick tickets out, confirmations and papers booked; then the reading."""
        for order in self.orders.values():
            if not (is_half and self.rng.random() < 0.5):
                self.book(order)
        for paper in self.papers:
            left = paper.qty - paper.booked
            if is_half and left and self.rng.random() < 0.7:
                left = int(left / 2) if self.rng.random() < 0.5 else 0
            paper.booked += left
        self.reading = BookReading(lines=tuple(self.lines()), taken_at=self.now, source="batch")

    def book(self, order: Order) -> None:
        if order.is_cancelled:
            order.booked_as, order.in_books = "", 0
        elif not order.booked_as:
            order.booked_as, order.in_books = "OP", order.qty
        elif order.booked_as == "OP":
            order.booked_as = "PK"
        elif order.state == "done" and order.booked_as == "PK":
            order.booked_as, order.in_books = "IN", order.dispatched

    def lines(self):
        for order in self.orders.values():
            if order.in_books:
                term = BookTerm.INVOICED if order.booked_as == "IN" else BookTerm.PROMISED
                yield BookLine(
                    item=order.item,
                    location=NJ,
                    qty=Decimal(-order.in_books),
                    term=term,
                    document=order.number,
                    what=order.booked_as,
                )
        for paper in self.papers:
            if paper.booked:
                yield BookLine(
                    item=paper.item,
                    location=NJ,
                    qty=Decimal(paper.booked),
                    term=BookTerm.STOCK,
                    document=paper.document,
                    what=paper.what,
                )

    # The feed ------------------------------------------------------------------------------------------------

    def given(self) -> AvailabilityInput:
        moves = [move for told, move in self.moves if told <= self.now]
        self.rng.shuffle(moves)
        stock = [
            FloorStock(item=item, location=NJ, qty=Decimal(qty), is_pickable=is_pickable, status=status)
            for status, is_pickable, there in (
                ("available", True, self.shelf + self.phantom),
                ("held", False, self.held),
                ("received", False, self.bay),
            )
            for item, qty in there.items()
        ]
        floor = FloorReading(stock=stock, taken_at=self.now + SOON)
        return AvailabilityInput(books=[self.reading], floors=[floor], moves=moves, items=frozenset(ITEMS))

    def feed(self) -> None:
        if self.is_naive:
            self.naive_feed()
            return
        policy = SellingPolicy(buffers={("", ""): SafetyBuffer(units=Decimal(self.buffer))})
        stock = sellable(self.given(), policy, as_of=self.now + 2 * SOON)
        for change in changes(self.known, stock.figures):
            self.table[change.item] = int(change.now.available)
            self.tally.sent += 1
        self.known = published(stock.figures)
        for figure in stock.figures:
            missing = max(0, self.truth(figure.item)) - int(figure.available) - self.buffer
            if missing > self.named(figure.item):
                self.tally.undersold.append(f"seed {self.seed} {self.now} {figure.item}: {missing} more")

    def named(self, item: str) -> int:
        """What the feed cannot know yet: movements that are told late, and what the books still promise to orders
        that are cancelled or closed short."""
        late = {move for told, move in self.moves if told > self.now and move.item == item}
        mine = [order for order in self.orders.values() if order.item == item]
        wanted = {o.number: o.live + o.dispatched + o.short - o.answered for o in mine}
        booked = sum(max(0, order.in_books - wanted[order.number]) for order in mine)
        return sum(abs(int(move.qty)) + self.answers[move.document] for move in late) + booked

    def naive_feed(self) -> None:
        """Blue Cherry's own figure, whenever there is a new one."""
        assert self.reading is not None
        if self.known.get(("", "")) is self.reading:
            return
        self.known["", ""] = self.reading
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        for line in self.reading.lines:
            sums[line.item] += line.qty
        self.table = Counter({item: max(0, int(sums[item])) for item in ITEMS})

    # The shop ------------------------------------------------------------------------------------------------

    def sell(self) -> None:
        for item in ITEMS:
            while self.table[item] > 0 and self.rng.random() < 0.35:
                qty = min(self.rng.randint(1, 5), self.table[item])
                self.tally.oversold += max(0, qty - max(0, self.truth(item)))
                self.tally.sold += qty
                order = Order(self.number("P"), item, qty)
                self.orders[order.number] = order
                self.table[item] -= qty
                if not self.is_naive:
                    self.known_less(item)
                self.move(MoveKind.SOLD, item, qty, order.number)

    def known_less(self, item: str) -> None:
        """The shop counts down by itself: what it knows is no longer what it was told."""
        self.known.pop(("all", item), None)

    def cancel(self) -> None:
        """A customer thinks again, before the order was released."""
        waiting = [o for o in self.orders.values() if o.booked_as in ("", "OP") and not o.is_cancelled]
        if waiting and self.rng.random() < 0.1:
            order = self.rng.choice(waiting)
            order.is_cancelled = True
            self.move(MoveKind.SOLD, order.item, -order.qty, order.number)

    def run(self) -> Tally:
        skipped = 0
        for tick in range(1, self.ticks + 1):
            self.now = START + tick * TICK
            self.work()
            self.cancel()
            if tick % 6 == 0 or skipped:
                if self.rng.random() < 0.25:
                    skipped += 1
                    self.tally.faults["late batch"] += 1
                else:
                    is_half = self.rng.random() < 0.3
                    self.tally.faults["half batch"] += is_half
                    self.batch(is_half=is_half)
                    skipped = 0
            self.feed()
            self.sell()
        return self.tally
