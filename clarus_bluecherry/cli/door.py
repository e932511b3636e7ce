"""The one door to the terminal: all that a command prints goes through it, its errors and tracebacks too.

Law of this module: no control character of the data passes. What would steer a terminal, turn the direction of a
text or hide it is written out (`\\x1b`); our own colours pass where a terminal reads them. It needs no package, so
that it stands before anything is known to be installed.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, cast

from attrs import define

_STEERS = re.compile(
    "\x1b\\[[0-9;:]*m|\r\n|"
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""A colour, an end of line, or what is written out."""
_COLOURED = ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "TTY_COMPATIBLE")
"""Variables by which colours are written where no terminal is; the packages that write them ask for these."""

_NAME = "clarus-bluecherry"
_SECRET = re.compile(r"://[^@]*:[^@]*@|passw(?:or)?d\s*=", re.IGNORECASE)
"""The password in an address."""


def inert(text: str) -> str:
    """`text` with all that would steer a terminal written out; its lines stay lines.

    >>> inert("a\\x1b[2Jb\\r\\u202ec\\n")
    'a\\\\x1b[2Jb\\\\r\\\\u202ec\\n'
    """
    return _STEERS.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    text = found[0]
    return text if text == "\r\n" else ascii(text)[1:-1]


def _or_colour(found: re.Match[str]) -> str:
    text = found[0]
    return text if text.endswith("m") and text[0] == "\x1b" else _written_out(found)


class ReaderLeftError(BaseException):
    """Whoever read what is written has stopped. No handler of errors on the way mistakes it for one of those."""


class NotPrintedError(BaseException):
    """The answer goes nowhere: a disk is full, say. As with `ReaderLeftError`, no handler takes it."""


@define
class _LastLine:
    """What stands in the terminal's last line for the time being, and is wiped off before anything is written."""

    stream: TextIO
    is_painted: bool = False

    def paint(self, text: str) -> None:
        self.wipe()
        self.stream.write(text)
        self.stream.flush()
        self.is_painted = bool(text)

    def wipe(self) -> None:
        if self.is_painted:
            self.is_painted = False
            self.stream.write("\r\x1b[2K")
            self.stream.flush()


@define(eq=False)
class GuardedStream:
    """A stream of text through which only what is inert passes."""

    stream: TextIO
    last_line: _LastLine

    def write(self, text: str) -> int:
        """Write it, inert."""
        self.last_line.wipe()
        with self._told():
            self.stream.write(_STEERS.sub(_or_colour if self._has_colours() else _written_out, text))
        return len(text)

    def flush(self) -> None:
        """Have it written."""
        with self._told():
            self.stream.flush()

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> object:
        return getattr(self.stream, name)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError as error:
            raise ReaderLeftError from error
        except OSError as error:
            if self.stream is self.last_line.stream:
                return  # standard error, a log's too: for want of room there no work is stopped
            raise NotPrintedError(
                f"the answer cannot be written ({error.strerror}). Make room, or send it elsewhere."
            ) from error

    def _has_colours(self) -> bool:
        return self.stream.isatty() or any(map(os.environ.get, _COLOURED))


@contextmanager
def guarded() -> Iterator[None]:
    """Standard output and standard error through the door, until the block ends; none has asked for quiet yet."""
    before = sys.stdout, sys.stderr
    for each in before:
        if isinstance(each, io.TextIOWrapper):
            each.reconfigure(errors="backslashreplace")  # what a file is called may be no text at all
    last_line = _LastLine(before[1])
    sys.stdout, sys.stderr = (cast(TextIO, GuardedStream(each, last_line)) for each in before)
    _asked_for.clear()
    try:
        yield
    finally:
        last_line.wipe()
        sys.stdout, sys.stderr = before
        _asked_for.clear()


# What is said ------------------------------------------------------------------------------------------------


_asked_for: set[str] = set()


def ask_for(*, quiet: bool | None = None, document: bool | None = None) -> None:
    """From now on say only what was asked and what went wrong (or all again); print one document, for a program.

    What is None stays as it was.
    """
    for name, asked in (("quiet", quiet), ("document", document)):
        if asked is not None:
            (_asked_for.add if asked else _asked_for.discard)(name)


def is_quiet() -> bool:
    """Whether `--quiet` was given."""
    return "quiet" in _asked_for


def is_for_a_program() -> bool:
    """Whether `--json` was given."""
    return "document" in _asked_for


def tell(text: str = "") -> None:
    """A line, or lines, of what was asked: on standard output."""
    sys.stdout.write(f"{inert(text)}\n")


def tell_document(text: str) -> None:
    """A JSON document, which is ASCII but for one sign, on standard output."""
    sys.stdout.write(text.replace("\x7f", "\\u007f") + "\n")


def complain(text: str) -> None:
    """Something that went wrong, or that a person must know, however quiet it is to be: on standard error."""
    sys.stderr.write(f"{inert(text)}\n")


def note(text: str) -> None:
    """Something beside the answer: on standard error, unless it is to be quiet."""
    if not is_quiet():
        complain(text)


def say_next(*words: str, why: str = "") -> None:
    """The command to type next, as a shell takes it: on standard error, for a person who has not asked for quiet.

    A word in capitals is for the reader to put in.
    """
    if not is_for_a_program():
        typed = ["LEDGER_URL" if _SECRET.search(word) else word for word in words]
        note(f"Next{f', {why}' if why else ''}: {shlex.join([command_name(), *typed])}")


def command_name() -> str:
    """What the reader's shell takes for this command: its name, or its path as it was typed where that name leads
    to no command, or to another one.

    >>> command_name()
    'clarus-bluecherry'
    """
    typed = Path(sys.argv[0])
    if typed.stem != _NAME or not typed.parent.name:
        return _NAME
    found = shutil.which(_NAME)
    return _NAME if found is not None and Path(found).resolve() == typed.resolve() else str(typed)


def say_again(*added: str, without: Sequence[str] = (), why: str = "") -> None:
    """The command that runs, with some words added or taken away, as the one to type next."""
    say_next(*(word for word in sys.argv[1:] if word not in without), *added, why=why)


def option_given(name: str) -> str:
    """The value of an option of the command that runs, as it was typed; else its name.

    >>> option_given("--site")
    'SITE'
    """
    for place, word in enumerate(sys.argv):
        if word == name and place + 1 < len(sys.argv):
            return sys.argv[place + 1]
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return name.removeprefix("--").upper()


def paint(step: str) -> None:
    """Show a step of long work in the last line of the terminal, until something else is written."""
    if isinstance(sys.stderr, GuardedStream):
        sys.stderr.last_line.paint(inert(step))
