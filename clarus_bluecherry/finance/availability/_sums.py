"""The two sums of an item: what Blue Cherry would let be sold, brought up to now, and what the floor could give.

Law of this module: the first begins with Blue Cherry's own open to sell and goes on document by document; the
second begins with what is pickable and takes off what is promised. What may be sold is the lesser, so that a
mistake in one of both sells nothing. Where a reading tells no documents, what goes is taken off and what comes is
not added.
"""

from __future__ import annotations

import datetime as dt
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
    parts = _SumParts(told, policy, documents_of(told, lines, moves, elsewhere))
    parts.add_read(stock)
    if late:
        parts.add_late(late)
    parts.add_held()
    parts.add_orders()
    parts.add_stock()
    beyond, floor = parts.beyond, parts.floor
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


class _SumParts:
    """The parts of both sums, as they are found: `beyond` what Blue Cherry itself says, and `floor`."""

    def __init__(self, told: SellingEvidence, policy: SellingPolicy, documents: ItemDocuments) -> None:
        self.beyond: list[Part] = []
        self.floor: list[Part] = []
        self._told = told
        self._policy = policy
        self._documents = documents
        self._tells_status = told.floor is not None and told.floor.tells_status
        self._blocked = NONE if self._tells_status else documents.held

    def add_read(self, stock: Iterable[FloorStock]) -> None:
        """What was pickable when the stock was read; where it shows no status, the movements say what is held."""
        pickable = NONE
        for each in stock:
            if each.is_pickable:
                pickable += each.qty
            else:
                self._blocked += each.qty
        self.floor.append(("pickable", "", pickable))
        if not self._tells_status and self._blocked > 0:
            self.floor.append(("on hold", "", -self._blocked))

    def add_late(self, late: Iterable[StockMove]) -> None:
        """What the stock that was read does not show. What came is seen at its next reading: until then nobody
        knows whether it can be picked."""
        went: dict[MoveKind, Decimal] = {}
        came = NONE
        for move in late:
            if move.kind not in _SHOWN or (move.kind is MoveKind.HELD and not self._tells_status):
                continue
            qty = -move.qty if move.kind in _OUT else move.qty
            if qty < 0:
                went[move.kind] = went.get(move.kind, NONE) + qty
            elif move.kind not in _OUT:
                came += qty
        for kind, qty in sorted(went.items()):
            self.floor.append((f"{kind.value} since the stock was read", "", qty))
        self._blocked -= went.get(MoveKind.HELD, NONE)
        if came and self._told.tells is not ReadingTells.NOTHING:
            self.beyond.append(("came since the stock was read", "", -came))

    def add_held(self) -> None:
        """What is there and cannot be picked, as far as the books do not leave it out already."""
        if self._blocked > 0:
            self.beyond.append(("on hold or not put away", "", -self._blocked))
            known = min(-min(NONE, self._documents.held_in_books), self._blocked)
            if known:
                self.beyond.append(("on hold in the books already", "", known))

    def add_orders(self) -> None:
        """What orders take that the reading does not have; and what is still on the floor for them. What figures
        without documents promise is in the first sum alone."""
        is_by_document = self._told.tells is ReadingTells.DOCUMENTS
        if is_by_document:
            for name, promised in self._documents.promised.items():
                if promised > 0:
                    self.floor.append((_PROMISED, name, -promised))
        for name, order in self._documents.orders.items():
            taken = order.taken
            more, still = taken - order.booked, taken - order.gone
            if more > 0 and not self._is_settled(name, order.last):
                self.beyond.append((order, name, -more))
            if still > 0 and (is_by_document or order.is_in_warehouse or not self._is_settled(name, order.last)):
                self.floor.append((_PROMISED, name, -still))

    def add_stock(self) -> None:
        """What other documents brought or took that the reading does not have; what came to figures that tell
        nothing may be in them."""
        for name, stock in self._documents.stock.items():
            beyond = stock.beyond
            if not beyond or self._is_settled(name, stock.last):
                continue
            if beyond < 0 or not self._may_be_in_figures(stock):
                self.beyond.append((stock, name, beyond))

    def _is_settled(self, name: str, last: dt.datetime | None) -> bool:
        return self._told.is_settled(name, last, self._policy.catch_up)

    def _may_be_in_figures(self, stock: StockDocument) -> bool:
        return self._told.tells is ReadingTells.NOTHING or self._told.is_before_opening(stock.last)


_PROMISED = "promised, and still there"
_OUT = frozenset({MoveKind.DISPATCHED, MoveKind.HELD})
"""Movements that take away as many as they say; the others say it by their sign."""
_SHOWN = _OUT | {
    MoveKind.ADJUSTED,
    MoveKind.COUNTED,
    MoveKind.RECEIVED,
    MoveKind.RETURNED,
    MoveKind.TRANSFERRED,
    MoveKind.CONVERTED,
}
"""What a reading of the stock shows by there being less or more."""
