"""What an exchange did that nobody asked for, and somebody may want to know.

Law of this module: an incident carries names and reasons, never contents.
"""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable

from attrs import frozen

from clarus_bluecherry.exchange.names import shown

logger = logging.getLogger("clarus_bluecherry.exchange")


class IncidentKind(enum.StrEnum):
    """What happened."""

    DUPLICATE = "duplicate"
    """The same content was taken before, so it was archived and not offered."""
    QUARANTINED = "quarantined"
    """A file was refused, by its reader, for its name, or because no reader ever finished with it."""
    HELD = "held"
    """A snapshot says much less than the one before, which stands until a person lets this one through."""
    NOT_OURS = "not ours"
    """It says what became of a document that we did not send: nothing follows from it."""
    UNCLAIMED = "unclaimed"
    """No reader takes files of such a name: it stays where it is, until it is renamed, taken away, or its name is
    set."""
    NOT_BROUGHT = "not brought"
    """It could not be fetched from the partner's server or brought there: it stays; `name` says which one."""


@frozen
class FileIncident:
    """`kind` happened to the file that the partner calls `name`; `detail` says why or where it is now."""

    kind: IncidentKind
    name: str
    detail: str


OnIncident = Callable[[FileIncident], None]


def log_incident(incident: FileIncident) -> None:
    """Write an incident to the log `clarus_bluecherry.exchange`, as a warning."""
    logger.warning("%s: %s (%s)", incident.kind.value, shown(incident.name), incident.detail)
