"""Reports that users export from Blue Cherry, as layouts. The inventory report has a reader of its own."""

from __future__ import annotations

from clarus_bluecherry.bluecherry.sheets.layout import Column, SheetLayout

STYLE_REPORT = SheetLayout(
    "style",
    (
        Column("Style", "style"),
        Column("Style Name", "style_name"),
        Column("Div", "division"),
        Column("Season", "season"),
        Column("Loc Std Cost", "std_cost"),
        Column("Color #", "sku.color_code"),
        Column("Label", "sku.lbl_code"),
        Column("Dm/Pk", "sku.dimension"),
        Column("Size", "sku.size_desc"),
        Column("UPC Number", "sku.upc"),
    ),
)
"""The style master report: a line for each SKU (H for the headers, of one user; columns not named here, such as
VENDOR, SIZES, HS Number and Country, do no harm)."""
