"""Styles: the item master with its SKUs.

GET `/api/style` (H), X12 832 (the standard's, no use by Blue Cherry is evidenced, L), the exported style report (H
for its headers, of one user).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

from clarus_bluecherry.bluecherry.kinds._kind import Columns, FileHolds, Kind, RestRead, SheetLines, Told, X12Set
from clarus_bluecherry.bluecherry.messages.styles import Style
from clarus_bluecherry.bluecherry.rest_rows import children, without
from clarus_bluecherry.errors import InvalidRecord

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.edi.form import Form
    from clarus_bluecherry.bluecherry.rest_names import Envelopes
    from clarus_bluecherry.x12 import Segment

__all__ = ["STYLE"]

DETAILS, SKUS = "styledetail", "stylecolorsizes"
"""The children of a row, and of each of those (H)."""
_PRICES, _FREE_FORM = "PC", "F"
_NAME = 5
"""Where a description (PID) has its words."""


def from_row(row: Columns, at: Envelopes) -> tuple[Style, ...]:
    """A row of `GET /api/style`: one record for each detail, with a division, season, cost and SKUs of its own."""
    header, details = without(row, DETAILS, at=at), children(row, DETAILS, at)
    if not details:
        return (Style.model_validate(header),)
    return tuple(_detailed(header, detail, at) for detail in details)


def _detailed(header: Columns, detail: Columns, at: Envelopes) -> Style:
    """The header's own key and time of change stand; the detail's key is kept beside them."""
    kept = {name: header[name] for name in ("pkey", "last_mod") if name in header}
    own = without(detail, SKUS, at=at) | {"detail_pkey": detail.get("pkey")}
    skus = children(detail, SKUS, at, rows=at.style_rows)
    return Style.model_validate(header | own | kept | {"skus": skus})


def _skus(style: Style) -> Iterable[Hashable]:
    for sku in style.skus:
        parts = (sku.style, sku.color_code, sku.lbl_code, sku.dimension, sku.size_desc)
        yield style.division, style.style, *parts


def _written(style: Style, number: str, form: Form) -> list[Segment]:
    body = [form.segment("BCT", _PRICES, number)]
    for sku in style.skus:
        body.append(form.item("LIN", {}, sku))
        body += [form.segment("REF", *each.elements) for each in form.references(sku)]
        if style.style_name:
            body.append(form.segment("PID", _FREE_FORM, "", "", "", style.style_name))
        if style.std_cost is not None:
            body.append(form.segment("CTP", "", form.profile.cost, form.number(style.std_cost)))
    return [*body, form.segment("CTT", str(len(style.skus)))]


def _read(body: Sequence[Segment], form: Form) -> list[Told]:
    """A style for each style code; its name is the one that comes first, and its cost has to be one.

    Another name of it is not looked at, so that it is told.
    """
    found: dict[str, Told] = {}
    names: dict[str, Segment] = {}
    skus: dict[str, list[dict[str, str]]] = {}
    for run in form.groups(body, "LIN"):
        sku = form.article_of(run[0], run)
        code = sku.get("style", "")
        told = found.setdefault(code, {"style": code})
        skus.setdefault(code, []).append(sku)
        for each in run:
            if each.id == "PID" and len(each.elements) >= _NAME and each == names.setdefault(code, each):
                told["style_name"] = each[_NAME]
            if each.id == "CTP" and each[2] == form.profile.cost and each[3]:
                cost = form.quantity(each[3])
                if told.setdefault("std_cost", cost) != cost:
                    raise InvalidRecord(f"style {code} has two costs", field="std_cost")
    if not found:
        raise InvalidRecord("a catalog without an item (LIN) says nothing")
    return [{**told, "skus": skus[code]} for code, told in found.items()]


STYLE = Kind(
    name="style",
    model=Style,
    key="style",
    stands_for="the item master with its SKUs, barcodes and standard cost",
    rest=RestRead(entity="style", records=from_row, sure="H"),
    x12=(X12Set(id="832", write=_written, read=_read, sure="L"),),
    sheet=SheetLines(key=("style", "division", "season", "std_cost"), lists={"sku": "skus"}, sure="H"),
    holds=FileHolds.SNAPSHOT,
    counts=_skus,
)
