"""The story of an order, or of a SKU, as the ledger has it.

Law of this flow: it changes nothing, and neither system is asked. An order is found by index, however many there
are; of a SKU the documents since a day are looked through, and it is said which day, and whether there were more.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attrs import asdict, frozen

from clarus_bluecherry.errors import InvalidRecord, LedgerError
from clarus_bluecherry.finance.exceptions import (
    ExceptionItem,
    ExceptionPolicy,
    ExceptionTerms,
    inbox_found,
    one_for_each,
    postings_found,
    subject_of,
)
from clarus_bluecherry.flows.exceptions_kept import exceptions_about
from clarus_bluecherry.flows.names import (
    BLUECHERRY,
    CANCELLED_ORDER,
    CLARUS,
    CROSSWALK,
    GOODS_OUT,
    INVENTORY_ADJUSTMENT,
    LATE_LINE,
    LINE_OUT,
    ORDER_SHIPMENT,
    PAIR,
    PRE_RECEIPT,
    RECEIPT_ADVICE,
    RETURN_TO_STOCK,
    RETURNS,
    SHIPMENT_REVERSAL,
    WAITS,
)
from clarus_bluecherry.flows.routes import ROUTES, order_routes, routed
from clarus_bluecherry.flows.wall import ledger_is_gone
from clarus_bluecherry.ledger import Fact, InboxItem, Posting, State, Step
from clarus_bluecherry.ledger.edited import as_edited
from clarus_bluecherry.ledger.keys import fact_key
from clarus_bluecherry.ledger.records import BOOKED, SETTLED_WITH
from clarus_bluecherry.model import (
    Adjustment,
    CrosswalkEntry,
    Dispatch,
    Hold,
    Item,
    PurchaseOrder,
    Receipt,
    Record,
    ReturnToStock,
    SalesOrder,
    Sku,
    Undispatch,
    UnmatchedCode,
)
from clarus_bluecherry.model._values import item_key
from clarus_bluecherry.report.stories import (
    ADJUSTED,
    BEFORE,
    EXPECTED,
    HELD,
    LEFT,
    ORDERED,
    RECEIVED,
    RETURNED,
    TAKEN_BACK,
    OrderStory,
    SkuStory,
    StoryDocument,
    StoryLine,
    StoryMessage,
    StoryStep,
    changes_text,
    shown_fields,
)

if TYPE_CHECKING:
    from clarus_bluecherry.ledger.store import Ledger

SKU_DAYS = 35
"""So far back the story of a SKU goes, unless it is asked for more."""
_MOST_DOCUMENTS = 2_000
_IS_WORKER = re.compile(r"[0-9a-f]{32}").fullmatch
_BY_NUMBER = (GOODS_OUT, PRE_RECEIPT, ORDER_SHIPMENT, SHIPMENT_REVERSAL, WAITS)
_BY_LINE = (LINE_OUT, RECEIPT_ADVICE, WAITS)
"""Kinds of messages that go by an order's number, and by that of one of its lines."""
_LONGEST_NAME = 200
_LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


# An order ----------------------------------------------------------------------------------------------------


