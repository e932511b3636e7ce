"""Drift as programs read it: one JSON document of a documented, versioned shape, and rows for a sheet.

Law of this module: figures are finance's, as they are; quantities and amounts are text, what is not known is null.
Of a proposed call everything is shown that is no person's: whose address it carries is said, never what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from clarus_bluecherry.finance.drift import InvoiceMismatch, OrderDifference, OrderDrift
from clarus_bluecherry.http import Call
from clarus_bluecherry.report.closing import money_json, number_cell, plain_number, text_cell

DRIFT_SCHEMA = "1.0"
"""The version of the shape: its first number changes when a reader would break."""
HIDDEN = "(not shown)"
"""What stands for what a call carries of a person."""

_SHOWN = frozenset(
    {
        *("data", "type", "id", "attributes", "expected_date_of_dispatch", "carrier_id", "lines_changes"),
        *("product_id", "order_quantity", "alt_line_number", "alt_product_code"),
    }
)
"""Fields of a proposed call that hold nothing of a person."""
_HEADER = (
    *("order", "status", "aspect", "line", "field", "accepted", "present", "remedy", "action"),
    *("units", "revenue", "cost", "currency"),
)
_INVOICE = "invoice"


def drift_json(
    orders: Iterable[OrderDrift], *, looked_at: int = 0, unread: Sequence[str] = ()
) -> Mapping[str, object]:
    """What drifted, of how many orders that were looked at, and what could not be told, as one JSON document."""
    return {
        "schema": DRIFT_SCHEMA,
        "looked_at": looked_at,
        "orders": [_order(each) for each in orders],
        "unread": list(unread),
    }


def drift_rows(orders: Iterable[OrderDrift]) -> Iterator[Sequence[str]]:
    """A row for each difference, and one for each line that the invoice will be off by, under their header."""
    yield _HEADER
    for drift in orders:
        for each in drift.differences:
            told = (each.line, each.field, each.accepted, each.present, each.remedy.value, each.action)
            texts = (drift.reference, drift.status, each.aspect.value, *told)
            yield (*map(text_cell, texts), "", "", "", "")
        for off in drift.mismatches:
            money = off.revenue or off.cost
            amounts = (
                number_cell(off.units),
                *(number_cell(each.amount if each else None) for each in (off.revenue, off.cost)),
            )
            texts = (drift.reference, drift.status, _INVOICE, off.line, "", str(off.item), "", "", drift.refused)
            yield (*map(text_cell, texts), *amounts, money.currency if money else "")


def call_json(call: Call[Any]) -> Mapping[str, object]:
    """A call as it is proposed: what it is, and its body without what is a person's."""
    return {"method": call.method, "path": call.path, "repeatable": call.repeatable, "body": _bare(call.json)}


def _bare(content: object) -> object:
    match content:
        case dict():
            return {name: _bare(value) if name in _SHOWN else HIDDEN for name, value in content.items()}
        case list():
            return [_bare(each) for each in content]
        case Decimal():
            return plain_number(content)
        case _:
            return content


def _order(drift: OrderDrift) -> Mapping[str, object]:
    return {
        "order": drift.reference,
        "status": drift.status or None,
        "differences": [_difference(each) for each in drift.differences],
        "invoice": {
            "units": None if drift.units is None else plain_number(drift.units),
            "revenue": money_json(drift.revenue),
            "cost": money_json(drift.cost),
            "refused": drift.refused or None,
            "lines": [_mismatch(each) for each in drift.mismatches],
        },
        "released_again": list(drift.released_again),
        "proposal": None if drift.proposal is None else call_json(drift.proposal),
    }


def _difference(each: OrderDifference) -> Mapping[str, object]:
    return {
        "aspect": each.aspect.value,
        "line": each.line or None,
        "field": each.field or None,
        "accepted": each.accepted or None,
        "present": each.present or None,
        "remedy": each.remedy.value,
        "action": each.action,
    }


def _mismatch(each: InvoiceMismatch) -> Mapping[str, object]:
    return {
        "line": each.line,
        "item": str(each.item),
        "units": None if each.units is None else plain_number(each.units),
        "revenue": money_json(each.revenue),
        "cost": money_json(each.cost),
    }
