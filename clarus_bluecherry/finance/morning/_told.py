"""What a morning's figures are made of: sums of what things are worth, and what nobody could tell.

Law of this module: what is not known is counted, and never added as zero; amounts of several currencies stay
apart.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.finance.exceptions import ExceptionItem
from clarus_bluecherry.model import Money


@frozen
class NotKnown:
    """Something that could not be told: why not, and what to do to know it."""

    why: str
    action: str = ""

    def __str__(self) -> str:
        return f"{self.why} {self.action}".strip()


def worth(units: Decimal, cost: Money | None) -> Money | None:
    """What so many units are worth at what an each costs."""
    return None if cost is None else Money(units * cost.amount, cost.currency)


Worth = tuple[Decimal | None, Money | None, dt.datetime | None]
"""One thing: its units, its value and since when it is so; None is what nobody knows."""


@frozen(kw_only=True)
class ImpactSum:
    """What several things come to.

    `units` are those that are told, `units_not_known` how many things tell none. `values` has an amount for each
    currency; `without_value` are the things whose value nobody knows, of `units_without_value` units together
    (whichever way they go). `oldest` is the first instant since when one of them is so.
    """

    count: int = 0
    units: Decimal = Decimal(0)
    units_not_known: int = 0
    values: tuple[Money, ...] = ()
    without_value: int = 0
    units_without_value: Decimal = Decimal(0)
    oldest: dt.datetime | None = None

    @property
    def value(self) -> Money | None:
        """The amount, where there is one of one currency."""
        return self.values[0] if len(self.values) == 1 else None


def impact_of(things: Iterable[Worth]) -> ImpactSum:
    """What `things` come to. What moves no unit and has no value lacks none.

    >>> impact_of([(Decimal(-2), Money("-5.00", "USD"), None), (Decimal(-1), None, None)]).units_without_value
    Decimal('1')
    """
    told = list(things)
    amounts: defaultdict[str, Decimal] = defaultdict(Decimal)
    for _, value, _ in told:
        if value is not None:
            amounts[value.currency] += value.amount
    unpriced = [units for units, value, _ in told if value is None and units != 0]
    return ImpactSum(
        count=len(told),
        units=sum((units for units, _, _ in told if units is not None), Decimal(0)),
        units_not_known=sum(1 for units, _, _ in told if units is None),
        values=tuple(Money(amount, currency) for currency, amount in sorted(amounts.items())),
        without_value=len(unpriced),
        units_without_value=sum((abs(units) for units in unpriced if units is not None), Decimal(0)),
        oldest=min((since for _, _, since in told if since is not None), default=None),
    )


def impact_of_items(items: Iterable[ExceptionItem]) -> ImpactSum:
    """What exceptions come to: as the books will change once they are right."""
    return impact_of((item.units, item.value, item.since) for item in items)
