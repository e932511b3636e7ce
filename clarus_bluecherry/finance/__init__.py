"""What the books should say: posting dates, reconciliation, what is in flight, what needs a person."""

from clarus_bluecherry.finance.calendar import PostingCalendar, PostingDate, WhenClosed
from clarus_bluecherry.finance.exceptions import ExceptionItem, exceptions, exceptions_of
from clarus_bluecherry.finance.in_flight import BookChange, book_changes, in_flight, in_flight_of
from clarus_bluecherry.finance.reconcile import Cause, InFlight, Line, Reconciliation, Total, reconcile

__all__ = [
    "BookChange",
    "Cause",
    "ExceptionItem",
    "InFlight",
    "Line",
    "PostingCalendar",
    "PostingDate",
    "Reconciliation",
    "Total",
    "WhenClosed",
    "book_changes",
    "exceptions",
    "exceptions_of",
    "in_flight",
    "in_flight_of",
    "reconcile",
]
