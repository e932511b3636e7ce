"""Mend: what was parked goes on by itself once what it waited for is there.

Law of this flow: it changes nothing that a person has to decide. It writes a parked posting again; if that works
now, the posting is due.
"""

from __future__ import annotations

import hashlib

from attrs import evolve
from pydantic import ValidationError

from clarus_bluecherry._version import __version__
from clarus_bluecherry.bluecherry.messages import PickTicket, ProductionOrder
from clarus_bluecherry.clarus.wire import TransactionNode
from clarus_bluecherry.flows import derive
from clarus_bluecherry.flows.heads import CHANGED_AFTER_SENT
from clarus_bluecherry.flows.keep import Kept
from clarus_bluecherry.flows.late_lines import Plan, plan, post_late
from clarus_bluecherry.flows.movements_back import as_written, keep_transaction
from clarus_bluecherry.flows.orders_out import keep_order, takes_over
from clarus_bluecherry.flows.reversals import settle
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Fact, Posting, State
from clarus_bluecherry.model import Unread


def mend(site: Site) -> int:
    """Try every parked posting again. Returns how many are due now.

    What could not be read is read again once for each way of reading: it is not tried in vain at every turn.
    """
    tried = {"read_by": way_of_reading(site)}
    waiting = site.ledger.parked(but=(derive.UNREAD, tried))
    due = sum(_mend(site, posting) for posting in waiting)
    site.ledger.describe((one.key for one in waiting if one.reason_code == derive.UNREAD), tried)
    return due


def _mend(site: Site, posting: Posting) -> bool:
    if posting.reason_code == CHANGED_AFTER_SENT and not takes_over(site, posting):
        return False
    fact = site.ledger.fact(posting.fact_key)
    if fact is None:
        return False
    if posting.reason_code == derive.UNREAD:
        return _read_again(site, fact)
    if posting.reason_code == derive.DISPATCH_UNDONE:
        settle(site, posting)
        return False
    with site.ledger.transaction():
        number = posting.control_number  # what was parked on its way out has one, and keeps it
        planned = plan(fact, site) if fact.kind == derive.PICK else Plan(derive.derive(fact, site, number=number))
        fresh = planned.posting
        if fresh is None or fresh.state is not State.PENDING:
            return False
        post_late(site, planned)
        site.ledger.advance(
            posting.key,
            State.PENDING,
            note="mended",
            actor="mend",
            payload=fresh.payload,
            control_number=fresh.control_number,
            accounting_date=fresh.accounting_date,
            moved_from=fresh.moved_from,
            reason="",
            reason_code="",
            detail={},
        )
    return True


def way_of_reading(site: Site) -> str:
    """A short name for all that decides how a raw record is read: this library, and the site's terms."""
    terms = as_written(site)
    words = sorted(terms.return_types), sorted(site.withdrawn_statuses)  # a set tells its members in any order
    told = __version__, site.erp_zone, evolve(terms, return_types=frozenset()), words
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _read_again(site: Site, fact: Fact) -> bool:
    """Read the raw record once more; keeping it settles the unread one. Dispatches are read again anyway."""
    if fact.raw is None or not isinstance(fact.record, Unread):
        return False
    try:
        match fact.record.kind:
            case derive.TRANSACTION:
                kept = keep_transaction(site, TransactionNode.model_validate(fact.raw))
            case derive.PICK:
                kept = keep_order(site, PickTicket.model_validate(fact.raw))
            case derive.PRODUCTION_ORDER:
                kept = keep_order(site, ProductionOrder.model_validate(fact.raw))
            case _:
                return False
    except ValidationError:
        return False  # it still cannot be read
    return kept is Kept.NEW
