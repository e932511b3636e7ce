"""Movements back: what happened in the warehouse becomes facts, and postings for Blue Cherry.

Law of this flow: it may run at any time and as often as anyone likes; webhooks only make it run sooner. A fact
keeps the product code as the warehouse wrote it; the SKU is looked up when the posting is written, so a mended
crosswalk mends what waited for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import TypeVar

from attrs import evolve

from clarus_bluecherry.clarus import any_of, calls, eq, feeds, wire
from clarus_bluecherry.clarus._graphql import UnreadRow
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.confirmations import DISPATCHED, collect_confirmations, is_told_by_file
from clarus_bluecherry.flows.counting_packs import forget_what_waits, name_of_pick, say_what_waits
from clarus_bluecherry.flows.ingest import Collected, Kept, fact, ingest, keep_unread, need_no_look
from clarus_bluecherry.flows.lines import lines_by_id, lines_of, order_id_of
from clarus_bluecherry.flows.looks import feeds_due, lacks_tracking, look_at_dispatches, to_be_looked_at
from clarus_bluecherry.flows.marks import Mark, move, source_now
from clarus_bluecherry.flows.names import BLUECHERRY, CLARUS, DISPATCH, GOODS_OUT, PICK, TRANSACTION
from clarus_bluecherry.flows.packs import packs_sent
from clarus_bluecherry.flows.reversals import (
    collect_reversals,
    collect_reversals_of,
    next_version,
)
from clarus_bluecherry.flows.rows import Rows, keep_row, read_whole
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.standing import standing_dispatches_of
from clarus_bluecherry.flows.wall import Wall
from clarus_bluecherry.ledger import Fact
from clarus_bluecherry.ledger.keys import key_parts
from clarus_bluecherry.mapping import clarus
from clarus_bluecherry.mapping.parts import (
    OrderOnTheWay,
    dispatches,
    is_part,
    left_in_pieces,
    may_be_in_parts,
    order_of,
    waiting_for_packs,
    whole_dispatch,
)
from clarus_bluecherry.mapping.prepacks import Broken
from clarus_bluecherry.model import Dispatch, Movement, ReturnToStock, ShipmentPart

T = TypeVar("T")

_FEED = f"{CLARUS}.transactions"
_BATCH = 50
_OPEN = ("PICK", "PART", "ALLOCATED", "PART_ALLOCATED", "CANCELLED")
_BEGUN = ("COMPLETED", *_OPEN)
"""Statuses of orders of which something may have left (H for the words). A cancelled one may have left in part."""
_DISPATCHED = "dispatched"


def collect_movements(site: Site) -> Collected:
    """Read the warehouse's transactions since the last run and the dispatches of open orders, and keep them.

    What was told before is looked at again (`looks`): a dispatch that was taken back or is told otherwise, a
    transaction that came late or was changed. What the warehouse tells by file is taken from there; of what
    nothing tells, a person hears once.
    """
    collected = Collected()
    try:
        collected.counts.update(_collect_over_api(site).counts)
    finally:  # what lies in a folder need not wait for an API that is away
        collected.counts.update(collect_confirmations(site).counts)
    return collected


def _collect_over_api(site: Site) -> Collected:
    if not site.has_api:
        return Collected()
    collected = collect_transactions(site)
    for begin in feeds_due(site, _FEED):
        collected.counts.update(_read_transactions(site, Mark(None), begin).counts)
    collected.counts.update(look_at_dispatches(site).counts)
    if _dispatches_are_read(site):
        collected.counts.update(collect_dispatches(site, undispatched(site)).counts)
    return collected


def _dispatches_are_read(site: Site) -> bool:
    """Whether dispatches are told by the API: where an export tells them, it alone does."""
    return site.has_api and not site.told_by_file(DISPATCHED)


def collect_transactions(site: Site) -> Collected:
    """Read the warehouse's transactions since the last run and keep them, and dispatches that they take back.

    The mark moves by the page as long as the transactions come oldest first, so a reading that breaks off need not
    begin anew; not past one that takes a dispatch back, until that has been looked at.
    """
    if not site.has_api:
        return Collected()
    return _read_transactions(site, Mark(site.ledger.watermark(_FEED)), site.go_live)


def _read_transactions(site: Site, mark: Mark, begin: dt.datetime) -> Collected:
    """Read and keep the transactions behind `mark`, and the overlap before it; without one from `begin`."""
    collected, wall = Collected(), Wall()
    taken_back: set[str] = set()
    by_account = {"account_id": eq(site.clarus.ids.account(site.account))}
    feed = feeds.transactions(begin=begin, where=by_account, overlap=site.feed_overlap)
    for page in site.clarus.pages(feed.since(mark.before)):
        now = source_now(page.served_at, site.clock())
        for row in page.unread:
            collected.add(keep_row(site, row, kind=TRANSACTION))
        heard = _heard(site, page.nodes)
        for node in page.nodes:
            keeping = partial(ingest_transaction, site, node) if node.id not in heard else _nothing_new
            collected.add(wall.keep(keeping, site, source=CLARUS, kind=TRANSACTION, source_id=node.id, raw=node))
            mark.show(node.created_at, now=now)
            if _takes_back(site, node):
                taken_back.add(node.product.code or "" if node.product else "")
        if not taken_back:
            move(site, _FEED, mark.midway)
    if taken_back:
        products = frozenset() if "" in taken_back else taken_back  # one that names none may be of any order
        collected.counts.update(collect_reversals(site, products).counts)
    move(site, _FEED, mark.at_end)
    return collected


def _heard(site: Site, nodes: Iterable[wire.TransactionNode]) -> frozenset[str]:
    """The ids of those transactions of a page that are kept just as they are told now: asked for all at once."""
    said: list[Fact] = []
    for node in nodes:
        with suppress(Exception):  # what cannot be told is kept unread in its turn
            movement = clarus.movement(node, site.terms_as_written)
            said += [_fact_of(node, movement)] if movement is not None else []
    heard = site.ledger.heard(said)
    return frozenset(fact.source_id for fact in said if fact.key in heard)


def _nothing_new() -> Kept:
    return Kept.KNOWN


def _takes_back(site: Site, node: wire.TransactionNode) -> bool:
    return site.warehouse_terms.undispatches(node.subtype)


def ingest_transaction(site: Site, node: wire.TransactionNode) -> Kept:
    """Keep one transaction of the warehouse's ledger; one that moves no stock is known already."""
    try:
        movement = clarus.movement(node, site.terms_as_written)
    except InvalidRecord as error:
        return keep_unread(
            site.ledger,
            source=CLARUS,
            kind=TRANSACTION,
            source_id=node.id,
            occurred_at=node.created_at,
            problem=error.problem,
            raw=node.model_dump(mode="json"),
        )
    if movement is None or is_told_by_file(site, movement):
        return Kept.KNOWN
    if isinstance(movement, ReturnToStock):
        _look_what_left(site, movement.order_reference)
    return ingest(site, _fact_of(node, movement))


