"""The files that Clarus writes: its stock, and what moved."""

from __future__ import annotations

from clarus_bluecherry.flows.close_files._columns import (
    EXAMPLE_SKU,
    PRODUCT,
    UNIT,
    CloseColumn,
    CloseFile,
    quantity,
)

STOCK = CloseFile(
    name="stock",
    also=("clarus_stock", "clarus_stocks", "stocks", "stock_balances", "clarus_stock_balances", "physical_stock"),
    about="Clarus's stock: what lay in the warehouse when it was exported, held stock included. Rows of one "
    "product are added up.",
    without="the warehouse has what it held at the opening and what moved since; where nobody tells that either, "
    "there is no close",
    is_warehouse=True,
    needed="product_code",
    required=("quantity",),
    columns=(
        *PRODUCT,
        quantity(
            "how many there are",
            "291",
            "On Hand",
            "Qty On Hand",
            "Quantity On Hand",
            "Stock",
            "Total",
            "Total Quantity",
            "Physical",
        ),
        CloseColumn(
            "location",
            "the bin; the warehouse, where there is no such column",
            "A-01",
            ("Location Code", "location.code", "Bin"),
        ),
        CloseColumn("status", "available, held ...: all of it is there", "available", ("Stock Status",)),
        UNIT,
        CloseColumn(
            "taken_at", "when it was exported, with its offset", "2026-11-02T06:00:00Z", ("Exported At", "As Of")
        ),
    ),
)

TRANSACTIONS = CloseFile(
    name="transactions",
    also=("clarus_transactions", "clarus_movements", "movements"),
    about="Clarus's transactions, archived ones too: every movement, told to Blue Cherry or not, to the day on "
    "which the stock was exported.",
    without="physical stock cannot be rolled to another moment, and no movement of the warehouse is known",
    is_warehouse=True,
    needed="product_code",
    required=("subtype", "quantity", "created_at"),
    columns=(
        CloseColumn(
            "id",
            "its number in Clarus",
            "90017",
            ("Transaction Id", "Transaction No", "Transaction Number", "Transaction", "Txn Id"),
        ),
        CloseColumn(
            "subtype",
            "what it is: RCV, DISP, CONV ...",
            "DISP",
            ("Type", "Transaction Type", "Sub Type", "Movement Type", "Movement", "Transaction Code"),
        ),
        CloseColumn("category", "Clarus's wider word for it: looked at where the subtype is not known", ""),
        quantity("how many; where the subtype does not say which way, minus is out", "5"),
        CloseColumn(
            "created_at",
            "when it happened: an instant, or a day where no time is told",
            "2026-10-30T21:15:00Z",
            (
                "Created",
                "Created On",
                "Occurred At",
                "Happened At",
                "Timestamp",
                "Date Time",
                "Transaction Date",
                "Completed At",
                "Moved At",
                "Event Time",
                "Date",
            ),
        ),
        CloseColumn(
            "recorded_at", "when Clarus was told, where that is later", "", ("Recorded", "Known At", "Entered At")
        ),
        *(each for each in PRODUCT if each.name != "product_code"),
        CloseColumn(
            "product_code",
            "the product as Clarus calls it",
            EXAMPLE_SKU,
            ("Product", "product.code", "SKU", "Item", "Item Code"),
        ),
        CloseColumn(
            "warehouse_to",
            "the other warehouse of a transfer",
            "",
            ("To Warehouse", "Warehouse To Code", "warehouse_to.code", "Destination Warehouse"),
        ),
        CloseColumn("arrived_at", "when a transfer came there; empty: not yet", "", ("Arrived", "Received At")),
        CloseColumn(
            "account_to", "the other account of an account transfer", "", ("To Account", "account_to.code")
        ),
        CloseColumn("location_from", "the bin it left", "", ("From Location", "location_from.code", "From")),
        CloseColumn("location_to", "the bin it came to", "", ("To Location", "location_to.code", "To")),
        CloseColumn(
            "goods_out",
            "the order it left for",
            "P1001",
            (
                "Goods Out Reference",
                "Goods Out Ref",
                "Order Reference",
                "goods_out.reference",
                "Order",
                "Order Number",
                "Order No",
                "Pick",
                "Pick Number",
            ),
        ),
        CloseColumn(
            "goods_in",
            "the receipt it came with",
            "",
            (
                "Goods In Receipt",
                "Receipt Reference",
                "goods_in_receipt.reference",
                "Goods In Reference",
                "Goods In Ref",
                "Receipt",
                "Receipt Number",
                "Receipt No",
                "GRN",
                "PO Number",
                "Purchase Order",
                "PO",
            ),
        ),
        CloseColumn(
            "goods_in_line",
            "the line of that receipt",
            "",
            (
                "Line",
                "Line Number",
                "Line No",
                "Alt Line Number",
                "PO Line",
                "Receipt Line",
                "goods_in_receipt_line.number",
                "goods_in_receipt_line.alt_line_number",
            ),
        ),
        CloseColumn(
            "reference",
            "any other document: an adjustment, transfer, conversion, return",
            "",
            (
                "Document",
                "Ref",
                "Doc",
                "Document Number",
                "Document No",
                "Document Reference",
                "Doc Num",
                "Doc No",
                "Reference Number",
            ),
        ),
        CloseColumn(
            "receipt_type",
            "`return` where what came is a customer's return",
            "",
            ("Type Of Receipt", "Receipt Kind", "goods_in_receipt.receipt_type"),
        ),
        CloseColumn(
            "goes_back_to",
            "the order that a return goes back to",
            "",
            ("Returned Order", "Original Order", "Order Reference"),
        ),
        CloseColumn("reason_code", "why it was adjusted; shown", "", ("Reason", "reason_code.code")),
        CloseColumn(
            "description",
            "read for nothing but the number of a transfer or conversion that no column tells: see `numbers`",
            "",
        ),
        CloseColumn("own_date", "its day, where the warehouse tells one apart from the instant", ""),
        UNIT,
    ),
)
