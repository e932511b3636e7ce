"""Reading one kind of message from Blue Cherry, where the site has it.

Law of this module: a kind that is not there is told once, for a person, and ends nothing; when it comes, that is
settled. What fails later than at the first answer is no missing endpoint and goes on to the caller. What a
transport hands over is looked at before it is believed: anybody may write one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar

from attrs import evolve
from pydantic import BaseModel

from clarus_bluecherry.bluecherry import Delivery, NotCarried
from clarus_bluecherry.bluecherry.kinds import Kind
from clarus_bluecherry.errors import ClarusBluecherryError, ConfigurationError, InvalidRecord, NotFound
from clarus_bluecherry.flows.ingest import all_unread, keep_unread, need_no_look, waiting_unread
from clarus_bluecherry.flows.names import BLUECHERRY
from clarus_bluecherry.flows.site import Site

R = TypeVar("R", bound=BaseModel)

_READING = "reading of"
_WRONG_PLUGIN = (
    "Correct the transport: its read yields Deliveries, each of a record of the kind or an InvalidRecord."
)


def deliveries(
    site: Site, kind: Kind[R], since: dt.datetime | None = None, *, may_lack: bool = False
) -> Iterator[Delivery[R]] | None:
    """What Blue Cherry tells of a kind; None where this site does not have it, or Blue Cherry does not know it.

    Of a kind that a site `may_lack` nobody is told that its transport carries none, unless the site names it.
    """
    if not site.has(kind):
        return None
    site.go_on()
    try:
        found = _handed_over(site, kind, since)
        first = [*islice(found, 1)]
    except (NotFound, NotCarried) as error:
        if not (may_lack and site.kinds is None and isinstance(error, NotCarried)):
            _tell(site, kind, error)
        return None
    _settle(site, kind)
    return chain(first, found)


def _handed_over(site: Site, kind: Kind[R], since: dt.datetime | None) -> Iterator[Delivery[R]]:
    """What the transport hands over, with an error in the place of what is no delivery of this kind."""
    found: object = site.bluecherry.read(kind, since)
    if not isinstance(found, Iterable):
        what = f"it hands over a {type(found).__name__}, which is no deliveries"
        raise ConfigurationError(what, record=kind.title, field="bluecherry.transport", action=_WRONG_PLUGIN)
    return (_checked(each, kind) for each in found)


def _checked(given: object, kind: Kind[R]) -> Delivery[R]:
    if not isinstance(given, Delivery):
        return Delivery(entry=_rubbish(given, kind, "a delivery"))
    if not isinstance(given.entry, kind.model | InvalidRecord):
        return evolve(given, entry=_rubbish(given.entry, kind, "a record"), mark=None, served_at=None)
    for moment in (given.mark, given.served_at):
        if moment is not None and not (isinstance(moment, dt.datetime) and moment.tzinfo):
            return evolve(given, entry=_rubbish(moment, kind, "an aware instant"), mark=None, served_at=None)
    return given


def _rubbish(given: object, kind: Kind[R], wanted: str) -> InvalidRecord:
    """Without what was given: nobody knows what is in it."""
    what = f"the transport hands over a {type(given).__name__} where {wanted} belongs"
    return InvalidRecord(what, record=f"{kind.title} without a number", action=_WRONG_PLUGIN)


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
    need_no_look(site, _READING, kind.title, "it can be read again", actor="reading")
