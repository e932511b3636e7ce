"""Calls for outbound orders: create, change and cancel.

Law of this module: nothing is sent. A call that would count twice, or be refused the second time, is not
repeatable: after a lost answer the order is looked up first.
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
    rest_path,
    set_fields,
)
from clarus_bluecherry.clarus.reading import Saved
from clarus_bluecherry.clarus.writing import (
    AddressAttributes,
    GoodsOutChanges,
    GoodsOutLineAttributes,
    GoodsOutLineChanges,
    GoodsOutOrder,
)
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Call, Json


def create_goods_out(order: GoodsOutOrder | Mapping[str, object]) -> Call[Saved]:
    """Create an outbound order with its lines and address. Creating does not allocate: see `process_picks`.

    That Clarus refuses a second order with the same reference is not published: look the reference up first, and
    again after an answer was lost.

    >>> order = {
    ...     "header": {"account_id": 1, "reference": "SO-1", "expected_date_of_dispatch": "2026-01-20T10:00:00Z"},
    ...     "lines": [{"product_id": 123, "order_quantity": "2.0", "alt_line_number": "1"}],
    ... }
    >>> call = create_goods_out(order)
    >>> call.method, call.path, call.record, call.repeatable
    ('POST', '/api/goods_outs', 'goods out SO-1', False)
    >>> call.body
    b'{"data":{"type":"goods_outs","attributes":{"goods_out_type":"sales_order",...
    """
    checked_order = checked(GoodsOutOrder, order, "goods out")
    record = f"goods out {checked_order.header.reference}"
    attributes = {**checked_order.header.wire(), **_lines(map(added, checked_order.lines), record)}
    body = document("goods_outs", attributes, checked_order.address)
    return create("goods_outs.create", rest_path("goods_outs"), body, record=record)


def update_goods_out(
    goods_out_id: RecordId,
    changes: GoodsOutChanges | Mapping[str, object] | None = None,
    *,
    lines: Iterable[LineChange] = (),
    address: AddressAttributes | Mapping[str, object] | None = None,
) -> Call[Saved]:
    """Set header fields, change lines, replace the address. Repeatable unless lines are added or removed.

    The schema wants `goods_out_type`, `account_id`, `reference` and `expected_date_of_dispatch` on every PATCH,
    the guides send none of them (which holds is not published, confidence low).
    """
    record = f"goods out id {goods_out_id}"
    lines = tuple(lines)
    header = None if changes is None else checked(GoodsOutChanges, changes, record)
    ship_to = None if address is None else checked(AddressAttributes, address, record)
    attributes = {**set_fields(header), **_lines(lines, record)}
    if not attributes and ship_to is None:
        raise InvalidRecord("nothing was given to change", record=record)
    return change(
        "goods_outs.update",
        rest_path("goods_outs", goods_out_id),
        document("goods_outs", attributes, ship_to),
        record=record,
        repeatable=only_updates(lines),
    )


def delete_goods_out(goods_out_id: RecordId) -> Call[Saved]:
    """Delete an order. Refused once processing has started."""
    record = f"goods out id {goods_out_id}"
    return delete("goods_outs.delete", rest_path("goods_outs", goods_out_id), record=record)


def cancel_goods_out(goods_out_id: RecordId) -> Call[Saved]:
    """Cancel an order. A draft or pending one is deleted by that: later reads find nothing."""
    path = rest_path("goods_outs", goods_out_id, "cancel")
    return action("goods_outs.cancel", path, record=f"goods out id {goods_out_id}")


def _lines(lines: Iterable[LineChange], record: str) -> dict[str, Json]:
    return wired(lines, whole_line=GoodsOutLineAttributes, some_fields=GoodsOutLineChanges, record=record)
