"""The morning, whole: what finance and operations open at eight, as one value.

Law of this module: each part is there or says why it is not known; none of them is worked out of another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from attrs import field, frozen
from attrs.validators import optional

from clarus_bluecherry.finance.exceptions import (
    ExceptionClass,
    ExceptionItem,
    ExceptionPolicy,
    ExceptionStanding,
)
from clarus_bluecherry.finance.morning._books import BooksFigures, SourceRead
from clarus_bluecherry.finance.morning._dispatched import Dispatched
from clarus_bluecherry.finance.morning._lag import FlowLag
from clarus_bluecherry.finance.morning._lists import EditedOrder, HaltedCode, Oversold
from clarus_bluecherry.finance.morning._since import SinceYesterday
from clarus_bluecherry.finance.morning._told import NotKnown
from clarus_bluecherry.model._values import aware


@frozen(kw_only=True)
class Morning:
    """What is so at `as_of` (aware), by what was looked at `looked_at`; `day` is the day that it tells of:
    yesterday, where the books are kept.

    `items` are the exceptions, by impact; `waiting_below` what was found and is not old enough for their list.
    `standings` are those that the ledger keeps, by identity. `not_looked_for` are the classes that nobody looked
    for, `unread` what could not be read and why, a line each.
    """

    as_of: dt.datetime = field(validator=aware)
    looked_at: dt.datetime | None = field(default=None, validator=optional(aware))
    zone: ZoneInfo
    currency: str
    day: dt.date
    policy: ExceptionPolicy
    items: tuple[ExceptionItem, ...]
    standings: Mapping[str, ExceptionStanding]
    not_looked_for: frozenset[ExceptionClass]
    unread: tuple[str, ...]
    waiting_below: tuple[ExceptionItem, ...] | NotKnown
    dispatched: Dispatched | NotKnown
    books: BooksFigures | NotKnown
    lags: tuple[FlowLag, ...] | NotKnown
    halted: tuple[HaltedCode, ...] | NotKnown
    oversold: tuple[Oversold, ...] | NotKnown
    edited: tuple[EditedOrder, ...] | NotKnown
    since_yesterday: SinceYesterday | NotKnown
    sources: tuple[SourceRead, ...] | NotKnown

    def of(self, *kinds: ExceptionClass, below: bool = False) -> tuple[ExceptionItem, ...]:
        """The exceptions of these classes; with `below`, what is not old enough for the list as well."""
        more = self.waiting_below if below and not isinstance(self.waiting_below, NotKnown) else ()
        return tuple(item for item in (*self.items, *more) if item.kind in kinds)
