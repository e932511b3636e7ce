"""The last word on a message's date, when it has been claimed for sending.

Law of this module: the date that leaves lies in no period that is closed at that moment, and is the movement's own
day wherever that is open. What was written for another date is written anew from its fact, under the same control
number, and is due again; nothing is sent that the ledger does not hold. What may have been sent is not touched: it
comes here again only when it has certainly had no effect.
"""

from __future__ import annotations

from attrs import frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.derive import accounting_date, derive
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Changes, Fact, Posting, State
from clarus_bluecherry.ledger.edited import as_edited


@frozen
class Instead:
    """What becomes of a claimed posting in place of being sent: due again as written anew, or parked."""

    state: State
    note: str
    changes: Changes


def redated(site: Site, posting: Posting) -> Instead | None:
    """What becomes of a claimed `posting` whose date is another now, or None: it goes as it stands.

    What is open is asked at this moment, by the ledger's clock, however long the run has lasted.
    """
    kept = site.ledger.fact(posting.fact_key)
    fact = None if kept is None else as_edited(posting, kept)
    if fact is None or _holds(posting, fact, site):
        return None
    fresh = derive(fact, site, number=posting.control_number)
    if fresh is None or fresh.key != posting.key:
        return None
    changes: Changes = {"accounting_date": fresh.accounting_date, "moved_from": fresh.moved_from}
    if fresh.state is State.PENDING:
        changes |= {"payload": fresh.payload, "attempts": posting.attempts - 1}  # it was not tried
    else:
        changes |= {"reason": fresh.reason, "reason_code": fresh.reason_code, "detail": fresh.detail}
    return Instead(fresh.state, fresh.reason or _why(fresh), changes)


def _holds(posting: Posting, fact: Fact, site: Site) -> bool:
    """Whether the posting stands under the date that holds now, or has none."""
    try:
        day = accounting_date(fact, site.calendar_now)
    except InvalidRecord:
        return False
    if day is None:
        return True
    return not day.refusal and (day.date, day.moved_from) == (posting.accounting_date, posting.moved_from)


def _why(fresh: Posting) -> str:
    if fresh.moved_from is None:
        return f"its period is open: dated {fresh.accounting_date}"
    return f"the period of {fresh.moved_from} is closed: dated {fresh.accounting_date}"
