"""Sending: what is due is claimed and sent, and where it stands then is kept.

Law of this module: what could not leave is handed back; what may have left without an answer is in doubt. Nothing
leaves after `not_after`, which comes before the lease ends: all that a sending takes is within that time.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from attrs import evolve, frozen

from clarus_bluecherry.errors import (
    Blame,
    ClarusBluecherryError,
    LedgerError,
    RateLimited,
    Retry,
    WireError,
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
from clarus_bluecherry.ledger import Answered, Changes, Posting, State
from clarus_bluecherry.ledger.reasons import Reason


@frozen
class _Claimed:
    """A posting that was claimed, and what becomes of it instead of being sent, or why that cannot be told."""

    posting: Posting
    instead: Instead | Exception | None


class Sending:
    """Sends for one run, `limit` postings at most."""

    def __init__(self, run: DeliveryRun, systems: Systems, limit: int | None) -> None:
        self._run = run
        self._systems = systems
        self._left = limit
        self._site = run.site
        self._ledger = run.site.ledger
        self._unbegun: dict[str, Posting] = {}

    def send(self, state: State) -> None:
        """Send what is due in `state` until none is left or the limit is reached.

        Only what leaves together is claimed at once, so that nobody else waits for what this worker has not begun.
        """
        for name in self._systems:
            while self._systems.goes_on(name) and self._left != 0:
                began = time.monotonic()
                claimed = self._claimed(name, state)
                if not claimed:
                    break
                self._left = None if self._left is None else self._left - len(claimed)
                allowed = min(_allowed(one.posting) for one in claimed)
                with within(allowed - (time.monotonic() - began)), self._handing_back(claimed):
                    self._send(name, claimed)

    def _claimed(self, name: str, state: State) -> list[_Claimed]:
        """What is due next, as far as the system may get it in this minute."""
        budget = self._site.messages_per_minute.get(name)
        with self._ledger.transaction():
            left = None if budget is None else budget - self._ledger.spent(name)
            if left is not None and left <= 0:
                told = f"its {budget} messages of this minute are sent"
                self._run.delivered.stopped.setdefault(name, told)
                return []
            claimed = self._claim(name, state, 1)
            if claimed and state is State.PENDING:
                claimed += self._beside(name, claimed[0].kind, left)
            if claimed and budget is not None:
                self._ledger.spent(name, len(claimed))
            return [_Claimed(posting, self._told_instead(posting)) for posting in claimed]

    def _beside(self, name: str, kind: str, left: int | None) -> list[Posting]:
        """What may leave together with one of `kind` that was claimed, as far as budget and limit go."""
        most = self._systems[name].most_together(kind)
        more = min([most, *(bound for bound in (left, self._left) if bound is not None)]) - 1
        return self._claim(name, State.PENDING, more, {kind}) if more > 0 else []

    def _claim(self, name: str, state: State, limit: int, kinds: Collection[str] = ()) -> list[Posting]:
        return self._ledger.claim(
            name,
            worker=self._run.worker,
            lease=self._site.lease,
            limit=limit,
            states={state},
            kinds=kinds or self._run.kinds,
        )

    def _told_instead(self, posting: Posting) -> Instead | Exception | None:
        """What shows of it now that it is claimed. It is asked before the claim's transaction ends."""
        try:
            return self._instead(posting)
        except Exception as error:
            if ledger_is_gone(error):
                raise
            return error

    @contextmanager
    def _handing_back(self, claimed: Iterable[_Claimed]) -> Iterator[None]:
        """What was not begun in the end, whatever stopped the run, is handed back."""
        self._unbegun = {one.posting.key: one.posting for one in claimed}
        try:
            yield
        finally:
            for key, posting in self._unbegun.items():
                with suppress(LedgerError):
                    self._ledger.release(key, worker=self._run.worker, lease=posting.lease_number)

    def _send(self, name: str, claimed: Iterable[_Claimed]) -> None:
        """Send what is to be sent as it stands: what was not tried before together, where the system takes that.

        Of two about the same thing the second goes after the first.
        """
        ready = [one.posting for one in claimed if not self._held_back(one)]
        together = list({one.reference or one.key: one for one in reversed(ready) if one.attempts == 1}.values())
        if len(together) > 1 and self._send_together(name, together[::-1]):
            ready = [posting for posting in ready if posting.key in self._unbegun]
        for posting in ready:
            if self._systems.goes_on(name):
                self._send_alone(self._remembering(posting))

    def _held_back(self, claimed: _Claimed) -> bool:
        """Whether the posting is not to be sent as it stands."""
        posting, instead = claimed.posting, claimed.instead
        if instead is None:
            return False
        del self._unbegun[posting.key]
        if isinstance(instead, Exception):
            self._settle([self._failed(posting, instead, State.PARKED)])
        else:
            self._settle([Answered(posting, instead.state, instead.note, instead.changes)])
        return True

    def _send_together(self, name: str, postings: Sequence[Posting]) -> bool:
        """Send them in one request, and settle each. False where each has to go alone: nothing has happened."""
        begun = {posting.key: self._unbegun.pop(posting.key) for posting in postings}
        try:
            told = [*zip(postings, self._systems[name].send_many(postings), strict=True)]
        except Exception as error:  # noqa: BLE001  # whatever it is, it is kept with each of them
            if _is_one_of_them(error):
                self._unbegun |= begun
                return False
            self._settle([self._failed(posting, error, _after(error)) for posting in postings])
            self._systems.failed(name, error)
        else:
            self._systems.answered(name)
            self._settle([self._sent(posting, standing) for posting, standing in told])
        return True

    def _send_alone(self, posting: Posting) -> None:
        del self._unbegun[posting.key]
        try:
            standing = self._systems[posting.target].send(posting)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this posting's and is kept with it
            self._settle([self._failed(posting, error, _after(error))])
            self._systems.failed(posting.target, error)
        else:
            self._systems.answered(posting.target)
            self._settle([self._sent(posting, standing)])

    def _remembering(self, posting: Posting) -> Posting:
        """With when a person had it sent again that was in doubt; where nobody was told, its detail says so."""
        if posting.attempts == 1 or absent_at(posting) is not None:
            return posting
        given_up = [step.at for step in self._ledger.history(posting.key) if step.before is State.IN_DOUBT]
        return evolve(posting, **called_absent(posting, given_up[-1])) if given_up else posting

    def _instead(self, posting: Posting) -> Instead | None:
        if is_undone(self._site, posting.fact_key):
            undone: Changes = {"reason": "undone in the warehouse", "reason_code": Reason.DISPATCH_UNDONE}
            return Instead(State.PARKED, "", undone)
        if is_overtaken(self._site, posting):
            overtaken: Changes = {"reason": "a newer version waits", "reason_code": Reason.CHANGED_AFTER_SENT}
            return Instead(State.PARKED, "", overtaken)
        return redated(self._site, posting)

    def _sent(self, posting: Posting, standing: PostingStatus) -> Answered:
        state = standing.state or State.IN_DOUBT
        changes: Changes = {**kept(posting), "external_id": standing.external_id}
        if state is State.RETRYING:
            changes["next_attempt_at"] = self._ledger.now() + rest(posting, posting.attempts)
        elif state is State.POSTED:
            changes |= watched(posting, self._ledger.now())
        elif state is State.PARKED:
            changes |= {"reason": standing.note, "reason_code": standing.reason_code}
            self._run.note(posting, state, standing.note)
        return Answered(posting, state, standing.note, changes)

    def _failed(self, posting: Posting, error: Exception, state: State) -> Answered:
        because = why(error)
        changes: Changes = {**kept(posting), "reason": because.reason, "reason_code": because.code}
        if state is State.RETRYING:
            changes["next_attempt_at"] = self._ledger.now() + self._wait(posting, error)
        self._run.note(posting, state, because.reason)
        return Answered(posting, state, changes=changes)

    def _settle(self, answers: Sequence[Answered]) -> None:
        """Keep where each stands now. Where one cannot be kept, the others are all the same.

        One whose lease was lost while it was sent stays: whoever put it in doubt will ask about it.
        """
        try:
            moved = self._ledger.settle_many(answers, worker=self._run.worker)
        except Exception as error:
            if ledger_is_gone(error):
                raise
            if len(answers) > 1:
                for answer in answers:
                    self._settle([answer])
            else:  # in doubt when its lease has run out
                self._run.note(answers[0].posting, State.SENDING, why(error).reason)
            return
        for posting in moved:
            if posting is not None:
                self._run.count(posting)

    def _wait(self, posting: Posting, error: Exception) -> dt.timedelta:
        """As long as the server asks for, up to the site's limit; where it asks for nothing, a rest."""
        asked = self._systems.asked_for(error)
        if isinstance(error, RateLimited) and error.retry_after is not None:
            return asked
        return asked or rest(posting, posting.attempts)


def _allowed(posting: Posting) -> float:
    """Seconds from its claim within which it may leave."""
    return 0.0 if posting.not_after is None else (posting.not_after - posting.updated_at).total_seconds()


def _is_one_of_them(error: Exception) -> bool:
    """Whether nothing has happened because of one of several that were to leave together."""
    is_ours = isinstance(error, ClarusBluecherryError) and not isinstance(error, LedgerError)
    return is_ours and (not isinstance(error, WireError) or _after(error) is State.REJECTED)


def _after(error: Exception) -> State:
    """Where a posting stands whose sending raised `error`: by what may have happened, then by whose fault."""
    if isinstance(error, UnreadableMessage | ChangedMeanwhile):
        return State.PARKED
    if not isinstance(error, ClarusBluecherryError) or isinstance(error, LedgerError):
        return State.IN_DOUBT
    if error.retry is Retry.ASK_FIRST:
        return State.IN_DOUBT
    return State.REJECTED if error.retry is Retry.POINTLESS and error.blame is Blame.RECORD else State.RETRYING
