"""What the books should say: posting dates, reconciliation, what is in flight, what needs a person."""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.finance.calendar import PostingCalendar, PostingDate, WhenClosed
    from clarus_bluecherry.finance.exceptions import ExceptionItem, exceptions, exceptions_of
    from clarus_bluecherry.finance.in_flight import BookChange, book_changes, in_flight, in_flight_of
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
    "Cause",
    "ExceptionItem",
    "InFlight",
    "PostingCalendar",
    "PostingDate",
    "Reconciliation",
    "ReconciliationLine",
    "Total",
    "WhenClosed",
    "book_changes",
    "exceptions",
    "exceptions_of",
    "in_flight",
    "in_flight_of",
    "reconcile",
]

__getattr__ = lazy(
    __name__,
    homes("""
    calendar: PostingCalendar PostingDate WhenClosed
    exceptions: ExceptionItem exceptions exceptions_of
    in_flight: BookChange book_changes in_flight in_flight_of
    reconcile: Cause InFlight Reconciliation ReconciliationLine Total reconcile
    """),
)
