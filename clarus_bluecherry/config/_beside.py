"""Where the site file's relative paths begin: in the folder that the file is in.

Law of this module: whatever folder a program starts in, the same site file names the same files. A link to a site
file stands where the link is.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar

from pydantic import AfterValidator, ValidationInfo

Given = TypeVar("Given", Path | None, str)

_MEMORY = ":memory:"
_SQLITE_FILE = re.compile(r"(sqlite(?:\+\w+)?:///(?:file:)?+)([^?]+)(.*)", re.DOTALL)
"""SQLAlchemy's address of a SQLite file, before, at and behind its path."""


def folder_of(path: Path | str) -> Path:
    """The folder of the site file at `path`; validation is given it as its context."""
    return Path(path).parent.resolve()


def _beside(given: Given, info: ValidationInfo) -> Given:
    if given is None or info.context is None:  # a section that a program makes has no file
        return given
    there: Path = info.context / given
    return str(there) if isinstance(given, str) else there


def _ledger_beside(place: str, info: ValidationInfo) -> str:
    address = _SQLITE_FILE.fullmatch(place)
    before, path, behind = address.groups() if address else ("", place, "")
    is_elsewhere = path == _MEMORY or "://" in path
    return place if is_elsewhere else before + _beside(path, info) + behind


BESIDE = AfterValidator(_beside)
"""A path that is relative to the site file's folder."""
LEDGER_BESIDE = AfterValidator(_ledger_beside)
"""The same for a ledger: its file, or the address of one. An address of a server stays as it is."""
