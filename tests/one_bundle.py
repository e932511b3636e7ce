"""For all tests: the bundle of certificates is read once, and not by each of the thousands of clients they make.

A client reads it when it is made, for 25 ms, also one that only ever speaks to this machine without TLS. What the
environment says of the bundle is asked each time, and who gives certificates of their own is let through.
"""

from __future__ import annotations

import os
import ssl
from functools import cache
from typing import Any

from httpx._transports import default as transports

_read = transports.create_ssl_context


@cache
def _trust(trust_env: bool, *named: str | None) -> ssl.SSLContext:
    return _read(trust_env=trust_env)


def _shared(verify: Any = True, cert: Any = None, trust_env: bool = True) -> ssl.SSLContext:
    if verify is not True or cert is not None:
        return _read(verify, cert, trust_env)
    return _trust(trust_env, *map(os.environ.get, ("SSL_CERT_FILE", "SSL_CERT_DIR")))


def install() -> None:
    """Stand before httpx's own reading, for the length of the run."""
    transports.create_ssl_context = _shared
