"""The files that have arrived from a partner, kept so that they can be read again.

Law of this module: a file is stored whole, once for each time that its content counts, under the instant at which
it was stored; it is never changed. Nothing here is deleted: how long files are kept is the site's decision.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import BinaryIO

from attrs import frozen

from clarus_bluecherry.exchange.disk import make_folder, show, written

_STORED = re.compile(r"(?P<at>\d{8}T\d{12}Z)-(?P<digest>[0-9a-f]{16})-(?P<name>.+)", re.DOTALL)
_TICK = dt.timedelta(microseconds=1)
"""Keeps files in the order in which they were stored, however coarse the clock is."""
_MOMENT = "%Y%m%dT%H%M%S%fZ"
_SHORT = 16
"""Characters of the digest that stand in a name."""


@frozen
class Stored:
    """A file that has arrived, and when it was stored."""

    path: Path
    name: str
    at: dt.datetime

    def holds(self, digest: str) -> bool:
        """Whether its content has this SHA-256."""
        named = _STORED.fullmatch(self.path.name)
        return named is not None and named["digest"] == digest[:_SHORT]


class Store:
    """Everything that has arrived, by the instant at which it was stored."""

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self._folder = folder

    def add(self, name: str, digest: str, content: BinaryIO, *, at: dt.datetime, again: bool = False) -> Stored:
        """Store a file. Content that is there already and does not count `again` is the last such file."""
        before = self.files()
        there = [stored for stored in before if stored.holds(digest)]
        if there and not again:
            return there[-1]
        at = max([at, *(stored.at + _TICK for stored in before[-1:])])
        with written(self._folder, iter(lambda: content.read(1 << 20), b"")) as (temporary, _):
            path = self._folder / f"{at.astimezone(dt.UTC):{_MOMENT}}-{digest[:_SHORT]}-{name}"
            show(temporary, path)
        return Stored(path, name, at)

    def files(self, since: dt.datetime | None = None) -> list[Stored]:
        """What was stored from `since` on, oldest first."""
        found = []
        for path in sorted(self._folder.iterdir()):
            named = _STORED.fullmatch(path.name)
            if named is None:
                continue
            at = dt.datetime.strptime(named["at"], _MOMENT).replace(tzinfo=dt.UTC)
            if since is None or at >= since:
                found.append(Stored(path, named["name"], at))
        return found
