"""Each document of an item, on both sides of Blue Cherry's reading.

Law of this module: a document is counted as what the reading has of it, and beyond that only as far as the
warehouse or a channel has gone further; never twice, and never against what the books say. What an order takes is
the most that anybody says of it: what was sold, what the books promise and invoiced, what the warehouse set aside.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from attrs import define, field

from clarus_bluecherry.finance.availability._evidence import ORDER_KINDS, SellingEvidence, told_at
from clarus_bluecherry.finance.availability._told import BookLine, BookTerm, MoveKind, StockMove

NONE = Decimal(0)
_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


@define
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


@define
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


@define
class ItemDocuments:
    """All documents of an item in some locations, and what is held of it by the warehouse's movements."""

    orders: dict[str, OrderStock] = field(factory=dict)
    stock: dict[str, StockDocument] = field(factory=dict)
    held: Decimal = NONE
    held_in_books: Decimal = NONE
    """What of the holds the books took away themselves; less than zero."""


def documents_of(
    told: SellingEvidence,
    lines: Iterable[BookLine],
    moves: Sequence[StockMove],
    elsewhere: Mapping[str, Decimal] | None = None,
) -> ItemDocuments:
    """The documents of one item; `elsewhere` is what the books take for orders at other locations."""
    found = ItemDocuments()
    in_books: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        name = told.name_of(line.document)
        if line.term is BookTerm.STOCK:
            in_books[name] += line.qty
            continue
        order = _of(found.orders, name)
        if line.term is BookTerm.PROMISED:
            order.promised -= line.qty
        else:
            order.invoiced -= line.qty
    if moves:
        _add_orders(found, told, moves, elsewhere or {})
        _add_stock(found, told, moves, in_books)
    return found


def _of(orders: dict[str, OrderStock], name: str) -> OrderStock:
    order = orders.get(name)
    if order is None:
        order = orders[name] = OrderStock()
    return order


def _add_orders(
    found: ItemDocuments, told: SellingEvidence, moves: Sequence[StockMove], elsewhere: Mapping[str, Decimal]
) -> None:
    """The movements of orders: what each document of the warehouse took, added up by order."""
    counted = _counts(moves) if any(move.kind is MoveKind.SHORTED for move in moves) else {}
    by_document: dict[str, dict[MoveKind, Decimal]] = {}
    for move in moves:
        if move.kind not in ORDER_KINDS:
            continue
        document = move.document or move.move_id
        order = _of(found.orders, told.name_of(document))
        order.last = _later(order.last, told_at(move))
        if move.kind is MoveKind.SOLD and not move.location:
            order.sold_anywhere += move.qty
        elif move.kind is MoveKind.SOLD:
            order.sold += move.qty
        else:
            is_answered = move.kind is MoveKind.SHORTED and move.occurred_at < counted.get(
                move.location, _LONG_AGO
            )
            kind = MoveKind.COUNTED if is_answered else move.kind
            sums = by_document.get(document)
            if sums is None:
                sums = by_document[document] = {}
            sums[kind] = sums[kind] + move.qty if kind in sums else move.qty
            order.is_in_warehouse = True
    for document, sums in by_document.items():
        _set_aside(found.orders[told.name_of(document)], sums)
    for name, order in found.orders.items():
        if order.sold_anywhere:
            order.sold += max(NONE, order.sold_anywhere - elsewhere.get(name, NONE))


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


def _counts(moves: Iterable[StockMove]) -> Mapping[str, dt.datetime]:
    """When each location was counted last."""
    found: dict[str, dt.datetime] = {}
    for move in moves:
        if move.kind is MoveKind.COUNTED:
            found[move.location] = max(found.get(move.location, move.occurred_at), move.occurred_at)
    return found


def _add_stock(
    found: ItemDocuments, told: SellingEvidence, moves: Iterable[StockMove], in_books: Mapping[str, Decimal]
) -> None:
    holds: set[str] = set()
    for move in moves:
        if move.kind in ORDER_KINDS:
            continue
        name = told.name_of(move.document or move.move_id)
        if move.kind in (MoveKind.HELD, MoveKind.RELEASED):
            holds.add(name)
            found.held += move.qty if move.kind is MoveKind.HELD else -move.qty
            continue
        document = found.stock.get(name)
        if document is None:
            document = found.stock[name] = StockDocument(booked=in_books.get(name, NONE), kind=move.kind)
        document.moved += move.qty
        document.kind = min(document.kind, move.kind)
        document.last = _later(document.last, told_at(move))
    if holds:
        found.held_in_books = sum([in_books.get(name, NONE) for name in holds - found.stock.keys()], start=NONE)


def _later(one: dt.datetime | None, other: dt.datetime) -> dt.datetime:
    return other if one is None else max(one, other)
