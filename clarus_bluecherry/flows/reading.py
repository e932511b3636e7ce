"""Reading one kind of message from Blue Cherry, where the site has it.

Law of this module: a kind that is not there is told once, for a person, and ends nothing; when it comes, that is
settled. What fails later than at the first answer is no missing endpoint and goes on to the caller.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import chain
from typing import TypeVar

from pydantic import BaseModel

from clarus_bluecherry.bluecherry import Delivery, NotCarried
from clarus_bluecherry.bluecherry.kinds import Kind
from clarus_bluecherry.errors import ClarusBluecherryError, NotFound
from clarus_bluecherry.flows.derive import BLUECHERRY
from clarus_bluecherry.flows.ingest import all_unread, keep_unread, waiting_unread
from clarus_bluecherry.flows.site import Site

R = TypeVar("R", bound=BaseModel)

_READING = "reading of"


def deliveries(site: Site, kind: Kind[R], since: dt.datetime | None = None) -> Iterator[Delivery[R]] | None:
    """What Blue Cherry tells of a kind; None where this site does not have it, or Blue Cherry does not know it."""
    if not site.has(kind):
        return None
    try:
        found = iter(site.bluecherry.read(kind, since))
        first = next(found, None)
    except (NotFound, NotCarried) as error:
        _tell(site, kind, error)
        return None
    _settle(site, kind)
    return chain(() if first is None else (first,), found)


def _tell(site: Site, kind: Kind[R], error: ClarusBluecherryError) -> None:
    if waiting_unread(site, _READING, kind.title):
        return
    keep_unread(
        site.ledger,
        source=BLUECHERRY,
        kind=_READING,
        source_id=kind.title,
        occurred_at=site.clock(),
        problem=f"{error.problem}. Leave {kind} out of bluecherry.kinds, or have it set up.",
        raw={"time": len(all_unread(site, _READING, kind.title)) + 1},  # it may go and come again
    )


def _settle(site: Site, kind: Kind[R]) -> None:
    for posting in waiting_unread(site, _READING, kind.title):
        site.ledger.cancel(posting.key, "it can be read again", actor="reading")
