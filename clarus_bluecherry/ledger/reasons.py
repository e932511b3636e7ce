"""Why something waits: one list of reasons, each with who owns it, what to do, and whether it goes on by itself.

Law of this module: a reason that somebody reads has an owner and an action. The table of docs/daily.md is drawn
from here, and so are the actions of the exception list. What is not in the list (`http_422`, the name of an error)
is the other system's or an error's own word; its text says what to do.
"""

from __future__ import annotations

import enum
from typing import Self


class Owner(enum.StrEnum):
    """Who has to do something."""

    OPERATIONS = "operations"
    """Who runs warehouse and orders."""
    FINANCE = "finance"
    """Who keeps the books."""
    INTEGRATION = "integration"
    """Who runs this library and its settings."""


class Reason(enum.StrEnum):
    """Why a posting waits, or why it ended, as its `reason_code` says.

    `owner` is who has to do something, `means` what happened, `action` what to do. `goes_on` says whether it goes
    on by itself once that is done; else a person ends it, by cancelling or deciding.

    >>> Reason.PERIOD_CLOSED.owner.value, Reason.PERIOD_CLOSED.goes_on
    ('finance', True)
    >>> Reason.of("http_422") is None
    True
    """

    owner: Owner
    means: str
    action: str
    goes_on: bool

    def __new__(cls, code: str, owner: Owner, means: str, action: str, goes_on: bool) -> Self:
        reason = str.__new__(cls, code)
        reason._value_ = code
        reason.owner, reason.means, reason.action, reason.goes_on = owner, means, action, goes_on
        return reason

    UNKNOWN_SKU = (
        "unknown_sku",
        Owner.OPERATIONS,
        "a product code is tied to no SKU; the nearest ones are beside it",
        "Add the pair to the decisions file; it goes on by itself when the crosswalk is learnt again.",
        True,
    )
    AMBIGUOUS_SKU = (
        "ambiguous_sku",
        Owner.OPERATIONS,
        "a code could be more than one SKU, or a SKU may be in the warehouse already under the codes "
        "beside it; nothing was guessed",
        "Decide which, in the decisions file; it goes on by itself.",
        True,
    )
    UNTIED_PRODUCTS = (
        "untied_products",
        Owner.OPERATIONS,
        "a SKU would be created while the warehouse lists products that are tied to no SKU, and may be "
        "one of them",
        "Decide what those are (`sku audit` lists them), or set `products.beside_untied`; it goes on by itself.",
        True,
    )
    OTHER_OWNER = (
        "other_owner",
        Owner.OPERATIONS,
        "a product differs, and the warehouse holds it for another account only",
        "Assign it to the site's account in Clarus, or cancel this.",
        False,
    )
    NO_EFFECT = (
        "no_effect",
        Owner.OPERATIONS,
        "the warehouse took a change of a product before, and the product is again as it was",
        "Look at the product: somebody sets it back, or Clarus keeps it otherwise; agree whose word "
        "stands, then cancel this.",
        False,
    )
    CHANGED_MEANWHILE = (
        "ChangedMeanwhile",
        Owner.INTEGRATION,
        "a product changed between comparing and writing; nothing was written",
        "Nothing: both sides are compared again at the next turn; look at the product if it stays.",
        True,
    )
    INVALID_RECORD = (
        "invalid_record",
        Owner.OPERATIONS,
        "the record cannot be written as it is; the reason names the field",
        "Correct what the reason names, in the system that it came from or in the site file; it goes on "
        "by itself.",
        True,
    )
    PERIOD_CLOSED = (
        "period_closed",
        Owner.FINANCE,
        "the movement's day lies in a period that was closed when it was to be sent, and the site refuses "
        "such movements",
        "Open the period, or set `ledger.when_closed` to `move`; it goes on by itself.",
        True,
    )
    CHANGED_AFTER_SENT = (
        "changed_after_sent",
        Owner.OPERATIONS,
        "a pick ticket or production order changed, or was withdrawn, after the warehouse had it, or the "
        "warehouse has another one under its number; then the reason names both quantities, line by line",
        "Agree with the warehouse which version stands, then cancel this; it closes by itself when Blue "
        "Cherry says again what the warehouse has, or withdrew what the warehouse has cancelled, and goes out "
        "when what was sent turns out never to have arrived.",
        False,
    )
    DISPATCH_UNDONE = (
        "dispatch_undone",
        Owner.FINANCE,
        "the warehouse took a dispatch back, or changed it, after Blue Cherry may have been told",
        "Void the shipment in Blue Cherry, then cancel this with that as the reason.",
        False,
    )
    AWAITS_REVERSAL = (
        "awaits_reversal",
        Owner.FINANCE,
        "an order left a second time, and the first shipment still stands in Blue Cherry",
        "Void the shipment before in Blue Cherry and cancel its reversal; this goes on by itself.",
        True,
    )
    MORE_RETURNED = (
        "more_returned",
        Owner.FINANCE,
        "more came back than ever left on the order that the return names, earlier returns counted; "
        "nothing was booked",
        "Find out which order the goods are from, book them by hand, then cancel this; it goes on by "
        "itself when a dispatch that was missing is read.",
        False,
    )
    BROKEN_PACK = (
        "broken_pack",
        Owner.OPERATIONS,
        "components of a prepack left or came, and make no whole pack yet; they are not told. Of a completed "
        "order nothing more is told at all",
        "Wait for the rest of the pack, and it closes by itself; if none is to come, book the pieces by hand "
        "and cancel this.",
        True,
    )
    PART_OF_PACK = (
        "part_of_pack",
        Owner.INTEGRATION,
        "a receipt of a component of a prepack, which is counted with the others at the next turn",
        "Nothing: it is counted by itself.",
        True,
    )
    WAREHOUSE_FAILURE = (
        "warehouse_failure",
        Owner.OPERATIONS,
        "Clarus told of a failed import or another failure that its API does not show",
        "Read its event log, then leave this with what you found.",
        False,
    )
    UNREAD = (
        "unread",
        Owner.INTEGRATION,
        "a record could not be read; it is kept with the reason",
        "Mend what the reason names (often a setting), and it is read again; get again what cannot be "
        "mended (a file that was cut), and leave this.",
        True,
    )
    UNREADABLE_NOTICE = (
        "unreadable_notice",
        Owner.INTEGRATION,
        "a webhook's notice in the ledger cannot be read",
        "Look at what it was about, then leave this.",
        False,
    )
    UNREADABLE_MESSAGE = (
        "UnreadableMessage",
        Owner.INTEGRATION,
        "the message that the ledger keeps cannot be read: damaged, or written by another version",
        "Nothing: it is written again from its fact; if it stays, mend what the reason names.",
        True,
    )
    DAMAGED_ROW = (
        "damaged_row",
        Owner.INTEGRATION,
        "a column of the posting's own row in the ledger cannot be read, and the reason names it; it was not sent",
        "Restore the ledger's row from a backup; it goes on by itself. Or cancel it, with what you found.",
        True,
    )
    LEASE_EXPIRED = (
        "lease_expired",
        Owner.INTEGRATION,
        "the worker that was sending it stopped before it said what came of it",
        "Nothing: the other system is asked; look for it there, by its reference, if it stays.",
        True,
    )
    LOST_THERE = (
        "accepted_then_absent",
        Owner.FINANCE,
        "Blue Cherry took it and does not show it any more; it is never sent again by itself",
        "Look in its books; mark it posted, or send it again.",
        False,
    )
    POSTED_TWICE = (
        "posted_twice",
        Owner.FINANCE,
        "it was called absent, sent again, and then the first appeared after all: both stand there",
        "Reverse there what the reason names, then cancel this with that as the reason.",
        False,
    )
    EDITED = (
        "edited",
        Owner.INTEGRATION,
        "a person edited what it says; its message is written again",
        "Nothing: that is done at the next turn.",
        True,
    )
    OVERTAKEN = (
        "overtaken",
        Owner.INTEGRATION,
        "a newer word about the product took its place",
        "Nothing: it has ended.",
        True,
    )
    CANCELLED = (
        "cancelled",
        Owner.INTEGRATION,
        "a person, or a newer version, ended it; the reason says why",
        "Nothing: it has ended.",
        True,
    )

    @classmethod
    def of(cls, code: str) -> Self | None:
        """The reason of this code, or None for one that is not in the list."""
        return next((reason for reason in cls if reason == code), None)


def table() -> str:
    """The list as a table of Markdown, for the docs."""
    rows = (f"| `{each}` | {each.owner} | {each.means} | {each.action} |" for each in Reason)
    return "\n".join(["| reason | whose | it means | do |", "|---|---|---|---|", *rows])
