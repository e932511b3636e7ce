"""What was sent a second time because the first was called absent, and what becomes of it when both are there.

Law of this module: no client can promise that the first does not appear later. So it is looked at again, and when
both are there a reversal is proposed: of which documents, by the other side's numbers. A person decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress

from clarus_bluecherry.ledger import Changes, Posting, State
from clarus_bluecherry.ledger.reasons import Reason

_ABSENT_AT = "absent_at"
_LOOKS = tuple(dt.timedelta(minutes=minutes) for minutes in (10, 60, 24 * 60, 7 * 24 * 60))
"""When it is looked at again, counted from when the first was called absent."""


def absent_at(posting: Posting) -> dt.datetime | None:
    """When it was called absent first. One that is sent with such an instant is sent a second time."""
    with suppress(ValueError):
        return dt.datetime.fromisoformat(str(posting.detail.get(_ABSENT_AT)))
    return None


def called_absent(posting: Posting, at: dt.datetime) -> Changes:
    """That it was called absent, beside what its detail holds."""
    return {"detail": {**posting.detail, _ABSENT_AT: at.isoformat()}}


def kept(posting: Posting) -> Changes:
    """What stays in its detail wherever it goes."""
    return {"detail": {name: said for name, said in posting.detail.items() if name == _ABSENT_AT}}


def watched(posting: Posting, now: dt.datetime) -> Changes:
    """As `kept`, for one that is posted: with when to look at it again, where it was sent a second time."""
    return {**kept(posting), "next_attempt_at": next_look(posting, now)}


def next_look(posting: Posting, now: dt.datetime) -> dt.datetime | None:
    """When to look at it again after `now`; None: never."""
    at = absent_at(posting)
    return None if at is None else next((at + look for look in _LOOKS if at + look > now), None)


def reversal_of(posting: Posting, documents: Sequence[str]) -> Posting:
    """What a person has to do about the documents that stand there too many: all but the one that answered us.

    It is parked for good; only a person ends it.
    """
    stands = posting.external_id if posting.external_id in documents else documents[0]
    extra = [document for document in documents if document != stands]
    listed = ", ".join(extra)
    times = "twice" if len(documents) == 2 else f"{len(documents)} times"
    return Posting(
        fact_key=posting.fact_key,
        target=posting.target,
        kind=f"posted_{times.replace(' ', '_')}",
        state=State.PARKED,
        occurred_at=posting.occurred_at,
        record_name=f"{posting.record_name}, posted {times}",
        reference=posting.reference,
        control_number=posting.control_number,
        external_id=listed,
        reason=f"it stands there {times}, as {', '.join(documents)}: let {stands} stand, reverse {listed}",
        reason_code=Reason.POSTED_TWICE,
        detail={"documents": list(documents), "reverse": extra},
    )
