"""The files of a close: what each one is called, what its columns are called and mean, and what is lost without
it.

Law of this module: a file or column is said once, here; the reader, the template and the messages take it from
here. Headers are compared without case, spaces and punctuation; the first name of a column is ours, and always
taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from clarus_bluecherry.bluecherry.inventory_report import STYLE_HEADERS
from clarus_bluecherry.tables import WantedColumns


@frozen
class CloseColumn:
    """A column: our name for it, what others call it, what it means, and what might stand there."""

    name: str
    meaning: str
    example: str = ""
    headers: Sequence[str] = ()


@frozen(kw_only=True)
class CloseFile:
    """A file: its name with any known ending, its columns, the one without which it is none, and whose it is."""

    name: str
    about: str
    without: str
    columns: Sequence[CloseColumn]
    needed: str
    required: Sequence[str] = ()
    """Further columns without which no row says anything."""
    is_warehouse: bool = False
    also: Sequence[str] = ()

    def wanted(self, named: Mapping[str, str]) -> WantedColumns:
        """What is looked for in its header."""
        headers = {each.name: (each.name, *each.headers) for each in self.columns}
        return WantedColumns(headers, self.needed, named)

    @property
    def example(self) -> Sequence[Sequence[str]]:
        """Its header and a row, as the template has them."""
        return [each.name for each in self.columns], [each.example for each in self.columns]


_C = CloseColumn
EXAMPLE_SKU = "01234-BLK-M"
"""What the examples are about, and no site's own file."""


def _quantity(meaning: str, example: str, *headers: str) -> CloseColumn:
    return _C("quantity", meaning, example, (*headers, "Qty", "Units"))


