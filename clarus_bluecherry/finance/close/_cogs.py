"""The proof of COGS: what goods sold should have cost in the period, what the books say, and every document
between.

Law of this module: true less booked is what is not in the books less what does not belong there, to the last
digit, each by its documents. True is what left the warehouse by its own day; booked is what was invoiced by its
booked one. Returns are not in it: they are received, and credited, on lines of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.finance.close._costs import CostTable
from clarus_bluecherry.finance.close._documents import DocumentKey
from clarus_bluecherry.finance.close._entries import NONE, Place, StockEntry
from clarus_bluecherry.finance.close._roll import day_of


@frozen
class CogsDocument:
    """By how much one document's cost of goods sold is off at a place; positive. `value` is None without a
    cost.
    """

    document: str
    item: str
    location: str
    units: Decimal
    value: Decimal | None


@frozen
class CogsProof:
    """Units and values of both, and the documents between them. `without_cost` are units that have no value."""

    true_units: Decimal
    booked_units: Decimal
    true_value: Decimal
    booked_value: Decimal
    not_in_it: tuple[CogsDocument, ...]
    does_not_belong: tuple[CogsDocument, ...]
    without_cost: Decimal

    @property
    def holds(self) -> bool:
        """Whether the two lists are the whole difference, in units and in value."""
        units = _units(self.not_in_it) - _units(self.does_not_belong)
        value = _value(self.not_in_it) - _value(self.does_not_belong)
        return self.true_units - self.booked_units == units and self.true_value - self.booked_value == value


def cogs_proof(
    moved: Iterable[tuple[StockEntry, DocumentKey]],
    booked: Iterable[tuple[StockEntry, DocumentKey]],
    costs: CostTable,
) -> CogsProof:
    """The proof for what left and what was invoiced in a period, each with its document."""
    units: defaultdict[tuple[str, Place], list[Decimal]] = defaultdict(lambda: [NONE, NONE])
    value: defaultdict[tuple[str, Place], list[Decimal]] = defaultdict(lambda: [NONE, NONE])
    unpriced: set[tuple[str, Place]] = set()
    for which, entries in enumerate((moved, booked)):
        for entry, (_, document) in entries:
            key = document, entry.place
            units[key][which] -= entry.qty
            worth = _cost(entry, costs)
            if worth is None:
                unpriced.add(key)
            else:
                value[key][which] += worth
    differing = [_differs(key, units[key], value[key], key in unpriced) for key in sorted(units)]
    priced = [key for key in units if key not in unpriced]
    return CogsProof(
        true_units=sum((each[0] for each in units.values()), NONE),
        booked_units=sum((each[1] for each in units.values()), NONE),
        true_value=sum((value[key][0] for key in priced), NONE),
        booked_value=sum((value[key][1] for key in priced), NONE),
        not_in_it=tuple(each for each, sign in differing if sign > 0),
        does_not_belong=tuple(each for each, sign in differing if sign < 0),
        without_cost=sum((abs(units[key][0]) + abs(units[key][1]) for key in unpriced), NONE),
    )


def _cost(entry: StockEntry, costs: CostTable) -> Decimal | None:
    """What the books say that a line cost, else what an each cost on its day."""
    if entry.value is not None:
        return -entry.value
    cost = costs.booked(entry.place, day_of(entry))
    return None if cost is None else -entry.qty * cost


def _differs(
    key: tuple[str, Place], units: Sequence[Decimal], value: Sequence[Decimal], is_unpriced: bool
) -> tuple[CogsDocument, int]:
    document, (item, location) = key
    off, worth = units[0] - units[1], value[0] - value[1]
    sign = (off > 0) - (off < 0) or (0 if is_unpriced else (worth > 0) - (worth < 0))
    told = None if is_unpriced else sign * worth
    return CogsDocument(document, item, location, sign * off, told), sign


def _units(documents: Iterable[CogsDocument]) -> Decimal:
    return sum((each.units for each in documents), NONE)


def _value(documents: Iterable[CogsDocument]) -> Decimal:
    return sum((each.value for each in documents if each.value is not None), NONE)
