"""Which lines of an order are prepacks, as it was sent out.

Law of this flow: the order's own word counts. What the site says today of a pack does not change what the
warehouse was asked for.
"""

from __future__ import annotations

from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.kinds.production_order import PRODUCTION_ORDER
from clarus_bluecherry.finance.in_flight import ERP
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.mapping import resolved
from clarus_bluecherry.mapping.prepacks import PacksSent, without_division
from clarus_bluecherry.model import PurchaseOrder, PurchaseOrderLine, Receipt, Record, SalesOrder


def packs_sent(site: Site, pick: str) -> PacksSent:
    """The prepacks of the pick ticket `pick`; none where no such ticket was sent out."""
    order = _order(site, PICK_TICKET.name, pick)
    return PacksSent.of(order, site.warehouse_terms.sku_of) if isinstance(order, SalesOrder) else PacksSent()


def pack_received(site: Site, receipt: Record) -> PurchaseOrderLine | None:
    """The prepack's line of a production order that `receipt` is a component of; None where it is of none."""
    if not isinstance(receipt, Receipt):
        return None
    order = _order(site, PRODUCTION_ORDER.name, receipt.order_reference)
    item = without_division(resolved(receipt, site.warehouse_terms.sku_of).item)
    for line in order.lines if isinstance(order, PurchaseOrder) else ():
        if line.number == receipt.line_number and line.pack is not None and line.pack.holds(item):
            return line
    return None


def _order(site: Site, kind: str, number: str) -> Record | None:
    head = site.ledger.head(ERP, kind, number) if number else None
    fact = site.ledger.fact(head.standing_key) if head and head.standing_key else None
    return None if fact is None else fact.record
