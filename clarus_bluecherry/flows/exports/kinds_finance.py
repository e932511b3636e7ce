"""The files that finance keeps: SKUs, packs and places; what an earlier close left; postings as they stood."""

from __future__ import annotations

from clarus_bluecherry.flows.exports.columns import (
    BOOK_SKU,
    EXAMPLE_SKU,
    PARTS,
    UNIT,
    CloseColumn,
    CloseFile,
    quantity,
)

SKU_MASTER = CloseFile(
    name="sku_master",
    also=("skus", "crosswalk", "items", "item_master", "style_master", "bluecherry_styles"),
    about="Which code of Clarus's is which SKU, with its division. A code that is not in it is unmapped; one that "
    "stands for two SKUs is conflicting.",
    without="codes are compared as they stand: an unmapped SKU cannot be told",
    needed="product_code",
    columns=(
        CloseColumn(
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
        CloseColumn(
            "sku",
            "the SKU as one text; it names the SKU in the answer",
            EXAMPLE_SKU,
            ("SKU Code", "Item", "Item Code", "Blue Cherry SKU", "BC SKU", "Bluecherry SKU"),
        ),
        *PARTS,
        CloseColumn(
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
                "Case Pack",
                "Case Size",
                "Factor",
            ),
        ),
        CloseColumn("unit", "the unit that has so many eaches", "CS", ("UOM", "Case Unit", "Stock Unit")),
    ),
)

PACK = "pack_"
"""What stands before a part of a pack's SKU, beside the component's."""
PREPACKS = CloseFile(
    name="prepacks",
    also=("packs", "bluecherry_prepacks", "prepack"),
    about="What is in one of a prepack, a row for each component.",
    without="a pack that is opened counts by what its own transactions say",
    needed="quantity",
    columns=(
        CloseColumn(
            "pack",
            "the pack, as a SKU or a product code; or by its parts: `pack_style`, `pack_color_code` ...",
            "PK01234",
            ("Prepack", "Pack SKU", "prepack_sku", "Pack Code", "Parent", "parent_product_code"),
        ),
        CloseColumn(
            "component",
            "what is in it; or by its parts: `style`, `color_code` ...",
            EXAMPLE_SKU,
            ("Component SKU", "Child", "SKU", "child_product_code", "Item", "Component Code"),
        ),
        *(CloseColumn(f"{name}{each.name}", "") for name in (PACK, "") for each in PARTS if each.name != "upc"),
        quantity(
            "how many of it",
            "2",
            "Component Qty",
            "Eaches",
            "Per Pack",
            "Quantity Per Pack",
            "Qty Per Pack",
            "Units Per Pack",
            "Component Quantity",
        ),
    ),
)