def order_story(ledger: Ledger, number: str, zone: ZoneInfo) -> OrderStory:
    """All that the ledger knows of the order `number`: a pick ticket, a production order or a transfer.

    `zone` is that of the books. Raises `LedgerError` when nothing is known of such an order.
    """
    number = number.strip()
    if not _can_be_name(number):
        raise _nothing_known(number)
    postings = ledger.about(GOODS_OUT, [number]) + ledger.about(PRE_RECEIPT, [number])
    orders = ledger.facts_of([*(posting.fact_key for posting in postings), *_versions(ledger, number)])
    lines = [f"{number}/{line}" for line in _line_numbers(orders.values())]
    asked = [(kind, [number]) for kind in _BY_NUMBER] + [(kind, lines) for kind in _BY_LINE]
    found = {posting.key: posting for kind, names in asked for posting in ledger.about(kind, names)}
    returns = (ledger.linked(CLARUS, RETURNS, number) or "").splitlines()
    facts = {**orders, **ledger.facts_of([*(each.fact_key for each in found.values()), *returns])}
    found |= {posting.key: posting for posting in ledger.postings_of_all(returns)}
    unread = [item for name in _unread_names(number) for item in ledger.unread_of(name)]
    if not facts and not unread:
        raise _nothing_known(number)
    of_subjects = {f"order {number}", f"purchase order {number}", *(f"receipt {line}" for line in lines)}
    sku_of = _held_to_be(ledger, (fact.record for fact in facts.values()))
    told = _OrderTelling(ledger, zone, facts, list(found.values()), sku_of)
    return OrderStory(
        number=number,
        as_of=ledger.now(),
        zone=zone,
        documents=told.documents(),
        messages=told.messages(),
        waits=told.waits(of_subjects, unread),
    )


def _nothing_known(number: str) -> LedgerError:
    action = "Take its number in Blue Cherry, as the order's own page or `ledger show` has it."
    record = f"order {number[:_LONGEST_NAME]}"
    return LedgerError("nothing is known of an order of this number", record=record, action=action)


def _can_be_name(name: str) -> bool:
    """Whether something may be called so: a database is asked of nothing else."""
    return len(name) <= _LONGEST_NAME and "\0" not in name and name == name.encode("utf-8", "replace").decode()


def _versions(ledger: Ledger, number: str) -> Iterator[str]:
    """The keys of the newest version of an order, and of the one that counts, of whatever kind it is."""
    for route in order_routes():
        try:
            head = ledger.head(BLUECHERRY, route.fact, number)
        except (InvalidRecord, LedgerError) as error:  # of a damaged one nothing is told but its messages
            if ledger_is_gone(error):
                raise
            continue
        if head is not None:
            yield from filter(None, (head.newest_key, head.standing_key))


def _line_numbers(orders: Iterable[Fact]) -> list[str]:
    records = (fact.record for fact in orders)
    return list(
        dict.fromkeys(
            line.number
            for record in records
            if isinstance(record, SalesOrder | PurchaseOrder)
            for line in record.lines
        )
    )


def _unread_names(number: str) -> Sequence[str]:
    """What people call a record of this order that could not be read."""
    kinds = dict.fromkeys(name for route in order_routes() for name in (route.fact, route.kind.name))
    return [f"{kind.replace('_', ' ')} {number}" for kind in (*kinds, CANCELLED_ORDER)]


# A SKU -------------------------------------------------------------------------------------------------------


def sku_story(
    ledger: Ledger, sku: Sku, zone: ZoneInfo, *, since: dt.datetime | None = None, limit: int = _MOST_DOCUMENTS
) -> SkuStory:
    """What the ledger knows of `sku` since an aware instant, by default since `SKU_DAYS` ago.

    A movement is a SKU's by the code that is tied to it now. At most `limit` documents, the latest, are told.
    `zone` is that of the books.
    """
    begin = since or ledger.now() - dt.timedelta(days=SKU_DAYS)
    codes = _codes_of(ledger, sku)
    kinds = dict.fromkeys(route.fact for route in ROUTES)
    texts = [_piece("item", asdict(sku)), *(_piece("code", code) for code in codes)]
    facts = ledger.facts_saying(texts, kinds=kinds, since=begin, limit=limit + 1)
    sku_of = partial(_tied_to, sku, codes)
    about = {fact.key: fact for fact in facts[:limit] if _is_about(sku, fact.record, sku_of)}
    told = _OrderTelling(ledger, zone, about, ledger.postings_of_all(about), sku_of, sku)
    places = {document.location for document in told.documents()}
    of_subjects = {f"place {sku} @ {place}" for place in places} | {f"product {sku}"}
    return SkuStory(
        sku=sku,
        codes=codes,
        since=begin,
        as_of=ledger.now(),
        zone=zone,
        documents=told.documents(),
        messages=told.messages(),
        waits=told.waits(of_subjects),
        is_cut=len(facts) > limit,
    )


