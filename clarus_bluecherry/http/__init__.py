"""Everything that is sent over HTTP: calls as data, and the senders that carry them.

The names of `call` are here at once; those that need the HTTP library load on first use.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import lazy
from clarus_bluecherry.http.call import Answer, Call, Json, Refusal, dump_json, nothing, plain_refusal

if TYPE_CHECKING:
    from clarus_bluecherry.http.auth import Auth, ClientCredentials, StaticHeaders, StaticToken
    from clarus_bluecherry.http.exchange import Attempt, Exchange, Observer, Prepared
    from clarus_bluecherry.http.limiter import RateLimiter
    from clarus_bluecherry.http.policy import NO_RETRIES, Limits, Retries, Timeouts, no_wait, no_wait_async
    from clarus_bluecherry.http.retry import may_repeat
    from clarus_bluecherry.http.sender import AsyncSender, Sender

_LAZY = {
    "AsyncSender": "sender",
    "Attempt": "exchange",
    "Auth": "auth",
    "ClientCredentials": "auth",
    "Exchange": "exchange",
    "Limits": "policy",
    "NO_RETRIES": "policy",
    "Observer": "exchange",
    "Prepared": "exchange",
    "RateLimiter": "limiter",
    "Retries": "policy",
    "Sender": "sender",
    "StaticHeaders": "auth",
    "StaticToken": "auth",
    "Timeouts": "policy",
    "may_repeat": "retry",
    "no_wait": "policy",
    "no_wait_async": "policy",
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
