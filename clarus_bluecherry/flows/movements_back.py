"""Movements back: what happened in the warehouse becomes facts, and postings for Blue Cherry.

Law of this flow: it may run at any time and as often as anyone likes; webhooks only make it run sooner. A fact
keeps the product code as the warehouse wrote it; the SKU is looked up when the posting is written, so a mended
crosswalk mends what waited for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TypeVar

from attrs import evolve

from clarus_bluecherry.clarus import calls, feeds, wire
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.derive import CLARUS, DISPATCH, TRANSACTION
from clarus_bluecherry.flows.keep import Collected, Kept, fact, keep, keep_unread
from clarus_bluecherry.flows.reversals import (
    collect_reversals,
    collect_reversals_of,
    next_version,
    standing_dispatches,
    sweep_is_due,
)
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.wall import Wall
from clarus_bluecherry.ledger import State
from clarus_bluecherry.mapping import Effect, WarehouseTerms, clarus
from clarus_bluecherry.model import Dispatch, UnmatchedCode

T = TypeVar("T")

_FEED = f"{CLARUS}.transactions"
_BATCH = 50


def collect_movements(site: Site) -> Collected:
    """Read the warehouse's transactions since the last run and the dispatches of open orders, and keep them.

    Dispatches that were taken back are looked for once in the site's `sweep`, and whenever a transaction hints
    at one.
    """
    collected = collect_transactions(site)
    if sweep_is_due(site):
        collected.counts.update(collect_reversals(site).counts)
    collected.counts.update(collect_dispatches(site, undispatched(site)).counts)
    return collected


def as_written(site: Site) -> WarehouseTerms:
    """Terms that keep every product code as the warehouse wrote it."""
    return evolve(site.warehouse_terms, sku_of=UnmatchedCode)


def collect_transactions(site: Site) -> Collected:
    """Read the warehouse's transactions since the last run and keep them, and dispatches that they take back."""
    collected = Collected()
    by_account = {"account_id": calls.eq(site.clarus.ids.account(site.account))}
    feed = feeds.transactions(begin=site.begin, where=by_account, overlap=site.overlap)
    mark, began = site.ledger.watermark(_FEED), site.clock()
    nodes, wall = [], Wall()
    for node in site.clarus.iterate(feed.since(mark)):
        keeping = partial(keep_transaction, site, node)
        collected.add(wall.keep(keeping, site, source=CLARUS, kind=TRANSACTION, source_id=node.id, raw=node))
        nodes.append(node)
    read_to = feed.mark(nodes, mark, began=began)
    if read_to is not None:
        site.ledger.set_watermark(_FEED, read_to)
    if any(_takes_back(site, node) for node in nodes):
        collected.counts.update(collect_reversals(site).counts)
    return collected


def _takes_back(site: Site, node: wire.TransactionNode) -> bool:
    return site.warehouse_terms.subtypes.get(node.subtype.upper()) is Effect.UNDISPATCH


def keep_transaction(site: Site, node: wire.TransactionNode) -> Kept:
    """Keep one transaction of the warehouse's ledger; one that moves no stock is known already."""
    try:
        movement = clarus.movement(node, as_written(site))
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
    if movement is None:
        return Kept.KNOWN
    return keep(
        site,
        fact(
            movement,
            source=CLARUS,
            kind=TRANSACTION,
            source_id=node.id,
            version="",
            occurred_at=movement.occurred_at,
        ),
    )


def undispatched(site: Site) -> Iterator[str]:
    """References of orders the warehouse has and whose dispatch is not known yet."""
    standing = (fact.record for fact in standing_dispatches(site))
    dispatched = {record.order_reference for record in standing if isinstance(record, Dispatch)}
    for posting in site.ledger.in_state(State.POSTED, target=CLARUS, kind="goods_out"):
        if posting.reference not in dispatched:
            yield posting.reference


def collect_dispatches(site: Site, references: Iterable[str]) -> Collected:
    """Keep the dispatches of those orders among `references` that the warehouse has completed.

    One that left before and left again at another time takes the first dispatch back.
    """
    references, wall = list(references), Wall()
    collected = collect_reversals_of(site, frozenset(references))
    for batch in _batches(references):
        for kept in _completed(site, batch, wall):
            collected.add(kept)
    return collected


def _completed(site: Site, references: Sequence[str], wall: Wall) -> Iterator[Kept]:
    where = {
        "account_id": calls.eq(site.clarus.ids.account(site.account)),
        "reference": calls.any_of(references),
        "goods_out_status_code": calls.eq("COMPLETED"),
    }
    orders = list(site.clarus.iterate(calls.goods_outs(where=where)))
    if not orders:
        return
    by_order = calls.any_of([order.id for order in orders])
    lines = list(site.clarus.iterate(calls.goods_out_lines(where={"goods_out_id": by_order})))
    for order in orders:
        own = [line for line in lines if line.goods_out is not None and line.goods_out.id == order.id]
        keeping = partial(_keep_dispatch, site, order, own)
        yield wall.keep(keeping, site, source=CLARUS, kind=DISPATCH, source_id=order.id, raw=order)


def _keep_dispatch(site: Site, order: wire.GoodsOutNode, lines: Sequence[wire.GoodsOutLineNode]) -> Kept:
    shipments = list(site.clarus.iterate(calls.shipments(where={"goods_out_id": calls.eq(order.id)})))
    by_shipment = calls.any_of([shipment.id for shipment in shipments])
    packages = list(site.clarus.iterate(calls.packages(where={"shipment_id": by_shipment}))) if shipments else []
    try:
        dispatch = clarus.dispatch(order, lines, shipments, packages, as_written(site))
    except InvalidRecord as error:
        return keep_unread(
            site.ledger,
            source=CLARUS,
            kind=DISPATCH,
            source_id=order.id,
            occurred_at=site.clock(),
            problem=error.problem,
            raw=order.model_dump(mode="json"),
        )
    return keep(
        site,
        fact(
            dispatch,
            source=CLARUS,
            kind=DISPATCH,
            source_id=order.id,
            version=next_version(site, order.id),
            occurred_at=dispatch.occurred_at,
        ),
    )


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    source = iter(items)
    while batch := list(islice(source, _BATCH)):
        yield batch