def _fact_of(node: wire.TransactionNode, movement: Movement) -> Fact:
    return fact(
        movement,
        source=CLARUS,
        kind=TRANSACTION,
        source_id=node.id,
        version="",
        occurred_at=movement.occurred_at,
    )


def _look_what_left(site: Site, order: str) -> None:
    """What came back has left before: that is kept first, so that a return is not held against an old count."""
    if order and site.ledger.head(BLUECHERRY, PICK, order) and not _left(site, [order]):
        collect_dispatches(site, [order])


def undispatched(site: Site) -> list[str]:
    """References of orders the warehouse has and whose dispatch is not known yet.

    Orders that have left are noted in the ledger, and not asked about again until their dispatch is taken back.
    """
    open_orders = list(dict.fromkeys(site.ledger.open_orders(GOODS_OUT)))  # each once
    left = _left(site, open_orders)
    if left:
        with site.ledger.transaction():
            site.ledger.close_orders(GOODS_OUT, left, _DISPATCHED)
            # Held now: one that was taken back just before is open again, one that will be opens itself.
            site.ledger.reopen_orders(GOODS_OUT, left - _left(site, left))
    return [order for order in open_orders if order not in left]


def _left(site: Site, orders: Collection[str]) -> set[str]:
    """Those that a standing dispatch closes: nothing more of them leaves."""
    standing = standing_dispatches_of(site, orders)
    return {order for order, key in standing if not is_part(key_parts(key)[2])}


