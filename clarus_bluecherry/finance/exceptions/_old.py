"""What needs a person: the list on which everything ends that does not end in the books.

Law of this module: an open posting that is parked, refused, in doubt, or older than the limit is on the list, with
what it is worth and what to do; so is what of the inbox no worker looks at by itself, or has not in time. No
personal data: it shows codes, counts and reasons, never the record itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from attrs import frozen

from clarus_bluecherry.finance.in_flight import BookChange, SkuOf, changes_of
from clarus_bluecherry.ledger import InboxItem, InboxState, Posting, State
from clarus_bluecherry.ledger.reasons import Owner, Reason
from clarus_bluecherry.ledger.states import OPEN
from clarus_bluecherry.model import Money, Record, Sku, UnmatchedCode

if TYPE_CHECKING:
    from clarus_bluecherry.ledger.store import Ledger

UnitCosts = Mapping[tuple[Sku, str], Money] | Mapping[Sku, Money]
"""What a unit costs, by SKU and location; by SKU alone where a company has one cost everywhere."""

STALE_AFTER = dt.timedelta(hours=24)
"""A day: both vendors work their interfaces off at least nightly (our reading, L)."""

_AT_ONCE = frozenset({State.PARKED, State.REJECTED, State.IN_DOUBT})

_ACTIONS: Mapping[State, str] = {
    State.PENDING: "Start the worker: nobody has sent this.",
    State.SENDING: "Look for the worker that took this: nobody else sends it while that runs; end it if it hangs.",
    State.ACCEPTED: "Ask why it is still staged: the other system took it and has not put it in its books.",
    State.REJECTED: "Correct what the reason names, then release it, or cancel it with a reason.",
    State.RETRYING: "Check the connection: it has been tried again and again without effect.",
    State.IN_DOUBT: "Look for it in the other system, then mark it posted or send it again.",
    State.PARKED: "Mend what the reason names; it goes on by itself.",
}
_OWNERS: Mapping[State, Owner] = {
    State.ACCEPTED: Owner.FINANCE,
    State.IN_DOUBT: Owner.FINANCE,
    State.PARKED: Owner.OPERATIONS,
    State.REJECTED: Owner.OPERATIONS,
}
"""Who owns what waits there for a reason that is not in the list; what is on its way is the integration's."""


INBOX = "inbox"
"""What stands for the target of what is no message to anybody."""
_NOT_LOOKED = "Start the worker: nobody has looked where this points."


@frozen(kw_only=True)
class ExceptionItem:
    """One posting, or one thing in the inbox, that waits for somebody.

    `posting_key` is the key of either; the target of what is in the inbox is `inbox`. `what` is what a person
    calls it. `units` is by how much the books are off because of it, signed as it will change them; `value` is
    that at unit cost, None where a cost is missing, currencies differ, or nothing is off. `age` counts from when
    the movement happened. `action` says what to do, `owner` who has to.
    """

    posting_key: str
    what: str
    target: str
    state: State | InboxState
    reason: str
    reason_code: str
    candidates: tuple[str, ...]
    age: dt.timedelta
    units: Decimal
    value: Money | None
    action: str
    owner: Owner


def exceptions(
    ledger: Ledger,
    now: dt.datetime,
    unit_costs: UnitCosts,
    *,
    stale_after: dt.timedelta = STALE_AFTER,
    sku_of: SkuOf = UnmatchedCode,
) -> list[ExceptionItem]:
    """Everything in `ledger` that needs a person at `now`, as `exceptions_of` sorts it."""
    pairs = [(posting, fact.record) for posting, fact in ledger.open_postings()]
    found = exceptions_of(pairs, now, unit_costs, stale_after=stale_after, sku_of=sku_of)
    waiting = (item for item in ledger.inbox() if item.due is None or now - item.heard_at > stale_after)
    return sorted([*found, *(_unread(item, now) for item in waiting)], key=_order)


