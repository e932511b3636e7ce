"""Accounting periods, open and closed: no public source shows a way to read them; a file the site keeps (L)."""

from __future__ import annotations

from clarus_bluecherry.bluecherry.kinds._kind import FileHolds, Kind, SheetLines
from clarus_bluecherry.bluecherry.messages.status import PeriodStatus

__all__ = ["PERIOD_STATUS"]

PERIOD_STATUS = Kind(
    name="period_status",
    model=PeriodStatus,
    key="period",
    stands_for="an accounting period, open, closing or closed, by section where a site closes so",
    rest="no endpoint is public",
    x12="the standard has no set for it",
    sheet=SheetLines(),
    holds=FileHolds.SNAPSHOT,
    counts=lambda each: (each.period,),
    is_of_a_window=True,
)
