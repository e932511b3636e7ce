"""Database files that are their owner's alone.

Law of this module: what is made here nobody else can read, whatever the process's umask; what others can read is
closed to them, and the log says so. Only POSIX has these rights: on Windows the folder's are inherited.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from logging import Logger
from pathlib import Path

OURS = 0o600
"""Rights of a file that only its owner reads and writes."""

_OTHERS = 0o077
_BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite keeps beside its file; what it makes there itself gets the file's rights."""


def make_ours(path: Path, logger: Logger) -> None:
    """Make the database at `path` as an empty file of ours, or close the one that is there to others.

    A file that cannot be made is left for the database to complain of, and so is what is no file. One that is
    somebody else's stays as it is, and the log says that it does.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OURS))
    if os.name != "posix":
        return
    for each in (Path(f"{path}{ending}") for ending in _BESIDE):
        with suppress(FileNotFoundError):
            mode = each.stat().st_mode
            if stat.S_ISREG(mode) and mode & _OTHERS:
                _close(each, logger)


def _close(path: Path, logger: Logger) -> None:
    try:
        path.chmod(OURS)
    except OSError:  # somebody else's, or in a place that is only read
        logger.warning("others can read or write %s, and it is not ours to close: its owner should", path)
    else:
        logger.warning("others could read or write %s: it is its owner's alone now", path)
