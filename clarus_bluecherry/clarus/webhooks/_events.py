"""Every event that Clarus documents, and what is read again when it is told.

Law of this module: an event is never a fact about stock. It says where to look; what is found there through the
API becomes the fact. The table holds the vendor's documented events and no other.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping


class EventReading(enum.Enum):
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


def _of(resource: str, **looks: EventReading) -> dict[tuple[str, str], EventReading]:
    return {(resource, event): look for event, look in looks.items()}


EVENTS: Mapping[tuple[str, str], EventReading] = {
    **_of(
        "goods_out",
        created=EventReading.NOTHING,
        updated=EventReading.NOTHING,
        processed=EventReading.NOTHING,
        completed=EventReading.DISPATCHES,
        cancelled=EventReading.CANCELLATION,
    ),
    **_of(
        "goods_out_pick_list",
        created=EventReading.NOTHING,
        picked=EventReading.NOTHING,
        completed=EventReading.DISPATCHES,
        cancelled=EventReading.NOTHING,
    ),
    **_of(
        "goods_in",
        created=EventReading.NOTHING,
        moved_to_part=EventReading.TRANSACTIONS,
        completed=EventReading.TRANSACTIONS,
        cancelled=EventReading.NOTHING,
    ),
    **_of(
        "stock",
        positively_adjusted=EventReading.TRANSACTIONS,
        negatively_adjusted=EventReading.TRANSACTIONS,
        placed_on_hold=EventReading.TRANSACTIONS,
        released_from_hold=EventReading.TRANSACTIONS,
        received=EventReading.TRANSACTIONS,
        unreceived=EventReading.TRANSACTIONS,
        picked=EventReading.NOTHING,
        dispatched=EventReading.DISPATCHES,
        undispatched=EventReading.REVERSALS,
        account_transferred=EventReading.TRANSACTIONS,
    ),
    **_of("stock_balance", updated=EventReading.TRANSACTIONS),
    **_of("putaway_task", completed=EventReading.TRANSACTIONS),
    **_of("load_drop", dispatched=EventReading.DISPATCHES),
    **_of("invoice", submitted=EventReading.NOTHING, authorised=EventReading.NOTHING, paid=EventReading.NOTHING),
    **_of("ftp_file", uploaded=EventReading.NOTHING),
    **_of("ftp_import", failed=EventReading.PERSON),
    **_of("failure_event_log", created=EventReading.PERSON),
    **_of("daily_schedule", triggered=EventReading.NOTHING),
    **_of("weekly_schedule", triggered=EventReading.NOTHING),
    **_of("monthly_schedule", triggered=EventReading.NOTHING),
    **_of("one_time_schedule", triggered=EventReading.NOTHING),
}
"""The documented events (resource, event; vendor's pages, confidence high) and our reading of what each calls for.

The vendor's list puts `uploaded`, `failed` and `created` beside `ftp_file`, `ftp_import` and `failure_event_log`
in one line; that they belong to each other in this order is our reading (confidence medium).
"""

NEEDED: tuple[tuple[str, str], ...] = tuple(
    event
    for event, look in EVENTS.items()
    if look in {EventReading.DISPATCHES, EventReading.REVERSALS, EventReading.CANCELLATION, EventReading.PERSON}
    or (event[0] in {"stock", "goods_in"} and look is EventReading.TRANSACTIONS)
)
"""The events a site subscribes to: those that send us somewhere, without the ones that only repeat others."""
