"""One reader of a feed at a time, however many workers there are.

Law of this flow: what several would read at once, each would keep again and wait for the others meanwhile. So one
reads, and the others send. Who reads longer than a lease, or stops while reading, is no longer waited for; two who
read the same then do what they did without this: what is known already is kept once.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.flows.ingest import Collected
from clarus_bluecherry.flows.site import Site


def read_alone(site: Site, name: str, read: Callable[[Site], Collected]) -> Collected:
    """What `read` collects; nothing while another worker reads `name`. Raises what `read` raises."""
    until = site.ledger.begin_reading(name, within=site.lease)
    if until is None:
        return Collected()
    try:
        return read(site)
    finally:
        with suppress(LedgerError):  # it is over in a lease anyway
            site.ledger.end_reading(name, until)
