"""Exceptions: what is wrong today, whose it is, what to do, and what becomes of it from day to day.

`_classes` says what an exception can be, `_items` what one is, `_policy` when it is listed and when it is too
much, `_life` what becomes of it from one look to the next. What tells of one is asked by a finder each: `_ledger`,
`_close`, `_floor`. All of it is pure: `flows.exceptions` asks the ledger, the close and both systems.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.finance.exceptions._classes import ExceptionClass
    from clarus_bluecherry.finance.exceptions._close import close_found, costs_of, not_told_by, terms_of
    from clarus_bluecherry.finance.exceptions._floor import (
        FeedRhythm,
        FloorLine,
        HeldStock,
        OrderOnFloor,
        drift_found,
        held_found,
        order_found,
        silence_found,
    )
    from clarus_bluecherry.finance.exceptions._items import (
        CloseImpact,
        ExceptionEvidence,
        ExceptionItem,
        PromiseImpact,
        one_for_each,
        ranked,
    )
    from clarus_bluecherry.finance.exceptions._ledger import (
        alerts_found,
        inbox_found,
        ledger_exceptions,
        postings_found,
        subject_of,
    )
    from clarus_bluecherry.finance.exceptions._life import (
        ExceptionDay,
        ExceptionEvent,
        ExceptionStanding,
        ExceptionState,
        ExceptionStep,
        acknowledged,
        assigned,
        cleared,
        look,
        resolved,
    )
    from clarus_bluecherry.finance.exceptions._policy import EscalationStep, ExceptionBreach, ExceptionPolicy
    from clarus_bluecherry.finance.exceptions._terms import CostOf, ExceptionTerms, UnitCosts, cost_by

__all__ = [
    "CloseImpact",
    "CostOf",
    "EscalationStep",
    "ExceptionBreach",
    "ExceptionClass",
    "ExceptionDay",
    "ExceptionEvent",
    "ExceptionEvidence",
    "ExceptionItem",
    "ExceptionPolicy",
    "ExceptionStanding",
    "ExceptionState",
    "ExceptionStep",
    "ExceptionTerms",
    "FeedRhythm",
    "FloorLine",
    "HeldStock",
    "OrderOnFloor",
    "PromiseImpact",
    "UnitCosts",
    "acknowledged",
    "alerts_found",
    "assigned",
    "cleared",
    "close_found",
    "cost_by",
    "costs_of",
    "drift_found",
    "held_found",
    "inbox_found",
    "ledger_exceptions",
    "look",
    "not_told_by",
    "one_for_each",
    "order_found",
    "postings_found",
    "ranked",
    "resolved",
    "silence_found",
    "subject_of",
    "terms_of",
]

__getattr__ = lazy(
    __name__,
    homes("""
    _classes: ExceptionClass
    _close: close_found costs_of not_told_by terms_of
    _floor: FeedRhythm FloorLine HeldStock OrderOnFloor drift_found held_found order_found silence_found
    _items: CloseImpact ExceptionEvidence ExceptionItem PromiseImpact one_for_each ranked
    _ledger: alerts_found inbox_found ledger_exceptions postings_found subject_of
    _life: ExceptionDay ExceptionEvent ExceptionStanding ExceptionState ExceptionStep acknowledged assigned cleared
    look resolved
    _policy: EscalationStep ExceptionBreach ExceptionPolicy
    _terms: CostOf ExceptionTerms UnitCosts cost_by
    """),
)
