"""What a file of a close is, and the columns that several have.

Law of this module: a file or column is said once; the reader, the template and the messages take it from here.
Headers are compared without case, spaces and punctuation; the first name of a column is ours, and always taken.
Sheets that this library writes call what stands in an order's lines `line.…`: that is read as well.
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
    is_of_skus: bool = False
    """Whether each of its rows has to name a SKU, by one of the columns that can."""
    is_warehouse: bool = False
    also: Sequence[str] = ()

    def wanted(self, named: Mapping[str, str]) -> WantedColumns:
        """What is looked for in its header."""
        told = {each.name: (each.name, *each.headers) for each in self.columns}
        headers = {name: (*names, *(f"line.{each}" for each in names)) for name, names in told.items()}
        return WantedColumns(headers, self.needed, named)

    @property
    def example(self) -> Sequence[Sequence[str]]:
        """Its header and a row, as the template has them."""
        return [each.name for each in self.columns], [each.example for each in self.columns]


EXAMPLE_SKU = "01234-BLK-M"
"""What the examples are about, and no site's own file."""


def quantity(meaning: str, example: str, *headers: str) -> CloseColumn:
    """The column of a quantity, by what it means in its file and what else it is called there."""
    return CloseColumn("quantity", meaning, example, (*headers, "Qty", "Units"))


SKU = CloseColumn(
    "sku",
    "the SKU as one text, where the file has it so",
    EXAMPLE_SKU,
    ("SKU Code", "SKU Number", "Item", "Item Code", "Item Number", "Item No", "Item #"),
)
PARTS = (
    CloseColumn("division", "its division, where a style stands in several", "01", STYLE_HEADERS["div"]),
    CloseColumn("style", "the SKU by its parts, in place of one text", "01234", STYLE_HEADERS["style"]),
    CloseColumn("color_code", "", "BLK", STYLE_HEADERS["color_code"]),
    CloseColumn("lbl_code", "", "", STYLE_HEADERS["lbl_code"]),
    CloseColumn("dimension", "", "", STYLE_HEADERS["dimension"]),
    CloseColumn("size_desc", "", "M", STYLE_HEADERS["size_desc"]),
    CloseColumn("upc", "its barcode", "", (*STYLE_HEADERS["upc"], "Barcode", "EAN")),
)
NAMES_SKU = ("sku", "style", "product_code", "upc")
"""The columns of which one has to be there where a row is about a SKU."""
BOOK_SKU = (SKU, *PARTS, CloseColumn("product_code", "or the warehouse's code for it", "", ("Clarus Code",)))
UNIT = CloseColumn(
    "unit",
    "the unit of the quantity; empty is the each",
    "EA",
    ("UOM", "Unit Of Measure", "uom_code", "Unit Type"),
)
PRODUCT = (
    CloseColumn(
        "product_code",
        "the product as Clarus calls it",
        EXAMPLE_SKU,
        (
            "Product",
            "Product Code",
            "product.code",
            "Code",
            "SKU",
            "SKU Code",
            "Item",
            "Item Code",
            "Item Number",
            "Item No",
            "Item #",
        ),
    ),
    CloseColumn("barcode", "its barcode", "", ("UPC", "EAN", "product.barcode")),
    CloseColumn("division", "its division, where the code does not tell", "", ("Div",)),
    CloseColumn(
        "account",
        "whose stock it is",
        "BRAND",
        ("Account Code", "account.code", "Owner", "Client", "Client Code", "Account Id"),
    ),
    CloseColumn(
        "warehouse",
        "the Clarus warehouse",
        "WH1",
        ("Warehouse Code", "warehouse.code", "Warehouse Id", "Whs", "Whse", "Wh", "Site"),
    ),
)
