"""The bytes of a file as text that can be cut at its marks, and that text as letters.

Law of this module: one byte is one character until a segment is whole, so that places are bytes and a character is
never cut in half; letters are made last. Memory holds one piece of the file.
"""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

_CHUNK = 1 << 16
_LONGEST_SEGMENT = 1 << 20
_UTF_8, _HALF = "utf-8", "\ufffd"
_UNKNOWN_TO_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
BYTE_ORDER_MARK = codecs.BOM_UTF8.decode("latin-1")


class Stream:
    """A file, read forward: `text` is what is at hand, `at` where the reader stands in it."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._lines: _BrokenLines | None = None
        self._before = 0
        self.text = ""
        self.at = 0
        self.is_read = False

    @property
    def byte(self) -> int:
        """How many bytes of the file stand before the reader."""
        at = self._before + self.at
        return at + self._lines.left_out(at) if self._lines else at

    def ahead(self, wanted: int) -> str:
        """The next `wanted` characters, or all that are left; they are not passed."""
        while len(self.text) - self.at < wanted and not self.is_read:
            self._fill()
        return self.text[self.at : self.at + wanted]

    def passed(self, marks: str) -> str:
        """Pass all `marks` that come next. What they were, each once."""
        there: set[str] = set()
        while ahead := self.ahead(1) and self.text[self.at :]:
            padding = len(ahead) - len(ahead.lstrip(marks))
            there.update(ahead[:padding])
            self.at += padding
            if padding < len(ahead):
                break
        return "".join(sorted(there))

    def whole(self, terminator: str, last: str) -> str | None:
        """The text at hand as far as its segments are whole, or up to the one that begins with `last`.

        The reader has not passed it yet, and its last `terminator` is left out. None when nothing more is whole.
        """
        while True:
            begin = self.text.find(last, self.at)
            end = self.text.find(terminator, begin) if begin >= 0 else -1
            if end < 0:
                end = self.text.rfind(terminator, self.at)
            if end >= 0:
                return self.text[self.at : end]
            if self.is_read:
                return None
            if len(self.text) - self.at > _LONGEST_SEGMENT:
                raise InvalidRecord("a segment does not end", record=f"X12 file, byte {self.byte}")
            self._fill()

    def unbreak(self, width: int) -> None:
        """From here on lines of `width` characters are put together again, up to the first shorter one."""
        self._before = self.byte
        self._lines = _BrokenLines(width, self._before)
        self.text, self.at = self._lines.together(self.text[self.at :], is_last=self.is_read), 0

    def _fill(self) -> None:
        got, size = [], 0
        while size < _CHUNK and (piece := self._source.read(_CHUNK - size)):
            got.append(piece)
            size += len(piece)
        self.is_read = size < _CHUNK
        new = b"".join(got).decode("latin-1")
        if self._lines:
            new = self._lines.together(new, is_last=self.is_read)
        self._before += self.at
        self.text, self.at = self.text[self.at :] + new, 0


class _BrokenLines:
    """Lines that were broken at one width, wherever that was, put together again."""

    def __init__(self, width: int, begins: int) -> None:
        self._width, self._begins = width, begins
        self._whole = re.compile(rf"([^\n]{{{width}}})\r?\n")
        self._rest = ""
        self._joined = 0
        self._end = 1
        self._is_over = False

    def together(self, text: str, *, is_last: bool) -> str:
        """`text` without the ends of its broken lines; the last line is kept back until it is whole."""
        if self._is_over:
            return text
        text, self._rest = self._rest + text, ""
        found, at = [], 0
        while line := self._whole.match(text, at):
            found.append(line[1])
            self._end = line.end() - at - self._width
            self._joined += 1
            at = line.end()
        left = text[at:]
        self._is_over = is_last or "\n" in left or len(left) > self._width + 1
        if self._is_over:
            found.append(left)
        else:
            self._rest = left
        return "".join(found)

    def left_out(self, at: int) -> int:
        """How many characters were left out before the place `at` of the text."""
        return min((at - self._begins) // self._width, self._joined) * self._end


class Letters:
    """Bytes that were read as one character each, as the letters that they are.

    The text of one interchange is in one charset: the one that is given, else UTF-8 where it fits, else
    Windows-1252 or, where that has no such byte, Latin-1.
    """

    def __init__(self, charset: str | None) -> None:
        if charset is not None:
            refuse_other_than_ascii(charset)
        self._given = charset
        self._found = charset

    @property
    def charset(self) -> str:
        """The charset that was given or found; UTF-8 while there are only characters of ASCII."""
        return self._found or _UTF_8

    @property
    def is_guessed(self) -> bool:
        """Whether it is neither the charset that was given nor UTF-8."""
        return self._given is None and self.charset != _UTF_8

    def forget(self) -> None:
        """The next interchange may be in another charset."""
        self._found = self._given

    def of(self, text: str) -> tuple[str, str]:
        """`text` as letters, and what has to be told of it: nothing, or why they are not what was expected."""
        if text.isascii():
            return text, ""
        content = text.encode("latin-1")
        guess = self._given or _guessed(content)
        found = self._found = self._found or guess
        letters = content.decode(found, "replace")
        if _HALF in letters:
            return letters, f"bytes that are no {found}"
        if (guess == _UTF_8) != (found == _UTF_8):
            return letters, f"{guess} where {found} was before"
        return letters, ""


def _guessed(content: bytes) -> str:
    """The charset of `content`: one letter that is whole in UTF-8 is no accident."""
    if not content.decode(_UTF_8, "ignore").isascii():
        return _UTF_8
    return "cp1252" if _UNKNOWN_TO_CP1252.isdisjoint(content) else "latin-1"


def refuse_other_than_ascii(charset: str) -> None:
    """Raise `ConfigurationError` for a charset in which the marks of X12 are not what they are in ASCII."""
    try:
        is_like_ascii = "ISA*~".encode(charset) == b"ISA*~"
    except (LookupError, ValueError):
        is_like_ascii = False
    if not is_like_ascii:
        raise ConfigurationError("is no charset that holds ASCII", record="X12 file", field="charset")
