"""Exceptions: what is wrong today, whose it is, what to do, and what becomes of it from day to day.

`_classes` says what an exception can be, `_items` what one is, `_policy` when it is listed and when it is too
much, `_life` what becomes of it from one look to the next. All of it is pure: `flows.exceptions` asks the ledger,
the close and both systems.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.finance.exceptions._classes import ExceptionClass
    from clarus_bluecherry.finance.exceptions._items import (
        CloseImpact,
        ExceptionEvidence,
        ExceptionItem,
        PromiseImpact,
        one_for_each,
        ranked,
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

__all__ = [
    "CloseImpact",
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
    "PromiseImpact",
    "acknowledged",
    "assigned",
    "cleared",
    "look",
    "one_for_each",
    "ranked",
    "resolved",
]

__getattr__ = lazy(
    __name__,
    homes("""
    _classes: ExceptionClass
    _items: CloseImpact ExceptionEvidence ExceptionItem PromiseImpact one_for_each ranked
    _life: ExceptionDay ExceptionEvent ExceptionStanding ExceptionState ExceptionStep acknowledged assigned cleared
    look resolved
    _policy: EscalationStep ExceptionBreach ExceptionPolicy
    """),
)
