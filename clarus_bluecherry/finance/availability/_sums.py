"""The two sums of an item: what Blue Cherry would let be sold, brought up to now, and what the floor could give.

Law of this module: the first begins with Blue Cherry's own open to sell and goes on document by document; the
second begins with what is pickable and takes off what is promised. What may be sold is the lesser, so that a
mistake in one of both sells nothing. Where a reading tells no documents, what goes is taken off and what comes is
not added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from attrs import define

from clarus_bluecherry.finance.availability._documents import (
    NONE,
    ItemDocuments,
    OrderStock,
    StockDocument,
    documents_of,
)
from clarus_bluecherry.finance.availability._evidence import ItemRows, SellingEvidence
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


Part = tuple[BookLine | OrderStock | StockDocument | str, str, Decimal]
"""A part of a sum: what it is, its document and its eaches. A sum has only these; their words are for a reader."""


@define
class ItemSums:
    """Both sums of an item in some locations. `books` is Blue Cherry's own figure, `open` what it is now; None
    where no reading has the item. `free` is what the floor could give; None where no stock was read."""

    books: Decimal | None
    open: Decimal | None
    free: Decimal | None
    _lines: Sequence[BookLine]
    _beyond: Sequence[Part]
    _floor: Sequence[Part]

    @property
    def both(self) -> Decimal | None:
        """What both would give."""
        return None if self.open is None or self.free is None else min(self.open, self.free)

    @property
    def open_terms(self) -> Sequence[SumTerm]:
        """The first sum, line by line."""
        return _in_words([*((line, "", line.qty) for line in self._lines), *self._beyond])

    @property
    def free_terms(self) -> Sequence[SumTerm]:
        """The second sum, line by line."""
        return _in_words(self._floor)


def sums_of(told: SellingEvidence, policy: SellingPolicy, rows: ItemRows, locations: frozenset[str]) -> ItemSums:
    """The sums of an item in `locations` (none: everywhere). A promise at no location counts in each."""
    lines, stock, moves, late = rows
    elsewhere: Mapping[str, Decimal] = {}
    if locations:
        elsewhere = _elsewhere(told, lines, locations)
        lines = [each for each in lines if each.location in locations or _is_anywhere(each)]
        stock = [each for each in stock if each.location in locations]
        moves = [each for each in moves if each.location in locations or not each.location]
        late = [each for each in late if each.location in locations or not each.location]
    documents = documents_of(told, lines, moves, elsewhere)
    beyond: list[Part] = []
    floor: list[Part] = []
    _add_floor(beyond, floor, told, stock, late, documents)
    _add_orders(beyond, floor, told, policy, documents)
    _add_stock(beyond, told, policy, documents)
    books = sum([line.qty for line in lines], start=NONE) if lines else None
    return ItemSums(
        books,
        None if books is None else sum([qty for _, _, qty in beyond], start=books),
        None if told.floor is None else sum([qty for _, _, qty in floor], start=NONE),
        lines,
        beyond,
        floor,
    )


def _in_words(parts: Iterable[Part]) -> Sequence[SumTerm]:
    """Each part as a reader has it: Blue Cherry's own by its words, what has no document, and document by
    document."""
    sums: dict[tuple[str, str], Decimal] = {}
    for of, document, qty in sorted(parts, key=_place):
        key = _words(of), document
        sums[key] = sums.get(key, NONE) + qty
    return [SumTerm(*key, qty) for key, qty in sums.items()]


def _place(part: Part) -> tuple[int, str, str]:
    of, document, _ = part
    if isinstance(of, str):
        return 1, document, ""
    return (0 if isinstance(of, BookLine) else 2), document, _words(of)


def _words(of: BookLine | OrderStock | StockDocument | str) -> str:
    if isinstance(of, str):
        return of
    if isinstance(of, BookLine):
        return f"Blue Cherry: {of.what or of.term.value}"
    return of.how_far if isinstance(of, OrderStock) else f"{of.kind.value} since"


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


def _add_orders(
    beyond: list[Part],
    floor: list[Part],
    told: SellingEvidence,
    policy: SellingPolicy,
    documents: ItemDocuments,
) -> None:
    """What orders take that the reading does not have; and what is still on the floor for them. What figures
    without documents promise is in the first sum alone."""
    is_by_document = told.tells is ReadingTells.DOCUMENTS
    for name, promised in documents.promised.items() if is_by_document else ():
        if promised > 0:
            floor.append((_PROMISED, name, -promised))
    for name, order in documents.orders.items():
        taken = order.taken
        more, still = taken - order.booked, taken - order.gone
        if more > 0 and not told.is_settled(name, order.last, policy.catch_up):
            beyond.append((order, name, -more))
        if still > 0 and (
            is_by_document or order.is_in_warehouse or not told.is_settled(name, order.last, policy.catch_up)
        ):
            floor.append((_PROMISED, name, -still))


_PROMISED = "promised, and still there"


def _add_stock(beyond: list[Part], told: SellingEvidence, policy: SellingPolicy, documents: ItemDocuments) -> None:
    """What other documents brought or took that the reading does not have."""
    for name, stock in documents.stock.items():
        qty = _moved_since(told, policy, name, stock)
        if qty:
            beyond.append((stock, name, qty))


def _moved_since(told: SellingEvidence, policy: SellingPolicy, name: str, stock: StockDocument) -> Decimal:
    """What a document is beyond the reading; what came to figures that tell nothing may be in them."""
    beyond = stock.beyond
    if not beyond or told.is_settled(name, stock.last, policy.catch_up):
        return NONE
    is_unclear = told.tells is ReadingTells.NOTHING or told.is_before_opening(stock.last)
    return NONE if beyond > 0 and is_unclear else beyond


# What the floor could give -----------------------------------------------------------------------------------


def _add_floor(
    beyond: list[Part],
    floor: list[Part],
    told: SellingEvidence,
    stock: Sequence[FloorStock],
    late: Sequence[StockMove],
    documents: ItemDocuments,
) -> None:
    """What was pickable when the stock was read, less what went since (what came is seen at its next reading); and
    what is there and cannot be picked, as far as the books do not leave it out already. Where the stock shows no
    status, the movements say what is held."""
    pickable = blocked = NONE
    for each in stock:
        if each.is_pickable:
            pickable += each.qty
        else:
            blocked += each.qty
    floor.append(("pickable", "", pickable))
    if told.floor is None or not told.floor.tells_status:
        blocked = documents.held
        if blocked > 0:
            floor.append(("on hold", "", -blocked))
    elif late:
        blocked += _went(late, MoveKind.HELD)
    for kind in _WENT if late else ():
        qty = _went(late, kind)
        if qty:
            floor.append((f"{kind.value} since the stock was read", "", -qty))
    came = _came(late) if late and told.tells is not ReadingTells.NOTHING else NONE
    if came:
        beyond.append(("came since the stock was read", "", -came))
    if blocked > 0:
        beyond.append(("on hold or not put away", "", -blocked))
        known = min(-min(NONE, documents.held_in_books), blocked)
        if known:
            beyond.append(("on hold in the books already", "", known))


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


def _went(late: Sequence[StockMove], kind: MoveKind) -> Decimal:
    """How much went by such movements."""
    is_out = kind in _AS_GIVEN
    return sum([max(NONE, each.qty if is_out else -each.qty) for each in late if each.kind is kind], start=NONE)


def _came(late: Sequence[StockMove]) -> Decimal:
    """How much came by them, of which nobody knows yet whether it can be picked."""
    kinds = frozenset(_WENT) - _AS_GIVEN
    return sum([each.qty for each in late if each.kind in kinds and each.qty > 0], start=NONE)
