"""What a run of `deliver` tells: how many postings came to stand where, and what met trouble.

Law of this module: whoever is told that a posting has moved cannot make it look failed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection

from attrs import field, frozen

from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.wall import why
from clarus_bluecherry.ledger import Posting, State

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


@frozen(kw_only=True)
class DeliveryRun:
    """One run of `deliver`: for which site, as which worker, of which kinds (all where none is named)."""

    site: Site
    worker: str
    kinds: Collection[str] = ()
    on_progress: Callable[[Posting], None] = lambda posting: None
    delivered: Delivered = field(factory=Delivered)

    def count(self, moved: Posting) -> None:
        """Tell that a posting has moved."""
        if moved.state is State.PENDING:
            return  # it is due again, and counts when it has gone
        self.delivered.counts[moved.state] += 1
        try:
            self.on_progress(moved)
        except Exception as error:  # noqa: BLE001  # the posting has moved: a hook must not make it look failed
            self.note(moved, moved.state, f"on_progress failed: {why(error).reason}")

    def note(self, posting: Posting, state: State, reason: str) -> None:
        """Tell that a posting met trouble."""
        self.delivered.failures.append(Failure(posting.key, posting.record_name, state, reason))
