"""Stock movements: lines of the stock ledger.

An extract of the table `ZZXSSUMH` (H for its codes, L for the names of its columns); a transport of the site's own
may read the same table over SQL.
"""

from __future__ import annotations

from clarus_bluecherry.bluecherry.kinds._kind import FileHolds, Kind, Sheet
from clarus_bluecherry.bluecherry.messages.movements import StockMovement

__all__ = ["STOCK_MOVEMENT"]

STOCK_MOVEMENT = Kind(
    name="stock_movement",
    model=StockMovement,
    key="style",
    stands_for="a line of the stock ledger",
    rest="no endpoint is public",
    x12="no set that a warehouse gets",
    sheet=Sheet(),
    holds=FileHolds.SNAPSHOT,
)
