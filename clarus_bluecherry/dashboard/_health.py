"""Whether all is well: what is checked, and what it comes to, for a monitor and for a page.

Law of this module: what stops the integration is a check that fails; what waits for a person is none, since no
restart mends it, and is told beside.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from clarus_bluecherry._version import __version__
from clarus_bluecherry.dashboard._watched import Watched
from clarus_bluecherry.report import words

READ_WITHIN = dt.timedelta(minutes=15)
"""A worker that has not read both systems for so long is not at work."""
_LEASE_OVER = dt.timedelta(minutes=15)
"""A lease that is over for so long was seen by no worker since."""


@frozen(kw_only=True)
class HealthCheck:
    """Something that must hold. `name` is its key for programs."""

    name: str
    title: str
    holds: bool
    told: str


@frozen(kw_only=True)
class Health:
    """What the checks came to, and what of it a program may want by number."""

    checks: Sequence[HealthCheck]
    more: Mapping[str, object]

    @property
    def is_well(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)

    @property
    def verdict(self) -> str:
        """In a sentence."""
        failed = [check.told for check in self.checks if not check.holds]
        if failed:
            return f"{'; '.join(failed)}."
        return "Nothing stops the integration. What waits for a person is told at Waiting."

    @property
    def told(self) -> Mapping[str, object]:
        """As JSON tells it."""
        checks = {check.name: {"ok": check.holds, "told": check.told} for check in self.checks}
        return {
            "status": "ok" if self.is_well else "failing",
            "version": __version__,
            "checks": checks,
            **self.more,
        }


def unreachable(why: str) -> Health:
    """Of a ledger that cannot be looked at."""
    check = HealthCheck(name="ledger", title="The ledger can be read", holds=False, told=why)
    return Health(checks=[check], more={})


def health_of(seen: Watched, read_within: dt.timedelta = READ_WITHIN) -> Health:
    """What a look at the ledger says of the integration's health.

    A worker is missed where none has read both systems for longer than `read_within`, and one ever did.
    """
    return Health(checks=[*_checks(seen, read_within)], more=_more(seen))


def _checks(seen: Watched, read_within: dt.timedelta) -> Iterator[HealthCheck]:
    told = f"It can be read, and its tables are of version {seen.schema}"
    yield HealthCheck(name="ledger", title="The ledger can be read", holds=True, told=told)
    read = seen.read_at
    told = (
        "No worker has ever read both systems, so none is missed"
        if read is None
        else f"Both systems were read {_ago(seen, read)} ago"
    )
    is_late = read is not None and seen.at - read > read_within
    yield HealthCheck(name="workers", title="A worker reads both systems", holds=not is_late, told=told)
    over = [each for each in seen.at_work if seen.at - each.lease_until > _LEASE_OVER]
    told = f"{words.counted(len(over), 'worker')} stopped while sending, and no other has gone on"
    yield HealthCheck(
        name="leases",
        title="What workers left is taken on",
        holds=not over,
        told=told if over else "Nothing is left",
    )
    silent = [feed.title for feed in seen.feeds if feed.is_silent]
    told = f"Silent for much longer than usual: {'; '.join(silent)}" if silent else "No feed is silent"
    yield HealthCheck(name="feeds", title="Feeds tell something", holds=not silent, told=told)


def _more(seen: Watched) -> Mapping[str, object]:
    oldest = seen.oldest()
    return {
        "as_of": seen.at,
        "schema": seen.schema,
        "oldest_open_seconds": None if oldest is None else _seconds(seen, oldest),
        "feeds": {
            feed.name: {
                "newest": feed.last,
                "age_seconds": None if feed.last is None else _seconds(seen, feed.last),
            }
            for feed in seen.feeds
        },
        "worker_read_seconds": None if seen.read_at is None else _seconds(seen, seen.read_at),
        "sending": [
            {"worker": each.worker, "messages": each.count, "lease_until": each.lease_until}
            for each in seen.at_work
        ],
        "exceptions": {
            "open": len(seen.exceptions),
            "over_limit": len(seen.over_limit),
            "looked_at": seen.looked_at,
        },
    }


def _seconds(seen: Watched, since: dt.datetime) -> int:
    return max(0, int((seen.at - since).total_seconds()))


def _ago(seen: Watched, since: dt.datetime) -> str:
    minutes = _seconds(seen, since) // 60
    return words.counted(minutes, "minute") if minutes < 120 else words.counted(minutes // 60, "hour")
