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

from clarus_bluecherry.clarus.webhooks import EVENTS, CallOutcome, EventReading, WebhookNotice
from clarus_bluecherry.errors import InvalidRecord, LedgerError
from clarus_bluecherry.flows.group import WriteGroup
from clarus_bluecherry.flows.ingest import Collected, Kept, keep_unread
from clarus_bluecherry.flows.movements_back import collect_dispatches, collect_transactions, undispatched
from clarus_bluecherry.flows.names import CANCELLED_ORDER, CLARUS, GOODS_OUT
from clarus_bluecherry.flows.reversals import collect_reversals
from clarus_bluecherry.flows.rows import keep_row
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.wall import ledger_is_gone, rest, why
from clarus_bluecherry.flows.withdrawals import cancelled_of, orders_there
from clarus_bluecherry.ledger import InboxItem, InboxState, State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.ledger.records import NOTICE
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model import Notification, Unread

_AT_ONCE = 500
"""Notices that one turn looks after, most: the others wait for the next, so that none waits with what is due."""
_ORDER = (
    EventReading.TRANSACTIONS,
    EventReading.REVERSALS,
    EventReading.DISPATCHES,
    EventReading.CANCELLATION,
    EventReading.PERSON,
    EventReading.NOTHING,
)
_PAUSE = dt.timedelta(minutes=1)
_ORDERS = "goods_out"
_FAILED_THERE = "Clarus tells of a failure that its API does not show: read its event log"


