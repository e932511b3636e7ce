"""Blue Cherry's open to sell from its files: by its stock ledger, else by the figures of its inventory report.

Law of this module: a line counts as Blue Cherry's own formula says. Stock at a place that is none is not there; a
promise at one counts everywhere. A SKU of which a line cannot be read has no figure that could be believed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from attrs import evolve, frozen

from clarus_bluecherry.bluecherry.messages.movements import OPEN_TO_SELL, RecType
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.availability import BookLine, BookReading, BookTerm, ReadingTells
from clarus_bluecherry.finance.close import EntrySide, LocationKind, Moved, StockLocation
from clarus_bluecherry.flows.availability._refused import RefusedRows
from clarus_bluecherry.flows.exports.bluecherry import (
    MOVED,
    Books,
    document_of,
    has_signs,
    openings,
)
from clarus_bluecherry.flows.exports.rows import CloseRow, FileRows, end_of_day

_PROMISES = frozenset({RecType.PICKED, RecType.RESERVED, RecType.OPEN_ORDER, RecType.DEMAND})


@frozen
class BookSide:
    """How Blue Cherry's files are read for what may be sold."""

    books: Books
    places: dict[str, StockLocation]
    refusals: RefusedRows

    def is_place(self, location: str) -> bool:
        """Whether stock lies there that Clarus runs."""
        told = self.places.get(location)
        return told is None or told.kind is LocationKind.WAREHOUSE

    def lines(self, made: Iterator[BookLine | None]) -> Iterator[BookLine]:
        """Those that count, of the divisions that are compared."""
        for line in made:
            if line is None or not self.books.is_compared(line.item):
                continue
            if self.is_place(line.location):
                yield line
            elif line.term is BookTerm.PROMISED:
                yield evolve(line, location="")


# The stock ledger ------------------------------------------------------------------------------------------


def ledger_reading(file: FileRows, begun: FileRows, side: BookSide, taken_at: dt.datetime | None) -> BookReading:
    """The stock ledger as a reading, upon the newest opening. A line that several files have counts once, by its
    number."""
    is_signed = has_signs(file, side.books.settings)
    first, opening = _opening(begun, side)

    def made() -> Iterator[BookLine | None]:
        seen: set[tuple[str, str, str]] = set()
        for row in file.rows:
            line = side.refusals.made(row, lambda row: _line(row, side, is_signed=is_signed))
            number = row.text("entry_id")
            if line is not None and number:
                key = (number, line.item, line.location)
                if key in seen:
                    continue
                seen.add(key)
            is_in_opening = first is not None and _is_until(row, first)
            yield None if line is not None and line.term is not BookTerm.PROMISED and is_in_opening else line

    lines = [*side.lines(made()), *side.lines(iter(opening))]
    entered = [each.entered_at for each in lines if each.entered_at is not None]
    zone = side.books.settings.books
    return BookReading(
        lines=_promises_taken_off(lines) if is_signed else lines,
        taken_at=taken_at or max(entered, default=None),
        opened_at=None if first is None else end_of_day(first, zone),
        source=", ".join(file.names),
    )


def tells_promises(reading: BookReading) -> bool:
    """Whether a ledger has lines of orders at all."""
    return any(line.term is BookTerm.PROMISED for line in reading.lines)


def _opening(begun: FileRows, side: BookSide) -> tuple[dt.date | None, Sequence[BookLine]]:
    """The newest opening of the books: its day, and what there was at its end."""
    found = [
        each
        for each in openings(begun, side.books, dt.date.min, side.refusals.problems)
        if each.side is EntrySide.BOOK
    ]
    if not found:
        return None, ()
    last = max(found, key=lambda each: each.as_of or dt.date.min)
    return last.as_of, [
        BookLine(item=each.item, location=each.location, qty=each.qty, term=BookTerm.STOCK, what="opening")
        for each in last.positions
    ]


def _is_until(row: CloseRow, day: dt.date) -> bool:
    try:
        return row.need_when("move_date").day <= day
    except InvalidRecord:
        return False


def _line(row: CloseRow, side: BookSide, *, is_signed: bool) -> BookLine | None:
    counts = _term(row, side.books)
    if counts is None:
        return None
    term, sign, what = counts
    item, location = side.books.place(row)
    side.refusals.about(item)
    qty = side.books.units.eaches(row, item).qty
    return BookLine(
        item=item,
        location=location,
        qty=qty if is_signed else sign * qty,
        term=term,
        document=document_of(row),
        what=what,
        entered_at=row.until("entered_at"),
    )


def _term(row: CloseRow, books: Books) -> tuple[BookTerm, int, str] | None:
    """What a line is in the formula, and its sign there; None for one that the formula does not name."""
    kind = books.record_type(row)
    if isinstance(kind, int):
        return (BookTerm.STOCK, kind, row.need("rec_type").strip().upper()) if kind else None
    if kind not in OPEN_TO_SELL:
        return None
    if kind in _PROMISES:
        return BookTerm.PROMISED, OPEN_TO_SELL[kind], kind.value
    term = BookTerm.INVOICED if MOVED[kind] is Moved.DISPATCHED else BookTerm.STOCK
    return term, OPEN_TO_SELL[kind], kind.value


def _promises_taken_off(lines: Sequence[BookLine]) -> Sequence[BookLine]:
    """The lines of a ledger that has its signs: promises of more than nothing in all are told without."""
    promised = sum((each.qty for each in lines if each.term is BookTerm.PROMISED), start=Decimal(0))
    if promised <= 0:
        return lines
    return [evolve(each, qty=-each.qty) if each.term is BookTerm.PROMISED else each for each in lines]


# The inventory report --------------------------------------------------------------------------------------


def report_reading(
    file: FileRows,
    side: BookSide,
    taken_at: dt.datetime | None,
    documents: Callable[[dt.datetime | None], frozenset[str]] | None,
) -> BookReading:
    """The inventory report's figures: its open to sell, else on hand less what is picked and open.

    `documents` says which ones figures of an instant have; None: nobody can say.
    """
    lines: list[BookLine] = []
    taken: list[dt.datetime] = []

    def told(row: CloseRow) -> None:
        item, location = side.books.place(row)
        side.refusals.about(item)
        at = row.until("taken_at")
        if at is not None:
            taken.append(at)
        factor = side.books.units.eaches(row, item).factor
        for what, term, sign in _figures(row):
            qty = (row.number(what) or Decimal(0)) * factor * sign
            lines.append(BookLine(item=item, location=location, qty=qty, term=term, what=_WORDS[what]))

    for row in file.rows:
        side.refusals.made(row, told)
    at = taken_at or min(taken, default=None)
    return BookReading(
        lines=[*side.lines(iter(lines))],
        taken_at=at,
        tells=ReadingTells.NOTHING if documents is None else ReadingTells.STATUSES,
        documents=frozenset() if documents is None else documents(at),
        source=", ".join(file.names),
    )


_WORDS = {"open_to_sell": "open to sell", "quantity": "on hand", "picked": "picked", "open": "open"}


def _figures(row: CloseRow) -> Sequence[tuple[str, BookTerm, int]]:
    if row.text("open_to_sell"):
        return [("open_to_sell", BookTerm.STOCK, 1)]
    if not row.text("picked") or not row.text("open"):
        what = "it tells neither what is open to sell, nor both what is picked and what is open"
        raise row.refused(what, "open_to_sell")
    return [
        ("quantity", BookTerm.STOCK, 1),
        ("picked", BookTerm.PROMISED, -1),
        ("open", BookTerm.PROMISED, -1),
    ]
