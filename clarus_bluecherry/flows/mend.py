"""Mend: what was parked goes on by itself once what it waited for is there.

Law of this flow: it changes nothing that a person has to decide. It writes a parked posting again; if that works
now, the posting is due. One that cannot be written stays, with what went wrong, and stops no other.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from clarus_bluecherry.bluecherry.messages import PickTicket, ProductionOrder
from clarus_bluecherry.clarus.wire import TransactionNode
from clarus_bluecherry.errors import IllegalTransition, InvalidRecord
from clarus_bluecherry.flows import derive
from clarus_bluecherry.flows.keep import Kept
from clarus_bluecherry.flows.late_lines import Plan, plan, post_late
from clarus_bluecherry.flows.movements_back import keep_transaction
from clarus_bluecherry.flows.orders_out import CHANGED_AFTER_SENT, keep_order
from clarus_bluecherry.flows.reversals import settle
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.targets import UnreadableMessage
from clarus_bluecherry.flows.wall import Wall, noted
from clarus_bluecherry.ledger import Fact, Posting, State
from clarus_bluecherry.model import Unread


def mend(site: Site) -> int:
    """Try every parked posting again. Returns how many are due now.

    Raises the wire's errors when Clarus cannot be asked for what a message needs, and `LedgerError` when the
    ledger fails; the next run goes on.
    """
    wall = Wall()
    return sum(
        wall.round(partial(_mend, site, posting), partial(_stays, site, posting))
        for posting in site.ledger.in_state(State.PARKED)
    )


def _stays(site: Site, posting: Posting, error: Exception) -> bool:
    with suppress(IllegalTransition):
        site.ledger.advance(posting.key, State.PARKED, seen=posting, **noted(posting, error, "writing it again"))
    return False


def _mend(site: Site, posting: Posting) -> bool:
    fact = site.ledger.fact(posting.fact_key)
    if fact is None or posting.reason_code == CHANGED_AFTER_SENT:
        return False
    if isinstance(fact.record, Unread) and fact.kind != derive.UNREAD:
        raise InvalidRecord(fact.record.problem, record=posting.record_name)
    if posting.reason_code == derive.UNREAD:
        return _read_again(site, fact)
    if posting.reason_code == derive.DISPATCH_UNDONE:
        settle(site, posting)
        return False
    with site.ledger.transaction():
        planned = plan(fact, site) if fact.kind == derive.PICK else Plan(derive.derive(fact, site))
        fresh = planned.posting
        if fresh is None or fresh.state is not State.PENDING:
            return False
        if posting.reason_code == UnreadableMessage.__name__ and fresh.payload == posting.payload:
            return False  # the same message would be as unreadable as before
        post_late(site, planned)
        site.ledger.advance(
            posting.key,
            State.PENDING,
            note="mended",
            actor="mend",
            seen=posting,
            payload=fresh.payload,
            control_number=fresh.control_number,
            accounting_date=fresh.accounting_date,
            moved_from=fresh.moved_from,
            reason="",
            reason_code="",
            detail={},
        )
    return True


def _read_again(site: Site, fact: Fact) -> bool:
    """Read the raw record once more; keeping it settles the unread one. Dispatches are read again anyway."""
    if fact.raw is None or not isinstance(fact.record, Unread):
        return False
    match fact.record.kind:
        case derive.TRANSACTION:
            kept = keep_transaction(site, TransactionNode.model_validate(fact.raw))
        case derive.PICK:
            kept = keep_order(site, PickTicket.model_validate(fact.raw))
        case derive.PRODUCTION_ORDER:
            kept = keep_order(site, ProductionOrder.model_validate(fact.raw))
        case _:
            return False
    return kept is Kept.NEW
