"""What flows call things in the ledger: the systems, the kinds of facts, the kinds of postings.

Law of this module: a name stands here once, and nothing else does. What becomes of a kind of fact is in `routes`.
"""

from __future__ import annotations

CLARUS = "clarus"
BLUECHERRY = "bluecherry"
"""Both systems, as sources of facts and as targets of postings."""

PICK = "pick_ticket"
"""The facts that dispatches are matched with."""
PERIOD = "period_status"
"""What Blue Cherry shows a period of the books to be, each time it is another than before."""
LATE_LINE = "pick_ticket_line"
LINE_OUT = "goods_out_line"
"""A line of a pick ticket that goes out after the others is a fact of its own, and this is its posting."""
GOODS_OUT = "goods_out"
PRE_RECEIPT = "pre_receipt"
"""What an order calls for in the warehouse."""
PRODUCT = "product"
"""A SKU as Blue Cherry tells it, and its creation in the warehouse."""
PRODUCT_UPDATE = "product_update"
"""Fields of a product that Blue Cherry owns, to be set in the warehouse."""

TRANSACTION = "transaction"
DISPATCH = "dispatch"
UNDISPATCH = "undispatch"
"""Kinds of facts that the warehouse tells. A dispatch and its taking back have the order's id and a version."""
PACKS = "packs"
"""Facts of whole packs that were received, and what those of an order's line are found by."""
WAITS = "broken_pack"
"""Facts of what is left over, and what they call for: a person who knows whether the rest is to come."""
ORDER_SHIPMENT = "order_shipment"
RECEIPT_ADVICE = "production_receipt_advice"
INVENTORY_ADJUSTMENT = "inventory_adjustment"
RETURN_TO_STOCK = "return_to_stock"
"""What a dispatch, a receipt, an adjustment and a return call for in Blue Cherry."""
SHIPMENT_REVERSAL = "shipment_reversal"
"""The posting that stands for what a person has to do in Blue Cherry; there is no message for it."""
RETURNS = "returns"
"""What an order's returns are found by."""
