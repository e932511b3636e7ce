"""One exception: what is wrong with what, since when, worth how much, and what it keeps from being right.

Law of this module: the identity is the class and the subject, so that it is the same from day to day and whatever
told of it. What nobody knows is None, never zero. No personal data: codes, numbers of documents, our own reasons.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from attrs import Factory, evolve, field, frozen
from attrs.converters import optional as to_given
from attrs.validators import optional

from clarus_bluecherry.finance.exceptions._classes import ExceptionClass
from clarus_bluecherry.ledger.reasons import Owner
from clarus_bluecherry.model import Money
from clarus_bluecherry.model._values import aware, day, exact, filled, one
from clarus_bluecherry.x12._findings import printable


@frozen(kw_only=True)
class CloseImpact:
    """What it does to a close: the name of the period that it belongs to, whether that is closed, how much."""

    period: str
    is_closed: bool
    value: Money | None = None


@frozen(kw_only=True)
class PromiseImpact:
    """What it does to a customer: the order, the day it was promised for, how many eaches wait."""

    order: str
    promised: dt.date | None = field(default=None, validator=optional(day))
    units: Decimal | None = field(default=None, converter=to_given(exact))


@frozen(kw_only=True)
class ExceptionEvidence:
    """What shows it: numbers of documents, keys of postings and of the inbox, what was sent, what came back.

    `sent` and `came_back` are ours to read: a kind and a reference, a reason. `state` and `reason_code` are the
    ledger's words, `candidates` the SKUs that a code may be. `source` says what told of it: `ledger`, `close`,
    `drift`, `warehouse` or `feeds`.
    """

    source: str
    documents: tuple[str, ...] = ()
    postings: tuple[str, ...] = ()
    inbox: tuple[str, ...] = ()
    sent: str = ""
    came_back: str = ""
    state: str = ""
    reason_code: str = ""
    candidates: tuple[str, ...] = ()


@frozen(kw_only=True)
class ExceptionItem:
    """One exception, as it is now.

    `subject` is what it is about, in a form that is the same tomorrow: `order 1001`, `receipt PO7/1`,
    `return 31`, `adjustment 77`, `place 01234 BLK M @ NJ`, `feed clarus transaction`. `what` is what a person
    calls it. `since` (aware) is when it began; `units` (eaches) how the books will change once it is right, None
    where nobody knows; `value` is that at what an each costs at its own location on that day. `goes_on` says
    whether it ends by itself once `action` is done.
    """

    kind: ExceptionClass = field(validator=one(ExceptionClass))
    subject: str = field(converter=printable, validator=filled)
    what: str = field(converter=printable, validator=filled)
    since: dt.datetime = field(validator=aware)
    units: Decimal | None = field(default=None, converter=to_given(exact))
    value: Money | None = None
    close: CloseImpact | None = None
    promise: PromiseImpact | None = None
    evidence: tuple[ExceptionEvidence, ...] = ()
    owner: Owner = field(default=Factory(lambda it: it.kind.owner, takes_self=True), converter=Owner)
    action: str = Factory(lambda it: it.kind.action, takes_self=True)
    goes_on: bool = Factory(lambda it: it.kind.goes_on, takes_self=True)

    @property
    def identity(self) -> str:
        """`class:subject`."""
        return f"{self.kind}:{self.subject}"

    @property
    def reason(self) -> str:
        """Why, in the words of what told of it."""
        return next((shown.came_back for shown in self.evidence if shown.came_back), "")

    @property
    def reason_code(self) -> str:
        """The ledger's code for why, where it has one."""
        return next((shown.reason_code for shown in self.evidence if shown.reason_code), "")

    @property
    def state(self) -> str:
        """Where it stands in the ledger, where it does."""
        return next((shown.state for shown in self.evidence if shown.state), "")

    @property
    def candidates(self) -> tuple[str, ...]:
        """The SKUs that a code may be."""
        return tuple(dict.fromkeys(each for shown in self.evidence for each in shown.candidates))

    @property
    def postings(self) -> tuple[str, ...]:
        """The keys of the postings that it is about."""
        return tuple(dict.fromkeys(key for shown in self.evidence for key in shown.postings))

    @property
    def inbox(self) -> tuple[str, ...]:
        """The keys of what it is about in the inbox."""
        return tuple(dict.fromkeys(key for shown in self.evidence for key in shown.inbox))

    def age(self, now: dt.datetime) -> dt.timedelta:
        """How long it has been so at `now` (aware); nothing where its source's clock is ahead."""
        return max(now - self.since, dt.timedelta(0))


