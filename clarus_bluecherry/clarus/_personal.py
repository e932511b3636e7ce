"""Which fields of Clarus's records are about a person, beyond those whose names say so.

Law of this module: pure data, beside the records. A text field whose name could be a person's stands here or is
known by its name; a test walks the records.
"""

from __future__ import annotations

from types import MappingProxyType

FREE_TEXT = MappingProxyType({"transaction": "description"})
"""What somebody typed, by the kind of fact: a movement's description, where a product's is its own."""
HARMLESS = frozenset({"country_code", "code", "id"})
"""What an address says of nobody."""
ABOUT_GOODS = frozenset(
    {
        "GoodsOutAttributes.short_order_lines_description",
        "GoodsOutOrder.short_order_lines_description",
        "GoodsOutUpdate.short_order_lines_description",
        "GoodsOutLineAttributes.stock_description",
        "NamedReference.name",
        "ShipmentNode.label_filename",
        "ShipmentNode.name",
        "StatusReference.name",
    }
)
"""Fields of records that reach a ledger, whose names could be a person's and which say nothing of one."""
