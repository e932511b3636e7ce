"""What is watched: one look at a ledger, as of one instant, from which every page and every figure is made.

Law of this module: a look costs what is open and what happened of late, by index; what is settled costs nothing.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from zoneinfo import ZoneInfo

from attrs import field, frozen

from clarus_bluecherry.config import SiteFile
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance import FiscalYears, PostingCalendar
from clarus_bluecherry.finance.exceptions import ExceptionPolicy, ExceptionStanding, ExceptionState, ExceptionTerms
from clarus_bluecherry.flows.exceptions import WATCHED_FEEDS, silent_feeds
from clarus_bluecherry.flows.exceptions_kept import open_exceptions
from clarus_bluecherry.flows.opening import exception_policy
from clarus_bluecherry.ledger import KeptAlert
from clarus_bluecherry.ledger._watching import AtWork, InboxWaiting, LeftAlone, OpenMessages, TookStep
from clarus_bluecherry.ledger.states import State
from clarus_bluecherry.ledger.store import Ledger

LATELY = dt.timedelta(days=1)
"""How far back it is told what was done, and how long that took."""
_MOST_STEPS = 5_000
"""Of that the newest steps, most: so that a busy day costs no more than this."""
_READ = "worker.read"
"""The mark of when a worker read both systems last."""

Kind = tuple[str, str]
"""A kind of message: its target, and what it is called there."""


@frozen(kw_only=True)
class WatchTerms:
    """What of a site it takes to look: its limits, the zone and the currency of its books, and its periods."""

    policy: ExceptionPolicy = field(factory=ExceptionPolicy)
    zone: ZoneInfo = field(factory=lambda: ZoneInfo("UTC"))
    currency: str = ""
    years: FiscalYears | None = None
    calendar_at: Callable[[dt.datetime], PostingCalendar] | None = None

    @classmethod
    def of(cls, file: SiteFile) -> WatchTerms:
        """Those of a site file."""
        return cls(
            policy=exception_policy(file.exceptions),
            zone=file.ledger.zone,
            currency=file.bluecherry.currency,
            years=file.ledger.years,
            calendar_at=file.ledger.calendar_at,
        )


@frozen(kw_only=True)
class Lag:
    """How long messages took that were done of late, from what they tell of to the other system's books."""

    count: int
    median: dt.timedelta
    p95: dt.timedelta

    @classmethod
    def of(cls, spans: Iterable[dt.timedelta]) -> Lag | None:
        """Of at least one message.

        >>> Lag.of([dt.timedelta(minutes=1), dt.timedelta(minutes=9)]).median
        datetime.timedelta(seconds=60)
        """
        told = sorted(spans)
        if not told:
            return None

        def share(part: float) -> dt.timedelta:
            return told[max(0, math.ceil(part * len(told)) - 1)]

        return cls(count=len(told), median=share(0.5), p95=share(0.95))


@frozen(kw_only=True)
class FeedSeen:
    """A feed: when what it told last happened, by the source's own time; None where it never told anything.

    `title` is what people call it. It `is_silent` where that is much longer ago than usual.
    """

    name: str
    title: str
    last: dt.datetime | None
    is_silent: bool


@frozen(kw_only=True)
class PeriodSeen:
    """A period of the books that is not closed: its last day, and how many open messages are dated in it."""

    name: str
    last_day: dt.date
    ends_at: dt.datetime
    count: int


