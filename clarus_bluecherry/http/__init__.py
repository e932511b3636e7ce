"""Everything that is sent over HTTP: calls as data, and the senders that carry them.

The names of a call are here at once; those that need the HTTP library load on first use.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import lazy
from clarus_bluecherry.http._call import Answer, Call, Json, Refusal, dump_json, nothing, plain_refusal

if TYPE_CHECKING:
    from clarus_bluecherry.http._attempt import Attempt, Observer
    from clarus_bluecherry.http._auth import Auth, ClientCredentials, StaticHeaders, StaticToken
    from clarus_bluecherry.http._deadline import within
    from clarus_bluecherry.http._limiter import RateLimiter
    from clarus_bluecherry.http._pending import Prepared, Response
    from clarus_bluecherry.http._retry import may_repeat
    from clarus_bluecherry.http._sender import AsyncSender, Sender
    from clarus_bluecherry.http._settings import (
        Limits,
        Options,
        Retries,
        Settings,
        Timeouts,
        no_wait,
        no_wait_async,
    )

_LAZY = {
    "AsyncSender": "_sender",
    "Attempt": "_attempt",
    "Auth": "_auth",
    "ClientCredentials": "_auth",
    "Limits": "_settings",
    "Observer": "_attempt",
    "Options": "_settings",
    "Prepared": "_pending",
    "RateLimiter": "_limiter",
    "Response": "_pending",
    "Retries": "_settings",
    "Sender": "_sender",
    "Settings": "_settings",
    "StaticHeaders": "_auth",
    "StaticToken": "_auth",
    "Timeouts": "_settings",
    "may_repeat": "_retry",
    "no_wait": "_settings",
    "no_wait_async": "_settings",
    "within": "_deadline",
}

__all__ = [
    "Answer",
    "AsyncSender",
    "Attempt",
    "Auth",
    "Call",
    "ClientCredentials",
    "Json",
    "Limits",
    "Observer",
    "Options",
    "Prepared",
    "RateLimiter",
    "Refusal",
    "Response",
    "Retries",
    "Sender",
    "Settings",
    "StaticHeaders",
    "StaticToken",
    "Timeouts",
    "dump_json",
    "may_repeat",
    "no_wait",
    "no_wait_async",
    "nothing",
    "plain_refusal",
    "within",
]

__getattr__ = lazy(__name__, _LAZY)
