"""Every file of a close: what each one is called, what its columns are called and mean, and what is lost without
it."""

from __future__ import annotations

from collections.abc import Sequence

from clarus_bluecherry.flows.exports.columns import CloseFile
from clarus_bluecherry.flows.exports.kinds_bluecherry import (
    COSTS,
    CREDITS,
    INVENTORY_REPORT,
    ORDERS,
    PERIODS,
    PURCHASE_ORDERS,
    STOCK_LEDGER,
)
from clarus_bluecherry.flows.exports.kinds_channels import CHANNEL_ORDERS
from clarus_bluecherry.flows.exports.kinds_clarus import STOCK, TRANSACTIONS
from clarus_bluecherry.flows.exports.kinds_finance import (
    LOCATIONS,
    OPEN_ITEMS,
    OPENING,
    POSTINGS,
    PREPACKS,
    SKU_MASTER,
    UNITS,
)

FILES: Sequence[CloseFile] = (
    STOCK, TRANSACTIONS, STOCK_LEDGER, INVENTORY_REPORT, ORDERS, PURCHASE_ORDERS, CREDITS, PERIODS, COSTS,
    SKU_MASTER, PREPACKS, OPENING, POSTINGS, OPEN_ITEMS, LOCATIONS, UNITS,
)  # fmt: skip
"""Every file that a close reads, in the order in which people look at them."""
BESIDE: Sequence[CloseFile] = (CHANNEL_ORDERS,)
"""What may lie beside them, and no close reads."""
