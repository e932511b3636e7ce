"""Lines of orders and receipts, and changes to the rows under a record (lines, an automation's conditions).

Law of this module: a line names its product by id only; a change names the row's id exactly when the API needs it.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from clarus_bluecherry.clarus._writing.base import Attributes, RecordNumber, Referenced, Slots, StockConfiguration


class LineAttributes(Slots, Referenced):
    """What both kinds of line may say of themselves. The ERP's line number travels as `alt_line_number`."""

    product_id: RecordNumber | None = None
    stock_configuration: StockConfiguration | None = None
    alt_line_number: str | None = None
    alt_line_reference: str | None = None
    alt_product_code: str | None = None
    alt_line_note: str | None = None


ADD, UPDATE, DESTROY = "ADD", "UPDATE", "DESTROY"


@frozen
class LineChange:
    """One change to one row. Made by `added`, `updated` and `removed`."""

    verb: str
    line_id: str | int | None = None
    fields: Attributes | Mapping[str, object] | None = None


def added(line: Attributes | Mapping[str, object]) -> LineChange:
    """A new row. It is checked as a whole one."""
    return LineChange(ADD, fields=line)


def updated(line_id: str | int, fields: Attributes | Mapping[str, object]) -> LineChange:
    """Other values for `fields` of a row."""
    return LineChange(UPDATE, line_id, fields)


def removed(line_id: str | int, verb: str = DESTROY) -> LineChange:
    """A row less. The schema's verb is `DESTROY`; the guides write `REMOVE` (which holds is not published)."""
    return LineChange(verb, line_id)
