"""Asking: what became of a posting that was taken, or that is in doubt.

Law of this module: to ask changes nothing at the other side. A question that fails is asked again, ever more
rarely; that something is absent which was taken before proves nothing.
"""

from __future__ import annotations

import datetime as dt

from clarus_bluecherry.errors import IllegalTransition
from clarus_bluecherry.flows.delivered import DeliveryRun
from clarus_bluecherry.flows.message import PostingStatus
from clarus_bluecherry.flows.systems import Systems
from clarus_bluecherry.flows.wall import TROUBLES, first_reason, ledger_is_gone, noted, rest, troubles
from clarus_bluecherry.ledger import Posting, State

LOST_THERE = "accepted_then_absent"


class Asking:
    """Asks for one run."""

    def __init__(self, run: DeliveryRun, systems: Systems) -> None:
        self._run = run
        self._systems = systems
        self._site = run.site
        self._ledger = run.site.ledger
        self._in_vain: list[tuple[dt.datetime, Posting]] = []

    def ask(self, state: State) -> None:
        """Ask about every posting in `state`; about those whose question has failed before, after all the rest.

        A posting in doubt is left alone until it has rested.
        """
        for name in self._systems:
            now = self._site.clock()
            rested = now - self._site.in_doubt_grace
            for posting in self._ledger.in_state(state, target=name):
                if self._run.kinds and posting.kind not in self._run.kinds:
                    continue
                if state is State.IN_DOUBT and posting.updated_at > rested:
                    continue
                if posting.next_attempt_at is None:
                    self._ask(posting)
                elif posting.next_attempt_at <= now:
                    self._in_vain.append((posting.next_attempt_at, posting))

    def ask_again(self) -> None:
        """Ask about those whose question has failed before, the one that has waited longest first."""
        for _, posting in sorted(self._in_vain, key=lambda one: one[0]):
            self._ask(posting)

    def _ask(self, posting: Posting) -> None:
        if not self._systems.goes_on(posting.target):
            return
        try:
            standing = self._systems[posting.target].ask(posting)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this posting's and is kept with it
            self._not_told(posting, error)
            self._systems.failed(posting.target, error)
        else:
            self._systems.answered(posting.target)
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
            moved = self._ledger.advance(
                posting.key, state, note=standing.note, actor=self._run.worker, seen=posting, **changes
            )
        except Exception as error:
            if ledger_is_gone(error):
                raise
            self._not_told(posting, error)
        else:
            if moved.state is not posting.state:
                self._run.count(moved)

    def _since_it_was_sent(self, posting: Posting) -> tuple[bool, dt.datetime | None]:
        """Whether the other side has taken it since it was sent last, and when that was.

        That something is absent which was taken proves nothing.
        """
        taken = False
        for step in reversed(self._ledger.history(posting.key)):
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
        changes["next_attempt_at"] = self._site.clock() + max(rest(posting, times), self._systems.asked_for(error))
        try:
            self._ledger.advance(posting.key, posting.state, seen=posting, **changes)
        except IllegalTransition:
            return
        self._run.note(posting, posting.state, changes["reason"])
