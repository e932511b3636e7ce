"""Writing, hashing and naming files so that a crash leaves a whole file or none.

Law of this module: bytes are flushed to the disk before a name shows them, and a file is streamed, never held
whole. A failing disk is an error of ours that tells its kind, never a path.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from clarus_bluecherry.errors import ConfigurationError, NotSent
from clarus_bluecherry.exchange.names import shown

_PIECE = 1 << 20


@frozen
class LocalFile:
    """How a regular file looks: `size` in bytes, `modified` in nanoseconds since 1970."""

    name: str
    size: int
    modified: int


def age(file: LocalFile) -> tuple[int, str]:
    """A sort key: the oldest first, then by name."""
    return file.modified, file.name


@contextmanager
def explained(doing: str, name: str) -> Iterator[None]:
    """A failing disk or folder as an error of ours: nothing took effect, so it may be repeated."""
    try:
        yield
    except OSError as error:
        record = f"file {shown(name)}"
        if error.errno == errno.EXDEV:
            what = "the exchange's folders are not on one file system, so files cannot be moved at once"
            raise ConfigurationError(what, record=record) from error
        raise NotSent(
            f"{doing} failed ({os.strerror(error.errno) if error.errno else type(error).__name__})",
            record=record,
            action="Check that the exchange's folders exist, can be written and have room; nothing was lost.",
        ) from error


def files_in(folder: Path) -> list[LocalFile]:
    """The regular files of a folder. Links are left out: what they lead to is not the partner's to give."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                try:
                    found.append(look(Path(entry.path)))
                except FileNotFoundError:
                    continue  # another worker moved it since
    return found


def look(path: Path) -> LocalFile:
    """How the file looks now."""
    status = path.lstat()
    return LocalFile(path.name, status.st_size, status.st_mtime_ns)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pieces_of(path: Path) -> Iterator[bytes]:
    """The content of a file, a piece at a time."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


@contextmanager
def written(folder: Path, content: bytes | Iterable[bytes]) -> Iterator[tuple[Path, str]]:
    """A complete, flushed file in `folder` under a name that readers ignore, and its SHA-256.

    Whoever wants to keep it renames it inside the block; at the end what is left of it is removed.
    """
    temporary = folder / f".{secrets.token_hex(8)}.tmp"
    digest = hashlib.sha256()
    try:
        with temporary.open("xb") as file:
            for piece in (content,) if isinstance(content, bytes) else content:
                file.write(piece)
                digest.update(piece)
            file.flush()
            os.fsync(file.fileno())
        yield temporary, digest.hexdigest()
    finally:
        temporary.unlink(missing_ok=True)


def show(temporary: Path, path: Path) -> None:
    """Give a written file its name, durably."""
    temporary.replace(path)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut, where the system can (Windows cannot, and need not)."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
