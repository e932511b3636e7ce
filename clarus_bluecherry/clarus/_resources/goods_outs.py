"""Outbound orders and their lines.

Law of this module: a call that would count twice, or be refused the second time, is not repeatable: after a lost
answer the order is looked up first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Unpack

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._envelopes import action, asking, checked, flat, rest_path, whole_ids
from clarus_bluecherry.clarus._ids import RecordId, whole
from clarus_bluecherry.clarus._resources._doors import (
    D_co,
    Deletable,
    Resource,
    creates,
    listing,
    operation,
    updates,
)
from clarus_bluecherry.clarus._resources._lists import ListOptions, Moment, Number, RecordRef, Text, asked
from clarus_bluecherry.clarus._resources._records import ChildRows, Records
from clarus_bluecherry.http._call import Answer, Call, Json

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved


class GoodsOutFilters(ListOptions, total=False):
    """Filters of goods outs."""

    reference: Text
    goods_out_status_code: Text
    account_id: RecordRef
    warehouse_id: RecordRef
    carrier_id: RecordRef
    expected_date_of_dispatch: Moment


class GoodsOuts(Deletable[D_co]):
    """Outbound orders. One whose processing has started cannot be deleted: cancel it."""

    _records = Records(
        "goods_outs",
        "goods out",
        named_by="reference",
        rows=(ChildRows("lines", "lines_changes", wire.GoodsOutLineAttributes, wire.GoodsOutLineChanges),),
    )

    @listing
    def list(self, **filters: Unpack[GoodsOutFilters]) -> Listing[wire.GoodsOutNode]:
        """Outbound orders. There is no filter for a change date or your own references."""
        return asked("goods_outs", "GoodsOutsFilterType", wire.GoodsOutNode, filters)

    @creates(wire.GoodsOutOrder)
    def create(self, goods_out: wire.GoodsOutOrder) -> Call[Saved]:
        """Create an outbound order with its lines and address. Creating does not allocate: see `process_picks`.

        That Clarus refuses a second order with the same reference is not published: look the reference up first,
        and again after an answer was lost.

        >>> from clarus_bluecherry.clarus import calls, wire
        >>> line = wire.GoodsOutLineAttributes(product_id=123, order_quantity="2.0", alt_line_number="1")
        >>> call = calls.goods_outs.create(
        ...     account_id=1,
        ...     reference="SO-1",
        ...     expected_date_of_dispatch="2026-01-20T10:00:00Z",
        ...     lines=[line],
        ... )
        >>> call.method, call.path, call.record, call.repeatable
        ('POST', '/api/goods_outs', 'goods out SO-1', False)
        >>> call.body
        b'{"data":{"type":"goods_outs","attributes":{"goods_out_type":"sales_order",...
        """
        return self._records.create(goods_out)

    @updates(wire.GoodsOutUpdate)
    def update(self, record_id: RecordId, changes: wire.GoodsOutUpdate) -> Call[Saved]:
        """Set header fields, change lines, replace the address. Repeatable unless lines are added or removed.

        The schema wants `goods_out_type`, `account_id`, `reference` and `expected_date_of_dispatch` on every
        PATCH, the guides send none of them (which holds is not published, confidence low).
        """
        return self._records.update(changes, record_id)

    @operation
    def cancel(self, goods_out_id: RecordId) -> Call[Saved]:
        """Cancel an order. A draft or pending one is deleted by that: later reads find nothing."""
        path = rest_path("goods_outs", goods_out_id, "cancel")
        return action("goods_outs.cancel", path, record=self._records.at(goods_out_id))

    @operation
    def process_picks(self, goods_out_ids: Iterable[RecordId]) -> Call[tuple[str, ...]]:
        """Allocate stock to orders and make their pick lists, one each, in the background.

        The value is the process references to follow in `pick_processing_requests`. Orders must be pending or
        allocated; sending one twice is refused (`goods_out_already_allocated`).
        """
        ids = whole_ids(goods_out_ids)
        return _processing("process_picks", "process_picks_async", ids, flat(ids=ids))

    @operation
    def process_and_consolidate_picks(
        self,
        goods_out_ids: Iterable[RecordId],
        pick_list: wire.ConsolidatedPickList | Mapping[str, object] | None = None,
    ) -> Call[tuple[str, ...]]:
        """As `process_picks`, with one pick list for all orders. They must have the same pick type."""
        ids = whole_ids(goods_out_ids)
        kind = wire.ConsolidatedPickList
        wanted = None if pick_list is None else checked(kind, pick_list, _orders(ids), "pick_list").wire()
        body = flat(ids=ids, goods_out_pick_list_attributes=wanted)
        return _processing("process_and_consolidate_picks", "process_and_consolidate_picks", ids, body)

    @operation
    def short_order_lines(
        self, goods_out_ids: Iterable[RecordId], description: str, reason_code_id: RecordId | None = None
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

    @operation
    def trigger_replenishment(
        self, account_id: RecordId, location_id: RecordId, product_id: RecordId
    ) -> Call[Saved]:
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


class GoodsOutLineFilters(ListOptions, total=False):
    """Filters of goods out lines."""

    goods_out_id: RecordRef
    product_id: RecordRef
    account_id: RecordRef
    warehouse_id: RecordRef
    goods_out_status_code: Text
    carrier_id: RecordRef
    order_quantity: Number
    pick_quantity: Number
    created_at: Moment


class GoodsOutLines(Resource[D_co]):
    """Lines of outbound orders. They change with their order: see `goods_outs.update`."""

    @listing
    def list(self, **filters: Unpack[GoodsOutLineFilters]) -> Listing[wire.GoodsOutLineNode]:
        """Lines of outbound orders."""
        return asked("goods_out_lines", "GoodsOutLineFilterType", wire.GoodsOutLineNode, filters)


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
