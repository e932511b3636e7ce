"""Files and folders that a person named: what cannot be read or written is told before the work, not after it.

Law of this module: every refusal names the option or the file, and is one of the library's errors.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clarus_bluecherry.errors import ConfigurationError


def folder_to_write(folder: Path, option: str) -> Path:
    """The folder, made if need be. Raises `ConfigurationError` when nothing can be written there."""
    if folder.exists() and not folder.is_dir():
        raise ConfigurationError(f"{folder} is a file: name a folder", field=option)
    with writing(folder, option):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    return folder


@contextmanager
def writing(folder: Path, option: str) -> Iterator[None]:
    """Makes a `ConfigurationError` of what the system says when it does not let us write to `folder`."""
    try:
        yield
    except OSError as error:
        name = error.filename2 or error.filename  # of two it is the one that was asked for
        where = Path(name).name if isinstance(name, str) else folder
        raise ConfigurationError(
            f"{where} cannot be written ({error.strerror})",
            field=option,
            action="Close the file where it is open, or name a folder that can be written to.",
        ) from error
