"""Transfer orders: stock that is to move from one location to another.

No source of it is public (L): GET `/api/Transfer`, X12 940 or 943 as the site chooses, sheets of the site's own.
"""

from __future__ import annotations

from clarus_bluecherry.bluecherry.kinds._kind import Kind, RestRead, SheetLines
from clarus_bluecherry.bluecherry.kinds._orders import DUE, REQUESTED, order_set
from clarus_bluecherry.bluecherry.messages.transfers import TransferOrder
from clarus_bluecherry.bluecherry.rest_rows import records_of

__all__ = ["TRANSFER_ORDER"]

TRANSFER_ORDER = Kind(
    name="transfer_order",
    model=TransferOrder,
    key="transfer_num",
    stands_for="stock that is to move from one location to another",
    rest=RestRead(entity="Transfer", records=records_of(TransferOrder, lines="transferdetail"), sure="L"),
    x12=tuple(
        order_set(
            set_id,
            number="transfer_num",
            parties={"ship_from": "from_location", "ship_to": "to_location"},
            dates={REQUESTED: "ship_date", DUE: "due_date"},
            line=("line_seq", "bk_qty"),
            mark="TF",
            sure="L",
        )
        for set_id in ("940", "943")
    ),
    sheet=SheetLines(key=("transfer_num",), lists={"line": "lines"}),
    is_usual=False,
)
