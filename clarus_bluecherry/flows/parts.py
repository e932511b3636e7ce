"""Parts of an order that the warehouse took back: which of those that were told they are.

Law of this flow: a part is taken back by its name, and the others stand. Clarus tells how much of each line has
left; when that is less than was told, the part is the one whose shipment has not left any more, the only one there
is, or the only one with just these units. Where that is not clear nothing is taken back, and a person is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from clarus_bluecherry.clarus import calls, wire
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.packs import packs_sent
from clarus_bluecherry.flows.rows import read_whole
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.mapping import clarus
from clarus_bluecherry.mapping.parts import LineKey, shipments_gone, shipments_named
from clarus_bluecherry.model import Dispatch, DispatchLine


def taken_back(site: Site, order: wire.GoodsOutNode, parts: Sequence[Dispatch]) -> list[Dispatch]:
    """Those of the `parts` of `order` that have not left any more.

    Raises `InvalidRecord` when some have not and it is not clear which, and the wire's errors.
    """
    lines = read_whole(site, calls.goods_out_lines.list(goods_out_id=order.id))
    shipments = read_whole(site, calls.shipments.list(goods_out_id=order.id))
    if lines.unread or shipments.unread:
        raise InvalidRecord("what of it has left cannot be read", record=f"goods out {order.reference}")
    left = _units(
        packs_sent(site, order.reference).composed(clarus.what_left(order, lines.nodes, site.terms_as_written))
    )
    gone = {shipment.id for shipment in shipments_gone(shipments.nodes)}
    not_gone = [part for part in parts if not shipments_named(part.id) & gone]
    if _fits(parts, left):
        # As much has left as was told: it may have come back and left again, with another shipment.
        return not_gone if not_gone and _came_back(site, order) else []
    for suspects in (not_gone, parts if len(parts) == 1 else []):
        if suspects and _fits([part for part in parts if part not in suspects], left):
            return list(suspects)
    alone = [part for part in parts if _fits([each for each in parts if each is not part], left, wholly=True)]
    if len(alone) == 1:
        return alone
    what = "less of it has left than was told, and it is not clear which of its parts was taken back"
    raise InvalidRecord(what, record=f"goods out {order.reference}", field="dispatch_quantity")


def _came_back(site: Site, order: wire.GoodsOutNode) -> bool:
    """Whether a dispatch of anything of the order was taken back at some time."""
    moved = read_whole(site, calls.transactions.list(goods_out_id=order.id, include_archived=True))
    return any(site.warehouse_terms.undispatches(one.subtype) for one in moved.nodes)


def _fits(parts: Sequence[Dispatch], left: Mapping[LineKey, Decimal], *, wholly: bool = False) -> bool:
    """Whether no more was told with `parts` than has left; `wholly`: just as much."""
    told = _units(line for part in parts for line in part.lines)
    return told == left if wholly else all(units <= left.get(key, 0) for key, units in told.items())


def _units(lines: Iterable[DispatchLine]) -> Mapping[LineKey, Decimal]:
    total: defaultdict[LineKey, Decimal] = defaultdict(Decimal)
    for line in lines:
        total[line.number, line.item] += line.shipped
    return {key: units for key, units in total.items() if units}
