"""How a sender sends: one value, `Settings`, for everything that is neither a credential nor a part brought along.

Law of this module: plain values in seconds and counts, refused when they make no sense. Both vendors publish no
limits, so every number is our default (confidence low, chosen to be safe) and every number can be set. Where a
number says enough a number is taken, and kept as the object that says it all.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypedDict

from attrs import evolve, field, fields_dict, frozen

from clarus_bluecherry._nearest import nearest
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.http._attempt import Observer
from clarus_bluecherry.http._limiter import RateLimiter
from clarus_bluecherry.http._redact import HIDDEN, redact_text


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def _refused(record: object, attribute: _Named, what: str, action: str | None = None) -> ConfigurationError:
    return ConfigurationError(what, record=type(record).__name__, field=attribute.name, action=action)


def _told(value: object) -> str:
    """What was given; by its kind alone where it is no number, for it may be a secret."""
    if isinstance(value, int) and abs(value) > LONGEST_WAIT:
        return "a number so large"
    is_plain = value is None or isinstance(value, int | float)
    return str(value) if is_plain else f"a {type(value).__name__}"


LONGEST_WAIT = 366 * 86400.0
"""Seconds: what is longer is a mistake, and more than the clocks of some systems can wait."""


def _is_wait(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST_WAIT


def _is_seconds(value: object) -> bool:
    """Whether a step of a request can wait so long: httpx cannot wait for ever in a number."""
    return _is_wait(value) and value != 0


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _seconds(record: object, attribute: _Named, value: float) -> None:
    if not _is_seconds(value):
        raise _refused(record, attribute, f"{_told(value)} is no number of seconds above zero, up to a year")


def _wait(record: object, attribute: _Named, value: float) -> None:
    if not _is_wait(value):
        raise _refused(record, attribute, f"{_told(value)} is no number of seconds from zero up to a year")


def _seconds_or_ever(record: object, attribute: _Named, value: float) -> None:
    if value != math.inf:
        _seconds(record, attribute, value)


def _wait_or_ever(record: object, attribute: _Named, value: float) -> None:
    if value != math.inf:
        _wait(record, attribute, value)


def _count(record: object, attribute: _Named, value: int) -> None:
    if not _is_count(value):
        raise _refused(record, attribute, f"{_told(value)} is no whole number from zero on")


def _count_above_zero(record: object, attribute: _Named, value: int) -> None:
    if not (_is_count(value) and value):
        raise _refused(record, attribute, f"{_told(value)} is no whole number above zero")


def _one_of(*kinds: type) -> Callable[[object, _Named, Any], None]:
    """A validator: an object of one of `kinds`, or None where None is among them."""
    names = " or ".join("None" if kind is type(None) else kind.__name__ for kind in kinds)

    def check(record: object, attribute: _Named, value: object) -> None:
        if not isinstance(value, kinds) or value == "":
            given = "an empty text" if value == "" else _told(value)
            raise _refused(record, attribute, f"{given} is given where {names} is wanted")

    return check


@frozen
class Timeouts:
    """Seconds to wait for: a connection, the next piece of the answer, the next piece sent, a free connection."""

    connect: float = field(default=10.0, validator=_seconds)
    read: float = field(default=60.0, validator=_seconds)
    write: float = field(default=60.0, validator=_seconds)
    pool: float = field(default=30.0, validator=_seconds)


@frozen
class Retries:
    """How often, and how patiently, one logical call is sent again when that is safe (see `retry.may_repeat`).

    `attempts` counts the first one. Waits grow from `first_wait` to `longest_wait` seconds, with full jitter;
    a `Retry-After` is obeyed instead, unless it asks for more than `longest_retry_after` seconds: then the error
    is raised at once and the caller decides. No wait begins that would end more than `total` seconds after the
    first attempt began.
    """

    attempts: int = field(default=4, validator=_count_above_zero)
    first_wait: float = field(default=0.5, validator=_wait)
    longest_wait: float = field(default=30.0, validator=_wait)
    longest_retry_after: float = field(default=120.0, validator=_wait_or_ever)
    total: float = field(default=300.0, validator=_seconds_or_ever)


@frozen
class Limits:
    """Connections of one sender: how many at once, how many are kept idle, and for how many seconds.

    Idle connections are given up early on purpose: a write on one that the server has just closed fails with an
    unknown outcome.
    """

    connections: int = field(default=20, validator=_count_above_zero)
    idle: int = field(default=10, validator=_count)
    idle_seconds: float = field(default=5.0, validator=_wait_or_ever)


LONGEST_ANSWER = 64 * 1024 * 1024


class Options(TypedDict, total=False):
    """What `with_options` may change; what is left out stays as it was.

    `timeout` is seconds for each step of one request (to connect, each wait for data), or `Timeouts`.
    `deadline` is seconds for one whole call with its retries, waits and token; of a list, each page. `math.inf`
    takes it away.
    `max_retries` is how often a call is sent again (its waits stay as they were), or `Retries`.
    """

    timeout: float | Timeouts
    max_retries: int | Retries
    deadline: float


def utc_now() -> dt.datetime:
    """The clock that senders use unless a test gives them another."""
    return dt.datetime.now(dt.UTC)


def _timeouts(given: float | Timeouts) -> Timeouts:
    if isinstance(given, Timeouts):
        return given
    if not _is_seconds(given):
        what = f"{_told(given)} is neither a number of seconds above zero nor http.Timeouts"
        raise ConfigurationError(what, record="Settings", field="timeout")
    return Timeouts(given, given, given, given)


def _retries(given: int | Retries) -> Retries:
    if isinstance(given, Retries):
        return given
    if not _is_count(given):
        what = f"{_told(given)} is neither a whole number from zero on nor http.Retries"
        raise ConfigurationError(what, record="Settings", field="max_retries")
    return Retries(attempts=given + 1)


def _observers(given: Iterable[Observer]) -> tuple[Observer, ...]:
    observers = tuple(given) if isinstance(given, Iterable) else (None,)
    if not all(callable(each) for each in observers):
        what = f"{_told(given)} is given where a list of functions is wanted"
        raise ConfigurationError(what, record="Settings", field="observers")
    return observers


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(given, Mapping) or not all(isinstance(text, str) for pair in given.items() for text in pair):
        what = f"{_told(given)} is no mapping from names to values, all of them text"
        raise ConfigurationError(what, record="Settings", field="headers")
    return dict(given)


PROXY_ACTION = "Write it as http://proxy.example:3128."


def _proxy(record: object, attribute: _Named, value: str | None) -> None:
    if value is not None and not (isinstance(value, str) and re.match(r"\w+://[^/\s]", value)):
        raise _refused(record, attribute, "it is no URL of a proxy", PROXY_ACTION)


def _shown_headers(headers: Mapping[str, str]) -> str:
    return repr(dict.fromkeys(headers, HIDDEN))


def _shown_proxy(proxy: str | None) -> str:
    return repr(proxy and redact_text(proxy))


@frozen(kw_only=True)
class Settings:
    """Every setting of a sender but who we are, and but the client or transport that you bring yourself.

    `timeout` is seconds for each step of one request (to connect, each wait for data), or `Timeouts`.
    `deadline` is seconds for one whole call with its retries, waits and token (of a list: each page), or none.
    `max_retries` is how often a call is sent again when that is safe, or `Retries`.

    `headers` go with every request but those for tokens. `limiter` may be shared by several senders. `proxy` is a
    URL; `verify` False, the path of a CA bundle or a folder of them, or an SSLContext; `limits` the connections.
    An answer above `longest_answer` bytes is refused. `observers` are called with an `Attempt` after every
    request. `clock` (aware) and `monotonic` (seconds) are for tests.

    >>> Settings(timeout=5, max_retries=2, deadline=20).timeout
    Timeouts(connect=5, read=5, write=5, pool=5)
    """

    timeout: Timeouts = field(factory=Timeouts, converter=_timeouts)
    max_retries: Retries = field(factory=Retries, converter=_retries)
    deadline: float = field(default=math.inf, validator=_seconds_or_ever)
    headers: Mapping[str, str] = field(factory=dict, converter=_headers, repr=_shown_headers)
    limiter: RateLimiter | None = field(default=None, validator=_one_of(RateLimiter, type(None)))
    proxy: str | None = field(default=None, repr=_shown_proxy, validator=_proxy)
    verify: bool | str | ssl.SSLContext = field(default=True, validator=_one_of(bool, str, ssl.SSLContext))
    limits: Limits = field(factory=Limits, validator=_one_of(Limits))
    longest_answer: int = field(default=LONGEST_ANSWER, validator=_count_above_zero)
    observers: tuple[Observer, ...] = field(default=(), converter=_observers)
    clock: Callable[[], dt.datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic

    def with_options(self, options: Options) -> Settings:
        """These settings with other patience. A number of retries leaves their waits as they were."""
        _check_options(options)
        if "max_retries" in options and not isinstance(options["max_retries"], Retries):
            attempts = _retries(options["max_retries"]).attempts
            options = {**options, "max_retries": evolve(self.max_retries, attempts=attempts)}
        return evolve(self, **options)


def settled(given: Settings | None) -> Settings:
    """The settings that were `given`, or the default ones. Raises `ConfigurationError` for anything else."""
    if given is None:
        return Settings()
    if not isinstance(given, Settings):
        action = "Write settings=Settings(deadline=..., ...)."
        raise ConfigurationError(f"a {type(given).__name__} is no http.Settings", field="settings", action=action)
    return given


def _check_options(given: Iterable[str]) -> None:
    """A mistaken option would change nothing, in silence."""
    known = Options.__annotations__
    for name in given:
        if name not in known:
            near = nearest(name, known)
            raise ConfigurationError(
                "with_options does not take it" + (f": did you mean {near!r}?" if near else ""),
                field=name,
                action=f"It takes {', '.join(known)}"
                + (
                    f"; say Settings({name}=...) when the client is made."
                    if name in fields_dict(Settings)
                    else "."
                ),
            )


def no_wait(seconds: float) -> None:
    """A `sleep` for tests: comes back at once."""


async def no_wait_async(seconds: float) -> None:
    """`no_wait` for the async sender."""
