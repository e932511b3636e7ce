"""What the month-end page looks at: a close, listed once, with its bridge, its exceptions and what matters.

Law of this module: everything is worked out once, by finance; the parts of the page only choose and arrange.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property

from clarus_bluecherry.finance.close import (
    CauseStatus,
    Close,
    CloseDifference,
    CloseLine,
    CloseListing,
    Materiality,
    MaterialityResult,
    Moved,
    ValueBridge,
    close_differences,
    held_against,
    listing,
    value_bridge,
)
from clarus_bluecherry.finance.exceptions import ExceptionItem, close_found, one_for_each, terms_of
from clarus_bluecherry.report import words
from clarus_bluecherry.report.close import line_words
from clarus_bluecherry.report.closing import NOT_KNOWN
from clarus_bluecherry.report.steps import by_impact

NO_COST = "Nobody says in the books' currency what an each costs there: add its cost, and close again."
"""Why a value is not known."""


class MonthView:
    """A close as its page sees it. `source` is how a command is told where the close came from."""

    def __init__(self, close: Close, materiality: Materiality, source: str) -> None:
        self.close, self.materiality, self.source = close, materiality, source
        self.totals = close.totals
        self.currency = close.totals.currency

    @cached_property
    def listed(self) -> CloseListing:
        return listing(self.close)

    @cached_property
    def bridge(self) -> ValueBridge:
        return value_bridge(self.close)

    @cached_property
    def differences(self) -> Sequence[CloseDifference]:
        return close_differences(self.close)

    @cached_property
    def material(self) -> MaterialityResult:
        return held_against(
            self.differences, self.materiality.threshold(self.totals.stock.book_value, self.currency)
        )

    @cached_property
    def exceptions(self) -> Sequence[ExceptionItem]:
        """What the close tells of, each thing in one class, the largest impact first."""
        return by_impact(one_for_each(close_found(self.close, terms_of(self.close))), self.currency)

    @cached_property
    def is_valued(self) -> bool:
        """Whether anything of the difference has a value: of what has none it is not nothing."""
        return bool(self.totals.gross_value or not self.unvalued)

    @cached_property
    def value(self) -> Decimal | None:
        """What the difference is worth, net."""
        return self.totals.value if self.is_valued else None

    @cached_property
    def cogs_true(self) -> Decimal | None:
        """What goods sold cost."""
        proof = self.close.cogs
        return known(proof.true_value, proof.true_units and proof.without_cost)

    @cached_property
    def cogs_booked(self) -> Decimal | None:
        """What the books say that they cost."""
        proof = self.close.cogs
        return known(proof.booked_value, proof.booked_units and proof.without_cost)

    @cached_property
    def unvalued(self) -> Sequence[CloseLine]:
        """Places that differ, without a value in the books' currency."""
        lines = (line for line in self.close.lines if line.variance)
        return [line for line in lines if line.value is None or line.currency != self.currency]

    @cached_property
    def unvalued_units(self) -> Decimal:
        """What differs there, whichever way."""
        return sum((abs(line.variance) for line in self.unvalued), Decimal(0))

    @cached_property
    def book_value(self) -> Decimal | None:
        """What the books are worth."""
        return self._worth(self.bridge.start, self.totals.stock.book)

    @cached_property
    def physical_value(self) -> Decimal | None:
        """What the warehouse is worth."""
        return self._worth(self.bridge.end, self.totals.stock.physical)

    def _worth(self, value: Decimal, units: Decimal) -> Decimal | None:
        return known(value, self.totals.stock.unvalued_places and units)

    def money(self, value: Decimal | None) -> str:
        """An amount of the books in a sentence."""
        return NOT_KNOWN if value is None else f"{words.money(value, self.currency)} {self.currency}".rstrip()


def known(value: Decimal, unvalued: Decimal | int) -> Decimal | None:
    """What units come to, of which so many have no value: no zero is told of units that have none."""
    return value if value or not unvalued else None


def class_cell(moved: Moved | None) -> str:
    """A class as every table has it; nothing where nobody knows."""
    return "" if moved is None else line_words(moved)


def cause_code(moved: Moved | None, status: CauseStatus | None) -> str:
    """How `explain` is told it."""
    return "" if moved is None or status is None else f"--status {status.value} --class {moved.value}"
