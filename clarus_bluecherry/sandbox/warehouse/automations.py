"""Automations: when something happens and its conditions hold, a webhook goes into the outbox.

Law of this module: conditions are AND-ed and compare text, as the vendor writes their values; an action that is
not a webhook is accepted and not carried out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import cast

from clarus_bluecherry.sandbox.warehouse.documents import Automation, Delivery, Webhook
from clarus_bluecherry.sandbox.warehouse.payloads import payload
from clarus_bluecherry.sandbox.warehouse.tables import Refused, Row

EVENTS: Mapping[str, tuple[str, ...]] = {
    "goods_out": ("created", "updated", "processed", "completed", "cancelled"),
    "goods_out_pick_list": ("created", "picked", "completed", "cancelled"),
    "goods_in": ("created", "moved_to_part", "completed", "cancelled"),
    "stock": (
        "positively_adjusted",
        "negatively_adjusted",
        "placed_on_hold",
        "released_from_hold",
        "received",
        "unreceived",
        "picked",
        "dispatched",
        "undispatched",
        "account_transferred",
    ),
    "stock_balance": ("updated",),
    "putaway_task": ("completed",),
    "load_drop": ("dispatched",),
    "invoice": ("submitted", "authorised", "paid"),
    "ftp_file": ("uploaded",),
    "ftp_import": ("failed",),
    "failure_event_log": ("created",),
    "daily_schedule": ("triggered",),
    "weekly_schedule": ("triggered",),
    "monthly_schedule": ("triggered",),
    "one_time_schedule": ("triggered",),
}
"""The vendor's events per resource."""


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "eq": lambda found, value: found == value,
    "neq": lambda found, value: found != value,
    "in": lambda found, value: found in re.split(r"\s*,\s*", value),
    "notin": lambda found, value: found not in re.split(r"\s*,\s*", value),
    "matches": lambda found, value: re.search(value, found) is not None,
    "starts_with": lambda found, value: found.startswith(value),
    "greater_than": lambda found, value: _number(found) > _number(value),
    "greater_than_eq": lambda found, value: _number(found) >= _number(value),
    "less_than": lambda found, value: _number(found) < _number(value),
    "less_than_eq": lambda found, value: _number(found) <= _number(value),
}


def parsed(attributes: Mapping[str, object]) -> dict[str, object]:
    """The fields of an `Automation` from the attributes of a create. Refuses what the vendor does not know."""
    resource, event = str(attributes["resource_name"]), str(attributes["event"])
    if event not in EVENTS.get(resource, ()):
        raise Refused(f"{resource} has no event {event}", code=9002, symbol="validation_failed", field="event")
    conditions = [_attributes(one) for one in _changes(attributes, "conditions_changes")]
    for one in conditions:
        if one.get("operator") not in _OPERATORS:
            raise Refused(f"the operator {one.get('operator')} is not known", field="conditions_changes")
    actions = [_attributes(one) for one in _changes(attributes, "actions_changes")]
    return {
        "resource_name": resource,
        "event": event,
        "enabled": attributes["enabled"],
        "name": attributes.get("name"),
        "conditions": conditions,
        "webhooks": [_webhook(one) for one in actions if one.get("destination_type") == "webhook"],
    }


def _changes(attributes: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    changes = cast("list[Mapping[str, object]]", attributes.get(name) or [])
    if any(one.get("type") != "ADD" for one in changes):
        raise Refused("only ADD is allowed on create", field=name)
    return changes


def _attributes(change: Mapping[str, object]) -> Mapping[str, object]:
    return cast("Mapping[str, object]", change.get("attributes") or {})


def _webhook(action: Mapping[str, object]) -> Webhook:
    given = [_attributes(one) for one in _changes(action, "parameters_changes")]
    parameters = {one.get("parameter_code"): str(one.get("value")) for one in given}
    url, method = parameters.get("webhook_url", ""), parameters.get("webhook_method", "POST").upper()
    if not url.startswith(("http://", "https://")) or method not in {"POST", "GET"}:
        raise Refused("a webhook needs a webhook_url and a webhook_method of POST or GET", field="actions_changes")
    return Webhook(url, method)


def deliveries(automations: Iterable[Automation], resource_name: str, event: str, row: Row) -> list[Delivery]:
    """The webhooks to send because `event` happened to `row`."""
    waiting = [
        one
        for one in automations
        if one.enabled and one.webhooks and (one.resource_name, one.event) == (resource_name, event)
    ]
    if not waiting:
        return []
    context = {"data": payload(row)}
    body = json.dumps(context).encode()
    return [
        Delivery(webhook=webhook, automation_id=one.id, event=f"{resource_name}.{event}", body=body)
        for one in waiting
        if all(_holds(condition, context) for condition in one.conditions)
        for webhook in one.webhooks
    ]


def _holds(condition: Mapping[str, object], context: Mapping[str, object]) -> bool:
    found: object = context
    for step in str(condition.get("source_path", "")).split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    compare = _OPERATORS[str(condition["operator"])]
    return compare("" if found is None else str(found), str(condition.get("value", "")))
