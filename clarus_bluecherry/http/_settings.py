"""How a sender sends: one value, `Settings`, for everything that is neither a credential nor a part brought along.

Law of this module: plain values in seconds and counts, refused when they make no sense. Both vendors publish no
limits, so every number is our default (confidence low, chosen to be safe) and every number can be set. Where a
number says enough a number is taken, and kept as the object that says it all.
"""

from __future__ import annotations

import datetime as dt
import math
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypedDict

from attrs import evolve, field, frozen

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.http._attempt import Observer
from clarus_bluecherry.http._limiter import RateLimiter
from clarus_bluecherry.http._redact import HIDDEN, redact_text


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def _above_zero(record: object, attribute: _Named, value: float) -> None:
    if not value > 0:
        raise ConfigurationError(f"{value} is not above zero", record=type(record).__name__, field=attribute.name)


def _not_negative(record: object, attribute: _Named, value: float) -> None:
    if not value >= 0:
        raise ConfigurationError(f"{value} is negative", record=type(record).__name__, field=attribute.name)


@frozen
class Timeouts:
    """Seconds to wait for: a connection, the next piece of the answer, the next piece sent, a free connection."""

    connect: float = field(default=10.0, validator=_above_zero)
    read: float = field(default=60.0, validator=_above_zero)
    write: float = field(default=60.0, validator=_above_zero)
    pool: float = field(default=30.0, validator=_above_zero)


@frozen
class Retries:
    """How often, and how patiently, one logical call is sent again when that is safe (see `retry.may_repeat`).

    `attempts` counts the first one. Waits grow from `first_wait` to `longest_wait` seconds, with full jitter;
    a `Retry-After` is obeyed instead, unless it asks for more than `longest_retry_after` seconds: then the error
    is raised at once and the caller decides. No wait begins that would end more than `total` seconds after the
    first attempt began.
    """

    attempts: int = field(default=4, validator=_above_zero)
    first_wait: float = field(default=0.5, validator=_not_negative)
    longest_wait: float = field(default=30.0, validator=_not_negative)
    longest_retry_after: float = field(default=120.0, validator=_not_negative)
    total: float = field(default=300.0, validator=_above_zero)


@frozen
class Limits:
    """Connections of one sender: how many at once, how many are kept idle, and for how many seconds.

    Idle connections are given up early on purpose: a write on one that the server has just closed fails with an
    unknown outcome.
    """

    connections: int = field(default=20, validator=_above_zero)
    idle: int = field(default=10, validator=_not_negative)
    idle_seconds: float = field(default=5.0, validator=_not_negative)


LONGEST_ANSWER = 64 * 1024 * 1024


class Options(TypedDict, total=False):
    """What `with_options` may change; what is left out stays as it was.

    `timeout` is seconds for each step of a request, or `Timeouts`. `max_retries` is how often a call is sent again
    (its waits stay as they were), or `Retries`. `deadline` is the seconds that one whole call may take; `math.inf`
    takes it away.
    """

    timeout: float | Timeouts
    max_retries: int | Retries
    deadline: float


def utc_now() -> dt.datetime:
    """The clock that senders use unless a test gives them another."""
    return dt.datetime.now(dt.UTC)


def _timeouts(given: float | Timeouts) -> Timeouts:
    return given if isinstance(given, Timeouts) else Timeouts(given, given, given, given)


def _retries(given: int | Retries) -> Retries:
    return given if isinstance(given, Retries) else Retries(attempts=given + 1)


def _observers(given: Iterable[Observer]) -> tuple[Observer, ...]:
    return tuple(given)


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    return dict(given)


def _shown_headers(headers: Mapping[str, str]) -> str:
    return repr(dict.fromkeys(headers, HIDDEN))


def _shown_proxy(proxy: str | None) -> str:
    return repr(proxy and redact_text(proxy))


@frozen(kw_only=True)
class Settings:
    """Every setting of a sender but who we are, and but the client or transport that you bring yourself.

    `timeout` is seconds for each step of a request (to connect, until the next piece of the answer comes, until
    the next piece is taken, until a connection is free), or `Timeouts`. `max_retries` is how often a call is sent
    again when that is safe, or `Retries`. `deadline` is the seconds that one whole call may take, with every
    attempt, every wait and the token it needs; none by default.

    `headers` go with every request but those for tokens. `limiter` may be shared by several senders. `proxy` is a
    URL; `verify` False, the path of a CA bundle or a folder of them, or an SSLContext; `limits` the connections.
    An answer above `longest_answer` bytes is refused. `observers` are called with an `Attempt` after every
    request. `clock` (aware) and `monotonic` (seconds) are for tests.

    >>> Settings(timeout=5, max_retries=2, deadline=20).timeout
    Timeouts(connect=5, read=5, write=5, pool=5)
    """

    timeout: Timeouts = field(factory=Timeouts, converter=_timeouts)
    max_retries: Retries = field(factory=Retries, converter=_retries)
    deadline: float = field(default=math.inf, validator=_above_zero)
    headers: Mapping[str, str] = field(factory=dict, converter=_headers, repr=_shown_headers)
    limiter: RateLimiter | None = None
    proxy: str | None = field(default=None, repr=_shown_proxy)
    verify: bool | str | ssl.SSLContext = True
    limits: Limits = field(factory=Limits)
    longest_answer: int = field(default=LONGEST_ANSWER, validator=_above_zero)
    observers: tuple[Observer, ...] = field(default=(), converter=_observers)
    clock: Callable[[], dt.datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic

    def with_options(self, options: Options) -> Settings:
        """These settings with other patience. A number of retries leaves their waits as they were."""
        if isinstance(retries := options.get("max_retries"), int):
            options = {**options, "max_retries": evolve(self.max_retries, attempts=retries + 1)}
        return evolve(self, **options)


def no_wait(seconds: float) -> None:
    """A `sleep` for tests: comes back at once."""


async def no_wait_async(seconds: float) -> None:
    """`no_wait` for the async sender."""
