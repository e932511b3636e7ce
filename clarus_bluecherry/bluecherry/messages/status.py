"""What became of what was told: acceptance, acknowledgement, posting, invoice, period.

Law of this module: accepted is not posted. A message that was taken, or a document that was acknowledged, is in
Blue Cherry's interface; only its own books say that it is posted.
"""

from __future__ import annotations

import datetime as dt
import enum
from typing import Annotated, Self

from pydantic import BeforeValidator, ConfigDict, model_validator

from clarus_bluecherry._wire import WireRecord
from clarus_bluecherry.bluecherry.messages.columns import Code, Row
from clarus_bluecherry.bluecherry.messages.sent import Required, WrittenRow
from clarus_bluecherry.model import PeriodState


class Acceptance(WireRecord):
    """What the transport knows after sending: the control number it travelled under and the other side's key."""

    model_config = ConfigDict(hide_input_in_errors=True, frozen=True)

    control_number: str
    pkey: str = ""


class AcknowledgementStatus(enum.StrEnum):
    """What a reader says of a document. A group can be accepted in part, a single document cannot."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_ERRORS = "accepted with errors"
    PARTIALLY_ACCEPTED = "partially accepted"
    REJECTED = "rejected"


class ToldError(WrittenRow):
    """One error that an acknowledgement tells: where it is, as exactly as the other side says, and what it is.

    `control_number` is that of the document inside an acknowledged group; `place` its segment, line or column;
    `code` the other side's.
    """

    control_number: str = ""
    place: str = ""
    code: str = ""
    text: str = ""


class Acknowledgement(WrittenRow):
    """A receiver's word that a document arrived and could be read; it travels both ways.

    `control_number` is that of the document or group it answers. Each document that an acknowledgement names is a
    record; a group's verdict covers those that are not named. It is not one of `Outbound`: the transport that
    reads a document acknowledges it.

    >>> Acknowledgement(control_number="000000042", verdict=AcknowledgementStatus.REJECTED).taken
    False
    """

    control_number: Required
    verdict: AcknowledgementStatus
    errors: tuple[ToldError, ...] = ()

    @property
    def taken(self) -> bool:
        """Whether the whole of it was taken in. In part is not taken: what was refused must be looked at."""
        return self.verdict in (AcknowledgementStatus.ACCEPTED, AcknowledgementStatus.ACCEPTED_WITH_ERRORS)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.verdict is AcknowledgementStatus.ACCEPTED and self.errors:
            raise ValueError("a document with errors is not simply accepted")
        return self


class ShipmentStatus(Row):
    """What became of a pick ticket: shipped, pre-invoiced or invoiced.

    `status` and `ord_status` are the site's own words: no list of them is published.
    """

    pick_num: Code
    ord_num: Code = ""
    inv_num: Code = ""
    inv_date: Code = ""
    ord_status: Code = ""
    status: Code = ""

    @property
    def posted(self) -> bool:
        """Whether it is invoiced: stock on hand has fallen (H).

        An invoice number alone may be reserved before the goods leave (a ticket has a column `pre_inv`, M), so
        that its date is asked for too (L).
        """
        return bool(self.inv_num and self.inv_date)


class InterfaceStatus(Row):
    """Where a message that we sent stands in Blue Cherry's interface, by the control number it travelled under.

    `status` is the site's own word.
    """

    isa_num: Code
    status: Code = ""
    error: Code = ""


def _lowered(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


class PeriodStatus(Row):
    """An accounting period and whether it takes postings.

    A state in any other word is refused: a period is never taken for open by mistake. Days are those of the books.
    `section` is the part of the books that it is said of (stock, invoices), where a site closes by sections;
    `since` the text of when it became so, as it came.
    """

    period: Code
    first_day: dt.date
    last_day: dt.date
    state: Annotated[PeriodState, BeforeValidator(_lowered)]
    section: Code = ""
    since: Code = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("the period ends before it begins")
        return self
