"""A wall round each record of a loop: whatever one raises, the others end where they would without it.

Law of this module: what is one record's stays with that record, with its reason and without its data. Three things
pass the wall: an interruption; a ledger that cannot be reached; and a system that every other record would find
as this one did, which an unclear failure shows when it comes twice in a row.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import PurePath
from typing import TypeVar

from attrs import define, frozen
from pydantic import BaseModel

from clarus_bluecherry.errors import AnswerError, Blame, ClarusBluecherryError, LedgerError, Retry, WireError
from clarus_bluecherry.flows.ingest import Kept, keep_unread
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Changes, InboxItem, Posting

T = TypeVar("T")

_FIRST_WAIT = dt.timedelta(seconds=5)
_LONGEST_WAIT = dt.timedelta(minutes=30)
_FIRST_REASON = "first_reason"
TROUBLES = "troubles"
"""In the detail of a posting that stays where it is: how often what is done for it has failed there."""


# Why ---------------------------------------------------------------------------------------------------------


@frozen
class Why:
    """Why something failed: for a person, and for a machine."""

    reason: str
    code: str


def why(error: Exception) -> Why:
    """What to note of `error`. Of one that is not ours only its kind and its place: its text may be personal.

    >>> from clarus_bluecherry.errors import NotFound
    >>> why(NotFound("gone", status=404, record="order 7"))
    Why(reason='order 7: gone', code='http_404')
    """
    name = type(error).__name__
    with suppress(AttributeError):  # a subclass that somebody else wrote may lack what ours have
        if isinstance(error, AnswerError) and error.status:
            return Why(_printable(error.problem), f"http_{error.status}")
        if isinstance(error, ClarusBluecherryError):
            return Why(_printable(error.problem), name)
    where = traceback.extract_tb(error.__traceback__)
    place = f" in {where[-1].name} ({PurePath(where[-1].filename).name}:{where[-1].lineno})" if where else ""
    return Why(f"an unexpected {name}{place}", name)


def noted(posting: Posting, error: Exception, doing: str) -> Changes:
    """The reason of a posting that stays where it is: why it stands there, and what went wrong while `doing`."""
    first = posting.detail.get(_FIRST_REASON, posting.reason)
    trouble = f"{doing} failed: {why(error).reason}"
    reason = f"{first}; {trouble}" if first else trouble
    return {"reason": reason, "detail": {**posting.detail, _FIRST_REASON: first}}


def troubles(posting: Posting) -> int:
    """How often what is done for a posting has failed where it stands."""
    found = posting.detail.get(TROUBLES)
    return found if isinstance(found, int) else 0


def first_reason(posting: Posting) -> Changes:
    """Why a posting stands where it does, without what went wrong since."""
    detail = {name: each for name, each in posting.detail.items() if name not in {_FIRST_REASON, TROUBLES}}
    return {"reason": str(posting.detail.get(_FIRST_REASON, posting.reason)), "detail": detail}


def rest(posting: Posting | InboxItem, times: int) -> dt.timedelta:
    """How long a posting rests after failing `times`: longer each time, half an hour at most.

    Spread over the upper half of that span, so that what failed together does not come back together: by the
    posting's own name and count, so the same failure always rests the same.
    """
    doublings: int = 2 ** max(0, min(times, 10))
    span = min(_FIRST_WAIT * doublings, _LONGEST_WAIT)
    drawn = hashlib.sha256(f"{posting.key} {times}".encode()).digest()[0] / 256
    return span * (0.5 + drawn / 2)


def ledger_is_gone(error: Exception) -> bool:
    """Whether it is the ledger itself that failed, not what it refused."""
    return isinstance(error, LedgerError) and error.retry is Retry.SAFE


# The wall ----------------------------------------------------------------------------------------------------


@define
class Wall:
    """Stands round each record of one loop; make one for each run of the loop.

    >>> wall = Wall()
    >>> [wall.round(lambda: 6 // number, lambda error: why(error).code) for number in (3, 0, 2)]
    [2, 'ZeroDivisionError', 3]
    """

    _unclear: bool = False

    def round(self, act: Callable[[], T], otherwise: Callable[[Exception], T]) -> T:
        """What `act` gives, or what `otherwise` makes of its error. Raises what passes the wall."""
        try:
            done = act()
        except Exception as error:
            if self._passes(error):
                raise
            return otherwise(error)
        self._unclear = False
        return done

    def keep(
        self, act: Callable[[], Kept], site: Site, *, source: str, kind: str, source_id: str, raw: BaseModel | None
    ) -> Kept:
        """As `round`, for a record that was read: what cannot be kept is kept unread, for a person."""

        def unread(error: Exception) -> Kept:
            return keep_unread(
                site.ledger,
                source=source,
                kind=kind,
                source_id=_storable(source_id),
                occurred_at=site.clock(),
                problem=why(error).reason,
                raw=evidence(raw),
            )

        site.go_on()
        return self.round(act, unread)

    def _passes(self, error: Exception) -> bool:
        if ledger_is_gone(error):
            return True
        blame = error.blame if isinstance(error, WireError) else Blame.RECORD
        before, self._unclear = self._unclear, blame is Blame.UNCLEAR
        return blame is Blame.SYSTEM or (blame is Blame.UNCLEAR and before)


def _storable(name: str) -> str:
    return _printable(name) or "without a name"


def _printable(text: str) -> str:
    """Without NUL and halves of characters: they can neither be kept nor shown."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def evidence(raw: BaseModel | None) -> dict[str, object] | None:
    """The record as it came, or nothing when it is that which cannot be written."""
    try:
        return None if raw is None else raw.model_dump(mode="json")
    except Exception:  # noqa: BLE001  # whatever it is, the reason is kept without it
        return None
