"""`[feeds]`, `[delivery]`, `[products]`, `[exceptions]`: how far flows look, how they send, what is too much.

Law of this module: each default is the flows' own (a test compares them), because a room imports only rooms below.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from clarus_bluecherry.config._section import OR_NOTHING, Section, Span
from clarus_bluecherry.finance.exceptions import ExceptionClass

ProductFieldName = Literal[
    "description",
    "barcode",
    "external_system_reference1",
    "string1",
    "string2",
    "string3",
    "string4",
    "string5",
]
"""Fields of a Clarus product that Blue Cherry can tell."""


def _system(name: str) -> str:
    if name not in ("clarus", "bluecherry"):
        raise ValueError("it is neither clarus nor bluecherry")
    return name


def _window(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", text):
        raise ValueError("it is no window of time; write for example 22:00-23:30")
    return text


System = Annotated[str, AfterValidator(_system)]
"""What a posting is delivered to."""
Window = Annotated[str, AfterValidator(_window)]
"""A time of day, from and to."""


class FeedsSection(Section):
    """`[feeds]`: how far back what Clarus changes is read again."""

    overlap: Span = dt.timedelta(minutes=15)
    """How far before its mark a feed is read again: neither vendor says when a record becomes visible."""
    label_wait: Span = dt.timedelta(minutes=10)
    """How long a ship confirm waits for tracking numbers that its parcels do not have yet."""
    look_again: tuple[Span, ...] = (
        dt.timedelta(minutes=5),
        dt.timedelta(hours=1),
        dt.timedelta(days=1),
        dt.timedelta(days=7),
    )
    """After which spans a dispatch is looked at again, and a feed read again twice that far back."""
    reopen_window: Span = dt.timedelta(days=31)
    """How long after its dispatch an order may be reopened in the warehouse."""
    reversal_interval: Span = dt.timedelta(days=1)
    """How often dispatches of that time are looked at again."""


class DeliverySection(Section):
    """`[delivery]`: how patiently postings are sent."""

    latest_effect: Span = dt.timedelta(minutes=5)
    """How long after it left a message may still take effect there: before that, *absent* proves nothing."""
    most_questions: int = Field(default=200, ge=1)
    """How many accepted postings are asked about in one turn, for each system."""
    messages_per_minute: Mapping[System, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """How many messages a system gets from all workers together: `bluecherry = 120`. Without bounds by default."""
    quiet: Mapping[System, tuple[Window, ...]] = Field(default_factory=dict)
    """Times of day, in the zone of the books, in which a system is left alone: `bluecherry = ["22:00-23:30"]`."""
    lease: Span = dt.timedelta(minutes=5)
    """How long a worker may hold a posting before it counts as dead."""
    longest_retry_after: Span = dt.timedelta(hours=1)
    """A system that asks us to wait longer is tried again after this."""


class ProductsSection(Section):
    """`[products]`: what may happen to the warehouse's products because of what Blue Cherry says of its SKUs."""

    create: bool = False
    """Whether products that the warehouse lacks are created there."""
    update: bool = False
    """Whether fields that Blue Cherry owns are set in products that are there."""
    owned: frozenset[ProductFieldName] = frozenset({"description", "barcode", "external_system_reference1"})
    """The fields that Blue Cherry owns; every other one is the warehouse's."""
    stock_unit: str = Field(default="EACH", min_length=1)
    """The code of the stock unit type that new products are counted in."""
    description: str = "{name} {color} {dimension} {size}"
    """What a product is called: the style's `{name}`, and parts of the SKU."""
    beside_untied: bool = False
    """Whether products are created while the warehouse lists some that are tied to no SKU."""


class EscalationSection(Section):
    """One of `[[exceptions.escalation]]`: to whom an exception goes once it has been listed for so long."""

    after: Span
    """How long it has been on the list."""
    to: str = Field(min_length=1)
    """A role, in the site's own words."""


class ExceptionsSection(Section):
    """`[exceptions]`: when something is on the list of exceptions, and when it is too much."""

    after: Mapping[ExceptionClass, Span] = Field(default_factory=dict)
    """How old an exception of a class is before it is listed: `stuck_picked = "12 h"`."""
    within: Span = dt.timedelta(days=3)
    """How long one may be listed; then the command ends with 3."""
    within_of: Mapping[ExceptionClass, Span] = Field(default_factory=dict)
    """The same of a class."""
    most_value: Annotated[Annotated[Decimal, Field(ge=0)] | None, OR_NOTHING] = None
    """The value, whichever way it goes, over which one is too much; without a bound by default."""
    most_value_of: Mapping[ExceptionClass, Annotated[Decimal, Field(ge=0)]] = Field(default_factory=dict)
    """The same of a class."""
    escalation: tuple[EscalationSection, ...] = (
        EscalationSection(after=dt.timedelta(days=1), to="lead"),
        EscalationSection(after=dt.timedelta(days=3), to="management"),
    )
    """To whom what is not done goes."""
    held_statuses: frozenset[str] = frozenset({"held"})
    """Clarus's words for the status of stock on hold."""
    least_silence: Span = dt.timedelta(hours=4)
    """A feed is not silent before this, whatever its rhythm."""
