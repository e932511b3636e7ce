"""Exceptions of a site: everything that stands, looked at once, as one list with an owner for each.

Law of this flow: it changes nothing. The ledger is asked by index for what is open, the warehouse for the orders
on their way and for stock on hold; a close is only read when it is asked for. One source that cannot be read does
not stop the others: the list says that it was not looked at, and what nobody looked for.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from clarus_bluecherry.clarus import any_of, calls, eq, since
from clarus_bluecherry.errors import ClarusBluecherryError, InvalidRecord
from clarus_bluecherry.finance import FiscalYears, PostingCalendar
from clarus_bluecherry.finance.close import Close, close_books
from clarus_bluecherry.finance.drift import WarehouseOrder
from clarus_bluecherry.finance.exceptions import (
    ExceptionClass,
    ExceptionItem,
    ExceptionStanding,
    ExceptionTerms,
    FeedRhythm,
    FloorLine,
    HeldStock,
    OrderOnFloor,
    alerts_found,
    close_found,
    cost_by,
    costs_of,
    drift_found,
    held_found,
    inbox_found,
    not_told_by,
    one_for_each,
    order_found,
    postings_found,
    ranked,
    silence_found,
)
from clarus_bluecherry.flows.close_files._given import CloseRead
from clarus_bluecherry.flows.close_site import read_site
from clarus_bluecherry.flows.drift import Drifts, Sent, drift_of
from clarus_bluecherry.flows.names import BLUECHERRY, CLARUS, DISPATCH, PICK, TRANSACTION
from clarus_bluecherry.flows.periods import with_shown_periods
from clarus_bluecherry.flows.rows import read_whole
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.standing import standing_dispatches_of
from clarus_bluecherry.flows.wall import ledger_is_gone, why
from clarus_bluecherry.ledger.states import InboxState, State
from clarus_bluecherry.mapping import clarus
from clarus_bluecherry.model import Dispatch, Hold, Item, ReturnToStock, UnmatchedCode

if TYPE_CHECKING:
    from clarus_bluecherry.ledger.store import Ledger

LEDGER, DRIFT, WAREHOUSE, CLOSE, FEEDS = "ledger", "drift", "warehouse", "close", "feeds"
"""The sources: what evidence names."""

_COMPLETED = "COMPLETED"
_C = ExceptionClass
TOLD_BY: Mapping[str, frozenset[ExceptionClass]] = {
    LEDGER: frozenset(
        {
            *(_C.IN_DOUBT, _C.DISPATCH_POSTED_TWICE, _C.SKU_HALTED, _C.ORDER_REJECTED),
            *(_C.RETURN_MORE_THAN_SHIPPED, _C.CANCELLED_STILL_AWAITED, _C.PICK_CONFIRMATION_FAILED),
            *(_C.PART_NOT_TOLD, _C.DISPATCH_UNDONE, _C.PARKED, _C.DISPATCH_NOT_POSTED, _C.RETURN_NOT_IN_BOOKS),
            *(_C.RECEIPT_UNPOSTED,),
            *(_C.ADJUSTMENT_LAGGING, _C.COUNT_LAGGING, _C.BOOKED_OTHERWISE, _C.ORDER_DRIFTED),
            *(_C.COMPLETENESS_GAP, _C.UNREAD, _C.ALERT_FAILED, _C.WAITING),
        }
    ),
    DRIFT: frozenset({_C.ORDER_DRIFTED, _C.CANCELLED_STILL_AWAITED}),
    WAREHOUSE: frozenset(
        {
            *(_C.PICK_CONFIRMATION_MISSING, _C.PART_NOT_TOLD, _C.PAST_PROMISE, _C.STUCK_PICKED),
            *(_C.STUCK_ALLOCATED, _C.HELD_TOO_LONG, _C.RETURN_DISPOSITION_OPEN),
        }
    ),
    CLOSE: frozenset(
        {
            *(_C.IN_DOUBT, _C.DISPATCH_POSTED_TWICE, _C.SKU_HALTED, _C.PART_NOT_TOLD, _C.DISPATCH_WRONG_PERIOD),
            *(_C.DISPATCH_UNDONE, _C.PARKED, _C.DISPATCH_NOT_POSTED, _C.RETURN_NOT_IN_BOOKS),
            *(_C.RETURN_NOT_CREDITED, _C.RECEIPT_UNPOSTED, _C.RECEIPT_OVER, _C.RECEIPT_SHORT),
            *(_C.ADJUSTMENT_LAGGING, _C.COUNT_LAGGING),
            *(_C.BOOKED_OTHERWISE, _C.ORDER_DRIFTED, _C.NEGATIVE_ON_HAND, _C.IN_TRANSIT_TOO_LONG),
            *(_C.COMPLETENESS_GAP,),
        }
    ),
    FEEDS: frozenset({_C.FEED_SILENT}),
}
"""Which classes each source can tell of."""

_HELD_FOR = dt.timedelta(days=90)
"""So far back it is looked when stock was put on hold; what was before is taken to be as old."""
_TOGETHER = 50
_RHYTHM, _APART = 100, dt.timedelta(hours=1)
"""So many times that a feed told something show its rhythm: an hour apart, so that nights are among them."""
WATCHED_FEEDS: Mapping[tuple[str, str], str] = {
    (CLARUS, TRANSACTION): "Stock movements, from Clarus",
    (CLARUS, DISPATCH): "Dispatches, from Clarus",
    (BLUECHERRY, PICK): "Pick tickets, from Blue Cherry",
}
"""The feeds whose silence is told, by source and kind, and what people call them."""


@frozen(kw_only=True)
class LookedAt:
    """What a look had before it, for who asks more of it than the list, and need not read it all again.

    `terms` are those by which was judged; `below` is what was found and is not old enough for the list. `read` and
    `close` are of the books, `drifts` of the orders on their way; None where they were not read.
    """

    terms: ExceptionTerms
    below: tuple[ExceptionItem, ...] = ()
    read: CloseRead | None = None
    close: Close | None = None
    drifts: Drifts | None = None


@frozen(kw_only=True)
class ExceptionList:
    """The list, ranked by impact, as of an instant.

    `not_looked_at` are the sources that could not be read, or were not asked for; `not_looked_for` the classes
    that only those could have told of. `unread` says why, a line each. `looked_at` is what it was made of.
    """

    as_of: dt.datetime
    items: tuple[ExceptionItem, ...]
    not_looked_at: frozenset[str] = frozenset()
    not_looked_for: frozenset[ExceptionClass] = frozenset()
    unread: tuple[str, ...] = ()
    looked_at: LookedAt | None = field(default=None, eq=False, repr=False)

    def why_not(self, source: str) -> str:
        """Why a source could not be read; empty where it was, or was not asked for."""
        told = (line.partition(": ") for line in self.unread)
        return "; ".join(dict.fromkeys(reason for name, _, reason in told if name == source))


def exceptions_of(
    site: Site,
    books: Path | None = None,
    *,
    as_of: dt.datetime | None = None,
    close: bool = False,
    unlearnt: str = "",
) -> ExceptionList:
    """What is wrong at `site`, each document, place and feed in one class, by `site.exceptions`.

    Learn the crosswalk first. `as_of` (aware) is the instant by which ages, promises and periods are judged, by
    default now, by the ledger's clock; what is looked at is what stands. With `close`, or the folder of Blue
    Cherry's exports in `books`, the close of the site is read as well: it reads all movements since the books'
    beginning, and takes longer.
    `unlearnt` says why the crosswalk could not be learnt: then only the ledger and the feeds are looked at.

    Raises `LedgerError` when the ledger cannot be read: without it there is no list.
    """
    return _Look(with_shown_periods(site), as_of or site.ledger.now()).look(
        books, close=close or books is not None, unlearnt=unlearnt
    )


def healed_by(site: Site, standings: Iterable[ExceptionStanding]) -> dict[str, str]:
    """What became of the messages that exceptions were about, by identity: what `look` takes as `healed`."""
    told: dict[str, str] = {}
    for standing in standings:
        postings = [site.ledger.posting(key) for key in standing.item.postings]
        words = [
            f"{posting.record_name or posting.key} was {posting.state} on {posting.updated_at:%Y-%m-%d %H:%M}Z"
            for posting in postings
            if posting is not None and posting.state in (State.POSTED, State.CANCELLED)
        ]
        heard = [site.ledger.inbox_item(key) for key in standing.item.inbox]
        ended = (each for each in heard if each is not None and each.state is not InboxState.WAITING)
        words += [f"{each.record_name or each.key} is {each.state}" for each in ended]
        if words:
            told[standing.identity] = "; ".join(words)
    return told


def terms_at(site: Site, now: dt.datetime) -> ExceptionTerms:
    """By what exceptions of `site` are judged at `now` (aware): its calendar and its periods as they are
    then, what an each costs by the item master, the crosswalk as it was learnt.
    """
    return evolve(
        terms_of_books(site.calendar_at(now), site.years, now),
        cost_of=cost_by({sku: each.unit_cost for sku, each in site.master.items() if each.unit_cost is not None}),
        sku_of=site.warehouse_terms.sku_of,
        count_reasons=site.erp_terms.count_reasons,
    )


def terms_of_books(calendar: PostingCalendar, years: FiscalYears, now: dt.datetime) -> ExceptionTerms:
    """By what is judged at `now` (aware) where only the days and the periods of the books are known."""

    def day_of(instant: dt.datetime, location: str) -> dt.date:
        try:
            return calendar.own_date(instant, location=location)
        except InvalidRecord:
            return instant.date()  # an instant that has no day there is listed all the same

    def period_of(day: dt.date) -> tuple[str, bool] | None:
        try:
            period = years.of(day)
        except ClarusBluecherryError:
            return None
        decided = calendar.decided(day)
        return period.name, bool(decided.moved_from or decided.refusal)

    return ExceptionTerms(now=now, day_of=day_of, period_of=period_of)


def silent_feeds(ledger: Ledger, terms: ExceptionTerms, *, least: dt.timedelta) -> Iterator[ExceptionItem]:
    """The watched feeds that have told nothing for much longer than they usually do, and for `least` at any rate.

    The rhythm of one that told something since is not even asked.
    """
    for (source, kind), title in WATCHED_FEEDS.items():
        last = ledger.last_heard(kind, source=source, limit=1, apart=_APART)
        if not last or terms.now - least <= last[0] <= terms.now:
            continue
        heard = ledger.last_heard(kind, source=source, limit=_RHYTHM, apart=_APART)
        rhythm = FeedRhythm(feed=f"{source} {kind}", heard=tuple(heard), title=title)
        item = silence_found(rhythm, terms, least=least)
        if item is not None:
            yield item


class _Look:
    """One look at everything, source by source."""

    def __init__(self, site: Site, now: dt.datetime) -> None:
        self._site, self._now = site, now
        self._found: list[ExceptionItem] = []
        self._unread: list[str] = []
        self._missed: set[str] = set()
        self._untold: set[ExceptionClass] = set()
        self._read: CloseRead | None = None
        self._answer: Close | None = None
        self._drifts: Drifts | None = None
        self._terms = terms_at(site, now)

    def look(self, books: Path | None, *, close: bool, unlearnt: str) -> ExceptionList:
        """All of it."""
        if unlearnt:
            self._unread.append(f"crosswalk: {unlearnt}")
            self._missed |= {CLOSE, DRIFT, WAREHOUSE}  # whose codes would be taken for nobody's
        elif close:
            self._from(CLOSE, lambda: self._close(books))  # first: it says what an each costs at its location
        else:
            self._missed.add(CLOSE)
        pairs = [(posting, fact.record) for posting, fact in self._site.ledger.open_postings()]
        self._found += postings_found(pairs, self._terms)
        self._found += inbox_found(self._site.ledger.inbox())
        if self._site.alerts.rules:  # else nobody is to be told anything
            self._found += alerts_found(self._site.ledger.waiting_alerts())
        if not unlearnt:
            self._orders()
            self._stock()
        self._from(FEEDS, self._feeds)
        listed, below = self._parted()
        looked = frozenset[ExceptionClass]().union(
            *(kinds for source, kinds in TOLD_BY.items() if source not in self._missed)
        )
        return ExceptionList(
            as_of=self._now,
            items=listed,
            not_looked_at=frozenset(self._missed),
            not_looked_for=frozenset({*ExceptionClass} - looked | self._untold),
            unread=tuple(self._unread),
            looked_at=LookedAt(
                terms=self._terms, below=below, read=self._read, close=self._answer, drifts=self._drifts
            ),
        )

    def _parted(self) -> tuple[tuple[ExceptionItem, ...], tuple[ExceptionItem, ...]]:
        """What is old enough for the list, and what is not."""
        is_listed = self._site.exceptions.is_listed
        old = ranked(one_for_each(each for each in self._found if is_listed(each, self._now)))
        young = ranked(one_for_each(each for each in self._found if not is_listed(each, self._now)))
        subjects = {item.subject for item in old}
        return old, tuple(each for each in young if each.subject not in subjects)

    def _stock(self) -> None:
        if self._site.has_api:
            self._from(WAREHOUSE, self._held)
        else:
            self._missed.add(WAREHOUSE)  # it is reached by file, and cannot be asked

    # Walls -----------------------------------------------------------------------------------------------------

    def _from(self, source: str, ask: Callable[[], Iterable[ExceptionItem]]) -> None:
        try:
            self._found += ask()
        except Exception as error:
            if ledger_is_gone(error):
                raise
            self._miss(source, why(error).reason)

    def _each(
        self, source: str, names: Iterable[str], ask: Callable[[str], ExceptionItem | None]
    ) -> Iterator[ExceptionItem]:
        """What is found about each; one that cannot be told stops no other."""
        for name in names:
            try:
                item = ask(name)
            except InvalidRecord as error:
                self._miss(source, f"{name}: {error.problem}")
            else:
                if item is not None:
                    yield item

    def _miss(self, source: str, reason: str) -> None:
        self._missed.add(source)
        self._unread.append(f"{source}: {reason}")

    # Sources ---------------------------------------------------------------------------------------------------

    def _close(self, books: Path | None) -> Iterator[ExceptionItem]:
        today = self._terms.day_of(self._now - dt.timedelta.resolution, "")  # what the books dated today counts
        read = read_site(self._site, books, as_of=today.isoformat())
        self._read, self._answer = read, (answer := close_books(read.given, read.as_of, read.known))
        self._untold |= not_told_by(answer)
        if answer.given.costs:
            self._terms = evolve(self._terms, cost_of=costs_of(answer))
        return close_found(answer, self._terms)

    def _orders(self) -> None:
        try:
            drifts = drift_of(self._site)
        except Exception as error:
            if ledger_is_gone(error):
                raise
            self._miss(DRIFT, why(error).reason)
            self._missed.add(WAREHOUSE)
            return
        self._drifts = drifts
        for reason in drifts.unread:
            self._miss(DRIFT, reason)
        self._leave_out({*drifts.there} - {each.reference for each in drifts.orders})
        self._leave_to_drift({name for name, there in drifts.there.items() if there.status == _COMPLETED})
        self._from(DRIFT, lambda: self._drifted(drifts))
        self._from(WAREHOUSE, lambda: self._on_the_floor(drifts))

    def _leave_out(self, agreeing: Iterable[str]) -> None:
        """A word that came after an order was sent, and that the warehouse has by now, is nobody's work."""
        subjects = {f"order {reference}" for reference in agreeing}
        self._found = [
            each
            for each in self._found
            if not (each.kind is _C.ORDER_DRIFTED and each.postings and each.subject in subjects)
        ]

    def _leave_to_drift(self, left: Collection[str]) -> None:
        """What comes of a word that came after an order left, only the drift can tell: none of it leaves again."""
        subjects = {f"order {reference}" for reference in left}
        self._found = [
            evolve(each, units=None, value=None, promise=None)
            if each.kind is _C.ORDER_DRIFTED and each.postings and each.subject in subjects
            else each
            for each in self._found
        ]

    def _drifted(self, drifts: Drifts) -> Iterator[ExceptionItem]:
        orders = {drift.reference: drift for drift in drifts.orders}

        def found(reference: str) -> ExceptionItem | None:
            sent = drifts.sent[reference]
            return drift_found(orders[reference], sent.orders[1], sent.present.occurred_at, self._terms)

        return self._each(DRIFT, orders, found)

    def _on_the_floor(self, drifts: Drifts) -> Iterator[ExceptionItem]:
        told = self._told(drifts.there)

        def found(reference: str) -> ExceptionItem | None:
            floor = _on_floor(drifts.sent[reference], drifts.there[reference], told.get(reference))
            return order_found(floor, self._terms)

        return self._each(WAREHOUSE, drifts.there, found)

    def _told(self, references: Iterable[str]) -> Mapping[str, Mapping[str, Decimal]]:
        """How many of each line we were told have left, of the orders of which any dispatch was told."""
        standing = standing_dispatches_of(self._site, references)
        facts = self._site.ledger.facts_of(key for _, key in standing)
        told: dict[str, defaultdict[str, Decimal]] = {}
        for reference, key in standing:
            record = facts[key].record
            units = told.setdefault(reference, defaultdict(Decimal))
            for line in record.lines if isinstance(record, Dispatch) else ():
                units[line.number] += line.shipped
        return told

    def _held(self) -> Iterator[ExceptionItem]:
        held = self._held_now()
        if not held:
            return iter(())
        moves = self._holds([product for _, _, product in held])
        return (
            held_found(part, self._terms)
            for (item, location, _), (units, status) in held.items()
            for part in _since_when(item, location, units, status, moves, self._now - _HELD_FOR)
        )

    def _held_now(self) -> dict[tuple[Item, str, str], tuple[Decimal, str]]:
        """What is on hold, by item, location and the product's id."""
        site, found = self._site, dict[tuple[Item, str, str], tuple[Decimal, str]]()
        account = site.clarus.ids.account(site.account)
        words = list(site.exceptions.held_statuses)
        for code, location in site.warehouses.items():
            stocks = calls.stocks.list(
                account_id=account, warehouse_id=site.clarus.ids.warehouse(code), status=any_of(words)
            )
            rows = read_whole(site, stocks)
            for row in rows.unread:
                self._miss(WAREHOUSE, row.problem.problem)
            for node in rows.nodes:
                try:
                    item = clarus.item_in_stock(node, site.warehouse_terms)
                except InvalidRecord as error:
                    self._miss(WAREHOUSE, error.problem)
                    continue
                key = item, location, node.product.id if node.product else ""
                units, _ = found.get(key, (Decimal(0), ""))
                found[key] = units + node.quantity, node.status or ""
        return {key: told for key, told in found.items() if told[0]}

    def _holds(self, products: Iterable[str]) -> list[Hold | ReturnToStock]:
        """What was put on hold or came back of these products, the newest first."""
        site = self._site
        account = eq(site.clarus.ids.account(site.account))
        found: list[Hold | ReturnToStock] = []
        for some in _parts(dict.fromkeys(products)):
            where = {
                "account_id": account,
                "product_id": any_of(some),
                "created_at": since(self._now - _HELD_FOR),
            }
            for node in read_whole(site, calls.transactions.list(where=where, include_archived=True)).nodes:
                try:
                    moved = clarus.movement(node, site.warehouse_terms)
                except InvalidRecord:
                    continue  # it is told where it is kept
                if isinstance(moved, Hold | ReturnToStock) and moved.quantity > 0:
                    found.append(moved)
        return sorted(found, key=lambda each: (each.occurred_at, each.id), reverse=True)

    def _feeds(self) -> Iterator[ExceptionItem]:
        return silent_feeds(self._site.ledger, self._terms, least=self._site.exceptions.least_silence)


