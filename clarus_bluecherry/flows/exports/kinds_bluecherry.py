"""The files that Blue Cherry writes: its stock ledger and report, orders, credits, periods and costs."""

from __future__ import annotations

from clarus_bluecherry.bluecherry.inventory_report import STYLE_HEADERS
from clarus_bluecherry.flows.exports.columns import BOOK_SKU, UNIT, CloseColumn, CloseFile, quantity

STOCK_LEDGER = CloseFile(
    name="stock_ledger",
    also=(
        "bluecherry_stock_ledger",
        "blue_cherry_stock_ledger",
        "stock_movements",
        "bluecherry_stock_movements",
        "ledger",
        "zzxssumh",
    ),
    about="Blue Cherry's stock ledger: every line with its record type, as the books have it.",
    without="the book is only what the inventory report says; no difference can be tied to a document, and no "
    "booked date can be compared",
    needed="rec_type",
    required=("quantity", "move_date", "location"),
    is_of_skus=True,
    columns=(
        CloseColumn(
            "entry_id",
            "what no other line has",
            "880001",
            ("pkey", "Id", "Line Id", "Entry", "Entry No", "Entry Number", "Ledger Id"),
        ),
        CloseColumn(
            "rec_type",
            "SA, RT, R1, R2, IN, CM, RV, RI count on hand; others do not",
            "IN",
            ("Record Type", "Type", "Rec Type", "Trans Type", "Transaction Type", "Movement Type"),
        ),
        *BOOK_SKU,
        CloseColumn(
            "location",
            "Blue Cherry's location",
            "NJ",
            ("Location Code", "Loc", "Loc Code", "Warehouse", "Whs", "Whse"),
        ),
        quantity(
            "as Blue Cherry keeps it: an invoice of 3 is 3; where most invoices have a minus, with its sign",
            "5",
            "size_qty",
            "Total Qty",
            "Signed Qty",
            "Signed Quantity",
            "Qty Change",
            "Quantity Change",
        ),
        UNIT,
        CloseColumn(
            "move_date",
            "the day under which it is booked",
            "2026-11-02",
            (
                "Booked Date",
                "Posting Date",
                "Posted Date",
                "Booked",
                "Booked On",
                "Posted On",
                "Date",
                "Trans Date",
                "Book Date",
                "Movement Date",
                "Accounting Date",
            ),
        ),
        CloseColumn(
            "entered_at",
            "when it was entered: an instant, or a day",
            "2026-11-02T08:12:00-05:00",
            (
                "Entered",
                "Entered On",
                "Entered Date",
                "Created At",
                "Created On",
                "Entry Date",
                "Entry Time",
                "Recorded At",
                "Known At",
                "add_date",
                "last_mod",
            ),
        ),
        CloseColumn(
            "reference",
            "the document: order, pick, invoice, purchase order, transaction or control number",
            "P1001",
            (
                "Document",
                "Doc",
                "Ref",
                "Doc Num",
                "Doc No",
                "Document Number",
                "Document No",
                "Reference Number",
                "Ref No",
                "ref_num",
                "Source Document",
            ),
        ),
        CloseColumn(
            "order",
            "the order or pick, where documents have columns of their own",
            "",
            ("ord_num", "pick_num", "Order Number", "Order No", "Pick Number", "Pick No", "Pick"),
        ),
        CloseColumn(
            "purchase_order", "the same", "", ("prod_num", "po_number", "po_num", "PO Number", "PO No", "PO")
        ),
        CloseColumn("invoice", "the same", "", ("inv_num", "Invoice Number", "Invoice No")),
        CloseColumn(
            "line",
            "the line of that document",
            "",
            ("Line Seq", "Line Number", "Line No", "Document Line", "prod_line", "PO Line"),
        ),
        CloseColumn(
            "value",
            "what the books say that it is worth",
            "",
            ("Amount", "Ext Cost", "Extended Cost", "Total Cost"),
        ),
        CloseColumn("currency", "of the value", "", ("Curr", "Currency Code", "curr_code")),
        CloseColumn("entered_by", "who entered it; shown", "", ("User", "User Id", "Source", "Created By")),
    ),
)

