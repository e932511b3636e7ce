"""The morning of a site: what finance and operations open at eight, gathered from what stands.

Law of this flow: it sends nothing and changes neither system. Each source stands behind a wall of its own:
one that cannot be read leaves its figures not known, with why, and every other one stands. The books are read
once, and only when they are asked for; the ledger is asked by index for some days, whatever happened before.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from attrs import evolve, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.availability import FloorReading, SalesChannel, sellable
from clarus_bluecherry.finance.drift import GONE
from clarus_bluecherry.finance.exceptions import (
    ExceptionBreach,
    ExceptionClass,
    ExceptionEvent,
    ExceptionItem,
    ExceptionPolicy,
    ExceptionStep,
    ExceptionTerms,
    inbox_found,
    one_for_each,
    postings_found,
    ranked,
)
from clarus_bluecherry.finance.morning import (
    Dispatched,
    EditedOrder,
    FlowLag,
    Morning,
    NotKnown,
    Oversold,
    SinceYesterday,
    SourceRead,
    books_figures,
    dispatched_by_books,
    dispatched_by_ledger,
    edited_orders,
    halted_codes,
    lags_of,
    oversold,
    since_yesterday,
)
from clarus_bluecherry.flows.availability._site import selling_of
from clarus_bluecherry.flows.drift import Drifts
from clarus_bluecherry.flows.exceptions import (
    CLOSE,
    DRIFT,
    LEDGER,
    TOLD_BY,
    WAREHOUSE,
    WATCHED_FEEDS,
    ExceptionList,
    LookedAt,
    exceptions_of,
    silent_feeds,
    terms_at,
)
from clarus_bluecherry.flows.exceptions_kept import keep_exceptions, open_exceptions
from clarus_bluecherry.flows.names import (
    BLUECHERRY,
    CLARUS,
    DISPATCH,
    GOODS_OUT,
    ORDER_SHIPMENT,
    UNDISPATCH,
)
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.wall import ledger_is_gone, why
from clarus_bluecherry.ledger import Fact, KeptExceptionStep, Posting
from clarus_bluecherry.ledger.edited import as_edited
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model import Dispatch, Money, SalesOrder
from clarus_bluecherry.model._values import item_key
from clarus_bluecherry.report.exceptions import unrested

T = TypeVar("T")

LAG_DAYS = 7
"""So many days back what occurred counts for how long a flow takes."""
_DAY = dt.timedelta(days=1)
_WITH_BOOKS = (
    "With Blue Cherry's exports in FOLDER, run: clarus-bluecherry morning --site site.toml --books FOLDER"
)
_OVER = frozenset({"COMPLETED", "CANCELLED", GONE})
"""Statuses of an order of which nothing leaves any more."""
_NO_BOOKS = NotKnown("the books were not read.", _WITH_BOOKS)
_NO_NETWORK = NotKnown("neither system was asked.", "To ask both, run: clarus-bluecherry morning --site site.toml")


def morning_of(
    site: Site,
    books: Path | None = None,
    *,
    as_of: dt.datetime | None = None,
    close: bool = False,
    unlearnt: str = "",
) -> Morning:
    """The morning of `site`, of the day before `as_of` (aware; by default now, by the ledger's clock).

    Learn the crosswalk first, or say in `unlearnt` why it could not be. With `books` (a folder of Blue
    Cherry's exports) or `close` (Blue Cherry tells its own stock ledger) the close is read as well; without,
    its figures are not known. What is wrong now is kept in the ledger, as `keep_exceptions` does; with
    `as_of` it is only told.

    Raises `LedgerError` when the ledger cannot be read.
    """
    if as_of is None:
        found, _ = keep_exceptions(site, books, close=close, unlearnt=unlearnt)
    else:
        found = exceptions_of(site, books, as_of=as_of, close=close, unlearnt=unlearnt)
    looked_at = found.looked_at or LookedAt(terms=terms_at(site, found.as_of))
    told = _LedgerTold(site.ledger, looked_at.terms, site.calendar.zone, site.exceptions)
    not_read = _not_read(found)
    answer = looked_at.close
    is_open = _OpenDays(looked_at.terms).at
    figures = not_read if answer is None else _asked(lambda: books_figures(answer, is_open=is_open))
    day = told.day
    return evolve(
        told.morning(found.items, found.not_looked_for, found.unread, site.currency),
        looked_at=found.as_of,
        waiting_below=looked_at.below,
        books=figures,
        dispatched=told.dispatched() if answer is None else _asked(lambda: dispatched_by_books(answer, day)),
        oversold=not_read
        if looked_at.read is None
        else _asked(lambda: _oversold(site, looked_at, books, told.waiting)),
        edited=_edited(found, looked_at),
    )


def morning_of_ledger(
    ledger: Ledger,
    terms: ExceptionTerms,
    *,
    zone: ZoneInfo,
    currency: str = "",
    policy: ExceptionPolicy | None = None,
) -> Morning:
    """The morning by the ledger alone, at `terms.now`: nobody is asked, and nothing is kept.

    The exceptions are those that the last look kept, where another source than the ledger told of them, and
    what the ledger says now. `terms` say what an each costs and whose day it is (`flows.exceptions.terms_at`
    of a site); `zone` is that of the books.

    Raises `LedgerError` when the ledger cannot be read.
    """
    told = _LedgerTold(ledger, terms, zone, policy or ExceptionPolicy())
    items = told.items()
    looked = ledger.last_look()
    unseen = frozenset() if looked is not None else frozenset(ExceptionClass) - TOLD_BY[LEDGER]
    return evolve(told.morning(items, unseen, (), currency), looked_at=looked)


# The ledger --------------------------------------------------------------------------------------------------


class _LedgerTold:
    """What the ledger tells of a morning: each question by index, of some days."""

    def __init__(self, ledger: Ledger, terms: ExceptionTerms, zone: ZoneInfo, policy: ExceptionPolicy) -> None:
        self._ledger, self._terms, self._zone, self._policy = ledger, terms, zone, policy
        self._now = terms.now
        self.day = self._now.astimezone(zone).date() - _DAY
        self._standings = {each.identity: each for each in open_exceptions(ledger)}
        self.waiting = ledger.open_postings()

    def morning(
        self,
        items: Sequence[ExceptionItem],
        not_looked_for: frozenset[ExceptionClass],
        unread: tuple[str, ...],
        currency: str,
    ) -> Morning:
        """All that the ledger knows; what others know is not known."""
        pairs = [(posting, fact.record) for posting, fact in self.waiting]
        return Morning(
            as_of=self._now,
            zone=self._zone,
            currency=currency,
            day=self.day,
            policy=self._policy,
            items=tuple(items),
            standings=self._standings,
            not_looked_for=not_looked_for,
            unread=unread,
            waiting_below=_NO_NETWORK,
            dispatched=self.dispatched(),
            books=_NO_BOOKS,
            lags=_asked(self._lags),
            halted=_asked(lambda: halted_codes(pairs, self._terms)),
            oversold=_NO_BOOKS,
            edited=_NO_NETWORK,
            since_yesterday=_asked(lambda: self._since(items)),
            sources=_asked(lambda: tuple(self._sources())),
        )

    def items(self) -> tuple[ExceptionItem, ...]:
        """What other sources told at the last look, and what the ledger says now; each subject once."""
        pairs = [(posting, fact.record) for posting, fact in self.waiting]
        found = [*postings_found(pairs, self._terms), *inbox_found(self._ledger.inbox())]
        fresh = one_for_each(each for each in found if self._policy.is_listed(each, self._now))
        kept = {
            each.item.subject: each.item
            for each in self._standings.values()
            if any(shown.source != LEDGER for shown in each.item.evidence)
        }
        return ranked([*kept.values(), *(each for each in fresh if each.subject not in kept)])

    def dispatched(self) -> Dispatched | NotKnown:
        """What left on the day, and where each message about it stands."""
        return _asked(lambda: dispatched_by_ledger(self.day, self._left(), self._terms))

    def _left(self) -> Iterator[tuple[Dispatch, Sequence[Posting]]]:
        """The dispatches about the day that were not taken back: a location's day may begin on another one."""
        begins = self._begins(self.day)
        facts = self._ledger.facts(kind=DISPATCH, source=CLARUS, since=begins - _DAY, until=begins + 3 * _DAY)
        undone = self._ledger.undone((fact.key for fact in facts), UNDISPATCH)
        postings: defaultdict[str, list[Posting]] = defaultdict(list)
        for posting in self._ledger.postings_of_all(fact.key for fact in facts):
            if posting.kind == ORDER_SHIPMENT:
                postings[posting.fact_key].append(posting)
        for fact in facts:
            record = _as_told(fact, postings[fact.key])
            if fact.key not in undone and isinstance(record, Dispatch):
                yield record, postings[fact.key]

    def _begins(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), self._zone).astimezone(dt.UTC)

    def _lags(self) -> tuple[FlowLag, ...]:
        since = self._begins(self.day - (LAG_DAYS - 1) * _DAY)
        settled = [
            each
            for target in (BLUECHERRY, CLARUS)
            for each in self._ledger.settled(target, since=since, until=self._now)
        ]
        return lags_of(settled, (posting for posting, _ in self.waiting))

    def _since(self, items: Sequence[ExceptionItem]) -> SinceYesterday:
        begins = self._begins(self.day)
        steps = map(_step, self._ledger.exception_steps_since(begins, self._now))
        return since_yesterday(steps, begins, self._now, self._overdue(items))

    def _overdue(self, items: Iterable[ExceptionItem]) -> tuple[ExceptionBreach, ...]:
        return self._policy.breaches(unrested(items, self._standings, self._now), self._now)

    def _sources(self) -> Iterator[SourceRead]:
        found = silent_feeds(self._ledger, self._terms, least=self._policy.least_silence)
        silent = {item.subject for item in found}
        for (source, kind), name in WATCHED_FEEDS.items():
            heard = self._ledger.last_heard(kind, source=source, limit=1, apart=_DAY)
            yield SourceRead(
                name=name,
                told_at=heard[0] if heard else None,
                state="silent" if f"feed {source} {kind}" in silent else "read" if heard else "nothing heard",
            )


def _as_told(fact: Fact, postings: Sequence[Posting]) -> object:
    """What is told of a fact: as somebody edited its message, where he did."""
    return as_edited(postings[0], fact).record if postings else fact.record


def _step(kept: KeptExceptionStep) -> ExceptionStep:
    """A step without who took it, and what he said."""
    note = "" if kept.actor else kept.note
    return ExceptionStep(identity=kept.identity, at=kept.at, event=ExceptionEvent(kept.event), note=note)


# Beyond the ledger -------------------------------------------------------------------------------------------


def _not_read(found: ExceptionList) -> NotKnown:
    """Why the close was not read."""
    reason = found.why_not(CLOSE) or found.why_not("crosswalk")
    return NotKnown(f"the books could not be read: {reason}.", _WITH_BOOKS) if reason else _NO_BOOKS


def _edited(found: ExceptionList, looked_at: LookedAt) -> tuple[EditedOrder, ...] | NotKnown:
    drifts = looked_at.drifts
    if drifts is not None:
        return _asked(lambda: edited_orders(drifts.orders))
    reason = found.why_not(DRIFT) or found.why_not("crosswalk") or found.why_not(WAREHOUSE)
    return NotKnown(f"the warehouse could not be asked: {reason}.", "Run it again once it answers.")


def _oversold(
    site: Site, looked_at: LookedAt, books: Path | None, waiting: Iterable[tuple[Posting, Fact]]
) -> tuple[Oversold, ...]:
    """What is oversold everywhere, by the readings that the close was made of and the orders that have not left.

    Raises `InvalidRecord` where neither Blue Cherry nor the warehouse tells what is promised.
    """
    assert looked_at.read is not None, "asked before"
    told = selling_of(looked_at.read, books)
    policy = evolve(told.policy, channels=(SalesChannel(name="all"),), buffers={})
    read = [each.taken_at for each in told.given.books] + [each.taken_at for each in told.given.floors]
    at = max([looked_at.terms.now, *(each for each in read if each is not None)]) + dt.timedelta.resolution
    stock = sellable(told.given, policy, as_of=at)  # a reading counts after it was taken
    if looked_at.drifts is None and all(each.open is None for each in stock.figures):
        raise InvalidRecord("neither Blue Cherry nor the warehouse tells what is promised")
    return oversold(
        stock,
        _CostAnywhere(site, looked_at.terms).of,
        on_floor=_on_floor(told.given.floors) if looked_at.drifts is not None else None,
        promised=_promised(looked_at.drifts, waiting),
    )


def _on_floor(floors: Sequence[FloorReading]) -> Mapping[str, Decimal] | None:
    """What can be picked, by item; None where no stock was read."""
    if not floors:
        return None
    found = defaultdict[str, Decimal](Decimal)
    for each in floors[-1].stock:
        found[each.item] += each.qty if each.is_pickable else Decimal(0)
    return found


def _promised(drifts: Drifts | None, waiting: Iterable[tuple[Posting, Fact]]) -> Mapping[str, Decimal]:
    """The eaches that have not left, of the orders that the warehouse has and of those that wait to be sent."""
    found = defaultdict[str, Decimal](Decimal)
    sent = {} if drifts is None else drifts.sent
    for reference, order in sent.items():
        there = None if drifts is None else drifts.there.get(reference)
        if there is None or there.status not in _OVER:
            left = {} if there is None else {line.number: line.dispatched or Decimal(0) for line in there.lines}
            _promise(found, order.orders[1], left)
    for posting, fact in waiting:
        if posting.kind == GOODS_OUT and posting.reference not in sent and isinstance(fact.record, SalesOrder):
            _promise(found, fact.record, {})
    return found


def _promise(found: dict[str, Decimal], order: SalesOrder, left: Mapping[str, Decimal]) -> None:
    for line in order.lines:
        found[item_key(line.item)] += max(line.quantity - left.get(line.number, Decimal(0)), Decimal(0))


@frozen
class _OpenDays:
    """Whether the books still take what is of a day; what nobody says is taken to be closed."""

    terms: ExceptionTerms

    def at(self, day: dt.date) -> bool:
        period = self.terms.period_of(day)
        return period is not None and not period[1]


@frozen
class _CostAnywhere:
    """What an each costs wherever it lies; None where that differs, or nobody says."""

    site: Site
    terms: ExceptionTerms

    def of(self, item: str) -> Money | None:
        day = self.terms.day_of(self.terms.now, "")
        told = {self.terms.cost_at(item, where, day) for where in self.site.warehouses.values()} - {None}
        return told.pop() if len(told) == 1 else None


def _asked(ask: Callable[[], T]) -> T | NotKnown:
    """What it gives; why not, where it cannot be told."""
    try:
        return ask()
    except Exception as error:
        if ledger_is_gone(error):
            raise
        action = "Run it again; the rest of the page stands."
        return NotKnown(f"it could not be told: {why(error).reason}.", action)
