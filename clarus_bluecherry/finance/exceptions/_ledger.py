"""What waits in the ledger: each open posting, and each thing in the inbox, in one class.

Law of this module: nothing that waits is left out. A posting is in the class of its reason where the ledger has
one, else in that of what it is about; whose it is and what to do is the reason's word before the class's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from clarus_bluecherry.finance.exceptions._classes import ExceptionClass
from clarus_bluecherry.finance.exceptions._floor import promise_of
from clarus_bluecherry.finance.exceptions._items import (
    ExceptionEvidence,
    ExceptionItem,
    PromiseImpact,
    added_up,
    one_for_each,
    ranked,
)
from clarus_bluecherry.finance.exceptions._policy import ExceptionPolicy
from clarus_bluecherry.finance.exceptions._terms import ExceptionTerms
from clarus_bluecherry.finance.in_flight import ERP, SKU_REASONS, BookChange, changes_of
from clarus_bluecherry.ledger import InboxItem, InboxState, KeptAlert, Posting, State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.ledger.states import OPEN
from clarus_bluecherry.model import (
    Adjustment,
    Dispatch,
    Product,
    PurchaseOrder,
    Receipt,
    Record,
    ReturnToStock,
    SalesOrder,
    Undispatch,
    Unread,
)

if TYPE_CHECKING:
    from clarus_bluecherry.ledger.store import Ledger

_SOURCE = "ledger"
_C = ExceptionClass

_ACTIONS: Mapping[State, str] = {
    State.PENDING: "Start the worker: nobody has sent this.",
    State.SENDING: "Look for the worker that took this: nobody else sends it while that runs; end it if it hangs.",
    State.ACCEPTED: "Ask why it is still staged: the other system took it and has not put it in its books.",
    State.REJECTED: "Correct what the reason names, then release it, or cancel it with a reason.",
    State.RETRYING: "Check the connection: it has been tried again and again without effect.",
    State.IN_DOUBT: "Look for it in the other system, then mark it posted or send it again.",
    State.PARKED: "Mend what the reason names; it goes on by itself.",
}
_NOT_LOOKED = "Start the worker: nobody has looked where this points."

_OF_REASON: Mapping[Reason, ExceptionClass] = {
    Reason.MORE_RETURNED: _C.RETURN_MORE_THAN_SHIPPED,
    Reason.CHANGED_AFTER_SENT: _C.ORDER_DRIFTED,
    Reason.DISPATCH_UNDONE: _C.DISPATCH_UNDONE,
    Reason.UNTIED_PRODUCTS: _C.SKU_HALTED,
    Reason.PART_OF_PACK: _C.WAITING,
    **dict.fromkeys(SKU_REASONS, _C.SKU_HALTED),
}
"""What a parked posting is by its reason, whatever it is about."""

_DISPATCH_KINDS = frozenset(
    {"dispatch", "dispatched row", "goods_outs", "goods_out_lines", "shipments", "packages"}
)
"""What the warehouse's confirmation of an order is kept as where it cannot be read."""
_GAP_KINDS = frozenset({"export", "untold", "reading of"})
"""What stands for a source that could not be read, or that there is not."""
_CANCELLED_ORDER = "cancelled order"
_IN_PARTS = "tell on which day"
"""What is said of an order that left in parts, when nobody tells which."""


def ledger_exceptions(
    ledger: Ledger, terms: ExceptionTerms, policy: ExceptionPolicy | None = None
) -> tuple[ExceptionItem, ...]:
    """What of `ledger` is on the list by `policy`, ranked: one for each document.

    It is asked by index for what is open; what is settled costs nothing.
    """
    limits = policy or ExceptionPolicy()
    pairs = [(posting, fact.record) for posting, fact in ledger.open_postings()]
    found = [*postings_found(pairs, terms), *inbox_found(ledger.inbox())]
    return ranked(one_for_each(each for each in found if limits.is_listed(each, terms.now)))


# Postings ----------------------------------------------------------------------------------------------------


def postings_found(pairs: Iterable[tuple[Posting, Record]], terms: ExceptionTerms) -> Iterator[ExceptionItem]:
    """What open postings are, each with its record: those of one class about one document are one, added up."""
    together: defaultdict[tuple[ExceptionClass, str, bool], list[ExceptionItem]] = defaultdict(list)
    for posting, record in {posting.key: (posting, record) for posting, record in pairs}.values():
        if posting.state in OPEN:
            item = _item(posting, record, terms)
            together[item.kind, item.subject, item.goes_on].append(item)
    yield from (added_up(sorted(items, key=_oldest)) for _, items in sorted(together.items()))