def sku_called(ledger: Ledger, name: str) -> Sku:
    """The SKU that is called so: by its key (`|01234|BLK|||M`), or as reports write it (`01234 BLK M`).

    Raises `LedgerError` for one that the ledger has never heard of in these words.
    """
    if not _can_be_name(name):
        raise LedgerError("no one SKU is called so here", record=f"SKU {name[:_LONGEST_NAME]}")
    if "|" in name:
        return Sku.from_key(name.strip())
    pieces = [_piece("style", word) for word in dict.fromkeys((name.strip(), *name.split()))]
    found = ledger.facts_saying(pieces, kinds=[PAIR], since=_LONG_AGO, limit=_MOST_DOCUMENTS * 50)
    skus = {fact.record.sku for fact in found if isinstance(fact.record, CrosswalkEntry) and fact.record.sku}
    meant = sorted(sku for sku in skus if str(sku) == name.strip())
    if len(meant) != 1:
        keys = f"It may be {' or '.join(each.key for each in meant)}." if meant else ""
        parts = "'division|style|colour|label|dimension|size', empty ones too, such as '|01234|BLK|||M'"
        action = keys or f"Name it by its parts: {parts}."
        raise LedgerError("no one SKU is called so here", record=f"SKU {name}", action=action)
    return meant[0]


def _piece(field: str, value: object) -> str:
    """A field as it stands in a record's JSON."""
    return json.dumps({field: value}, sort_keys=True)[1:-1]


def _codes_of(ledger: Ledger, sku: Sku) -> tuple[str, ...]:
    """The warehouse's codes that are tied to a SKU now."""
    said = [_piece("sku", asdict(sku))]
    own = ledger.facts_saying(said, kinds=[PAIR], since=_LONG_AGO, limit=_MOST_DOCUMENTS)
    after = {fact_key(CROSSWALK, PAIR, fact.source_id, str(int(fact.version) + 1)): fact for fact in own}
    gone = ledger.known(after)
    return tuple(sorted({fact.source_id for key, fact in after.items() if key not in gone}))


def _is_about(sku: Sku, record: Record, sku_of: Callable[[str], Item]) -> bool:
    items = (line.item for line in _items(record))
    return any((sku_of(item.code) if isinstance(item, UnmatchedCode) else item) == sku for item in items)


def _tied_to(sku: Sku, codes: Collection[str], code: str) -> Item:
    return sku if code in codes else UnmatchedCode(code)


def _held_to_be(ledger: Ledger, records: Iterable[Record]) -> Callable[[str], Item]:
    """What the codes in `records` are held to be now: version by version, until there is no later one."""
    items = (line.item for record in records for line in _items(record))
    asked = {item.code for item in items if isinstance(item, UnmatchedCode) and item.code}
    newest: dict[str, Item] = {}
    version = 1
    while asked:
        keys = [fact_key(CROSSWALK, PAIR, code, str(version)) for code in asked]
        found = [fact.record for fact in ledger.facts_of(keys).values()]
        pairs = {pair.code: pair.sku for pair in found if isinstance(pair, CrosswalkEntry)}
        newest |= {code: sku or UnmatchedCode(code) for code, sku in pairs.items()}
        asked, version = set(pairs), version + 1
    return lambda code: newest.get(code, UnmatchedCode(code))


# What is told ------------------------------------------------------------------------------------------------


@frozen
class _Moved:
    """So many units of an item in a record, and which way."""

    number: str
    item: Item
    what: str
    quantity: Decimal


