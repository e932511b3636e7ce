"""Setting up the webhooks of a tenant, and checking that they are there: automations with a name of ours.

Law of this module: an automation is ours by its name, because Clarus lists no URL; nobody else's is touched. Doing
it again changes nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from attrs import frozen

from clarus_bluecherry.clarus import calls, wire
from clarus_bluecherry.clarus._client import AsyncClarus, Clarus
from clarus_bluecherry.clarus.webhooks._events import EVENTS, NEEDED
from clarus_bluecherry.clarus.webhooks._receiver import refuse_weak
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.http._call import Call

PREFIX = "clarus_bluecherry "
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

Event = tuple[str, str]


class WebhookStatus(enum.StrEnum):
    """How a webhook stands in the tenant."""

    INSTALLED = "installed"
    MISSING = "missing"
    DISABLED = "disabled"
    TWICE = "twice"
    """More than one automation of this name: each event is told more than once, which does no harm."""
    EXTRA = "extra"
    """Ours by its name, for an event that is not wanted."""


@frozen
class Subscription:
    """One webhook: its event, how it stands, and the automations that are it."""

    resource: str
    event: str
    standing: WebhookStatus
    ids: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The automation's name in Clarus."""
        return _name((self.resource, self.event))


def check(clarus: Clarus, events: Collection[Event] = NEEDED) -> list[Subscription]:
    """How each of the wanted webhooks stands in the tenant, and those of ours that are not wanted. Only reads.

    Where the webhooks point to is not listed by Clarus and cannot be checked.
    """
    _refuse_unknown(events)
    return _compared(clarus.all(calls.automations.list()), events)


async def check_async(clarus: AsyncClarus, events: Collection[Event] = NEEDED) -> list[Subscription]:
    """`check` for asyncio."""
    _refuse_unknown(events)
    return _compared(await clarus.all(calls.automations.list()), events)


def install(
    clarus: Clarus,
    url: str,
    token: str,
    events: Collection[Event] = NEEDED,
    *,
    destination_code: str = "default",
    dry_run: bool = False,
) -> list[Subscription]:
    """Create the webhooks that are missing and enable those that are disabled; what each was before is returned.

    Each calls `<url>/<token>/<resource>.<event>` by POST. `destination_code` is not published for webhooks:
    `default` is what the vendor's e-mail example has (confidence low). To move to another URL or token, delete the
    automations in Clarus first. A `dry_run` only looks. Raises `ConfigurationError` for a weak token, and for a
    URL without TLS that leaves this machine.
    """
    base = _base(url, token)
    found = check(clarus, events)
    for call in () if dry_run else _repairs(found, base, destination_code):
        clarus.send(call)
    return found


async def install_async(
    clarus: AsyncClarus,
    url: str,
    token: str,
    events: Collection[Event] = NEEDED,
    *,
    destination_code: str = "default",
    dry_run: bool = False,
) -> list[Subscription]:
    """`install` for asyncio."""
    base = _base(url, token)
    found = await check_async(clarus, events)
    for call in () if dry_run else _repairs(found, base, destination_code):
        await clarus.send(call)
    return found


def _compared(listed: Iterable[wire.AutomationNode], events: Collection[Event]) -> list[Subscription]:
    ours = [each for each in listed if (each.name or "").startswith(PREFIX)]
    found = [_standing(event, [each for each in ours if each.name == _name(event)]) for event in events]
    wanted = {_name(event) for event in events}
    return [*found, *(_extra(each) for each in ours if each.name not in wanted)]


def _repairs(found: Iterable[Subscription], base: str, destination_code: str) -> Iterator[Call[wire.Saved]]:
    """The calls that create what is missing and enable what is disabled."""
    for each in found:
        if each.standing is WebhookStatus.MISSING:
            url = f"{base}/{each.resource}.{each.event}"
            yield calls.automations.create_webhook(
                each.resource, each.event, url, each.name, destination_code=destination_code
            )
        elif each.standing is WebhookStatus.DISABLED:
            yield calls.automations.update(each.ids[0], enabled=True)


def _base(url: str, token: str) -> str:
    """The part of a webhook's URL that comes before its event. Raises `ConfigurationError`."""
    refuse_weak(token)
    if not _is_safe(url):
        what = "webhooks carry a token and customers' data: the URL must begin with https:// and have no query"
        raise ConfigurationError(what, field="url")
    return f"{url.rstrip('/')}/{token}"


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_private = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    return is_private and bool(parts.hostname) and not parts.query and not parts.fragment


def _name(event: Event) -> str:
    return f"{PREFIX}{event[0]}.{event[1]}"


def _standing(event: Event, found: Sequence[wire.AutomationNode]) -> Subscription:
    if not found:
        return Subscription(*event, WebhookStatus.MISSING)
    enabled = [each for each in found if each.enabled is not False]
    ids = tuple(each.id for each in enabled or found)
    if not enabled:
        return Subscription(*event, WebhookStatus.DISABLED, ids)
    return Subscription(*event, WebhookStatus.TWICE if len(enabled) > 1 else WebhookStatus.INSTALLED, ids)


def _extra(automation: wire.AutomationNode) -> Subscription:
    return Subscription(
        automation.resource_name or "", automation.event or "", WebhookStatus.EXTRA, (automation.id,)
    )


def _refuse_unknown(events: Collection[Event]) -> None:
    for event in events:
        if event not in EVENTS:
            raise InvalidRecord(f"{'.'.join(event)} is not an event that Clarus documents", field="events")
