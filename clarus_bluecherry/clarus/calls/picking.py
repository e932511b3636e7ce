"""Calls that take orders through picking, and how far that got.

Law of this module: an order sent to picking twice is refused, so nothing here is repeatable. Whether it worked is
not in the answer: it is read from the pick processing requests, by the references that the answer names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from attrs import frozen

from clarus_bluecherry.clarus.calls.described import Resource
from clarus_bluecherry.clarus.calls.listings import pick_processing_requests
from clarus_bluecherry.clarus.envelopes import (
    RecordId,
    action,
    asking,
    checked,
    flat,
    rest_path,
    whole,
    whole_ids,
)
from clarus_bluecherry.clarus.graphql import Listing, any_of
from clarus_bluecherry.clarus.reading import PickProcessingRequestNode, Saved
from clarus_bluecherry.clarus.writing import ConsolidatedPickList, PickListChanges
from clarus_bluecherry.http._call import Answer, Call, Json


def process_picks(goods_out_ids: Iterable[RecordId]) -> Call[tuple[str, ...]]:
    """Allocate stock to orders and make their pick lists, one each, in the background.

    The value is the process references to follow: see `pick_progress`. Orders must be pending or allocated;
    sending one twice is refused (`goods_out_already_allocated`).
    """
    ids = whole_ids(goods_out_ids)
    return _processing("process_picks", "process_picks_async", ids, flat(ids=ids))


def process_and_consolidate_picks(
    goods_out_ids: Iterable[RecordId], pick_list: ConsolidatedPickList | Mapping[str, object] | None = None
) -> Call[tuple[str, ...]]:
    """As `process_picks`, with one pick list for all orders. They must have the same pick type."""
    ids = whole_ids(goods_out_ids)
    wanted: Json = None if pick_list is None else checked(ConsolidatedPickList, pick_list, _orders(ids)).wire()
    body = flat(ids=ids, goods_out_pick_list_attributes=wanted)
    return _processing("process_and_consolidate_picks", "process_and_consolidate_picks", ids, body)


def pick_progress(references: Iterable[str]) -> Listing[PickProcessingRequestNode]:
    """The list to read to know how far processing got: hand its rows to `PickProgress.of`."""
    return pick_processing_requests({"process_reference": any_of(references)})


@frozen
class PickProgress:
    """How far picking was processed: the references that are done, failed, and still under way."""

    done: tuple[str, ...]
    failed: tuple[str, ...]
    pending: tuple[str, ...]
    messages: Mapping[str, str]

    @classmethod
    def of(cls, references: Iterable[str], requests: Iterable[PickProcessingRequestNode]) -> PickProgress:
        """What `requests` say about `references`.

        A reference without a row is pending: the row may come later. So is one with a status that we do not know.

        >>> row = PickProcessingRequestNode(process_reference="P-1", status="completed")
        >>> PickProgress.of(["P-1", "P-2"], [row]).state
        'pending'
        """
        rows: dict[str, list[PickProcessingRequestNode]] = {reference: [] for reference in references}
        for request in requests:
            if request.process_reference in rows:
                rows[request.process_reference].append(request)
        found = {reference: _state(own) for reference, own in rows.items()}
        return cls(
            done=tuple(name for name, state in found.items() if state == "done"),
            failed=tuple(name for name, state in found.items() if state == "failed"),
            pending=tuple(name for name, state in found.items() if state == "pending"),
            messages={name: _message(own) for name, own in rows.items() if found[name] == "failed"},
        )

    @property
    def state(self) -> Literal["done", "failed", "pending"]:
        """`pending` while any is under way; then `failed` if any failed, else `done`."""
        if self.pending:
            return "pending"
        return "failed" if self.failed else "done"


def short_order_lines(
    goods_out_ids: Iterable[RecordId], description: str, reason_code_id: RecordId | None = None
) -> Call[Saved]:
    """Close partly allocated orders for good: what is not allocated will not be sent.

    The account must be short-pickable (`AccountNode.is_short_pickable`).
    """
    ids = whole_ids(goods_out_ids)
    reason = None if reason_code_id is None else whole(reason_code_id, "reason_code_id")
    return action(
        "goods_outs.short_order_lines",
        rest_path("goods_out_processes", "short_order_lines"),
        flat(ids=ids, description=description, reason_code_id=reason),
        record=_orders(ids),
    )


def trigger_replenishment(account_id: RecordId, location_id: RecordId, product_id: RecordId) -> Call[Saved]:
    """Ask for a pick face to be filled up."""
    return action(
        "goods_outs.trigger_replenishment",
        rest_path("goods_out_processes", "trigger_replenishment"),
        flat(
            account_id=whole(account_id, "account_id"),
            location_id=whole(location_id, "location_id"),
            product_id=whole(product_id, "product_id"),
        ),
        record=f"product id {product_id}",
    )


# Pick lists are made by processing, and cannot be cancelled over REST; orders survive the deletion of theirs.
_PICK_LISTS = Resource("goods_out_pick_lists", "pick list", PickListChanges, PickListChanges, named_by="reference")
update_pick_list, delete_pick_list = _PICK_LISTS.update, _PICK_LISTS.delete


def _processing(name: str, step: str, ids: list[Json], body: Json) -> Call[tuple[str, ...]]:
    path = rest_path("goods_out_processes", step)
    return asking(f"goods_outs.{name}", path, body, read=_process_references, record=_orders(ids))


def _orders(ids: list[Json]) -> str:
    return f"goods out ids {', '.join(map(str, ids))}"


def _process_references(answer: Answer) -> tuple[str, ...]:
    body = answer.json()
    found = body["process_references"] if isinstance(body, dict) else None
    if not isinstance(found, list):
        raise TypeError("process_references is not a list")
    return tuple(str(reference) for reference in found)


def _state(rows: list[PickProcessingRequestNode]) -> Literal["done", "failed", "pending"]:
    words = {(row.status or "").lower() for row in rows}
    if "failed" in words:
        return "failed"
    return "done" if words == {"completed"} else "pending"


def _message(rows: list[PickProcessingRequestNode]) -> str:
    return "; ".join(row.message for row in rows if row.message and (row.status or "").lower() == "failed")
