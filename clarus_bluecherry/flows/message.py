"""The message of a posting as the ledger keeps it, and where the posting stands once it was sent or asked about.

Law of this module: a message is read whole before anything could leave; what is wrong with it is told by place
and rule, because its values may be personal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from attrs import frozen
from pydantic import ValidationError

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.ledger import Posting, State

T = TypeVar("T")


@frozen
class PostingStatus:
    """Where a posting stands on the other side, and the id it has there. None: it cannot be told.

    Of one that is parked, `note` is the reason, and `reason_code` its code.
    """

    state: State | None
    external_id: str = ""
    note: str = ""
    reason_code: str = ""


class UnreadableMessage(InvalidRecord):
    """The message that the ledger keeps for a posting is not one that this version can send. Nothing has left."""

    action = "Nothing: it is written again from its fact; look at the reason if it stays."


def message_of(posting: Posting, read: Callable[[object], T]) -> T:
    """The message of a posting. Raises `UnreadableMessage` by place and rule: the values may be personal."""
    if posting.payload is None:
        raise UnreadableMessage("there is no message to send, or it is damaged", record=posting.record_name)
    try:
        return read(posting.payload)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise UnreadableMessage(
            f"this version cannot read the message that was written ({first['type']})",
            record=posting.record_name,
            field=".".join(map(str, first["loc"])),
        ) from None