def collect_dispatches(site: Site, references: Iterable[str]) -> Collected:
    """Keep the dispatches of those orders among `references` of which something has left.

    Those that the warehouse has completed are told whole, or their last part is; of the others the parts that have
    left. One that left before and left again at another time takes the first dispatch back.
    """
    references, wall = list(references), Wall()
    if not _dispatches_are_read(site):
        return Collected()
    collected = collect_reversals_of(site, frozenset(references))
    for batch in _batches(references):
        for kept in _leaving(site, batch, wall):
            collected.add(kept)
    return collected


def _leaving(site: Site, references: Sequence[str], wall: Wall) -> Iterator[Kept]:
    begun = calls.goods_outs.list(
        account_id=site.clarus.ids.account(site.account),
        reference=any_of(references),
        goods_out_status_code=any_of(_BEGUN),
    )
    orders = read_whole(site, begun).numbered()
    for row in orders.unread:
        yield keep_row(site, row, kind=DISPATCH)
    lines = lines_of(site, orders.nodes)
    for order in orders.nodes:
        if order.status in _OPEN and order.id in lines and not _has_left(lines[order.id]):
            forget_what_waits(site, order.reference)
            continue
        keeping = partial(_ingest_dispatch, site, order, lines.get(order.id))
        yield wall.keep(keeping, site, source=CLARUS, kind=DISPATCH, source_id=order.id, raw=order)


def _has_left(lines: Rows[wire.GoodsOutLineNode]) -> bool:
    return bool(lines.unread) or any(line.dispatch_quantity for line in lines.nodes)


def _has_no_news(lines: Rows[wire.GoodsOutLineNode], told: Sequence[Dispatch]) -> bool:
    """Whether just as much has left of an open order as was told of it; who takes back looks for himself."""
    left = sum((line.dispatch_quantity or 0 for line in lines.nodes), Decimal(0))
    return not lines.unread and left == sum((line.shipped for each in told for line in each.lines), Decimal(0))


def _ingest_dispatch(site: Site, order: wire.GoodsOutNode, lines: Rows[wire.GoodsOutLineNode] | None) -> Kept:
    """Keep what of an order has left and was not told. What cannot be read whole is kept unread: half is not it.

    Which parts were told is looked up again with the order held, so that no two turns tell of the same units.
    """
    lines = read_whole(site, lines_by_id([order.id])) if lines is None else lines
    told = _told(site, order)
    if order.status in _OPEN and _has_no_news(lines, told):
        forget_what_waits(site, order.reference)
        return Kept.KNOWN
    shipments = read_whole(site, calls.shipments.list(goods_out_id=order.id)).numbered()
    packages: Rows[wire.PackageNode] = Rows((), ())
    if shipments.nodes:
        by_shipment = any_of([shipment.id for shipment in shipments.nodes])
        packages = read_whole(site, calls.packages.list(shipment_id=by_shipment))
    unread = (*lines.unread, *shipments.unread, *packages.unread)
    seen = OrderOnTheWay(
        order=order,
        lines=lines.nodes,
        shipments=shipments.nodes,
        packages=packages.nodes,
        packs=packs_sent(site, order.reference),
    )
    if may_be_in_parts(seen, told) and not unread:
        moved = read_whole(site, calls.transactions.list(goods_out_id=order.id, include_archived=True))
        seen, unread = evolve(seen, transactions=moved.nodes), moved.unread
    try:
        _require_whole(order, lines.nodes, unread)
        with site.ledger.transaction():
            site.ledger.about(GOODS_OUT, [order.reference], lock=True)
            return _keep_all(site, seen, told) if _told(site, order) == told else Kept.KNOWN
    except InvalidRecord as error:
        return keep_unread(
            site.ledger,
            source=CLARUS,
            kind=DISPATCH,
            source_id=order.id,
            occurred_at=site.clock(),
            problem=error.problem,
            raw={
                **order.model_dump(mode="json"),
                "lines": [line.model_dump(mode="json") for line in lines.nodes],
                "unread": [row.raw for row in unread],
            },
        )