OPENING = CloseFile(
    name="opening_positions",
    also=("opening", "openings", "opening_position", "bluecherry_opening", "book_opening", "opening_balances"),
    about="What the books held at the end of the day before the period, and the warehouse, where somebody knows.",
    without="the book is all lines of the stock ledger, or goes back from the inventory report",
    needed="quantity",
    required=("location",),
    is_of_skus=True,
    columns=(
        *BOOK_SKU,
        CloseColumn("location", "Blue Cherry's location", "NJ", ("Loc", "Location Code", "Warehouse")),
        quantity(
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
        CloseColumn(
            "physical",
            "what the warehouse held; empty: not known",
            "",
            ("Physical Qty", "Physical Quantity", "Physical Units", "Warehouse Qty", "Warehouse Quantity"),
        ),
        CloseColumn("side", "book (empty too) or physical: whose quantity the row is", "", ("System",)),
        CloseColumn(
            "as_of",
            "the day at whose end, or the first of the period; empty: the one before it",
            "2026-09-30",
            ("Date", "Opening Date", "As At", "As Of Date"),
        ),
        CloseColumn("taken_at", "when that was read, where lines came later under an earlier day", ""),
        UNIT,
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
        CloseColumn(
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
        CloseColumn(
            "target", "bluecherry (empty too); rows of any other one are no news to the books", "bluecherry"
        ),
        CloseColumn(
            "kind",
            "dispatched, received, returned, adjusted ...; empty: as the document",
            "dispatched",
            ("Class", "Type", "Posting Kind", "Record", "Entity"),
        ),
        CloseColumn(
            "state",
            "pending, sending, accepted, posted, rejected, retrying, in_doubt, parked or cancelled",
            "accepted",
            ("Status", "Standing", "Posting State", "Posting Status"),
        ),
        CloseColumn(
            "said_at",
            "since when; empty: always",
            "2026-10-31T02:00:00Z",
            (
                "At",
                "Known At",
                "Changed At",
                "Updated At",
                "Since",
                "Stated At",
                "Status At",
                "Recorded At",
                "Timestamp",
            ),
        ),
        CloseColumn(
            "number",
            "the order of steps of one instant; empty: that of a posting's life",
            "",
            ("N", "Step", "Seq", "Sequence"),
        ),
        CloseColumn(
            "control_number",
            "under which Blue Cherry knows it",
            "000000042",
            ("Control", "isa_num", "adj_num", "Key", "Control No"),
        ),
        CloseColumn("posting", "what no other posting has: its key", "", ("Posting Key",)),
        CloseColumn(
            "book_reference",
            "what Blue Cherry's line of it is called",
            "",
            ("Booked As", "pkey", "Book Document", "Erp Reference"),
        ),
        CloseColumn(
            "settled_with",
            "Blue Cherry's document, where it was settled by hand",
            "",
            ("Settled By", "Settled Document"),
        ),
        *BOOK_SKU,
        CloseColumn(
            "location", "Blue Cherry's location; empty: all of the document's", "", ("Loc", "Location Code")
        ),
        quantity("how many it tells of; where each row of a document says so, what moved beyond is not told", ""),
        CloseColumn(
            "asked_date",
            "the day that was asked for",
            "2026-10-30",
            ("Accounting Date", "Asked", "Asked For", "Requested Date", "Posting Date", "Date"),
        ),
        CloseColumn("reason", "why it stands so; shown", "", ("Reason Code", "Error")),
    ),
)

OPEN_ITEMS = CloseFile(
    name="open_items",
    also=("open_item", "carried", "carried_forward"),
    about="What an earlier close left open, by document: physical less book.",
    without="what was open before the period is known by the transactions and postings alone",
    needed="document",
    required=("location", "quantity"),
    is_of_skus=True,
    columns=(
        CloseColumn("document", "as the warehouse calls it", "P0990", ("Doc", "Reference")),
        *BOOK_SKU,
        CloseColumn("location", "Blue Cherry's location", "NJ", ("Loc", "Location Code")),
        quantity("physical less book: a dispatch that is not invoiced is negative", "-4"),
        CloseColumn("kind", "dispatched, received ...", "dispatched", ("Class", "Type")),
    ),
)

LOCATIONS = CloseFile(
    name="locations",
    also=("bluecherry_locations", "location_map", "warehouses"),
    about="Blue Cherry's locations: what each is, and which Clarus warehouse.",
    without="each location is a warehouse (but POE, FOB and nothing), under the same code in Clarus but where "
    "`[warehouses]` says another",
    needed="location",
    columns=(
        CloseColumn("location", "Blue Cherry's code", "NJ", ("Code", "Location Code", "Loc", "loc")),
        CloseColumn(
            "kind",
            "warehouse, in_transit, foreign (Clarus does not run it) or pseudo",
            "warehouse",
            ("loc_type", "Type", "Location Kind"),
        ),
        CloseColumn(
            "warehouse",
            "the Clarus warehouse; empty: of the same code",
            "WH1",
            ("Clarus Warehouse", "Warehouse Code", "Clarus"),
        ),
        CloseColumn(
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
        CloseColumn("unit", "as the files write it", "DZ", ("UOM", "Code")),
        CloseColumn("eaches", "how many eaches one is", "12", ("Factor", "Quantity", "Each")),
        *BOOK_SKU,
    ),
)
