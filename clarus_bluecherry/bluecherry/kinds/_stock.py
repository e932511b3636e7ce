"""What adjustments, returns to stock and counts share: one entity over REST, and one set in X12 (the 947).

That adjustments and returns go where counts go is our reading (L): no endpoint of their own is public. No column
for a return's order is documented, so that it is not sent (L). No CGS guide for the 947 is public (L).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from clarus_bluecherry.bluecherry.kinds._kind import Told
from clarus_bluecherry.bluecherry.messages.writing import InventoryAdjustment, ReturnAdvice, StockPositionAdvice
from clarus_bluecherry.bluecherry.rest_bodies import Body, BodyPart, article, change, name_of, partners

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.edi.form import Form
    from clarus_bluecherry.bluecherry.profile import Pix, RestProfile
    from clarus_bluecherry.x12 import Segment

ENTITY = "PhysicalInventoryTM"
_PART = BodyPart.of(
    ENTITY,
    required="adj_num isa_num location pix_type pix_code size_adj size_desc size_qty style upc_num",
    filled="adj_num isa_num location style",
)


def body(
    message: InventoryAdjustment | ReturnAdvice | StockPositionAdvice,
    day: dt.date,
    pix: Pix,
    number: str,
    profile: RestProfile,
) -> Body:
    """The record that is posted under the transaction code `pix`."""
    columns: Body = {
        "isa_num": number,
        **partners(profile),
        "adj_num": message.adj_num,
        **change(message.size_qty, pix, profile),
        "location": message.location,
        "receipt_date": day.strftime(profile.dates.inventory),
        **article(message.article, "upc_num", profile),
    }
    if profile.reason_column and not isinstance(message, StockPositionAdvice):
        columns[profile.reason_column] = message.reason_code
    return _PART.fitted(columns, name_of(message), profile)


def written(
    told: InventoryAdjustment | ReturnAdvice, reason: str, form: Form, *, order: str = ""
) -> list[Segment]:
    """A change of stock as a 947, under the standard's `reason`."""
    values = {1: reason, 2: form.number(told.size_qty), 3: form.profile.unit}
    return [
        form.segment("W15", form.date(told.adj_date), told.adj_num, told.adj_num),
        form.party(form.profile.references.warehouse, told.location, "Warehouse"),
        form.item("W19", values, told.article),
        *form.references(told.article, reason=told.reason_code, order=order),
    ]


def line_of(body: Sequence[Segment], form: Form) -> list[Segment]:
    """The one line of a 947. Raises `ValueError` when there is another number of them."""
    (run,) = form.groups(body, "W19")
    return run


def read(body: Sequence[Segment], form: Form) -> Told:
    """What every 947 tells."""
    run = line_of(body, form)
    return {
        "adj_num": body[0][2],
        "location": form.code_of(body, form.profile.references.warehouse),
        "adj_date": form.iso(body[0][1]),
        "reason_code": form.reference_of(run, form.profile.references.reason),
        "article": form.article_of(run[0], run),
        "size_qty": form.eaches(run[0], 2, 3),
    }
