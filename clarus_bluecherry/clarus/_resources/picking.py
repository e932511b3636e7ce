"""Pick lists, and how far processing picks got.

Law of this module: whether picking was processed is not in an answer: it is read from the pick processing
requests, by the references that the answer of `goods_outs.process_picks` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal, Unpack

from attrs import frozen

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._graphql import by
from clarus_bluecherry.clarus._ids import RecordId
from clarus_bluecherry.clarus._resources._doors import D_co, Deletable, Resource, listing, updates
from clarus_bluecherry.clarus._resources._lists import ListOptions, Moment, Number, RecordRef, Text, asked
from clarus_bluecherry.clarus._resources._records import Records
from clarus_bluecherry.http._call import Call

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved


class GoodsOutPickListFilters(ListOptions, total=False):
    """Filters of goods out pick lists."""

    pick_tasks_count: Number
    completed_pick_tasks_count: Number
    loading_tasks_count: Number
    completed_loading_tasks_count: Number
    dispatch_tasks_count: Number
    completed_dispatch_tasks_count: Number


class GoodsOutPickLists(Deletable[D_co]):
    """Pick lists. Processing makes them; they cannot be cancelled over REST, and orders survive their deletion."""

    _records = Records("goods_out_pick_lists", "pick list", named_by="reference")

    @listing
    def list(self, **filters: Unpack[GoodsOutPickListFilters]) -> Listing[wire.PickListNode]:
        """Pick lists. The published filters are counters of tasks; none leads to an order."""
        return asked("goods_out_pick_lists", "GoodsOutPickListsFilterType", wire.PickListNode, filters)

    @updates(wire.PickListChanges)
    def update(self, record_id: RecordId, changes: wire.PickListChanges) -> Call[Saved]:
        """Set fields of a pick list: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class PickProcessingRequestFilters(ListOptions, total=False):
    """Filters of pick processing requests."""

    goods_out_id: RecordRef
    goods_out_reference: Text
    status: Text
    process_reference: Text
    created_at: Moment
    updated_at: Moment


class PickProcessingRequests(Resource[D_co]):
    """How far processing picks got."""

    @listing
    def list(self, **filters: Unpack[PickProcessingRequestFilters]) -> Listing[wire.PickProcessingRequestNode]:
        """How far processing picks got: hand the rows to `PickProgress.of`."""
        return asked(
            "pick_processing_requests",
            "PickProcessingRequestFilterType",
            wire.PickProcessingRequestNode,
            filters,
            key=by("process_reference", "goods_out.id"),
        )


@frozen
class PickProgress:
    """How far picking was processed: the references that are done, failed, and still under way."""

    done: tuple[str, ...]
    failed: tuple[str, ...]
    pending: tuple[str, ...]
    messages: Mapping[str, str]

    @classmethod
    def of(cls, references: Iterable[str], requests: Iterable[wire.PickProcessingRequestNode]) -> PickProgress:
        """What `requests` say about `references`.

        A reference without a row is pending: the row may come later. So is one with a status that we do not know.

        >>> row = wire.PickProcessingRequestNode(process_reference="P-1", status="completed")
        >>> PickProgress.of(["P-1", "P-2"], [row]).state
        'pending'
        """
        rows: dict[str, list[wire.PickProcessingRequestNode]] = {reference: [] for reference in references}
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


def _state(rows: list[wire.PickProcessingRequestNode]) -> Literal["done", "failed", "pending"]:
    words = {(row.status or "").lower() for row in rows}
    if "failed" in words:
        return "failed"
    return "done" if words == {"completed"} else "pending"


def _message(rows: list[wire.PickProcessingRequestNode]) -> str:
    return "; ".join(row.message for row in rows if row.message and (row.status or "").lower() == "failed")
