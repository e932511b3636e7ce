"""By what exceptions are judged: the time, what an each costs, whose day it is, what is closed.

Law of this module: pure; what nobody tells is not known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping

from attrs import field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.exceptions._items import CloseImpact, total
from clarus_bluecherry.finance.in_flight import BookChange, SkuOf
from clarus_bluecherry.model import Item, Money, Sku, UnmatchedCode

UnitCosts = Mapping[tuple[Sku, str], Money] | Mapping[Sku, Money]
"""What a unit costs, by SKU and location; by SKU alone where a company has one cost everywhere."""

CostOf = Callable[[Item, str, dt.date], Money | None]
"""What an each of an item costs at a location on a day."""


def nobody_knows(item: Item, location: str, day: dt.date) -> None:
    """No cost is told."""


def cost_by(costs: UnitCosts) -> CostOf:
    """Costs of a table; another location's cost is none."""
    table: dict[object, Money] = dict(costs.items())

    def cost_of(item: Item, location: str, day: dt.date) -> Money | None:
        return table.get((item, location), table.get(item))

    return cost_of


def day_in_utc(instant: dt.datetime, location: str) -> dt.date:
    """The day of an instant in UTC."""
    return instant.astimezone(dt.UTC).date()


def no_period(day: dt.date) -> None:
    """Nobody says which period a day is in."""


@frozen(kw_only=True)
class ExceptionTerms:
    """What the finders need beside what they look at.

    `day_of` is the day of the books of an instant at a location; `period_of` the name of the period of a day, and
    whether it is closed. `sku_of` is the crosswalk as it is now; `count_reasons` are the reason codes of counts.
    """

    now: dt.datetime
    cost_of: CostOf = nobody_knows
    day_of: Callable[[dt.datetime, str], dt.date] = day_in_utc
    period_of: Callable[[dt.date], tuple[str, bool] | None] = no_period
    sku_of: SkuOf = UnmatchedCode
    count_reasons: Collection[str] = field(default=frozenset())

    def close_impact(self, day: dt.date | None, value: Money | None) -> CloseImpact | None:
        """What something of `day` does to the close of its period."""
        period = None if day is None else self.period_of(day)
        return None if period is None else CloseImpact(period=period[0], is_closed=period[1], value=value)

    def cost_at(self, item: str, location: str, day: dt.date) -> Money | None:
        """What an each costs, of an item as a close calls it."""
        return self.cost_of(item_named(item), location, day)

    def value_of(self, changes: Collection[BookChange], day: dt.date) -> Money | None:
        """What changes are worth; None where a cost is missing, or currencies differ."""
        return total(
            None if cost is None else Money(cost.amount * change.quantity, cost.currency)
            for change, cost in ((each, self.cost_of(each.item, each.location, day)) for each in changes)
        )


def item_named(item: str) -> Item:
    """An item of a close: the key of a SKU, or a code, in which anything may stand.

    >>> str(item_named("|W40|BLK|||M")), str(item_named("A|1"))
    ('W40 BLK M', "unmatched code 'A|1'")
    """
    try:
        return Sku.from_key(item)
    except InvalidRecord:
        return UnmatchedCode(item)
