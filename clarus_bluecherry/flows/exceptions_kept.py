"""Exceptions as the ledger keeps them: a look is laid over what was kept, and persons act on what is open.

Law of this module: what becomes of an exception is said by `finance.exceptions` alone; here it is only kept. A
look is kept whole, in one transaction, and one at a time; being seen again is no step, but moves when it was seen
last. Who acts and why is in the history.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from attrs import evolve, frozen

from clarus_bluecherry.errors import InvalidRecord, LedgerError
from clarus_bluecherry.finance.exceptions import (
    ExceptionClass,
    ExceptionDay,
    ExceptionEvent,
    ExceptionItem,
    ExceptionPolicy,
    ExceptionStanding,
    ExceptionStep,
    acknowledged,
    assigned,
    look,
    ranked,
    resolved,
)
from clarus_bluecherry.flows.exceptions import ExceptionList, exceptions_of, healed_by
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import KeptException, KeptExceptionStep
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model._plain import built, told

Act = Callable[..., tuple[ExceptionStanding, ExceptionStep]]

# A look ------------------------------------------------------------------------------------------------------


def keep_look(
    ledger: Ledger,
    found: Iterable[ExceptionItem],
    *,
    began: dt.datetime,
    policy: ExceptionPolicy | None = None,
    not_looked_for: Collection[ExceptionClass] = (),
    not_looked_at: Collection[str] = (),
    healed: Mapping[str, str] | None = None,
) -> ExceptionDay:
    """Lay what a look found over what is kept, as `finance.exceptions.look` does, and keep what that says.

    `began` (aware) is when the look began: of what it found it knows no more. However many look at once, each
    exception is opened once; where a look that began later is kept already, this one is told and not kept.
    """
    items = {item.identity: item for item in found}
    with ledger.transaction():
        is_newest = ledger.begin_look(began)
        kept = {each.identity: each for each in ledger.open_exceptions(lock=True)}
        kept |= {each.identity: each for each in ledger.exceptions_of(items.keys() - kept.keys(), lock=True)}
        day = look(
            _sound(kept.values()),
            items.values(),
            began,
            policy=policy,
            not_looked_for=not_looked_for,
            not_looked_at=not_looked_at,
            healed=healed,
        )
        if is_newest:
            steps = (step for step in day.steps if step.event is not ExceptionEvent.SEEN)
            classes = {each.identity: each.item.kind for each in day.standings}
            ledger.keep_exceptions(
                map(_kept, day.standings), (_kept_step(step, classes[step.identity]) for step in steps)
            )
    return day


def keep_exceptions(
    site: Site, books: Path | None = None, *, close: bool = False, unlearnt: str = ""
) -> tuple[ExceptionList, ExceptionDay]:
    """The day's look: what is wrong at `site` now, as `exceptions_of` tells it, kept in its ledger.

    What was found before and is no more is cleared, by what became of the messages that it was about. A document
    that was in a class before, which nobody looked for now, is listed in that one. Where no rule tells people of
    exceptions, no alert fails any longer.
    """
    if not site.alerts.rules:
        site.ledger.alerts_rest([alert.key for alert in site.ledger.waiting_alerts() if alert.error])
    found = exceptions_of(site, books, close=close, unlearnt=unlearnt)
    there = {item.identity for item in found.items}
    gone = [standing for standing in open_exceptions(site.ledger) if standing.identity not in there]
    day = keep_look(
        site.ledger,
        found.items,
        began=found.as_of,
        policy=site.exceptions,
        not_looked_for=found.not_looked_for,
        not_looked_at=found.not_looked_at,
        healed=healed_by(site, gone),
    )
    return evolve(found, items=_as_kept(site.ledger, found.items)), day


def _as_kept(ledger: Ledger, items: Iterable[ExceptionItem]) -> tuple[ExceptionItem, ...]:
    """What is listed, as it is kept: a document that is still in a class before, which nobody looked for, in that
    one."""
    kept = {each.identity: each.item for each in open_exceptions(ledger)}
    first = {item.subject: item for item in kept.values()}
    return ranked(kept.get(item.identity) or first.get(item.subject, item) for item in items)


def open_exceptions(ledger: Ledger) -> list[ExceptionStanding]:
    """Those that are kept and not over, by identity."""
    return [*_sound(ledger.open_exceptions())]


def exceptions_about(ledger: Ledger, subjects: Iterable[str]) -> list[ExceptionStanding]:
    """The kept exceptions of `subjects` (`order 1001`), of whatever class, that are not over; asked by index."""
    identities = [f"{kind}:{subject}" for subject in subjects for kind in ExceptionClass]
    return [each for each in _sound(ledger.exceptions_of(identities)) if not each.is_over]


def kept_exceptions(ledger: Ledger, identities: Collection[str]) -> list[ExceptionStanding]:
    """Those of `identities` that were ever kept, over or not."""
    return [*_sound(ledger.exceptions_of(identities))]


def exception_history(ledger: Ledger, identity: str) -> list[ExceptionStep]:
    """Every step that an exception took, first to last. When it was seen last is in its standing."""
    return [
        ExceptionStep(identity=step.identity, at=step.at, event=step.event, actor=step.actor, note=step.note)
        for step in ledger.exception_history(identity)
    ]


# What persons do ---------------------------------------------------------------------------------------------


def acknowledge_exception(
    ledger: Ledger, identity: str, *, actor: str, reason: str, until: dt.datetime | None = None
) -> ExceptionStanding:
    """Somebody knows: the exception rests until `until` (aware), or for as long as it is so; and no longer than
    until a look finds more units of it.

    Raises `InvalidRecord` where nobody says who or why, the date is over, or the exception is; `LedgerError` where
    no such exception was ever kept.
    """
    return _acted(ledger, identity, partial(acknowledged, by=actor, why=reason, until=until))


def assign_exception(ledger: Ledger, identity: str, *, to: str, actor: str, reason: str = "") -> ExceptionStanding:
    """Somebody is to do it: a person or a team. Raises as `acknowledge_exception`."""
    return _acted(ledger, identity, partial(assigned, to=to, by=actor, why=reason))


def resolve_exception(ledger: Ledger, identity: str, *, actor: str, reason: str) -> ExceptionStanding:
    """Somebody says that it is done; it is open again where the next look finds it.

    Raises as `acknowledge_exception`.
    """
    return _acted(ledger, identity, partial(resolved, by=actor, why=reason))


def _acted(ledger: Ledger, identity: str, act: Act) -> ExceptionStanding:
    with ledger.transaction():
        kept = ledger.kept_exception(identity, lock=True)
        if kept is None:
            action = "Take its identity from `clarus-bluecherry exceptions`."
            raise LedgerError("there is no such exception", record=identity, action=action)
        standing, step = act(_standing(kept), at=ledger.now())
        ledger.keep_exceptions([_kept(standing)], [_kept_step(step, standing.item.kind)])
    return standing


# Day by day --------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class ExceptionTally:
    """Of a class and a day: how many were opened (or opened again), cleared, resolved; and open at its end."""

    day: dt.date
    kind: ExceptionClass
    opened: int = 0
    cleared: int = 0
    resolved: int = 0
    open: int = 0


_OPENED = (ExceptionEvent.OPENED, ExceptionEvent.REOPENED)
_ENDED = (ExceptionEvent.CLEARED, ExceptionEvent.RESOLVED)


def exception_trend(
    ledger: Ledger, since: dt.date, until: dt.date, *, zone: dt.tzinfo = dt.UTC
) -> list[ExceptionTally]:
    """Day by day, both days counted, what happened to each class; without those of which there was nothing.

    Days begin at midnight in `zone`. It reads the steps since `since`, and counts what is open now.
    """
    begins = dt.datetime.combine(since, dt.time(0), zone)
    with ledger.transaction():
        steps, stand = ledger.exception_steps_since(begins), Counter(ledger.open_exception_counts())
    days: defaultdict[dt.date, Counter[tuple[str, str]]] = defaultdict(Counter)
    for step in steps:
        days[step.at.astimezone(zone).date()][step.kind, step.event] += 1
        stand[step.kind] -= _change(step.event)
    return [
        tally
        for place in range((until - since).days + 1)
        for tally in _tallies(since + dt.timedelta(days=place), days[since + dt.timedelta(days=place)], stand)
    ]


def _tallies(
    day: dt.date, happened: Mapping[tuple[str, str], int], stand: Counter[str]
) -> Iterator[ExceptionTally]:
    """What happened on a day, by class in their order; `stand` is what was open when it began, and moves on."""
    for (kind, event), times in happened.items():
        stand[kind] += times * _change(event)
    for kind in ExceptionClass:
        opened = sum(happened.get((kind, event), 0) for event in _OPENED)
        cleared, resolved = (happened.get((kind, event), 0) for event in _ENDED)
        if opened or cleared or resolved or stand[kind]:
            yield ExceptionTally(
                day=day, kind=kind, opened=opened, cleared=cleared, resolved=resolved, open=stand[kind]
            )


def _change(event: str) -> int:
    return (event in _OPENED) - (event in _ENDED)


# Rows --------------------------------------------------------------------------------------------------------


def _kept(standing: ExceptionStanding) -> KeptException:
    item = standing.item
    return KeptException(
        identity=standing.identity,
        kind=item.kind.value,
        subject=item.subject,
        what=item.what,
        owner=item.owner.value,
        state=standing.state.value,
        since=item.since,
        units=None if item.units is None else f"{item.units:f}",
        value=None if item.value is None else f"{item.value.amount:f}",
        currency="" if item.value is None else item.value.currency,
        period="" if item.close is None else item.close.period,
        promised=None if item.promise is None else item.promise.promised,
        item=_plain(item),
        opened_at=standing.opened_at,
        seen_at=standing.seen_at,
        times=standing.times,
        assigned_to=standing.assigned_to,
        acknowledged_by=standing.acknowledged_by,
        why=standing.why,
        until=standing.until,
        ended_at=standing.ended_at,
        ended_by=standing.ended_by,
        healed_by=standing.healed_by,
    )


def _plain(item: ExceptionItem) -> Mapping[str, object]:
    plain = told(item)
    assert isinstance(plain, dict), "a record is told by its fields"
    return plain


def _standing(kept: KeptException) -> ExceptionStanding:
    """Raises `InvalidRecord` for what another version kept, and this one cannot read."""
    return ExceptionStanding(
        item=built(kept.item, ExceptionItem, record=kept.identity),
        state=kept.state,
        opened_at=kept.opened_at,
        seen_at=kept.seen_at,
        times=kept.times,
        assigned_to=kept.assigned_to,
        acknowledged_by=kept.acknowledged_by,
        why=kept.why,
        until=kept.until,
        ended_at=kept.ended_at,
        ended_by=kept.ended_by,
        healed_by=kept.healed_by,
    )


def _sound(kept: Iterable[KeptException]) -> Iterator[ExceptionStanding]:
    """Those that can be read: the next look finds the others anew, if they are so still."""
    for each in kept:
        try:
            yield _standing(each)
        except (InvalidRecord, ValueError):  # one of its words is none of ours
            continue


def _kept_step(step: ExceptionStep, kind: ExceptionClass) -> KeptExceptionStep:
    return KeptExceptionStep(
        identity=step.identity,
        kind=kind.value,
        at=step.at,
        event=step.event.value,
        actor=step.actor,
        note=step.note,
    )
