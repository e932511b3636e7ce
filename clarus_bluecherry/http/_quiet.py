"""httpx writes a log line for each request, at INFO and with the whole URL; Blue Cherry's queries name orders.

Law of this module: of a request of ours the line is kept without the query; of other people's requests nothing is
touched. No level, no handler and no other logger of the host process is changed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpx

from clarus_bluecherry.http._redact import redact_text

_OURS: ContextVar[bool] = ContextVar("clarus_bluecherry_request", default=False)


@contextmanager
def request_of_ours() -> Iterator[None]:
    """Around one request, in the thread or task that sends it."""
    before = _OURS.set(True)
    try:
        yield
    finally:
        _OURS.reset(before)


def keep_queries_out_of_logs() -> None:
    """Have the logger of httpx show our requests without their queries. To ask twice changes nothing."""
    logging.getLogger("httpx").addFilter(_FILTER)


class _WithoutQueries(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if _OURS.get() and isinstance(record.args, tuple):
            record.args = tuple(_shown(each) for each in record.args)
        return True


_FILTER = _WithoutQueries()


def _shown(value: object) -> object:
    return redact_text(str(value.copy_with(query=None))) if isinstance(value, httpx.URL) else value
