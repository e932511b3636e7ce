"""Orders out: what Blue Cherry wants done becomes facts, and postings for the warehouse.

Law of this flow: it may run at any time and as often as anyone likes. A pick ticket that changes before it was
sent replaces the older one; one that changes after is parked for a person, because the warehouse may be picking.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial

from attrs import evolve

from clarus_bluecherry.bluecherry.messages import PickTicket, ProductionOrder
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.derive import BLUECHERRY, PICK, PRODUCTION_ORDER
from clarus_bluecherry.flows.keep import Collected, Kept, digest, fact, keep_refused, keep_unread, settle_unread
from clarus_bluecherry.flows.late_lines import UNSENT, give_way, plan, post_late
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.wall import Wall
from clarus_bluecherry.ledger import Fact, State
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.model import PurchaseOrder, SalesOrder

CHANGED_AFTER_SENT = "changed_after_sent"


def collect_orders(site: Site) -> Collected:
    """Read the pick tickets and production orders that changed since the last run and keep them."""
    collected = Collected()
    _collect(site, collected, "picks", site.bluecherry.picks)
    _collect(site, collected, "production_orders", site.bluecherry.production_orders)
    return collected


def _collect(
    site: Site,
    collected: Collected,
    feed: str,
    read: Callable[[dt.datetime | None], Iterable[PickTicket | ProductionOrder | InvalidRecord]],
) -> None:
    began, wall = site.clock(), Wall()
    for row in read(site.ledger.watermark(f"{BLUECHERRY}.{feed}")):
        if isinstance(row, InvalidRecord):
            collected.add(keep_refused(site, row, source=BLUECHERRY))
        else:
            keeping, (kind, number) = partial(keep_order, site, row), _named(row)
            collected.add(wall.keep(keeping, site, source=BLUECHERRY, kind=kind, source_id=number, raw=row))
    site.ledger.set_watermark(f"{BLUECHERRY}.{feed}", began)


def keep_order(site: Site, row: PickTicket | ProductionOrder) -> Kept:
    """Keep one pick ticket or production order as Blue Cherry wrote it."""
    kind, number = _named(row)
    changed = site.clock()
    try:
        changed = bluecherry.changed_at(row, zone=site.erp_zone) or changed
        order = _order(row, site)
    except InvalidRecord as error:
        return keep_unread(
            site.ledger,
            source=BLUECHERRY,
            kind=kind,
            source_id=number,
            occurred_at=changed,
            problem=error.problem,
            raw=row.model_dump(mode="json"),
        )
    return _keep_version(
        site,
        fact(
            order,
            source=BLUECHERRY,
            kind=kind,
            source_id=number,
            version=digest(order),
            occurred_at=changed,
            raw=row.model_dump(mode="json"),
        ),
    )


def _named(row: PickTicket | ProductionOrder) -> tuple[str, str]:
    return (PICK, row.pick_num) if isinstance(row, PickTicket) else (PRODUCTION_ORDER, row.prod_num)


def _order(row: PickTicket | ProductionOrder, site: Site) -> SalesOrder | PurchaseOrder:
    if isinstance(row, PickTicket):
        return bluecherry.sales_order(row, zone=site.erp_zone)
    return bluecherry.purchase_order(row, zone=site.erp_zone)


def _keep_version(site: Site, order: Fact) -> Kept:
    """Keep this version of an order; the version before it gives way only if it was not sent yet."""
    ledger = site.ledger
    with ledger.transaction():
        if ledger.fact(order.key) is not None:
            return Kept.KNOWN
        before = ledger.linked(order.source, order.kind, order.source_id)
        planned = plan(order, site)
        posting = planned.posting
        assert posting is not None, "orders always call for a posting"
        ledger.record(order)
        earlier = [one for one in ledger.postings_of(before) if one.state is not State.CANCELLED] if before else []
        replaced = ledger.fact(before) if before else None
        if replaced is not None:
            give_way(site, replaced, f"replaced by a newer version, {order.key}")
        if all(one.state in UNSENT for one in earlier):
            for one in earlier:
                ledger.cancel(one.key, f"replaced by a newer version, {order.key}", actor="orders out")
            ledger.link(order.source, order.kind, order.source_id, order.key)
            post_late(site, planned)
        else:
            reason = "the order changed after it was sent to the warehouse"
            posting = evolve(posting, state=State.PARKED, reason=reason, reason_code=CHANGED_AFTER_SENT)
        ledger.post(posting)
        settle_unread(site, order)
    return Kept.PARKED if posting.state is State.PARKED else Kept.NEW