def _oldest(item: ExceptionItem) -> tuple[object, ...]:
    return item.since, item.what, item.evidence[0].postings


def _item(posting: Posting, record: Record, terms: ExceptionTerms) -> ExceptionItem:
    reason = _reason(posting)
    kind = _kind(posting, record, reason, terms)
    changes = _changes(posting, record, terms)
    location = changes[0].location if changes else ""
    day = posting.moved_from or posting.accounting_date or terms.day_of(posting.occurred_at, location)
    value = terms.value_of(changes, day)
    is_erp = posting.target == ERP
    return ExceptionItem(
        kind=kind,
        subject=subject_of(record) or f"{posting.kind} {posting.reference or posting.key}",
        what=posting.record_name or posting.key,
        since=posting.occurred_at,
        units=sum((change.quantity for change in changes), Decimal(0)),
        value=value,
        close=terms.close_impact(day, value) if is_erp and changes else None,
        promise=_promise(record, terms),
        evidence=(_evidence(posting),),
        owner=kind.owner if reason is None else reason.owner,
        action=_ACTIONS[posting.state] if reason is None else reason.action,
        goes_on=_goes_on(posting, kind, reason),
    )


def _goes_on(posting: Posting, kind: ExceptionClass, reason: Reason | None) -> bool:
    if posting.state is State.REJECTED:
        return False
    return kind.goes_on if reason is None else reason.goes_on


def _reason(posting: Posting) -> Reason | None:
    """Why it waits, where that is a reason of ours; in other states it tells why it stood where it was before."""
    told = posting.state in (State.PARKED, State.IN_DOUBT) or posting.reason_code == Reason.DAMAGED_ROW
    return Reason.of(posting.reason_code) if told else None


def _kind(posting: Posting, record: Record, reason: Reason | None, terms: ExceptionTerms) -> ExceptionClass:
    if reason is Reason.POSTED_TWICE:
        return _C.DISPATCH_POSTED_TWICE if isinstance(record, Dispatch) else _C.BOOKED_OTHERWISE
    if reason is Reason.BROKEN_PACK:
        return _C.PART_NOT_TOLD if isinstance(record, Dispatch) else _C.RECEIPT_UNPOSTED
    if posting.state is State.IN_DOUBT:
        return _C.IN_DOUBT
    if posting.state is State.PARKED or reason is not None:
        return _OF_REASON.get(reason, _C.PARKED) if reason is not None else _C.PARKED
    if posting.target != ERP:
        return _to_the_warehouse(posting, record)
    return _moved(record, terms)


def _to_the_warehouse(posting: Posting, record: Record) -> ExceptionClass:
    if posting.state is not State.REJECTED:
        return _C.WAITING
    return _C.SKU_HALTED if isinstance(record, Product) else _C.ORDER_REJECTED


def _moved(record: Record, terms: ExceptionTerms) -> ExceptionClass:
    match record:
        case Dispatch():
            return _C.DISPATCH_NOT_POSTED
        case Undispatch():
            return _C.DISPATCH_UNDONE
        case Receipt():
            return _C.RECEIPT_UNPOSTED
        case ReturnToStock():
            return _C.RETURN_NOT_IN_BOOKS
        case Adjustment():
            return _C.COUNT_LAGGING if record.reason in terms.count_reasons else _C.ADJUSTMENT_LAGGING
        case _:
            return _C.WAITING


def subject_of(record: Record) -> str:
    """What a record is about, as every finder calls it; empty for what is no document."""
    match record:
        case Dispatch() | Undispatch():
            return f"order {record.order_reference}"
        case SalesOrder():
            return f"order {record.reference}"
        case PurchaseOrder():
            return f"purchase order {record.reference}"
        case Receipt():
            return f"receipt {record.order_reference}/{record.line_number}"
        case ReturnToStock():
            return f"return {record.id}"
        case Adjustment():
            return f"adjustment {record.id}"
        case Product():
            return f"product {record.sku}"
        case _:
            return ""


