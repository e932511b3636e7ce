"""What there was, and what the books had, at any moment: a base and the entries that are not in it.

Law of this module: stock at a moment is a reading, plus what had moved by then and is not in it, less what is in
it and had not moved yet. So rolling back and forward again is where one began, and two moments differ by just the
entries between them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from attrs import frozen

from clarus_bluecherry.finance.close._entries import EntrySide, Place, Reading, StockEntry
from clarus_bluecherry.finance.close._moments import Known, Moment, end_of

Quantities = Mapping[Place, Decimal]


@frozen
class SideStock:
    """One side: its base, its entries that were known, which of them are in the base, and what had moved when."""

    base: Reading | None
    entries: Sequence[StockEntry]
    is_in_base: Callable[[StockEntry], bool]
    is_in: Callable[[Moment, StockEntry], bool]
    unknown: Sequence[StockEntry] = ()
    """Entries that were not known yet, and are in the base all the same: it was read later."""

    def at(self, moment: Moment) -> Quantities:
        """What there was of each item at each location."""
        found: defaultdict[Place, Decimal] = defaultdict(Decimal)
        for position in self.base.positions if self.base else ():
            found[position.item, position.location] += position.qty
        for entry in self.entries:
            found[entry.place] += entry.qty * (self.is_in(moment, entry) - self.is_in_base(entry))
        for entry in self.unknown:
            found[entry.place] -= entry.qty * self.is_in_base(entry)
        return found

    def between(self, opening: Moment, closing: Moment) -> Iterable[StockEntry]:
        """The entries by which both moments differ."""
        return (entry for entry in self.entries if self.is_in(closing, entry) and not self.is_in(opening, entry))


def physical_side(
    entries: Sequence[StockEntry], readings: Sequence[Reading], known: Known, at: Moment, zone: ZoneInfo
) -> SideStock:
    """The warehouse: from the reading nearest to `at`, of those that were known where there is one."""
    base = _nearest([each for each in readings if each.side is EntrySide.PHYSICAL], known, at, zone)
    mine = [entry for entry in entries if entry.side is EntrySide.PHYSICAL]

    def is_in_base(entry: StockEntry) -> bool:
        if base is None:
            return False
        if base.as_of is not None:
            return entry.own_date is not None and entry.own_date <= base.as_of
        told = entry.recorded_at or entry.occurred_at
        if base.taken_at is None:
            return True
        if told is None:
            return entry.own_date is not None and entry.own_date <= base.taken_at.astimezone(zone).date()
        return told <= base.taken_at

    return _side(base, mine, known, is_in_base, Moment.has_moved)


def book_side(
    entries: Sequence[StockEntry], readings: Sequence[Reading], known: Known, at: Moment, zone: ZoneInfo
) -> SideStock:
    """The books: what they began with and every line since; without a beginning, back from a report of theirs.

    A line that was entered after the beginning was taken, under a day before it, is one since.
    """
    mine = [entry for entry in entries if entry.side is EntrySide.BOOK]
    own = [each for each in readings if each.side is EntrySide.BOOK]
    begun = [each for each in own if each.as_of is not None]
    before = [each for each in begun if each.as_of is not None and each.as_of <= at.last_day]
    base = max(before or begun, key=lambda each: each.as_of or dt.date.min, default=None)
    base = base or _nearest(own, known, at, zone)

    def is_in_base(entry: StockEntry) -> bool:
        if base is None or entry.booked_date is None:
            return False
        if base.as_of is not None:
            until = base.taken_at or end_of(base.as_of, zone).instant
            return entry.booked_date <= base.as_of and (entry.entered_at is None or entry.entered_at <= until)
        if base.taken_at is None:
            return True
        if entry.entered_at is not None:
            return entry.entered_at <= base.taken_at
        return entry.booked_date <= base.taken_at.astimezone(zone).date()

    return _side(base, mine, known, is_in_base, Moment.has_booked)


def _side(
    base: Reading | None,
    entries: Sequence[StockEntry],
    known: Known,
    is_in_base: Callable[[StockEntry], bool],
    is_in: Callable[[Moment, StockEntry], bool],
) -> SideStock:
    had = [entry for entry in entries if known.has_entry(entry)]
    not_yet = [entry for entry in entries if not known.has_entry(entry)]
    return SideStock(base, had, is_in_base, is_in, not_yet)


def _nearest(readings: Sequence[Reading], known: Known, at: Moment, zone: ZoneInfo) -> Reading | None:
    """The reading nearest to a moment; what a month began with only where nothing else was read."""
    read = [each for each in readings if not each.is_opening] or list(readings)
    had = [each for each in read if known.has(each.taken_at)] or read

    def distance(reading: Reading) -> tuple[dt.timedelta, str]:
        taken = end_of(reading.as_of, zone).instant if reading.as_of else reading.taken_at
        return abs((taken or at.instant) - at.instant), reading.digest + reading.source

    return min(had, key=distance, default=None)
