"""How patiently a sender waits: timeouts, repetitions, connections.

Law of this module: plain values in seconds and counts, refused when they make no sense. Both vendors publish no
limits, so every number is our default (confidence low, chosen to be safe) and every number can be set.
"""

from __future__ import annotations

from typing import Protocol

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError


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


DEFAULT_TIMEOUTS = Timeouts()
DEFAULT_RETRIES = Retries()
DEFAULT_LIMITS = Limits()
NO_RETRIES = Retries(attempts=1)
"""Send once, whatever happens."""


def no_wait(seconds: float) -> None:
    """A `sleep` for tests: comes back at once."""


async def no_wait_async(seconds: float) -> None:
    """`no_wait` for the async sender."""
