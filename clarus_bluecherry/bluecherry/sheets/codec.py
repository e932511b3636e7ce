"""Sheets as files of the exchange: which kind a file holds is told by its name, what it holds by its layout.

Law of this module: a file whose kind the site has not laid out is not taken at all; it waits until somebody does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

from clarus_bluecherry.bluecherry.files import Entry, Found, Holds, Reply
from clarus_bluecherry.bluecherry.kinds import kind_named
from clarus_bluecherry.bluecherry.messages import Outbound
from clarus_bluecherry.bluecherry.sheets.files import read_sheet, write_sheet
from clarus_bluecherry.bluecherry.sheets.layout import SheetLayout
from clarus_bluecherry.bluecherry.transport import Settlement
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.exchange import Kinds
from clarus_bluecherry.exchange.names import shown


class SheetCodec:
    """CSV files with one kind of message each.

    `layouts` by kind; `names` are the glob patterns by which the partner's files tell their kind. Raises
    `ConfigurationError` for a kind that is named and not laid out, or laid out as another.
    """

    def __init__(self, layouts: Mapping[str, SheetLayout], names: Mapping[str, Collection[str]]) -> None:
        for kind in (*layouts, *names):
            if kind not in layouts or layouts[kind].kind != kind:
                raise ConfigurationError("has no layout of its own kind", record="sheets", field=kind)
        self._layouts, self._kinds, self._named = dict(layouts), Kinds(names), tuple(names)

    @property
    def patterns(self) -> tuple[str, ...]:
        """Names of the files whose kind is known."""
        return self._kinds.patterns

    def reads(self, kind: str) -> bool:
        """Whether a named file holds `kind`."""
        return kind in self._named

    def encode(self, message: Outbound, control_number: str, at: dt.datetime) -> bytes:
        """A sheet of one message. Raises `ConfigurationError` when its kind is not laid out."""
        layout = self._layouts.get(message.kind)
        if layout is None:
            raise ConfigurationError("has no layout", record="sheets", field=message.kind)
        return write_sheet(layout, [message])

    def answer(self, name: str, content: BinaryIO, outcomes: Sequence[Settlement]) -> Iterable[Reply]:
        """Nothing: no sheet is acknowledged."""
        return ()

    def decode(self, name: str, content: BinaryIO) -> Iterator[Entry]:
        """The messages on a sheet, as `read_sheet` gives them; an error names the file too."""
        kind = self._kinds.of(name)
        if kind is None:
            raise ConfigurationError("no kind has such a name", record="sheets", field=name)
        layout, known = self._layouts[kind], kind_named(kind)
        yield Holds(known)
        for record in read_sheet(layout, content):
            if isinstance(record, InvalidRecord):
                record = InvalidRecord(record.what, record=f"{record.record} of {shown(name)}", field=record.field)
            yield Found(known, record)
