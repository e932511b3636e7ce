"""One turn of the loop: a tick that any scheduler may call at any time, as often as it likes, from any machine.

Law of this flow: whatever one step raises, the others end as they would without it, so one system that is away
does not stop what the other one needs; what stopped is in the result, with its reason. Nothing is begun after the
deadline, and what was claimed and not begun is handed back. What a turn did not get to is there for the next one.
"""

from __future__ import annotations

import datetime as dt
import enum
import time
from collections.abc import Callable, Collection, Mapping

from attrs import evolve, field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.alerts._told import AlertsTold
from clarus_bluecherry.flows.alone import read_alone
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.delivered import Delivered
from clarus_bluecherry.flows.ingest import Collected
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.periods import collect_periods, with_shown_periods
from clarus_bluecherry.flows.products import collect_products
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.flows.site import Site, TimeIsUp
from clarus_bluecherry.flows.wall import why
from clarus_bluecherry.flows.webhooks import process_inbox

_READING = 2 / 3
"""The share of its time after which a turn begins to read nothing more: what is due to be sent has the rest."""
TIME_IS_UP = "its time was up; the next turn goes on"


class TurnStep(enum.StrEnum):
    """A step of a turn. They are taken in this order."""

    INBOX = "inbox"
    PERIODS = "periods"
    PRODUCTS = "products"
    ORDERS = "orders"
    MOVEMENTS = "movements"
    REPROCESS = "reprocess"
    DELIVER = "deliver"
    ALERTS = "alerts"

    @property
    def label(self) -> str:
        """What a person calls what came of it."""
        return _LABELS[self]


_LABELS: Mapping[TurnStep, str] = {
    TurnStep.INBOX: "notices of the warehouse",
    TurnStep.PERIODS: "periods of the books",
    TurnStep.PRODUCTS: "products of Blue Cherry",
    TurnStep.ORDERS: "orders from Blue Cherry",
    TurnStep.MOVEMENTS: "movements of the warehouse",
    TurnStep.REPROCESS: "waited and may go on",
    TurnStep.DELIVER: "sent and asked about",
    TurnStep.ALERTS: "told to people",
}

StepOutcome = Collected | Delivered | AlertsTold | int
"""What came of a step: what was read, what was delivered, what people were told, or how many may go on."""


