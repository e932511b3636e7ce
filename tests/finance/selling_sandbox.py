"""A shop that sells while the sandbox's warehouse works and the sandbox's Blue Cherry batches every hour.

Both systems are the sandbox's own, and the feed is made of what they export: the files of `write_exports`, read as
a site reads them. The truth is asked of the systems themselves, never of a file. Blue Cherry's order book, which
the sandbox has not, is kept here: an order is open from the batch that took it, a pick ticket from the batch that
released it, and both stand in the stock ledger as OP and PK. By a seed things go wrong: batches are late or do
half of what they were told, messages are told late or twice, exports of the warehouse are old, or have rows twice,
picks are short or sent in parts, dispatches are taken back, customers cancel.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

from attrs import define, field

from clarus_bluecherry.finance.availability import SellableFigure, SellableStock, changes, published, sellable
from clarus_bluecherry.flows.availability import read_selling_folder
from clarus_bluecherry.sandbox import Erp, SetClock, Warehouse
from clarus_bluecherry.sandbox.erp import Article, Pick, PickLine, ProductionLine, ProductionOrder
from clarus_bluecherry.sandbox.exports import write_exports
from clarus_bluecherry.sandbox.warehouse import GoodsOutStatus, Refused

START = dt.datetime(2026, 10, 5, 12, tzinfo=dt.UTC)
TICK = dt.timedelta(minutes=10)
SIZES = ("S", "M", "L")
CODES = tuple(f"01234-BLK-{size}" for size in SIZES)
SETTINGS = """
zone = "America/New_York"
clarus_zone = "UTC"
account = "BRAND"
[files]
sku_master = "crosswalk.csv"
[warehouses]
NJ1 = "01"
[taken_at]
stock = "{stock}"
stock_ledger = "{ledger}"
"""
SELLING = """
ledger_tells_promises = true
[[buffers]]
units = {buffer}
"""
OPEN = (GoodsOutStatus.PENDING, GoodsOutStatus.PART_ALLOCATED)
PICKABLE = (GoodsOutStatus.ALLOCATED, GoodsOutStatus.PART_ALLOCATED)
DONE = (GoodsOutStatus.COMPLETED, GoodsOutStatus.CANCELLED)


@define
class Sold:
    """An order of the shop."""

    number: str
    code: str
    qty: int
    at: dt.datetime
    pick: str = ""
    goods_out: int = 0
    is_open: bool = False
    """Whether Blue Cherry has it."""
    is_over: bool = False
    """Whether Blue Cherry, and so the shop, knows that nothing more of it will leave."""
    is_cancelled: bool = False


@define
class Message:
    """What Blue Cherry is to be told, and from when on it is."""

    due: dt.datetime
    entity: str
    body: dict[str, object]
    order: Sold | None = None
    """Whose last shipment it is."""


@define
class SandboxTally:
    """What a run came to."""

    sold: int = 0
    oversold: int = 0
    undersold: list[str] = field(factory=list)
    too_high: list[str] = field(factory=list)
    """Where one of both sums, alone, was above the truth."""
    faults: Counter[str] = field(factory=Counter)


@define
class SandboxShop:
    """Both systems, the connector between them, and the shop."""

    seed: int
    folder: Path
    is_naive: bool = False
    buffer: int = 2
    ticks: int = 36
    rng: random.Random = field(init=False)
    clock: SetClock = field(init=False)
    warehouse: Warehouse = field(init=False)
    erp: Erp = field(init=False)
    articles: dict[str, Article] = field(factory=dict)
    orders: dict[str, Sold] = field(factory=dict)
    messages: list[Message] = field(factory=list)
    batched_at: dt.datetime = START
    stock_at: dt.datetime = START
    moves_at: dt.datetime = START
    known: dict[object, object] = field(factory=dict)
    table: Counter[str] = field(factory=Counter)
    twice: Counter[str] = field(factory=Counter)
    """What came, and was told twice."""
    tally: SandboxTally = field(factory=SandboxTally)
    numbers: int = 0
    control: int = 80000000

    def __attrs_post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.clock = SetClock(START)
        self.warehouse, self.erp = Warehouse(clock=self.clock), Erp(clock=self.clock)
        self.warehouse.add_account("BRAND", is_short_pickable=True)
        self.warehouse.add_warehouse("NJ1")
        self.erp.add_location("01")
        for code, size in zip(CODES, SIZES, strict=True):
            article = Article(style="01234", color_code="BLK", size_desc=size, division="WM", std_cost=Decimal(10))
            self.articles[code] = article
            self.erp.add_article(article)
            self.warehouse.add_product(code)
            units = self.rng.randint(15, 45)
            self.erp.open_stock(article, "01", units)
            self.warehouse.open_stock(code, units)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "availability.toml").write_text(SELLING.format(buffer=self.buffer), "utf-8")
        head = "product_code,sku,division,style,color_code,lbl_code,dimension,size_desc"
        rows = (f"{code},,WM,01234,BLK,,,{size}" for code, size in zip(CODES, SIZES, strict=True))
        (self.folder / "crosswalk.csv").write_text("\n".join([head, *rows]) + "\n", "utf-8")

    # The truth -----------------------------------------------------------------------------------------------

    def truth(self, code: str) -> int:
        """What may be sold: what can be picked or was, and is nobody's."""
        rows = (one for one in self.warehouse.stocks if one.product.code == code)
        there = sum(one.quantity for one in rows if one.status in ("available", "picked"))
        return int(there) - sum(self.live(order) for order in self.orders.values() if order.code == code)

    def live(self, order: Sold) -> int:
        """What its customer still waits for."""
        if order.is_cancelled or (order.goods_out and self.goods_out(order).status in DONE):
            return 0
        return order.qty - self.dispatched(order)

    def goods_out(self, order: Sold):
        return self.warehouse.goods_outs.get(order.goods_out)

    def dispatched(self, order: Sold) -> int:
        return int(self.goods_out(order).lines[0].dispatch_quantity) if order.goods_out else 0

    def unknown(self, code: str) -> int:
        """What the feed cannot know yet: what the warehouse did after its exports, what the books still promise to
        orders that are over, and what they booked without its having happened so often."""
        late = self.moved_after(min(self.stock_at, self.moves_at), code)
        mine = [order for order in self.orders.values() if order.code == code and not order.is_over]
        return late + sum(order.qty - self.live(order) - self.dispatched(order) for order in mine)

    def moved_after(self, moment: dt.datetime, code: str) -> int:
        """How many the warehouse moved after a moment."""
        moved = (
            one for one in self.warehouse.transactions if one.created_at > moment and one.product.code == code
        )
        return sum(abs(int(one.quantity)) for one in moved)

    # The warehouse -------------------------------------------------------------------------------------------

    def number(self, letter: str) -> str:
        self.numbers += 1
        return f"{letter}{self.numbers:04}"

    def chance(self, share: float, fault: str = "") -> bool:
        struck = self.rng.random() < share
        if struck and fault:
            self.tally.faults[fault] += 1
        return struck

    def tell(self, entity: str, body: dict[str, object], order: Sold | None = None, fault: str = "") -> None:
        late = self.rng.randint(1, 12) * TICK if self.chance(0.15, "late message") else dt.timedelta()
        self.messages.append(Message(self.clock() + late, entity, body, order))
        if fault and self.chance(0.15, fault):
            self.messages.append(Message(self.clock() + late, entity, body, order))
            self.twice[f"01234-BLK-{body['size_desc']}"] += int(body["size_qty"])

    def moved(self, code: str, qty: int) -> dict[str, object]:
        size = self.articles[code].size_desc
        sku = {"style": "01234", "color_code": "BLK", "size_desc": size, "location": "01"}
        return {"size_qty": abs(qty), "size_adj": "S" if qty < 0 else "A", "receipt_date": self.day, **sku}

    @property
    def day(self) -> str:
        return f"{self.clock().astimezone(self.erp.zone):%m/%d/%Y}"

    def work(self) -> None:
        for order in [*self.orders.values()]:
            if order.goods_out and self.rng.random() < 0.4:
                self.advance(order)
        for receipt in [*self.warehouse.goods_in_receipts]:
            if receipt.status != "completed" and self.rng.random() < 0.4:
                self.unload(receipt)
        for code in CODES:
            for chance, doing in ((0.05, self.adjust), (0.05, self.hold), (0.15, self.release), (0.05, self.back)):
                if self.rng.random() < chance:
                    doing(code)
            if self.rng.random() < 0.03:
                self.announce(code, self.rng.randint(3, 15))

    def advance(self, order: Sold) -> None:
        """One step of an order in the warehouse."""
        goods_out = self.goods_out(order)
        (line,) = goods_out.lines
        if goods_out.status in OPEN:
            try:
                self.warehouse.process_picks([goods_out.id])
            except Refused:
                return  # not one is free
        elif goods_out.status in PICKABLE and line.reserved:
            is_short = line.reserved > 1 and self.chance(0.15, "short pick")
            self.warehouse.pick(goods_out.id, {line.id: line.reserved - is_short})
        elif line.waiting:
            self.dispatch(order, is_part=self.chance(0.2, "sent in parts"))

    def dispatch(self, order: Sold, *, is_part: bool) -> None:
        before = self.dispatched(order)
        shipment = self.warehouse.dispatch(order.goods_out, part=is_part)
        if self.chance(0.05, "dispatch taken back"):
            self.warehouse.undispatch(shipment.id)
            return
        detail = {**self.moved(order.code, self.dispatched(order) - before), "line_seq": "1"}
        header = {"pick_num": order.pick, "ord_num": order.number, "ship_date": self.day}
        is_last = self.goods_out(order).status in DONE
        body: dict[str, object] = {"header": header, "pickDetail": [detail]}
        self.tell("OrderShipment", body, order if is_last else None)

    def announce(self, code: str, qty: int) -> None:
        number = self.number("C")
        line = ProductionLine(prod_line="1", article=self.articles[code], prod_qty=qty, cost=Decimal(10))
        due, now = self.clock().date(), self.clock()
        order = ProductionOrder(
            prod_num=number, vendor="MILL", location="01", due_date=due, lines=(line,), last_mod=now
        )
        self.erp.issue(order)
        told = {"expected_quantity": qty, "alt_line_number": "1", "alt_line_reference": number}
        product = self.warehouse.coded(self.warehouse.products, code, "product")
        self.warehouse.create_receipt(
            {
                "account_id": self.warehouse.owner("BRAND").id,
                "reference": number,
                "warehouse_id": self.warehouse.building("NJ1").id,
                "external_system_reference1": number,
                "lines_changes": [{"type": "ADD", "attributes": {"product_id": product.id, **told}}],
            }
        )

    def unload(self, receipt) -> None:
        """Some or all of it into the bay, and later onto the shelf."""
        (line,) = receipt.lines
        left = int(line.expected_quantity - line.quantity_received)
        if not left:
            self.warehouse.complete_receipt(receipt.id)
            return
        qty = self.rng.randint(1, left)
        self.warehouse.receive(line.id, qty)
        body = {"prod_num": receipt.reference, "prod_line": "1", **self.moved(line.product.code, qty)}
        self.tell("ProductionReceiptAdvice", body, fault="receipt told twice")

    def adjust(self, code: str) -> None:
        qty = self.rng.choice([-2, -1, 1])
        try:
            for one in self.warehouse.adjust(code, qty):
                body = {"adj_num": str(one.id), "pix_code": "01"}
                self.tell("PhysicalInventoryTM", {**body, **self.moved(code, qty)})
        except Refused:
            return  # it is all promised

    def hold(self, code: str) -> None:
        try:
            self.warehouse.hold(code, self.rng.randint(1, 4))
        except Refused:
            return

    def release(self, code: str) -> None:
        rows = (one for one in self.warehouse.stocks if one.product.code == code and one.status == "held")
        held = sum(one.quantity for one in rows)
        if held:
            self.warehouse.release(code, held)

    def back(self, code: str) -> None:
        """A customer sends one back."""
        over = [one for one in self.orders.values() if one.code == code and one.is_over and self.dispatched(one)]
        if over:
            order = self.rng.choice(over)
            moved = self.warehouse.take_return(order.pick, code, 1)
            body = {"adj_num": moved.goods_in_receipt.reference, "pix_code": "03"}
            self.tell("PhysicalInventoryTM", {**body, **self.moved(code, 1)}, fault="return told twice")

    # Blue Cherry ---------------------------------------------------------------------------------------------

    def batch(self, *, is_half: bool) -> None:
        """What was told is booked and invoiced, orders come in, pick tickets go out."""
        for message in [*self.messages]:
            if message.due <= self.clock() and not (is_half and self.rng.random() < 0.5):
                self.messages.remove(message)
                self.control += 1
                self.erp.stage(message.entity, str(self.control), message.body)
                if message.order is not None:
                    message.order.is_over = True
        self.erp.process_staging()
        self.erp.run_invoicing()
        assert not [one.error for one in self.erp.staged if one.error]
        for order in self.orders.values():
            if order.is_cancelled:
                order.is_over = True
            elif not (is_half and self.rng.random() < 0.5):
                self.take(order)
        self.batched_at = self.clock()

    def take(self, order: Sold) -> None:
        if not order.is_open:
            order.is_open = True
        elif not order.pick:
            order.pick = self.number("9")
            line = PickLine(line_seq="1", article=self.articles[order.code], bk_qty=order.qty, price=Decimal(20))
            pick = Pick(
                pick_num=order.pick,
                ord_num=order.number,
                po_num="",
                customer="SHOP",
                location="01",
                shipper="UPS",
                ship_to={},
                lines=(line,),
                pick_date=self.clock().date(),
                last_mod=self.clock(),
            )
            self.erp.release(pick)
            product = self.warehouse.coded(self.warehouse.products, order.code, "product")
            told = {"product_id": product.id, "order_quantity": order.qty, "alt_line_number": "1"}
            made = self.warehouse.create_goods_out(
                {
                    "goods_out_type": "sales_order",
                    "account_id": self.warehouse.owner("BRAND").id,
                    "warehouse_id": self.warehouse.building("NJ1").id,
                    "reference": order.pick,
                    "external_system_reference1": order.number,
                    "expected_date_of_dispatch": self.clock().isoformat(),
                    "lines_changes": [{"type": "ADD", "attributes": told}],
                }
            )
            order.goods_out = made.id

    def promises(self):
        """The order book's lines: what is open, and what is on pick tickets and not invoiced."""
        invoiced: Counter[str] = Counter()
        for one in self.erp.invoices:
            invoiced[one.pick_num] += int(one.units)
        for order in self.orders.values():
            left = order.qty - invoiced[order.pick]
            if order.is_open and not order.is_over and left > 0:
                yield order, "PK" if order.pick else "OP", left

    # The exports, the feed and the naive one -----------------------------------------------------------------

    def export(self) -> None:
        """What both systems export now; one of the warehouse's files may be older, by a fault."""
        made, at = self.folder / "made", self.clock()
        write_exports(made, self.warehouse, self.erp)
        is_first = not (self.folder / "clarus_stock.csv").exists()
        name = self.rng.choice(["clarus_stock", "clarus_transactions"])
        old = "" if is_first or not self.chance(0.2, f"old {name}") else name
        for path in made.iterdir():
            if path.stem != old:
                shutil.copy(path, self.folder / path.name)
        self.stock_at = self.stock_at if old == "clarus_stock" else at
        self.moves_at = self.moves_at if old == "clarus_transactions" else at
        self.repeat_rows(self.folder / "clarus_transactions.csv")
        self.add_promises(self.folder / "stock_ledger.csv")
        self.write_sales(self.folder / "channel_orders.csv")
        taken = {"stock": self.stock_at.isoformat(), "ledger": self.batched_at.isoformat()}
        (self.folder / "close.toml").write_text(SETTINGS.format(**taken), "utf-8")

    def repeat_rows(self, path: Path) -> None:
        head, *rows = path.read_text("utf-8").splitlines()
        if rows and self.chance(0.2, "rows told twice"):
            rows += self.rng.sample(rows, k=len(rows) // 2)
            self.rng.shuffle(rows)
            path.write_text("\n".join([head, *rows]) + "\n", "utf-8")

    def add_promises(self, path: Path) -> None:
        with path.open(encoding="utf-8", newline="") as file:
            names = next(csv.reader(file))
        with path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, restval="")
            for order, kind, qty in self.promises():
                row = {"rec_type": kind, "size_qty": qty, "reference": order.pick or order.number}
                sku = {"style": "01234", "color_code": "BLK", "size_desc": self.articles[order.code].size_desc}
                day = self.batched_at.astimezone(self.erp.zone).date()
                writer.writerow({**row, **sku, "division": "WM", "location": "01", "move_date": day})

    def write_sales(self, path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            sku = ("division", "style", "color_code", "size_desc")
            writer.writerow(["order", *sku, "quantity", "sold_at", "cancelled"])
            for order in self.orders.values():
                qty = self.dispatched(order) if order.is_over and not order.is_cancelled else order.qty
                size, at = self.articles[order.code].size_desc, order.at.isoformat()
                cancelled = "yes" if order.is_cancelled else ""
                writer.writerow([order.number, "WM", "01234", "BLK", size, qty, at, cancelled])

    def stock(self) -> SellableStock:
        """What the library says of the exports."""
        self.export()
        read = read_selling_folder(self.folder)
        assert not read.problems, read.problems[:3]
        return sellable(read.given, read.policy, as_of=self.clock() + dt.timedelta(seconds=1))

    def feed(self) -> None:
        stock = self.stock()
        for change in changes(self.known, stock.figures):
            self.table[change.item] = int(change.now.available)
        self.known = published(stock.figures)
        for figure in stock.figures:
            assert figure.is_sellable, figure
            code = figure.item
            self.hold_against(figure, self.truth(code))
            missing = max(0, self.truth(code)) - int(figure.available) - self.buffer
            if missing > self.unknown(code):
                explained = stock.explain(figure.item)
                self.tally.undersold.append(f"seed {self.seed} {self.clock()} {code}: {missing} more; {explained}")

    def hold_against(self, figure: SellableFigure, truth: int) -> None:
        """Neither sum may need the other one; only what the books have twice may lift theirs, and what an old file
        of movements does not tell."""
        untold = self.twice[figure.item] + self.moved_after(self.moves_at, figure.item)
        sums = {"floor": figure.free, "books": figure.open - untold}
        for name, sum_ in sums.items():
            if sum_ > truth:
                told = f"seed {self.seed} {self.clock()} {figure.item}: {name} {sum_}, and there are {truth}"
                self.tally.too_high.append(told)

    def naive_feed(self) -> None:
        """Blue Cherry's own open to sell, as of its last batch."""
        if self.known.get("batch") == self.batched_at:
            return
        self.known["batch"] = self.batched_at
        promised: Counter[str] = Counter()
        for order, _, qty in self.promises():
            promised[order.code] += qty
        for code, article in self.articles.items():
            there = self.erp.on_hand()[article.key, "01"]
            self.table[code] = max(0, int(there) - promised[code])

    # The shop ------------------------------------------------------------------------------------------------

    def sell(self) -> None:
        for code in CODES:
            while self.table[code] > 0 and self.rng.random() < 0.35:
                qty = min(self.rng.randint(1, 4), self.table[code])
                self.tally.oversold += max(0, qty - max(0, self.truth(code)))
                self.tally.sold += qty
                order = Sold(self.number("S"), code, qty, self.clock())
                self.orders[order.number] = order
                self.table[code] -= qty
                if not self.is_naive:  # what the shop knows is no longer what it was told
                    self.known = {key: told for key, told in self.known.items() if key[1] != code}

    def cancel(self) -> None:
        waiting = [one for one in self.orders.values() if not one.pick and not one.is_cancelled]
        if waiting and self.chance(0.1, "order cancelled"):
            self.rng.choice(waiting).is_cancelled = True

    def run(self) -> SandboxTally:
        is_due = False
        for tick in range(1, self.ticks + 1):
            self.clock.move(minutes=10)
            self.work()
            self.cancel()
            if tick % 6 == 0 or is_due:
                is_due = self.chance(0.2, "late batch")
                if not is_due:
                    self.batch(is_half=self.chance(0.3, "half batch"))
            if self.is_naive:
                self.naive_feed()
            else:
                self.feed()
            self.sell()
        return self.tally
