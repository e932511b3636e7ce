"""Counting stock: ask for a count, record it, close it, settle what differed.

Law of this module: a count is an attempt, and two are allowed, so none is repeatable. Nothing published says that
a failed or settled check changes a quantity: read the stock again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._envelopes import Into, action, asking, document, flat, rest_path, whole_ids
from clarus_bluecherry.clarus._ids import RecordId, whole
from clarus_bluecherry.clarus._resources._doors import D_co, Resource, creates, operation, updates
from clarus_bluecherry.clarus._resources._records import Records
from clarus_bluecherry.http._call import Call, Json

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._reading.answers import Saved


class StockChecks(Resource[D_co]):
    """Counts of stock. No list of them is published: keep the ids that answers name."""

    _records = Records("stock_checks", "stock check", named_by="location_id")

    @creates(wire.StockCheckAttributes)
    def create(self, check: wire.StockCheckAttributes) -> Call[wire.StockCheckTask]:
        """Ask for a count of a location. Repeatable: a pending one of the same location is answered again."""
        body, path = document("stock_checks", check.wire()), rest_path("stock_checks")
        read = Into(wire.StockCheckTask)
        return asking("stock_checks.create", path, body, read=read, record="stock check", repeatable=True)

    @updates(wire.StockCheckAttempt)
    def record_attempt(self, check_id: RecordId, count: wire.StockCheckAttempt) -> Call[wire.CountResult]:
        """Record what was counted of one product, batch and dates.

        A third attempt at the same group is refused.
        """
        # The one envelope without a type.
        body: Json = {"data": {"attributes": count.wire()}}
        path = rest_path("stock_checks", check_id, "record_attempt")
        record = self._records.at(check_id)
        return asking("stock_checks.record_attempt", path, body, read=Into(wire.CountResult), record=record)

    @operation
    def complete(self, check_id: RecordId) -> Call[wire.StockCheckResult]:
        """Close a count. What was not counted counts as nothing there."""
        path = rest_path("stock_checks", check_id, "complete")
        record = self._records.at(check_id)
        return asking("stock_checks.complete", path, None, read=Into(wire.StockCheckResult), record=record)

    @operation
    def resolve(self, check_record_ids: Iterable[RecordId], reason_code_id: RecordId) -> Call[Saved]:
        """Settle differences with a reason code of the type `stock_check`."""
        ids = whole_ids(check_record_ids)
        return action(
            "stock_checks.resolve",
            rest_path("stock_checks", "resolve"),
            flat(stock_check_record_ids=ids, reason_code_id=whole(reason_code_id, "reason_code_id")),
            record=f"stock check records {', '.join(map(str, ids))}",
        )