INVENTORY_REPORT = CloseFile(
    name="inventory_report",
    also=(
        "bluecherry_inventory_report",
        "blue_cherry_inventory_report",
        "inventory",
        "book_stock",
        "inventory_inquiry",
    ),
    about="Blue Cherry's exported inventory report: quantity on hand, with the standard cost of each location.",
    without="the stock ledger is checked against no report of Blue Cherry's own",
    needed="quantity",
    required=("location",),
    is_of_skus=True,
    columns=(
        *BOOK_SKU,
        CloseColumn("location", "Blue Cherry's location", "NJ", ("Loc", "Location Code")),
        quantity("quantity on hand", "295", *STYLE_HEADERS["total_qoh"]),
        CloseColumn(
            "picked",
            "of it on pick tickets; looked at by `availability` alone, as the next two",
            "4",
            ("Total Pick",),
        ),
        CloseColumn("open", "on open orders", "10", ("Total Open", "Open Orders")),
        CloseColumn(
            "open_to_sell",
            "open to sell, where the report tells it",
            "",
            ("Open To Sell", "OTS", "ATS", "Total OTS"),
        ),
        UNIT,
        CloseColumn("cost", "what an each costs there", "7.50", STYLE_HEADERS["loc_std_cost"]),
        CloseColumn(
            "currency", "of the cost", "USD", ("Loc Curr", "Currency", "Curr", "Currency Code", "curr_code")
        ),
        CloseColumn(
            "taken_at",
            "when it was exported, with its offset",
            "2026-11-02T13:30:00Z",
            ("Exported At", "Export Time", "Snapshot At", "Snapshot Time", "As Of", "Report Date"),
        ),
    ),
)

ORDERS = CloseFile(
    name="orders",
    also=("bluecherry_orders", "sales_orders", "order_versions", "pick_tickets"),
    about="Orders as Blue Cherry has them, a row for each line and version: what they are called, and whether "
    "they were changed after their release.",
    without="an edited order cannot be told from a quantity that differs, and an invoice number cannot be tied to "
    "its order",
    needed="order",
    columns=(
        CloseColumn(
            "order",
            "its number",
            "1001",
            ("ord_num", "Order Number", "Order No", "Order Reference", "Sales Order", "Order Num"),
        ),
        CloseColumn(
            "pick", "its pick ticket", "P1001", ("pick_num", "Pick Number", "Pick Ticket", "Pick No", "Pick")
        ),
        CloseColumn("invoice", "its invoice", "", ("inv_num", "Invoice Number", "Invoice No", "Invoice")),
        CloseColumn(
            "version",
            "1 as released, 2 as changed ...; or how many there are",
            "1",
            ("Versions", "Order Version", "Version Number", "Revision", "Rev"),
        ),
        CloseColumn(
            "edited",
            "whether it was changed after its release: yes or no",
            "",
            ("Is Edited", "Changed", "Edited After Release"),
        ),
        CloseColumn("edited_at", "when it was; empty: it was not", "", ("Changed At", "Edited On")),
        CloseColumn("released_at", "when it was released to the warehouse; shown", "", ("Released", "pick_date")),
        *BOOK_SKU,
        CloseColumn("line", "its line", "1", ("line_seq", "Line Number", "Line No")),
        quantity(
            "how many were ordered",
            "10",
            "Ordered",
            "Ordered Qty",
            "Order Qty",
            "Qty Ordered",
            "total_qty",
            "bk_qty",
        ),
        CloseColumn("price", "the price of an each", "30.00", ("Unit Price", "Sales Price")),
        CloseColumn(
            "known_at",
            "when this row was known; empty: always",
            "",
            ("last_mod", "Entered At", "Valid From", "Said At"),
        ),
    ),
)

PURCHASE_ORDERS = CloseFile(
    name="purchase_orders",
    also=("bluecherry_purchase_orders", "production_orders", "po", "pos", "purchase_order_lines"),
    about="Purchase and production orders by line: what they should bring.",
    without="over and short receipts cannot be told",
    needed="order",
    columns=(
        CloseColumn(
            "order",
            "its number",
            "C55",
            ("prod_num", "po_number", "PO", "PO Number", "po_num", "Purchase Order", "PO No"),
        ),
        CloseColumn(
            "reference", "what else its receipts are called", "", ("ref_num", "Receipt Reference", "po_num_bc")
        ),
        CloseColumn("line", "its line", "3", ("prod_line", "po_line_number", "PO Line", "Line Number", "Line No")),
        *BOOK_SKU,
        CloseColumn("location", "where it goes", "NJ", ("warehouse_id", "Loc", "Location Code")),
        quantity(
            "how many were ordered",
            "120",
            "prod_qty",
            "Ordered",
            "Ordered Qty",
            "Order Qty",
            "Qty Ordered",
            "Expected Qty",
        ),
        UNIT,
        CloseColumn(
            "due",
            "the day on which it comes; looked at by `availability` alone",
            "",
            ("due_date", "Due On", "ETA"),
        ),
        CloseColumn("status", "open or closed; shown", "open", ("line_status", "po_status", "State")),
    ),
)

