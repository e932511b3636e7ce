"""Deliver: postings go out once each, and every one ends in a state that somebody owns.

Law of this flow: sent is not posted. After an ambiguous failure a posting is in doubt and is asked about, never
blindly sent again; a worker that dies leaves its postings in doubt; refusals wait for a person. It may run at any
time, in as many workers as anyone likes: the ledger hands each posting to one of them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Unpack

from attrs import field, frozen

from clarus_bluecherry.errors import (
    AnswerError,
    ClarusBluecherryError,
    IllegalTransition,
    NotAuthenticated,
    NotPermitted,
    NotSent,
    Retry,
    WireError,
)
from clarus_bluecherry.flows.dating import redated
from clarus_bluecherry.flows.derive import DISPATCH_UNDONE
from clarus_bluecherry.flows.heads import CHANGED_AFTER_SENT, is_overtaken
from clarus_bluecherry.flows.reversals import is_undone
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.targets import Target, targets
from clarus_bluecherry.ledger import Changes, Posting, State

_BATCH = 50
_FIRST_WAIT = dt.timedelta(seconds=5)
_LONGEST_WAIT = dt.timedelta(minutes=30)


@frozen
class Delivered:
    """How many postings came to stand where."""

    counts: Counter[State] = field(factory=Counter)

    def __str__(self) -> str:
        return ", ".join(f"{self.counts[state]} {state}" for state in State if self.counts[state]) or "nothing"


def deliver(
    site: Site,
    *,
    limit: int | None = None,
    confirm: bool = True,
    on_progress: Callable[[Posting], None] = lambda posting: None,
) -> Delivered:
    """Settle what is in doubt, send what is due, and ask what became of what was accepted.

    `confirm=False` leaves out the last: it asks about every accepted posting, which a site may want less often.
    Stops early when a system cannot be reached or refuses the credentials; what it did not get to stays due.
    """
    run = _Run(site, on_progress)
    site.ledger.recover(site.clock())
    run.settle_doubts()
    run.send_due(limit)
    if confirm:
        run.confirm_accepted()
    return run.delivered


class _Run:
    """One run of `deliver`."""

    def __init__(self, site: Site, on_progress: Callable[[Posting], None]) -> None:
        self.delivered = Delivered()
        self._site = site
        self._targets: Mapping[str, Target] = targets(site)
        self._worker = uuid.uuid4().hex
        self._on_progress = on_progress
        self._unreachable: set[str] = set()

    def settle_doubts(self) -> None:
        """Ask about every posting in doubt that has rested long enough."""
        rested = self._site.clock() - self._site.doubt_rest
        for name in self._targets:
            for posting in self._site.ledger.in_state(State.IN_DOUBT, target=name):
                if posting.updated_at <= rested:
                    self._ask(posting)

    def confirm_accepted(self) -> None:
        """Ask whether what was staged is in the books."""
        for name in self._targets:
            for posting in self._site.ledger.in_state(State.ACCEPTED, target=name):
                self._ask(posting)

    def send_due(self, limit: int | None) -> None:
        """Send due postings, oldest first, until none is left or `limit` is reached."""
        sent = 0
        for name in self._targets:
            while name not in self._unreachable and (limit is None or sent < limit):
                room = _BATCH if limit is None else min(_BATCH, limit - sent)
                batch = self._site.ledger.claim(
                    name, worker=self._worker, lease=self._site.lease, limit=room, now=self._site.clock()
                )
                if not batch:
                    break
                for posting in batch:
                    self._send(posting)
                sent += len(batch)

    def _send(self, posting: Posting) -> None:
        if posting.target in self._unreachable:
            self._sent(posting, State.RETRYING, note="not sent: the system cannot be reached now")
            return
        if is_undone(self._site, posting.fact_key):
            self._sent(posting, State.PARKED, reason="undone in the warehouse", reason_code=DISPATCH_UNDONE)
            return
        if is_overtaken(self._site, posting):
            self._sent(posting, State.PARKED, reason="a newer version waits", reason_code=CHANGED_AFTER_SENT)
            return
        anew = redated(self._site, posting)
        if anew is not None:
            self._sent(posting, anew.state, note=anew.note, **anew.changes)
            return
        if not self._site.ledger.renew(posting.key, worker=self._worker, lease=self._site.lease):
            return  # this worker was too slow: another one has put the posting in doubt and decides
        try:
            standing = self._targets[posting.target].send(posting)
        except ClarusBluecherryError as error:
            self._failed(posting, error)
        else:
            state = standing.state or State.IN_DOUBT
            due = self._site.clock() + _rest(posting) if state is State.RETRYING else None
            self._sent(posting, state, note=standing.note, external_id=standing.external_id, next_attempt_at=due)

    def _failed(self, posting: Posting, error: ClarusBluecherryError) -> None:
        stopped = isinstance(error, _UNREACHABLE)
        if stopped:
            self._unreachable.add(posting.target)
        if stopped or error.retry is Retry.SAFE:
            due = self._site.clock() + _wait(posting, error)
            self._sent(posting, State.RETRYING, **_why(error, next_attempt_at=due))
        elif error.retry is Retry.ASK_FIRST:
            self._sent(posting, State.IN_DOUBT, **_why(error))
        else:
            self._sent(posting, State.REJECTED, **_why(error))

    def _ask(self, posting: Posting) -> None:
        if posting.target in self._unreachable:
            return
        try:
            standing = self._targets[posting.target].ask(posting)
        except WireError as error:
            if isinstance(error, _UNREACHABLE):
                self._unreachable.add(posting.target)
            return
        if standing.state is None or standing.state is posting.state:
            return
        changes: Changes = {"external_id": standing.external_id} if standing.external_id else {}
        ledger = self._site.ledger
        self._count(ledger.advance(posting.key, standing.state, note=standing.note, actor=self._worker, **changes))

    def _sent(self, posting: Posting, after: State, *, note: str = "", **changes: Unpack[Changes]) -> None:
        try:
            moved = self._site.ledger.advance(posting.key, after, note=note, worker=self._worker, **changes)
        except IllegalTransition:
            return  # the lease was lost while sending: whoever put the posting in doubt will ask about it
        self._count(moved)

    def _count(self, moved: Posting) -> None:
        if moved.state is State.PENDING:
            return  # it is due again, and counts when it has gone
        self.delivered.counts[moved.state] += 1
        self._on_progress(moved)


_UNREACHABLE = (NotAuthenticated, NotPermitted, NotSent)
"""Errors that every other posting to the same system would meet as well."""


def _wait(posting: Posting, error: ClarusBluecherryError) -> dt.timedelta:
    if isinstance(error, AnswerError) and error.retry_after is not None:
        return dt.timedelta(seconds=error.retry_after)
    return _rest(posting)


def _rest(posting: Posting) -> dt.timedelta:
    doublings: int = 2 ** min(posting.attempts, 10)
    return min(_FIRST_WAIT * doublings, _LONGEST_WAIT)


def _why(error: ClarusBluecherryError, **changes: Unpack[Changes]) -> Changes:
    code = f"http_{error.status}" if isinstance(error, AnswerError) else type(error).__name__
    return {**changes, "reason": error.what, "reason_code": code}
