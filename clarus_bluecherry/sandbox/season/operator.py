"""The warehouse's people: they receive, pick, dispatch, count and take back, and now and then get it wrong.

Law of this module: they do only what a warehouse can do, through the warehouse's own methods; how often they do
what depends on the seed and on what there is to do, nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from random import Random

from attrs import define

from clarus_bluecherry.sandbox.season.plan import ACCOUNT, Season
from clarus_bluecherry.sandbox.season.stocking import COUNTED, DAMAGED, FOUND, HELD, RELEASED
from clarus_bluecherry.sandbox.warehouse import GoodsOut, GoodsOutStatus, Refused, Warehouse
from clarus_bluecherry.sandbox.warehouse.documents import Balance, GoodsInReceipt, GoodsOutLine, ReceiptLine

_FULL_PACK = 6
_RECEIVABLE = frozenset({"pending", "receiving", "part"})
_TO_ALLOCATE = (GoodsOutStatus.PENDING, GoodsOutStatus.PART_ALLOCATED)
_TO_PICK = (GoodsOutStatus.ALLOCATED, GoodsOutStatus.PART_ALLOCATED)
_PIECES_PER_DISTURBANCE = 200


@define(kw_only=True)
class DayLog:
    """What the warehouse's people did in a day, counted."""

    lines_received: int = 0
    receipts_completed: int = 0
    receives_undone: int = 0
    orders_dispatched: int = 0
    orders_short: int = 0
    orders_over: int = 0
    adjustments: int = 0
    counts: int = 0
    holds: int = 0
    releases: int = 0
    returns: int = 0

    def __str__(self) -> str:
        """The counts in words, those that are not zero.

        >>> str(DayLog(orders_dispatched=12, orders_short=1))
        'dispatched 12 orders, shorted 1 order'
        """
        counted = {name: getattr(self, name) for name in _WORDS}
        return ", ".join(_in_words(name, count) for name, count in counted.items() if count) or "had nothing to do"


_WORDS: Mapping[str, tuple[str, str]] = {
    "lines_received": ("received", "line"),
    "receives_undone": ("undid", "receive"),
    "receipts_completed": ("completed", "receipt"),
    "orders_dispatched": ("dispatched", "order"),
    "orders_short": ("shorted", "order"),
    "orders_over": ("over-picked", "order"),
    "adjustments": ("made", "adjustment"),
    "counts": ("counted", "product"),
    "holds": ("held", "product"),
    "releases": ("released", "product"),
    "returns": ("took back", "return"),
}


def _in_words(name: str, count: int) -> str:
    verb, noun = _WORDS[name]
    return f"{verb} {count} {noun}{'' if count == 1 else 's'}"


