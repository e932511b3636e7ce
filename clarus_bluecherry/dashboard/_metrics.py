"""Figures for Prometheus: the same that the pages show, in its text format.

Law of this module: what is counted comes from one look at the ledger; no figure lives in this process. Labels have
few values: systems, kinds, states, classes, owners, currencies, feeds, never a SKU, an order or a person.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import need
from clarus_bluecherry._version import __version__
from clarus_bluecherry.dashboard._watched import Watched
from clarus_bluecherry.errors import ClarusBluecherryError
from clarus_bluecherry.finance.exceptions import ExceptionStanding
from clarus_bluecherry.ledger.states import State

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily, Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "clarus_bluecherry"
_HOUR = dt.timedelta(hours=1)
_DONE = (State.POSTED, State.ACCEPTED, State.REJECTED, State.IN_DOUBT, State.PARKED, State.CANCELLED)

Labelled = Iterable[tuple[tuple[str, ...], float]]


def metrics_text(look: Callable[[], Watched]) -> bytes:
    """What a scrape gets, from a look at the ledger that is taken for it.

    A ledger that cannot be reached gives `clarus_bluecherry_ledger_up 0` and no other figure of it. Raises
    `MissingExtra` where prometheus-client is not installed.
    """
    need("prometheus_client", extra="dashboard", purpose="figures for Prometheus")
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(look))
    text: bytes = generate_latest(registry)
    return text


class _Collector:
    """Makes every figure anew each time it is asked."""

    def __init__(self, look: Callable[[], Watched]) -> None:
        self._look = look

    def describe(self) -> Iterable[Metric]:
        """Nothing: what is not asked is not counted."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every figure, as of now."""
        began = time.perf_counter()
        try:
            seen = self._look()
        except ClarusBluecherryError:
            yield _gauge("ledger_up", "Whether the ledger could be read.", (), [((), 0)])
        else:
            yield _gauge("ledger_up", "Whether the ledger could be read.", (), [((), 1)])
            yield from _figures(seen)
        build = [((__version__,), 1.0)]
        yield _gauge("build_info", "The version of clarus-bluecherry that answers.", ("version",), build)
        spent = time.perf_counter() - began
        yield _gauge("scrape_duration_seconds", "How long these figures took to make.", (), [((), spent)])


def _gauge(name: str, told: str, labels: tuple[str, ...], values: Labelled) -> GaugeMetricFamily:
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(f"{_PREFIX}_{name}", told, labels=labels)
    for label_values, value in values:
        family.add_metric(label_values, value)
    return family


def _figures(seen: Watched) -> Iterator[Metric]:
    yield from _messages(seen)
    yield from _exceptions(seen)
    yield from _heard(seen)
    yield from _work(seen)
    yield from _alerts(seen)


def _messages(seen: Watched) -> Iterator[Metric]:
    counts, oldest = Counter[tuple[str, ...]](), dict[tuple[str, ...], dt.datetime]()
    for each in seen.open:
        counts[each.target, each.kind, each.state.value] += each.count
        place = (each.target, each.state.value)
        oldest[place] = min(oldest.get(place, each.occurred_at), each.occurred_at)
    of_kind = ("target", "kind", "state")
    yield _gauge("open_messages", "Messages that are neither done nor given up.", of_kind, counts.items())
    yield _gauge(
        "oldest_open_message_age_seconds",
        "How long ago the event happened that the oldest open message tells of.",
        ("target", "state"),
        [(place, _age(seen, since)) for place, since in sorted(oldest.items())],
    )
    yield _gauge(
        "messages_last_hour",
        "Messages that came to a state in the last hour, of the newest 5,000 steps.",
        of_kind,
        [
            ((target, kind, state.value), count)
            for (target, kind, state), count in sorted(seen.done(_HOUR).items())
            if state in _DONE
        ],
    )
    spans = [
        ((*kind, percentile), span.total_seconds())
        for kind, lag in sorted(seen.lags().items())
        for percentile, span in (("50", lag.median), ("95", lag.p95))
    ]
    yield _gauge(
        "lag_seconds",
        "From the event to the other system's books, of what was done in the last 24 hours.",
        ("target", "kind", "percentile"),
        spans,
    )
    yield _gauge(
        "period_open_messages",
        "Open messages that are dated in a period of the books that is not closed.",
        ("period",),
        [((period.name,), period.count) for period in seen.periods],
    )
    yield _gauge(
        "period_end_timestamp_seconds",
        "When the last day of a period that is not closed ends.",
        ("period",),
        [((period.name,), period.ends_at.timestamp()) for period in seen.periods],
    )


