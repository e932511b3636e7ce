"""Sending: what is due is claimed and sent one at a time, and where it stands then is kept.

Law of this module: what could not leave is handed back; what may have left without an answer is in doubt. Nothing
leaves after `not_after`, which comes before the lease ends: all that a sending takes is within that time.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Unpack

from attrs import evolve

from clarus_bluecherry.errors import (
    Blame,
    ClarusBluecherryError,
    IllegalTransition,
    LedgerError,
    RateLimited,
    Retry,
)
from clarus_bluecherry.flows.dating import Instead, redated
from clarus_bluecherry.flows.delivered import DeliveryRun
from clarus_bluecherry.flows.heads import is_overtaken
from clarus_bluecherry.flows.message import PostingStatus, UnreadableMessage
from clarus_bluecherry.flows.product_target import ChangedMeanwhile
from clarus_bluecherry.flows.reversals import is_undone
from clarus_bluecherry.flows.sent_again import absent_at, called_absent, kept, watched
from clarus_bluecherry.flows.systems import Systems
from clarus_bluecherry.flows.wall import ledger_is_gone, rest, why
from clarus_bluecherry.http import within
from clarus_bluecherry.ledger import Changes, Posting, State
from clarus_bluecherry.ledger.reasons import Reason


class Sending:
    """Sends for one run, `limit` postings at most."""

    def __init__(self, run: DeliveryRun, systems: Systems, limit: int | None) -> None:
        self._run = run
        self._systems = systems
        self._left = limit
        self._site = run.site
        self._ledger = run.site.ledger

    def send(self, state: State) -> None:
        """Send what is due in `state` until none is left or the limit is reached.

        One at a time is claimed, so that nobody else waits for what this worker has not begun.
        """
        for name in self._systems:
            while self._systems.goes_on(name) and self._left != 0:
                began = time.monotonic()
                claimed = self._claimed(name, state)
                if not claimed:
                    break
                with within(_allowed(claimed[0]) - (time.monotonic() - began)):
                    self._send(claimed[0])
                self._left = None if self._left is None else self._left - 1

    def _claimed(self, name: str, state: State) -> list[Posting]:
        """The next one that is due, if the system may get it in this minute."""
        budget = self._site.messages_per_minute.get(name)
        with self._ledger.transaction():
            if budget is not None and self._ledger.spent(name) >= budget:
                told = f"its {budget} messages of this minute are sent"
                self._run.delivered.stopped.setdefault(name, told)
                return []
            claimed = self._ledger.claim(
                name,
                worker=self._run.worker,
                lease=self._site.lease,
                limit=1,
                states={state},
                kinds=self._run.kinds,
            )
            if claimed and budget is not None:
                self._ledger.spent(name, 1)
            return claimed

    def _send(self, posting: Posting) -> None:
        with self._not_begun(posting):
            if self._held_back(posting):
                return
            posting = self._remembering(posting)
        try:
            standing = self._systems[posting.target].send(posting)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this posting's and is kept with it
            self._failed(posting, error, _after(error))
            self._systems.failed(posting.target, error)
        else:
            self._systems.answered(posting.target)
            self._sent(posting, standing)

    def _remembering(self, posting: Posting) -> Posting:
        """With when a person had it sent again that was in doubt; where nobody was told, its detail says so."""
        if posting.attempts == 1 or absent_at(posting) is not None:
            return posting
        given_up = [step.at for step in self._ledger.history(posting.key) if step.before is State.IN_DOUBT]
        return evolve(posting, **called_absent(posting, given_up[-1])) if given_up else posting

    @contextmanager
    def _not_begun(self, posting: Posting) -> Iterator[None]:
        """What stops the run before anything could leave hands the posting back."""
        try:
            yield
        except BaseException:
            with suppress(LedgerError):
                self._ledger.release(posting.key, worker=self._run.worker, lease=posting.lease_number)
            raise

    def _held_back(self, posting: Posting) -> bool:
        """Whether it turns out, now that it is claimed, that the posting is not to be sent as it stands."""
        try:
            instead = self._instead(posting)
        except Exception as error:
            if ledger_is_gone(error):
                raise
            self._failed(posting, error, State.PARKED)
            return True
        if instead is not None:
            self._settle(posting, instead.state, note=instead.note, **instead.changes)
        return instead is not None

    def _instead(self, posting: Posting) -> Instead | None:
        if is_undone(self._site, posting.fact_key):
            undone: Changes = {"reason": "undone in the warehouse", "reason_code": Reason.DISPATCH_UNDONE}
            return Instead(State.PARKED, "", undone)
        if is_overtaken(self._site, posting):
            overtaken: Changes = {"reason": "a newer version waits", "reason_code": Reason.CHANGED_AFTER_SENT}
            return Instead(State.PARKED, "", overtaken)
        return redated(self._site, posting)

    def _sent(self, posting: Posting, standing: PostingStatus) -> None:
        state = standing.state or State.IN_DOUBT
        changes: Changes = {**kept(posting), "external_id": standing.external_id}
        if state is State.RETRYING:
            changes["next_attempt_at"] = self._ledger.now() + rest(posting, posting.attempts)
        elif state is State.POSTED:
            changes |= watched(posting, self._ledger.now())
        elif state is State.PARKED:
            changes |= {"reason": standing.note, "reason_code": standing.reason_code}
            self._run.note(posting, state, standing.note)
        self._settle(posting, state, note=standing.note, **changes)

    def _failed(self, posting: Posting, error: Exception, state: State) -> None:
        because = why(error)
        changes: Changes = {**kept(posting), "reason": because.reason, "reason_code": because.code}
        if state is State.RETRYING:
            changes["next_attempt_at"] = self._ledger.now() + self._wait(posting, error)
        self._settle(posting, state, **changes)
        self._run.note(posting, state, because.reason)

    def _settle(self, posting: Posting, state: State, *, note: str = "", **changes: Unpack[Changes]) -> None:
        try:
            moved = self._ledger.advance(
                posting.key, state, note=note, worker=self._run.worker, lease=posting.lease_number, **changes
            )
        except IllegalTransition:
            return  # the lease was lost while sending: whoever put the posting in doubt will ask about it
        except Exception as error:
            if ledger_is_gone(error):
                raise
            self._run.note(posting, State.SENDING, why(error).reason)  # in doubt when its lease has run out
            return
        self._run.count(moved)

    def _wait(self, posting: Posting, error: Exception) -> dt.timedelta:
        """As long as the server asks for, up to the site's limit; where it asks for nothing, a rest."""
        asked = self._systems.asked_for(error)
        if isinstance(error, RateLimited) and error.retry_after is not None:
            return asked
        return asked or rest(posting, posting.attempts)


def _allowed(posting: Posting) -> float:
    """Seconds from its claim within which it may leave."""
    return 0.0 if posting.not_after is None else (posting.not_after - posting.updated_at).total_seconds()


def _after(error: Exception) -> State:
    """Where a posting stands whose sending raised `error`: by what may have happened, then by whose fault."""
    if isinstance(error, UnreadableMessage | ChangedMeanwhile):
        return State.PARKED
    if not isinstance(error, ClarusBluecherryError) or isinstance(error, LedgerError):
        return State.IN_DOUBT
    if error.retry is Retry.ASK_FIRST:
        return State.IN_DOUBT
    return State.REJECTED if error.retry is Retry.POINTLESS and error.blame is Blame.RECORD else State.RETRYING
