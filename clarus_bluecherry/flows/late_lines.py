"""Late lines: a pick ticket's line without a product waits alone, and the others go.

Law of this module: the fact keeps the whole order, and each line is in one posting at a time: the order's own, or
that of a fact for the line, which goes on by itself once the crosswalk is mended.
"""

from __future__ import annotations

from attrs import evolve, frozen

from clarus_bluecherry.flows.derive import AMBIGUOUS_SKU, LATE_LINE, UNKNOWN_SKU, derive, has_product
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Fact, Posting, State, fact_key
from clarus_bluecherry.model import OrderLine, SalesOrder

UNSENT = frozenset({State.PENDING, State.RETRYING, State.PARKED, State.REJECTED})
"""States in which the other side certainly knows nothing of a posting."""


@frozen
class Plan:
    """What an order calls for now: its own posting, and the lines that follow."""

    posting: Posting | None
    late: tuple[Fact, ...] = ()


def plan(order: Fact, site: Site) -> Plan:
    """What `order` calls for by the site's policy. The whole document waits when none of its lines can go."""
    posting = derive(order, site)
    assert posting is not None, "orders always call for a posting"
    record = order.record
    waits_for_sku = posting.reason_code in (UNKNOWN_SKU, AMBIGUOUS_SKU)
    if site.unmatched == "document" or not waits_for_sku or not isinstance(record, SalesOrder):
        return Plan(posting)
    ready = tuple(line for line in record.lines if has_product(site, line))
    if not ready:
        return Plan(posting)
    early = derive(evolve(order, record=evolve(record, lines=ready)), site)
    assert early is not None
    late = tuple(
        Fact(
            source=order.source,
            kind=LATE_LINE,
            source_id=_name(order, line),
            version=order.version,
            occurred_at=order.occurred_at,
            record=evolve(record, lines=(line,)),
        )
        for line in record.lines
        if line not in ready
    )
    return Plan(early, late)


def post_late(site: Site, planned: Plan) -> None:
    """Keep the late lines and what they call for, inside the caller's transaction."""
    for line in planned.late:
        if site.ledger.record(line):
            posting = derive(line, site)
            assert posting is not None
            site.ledger.post(posting)


def give_way(site: Site, before: Fact, reason: str) -> None:
    """Cancel the late lines of an older version that were not sent: the newer version tells all its lines anew."""
    if not isinstance(before.record, SalesOrder):
        return
    for line in before.record.lines:
        key = fact_key(before.source, LATE_LINE, _name(before, line), before.version)
        for posting in site.ledger.postings_of(key):
            if posting.state in UNSENT:
                site.ledger.cancel(posting.key, reason, actor="orders out")


def _name(order: Fact, line: OrderLine) -> str:
    return f"{order.source_id}/{line.number}"
