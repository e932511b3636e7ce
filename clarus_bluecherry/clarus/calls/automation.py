"""Calls for automations: webhooks are automations whose action is a webhook.

Law of this module: nothing is sent, and what the vendor does not publish about webhooks is a parameter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clarus_bluecherry.clarus.calls.lines import LineChange, added, only_updates, wired
from clarus_bluecherry.clarus.envelopes import (
    RecordId,
    action,
    change,
    checked,
    create,
    delete,
    document,
    done,
    filling,
    rest_path,
    set_fields,
)
from clarus_bluecherry.clarus.reading import Saved
from clarus_bluecherry.clarus.writing import (
    ActionAttributes,
    ActionChanges,
    AutomationAttributes,
    AutomationChanges,
    ConditionAttributes,
    ConditionChanges,
    Destination,
)
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Call, Json


def automation_action(
    destination: Destination, parameters: Mapping[str, str], *, destination_code: str = "default"
) -> ActionAttributes:
    """What an automation does: where to, with which parameters. See `create_webhook` for `destination_code`.

    >>> automation_action("process_picks", {"pick_type": "standard"}).wire()["parameters_changes"]
    [{'type': 'ADD', 'attributes': {'parameter_code': 'pick_type', 'value': 'standard'}}]
    """
    changes = [
        {"type": "ADD", "attributes": {"parameter_code": code, "value": value}}
        for code, value in parameters.items()
    ]
    plain = {
        "destination_type": destination,
        "destination_code": destination_code,
        "parameters_changes": changes,
    }
    return checked(ActionAttributes, plain, f"{destination} action")


def create_automation(
    automation: AutomationAttributes | Mapping[str, object],
    *,
    actions: Iterable[ActionAttributes | Mapping[str, object]],
    conditions: Iterable[ConditionAttributes | Mapping[str, object]] = (),
) -> Call[Saved]:
    """Create an automation: when its event happens and all conditions hold, its actions are taken."""
    named = automation.get("name") if isinstance(automation, Mapping) else automation.name
    return _created(automation, actions, conditions, f"automation {named or 'without a name'}")


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
    automation = {"resource_name": resource, "event": event, "name": name, "enabled": enabled}
    parameters = {"webhook_url": url, "webhook_method": method}
    call_back = automation_action("webhook", parameters, destination_code=destination_code)
    return _created(automation, [call_back], (), f"webhook {name}")


def update_automation(
    automation_id: RecordId,
    changes: AutomationChanges | Mapping[str, object] | None = None,
    *,
    conditions: Iterable[LineChange] = (),
    actions: Iterable[LineChange] = (),
) -> Call[Saved]:
    """Set fields of an automation, change its conditions and actions (`added`, `updated`, `removed`).

    Repeatable unless rows are added or removed. No published list shows the ids of conditions and actions: find
    their fields by introspection.
    """
    record = f"automation id {automation_id}"
    rows = (*(conditions := tuple(conditions)), *(actions := tuple(actions)))
    header = None if changes is None else checked(AutomationChanges, changes, record)
    attributes = {**set_fields(header), **_conditions(conditions, record), **_actions(actions, record)}
    if not attributes:
        raise InvalidRecord("nothing was given to change", record=record)
    body = document("automations", attributes)
    path = rest_path("automations", automation_id)
    return change("automations.update", path, body, record=record, repeatable=only_updates(rows))


def delete_automation(automation_id: RecordId) -> Call[Saved]:
    """Delete an automation."""
    path = rest_path("automations", automation_id)
    return delete("automations.delete", path, record=f"automation id {automation_id}")


def run_automation(automation_id: RecordId) -> Call[Saved]:
    """Run a scheduled automation now. Its conditions are still looked at."""
    path = rest_path("automations", automation_id, "run")
    return action("automations.run", path, record=f"automation id {automation_id}")


def upload_automation_attachment(
    parameter_id: RecordId, content: bytes, *, filename: str, media_type: str = "text/plain"
) -> Call[Saved]:
    """Fill a parameter of an automation's action with a file, a template's text for example."""
    return filling(
        "automations.upload_attachment",
        rest_path("automation_action_parameters", parameter_id, "attachment"),
        content,
        filename=filename,
        media_type=media_type,
        read=done,
        record=f"automation parameter id {parameter_id}",
    )


def delete_automation_attachment(parameter_id: RecordId) -> Call[Saved]:
    """Take the file away again."""
    path = rest_path("automation_action_parameters", parameter_id, "attachment")
    return delete("automations.delete_attachment", path, record=f"automation parameter id {parameter_id}")


def synchronize_integration(integration_id: RecordId) -> Call[Saved]:
    """Have an integration fetch and send what it is set up for, in the background."""
    path = rest_path("integrations", integration_id, "synchronize")
    return action("integrations.synchronize", path, record=f"integration id {integration_id}")


def _created(
    automation: AutomationAttributes | Mapping[str, object],
    actions: Iterable[ActionAttributes | Mapping[str, object]],
    conditions: Iterable[ConditionAttributes | Mapping[str, object]],
    record: str,
) -> Call[Saved]:
    # The guide wants both lists on a create, even an empty one.
    attributes: dict[str, Json] = {
        **checked(AutomationAttributes, automation, record).wire(),
        "conditions_changes": [],
        "actions_changes": [],
        **_conditions(map(added, conditions), record),
        **_actions(map(added, actions), record),
    }
    body = document("automations", attributes)
    return create("automations.create", rest_path("automations"), body, record=record)


def _conditions(rows: Iterable[LineChange], record: str) -> dict[str, Json]:
    return wired(
        rows,
        whole_line=ConditionAttributes,
        some_fields=ConditionChanges,
        record=record,
        into="conditions_changes",
    )


def _actions(rows: Iterable[LineChange], record: str) -> dict[str, Json]:
    return wired(
        rows, whole_line=ActionAttributes, some_fields=ActionChanges, record=record, into="actions_changes"
    )
