"""When an exception is listed, when it is too much, and whose it is then.

Law of this module: pure, and every default is said in docs/exceptions.md. What has no value breaches no limit of
value; what is acknowledged breaches nothing until its date, or until there is more of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from attrs import field, frozen

from clarus_bluecherry.finance.exceptions._classes import ExceptionClass, span_text
from clarus_bluecherry.finance.exceptions._items import ExceptionItem


@frozen
class EscalationStep:
    """To whom an exception goes (a role, in the site's own words) once it has been listed for so long."""

    after: dt.timedelta
    to: str


@frozen
class ExceptionBreach:
    """An exception that is over a limit, and which."""

    item: ExceptionItem
    why: str


_WITHIN = dt.timedelta(days=3)
_STEPS = (
    EscalationStep(dt.timedelta(days=1), "lead"),
    EscalationStep(dt.timedelta(days=3), "management"),
)


@frozen(kw_only=True)
class ExceptionPolicy:
    """A site's limits. What they do not name is as the class says.

    `after` is how old an exception of a class is before it is listed, as long as it goes on by itself. `within` is
    how long one may be listed, `within_of` the same of a class. `most_value` is the value (in its own currency,
    whichever way it goes) that one may have, None for any; `most_value_of` the same of a class. `escalation` says
    to whom what is not done goes, and after how long on the list; the latest step that is over counts.
    `held_statuses` are Clarus's words for stock on hold (L: no list is published). A feed is silent after twice
    its longest pause of late, and after `least_silence` at the earliest.
    """

    after: Mapping[ExceptionClass, dt.timedelta] = field(factory=dict)
    within: dt.timedelta = _WITHIN
    within_of: Mapping[ExceptionClass, dt.timedelta] = field(factory=dict)
    most_value: Decimal | None = None
    most_value_of: Mapping[ExceptionClass, Decimal] = field(factory=dict)
    escalation: tuple[EscalationStep, ...] = _STEPS
    held_statuses: Collection[str] = frozenset({"held"})
    least_silence: dt.timedelta = dt.timedelta(hours=4)

    def after_of(self, item: ExceptionItem) -> dt.timedelta:
        """How old an exception is before it is listed; what does not go on by itself is listed at once."""
        return self.after.get(item.kind, item.kind.after) if item.goes_on else dt.timedelta(0)

    def is_listed(self, item: ExceptionItem, now: dt.datetime) -> bool:
        """Whether it is old enough at `now` (aware) to be on the list."""
        return item.age(now) >= self.after_of(item)

    def listed_for(self, item: ExceptionItem, now: dt.datetime) -> dt.timedelta:
        """How long it has been on the list."""
        return item.age(now) - self.after_of(item)

    def breach(self, item: ExceptionItem, now: dt.datetime) -> str:
        """Which limit it is over; empty for none."""
        most = self.most_value_of.get(item.kind, self.most_value)
        if most is not None and item.value is not None and abs(item.value.amount) > most:
            return f"its value is over {most:f}"
        if now > self.over_at(item):
            within = self.within_of.get(item.kind, self.within)
            return f"it has been listed for more than {span_text(within)}"
        return ""

    def over_at(self, item: ExceptionItem) -> dt.datetime:
        """The last instant at which it has not been listed for too long."""
        return item.since + self.after_of(item) + self.within_of.get(item.kind, self.within)

    def breaches(self, items: Iterable[ExceptionItem], now: dt.datetime) -> tuple[ExceptionBreach, ...]:
        """Those that are over a limit, in the order in which they were given."""
        told = ((item, self.breach(item, now)) for item in items)
        return tuple(ExceptionBreach(item, why) for item, why in told if why)

    def escalated_to(self, item: ExceptionItem, now: dt.datetime) -> str:
        """To whom it goes by now, beside its owner; empty for nobody."""
        listed_for = self.listed_for(item, now)
        over = [step for step in self.escalation if listed_for >= step.after]
        return max(over, key=lambda step: step.after).to if over else ""
