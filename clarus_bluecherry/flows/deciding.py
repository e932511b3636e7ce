"""Deciding: what a person says of a posting; and of many things at once, each for itself.

Law of this module: who decides and why is kept with each decision. What may stand over there is not sent again
unless somebody says that it does not. Whoever decides holds the posting, and an order's head before it: what a
worker is sending is left to that worker. One that is refused stops no other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import Any

from attrs import evolve, frozen

from clarus_bluecherry.errors import ClarusBluecherryError, IllegalTransition, InvalidRecord, LedgerError
from clarus_bluecherry.finance.exceptions import ExceptionStanding, ExceptionState
from clarus_bluecherry.flows.heads import is_withdrawn
from clarus_bluecherry.flows.late_lines import UNSENT
from clarus_bluecherry.flows.names import WAITS
from clarus_bluecherry.flows.route import Route
from clarus_bluecherry.flows.routes import route_of, routed
from clarus_bluecherry.flows.wall import ledger_is_gone
from clarus_bluecherry.ledger import Changes, Fact, Head, InboxItem, InboxState, Posting, State
from clarus_bluecherry.ledger.edited import as_edited, changes_told, edited_by
from clarus_bluecherry.ledger.keys import key_parts
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.ledger.records import BOOKED, SETTLED_WITH
from clarus_bluecherry.ledger.store import Ledger

_MAY_BE_THERE = "it may have had effect there"
_IS_ENDED = "that is for good"
_UNTOUCHED: Mapping[State, tuple[str, str]] = MappingProxyType(
    {
        State.SENDING: ("a worker is sending it", "Wait until it has come to its end, then look where it stands."),
        State.POSTED: (_IS_ENDED, "Reverse it there, if it is wrong."),
        State.CANCELLED: (
            _IS_ENDED,
            "Have it said anew by the system that it came from, if it is wanted after all.",
        ),
    }
)
"""What nobody decides about."""
_NOTHING_TO_SEND = frozenset(
    {
        Reason.CHANGED_AFTER_SENT,
        Reason.POSTED_TWICE,
        Reason.DISPATCH_UNDONE,
        Reason.DAMAGED_ROW,
        Reason.OTHER_OWNER,
        Reason.NO_EFFECT,
    }
)
"""What is parked for one of these is no message that could leave: only what its action says ends it."""

_ZONES = dt.timedelta(days=1)
"""So much later than in UTC it may be where the books are."""


# The decisions -----------------------------------------------------------------------------------------------


def retry_posting(ledger: Ledger, key: str, *, actor: str, reason: str, is_absent: bool = False) -> Posting:
    """Have a posting sent again, because a person says so; as it stands afterwards.

    What was rejected is due again, as is what waits for its next attempt. What is in doubt may stand over there:
    it is sent again only where `is_absent` says that somebody has looked, and it does not. What is parked is
    written again at the next turn, before all others, and leaves where that works now; a site is needed for it.
    `actor` and `reason` go into the history. Raises `LedgerError` without them or where there is no such posting,
    and `IllegalTransition` for what is not to be sent.
    """
    with _deciding(ledger, key, actor, reason) as posting:
        match posting.state:
            case State.REJECTED:
                return ledger.advance(key, State.PENDING, note=reason, actor=actor)
            case State.IN_DOUBT:
                if not is_absent:
                    action = "Look for it there; say so where it is absent, or settle it with its document."
                    raise _refused(posting, _MAY_BE_THERE, action)
                note = f"not there: {reason}"
                return ledger.advance(key, State.RETRYING, note=note, actor=actor, next_attempt_at=None)
            case State.PARKED:
                _require_that_it_may_leave(posting)
                return _at_once(ledger, posting, actor, f"tried again at the next turn: {reason}")
            case State.RETRYING:
                return _at_once(ledger, posting, actor, f"due at once: {reason}")
            case State.ACCEPTED:
                raise _refused(posting, "the other system has it", "Ask why it is not in its books yet.")
            case _:
                raise _refused(posting, "it is due already", "Start the worker.")


def cancel_posting(
    ledger: Ledger, key: str, *, actor: str, reason: str, settled_with: str = "", stands_as_sent: bool = False
) -> Posting:
    """End a posting for good: it will not be posted, or was booked there by hand as `settled_with`.

    Of an order that changed after it was sent, the newest version counts from then on: the warehouse was brought
    to it, and its dispatches are told as of it; a withdrawn one is on no list of open orders any more.
    `stands_as_sent` says that the warehouse keeps the version that it was sent. Raises as `retry_posting`.
    """
    with _deciding(ledger, key, actor, reason) as posting:
        return _cancelled(ledger, posting, actor, reason, _settled(posting, settled_with), stands_as_sent)


def settle_posting(
    ledger: Ledger, key: str, *, document: str, booked: dt.date | None, actor: str, reason: str
) -> Posting:
    """Say that a posting stands in the other side's books as `document`, `booked` on that day where it is known.

    What was sent (in doubt, accepted) is posted then. What never left, and was entered there by hand, is cancelled
    as settled with that document, by which a close finds it. Raises as `retry_posting`, and `LedgerError` without
    a document, or for a day that is still to come.
    """
    document = document.strip()
    if not document:
        raise LedgerError("settling needs the other side's document", record=key, action="Say under which it is.")
    with _deciding(ledger, key, actor, reason) as posting:
        if booked is not None and booked > ledger.now().date() + _ZONES:
            action = "Say the day under which it stands in the books."
            raise LedgerError("nothing was booked after today", record=key, action=action)
        settled = _settled(posting, document, booked)
        if posting.state not in (State.IN_DOUBT, State.ACCEPTED):
            return _cancelled(ledger, posting, actor, reason, settled, stands_as_sent=False)
        if not posting.external_id:
            settled["external_id"] = document
        note = f"it stands there as {document}: {reason}"
        return ledger.advance(key, State.POSTED, note=note, actor=actor, **settled)


def edit_posting(ledger: Ledger, key: str, fields: Mapping[str, object], *, actor: str, reason: str) -> Posting:
    """Set fields of the movement that a posting tells, and have its message written again at the next turn.

    Fields are named as in the fact's record: `item` (a `Sku`), `quantity`, of a line by its number `lines/2/item`.
    The fact stays as the source told it; what each field was and is stands with the posting, and in the history.
    What was sent, or may have been, is not edited, and neither is what comes from Blue Cherry: that is corrected
    there, and read again. Raises as `retry_posting`, and `InvalidRecord` for a field that is not there, is about a
    person or names the document, and for a value that does not fit.
    """
    with _deciding(ledger, key, actor, reason) as posting:
        fact = ledger.fact(posting.fact_key)
        if posting.state not in UNSENT:
            action = "Look for it there; where it is absent send it again, and edit it then."
            raise _refused(posting, _MAY_BE_THERE, action)
        route = None if fact is None else routed(fact)
        if fact is None or route is None or route.posting != posting.kind or not route.calls_for.is_dated:
            action = "Correct it in the system that it came from; it is read again."
            raise _refused(posting, "it tells no movement", action)
        _require_that_it_may_leave(posting)
        edited = edited_by(fact, posting.edited, fields)
        _require_same_document(posting, as_edited(evolve(posting, edited=edited), fact), fact, route)
        note = f"edited: {reason}"
        if posting.state is State.REJECTED:
            ledger.advance(key, State.PENDING, note=note, actor=actor)
        if posting.state is not State.PARKED:
            ledger.advance(key, State.PARKED, note=note, actor=actor)
        again: Changes = {
            "edited": edited,
            "payload": None,
            "reason": note,
            "reason_code": Reason.EDITED,
            "detail": {},
            "next_attempt_at": None,
        }
        after = ledger.advance(key, State.PARKED, **again)
        ledger.remark(after, note, actor, changes_told(edited, posting.edited))
    return after


def _require_same_document(posting: Posting, fact: Fact, before: Fact, route: Route[Any]) -> None:
    """By what a document is known, and when it happened, is not edited: it would be another one."""
    names = ("id", "occurred_at")
    is_same = all(getattr(fact.record, name, None) == getattr(before.record, name, None) for name in names)
    if not is_same or route.reference(fact.record) != route.reference(before.record):
        action = "Cancel it, and book what happened by hand."
        raise InvalidRecord("it would be another document", record=posting.key, action=action)


def _cancelled(
    ledger: Ledger, posting: Posting, actor: str, reason: str, settled: Changes, stands_as_sent: bool
) -> Posting:
    changes: Changes = {"reason": reason, "reason_code": Reason.CANCELLED, **settled}
    after = ledger.advance(posting.key, State.CANCELLED, note=reason, actor=actor, **changes)
    if posting.reason_code == Reason.CHANGED_AFTER_SENT and not stands_as_sent:
        _takes_its_place(ledger, posting)
    return after


def _settled(posting: Posting, document: str, booked: dt.date | None = None) -> Changes:
    named = document.strip()
    if not named:
        return {}
    day = {} if booked is None else {BOOKED: booked.isoformat()}
    return {"detail": {**posting.detail, SETTLED_WITH: named, **day}}


def _takes_its_place(ledger: Ledger, posting: Posting) -> None:
    """The version of a posting is what the warehouse has from now on, if it is the newest word."""
    head, version = _head(ledger, posting), ledger.fact(posting.fact_key)
    if head is None or version is None or head.newest_key != version.key:
        return
    if is_withdrawn(version):
        ledger.close_orders(posting.kind, [posting.reference], "cancelled")
    else:
        ledger.move(evolve(head, standing_key=version.key))


def _at_once(ledger: Ledger, posting: Posting, actor: str, note: str) -> Posting:
    ledger.put_off({posting.key: None}, posting.state)
    ledger.remark(posting, note, actor)
    return evolve(posting, next_attempt_at=None)


def _require_that_it_may_leave(posting: Posting) -> None:
    """What is parked because no message of it can leave is let out by nobody."""
    found = Reason.of(posting.reason_code) if posting.state is State.PARKED else None
    if found is not None and (found in _NOTHING_TO_SEND or posting.kind == WAITS):
        raise _refused(posting, found.means, found.action)


def _refused(posting: Posting, what: str, action: str) -> IllegalTransition:
    return IllegalTransition(f"it is {posting.state}: {what}", record=posting.key, action=action)


@contextmanager
def _deciding(ledger: Ledger, key: str, actor: str, reason: str) -> Iterator[Posting]:
    """A posting that nobody else moves until the block ends. Its order's head comes first, as in every flow."""
    if not actor.strip() or not reason.strip():
        action = "Say who decides, and why."
        raise LedgerError("a decision needs a name and a reason", record=key, action=action)
    with ledger.transaction():
        there = ledger.posting(key)
        if there is not None:
            _head(ledger, there)
        posting = ledger.hold_posting(key)
        if posting.state in _UNTOUCHED:
            raise _refused(posting, *_UNTOUCHED[posting.state])
        yield posting


