"""The two sums of an item: what Blue Cherry would let be sold, brought up to now, and what the floor could give.

Law of this module: the first begins with Blue Cherry's own open to sell and goes on document by document; the
second begins with what is pickable and takes off what is promised. What may be sold is the lesser, so that a
mistake in one of both sells nothing. Where a reading tells no documents, what goes is taken off and what comes is
not added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
from clarus_bluecherry.finance.availability._evidence import SellingEvidence, told_at
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
    """Both sums of an item in some locations. `books` is Blue Cherry's own figure, `open` what it is now; None
    where no reading has the item. `free` is what the floor could give; None where no stock was read."""

    books: Decimal | None
    open: Decimal | None
    free: Decimal | None
    open_terms: Sequence[SumTerm]
    free_terms: Sequence[SumTerm]

    @property
    def both(self) -> Decimal | None:
        """What both would give."""
        return None if self.open is None or self.free is None else min(self.open, self.free)


def sums_of(told: SellingEvidence, policy: SellingPolicy, item: str, locations: frozenset[str]) -> ItemSums:
    """The sums of an item in `locations` (none: everywhere). A promise at no location counts in each."""
    lines: Sequence[BookLine] = told.lines.get(item, ())
    stock: Sequence[FloorStock] = told.stock.get(item, ())
    moves: Sequence[StockMove] = told.moves.get(item, ())
    elsewhere: dict[str, Decimal] = {}
    if locations:
        elsewhere = _elsewhere(told, lines, locations)
        lines = [each for each in lines if each.location in locations or _is_anywhere(each)]
        stock = [each for each in stock if each.location in locations]
        moves = [each for each in moves if each.location in locations or not each.location]
    late = _late(told, moves)
    documents = documents_of(told, lines, moves, elsewhere)
    blocked = _blocked(told, stock, late, documents)
    books = sum([each.qty for each in lines], start=NONE) if lines else None
    taken, promised = _of_orders(told, policy, documents)
    moved = _of_stock(told, policy, documents)
    open_terms = [*_as_booked(lines), *taken, *moved, *_not_pickable(blocked, documents)]
    free_terms = [*_on_floor(told, stock, late, documents), *promised]
    return ItemSums(
        books,
        None if books is None else sum([each.qty for each in open_terms], start=NONE),
        None if told.floor is None else sum([each.qty for each in free_terms], start=NONE),
        open_terms,
        free_terms,
    )


def _elsewhere(told: SellingEvidence, lines: Iterable[BookLine], locations: frozenset[str]) -> dict[str, Decimal]:
    """What the books take for each order at other locations: so much of what was sold is decided."""
    found: dict[str, Decimal] = {}
    for line in lines:
        if line.term is not BookTerm.STOCK and line.location and line.location not in locations:
            name = told.name_of(line.document)
            found[name] = found.get(name, NONE) - line.qty
    return found


def _is_anywhere(line: BookLine) -> bool:
    return line.term is BookTerm.PROMISED and not line.location


# What Blue Cherry lets be sold -------------------------------------------------------------------------------


def _as_booked(lines: Sequence[BookLine]) -> Iterator[SumTerm]:
    """Blue Cherry's own formula, a line for each of its words."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        what = line.what or line.term.value
        sums[what] = sums[what] + line.qty if what in sums else line.qty
    for what in sorted(sums):
        yield SumTerm(f"Blue Cherry: {what}", "", sums[what])


def _of_orders(
    told: SellingEvidence, policy: SellingPolicy, documents: ItemDocuments
) -> tuple[Sequence[SumTerm], Sequence[SumTerm]]:
    """What orders take that the reading does not have; and what is still on the floor for them. What figures
    without documents promise is in the first sum alone."""
    beyond: list[SumTerm] = []
    there: list[SumTerm] = []
    is_by_document = told.tells is ReadingTells.DOCUMENTS
    for name, order in sorted(documents.orders.items()):
        taken = order.taken
        more, still = taken - order.booked, taken - order.gone
        if more > 0 and not told.is_settled(name, order.last, policy.catch_up):
            beyond.append(SumTerm(_of_order(order), name, -more))
        if still > 0 and (
            is_by_document or order.is_in_warehouse or not told.is_settled(name, order.last, policy.catch_up)
        ):
            there.append(SumTerm("promised, and still there", name, -still))
    return beyond, there


def _of_stock(told: SellingEvidence, policy: SellingPolicy, documents: ItemDocuments) -> Iterator[SumTerm]:
    """What other documents brought or took that the reading does not have."""
    for name, stock in sorted(documents.stock.items()):
        qty = _moved_since(told, policy, name, stock)
        if qty:
            yield SumTerm(f"{stock.kind.value} since", name, qty)


def _moved_since(told: SellingEvidence, policy: SellingPolicy, name: str, stock: StockDocument) -> Decimal:
    """What a document is beyond the reading; what came to figures that tell nothing may be in them."""
    beyond = stock.beyond
    if not beyond or told.is_settled(name, stock.last, policy.catch_up):
        return NONE
    is_unclear = told.tells is ReadingTells.NOTHING or told.is_before_opening(stock.last)
    return NONE if beyond > 0 and is_unclear else beyond


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
    told: SellingEvidence, stock: Sequence[FloorStock], late: Sequence[StockMove], documents: ItemDocuments
) -> Decimal:
    """What cannot be picked: as the floor shows it, and what was held since; where it shows no status, by
    holds."""
    if told.floor is None or not told.floor.tells_status:
        return max(NONE, documents.held)
    qty = sum([each.qty for each in stock if not each.is_pickable], start=NONE)
    return max(NONE, qty + _went(late, MoveKind.HELD))


# What the floor could give -----------------------------------------------------------------------------------


def _on_floor(
    told: SellingEvidence, stock: Sequence[FloorStock], late: Sequence[StockMove], documents: ItemDocuments
) -> Iterator[SumTerm]:
    """What was pickable when the stock was read, less what went since: what came is seen at its next reading."""
    yield SumTerm("pickable", "", sum([each.qty for each in stock if each.is_pickable], start=NONE))
    if told.floor is not None and not told.floor.tells_status and documents.held > 0:
        yield SumTerm("on hold", "", -documents.held)
    for kind in _WENT if late else ():
        qty = _went(late, kind)
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


def _late(told: SellingEvidence, moves: Sequence[StockMove]) -> Sequence[StockMove]:
    """What the floor's own system was told of after its stock was read."""
    read_at = told.floor_at
    return [] if read_at is None else [move for move in moves if told_at(move) > read_at]


def _went(late: Sequence[StockMove], kind: MoveKind) -> Decimal:
    """How much went by such movements."""
    is_out = kind in _AS_GIVEN
    return sum([max(NONE, each.qty if is_out else -each.qty) for each in late if each.kind is kind], start=NONE)