@frozen(kw_only=True)
class Watched:
    """What a look at the ledger found, at `at`. `looked_at` is when exceptions were looked for last,
    `alerts` are what people are still to be told of them."""

    at: dt.datetime
    schema: int
    open: Sequence[OpenMessages] = ()
    inbox: Sequence[InboxWaiting] = ()
    steps: Sequence[TookStep] = ()
    marks: Mapping[str, dt.datetime] = field(factory=dict)
    feeds: Sequence[FeedSeen] = ()
    at_work: Sequence[AtWork] = ()
    left_alone: Sequence[LeftAlone] = ()
    exceptions: Sequence[ExceptionStanding] = ()
    looked_at: dt.datetime | None = None
    alerts: Sequence[KeptAlert] = ()
    periods: Sequence[PeriodSeen] = ()
    terms: WatchTerms = field(factory=WatchTerms)

    @property
    def kinds(self) -> Sequence[Kind]:
        """Every kind of message that is open, or was done of late."""
        of_steps = {(each.target, each.kind) for each in self.steps}
        return sorted(of_steps | {(each.target, each.kind) for each in self.open})

    def count(self, kind: Kind, *states: State) -> int:
        """How many messages of a kind stand in one of these states."""
        return sum(each.count for each in self.open if (each.target, each.kind) == kind and each.state in states)

    def oldest(self, kind: Kind | None = None, *states: State) -> dt.datetime | None:
        """When the oldest of what is open happened; of a kind, or of all."""
        told = (
            each.occurred_at
            for each in self.open
            if (kind is None or (each.target, each.kind) == kind) and (not states or each.state in states)
        )
        return min(told, default=None)

    def done(self, within: dt.timedelta = LATELY) -> Mapping[tuple[str, str, State], int]:
        """How many messages came to a state within that time, by target, kind and state."""
        since = self.at - within
        return Counter((step.target, step.kind, step.after) for step in self.steps if step.at >= since)

    def lags(self) -> Mapping[Kind, Lag]:
        """How long what was done of late took, by kind."""
        spans: defaultdict[Kind, list[dt.timedelta]] = defaultdict(list)
        for step in self.steps:
            if step.after is State.POSTED:
                spans[step.target, step.kind].append(max(step.at - step.occurred_at, dt.timedelta(0)))
        return {kind: lag for kind, some in spans.items() if (lag := Lag.of(some)) is not None}

    @property
    def read_at(self) -> dt.datetime | None:
        """When a worker read both systems last."""
        return self.marks.get(_READ)

    @property
    def over_limit(self) -> Sequence[ExceptionStanding]:
        """The exceptions that are over a limit, and rest under no acknowledgement."""
        return [
            each
            for each in self.exceptions
            if each.state is ExceptionState.OPEN and self.terms.policy.breach(each.item, self.at)
        ]


def watch(ledger: Ledger, terms: WatchTerms) -> Watched:
    """Look at `ledger`, all of it as of one instant.

    Raises `LedgerError` where it cannot be reached.
    """
    with ledger.transaction():
        now = ledger.now()
        return Watched(
            at=now,
            schema=ledger.schema_version,
            open=ledger.open_messages(),
            inbox=ledger.inbox_waiting(),
            steps=ledger.steps_of_late(now - LATELY, most=_MOST_STEPS),
            marks=ledger.marks(),
            feeds=[*_feeds(ledger, now, terms.policy)],
            at_work=ledger.at_work(),
            left_alone=ledger.left_alone(),
            exceptions=open_exceptions(ledger),
            looked_at=ledger.last_look(),
            alerts=ledger.waiting_alerts(),
            periods=_periods(ledger.open_by_day(), now, terms),
            terms=terms,
        )


def _feeds(ledger: Ledger, now: dt.datetime, policy: ExceptionPolicy) -> Iterator[FeedSeen]:
    found = silent_feeds(ledger, ExceptionTerms(now=now), least=policy.least_silence)
    silent = {item.subject for item in found}
    for (source, kind), title in WATCHED_FEEDS.items():
        name, heard = f"{source} {kind}", ledger.last_heard(kind, source=source, limit=1, apart=dt.timedelta(0))
        yield FeedSeen(
            name=name, title=title, last=heard[0] if heard else None, is_silent=f"feed {name}" in silent
        )


def _periods(open_by_day: Mapping[dt.date, int], now: dt.datetime, terms: WatchTerms) -> Sequence[PeriodSeen]:
    """The period that runs and the one before it, where they are not closed."""
    if terms.years is None or terms.calendar_at is None:
        return []
    calendar, found = terms.calendar_at(now), list[PeriodSeen]()
    day = calendar.own_date(now)
    with suppress(InvalidRecord):  # days that lie in no period that is listed
        for _ in range(2):
            period = terms.years.of(day)
            day = period.first_day - dt.timedelta(days=1)
            told = calendar.decided(period.last_day)
            if told.moved_from is None and not told.refusal:
                count = sum(count for each, count in open_by_day.items() if each in period)
                ends_at = calendar.end_of(period.last_day)
                found.append(PeriodSeen(name=period.name, last_day=period.last_day, ends_at=ends_at, count=count))
    return found
