"""What a ledger is told of personal data: what both systems say of their records, and how orders are found.

Law of this flow: the ledger knows no vendor; who opens it for both systems hands it this.
"""

from __future__ import annotations

from clarus_bluecherry.bluecherry import _personal as bluecherry
from clarus_bluecherry.clarus import _personal as clarus
from clarus_bluecherry.flows.names import BLUECHERRY, CLARUS, DISPATCH, LATE_LINE, UNDISPATCH
from clarus_bluecherry.ledger import PersonalTerms

PERSONAL = PersonalTerms(
    free_text=clarus.FREE_TEXT,
    harmless=PersonalTerms().harmless | clarus.HARMLESS | bluecherry.HARMLESS,
    newer=bluecherry.NEWER,
    orders_source=BLUECHERRY,
    by_line=frozenset({LATE_LINE}),
    order_targets=frozenset({CLARUS}),
    order_facts=(f"{CLARUS}:{DISPATCH}:", f"{CLARUS}:{UNDISPATCH}:"),
)
"""For `Ledger.open(place, personal=PERSONAL)`, as `open_site` does."""