def _exceptions(seen: Watched) -> Iterator[Metric]:
    of = ("class", "owner")
    yield _gauge(
        "open_exceptions", "Exceptions that are open, as they were looked for last.", of, _counts(seen.exceptions)
    )
    yield _gauge(
        "exceptions_over_limit",
        "Open exceptions that are over a limit of the site, and not acknowledged.",
        of,
        _counts(seen.over_limit),
    )
    net, without = defaultdict[tuple[str, ...], Decimal](Decimal), list[ExceptionStanding]()
    gross = defaultdict[tuple[str, ...], Decimal](Decimal)
    for each in seen.exceptions:
        value = each.item.value
        if value is None:
            without.append(each)
        else:
            net[*_of(each), value.currency] += value.amount
            gross[*_of(each), value.currency] += abs(value.amount)
    told = (*of, "currency")
    yield _gauge("exceptions_net_value", "By how much the books will change.", told, _amounts(net))
    yield _gauge("exceptions_gross_value", "The same, whichever way each goes.", told, _amounts(gross))
    yield _gauge("exceptions_without_value", "Open exceptions whose value nobody knows.", of, _counts(without))
    if seen.looked_at is not None:
        look = [((), seen.looked_at.timestamp())]
        yield _gauge("exceptions_looked_timestamp_seconds", "When exceptions were looked for last.", (), look)


def _of(standing: ExceptionStanding) -> tuple[str, str]:
    return standing.item.kind.value, standing.item.owner.value


def _counts(standings: Iterable[ExceptionStanding]) -> Labelled:
    return sorted(Counter(map(_of, standings)).items())


def _amounts(amounts: Mapping[tuple[str, ...], Decimal]) -> Labelled:
    return [(labels, float(amount)) for labels, amount in sorted(amounts.items())]


def _heard(seen: Watched) -> Iterator[Metric]:
    yield _gauge(
        "feed_newest_record_timestamp_seconds",
        "When the newest record of a feed happened, by its source's own time.",
        ("feed",),
        [((feed.name,), feed.last.timestamp()) for feed in seen.feeds if feed.last is not None],
    )
    yield _gauge(
        "feed_silent",
        "Whether a feed has told nothing for much longer than it usually does.",
        ("feed",),
        [((feed.name,), feed.is_silent) for feed in seen.feeds],
    )
    waits = [
        ((each.kind, "person" if each.is_for_person else "worker"), each.count, _age(seen, each.heard_at))
        for each in seen.inbox
    ]
    of = ("kind", "waits_for")
    yield _gauge(
        "inbox_waiting",
        "What was heard and is still to be looked at or read.",
        of,
        [(labels, count) for labels, count, _ in waits],
    )
    yield _gauge(
        "inbox_oldest_age_seconds",
        "How long the oldest of that waits.",
        of,
        [(labels, age) for labels, _, age in waits],
    )


def _work(seen: Watched) -> Iterator[Metric]:
    if seen.read_at is not None:
        read = [((), seen.read_at.timestamp())]
        yield _gauge("worker_read_timestamp_seconds", "When a worker read both systems last.", (), read)
    over = sum(each.lease_until < seen.at for each in seen.at_work)
    yield _gauge(
        "workers_sending", "Workers that are sending at this moment.", (), [((), len(seen.at_work) - over)]
    )
    yield _gauge("workers_lost", "Workers that stopped while sending, taken on by nobody yet.", (), [((), over)])
    failing = [((each.system,), each.failures) for each in seen.left_alone]
    yield _gauge("system_failures", "Failures in a row of a system that is left alone.", ("system",), failing)


def _alerts(seen: Watched) -> Iterator[Metric]:
    of = ("channel",)
    waits, failing = Counter[tuple[str]](), Counter[tuple[str]]()
    for each in seen.alerts:
        waits[each.channel,] += 1
        failing[each.channel,] += bool(each.error)
    yield _gauge("alerts_waiting", "What people are still to be told of exceptions.", of, waits.items())
    yield _gauge("alerts_failing", "Of that, what could not be told and is tried again.", of, failing.items())


def _age(seen: Watched, since: dt.datetime) -> float:
    return max(0.0, (seen.at - since).total_seconds())