def exceptions_of(
    pairs: Iterable[tuple[Posting, Record]],
    now: dt.datetime,
    unit_costs: UnitCosts,
    *,
    stale_after: dt.timedelta = STALE_AFTER,
    sku_of: SkuOf = UnmatchedCode,
) -> list[ExceptionItem]:
    """The postings that need a person, each with its record, at what a unit costs where it moved.

    First those whose value is not known (it may be the largest), then by value whichever way it goes, then those
    that leave the books right; the oldest first among equals.
    """
    costs: dict[object, Money] = dict(unit_costs.items())
    found = [
        _item(posting, changes_of(posting, record, sku_of=sku_of), now, costs)
        for posting, record in pairs
        if _needs_a_person(posting, now, stale_after)
    ]
    return sorted(found, key=_order)


def _needs_a_person(posting: Posting, now: dt.datetime, stale_after: dt.timedelta) -> bool:
    if posting.state not in OPEN:
        return False
    since = posting.updated_at if posting.state is State.ACCEPTED else posting.created_at
    return posting.state in _AT_ONCE or posting.reason_code == Reason.DAMAGED_ROW or now - since > stale_after


def _item(
    posting: Posting, changes: tuple[BookChange, ...], now: dt.datetime, costs: Mapping[object, Money]
) -> ExceptionItem:
    candidates = posting.detail.get("candidates")
    return ExceptionItem(
        posting_key=posting.key,
        what=posting.record_name or posting.key,
        target=posting.target,
        state=posting.state,
        reason=posting.reason,
        reason_code=posting.reason_code,
        candidates=tuple(map(str, candidates)) if isinstance(candidates, list | tuple) else (),
        age=now - posting.occurred_at,
        units=sum((change.quantity for change in changes), Decimal(0)),
        value=_value(changes, costs),
        action=_action(posting),
        owner=_owner(posting),
    )


def _unread(item: InboxItem, now: dt.datetime) -> ExceptionItem:
    """Nobody knows yet what it changes in the books, if anything."""
    reason = Reason.of(item.reason_code) if item.due is None else None
    return ExceptionItem(
        posting_key=item.key,
        what=item.record_name or item.key,
        target=INBOX,
        state=item.state,
        reason=item.reason,
        reason_code=item.reason_code,
        candidates=(),
        age=now - item.occurred_at,
        units=Decimal(0),
        value=None,
        action=_NOT_LOOKED if reason is None else reason.action,
        owner=Owner.INTEGRATION if reason is None else reason.owner,
    )


def _value(changes: tuple[BookChange, ...], costs: Mapping[object, Money]) -> Money | None:
    known = [cost for change in changes if (cost := _cost(change, costs)) is not None]
    if not known or len(known) < len(changes) or len({cost.currency for cost in known}) > 1:
        return None
    amounts = (cost.amount * change.quantity for cost, change in zip(known, changes, strict=True))
    return Money(sum(amounts, Decimal(0)), known[0].currency)


def _cost(change: BookChange, costs: Mapping[object, Money]) -> Money | None:
    """What a unit costs at the location of the change; another location's cost is none."""
    return costs.get((change.item, change.location), costs.get(change.item))


def _reason(posting: Posting) -> Reason | None:
    """Why it waits, where that is a reason of ours; in other states it tells why it stood where it was before."""
    told = posting.state in (State.PARKED, State.IN_DOUBT) or posting.reason_code == Reason.DAMAGED_ROW
    return Reason.of(posting.reason_code) if told else None


def _action(posting: Posting) -> str:
    reason = _reason(posting)
    return _ACTIONS[posting.state] if reason is None else reason.action


def _owner(posting: Posting) -> Owner:
    reason = _reason(posting)
    return _OWNERS.get(posting.state, Owner.INTEGRATION) if reason is None else reason.owner


def _order(item: ExceptionItem) -> tuple[int, Decimal, dt.timedelta, str]:
    worth = Decimal(0) if item.value is None else -abs(item.value.amount)
    rank = 1 if item.value is not None else 0 if item.units else 2
    return rank, worth, -item.age, item.posting_key
