"""The sandbox's Blue Cherry on CSV files, in the columns of the library's own templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, TypeAdapter

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.kinds import every_kind
from clarus_bluecherry.bluecherry.sheets import read_sheet, template, write_sheet
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.sandbox.bluecherry_files import Taken

_SHORT = {"pick_ticket": "PICK", "production_order": "PO", "location": "LOC", "carrier": "CARR"}
_SHORT |= {"interface_status": "STATUS"}
NAMES = {
    kind.name: (f"{_SHORT.get(kind.name, kind.name.upper())}_*.csv",) for kind in every_kind() if not kind.is_sent
}
"""How the files that it leaves are named, by what they hold."""

_SENT = frozenset(kind.name for kind in every_kind() if kind.is_sent)
_LEFT = re.compile(r"(?P<kind>[a-z_]+)_(?P<number>\d{9})\.csv")
_OUTBOUND: TypeAdapter[messages.Outbound] = TypeAdapter(messages.Outbound)


class SheetSpeech:
    """`Speech` in CSV. The control number is in the name of a file: the columns have none."""

    def write(self, kind: str, number: int, records: Sequence[BaseModel]) -> tuple[str, bytes]:
        """See `Speech`."""
        (pattern,) = NAMES[kind]
        return pattern.replace("*", f"{number:06}"), write_sheet(template(kind), records)

    def read(self, name: str, content: bytes) -> tuple[list[Taken], Iterable[tuple[str, bytes]]]:
        """See `Speech`."""
        named = _LEFT.fullmatch(name)
        if named is None or named["kind"] not in _SENT:
            raise InvalidRecord("no message of ours is named like this", record=f"file {name}")
        taken = []
        for record in read_sheet(template(named["kind"]), content):
            if isinstance(record, InvalidRecord):
                raise record
            taken.append(Taken(_OUTBOUND.validate_python(record), named["number"]))
        return taken, ()
