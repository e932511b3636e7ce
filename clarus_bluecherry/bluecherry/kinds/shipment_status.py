"""What became of pick tickets: shipped, pre-invoiced or invoiced.

An extract in the site's columns (L); those of the ticket itself are known (H).
"""

from __future__ import annotations

from clarus_bluecherry.bluecherry.kinds._kind import FileHolds, Kind, Said, Sheet
from clarus_bluecherry.bluecherry.messages.delivery import DeliveryStatus
from clarus_bluecherry.bluecherry.messages.status import ShipmentStatus

__all__ = ["SHIPMENT_STATUS"]


def _said(status: ShipmentStatus) -> Said | None:
    """That a shipment is invoiced: its stock has fallen (H)."""
    if not status.posted:
        return None
    return Said(kind="order_shipment", reference=status.pick_num, status=DeliveryStatus.POSTED)


SHIPMENT_STATUS = Kind(
    name="shipment_status",
    model=ShipmentStatus,
    key="pick_num",
    stands_for="what became of a pick ticket",
    rest="no endpoint is public",
    x12="no set that a warehouse gets",
    sheet=Sheet(),
    holds=FileHolds.REPORTS,
    says=_said,
)
