"""Each document of an item, on both sides of Blue Cherry's reading.

Law of this module: a document is counted as what the reading has of it, and beyond that only as far as the
warehouse or a channel has gone further; never twice, and never against what the books say. What an order takes is
the most that anybody says of it: what was sold, what the books promise and invoiced, what the warehouse set aside.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from clarus_bluecherry.finance.availability._evidence import ORDER_KINDS, SellingEvidence
from clarus_bluecherry.finance.availability._told import BookLine, BookTerm, MoveKind, StockMove

NONE = Decimal(0)


class OrderStock:
    """What an order takes of an item, by all who say so, in eaches."""

    promised: Decimal = NONE
    invoiced: Decimal = NONE
    sold: Decimal = NONE
    sold_anywhere: Decimal = NONE
    """Of what was sold: from no location that is decided yet."""
    set_aside: Decimal = NONE
    """What the warehouse allocated, picked, dispatched or could not find, less what it let go."""
    dispatched: Decimal = NONE
    short: Decimal = NONE
    let_go: Decimal = NONE
    """Of what was sold: short, and answered by a count; the order is closed by so much."""
    is_in_warehouse: bool = False
    last: dt.datetime | None = None

    def add_sold(self, move: StockMove) -> None:
        """What a channel sold of it."""
        if move.location:
            self.sold += move.qty
        else:
            self.sold_anywhere += move.qty

    @property
    def booked(self) -> Decimal:
        """What Blue Cherry's reading takes for it."""
        return self.promised + self.invoiced

    @property
    def taken(self) -> Decimal:
        """What it takes."""
        return max(self.booked, self.set_aside, self.sold - self.let_go)

    @property
    def gone(self) -> Decimal:
        """What of that has left the floor."""
        return self.dispatched if self.is_in_warehouse else self.invoiced

    @property
    def how_far(self) -> str:
        """How far it went, in a word."""
        if self.short and self.set_aside == self.taken:
            return "dispatched or short since"
        if not self.is_in_warehouse or self.sold > self.set_aside:
            return "sold since"
        return "dispatched since" if self.dispatched >= self.set_aside else "allocated or picked since"


class StockDocument:
    """What a receipt, return, adjustment or the like brought: in the warehouse, and in the reading."""

    moved: Decimal = NONE
    booked: Decimal = NONE
    kind: MoveKind = MoveKind.ADJUSTED
    last: dt.datetime | None = None

    @property
    def beyond(self) -> Decimal:
        """What the reading does not have of it; what it has more of stays as the books say."""
        if self.moved < 0:
            return min(NONE, self.moved - min(NONE, self.booked))
        return max(NONE, self.moved - max(NONE, self.booked))


class ItemDocuments:
    """All documents of an item in some locations: those that moved, and what the books have of the others."""

    def __init__(self) -> None:
        self.orders: dict[str, OrderStock] = {}
        self.stock: dict[str, StockDocument] = {}
        self.promised: dict[str, Decimal] = {}
        """What the books promise to orders that did not move."""
        self.invoiced: dict[str, Decimal] = {}
        self.booked: dict[str, Decimal] = {}
        """Of stock that came or went without an order."""
        self.held = NONE
        """By the warehouse's movements."""
        self._holds: set[str] = set()

    @property
    def held_in_books(self) -> Decimal:
        """What of the holds the books took away themselves; less than zero."""
        names = self._holds - self.stock.keys()
        return sum([self.booked.get(name, NONE) for name in names], start=NONE)

    def order(self, name: str) -> OrderStock:
        """An order that moved."""
        order = self.orders.get(name)
        if order is None:
            order = self.orders[name] = OrderStock()
            order.promised = self.promised.pop(name, NONE)
            order.invoiced = self.invoiced.get(name, NONE)
        return order

    def add(self, name: str, move: StockMove) -> None:
        """A movement of stock that is nobody's."""
        if move.kind in (MoveKind.HELD, MoveKind.RELEASED):
            self._holds.add(name)
            self.held += move.qty if move.kind is MoveKind.HELD else -move.qty
            return
        document = self.stock.get(name)
        if document is None:
            document = self.stock[name] = StockDocument()
            document.booked, document.kind = self.booked.get(name, NONE), move.kind
        document.moved += move.qty
        document.kind = min(document.kind, move.kind)
        document.last = _later(document.last, move)


def documents_of(
    told: SellingEvidence,
    lines: Iterable[BookLine],
    moves: Iterable[StockMove],
    elsewhere: Mapping[str, Decimal],
) -> ItemDocuments:
    """The documents of one item; `elsewhere` is what the books take for orders at other locations."""
    found = ItemDocuments()
    _add_lines(found, told, lines)
    _add_moves(found, told, moves)
    for name, order in found.orders.items():
        if order.sold_anywhere:
            order.sold += max(NONE, order.sold_anywhere - elsewhere.get(name, NONE))
    return found


def _add_lines(found: ItemDocuments, told: SellingEvidence, lines: Iterable[BookLine]) -> None:
    for line in lines:
        name = told.name_of(line.document)
        if line.term is BookTerm.STOCK:
            found.booked[name] = found.booked.get(name, NONE) + line.qty
        elif line.term is BookTerm.PROMISED:
            found.promised[name] = found.promised.get(name, NONE) - line.qty
        else:
            found.invoiced[name] = found.invoiced.get(name, NONE) - line.qty


def _add_moves(found: ItemDocuments, told: SellingEvidence, moves: Iterable[StockMove]) -> None:
    """Each movement to its document; what each document of the warehouse took is added up by order."""
    handled: dict[str, dict[MoveKind, Decimal]] = {}
    for move in moves:
        kind, document = move.kind, move.document or move.move_id
        name = told.name_of(document)
        if kind not in ORDER_KINDS:
            found.add(name, move)
            continue
        order = found.order(name)
        order.last = _later(order.last, move)
        if kind is MoveKind.SOLD:
            order.add_sold(move)
            continue
        order.is_in_warehouse = True
        if kind is MoveKind.SHORTED and told.is_answered(move):
            kind = MoveKind.COUNTED
        sums = handled.get(document)
        if sums is None:
            sums = handled[document] = {}
        sums[kind] = sums.get(kind, NONE) + move.qty
    for document, sums in handled.items():
        _set_aside(found.orders[told.name_of(document)], sums)


def _set_aside(order: OrderStock, sums: Mapping[MoveKind, Decimal]) -> None:
    """What one document took: cancelling lets go of what was set aside, never of what is gone or was not found; a
    short that a count answered lets go of what was allocated."""

    of = sums.get
    gone = of(MoveKind.DISPATCHED, NONE) - of(MoveKind.UNDISPATCHED, NONE)
    short, answered = of(MoveKind.SHORTED, NONE), of(MoveKind.COUNTED, NONE)
    most = max(of(MoveKind.ALLOCATED, NONE) - answered, of(MoveKind.PICKED, NONE), gone + short)
    order.set_aside += max(most - of(MoveKind.CANCELLED, NONE), gone + short, NONE)
    order.dispatched += gone
    order.short += short
    order.let_go += answered


def _later(one: dt.datetime | None, move: StockMove) -> dt.datetime:
    at = move.recorded_at or move.occurred_at
    return at if one is None or at > one else one