def _changes(posting: Posting, record: Record, terms: ExceptionTerms) -> tuple[BookChange, ...]:
    """How the books will change once it is right: an order that waits will leave."""
    if isinstance(record, SalesOrder) and posting.target != ERP:
        return tuple(BookChange(line.item, record.location, -line.quantity) for line in record.lines)
    return changes_of(posting, record, sku_of=terms.sku_of)


def _promise(record: Record, terms: ExceptionTerms) -> PromiseImpact | None:
    if not isinstance(record, SalesOrder):
        return None
    return promise_of(record, terms, sum((line.quantity for line in record.lines), Decimal(0)))


def _evidence(posting: Posting) -> ExceptionEvidence:
    number = f", control number {posting.control_number}" if posting.control_number else ""
    candidates = posting.detail.get("candidates")
    return ExceptionEvidence(
        source=_SOURCE,
        documents=tuple(filter(None, (posting.reference, posting.external_id))),
        postings=(posting.key,),
        sent=f"{posting.kind} to {posting.target}{number}" if posting.attempts else "",
        came_back=posting.reason,
        state=posting.state,
        reason_code=posting.reason_code,
        candidates=tuple(map(str, candidates)) if isinstance(candidates, list | tuple) else (),
    )


# The inbox ---------------------------------------------------------------------------------------------------


def alerts_found(alerts: Iterable[KeptAlert]) -> Iterator[ExceptionItem]:
    """What of `alerts`, which wait, could not be told to people: an exception for each channel."""
    failed: defaultdict[str, list[KeptAlert]] = defaultdict(list)
    for alert in alerts:
        if alert.error:
            failed[alert.channel].append(alert)
    for channel, those in sorted(failed.items()):
        newest = max(those, key=lambda each: (each.attempts, each.key))
        yield ExceptionItem(
            kind=ExceptionClass.ALERT_FAILED,
            subject=f"channel {channel}",
            what=f"alerts to {channel}",
            since=min(each.called_at for each in those),
            units=Decimal(0),
            evidence=(ExceptionEvidence(source="ledger", came_back=newest.error, state=newest.state.value),),
        )


def inbox_found(items: Iterable[InboxItem]) -> Iterator[ExceptionItem]:
    """What waits in the inbox: what is looked at by itself has only waited long, the rest is somebody's."""
    for item in sorted(items, key=lambda each: each.key):
        if item.state is InboxState.WAITING:
            yield _heard(item)


def _heard(item: InboxItem) -> ExceptionItem:
    reason = Reason.of(item.reason_code) if item.due is None else None
    kind = _C.WAITING if item.due is not None else _of_unread(item)
    is_own = reason is None or kind is not _C.UNREAD
    subject = _subject_heard(item, kind)
    word, _, number = subject.partition(" ")
    return ExceptionItem(
        kind=kind,
        subject=subject,
        what=f"pick {number}" if word == "order" else item.record_name or item.key,
        since=item.occurred_at if item.due is None else item.heard_at,
        evidence=(
            ExceptionEvidence(
                source=_SOURCE,
                inbox=(item.key,),
                came_back=item.reason,
                state=item.state,
                reason_code=item.reason_code,
            ),
        ),
        owner=kind.owner if is_own or reason is None else reason.owner,
        action=_NOT_LOOKED if item.due is not None else kind.action if is_own or reason is None else reason.action,
        goes_on=kind.goes_on if is_own or reason is None else reason.goes_on,
    )


def _of_unread(item: InboxItem) -> ExceptionClass:
    record = item.record
    if not isinstance(record, Unread):
        return _C.UNREAD
    if record.kind == _CANCELLED_ORDER:
        return _C.CANCELLED_STILL_AWAITED
    if record.kind in _GAP_KINDS:
        return _C.COMPLETENESS_GAP
    if record.kind in _DISPATCH_KINDS:
        return _C.PART_NOT_TOLD if _IN_PARTS in record.problem else _C.PICK_CONFIRMATION_FAILED
    return _C.UNREAD


def _subject_heard(item: InboxItem, kind: ExceptionClass) -> str:
    """The order that it is about, where that is told; else what it is called."""
    record = item.record
    if isinstance(record, Unread) and record.kind == _CANCELLED_ORDER:
        return f"order {record.id}"
    told = (item.raw or {}).get("reference") if kind in (_C.PART_NOT_TOLD, _C.PICK_CONFIRMATION_FAILED) else None
    return f"order {told}" if isinstance(told, str) and told else f"heard {item.key}"
