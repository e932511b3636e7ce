"""The first movement by which the warehouse and the books part at a place, for good.

Law of this module: both sides' running figures are compared day by day, netted by document. A document that both
sides have alike by the moment parts nobody: it counts on the warehouse's day on both sides. Of the others each
entry counts on its side's own day. Both part on the first day from whose end on the figures differ until the
moment; where they differed before any entry, that is the answer, and what an earlier close carried is named.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.finance.close._entries import NONE, OpenItem, Place, StockEntry
from clarus_bluecherry.finance.close._judge import CloseLine, Workings
from clarus_bluecherry.finance.close._matters import Matter


@frozen
class CountedEntry:
    """An entry in a figure: counted once (1), or taken out of it (-1)."""

    entry: StockEntry
    times: int

    @property
    def units(self) -> Decimal:
        """What it adds to the figure."""
        return self.entry.qty * self.times


@frozen(kw_only=True)
class FirstParting:
    """From when on both sides differ at a place.

    `day` is the first day from whose end on they do, until the moment; None where they differed from the
    beginning. `before` is what both had on the evening before (None from the beginning), `physical` and `book`
    what they had afterwards, netted by document. `entries` are those of that day by which they parted: the
    warehouse's count, the books' are taken off, and together they are the difference. `carried` is what an
    earlier close left open here, where they differed from the beginning.
    """

    item: str
    location: str
    day: dt.date | None
    before: Decimal | None
    physical: Decimal
    book: Decimal
    entries: tuple[CountedEntry, ...] = ()
    carried: tuple[OpenItem, ...] = ()

    @property
    def from_the_beginning(self) -> bool:
        """Whether they differed before any entry."""
        return self.day is None

    @property
    def difference(self) -> Decimal:
        """Physical less book, once they had parted."""
        return self.physical - self.book


def parting(workings: Workings, line: CloseLine, moved: Sequence[StockEntry]) -> FirstParting | None:
    """From when on both sides differ at the place of `line`; None where they agree by the moment.

    `moved` is everything that moved there by the moment.
    """
    if not line.variance:
        return None
    place = line.item, line.location
    matters = workings.at_place.get(place, ())
    differing = [matter for matter in matters if matter.gap]
    begun = line.variance - sum((matter.gap - matter.carried for matter in differing), NONE)
    days = _days(differing)
    day, after = _last_parted(begun, days)
    if day is None:
        beginning = min((_day(each) for matter in matters for each in matter.moved + matter.booked), default=None)
        there = _had(line, moved, beginning)
        keys, index = {matter.key for matter in differing}, workings.found.index
        carried = [
            each
            for each in workings.given.open_items
            if (each.item, each.location) == place and index.key_of_open(each) in keys
        ]
        return _parted(place, None, None, there, begun, carried=tuple(carried))
    had, there = _had(line, moved, day), _had(line, moved, day + _DAY)
    return _parted(place, day, had, there, after, entries=tuple(_netted(days[day])))


_DAY = dt.timedelta(days=1)


def _parted(
    place: Place,
    day: dt.date | None,
    before: Decimal | None,
    there: Decimal,
    difference: Decimal,
    *,
    entries: tuple[CountedEntry, ...] = (),
    carried: tuple[OpenItem, ...] = (),
) -> FirstParting:
    return FirstParting(
        item=place[0],
        location=place[1],
        day=day,
        before=before,
        physical=there,
        book=there - difference,
        entries=entries,
        carried=carried,
    )


def _days(matters: Iterable[Matter]) -> Mapping[dt.date, list[tuple[Matter, CountedEntry]]]:
    """What each day changed in the difference."""
    found: defaultdict[dt.date, list[tuple[Matter, CountedEntry]]] = defaultdict(list)
    for matter in matters:
        for times, entries in ((1, matter.moved), (-1, matter.booked)):
            for entry in entries:
                found[_day(entry)].append((matter, CountedEntry(entry, times)))
    return found


def _day(entry: StockEntry) -> dt.date:
    day = entry.own_date if entry.is_physical else entry.booked_date
    return day or dt.date.min


def _last_parted(
    difference: Decimal, days: Mapping[dt.date, Sequence[tuple[Matter, CountedEntry]]]
) -> tuple[dt.date | None, Decimal]:
    """The last day that began without a difference and ended with one, and that; else what was there before."""
    parted: tuple[dt.date | None, Decimal] = None, difference
    for day in sorted(days):
        before = difference
        difference += sum((each.units for _, each in days[day]), NONE)
        if difference and not before:
            parted = day, difference
    return parted


def _netted(told: Sequence[tuple[Matter, CountedEntry]]) -> Iterable[CountedEntry]:
    """The entries of a day, without those of documents that changed nothing on it."""
    net: defaultdict[int, Decimal] = defaultdict(Decimal)
    for matter, each in told:
        net[id(matter)] += each.units
    return (each for matter, each in told if net[id(matter)])


def _had(line: CloseLine, moved: Iterable[StockEntry], day: dt.date | None) -> Decimal:
    """What the warehouse had when a day began; at the moment, where no day is given."""
    return line.physical - sum((each.qty for each in moved if day is not None and _day(each) >= day), NONE)
