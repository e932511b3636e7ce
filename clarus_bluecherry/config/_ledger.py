"""`[ledger]`: where the ledger is, and whose calendar it keeps.

Law of this module: a calendar that cannot be kept stops the start by the setting's name. What is closed follows
from the moment asked about: an event of later than it has not happened yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from clarus_bluecherry.config._beside import LEDGER_BESIDE
from clarus_bluecherry.config._section import NO_PASSWORD, Section, TimeOfDay, Zone, in_setting
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.finance import (
    FiscalYears,
    ListedPeriods,
    Period,
    PeriodEvent,
    PeriodHistory,
    PostingCalendar,
    WhenClosed,
    fiscal_years,
)
from clarus_bluecherry.model import PeriodState


class PeriodSection(Section):
    """`[[ledger.periods]]`: from `at` on a period is `state`.

    `first_day` and `last_day` are needed where the periods are those listed here, and left out elsewhere.
    `section` is the part of the books, empty for all; `by` and `note` say who decided it and why.
    """

    period: str
    state: Literal["open", "closing", "closed"]
    at: AwareDatetime
    section: str = ""
    by: str = ""
    note: str = ""
    first_day: dt.date | None = None
    last_day: dt.date | None = None

    @property
    def listed(self) -> Period:
        """The period by the days that stand here. Raises `ConfigurationError` where they do not."""
        if self.first_day is None or self.last_day is None:
            raise ConfigurationError(f"{self.period} is listed, and needs its days", field="periods.first_day")
        with _as_setting("periods.last_day"):
            return Period(self.period, self.first_day, self.last_day)

    def event(self, years: FiscalYears) -> PeriodEvent:
        """What is said here, of a period of `years`. Raises `ConfigurationError` for one that is none."""
        with _as_setting("periods.period"):
            period = years.named(self.period)
        state = PeriodState(self.state)
        return PeriodEvent(period, state, self.at, section=self.section, by=self.by, note=self.note)


@contextmanager
def _as_setting(name: str) -> Iterator[None]:
    """A value that breaks a rule is a setting at fault."""
    try:
        yield
    except InvalidRecord as error:
        raise ConfigurationError(error.what, field=name) from None


class LedgerSection(Section):
    """`[ledger]`: where the ledger is, whose calendar it keeps, and which periods are closed.

    `cut_off`, `zones` (by Blue Cherry's location) and `when_closed` are those of `finance.PostingCalendar`.
    `fiscal_year` says how a year is divided; years of weeks end as `year_ends_in` (a month), `year_ends_on` and
    `year_named_by_end` say, untold as the retail federation's. `section` is the part of the books that movements
    of stock belong to, where a site closes by sections.
    """

    path: Annotated[str, NO_PASSWORD, LEDGER_BESIDE] = Field(default="ledger.sqlite", validate_default=True)
    zone: Zone
    go_live: dt.date
    """The go-live: what the warehouse did before this day is not brought to the ERP."""
    closed_through: dt.date | None = None
    cut_off: TimeOfDay = dt.time(0)
    zones: Mapping[str, Zone] = Field(default_factory=dict)
    when_closed: Literal["move", "refuse"] = "move"
    fiscal_year: Literal["months", "4-4-5", "4-5-4", "5-4-4", "listed"] = "months"
    year_ends_in: int = Field(default=1, ge=1, le=12)
    year_ends_on: Literal["nearest", "last"] = "nearest"
    year_named_by_end: bool = False
    section: str = ""
    periods: tuple[PeriodSection, ...] = ()

    @model_validator(mode="after")
    def _calendar_can_be_kept(self) -> LedgerSection:
        _ = self.calendar, self.years
        return self

    @property
    def calendar(self) -> PostingCalendar:
        """The calendar that this section describes, with what is closed at this moment."""
        return self.calendar_at(dt.datetime.now(dt.UTC))

    def calendar_at(self, instant: dt.datetime) -> PostingCalendar:
        """The same with what is closed at an instant (aware)."""
        with in_setting("ledger"):
            calendar = PostingCalendar(
                self.zone,
                closed_through=self.closed_through,
                cut_off=self.cut_off,
                zones=self.zones,
                when_closed=WhenClosed(self.when_closed),
            )
        return self.history.on(calendar, instant, self.section) if self.periods else calendar

    @property
    def years(self) -> FiscalYears:
        """How the books' years are divided."""
        with in_setting("ledger"):
            if self.fiscal_year == "listed":
                return ListedPeriods(dict.fromkeys(each.listed for each in self.periods))
            return fiscal_years(
                self.fiscal_year,
                ends_in=self.year_ends_in,
                ends_on=self.year_ends_on,
                named_by_end=self.year_named_by_end,
            )

    @property
    def history(self) -> PeriodHistory:
        """When periods were opened and closed, as it stands here."""
        years = self.years
        with in_setting("ledger"):
            return PeriodHistory(each.event(years) for each in self.periods)
