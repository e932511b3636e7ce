"""What counts at a moment: the readings that were known by then, and each movement once.

Law of this module: what happened at the moment or later, or was not known yet, does not count. Two tellings of one
movement are one movement, as it was recorded last; neither their order nor their number changes anything.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from attrs import field, frozen

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


@frozen
class SellingEvidence:
    """What was known at a moment, by item."""

    book: BookReading | None
    floor: FloorReading | None
    lines: Mapping[str, Sequence[BookLine]]
    stock: Mapping[str, Sequence[FloorStock]]
    moves: Mapping[str, Sequence[StockMove]]
    incoming: Mapping[str, Sequence[IncomingLine]]
    refused: Mapping[str, str]
    asked: frozenset[str]
    _names: DocumentNames = field(repr=False)
    _own: frozenset[str] = field(repr=False)
    """Names that come first where they are told."""
    tells: ReadingTells = field(init=False)
    """By what Blue Cherry's reading tells what it has."""
    floor_at: dt.datetime | None = field(init=False)
    """When Clarus's stock was read."""
    _in_figures: frozenset[str] = field(init=False, repr=False)
    _since: dt.datetime | None = field(init=False, repr=False)
    _known: dict[str, str] = field(factory=dict, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        book, floor = self.book, self.floor
        tells = book.tells if book else ReadingTells.DOCUMENTS
        since = None if book is None else book.opened_at if tells is ReadingTells.DOCUMENTS else book.taken_at
        object.__setattr__(self, "tells", tells)
        object.__setattr__(self, "_in_figures", frozenset(map(self.name_of, book.documents if book else ())))
        object.__setattr__(self, "_since", since)
        object.__setattr__(self, "floor_at", floor.taken_at if floor else None)

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

    @property
    def items(self) -> list[str]:
        """Every item of which anything is told."""
        return sorted({*self.lines, *self.stock, *self.moves, *self.incoming, *self.refused, *self.asked})

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
    return SellingEvidence(
        book,
        floor,
        lines=_by_item(book.lines if book else ()),
        stock=_by_item(floor.stock if floor else ()),
        moves=_by_item(_once(given.moves, as_of, known_until)),
        incoming=_by_item({*given.incoming}),
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


def _in_order(reading: BookReading | FloorReading) -> tuple[str, list[str]]:
    rows: Sequence[object] = reading.lines if isinstance(reading, BookReading) else reading.stock
    return reading.source, sorted(map(repr, rows))


def _once(moves: Iterable[StockMove], as_of: dt.datetime, known_until: dt.datetime | None) -> Iterable[StockMove]:
    found: dict[str, StockMove] = {}
    for move in moves:
        if known_until is not None and told_at(move) > known_until:
            continue
        other = found.setdefault(move.move_id, move)
        if other is not move and other != move:
            found[move.move_id] = max(other, move, key=lambda each: (told_at(each), repr(each)))
    return (move for move in found.values() if move.occurred_at < as_of)


def _by_item(rows: Iterable[_Named]) -> Mapping[str, Sequence[_Named]]:
    found: defaultdict[str, list[_Named]] = defaultdict(list)
    for row in rows:
        found[row.item].append(row)
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
