"""Pre-receipts as they are written.

Law of this module: `…Changes` is what a PATCH may carry, `…Attributes` adds what a create must have. Lines are
never part of a header's attributes here: calls add them as changes, each with its verb.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from clarus_bluecherry.clarus.writing.base import (
    AddressAttributes,
    Dimension,
    Document,
    PositiveQuantity,
    Referenced,
    Slots,
)
from clarus_bluecherry.clarus.writing.lines import LineAttributes


class GoodsInLineChanges(LineAttributes):
    """What can be changed on a line of a pre-receipt."""

    never_null = frozenset({"product_id", "expected_quantity"})

    expected_quantity: PositiveQuantity | None = None
    expected_quantity_dimension: Dimension | None = None
    expected_configurations_quantity: PositiveQuantity | None = None


class GoodsInLineAttributes(GoodsInLineChanges):
    """A line of a pre-receipt. The ERP's line number travels as `alt_line_number`."""

    product_id: int = Field()
    expected_quantity: PositiveQuantity = Field()


class GoodsInReceiptChanges(Slots, Referenced):
    """What can be changed on a pre-receipt's header."""

    never_null = frozenset({"account_id", "warehouse_id"})

    account_id: int | None = None
    warehouse_id: int | None = None
    reference: str | None = None
    supplier_id: int | None = None
    expected_date_of_arrival: AwareDatetime | None = None
    actual_date_of_arrival: AwareDatetime | None = None
    notes: str | None = None


class GoodsInReceiptAttributes(GoodsInReceiptChanges):
    """A pre-receipt. Its kind (return or not) cannot be written over REST."""

    account_id: int = Field()
    warehouse_id: int = Field()


class PreReceipt(Document):
    """Everything one goods-in create carries: header, lines and, where it differs, the address."""

    header: GoodsInReceiptAttributes
    lines: Annotated[tuple[GoodsInLineAttributes, ...], Field(min_length=1)]
    address: AddressAttributes | None = None
