"""Dispatches that the warehouse took back become facts, and what they called for is undone or handed to a person.

Law of this flow: a completed order can be reopened in Clarus (its dispatch tasks are unconfirmed and it is picking
again), and no list tells of it by date; so the orders of recorded dispatches are looked at again. A ship confirm
that has not left is cancelled. One that Blue Cherry may know of is not ours to take back: Blue Cherry publishes no
message for it, so a person voids the shipment there, and no second ship confirm leaves before that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial

from attrs import evolve, frozen

from clarus_bluecherry.clarus import any_of, calls, wire
from clarus_bluecherry.clarus._paging import Teller, Told
from clarus_bluecherry.errors import FactChanged, IllegalTransition, InvalidRecord
from clarus_bluecherry.flows.derive import derive
from clarus_bluecherry.flows.ingest import Collected, Kept, fact
from clarus_bluecherry.flows.late_lines import UNSENT
from clarus_bluecherry.flows.lines import lines_of
from clarus_bluecherry.flows.names import CLARUS, DISPATCH, GOODS_OUT, ORDER_SHIPMENT, UNDISPATCH
from clarus_bluecherry.flows.packs import packs_sent
from clarus_bluecherry.flows.parts import taken_back
from clarus_bluecherry.flows.rows import Rows, keep_row, read_whole, unread_node
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.standing import standing_dispatches_of, told_name
from clarus_bluecherry.flows.wall import Wall
from clarus_bluecherry.ledger import Fact, Posting, State
from clarus_bluecherry.ledger.keys import fact_key, key_parts, undone_by
from clarus_bluecherry.ledger.records import SETTLED_WITH
from clarus_bluecherry.mapping.checked import checked
from clarus_bluecherry.mapping.clarus import what_left
from clarus_bluecherry.mapping.parts import is_clarus_id, is_part, order_of
from clarus_bluecherry.model import Dispatch, DispatchLine, Undispatch, UnmatchedCode

_COMPLETED = "COMPLETED"
_BATCH = 50
_NO_STATUS = "its status is not told, so it is not known whether it was taken back"


def _may_be_known(confirm: Posting) -> bool:
    """Whether Blue Cherry may have the shipment: by this message, or by hand, as a person settled it."""
    if confirm.state is State.CANCELLED:
        return bool(confirm.detail.get(SETTLED_WITH))
    return confirm.state not in UNSENT


@frozen(kw_only=True)
class UndoneDispatch:
    """A recorded dispatch that is not what the warehouse says now.

    `status` is the order's code now, empty when Clarus has no such order any more; `again_at` is when it left,
    where it was completed again at another instant; `left` is how much the order left with by what is told now,
    where that is another count, or other parcels. `confirm` is the ship confirm that the dispatch called for.
    """

    fact: Fact
    dispatch: Dispatch
    status: str
    again_at: dt.datetime | None = None
    left: Decimal | None = None
    confirm: Posting | None = None

    @property
    def may_be_known(self) -> bool:
        """Whether Blue Cherry may have been told."""
        return self.confirm is not None and _may_be_known(self.confirm)

    @property
    def units(self) -> Decimal:
        """How many units the dispatch said had left."""
        return sum((line.shipped for line in self.dispatch.lines), Decimal(0))

    def __str__(self) -> str:
        now = f"is {self.status or 'gone'} now"
        if self.again_at:
            now = f"left again at {self.again_at.isoformat()}"
        elif self.left is not None:
            now = f"is told otherwise now, with {self.left.normalize():f} units in all"
        told = "may have been told" if self.may_be_known else "has not been told"
        what = f"{told_name(self.dispatch)} ({self.units.normalize():f} units)"
        return f"{what} was undone in the warehouse: the order {now}; Blue Cherry {told}"


# Looking -----------------------------------------------------------------------------------------------------


def undone_dispatches(site: Site, *, since: dt.datetime, unread: Told | None = None) -> list[UndoneDispatch]:
    """Standing dispatches from `since` on whose order is no longer completed, or was completed again.

    Reads and never writes. A date of dispatch that somebody corrected by hand looks like a second dispatch. An
    order that cannot be read is not known to be undone; it goes to `unread`, or without it `UnreadRows` is raised.
    Raises the wire's errors.
    """
    return _undone_among(site, standing_dispatches(site, since=since), unread)


def _undone_among(site: Site, standing: Sequence[Fact], unread: Told | None) -> list[UndoneDispatch]:
    """Those of `standing` that the API told: it knows no dispatch that an export told by the name we gave it."""
    found: list[UndoneDispatch] = []
    standing = [dispatch for dispatch in standing if is_clarus_id(dispatch.source_id)] if site.has_api else []
    teller = Teller("goods_outs", unread)
    by_order = list(_by_order(standing).items())
    for start in range(0, len(by_order), _BATCH):
        batch = by_order[start : start + _BATCH]
        rows = _orders(site, [dispatch for _, dispatches in batch for dispatch in dispatches])
        teller.tell(rows.unread)
        orders = {order.id: order for order in rows.nodes}
        lines = lines_of(site, [order for order in rows.nodes if order.status == _COMPLETED])
        for order_id, dispatches in batch:
            order = orders.get(order_id)
            if order is None and rows.may_hold(order_id):
                continue
            try:
                found += _undone_of(site, dispatches, order, lines.get(order_id))
            except InvalidRecord as error:
                assert order is not None, "only what is there can be wrong"
                teller.tell([unread_node(order, error.what, field=error.field)])
    teller.end()
    return found


def _by_order(dispatches: Iterable[Fact]) -> Mapping[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for dispatch in dispatches:
        found.setdefault(order_of(dispatch.source_id), []).append(dispatch)
    return found


def _undone_of(
    site: Site,
    dispatches: Sequence[Fact],
    order: wire.GoodsOutNode | None,
    lines: Rows[wire.GoodsOutLineNode] | None,
) -> Iterator[UndoneDispatch]:
    """Those of an order's dispatches that were taken back. While the one that closed it stands, its parts do.

    Parts are looked at all together, also those that left before the window. One that closes an order of which
    another count is told now is taken back as well: what is told now is told anew.
    """
    if any(is_part(one.source_id) for one in dispatches):
        dispatches = _standing_with(site, dispatches[0])
    closing = [one for one in dispatches if not is_part(one.source_id)]
    undone = [found for one in closing if (found := _undone(site, one, order)) is not None]
    yield from undone
    if order is not None and closing and not undone:
        yield from _recounted(site, closing[0], order, lines)
        return
    parts = {one.source_id: one for one in dispatches if is_part(one.source_id)}
    records = [one.record for one in parts.values() if isinstance(one.record, Dispatch)]
    if records:
        for part in records if order is None else taken_back(site, order, records):
            yield _undone_dispatch(site, parts[part.id], part, order.status if order else "")


def _recounted(
    site: Site, closing: Fact, order: wire.GoodsOutNode, lines: Rows[wire.GoodsOutLineNode] | None
) -> Iterator[UndoneDispatch]:
    """The dispatch that closed an order of which the warehouse tells another count now."""
    if lines is None or lines.unread or not lines.nodes or not isinstance(closing.record, Dispatch):
        return
    standing = [each.record for each in _standing_with(site, closing)]
    told = _by_line(line for each in standing if isinstance(each, Dispatch) for line in each.lines)
    left_now = what_left(order, lines.nodes, site.terms_as_written)
    now = _by_line(packs_sent(site, order.reference).composed(left_now))
    if now != told:
        left = sum(now.values(), Decimal(0))
        yield _undone_dispatch(site, closing, closing.record, order.status, left=left)


def _by_line(lines: Iterable[DispatchLine]) -> Mapping[str, Decimal]:
    """Units by line number alone: a product that has another code since is the same goods."""
    total: dict[str, Decimal] = {}
    for line in lines:
        total[line.number] = total.get(line.number, Decimal(0)) + line.shipped
    return {number: units for number, units in total.items() if units}


def _standing_with(site: Site, dispatch: Fact) -> list[Fact]:
    """Every dispatch of the same order that stands."""
    found = [site.ledger.fact(key) for _, key in standing_dispatches_of(site, [_order_reference(dispatch)])]
    order = order_of(dispatch.source_id)
    return [one for one in found if one is not None and order_of(one.source_id) == order]


def standing_dispatches(site: Site, *, since: dt.datetime | None = None) -> list[Fact]:
    """Recorded dispatches that were not taken back, in the order they occurred."""
    dispatches = site.ledger.facts(kind=DISPATCH, source=CLARUS, since=since)
    undone = site.ledger.undone((dispatch.key for dispatch in dispatches), UNDISPATCH)
    return [dispatch for dispatch in dispatches if dispatch.key not in undone]


def undoing_key(dispatch: Fact) -> str:
    """The key of the fact that takes `dispatch` back. The first dispatch of an order has no version."""
    return undone_by(dispatch.key, UNDISPATCH)


def next_version(site: Site, order_id: str) -> str:
    """The version of the dispatch that stands, or is to come, for an order."""
    number = 1
    while site.ledger.knows(fact_key(CLARUS, UNDISPATCH, order_id, str(number))):
        number += 1
    return "" if number == 1 else str(number)


def is_undone(site: Site, dispatch_key: str) -> bool:
    """Whether the dispatch kept under this key was taken back. Of what is no dispatch nothing is asked."""
    return key_parts(dispatch_key)[1] == DISPATCH and site.ledger.knows(undone_by(dispatch_key, UNDISPATCH))


def _orders(site: Site, facts: Iterable[Fact]) -> Rows[wire.GoodsOutNode]:
    """The orders of `facts` as they are now. Clarus documents no filter by id, but one by reference."""
    account = site.clarus.ids.account(site.account)
    references = any_of(dict.fromkeys(map(_order_reference, facts)))
    return read_whole(site, calls.goods_outs.list(account_id=account, reference=references))


def _undone(site: Site, fact: Fact, order: wire.GoodsOutNode | None) -> UndoneDispatch | None:
    if not isinstance(fact.record, Dispatch):
        return None
    status = order.status if order else ""
    if order is not None and not status:
        raise InvalidRecord(_NO_STATUS, record=f"goods out {order.reference}", field="goods_out_status.code")
    again_at = None
    if order is not None and status == _COMPLETED:
        left = order.actual_date_of_dispatch
        with checked(f"goods out {order.reference}", field="actual_date_of_dispatch"):
            again_at = wire.instant(left, zone=site.warehouse_terms.zone) if left else None
        if again_at in {None, fact.record.occurred_at}:
            return None
    return _undone_dispatch(site, fact, fact.record, status, again_at)


def _undone_dispatch(
    site: Site,
    fact: Fact,
    dispatch: Dispatch,
    status: str,
    again_at: dt.datetime | None = None,
    left: Decimal | None = None,
) -> UndoneDispatch:
    """What was found of `dispatch`, with its ship confirm."""
    confirms = (posting for posting in site.ledger.postings_of(fact.key) if posting.kind == ORDER_SHIPMENT)
    confirm = next(confirms, None)
    return UndoneDispatch(
        fact=fact, dispatch=dispatch, status=status, again_at=again_at, left=left, confirm=confirm
    )


# Keeping -----------------------------------------------------------------------------------------------------


def collect_reversals(site: Site, products: Collection[str] = ()) -> Collected:
    """Look at every order that left within the site's `reopen_window` time, and keep the dispatches taken back.

    Where `products` are named, by the warehouse's codes, only at orders of which one of them left.
    """
    standing = standing_dispatches(site, since=site.ledger.now() - site.reopen_window)
    return keep_reversals(site, [one for one in standing if not products or _may_have(one, products)])


def _may_have(dispatch: Fact, products: Collection[str]) -> bool:
    """Whether one of the products left: an article that is not told by the warehouse's code may be any."""
    lines = dispatch.record.lines if isinstance(dispatch.record, Dispatch) else ()
    codes = {line.item.code.strip() if isinstance(line.item, UnmatchedCode) else None for line in lines}
    return not codes or None in codes or any(product.strip() in codes for product in products)


