"""Transports that somebody else wrote, found by the name their package registers.

Law of this module: nothing is imported until a site asks for it by name, and what was asked for and is not there
is an error that lists what is.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Protocol

from clarus_bluecherry.bluecherry.transport import Transport
from clarus_bluecherry.errors import ConfigurationError

GROUP = "clarus_bluecherry.transports"
"""The entry point group: `[project.entry-points."clarus_bluecherry.transports"]` in the package's pyproject."""


class OpenTransport(Protocol):
    """What a package registers: a callable that opens its transport.

    `options` is the table `[bluecherry.options]` of the site file; secrets it reads from the environment itself.
    Raises `ConfigurationError` naming the option at fault.
    """

    def __call__(self, options: Mapping[str, object]) -> Transport:
        """Open the transport; whoever asked for it closes it."""
        ...


def open_plugin(name: str, options: Mapping[str, object]) -> Transport:
    """Open the transport that is registered as `name`.

    Raises `ConfigurationError` when there is none, two packages claim the name, or it cannot be imported.
    """
    found = entry_points(group=GROUP)
    named = found.select(name=name)
    if not named:
        known = ", ".join(sorted(found.names)) or "none"
        raise ConfigurationError(
            f"there is no transport {name!r} (installed besides ours: {known})",
            field="bluecherry.transport",
            action="Install the package that brings it, or correct the name.",
        )
    if len(named) > 1:
        claimed = " and ".join(sorted(entry.value for entry in named))
        raise ConfigurationError(f"{claimed} both claim the name {name!r}", field="bluecherry.transport")
    (entry,) = named
    try:
        opened: OpenTransport = entry.load()
    except (ImportError, AttributeError) as error:
        what = f"the transport {name!r} cannot be imported from {entry.value} ({error})"
        raise ConfigurationError(what, field="bluecherry.transport") from error
    return opened(options)