def _told(site: Site, order: wire.GoodsOutNode) -> list[Dispatch]:
    """The dispatches of the order that stand."""
    facts = (site.ledger.fact(key) for _, key in standing_dispatches_of(site, [order.reference]))
    records = (kept.record for kept in facts if kept is not None)
    return [each for each in records if isinstance(each, Dispatch) and order_of(each.id) == order.id]


def _keep_all(site: Site, seen: OrderOnTheWay, told: Sequence[Dispatch]) -> Kept:
    """Keep each dispatch as a fact. Once one closes the order, nothing more is told: it is only held against it.

    An open order whose closing dispatch stands is the reversals' to look at.
    """
    parts = [each for each in told if is_part(each.id)]
    closing = next((each for each in told if not is_part(each.id)), None)
    if closing is not None and not seen.is_completed:
        return Kept.KNOWN
    terms = site.terms_as_written
    rest = waiting_for_packs(seen, terms) if closing is None else []
    if rest and seen.is_completed:
        _settle_unread(site, seen.order.id, "read after all, and some of its packs are not whole")
        _say_what_waits(site, seen, parts, rest)
        return Kept.PARKED
    if closing is not None and closing.part is ShipmentPart.WHOLE:
        found = [whole_dispatch(seen, terms)]
    else:
        found = dispatches(seen, parts, terms, now=site.ledger.now(), day_of=_days_there(site, seen))
    found = found if closing is None else found[-1:]
    kept = [_keep(site, dispatch) for dispatch in found]
    if kept:
        _settle_unread(site, seen.order.id, f"read after all as {found[-1].id}")
    if seen.packs.lines:
        _say_what_waits(site, seen, parts, rest)
    return next((each for each in (Kept.UNREAD, Kept.PARKED, Kept.NEW) if each in kept), Kept.KNOWN)


def _days_there(site: Site, seen: OrderOnTheWay) -> Callable[[dt.datetime], dt.date]:
    """To which day of the books an instant belongs where the order leaves."""
    warehouse = seen.order.warehouse and seen.order.warehouse.code
    return partial(site.calendar.own_date, location=site.warehouse_terms.location_of(warehouse or ""))


def _settle_unread(site: Site, order_id: str, why: str) -> None:
    need_no_look(site, DISPATCH, order_id, why, actor="ingest")


def _say_what_waits(site: Site, seen: OrderOnTheWay, told: Sequence[Dispatch], rest: Sequence[Broken]) -> None:
    """The name says when nothing follows any more: then all that was not told waits, not the `rest` alone."""
    pieces = [left_in_pieces(seen, told, rest, site.terms_as_written, at=site.clock())] if rest else []
    state = ", completed" if seen.is_completed else ""
    say_what_waits(site, name_of_pick(seen.order.reference), rest, pieces, state=state)


def _keep(site: Site, dispatch: Dispatch) -> Kept:
    told = fact(
        dispatch,
        source=CLARUS,
        kind=DISPATCH,
        source_id=dispatch.id,
        version=next_version(site, dispatch.id),
        occurred_at=dispatch.occurred_at,
    )
    wait = site.ledger.now() + site.label_wait if lacks_tracking(told) else None
    kept = ingest(site, told, not_before=wait)
    if kept in (Kept.NEW, Kept.PARKED):
        to_be_looked_at(site, told)
    return kept


def _require_whole(
    order: wire.GoodsOutNode, lines: Sequence[wire.GoodsOutLineNode], unread: Sequence[UnreadRow]
) -> None:
    """A dispatch is told only when all of it is there."""
    record = f"goods out {order.reference}"
    if order.status not in _BEGUN:
        what = f"the order is {order.status or 'of no status'}, so nothing of it can have left"
        raise InvalidRecord(what, record=record, field="goods_out_status.code")
    if unread:
        raise InvalidRecord(f"a part cannot be read: {unread[0].problem.problem}", record=record)
    if not lines:
        raise InvalidRecord("it has no lines", record=record, field="lines")
    if any(order_id_of(line) not in ("", order.id) for line in lines):
        raise InvalidRecord("a line names another order", record=record, field="lines.goods_out.id")


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    source = iter(items)
    while batch := list(islice(source, _BATCH)):
        yield batch