def _head(ledger: Ledger, posting: Posting) -> Head | None:
    """The head of an order's posting, held; None where it is none of an order's."""
    source, kind, number, _ = key_parts(posting.fact_key)
    is_one = route_of(kind) is not None and ledger.head(source, kind, number) is not None
    return ledger.hold(source, kind, number) if is_one else None


# Many --------------------------------------------------------------------------------------------------------


Stands = State | InboxState | ExceptionState
Deciding = Callable[[str], Posting | InboxItem | ExceptionStanding]
"""What is decided about what has a key (a posting's, the inbox's, an exception's identity); as it stands then."""


@frozen
class Decided:
    """What became of a posting, of something in the inbox or of an exception that was decided about.

    `what` is what a person calls it; it stood in `before` and stands in `after`. `refused` says why nothing
    happened, and `action` what to do about that.
    """

    key: str
    what: str
    before: Stands | None
    after: Stands | None
    refused: str = ""
    action: str = ""


class _TakenBack(Exception):
    """Ends a transaction that was only tried."""


def decide_all(ledger: Ledger, keys: Iterable[str], decide: Deciding, *, dry: bool = False) -> list[Decided]:
    """Decide about each of `keys`, in their order and once: each is done, or refused with the reason.

    With `dry` nothing is kept: each is told as it would be. Raises only where the ledger itself fails.
    """
    return [_decided(ledger, key, decide, dry=dry) for key in dict.fromkeys(keys)]


def _decided(ledger: Ledger, key: str, decide: Deciding, *, dry: bool) -> Decided:
    if not key.isprintable():
        return Decided(key, "", None, None, "that is no key", "Take it as a list shows it.")
    what, stands = _before(ledger, key)
    told = Decided(key, what, stands, stands)
    try:
        with suppress(_TakenBack), ledger.transaction():
            told = evolve(told, after=decide(key).state)
            if dry:
                raise _TakenBack
    except ClarusBluecherryError as error:
        if ledger_is_gone(error):
            raise
        return evolve(told, after=stands, refused=error.what, action=error.action)
    return told


def _before(ledger: Ledger, key: str) -> tuple[str, Stands | None]:
    """What a person calls what has this key, and where it stands."""
    found = ledger.posting(key) or ledger.inbox_item(key)
    if found is not None:
        return found.record_name, found.state
    kept = next(iter(ledger.exceptions_of([key])), None)
    if kept is None:
        return "", None
    return kept.what, next((state for state in ExceptionState if state == kept.state), None)
