"""Calls for counting stock: ask for a count, record it, close it, settle what differed.

Law of this module: a count is an attempt, and two are allowed, so none is repeatable. Nothing published says that
a failed or settled check changes a quantity: read the stock again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clarus_bluecherry.clarus.envelopes import (
    Into,
    RecordId,
    action,
    asking,
    checked,
    document,
    flat,
    rest_path,
    whole,
    whole_ids,
)
from clarus_bluecherry.clarus.reading import CountResult, Saved, StockCheckResult, StockCheckTask
from clarus_bluecherry.clarus.writing import StockCheckAttempt, StockCheckAttributes
from clarus_bluecherry.http._call import Call, Json


def create_stock_check(check: StockCheckAttributes | Mapping[str, object]) -> Call[StockCheckTask]:
    """Ask for a count of a location. Repeatable: a pending one of the same location is answered again."""
    record = "stock check"
    body = document("stock_checks", checked(StockCheckAttributes, check, record).wire())
    path = rest_path("stock_checks")
    return asking("stock_checks.create", path, body, read=Into(StockCheckTask), record=record, repeatable=True)


def record_stock_count(check_id: RecordId, count: StockCheckAttempt | Mapping[str, object]) -> Call[CountResult]:
    """Record what was counted of one product, batch and dates. A third attempt at the same group is refused."""
    record = f"stock check id {check_id}"
    # The one envelope without a type.
    body: Json = {"data": {"attributes": checked(StockCheckAttempt, count, record).wire()}}
    path = rest_path("stock_checks", check_id, "record_attempt")
    return asking("stock_checks.record_attempt", path, body, read=Into(CountResult), record=record)


def complete_stock_check(check_id: RecordId) -> Call[StockCheckResult]:
    """Close a count. What was not counted counts as nothing there."""
    path = rest_path("stock_checks", check_id, "complete")
    record = f"stock check id {check_id}"
    return asking("stock_checks.complete", path, None, read=Into(StockCheckResult), record=record)


def resolve_stock_checks(check_record_ids: Iterable[RecordId], reason_code_id: RecordId) -> Call[Saved]:
    """Settle differences with a reason code of the type `stock_check`."""
    ids = whole_ids(check_record_ids)
    return action(
        "stock_checks.resolve",
        rest_path("stock_checks", "resolve"),
        flat(stock_check_record_ids=ids, reason_code_id=whole(reason_code_id, "reason_code_id")),
        record=f"stock check records {', '.join(map(str, ids))}",
    )
