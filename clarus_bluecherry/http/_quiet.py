"""httpx writes a log line for each request, at INFO and with the whole URL; Blue Cherry's queries name orders.
Below it httpcore writes at DEBUG what a server says in the head of its answer: cookies, and what it was sent.

Law of this module: of a request of ours the line is kept without the query and without those headers; of other
people's requests nothing is touched. No level, no handler and no other logger of the host process is changed.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpx

from clarus_bluecherry.http._redact import HIDDEN, redact_text

_HEAD = re.compile(r"(receive_response_headers\.complete return_value=.*?)\[.*", re.DOTALL)
_OURS: ContextVar[bool | None] = ContextVar("clarus_bluecherry_request", default=None)
"""Whether the path of a request is a secret; None for other people's."""


@contextmanager
def request_of_ours(*, has_secret_path: bool = False) -> Iterator[None]:
    """Around one request, in the thread or task that sends it."""
    before = _OURS.set(has_secret_path)
    try:
        yield
    finally:
        _OURS.reset(before)


def keep_queries_out_of_logs() -> None:
    """Have the loggers of httpx and httpcore show our requests without queries, and answers without headers.

    To ask twice changes nothing.
    """
    logging.getLogger("httpx").addFilter(_FILTER)
    for name in ("httpcore.http11", "httpcore.http2"):
        logging.getLogger(name).addFilter(_FILTER)


class _WithoutQueries(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        hides = _OURS.get()
        if hides is not None:
            record.msg = _HEAD.sub(rf"\1{HIDDEN})", str(record.msg))
            if isinstance(record.args, tuple):
                record.args = tuple(_shown(each, hides) for each in record.args)
        return True


_FILTER = _WithoutQueries()


def _shown(value: object, hides_path: bool) -> object:
    if not isinstance(value, httpx.URL):
        return value
    return (
        f"{value.scheme}://{value.host}/{HIDDEN}" if hides_path else redact_text(str(value.copy_with(query=None)))
    )
