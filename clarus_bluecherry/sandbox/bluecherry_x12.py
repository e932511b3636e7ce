"""The sandbox's Blue Cherry on X12: documents as sets, what else it tells as CSV, a 997 for all that it reads."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence

from attrs import define, evolve
from pydantic import BaseModel, TypeAdapter

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.edi import X12Codec, X12Profile, messages_of
from clarus_bluecherry.bluecherry.files import Found
from clarus_bluecherry.bluecherry.kinds import FileHolds, Kind, every_kind, kind_named
from clarus_bluecherry.bluecherry.transport import KEPT
from clarus_bluecherry.sandbox.bluecherry_files import Taken
from clarus_bluecherry.sandbox.bluecherry_sheets import SheetSpeech
from clarus_bluecherry.x12 import Document, Partners, read

PROFILE = X12Profile(
    partners=Partners(sender="WAREHOUSE", receiver="BRAND"),
    kinds=frozenset(kind.name for kind in every_kind() if not kind.is_usual),
)
"""How the warehouse's side sends to it. It has every kind."""

_CONTROL_DIGITS = 9
_OUTBOUND: TypeAdapter[messages.Outbound] = TypeAdapter(messages.Outbound)


@define
class X12Speech:
    """`Speech` in X12. A file holds one set for each record, each in an interchange of its own."""

    now: Callable[[], dt.datetime]
    _count: int = 0

    @property
    def _codec(self) -> X12Codec:
        ours = evolve(PROFILE, partners=PROFILE.partners.swapped(), demands=None)
        return X12Codec(ours, now=self.now)

    def write(self, kind: str, number: int, records: Sequence[BaseModel]) -> tuple[str, bytes]:
        """See `Speech`."""
        told = kind_named(kind)
        if told.holds is not FileHolds.DOCUMENTS or not told.sets:
            return SheetSpeech().write(kind, number, records)
        return f"{kind.upper()}_{number:06}.x12", b"".join(self._interchange(told, each) for each in records)

    def _interchange(self, kind: Kind[BaseModel], record: BaseModel) -> bytes:
        self._count += 1
        return self._codec.encode_as(kind, record, f"{self._count:0{_CONTROL_DIGITS}}", self.now())

    def read(self, name: str, content: bytes) -> tuple[list[Taken], Iterable[tuple[str, bytes]]]:
        """See `Speech`."""
        sets = [part for part in read(io.BytesIO(content)) if isinstance(part, Document) and part.set_id != "997"]
        taken = [
            Taken(_OUTBOUND.validate_python(message), each.group_control.zfill(_CONTROL_DIGITS))
            for each in sets
            for message in messages_of(each, PROFILE)
        ]
        found = [each for each in self._codec.decode(name, io.BytesIO(content)) if isinstance(each, Found)]
        replies = self._codec.answer(name, io.BytesIO(content), [KEPT] * len(found))
        return taken, [(f"997_{reply.control_number}.x12", reply.content) for reply in replies]