_SKU = _C("sku", "the SKU as one text, where the file has it so", EXAMPLE_SKU, ("SKU Code", "Item", "Item Code"))
_PARTS = (
    _C("division", "its division, where a style stands in several", "01", STYLE_HEADERS["div"]),
    _C("style", "the SKU by its parts, in place of one text", "01234", STYLE_HEADERS["style"]),
    _C("color_code", "", "BLK", STYLE_HEADERS["color_code"]),
    _C("lbl_code", "", "", STYLE_HEADERS["lbl_code"]),
    _C("dimension", "", "", STYLE_HEADERS["dimension"]),
    _C("size_desc", "", "M", STYLE_HEADERS["size_desc"]),
    _C("upc", "its barcode", "", (*STYLE_HEADERS["upc"], "Barcode", "EAN")),
)
_BOOK_SKU = (_SKU, *_PARTS, _C("product_code", "or the warehouse's code for it", "", ("Clarus Code",)))
_UNIT = _C(
    "unit",
    "the unit of the quantity; empty is the each",
    "EA",
    ("UOM", "Unit Of Measure", "uom_code", "Unit Type"),
)
_PRODUCT = (
    _C(
        "product_code",
        "the product as Clarus calls it",
        EXAMPLE_SKU,
        ("Product", "Product Code", "product.code", "Code", "SKU", "Item", "Item Code"),
    ),
    _C("barcode", "its barcode", "", ("UPC", "EAN", "product.barcode")),
    _C("division", "its division, where the code does not tell", "", ("Div",)),
    _C("account", "whose stock it is", "BRAND", ("Account Code", "account.code", "Owner", "Client", "Account Id")),
    _C(
        "warehouse",
        "the Clarus warehouse",
        "WH1",
        ("Warehouse Code", "warehouse.code", "Warehouse Id", "Whs", "Wh", "Site"),
    ),
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
        *_PRODUCT,
        _quantity(
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
        _C(
            "location",
            "the bin; the warehouse, where there is no such column",
            "A-01",
            ("Location Code", "location.code", "Bin"),
        ),
        _C("status", "available, held ...: all of it is there", "available", ("Stock Status",)),
        _UNIT,
        _C("taken_at", "when it was exported, with its offset", "2026-11-02T06:00:00Z", ("Exported At", "As Of")),
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
        _C(
            "id",
            "its number in Clarus",
            "90017",
            ("Transaction Id", "Transaction No", "Transaction Number", "Transaction", "Txn Id"),
        ),
        _C(
            "subtype",
            "what it is: RCV, DISP, CONV ...",
            "DISP",
            ("Type", "Transaction Type", "Sub Type", "Movement Type", "Movement", "Transaction Code"),
        ),
        _C("category", "Clarus's wider word for it: looked at where the subtype is not known", ""),
        _quantity("how many; where the subtype does not say which way, minus is out", "5"),
        _C(
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
        _C("recorded_at", "when Clarus was told, where that is later", "", ("Recorded", "Known At", "Entered At")),
        *(each for each in _PRODUCT if each.name != "product_code"),
        _C(
            "product_code",
            "the product as Clarus calls it",
            EXAMPLE_SKU,
            ("Product", "product.code", "SKU", "Item", "Item Code"),
        ),
        _C(
            "warehouse_to",
            "the other warehouse of a transfer",
            "",
            ("To Warehouse", "Warehouse To Code", "warehouse_to.code", "Destination Warehouse"),
        ),
        _C("arrived_at", "when a transfer came there; empty: not yet", "", ("Arrived", "Received At")),
        _C("account_to", "the other account of an account transfer", "", ("To Account", "account_to.code")),
        _C("location_from", "the bin it left", "", ("From Location", "location_from.code", "From")),
        _C("location_to", "the bin it came to", "", ("To Location", "location_to.code", "To")),
        _C(
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
        _C(
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
        _C(
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
            ),
        ),
        _C(
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
        _C(
            "receipt_type",
            "`return` where what came is a customer's return",
            "",
            ("Type Of Receipt", "Receipt Kind", "goods_in_receipt.receipt_type"),
        ),
        _C("reason_code", "why it was adjusted; shown", "", ("Reason", "reason_code.code")),
        _UNIT,
    ),
)

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
    columns=(
        _C("entry_id", "what no other line has", "880001", ("pkey", "Id", "Line Id", "Entry", "Ledger Id")),
        _C(
            "rec_type",
            "SA, RT, R1, R2, IN, CM, RV, RI count on hand; others do not",
            "IN",
            ("Record Type", "Type", "Rec Type", "Trans Type", "Transaction Type", "Movement Type"),
        ),
        *_BOOK_SKU,
        _C("location", "Blue Cherry's location", "NJ", ("Location Code", "Loc", "Loc Code", "Warehouse", "Whs")),
        _quantity(
            "as Blue Cherry keeps it: an invoice of 3 is 3; where every invoice has a minus, with its sign",
            "5",
            "size_qty",
            "Total Qty",
            "Signed Qty",
            "Signed Quantity",
            "Qty Change",
            "Quantity Change",
        ),
        _UNIT,
        _C(
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
        _C(
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
                "last_mod",
            ),
        ),
        _C(
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
        _C(
            "order",
            "the order or pick, where documents have columns of their own",
            "",
            ("ord_num", "pick_num", "Order Number", "Order No", "Pick Number", "Pick No", "Pick"),
        ),
        _C("purchase_order", "the same", "", ("prod_num", "po_number", "po_num", "PO Number", "PO No", "PO")),
        _C("invoice", "the same", "", ("inv_num", "Invoice Number", "Invoice No")),
        _C("line", "the line of that document", "", ("Line Seq", "Line Number", "prod_line", "PO Line")),
        _C(
            "value",
            "what the books say that it is worth",
            "",
            ("Amount", "Ext Cost", "Extended Cost", "Total Cost"),
        ),
        _C("currency", "of the value", "", ("Curr", "Currency Code", "curr_code")),
        _C("entered_by", "who entered it; shown", "", ("User", "Source", "Created By")),
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
    columns=(
        *_BOOK_SKU,
        _C("location", "Blue Cherry's location", "NJ", ("Loc", "Location Code")),
        _quantity("quantity on hand", "295", *STYLE_HEADERS["total_qoh"]),
        _UNIT,
        _C("cost", "what an each costs there", "7.50", STYLE_HEADERS["loc_std_cost"]),
        _C("currency", "of the cost", "USD", ("Loc Curr", "Currency")),
        _C(
            "taken_at",
            "when it was exported, with its offset",
            "2026-11-02T13:30:00Z",
            ("Exported At", "As Of", "Report Date"),
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
        _C(
            "order",
            "its number",
            "1001",
            ("ord_num", "Order Number", "Order No", "Order Reference", "Sales Order", "Order Num"),
        ),
        _C("pick", "its pick ticket", "P1001", ("pick_num", "Pick Number", "Pick Ticket", "Pick No", "Pick")),
        _C("invoice", "its invoice", "", ("inv_num", "Invoice Number", "Invoice No", "Invoice")),
        _C(
            "version",
            "1 as released, 2 as changed ...; or how many there are",
            "1",
            ("Versions", "Order Version", "Version Number", "Revision", "Rev"),
        ),
        _C(
            "edited",
            "whether it was changed after its release: yes or no",
            "",
            ("Is Edited", "Changed", "Edited After Release"),
        ),
        _C("edited_at", "when it was; empty: it was not", "", ("Changed At", "Edited On")),
        _C("released_at", "when it was released to the warehouse; shown", "", ("Released", "pick_date")),
        *_BOOK_SKU,
        _C("line", "its line", "1", ("line_seq", "Line Number", "Line No")),
        _quantity(
            "how many were ordered",
            "10",
            "Ordered",
            "Ordered Qty",
            "Order Qty",
            "Qty Ordered",
            "total_qty",
            "bk_qty",
        ),
        _C("price", "the price of an each", "30.00", ("Unit Price", "Sales Price")),
        _C(
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
        _C(
            "order",
            "its number",
            "C55",
            ("prod_num", "po_number", "PO", "PO Number", "po_num", "Purchase Order", "PO No"),
        ),
        _C("reference", "what else its receipts are called", "", ("ref_num", "Receipt Reference", "po_num_bc")),
        _C("line", "its line", "3", ("prod_line", "po_line_number", "PO Line", "Line Number", "Line No")),
        *_BOOK_SKU,
        _C("location", "where it goes", "NJ", ("warehouse_id", "Loc")),
        _quantity(
            "how many were ordered",
            "120",
            "prod_qty",
            "Ordered",
            "Ordered Qty",
            "Order Qty",
            "Qty Ordered",
            "Expected Qty",
        ),
        _UNIT,
        _C("status", "open or closed; shown", "open", ("line_status", "po_status", "State")),
    ),
)

CREDITS = CloseFile(
    name="credits",
    also=("bluecherry_credits", "credit_memos", "returns_credits"),
    about="Credit memos: what customers were credited for what came back. A row without a memo is only expected.",
    without="every return counts as not credited",
    needed="memo",
    columns=(
        _C(
            "memo",
            "its number",
            "CM300",
            ("Credit Memo", "Credit", "Memo", "Credit Number", "credit_num", "Credit Memo Number", "Credit No"),
        ),
        _C(
            "return_reference",
            "the return, as the warehouse calls it",
            "RMA77",
            ("Return", "RMA", "Return Reference", "Reference", "ra_num", "Document"),
        ),
        _C("order", "the order that it goes back to", "1001", ("ord_num", "Order Number")),
        *_BOOK_SKU,
        _quantity("how many were credited; empty: all that came back", "2"),
        _C("price", "the price of an each", "30.00", ("Unit Price",)),
        _C("amount", "or the whole amount", "", ("Total", "Value", "Credit Amount")),
        _C(
            "date",
            "the day of the credit",
            "2026-10-28",
            ("Credit Date", "Memo Date", "Booked Date", "Credited On"),
        ),
        _C("entered_at", "when it was entered", "", ("Entered", "Entered On", "Created At", "Known At")),
    ),
)

PERIODS = CloseFile(
    name="periods",
    also=("bluecherry_periods", "fiscal_periods", "calendar"),
    about="Accounting periods, and what was said of each and when: a row for each word.",
    without="periods are months (or as `[calendar]` says), and none was ever closed",
    needed="period",
    required=("first_day", "last_day"),
    columns=(
        _C("period", "its name", "2026-10", ("Name", "Period Name", "Fiscal Period")),
        _C(
            "first_day",
            "its first day",
            "2026-10-01",
            ("Start", "Start Date", "From", "First Day", "Begins", "Starts On"),
        ),
        _C("last_day", "its last day", "2026-10-31", ("End", "End Date", "To", "Last Day", "Ends", "Ends On")),
        _C("state", "open, closing, closed or reopened", "closed", ("Status", "Word")),
        _C(
            "at",
            "from when on; empty: from the beginning",
            "2026-11-03T18:00:00-05:00",
            ("Closed At", "Since", "Changed At", "Said At"),
        ),
        _C("section", "of the books, where they close one by one", "", ("Module",)),
    ),
)

COSTS = CloseFile(
    name="costs",
    also=("bluecherry_costs", "unit_costs", "standard_costs", "cost"),
    about="What an each costs, by location and from a day on.",
    without="costs are those of the inventory report, and the same at every date; without it no value is known",
    needed="cost",
    columns=(
        *_BOOK_SKU,
        _C("location", "Blue Cherry's location; empty: everywhere", "NJ", ("Loc", "Location Code")),
        _C(
            "effective_from",
            "from this day on; empty: always",
            "2026-07-01",
            ("From", "Effective", "Effective Date", "Effective On", "Valid From", "Start Date", "Date"),
        ),
        _C("basis", "standard, average, supplied", "standard", ("Cost Basis", "Cost Type", "Type", "Method")),
        _C(
            "cost",
            "of one each; empty: not known",
            "7.50",
            ("Unit Cost", "Std Cost", "std_cost", "Amount", "Loc Std Cost", "Standard Cost"),
        ),
        _C("currency", "of the cost", "USD", ("Curr", "Currency Code", "Loc Curr")),
        _C("rate", "the books' currency for one of that", "", ("Exchange Rate", "Fx", "Fx Rate")),
        _C("entered_at", "when it was entered", "", ("Entered", "Entered On", "Created At", "Known At")),
    ),
)

SKU_MASTER = CloseFile(
    name="sku_master",
    also=("skus", "crosswalk", "items", "item_master", "style_master", "bluecherry_styles"),
    about="Which code of Clarus's is which SKU, with its division. A code that is not in it is unmapped; one that "
    "stands for two SKUs is conflicting.",
    without="codes are compared as they stand: an unmapped SKU cannot be told",
    needed="product_code",
    columns=(
        _C(
            "product_code",
            "the product as Clarus calls it; empty: Clarus has none",
            EXAMPLE_SKU,
            (
                "Clarus Code",
                "Clarus Product Code",
                "Product",
                "Warehouse Code",
                "Clarus Product",
                "Clarus SKU",
                "SKU",
                "Item",
                "Code",
            ),
        ),
        _C(
            "sku",
            "the SKU as one text; it names the SKU in the answer",
            EXAMPLE_SKU,
            ("SKU Code", "Item", "Item Code", "Blue Cherry SKU", "BC SKU", "Bluecherry SKU"),
        ),
        *_PARTS,
        _C(
            "eaches",
            "how many eaches a case of it is",
            "12",
            (
                "Units Per Case",
                "Eaches Per Unit",
                "Each Per Case",
                "Case Qty",
                "Pack Qty",
                "Eaches Per Case",
                "Factor",
            ),
        ),
        _C("unit", "the unit that has so many eaches", "CS", ("UOM", "Case Unit", "Stock Unit")),
    ),
)

PREPACKS = CloseFile(
    name="prepacks",
    also=("packs", "bluecherry_prepacks", "prepack"),
    about="What is in one of a prepack, a row for each component.",
    without="a pack that is opened counts by what its own transactions say",
    needed="pack",
    required=("component", "quantity"),
    columns=(
        _C(
            "pack",
            "the pack, as a SKU or a product code",
            "PK01234",
            ("Prepack", "Pack SKU", "prepack_sku", "Pack Code", "Parent", "parent_product_code"),
        ),
        _C(
            "component",
            "what is in it",
            EXAMPLE_SKU,
            ("Component SKU", "Child", "SKU", "child_product_code", "Item", "Component Code"),
        ),
        _quantity("how many of it", "2", "Component Qty", "Eaches", "Per Pack", "Quantity Per Pack"),
    ),
)

OPENING = CloseFile(
    name="opening_positions",
    also=("opening", "openings", "opening_position", "bluecherry_opening", "book_opening", "opening_balances"),
    about="What the books held at the end of the day before the period, and the warehouse, where somebody knows.",
    without="the book is all lines of the stock ledger, or goes back from the inventory report",
    needed="quantity",
    required=("location",),
    columns=(
        *_BOOK_SKU,
        _C("location", "Blue Cherry's location", "NJ", ("Loc", "Location Code", "Warehouse")),
        _quantity(
            "what the books held",
            "300",
            "Book",
            "Book Qty",
            "Opening Qty",
            "Opening Quantity",
            "Opening Balance",
            "Balance",
            "Book Units",
            "Book Quantity",
            "QOH",
            "On Hand",
            "Opening",
        ),
        _C(
            "physical",
            "what the warehouse held; empty: not known",
            "",
            ("Physical Qty", "Physical Quantity", "Physical Units", "Warehouse Qty", "Warehouse Quantity"),
        ),
        _C("side", "book (empty too) or physical: whose quantity the row is", "", ("System",)),
        _C(
            "as_of",
            "the day at whose end, or the first of the period; empty: the one before it",
            "2026-09-30",
            ("Date", "Opening Date", "As At"),
        ),
        _C("taken_at", "when that was read, where lines came later under an earlier day", ""),
        _UNIT,
    ),
)

POSTINGS = CloseFile(
    name="postings",
    also=("posting_steps", "outbox", "ledger_postings", "posting_history"),
    about="What was told to Blue Cherry and what became of it, a row for each step (or the last one alone).",
    without="nothing counts as told: what the books lack was not told, and what they have beyond it was booked by "
    "hand",
    needed="document",
    required=("state",),
    columns=(
        _C(
            "document",
            "what it tells of, as the warehouse calls it",
            "P1001",
            (
                "Doc",
                "Doc Num",
                "Document Number",
                "Document No",
                "Reference",
                "Order",
                "Source Document",
                "Subject",
            ),
        ),
        _C("target", "bluecherry (empty too); rows of any other one are no news to the books", "bluecherry"),
        _C(
            "kind",
            "dispatched, received, returned, adjusted ...; empty: as the document",
            "dispatched",
            ("Class", "Type", "Posting Kind", "Record"),
        ),
        _C(
            "state",
            "pending, accepted, posted, rejected, retrying, in_doubt, parked or cancelled",
            "accepted",
            ("Status", "Posting State", "Posting Status"),
        ),
        _C(
            "said_at",
            "since when; empty: always",
            "2026-10-31T02:00:00Z",
            ("At", "Known At", "Changed At", "Updated At", "Since", "Stated At", "Recorded At", "Timestamp"),
        ),
        _C("number", "the order of steps of one instant", "", ("N", "Step", "Seq", "Sequence")),
        _C(
            "control_number",
            "under which Blue Cherry knows it",
            "000000042",
            ("Control", "isa_num", "adj_num", "Key", "Control No"),
        ),
        _C(
            "book_reference",
            "what Blue Cherry's line of it is called",
            "",
            ("Booked As", "pkey", "Book Document", "Erp Reference"),
        ),
        _C(
            "settled_with",
            "Blue Cherry's document, where it was settled by hand",
            "",
            ("Settled By", "Settled Document"),
        ),
        *_BOOK_SKU,
        _C("location", "Blue Cherry's location; empty: all of the document's", "", ("Loc", "Location Code")),
        _quantity("how many it tells of", ""),
        _C(
            "asked_date",
            "the day that was asked for",
            "2026-10-30",
            ("Accounting Date", "Asked", "Asked For", "Requested Date", "Posting Date", "Date"),
        ),
        _C("reason", "why it stands so; shown", "", ("Reason Code", "Error")),
    ),
)

OPEN_ITEMS = CloseFile(
    name="open_items",
    also=("open_item", "carried", "carried_forward"),
    about="What an earlier close left open, by document: physical less book.",
    without="what was open before the period is known by the transactions and postings alone",
    needed="document",
    required=("location", "quantity"),
    columns=(
        _C("document", "as the warehouse calls it", "P0990", ("Doc", "Reference")),
        *_BOOK_SKU,
        _C("location", "Blue Cherry's location", "NJ", ("Loc", "Location Code")),
        _quantity("physical less book: a dispatch that is not invoiced is negative", "-4"),
        _C("kind", "dispatched, received ...", "dispatched", ("Class", "Type")),
    ),
)

LOCATIONS = CloseFile(
    name="locations",
    also=("bluecherry_locations", "location_map", "warehouses"),
    about="Blue Cherry's locations: what each is, and which Clarus warehouse.",
    without="each location is a warehouse (but POE, FOB and nothing), under the same code in Clarus",
    needed="location",
    columns=(
        _C("location", "Blue Cherry's code", "NJ", ("Code", "Location Code", "Loc", "loc")),
        _C(
            "kind",
            "warehouse, in_transit, foreign (Clarus does not run it) or pseudo",
            "warehouse",
            ("loc_type", "Type", "Location Kind"),
        ),
        _C(
            "warehouse",
            "the Clarus warehouse; empty: of the same code",
            "WH1",
            ("Clarus Warehouse", "Warehouse Code", "Clarus"),
        ),
        _C(
            "zone",
            "its time zone, only where its days end by its own clock; empty: by the books'",
            "",
            ("Time Zone", "Timezone", "tz"),
        ),
    ),
)

UNITS = CloseFile(
    name="units",
    also=("unit_factors", "units_of_measure", "uom"),
    about="How many eaches a unit is, for every SKU or for one.",
    without="a unit that is not the each is known by `[units]` and the SKU master alone",
    needed="unit",
    required=("eaches",),
    columns=(
        _C("unit", "as the files write it", "DZ", ("UOM", "Code")),
        _C("eaches", "how many eaches one is", "12", ("Factor", "Quantity", "Each")),
        *_BOOK_SKU,
    ),
)

FILES: Sequence[CloseFile] = (
    STOCK, TRANSACTIONS, STOCK_LEDGER, INVENTORY_REPORT, ORDERS, PURCHASE_ORDERS, CREDITS, PERIODS, COSTS,
    SKU_MASTER, PREPACKS, OPENING, POSTINGS, OPEN_ITEMS, LOCATIONS, UNITS,
)  # fmt: skip
"""Every file that a close reads, in the order in which people look at them."""
