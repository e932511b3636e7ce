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
from clarus_bluecherry.report.steps import by_impact


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
        return held_against(self.differences, self.materiality.threshold(self.totals.stock.book_value))

    @cached_property
    def exceptions(self) -> Sequence[ExceptionItem]:
        """What the close tells of, each thing in one class, the largest impact first."""
        return by_impact(one_for_each(close_found(self.close, terms_of(self.close))))

    def money(self, value: Decimal) -> str:
        """An amount of the books in a sentence."""
        return f"{words.money(value, self.currency)} {self.currency}".rstrip()


def class_cell(moved: Moved | None) -> str:
    """A class as every table has it; nothing where nobody knows."""
    return "" if moved is None else line_words(moved)


def cause_code(moved: Moved | None, status: CauseStatus | None) -> str:
    """How `explain` is told it."""
    return "" if moved is None or status is None else f"--status {status.value} --class {moved.value}"
