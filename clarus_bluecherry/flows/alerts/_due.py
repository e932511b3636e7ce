"""What is to be told of exceptions now, and what later: the core of alerts.

Law of this module: pure: asked with how exceptions stand, what was called for before, the rules and the time, the
same question has the same answer. Each step of an exception (opened, open again, escalated) is called for once in
a channel. What waits is told when its rule lets it, or never, because the exception was over first; nothing else
takes it away. Who has taken something tells it, and nobody beside him.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from attrs import evolve, frozen

from clarus_bluecherry.finance.exceptions import (
    ExceptionItem,
    ExceptionPolicy,
    ExceptionStanding,
    ExceptionState,
    ranked,
)
from clarus_bluecherry.flows.alerts._rules import AlertRule, AlertTerms
from clarus_bluecherry.ledger import KeptAlert

OPENED, REOPENED, ESCALATED = "opened", "reopened", "escalated"
_HOUR = dt.timedelta(hours=1)
_FIRST_REST, _LONGEST_REST = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def rest_after(attempts: int) -> dt.timedelta:
    """How long a channel rests after so many attempts that failed: twice as long each time, an hour at most.

    >>> [str(rest_after(times)) for times in (1, 2, 9)]
    ['0:01:00', '0:02:00', '1:00:00']
    """
    doublings: int = 2 ** max(0, min(attempts - 1, 10))
    return min(_FIRST_REST * doublings, _LONGEST_REST)


def called_for(
    standings: Iterable[ExceptionStanding], terms: AlertTerms, policy: ExceptionPolicy, now: dt.datetime
) -> dict[str, KeptAlert]:
    """All that the rules want told of how exceptions stand at `now` (aware), by its key, told before or not.

    Of two rules that tell the same to the same channel the first one counts. What rests under an acknowledgement
    is not told, and what somebody is assigned to is not escalated.
    """
    found: dict[str, KeptAlert] = {}
    for standing in standings:
        if standing.state is ExceptionState.OPEN:
            for rule in terms.rules:
                for alert in _of_rule(standing, rule, policy, now):
                    found.setdefault(alert.key, alert)
    return found


def _of_rule(
    standing: ExceptionStanding, rule: AlertRule, policy: ExceptionPolicy, now: dt.datetime
) -> Iterator[KeptAlert]:
    if not rule.asks_for(standing.item, now):
        return
    yield _alert(standing, rule, rule.channel, OPENED if standing.times == 1 else REOPENED, now)
    if standing.assigned_to:
        return
    listed_for = policy.listed_for(standing.item, now)
    for step in policy.escalation:
        if step.to in rule.escalate_to and listed_for >= step.after:
            yield _alert(standing, rule, rule.escalate_to[step.to], ESCALATED, now, step.to)


def _alert(
    standing: ExceptionStanding, rule: AlertRule, channel: str, step: str, now: dt.datetime, role: str = ""
) -> KeptAlert:
    key = "/".join((channel, step, quote(role, safe=""), str(standing.times), standing.identity))
    return KeptAlert(
        key=key,
        channel=channel,
        rule=rule.name,
        identity=standing.identity,
        times=standing.times,
        step=step,
        role=role,
        called_at=now,
        due=now,
    )


@frozen(kw_only=True)
class AlertGroup:
    """What one message to a channel is about: alerts, and the exceptions as they stand, the largest first.

    `id` names the message: the same alerts have the same one, however often it is tried.
    """

    channel: str
    alerts: tuple[KeptAlert, ...]
    items: tuple[ExceptionItem, ...]

    def only(self, keys: Collection[str]) -> AlertGroup:
        """The same without what is not among `keys`."""
        alerts = tuple(each for each in self.alerts if each.key in keys)
        names = {each.identity for each in alerts}
        return evolve(self, alerts=alerts, items=tuple(each for each in self.items if each.identity in names))

    @property
    def id(self) -> str:
        """A short name of it."""
        told = "\n".join(sorted(alert.key for alert in self.alerts))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


@frozen(kw_only=True)
class AlertPlan:
    """What goes out now; the keys of what is `over` untold; and when more is due (`next`), if anything.

    `rest` are the keys of what failed and has not to be told now: its rule is gone, or somebody knows.
    """

    groups: tuple[AlertGroup, ...] = ()
    over: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    next: dt.datetime | None = None


def plan_alerts(
    waiting: Iterable[KeptAlert],
    standings: Iterable[ExceptionStanding],
    terms: AlertTerms,
    policy: ExceptionPolicy,
    now: dt.datetime,
    sent: Mapping[str, Sequence[dt.datetime]] | None = None,
) -> AlertPlan:
    """What of that which `waiting` has called for goes out at `now` (aware).

    `sent` says when messages went to each channel in the last hour. What is called for and not among `waiting` is
    not told: keep it first. `standings` are those that are open, and those that what waits is about.
    """
    waiting = list(waiting)
    stand = {each.identity: each for each in standings}
    called = called_for(stand.values(), terms, policy, now)
    wanted = [evolve(each, rule=called[each.key].rule) for each in waiting if each.key in called]
    rests = _resting(waiting, now)
    dues = [(max(_due(each, stand, terms, now), rests.get(each.channel, now)), each) for each in wanted]
    later = [due for due, _ in dues if due > now]
    ready: defaultdict[str, list[KeptAlert]] = defaultdict(list)
    for due, each in dues:
        if due <= now:
            ready[each.channel].append(each)
    groups: list[AlertGroup] = []
    for channel, alerts in sorted(ready.items()):
        left, free_at = _left(terms.most_per_hour.get(channel), (sent or {}).get(channel, ()), now)
        if left == 0:
            later.append(free_at)
        else:
            groups += _groups(channel, alerts, stand, terms, left)
    over = tuple(each.key for each in waiting if _is_over(each, stand))
    rest = tuple(each.key for each in waiting if each.error and each.key not in {*called, *over})
    return AlertPlan(groups=tuple(groups), over=over, rest=rest, next=min(later, default=None))


def _is_over(alert: KeptAlert, stand: Mapping[str, ExceptionStanding]) -> bool:
    standing = stand.get(alert.identity)
    return standing is not None and (standing.is_over or standing.times != alert.times)


def _due(
    alert: KeptAlert, stand: Mapping[str, ExceptionStanding], terms: AlertTerms, now: dt.datetime
) -> dt.datetime:
    """When it may be told at the earliest, by the rules as they are now."""
    rule = terms.rule(alert.rule)
    due = max(alert.due or now, alert.lease_until or now)
    if rule.is_urgent(stand[alert.identity].item):
        return due
    told = alert.called_at if alert.step == ESCALATED else rule.digest_from(alert.called_at, terms.zone)
    return rule.quiet_until(max(told, due, now), terms.zone)


def _resting(waiting: Iterable[KeptAlert], now: dt.datetime) -> dict[str, dt.datetime]:
    """The channels that failed a moment ago, and until when they rest: what is new waits with what failed."""
    rests: dict[str, dt.datetime] = {}
    for each in waiting:
        if each.error and each.due is not None and each.due > now:
            rests[each.channel] = max(each.due, rests.get(each.channel, each.due))
    return rests


def _left(most: int | None, sent: Collection[dt.datetime], now: dt.datetime) -> tuple[int | None, dt.datetime]:
    """How many messages a channel still takes (None: any number), and when it takes one again."""
    lately = sorted(instant for instant in sent if now - _HOUR < instant <= now)
    if most is None or not lately:
        return most, now
    left = max(0, most - len(lately))
    return left, lately[len(lately) - most] + _HOUR if left == 0 else now


def _groups(
    channel: str,
    alerts: Collection[KeptAlert],
    stand: Mapping[str, ExceptionStanding],
    terms: AlertTerms,
    left: int | None,
) -> list[AlertGroup]:
    """As the rules group them, what was tried least first, so that one that is never taken stands before no other.

    A flood, which is more than the channel takes, is one message.
    """
    parts: defaultdict[tuple[str, str], list[KeptAlert]] = defaultdict(list)
    for alert in alerts:
        by, item = terms.rule(alert.rule).group_by, stand[alert.identity].item
        of = {"owner": item.owner.value, "class": item.kind.value, "exception": item.identity}
        parts[by, of.get(by, "")].append(alert)
    is_flood = left is not None and len(parts) > left
    in_turn = sorted(parts.items(), key=lambda each: (max(alert.attempts for alert in each[1]), each[0]))
    told = [alerts] if is_flood else [part for _, part in in_turn]
    return [_group(channel, part, stand) for part in told]


def _group(channel: str, alerts: Collection[KeptAlert], stand: Mapping[str, ExceptionStanding]) -> AlertGroup:
    told = {alert.identity: stand[alert.identity].item for alert in alerts}
    return AlertGroup(channel=channel, alerts=tuple(alerts), items=ranked(told.values()))
