"""The durable message store: what was heard, what has to be said because of it, and what became of that.

The records, keys and states are light; `Ledger` loads SQLAlchemy (the `ledger` extra) on first use.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import lazy
from clarus_bluecherry.ledger.keys import fact_key, posting_key
from clarus_bluecherry.ledger.records import (
    Answered,
    Changes,
    Fact,
    Head,
    HeldData,
    InboxItem,
    InboxStep,
    KeptAlert,
    KeptException,
    KeptExceptionStep,
    Posting,
    Pruned,
    SettledPosting,
    SourceDocument,
    Step,
)
from clarus_bluecherry.ledger.states import AlertState, InboxState, State
from clarus_bluecherry.model._personal import PersonalTerms

if TYPE_CHECKING:
    from clarus_bluecherry.ledger.store import Ledger

__all__ = [
    "AlertState",
    "Answered",
    "Changes",
    "Fact",
    "Head",
    "HeldData",
    "InboxItem",
    "InboxState",
    "InboxStep",
    "KeptAlert",
    "KeptException",
    "KeptExceptionStep",
    "Ledger",
    "PersonalTerms",
    "Posting",
    "Pruned",
    "SettledPosting",
    "SourceDocument",
    "State",
    "Step",
    "fact_key",
    "posting_key",
]

__getattr__ = lazy(__name__, {"Ledger": "store"})
