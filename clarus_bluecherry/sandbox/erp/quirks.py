"""What Blue Cherry's books do of their own, and what they know beside stock: invoices, credits, costs, versions.

Law of this module: every quirk is off until somebody turns it on, and books without one say what they are told.
"""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal

from attrs import define, field, frozen

from clarus_bluecherry.sandbox.erp.records import PickLine, SkuKey


class PeriodLock(enum.StrEnum):
    """What becomes of a posting whose day is closed."""

    NONE = "taken all the same"
    REJECT = "rejected"
    FIRST_OPEN_DAY = "booked on the first open day"


@define(kw_only=True)
class Quirks:
    """How these books differ from what they are told.

    `invoices_dated_when_run`: an invoice has the day on which the job ran, not that on which the goods left.
    `utc_dates`: a day is taken for its midnight in UTC, and shown in the company's own zone. `days_off` are
    documents (picks, adjustments, production lines) that are booked so many days off. `invoiced_as_changed` are
    picks of which the invoice has what the ticket says now, whatever left. `leaves_reports`: a CSV exchange gets
    the stock ledger, invoiced picks and periods too. `opened_in_dozens` are places whose opening is listed by the
    dozen. To documents that it `leaves_lying` its jobs do not come; what it `refuses` is rejected in these words.
    Messages about documents of `shows_late` were taken, and are neither shown nor worked off before they leave it.
    """

    lock: PeriodLock = PeriodLock.NONE
    invoices_dated_when_run: bool = False
    utc_dates: bool = False
    days_off: dict[str, int] = field(factory=dict)
    invoiced_as_changed: set[str] = field(factory=set)
    leaves_reports: bool = False
    opened_in_dozens: set[tuple[SkuKey, str]] = field(factory=set)
    leaves_lying: set[str] = field(factory=set)
    refuses: dict[str, str] = field(factory=dict)
    shows_late: set[str] = field(factory=set)

    def day(self, told: dt.date, reference: str, zone: dt.tzinfo) -> dt.date:
        """The day that these books make of the one they were told."""
        if self.utc_dates:
            told = dt.datetime.combine(told, dt.time(), dt.UTC).astimezone(zone).date()
        return told + dt.timedelta(days=self.days_off.get(reference, 0))


@frozen(kw_only=True)
class InvoiceLine:
    """A line of an invoice, as it was booked at `entered_at`."""

    inv_num: str
    inv_date: dt.date
    entered_at: dt.datetime
    pick_num: str
    ord_num: str
    line_seq: str
    sku: SkuKey
    location: str
    units: Decimal
    price: Decimal


@frozen(kw_only=True)
class CreditLine:
    """A line of a credit memo. `reference` is the pick whose goods came back."""

    memo_num: str
    memo_date: dt.date
    entered_at: dt.datetime
    reference: str
    sku: SkuKey
    location: str
    units: Decimal
    price: Decimal


@frozen(kw_only=True)
class CostChange:
    """What one unit costs from a day on (None: from the beginning), at a location or everywhere (empty)."""

    sku: SkuKey
    effective_from: dt.date | None
    amount: Decimal
    entered_at: dt.datetime
    location: str = ""


@frozen(kw_only=True)
class PickVersion:
    """What a pick ticket said from an instant on."""

    pick_num: str
    version: int
    said_at: dt.datetime
    lines: tuple[PickLine, ...]


@frozen(kw_only=True)
class BooksClosed:
    """From `at` on every day up to and with `through` is closed; `reopened`: days after it were closed before."""

    through: dt.date | None
    at: dt.datetime
    reopened: bool = False
