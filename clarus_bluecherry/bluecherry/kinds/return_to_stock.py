"""Returns put back to stock, for which a credit may be due.

No endpoint for returns is public: POST `/api/PhysicalInventoryTM` under the site's transaction code (L), which
says nothing of the order. X12 947 is an adjustment, 180 the standard's set for returns; no use of either by Blue
Cherry is evidenced (L).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clarus_bluecherry.bluecherry.kinds import _stock
from clarus_bluecherry.bluecherry.kinds._kind import Kind, RestPost, SheetLines, Told, X12Set
from clarus_bluecherry.bluecherry.messages.writing import ReturnAdvice
from clarus_bluecherry.bluecherry.rest_bodies import Body

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.edi.form import Form
    from clarus_bluecherry.bluecherry.profile import RestProfile
    from clarus_bluecherry.x12 import Segment

__all__ = ["RETURN_TO_STOCK"]

_ORIGINAL = "00"


def _body(message: ReturnAdvice, number: str, profile: RestProfile) -> Body:
    return _stock.body(message, message.adj_date, profile.pix.return_to_stock, number, profile)


def _as_adjustment(told: ReturnAdvice, number: str, form: Form) -> list[Segment]:
    return _stock.written(told, form.profile.reasons.returned, form, order=told.order_reference)


def _read_adjustment(body: Sequence[Segment], form: Form) -> Told:
    order = form.reference_of(_stock.line_of(body, form), form.profile.references.order)
    return {"order_reference": order, **_stock.read(body, form)}


def _is_return(body: Sequence[Segment], form: Form) -> bool:
    return any(run[0][1] == form.profile.reasons.returned for run in form.groups(body, "W19"))


def _as_return(told: ReturnAdvice, number: str, form: Form) -> list[Segment]:
    values = {3: form.number(told.size_qty), 4: form.profile.unit}
    return [
        form.segment("BGN", _ORIGINAL, told.adj_num, form.date(told.adj_date)),
        form.party(form.profile.references.warehouse, told.location, "Warehouse"),
        form.item("BLI", values, told.article),
        *form.references(told.article, reason=told.reason_code, order=told.order_reference),
    ]


def _read_return(body: Sequence[Segment], form: Form) -> Told:
    names = form.profile.references
    (run,) = form.groups(body, "BLI")
    return {
        "adj_num": body[0][2],
        "location": form.code_of(body, names.warehouse),
        "adj_date": form.iso(body[0][3]),
        "reason_code": form.reference_of(run, names.reason),
        "order_reference": form.reference_of(run, names.order),
        "article": form.article_of(run[0], run),
        "size_qty": form.eaches(run[0], 3, 4),
    }


RETURN_TO_STOCK = Kind(
    name="return_to_stock",
    model=ReturnAdvice,
    key="adj_num",
    stands_for="a customer's return put back to stock",
    rest=RestPost(entity=_stock.ENTITY, body=_body, sure="L"),
    x12=(
        X12Set(id="947", write=_as_adjustment, read=_read_adjustment, mine=_is_return, sure="L"),
        X12Set(id="180", write=_as_return, read=_read_return, sure="L"),
    ),
    sheet=SheetLines(),
)
