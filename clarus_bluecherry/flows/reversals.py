"""Dispatches that the warehouse took back: told, with what Blue Cherry may know of them.

Law of this flow: it reads and never writes. A completed order can be reopened in Clarus (dispatch tasks are
unconfirmed, the order is picking again), and no list tells of it by date; so the orders of recorded dispatches are
looked at again. Blue Cherry publishes no message that takes a ship confirm back: what to do there is a person's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.clarus import calls, wire
from clarus_bluecherry.flows.derive import BLUECHERRY, CLARUS
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Fact, Posting, State
from clarus_bluecherry.model import Dispatch

COMPLETED = "COMPLETED"
_BATCH = 50
_MAY_BE_KNOWN = frozenset({State.SENDING, State.IN_DOUBT, State.ACCEPTED, State.POSTED})


@frozen(kw_only=True)
class UndoneDispatch:
    """A recorded dispatch that is not what the warehouse says now.

    `status` is the order's code now, empty when Clarus has no such order any more; `again_at` is when it left,
    where it was completed again at another instant. `confirm` is the ship confirm that the dispatch called for.
    """

    dispatch: Dispatch
    fact_key: str
    status: str
    again_at: dt.datetime | None = None
    confirm: Posting | None = None

    @property
    def may_be_known(self) -> bool:
        """Whether Blue Cherry may have been told. If not, cancelling the ship confirm is all there is to do."""
        return self.confirm is not None and self.confirm.state in _MAY_BE_KNOWN

    @property
    def units(self) -> Decimal:
        """How many units the dispatch said had left."""
        return sum((line.shipped for line in self.dispatch.lines), Decimal(0))

    def __str__(self) -> str:
        now = f"left again at {self.again_at.isoformat()}" if self.again_at else f"is {self.status or 'gone'} now"
        told = "may have been told" if self.may_be_known else "has not been told"
        what = f"dispatch of pick {self.dispatch.order_reference} ({self.units.normalize():f} units)"
        return f"{what} was undone in the warehouse: the order {now}; Blue Cherry {told}"


def undone_dispatches(site: Site, *, since: dt.datetime) -> list[UndoneDispatch]:
    """Recorded dispatches from `since` on whose order is no longer completed, or was completed again.

    How long after a dispatch it can be undone is not published: a month is our advice (confidence low). A date
    of dispatch that somebody corrected by hand looks like a second dispatch. Raises the wire's errors, and
    `InvalidRecord` for a date that cannot be read.
    """
    latest = {fact.source_id: fact for fact in site.ledger.facts(kind="dispatch", source=CLARUS, since=since)}
    found: list[UndoneDispatch] = []
    for batch in _batches(list(latest.values())):
        orders = _orders(site, batch)
        found += (undone for fact in batch if (undone := _undone(site, fact, orders.get(fact.source_id))))
    return found


def _batches(facts: Sequence[Fact]) -> Iterator[Sequence[Fact]]:
    for start in range(0, len(facts), _BATCH):
        yield facts[start : start + _BATCH]


def _orders(site: Site, facts: Iterable[Fact]) -> Mapping[str, wire.GoodsOutNode]:
    """The orders of `facts` as they are now, by id. Clarus documents no filter by id, but one by reference."""
    references = [fact.record.order_reference for fact in facts if isinstance(fact.record, Dispatch)]
    where = {
        "account_id": calls.eq(site.clarus.ids.account(site.account)),
        "reference": calls.any_of(dict.fromkeys(references)),
    }
    return {order.id: order for order in site.clarus.iterate(calls.goods_outs(where))}


def _undone(site: Site, fact: Fact, order: wire.GoodsOutNode | None) -> UndoneDispatch | None:
    if not isinstance(fact.record, Dispatch):
        return None
    status = (order and order.goods_out_status and order.goods_out_status.code) or ""
    again_at = None
    if order is not None and status == COMPLETED:
        left = order.actual_date_of_dispatch
        again_at = wire.instant(left, zone=site.warehouse_terms.zone) if left else None
        if again_at in {None, fact.record.occurred_at}:
            return None
    confirms = (posting for posting in site.ledger.postings_of(fact.key) if posting.target == BLUECHERRY)
    return UndoneDispatch(
        dispatch=fact.record,
        fact_key=fact.key,
        status=status,
        again_at=again_at,
        confirm=next(confirms, None),
    )
