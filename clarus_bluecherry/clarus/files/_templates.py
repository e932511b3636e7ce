"""The columns of Clarus's import templates, as its own downloadable files have them.

Law of this module: a name stands here only if the vendor's template spells it out (confidence H for all but the
product template, of which seventeen hazard columns and the order of some groups are not published). A tenant's own
template is read with `Template.of_header`.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

from attrs import evolve, field, frozen

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.tables import TableLine, csv_lines


class Importer(enum.StrEnum):
    """Clarus's importers that have a published template, by their names in its API."""

    ORDERS = "StandardOrder"
    PRE_RECEIPTS = "StandardPreReceipt"
    PRODUCTS = "StandardProducts"
    DELIVERY_ADDRESSES = "DeliveryAddress"
    PRODUCT_ACCOUNTS = "ProductAccount"


def _numbered(*names: str, count: int = 5) -> tuple[str, ...]:
    return tuple(f"{name}{number}" for name in names for number in range(1, count + 1))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _frozen_set(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)


@frozen(kw_only=True)
class Template:
    """The columns of one importer.

    `every_row` are repeated on each row of a document, the other columns of the header are filled on the first
    row only. `required` must be filled in each document, `line_required` on each of its lines.
    """

    importer: Importer
    columns: tuple[str, ...]
    line_columns: frozenset[str] = field(default=frozenset(), converter=_frozen_set)
    every_row: frozenset[str] = field(default=frozenset(), converter=_frozen_set)
    required: frozenset[str] = field(default=frozenset(), converter=_frozen_set)
    line_required: frozenset[str] = field(default=frozenset(), converter=_frozen_set)

    def of_header(self, header: str) -> Template:
        """The same importer with the columns of a tenant's own template, from that file's first line.

        Raises `ConfigurationError` when a column that must be filled is not there, or one is there twice.
        """
        line = next(csv_lines([header.lstrip("\ufeff").strip()]), TableLine(1, 1, []))
        columns = tuple(name.strip() for name in line.cells)
        for name in sorted({name for name in columns if columns.count(name) > 1}):
            raise ConfigurationError("the column is there twice", record=f"template {self.importer}", field=name)
        for name in sorted((self.required | self.line_required | self.every_row) - set(columns)):
            raise ConfigurationError("the column is missing", record=f"template {self.importer}", field=name)
        return evolve(self, columns=columns)


_ADDRESS_LINES = _numbered("address")
_LINE_SLOTS = _numbered("line_string", "line_integer", "line_boolean")
_LINE_WINDOWS = tuple(f"line_datetime{number}_{end}" for number in range(1, 6) for end in ("from", "to"))

_ORDER_LINE = (
    *_words("product_code account_product_code quantity quantity_dimension storage_unit_reference"),
    *_words("stock_description alt_line_number alt_line_reference alt_product_code alt_line_note"),
    *_LINE_SLOTS,
    *_LINE_WINDOWS,
)

ORDERS = Template(
    importer=Importer.ORDERS,
    columns=(
        *_words("order_reference account_code customer_code warehouse_code carrier_code carrier_service"),
        *_words("order_type_code address_code address_reference expected_date_of_dispatch notes load_reference"),
        *_words("drop_sequence pick_reference priority allow_duplicate"),
        *_numbered("external_system_reference", count=3),
        *_numbered("sales_order_string", "sales_order_integer", "sales_order_datetime", "sales_order_boolean"),
        *_ADDRESS_LINES,
        *_words("postcode recipient_name recipient_email recipient_phone_number country_code"),
        *_ORDER_LINE,
    ),
    line_columns=_ORDER_LINE,
    every_row=("order_reference", "account_code"),
    required=("order_reference", "account_code", "warehouse_code", "expected_date_of_dispatch"),
    line_required=("product_code", "quantity"),
)
"""Sales orders. The vendor's page also lists `customer_code` and the address as mandatory; its own sample gives an
address code instead of an address, so that is asked for by `mapping.clarus_files` and not here (inferred)."""

_RECEIPT_LINE = (
    *_words("product_code account_product_code create_product product_description item_quantity"),
    *_words("quantity_dimension storage_unit_quantity storage_unit_reference stock_description"),
    *_words("storage_unit_type_code alt_line_number alt_line_reference alt_line_note duty_paid group_number"),
    *_LINE_SLOTS,
    *_numbered("line_datetime"),
)

PRE_RECEIPTS = Template(
    importer=Importer.PRE_RECEIPTS,
    columns=(
        *_words("receipt_reference account_code warehouse_code customer_code carrier_code supplier_code"),
        *_words("trailer_code trailer_reference collection_address_code collection_address_reference"),
        *_words("delivery_address_code delivery_address_reference expected_date_of_receipt notes"),
        *_words("delivery_method receipt_type allow_duplicate"),
        *_numbered("external_system_reference", count=3),
        *_numbered("receipt_string", "receipt_integer", "receipt_datetime", "receipt_boolean"),
        *_RECEIPT_LINE,
    ),
    line_columns=_RECEIPT_LINE,
    every_row=("receipt_reference", "account_code"),
    required=("receipt_reference", "account_code", "warehouse_code", "expected_date_of_receipt"),
    line_required=("product_code", "item_quantity"),
)
"""Pre-receipts. The importer creates and never updates. The page lists `storage_unit_quantity` as mandatory; the
sample leaves it empty, so it is not asked for (inferred)."""

_LEVELS = ("Unit", "Case", "Inner", "Outer")

PRODUCTS = Template(
    importer=Importer.PRODUCTS,
    columns=(
        *("Code", "Description", "allow_update", "Account Code"),
        *(f"{level} Stock Unit Type Code" for level in _LEVELS),
        *("Customs Description", "Commodity Code", "Long Description", "Default Stock Description"),
        *("Stop", "Obsolete", "Shelf Life Min", "Shelf Life Max", "Is New Product"),
        *("Barcode", "Case Barcode", "Inner Barcode", "Outer Barcode"),
        *("Units Per Case", "Units Per Inner", "Units Per Outer"),
        *("Non Hazardous For Transport", "Specific Gravity", "RSPO Certificate Number"),
        *("RSPO Supply Chain Number", "Default Receipt Configuration", "Default Order Configuration"),
        *("Unit Quantity Conversion Strategy",),
        *(f"External System Reference {number}" for number in range(1, 4)),
    ),
    required=("Code", "Description"),
)
"""Products, down to the external references: what follows in the vendor's file is not spelled out publicly. Give
`of_header` the first line of your tenant's template to write the whole of it. The page lists Long Description as
mandatory; the sample leaves it empty."""

ADDRESSES = Template(
    importer=Importer.DELIVERY_ADDRESSES,
    columns=(
        *_words("code address_type name address_1 address_2 address_3 address_4 address_5 postcode phone_number"),
        *_words("email_address country"),
        *_numbered("external_system_reference", count=3),
        "account_code",
    ),
    required=("code", "address_type", "name"),
)
"""Delivery and collection addresses, told apart by `address_type` (`DeliveryAddress`, `CollectionAddress`)."""

PRODUCT_ACCOUNTS = Template(
    importer=Importer.PRODUCT_ACCOUNTS,
    columns=("Product Code", "Account Code", "Operation"),
    required=("Product Code", "Account Code", "Operation"),
)
"""Which account may hold which product: `ASSIGN` or `UNASSIGN`. The importer's own name is not published (L)."""
