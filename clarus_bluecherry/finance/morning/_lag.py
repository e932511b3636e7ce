"""How long it takes from an event at its source until the other side has it, flow by flow.

Law of this module: a lag is from when something happened in one system to when the other one booked or accepted
it. What is not through yet is in no percentile, and is told beside them with the oldest.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import ceil

from attrs import frozen

from clarus_bluecherry.ledger import Posting, SettledPosting
from clarus_bluecherry.ledger.states import OPEN

FLOWS = {
    ("clarus", "goods_out"): "orders to the warehouse",
    ("clarus", "goods_out_line"): "late lines of orders to the warehouse",
    ("clarus", "pre_receipt"): "purchase orders to the warehouse",
    ("clarus", "product"): "new products to the warehouse",
    ("clarus", "product_update"): "changed products to the warehouse",
    ("bluecherry", "order_shipment"): "dispatches to the books",
    ("bluecherry", "production_receipt_advice"): "receipts to the books",
    ("bluecherry", "inventory_adjustment"): "adjustments to the books",
    ("bluecherry", "return_to_stock"): "returns to the books",
    ("bluecherry", "shipment_reversal"): "dispatches taken back, for the books",
}
"""What people call what goes to a system."""


def flow_name(target: str, kind: str) -> str:
    """What people call a flow.

    >>> flow_name("bluecherry", "order_shipment"), flow_name("clarus", "a_new_one")
    ('dispatches to the books', 'a new one to clarus')
    """
    return FLOWS.get((target, kind)) or f"{kind.replace('_', ' ')} to {target}"


@frozen(kw_only=True)
class FlowLag:
    """How a flow went: how many are through, how long half of them and 95 of 100 took at most, and what is
    open.
    """

    flow: str
    through: int
    p50: dt.timedelta | None
    p95: dt.timedelta | None
    open: int
    oldest_open: dt.datetime | None
    oldest_document: str = ""


def lags_of(settled: Iterable[SettledPosting], still_open: Iterable[Posting]) -> tuple[FlowLag, ...]:
    """Each flow, by what is through and what is still open; the one whose oldest waits longest first."""
    through: defaultdict[str, list[dt.timedelta]] = defaultdict(list)
    for each in settled:
        took = max(each.settled_at - each.occurred_at, dt.timedelta(0))
        through[flow_name(each.target, each.kind)].append(took)
    waiting: defaultdict[str, list[Posting]] = defaultdict(list)
    for posting in still_open:
        if posting.state in OPEN:
            waiting[flow_name(posting.target, posting.kind)].append(posting)
    lags = [_lag(flow, sorted(through[flow]), waiting[flow]) for flow in {*through, *waiting}]
    return tuple(sorted(lags, key=_longest_first))


def _longest_first(lag: FlowLag) -> tuple[bool, dt.datetime, str]:
    return lag.oldest_open is None, lag.oldest_open or dt.datetime.max.replace(tzinfo=dt.UTC), lag.flow


def _lag(flow: str, took: Sequence[dt.timedelta], waiting: Sequence[Posting]) -> FlowLag:
    oldest = min(waiting, key=lambda each: (each.occurred_at, each.key), default=None)
    return FlowLag(
        flow=flow,
        through=len(took),
        p50=_percentile(took, 50),
        p95=_percentile(took, 95),
        open=len(waiting),
        oldest_open=None if oldest is None else oldest.occurred_at,
        oldest_document="" if oldest is None else oldest.record_name or oldest.key,
    )


def _percentile(took: Sequence[dt.timedelta], percent: int) -> dt.timedelta | None:
    """The least that is not exceeded by so many of a hundred (nearest rank)."""
    return took[ceil(len(took) * percent / 100) - 1] if took else None
