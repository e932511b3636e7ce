"""Clarus's side from its files: its stock by what is pickable, and its movements.

Law of this module: a status that is not known to be pickable is not. What a transaction does to a quantity is the
close's word; what it does to an order or to a status is this module's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial

from attrs import evolve, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.availability import FloorReading, FloorStock, MoveKind, StockMove
from clarus_bluecherry.finance.close import Moved, StockEntry
from clarus_bluecherry.flows.availability._refused import RefusedRows
from clarus_bluecherry.flows.exports.apart import told_apart
from clarus_bluecherry.flows.exports.clarus import Warehouse, folded_word, subtypes, transactions
from clarus_bluecherry.flows.exports.rows import CloseRow, FileRows, end_of_day

WORDS: Mapping[str, MoveKind] = {
    **dict.fromkeys(("ALLOC", "ALLOCATE", "ALLOCATED"), MoveKind.ALLOCATED),
    **dict.fromkeys(("DEALLOC", "UNALLOC", "UNALLOCATE", "UNPICK"), MoveKind.CANCELLED),
    "PICK": MoveKind.PICKED,
    **dict.fromkeys(("SHORT", "SHORTED", "SHORTPICK"), MoveKind.SHORTED),
    **dict.fromkeys(("HOLD", "HELD", "QUARANTINE"), MoveKind.HELD),
    **dict.fromkeys(("OFFHOLD", "RELEASE", "UNHOLD"), MoveKind.RELEASED),
}
"""Transactions that change no quantity, and what they do. `PICK` is documented, the others are ours or usage."""
_KINDS: Mapping[Moved, MoveKind] = {
    Moved.RECEIVED: MoveKind.RECEIVED,
    Moved.RETURNED: MoveKind.RETURNED,
    Moved.ADJUSTED: MoveKind.ADJUSTED,
    Moved.COUNTED: MoveKind.COUNTED,
    Moved.DISPATCHED: MoveKind.DISPATCHED,
    Moved.UNDISPATCHED: MoveKind.UNDISPATCHED,
    Moved.TRANSFERRED: MoveKind.TRANSFERRED,
    Moved.REOWNED: MoveKind.TRANSFERRED,
    Moved.CONVERTED: MoveKind.CONVERTED,
}
_OF_ORDERS = frozenset({MoveKind.ALLOCATED, MoveKind.CANCELLED, MoveKind.PICKED, MoveKind.SHORTED})


@frozen
class FloorSide:
    """How Clarus's files are read for what may be sold."""

    warehouse: Warehouse
    refusals: RefusedRows
    is_compared: Callable[[str], bool]
    pickable: frozenset[str]
    words: Mapping[str, MoveKind]


def floor_reading(file: FileRows, side: FloorSide, taken_at: dt.datetime | None) -> FloorReading | None:
    """Clarus's stock; None where there is no such file."""
    if not file.is_there:
        return None
    tells_status = "status" in file.columns
    stock: list[FloorStock] = []
    taken: list[dt.datetime] = []

    def told(row: CloseRow) -> None:
        item = side.warehouse.skus.item_of(row, account=row.text("account"))
        if side.warehouse.is_ours(row):
            side.refusals.about(item)
        at, status = row.until("taken_at"), row.text("status").casefold()
        if at is not None:
            taken.append(at)
        qty, where = side.warehouse.units.eaches(row, item).qty, side.warehouse.location_of(row)
        if side.warehouse.is_ours(row) and side.is_compared(item):
            is_pickable = not tells_status or status in side.pickable
            stock.append(FloorStock(item=item, location=where, qty=qty, is_pickable=is_pickable, status=status))

    for row in file.rows:
        side.refusals.made(row, told)
    return FloorReading(
        stock=stock,
        tells_status=tells_status,
        taken_at=taken_at or min(taken, default=None),  # so that what moved since counts for each row
        source=", ".join(file.names),
    )


def moves_of(file: FileRows, side: FloorSide) -> Iterator[StockMove]:
    """Every movement of Clarus's transactions."""
    words = {**WORDS, **{folded_word(word): kind for word, kind in side.words.items()}}
    ours = words.keys() - subtypes(side.warehouse.settings).keys()
    told = len(side.refusals.problems)
    shared = tuple(row for row in file.rows if folded_word(row.text("subtype")) not in ours)
    entries, _, _ = transactions(evolve(file, rows=shared), side.warehouse, side.refusals.problems)
    refused = {each.record: each for each in side.refusals.problems[told:]}
    for entry in told_apart(entries):
        kind = _KINDS.get(entry.moved)
        if kind is not None and side.is_compared(entry.item):
            yield _move(entry, kind, side)
    for row in file.rows:
        kind = words.get(folded_word(row.text("subtype")))
        if not side.warehouse.is_ours(row):
            continue
        if kind is None:
            if row.place in refused:
                _close(row, refused[row.place], side)
            continue
        move = side.refusals.made(row, partial(_status, kind=kind, side=side))
        if move is not None and side.is_compared(move.item):
            yield move


def _close(row: CloseRow, refused: InvalidRecord, side: FloorSide) -> None:
    with suppress(InvalidRecord):  # it names none
        side.refusals.close(side.warehouse.skus.item_of(row, account=row.text("account")), refused)


def documents_with_numbers(moves: Sequence[StockMove]) -> Iterator[Sequence[str]]:
    """The movements' own numbers, which the books may have for their documents."""
    for move in moves:
        number = move.move_id.partition(":")[2]
        if move.kind in (MoveKind.ADJUSTED, MoveKind.COUNTED, MoveKind.HELD, MoveKind.CONVERTED) and move.document:
            yield move.document, number


def _move(entry: StockEntry, kind: MoveKind, side: FloorSide) -> StockMove:
    is_order = kind in (MoveKind.DISPATCHED, MoveKind.UNDISPATCHED)
    happened, told = _instants(entry.occurred_at, entry.own_date, entry.recorded_at, side)
    return StockMove(
        move_id=f"{entry.moved}:{entry.entry_id}",
        item=entry.item,
        location=entry.location,
        kind=kind,
        qty=abs(entry.qty) if is_order else entry.qty,
        document=entry.document,
        occurred_at=happened,
        recorded_at=told,
        source=entry.row,
    )


def _status(row: CloseRow, kind: MoveKind, side: FloorSide) -> StockMove:
    item = side.warehouse.skus.item_of(row, account=row.text("account"))
    side.refusals.about(item)
    location, when = side.warehouse.location_of(row), row.need_when("created_at")
    happened, told = _instants(when.instant, when.day, row.until("recorded_at"), side)
    order = row.text("goods_out") or row.text("reference")
    other = row.text("reference") or row.text("goods_in")
    number = row.text("id") or row.place
    return StockMove(
        move_id=f"{kind}:{number}/{item}/{location}/{row.text('goods_in_line')}",
        item=item,
        location=location,
        kind=kind,
        qty=abs(side.warehouse.units.eaches(row, item).qty),
        document=order if kind in _OF_ORDERS else other or number,
        occurred_at=happened,
        recorded_at=told,
        source=row.place,
    )


def _instants(
    instant: dt.datetime | None, day: dt.date | None, recorded: dt.datetime | None, side: FloorSide
) -> tuple[dt.datetime, dt.datetime | None]:
    """When it happened, and when that was told: of a day alone its beginning, and its end."""
    if instant is not None:
        return instant, recorded
    if day is None:
        raise InvalidRecord("the date is missing, and a missing date is none")
    ends = end_of_day(day, side.warehouse.settings.zone_of(is_warehouse=True))
    return ends - dt.timedelta(days=1) + dt.timedelta.resolution, recorded or ends
