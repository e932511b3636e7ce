"""Pre-receipts as they are written.

Law of this module: `…Changes` is what a PATCH may carry, `…Attributes` adds what a create must have. Lines
and address stand beside the header's fields; calls put them where the API wants them.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, InstanceOf

from clarus_bluecherry._wire import Instant
from clarus_bluecherry.clarus._writing.base import (
    Addressed,
    Dimension,
    PositiveQuantity,
    RecordNumber,
    Referenced,
    Several,
    Slots,
)
from clarus_bluecherry.clarus._writing.lines import LineAttributes, LineChange


class GoodsInLineChanges(LineAttributes):
    """What can be changed on a line of a pre-receipt."""

    never_null = frozenset({"product_id", "expected_quantity"})

    expected_quantity: PositiveQuantity | None = None
    expected_quantity_dimension: Dimension | None = None
    expected_configurations_quantity: PositiveQuantity | None = None


class GoodsInLineAttributes(GoodsInLineChanges):
    """A line of a pre-receipt. The ERP's line number travels as `alt_line_number`."""

    product_id: RecordNumber = Field()
    expected_quantity: PositiveQuantity = Field()


class GoodsInReceiptChanges(Slots, Referenced):
    """What can be changed on a pre-receipt's header."""

    never_null = frozenset({"account_id", "warehouse_id"})

    account_id: RecordNumber | None = None
    warehouse_id: RecordNumber | None = None
    reference: str | None = None
    supplier_id: RecordNumber | None = None
    expected_date_of_arrival: Instant | None = None
    actual_date_of_arrival: Instant | None = None
    notes: str | None = None


class GoodsInReceiptAttributes(GoodsInReceiptChanges):
    """A pre-receipt. Its kind (return or not) cannot be written over REST."""

    account_id: RecordNumber = Field()
    warehouse_id: RecordNumber = Field()


class PreReceipt(GoodsInReceiptAttributes, Addressed):
    """A pre-receipt with its lines and, where it differs, the address: all that one create carries."""

    beside = frozenset({"lines", "address"})

    lines: Annotated[Several[GoodsInLineAttributes], Field(min_length=1)]


class PreReceiptUpdate(GoodsInReceiptChanges, Addressed):
    """What one PATCH of a pre-receipt carries: header fields, changes of lines, another address."""

    beside = frozenset({"lines", "address"})

    lines: Several[InstanceOf[LineChange]] = ()
