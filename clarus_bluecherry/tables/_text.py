"""The text in a file of bytes, and the encoding it is in.

Law of this module: an encoding that somebody told is obeyed; otherwise the byte order mark tells it, else the file
is UTF-8 if all of it is, else Windows's own. Bytes that are no text are refused.
"""

from __future__ import annotations

import codecs
from typing import IO

from clarus_bluecherry.errors import InvalidRecord

_CHUNK = 1 << 20
_BYTE_ORDER_MARK = "\ufeff"


def encoding_of(file: IO[bytes], name: str) -> str:
    """The encoding of a file that stands at its beginning; it stands there again afterwards."""
    start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif b"\0" in start:
        candidates = ["utf-16-le" if start[1:2] == b"\0" else "utf-16-be"]
    else:
        candidates = ["utf-8-sig", "cp1252"]
    found = next((encoding for encoding in candidates if _is_text(file, encoding)), None)
    file.seek(0)
    if found is None:
        raise InvalidRecord("is not text in UTF-8, UTF-16 or Windows-1252, and no workbook", record=name)
    return found


def _is_text(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def decoded(content: bytes, encoding: str, name: str) -> str:
    """The text of `content` in an encoding that somebody told, without its byte order mark."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidRecord(f"byte {error.start} is not text in {encoding}", record=name) from None
    return text.removeprefix(_BYTE_ORDER_MARK)
