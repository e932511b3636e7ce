"""What our node models know and the vendor's examples do not show, by list.

Law of this module: nothing here is asked for unless a tenant's settings say so: one field too many fails a query.
"""

from __future__ import annotations

from collections.abc import Mapping

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._reading.node import Node
from clarus_bluecherry.clarus._reading.selection import undocumented

_LISTS: Mapping[str, type[Node]] = {
    "goods_outs": wire.GoodsOutNode,
    "goods_out_lines": wire.GoodsOutLineNode,
    "packages": wire.PackageNode,
    "transactions": wire.TransactionNode,
}

UNDOCUMENTED_FIELDS: Mapping[str, tuple[str, ...]] = {root: undocumented(node) for root, node in _LISTS.items()}
"""Fields by list that our node models know and the vendor's examples do not show.

They are REST attributes, documented filters or members of the vendor's full transaction object (confidence
medium): try them on the tenant, or look by introspection, before relying on them.
"""
