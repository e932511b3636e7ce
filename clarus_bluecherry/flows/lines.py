"""Lines of orders in the warehouse, read for many orders at once.

Law of this module: one order's lines, or how they cannot be read, never stand for another's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clarus_bluecherry.clarus import Listing, any_of, calls, wire
from clarus_bluecherry.errors import Blame, WireError
from clarus_bluecherry.flows.rows import Rows, read_whole
from clarus_bluecherry.flows.site import Site


def lines_of(site: Site, orders: Sequence[wire.GoodsOutNode]) -> Mapping[str, Rows[wire.GoodsOutLineNode]]:
    """The lines of each order by its id, read together. Of an order without them the lines are read alone.

    That is every one where it is not clear whose a line is, or where one order's may be why they cannot be read.
    """
    if not orders:
        return {}
    try:
        together = read_whole(site, lines_by_id([order.id for order in orders]))
    except WireError as error:
        if error.blame is Blame.SYSTEM:
            raise
        return {}
    by_order: dict[str, list[wire.GoodsOutLineNode]] = {order.id: [] for order in orders}
    strays = [line for line in together.nodes if order_id_of(line) not in by_order]
    if together.unread or strays:
        return {}
    for line in together.nodes:
        by_order[order_id_of(line)].append(line)
    return {order_id: Rows(tuple(lines), ()) for order_id, lines in by_order.items()}


def lines_by_id(order_ids: Sequence[str]) -> Listing[wire.GoodsOutLineNode]:
    """The list of the lines of the orders of these ids."""
    return calls.goods_out_lines.list(goods_out_id=any_of(order_ids))


def order_id_of(line: wire.GoodsOutLineNode) -> str:
    """The id of a line's order, empty where it is not told."""
    return line.goods_out.id if line.goods_out else ""
