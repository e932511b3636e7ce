"""The two sums of an item: what Blue Cherry would let be sold, brought up to now, and what the floor could give.

Law of this module: the first begins with Blue Cherry's own open to sell and goes on document by document; the
second begins with what is pickable and takes off what is promised. What may be sold is the lesser, so that a
mistake in one of both sells nothing. Where a reading tells no documents, what goes is taken off and what comes is
not added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from attrs import frozen

from clarus_bluecherry.finance.availability._documents import (
    NONE,
    ItemDocuments,
    OrderStock,
    StockDocument,
    documents_of,
)
from clarus_bluecherry.finance.availability._evidence import Evidence, told_at
from clarus_bluecherry.finance.availability._policy import SellingPolicy
from clarus_bluecherry.finance.availability._told import (
    BookLine,
    BookTerm,
    FloorStock,
    MoveKind,
    ReadingTells,
    StockMove,
)


class SumTerm(NamedTuple):
    """A line of a sum: what it is, its document, and by how many eaches it changes the sum."""

    what: str
    document: str
    qty: Decimal


@frozen
class ItemSums:
    """Both sums of an item in some locations. `books` is Blue Cherry's own figure, `open` what it is now; None where
    no reading has the item. `free` is what the floor could give; None where no stock was read."""

    books: Decimal | None
    open: Decimal | None
    free: Decimal | None
    open_terms: Sequence[SumTerm]
    free_terms: Sequence[SumTerm]

    @property
    def both(self) -> Decimal | None:
        """What both would give."""
        return None if self.open is None or self.free is None else min(self.open, self.free)


def sums_of(told: Evidence, policy: SellingPolicy, item: str, locations: frozenset[str]) -> ItemSums:
    """The sums of an item in `locations` (none: everywhere). A promise at no location counts in each."""
    lines: Sequence[BookLine] = told.lines.get(item, ())
    stock: Sequence[FloorStock] = told.stock.get(item, ())
    moves: Sequence[StockMove] = told.moves.get(item, ())
    if locations:
        lines = [each for each in lines if each.location in locations or _is_anywhere(each)]
        stock = [each for each in stock if each.location in locations]
        moves = [each for each in moves if each.location in locations or not each.location]
    documents = documents_of(told, lines, moves)
    blocked = _blocked(told, stock, moves, documents)
    books = sum([each.qty for each in lines], start=NONE) if lines else None
    open_terms = [*_as_booked(lines), *_beyond(told, policy, documents), *_not_pickable(blocked, documents)]
    free_terms = [*_on_floor(told, stock, moves, documents), *_outstanding(told, policy, documents)]
    return ItemSums(
        books,
        None if books is None else sum([each.qty for each in open_terms], start=NONE),
        None if told.floor is None else sum([each.qty for each in free_terms], start=NONE),
        open_terms,
        free_terms,
    )


def _is_anywhere(line: BookLine) -> bool:
    return line.term is BookTerm.PROMISED and not line.location


# What Blue Cherry lets be sold -------------------------------------------------------------------------------


def _as_booked(lines: Sequence[BookLine]) -> Iterator[SumTerm]:
    """Blue Cherry's own formula, a line for each of its words."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        what = line.what or line.term.value
        sums[what] = sums.get(what, NONE) + line.qty
    for what in sorted(sums):
        yield SumTerm(f"Blue Cherry: {what}", "", sums[what])


def _beyond(told: Evidence, policy: SellingPolicy, documents: ItemDocuments) -> Iterator[SumTerm]:
    """What the warehouse and the channels are beyond the reading, document by document."""
    for name, order in sorted(documents.orders.items()):
        more = _taken_since(told, policy, name, order)
        if more > 0:
            yield SumTerm(_of_order(order), name, -more)
    for name, stock in sorted(documents.stock.items()):
        qty = _moved_since(told, policy, name, stock)
        if qty:
            yield SumTerm(f"{stock.kind.value} since", name, qty)


