"""When periods were open, closing and closed, and what comes late to them.

Law of this module: a period's state is what its newest event says at the moment asked about, so that the same
question has the same answer for ever; opening again is an event like any other and erases none. What comes late is
decided by the calendar and listed; and the date under which Blue Cherry booked is compared whatever was asked.
"""

from __future__ import annotations

import datetime as dt
import enum
import itertools
from collections.abc import Iterable, Iterator

from attrs import evolve, field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.calendar import Period, PostingCalendar, PostingDate
from clarus_bluecherry.finance.periods import FiscalYears
from clarus_bluecherry.model import PeriodState


@frozen
class PeriodEvent:
    """At `at` (aware) a period became `state`; `section` is the part of the books, empty for all of them.

    `by` is who said so (a person, a file); `note` why.
    """

    period: Period
    state: PeriodState = field(converter=PeriodState)
    at: dt.datetime = field()
    section: str = field(default="", kw_only=True)
    by: str = field(default="", kw_only=True)
    note: str = field(default="", kw_only=True)

    @at.validator
    def _is_an_instant(self, attribute: object, value: dt.datetime) -> None:
        if value.utcoffset() is None:
            what = f"{value!r} has no time zone: an instant needs one"
            raise InvalidRecord(what, record=f"period {self.period.name}", field="at")


def _by_time(events: Iterable[PeriodEvent]) -> tuple[PeriodEvent, ...]:
    return tuple(sorted(events, key=lambda each: each.at))


@frozen
class PeriodHistory:
    """All that was said of periods, in the order of time. A period that nobody spoke of is open."""

    events: tuple[PeriodEvent, ...] = field(default=(), converter=_by_time)

    @events.validator
    def _mean_the_same_days(self, attribute: object, value: Iterable[PeriodEvent]) -> None:
        days: dict[str, Period] = {}
        for each in value:
            if days.setdefault(each.period.name, each.period) != each.period:
                raise InvalidRecord("one name stands for two periods", record=f"period {each.period.name}")

    def state(self, period: str, at: dt.datetime | None, section: str = "") -> PeriodState:
        """What a period was at an instant (aware; None: by all that was said).

        What is said of all sections holds for each of them.
        """
        said = [each.state for each in self.trace(period, section) if at is None or each.at <= at]
        return said[-1] if said else PeriodState.OPEN

    def trace(self, period: str, section: str = "") -> tuple[PeriodEvent, ...]:
        """All that was said of a period, of one section: of all of them, and of it."""
        return tuple(each for each in self.events if each.period.name == period and each.section in ("", section))

    def reopened(self) -> tuple[PeriodEvent, ...]:
        """Each time a period was opened that had been closing or closed."""
        return tuple(
            each
            for section, period in self._spoken_of()
            for before, each in itertools.pairwise(self.trace(period.name, section))
            if each.section == section and each.state is PeriodState.OPEN and before.state is not PeriodState.OPEN
        )

    def on(self, calendar: PostingCalendar, at: dt.datetime, section: str = "") -> PostingCalendar:
        """`calendar` as it is at an instant (aware): with what is closed and closing then.

        What the calendar says itself of a period stands where nothing was ever said of that one here.
        """
        said = [each for each in self.events if each.at <= at and each.section in ("", section)]
        states = {each.period: each.state for each in said}  # the newest word last
        known = {each.period for each in self.events}

        def become(state: PeriodState, already: Iterable[Period]) -> list[Period]:
            there = [period for period, now in states.items() if now is state]
            return [*(period for period in already if period not in known), *there]

        return evolve(
            calendar,
            closed=become(PeriodState.CLOSED, calendar.closed),
            closing=become(PeriodState.CLOSING, calendar.closing),
        )

    def read(
        self, shown: Iterable[tuple[Period, PeriodState, str]], at: dt.datetime, *, by: str = ""
    ) -> PeriodHistory:
        """This history and what Blue Cherry showed at an instant (aware): period, state and section.

        Only what differs from what was known becomes an event: the state may have changed at any time since the
        reading before.
        """
        fresh = [
            PeriodEvent(period, state, at, section=section, by=by)
            for period, state, section in shown
            if self.state(period.name, at, section) is not state
        ]
        return PeriodHistory([*self.events, *fresh])

    def _spoken_of(self) -> Iterator[tuple[str, Period]]:
        yield from dict.fromkeys((each.section, each.period) for each in self.events)


@frozen
class LateFact:
    """A fact that was heard of when its own period was closing or closed, and what became of it then."""

    key: str
    own_date: dt.date
    recorded_at: dt.datetime
    period: Period
    state: PeriodState
    decided: PostingDate


def late_facts(
    facts: Iterable[tuple[str, dt.date, dt.datetime]],
    history: PeriodHistory,
    calendar: PostingCalendar,
    section: str = "",
) -> list[LateFact]:
    """Which of `facts` (key, day of the books, when it was recorded) came late, and what the calendar decides.

    A fact that was recorded while its period was open again is not late.
    """
    periods = {each.period.name: each.period for each in history.events}
    return [
        LateFact(key, own, recorded_at, period, state, history.on(calendar, recorded_at, section).decided(own))
        for key, own, recorded_at in facts
        for period in periods.values()
        if own in period and (state := history.state(period.name, recorded_at, section)) is not PeriodState.OPEN
    ]


class BookedWhere(enum.StrEnum):
    """Where Blue Cherry's date of a posting lies."""

    NOWHERE = "not booked"
    OWN_DAY = "its own day"
    AS_ASKED = "the day we asked for"
    OTHER_DAY = "another day of its period"
    OTHER_PERIOD = "another period"


@frozen
class ThreeDates:
    """The three dates of a posting: of the event, in the books' zone; as asked for; as Blue Cherry booked it."""

    own: dt.date
    asked: dt.date | None = None
    booked: dt.date | None = None

    def where(self, years: FiscalYears) -> BookedWhere:
        """Where the booked date lies."""
        if self.booked is None:
            return BookedWhere.NOWHERE
        if self.booked == self.own:
            return BookedWhere.OWN_DAY
        if self.booked == self.asked:
            return BookedWhere.AS_ASKED
        return BookedWhere.OTHER_PERIOD if self.other_period(years) else BookedWhere.OTHER_DAY

    def other_period(self, years: FiscalYears) -> bool:
        """Whether it is booked in another period than its own, asked for or not."""
        return self.booked is not None and self.booked not in years.of(self.own)
