"""Reading a transport as a flow that keeps does: what is delivered is settled, an error in its place refused."""

from __future__ import annotations

import datetime as dt
import io
from typing import TypeVar

from pydantic import BaseModel

from clarus_bluecherry.bluecherry.files import Codec, Found, Reply
from clarus_bluecherry.bluecherry.kinds import Kind, every_kind
from clarus_bluecherry.bluecherry.sheets import SheetLayout, template
from clarus_bluecherry.bluecherry.transport import KEPT, Settlement, Transport
from clarus_bluecherry.errors import InvalidRecord

R = TypeVar("R", bound=BaseModel)

REFUSED = Settlement("it cannot be used as it is")


def kept(transport: Transport, kind: Kind[R], since: dt.datetime | None = None) -> list[R | InvalidRecord]:
    """Everything of a kind, each settled as soon as it is read."""
    found = []
    for delivery in transport.read(kind, since):
        delivery.settle(REFUSED if isinstance(delivery.entry, InvalidRecord) else KEPT)
        found.append(delivery.entry)
    return found


def every_template() -> dict[str, SheetLayout]:
    """The library's own columns for every kind."""
    return {kind.name: template(kind.name) for kind in every_kind()}


def looked(transport: Transport, kind: Kind[R], since: dt.datetime | None = None) -> list[R | InvalidRecord]:
    """Everything of a kind, and nothing settled."""
    return [delivery.entry for delivery in transport.read(kind, since)]


def replies(codec: Codec, content: bytes, name: str = "in.x12") -> list[Reply]:
    """What answers a file of which everything is kept."""
    found = [entry for entry in codec.decode(name, io.BytesIO(content)) if isinstance(entry, Found)]
    return list(codec.answer(name, io.BytesIO(content), [KEPT] * len(found)))
