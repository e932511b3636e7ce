"""Calls that take a shipment to its carrier, and order the drops of a load.

Law of this module: submitting makes labels and may cost money, so it is not repeatable. No call dispatches, opens
or closes a load: the vendor has none.
"""

from __future__ import annotations

from clarus_bluecherry.clarus.envelopes import RecordId, action, change, flat, rest_path
from clarus_bluecherry.clarus.reading import Saved
from clarus_bluecherry.http._call import Call


def submit_shipment(shipment_id: RecordId) -> Call[Saved]:
    """Send a shipment to its carrier: makes label and tracking. Needs a carrier, an integration, package sizes."""
    path = rest_path("shipments", shipment_id, "submit")
    return action("shipments.submit", path, record=f"shipment id {shipment_id}")


def cancel_shipment(shipment_id: RecordId) -> Call[Saved]:
    """Take a submitted shipment back from its carrier: its labels are void."""
    path = rest_path("shipments", shipment_id, "cancel")
    return action("shipments.cancel", path, record=f"shipment id {shipment_id}")


def sequence_load_drop(drop_id: RecordId, sequence: int) -> Call[Saved]:
    """Put a drop at its place in the load's order."""
    record = f"load drop id {drop_id}"
    path = rest_path("load_drops", drop_id, "sequence")
    return change("load_drops.sequence", path, flat(sequence=sequence), record=record, repeatable=True)
