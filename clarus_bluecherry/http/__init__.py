"""Everything that is sent over HTTP: calls as data, and the senders that carry them.

The names of a call are here at once; those that need the HTTP library load on first use.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import lazy
from clarus_bluecherry.http._call import Answer, Call, Json, Refusal, dump_json, nothing, plain_refusal

if TYPE_CHECKING:
    from clarus_bluecherry.http._auth import Auth, ClientCredentials, StaticHeaders, StaticToken
    from clarus_bluecherry.http._context import Attempt, Exchange, Observer, Prepared
    from clarus_bluecherry.http._limiter import RateLimiter
    from clarus_bluecherry.http._retry import may_repeat
    from clarus_bluecherry.http._sender import AsyncSender, Sender
    from clarus_bluecherry.http._settings import NO_RETRIES, Limits, Retries, Timeouts, no_wait, no_wait_async

_LAZY = {
    "AsyncSender": "_sender",
    "Attempt": "_context",
    "Auth": "_auth",
    "ClientCredentials": "_auth",
    "Exchange": "_context",
    "Limits": "_settings",
    "NO_RETRIES": "_settings",
    "Observer": "_context",
    "Prepared": "_context",
    "RateLimiter": "_limiter",
    "Retries": "_settings",
    "Sender": "_sender",
    "StaticHeaders": "_auth",
    "StaticToken": "_auth",
    "Timeouts": "_settings",
    "may_repeat": "_retry",
    "no_wait": "_settings",
    "no_wait_async": "_settings",
}

__all__ = [
    "NO_RETRIES",
    "Answer",
    "AsyncSender",
    "Attempt",
    "Auth",
    "Call",
    "ClientCredentials",
    "Exchange",
    "Json",
    "Limits",
    "Observer",
    "Prepared",
    "RateLimiter",
    "Refusal",
    "Retries",
    "Sender",
    "StaticHeaders",
    "StaticToken",
    "Timeouts",
    "dump_json",
    "may_repeat",
    "no_wait",
    "no_wait_async",
    "nothing",
    "plain_refusal",
]

__getattr__ = lazy(__name__, _LAZY)
