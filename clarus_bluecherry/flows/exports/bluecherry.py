"""Blue Cherry's side: its stock ledger as entries, its report and its opening as readings.

Law of this module: a line counts as its record type says, by Blue Cherry's own formula, quantity and sign as it
stands; a type that the formula does not name changes no stock on hand and is counted aside.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.bluecherry.locations import PSEUDO_LOCATIONS
from clarus_bluecherry.bluecherry.messages.movements import ON_HAND, RecType
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.finance.close import CostRow, EntrySide, LeftOut, Moved, Position, Reading, StockEntry
from clarus_bluecherry.finance.close._entries import NONE
from clarus_bluecherry.flows.exports.rows import CloseRow, FileRows, When
from clarus_bluecherry.flows.exports.settings import SETTINGS_NAME, CloseSettings
from clarus_bluecherry.flows.exports.skus import SkuBook
from clarus_bluecherry.flows.exports.units import CloseUnits
from clarus_bluecherry.tables import folded

MOVED: Mapping[RecType, Moved] = {
    RecType.INVOICE: Moved.DISPATCHED,
    RecType.LINKED_INVOICE: Moved.DISPATCHED,
    RecType.RECEIVED: Moved.RECEIVED,
    RecType.IRREGULAR_RECEIPT: Moved.RECEIVED,
    RecType.LINKED_RECEIPT: Moved.RECEIVED,
    RecType.RETURN: Moved.RETURNED,
    RecType.ADJUSTMENT: Moved.ADJUSTED,
    RecType.CONSUMED: Moved.CONVERTED,
}
"""What a record type that counts on hand is."""
_NAMES = {each.name.replace("_", ""): each for each in RecType} | {each.value: each for each in RecType}
_SIGNS = {"+": 1, "+1": 1, "1": 1, "-": -1, "-1": -1, "0": 0}
_FEWEST = 2
_SIGNED = frozenset({"signedqty", "signedquantity", "qtychange", "quantitychange", "change", "delta", "effect"})


@frozen
class Books:
    """How Blue Cherry's side is read."""

    settings: CloseSettings
    skus: SkuBook
    units: CloseUnits

    def rec_type(self, row: CloseRow) -> tuple[Moved, int] | None:
        """The class and the sign of a line; None for one that does not count on hand."""
        told = self.record_type(row)
        if isinstance(told, int):
            return (Moved.ADJUSTED, told) if told else None
        return (MOVED[told], ON_HAND[told]) if told in ON_HAND else None

    def record_type(self, row: CloseRow) -> RecType | int:
        """What a line is, by Blue Cherry's word or the site's own for it; or its sign alone (1, -1, 0), where the
        site says no more."""
        word = row.need("rec_type").strip().upper()
        told = self.settings.rec_types.get(row.text("rec_type"), self.settings.rec_types.get(word, word))
        meaning = _meaning(told)
        if meaning is None:
            what = f"the record type {word!r} is not known: say in {SETTINGS_NAME}, [rec_types], what it is"
            raise row.refused(what, "rec_type")
        return meaning

    def place(self, row: CloseRow) -> tuple[str, str]:
        """The item and the location of a row."""
        return self.skus.item_of(row), row.text("location")

    def is_compared(self, item: str) -> bool:
        """Whether its division is one that the site compares."""
        known = self.skus.items.get(item)
        return not self.settings.division or known is None or known.division in ("", *self.settings.division)


@frozen
class LedgerLines:
    """The stock ledger, read. `uncounted` are the places and documents of lines whose unit nobody knows."""

    entries: list[StockEntry]
    left: list[LeftOut]
    is_signed: bool
    uncounted: list[tuple[str, str, str]]


