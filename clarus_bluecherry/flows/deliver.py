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

from attrs import field, frozen

from clarus_bluecherry.errors import (
    AnswerError,
    ClarusBluecherryError,
    NotAuthenticated,
    NotPermitted,
    NotSent,
    Retry,
    WireError,
)
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.targets import Target, targets
from clarus_bluecherry.ledger import Posting, State

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
    on_progress: Callable[[Posting], None] = lambda posting: None,
) -> Delivered:
    """Settle what is in doubt, send what is due, and ask what became of what was accepted.

    Stops early when a system cannot be reached or refuses the credentials; what it did not get to stays due.
    """
    run = _Run(site, on_progress)
    site.ledger.recover(site.clock())
    run.settle_doubts()
    run.send_due(limit)
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
        for posting in self._site.ledger.in_state(State.IN_DOUBT):
            if posting.updated_at <= rested:
                self._ask(posting)

    def confirm_accepted(self) -> None:
        """Ask whether what was staged is in the books."""
        for posting in self._site.ledger.in_state(State.ACCEPTED):
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
            self._move(posting, State.RETRYING, note="not sent: the system cannot be reached now")
            return
        try:
            standing = self._targets[posting.target].send(posting)
        except ClarusBluecherryError as error:
            self._failed(posting, error)
            return
        self._move(
            posting,
            standing.state or State.IN_DOUBT,
            note=standing.note,
            external_id=standing.external_id,
            reason="",
            reason_code="",
        )

    def _failed(self, posting: Posting, error: ClarusBluecherryError) -> None:
        stopped = isinstance(error, NotAuthenticated | NotPermitted | NotSent)
        if stopped:
            self._unreachable.add(posting.target)
        if stopped or error.retry is Retry.SAFE:
            after, wait = State.RETRYING, self._wait(posting, error)
            self._move(posting, after, note=error.what, next_attempt_at=self._site.clock() + wait, **_why(error))
        elif error.retry is Retry.ASK_FIRST:
            self._move(posting, State.IN_DOUBT, note=error.what, **_why(error))
        else:
            self._move(posting, State.REJECTED, note=error.what, **_why(error))

    def _wait(self, posting: Posting, error: ClarusBluecherryError) -> dt.timedelta:
        if isinstance(error, AnswerError) and error.retry_after is not None:
            return dt.timedelta(seconds=error.retry_after)
        return min(_FIRST_WAIT * 2 ** min(posting.attempts, 10), _LONGEST_WAIT)

    def _ask(self, posting: Posting) -> None:
        if posting.target in self._unreachable:
            return
        try:
            standing = self._targets[posting.target].ask(posting)
        except WireError as error:
            if isinstance(error, NotAuthenticated | NotPermitted | NotSent):
                self._unreachable.add(posting.target)
            return
        if standing.state is not None and standing.state is not posting.state:
            self._move(posting, standing.state, note=standing.note, external_id=standing.external_id)

    def _move(self, posting: Posting, after: State, *, note: str = "", **changes: object) -> None:
        moved = self._site.ledger.advance(posting.key, after, note=note, actor=self._worker, **changes)
        self.delivered.counts[after] += 1
        self._on_progress(moved)


def _why(error: ClarusBluecherryError) -> dict[str, object]:
    status = f"http_{error.status}" if isinstance(error, AnswerError) else type(error).__name__
    return {"reason": error.what, "reason_code": status}
