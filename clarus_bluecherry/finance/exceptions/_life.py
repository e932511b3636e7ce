"""An exception from day to day: opened, seen again, acknowledged, assigned, resolved, cleared, open again.

Law of this module: pure. It is asked with what was kept, what is found now, and the time; the same question has
the same answer. Only a look that could have found an exception clears it. A person ends nothing for good: what is
found again after it was resolved is open again.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Iterable, Mapping

from attrs import evolve, field, frozen
from attrs.validators import optional

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.exceptions._classes import ExceptionClass
from clarus_bluecherry.finance.exceptions._items import ExceptionItem
from clarus_bluecherry.finance.exceptions._policy import ExceptionPolicy
from clarus_bluecherry.model._values import aware, filled


class ExceptionState(enum.StrEnum):
    """Where an exception stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    """Somebody knows, and it rests until a date."""
    RESOLVED = "resolved"
    """Somebody says that it is done."""
    CLEARED = "cleared"
    """It is not so any more."""


class ExceptionEvent(enum.StrEnum):
    """What happened to an exception."""

    OPENED = "opened"
    SEEN = "seen"
    ACKNOWLEDGED = "acknowledged"
    LAPSED = "lapsed"
    """The date until which it was acknowledged has come, or there is more of it than was acknowledged."""
    ASSIGNED = "assigned"
    RESOLVED = "resolved"
    CLEARED = "cleared"
    REOPENED = "reopened"


@frozen(kw_only=True)
class ExceptionStep:
    """One step in an exception's life. `actor` is who took it, empty for the daily look; `note` is why, or what
    healed it."""

    identity: str = field(validator=filled)
    at: dt.datetime = field(validator=aware)
    event: ExceptionEvent = field(converter=ExceptionEvent)
    actor: str = ""
    note: str = ""


@frozen(kw_only=True)
class ExceptionStanding:
    """An exception as it is kept: as it was found last, and where it stands.

    `opened_at` is when it was opened first, `seen_at` when it was found last; `times` counts its openings. Who
    acknowledged it, why, and until when: `acknowledged_by`, `why`, `until`. `assigned_to` is a person or a team.
    `ended_at`, `ended_by` (empty: nobody, it healed) and `healed_by` are of its last end.
    """

    item: ExceptionItem
    state: ExceptionState = field(default=ExceptionState.OPEN, converter=ExceptionState)
    opened_at: dt.datetime = field(validator=aware)
    seen_at: dt.datetime = field(validator=aware)
    times: int = 1
    assigned_to: str = ""
    acknowledged_by: str = ""
    why: str = ""
    until: dt.datetime | None = field(default=None, validator=optional(aware))
    ended_at: dt.datetime | None = None
    ended_by: str = ""
    healed_by: str = ""

    @property
    def identity(self) -> str:
        """`class:subject`."""
        return self.item.identity

    @property
    def is_over(self) -> bool:
        """Whether it was resolved or cleared."""
        return self.state in (ExceptionState.RESOLVED, ExceptionState.CLEARED)


Stood = tuple[ExceptionStanding, ExceptionStep]
"""How an exception stands after a step, and the step."""


@frozen(kw_only=True)
class ExceptionDay:
    """What a look says: how each exception stands now, and the steps that it took.

    `standings` are those that changed or were seen, to be kept; `overdue` are those that are over a limit and rest
    under no acknowledgement.
    """

    standings: tuple[ExceptionStanding, ...]
    steps: tuple[ExceptionStep, ...]
    overdue: tuple[ExceptionStanding, ...]

    def of(self, event: ExceptionEvent) -> tuple[str, ...]:
        """The identities of those that took such a step."""
        return tuple(step.identity for step in self.steps if step.event is event)


