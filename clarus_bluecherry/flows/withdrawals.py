"""Withdrawals that the warehouse follows: an order that Blue Cherry withdrew ends once it is cancelled over there.

Law of this flow: it changes nothing in the warehouse. Only an order that the warehouse certainly had, of which
nothing has left, and that is cancelled or deleted there now, waits for nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clarus_bluecherry.clarus import any_of, calls, wire
from clarus_bluecherry.flows.heads import head_of, is_withdrawn
from clarus_bluecherry.flows.ingest import need_no_look
from clarus_bluecherry.flows.names import CANCELLED_ORDER, GOODS_OUT
from clarus_bluecherry.flows.rows import Rows, read_whole
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.standing import standing_dispatches_of
from clarus_bluecherry.ledger import Fact, Posting, State
from clarus_bluecherry.ledger.reasons import Reason

_CANCELLED = "CANCELLED"
_WHY = "withdrawn in Blue Cherry, and cancelled in the warehouse"


def end_withdrawals(site: Site, parked: Iterable[Posting], facts: Mapping[str, Fact]) -> None:
    """End those of `parked` that withdraw an order which is over in the warehouse too. `facts` are theirs, by key.

    Raises the wire's errors when the warehouse does not answer.
    """
    waiting = {
        posting.reference: posting
        for posting in parked
        if posting.kind == GOODS_OUT and posting.reason_code == Reason.CHANGED_AFTER_SENT
        if posting.fact_key in facts and is_withdrawn(facts[posting.fact_key])
    }
    if not waiting or not site.has_api:
        return
    over = cancelled_of(orders_there(site, sorted(waiting)), sorted(waiting))
    left = {order for order, _ in standing_dispatches_of(site, over)}
    for posting in (waiting[each] for each in over if each not in left):
        _end(site, posting, facts[posting.fact_key])


def orders_there(site: Site, references: Iterable[str]) -> Rows[wire.GoodsOutNode]:
    """What the warehouse has of the orders of these references."""
    account = site.clarus.ids.account(site.account)
    return read_whole(site, calls.goods_outs.list(account_id=account, reference=any_of(references)))


def cancelled_of(there: Rows[wire.GoodsOutNode], references: Iterable[str]) -> list[str]:
    """Those of `references` that the warehouse will not ship, by its list of them.

    It deletes an order that was not begun and keeps one that was, so one that is gone counts too; where a row
    cannot be read, nobody knows what is gone.
    """
    found = {order.reference: order.status for order in there.nodes}
    missing = "" if there.unread else _CANCELLED
    return [each for each in references if found.get(each, missing) == _CANCELLED]


def _end(site: Site, posting: Posting, version: Fact) -> None:
    with site.ledger.transaction():
        head = head_of(site, version.source, version.kind, version.source_id)
        if head.newest != version or head.sent is None or head.sent.state is not State.POSTED:
            return
        site.ledger.cancel(posting.key, _WHY, actor="withdrawals")
        site.ledger.close_orders(GOODS_OUT, [posting.reference], "cancelled")
        need_no_look(site, CANCELLED_ORDER, posting.reference, _WHY, actor="withdrawals")