def collect_reversals_of(site: Site, references: Collection[str]) -> Collected:
    """Look at the orders of `references` that have left, and keep the dispatches taken back."""
    found = (site.ledger.fact(key) for _, key in standing_dispatches_of(site, references))
    return keep_reversals(site, [fact for fact in found if fact is not None])


def keep_reversals(site: Site, standing: Sequence[Fact]) -> Collected:
    """Look at the orders of these dispatches, which stand, and keep those that were taken back."""
    collected, wall = Collected(), Wall()
    for undone in _undone_among(site, standing, lambda row: collected.add(keep_row(site, row))):
        keeping = partial(keep_undone, site, undone)
        number = undone.dispatch.id
        collected.add(wall.keep(keeping, site, source=CLARUS, kind=UNDISPATCH, source_id=number, raw=None))
    return collected


def _order_reference(fact: Fact) -> str:
    return fact.record.order_reference if isinstance(fact.record, Dispatch) else ""


def keep_undone(site: Site, undone: UndoneDispatch) -> Kept:
    """Record that a dispatch was taken back; cancel its ship confirm, or park the reversal for a person.

    A ship confirm that a worker takes at this moment is left to the next look.
    """
    taken_back = _fact(site, undone)
    try:
        with site.ledger.transaction():
            if not site.ledger.record(taken_back):
                return Kept.KNOWN
            site.ledger.reopen_orders(GOODS_OUT, [undone.dispatch.order_reference])
            confirm = undone.confirm and site.ledger.posting(undone.confirm.key)
            if confirm is not None and confirm.state in UNSENT:
                site.ledger.cancel(confirm.key, str(undone), actor="reversals")
            elif confirm is not None and _may_be_known(confirm):
                _park_reversal(site, taken_back, str(undone))
                return Kept.PARKED
    except (FactChanged, IllegalTransition):
        return Kept.KNOWN
    return Kept.NEW