def one_for_each(found: Iterable[ExceptionItem]) -> tuple[ExceptionItem, ...]:
    """One exception for each subject: of the class that goes first, with what the others know of it.

    The order in which they were found changes nothing, and neither does finding one again.
    """
    of_subject: defaultdict[str, set[ExceptionItem]] = defaultdict(set)
    for item in found:
        of_subject[item.subject].add(item)
    return tuple(_one(sorted(items, key=_before)) for _, items in sorted(of_subject.items()))


_SOURCES = ("ledger", "drift", "warehouse", "close", "feeds")
"""Who knows best what to do about one comes first."""


def _before(item: ExceptionItem) -> tuple[int, int, bool, dt.datetime, str]:
    sources = [_SOURCES.index(shown.source) for shown in item.evidence if shown.source in _SOURCES]
    return item.kind.precedence, min(sources, default=len(_SOURCES)), item.goes_on, item.since, repr(item)


def _one(items: list[ExceptionItem]) -> ExceptionItem:
    """The first, with what it does not know itself, and everybody's evidence; worth what those units are.

    What is of messages is worth all of them. Of how much is missing the books know best: a message may be booked
    in part, by hand.
    """
    alike = [each for each in items if each is items[0] or _are_messages_alike(each, items[0])]
    first, rest = added_up(alike), [each for each in items if each not in alike]
    if not rest:
        return first
    booked = next((each for each in rest if each.kind is first.kind and _is_the_books(each)), None)
    if booked is not None:
        first = evolve(first, units=booked.units, value=booked.value, close=booked.close)
    told = [first, *rest]
    units = next((each.units for each in told if each.units), first.units)
    value = next((each.value for each in told if each.value and each.units == units), None)
    close = next((each.close for each in told if each.close), None)
    return evolve(
        first,
        since=min(each.since for each in items if each.kind is first.kind),
        units=units,
        value=value,
        close=close and evolve(close, value=value),
        promise=first.promise or next((each.promise for each in rest if each.promise), None),
        evidence=tuple(dict.fromkeys(shown for each in items for shown in each.evidence)),
    )


def _are_messages_alike(item: ExceptionItem, first: ExceptionItem) -> bool:
    return item.kind is first.kind and bool(item.postings and first.postings)


def added_up(items: Sequence[ExceptionItem]) -> ExceptionItem:
    """What messages of one class and subject are together: the first of them, with all units and evidence."""
    first = items[0]
    if len(items) == 1:
        return first
    value = total(each.value for each in items if each.units)
    told = [each.units for each in items if each.units is not None]
    return evolve(
        first,
        since=min(each.since for each in items),
        units=sum(told, Decimal(0)) if len(told) == len(items) else None,
        value=value,
        close=first.close and evolve(first.close, value=value),
        evidence=tuple(shown for each in items for shown in each.evidence),
    )


def total(amounts: Iterable[Money | None]) -> Money | None:
    """All of them together; None where one is not known, currencies differ, or there is none."""
    told = list(amounts)
    known = [each for each in told if each is not None]
    if not known or len(known) < len(told) or len({each.currency for each in known}) > 1:
        return None
    return Money(sum((each.amount for each in known), Decimal(0)), known[0].currency)


def _is_the_books(item: ExceptionItem) -> bool:
    return any(shown.source == "close" for shown in item.evidence)


def ranked(items: Iterable[ExceptionItem]) -> tuple[ExceptionItem, ...]:
    """By impact: what may be worth most first.

    First those whose value nobody knows (it may be the largest), then by value whichever way it goes, then what
    leaves the books right; among equals the one that was promised first, then the oldest.
    """
    return tuple(sorted(items, key=_rank))


def _rank(item: ExceptionItem) -> tuple[int, Decimal, dt.date, dt.datetime, str]:
    worth = Decimal(0) if item.value is None else -abs(item.value.amount)
    group = 1 if item.value is not None else 2 if item.units == 0 else 0
    promised = item.promise.promised if item.promise is not None else None
    return group, worth, promised or dt.date.max, item.since, item.identity
