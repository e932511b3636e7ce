"""What the vendor's OpenAPI file demands of the attributes that are written, as tables.

Law of this module: a documented limit that is broken is refused with the attribute's name; an attribute that is
not documented here is let through, because the vendor says nothing about refusing it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.sandbox.warehouse.tables import Refused


@frozen(kw_only=True)
class Rule:
    """What one attribute must be. Null is allowed unless it is required."""

    kind: str = "text"
    required: bool = False
    longest: int | None = None
    choices: tuple[str, ...] = ()
    above: int | None = None
    least: int | None = None
    most: int | None = None


def _number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _instant(value: object) -> bool:
    return isinstance(value, dt.datetime) or (isinstance(value, str) and _parsed(value) is not None)


def _parsed(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


_IS: Mapping[str, Callable[[object], bool]] = {
    "text": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": _number,
    "boolean": lambda value: isinstance(value, bool),
    "instant": _instant,
    "list": lambda value: isinstance(value, list | tuple),
    "object": lambda value: isinstance(value, Mapping),
}

_ID = Rule(kind="integer")
_NEEDED_ID = Rule(kind="integer", required=True)
_QUANTITY = Rule(kind="number", above=0)
_NEEDED_QUANTITY = Rule(kind="number", above=0, required=True)
_INSTANT = Rule(kind="instant")
_LINES = Rule(kind="list")
_TEXT = Rule()
_FLAG = Rule(kind="boolean")
_STRATEGIES = Rule(choices=("manual", "auto", "load", "shipment", "auto_shipment"))
_PACKING = Rule(choices=("disabled", "pack_by_line", "pack_by_unit"))
_PACKS = Rule(choices=("unit", "case", "inner", "outer"))
_REASON_TYPES = (
    "negative_adjustment",
    "positive_adjustment",
    "hold",
    "release",
    "short_order_lines",
    "transfer",
    "stock_check",
)
_IDS = Rule(kind="list", required=True)


def _coded(code: int | None, name: int | None, **more: Rule) -> dict[str, Rule]:
    return {"code": Rule(required=True, longest=code), "name": Rule(required=True, longest=name), **more}


_LINE_TEXTS = dict.fromkeys(("alt_line_note", "alt_line_number", "alt_line_reference", "alt_product_code"), _TEXT)

RULES: Mapping[str, Mapping[str, Rule]] = {
    "addresses": {
        **{f"address_{line}": Rule(longest=80) for line in range(1, 6)},
        "name": _TEXT,
        "postcode": Rule(longest=10),
        "country_code": Rule(longest=6),
        "email_address": Rule(longest=254),
        "phone_number": Rule(longest=50),
    },
    "products": {
        "description": Rule(required=True, longest=150),
        "stock_unit_type_id": _NEEDED_ID,
        "code": Rule(longest=50),
        "long_description": _TEXT,
        "barcode": _TEXT,
        "commodity_code": Rule(longest=14),
        "country_of_manufacture": Rule(longest=6),
        "customs_description": Rule(longest=255),
        "shelf_life_min": Rule(kind="integer", least=1),
        "shelf_life_max": Rule(kind="integer", least=1),
        "stop": _FLAG,
        "product_type": Rule(choices=("single", "bill_of_materials")),
        "pick_strategy": Rule(choices=("pick_by_line", "batch_pick")),
    },
    "account_products": {"account_id": _NEEDED_ID},
    "goods_outs": {
        "goods_out_type": Rule(required=True, choices=("sales_order", "work_order", "crossdock")),
        "account_id": _NEEDED_ID,
        "reference": Rule(required=True, longest=50),
        "expected_date_of_dispatch": Rule(kind="instant", required=True),
        "actual_date_of_dispatch": _INSTANT,
        "warehouse_id": _ID,
        "customer_id": _ID,
        "carrier_id": _ID,
        "carrier_service_id": _ID,
        "order_type_id": _ID,
        "goods_out_status_id": _ID,
        "priority": Rule(kind="integer", least=1, most=99),
        "pick_type": Rule(choices=("standard", "tote")),
        "dispatch_strategy": _STRATEGIES,
        "pack_strategy": _PACKING,
        "packing_notes": Rule(longest=255),
        "lines_changes": _LINES,
    },
    "goods_out_lines": {
        **_LINE_TEXTS,
        "product_id": _NEEDED_ID,
        "order_quantity": _NEEDED_QUANTITY,
        "ordered_configurations_quantity": _QUANTITY,
        "dispatch_strategy": _STRATEGIES,
        "pack_strategy": _PACKING,
        "stock_configuration": _PACKS,
    },
    "goods_in_receipts": {
        "account_id": _NEEDED_ID,
        "warehouse_id": _NEEDED_ID,
        "reference": _TEXT,
        "supplier_id": _ID,
        "expected_date_of_arrival": _INSTANT,
        "actual_date_of_arrival": _INSTANT,
        "notes": _TEXT,
        "lines_changes": _LINES,
    },
    "goods_in_receipt_lines": {
        **_LINE_TEXTS,
        "product_id": _NEEDED_ID,
        "expected_quantity": _NEEDED_QUANTITY,
        "expected_configurations_quantity": _QUANTITY,
        "stock_configuration": _PACKS,
    },
    "accounts": _coded(20, 100, dispatch_strategy=_STRATEGIES, pack_strategy=_PACKING, is_active=_FLAG),
    "warehouses": _coded(20, 100, is_active=_FLAG, timezone=_TEXT),
    "customers": _coded(None, None, address=Rule(kind="object")),
    "suppliers": _coded(50, 50, active=_FLAG, address=Rule(kind="object")),
    "carriers": _coded(None, None, active=_FLAG),
    "carrier_services": _coded(None, None, carrier_id=_NEEDED_ID, active=_FLAG, is_default=_FLAG),
    "order_types": _coded(30, 50, duty_payable=Rule(kind="boolean", required=True)),
    "stock_unit_types": _coded(50, None, description=_TEXT),
    "reason_codes": _coded(
        30,
        50,
        description=Rule(required=True, longest=150),
        reason_type=Rule(required=True, choices=_REASON_TYPES),
        active=_FLAG,
        generic=_FLAG,
    ),
    "automations": {
        "resource_name": Rule(required=True),
        "event": Rule(required=True),
        "enabled": Rule(kind="boolean", required=True),
        "conditions_changes": _LINES,
        "actions_changes": _LINES,
    },
    "stocks/move": {"quantity": _NEEDED_QUANTITY, "to_location_id": _NEEDED_ID, "reason_code_id": _ID},
    "stocks/negative_adjustment": {"quantity": _NEEDED_QUANTITY, "reason_code_id": _ID},
    "stocks/transfer": {"quantity": _NEEDED_QUANTITY, "to_account_id": _NEEDED_ID, "reason_code_id": _ID},
    "stocks/hold": {"ids": _IDS, "description": Rule(required=True), "reason_code_id": _ID},
    "goods_out_processes/short_order_lines": {
        "ids": _IDS,
        "description": Rule(required=True),
        "reason_code_id": _ID,
    },
}


def check(resource: str, attributes: Mapping[str, object], *, partial: bool = False) -> None:
    """Refuse `attributes` that break a documented limit. A `partial` write need not name what is required."""
    for name, rule in RULES[resource].items():
        value = attributes.get(name)
        if value is None:
            if rule.required and not (partial and name not in attributes):
                raise _broken(resource, name, "is required")
            continue
        problem = _problem(rule, value)
        if problem:
            raise _broken(resource, name, problem)


def _problem(rule: Rule, value: object) -> str:
    if not _IS[rule.kind](value):
        return f"must be {rule.kind}"
    if rule.longest is not None and len(str(value)) > rule.longest:
        return f"is longer than {rule.longest} characters"
    if rule.choices and value not in rule.choices:
        return f"must be one of {', '.join(rule.choices)}"
    if rule.kind in {"integer", "number"}:
        return _out_of_range(rule, Decimal(str(value)))
    return ""


def _out_of_range(rule: Rule, value: Decimal) -> str:
    if rule.above is not None and value <= rule.above:
        return f"must be greater than {rule.above}"
    if rule.least is not None and value < rule.least:
        return f"must be at least {rule.least}"
    if rule.most is not None and value > rule.most:
        return f"must be at most {rule.most}"
    return ""


def _broken(resource: str, name: str, problem: str) -> Refused:
    return Refused(f"{name} {problem}", code=9002, symbol="validation_failed", record=resource, field=name)


def instant(value: object) -> dt.datetime | None:
    """An instant that `check` has let through, from text or as it is."""
    return value if isinstance(value, dt.datetime) else _parsed(str(value)) if value is not None else None
