"""Calls for automations: webhooks are automations whose action is a webhook.

Law of this module: nothing is sent, and what the vendor does not publish about webhooks is a parameter.
"""

from __future__ import annotations

from collections.abc import Mapping

from clarus_bluecherry.clarus.envelopes import (
    RecordId,
    change,
    checked,
    create,
    delete,
    document,
    rest_path,
)
from clarus_bluecherry.clarus.reading import Saved
from clarus_bluecherry.clarus.writing import AutomationAttributes, AutomationChanges
from clarus_bluecherry.http.call import Call, Json


def create_webhook(
    resource: str,
    event: str,
    url: str,
    name: str,
    *,
    method: str = "POST",
    destination_code: str = "default",
    enabled: bool = True,
) -> Call[Saved]:
    """Have Clarus call `url` when `event` happens to `resource`, for example `goods_out` and `completed`.

    Which `destination_code` and `method` a webhook takes is not published: `default` is what the vendor's e-mail
    example has, `POST` our guess (confidence low). The body Clarus will send is not published either.
    """
    record = f"webhook {name}"
    automation = checked(
        AutomationAttributes,
        {"resource_name": resource, "event": event, "name": name, "enabled": enabled},
        record,
    )
    webhook: dict[str, Json] = {
        "destination_type": "webhook",
        "destination_code": destination_code,
        "parameters_changes": [_parameter("webhook_url", url), _parameter("webhook_method", method)],
    }
    # The guide wants both lists on a create, even an empty one.
    attributes = {**automation.wire(), "conditions_changes": [], "actions_changes": [_added(webhook)]}
    body = document("automations", attributes)
    return create("automations.create", rest_path("automations"), body, record=record)


def update_automation(automation_id: RecordId, changes: AutomationChanges | Mapping[str, object]) -> Call[Saved]:
    """Set fields of an automation's header: rename it, switch it on or off."""
    record = f"automation id {automation_id}"
    body = document("automations", checked(AutomationChanges, changes, record).wire())
    path = rest_path("automations", automation_id)
    return change("automations.update", path, body, record=record, repeatable=True)


def delete_automation(automation_id: RecordId) -> Call[Saved]:
    """Delete an automation."""
    path = rest_path("automations", automation_id)
    return delete("automations.delete", path, record=f"automation id {automation_id}")


def _parameter(code: str, value: str) -> Json:
    return _added({"parameter_code": code, "value": value})


def _added(attributes: dict[str, Json]) -> Json:
    return {"type": "ADD", "attributes": attributes}
