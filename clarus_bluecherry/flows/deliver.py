"""Deliver: postings go out once each, and every one ends in a state that somebody owns.

Law of this flow: sent is not posted. After an ambiguous failure a posting is in doubt and is asked about, never
blindly sent again; a worker that dies leaves what it had begun in doubt; refusals wait for a person. Whatever one
posting raises, the others end where they would without it; what every other posting would meet as well stops the
run for that system, and what was not begun stays due. It may run at any time, in as many workers as anyone likes:
the ledger hands each posting to one of them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Unpack

from attrs import field, frozen

from clarus_bluecherry.errors import (
    AnswerError,
    Blame,
    ClarusBluecherryError,
    IllegalTransition,
    LedgerError,
    RateLimited,
    Retry,
    WireError,
)
from clarus_bluecherry.flows.dating import Instead, redated
from clarus_bluecherry.flows.derive import DISPATCH_UNDONE
from clarus_bluecherry.flows.heads import CHANGED_AFTER_SENT, is_overtaken
from clarus_bluecherry.flows.message import PostingStatus, UnreadableMessage
from clarus_bluecherry.flows.product_target import ChangedMeanwhile
from clarus_bluecherry.flows.reversals import is_undone
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.targets import Target, targets
from clarus_bluecherry.flows.wall import TROUBLES, first_reason, ledger_is_gone, noted, rest, troubles, why
from clarus_bluecherry.ledger import Changes, Posting, State

LOST_THERE = "accepted_then_absent"
_SHOWN = 3
_LONGEST_SHOWN = 200


@frozen
class Failure:
    """One posting that met trouble in a run: where it stands now and why."""

    key: str
    name: str
    state: State
    reason: str


@frozen
class Delivered:
    """How many postings came to stand where, what met trouble, and why a system was left alone.

    `failures` holds one entry for each trouble, also where the posting stays as it was (a question that failed, a
    hook of the caller's); `stopped` has the reason by target.
    """

    counts: Counter[State] = field(factory=Counter)
    failures: list[Failure] = field(factory=list)
    stopped: dict[str, str] = field(factory=dict)

    def __str__(self) -> str:
        moved = ", ".join(f"{self.counts[state]} {state}" for state in State if self.counts[state]) or "nothing"
        told = [f"{failure.name or failure.key}: {_short(failure.reason)}" for failure in self.failures[:_SHOWN]]
        if len(self.failures) > _SHOWN:
            told.append(f"and {len(self.failures) - _SHOWN} more")
        told += [f"{target} stopped: {_short(reason)}" for target, reason in self.stopped.items()]
        return "; ".join([moved, *told])


def _short(reason: str) -> str:
    return reason if len(reason) <= _LONGEST_SHOWN else f"{reason[:_LONGEST_SHOWN]}..."


def deliver(
    site: Site,
    *,
    limit: int | None = None,
    confirm: bool = True,
    kinds: Collection[str] = (),
    on_progress: Callable[[Posting], None] = lambda posting: None,
) -> Delivered:
    """Settle what is in doubt, send what is due, and ask what became of what was accepted.

    What has failed before comes last, so that it stands in nobody's way. `confirm=False` leaves the accepted ones
    alone: asking about every one of them is what a site may want less often. `limit` is how many are sent at most,
    `kinds` are the only kinds of postings that are sent and asked about, all by default.
    `on_progress` is called with each posting that has moved. Stops early for a system that cannot be reached, that
    refuses the credentials or whose answers are not its own; what it did not get to stays due. A failed posting
    rests, longer each time. Raises `LedgerError` when the ledger itself fails, and nothing of any one record's.
    """
    run = _Run(site, on_progress, limit, kinds)
    site.ledger.recover(site.clock())
    run.ask(State.IN_DOUBT)
    run.send(State.PENDING)
    if confirm:
        run.ask(State.ACCEPTED)
    with run.trying_again():
        run.send(State.RETRYING)
        run.send(State.PENDING)  # what got another date when it was to be sent again
    with run.trying_again():
        run.ask_again()
    run.finish()
    return run.delivered


class _Run:
    """One run of `deliver`."""

    def __init__(
        self, site: Site, on_progress: Callable[[Posting], None], limit: int | None, kinds: Collection[str]
    ) -> None:
        self.delivered = Delivered()
        self._site = site
        self._targets: Mapping[str, Target] = targets(site)
        self._worker = uuid.uuid4().hex
        self._on_progress = on_progress
        self._left = limit
        self._kinds = kinds
        self._stopped: set[str] = set()
        self._unclear: set[str] = set()
        self._asked_in_vain: list[tuple[dt.datetime, Posting]] = []
        for name in self._targets:
            until = site.ledger.watermark(_pause(name))
            if until is not None and until > site.clock():
                self._stopped.add(name)
                self.delivered.stopped[name] = f"it asked to be left alone until {until.isoformat()}"

    # Phases --------------------------------------------------------------------------------------------------

    def ask(self, state: State) -> None:
        """Ask about every posting in `state`; about those whose question has failed before, after all the rest.

        A posting in doubt is left alone until it has rested.
        """
        for name in self._targets:
            now = self._site.clock()
            rested = now - self._site.in_doubt_grace
            for posting in self._site.ledger.in_state(state, target=name):
                if self._kinds and posting.kind not in self._kinds:
                    continue
                if state is State.IN_DOUBT and posting.updated_at > rested:
                    continue
                if posting.next_attempt_at is None:
                    self._ask(posting)
                elif posting.next_attempt_at <= now:
                    self._asked_in_vain.append((posting.next_attempt_at, posting))

    def ask_again(self) -> None:
        """Ask about those whose question has failed before, the one that has waited longest first."""
        for _, posting in sorted(self._asked_in_vain, key=lambda one: one[0]):
            self._ask(posting)

    def send(self, state: State) -> None:
        """Send what is due in `state` until none is left or the limit is reached.

        One at a time is claimed, so that nobody else waits for what this worker has not begun.
        """
        for name in self._targets:
            while name not in self._stopped and self._left != 0 and not self._site.time_is_up():
                claimed = self._site.ledger.claim(
                    name,
                    worker=self._worker,
                    lease=self._site.lease,
                    limit=1,
                    now=self._site.clock(),
                    states={state},
                    kinds=self._kinds,
                )
                if not claimed:
                    break
                self._send(claimed[0])
                self._left = None if self._left is None else self._left - 1

    @contextmanager
    def trying_again(self) -> Iterator[None]:
        """Round what has failed before: that it fails again stops its own phase, and nothing that comes after."""
        stopped = set(self._stopped)
        yield
        self._stopped = stopped

    def finish(self) -> None:
        """Bring what was sent on its way; what cannot be brought now stays where it is, for the next run."""
        for name, target in self._targets.items():
            try:
                target.finish()
            except Exception as error:  # noqa: BLE001  # what was sent stands as it does, whatever this is
                self.delivered.stopped.setdefault(name, why(error).reason)

    # Sending -------------------------------------------------------------------------------------------------

    def _send(self, posting: Posting) -> None:
        with self._not_begun(posting):
            if self._held_back(posting):
                return
        try:
            standing = self._targets[posting.target].send(posting)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this posting's and is kept with it
            self._failed(posting, error, _after(error))
            self._weigh(posting.target, error)
        else:
            self._unclear.discard(posting.target)
            self._sent(posting, standing)

    @contextmanager
    def _not_begun(self, posting: Posting) -> Iterator[None]:
        """What stops the run before anything could leave hands the posting back."""
        try:
            yield
        except BaseException:
            with suppress(LedgerError):
                self._site.ledger.release(posting.key, worker=self._worker)
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
            undone: Changes = {"reason": "undone in the warehouse", "reason_code": DISPATCH_UNDONE}
            return Instead(State.PARKED, "", undone)
        if is_overtaken(self._site, posting):
            overtaken: Changes = {"reason": "a newer version waits", "reason_code": CHANGED_AFTER_SENT}
            return Instead(State.PARKED, "", overtaken)
        return redated(self._site, posting)

    def _sent(self, posting: Posting, standing: PostingStatus) -> None:
        state = standing.state or State.IN_DOUBT
        due = self._site.clock() + rest(posting, posting.attempts) if state is State.RETRYING else None
        self._settle(posting, state, note=standing.note, external_id=standing.external_id, next_attempt_at=due)

    def _failed(self, posting: Posting, error: Exception, state: State) -> None:
        because = why(error)
        due = self._site.clock() + self._wait(posting, error) if state is State.RETRYING else None
        self._settle(
            posting, state, reason=because.reason, reason_code=because.code, detail={}, next_attempt_at=due
        )
        self._note(posting, state, because.reason)

    def _settle(self, posting: Posting, state: State, *, note: str = "", **changes: Unpack[Changes]) -> None:
        try:
            moved = self._site.ledger.advance(posting.key, state, note=note, worker=self._worker, **changes)
        except IllegalTransition:
            return  # the lease was lost while sending: whoever put the posting in doubt will ask about it
        except Exception as error:
            if ledger_is_gone(error):
                raise
            self._note(posting, State.SENDING, why(error).reason)  # in doubt when its lease has run out
            return
        self._count(moved)

    def _wait(self, posting: Posting, error: Exception) -> dt.timedelta:
        """As long as the server asks for, up to the site's limit; where it asks for nothing, a rest."""
        if isinstance(error, RateLimited) and error.retry_after is not None:
            return self._asked_for(error)
        return self._asked_for(error) or rest(posting, posting.attempts)

    def _asked_for(self, error: Exception) -> dt.timedelta:
        asked = error.retry_after if isinstance(error, AnswerError) else None
        limit = self._site.longest_retry_after.total_seconds()
        return dt.timedelta(seconds=max(0.0, min(limit, asked or 0.0)))  # in this order a NaN is the limit

    # Asking --------------------------------------------------------------------------------------------------

    def _ask(self, posting: Posting) -> None:
        if posting.target in self._stopped or self._site.time_is_up():
            return
        try:
            standing = self._targets[posting.target].ask(posting)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this posting's and is kept with it
            self._not_told(posting, error)
            self._weigh(posting.target, error)
        else:
            self._unclear.discard(posting.target)
            self._told(posting, standing)

    def _told(self, posting: Posting, standing: PostingStatus) -> None:
        state, changes = standing.state or posting.state, first_reason(posting)
        if standing.external_id:
            changes["external_id"] = standing.external_id
        taken, sent_at = self._since_it_was_sent(posting) if state is State.RETRYING else (False, None)
        if taken:
            state = State.IN_DOUBT
            changes |= {"reason": f"it was taken, and is not there any more: {standing.note}"}
            changes |= {"reason_code": LOST_THERE}
        if standing.state in (State.REJECTED, State.IN_DOUBT):
            changes["reason"] = standing.note or changes["reason"]
        if state is State.RETRYING:
            changes["next_attempt_at"] = (sent_at or posting.updated_at) + rest(posting, posting.attempts)
        elif state is posting.state:
            changes["next_attempt_at"] = None
        try:
            moved = self._site.ledger.advance(
                posting.key, state, note=standing.note, actor=self._worker, seen=posting, **changes
            )
        except Exception as error:
            if ledger_is_gone(error):
                raise
            self._not_told(posting, error)
        else:
            if moved.state is not posting.state:
                self._count(moved)

    def _since_it_was_sent(self, posting: Posting) -> tuple[bool, dt.datetime | None]:
        """Whether the other side has taken it since it was sent last, and when that was.

        That something is absent which was taken proves nothing.
        """
        taken = False
        for step in reversed(self._site.ledger.history(posting.key)):
            taken = taken or step.after is State.ACCEPTED
            if step.after is State.SENDING:
                return taken, step.at
        return taken, None

    def _not_told(self, posting: Posting, error: Exception) -> None:
        """Keep why the question failed beside why the posting stands there, and ask again later.

        Somebody else who has moved the posting meanwhile knows better.
        """
        changes, times = noted(posting, error, "asking"), troubles(posting) + 1
        changes["detail"] = {**changes["detail"], TROUBLES: times}
        changes["next_attempt_at"] = self._site.clock() + max(rest(posting, times), self._asked_for(error))
        try:
            self._site.ledger.advance(posting.key, posting.state, seen=posting, **changes)
        except IllegalTransition:
            return
        self._note(posting, posting.state, changes["reason"])

    # The system ----------------------------------------------------------------------------------------------

    def _weigh(self, target: str, error: Exception) -> None:
        """Decide whether `error` stops the run for `target`.

        What is not the record's does, and a wish to be left alone. What may be either is tried out: the run stops
        when the system does not answer to a harmless question either, or when the next posting meets the like.
        """
        blame = error.blame if isinstance(error, WireError) else Blame.RECORD
        is_ours = isinstance(error, ClarusBluecherryError)
        twice = blame is Blame.UNCLEAR and target in self._unclear
        if blame is Blame.SYSTEM or twice or self._asked_for(error):
            self._stop(target, error)
        elif blame is Blame.UNCLEAR or not is_ours:
            self._unclear |= {target} if is_ours else set()
            self._knock(target)
        else:
            self._unclear.discard(target)

    def _knock(self, target: str) -> None:
        try:
            self._targets[target].knock()
        except Exception as error:  # noqa: BLE001  # whatever it is, the system did not answer as it should
            self._stop(target, error)

    def _stop(self, target: str, error: Exception) -> None:
        self._stopped.add(target)
        self.delivered.stopped[target] = why(error).reason
        asked = self._asked_for(error)
        if asked:
            self._site.ledger.set_watermark(_pause(target), self._site.clock() + asked)

    # Telling -------------------------------------------------------------------------------------------------

    def _count(self, moved: Posting) -> None:
        if moved.state is State.PENDING:
            return  # it is due again, and counts when it has gone
        self.delivered.counts[moved.state] += 1
        try:
            self._on_progress(moved)
        except Exception as error:  # noqa: BLE001  # the posting has moved: a hook must not make it look failed
            self._note(moved, moved.state, f"on_progress failed: {why(error).reason}")

    def _note(self, posting: Posting, state: State, reason: str) -> None:
        self.delivered.failures.append(Failure(posting.key, posting.record_name, state, reason))


def _after(error: Exception) -> State:
    """Where a posting stands whose sending raised `error`: by what may have happened, then by whose fault."""
    if isinstance(error, UnreadableMessage | ChangedMeanwhile):
        return State.PARKED
    if not isinstance(error, ClarusBluecherryError) or isinstance(error, LedgerError):
        return State.IN_DOUBT
    if error.retry is Retry.ASK_FIRST:
        return State.IN_DOUBT
    return State.REJECTED if error.retry is Retry.POINTLESS and error.blame is Blame.RECORD else State.RETRYING


def _pause(target: str) -> str:
    return f"{target}.left alone until"
