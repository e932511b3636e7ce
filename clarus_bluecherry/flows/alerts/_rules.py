"""Who is told what of exceptions, where and when: the site's rules, as values.

Law of this module: pure. Times of day are those of the books' zone, by the clock on the wall: a digest at a time
that a clock change leaves out comes an hour later, one at a time that comes twice comes once. What a rule does not
name bounds nothing: no owners are all of them. A value that nobody knows may be the largest: it passes every least
value, and is never urgent for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance.exceptions import ExceptionClass, ExceptionItem
from clarus_bluecherry.flows.quiet import QuietWindow
from clarus_bluecherry.ledger.reasons import Owner

Grouping = Literal["all", "owner", "class", "exception"]
"""What one message is about."""

EVERY_DAY = frozenset(range(7))
_DAY = dt.timedelta(days=1)


def _windows(told: Iterable[str | QuietWindow]) -> tuple[QuietWindow, ...]:
    return tuple(each if isinstance(each, QuietWindow) else QuietWindow.of(each) for each in told)


@frozen(kw_only=True)
class AlertRule:
    """Which exceptions are told to which channel, and when.

    Of those of `owners` and `classes`: what is worth `least_value` (by currency, whichever way it goes) and has
    been so for `least_age`. At once, or at the `digest` times of `weekdays` (Monday is 0), together; never in the
    `quiet` hours, except what is urgent: of `urgent_classes`, or worth `urgent_value`; that waits for no digest
    either. What nobody answers (acknowledges, assigns or mends) goes to the channel that `escalate_to` names for a
    role, when the step of that role in `[exceptions.escalation]` has come; it waits for no digest. `group_by` says
    what a message is about.
    """

    name: str
    channel: str
    owners: frozenset[Owner] = frozenset()
    classes: frozenset[ExceptionClass] = frozenset()
    least_value: Mapping[str, Decimal] = field(factory=dict)
    least_age: dt.timedelta = dt.timedelta(0)
    digest: tuple[dt.time, ...] = ()
    weekdays: frozenset[int] = EVERY_DAY
    quiet: tuple[QuietWindow, ...] = field(default=(), converter=_windows)
    urgent_classes: frozenset[ExceptionClass] = frozenset()
    urgent_value: Mapping[str, Decimal] = field(factory=dict)
    escalate_to: Mapping[str, str] = field(factory=dict)
    group_by: Grouping = "all"

    def __attrs_post_init__(self) -> None:
        if self.quiet and all(self._is_quiet_at(window.ends) for window in self.quiet):
            what = "its quiet hours never end: nothing would ever be told"
            raise ConfigurationError(what, record=f"alerts, rule {self.name}", field="quiet")
        if self.digest and not self.weekdays:
            what = "there is no day for its digest"
            raise ConfigurationError(what, record=f"alerts, rule {self.name}", field="weekdays")

    def asks_for(self, item: ExceptionItem, now: dt.datetime) -> bool:
        """Whether it tells of such an exception at `now` (aware)."""
        return (
            (not self.owners or item.owner in self.owners)
            and (not self.classes or item.kind in self.classes)
            and item.age(now) >= self.least_age
            and (item.value is None or _worth(item) >= self.least_value.get(item.value.currency, 0))
        )

    def is_urgent(self, item: ExceptionItem) -> bool:
        """Whether it waits for nothing."""
        if item.kind in self.urgent_classes:
            return True
        bound = None if item.value is None else self.urgent_value.get(item.value.currency)
        return bound is not None and _worth(item) >= bound

    def digest_from(self, called_at: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
        """When what was called for at an instant (aware) is told: then, or with the next digest."""
        if not self.digest:
            return called_at
        first = called_at.astimezone(zone).date()
        days = (first + place * _DAY for place in range(9))
        times = (_at(day, time, zone) for day in days if day.weekday() in self.weekdays for time in self.digest)
        return min(time for time in times if time >= called_at)

    def quiet_until(self, now: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
        """When the quiet hours end; `now` where there are none."""
        while self._is_quiet_at((local := now.astimezone(zone)).time()):
            now = min(_after(now, local.date(), window.ends, zone) for window in self.quiet)
        return now

    def _is_quiet_at(self, moment: dt.time) -> bool:
        return any(moment in window for window in self.quiet)


def _worth(item: ExceptionItem) -> Decimal:
    return Decimal(0) if item.value is None else abs(item.value.amount)


def _at(day: dt.date, time: dt.time, zone: dt.tzinfo, fold: int = 0) -> dt.datetime:
    """The instant at which a clock on the wall shows this, in UTC."""
    return dt.datetime.combine(day, time, zone).replace(fold=fold).astimezone(dt.UTC)


def _after(now: dt.datetime, day: dt.date, time: dt.time, zone: dt.tzinfo) -> dt.datetime:
    """The first instant after `now` at which a clock shows `time`; `day` is today, there."""
    found = (_at(day + place * _DAY, time, zone, fold) for place in (0, 1, 2) for fold in (0, 1))
    return min(instant for instant in found if instant > now)


@frozen(kw_only=True)
class AlertTerms:
    """All that a site says of alerts: its rules, first to last, and how much its channels take.

    `most_per_hour` messages go to a channel, by its name; what is more becomes one message later. Exceptions are
    looked for anew when the last look is `look_every` old. `url` is where the live view is, for links. `zone` is
    that of the books.
    """

    rules: tuple[AlertRule, ...] = ()
    most_per_hour: Mapping[str, int] = field(factory=dict)
    look_every: dt.timedelta = dt.timedelta(minutes=15)
    url: str = ""
    zone: dt.tzinfo = dt.UTC

    def rule(self, name: str) -> AlertRule:
        """The rule of this name, which is there."""
        return next(each for each in self.rules if each.name == name)
