"""What people call what is watched: kinds of messages, where they stand, systems, feeds.

Law of this module: a name that is not here is shown as the ledger has it, never left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from clarus_bluecherry.flows.names import (
    BLUECHERRY,
    CLARUS,
    GOODS_OUT,
    INVENTORY_ADJUSTMENT,
    LINE_OUT,
    ORDER_SHIPMENT,
    PRE_RECEIPT,
    PRODUCT,
    PRODUCT_UPDATE,
    RECEIPT_ADVICE,
    RETURN_TO_STOCK,
    SHIPMENT_REVERSAL,
    WAITS,
)
from clarus_bluecherry.ledger.reasons import Owner, Reason
from clarus_bluecherry.ledger.states import State

SYSTEMS: Mapping[str, str] = {CLARUS: "Clarus", BLUECHERRY: "Blue Cherry"}
KINDS: Mapping[str, str] = {
    GOODS_OUT: "Orders to pick",
    LINE_OUT: "Lines added to orders",
    PRE_RECEIPT: "Receipts to expect",
    PRODUCT: "New products",
    PRODUCT_UPDATE: "Changed products",
    ORDER_SHIPMENT: "Ship confirms",
    RECEIPT_ADVICE: "Receipts",
    INVENTORY_ADJUSTMENT: "Adjustments and counts",
    RETURN_TO_STOCK: "Returns to stock",
    SHIPMENT_REVERSAL: "Shipments to void by hand",
    WAITS: "Packs received in part",
}
OF_ORDERS = frozenset({GOODS_OUT, LINE_OUT, ORDER_SHIPMENT, RETURN_TO_STOCK, SHIPMENT_REVERSAL})
"""Kinds of messages whose reference is the number of an order."""
STATES: Mapping[State, str] = {
    State.PENDING: "waiting to be sent",
    State.SENDING: "being sent",
    State.RETRYING: "to be sent again",
    State.IN_DOUBT: "in doubt",
    State.ACCEPTED: "accepted, not booked yet",
    State.POSTED: "done",
    State.REJECTED: "refused",
    State.PARKED: "waiting for a person",
    State.CANCELLED: "given up",
}
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
INBOX: Mapping[str, str] = {"notification": "Notices of a webhook", "unread": "Records that cannot be read"}


def kind_name(kind: str) -> str:
    """What people call a kind of message, or a feed's.

    >>> kind_name("order_shipment"), kind_name("of_tomorrow")
    ('Ship confirms', 'of tomorrow')
    """
    return KINDS.get(kind, kind.replace("_", " "))


def waits_for(state: State, code: str) -> Owner:
    """Whose a message is that stands so, for that reason."""
    reason = Reason.of(code)
    if reason is not None:
        return reason.owner
    return Owner.FINANCE if state is State.IN_DOUBT else Owner.OPERATIONS


def reason_words(state: State, code: str) -> str:
    """What a reason means; what an error is called, in words.

    >>> reason_words(State.REJECTED, "http_422"), reason_words(State.REJECTED, "InvalidRecord")
    ('http 422', 'the record cannot be written as it is; the reason names the field')
    >>> reason_words(State.REJECTED, "")
    'the other system refused it, in words that stand with the message'
    """
    if not code and state is State.REJECTED:
        return "the other system refused it, in words that stand with the message"
    apart = _CAPITAL.sub("_", code).lower()
    reason = Reason.of(apart)
    return apart.replace("_", " ") if reason is None else reason.means


def action_words(state: State, code: str) -> str:
    """What is to be done about a message that stands so."""
    reason = Reason.of(code)
    if reason is not None:
        return reason.action
    if state is State.IN_DOUBT:
        return "Look for it in the other system, then mark it posted or send it again."
    return "Correct what the reason names, then release it, or cancel it with a reason."