def stock_ledger(file: FileRows, books: Books, problems: list[InvalidRecord]) -> LedgerLines:
    """The entries of the stock ledger.

    A ledger in which most invoices are negative keeps the sign itself, and is read so.
    """
    is_signed = has_signs(file, books.settings)
    left: Counter[tuple[str, str]] = Counter()
    uncounted: list[tuple[str, str, str]] = []

    def entry(row: CloseRow) -> StockEntry | None:
        counts = books.rec_type(row)
        if counts is None:
            left["lines that do not count on hand", row.text("location")] += 1
            return None
        item, location = books.place(row)
        try:
            told = books.units.eaches(row, item)
        except InvalidRecord:
            uncounted.append((item, location, document_of(row)))
            raise
        moved, sign = counts
        qty = told.qty if is_signed else sign * told.qty
        value = row.number("value")
        return StockEntry(
            entry_id=row.text("entry_id") or row.place,
            side=EntrySide.BOOK,
            item=item,
            location=location,
            qty=qty,
            moved=moved,
            document=document_of(row) or row.text("entry_id") or row.place,
            line=row.text("line"),
            booked_date=row.need_when("move_date").day,
            entered_at=row.until("entered_at"),
            unit=told.unit,
            factor=told.factor,
            value=None if value is None else abs(value) * (-1 if qty < 0 else 1),
            currency=row.text("currency"),
            source=row.source,
            row=row.place,
        )

    made = [each for each in file.made(entry, problems) if each is not None]
    counted = [LeftOut(what, EntrySide.BOOK, where, rows) for (what, where), rows in sorted(left.items())]
    return LedgerLines(made, counted, is_signed, uncounted)


def document_of(row: CloseRow) -> str:
    """What a line of the books is about: its reference, or the document that has a column of its own."""
    told = (row.text(name) for name in ("reference", "order", "purchase_order", "invoice"))
    return next(filter(None, told), "")


def has_signs(file: FileRows, settings: CloseSettings) -> bool:
    """Whether the lines have their sign: by the settings, else by the invoices, of which most have a minus then
    (what takes one back has none); else by the header.
    """
    if settings.signed_ledger is not None:
        return settings.signed_ledger
    is_called_so = folded(file.columns.get("quantity", "")) in _SIGNED
    told: list[Decimal] = []
    for row in file.rows:
        if row.text("rec_type").strip().upper() in ("IN", "INVOICE"):
            try:
                told.append(row.number("quantity") or NONE)
            except InvalidRecord:
                continue
    if is_called_so:
        return not told or any(qty < 0 for qty in told)
    return len(told) >= _FEWEST and 2 * sum(qty < 0 for qty in told) > len(told)


def report_reading(
    file: FileRows, books: Books, problems: list[InvalidRecord]
) -> tuple[Reading | None, list[CostRow]]:
    """The inventory report as a reading, and what it says that an each costs."""
    if not file.is_there:
        return None, []
    costs: dict[tuple[str, str], CostRow] = {}
    found: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    taken: list[dt.datetime] = []

    def told(row: CloseRow) -> tuple[tuple[str, str], Decimal, dt.datetime | None]:
        place = books.place(row)
        cost = row.number("cost")
        if cost is not None:
            costs[place] = CostRow(item=place[0], location=place[1], amount=cost, currency=row.text("currency"))
        return place, books.units.eaches(row, place[0]).qty, row.until("taken_at")

    rows = 0
    for place, qty, at in file.made(told, problems):
        rows += 1
        found[place] += qty
        if at is not None:
            taken.append(at)
    reading = _reading(file, found, rows, EntrySide.BOOK, taken_at=max(taken, default=None))
    return reading, list(costs.values())


