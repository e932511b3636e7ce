"""People are told of what is wrong: what is called for is kept, taken, sent, and noted, in this order.

Law of this flow: intent before effect, and no network inside a transaction. A stop between sending and noting
tells twice, never not at all: what was taken and not noted is due again when the lease is over. A channel that
fails stops no other; it is tried again, less and less often, and is an exception of its own (`alert_failed`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.flows.alerts._due import AlertGroup, AlertPlan, called_for, plan_alerts, rest_after
from clarus_bluecherry.flows.alerts._text import message_of
from clarus_bluecherry.flows.alerts._told import AlertsTold
from clarus_bluecherry.flows.exceptions_kept import keep_exceptions, kept_exceptions, open_exceptions
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.wall import ledger_is_gone, why
from clarus_bluecherry.ledger import KeptAlert

EVERY = dt.timedelta(minutes=1)
"""So often alerts are seen to, by whichever worker comes to it first."""
_HOUR = dt.timedelta(hours=1)
LOOK = "exceptions"
"""What is named as stopped where the look itself failed."""


def tell_alerts(site: Site, *, every: dt.timedelta = EVERY, unlearnt: str = "") -> AlertsTold:
    """Tell people what the rules of `site.alerts` want told of exceptions, and is due now.

    Nothing where the site has no rules, or somebody has seen to it less than `every` ago. Exceptions are looked
    for first, where the last look that is kept is older than `site.alerts.look_every`; `unlearnt` says why the
    crosswalk could not be learnt. Raises `LedgerError` when the ledger cannot be reached, and `TimeIsUp`.
    """
    if not site.alerts.rules or not site.ledger.begin_alerts(every):
        return AlertsTold()
    stopped = _looked(site, unlearnt)
    plan = plan_of(site)
    telling = _Telling(site, stopped)
    for group in plan.groups:
        site.go_on()
        telling.tell(group)
    return AlertsTold(
        messages=telling.messages,
        exceptions=telling.exceptions,
        waiting=len(site.ledger.waiting_alerts()),
        stopped=telling.stopped,
        next=plan.next,
    )


def plan_of(site: Site, *, keeps: bool = True) -> AlertPlan:
    """What is to be told now. What is called for is kept first; without `keeps` nothing changes."""
    ledger, terms, policy = site.ledger, site.alerts, site.exceptions
    now = ledger.now()
    stand = open_exceptions(ledger)
    called = called_for(stand, terms, policy, now)
    if keeps:
        ledger.call_for_alerts(called.values())
        waiting = ledger.waiting_alerts()
    else:
        known = ledger.known_alerts(called)
        waiting = [*ledger.waiting_alerts(), *(each for key, each in called.items() if key not in known)]
    stand += kept_exceptions(ledger, _others(waiting, {each.identity for each in stand}))
    plan = plan_alerts(waiting, stand, terms, policy, now, ledger.alert_messages(now - _HOUR))
    if keeps and plan.over:
        ledger.alerts_over(plan.over)
    if keeps and plan.rest:
        ledger.alerts_rest(plan.rest)
    return plan


def _others(waiting: Iterable[KeptAlert], known: set[str]) -> set[str]:
    return {each.identity for each in waiting} - known


def look_is_due(site: Site) -> bool:
    """Whether nobody has looked for exceptions lately."""
    last = site.ledger.last_look()
    return last is None or site.ledger.now() - last >= site.alerts.look_every


def _looked(site: Site, unlearnt: str) -> dict[str, str]:
    """Look for exceptions where nobody has lately; why that failed. What is kept is told all the same."""
    last = site.ledger.last_look()
    if last is not None and last - site.ledger.now() > EVERY:
        what = f"a look is kept that began on {last:%Y-%m-%d %H:%M}Z: none is kept before that. Is a clock wrong?"
        return {LOOK: what}
    if not look_is_due(site):
        return {}
    try:
        keep_exceptions(site, unlearnt=unlearnt)
    except Exception as error:
        if ledger_is_gone(error):
            raise
        return {LOOK: why(error).reason}
    return {}


class _Telling:
    """The messages of one turn."""

    def __init__(self, site: Site, stopped: Mapping[str, str]) -> None:
        self.messages = 0
        self.exceptions = 0
        self.stopped = dict(stopped)
        self._site = site
        self._worker = uuid.uuid4().hex
        self._failed: set[str] = set()

    def tell(self, group: AlertGroup) -> None:
        """Take what nobody else has, send it, and note it."""
        if group.channel in self._failed:
            return
        ledger, lease = self._site.ledger, self._site.lease
        taken = ledger.take_alerts([each.key for each in group.alerts], worker=self._worker, lease=lease)
        own = group.only(taken)
        if not own.alerts:
            return
        try:
            self._send(own)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is tried again, and stops no other channel
            self._note(own, error)
            return
        ledger.alerts_sent(taken, worker=self._worker, message=own.id)
        self.messages += 1
        self.exceptions += len(own.items)

    def _send(self, group: AlertGroup) -> None:
        channel = self._site.alert_channels.get(group.channel)
        if channel is None:
            raise ConfigurationError("there is no such channel", record="site file", field="alerts.channels")
        channel.send(message_of(group, self._site.alerts, self._site.ledger.now()))

    def _note(self, group: AlertGroup, error: Exception) -> None:
        reason = why(error).reason
        asked: float | None = getattr(error, "retry_after", None)
        rest = rest_after(max(each.attempts for each in group.alerts) + 1)
        wait = max(rest, min(dt.timedelta(seconds=asked or 0), self._site.longest_retry_after))
        ledger = self._site.ledger
        keys = [each.key for each in group.alerts]
        ledger.alerts_failed(keys, worker=self._worker, error=reason, due=ledger.now() + wait)
        self._failed.add(group.channel)
        self.stopped[f"alerts {group.channel}"] = reason
