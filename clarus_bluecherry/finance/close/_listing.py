"""A close down to its lines: what is open and since when, every entry where it counts, what a roll-forward is of.

Law of this module: what is listed adds up to the close's own figures, and is named as the close names it: an
entry by the document that it is netted under, with what its own system calls it beside that. A day that nobody
told is not known; what an earlier close left open is at least as old as the period's opening.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.finance.close._causes import CauseStatus, CloseCause, valued
from clarus_bluecherry.finance.close._entries import NONE, EntrySide, Moved, Place, StockEntry
from clarus_bluecherry.finance.close._judge import Close, CloseLine, Workings
from clarus_bluecherry.finance.close._matters import Matter
from clarus_bluecherry.finance.close._roll import CURRENCY


class AgeBand(enum.StrEnum):
    """How old something open is at the moment, in days."""

    WEEK = "0-7 days"
    MONTH = "8-30 days"
    TWO_MONTHS = "31-60 days"
    THREE_MONTHS = "61-90 days"
    OLDER = "over 90 days"
    NOT_KNOWN = "not known"

    @classmethod
    def of(cls, days: int | None) -> AgeBand:
        """The band of an age; None is one that nobody knows.

        >>> AgeBand.of(7).value, AgeBand.of(8).value, AgeBand.of(91).value
        ('0-7 days', '8-30 days', 'over 90 days')
        """
        if days is None:
            return cls.NOT_KNOWN
        return next((band for most, band in _MOST if days <= most), cls.OLDER)


_MOST = ((7, AgeBand.WEEK), (30, AgeBand.MONTH), (60, AgeBand.TWO_MONTHS), (90, AgeBand.THREE_MONTHS))


@frozen(kw_only=True)
class OpenDifference:
    """A cause of a place, or what nobody explains there (no `moved`, no `status`, no `document`), with its days.

    `own_date` is the first day on which the warehouse had it, `asked_date` the day that Blue Cherry was asked to
    book it under, `booked_date` the first day under which the books have it. `since` is the first of own and
    booked; where an earlier close left it open and no entry tells of it, the opening of the period, which is the
    least. None where nobody knows. `carried` is what an earlier close left open.
    """

    line: CloseLine
    moved: Moved | None
    status: CauseStatus | None
    document: str
    units: Decimal
    value: Decimal | None
    own_date: dt.date | None = None
    asked_date: dt.date | None = None
    booked_date: dt.date | None = None
    since: dt.date | None = None
    carried: Decimal = NONE
    age: int | None = None
    """Days at the moment, not less than none."""

    @property
    def band(self) -> AgeBand:
        """How old it is."""
        return AgeBand.of(self.age)


@frozen(kw_only=True)
class ListedEntry:
    """An entry of either side, and where it counts.

    `document` is what the close calls its document, `moved` its class in the roll-forward: the warehouse's word.
    `stands` says on which side of the moment it is: `before` or `after`; nothing, where it counts at no place
    (settled before the beginning, at a location that is not compared, or not known yet). `in_period` says whether
    it is one of the roll-forward's. `asked_date` is the day that Blue Cherry was asked to book it under.
    """

    entry: StockEntry
    document: str
    moved: Moved
    stands: str
    in_period: bool
    asked_date: dt.date | None


@frozen(kw_only=True)
class RollPart:
    """What a document puts on a line of one side's roll-forward at a location.

    Without a document it is stock: of a location, or, on lines of another cost or rate, of an item.
    """

    side: EntrySide
    line: str
    document: str
    item: str
    location: str
    units: Decimal
    value: Decimal | None


@frozen(kw_only=True)
class CloseListing:
    """All of it. The units and values of `differences` are those of the close's lines, of `roll_parts` those of
    its roll-forward; `entries` are all of its entries.
    """

    differences: tuple[OpenDifference, ...]
    entries: tuple[ListedEntry, ...]
    roll_parts: tuple[RollPart, ...]


def listing(close: Close) -> CloseListing:
    """List a close down to its entries. It is worked out anew: ask once."""
    return _Listing(close).all()


class _Listing:
    """What a listing is made with."""

    def __init__(self, close: Close) -> None:
        self._close = close
        self._work = Workings(close.given, close.as_of, close.known)

    def all(self) -> CloseListing:
        return CloseListing(
            differences=tuple(self._differences()),
            entries=tuple(self._entries()),
            roll_parts=tuple(self._roll_parts()),
        )

    # What is open ---------------------------------------------------------------------------------------------

    def _differences(self) -> Iterator[OpenDifference]:
        for line in self._close.lines:
            left = list(line.causes)
            for matter in self._work.at_place.get((line.item, line.location), ()):
                for named in self._work.naming.causes(matter):
                    cause = valued(named, line.unit_cost)
                    left.remove(cause)
                    yield self._of_matter(line, cause, matter)
            yield from (_of_line(line, each.units, each.value, each) for each in left)
            if line.unexplained:
                yield _of_line(line, line.unexplained, line.unexplained_value)

    def _of_matter(self, line: CloseLine, cause: CloseCause, matter: Matter) -> OpenDifference:
        own = _first(entry.own_date for entry in matter.moved + matter.to_move)
        booked = _first(entry.booked_date for entry in matter.all_booked)
        last = self._close.as_of.last_day
        since = _first(day for day in (own, booked) if day is not None and day <= last)
        if matter.carried:
            since = _first((since, self._work.opening.last_day))
        return OpenDifference(
            line=line,
            moved=cause.moved,
            status=cause.status,
            document=cause.document,
            units=cause.units,
            value=cause.value,
            own_date=own,
            asked_date=self._asked(matter),
            booked_date=booked,
            since=since,
            carried=matter.carried,
            age=None if since is None else (last - since).days,
        )

    def _asked(self, matter: Matter) -> dt.date | None:
        return _first(step.asked_date for step in self._work.found.told(matter))

    # Entries --------------------------------------------------------------------------------------------------

    def _entries(self) -> Iterator[ListedEntry]:
        work = self._work
        stands: dict[int, tuple[str, Matter]] = {}
        for matter in work.found.at.values():
            for word, entries in (
                ("before", matter.moved + matter.booked),
                ("after", matter.to_move + matter.booked_later),
            ):
                stands.update((id(entry), (word, matter)) for entry in entries)
        rolled = {
            id(entry)
            for side in EntrySide
            for entry in work.side(side).between(work.opening, work.at)
            if work.given.compares(entry.location)
        }
        for entry in work.entries:
            word, where = stands.get(id(entry), ("", None))
            yield ListedEntry(
                entry=entry,
                document=work.found.index.key_of(entry)[1],
                moved=work.class_of(entry),
                stands=word,
                in_period=id(entry) in rolled,
                asked_date=None if where is None else self._asked(where),
            )

    # The roll-forward -----------------------------------------------------------------------------------------

    def _roll_parts(self) -> Iterator[RollPart]:
        for side in EntrySide:
            found: dict[tuple[str, str, str, str], tuple[Decimal, Decimal | None]] = {}
            for line, (item, location), entry, units, value in self._work.rolled(side, _anywhere):
                is_worth = line in _WORTH
                if is_worth and not value:
                    continue
                document = "" if entry is None else self._work.found.index.key_of(entry)[1]
                key = line, document, item if is_worth else "", location
                had, worth = found.get(key, (NONE, None))
                found[key] = had + units, worth if value is None else (worth or NONE) + value
            for (line, document, item, location), (units, value) in found.items():
                yield RollPart(
                    side=side,
                    line=line,
                    document=document,
                    item=item,
                    location=location,
                    units=units,
                    value=value,
                )


_WORTH = frozenset({Moved.REVALUED.value, CURRENCY})
"""Lines that move nothing."""


def _anywhere(place: Place) -> bool:
    return True


def _first(days: Iterable[dt.date | None]) -> dt.date | None:
    return min((day for day in days if day is not None), default=None)


def _of_line(
    line: CloseLine, units: Decimal, value: Decimal | None, cause: CloseCause | None = None
) -> OpenDifference:
    """What a reading itself tells, or nobody explains: since when, nobody knows."""
    return OpenDifference(
        line=line,
        moved=None if cause is None else cause.moved,
        status=None if cause is None else cause.status,
        document="" if cause is None else cause.document,
        units=units,
        value=value,
    )


@frozen(kw_only=True)
class AgeTotal:
    """What is open of one age. `value` is that of the units which have one; `unvalued` are the others."""

    band: AgeBand
    differences: int
    units: Decimal
    gross: Decimal
    value: Decimal
    unvalued: Decimal


def ageing(differences: Sequence[OpenDifference], currency: str) -> tuple[AgeTotal, ...]:
    """What is open by its age, every band once; values are those in `currency`."""
    found: defaultdict[AgeBand, list[OpenDifference]] = defaultdict(list)
    for each in differences:
        if each.units:
            found[each.band].append(each)
    return tuple(_aged(band, found[band], currency) for band in AgeBand)


def _aged(band: AgeBand, told: Sequence[OpenDifference], currency: str) -> AgeTotal:
    values = [each.value if each.line.currency == currency else None for each in told]
    return AgeTotal(
        band=band,
        differences=len(told),
        units=sum((each.units for each in told), NONE),
        gross=sum((abs(each.units) for each in told), NONE),
        value=sum((value for value in values if value is not None), NONE),
        unvalued=sum((abs(each.units) for each, value in zip(told, values, strict=True) if value is None), NONE),
    )
