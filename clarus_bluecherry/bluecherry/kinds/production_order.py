"""Production and purchase orders: goods that the warehouse is to receive.

GET `/api/productionOrderByStage` (H), X12 943 (H for its structure), sheets of the site's own (L).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clarus_bluecherry.bluecherry.kinds._kind import Columns, Kind, RestRead, SheetLines, Told, X12Set
from clarus_bluecherry.bluecherry.messages.production import ProductionOrder
from clarus_bluecherry.bluecherry.rest_rows import children, without

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.edi.form import Form
    from clarus_bluecherry.bluecherry.rest_names import Envelopes
    from clarus_bluecherry.x12 import Segment

__all__ = ["PRODUCTION_ORDER"]

ADDRESSES, LINES = "productionorderaddressbystage", "productionorderdetailbystage"
"""The children of a row (H)."""
_DUE = "17"


def from_row(row: Columns, at: Envelopes) -> tuple[ProductionOrder, ...]:
    """A row of `GET /api/productionOrderByStage`. The vendor is the header's, or the `VN` address's name (L)."""
    addresses, lines = children(row, ADDRESSES, at), children(row, LINES, at)
    named = next((each.get("name") for each in addresses if each.get("addr_type") == "VN"), "")
    header = without(row, ADDRESSES, LINES, at=at) | {"vendor": row.get("vendor") or named}
    return (ProductionOrder.model_validate(header | {"lines": lines}),)


def _written(order: ProductionOrder, number: str, form: Form) -> list[Segment]:
    names = form.profile.references
    location = next((line.location for line in order.lines if line.location), "")
    body = [form.segment("W06", "N", order.prod_num), form.party(names.warehouse, location, "Warehouse")]
    if order.vendor:
        body.append(form.party(names.vendor, "", order.vendor))
    body += form.named("G62", (_DUE, form.date(order.due_date)))
    body.append(form.segment("W27", form.profile.transport_mode, "", "Any"))
    return [*body, *form.ordered("W04", ((line, line.prod_line, line.prod_qty, line.uom) for line in order.lines))]


def _read(body: Sequence[Segment], form: Form) -> Told:
    names = form.profile.references
    location = form.code_of(body, names.warehouse)
    lines = [{**line, "location": location} for line in form.lines(body, "W04", "prod_line", "prod_qty")]
    vendor = next((each[2] for each in body if each.id == "N1" and each[1] == names.vendor), "")
    return {"prod_num": body[0][2], "due_date": form.date_of(body, _DUE), "vendor": vendor, "lines": lines}


PRODUCTION_ORDER = Kind(
    name="production_order",
    model=ProductionOrder,
    key="prod_num",
    stands_for="goods that the warehouse is to receive",
    rest=RestRead(
        entity="productionOrderByStage",
        records=from_row,
        sure="H",
        clauses=lambda profile: {profile.query.stage_column: profile.query.stage},
    ),
    x12=(X12Set(id="943", write=_written, read=_read, sure="H"),),
    sheet=SheetLines(key=("prod_num",), lists={"line": "lines"}),
)
