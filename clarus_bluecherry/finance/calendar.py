"""Under which date a movement enters the books.

Law of this module: a date is only ever made from an instant and the ledger's own time zone; a day that was told
without a time stays that day. A date in a closed period is never used and never silently replaced: it is moved to
the first open day and flagged, or refused. The day of an event does not change; whether it is still open does, and
is asked anew each time.
"""

from __future__ import annotations

import datetime as dt
import enum
from zoneinfo import ZoneInfo

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

_MIDNIGHT = dt.time(0)
_NOON = dt.time(12)
_DAY = dt.timedelta(days=1)


class WhenClosed(enum.StrEnum):
    """What to do with a movement whose date lies in a closed period."""

    MOVE = "move"
    """Date it on the first open day, and say so."""
    REFUSE = "refuse"
    """Keep it back: a person decides."""


@frozen
class PostingDate:
    """The date a movement is posted under; `moved_from` is its own date, where that period is closed.

    `refusal` says why it is not posted now, where its period is closed and such movements are kept back.
    """

    date: dt.date
    moved_from: dt.date | None = None
    refusal: str = ""


@frozen
class PostingCalendar:
    """The ERP's calendar, as the finance department keeps it at this moment.

    `zone` is the time zone of the books. `closed_through` is the last day of the last closed period (Blue Cherry
    does not publish its period locks, so it is a setting). `cut_off` is the local time at which a day of the books
    ends: midnight for the calendar day; from noon on, what happens at or after it counts to the next date (17:00:
    a late dispatch is tomorrow's); before noon, what happens before it counts to the previous date (02:00: the
    night shift still belongs to yesterday).

    >>> calendar = PostingCalendar(zone=ZoneInfo("America/New_York"), closed_through=dt.date(2026, 2, 28))
    >>> late = calendar.posting_date(dt.datetime(2026, 3, 1, 3, tzinfo=dt.UTC))
    >>> late.date.isoformat(), late.moved_from.isoformat()
    ('2026-03-01', '2026-02-28')
    """

    zone: ZoneInfo = field()
    closed_through: dt.date | None = field(default=None, kw_only=True)
    cut_off: dt.time = field(default=_MIDNIGHT, kw_only=True)
    when_closed: WhenClosed = field(default=WhenClosed.MOVE, converter=WhenClosed, kw_only=True)

    @zone.validator
    def _is_a_named_zone(self, attribute: object, value: object) -> None:
        if not isinstance(value, ZoneInfo):
            raise ConfigurationError("name a time zone: an offset does not know summer time", field="zone")

    @cut_off.validator
    def _is_local(self, attribute: object, value: dt.time) -> None:
        if value.tzinfo is not None:
            raise ConfigurationError("a cut-off is local time in the calendar's own zone", field="cut_off")

    @closed_through.validator
    def _leaves_an_open_day(self, attribute: object, value: dt.date | None) -> None:
        if value == dt.date.max:
            raise ConfigurationError("no day is open after it", field="closed_through")

    def posting_date(self, occurred_at: dt.datetime, own_date: dt.date | None = None) -> PostingDate:
        """The date to post a movement under that occurred at `occurred_at` (aware), as `own_date` takes it.

        Raises `InvalidRecord` when its period is closed and the policy is to refuse.
        """
        found = self.decided(self.own_date(occurred_at, own_date))
        if found.refusal:
            raise InvalidRecord(
                found.refusal,
                field="accounting_date",
                action="Open the period, or choose to move such postings to the first open day.",
            )
        return found

    def decided(self, own: dt.date) -> PostingDate:
        """What becomes of a movement of the day `own` by the periods that are closed now. Raises nothing."""
        if self.closed_through is None or own > self.closed_through:
            return PostingDate(own)
        if self.when_closed is WhenClosed.REFUSE:
            return PostingDate(own, refusal=f"{own} lies in a period closed through {self.closed_through}")
        return PostingDate(self.closed_through + _DAY, moved_from=own)

    def own_date(self, occurred_at: dt.datetime, told: dt.date | None = None) -> dt.date:
        """The day of the books that an event at `occurred_at` (aware) belongs to, open or not.

        `told` is its day where the source said no time: it is that day, whatever the zone and the cut-off. Raises
        `InvalidRecord` for an instant that has no zone, or no day in the calendar's.
        """
        if told is not None:
            return told
        if occurred_at.utcoffset() is None:
            raise InvalidRecord(f"{occurred_at!r} has no time zone: an instant needs one", field="occurred_at")
        try:
            return self._day_of(occurred_at)
        except OverflowError:
            what = f"{occurred_at} is no day in {self.zone.key}"
            raise InvalidRecord(what, field="occurred_at") from None

    def _day_of(self, occurred_at: dt.datetime) -> dt.date:
        local = occurred_at.astimezone(self.zone)
        if self.cut_off >= _NOON:
            return local.date() + (_DAY if local.time() >= self.cut_off else dt.timedelta())
        return local.date() - (_DAY if local.time() < self.cut_off else dt.timedelta())
