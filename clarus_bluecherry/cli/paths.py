"""Files and folders that a person named: what cannot be read or written is told before the work, not after it.

Law of this module: every refusal names the option or the file, and is one of the library's errors.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clarus_bluecherry.errors import ConfigurationError

_FILES = (".csv", ".htm", ".html", ".json", ".ods", ".pdf", ".txt", ".xls", ".xlsm", ".xlsx", ".zip")
"""Endings by which a person means a file; a date behind a point (`closed.2026`) is none."""


def folder_to_write(folder: Path, option: str) -> Path:
    """The folder, made if need be. Raises `ConfigurationError` when nothing can be written there."""
    if folder.exists() and not folder.is_dir():
        raise ConfigurationError(f"{folder} is a file: name a folder", field=option)
    if folder.suffix.lower() in _FILES and not folder.exists():
        what = f"{folder} is called as a file is, and would become a folder"
        raise ConfigurationError(what, field=option, action=f"Name a folder, such as {folder.with_suffix('')}.")
    with writing(folder, option):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    return folder


def _asked_for(error: OSError, folder: Path) -> str:
    """The file that is in the way; `folder` where there is none yet, and the name may be one of a moment's."""
    name = error.filename2 or error.filename  # of two it is the one that was asked for
    is_there = isinstance(name, str) and os.path.lexists(name) and Path(name).absolute() != folder.absolute()
    return Path(name).name if is_there else str(folder if folder.name else folder.absolute())


@contextmanager
def writing(folder: Path, option: str) -> Iterator[None]:
    """Makes a `ConfigurationError` of what the system says when it does not let us write to `folder`."""
    try:
        yield
    except OSError as error:
        raise ConfigurationError(
            f"{_asked_for(error, folder)} cannot be written ({error.strerror})",
            field=option,
            action="Close the file where it is open, or name a folder that can be written to.",
        ) from error
