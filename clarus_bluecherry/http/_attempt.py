"""One request, as those see it who only watch.

Law of this module: plain data, without a body, a query or a secret; it can be given to any metrics or tracing.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen


@frozen(kw_only=True)
class Attempt:
    """One request, for observers: metrics, traces, a structured log.

    `number` counts the requests of one logical call from 1; `status` is None when no answer came, and then
    `error` is the class of the error. `seconds` runs from sending to the end of the answer. `path` is without
    the query.
    """

    call: str
    record: str
    method: str
    path: str
    number: int
    status: int | None
    error: str
    seconds: float
    correlation_id: str


Observer = Callable[[Attempt], None]
