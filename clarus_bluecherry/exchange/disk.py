"""Opening, writing and naming files so that a crash leaves a whole file or none.

Law of this module: a file is opened once, only as a regular file and never through a link; bytes are flushed to
the disk before a name shows them, and a file is streamed, never held whole. What is made here is its owner's
alone, unless somebody asks for more. A failing disk is an error of ours that tells its kind, never a path.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path

from attrs import field, frozen

from clarus_bluecherry._ours import OURS
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, NotSent
from clarus_bluecherry.exchange.names import shown

OURS_TO_ENTER = 0o700
"""Rights of the folders that are made here: their owner's."""

_PIECE = 1 << 20
_NO_FILES = frozenset({errno.ELOOP, errno.ENXIO, errno.ENODEV, errno.EISDIR})
"""How a system says that what has the name is a link, a socket, or a device that nobody drives."""


@frozen
class LocalFile:
    """How a file looks: `size` in bytes, `modified` in nanoseconds since 1970.

    `identity` tells it from another one of the same name, size and time: device, number and last change of its
    entry there.
    """

    name: str
    size: int
    modified: int
    identity: tuple[int, int, int] = field(repr=False)

    def looks_like(self, other: LocalFile) -> bool:
        """Whether nobody has written to it since it looked like `other`, under whatever name."""
        return (self.size, self.modified) == (other.size, other.modified)


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
    return _looks(path.name, path.lstat())


def _looks(name: str, status: os.stat_result) -> LocalFile:
    return LocalFile(name, status.st_size, status.st_mtime_ns, (status.st_dev, status.st_ino, status.st_ctime_ns))


# Opening -----------------------------------------------------------------------------------------------------


def check_system() -> None:
    """Raise `ConfigurationError` where a file cannot be opened without following a link or waiting for a pipe."""
    if not all(hasattr(os, flag) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "fchmod")):
        raise ConfigurationError(
            "an exchange of files needs a POSIX system, which opens a file without following links",
            record="exchange folder",
            action="Let a machine with Linux, macOS or another POSIX system exchange the files.",
        )


def open_file(path: Path) -> BufferedReader:
    """A regular file, open for reading. Raises `InvalidRecord` for anything else: a link, a pipe, a device."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in _NO_FILES:
            raise _no_file(path) from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _no_file(path)
    return os.fdopen(descriptor, "rb")


def _no_file(path: Path) -> InvalidRecord:
    return InvalidRecord(
        "it is no regular file, but a link, a pipe, a device or a folder",
        record=f"file {shown(path.name)}",
        action="Find out who put it there: it was not opened.",
    )


def examined(path: Path) -> tuple[str, LocalFile]:
    """The SHA-256 of a file in hexadecimal, and how the very file looks that was read. Raises as `open_file`."""
    with open_file(path) as file:
        return _digest(file), _looks(path.name, os.fstat(file.fileno()))


def _digest(file: BufferedReader) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()


def pieces_of(path: Path) -> Iterator[bytes]:
    """The content of a file, a piece at a time. Raises as `open_file`."""
    with open_file(path) as file:
        while piece := file.read(_PIECE):
            yield piece


def reopened(path: Path, before: LocalFile, digest: str) -> BufferedReader | None:
    """The file that looked like `before`, open for reading; None when another has its place, or it was changed.

    Some shares number a file anew each time: then its content tells.
    """
    try:
        file = open_file(path)
    except (InvalidRecord, FileNotFoundError):
        return None
    now = _looks(path.name, os.fstat(file.fileno()))
    if now == before or (now.looks_like(before) and _digest(file) == digest):
        file.seek(0)
        return file
    file.close()
    return None


# Writing -----------------------------------------------------------------------------------------------------


def make_folder(path: Path, rights: int = OURS_TO_ENTER, above: int = OURS_TO_ENTER) -> None:
    """Make a folder and those `above` it where they are not there; those that are keep their rights."""
    if not path.parent.exists():
        make_folder(path.parent, above, above)
    with suppress(FileExistsError):
        path.mkdir(rights)
        path.chmod(rights)  # whatever the process's own mask takes away
    if not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))


def write(folder: Path, content: bytes | Iterable[bytes], rights: int = OURS) -> tuple[Path, str]:
    """A complete, flushed file in `folder` under a name that readers ignore, and its SHA-256.

    When it cannot be written, nothing is left of it.
    """
    temporary = folder / f".{secrets.token_hex(8)}.tmp"
    digest = hashlib.sha256()
    try:
        with open(temporary, "xb", opener=_only_ours) as file:  # pathlib has no opener
            for piece in (content,) if isinstance(content, bytes) else content:
                file.write(piece)
                digest.update(piece)
            file.flush()
            os.fchmod(file.fileno(), rights)
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary, digest.hexdigest()


def _only_ours(path: str, flags: int) -> int:
    return os.open(path, flags, OURS)


@contextmanager
def written(folder: Path, content: bytes | Iterable[bytes]) -> Iterator[tuple[Path, str]]:
    """What `write` writes. Whoever wants to keep it renames it inside the block; else it is removed at its end."""
    temporary, digest = write(folder, content)
    try:
        yield temporary, digest
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
