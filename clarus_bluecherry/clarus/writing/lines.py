"""What the lines of orders and of receipts share.

Law of this module: a line names its product by id only.
"""

from __future__ import annotations

from clarus_bluecherry.clarus.writing.base import Referenced, Slots, StockConfiguration


class LineAttributes(Slots, Referenced):
    """What both kinds of line may say of themselves. The ERP's line number travels as `alt_line_number`."""

    product_id: int | None = None
    stock_configuration: StockConfiguration | None = None
    alt_line_number: str | None = None
    alt_line_reference: str | None = None
    alt_product_code: str | None = None
    alt_line_note: str | None = None