def _items(record: Record) -> Iterator[_Moved]:
    match record:
        case SalesOrder() | PurchaseOrder():
            what = ORDERED if isinstance(record, SalesOrder) else EXPECTED
            yield from (_Moved(line.number, line.item, what, line.quantity) for line in record.lines)
        case Dispatch() | Undispatch():
            what = LEFT if isinstance(record, Dispatch) else TAKEN_BACK
            yield from (_Moved(line.number, line.item, what, line.shipped) for line in record.lines)
        case Receipt():
            yield _Moved(record.line_number, record.item, RECEIVED, record.quantity)
        case ReturnToStock() | Adjustment() | Hold():
            what = {ReturnToStock: RETURNED, Adjustment: ADJUSTED, Hold: HELD}[type(record)]
            yield _Moved("", record.item, what, record.quantity)
        case _:
            return


@frozen
class _OrderTelling:
    """Facts and their messages as a story tells them; of `only` one SKU, where one is named."""

    ledger: Ledger
    zone: ZoneInfo
    facts: Mapping[str, Fact]
    postings: Sequence[Posting]
    sku_of: Callable[[str], Item]
    only: Sku | None = None

    def documents(self) -> tuple[StoryDocument, ...]:
        """What was said, in the order in which it happened."""
        facts = sorted(self.facts.values(), key=lambda fact: (fact.occurred_at, fact.recorded_at, fact.key))
        booked = {
            posting.fact_key: posting.state is State.POSTED or SETTLED_WITH in posting.detail
            for posting in self.postings
            if posting.kind in _TELL
        }
        older = self._older()
        return tuple(self._document(fact, booked.get(fact.key), is_older=fact.key in older) for fact in facts)

    def _document(self, fact: Fact, booked: bool | None, *, is_older: bool) -> StoryDocument:
        record = fact.record
        return StoryDocument(
            key=fact.key,
            system=fact.source,
            kind=fact.kind,
            number=fact.source_id,
            name=_name(fact),
            happened_at=fact.occurred_at,
            learnt_at=fact.recorded_at,
            own_day=getattr(record, "own_date", None) or fact.occurred_at.astimezone(self.zone).date(),
            order=getattr(record, "order_reference", "") or getattr(record, "reference", ""),
            location=getattr(record, "location", ""),
            carrier=getattr(record, "carrier", ""),
            lines=tuple(self._lines(fact, booked, is_older=is_older)),
        )

    def _lines(self, fact: Fact, booked: bool | None, *, is_older: bool) -> Iterator[StoryLine]:
        for line in _items(fact.record):
            item = self.sku_of(line.item.code) if isinstance(line.item, UnmatchedCode) else line.item
            if self.only in (None, item):
                what = BEFORE if is_older else line.what
                yield StoryLine(line.number, item_key(item), what, line.quantity, booked)

    def _older(self) -> frozenset[str]:
        """Versions of orders after which another one was read, and lines that were told with their order."""
        latest: dict[tuple[str, str], Fact] = {}
        orders = [fact for fact in self.facts.values() if isinstance(fact.record, SalesOrder | PurchaseOrder)]
        for fact in sorted(orders, key=lambda each: (each.recorded_at, _version(each))):
            if fact.kind != LATE_LINE:
                latest[fact.kind, fact.source_id] = fact
        return frozenset(fact.key for fact in orders) - {fact.key for fact in latest.values()}

    def messages(self) -> tuple[StoryMessage, ...]:
        """What was called for, in the order in which it was."""
        postings = sorted(self.postings, key=lambda posting: (posting.created_at, posting.key))
        histories = self._histories([posting.key for posting in postings])
        return tuple(_message(posting, histories[posting.key]) for posting in postings)

    def _histories(self, keys: Sequence[str]) -> Mapping[str, Sequence[Step] | None]:
        """The steps of each message; None where one of them is damaged, which hides no other message's."""
        try:
            found = self.ledger.histories(keys)
        except LedgerError as error:
            if ledger_is_gone(error):
                raise
            if len(keys) == 1:
                return {keys[0]: None}
            return {name: steps for key in keys for name, steps in self._histories([key]).items()}
        return {key: found.get(key, ()) for key in keys}

    def waits(self, subjects: Iterable[str], unread: Iterable[InboxItem] = ()) -> tuple[ExceptionItem, ...]:
        """What waits for somebody: of these messages and records, and what a look kept of `subjects`."""
        pairs = [(each, self.facts[each.fact_key]) for each in self.postings if each.fact_key in self.facts]
        terms, limits = ExceptionTerms(now=self.ledger.now(), sku_of=self.sku_of), ExceptionPolicy()
        told = postings_found(((posting, as_edited(posting, fact).record) for posting, fact in pairs), terms)
        own = [item for item in told if item.reason_code or limits.is_listed(item, terms.now)]
        wanted = {*subjects, *(subject_of(fact.record) for fact in self.facts.values() if self.only is None)}
        found = [*own, *inbox_found(unread)]
        kept = [standing.item for standing in exceptions_about(self.ledger, sorted(filter(None, wanted)))]
        return one_for_each([*_kept_first(kept, found)])


