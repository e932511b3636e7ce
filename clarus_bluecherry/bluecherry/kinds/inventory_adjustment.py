"""Adjustments: book stock changed by a difference, found in a count or otherwise.

No endpoint for a difference is public: POST `/api/PhysicalInventoryTM` under the site's transaction code (L). X12
947 is the standard's, no guide of CGS for it was found (L).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clarus_bluecherry.bluecherry.kinds import _stock
from clarus_bluecherry.bluecherry.kinds._kind import Kind, RestPost, Sheet, Told, X12Set
from clarus_bluecherry.bluecherry.messages.writing import AdjustmentKind, InventoryAdjustment
from clarus_bluecherry.bluecherry.rest_bodies import Body

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.edi.form import Form
    from clarus_bluecherry.bluecherry.profile import RestProfile
    from clarus_bluecherry.x12 import Segment

__all__ = ["INVENTORY_ADJUSTMENT"]


def _body(message: InventoryAdjustment, number: str, profile: RestProfile) -> Body:
    is_count = message.adjustment is AdjustmentKind.COUNT
    pix = profile.pix.count if is_count else profile.pix.adjustment
    return _stock.body(message, message.adj_date, pix, number, profile)


def _written(told: InventoryAdjustment, number: str, form: Form) -> list[Segment]:
    return _stock.written(told, _reason(told, form), form)


def _reason(told: InventoryAdjustment, form: Form) -> str:
    reasons = form.profile.reasons
    if told.adjustment is AdjustmentKind.COUNT:
        return reasons.count
    return reasons.increase if told.size_qty >= 0 else reasons.decrease


def _read(body: Sequence[Segment], form: Form) -> Told:
    is_count = _stock.line_of(body, form)[0][1] == form.profile.reasons.count
    return {"adjustment": "count" if is_count else "adjustment", **_stock.read(body, form)}


INVENTORY_ADJUSTMENT = Kind(
    name="inventory_adjustment",
    model=InventoryAdjustment,
    key="adj_num",
    stands_for="book stock changed by a difference, of a count or otherwise",
    rest=RestPost(entity=_stock.ENTITY, body=_body, sure="L"),
    x12=(X12Set(id="947", write=_written, read=_read, sure="L"),),
    sheet=Sheet(),
)
