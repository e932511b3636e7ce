"""Warehouse work: receive, complete, hand out and load.

Law of this module: completing a task moves stock, so it is not repeatable. Tasks cannot be created or deleted;
most of their answers have no body.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Unpack

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._envelopes import (
    action,
    change,
    checked,
    document,
    fetching,
    flat,
    raw,
    rest_path,
    whole_ids,
)
from clarus_bluecherry.clarus._ids import RecordId, whole
from clarus_bluecherry.clarus._resources._doors import D_co, Resource, listing, operation, updates
from clarus_bluecherry.clarus._resources._lists import ListOptions, Moment, Number, RecordRef, Text, asked
from clarus_bluecherry.clarus._resources._records import Records
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Call, Json

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved

COMPLETED = "completed"
"""How a write says it; lists show `COMPLETED`."""


class TaskFilters(ListOptions, total=False):
    """Filters of tasks."""

    status: Text
    subtype: Text
    task_type_code: Text
    account_id: RecordRef
    warehouse_id: RecordRef
    product_id: RecordRef
    location_from_id: RecordRef
    location_to_id: RecordRef
    user_id: RecordRef
    goods_out_id: RecordRef
    goods_in_receipt_line_id: RecordRef
    storage_unit_from_id: RecordRef
    load_id: RecordRef
    assigned_at: Moment
    completed_at: Moment
    created_at: Moment
    priority: Number
    drop_sequence: Number


class Tasks(Resource[D_co]):
    """Warehouse work."""

    _records = Records("tasks", "task", adds=frozenset({"status"}))

    @listing
    def list(self, **filters: Unpack[TaskFilters]) -> Listing[wire.TaskNode]:
        """Warehouse work."""
        return asked("tasks", "TaskFilterType", wire.TaskNode, filters)

    @updates(wire.TaskChanges)
    def update(self, task_id: RecordId, changes: wire.TaskChanges) -> Call[Saved]:
        """Set fields of a task. Repeatable unless `status` is among them: see `complete`."""
        return self._records.update(changes, task_id)

    @updates(wire.TaskChanges)
    def complete(self, task_id: RecordId, changes: wire.TaskChanges) -> Call[Saved]:
        """Complete a task, with what its type needs.

        Documented: PICK and REPLEN `confirmed_quantity` and `location_to_id`; RCV and PWAY these and
        `storage_unit_to_id`; TRAN `location_to_id` and `storage_unit_to_id`; CONV nothing; DISP only of the
        subtype SHIPMENT. LOAD tasks are completed by `load_storage_unit`.
        """
        return change(
            "tasks.complete",
            rest_path("tasks", task_id),
            document("tasks", {**changes.wire(), "status": COMPLETED}),
            record=_at(task_id),
            repeatable=False,
        )

    @operation
    def complete_all(
        self,
        warehouse_id: RecordId,
        task_type: wire.TaskType,
        *,
        location_from_id: RecordId | None = None,
        product_id: RecordId | None = None,
        storage_unit_from_id: RecordId | None = None,
        changes: wire.TaskChanges | Mapping[str, object] | None = None,
    ) -> Call[Saved]:
        """Complete the tasks of one type that come from a place, a product or a storage unit; at least one is
        named.

        At most 50 are completed per call; `changes` are applied to each of them.
        """
        record = f"{task_type} tasks of warehouse id {warehouse_id}"
        named = {
            "location_from_id": location_from_id,
            "product_id": product_id,
            "storage_unit_from_id": storage_unit_from_id,
        }
        filters = {name: whole(value, name) for name, value in named.items() if value is not None}
        if not filters:
            what = "say which tasks: by place, product or storage unit"
            raise InvalidRecord(what, record=record, field="filters")
        wanted = None if changes is None else checked(wire.TaskChanges, changes, record, "changes").wire()
        return action(
            "tasks.complete_collection",
            rest_path("tasks", "complete_collection"),
            flat(
                warehouse_id=whole(warehouse_id, "warehouse_id"),
                task_type_code=task_type,
                filters={**filters},
                attributes=wanted,
            ),
            record=record,
        )

    @updates(wire.Received)
    def receive(self, task_id: RecordId, received: wire.Received) -> Call[Saved]:
        """Confirm what arrived: stock appears, and a putaway task.

        The task's whole quantity unless told otherwise.
        """
        path = rest_path("receive_tasks", task_id, "receive")
        return action("tasks.receive", path, document("tasks", received.wire()), record=_at(task_id))

    @updates(wire.ReceivedToPutaway)
    def receive_to_putaway_location(self, task_id: RecordId, received: wire.ReceivedToPutaway) -> Call[Saved]:
        """Confirm what arrived and that it lies in its place already: no putaway task is left."""
        path = rest_path("receive_tasks", task_id, "receive_to_putaway_location")
        body = document("tasks", received.wire())
        return action("tasks.receive_to_putaway_location", path, body, record=_at(task_id))

    @operation
    def export_receipt_confirmation(self, task_id: RecordId) -> Call[bytes]:
        """The confirmation of a completed receive task, as CSV, JSON or EDI: the tenant configures which."""
        path = rest_path("tasks", task_id, "export_receipt_task_confirmation")
        return fetching("tasks.export_receipt_confirmation", path, read=raw, record=_at(task_id))

    # Who does it

    @operation
    def allocate(self, task_id: RecordId, user_id: RecordId | None = None) -> Call[Saved]:
        """Hand a task to a user; to the API's own user when none is named."""
        path = rest_path("tasks", task_id, "allocate")
        return action("tasks.allocate", path, flat(user_id=_user(user_id)), record=_at(task_id))

    @operation
    def allocate_all(self, task_ids: Iterable[RecordId], user_id: RecordId | None = None) -> Call[Saved]:
        """Hand tasks to a user; to the API's own user when none is named."""
        ids = whole_ids(task_ids)
        body = flat(ids=ids, user_id=_user(user_id))
        return action("tasks.allocate_all", rest_path("tasks", "allocate"), body, record=_all(ids))

    @operation
    def unallocate(self, task_id: RecordId) -> Call[Saved]:
        """Take a task back."""
        path = rest_path("tasks", task_id, "unallocate")
        return change("tasks.unallocate", path, None, record=_at(task_id), repeatable=False)

    @operation
    def unallocate_all(self, task_ids: Iterable[RecordId]) -> Call[Saved]:
        """Take tasks back."""
        ids = whole_ids(task_ids)
        path = rest_path("tasks", "unallocate")
        return change("tasks.unallocate_all", path, flat(ids=ids), record=_all(ids), repeatable=False)

    # Loading

    @operation
    def assign_storage_unit(
        self, task_id: RecordId, *, load_id: RecordId | None = None, load_drop_id: RecordId | None = None
    ) -> Call[Saved]:
        """Say on which load, or for which of its drops, a load task's storage unit is to go."""
        return _loading("assign_storage_unit", task_id, load_id, load_drop_id)

    @operation
    def load_storage_unit(
        self, task_id: RecordId, *, load_id: RecordId | None = None, load_drop_id: RecordId | None = None
    ) -> Call[Saved]:
        """Complete a load task: its storage unit is on the load."""
        return _loading("load_storage_unit", task_id, load_id, load_drop_id)

    @operation
    def unload_storage_unit(self, task_id: RecordId) -> Call[Saved]:
        """Take a load task's storage unit off again."""
        path = rest_path("load_tasks", task_id, "unload_storage_unit")
        return action("tasks.unload_storage_unit", path, record=_at(task_id))


def _loading(verb: str, task_id: RecordId, load_id: RecordId | None, load_drop_id: RecordId | None) -> Call[Saved]:
    body = flat(
        load_id=None if load_id is None else whole(load_id, "load_id"),
        load_drop_id=None if load_drop_id is None else whole(load_drop_id, "load_drop_id"),
    )
    return action(f"tasks.{verb}", rest_path("load_tasks", task_id, verb), body, record=_at(task_id))


def _at(task_id: RecordId) -> str:
    return f"task id {task_id}"


def _all(ids: Iterable[object]) -> str:
    return f"task ids {', '.join(map(str, ids))}"


def _user(user_id: RecordId | None) -> Json:
    return None if user_id is None else whole(user_id, "user_id")
