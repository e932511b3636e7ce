"""What the books should say: posting dates, reconciliation, what is in flight, what needs a person."""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.finance.calendar import Period, PostingCalendar, PostingDate, WhenClosed
    from clarus_bluecherry.finance.in_flight import BookChange, book_changes, in_flight, in_flight_of
    from clarus_bluecherry.finance.period_events import (
        BookedWhere,
        LateFact,
        PeriodEvent,
        PeriodHistory,
        ThreeDates,
        late_facts,
    )
    from clarus_bluecherry.finance.periods import (
        FiscalYears,
        ListedPeriods,
        Months,
        RetailWeeks,
        WeekPattern,
        YearEnd,
        fiscal_years,
        moment,
    )
    from clarus_bluecherry.finance.reconcile import (
        Cause,
        InFlight,
        Reconciliation,
        ReconciliationLine,
        Total,
        reconcile,
    )

__all__ = [
    "BookChange",
    "BookedWhere",
    "Cause",
    "FiscalYears",
    "InFlight",
    "LateFact",
    "ListedPeriods",
    "Months",
    "Period",
    "PeriodEvent",
    "PeriodHistory",
    "PostingCalendar",
    "PostingDate",
    "Reconciliation",
    "ReconciliationLine",
    "RetailWeeks",
    "ThreeDates",
    "Total",
    "WeekPattern",
    "WhenClosed",
    "YearEnd",
    "book_changes",
    "fiscal_years",
    "in_flight",
    "in_flight_of",
    "late_facts",
    "moment",
    "reconcile",
]

__getattr__ = lazy(
    __name__,
    homes("""
    calendar: Period PostingCalendar PostingDate WhenClosed
    in_flight: BookChange book_changes in_flight in_flight_of
    period_events: BookedWhere LateFact PeriodEvent PeriodHistory ThreeDates late_facts
    periods: FiscalYears ListedPeriods Months RetailWeeks WeekPattern YearEnd fiscal_years moment
    reconcile: Cause InFlight Reconciliation ReconciliationLine Total reconcile
    """),
)
