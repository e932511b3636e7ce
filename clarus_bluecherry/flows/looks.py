"""Looks: what was told once is read again, ever more rarely, and compared.

Law of this flow: a list tells what changed, not all that changed: a quantity is corrected behind the dispatch, a
label comes a minute late, a row is seen after its time. So a dispatch has a head that says when to look at it
again, and a feed is read again deeper than its mark; what differs is told anew, taken back, or shown to a person.
What is not due costs nothing, and what is due is said by the ledger's clock, the same for every worker.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from attrs import evolve

from clarus_bluecherry.clarus import any_of, calls
from clarus_bluecherry.flows.ingest import Collected, Kept, keep_unread
from clarus_bluecherry.flows.late_lines import UNSENT
from clarus_bluecherry.flows.names import BLUECHERRY, CLARUS, DISPATCH
from clarus_bluecherry.flows.reversals import UndoneDispatch, keep_reversals, keep_undone, undoing_key
from clarus_bluecherry.flows.rows import keep_row, read_whole
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.wall import Wall
from clarus_bluecherry.ledger import Fact, Head, State
from clarus_bluecherry.mapping.parts import is_clarus_id, is_part
from clarus_bluecherry.model import Dispatch

_AT_ONCE = 500
"""Dispatches that one turn looks at, most: the others are due at the next one."""
TRACKING = "late tracking"
"""The kind of what a person hears when parcels were told after the ship confirm had left."""


# Dispatches --------------------------------------------------------------------------------------------------


def to_be_looked_at(site: Site, told: Fact) -> None:
    """Look at a dispatch again, from now on; inside the transaction that keeps it."""
    head = site.ledger.hold(CLARUS, DISPATCH, told.source_id)
    at = site.ledger.now() + site.look_again[0] if site.look_again else None
    site.ledger.move(
        evolve(head, version=head.version + 1, newest_key=told.key, next_look_at=at or _after(site, told), looks=0)
    )


def look_at_dispatches(site: Site) -> Collected:
    """Look at the dispatches that are due, and keep what became of them. Raises the wire's errors."""
    collected = Collected()
    due = site.ledger.to_look_at(DISPATCH, at=site.ledger.now(), limit=_AT_ONCE)
    facts = {head.source_id: site.ledger.fact(head.newest_key) for head in due if head.newest_key}
    undone = site.ledger.known(undoing_key(fact) for fact in facts.values() if fact is not None)
    standing = [fact for fact in facts.values() if fact is not None and undoing_key(fact) not in undone]
    collected.counts.update(keep_reversals(site, standing).counts)
    wall = Wall()
    for head in due:
        fact = facts.get(head.source_id)
        if fact in standing and fact is not None and head.looks < len(site.look_again) and lacks_tracking(fact):
            looking = partial(_look_for_parcels, site, fact, collected)
            kept = wall.keep(looking, site, source=CLARUS, kind=TRACKING, source_id=fact.source_id, raw=None)
            collected.add(kept)
        _looked(site, head, fact, is_undone=fact not in standing)
    return collected


def _looked(site: Site, before: Head, fact: Fact | None, *, is_undone: bool) -> None:
    """Note when the next look is due, unless the document has a newer version since."""
    with site.ledger.transaction():
        head = site.ledger.hold(before.source, before.kind, before.source_id)
        if head.version == before.version:
            at = None if fact is None or is_undone else _next(site, fact, head.looks + 1)
            site.ledger.move(evolve(head, next_look_at=at, looks=head.looks + 1))


def _next(site: Site, fact: Fact, looks: int) -> dt.datetime | None:
    if looks < len(site.look_again):
        return max(fact.recorded_at + site.look_again[looks], site.ledger.now())
    return _after(site, fact)


def _after(site: Site, fact: Fact) -> dt.datetime | None:
    """A `reversal_interval` from now, as long as the order may still be reopened."""
    at = site.ledger.now() + site.reversal_interval
    return at if at <= fact.occurred_at + site.reopen_window else None


# Parcels -----------------------------------------------------------------------------------------------------


def _look_for_parcels(site: Site, fact: Fact, collected: Collected) -> Kept:
    """Tracking numbers that were not there yet when the dispatch was kept.

    While the ship confirm has not left, the dispatch is told anew with them; after that a person enters them.
    """
    told = fact.record
    confirm = next((one for one in site.ledger.postings_of(fact.key) if one.target == BLUECHERRY), None)
    if not isinstance(told, Dispatch) or confirm is None or confirm.state is State.CANCELLED:
        return Kept.KNOWN
    numbers = _tracking_of(site, told.id, collected)
    if not numbers:
        return Kept.KNOWN
    if confirm.state in UNSENT:
        left = sum((line.shipped for line in told.lines), Decimal(0))
        anew = UndoneDispatch(fact=fact, dispatch=told, status="COMPLETED", left=left, confirm=confirm)
        return keep_undone(site, anew)
    what = f"pick {told.order_reference}"
    return keep_unread(
        site.ledger,
        source=CLARUS,
        kind=TRACKING,
        source_id=what,
        occurred_at=fact.occurred_at,
        problem=f"Blue Cherry was told of {what} before its tracking numbers were there: enter"
        f" {', '.join(numbers)} in its shipment, then leave this",
    )


def lacks_tracking(fact: Fact) -> bool:
    """Whether a whole dispatch that the API told has parcels without a number, or none."""
    told = fact.record
    if not isinstance(told, Dispatch) or is_part(told.id) or not is_clarus_id(told.id):
        return False
    left = any(line.shipped for line in told.lines)
    return left and (not told.cartons or any(not carton.tracking for carton in told.cartons))


def _tracking_of(site: Site, order_id: str, collected: Collected) -> list[str]:
    """The tracking numbers that an order's parcels have now. No shipment names its order: each is asked for."""
    shipments = read_whole(site, calls.shipments.list(goods_out_id=order_id)).numbered()
    if not shipments.nodes:
        return []
    by_shipment = any_of([shipment.id for shipment in shipments.nodes])
    packages = read_whole(site, calls.packages.list(shipment_id=by_shipment))
    for row in (*shipments.unread, *packages.unread):
        collected.add(keep_row(site, row))
    return [package.tracking_number for package in packages.nodes if package.tracking_number]


# Feeds -------------------------------------------------------------------------------------------------------


def feeds_due(site: Site, feed: str) -> Iterator[dt.datetime]:
    """From when on `feed` is to be read again now, if it is; noted as done once the caller comes back for more.

    After each span of `look_again` twice that span is read again. The longest that is due says it for all shorter
    ones; what is within the overlap of each turn is not worth it.
    """
    now = site.ledger.now()
    spans = [span for span in site.look_again if span > site.feed_overlap]
    done = {span: site.ledger.watermark(_again(feed, span)) for span in spans}
    due = [span for span, at in done.items() if at is not None and not at <= now < at + span]
    if due:
        yield max(now - 2 * due[-1], site.go_live)
    for span in spans:
        if span in due or done[span] is None:  # the first reading of all has just read everything
            site.ledger.set_watermark(_again(feed, span), now)


def _again(feed: str, span: dt.timedelta) -> str:
    return f"{feed} again, {span.total_seconds():g} s"