def _fact(site: Site, undone: UndoneDispatch) -> Fact:
    dispatch = undone.dispatch
    version, now = undone.fact.version or "1", site.clock()
    record = Undispatch(
        id=f"{dispatch.id}/{version}",
        occurred_at=now,
        dispatch_id=dispatch.id,
        order_reference=dispatch.order_reference,
        location=dispatch.location,
        lines=dispatch.lines,
    )
    return fact(record, source=CLARUS, kind=UNDISPATCH, source_id=dispatch.id, version=version, occurred_at=now)


def _park_reversal(site: Site, taken_back: Fact, why: str) -> None:
    posting = derive(taken_back, site)
    if posting is not None:
        site.ledger.post(evolve(posting, reason=why))


# Settling ----------------------------------------------------------------------------------------------------


def settle(site: Site, waiting: Posting) -> None:
    """Close what an undone dispatch left open, where it turned out that Blue Cherry was never told.

    `waiting` is the parked reversal, or the ship confirm that was stopped before it left.
    """
    dispatch = _dispatch_behind(site, waiting)
    if dispatch is None:
        return
    with site.ledger.transaction():
        postings = [*site.ledger.postings_of(dispatch.key), *site.ledger.postings_of(undoing_key(dispatch))]
        confirms = [posting for posting in postings if posting.kind == ORDER_SHIPMENT]
        if not any(map(_may_be_known, confirms)):
            for posting in postings:
                if posting.state in UNSENT:
                    site.ledger.cancel(posting.key, "undone before Blue Cherry was told", actor="reversals")


def _dispatch_behind(site: Site, waiting: Posting) -> Fact | None:
    cause = site.ledger.fact(waiting.fact_key)
    if cause is None or cause.kind == DISPATCH:
        return cause
    version = "" if cause.version == "1" else cause.version
    return site.ledger.fact(fact_key(CLARUS, DISPATCH, cause.source_id, version))
