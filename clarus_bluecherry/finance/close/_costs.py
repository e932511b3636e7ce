"""What an each costs: by item, location, day and basis, in its own currency.

Law of this module: a cost that nobody told is missing, never zero, and another location's is not lent. A change of
value falls into quantity, revaluation and currency without a rest.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.finance.close._entries import CostRow, Place
from clarus_bluecherry.finance.close._moments import Known

STANDARD = "standard"


@frozen
class UnitCost:
    """An amount in its own currency, and how much of the books' currency one unit of that is.

    A `rate` of None is told by nobody: such an amount is never added to those of the books' currency.
    """

    amount: Decimal
    currency: str = ""
    rate: Decimal | None = Decimal(1)

    @property
    def booked(self) -> Decimal | None:
        """The amount in the books' currency."""
        return None if self.rate is None else self.amount * self.rate

    @property
    def shown(self) -> Decimal:
        """The amount in the books' currency, else in its own."""
        return self.amount if self.rate is None else self.amount * self.rate


@frozen
class ValueChange:
    """Why the value of so many units changed, in the books' currency; the parts add up to it."""

    quantity: Decimal
    revaluation: Decimal
    currency: Decimal


def value_change(units: Decimal, before: UnitCost, after: UnitCost) -> ValueChange | None:
    """`units` at `after`, as what they were worth at `before` and what became of that; None without a rate.

    >>> euro = UnitCost(Decimal(4), "EUR", Decimal("1.10"))
    >>> value_change(Decimal(10), euro, UnitCost(Decimal(5), "EUR", Decimal("1.20")))
    ValueChange(quantity=Decimal('44.00'), revaluation=Decimal('11.00'), currency=Decimal('5.00'))
    """
    if before.rate is None or after.rate is None:
        return None
    first, last = before.amount * before.rate, after.amount * after.rate
    if before.currency != after.currency:
        return ValueChange(units * first, Decimal(0), units * (last - first))
    revaluation = units * (after.amount - before.amount) * before.rate
    return ValueChange(units * first, revaluation, units * after.amount * (after.rate - before.rate))


class CostTable:
    """The costs that were known, of one basis."""

    def __init__(self, rows: Iterable[CostRow], known: Known, basis: str = "", currency: str = "") -> None:
        """`basis` is the one that the books go by; without it the only one there is, else the standard.

        `currency` is that of the books; without it the only one there is, else none of them.
        """
        told = [row for row in rows if known.has(row.entered_at)]
        currencies = {row.currency for row in told if row.currency}
        self.currency = currency or (currencies.pop() if len(currencies) == 1 else "")
        named = {row.basis for row in told if row.basis}
        self.basis = basis or (named.pop() if len(named) == 1 else STANDARD)
        self._rows: defaultdict[Place, list[CostRow]] = defaultdict(list)
        for row in told:
            if row.basis in ("", self.basis):
                self._rows[row.item, row.location].append(row)

    def at(self, place: Place, day: dt.date) -> UnitCost | None:
        """What an each costs at a place on `day`; None where nobody says so."""
        item, _ = place
        row = self._newest(place, day) or self._newest((item, ""), day)
        return None if row is None else UnitCost(row.amount, row.currency or self.currency, self._rate(row))

    def booked(self, place: Place, day: dt.date) -> Decimal | None:
        """What an each costs in the books' currency; None where nobody says so."""
        cost = self.at(place, day)
        return None if cost is None else cost.booked

    def _rate(self, row: CostRow) -> Decimal | None:
        is_own = row.currency in ("", self.currency)
        return Decimal(1) if row.rate is None and is_own else row.rate

    def _newest(self, place: Place, day: dt.date) -> CostRow | None:
        told = [row for row in self._rows.get(place, ()) if (row.effective_from or dt.date.min) <= day]
        return max(told, key=_age, default=None)


def _age(row: CostRow) -> tuple[dt.date, bool, dt.datetime, Decimal]:
    entered = row.entered_at or dt.datetime.min.replace(tzinfo=dt.UTC)
    return row.effective_from or dt.date.min, row.basis != "", entered, row.amount