def openings(file: FileRows, books: Books, before: dt.date, problems: list[InvalidRecord]) -> list[Reading]:
    """What the books began with, and the warehouse where it is told; at the end of `before` where no day is."""
    sums: defaultdict[tuple[EntrySide, dt.date], defaultdict[tuple[str, str], Decimal]]
    sums = defaultdict(lambda: defaultdict(Decimal))
    taken: dict[dt.date, dt.datetime] = {}

    def told(row: CloseRow) -> None:
        place, at = books.place(row), row.when("as_of")
        day = before if at is None else _day_begun(at, before)
        side = _side_of(row)
        sums[side, day][place] += books.units.eaches(row, place[0]).qty
        physical = row.number("physical")
        if physical is not None:
            sums[EntrySide.PHYSICAL, day][place] += physical
        until = row.until("taken_at")
        if until is not None:
            taken[day] = max(until, taken.get(day, until))

    for _ in file.made(told, problems):
        pass
    return [
        _reading(file, found, len(found), side, as_of=day, taken_at=taken.get(day))
        for (side, day), found in sorted(sums.items())
    ]


def _side_of(row: CloseRow) -> EntrySide:
    word = row.text("side").casefold()
    if word in ("", "book", "books", "erp", "bluecherry", "blue cherry"):
        return EntrySide.BOOK
    if word in ("physical", "warehouse", "clarus", "wms"):
        return EntrySide.PHYSICAL
    raise row.refused(f"{word!r} is neither book nor physical", "side")


def _day_begun(at: When, before: dt.date) -> dt.date:
    """The day at whose end it is: midnight ends the day before, and so does an opening of the first day."""
    is_midnight = at.instant is not None and at.instant.time() == dt.time()
    day = at.day - dt.timedelta(days=1) if is_midnight else at.day
    return before if day - dt.timedelta(days=1) == before else day


def _reading(
    file: FileRows,
    found: Mapping[tuple[str, str], Decimal],
    rows: int,
    side: EntrySide,
    *,
    as_of: dt.date | None = None,
    taken_at: dt.datetime | None = None,
) -> Reading:
    return Reading(
        side=side,
        positions=tuple(
            Position(item=item, location=where, qty=qty) for (item, where), qty in sorted(found.items())
        ),
        source=", ".join(file.names),
        as_of=as_of,
        taken_at=taken_at,
        rows=rows,
        total=sum(found.values(), NONE),
        digest=file.digest,
        parameters=dict(file.columns),
    )


PSEUDO: Sequence[str] = sorted(PSEUDO_LOCATIONS)
"""Locations that are no places."""


def moved_of(row: CloseRow, name: str) -> Moved | None:
    """The class of movement that a word means: ours, a record's name, or Blue Cherry's record type."""
    word = row.text(name).casefold().replace("_", " ").strip()
    if not word:
        return None
    for starts, moved in _CLASSES:
        if word.startswith(starts):
            return moved
    kind = _NAMES.get(word.upper())
    return MOVED.get(kind) if kind else None


_CLASSES: Sequence[tuple[str, Moved]] = (
    ("undisp", Moved.UNDISPATCHED),
    ("disp", Moved.DISPATCHED),
    ("ship", Moved.DISPATCHED),
    ("order", Moved.DISPATCHED),
    ("invoice", Moved.DISPATCHED),
    ("return", Moved.RETURNED),
    ("rec", Moved.RECEIVED),
    ("production", Moved.RECEIVED),
    ("adj", Moved.ADJUSTED),
    ("inventory", Moved.ADJUSTED),
    ("count", Moved.COUNTED),
    ("transfer", Moved.TRANSFERRED),
    ("account", Moved.REOWNED),
    ("conv", Moved.CONVERTED),
    ("pack", Moved.CONVERTED),
    ("h", Moved.HELD),
)


def _meaning(word: str) -> RecType | int | None:
    sign = _SIGNS.get(word.strip())
    return _NAMES.get("".join(filter(str.isalnum, word.upper()))) if sign is None else sign


def sign_word(settings: CloseSettings) -> None:
    """Refuse a record type of the settings that means nothing."""
    for word, meaning in settings.rec_types.items():
        if _meaning(meaning) is None:
            what = f"{meaning!r} is no record type and no sign"
            raise ConfigurationError(what, record=f"{SETTINGS_NAME}, rec_types", field=word)
