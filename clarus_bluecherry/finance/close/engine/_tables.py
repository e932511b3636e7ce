"""The tables of a close: text and integers, the same in every database.

Law of this module: what a zone, a sign, a unit and a document's names mean is settled here, once, in Python; an
engine only joins and adds. Eaches, factors, amounts and rates are millionths, days are numbers (20261031),
instants microseconds since 1970 (UTC). What does not fit without rounding is refused; what nobody told is NULL.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.close._documents import DocumentIndex, DocumentKey, index_of
from clarus_bluecherry.finance.close._entries import EntrySide, OpenItem, PostingStep, Reading, StockEntry
from clarus_bluecherry.finance.close._input import CloseInput, once
from clarus_bluecherry.finance.close._moments import Known
from clarus_bluecherry.finance.periods import FiscalYears

Cell = str | int | None
Row = Sequence[Cell]

MILLION: Final = 1_000_000
_LIMIT = 2**63
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)

_ENTRIES = (
    "entry_id* item* location* matter* kind* document* moved* qty# factor# day# period# happened_at told_at "
    "own_document* line* unit* value currency* source* source_row*"
)
_COLUMNS = {
    "physical_entries": _ENTRIES,
    "book_entries": _ENTRIES,
    "readings": "reading* side* source* taken_at as_of rows_read# total# digest*",
    "positions": "reading* item* location* qty#",
    "items": "item* division* state*",
    "item_factors": "item* factor#",
    "locations": "location* kind* zone*",
    "costs": "item* location* effective_from basis* amount# currency* rate entered_at",
    "open_items": "matter* kind* document* item* location* qty# moved* number#",
    "posting_steps": "matter* posting* state* said_at number# item* location* qty asked_day",
    "posting_names": "posting* name*",
    "order_versions": "name* version* is_edit# known_at",
    "document_names": "name* root*",
    "uncounted": "item* location* name*",
}


def _columns(told: str) -> Mapping[str, str]:
    """Names with their types: `*` is text, `#` a number, and without a mark a number that may be missing."""
    types = {"*": "VARCHAR NOT NULL", "#": "BIGINT NOT NULL"}
    return {name.rstrip("*#"): types.get(name[-1], "BIGINT") for name in told.split()}


TABLES: Final[Mapping[str, Mapping[str, str]]] = {table: _columns(told) for table, told in _COLUMNS.items()}
"""Every table with its columns and their types. A `matter` is a document that both sides derive alike."""


def table_rows(given: CloseInput, known: Known | None = None) -> Iterator[tuple[str, Iterable[Row]]]:
    """The rows of each table of `TABLES`, in its order of columns.

    The documents of the books' lines are found among what was known until `known`. Raises `InvalidRecord` for a
    quantity or an amount of more than six decimals, or too large for 64 bits.
    """
    entries, _ = once(given.entries)
    known = known or Known()
    physical = [entry for entry in entries if entry.is_physical]
    index = index_of(filter(known.has_entry, physical), given.open_items, given.tellings(known))
    book = (entry for entry in entries if not entry.is_physical)
    yield "physical_entries", entry_rows(physical, index, given.years)
    yield "book_entries", entry_rows(book, index, given.years)
    yield from other_rows(given, index)


def other_rows(given: CloseInput, index: DocumentIndex) -> Iterator[tuple[str, Iterable[Row]]]:
    """The rows of the tables that hold no entries."""
    postings = list(_postings(given.postings, index))
    yield "readings", dict.fromkeys(_reading_row(each) for each in given.readings)
    yield "positions", _position_rows(given.readings)
    yield "items", ((each.item, each.division, each.state) for each in given.items.values())
    yield "item_factors", ((i.item, millionths(f, i.item)) for i in given.items.values() for f in i.factors)
    yield "locations", ((each.location, each.kind, each.zone) for each in given.locations.values())
    yield "costs", _cost_rows(given)
    yield "open_items", _open_rows(given.open_items, index)
    yield "posting_steps", dict.fromkeys((key, *row) for row, keys, _ in postings for key in keys or ("",))
    yield "posting_names", dict.fromkeys((row[0], name) for row, _, names in postings for name in names)
    yield "order_versions", _order_rows(given)
    yield "document_names", _name_rows(index)
    yield "uncounted", sorted(given.uncounted)


def entry_rows(entries: Iterable[StockEntry], index: DocumentIndex, years: FiscalYears) -> Iterator[Row]:
    """Each entry with the period of its day."""
    days: dict[dt.date, tuple[int, int]] = {}
    for entry in entries:
        day = day_of(entry)
        if day not in days:
            days[day] = day_number(day), day_number(years.of(day).first_day)
        yield _entry_row(entry, index.key_of(entry), days[day])


def _entry_row(entry: StockEntry, key: DocumentKey, day: tuple[int, int]) -> Row:
    """An entry as a row: what the engine adds up, and where it was read."""
    is_physical, what = entry.side is EntrySide.PHYSICAL, entry.entry_id
    happened = instant_number(entry.occurred_at if is_physical else entry.entered_at)
    told = instant_number(entry.recorded_at) if is_physical and entry.recorded_at else happened
    return (
        what,
        entry.item,
        entry.location,
        matter_of(key),
        *key,
        entry.moved,
        millionths(entry.qty, what),
        millionths(entry.factor, what),
        *day,
        happened,
        told,
        entry.document,
        entry.line,
        entry.unit,
        None if entry.value is None else millionths(entry.value, what),
        entry.currency,
        entry.source,
        entry.row,
    )


def day_of(entry: StockEntry) -> dt.date:
    """The day that an entry counts under: its own, or the one that the books have it under."""
    day = entry.own_date if entry.side is EntrySide.PHYSICAL else entry.booked_date
    assert day is not None
    return day


def matter_of(key: DocumentKey) -> str:
    """A document as the one text by which both sides match."""
    return f"{key[0]}:{key[1]}"


def millionths(amount: Decimal, record: str) -> int:
    """An amount as a whole number of millionths. Raises `InvalidRecord` where it is none, or is too large.

    >>> millionths(Decimal("2.5"), "a cost")
    2500000
    """
    whole = _whole(amount)
    if whole is None:
        raise InvalidRecord(f"{amount} has more than six decimals, or is too large for an engine", record=record)
    return whole


@lru_cache(maxsize=10_000)
def _whole(amount: Decimal) -> int | None:
    scaled = amount * MILLION
    whole = int(scaled)
    return whole if whole == scaled and abs(whole) < _LIMIT else None


def instant_number(instant: dt.datetime | None) -> int | None:
    """An instant as microseconds since 1970; None where nobody told it."""
    if instant is None:
        return None
    return (instant - _EPOCH) // _MICROSECOND


@lru_cache(maxsize=10_000)
def day_number(day: dt.date) -> int:
    """A day as a number that stands in the order of days.

    >>> day_number(dt.date(2026, 10, 31))
    20261031
    """
    return day.year * 10_000 + day.month * 100 + day.day


def reading_name(reading: Reading) -> str:
    """What a reading is called in the tables: the same whenever it is written."""
    as_of, taken = reading.as_of or "", instant_number(reading.taken_at)
    return f"{reading.side}/{as_of}/{'' if taken is None else taken}/{reading.digest}/{reading.source}"


def _or_none(amount: Decimal | None, record: str) -> int | None:
    return None if amount is None else millionths(amount, record)


def _reading_row(reading: Reading) -> Row:
    return (
        reading_name(reading),
        reading.side,
        reading.source,
        instant_number(reading.taken_at),
        None if reading.as_of is None else day_number(reading.as_of),
        reading.rows,
        millionths(reading.total, reading.source),
        reading.digest,
    )


def _position_rows(readings: Iterable[Reading]) -> Iterator[Row]:
    for name, reading in {reading_name(each): each for each in readings}.items():
        for at in reading.positions:
            yield name, at.item, at.location, millionths(at.qty, at.item)


def _cost_rows(given: CloseInput) -> Iterator[Row]:
    for row in given.costs:
        day = None if row.effective_from is None else day_number(row.effective_from)
        amount, rate = millionths(row.amount, row.item), _or_none(row.rate, row.item)
        yield row.item, row.location, day, row.basis, amount, row.currency, rate, instant_number(row.entered_at)


def _open_rows(items: Iterable[OpenItem], index: DocumentIndex) -> Iterator[Row]:
    """What an earlier close left open, once for each document and place."""
    found: dict[tuple[DocumentKey, str, str], list[OpenItem]] = defaultdict(list)
    for item in items:
        found[index.key_of_open(item), item.item, item.location].append(item)
    for number, ((key, name, location), told) in enumerate(found.items()):
        qty = millionths(sum((each.qty for each in told), Decimal(0)), name)
        yield matter_of(key), *key, name, location, qty, told[-1].moved, number


def _postings(
    steps: Iterable[PostingStep], index: DocumentIndex
) -> Iterator[tuple[tuple[Cell, ...], Sequence[str], set[str]]]:
    """Each step of a posting, the documents that it tells of, and the names that it has."""
    for step in steps:
        moved = step.moved or ""
        posting = "|".join((step.document, ",".join(step.names), moved, step.item, step.location))
        asked = None if step.asked_date is None else day_number(step.asked_date)
        told = posting, step.state, instant_number(step.said_at), step.number, step.item, step.location
        keys = [matter_of(key) for key in index.keys_of_posting(step)]
        yield (*told, _or_none(step.qty, posting), asked), keys, {step.document, *step.names}


def _order_rows(given: CloseInput) -> Iterator[Row]:
    rows = ((o.names[0], o.version, int(o.is_edit), instant_number(o.known_at)) for o in given.orders)
    return iter(dict.fromkeys(rows))


def _name_rows(index: DocumentIndex) -> Iterator[Row]:
    """Each name that is told to be one with another, with the one that stands for all of them."""
    roots: dict[str, str] = {}
    for name in (name for row in index.names.rows if len(row) > 1 for name in sorted(row)):
        if name not in roots:
            together = index.names.of(name)
            roots.update(dict.fromkeys(together, min(together)))
    return iter(roots.items())
