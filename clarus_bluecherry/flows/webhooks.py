"""Webhooks into the ledger, and from there to a look at what they are about.

Law of this flow: a notice is kept before it is answered, once, and is never a movement. Lost, repeated, forged or
late, it only changes when we look; what counts is what the API says then.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Unpack

from clarus_bluecherry.clarus import any_of, calls
from clarus_bluecherry.clarus.webhooks import EVENTS, CallOutcome, EventReading, WebhookNotice
from clarus_bluecherry.errors import FactChanged, IllegalTransition, InvalidRecord, LedgerError, WireError
from clarus_bluecherry.flows.group import WriteGroup
from clarus_bluecherry.flows.ingest import Collected, Kept, fact, keep_unread
from clarus_bluecherry.flows.movements_back import collect_dispatches, collect_transactions, undispatched
from clarus_bluecherry.flows.names import CLARUS, GOODS_OUT
from clarus_bluecherry.flows.reversals import collect_reversals
from clarus_bluecherry.flows.rows import keep_row, read_whole
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.wall import ledger_is_gone, rest, why
from clarus_bluecherry.ledger import Fact, Posting, State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.ledger.records import Changes
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model import Notification, Unread

READER = "reader"
"""The target of looks: ourselves, reading Clarus."""
LOOK = "look"
NOTIFICATION = "notification"

_BATCH = 500
_ORDER = (
    EventReading.TRANSACTIONS,
    EventReading.REVERSALS,
    EventReading.DISPATCHES,
    EventReading.CANCELLATION,
    EventReading.PERSON,
    EventReading.NOTHING,
)
_PAUSE = dt.timedelta(minutes=1)
_CANCELLED = "CANCELLED"
_FAILED_THERE = "Clarus tells of a failure that its API does not show: read its event log"


class LedgerInbox:
    """The durable inbox of a `Receiver`: each notice is a fact, and a look that it calls for is a posting.

    `clock` gives the present instant. To be shared by threads: one of them writes at a time, and takes with it
    what the others have brought meanwhile, so that many notices share one flush to the disk. It has no thread of
    its own and nothing to close.
    """

    def __init__(self, ledger: Ledger, *, clock: Callable[[], dt.datetime]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._writing: WriteGroup[WebhookNotice, CallOutcome] = WriteGroup(self._keep_all)

    def keep(self, notice: WebhookNotice) -> CallOutcome:
        """Keep `notice` and the look it calls for, in one transaction. The same call again is known.

        What cannot be read is parked with its body. One that cannot be kept stops no other.
        """
        return self._writing.give(notice)

    def _keep_all(self, notices: Sequence[WebhookNotice]) -> list[CallOutcome]:
        with self._ledger.transaction():
            good = [(notice, self._heard(notice)) for notice in notices if not notice.problem]
            kept = iter(self._keep(good))
            return [self._park(notice) if notice.problem else next(kept) for notice in notices]

    def _keep(self, good: Sequence[tuple[WebhookNotice, Fact]]) -> list[CallOutcome]:
        new = [_raised(answer) for answer in self._ledger.record_many(kept for _, kept in good)]
        looks = [
            _look(notice, kept.key, kept.occurred_at) if is_new else None
            for (notice, kept), is_new in zip(good, new, strict=True)
        ]
        self._ledger.post_many(look for look in looks if look is not None)
        return [_outcome(is_new, look) for is_new, look in zip(new, looks, strict=True)]

    def _heard(self, notice: WebhookNotice) -> Fact:
        now, name = self._clock(), _digest(notice)
        told = Notification(
            id=name,
            occurred_at=now,
            resource=notice.resource,
            event=notice.event,
            subject_id=notice.id,
            subject_reference=notice.reference,
        )
        return fact(
            told,
            source=CLARUS,
            kind=NOTIFICATION,
            source_id=name,
            version="",
            occurred_at=now,
            raw=_raw(notice.body),
        )

    def _park(self, notice: WebhookNotice) -> CallOutcome:
        kept = keep_unread(
            self._ledger,
            source=CLARUS,
            kind="webhook",
            source_id=_digest(notice),
            occurred_at=self._clock(),
            problem=f"{notice.name}: {notice.problem}" if notice.resource else notice.problem,
            raw=_raw(notice.body),
        )
        return CallOutcome.PARKED if kept is Kept.UNREAD else CallOutcome.KNOWN


def _raised(answer: bool | FactChanged) -> bool:
    if isinstance(answer, FactChanged):
        raise answer
    return answer


def _outcome(is_new: bool, look: Posting | None) -> CallOutcome:
    if not is_new:
        return CallOutcome.KNOWN
    return CallOutcome.PARKED if look is not None and look.state is State.PARKED else CallOutcome.KEPT


def _digest(notice: WebhookNotice) -> str:
    """The same call always has the same. The vendor sends no id of an event, so its content has to do."""
    parts = (notice.name.encode(), notice.automation_id.encode(), notice.body)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


def _raw(body: bytes) -> Mapping[str, object]:
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def _look(notice: WebhookNotice, fact_key: str, occurred_at: dt.datetime) -> Posting | None:
    look = EVENTS[notice.resource, notice.event]
    if look is EventReading.NOTHING:
        return None
    for_person = look is EventReading.PERSON
    return Posting(
        fact_key=fact_key,
        target=READER,
        kind=LOOK,
        state=State.PARKED if for_person else State.PENDING,
        occurred_at=occurred_at,
        record_name=f"webhook {notice.name} {notice.reference or notice.id}".rstrip(),
        reference=notice.reference,
        reason=_FAILED_THERE if for_person else "",
        reason_code=Reason.WAREHOUSE_FAILURE if for_person else "",
    )


def process_inbox(site: Site) -> Collected:
    """Look at everything that kept notices are about, many at once, and keep what is found.

    What comes while it looks waits for the next call, so that notices never stop coming between a turn and what it
    has to send. A look that fails on the way is taken again later: reading does no harm. Raises nothing of the
    wire's and nothing of any one notice's; `LedgerError` when the ledger fails.
    """
    collected = Collected()
    ledger, worker = site.ledger, uuid.uuid4().hex
    for doubtful in ledger.in_state(State.IN_DOUBT, target=READER):
        _settle(ledger, [doubtful], State.RETRYING, note="looking again does no harm", actor=worker)
    going_on = True
    while going_on and (looks := ledger.claim(READER, worker=worker, lease=site.lease, limit=_BATCH)):
        try:
            going_on = _look_round(site, looks, worker, collected) and len(looks) == _BATCH
        except BaseException:
            with suppress(LedgerError):
                for look in looks:
                    ledger.release(look.key, worker=worker)
            raise
    return collected


def _look_round(site: Site, looks: Iterable[Posting], worker: str, collected: Collected) -> bool:
    """Take each kind of look once, whatever the number of notices that ask for it. Whether to go on after it."""
    reached = True
    by_kind = _by_kind(site, looks, worker)
    for look in sorted(by_kind, key=_ORDER.index):
        site.go_on()
        asked = by_kind[look]
        try:
            found = _look_at(site, look, [note for _, note in asked])
        except Exception as error:
            if ledger_is_gone(error):
                raise
            reached = reached and not isinstance(error, WireError)
            _again_later(site, [posting for posting, _ in asked], error, worker)
        else:
            collected.counts.update(found.counts)
            _settle(site.ledger, [posting for posting, _ in asked], State.POSTED, worker=worker)
    return reached


_Asked = list[tuple[Posting, Notification]]


def _by_kind(site: Site, looks: Iterable[Posting], worker: str) -> Mapping[EventReading, _Asked]:
    """The looks by kind. One whose notice cannot be read waits for a person, and the others go on."""
    found: dict[EventReading, _Asked] = {}
    for posting in looks:
        try:
            note = _notification(site.ledger, posting)
            found.setdefault(EVENTS[note.resource, note.event], []).append((posting, note))
        except Exception as error:
            if ledger_is_gone(error):
                raise
            told = why(error)
            reason = f"the notice cannot be read: {told.reason}"
            _settle(
                site.ledger,
                [posting],
                State.PARKED,
                worker=worker,
                reason=reason,
                reason_code=Reason.UNREADABLE_NOTICE,
            )
    return found


def _again_later(site: Site, looks: Iterable[Posting], error: Exception, worker: str) -> None:
    told = why(error)
    for look in looks:
        due = site.ledger.now() + max(_PAUSE, rest(look, look.attempts))
        _settle(
            site.ledger,
            [look],
            State.RETRYING,
            worker=worker,
            reason=told.reason,
            reason_code=told.code,
            next_attempt_at=due,
        )


def _settle(
    ledger: Ledger,
    looks: Iterable[Posting],
    to: State,
    *,
    note: str = "",
    actor: str = "",
    worker: str = "",
    **changes: Unpack[Changes],
) -> None:
    """Take the looks to state `to`, all but those whose lease ran out meanwhile: somebody else looks again."""
    with ledger.transaction():
        for look in looks:
            with suppress(IllegalTransition):
                ledger.advance(look.key, to, note=note, actor=actor, worker=worker, **changes)


def _notification(ledger: Ledger, look: Posting) -> Notification:
    kept = ledger.fact(look.fact_key)
    if kept is None or not isinstance(kept.record, Notification):
        problem = kept.record.problem if kept is not None and isinstance(kept.record, Unread) else "it is none"
        raise InvalidRecord(problem, record=look.record_name)
    return kept.record


def _look_at(site: Site, look: EventReading, notes: Collection[Notification]) -> Collected:
    match look:
        case EventReading.TRANSACTIONS:
            return collect_transactions(site)
        case EventReading.REVERSALS:
            return collect_reversals(site)
        case EventReading.DISPATCHES:
            return collect_dispatches(site, _orders(site, notes))
        case EventReading.CANCELLATION:
            return _collect_cancelled(site, {note.subject_reference for note in notes} - {""})
        case _:
            return Collected()


def _orders(site: Site, notes: Collection[Notification]) -> Collection[str]:
    """The orders that notices name; all that have not left when one of them names none."""
    named = {note.subject_reference for note in notes if note.resource == "goods_out"}
    if all(note.resource == "goods_out" for note in notes) and "" not in named:
        return named
    return {*named - {""}, *undispatched(site)}


def _collect_cancelled(site: Site, references: Collection[str]) -> Collected:
    """Tell a person of orders that the warehouse will not ship: Blue Cherry still waits for their ship confirm.

    Clarus deletes an order that was not begun and keeps one that was, so an order that is gone counts too.
    """
    sent = (one for one in site.ledger.about(GOODS_OUT, references) if one.state is State.POSTED)
    ours = sorted({posting.reference for posting in sent})
    collected = Collected()
    if not ours or not site.has_api:
        return collected
    account = site.clarus.ids.account(site.account)
    rows = read_whole(site, calls.goods_outs.list(account_id=account, reference=any_of(ours)))
    found = {order.reference: order.status for order in rows.nodes}
    for row in rows.unread:
        collected.add(keep_row(site, row))
    for reference in ours:
        if found.get(reference, "" if rows.unread else _CANCELLED) != _CANCELLED:
            continue
        kept = keep_unread(
            site.ledger,
            source=CLARUS,
            kind="cancelled order",
            source_id=reference,
            occurred_at=site.clock(),
            problem="the warehouse will not ship this order: cancel or release it again in Blue Cherry",
        )
        collected.add(kept)
    return collected
