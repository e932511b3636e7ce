"""Under which date a movement enters the books.

Law of this module: a date is only ever made from an instant and the time zone of the books (or of those of a
location that has its own); a day that was told without a time stays that day. A date in a closed period is never
used and never silently replaced: it is moved to the first open day and flagged, or refused. The day of an event
does not change; whether it is still open does, and is asked anew each time. Days follow one another without a gap:
each begins at the instant the one before it ends, also on the nights the clocks change.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from functools import lru_cache
from zoneinfo import ZoneInfo

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

_MIDNIGHT = dt.time(0)
_NOON = dt.time(12)
_DAY = dt.timedelta(days=1)
_TICK = dt.timedelta(microseconds=1)


class WhenClosed(enum.StrEnum):
    """What to do with a movement whose date lies in a closed period."""

    MOVE = "move"
    """Date it on the first open day, and say so."""
    REFUSE = "refuse"
    """Keep it back: a person decides."""


@frozen
class Period:
    """A stretch of days that the books are closed by. `name` is how finance calls it; both days belong to it.

    >>> dt.date(2026, 10, 31) in Period("2026-10", dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    True
    """

    name: str
    first_day: dt.date
    last_day: dt.date = field()

    @last_day.validator
    def _is_in_order(self, attribute: object, value: dt.date) -> None:
        if value < self.first_day:
            raise InvalidRecord("the period ends before it begins", record=f"period {self.name}", field="last_day")
        if value == dt.date.max:
            raise InvalidRecord("no day comes after it", record=f"period {self.name}", field="last_day")

    def __contains__(self, day: dt.date) -> bool:
        return self.first_day <= day <= self.last_day


@frozen
class PostingDate:
    """The date a movement is posted under; `moved_from` is its own date, where that period is closed.

    `refusal` says why it is not posted now, where its period is closed and such movements are kept back;
    `while_closing` that its own period takes it still, though finance is at its close.
    """

    date: dt.date
    moved_from: dt.date | None = None
    refusal: str = ""
    while_closing: bool = False

    @property
    def is_late(self) -> bool:
        """Whether it comes when its own period was being closed, or was closed: finance wants to see it."""
        return self.while_closing or bool(self.refusal) or self.moved_from is not None


def _as_tuple(periods: Iterable[Period]) -> tuple[Period, ...]:
    return tuple(periods)


@frozen
class PostingCalendar:
    """The ERP's calendar, as the finance department keeps it at this moment.

    `zone` is the time zone of the books. `closed_through` is the last day of the last closed period (Blue Cherry
    does not publish its period locks, so it is a setting). `cut_off` is the local time at which a day of the books
    ends: midnight for the calendar day; from noon on, what happens at or after it counts to the next date (17:00:
    a late dispatch is tomorrow's); before noon, what happens before it counts to the previous date (02:00: the
    night shift still belongs to yesterday).

    `zones` are the locations (Blue Cherry's codes) whose days follow another zone than the books'. `closed` and
    `closing` are the periods that are so at this moment beside `closed_through`; `PeriodHistory.on` fills them
    from dated events.

    >>> calendar = PostingCalendar(zone=ZoneInfo("America/New_York"), closed_through=dt.date(2026, 2, 28))
    >>> late = calendar.posting_date(dt.datetime(2026, 3, 1, 3, tzinfo=dt.UTC))
    >>> late.date.isoformat(), late.moved_from.isoformat()
    ('2026-03-01', '2026-02-28')
    """

    zone: ZoneInfo = field()
    closed_through: dt.date | None = field(default=None, kw_only=True)
    cut_off: dt.time = field(default=_MIDNIGHT, kw_only=True)
    when_closed: WhenClosed = field(default=WhenClosed.MOVE, converter=WhenClosed, kw_only=True)
    zones: Mapping[str, ZoneInfo] = field(factory=dict, kw_only=True, hash=False)
    closed: tuple[Period, ...] = field(default=(), converter=_as_tuple, kw_only=True)
    closing: tuple[Period, ...] = field(default=(), converter=_as_tuple, kw_only=True)

    @zone.validator
    def _is_a_named_zone(self, attribute: object, value: object) -> None:
        _named_zone(value, "zone")

    @zones.validator
    def _are_named_zones(self, attribute: object, value: Mapping[str, object]) -> None:
        for zone in value.values():
            _named_zone(zone, "zones")

    @cut_off.validator
    def _is_local(self, attribute: object, value: dt.time) -> None:
        if value.tzinfo is not None:
            raise ConfigurationError("a cut-off is local time in the calendar's own zone", field="cut_off")

    @closed_through.validator
    def _leaves_an_open_day(self, attribute: object, value: dt.date | None) -> None:
        if value == dt.date.max:
            raise ConfigurationError("no day is open after it", field="closed_through")

    def posting_date(
        self, occurred_at: dt.datetime, own_date: dt.date | None = None, location: str = ""
    ) -> PostingDate:
        """The date to post a movement under that occurred at `occurred_at` (aware), as `own_date` takes it.

        Raises `InvalidRecord` when its period is closed and the policy is to refuse.
        """
        found = self.decided(self.own_date(occurred_at, own_date, location))
        if found.refusal:
            raise InvalidRecord(
                found.refusal,
                field="accounting_date",
                action="Open the period, or choose to move such postings to the first open day.",
            )
        return found

    def decided(self, own: dt.date) -> PostingDate:
        """What becomes of a movement of the day `own` by the periods that are closed now. Raises nothing."""
        why = self._closed(own)
        if not why:
            return PostingDate(own, while_closing=any(own in period for period in self.closing))
        if self.when_closed is WhenClosed.REFUSE:
            return PostingDate(own, refusal=why)
        return PostingDate(self._first_open(own), moved_from=own)

    def own_date(self, occurred_at: dt.datetime, told: dt.date | None = None, location: str = "") -> dt.date:
        """The day of the books that an event at `occurred_at` (aware) belongs to, open or not.

        `told` is its day where the source said no time: it is that day, whatever the zone and the cut-off.
        `location` is Blue Cherry's code of where it happened. Raises `InvalidRecord` for an instant that has no
        zone, or no day in the calendar's.
        """
        if told is not None:
            return told
        if occurred_at.utcoffset() is None:
            raise InvalidRecord(f"{occurred_at!r} has no time zone: an instant needs one", field="occurred_at")
        zone = self.zones.get(location, self.zone)
        try:
            return self._day_of(occurred_at, zone)
        except OverflowError:
            what = f"{occurred_at} is no day in {zone.key}"
            raise InvalidRecord(what, field="occurred_at") from None

    def end_of(self, day: dt.date, location: str = "") -> dt.datetime:
        """The instant (UTC) at which a day of the books is over: what happens then belongs to the next one."""
        next_day = self.cut_off < _NOON
        wall = dt.datetime.combine(day + _DAY if next_day else day, self.cut_off)
        return _reached(wall, self.zones.get(location, self.zone))

    def _day_of(self, occurred_at: dt.datetime, zone: ZoneInfo) -> dt.date:
        local = occurred_at.astimezone(zone)
        reached = local.time() >= self.cut_off and not self._comes_again(local, zone)
        if self.cut_off >= _NOON:
            return local.date() + (_DAY if reached else dt.timedelta())
        return local.date() - (dt.timedelta() if reached else _DAY)

    def _comes_again(self, local: dt.datetime, zone: ZoneInfo) -> bool:
        """Whether the clock will go back to before the cut-off, which it has just passed."""
        if local.fold or local.replace(fold=1).utcoffset() == local.utcoffset():
            return False
        return local < _reached(dt.datetime.combine(local.date(), self.cut_off), zone)

    def _closed(self, day: dt.date) -> str:
        if self.closed_through is not None and day <= self.closed_through:
            return f"{day} lies in a period closed through {self.closed_through}"
        return next(
            (f"{day} lies in {each.name}: {each.name} is closed" for each in self.closed if day in each), ""
        )

    def _first_open(self, day: dt.date) -> dt.date:
        if self.closed_through is not None:
            day = max(day, self.closed_through + _DAY)
        for period in sorted(self.closed, key=lambda each: each.first_day):
            day = period.last_day + _DAY if day in period else day
        return day


def _named_zone(value: object, setting: str) -> None:
    if not isinstance(value, ZoneInfo):
        raise ConfigurationError("name a time zone: an offset does not know summer time", field=setting)


@lru_cache(maxsize=1024)
def _reached(wall: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The instant (UTC) from which a local clock shows `wall` or later, for good."""
    later = wall.replace(tzinfo=zone, fold=1).astimezone(dt.UTC)
    if _shown(later, zone) != wall:
        return _leapt_over(wall, zone)
    if _shown(later - _TICK, zone) < wall:
        return later
    return wall.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)


def _leapt_over(wall: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """When the clock leapt from before `wall` to after it."""
    before, after = (wall.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC) for fold in (1, 0))
    while after - before > _TICK:
        half = before + (after - before) // 2
        before, after = (half, after) if _shown(half, zone) < wall else (before, half)
    return after


def _shown(instant: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)
