"""Calls for warehouse work: receive, complete, hand out and load.

Law of this module: completing a task moves stock, so nothing here is repeatable. Tasks cannot be created or
deleted; most of these answers have no body.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clarus_bluecherry.clarus.envelopes import (
    RecordId,
    action,
    change,
    checked,
    document,
    fetching,
    flat,
    raw,
    rest_path,
    whole,
    whole_ids,
)
from clarus_bluecherry.clarus.reading import Saved
from clarus_bluecherry.clarus.writing import Received, ReceivedToPutaway, TaskChanges, TaskType
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Call

COMPLETED = "completed"
"""How a write says it; lists show `COMPLETED`."""


def receive_task(task_id: RecordId, received: Received | Mapping[str, object] | None = None) -> Call[Saved]:
    """Confirm what arrived: stock appears, and a putaway task. The task's whole quantity unless told otherwise."""
    record = _at(task_id)
    body = document("tasks", checked(Received, received or {}, record).wire())
    return action("tasks.receive", rest_path("receive_tasks", task_id, "receive"), body, record=record)


def receive_task_to_putaway_location(
    task_id: RecordId, received: ReceivedToPutaway | Mapping[str, object]
) -> Call[Saved]:
    """Confirm what arrived and that it lies in its place already: no putaway task is left."""
    record = _at(task_id)
    body = document("tasks", checked(ReceivedToPutaway, received, record).wire())
    path = rest_path("receive_tasks", task_id, "receive_to_putaway_location")
    return action("tasks.receive_to_putaway_location", path, body, record=record)


def export_receipt_confirmation(task_id: RecordId) -> Call[bytes]:
    """The confirmation of a completed receive task, as CSV, JSON or EDI: the tenant configures which."""
    path = rest_path("tasks", task_id, "export_receipt_task_confirmation")
    return fetching("tasks.export_receipt_confirmation", path, read=raw, record=_at(task_id))


def update_task(task_id: RecordId, changes: TaskChanges | Mapping[str, object]) -> Call[Saved]:
    """Set fields of a task. Repeatable unless `status` is among them: see `complete_task`."""
    record = _at(task_id)
    attributes = checked(TaskChanges, changes, record).wire()
    if not attributes:
        raise InvalidRecord("nothing was given to change", record=record)
    return change(
        "tasks.update",
        rest_path("tasks", task_id),
        document("tasks", attributes),
        record=record,
        repeatable="status" not in attributes,
    )


def complete_task(task_id: RecordId, changes: TaskChanges | Mapping[str, object] | None = None) -> Call[Saved]:
    """Complete a task, with what its type needs.

    Documented: PICK and REPLEN `confirmed_quantity` and `location_to_id`; RCV and PWAY these and
    `storage_unit_to_id`; TRAN `location_to_id` and `storage_unit_to_id`; CONV nothing; DISP only of the subtype
    SHIPMENT. LOAD tasks are completed by `load_storage_unit`.
    """
    record = _at(task_id)
    attributes = {**checked(TaskChanges, changes or {}, record).wire(), "status": COMPLETED}
    return change(
        "tasks.complete",
        rest_path("tasks", task_id),
        document("tasks", attributes),
        record=record,
        repeatable=False,
    )


def complete_tasks(
    warehouse_id: RecordId,
    task_type: TaskType,
    *,
    location_from_id: RecordId | None = None,
    product_id: RecordId | None = None,
    storage_unit_from_id: RecordId | None = None,
    changes: TaskChanges | Mapping[str, object] | None = None,
) -> Call[Saved]:
    """Complete the tasks of one type that come from a place, a product or a storage unit; at least one is named.

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
        raise InvalidRecord("say which tasks: by place, product or storage unit", record=record, field="filters")
    return action(
        "tasks.complete_collection",
        rest_path("tasks", "complete_collection"),
        flat(
            warehouse_id=whole(warehouse_id, "warehouse_id"),
            task_type_code=task_type,
            filters={**filters},
            attributes=None if changes is None else checked(TaskChanges, changes, record).wire(),
        ),
        record=record,
    )


# Who does it -------------------------------------------------------------------------------------------------


def allocate_tasks(task_ids: Iterable[RecordId], user_id: RecordId | None = None) -> Call[Saved]:
    """Hand tasks to a user; to the API's own user when none is named."""
    ids = whole_ids(task_ids)
    user = None if user_id is None else whole(user_id, "user_id")
    path = rest_path("tasks", "allocate")
    return action("tasks.allocate_all", path, flat(ids=ids, user_id=user), record=_all(ids))


def unallocate_tasks(task_ids: Iterable[RecordId]) -> Call[Saved]:
    """Take tasks back."""
    ids = whole_ids(task_ids)
    path = rest_path("tasks", "unallocate")
    return change("tasks.unallocate_all", path, flat(ids=ids), record=_all(ids), repeatable=False)


def allocate_task(task_id: RecordId, user_id: RecordId | None = None) -> Call[Saved]:
    """Hand a task to a user; to the API's own user when none is named."""
    user = None if user_id is None else whole(user_id, "user_id")
    path = rest_path("tasks", task_id, "allocate")
    return action("tasks.allocate", path, flat(user_id=user), record=_at(task_id))


def unallocate_task(task_id: RecordId) -> Call[Saved]:
    """Take a task back."""
    path = rest_path("tasks", task_id, "unallocate")
    return change("tasks.unallocate", path, None, record=_at(task_id), repeatable=False)


# Loading -----------------------------------------------------------------------------------------------------


def assign_storage_unit(
    task_id: RecordId, *, load_id: RecordId | None = None, load_drop_id: RecordId | None = None
) -> Call[Saved]:
    """Say on which load, or for which of its drops, a load task's storage unit is to go."""
    return _loading("assign_storage_unit", task_id, load_id, load_drop_id)


def load_storage_unit(
    task_id: RecordId, *, load_id: RecordId | None = None, load_drop_id: RecordId | None = None
) -> Call[Saved]:
    """Complete a load task: its storage unit is on the load."""
    return _loading("load_storage_unit", task_id, load_id, load_drop_id)


def unload_storage_unit(task_id: RecordId) -> Call[Saved]:
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
