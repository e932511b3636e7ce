"""Receipts: an increment received against one line of a production order.

POST `/api/ProductionReceiptAdvice` (H), X12 944 (H for its structure), sheets of the site's own (L).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clarus_bluecherry.bluecherry.kinds._kind import Kind, RestPost, SheetLines, Told, X12Set
from clarus_bluecherry.bluecherry.messages.writing import ProductionReceiptAdvice
from clarus_bluecherry.bluecherry.rest_bodies import Body, BodyPart, article, change, name_of, partners

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.edi.form import Form
    from clarus_bluecherry.bluecherry.profile import RestProfile
    from clarus_bluecherry.x12 import Segment

__all__ = ["PRODUCTION_RECEIPT_ADVICE"]

_PART = BodyPart.of(
    "ProductionReceiptAdvice",
    required="adj_type color_code dimension isa_num location pix_type pix_code prod_num prod_line receipt_date "
    "shipment_num size_adj size_desc size_qty style upc_num vnd_id vnd_qual",
    filled="isa_num location prod_num prod_line receipt_date style vnd_id vnd_qual",
)
_RECEIVED = "11"
_RECEIPT_DIGITS = 12


def _body(message: ProductionReceiptAdvice, number: str, profile: RestProfile) -> Body:
    columns: Body = {
        "isa_num": number,
        **partners(profile),
        "adj_type": profile.pix.adj_type,
        **change(message.size_qty, profile.pix.receipt, profile),
        "prod_num": message.prod_num,
        "prod_line": message.prod_line,
        "shipment_num": message.shipment_num,
        "location": message.location,
        "receipt_date": message.receipt_date.strftime(profile.dates.receipt),
        **article(message.article, "upc_num", profile),
    }
    return _PART.fitted(columns, name_of(message), profile)


def _written(receipt: ProductionReceiptAdvice, number: str, form: Form) -> list[Segment]:
    """The production order's line stands behind the item, as CGS's guide asks (H)."""
    day, units, sku = form.date(receipt.receipt_date), form.number(receipt.size_qty), receipt.article
    return [
        form.segment("W17", "N", day, number[-_RECEIPT_DIGITS:], receipt.prod_num, receipt.shipment_num),
        form.party(form.profile.references.warehouse, receipt.location, "Warehouse"),
        form.segment("G62", _RECEIVED, day),
        form.item("W07", {1: units, 2: form.profile.unit}, sku),
        *form.references(sku, line=receipt.prod_line),
        form.segment("W14", units),
    ]


def _read(body: Sequence[Segment], form: Form) -> Told:
    first = body[0]
    (run,) = form.groups(body, "W07")
    return {
        "prod_num": first[4],
        "prod_line": form.reference_of(run, form.profile.references.line),
        "location": form.code_of(body, form.profile.references.warehouse),
        "receipt_date": form.iso(first[2]),
        "shipment_num": first[5] or "0",
        "article": form.article_of(run[0], run),
        "size_qty": form.eaches(run[0], 1, 2),
    }


PRODUCTION_RECEIPT_ADVICE = Kind(
    name="production_receipt_advice",
    model=ProductionReceiptAdvice,
    key="prod_num",
    stands_for="what was received on one line of a production order",
    rest=RestPost(entity="ProductionReceiptAdvice", body=_body, sure="H", same_reference=True),
    x12=(X12Set(id="944", write=_written, read=_read, sure="H"),),
    sheet=SheetLines(),
)