def look(
    kept: Iterable[ExceptionStanding],
    found: Iterable[ExceptionItem],
    now: dt.datetime,
    *,
    policy: ExceptionPolicy | None = None,
    not_looked_for: Collection[ExceptionClass] = (),
    not_looked_at: Collection[str] = (),
    healed: Mapping[str, str] | None = None,
) -> ExceptionDay:
    """Lay what is found at `now` (aware) over what was kept.

    `found` has one item for each subject (`one_for_each`), and only what is listed. `not_looked_for` are the
    classes that nobody looked for, `not_looked_at` the sources of evidence that were not looked at: nothing that
    is of such a class, or that such a source told of, clears, and it keeps its subject from a class that goes
    behind. `healed` says, by identity, which fact healed one;
    where another class took the subject over, that is what is said.
    """
    before = {standing.identity: standing for standing in kept}
    items = {item.identity: item for item in found}
    unseen = {
        each.item.subject: each
        for identity, each in sorted(before.items())
        if identity not in items and not each.is_over and _is_unseen(each, not_looked_for, not_looked_at)
    }
    by_identity = {name: item for name, item in items.items() if not _stands_behind(item, unseen)}
    classes = {subject: each.item.kind for subject, each in unseen.items()}
    classes |= {item.subject: item.kind for item in by_identity.values()}
    stood: list[Stood] = []
    for identity, item in by_identity.items():
        stood += _found(before.get(identity), item, now)
    for identity, standing in before.items():
        if identity in by_identity or standing.is_over:
            continue
        other = classes.get(standing.item.subject)
        if other is standing.item.kind:
            stood += _rested(standing, now)
            continue
        why = (healed or {}).get(identity) or ("" if other is None else f"it is {other} now")
        stood.append(cleared(standing, at=now, healed_by=why or "it is not found any more"))
    after = {standing.identity: standing for standing, _ in sorted(stood, key=_in_order)}
    limits = policy or ExceptionPolicy()
    return ExceptionDay(
        standings=tuple(after.values()),
        steps=tuple(step for _, step in sorted(stood, key=_in_order)),
        overdue=tuple(
            each for each in after.values() if each.state is ExceptionState.OPEN and limits.breach(each.item, now)
        ),
    )


def _is_unseen(
    standing: ExceptionStanding, not_looked_for: Collection[ExceptionClass], not_looked_at: Collection[str]
) -> bool:
    """Whether nobody could have seen it, though it may be so."""
    sources = {shown.source for shown in standing.item.evidence}
    return standing.item.kind in not_looked_for or not sources.isdisjoint(not_looked_at)


def _stands_behind(item: ExceptionItem, unseen: Mapping[str, ExceptionStanding]) -> bool:
    """Whether its subject is still in a class that goes before, which nobody looked for."""
    other = unseen.get(item.subject)
    return other is not None and other.item.kind.precedence < item.kind.precedence


def _in_order(stood: Stood) -> str:
    """By identity; the steps of one stay as they were taken."""
    return stood[1].identity


def _found(before: ExceptionStanding | None, item: ExceptionItem, now: dt.datetime) -> list[Stood]:
    if before is None:
        opened = ExceptionStanding(item=item, opened_at=now, seen_at=now)
        return [_stepped(opened, now, ExceptionEvent.OPENED)]
    if item.since >= now and not before.is_over:  # nobody can say since when: since it was listed
        item = evolve(item, since=before.item.since)
    seen = evolve(before, item=item, seen_at=now)
    if before.is_over:
        again = evolve(_at_rest(seen), state=ExceptionState.OPEN, times=before.times + 1, ended_at=None)
        return [
            _stepped(evolve(again, ended_by="", healed_by=""), now, ExceptionEvent.REOPENED, note=_ended(before))
        ]
    worse = _worse(before.item, item) if before.state is ExceptionState.ACKNOWLEDGED else ""
    then = [_lapsed(seen, now, worse)] if worse else _rested(seen, now)
    return [_stepped(seen, now, ExceptionEvent.SEEN), *then]


