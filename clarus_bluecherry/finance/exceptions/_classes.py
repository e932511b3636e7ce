"""What an exception can be: one list of classes, each with who owns it, what to do, and from when on it is one.

Law of this module: the order of the members is the order of precedence. What several classes could claim is in the
first of them, and in no other. The table of docs/exceptions.md is drawn from here.
"""

from __future__ import annotations

import datetime as dt
import enum
from typing import Self

from clarus_bluecherry.ledger.reasons import Owner

_AT_ONCE = dt.timedelta(0)
_DAY = dt.timedelta(days=1)
"""A day: both vendors work their interfaces off at least nightly (our reading, L)."""


class ExceptionClass(enum.StrEnum):
    """What is wrong. Each subject (a document, a place, a feed) is in one of these at a time.

    `owner` is who has to do something, `means` what it is, `action` what to do, in one sentence. `goes_on` says
    whether it ends by itself once that is done; else a person ends it. `after` is how old it is before it is on
    the list; what does not go on by itself is there at once.

    >>> ExceptionClass.PARKED.owner.value, ExceptionClass.PARKED.goes_on
    ('operations', True)
    >>> ExceptionClass.IN_DOUBT.precedence < ExceptionClass.DISPATCH_NOT_POSTED.precedence
    True
    """

    owner: Owner
    means: str
    action: str
    goes_on: bool
    after: dt.timedelta

    def __new__(
        cls, code: str, owner: Owner, means: str, action: str, goes_on: bool, after: dt.timedelta = _AT_ONCE
    ) -> Self:
        made = str.__new__(cls, code)
        made._value_ = code
        made.owner, made.means, made.action, made.goes_on, made.after = owner, means, action, goes_on, after
        return made

    # Messages that nobody can say the end of, before what they are about -----------------------------------------

    IN_DOUBT = (
        "in_doubt",
        Owner.FINANCE,
        "a message was sent, and nobody knows whether it took effect",
        "Look for it in the other system, then mark it posted or send it again.",
        True,
    )
    DISPATCH_POSTED_TWICE = (
        "dispatch_posted_twice",
        Owner.FINANCE,
        "the books have a dispatch more often than it left",
        "Reverse in Blue Cherry what is too many.",
        False,
    )
    SKU_HALTED = (
        "sku_halted",
        Owner.OPERATIONS,
        "a code is tied to no SKU or to several, or a product was refused, and what moves under it waits",
        "Decide which SKU it is, in the decisions file; it goes on by itself.",
        True,
    )
    ORDER_REJECTED = (
        "order_rejected",
        Owner.OPERATIONS,
        "the warehouse refused a pick ticket, production order or transfer",
        "Correct what the reason names, then release it, or cancel it with a reason.",
        False,
    )
    RETURN_MORE_THAN_SHIPPED = (
        "return_more_than_shipped",
        Owner.FINANCE,
        "more came back than ever left on the order that the return names",
        "Find out which order the goods are from, book them by hand, then cancel this.",
        False,
    )
    CANCELLED_STILL_AWAITED = (
        "cancelled_still_awaited",
        Owner.OPERATIONS,
        "the warehouse cancelled an order that Blue Cherry still waits for",
        "Withdraw the ticket in Blue Cherry, or release what is still wanted on a new one.",
        True,
    )
    PICK_CONFIRMATION_FAILED = (
        "pick_confirmation_failed",
        Owner.INTEGRATION,
        "the warehouse's confirmation of a pick came, and cannot be read or does not hold together",
        "Mend what the reason names, and it is read again; or get the confirmation again, and leave this.",
        True,
    )
    PICK_CONFIRMATION_MISSING = (
        "pick_confirmation_missing",
        Owner.OPERATIONS,
        "the warehouse completed an order, and its dispatch was not told",
        "Ask the warehouse for the confirmation; look at the order's dispatch in Clarus.",
        True,
        dt.timedelta(hours=4),
    )
    PART_NOT_TOLD = (
        "part_not_told",
        Owner.OPERATIONS,
        "a part of an order left, and Blue Cherry was told of less",
        "Find out what left and when, and book the rest in Blue Cherry.",
        True,
        dt.timedelta(hours=4),
    )
    DISPATCH_WRONG_PERIOD = (
        "dispatch_wrong_period",
        Owner.FINANCE,
        "the books have a dispatch in another period than the one in which it left",
        "Move it, or accrue it in the period in which it left; defer it where it was booked too early.",
        False,
    )
    DISPATCH_UNDONE = (
        "dispatch_undone",
        Owner.FINANCE,
        "the warehouse took a dispatch back or changed it, and the books have it as it was",
        "Void the shipment in Blue Cherry; where a message waits for it, cancel that with this as the reason.",
        False,
    )
    PARKED = (
        "parked",
        Owner.OPERATIONS,
        "a message waits until somebody has mended what its reason names",
        "Mend what the reason names; it goes on by itself.",
        True,
    )

    # What moved and is not in the books --------------------------------------------------------------------------

    DISPATCH_NOT_POSTED = (
        "dispatch_not_posted",
        Owner.FINANCE,
        "goods left, and the books do not have it",
        "Ask why Blue Cherry has not booked it; correct a refusal, then release it.",
        True,
        _DAY,
    )
    RETURN_NOT_IN_BOOKS = (
        "return_not_in_books",
        Owner.FINANCE,
        "a return is back on the shelf, and the books do not have it",
        "Ask why Blue Cherry has not booked it; correct a refusal, then release it.",
        True,
        _DAY,
    )
    RETURN_NOT_CREDITED = (
        "return_not_credited",
        Owner.FINANCE,
        "a return is back on the shelf, and the customer has no credit for it",
        "Write the credit memo in Blue Cherry.",
        True,
        7 * _DAY,
    )
    RETURN_DISPOSITION_OPEN = (
        "return_disposition_open",
        Owner.OPERATIONS,
        "a return was received, and nobody decided what becomes of it (back to stock, repair, dispose)",
        "Decide in the warehouse what becomes of it.",
        True,
        7 * _DAY,
    )
    RECEIPT_UNPOSTED = (
        "receipt_unposted",
        Owner.FINANCE,
        "goods came, and the books do not have it",
        "Ask why Blue Cherry has not booked it; correct a refusal, then release it.",
        True,
        _DAY,
    )
    RECEIPT_OVER = (
        "receipt_over",
        Owner.FINANCE,
        "more came on a line of a purchase order than was ordered",
        "Agree with the supplier, then raise the order in Blue Cherry or send the rest back.",
        True,
    )
    RECEIPT_SHORT = (
        "receipt_short",
        Owner.FINANCE,
        "less came on a line of a purchase order than was ordered",
        "Ask whether the rest comes; else close the line in Blue Cherry and claim it.",
        True,
        7 * _DAY,
    )
    COUNT_LAGGING = (
        "count_lagging",
        Owner.FINANCE,
        "a count changed the warehouse's stock, and the books do not have it",
        "Ask why Blue Cherry has not booked it; correct a refusal, then release it.",
        True,
        _DAY,
    )
    ADJUSTMENT_LAGGING = (
        "adjustment_lagging",
        Owner.FINANCE,
        "the warehouse adjusted its stock, and the books do not have it",
        "Ask why Blue Cherry has not booked it; correct a refusal, then release it.",
        True,
        _DAY,
    )
    BOOKED_OTHERWISE = (
        "booked_otherwise",
        Owner.FINANCE,
        "the books have a document otherwise than it moved: by hand, in another quantity or unit, elsewhere, as "
        "another SKU",
        "Compare the document on both sides, and correct the side that is wrong.",
        True,
    )

    # Orders in the warehouse -------------------------------------------------------------------------------------

    ORDER_DRIFTED = (
        "order_drifted",
        Owner.OPERATIONS,
        "Blue Cherry says otherwise of an order than the warehouse has it",
        "Look at `drift`: send the call that it proposes, or agree which version stands.",
        True,
    )
    PAST_PROMISE = (
        "past_promise",
        Owner.OPERATIONS,
        "an order was to leave by now, and has not",
        "Have it picked and dispatched, or tell the customer a new date.",
        True,
    )
    STUCK_PICKED = (
        "stuck_picked",
        Owner.OPERATIONS,
        "an order is picked, and has not left",
        "Find the goods in the warehouse, and dispatch them or cancel the pick.",
        True,
        _DAY,
    )
    STUCK_ALLOCATED = (
        "stuck_allocated",
        Owner.OPERATIONS,
        "an order is allocated, and nobody picks it",
        "Have it picked, or free its stock.",
        True,
        2 * _DAY,
    )

    # Stock -------------------------------------------------------------------------------------------------------

    NEGATIVE_ON_HAND = (
        "negative_on_hand",
        Owner.OPERATIONS,
        "there is less than nothing somewhere",
        "Count the place, and find what was booked out before it came in.",
        True,
    )
    HELD_TOO_LONG = (
        "held_too_long",
        Owner.OPERATIONS,
        "stock is on hold, and nobody decides about it",
        "Release it, or write it off.",
        True,
        7 * _DAY,
    )
    IN_TRANSIT_TOO_LONG = (
        "in_transit_too_long",
        Owner.OPERATIONS,
        "a transfer left one warehouse, and has not come to the other",
        "Ask the carrier and the receiving warehouse; book what is lost.",
        True,
        7 * _DAY,
    )

    # What is heard -----------------------------------------------------------------------------------------------

    FEED_SILENT = (
        "feed_silent",
        Owner.INTEGRATION,
        "a feed has told nothing for much longer than it usually does",
        "Look whether the worker runs, and whether the source still changes.",
        True,
    )
    COMPLETENESS_GAP = (
        "completeness_gap",
        Owner.INTEGRATION,
        "something is missing from what was told: stock that nothing explains, a source that could not be read",
        "Get what is missing again, and look at the place with `explain`.",
        True,
    )
    UNREAD = (
        "unread",
        Owner.INTEGRATION,
        "something that was heard cannot be read, or only a person can look at it",
        "Mend what the reason names, and it is read again; or look at it, and leave it.",
        True,
    )
    ALERT_FAILED = (
        "alert_failed",
        Owner.INTEGRATION,
        "people could not be told of exceptions over a channel",
        "Look at `clarus-bluecherry alerts`, and mend the channel or its secret; it is tried again by itself.",
        True,
        dt.timedelta(minutes=15),
    )
    WAITING = (
        "waiting",
        Owner.INTEGRATION,
        "something else in the outbox or the inbox has waited long, and goes on by itself",
        "Start the worker, or look why it does not come to this.",
        True,
        _DAY,
    )

    @property
    def precedence(self) -> int:
        """Its place in the list: what several could claim is in the class with the least."""
        return _PLACES[self]

    @classmethod
    def of(cls, code: str) -> Self | None:
        """The class of this code, or None for one that is none."""
        return next((each for each in cls if each == code), None)


_PLACES = {each: place for place, each in enumerate(ExceptionClass)}


def table() -> str:
    """The list as a table of Markdown, for the docs."""
    rows = (
        f"| `{each}` | {each.owner} | {each.means} | {each.action} | {span_text(each.after)} |"
        for each in ExceptionClass
    )
    return "\n".join(["| class | whose | it is | do | listed after |", "|---|---|---|---|---|", *rows])


def span_text(span: dt.timedelta) -> str:
    """A span as people say it.

    >>> span_text(dt.timedelta(days=7)), span_text(dt.timedelta(hours=4)), span_text(dt.timedelta(0))
    ('7 days', '4 hours', 'at once')
    """
    hours = int(span.total_seconds() // 3600)
    if not hours:
        return "at once" if not span else f"{int(span.total_seconds() // 60)} minutes"
    count, name = (hours // 24, "day") if hours % 24 == 0 else (hours, "hour")
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
