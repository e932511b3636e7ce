"""Asking: what became of a posting that was taken, that is in doubt, or that was sent a second time.

Law of this module: to ask changes nothing at the other side. *Absent* is an answer only when what was sent can no
longer appear, and when it was said twice; of what was taken it proves nothing. What appears later than that comes
out as posted twice, by name. A question is asked ever more rarely, and of many at once where a list shows them: it
tells what is there; what it does not show is asked about alone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Unpack

from clarus_bluecherry.errors import IllegalTransition, PostedTwice
from clarus_bluecherry.flows.delivered import DeliveryRun
from clarus_bluecherry.flows.message import PostingStatus
from clarus_bluecherry.flows.sent_again import absent_at, called_absent, next_look, reversal_of, watched
from clarus_bluecherry.flows.systems import Systems
from clarus_bluecherry.flows.wall import TROUBLES, first_reason, ledger_is_gone, noted, rest, troubles
from clarus_bluecherry.ledger import Changes, Posting, State
from clarus_bluecherry.ledger.reasons import Reason

_LONGEST = dt.timedelta(days=1)
_KEPT_TOGETHER = 100
"""How many answers of a list are kept in one transaction."""
_READ_TOGETHER = 500
"""How many postings that are asked about out of turn are in memory at a time."""
_PATIENCE = 4
"""What stands where it stood is left alone for a quarter of the time since then, a day at most."""


class Asking:
    """Asks for one run."""

    def __init__(self, run: DeliveryRun, systems: Systems) -> None:
        self._run = run
        self._systems = systems
        self._site = run.site
        self._ledger = run.site.ledger
        self._in_vain: list[Posting] = []
        self._moved: list[Posting] = []
        self._put_off: dict[State, dict[str, dt.datetime | None]] = defaultdict(dict)

    def ask_all(self, state: State) -> None:
        """Ask about every posting in `state`, whether its time has come or not."""
        for name in self._systems:
            for page in self._ledger.in_pages(state, target=name, size=_READ_TOGETHER):
                self._ask_each(name, page)
        self._put_off.clear()  # a question out of turn puts none off

    def ask(self, state: State) -> None:
        """Ask about every posting in `state` whose time has come, of accepted ones as many as the site allows.

        Those whose question has failed before are kept for `ask_again`.
        """
        limit = self._site.most_questions if state is State.ACCEPTED else None
        for name in self._systems:
            if not self._systems.goes_on(name):
                continue
            first: list[Posting] = []
            for posting in self._ledger.due_questions(state, target=name, kinds=self._run.kinds, limit=limit):
                (self._in_vain if troubles(posting) else first).append(posting)
            self._ask_each(name, first)
        self._keep_put_off()

    def ask_again(self) -> None:
        """Ask about those whose question has failed before, the one that has waited longest first."""
        for posting in sorted(self._in_vain, key=lambda one: one.next_attempt_at or one.updated_at):
            self._ask(posting)
        self._keep_put_off()

    def _ask_each(self, name: str, postings: Sequence[Posting]) -> None:
        """Ask about all of them by lists, and one by one about those that no list shows."""
        shown = self._shown(name, postings)
        told = sorted((posting for posting in postings if posting.key in shown), key=lambda one: one.key)
        for first in range(0, len(told), _KEPT_TOGETHER):
            with self._ledger.transaction():
                now = self._ledger.now()
                for posting in told[first : first + _KEPT_TOGETHER]:
                    self._keep(posting, partial(self._told, posting, shown[posting.key], now))
            self._count()
        for posting in postings:
            if posting.key not in shown:
                self._ask(posting)

    def _shown(self, name: str, postings: Sequence[Posting]) -> Mapping[str, PostingStatus]:
        """What lists show of them, by key. A list that cannot be had tells nothing: then each is asked about."""
        by_kind: dict[str, list[Posting]] = defaultdict(list)
        for posting in postings:
            by_kind[posting.kind].append(posting)
        found: dict[str, PostingStatus] = {}
        for alike in by_kind.values():
            if len(alike) > 1 and self._systems.goes_on(name):
                try:
                    found |= self._systems[name].ask_many(alike)
                except Exception as error:  # noqa: BLE001  # whatever it is, each question tells for itself
                    if self._systems.asked_for(error):
                        self._systems.failed(name, error)
        return {key: told for key, told in found.items() if told.state is not State.RETRYING}

    def _ask(self, posting: Posting) -> None:
        self._ask_alone(posting)
        self._count()

    def _ask_alone(self, posting: Posting) -> None:
        if not self._systems.goes_on(posting.target):
            return
        try:
            standing = self._systems[posting.target].ask(posting)
        except PostedTwice as twice:
            self._systems.answered(posting.target)
            self._keep(posting, partial(self._twice, posting, twice))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this posting's and is kept with it
            self._not_told(posting, error)
            self._systems.failed(posting.target, error)
        else:
            self._systems.answered(posting.target)
            self._keep(posting, partial(self._told, posting, standing, self._ledger.now()))

    def _keep(self, posting: Posting, act: Callable[[], None]) -> None:
        """Keep what was told; what cannot be kept is a question that failed."""
        try:
            act()
        except Exception as error:
            if ledger_is_gone(error):
                raise
            self._not_told(posting, error)

    def _told(self, posting: Posting, standing: PostingStatus, now: dt.datetime) -> None:
        changes = first_reason(posting)
        if posting.state is State.POSTED:
            self._put_off[State.POSTED][posting.key] = next_look(posting, now)
            return
        if standing.state is State.RETRYING:
            self._absent(posting, standing, now)
            return
        if standing.external_id:
            changes["external_id"] = standing.external_id
        if standing.state in (State.REJECTED, State.IN_DOUBT):
            changes["reason"] = standing.note or changes["reason"]
        if standing.state is State.POSTED:
            changes |= watched(posting, now)
        self._move(posting, standing.state or posting.state, now, standing.note, **changes)

    def _absent(self, posting: Posting, standing: PostingStatus, now: dt.datetime) -> None:
        """It is not there. What may still appear, or was not called absent before, is asked about again."""
        taken, sent_at = self._since_it_was_sent(posting)
        changes = first_reason(posting)
        if taken:
            changes["reason"] = f"it was taken, and is not there any more: {standing.note}"
            changes["reason_code"] = Reason.LOST_THERE
            self._move(posting, State.IN_DOUBT, now, standing.note, **changes)
            return
        late = self._site.latest_effect
        counts_from = (posting.not_after or posting.updated_at) + late
        before = absent_at(posting)
        if before is not None and before >= counts_from and now >= before + late:
            changes["next_attempt_at"] = (sent_at or posting.updated_at) + rest(posting, posting.attempts)
            self._move(posting, State.RETRYING, now, standing.note, **changes)
        elif now < counts_from:
            changes["next_attempt_at"] = counts_from
            self._move(posting, State.IN_DOUBT, now, standing.note, **changes)
        else:
            changes |= called_absent(posting, now)
            changes["next_attempt_at"] = now + late
            moved = self._move(posting, State.IN_DOUBT, now, standing.note, **changes)
            if not late:
                self._ask_alone(moved)

    def _twice(self, posting: Posting, twice: PostedTwice) -> None:
        """Its effect is there, and more than once: it is posted, and what is too many is for a person.

        Without the documents' numbers nobody could say what to reverse: then it was not told.
        """
        if len(twice.documents) < 2:
            raise twice
        now, reversal = self._ledger.now(), reversal_of(posting, twice.documents)
        changes = watched(posting, now)
        self._put_off[State.POSTED][posting.key] = changes["next_attempt_at"]
        moved = [reversal]
        with self._ledger.transaction():
            if posting.state is not State.POSTED:
                moved.append(
                    self._ledger.advance(
                        posting.key,
                        State.POSTED,
                        note=twice.what,
                        actor=self._run.worker,
                        seen=posting,
                        **changes,
                    )
                )
            is_new = self._ledger.post(reversal)
        if is_new:
            self._run.note(reversal, reversal.state, reversal.reason)
        for each in moved if is_new else moved[1:]:
            self._run.count(each)

    def _move(
        self, posting: Posting, state: State, now: dt.datetime, note: str, **changes: Unpack[Changes]
    ) -> Posting:
        """Take it to `state`. Where it stays as it is, only the next question is put off."""
        if state is posting.state:
            changes = {"next_attempt_at": _rarely(posting, now), **changes}
            if all(getattr(posting, name) == said for name, said in changes.items() if name != "next_attempt_at"):
                self._put_off[state][posting.key] = changes["next_attempt_at"]
                return posting
        moved = self._ledger.advance(
            posting.key, state, note=note, actor=self._run.worker, seen=posting, **changes
        )
        if state is not posting.state:
            self._moved.append(moved)
        return moved

    def _count(self) -> None:
        """Tell what has moved, once that is kept."""
        moved, self._moved = self._moved, []
        for posting in moved:
            self._run.count(posting)

    def _keep_put_off(self) -> None:
        for state, dues in self._put_off.items():
            self._ledger.put_off(dues, state)
        self._put_off.clear()

    def _since_it_was_sent(self, posting: Posting) -> tuple[bool, dt.datetime | None]:
        """Whether the other side has taken it since it was sent last, and when that was."""
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
        now, times = self._ledger.now(), troubles(posting) + 1
        due = now + max(rest(posting, times), self._systems.asked_for(error))
        if posting.state is State.POSTED:
            self._put_off[State.POSTED][posting.key] = due
            return
        changes = noted(posting, error, "asking")
        changes["detail"] = {**changes["detail"], TROUBLES: times}
        changes["next_attempt_at"] = due
        try:
            self._ledger.advance(posting.key, posting.state, seen=posting, **changes)
        except IllegalTransition:
            return
        self._run.note(posting, posting.state, changes["reason"])


def _rarely(posting: Posting, now: dt.datetime) -> dt.datetime:
    """When to ask again about what stands where it stood."""
    return now + min((now - posting.updated_at) / _PATIENCE, _LONGEST)