@frozen(kw_only=True)
class Turned:
    """What came of a turn: of each step that ended by itself, and why others did not.

    `stopped` names a step that ended early, and a system that was left alone, with the reason; the next turn goes
    on there. What single records met is in `delivered` and in the ledger.
    """

    done: Mapping[TurnStep, StepOutcome] = field(factory=dict)
    stopped: Mapping[str, str] = field(factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether every step came to its end."""
        return not self.stopped

    @property
    def delivered(self) -> Delivered | None:
        """What was sent and asked about; None when that step was not taken or ended early."""
        found = self.done.get(TurnStep.DELIVER)
        return found if isinstance(found, Delivered) else None

    @property
    def moved(self) -> bool:
        """Whether anything was new, went on or was delivered: more may follow at once."""
        return any(map(_has_moved, self.done.values()))

    def __str__(self) -> str:
        told = [f"{step.label}: {outcome}" for step, outcome in self.done.items()]
        said = self.delivered.stopped if self.delivered else {}
        told += [f"{name} stopped: {reason}" for name, reason in self.stopped.items() if name not in said]
        return "; ".join(told)


def _has_moved(outcome: StepOutcome) -> bool:
    match outcome:
        case Collected():
            return outcome.new > 0
        case Delivered():
            return outcome.counts.total() > 0
        case AlertsTold():
            return outcome.messages > 0
        case _:
            return outcome > 0


def turn(
    site: Site,
    *,
    limit: int | None = None,
    deadline: dt.datetime | dt.timedelta | None = None,
    steps: Collection[TurnStep] = tuple(TurnStep),
    on_progress: Callable[[TurnStep, StepOutcome], None] = lambda step, outcome: None,
) -> Turned:
    """Take one turn: look where notices point, read what is new on both sides, try again what waited, send, and
    tell people of exceptions, where the site has rules for that.

    `limit` is how many postings are sent at most. `deadline`, an aware instant by the site's clock or a time from
    now, is when nothing more is begun: a request that is under way comes to its end, and reading ends earlier, so
    that sending has its share. `steps` are those to take, all by default; accepted postings are asked about only
    where something is read too. `on_progress` hears what came of each step.

    `site` has learnt its crosswalk (`learn`). Nothing that one step raises ends the turn, the hook's errors
    included; only an interruption does. Raises `InvalidRecord` for a deadline without a time zone.
    """
    taking = _Turn(site, _until(site, deadline), on_progress)
    reads = not _READINGS.isdisjoint(steps)
    acts: Mapping[TurnStep, Callable[[Site], StepOutcome]] = {
        TurnStep.INBOX: process_inbox,
        TurnStep.PERIODS: lambda own: read_alone(own, TurnStep.PERIODS, collect_periods),
        TurnStep.PRODUCTS: lambda own: read_alone(own, TurnStep.PRODUCTS, collect_products),
        TurnStep.ORDERS: lambda own: read_alone(own, TurnStep.ORDERS, collect_orders),
        TurnStep.MOVEMENTS: lambda own: read_alone(own, TurnStep.MOVEMENTS, collect_movements),
        TurnStep.REPROCESS: reprocess,
        TurnStep.DELIVER: lambda own: deliver(own, limit=limit, confirm=reads),
        **({TurnStep.ALERTS: _tell} if site.alerts.rules else {}),
    }
    for step, act in acts.items():
        if step in steps:
            taking.take(step, act)
    return Turned(done=taking.done, stopped=taking.stopped)


_SENDING = frozenset({TurnStep.REPROCESS, TurnStep.DELIVER, TurnStep.ALERTS})
_READINGS = frozenset({TurnStep.PERIODS, TurnStep.PRODUCTS, TurnStep.ORDERS, TurnStep.MOVEMENTS})


def _tell(site: Site) -> AlertsTold:
    from clarus_bluecherry.flows.alerts._telling import tell_alerts  # it looks at everything that stands

    return tell_alerts(site)


class _Turn:
    """One turn under way."""

    def __init__(
        self, site: Site, seconds: float | None, on_progress: Callable[[TurnStep, StepOutcome], None]
    ) -> None:
        self.done: dict[TurnStep, StepOutcome] = {}
        self.stopped: dict[str, str] = {}
        self._site = site
        self._dated: Site | None = None
        self._on_progress = on_progress
        self._began = time.monotonic()
        self._seconds = seconds

    def take(self, step: TurnStep, act: Callable[[Site], StepOutcome]) -> None:
        """Take a step; whatever it raises is noted with it."""
        share = 1.0 if step in _SENDING else _READING
        try:
            site = self._site if step is TurnStep.PERIODS else self._heeding_periods()
            site = evolve(site, time_is_up=lambda: self._is_over(share))
            site.go_on()
            found = self.done[step] = act(site)
            if step is TurnStep.PERIODS and _has_moved(found):
                self._dated = None
            self._on_progress(step, found)
            if isinstance(found, Delivered | AlertsTold):
                self.stopped |= found.stopped
                site.go_on()  # it may have ended because of that
        except TimeIsUp:
            self.stopped[step] = TIME_IS_UP
        except Exception as error:  # noqa: BLE001  # whatever it is, the other steps are taken
            self.stopped[step] = why(error).reason

    def _heeding_periods(self) -> Site:
        """The site with what Blue Cherry showed of its periods: asked of the ledger once, and after a change."""
        if self._dated is None:
            self._dated = with_shown_periods(self._site)
        return self._dated

    def _is_over(self, share: float) -> bool:
        if self._site.time_is_up():
            return True
        return self._seconds is not None and time.monotonic() >= self._began + self._seconds * share


def _until(site: Site, deadline: dt.datetime | dt.timedelta | None) -> float | None:
    """How many seconds are left."""
    if isinstance(deadline, dt.datetime):
        if deadline.tzinfo is None:
            raise InvalidRecord("it has no time zone: an instant needs one", record="turn", field="deadline")
        deadline -= site.clock()
    return None if deadline is None else max(0.0, deadline.total_seconds())