def _taken_since(told: Evidence, policy: SellingPolicy, name: str, order: OrderStock) -> Decimal:
    """What an order takes that the reading does not have."""
    if order.taken == order.booked or told.is_settled(name, order.last, policy.catch_up):
        return NONE
    return order.taken - order.booked


def _moved_since(told: Evidence, policy: SellingPolicy, name: str, stock: StockDocument) -> Decimal:
    """What a document brought or took that the reading does not have; what came to figures that tell nothing may
    be in them."""
    if told.is_settled(name, stock.last, policy.catch_up):
        return NONE
    is_unclear = told.tells is ReadingTells.NOTHING or told.is_before_opening(stock.last)
    return NONE if stock.beyond > 0 and is_unclear else stock.beyond


def _of_order(order: OrderStock) -> str:
    """How far an order went, in a word."""
    if order.short and order.set_aside == order.taken:
        return "dispatched or short since"
    if not order.is_in_warehouse or order.sold > order.set_aside:
        return "sold since"
    return "dispatched since" if order.dispatched >= order.set_aside else "allocated or picked since"


def _not_pickable(blocked: Decimal, documents: ItemDocuments) -> Iterator[SumTerm]:
    """What is there and cannot be picked, as far as the books do not leave it out already."""
    if blocked:
        yield SumTerm("on hold or not put away", "", -blocked)
        known = min(-min(NONE, documents.held_in_books), blocked)
        if known:
            yield SumTerm("on hold in the books already", "", known)


def _blocked(
    told: Evidence, stock: Sequence[FloorStock], moves: Sequence[StockMove], documents: ItemDocuments
) -> Decimal:
    """What cannot be picked: as the floor shows it, and what was held since; where it shows no status, by holds."""
    if told.floor is None or not told.floor.tells_status:
        return max(NONE, documents.held)
    qty = sum([each.qty for each in stock if not each.is_pickable], start=NONE)
    return max(NONE, qty + _since(told, moves, (MoveKind.HELD,)))


# What the floor could give -----------------------------------------------------------------------------------


def _on_floor(
    told: Evidence, stock: Sequence[FloorStock], moves: Sequence[StockMove], documents: ItemDocuments
) -> Iterator[SumTerm]:
    """What was pickable when the stock was read, less what went since: what came is seen at its next reading."""
    yield SumTerm("pickable", "", sum([each.qty for each in stock if each.is_pickable], start=NONE))
    if told.floor is not None and not told.floor.tells_status and documents.held > 0:
        yield SumTerm("on hold", "", -documents.held)
    for kind in _WENT if moves else ():
        qty = _since(told, moves, (kind,))
        if qty:
            yield SumTerm(f"{kind.value} since the stock was read", "", -qty)


_WENT = (
    MoveKind.DISPATCHED,
    MoveKind.HELD,
    MoveKind.ADJUSTED,
    MoveKind.COUNTED,
    MoveKind.RECEIVED,
    MoveKind.RETURNED,
    MoveKind.TRANSFERRED,
    MoveKind.CONVERTED,
)
_AS_GIVEN = frozenset({MoveKind.DISPATCHED, MoveKind.HELD})


def _since(told: Evidence, moves: Sequence[StockMove], kinds: tuple[MoveKind, ...]) -> Decimal:
    """How much went by such movements, of which the floor's own system was told after its stock was read."""
    read_at = told.floor.taken_at if told.floor else None
    went = NONE
    for move in moves:
        if move.kind in kinds and read_at is not None and told_at(move) > read_at:
            went += max(NONE, move.qty if move.kind in _AS_GIVEN else -move.qty)
    return went


def _outstanding(told: Evidence, policy: SellingPolicy, documents: ItemDocuments) -> Iterator[SumTerm]:
    """What is still on the floor, and somebody's. What figures without documents promise is in the other sum."""
    is_by_document = told.tells is ReadingTells.DOCUMENTS
    for name, order in sorted(documents.orders.items()):
        if not is_by_document and not order.is_in_warehouse and told.is_settled(name, order.last, policy.catch_up):
            continue
        if order.outstanding > 0:
            yield SumTerm("promised, and still there", name, -order.outstanding)
