"""Late lines: a pick ticket's line without a product waits alone, and the others go.

Law of this module: the fact keeps the whole order, and each line is in one posting at a time: the order's own, or
that of a fact for the line, which goes on by itself once the crosswalk is mended.
"""

from __future__ import annotations

from attrs import evolve, frozen

from clarus_bluecherry.flows.derive import derive
from clarus_bluecherry.flows.names import LATE_LINE, LINE_OUT
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.writing import has_product
from clarus_bluecherry.ledger import Fact, Posting, State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.model import OrderLine, SalesOrder

UNSENT = frozenset({State.PENDING, State.RETRYING, State.PARKED, State.REJECTED})
"""States in which the other side certainly knows nothing of a posting."""


@frozen
class Plan:
    """What an order calls for now: its own posting, and the lines that follow."""

    posting: Posting | None
    late: tuple[Fact, ...] = ()


def plan(order: Fact, site: Site) -> Plan:
    """What `order` calls for by the site's policy. All of it waits if no line can go, or a prepack cannot."""
    posting = derive(order, site)
    assert posting is not None, "orders always call for a posting"
    record = order.record
    waits_for_sku = posting.reason_code in (Reason.UNKNOWN_SKU, Reason.AMBIGUOUS_SKU)
    if site.unmatched == "document" or not waits_for_sku or not isinstance(record, SalesOrder):
        return Plan(posting)
    ready = tuple(line for line in record.lines if has_product(site, line))
    if not ready or any(line.pack and line not in ready for line in record.lines):
        return Plan(posting)
    early = derive(evolve(order, record=evolve(record, lines=ready)), site)
    assert early is not None
    return Plan(early, tuple(_late(order, record, line) for line in record.lines if line not in ready))


def _late(order: Fact, record: SalesOrder, line: OrderLine) -> Fact:
    return Fact(
        source=order.source,
        kind=LATE_LINE,
        source_id=_name(order, line),
        version=order.version,
        occurred_at=order.occurred_at,
        record=evolve(record, lines=(line,)),
    )


def post_late(site: Site, planned: Plan) -> None:
    """Keep the late lines and what they call for, inside the caller's transaction."""
    for line in planned.late:
        if site.ledger.record(line):
            posting = derive(line, site)
            assert posting is not None
            site.ledger.post(posting)


def give_way(site: Site, before: Fact, reason: str) -> None:
    """Cancel the late lines of an older version that were not sent: the newer version tells all its lines anew."""
    if isinstance(before.record, SalesOrder):
        names = [_name(before, line) for line in before.record.lines]
        for posting in site.ledger.about(LINE_OUT, names, lock=True):
            if posting.state in UNSENT:
                site.ledger.cancel(posting.key, reason, actor="orders out")


def wait_again(site: Site, order: Fact) -> None:
    """Late lines that gave way wait again, now that `order` says what it said when the others were sent."""
    record = order.record
    if not isinstance(record, SalesOrder):
        return
    for line in record.lines:
        earlier = site.ledger.about(LINE_OUT, [_name(order, line)])
        if earlier and all(posting.state is State.CANCELLED for posting in earlier):
            post_late(site, Plan(None, (_late(order, record, line),)))


def order_of_line(posting: Posting) -> str:
    """The number of the pick ticket whose late line this posting sends."""
    return posting.reference.rpartition("/")[0]


def _name(order: Fact, line: OrderLine) -> str:
    return f"{order.source_id}/{line.number}"