def _worse(before: ExceptionItem, item: ExceptionItem) -> str:
    """How there is more of it than at the last look; empty where there is not, or other sources told of it."""
    is_told_alike = {shown.source for shown in before.evidence} == {shown.source for shown in item.evidence}
    if before.units is None or item.units is None or not is_told_alike or abs(item.units) <= abs(before.units):
        return ""
    return f"; there were {before.units:f}, and are {item.units:f} now"


def _ended(standing: ExceptionStanding) -> str:
    by = f" by {standing.ended_by}" if standing.ended_by else ""
    return f"it was {standing.state}{by}"


def _rested(standing: ExceptionStanding, now: dt.datetime) -> list[Stood]:
    """Its acknowledgement ends when its date has come."""
    if standing.state is not ExceptionState.ACKNOWLEDGED or standing.until is None or now < standing.until:
        return []
    return [_lapsed(standing, now)]


def _lapsed(standing: ExceptionStanding, now: dt.datetime, why: str = "") -> Stood:
    lapsed = evolve(_at_rest(standing), state=ExceptionState.OPEN)
    return _stepped(lapsed, now, ExceptionEvent.LAPSED, note=f"acknowledged by {standing.acknowledged_by}{why}")


def _at_rest(standing: ExceptionStanding) -> ExceptionStanding:
    return evolve(standing, acknowledged_by="", why="", until=None)


def acknowledged(
    standing: ExceptionStanding, *, by: str, why: str, until: dt.datetime | None, at: dt.datetime
) -> Stood:
    """Somebody knows: it rests until `until` (aware), or for as long as it is so, and until there is more of it.

    Raises `InvalidRecord` where nobody says who or why, the date is over, or the exception is.
    """
    _said(standing, by=by, why=why)
    known = evolve(standing, state=ExceptionState.ACKNOWLEDGED, acknowledged_by=by, why=why, until=until)
    if until is not None and until <= at:
        raise InvalidRecord("the date until which it rests is over", record=standing.identity, field="until")
    note = why if until is None else f"until {until.astimezone(dt.UTC).isoformat(timespec='minutes')}: {why}"
    return _stepped(known, at, ExceptionEvent.ACKNOWLEDGED, actor=by, note=note)


def assigned(standing: ExceptionStanding, *, to: str, by: str, at: dt.datetime, why: str = "") -> Stood:
    """Somebody is to do it. Raises `InvalidRecord` where nobody says who, or the exception is over."""
    _said(standing, by=by, why=to)
    note = f"to {to}: {why}" if why else f"to {to}"
    return _stepped(evolve(standing, assigned_to=to), at, ExceptionEvent.ASSIGNED, actor=by, note=note)


def resolved(standing: ExceptionStanding, *, by: str, why: str, at: dt.datetime) -> Stood:
    """Somebody says that it is done; it is open again where the next look finds it. Raises `InvalidRecord` where
    nobody says who or why, or the exception is over.
    """
    _said(standing, by=by, why=why)
    done = evolve(standing, state=ExceptionState.RESOLVED, ended_at=at, ended_by=by)
    return _stepped(done, at, ExceptionEvent.RESOLVED, actor=by, note=why)


def cleared(standing: ExceptionStanding, *, at: dt.datetime, healed_by: str) -> Stood:
    """It is not so any more, and which fact healed it."""
    done = evolve(standing, state=ExceptionState.CLEARED, ended_at=at, ended_by="", healed_by=healed_by)
    return _stepped(done, at, ExceptionEvent.CLEARED, note=healed_by)


def _said(standing: ExceptionStanding, *, by: str, why: str) -> None:
    for name, said in (("by", by), ("why", why)):
        if not said.strip():
            raise InvalidRecord("it has to be said", record=standing.identity, field=name)
    if standing.is_over:
        raise InvalidRecord(f"the exception is {standing.state} already", record=standing.identity)


def _stepped(
    standing: ExceptionStanding, at: dt.datetime, event: ExceptionEvent, *, actor: str = "", note: str = ""
) -> Stood:
    return standing, ExceptionStep(identity=standing.identity, at=at, event=event, actor=actor, note=note)
