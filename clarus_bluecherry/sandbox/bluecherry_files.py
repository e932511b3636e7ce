"""Blue Cherry's end of a file exchange: it leaves what its web services would give and takes what they would.

Law of this module: it decides nothing. What it leaves are the rows of its web services, read as messages; what it
takes goes into the same interface as a POST. It works when somebody lets it: once at each `meet`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, cast

from attrs import define, field, frozen
from pydantic import BaseModel

from clarus_bluecherry.bluecherry import calls, messages
from clarus_bluecherry.bluecherry.kinds import FileHolds, Kind, RestRead, every_kind
from clarus_bluecherry.bluecherry.kinds.interface_status import INTERFACE_STATUS
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.bluecherry.rest_names import Envelopes
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.sandbox.erp import Erp, columns
from clarus_bluecherry.sandbox.erp.checks import problems
from clarus_bluecherry.sandbox.reports import REPORTS


@frozen
class Taken:
    """A message that came in a file, and the control number it travelled under."""

    message: messages.Outbound
    control_number: str


class Speech(Protocol):
    """How Blue Cherry's end writes and reads files."""

    def write(self, kind: str, number: int, records: Sequence[BaseModel]) -> tuple[str, bytes]:
        """The name and the content of its `number`th file, with records of one kind."""
        ...

    def read(self, name: str, content: bytes) -> tuple[list[Taken], Iterable[tuple[str, bytes]]]:
        """What stands in a file that was left for it, and the files with which it answers."""
        ...


@define
class FileSide:
    """Blue Cherry on the other side of the exchange in `root`, with the exchange's default folders.

    `profile` holds the codes under which messages come into its interface.
    """

    erp: Erp
    root: Path
    speech: Speech
    profile: RestProfile
    _written: int = field(init=False, default=0)
    _left: dict[tuple[str, str], str] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        for name in ("in", "out"):
            (self.root / name).mkdir(parents=True, exist_ok=True)

    def meet(self) -> None:
        """Take what lies there, then leave what is new or has changed."""
        self._take()
        for kind in every_kind():
            found = list(told(self.erp, kind))
            if kind.holds is FileHolds.DOCUMENTS:
                fresh = [one for one in found if self._is_news(kind.name, kind.number_of(one), one)]
                self._leave(kind.name, fresh)
            elif found and self._is_news(kind.name, "", *found):
                self._leave(kind.name, found)

    def _take(self) -> None:
        for path in sorted((self.root / "out").iterdir()):
            if path.name.startswith("."):
                continue
            taken, answers = self.speech.read(path.name, path.read_bytes())
            for one in taken:
                self._stage(one)
            path.unlink()
            for name, content in answers:
                self._drop(name, content)

    def _stage(self, taken: Taken) -> None:
        call = calls.post(self.profile, taken.message, taken.control_number)
        (body,), entity = cast(list[Mapping[str, object]], call.json), call.path.rpartition("/")[2]
        found = problems(entity, body)
        if found:
            raise ConfigurationError(f"the sandbox would have refused this: {found[0]}", record=taken.message.kind)
        self.erp.stage(entity, taken.control_number, body)

    def _leave(self, kind: str, records: Sequence[BaseModel]) -> None:
        if records:
            self._written += 1
            self._drop(*self.speech.write(kind, self._written, records))

    def _drop(self, name: str, content: bytes) -> None:
        temporary = self.root / "in" / f".{name}.tmp"
        temporary.write_bytes(content)
        temporary.rename(self.root / "in" / name)

    def _is_news(self, kind: str, key: str, *records: BaseModel) -> bool:
        digest = hashlib.sha256("".join(record.model_dump_json() for record in records).encode()).hexdigest()
        before = self._left.get((kind, key))
        self._left[kind, key] = digest
        return digest != before


def told(erp: Erp, kind: Kind[BaseModel]) -> Iterator[BaseModel]:
    """The rows of a web service as the messages they are, through JSON as they would travel; and the interface."""
    if kind is INTERFACE_STATUS:
        for one in erp.staged:
            yield messages.InterfaceStatus(isa_num=one.isa_num, status=one.standing.value, error=one.error)
    elif kind.name in REPORTS and erp.quirks.leaves_reports:
        yield from REPORTS[kind.name](erp)
    elif isinstance(kind.rest, RestRead):
        for row in columns.rows(erp, kind.name):
            yield from kind.rest.records(json.loads(json.dumps(row)), Envelopes())
