"""Every event that Clarus documents, and what is read again when it is told.

Law of this module: an event is never a fact about stock. It says where to look; what is found there through the
API becomes the fact. The table holds the vendor's documented events and no other.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping


class Look(enum.Enum):
    """What an event sends us to, and the canonical records that may come of it."""

    DISPATCHES = "dispatches"
    """The order, its lines and its parcels: a `Dispatch`."""
    REVERSALS = "reversals"
    """The orders of recorded dispatches: an `Undispatch`."""
    TRANSACTIONS = "transactions"
    """The warehouse's ledger: `Receipt`, `ReturnToStock`, `Adjustment`, `Hold`, each in either direction."""
    CANCELLATION = "cancellation"
    """The order's status: an order that will not be shipped, for a person."""
    PERSON = "person"
    """Nothing in the API shows it: a person reads the warehouse's own log."""
    NOTHING = "nothing"
    """Kept as a `Notification`; it changes neither stock nor an order that has been sent out."""


def _of(resource: str, **looks: Look) -> dict[tuple[str, str], Look]:
    return {(resource, event): look for event, look in looks.items()}


EVENTS: Mapping[tuple[str, str], Look] = {
    **_of(
        "goods_out",
        created=Look.NOTHING,
        updated=Look.NOTHING,
        processed=Look.NOTHING,
        completed=Look.DISPATCHES,
        cancelled=Look.CANCELLATION,
    ),
    **_of(
        "goods_out_pick_list",
        created=Look.NOTHING,
        picked=Look.NOTHING,
        completed=Look.DISPATCHES,
        cancelled=Look.NOTHING,
    ),
    **_of(
        "goods_in",
        created=Look.NOTHING,
        moved_to_part=Look.TRANSACTIONS,
        completed=Look.TRANSACTIONS,
        cancelled=Look.NOTHING,
    ),
    **_of(
        "stock",
        positively_adjusted=Look.TRANSACTIONS,
        negatively_adjusted=Look.TRANSACTIONS,
        placed_on_hold=Look.TRANSACTIONS,
        released_from_hold=Look.TRANSACTIONS,
        received=Look.TRANSACTIONS,
        unreceived=Look.TRANSACTIONS,
        picked=Look.NOTHING,
        dispatched=Look.DISPATCHES,
        undispatched=Look.REVERSALS,
        account_transferred=Look.TRANSACTIONS,
    ),
    **_of("stock_balance", updated=Look.TRANSACTIONS),
    **_of("putaway_task", completed=Look.TRANSACTIONS),
    **_of("load_drop", dispatched=Look.DISPATCHES),
    **_of("invoice", submitted=Look.NOTHING, authorised=Look.NOTHING, paid=Look.NOTHING),
    **_of("ftp_file", uploaded=Look.NOTHING),
    **_of("ftp_import", failed=Look.PERSON),
    **_of("failure_event_log", created=Look.PERSON),
    **_of("daily_schedule", triggered=Look.NOTHING),
    **_of("weekly_schedule", triggered=Look.NOTHING),
    **_of("monthly_schedule", triggered=Look.NOTHING),
    **_of("one_time_schedule", triggered=Look.NOTHING),
}
"""The documented events (resource, event; vendor's pages, confidence high) and our reading of what each calls for.

The vendor's list puts `uploaded`, `failed` and `created` beside `ftp_file`, `ftp_import` and `failure_event_log`
in one line; that they belong to each other in this order is our reading (confidence medium).
"""

NEEDED: tuple[tuple[str, str], ...] = tuple(
    event
    for event, look in EVENTS.items()
    if look in {Look.DISPATCHES, Look.REVERSALS, Look.CANCELLATION, Look.PERSON}
    or (event[0] in {"stock", "goods_in"} and look is Look.TRANSACTIONS)
)
"""The events a site subscribes to: those that send us somewhere, without the ones that only repeat others."""
