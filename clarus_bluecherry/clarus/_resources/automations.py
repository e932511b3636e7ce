"""Automations: webhooks are automations whose action is a webhook.

Law of this module: what the vendor does not publish about webhooks is a parameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Unpack

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._envelopes import action, checked, delete, done, filling, rest_path
from clarus_bluecherry.clarus._ids import RecordId
from clarus_bluecherry.clarus._resources._doors import (
    D_co,
    Deletable,
    creates,
    listing,
    operation,
    updates,
)
from clarus_bluecherry.clarus._resources._lists import Flag, ListOptions, Moment, RecordRef, Text, asked
from clarus_bluecherry.clarus._resources._records import ChildRows, Records
from clarus_bluecherry.http._call import Call

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved


class AutomationFilters(ListOptions, total=False):
    """Filters of automations."""

    name: Text
    resource_name: Text
    event: Text
    enabled: Flag
    integration_id: RecordRef
    created_at: Moment


class Automations(Deletable[D_co]):
    """Automations; webhooks are automations whose action is a webhook."""

    _records = Records(
        "automations",
        "automation",
        named_by="name",
        rows=(
            ChildRows("conditions", "conditions_changes", wire.ConditionAttributes, wire.ConditionChanges),
            ChildRows("actions", "actions_changes", wire.ActionAttributes, wire.ActionChanges),
        ),
    )

    @listing
    def list(self, **filters: Unpack[AutomationFilters]) -> Listing[wire.AutomationNode]:
        """Automations, webhooks among them."""
        return asked("automations", "AutomationFilterType", wire.AutomationNode, filters)

    @creates(wire.NewAutomation)
    def create(self, automation: wire.NewAutomation) -> Call[Saved]:
        """Create an automation: when its event happens and all conditions hold, its actions are taken.

        Actions are made by `automation_action`.
        """
        return self._records.create(automation)

    @updates(wire.AutomationUpdate)
    def update(self, record_id: RecordId, changes: wire.AutomationUpdate) -> Call[Saved]:
        """Set fields of an automation, change its conditions and actions (`added`, `updated`, `removed`).

        Repeatable unless rows are added or removed. No published list shows the ids of conditions and actions:
        find their fields by introspection.
        """
        return self._records.update(changes, record_id)

    @operation
    def create_webhook(
        self,
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

        Which `destination_code` and `method` a webhook takes is not published: `default` is what the vendor's
        e-mail example has, `POST` our guess (confidence low). The body Clarus will send is not published either.
        """
        parameters = {"webhook_url": url, "webhook_method": method}
        call_back = automation_action("webhook", parameters, destination_code=destination_code)
        webhook = {
            "resource_name": resource,
            "event": event,
            "name": name,
            "enabled": enabled,
            "actions": [call_back],
        }
        return self._records.create(checked(wire.NewAutomation, webhook, f"webhook {name}"))

    @operation
    def run(self, automation_id: RecordId) -> Call[Saved]:
        """Run a scheduled automation now. Its conditions are still looked at."""
        path = rest_path("automations", automation_id, "run")
        return action("automations.run", path, record=self._records.at(automation_id))

    @operation
    def upload_attachment(
        self, parameter_id: RecordId, content: bytes, *, filename: str, media_type: str = "text/plain"
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

    @operation
    def delete_attachment(self, parameter_id: RecordId) -> Call[Saved]:
        """Take the file away again."""
        path = rest_path("automation_action_parameters", parameter_id, "attachment")
        return delete("automations.delete_attachment", path, record=f"automation parameter id {parameter_id}")


def automation_action(
    destination: wire.Destination, parameters: Mapping[str, str], *, destination_code: str = "default"
) -> wire.ActionAttributes:
    """What an automation does: where to, with which parameters. See `automations.create_webhook` for
    `destination_code`.

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
    return checked(wire.ActionAttributes, plain, f"{destination} action")
