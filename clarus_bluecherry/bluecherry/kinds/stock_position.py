"""Counts: what the warehouse has of one SKU at one location.

POST `/api/PhysicalInventoryTM` (H). X12 846 is the standard's, no guide of CGS for it was found (L).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clarus_bluecherry.bluecherry.kinds import _stock
from clarus_bluecherry.bluecherry.kinds._kind import Kind, RestPost, SheetLines, Told, X12Set
from clarus_bluecherry.bluecherry.messages.writing import StockPositionAdvice
from clarus_bluecherry.bluecherry.rest_bodies import Body

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.edi.form import Form
    from clarus_bluecherry.bluecherry.profile import RestProfile
    from clarus_bluecherry.x12 import Segment

__all__ = ["STOCK_POSITION"]

_ORIGINAL, _ON_HAND = "00", "17"


def _body(message: StockPositionAdvice, number: str, profile: RestProfile) -> Body:
    return _stock.body(message, message.count_date, profile.pix.stock_position, number, profile)


def _written(position: StockPositionAdvice, number: str, form: Form) -> list[Segment]:
    return [
        form.segment("BIA", _ORIGINAL, "SI", position.adj_num, form.date(position.count_date)),
        form.party(form.profile.references.warehouse, position.location, "Warehouse"),
        form.item("LIN", {}, position.article),
        *(form.segment("REF", *each.elements) for each in form.references(position.article)),
        form.segment("QTY", _ON_HAND, form.number(position.size_qty)),
        form.segment("CTT", "1"),
    ]


def _read(body: Sequence[Segment], form: Form) -> Told:
    (run,) = form.groups(body, "LIN")
    counted = next((each for each in run if each.id == "QTY"), form.segment("QTY"))
    return {
        "adj_num": body[0][3],
        "location": form.code_of(body, form.profile.references.warehouse),
        "count_date": form.iso(body[0][4]),
        "article": form.article_of(run[0], run),
        "size_qty": form.eaches(counted, 2, 3),
    }


STOCK_POSITION = Kind(
    name="stock_position",
    model=StockPositionAdvice,
    key="adj_num",
    stands_for="what the warehouse has of one SKU at one location",
    rest=RestPost(entity=_stock.ENTITY, body=_body, sure="H"),
    x12=(X12Set(id="846", write=_written, read=_read, sure="L"),),
    sheet=SheetLines(),
)
