"""Locations: places stock can be. REST, sheets."""

from __future__ import annotations

from clarus_bluecherry.bluecherry.kinds._kind import FileHolds, Kind, RestRead, SheetLines
from clarus_bluecherry.bluecherry.messages.reading import Location

__all__ = ["LOCATION"]

LOCATION = Kind(
    name="location",
    model=Location,
    key="location",
    stands_for="a place stock can be",
    rest=RestRead(
        entity="Location",
        records=lambda row, at: (Location.model_validate(row),),
        sure="H",
        is_document=False,
        clauses=lambda profile: {profile.query.location_type_column: profile.query.location_type},
    ),
    x12="the standard has no set for it",
    sheet=SheetLines(),
    holds=FileHolds.SNAPSHOT,
    counts=lambda each: (each.location,),
)
