"""Carriers. REST, sheets."""

from __future__ import annotations

from clarus_bluecherry.bluecherry.kinds._kind import FileHolds, Kind, RestRead, SheetLines
from clarus_bluecherry.bluecherry.messages.reading import Carrier

__all__ = ["CARRIER"]

CARRIER = Kind(
    name="carrier",
    model=Carrier,
    key="shipper",
    stands_for="a carrier, by Blue Cherry's own code",
    rest=RestRead(
        entity="Shipper",
        records=lambda row, at: (Carrier.model_validate(row),),
        sure="H",
        is_document=False,
    ),
    x12="the standard has no set for it",
    sheet=SheetLines(),
    holds=FileHolds.SNAPSHOT,
    counts=lambda each: (each.shipper,),
)