def _on_floor(sent: Sent, there: WarehouseOrder, told: Mapping[str, Decimal] | None) -> OrderOnFloor:
    order = sent.orders[0]
    items = {line.number: line.item for line in order.lines}
    numbers = dict.fromkeys(line.number for line in there.lines)
    lines = []
    for number in numbers:
        some = [line for line in there.lines if line.number == number]
        lines.append(
            FloorLine(
                item=items.get(number, UnmatchedCode(some[0].product_id)),
                ordered=sum((line.ordered for line in some), Decimal(0)),
                picked=sum((line.picked or Decimal(0) for line in some), Decimal(0)),
                dispatched=sum((line.dispatched or Decimal(0) for line in some), Decimal(0)),
                told=(told or {}).get(number, Decimal(0)),
            )
        )
    return OrderOnFloor(
        order=order,
        status=there.status,
        lines=tuple(lines),
        had_at=sent.posting.created_at,
        is_told=told is not None,
        left_at=there.left_at,
    )


def _since_when(
    item: Item,
    location: str,
    units: Decimal,
    status: str,
    moves: Iterable[Hold | ReturnToStock],
    begin: dt.datetime,
) -> Iterator[HeldStock]:
    """What is on hold of an item, in as many parts as it was put there since: the newest holds make it up.

    A hold of just what came back on that day is the return's.
    """
    here = [each for each in moves if (each.item, each.location) == (item, location)]
    returns = [each for each in here if isinstance(each, ReturnToStock)]
    oldest, rest = begin, units
    plain = Decimal(0)
    for hold in (each for each in here if isinstance(each, Hold)):
        part = min(hold.quantity, rest)
        if not part:
            break
        rest -= part
        back = next((each for each in returns if _is_its_hold(hold, each)), None)
        if back is None:
            plain, oldest = plain + part, hold.occurred_at
        else:
            returns.remove(back)
            yield HeldStock(
                item=item, location=location, units=part, since=hold.occurred_at, status=status, returned=back.id
            )
    if plain or rest:
        yield HeldStock(
            item=item, location=location, units=plain + rest, since=begin if rest else oldest, status=status
        )


def _is_its_hold(hold: Hold, back: ReturnToStock) -> bool:
    waited = hold.occurred_at - back.occurred_at
    return hold.quantity == back.quantity and dt.timedelta(0) <= waited < dt.timedelta(days=1)


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    told = list(ids)
    return (told[place : place + _TOGETHER] for place in range(0, len(told), _TOGETHER))
