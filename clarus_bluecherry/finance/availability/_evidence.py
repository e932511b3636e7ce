"""What counts at a moment: the readings that were known by then, and each movement once.

Law of this module: what happened at the moment or later, or was not known yet, does not count. Two tellings of one
movement are one movement, as it was recorded last; neither their order nor their number changes anything.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Generic, NamedTuple, TypeVar

from attrs import evolve, field, frozen

from clarus_bluecherry.finance.availability._told import (
    AvailabilityInput,
    BookLine,
    BookReading,
    FloorReading,
    FloorStock,
    IncomingLine,
    MoveKind,
    ReadingTells,
    StockMove,
)
from clarus_bluecherry.finance.close._documents import DocumentNames

_Read = TypeVar("_Read", BookReading, FloorReading)
_Named = TypeVar("_Named", BookLine, FloorStock, StockMove, IncomingLine)
_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


class RowsByItem(Generic[_Named]):
    """Rows by their item, as one list in its order. It is walked with no list for each item, which would cost a
    large world more than its sums."""

    def __init__(self, rows: Iterable[_Named]) -> None:
        self._rows: Sequence[_Named] = sorted(rows, key=_item)
        self.items: Sequence[str] = [*map(_item, self._rows)]

    def of(self, item: str) -> Sequence[_Named]:
        """The rows of one item."""
        return self._rows[bisect_left(self.items, item) : bisect_right(self.items, item)]

    def walk(self, items: Iterable[str]) -> Iterator[Sequence[_Named]]:
        """The rows of each of `items`, which are sorted and have every item of the rows."""
        rows, names, end, last = self._rows, self.items, 0, len(self._rows)
        for item in items:
            begin = end
            while end < last and names[end] == item:
                end += 1
            yield rows[begin:end]


_item = attrgetter("item")


class ItemRows(NamedTuple):
    """What is told of an item."""

    lines: Sequence[BookLine]
    stock: Sequence[FloorStock]
    moves: Sequence[StockMove]
    late: Sequence[StockMove]


@frozen
class SellingEvidence:
    """What was known at a moment, by item."""

    book: BookReading | None
    floor: FloorReading | None
    lines: RowsByItem[BookLine]
    stock: RowsByItem[FloorStock]
    moves: RowsByItem[StockMove]
    late: RowsByItem[StockMove]
    """Of the moves: what the floor's own system was told of after its stock was read."""
    counted: Mapping[tuple[str, str], dt.datetime]
    """When each item was counted last at each location."""
    incoming: RowsByItem[IncomingLine]
    refused: Mapping[str, str]
    asked: frozenset[str]
    _names: DocumentNames = field(repr=False)
    _own: frozenset[str] = field(repr=False)
    """Names that come first where they are told."""
    tells: ReadingTells = field(init=False)
    """By what Blue Cherry's reading tells what it has."""
    _in_figures: frozenset[str] = field(init=False, repr=False)
    _since: dt.datetime | None = field(init=False, repr=False)
    _known: dict[str, str] = field(factory=dict, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        book = self.book
        tells = book.tells if book else ReadingTells.DOCUMENTS
        since = None if book is None else book.opened_at if tells is ReadingTells.DOCUMENTS else book.taken_at
        object.__setattr__(self, "tells", tells)
        object.__setattr__(self, "_in_figures", frozenset(map(self.name_of, book.documents if book else ())))
        object.__setattr__(self, "_since", since)

    def is_settled(self, name: str, last: dt.datetime | None, catch_up: dt.timedelta) -> bool:
        """Whether what a reading tells without documents has a document whose last movement was told at `last`: as
        its statuses say, else when that is so long ago that it must."""
        if self.book is None or last is None:
            return True
        if self.tells is ReadingTells.STATUSES:
            return name in self._in_figures
        return self._since is not None and self._since - last > catch_up

    def is_before_opening(self, last: dt.datetime | None) -> bool:
        """Whether a movement was told before the opening upon which the reading's lines stand."""
        opened = self.book.opened_at if self.book else None
        return opened is not None and last is not None and last <= opened

    def is_answered(self, short: StockMove) -> bool:
        """Whether a count has answered what was short."""
        counted = self.counted.get((short.item, short.location))
        return counted is not None and short.occurred_at < counted

    @property
    def items(self) -> list[str]:
        """Every item of which anything is told."""
        told = (self.lines, self.stock, self.moves, self.incoming)
        return sorted({*self.refused, *self.asked}.union(*(each.items for each in told)))

    def rows(self, item: str) -> ItemRows:
        """What is told of one item."""
        return ItemRows(self.lines.of(item), self.stock.of(item), self.moves.of(item), self.late.of(item))

    def by_item(self) -> Iterator[tuple[str, ItemRows]]:
        """What is told of every item."""
        items = self.items
        rows = (self.lines.walk(items), self.stock.walk(items), self.moves.walk(items), self.late.walk(items))
        return zip(items, map(ItemRows, *rows), strict=True)

    def name_of(self, document: str) -> str:
        """The one name of a document, whatever it was called."""
        if not self._names.rows:
            return document
        found = self._known.get(document)
        if found is None:
            names = self._names.of(document)
            found = self._known[document] = min(names & self._own or names)
        return found


def told_at(move: StockMove) -> dt.datetime:
    """When its system was told of a movement."""
    return move.recorded_at or move.occurred_at


def evidence(given: AvailabilityInput, as_of: dt.datetime, known_until: dt.datetime | None) -> SellingEvidence:
    """What of `given` counts just before `as_of`, by what was known at `known_until` (None: all of it)."""
    book = _newest(given.books, as_of, known_until)
    floor = _newest(given.floors, as_of, known_until)
    moves = _once(given.moves, as_of, known_until)
    return SellingEvidence(
        book,
        floor,
        lines=RowsByItem(book.lines if book else ()),
        stock=RowsByItem(floor.stock if floor else ()),
        moves=RowsByItem(moves),
        late=RowsByItem(_after(moves, floor.taken_at if floor else None)),
        counted=_counted(moves),
        incoming=RowsByItem(_lines_once(given.incoming)),
        refused=dict(sorted(given.refused)),
        asked=given.items,
        names=DocumentNames(tuple(frozenset(filter(None, row)) for row in given.names)),
        own=frozenset(row[0] for row in given.names if row),
    )


def _newest(readings: Iterable[_Read], as_of: dt.datetime, known_until: dt.datetime | None) -> _Read | None:
    """The reading that was taken last; of several of one instant the one that we had last."""
    usable = [each for each in readings if _is_there(each, as_of, known_until)]
    last = max(map(_when, usable), default=None)
    same = [each for each in usable if _when(each) == last]
    return same[0] if len(same) == 1 else max(same, key=_in_order, default=None)


def _is_there(reading: BookReading | FloorReading, as_of: dt.datetime, known_until: dt.datetime | None) -> bool:
    if reading.taken_at is not None and reading.taken_at >= as_of:
        return False
    known = reading.known_at or reading.taken_at
    return known_until is None or known is None or known <= known_until


def _when(reading: BookReading | FloorReading) -> tuple[dt.datetime, dt.datetime]:
    taken = reading.taken_at or _LONG_AGO
    return taken, reading.known_at or taken


def _in_order(reading: BookReading | FloorReading) -> tuple[str, list[str], str]:
    if isinstance(reading, BookReading):
        told = (reading.opened_at, reading.tells, sorted(reading.documents))
        return reading.source, sorted(map(repr, reading.lines)), repr(told)
    return reading.source, sorted(map(repr, reading.stock)), repr(reading.tells_status)


def _once(moves: Iterable[StockMove], as_of: dt.datetime, known_until: dt.datetime | None) -> Sequence[StockMove]:
    found: dict[str, StockMove] = {}
    for move in moves:
        if known_until is not None and told_at(move) > known_until:
            continue
        other = found.setdefault(move.move_id, move)
        if other is not move and other != move:
            found[move.move_id] = max(other, move, key=lambda each: (told_at(each), repr(each)))
    return [move for move in found.values() if move.occurred_at < as_of]


def _lines_once(lines: Iterable[IncomingLine]) -> Iterable[IncomingLine]:
    """Each line once. What is told of a numbered one in several ways is the least, and comes on the last day."""
    found: dict[tuple[object, ...], IncomingLine] = {}
    for line in lines:
        key = (line.document, line.line, line.item, line.location) if line.line else (line,)
        other = found.setdefault(key, line)
        if other != line:
            found[key] = evolve(other, qty=min(other.qty, line.qty), due_on=max(other.due_on, line.due_on))
    return found.values()


def _after(moves: Iterable[StockMove], read_at: dt.datetime | None) -> Iterable[StockMove]:
    return () if read_at is None else (move for move in moves if told_at(move) > read_at)


def _counted(moves: Iterable[StockMove]) -> Mapping[tuple[str, str], dt.datetime]:
    found: dict[tuple[str, str], dt.datetime] = {}
    for move in moves:
        if move.kind is MoveKind.COUNTED:
            place = move.item, move.location
            found[place] = max(found.get(place, move.occurred_at), move.occurred_at)
    return found


ORDER_KINDS = frozenset(
    {
        MoveKind.SOLD,
        MoveKind.ALLOCATED,
        MoveKind.PICKED,
        MoveKind.DISPATCHED,
        MoveKind.UNDISPATCHED,
        MoveKind.SHORTED,
        MoveKind.CANCELLED,
    }
)
"""What happens to an order's stock; all else happens to stock that is nobody's."""
