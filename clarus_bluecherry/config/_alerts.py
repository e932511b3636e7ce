"""`[alerts]`: who is told of exceptions, over which channels, and when.

Law of this module: each default is the flows' own (a test compares them), because a room imports only rooms below.
What a channel is reached with is a secret, a webhook's URL too, and stands in no file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from clarus_bluecherry.config._beside import BESIDE
from clarus_bluecherry.config._flows import Window
from clarus_bluecherry.config._section import OR_NOTHING, Section, Span, TimeOfDay
from clarus_bluecherry.finance.exceptions import ExceptionClass
from clarus_bluecherry.ledger.reasons import Owner

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

ChannelName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Amounts = Mapping[Currency, Annotated[Decimal, Field(ge=0)]]
Address = Annotated[str, Field(pattern=r"^[^@\s<>,;:]+@[^@\s<>,;:]+$")]


def _link(text: str) -> str:
    parts = urlsplit(text)
    is_link = parts.scheme in ("http", "https") and parts.hostname and not parts.username and text.isprintable()
    if text and (not is_link or set(text) & set(' <>"')):
        raise ValueError("it is no address of a page; write for example https://host/dashboard")
    return text


class AlertChannelSection(Section):
    """One of `[alerts.channels]`: a way to people, by the name that rules and secrets call it."""

    kind: Literal["email", "slack", "teams", "webhook"]
    to: tuple[Address, ...] = ()
    """E-mail: to whom."""
    sender: Annotated[str, Field(pattern=r"^$|^[^@\s<>,;:]+@[^@\s<>,;:]+$")] = ""
    """E-mail: from whom."""
    host: str = ""
    """E-mail: the server."""
    port: int = Field(default=587, ge=1, le=65535)
    """E-mail: its port; 465 goes with `tls`."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """E-mail: how it is encrypted; `none` only for a server on this machine."""
    username: str = ""
    """E-mail: who logs in, with the password of the channel's secret; without one nobody does."""
    verify: Annotated[Annotated[Path, BESIDE] | None, OR_NOTHING] = None
    """A bundle of certificate authorities, where the system's does not do."""
    timeout: Span = dt.timedelta(seconds=15)
    """How long a step of sending may take."""
    most_per_hour: int = Field(default=20, ge=1)
    """How many messages it gets in an hour; what is more becomes one message."""

    @model_validator(mode="after")
    def _mail_knows_its_way(self) -> AlertChannelSection:
        missing = [name for name in ("to", "sender", "host") if not getattr(self, name)]
        if self.kind == "email" and missing:
            raise ValueError(f"an e-mail needs {' and '.join(missing)}")
        return self


class AlertRuleSection(Section):
    """One of `[[alerts.rules]]`: which exceptions are told to which channel, and when."""

    name: str = Field(min_length=1)
    channel: ChannelName
    owners: frozenset[Owner] = frozenset()
    """Whose exceptions; all by default."""
    classes: frozenset[ExceptionClass] = frozenset()
    """Of which classes; all by default."""
    least_value: Amounts = Field(default_factory=dict)
    """What is worth less is not told, by currency: `{ USD = 100 }`. What nobody knows the value of is."""
    least_age: Span = dt.timedelta(0)
    """How long it has been so."""
    digest: tuple[TimeOfDay, ...] = ()
    """The times of day, in the zone of the books, at which it is told together; at once by default."""
    weekdays: tuple[Weekday, ...] = WEEKDAYS
    """The days of the digest."""
    quiet: tuple[Window, ...] = ()
    """When nothing is told but what is urgent; it is held until they end."""
    urgent_classes: frozenset[ExceptionClass] = frozenset()
    """What waits for no digest and no quiet hours to end."""
    urgent_value: Amounts = Field(default_factory=dict)
    """The same, by what it is worth at least."""
    escalate_to: Mapping[str, ChannelName] = Field(default_factory=dict)
    """For a role of `[[exceptions.escalation]]`, the channel that is told when its time has come and nobody has
    acknowledged it or been assigned to it."""
    group_by: Literal["all", "owner", "class", "exception"] = "all"
    """What one message is about."""


class AlertsSection(Section):
    """`[alerts]`: who is told of exceptions, over which channels, and when. Nobody by default."""

    dashboard_url: Annotated[str, AfterValidator(_link)] = ""
    """Where the live view is: messages link there."""
    look_every: Span = dt.timedelta(minutes=15)
    """How old the last look for exceptions may be before a worker looks itself."""
    channels: Mapping[ChannelName, AlertChannelSection] = Field(default_factory=dict)
    rules: tuple[AlertRuleSection, ...] = ()

    @model_validator(mode="after")
    def _rules_name_channels(self) -> AlertsSection:
        named = [name for rule in self.rules for name in (rule.channel, *rule.escalate_to.values())]
        if unknown := sorted({*named} - self.channels.keys()):
            raise ValueError(f"no channel is called {' or '.join(unknown)}")
        names = [rule.name for rule in self.rules]
        if len(set(names)) < len(names):
            raise ValueError("two rules have the same name")
        return self