class LedgerInbox:
    """The durable inbox of a `Receiver`: each notice is kept in the ledger's inbox, until somebody has looked.

    `clock` gives the present instant. To be shared by threads: one of them writes at a time, and takes with it
    what the others have brought meanwhile, so that many notices share one flush to the disk. It has no thread of
    its own and nothing to close.
    """

    def __init__(self, ledger: Ledger, *, clock: Callable[[], dt.datetime]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._writing: WriteGroup[WebhookNotice, CallOutcome] = WriteGroup(self._keep_all)

    def keep(self, notice: WebhookNotice) -> CallOutcome:
        """Keep `notice`, with the look it calls for. The same call again is known.

        What cannot be read is kept with its body, for a person. One that cannot be kept stops no other.
        """
        return self._writing.give(notice)

    def _keep_all(self, notices: Sequence[WebhookNotice]) -> list[CallOutcome]:
        with self._ledger.transaction():
            good = [_heard(notice, self._clock()) for notice in notices if not notice.problem]
            kept = iter(zip(good, self._ledger.hear_many(good), strict=True))
            return [self._for_person(notice) if notice.problem else _outcome(*next(kept)) for notice in notices]

    def _for_person(self, notice: WebhookNotice) -> CallOutcome:
        kept = keep_unread(
            self._ledger,
            source=CLARUS,
            kind="webhook",
            source_id=_digest(notice),
            occurred_at=self._clock(),
            problem=f"{notice.name}: {notice.problem}" if notice.resource else notice.problem,
            raw=_raw(notice.body),
        )
        return CallOutcome.FOR_PERSON if kept is Kept.UNREAD else CallOutcome.KNOWN


def _heard(notice: WebhookNotice, now: dt.datetime) -> InboxItem:
    look, name = EVENTS[notice.resource, notice.event], _digest(notice)
    for_person = look is EventReading.PERSON
    told = Notification(
        id=name,
        occurred_at=now,
        resource=notice.resource,
        event=notice.event,
        subject_id=notice.id,
        subject_reference=notice.reference,
    )
    return InboxItem(
        source=CLARUS,
        kind=NOTICE,
        source_id=name,
        occurred_at=now,
        record=told,
        raw=_raw(notice.body),
        record_name=f"webhook {notice.name} {notice.reference or notice.id}".rstrip(),
        subject=_subject(told),
        state=InboxState.DONE if look is EventReading.NOTHING else InboxState.WAITING,
        due=None if look is EventReading.NOTHING or for_person else now,
        reason=_FAILED_THERE if for_person else "",
        reason_code=Reason.WAREHOUSE_FAILURE if for_person else "",
    )


def _subject(note: Notification) -> str:
    """What a notice asks to look at: one look does for all that name the same."""
    look = EVENTS[note.resource, note.event]
    is_of_one = look is EventReading.CANCELLATION or (look is EventReading.DISPATCHES and note.resource == _ORDERS)
    return f"{look.value} {note.subject_reference}".rstrip() if is_of_one else look.value


def _outcome(item: InboxItem, is_new: bool) -> CallOutcome:
    if not is_new:
        return CallOutcome.KNOWN
    return CallOutcome.FOR_PERSON if item.reason_code else CallOutcome.KEPT


def _digest(notice: WebhookNotice) -> str:
    """The same call always has the same. The vendor sends no id of an event, so its content has to do."""
    parts = (notice.name.encode(), notice.automation_id.encode(), notice.body)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


def _raw(body: bytes) -> Mapping[str, object]:
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def process_inbox(site: Site) -> Collected:
    """Look at what kept notices are about, many at once, and keep what is found.

    What comes while it looks waits for the next call, and so does what is beyond one turn's share: notices never
    come between a turn and what it has to send. A look that fails on the way is taken again later: reading does no
    harm. Raises nothing of the wire's and nothing of any one notice's; `LedgerError` when the ledger fails.
    """
    collected = Collected()
    ledger, worker = site.ledger, uuid.uuid4().hex
    taken = ledger.take(worker=worker, lease=site.lease, limit=_AT_ONCE)
    began = ledger.now()
    try:
        by_kind = _by_kind(ledger, taken, worker)
        for look in sorted(by_kind, key=_ORDER.index):
            site.go_on()
            collected.counts.update(_look(site, look, by_kind[look], worker, began).counts)
    except BaseException:
        with suppress(LedgerError):
            ledger.hand_back((item.key for item in taken), worker=worker)
        raise
    return collected


_Asked = list[tuple[InboxItem, Notification]]


def _look(site: Site, look: EventReading, asked: _Asked, worker: str, began: dt.datetime) -> Collected:
    """Look once, whatever the number of notices that ask for it, also of those that are not taken yet."""
    ledger = site.ledger
    try:
        found = _look_at(site, look, [note for _, note in asked])
    except Exception as error:
        if ledger_is_gone(error):
            raise
        _again_later(ledger, [item for item, _ in asked], error, worker)
        return Collected()
    ledger.done((item.key for item, _ in asked), before=began, actor=worker)
    ledger.done_about((_subject(note) for _, note in asked), before=began, actor=worker)
    return found


def _by_kind(ledger: Ledger, taken: Iterable[InboxItem], worker: str) -> Mapping[EventReading, _Asked]:
    """The notices by the look that they ask for. One that cannot be read waits for a person; the others go on."""
    found: dict[EventReading, _Asked] = {}
    for item in taken:
        try:
            note = _notification(item)
            found.setdefault(EVENTS[note.resource, note.event], []).append((item, note))
        except Exception as error:  # noqa: BLE001  # whatever is wrong with it, the others are looked after
            reason = f"the notice cannot be read: {why(error).reason}"
            ledger.waits_for({item.key: None}, reason, code=Reason.UNREADABLE_NOTICE, worker=worker)
    return found


def _again_later(ledger: Ledger, items: Iterable[InboxItem], error: Exception, worker: str) -> None:
    told, now = why(error), ledger.now()
    dues = {item.key: now + max(_PAUSE, rest(item, item.attempts)) for item in items}
    ledger.waits_for(dues, told.reason, code=told.code, worker=worker)


def _notification(item: InboxItem) -> Notification:
    if not isinstance(item.record, Notification):
        raise InvalidRecord(item.record.problem if isinstance(item.record, Unread) else "it is none")
    return item.record


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
    named = {note.subject_reference for note in notes if note.resource == _ORDERS}
    if all(note.resource == _ORDERS for note in notes) and "" not in named:
        return named
    return {*named - {""}, *undispatched(site)}


def _collect_cancelled(site: Site, references: Collection[str]) -> Collected:
    """Tell a person of orders that the warehouse will not ship: Blue Cherry still waits for their ship confirm."""
    sent = (one for one in site.ledger.about(GOODS_OUT, references) if one.state is State.POSTED)
    ours = sorted({posting.reference for posting in sent})
    collected = Collected()
    if not ours or not site.has_api:
        return collected
    there = orders_there(site, ours)
    for row in there.unread:
        collected.add(keep_row(site, row))
    for reference in cancelled_of(there, ours):
        kept = keep_unread(
            site.ledger,
            source=CLARUS,
            kind=CANCELLED_ORDER,
            source_id=reference,
            occurred_at=site.clock(),
            problem="the warehouse will not ship this order: cancel or release it again in Blue Cherry",
        )
        collected.add(kept)
    return collected
