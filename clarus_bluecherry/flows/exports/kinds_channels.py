"""The file of a channel's orders: what was sold, and Blue Cherry may not have yet."""

from __future__ import annotations

from clarus_bluecherry.flows.exports.columns import BOOK_SKU, CloseColumn, CloseFile, quantity

CHANNEL_ORDERS = CloseFile(
    name="channel_orders",
    also=("sales", "shop_orders", "web_orders", "channel_sales"),
    about="Orders as the channels have them, a row for each line: what is sold, known to Blue Cherry or not.",
    without="what a channel sold counts once Blue Cherry or Clarus knows it",
    needed="order",
    required=("quantity", "sold_at"),
    columns=(
        CloseColumn(
            "order", "its number, as Blue Cherry will have it", "1001", ("Order Number", "Order No", "ord_num")
        ),
        CloseColumn("line", "its line", "1", ("Line Number", "Line No")),
        CloseColumn("channel", "who sold it; shown", "web", ("Shop", "Store")),
        *BOOK_SKU,
        CloseColumn("location", "from where, where it is decided", "", ("Location Code", "Loc", "Warehouse")),
        quantity("how many were sold", "2", "Sold"),
        CloseColumn(
            "sold_at",
            "when: an instant, or a day",
            "2026-11-02T09:30:00Z",
            ("Ordered At", "Created At", "Order Date"),
        ),
        CloseColumn("cancelled", "whether it was cancelled: yes or no", "", ("Is Cancelled", "Canceled")),
    ),
)
