"""Production orders: what a warehouse is to receive.

Law of this module: as in `reading`.
"""

from __future__ import annotations

from clarus_bluecherry.bluecherry.messages.columns import Amount, Code, Cost, Key, Row, SkuColumns


class ProductionLine(SkuColumns):
    """One SKU to be received. The same SKU may stand on several lines, so receipts name `prod_line` (H).

    `uom` is the unit of the quantity where a site tells one: the vendor's own feed of orders has it (M).
    """

    pkey: Code = ""
    prod_line: Key
    location: Code = ""
    cost: Cost = None
    prod_qty: Amount = None
    uom: Code = ""


class ProductionOrder(Row):
    """A production or purchase order to receive."""

    pkey: Code = ""
    prod_num: Key
    ref_num: Code = ""
    due_date: Code = ""
    co_curr: Code = ""
    last_mod: Code = ""
    vendor: Code = ""
    lines: tuple[ProductionLine, ...] = ()