class Operator:
    """A team that works off what the warehouse has been told. Seeded: the same season gives the same days.

    It leaves alone what is not the season's, such as the stray product, and the products of which `spared` has the
    codes, with all orders and receipts of these.
    """

    def __init__(self, warehouse: Warehouse, season: Season, seed: int, spared: Collection[str] = ()) -> None:
        self._warehouse = warehouse
        self._undecidable = [article.warehouse_code for article in season.undecidable]
        self._ours = {article.warehouse_code for article in season.articles} - {*spared}
        self._spared = frozenset(spared)
        self._disturbances = max(2, len(season.articles) // _PIECES_PER_DISTURBANCE)
        self._random = Random(seed)
        self._returned: dict[int, Decimal] = {}
        self._day = 0

    def work_day(self) -> DayLog:
        """Work until everything that can be done today is done."""
        log = DayLog()
        self._day += 1
        self._receive(log)
        self._ship(log)
        self._correct(log)
        self._hold_and_release(log)
        self._take_back(log)
        return log

    def work_late(self) -> DayLog:
        """One more thing turns up after hours."""
        log = DayLog()
        for balance in self._some(1):
            self._adjust(balance, 1, FOUND, log)
        return log

    # Goods in ------------------------------------------------------------------------------------------------

    def _receive(self, log: DayLog) -> None:
        for receipt in list(self._warehouse.goods_in_receipts):
            if receipt.status in _RECEIVABLE and not self._is_spared(receipt.lines):
                self._unload(receipt, log)

    def _unload(self, receipt: GoodsInReceipt, log: DayLog) -> None:
        """A lorry comes whole, or half of it today and the rest another day."""
        is_last = receipt.status == "part" or self._random.random() < 0.6
        for line in receipt.lines:
            outstanding = line.expected_quantity - line.quantity_received
            arrived = self._arrived(outstanding) if is_last else outstanding // 2
            if arrived > 0:
                self._warehouse.receive(line.id, arrived)
                log.lines_received += 1
        if log.receives_undone == 0:
            self._undo_one(receipt, log)
        if is_last:
            self._warehouse.complete_receipt(receipt.id)
            log.receipts_completed += 1
            return
        for line in receipt.lines:
            if line.in_bay > 0:
                self._warehouse.put_away(line.id)

    def _arrived(self, outstanding: Decimal) -> Decimal:
        """Mostly what was announced, sometimes a little less or more."""
        draw = self._random.random()
        if draw < 0.12:
            return max(outstanding - self._random.randint(1, 3), Decimal(0))
        return outstanding + (self._random.randint(1, 2) if draw > 0.93 else 0)

    def _undo_one(self, receipt: GoodsInReceipt, log: DayLog) -> None:
        """Two units too many were scanned in, and are taken back while they lie in the bay."""
        line = next((line for line in receipt.lines if line.in_bay >= 2), None)
        if line is not None:
            self._warehouse.unreceive(line.id, 2)
            log.receives_undone += 1

    # Goods out -----------------------------------------------------------------------------------------------

    def _ship(self, log: DayLog) -> None:
        for order in self._in_status(*_TO_ALLOCATE):
            self._allocate(order)
        for order in self._in_status(*_TO_PICK):
            anything = any(line.reserved for line in order.lines)
            if anything and self._random.random() < 0.92:  # the rest is left for tomorrow
                self._pick(order)
                self._warehouse.dispatch(order.id, parcels=self._random.randint(1, 3))
                _count(order, log)

    def _in_status(self, *statuses: GoodsOutStatus) -> list[GoodsOut]:
        return [
            order
            for order in self._warehouse.goods_outs
            if order.status in statuses and not self._is_spared(order.lines)
        ]

    def _is_spared(self, lines: Iterable[GoodsOutLine | ReceiptLine]) -> bool:
        return any(line.product.code in self._spared for line in lines)

    def _allocate(self, order: GoodsOut) -> None:
        try:
            self._warehouse.process_picks([order.id])
        except Refused:
            return  # no stock today

    def _pick(self, order: GoodsOut) -> None:
        """What is allocated; now and then a piece is not found, or a full pack is not broken."""
        wanted = {line.id: line.reserved for line in order.lines}
        line = max(order.lines, key=lambda line: line.reserved)
        draw = self._random.random()
        if draw < 0.08 and line.reserved > 1:
            wanted[line.id] -= 1
        elif draw > 0.84:
            wanted[line.id] += -int(line.reserved) % _FULL_PACK
        try:
            self._warehouse.pick(order.id, wanted)
        except Refused:  # the rest of the pack is promised to others
            self._warehouse.pick(order.id)

    # Stock ---------------------------------------------------------------------------------------------------

    def _correct(self, log: DayLog) -> None:
        """Find, break and count; the articles with unreadable codes are not spared on the first day."""
        first_day = self._undecidable if self._day == 1 else []
        for code in first_day:
            self._warehouse.adjust(code, 1, FOUND)
            log.adjustments += 1
        for balance in self._some(self._disturbances):
            self._adjust(balance, self._random.randint(1, 3), FOUND, log)
        for balance in self._some(self._disturbances):
            self._adjust(balance, -min(self._random.randint(1, 2), int(balance.available)), DAMAGED, log)
        for balance in self._some(self._disturbances):
            self._recount(balance, log)

    def _some(self, how_many: int) -> list[Balance]:
        """Some of the season's products that lie free."""
        free = [
            balance
            for balance in self._warehouse.stock_balances
            if balance.available > 0 and balance.product.code in self._ours
        ]
        return self._random.sample(free, min(how_many, len(free)))

    def _adjust(self, balance: Balance, units: int, reason: str, log: DayLog) -> None:
        self._warehouse.adjust(balance.product.code, units, reason, warehouse=balance.warehouse.code)
        log.adjustments += 1

    def _recount(self, balance: Balance, log: DayLog) -> None:
        """Count what lies available, which is what is free and what is promised; sometimes it differs by one."""
        off_by = self._random.choice((0, 0, 1, -1))
        counted = balance.available + balance.allocated + off_by
        self._warehouse.count(balance.product.code, counted, COUNTED, warehouse=balance.warehouse.code)
        log.counts += 1

    def _hold_and_release(self, log: DayLog) -> None:
        held = [
            stock
            for stock in self._warehouse.stocks
            if stock.status == "held" and stock.product.code not in self._spared
        ]
        for stock in held:
            if self._random.random() < 0.5:
                code, building = stock.product.code, stock.warehouse.code
                self._warehouse.release(code, stock.quantity, RELEASED, warehouse=building)
                log.releases += 1
        for balance in self._some(self._disturbances):
            units = min(self._random.randint(1, 4), int(balance.available))
            self._warehouse.hold(balance.product.code, units, HELD, warehouse=balance.warehouse.code)
            log.holds += 1

    # Returns -------------------------------------------------------------------------------------------------

    def _take_back(self, log: DayLog) -> None:
        """Customers send back part of what they got."""
        sent = list(self._returnable())
        for line in self._random.sample(sent, min(self._disturbances, len(sent))):
            units = Decimal(self._random.randint(1, min(2, int(self._left_to_return(line)))))
            order = line.goods_out
            self._warehouse.take_return(
                order.reference,
                line.product.code,
                units,
                account=ACCOUNT,
                warehouse=order.warehouse.code,
                line=line.alt_line_number or "1",
            )
            self._returned[line.id] = self._returned.get(line.id, Decimal(0)) + units
            log.returns += 1

    def _returnable(self) -> Iterator[GoodsOutLine]:
        for order in self._in_status(GoodsOutStatus.COMPLETED):
            yield from (line for line in order.lines if self._left_to_return(line) >= 1)

    def _left_to_return(self, line: GoodsOutLine) -> Decimal:
        return line.dispatch_quantity - self._returned.get(line.id, Decimal(0))


def _count(order: GoodsOut, log: DayLog) -> None:
    log.orders_dispatched += 1
    log.orders_short += any(line.dispatch_quantity < line.order_quantity for line in order.lines)
    log.orders_over += any(line.dispatch_quantity > line.order_quantity for line in order.lines)