def _kept_first(kept: Iterable[ExceptionItem], found: Sequence[ExceptionItem]) -> Iterator[ExceptionItem]:
    """Both, and what the ledger tells again once: as a look kept it, which knew its value, while it is of as many
    units; else as it is now.
    """
    now = {item.identity: item.units for item in found}
    still = {item.identity: item for item in kept if now.get(item.identity, item.units) == item.units}
    yield from still.values()
    yield from (item for item in kept if item.identity not in still and not _by_ledger(item))
    yield from (item for item in found if item.identity not in still)


def _by_ledger(item: ExceptionItem) -> bool:
    return any(shown.source == "ledger" for shown in item.evidence)


_TELL = frozenset({ORDER_SHIPMENT, RECEIPT_ADVICE, INVENTORY_ADJUSTMENT, RETURN_TO_STOCK})
"""Messages by which units come into Blue Cherry's books."""


def _version(fact: Fact) -> int:
    return int(fact.version.partition(".")[2] or 1) if isinstance(fact.record, SalesOrder | PurchaseOrder) else 0


def _name(fact: Fact) -> str:
    """What a person calls it; of an order's later version with its number."""
    try:
        route = routed(fact)
    except InvalidRecord:
        route = None
    name = f"{fact.kind.replace('_', ' ')} {fact.source_id}" if route is None else route.named(fact.record)
    return f"{name}, version {_version(fact)}" if _version(fact) > 1 else name


_NO_STEPS = "its steps cannot be read: the ledger's own row of one is damaged"


def _message(posting: Posting, steps: Iterable[Step] | None) -> StoryMessage:
    settled, booked = posting.detail.get(SETTLED_WITH), posting.detail.get(BOOKED)
    return StoryMessage(
        key=posting.key,
        document=posting.fact_key,
        system=posting.target,
        kind=posting.kind,
        name=posting.record_name,
        reference=posting.reference,
        control_number=posting.control_number,
        there=str(settled or posting.external_id),
        state=posting.state,
        made_at=posting.created_at,
        own_day=posting.moved_from or posting.accounting_date,
        asked_day=posting.accounting_date,
        booked_day=_day(booked),
        attempts=posting.attempts,
        reason=posting.reason if steps is not None else "; ".join(filter(None, (posting.reason, _NO_STEPS))),
        reason_code=posting.reason_code,
        sent=shown_fields(posting.payload),
        steps=tuple(map(_step, steps or ())),
    )


def _day(told: object) -> dt.date | None:
    """A day that somebody named; None for what is none any more."""
    try:
        return dt.date.fromisoformat(str(told))
    except ValueError:
        return None


def _step(step: Step) -> StoryStep:
    return StoryStep(
        at=step.at,
        before=step.before,
        after=step.after,
        by="" if _IS_WORKER(step.actor) else step.actor,
        note=step.note,
        changed=changes_text(step.changes),
    )
