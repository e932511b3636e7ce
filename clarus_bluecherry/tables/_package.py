"""A workbook's package: XML parts in a ZIP archive, read a piece at a time and counted.

Law of this module: nothing is unpacked that was not asked for, and nothing whole; a part that declares entities,
is cut, locked or packed in another way than Excel packs is refused. Every failure is an `InvalidRecord`.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import thread_time
from typing import Protocol
from xml.parsers import expat

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.tables._limits import Spent

_PIECE = 1 << 16
_BROKEN = (
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    OverflowError,
)
"""What comes out of an archive or of XML that is damaged; `RuntimeError` is that of a password."""

Attributes = Mapping[str, str]


class Handler(Protocol):
    """What hears of a part's elements, by their local names."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text stands here."""


class Package:
    """The parts of a workbook by their names."""

    def __init__(self, content: bytes, name: str, spent: Spent) -> None:
        self.name, self._spent = name, spent
        with damaged(name, "is no Excel workbook"):
            self._archive = zipfile.ZipFile(io.BytesIO(content))

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part in self._archive.NameToInfo

    def read(self, part: str, handler: Handler) -> None:
        """Tell `handler` all that stands in `part`."""
        for _ in self.pieces(part, handler):
            pass

    def pieces(self, part: str, handler: Handler) -> Iterator[None]:
        """Tell `handler` what stands in `part`, with a pause after each piece of it."""
        info = self._archive.getinfo(part)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError("packed in a way that workbooks are not")
        self._spent.foresee(info.file_size)
        parser = _parser(handler)
        with self._archive.open(info) as unpacked:
            is_last = False
            while not is_last:
                started = thread_time()
                piece = unpacked.read(_PIECE)
                is_last = not piece
                self._spent.bytes(len(piece))
                parser.Parse(piece, is_last)
                self._spent.since(started)
                yield


def _parser(handler: Handler) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: handler.start(_local(name), attributes)
    parser.EndElementHandler = lambda name: handler.end(_local(name))
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    return parser


def _local(name: str) -> str:
    """A name without its prefix, which writers choose."""
    return name.rpartition(":")[2] if ":" in name else name


def _refuse_document_type(*_: object) -> None:
    raise ValueError("a workbook declares no document type")


@contextmanager
def damaged(name: str, what: str) -> Iterator[None]:
    """Makes an `InvalidRecord` of whatever a damaged archive or part raises."""
    try:
        yield
    except InvalidRecord:
        raise
    except _BROKEN:
        raise InvalidRecord(what, record=name) from None
