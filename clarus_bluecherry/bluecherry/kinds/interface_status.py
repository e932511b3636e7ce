"""Where messages that we sent stand in Blue Cherry's interface: an extract in the site's columns (L).

Over REST a probe asks for single ones: what a GET of the posted entity is taken to answer (L).
"""

from __future__ import annotations

from clarus_bluecherry.bluecherry.kinds._kind import FileHolds, Kind, Said, Sheet
from clarus_bluecherry.bluecherry.messages.status import InterfaceStatus

__all__ = ["INTERFACE_STATUS"]

INTERFACE_STATUS = Kind(
    name="interface_status",
    model=InterfaceStatus,
    key="isa_num",
    stands_for="where a message of ours stands in the interface",
    rest="no endpoint is public",
    x12="a 997 is all there is",
    sheet=Sheet(),
    holds=FileHolds.REPORTS,
    says=lambda told: Said(control_number=told.isa_num, word=told.status),
)
