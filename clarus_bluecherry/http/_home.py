"""Where a client may be used: in one process, until it is closed.

Law of this module: after a fork, parent and child would read each other's answers from the same sockets; so the
child is refused before anything is sent. A client that was made but not used before the fork has no sockets yet.
"""

from __future__ import annotations

import os

import httpx
from attrs import define

from clarus_bluecherry.errors import Blame, ConfigurationError


@define
class Home:
    """The process in which the connections of a client are, shared by all copies of its sender."""

    process: int | None = None

    def check(self, client: httpx.Client | httpx.AsyncClient) -> None:
        """Raises `ConfigurationError` when `client` cannot be used, or not from here."""
        if client.is_closed:
            action = "Make a new one, or close it only after its last call."
            raise ConfigurationError("this client was closed", field="client", action=action, blame=Blame.SYSTEM)
        here = os.getpid()
        if self.process is None:
            self.process = here
        if self.process != here:
            raise ConfigurationError(
                "this client was used in another process before the fork, which shares its connections",
                field="client",
                blame=Blame.SYSTEM,
                action="Make the client in the child.",
            )
