"""A file that a partner left, while it is ours to read.

Law of this module: an arrival ends with `done()` or `refuse()`. Anything else, an exception or a dead process,
leaves it where it is, to be offered again.
"""

from __future__ import annotations

import datetime as dt
from types import TracebackType
from typing import BinaryIO, Protocol

from attrs import field, frozen

from clarus_bluecherry.exchange.disk import LocalFile
from clarus_bluecherry.exchange.journal import Lease


class ArrivalSource(Protocol):
    """Who hands out arrivals: the folder."""

    def open(self, arrival: Arrival) -> BinaryIO: ...
    def take(self, arrival: Arrival, key: str) -> bool: ...
    def extend(self, arrival: Arrival) -> bool: ...
    def done(self, arrival: Arrival, *, kept: bool = True) -> None: ...
    def refuse(self, arrival: Arrival, reason: str) -> None: ...
    def give_back(self, arrival: Arrival, error: BaseException | None) -> None: ...
    def put_back(self, arrival: Arrival) -> None: ...


@frozen
class Arrival:
    """A complete file from the partner, held by one worker.

    `size` is in bytes, `digest` its SHA-256 in hexadecimal, `arrived_at` when the partner finished it (UTC, by the
    file's modification time), `attempts` how often it has been offered, this time included, and `ticket` its name
    in `work` and then in `archive` or `quarantine`. `lease` and `file` are the folder's own.

    Used in a `with` block: when the block is left without a verdict, the file is offered again later. That counts
    as an attempt unless the exception says that repeating is safe (a server that is away is not the file's fault).
    """

    name: str
    size: int
    digest: str
    arrived_at: dt.datetime
    attempts: int
    ticket: str = field(repr=False)
    lease: Lease = field(repr=False, eq=False)
    file: LocalFile = field(repr=False)
    _keeper: ArrivalSource = field(repr=False, eq=False)

    def open(self) -> BinaryIO:
        """The content, to be read as a stream; the caller closes it.

        Raises `Conflict`, safe to retry, when it is not the file any more that `digest` was made of.
        """
        return self._keeper.open(self)

    def read(self) -> bytes:
        """The whole content at once: for files that are known to be small."""
        with self.open() as file:
            return file.read()

    def take(self, key: str) -> bool:
        """Whether this content is the first to bring `key`, such as a control number.

        Yes again when the same file is offered again. The keys of a file of which nothing was kept become free.
        """
        return self._keeper.take(self, key)

    def extend(self) -> bool:
        """Hold the file for another whole lease: for work that takes long. False when it is no longer ours."""
        return self._keeper.extend(self)

    def done(self, *, kept: bool = True) -> None:
        """Archive the file: its content is not offered again, under any name.

        `kept` is whether anything of it was. Where nothing was, its keys become free, so that what is put right
        may come under the number that was refused.

        Raises `Conflict` when the lease had run out and another worker has the file, or when it changed since it
        was offered.
        """
        self._keeper.done(self, kept=kept)

    def refuse(self, reason: str) -> None:
        """Quarantine the file with `reason` beside it. The reason is for people: put no personal data in it.

        Raises `Conflict` when the lease had run out and another worker has the file.
        """
        self._keeper.refuse(self, reason)

    def put_back(self) -> None:
        """Let go of the file without a verdict: it is offered again at once, and this was no attempt."""
        self._keeper.put_back(self)

    def __enter__(self) -> Arrival:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._keeper.give_back(self, error)