CREDITS = CloseFile(
    name="credits",
    also=("bluecherry_credits", "credit_memos", "returns_credits"),
    about="Credit memos: what customers were credited for what came back. A row without a memo is only expected.",
    without="every return counts as not credited",
    needed="memo",
    columns=(
        CloseColumn(
            "memo",
            "its number",
            "CM300",
            (
                "Credit Memo",
                "Credit",
                "Memo",
                "Credit Number",
                "credit_num",
                "Credit Memo Number",
                "Credit No",
                "memo_num",
            ),
        ),
        CloseColumn(
            "return_reference",
            "the return, as the warehouse calls it",
            "RMA77",
            ("Return", "RMA", "Return Reference", "Reference", "ra_num", "Document", "RMA Number", "RMA No"),
        ),
        CloseColumn("order", "the order that it goes back to", "1001", ("ord_num", "Order Number")),
        *BOOK_SKU,
        quantity("how many were credited; empty: all that came back", "2"),
        CloseColumn("price", "the price of an each", "30.00", ("Unit Price",)),
        CloseColumn("amount", "or the whole amount", "", ("Total", "Value", "Credit Amount")),
        CloseColumn(
            "date",
            "the day of the credit",
            "2026-10-28",
            ("Credit Date", "Memo Date", "Booked Date", "Credited On"),
        ),
        CloseColumn(
            "entered_at",
            "when it was entered",
            "",
            ("Entered", "Entered On", "Created At", "Known At", "add_date"),
        ),
    ),
)

PERIODS = CloseFile(
    name="periods",
    also=("bluecherry_periods", "fiscal_periods", "calendar"),
    about="Accounting periods, and what was said of each and when: a row for each word.",
    without="periods are months (or as `fiscal_year` says), and none was ever closed",
    needed="period",
    required=("first_day", "last_day"),
    columns=(
        CloseColumn("period", "its name", "2026-10", ("Name", "Period Name", "Fiscal Period")),
        CloseColumn(
            "first_day",
            "its first day",
            "2026-10-01",
            ("Start", "Start Date", "From", "First Day", "Begins", "Starts On"),
        ),
        CloseColumn(
            "last_day", "its last day", "2026-10-31", ("End", "End Date", "To", "Last Day", "Ends", "Ends On")
        ),
        CloseColumn("state", "open, closing or closed", "closed", ("Status", "Word")),
        CloseColumn(
            "at",
            "from when on; empty: from the beginning",
            "2026-11-03T18:00:00-05:00",
            ("Closed At", "Since", "Changed At", "Said At"),
        ),
        CloseColumn("section", "of the books, where they close one by one", "", ("Module",)),
    ),
)

COSTS = CloseFile(
    name="costs",
    also=("bluecherry_costs", "unit_costs", "standard_costs", "cost"),
    about="What an each costs, by location and from a day on.",
    without="costs are those of the inventory report, and the same at every date; without it no value is known",
    needed="cost",
    is_of_skus=True,
    columns=(
        *BOOK_SKU,
        CloseColumn("location", "Blue Cherry's location; empty: everywhere", "NJ", ("Loc", "Location Code")),
        CloseColumn(
            "effective_from",
            "from this day on; empty: always",
            "2026-07-01",
            ("From", "Effective", "Effective Date", "Effective On", "Valid From", "Start Date", "Date"),
        ),
        CloseColumn(
            "basis", "standard, average, supplied", "standard", ("Cost Basis", "Cost Type", "Type", "Method")
        ),
        CloseColumn(
            "cost",
            "of one each; empty: not known",
            "7.50",
            ("Unit Cost", "Std Cost", "std_cost", "Amount", "Loc Std Cost", "Standard Cost"),
        ),
        CloseColumn("currency", "of the cost", "USD", ("Curr", "Currency Code", "Loc Curr", "curr_code")),
        CloseColumn("rate", "the books' currency for one of that", "", ("Exchange Rate", "Fx", "Fx Rate")),
        CloseColumn("entered_at", "when it was entered", "", ("Entered", "Entered On", "Created At", "Known At")),
    ),
)
