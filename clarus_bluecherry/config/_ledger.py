"""`[ledger]`: where the ledger is, and whose calendar it keeps.

Law of this module: a calendar that cannot be kept stops the start by the setting's name.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from clarus_bluecherry.config._beside import LEDGER_BESIDE
from clarus_bluecherry.config._section import NO_PASSWORD, Section, TimeOfDay, Zone, in_setting
from clarus_bluecherry.finance import PostingCalendar, WhenClosed


class LedgerSection(Section):
    """`[ledger]`: where the ledger is, whose calendar it keeps, and which periods are closed.

    `cut_off` and `when_closed` are those of `finance.PostingCalendar`.
    """

    path: Annotated[str, NO_PASSWORD, LEDGER_BESIDE] = Field(default="ledger.sqlite", validate_default=True)
    zone: Zone
    go_live: dt.date
    """The go-live: what the warehouse did before this day is not brought to the ERP."""
    closed_through: dt.date | None = None
    cut_off: TimeOfDay = dt.time(0)
    when_closed: Literal["move", "refuse"] = "move"

    @model_validator(mode="after")
    def _calendar_can_be_kept(self) -> LedgerSection:
        _ = self.calendar
        return self

    @property
    def calendar(self) -> PostingCalendar:
        """The calendar that this section describes."""
        with in_setting("ledger"):
            return PostingCalendar(
                self.zone,
                closed_through=self.closed_through,
                cut_off=self.cut_off,
                when_closed=WhenClosed(self.when_closed),
            )
