"""Transports that somebody else wrote, found by the name their package registers.

Law of this module: nothing is imported until a site asks for it by name, and what was asked for and is not there
is an error that lists what is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from clarus_bluecherry._lazy import plugin
from clarus_bluecherry.bluecherry.transport import Transport

GROUP = "clarus_bluecherry.transports"
"""The entry point group: `[project.entry-points."clarus_bluecherry.transports"]` in the package's pyproject."""

OURS = ("rest", "x12", "csv")
"""The names that need no package."""


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
    opened = plugin(GROUP, name, what="transport", field="bluecherry.transport", ours=OURS)
    return cast(OpenTransport, opened)(options)
