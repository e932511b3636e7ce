"""An exchange in a local folder: what the partner drops for us, what we leave for the partner.

Law of this module: a file is complete and on the disk before its name can be seen, and a name that was used is
never used for something else. How files are taken is in `intake`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from attrs import asdict, frozen

from clarus_bluecherry.errors import ConfigurationError, Conflict, InvalidRecord
from clarus_bluecherry.exchange.arrival import Arrival
from clarus_bluecherry.exchange.disk import age, digest_of, explained, files_in, show, written
from clarus_bluecherry.exchange.intake import ComesBack, Intake, never_again
from clarus_bluecherry.exchange.journal import Clock, Journal, utc_now
from clarus_bluecherry.exchange.names import check_name, is_temporary, shown
from clarus_bluecherry.exchange.notice import Notify, log_notice

IGNORED = ("*.tmp", "*.temp", "*.part", "*.partial", "*.filepart")
"""Names that programs give to files they are still writing. Names with a leading dot are always ignored."""


@frozen
class FolderLayout:
    """The sub-folders of an exchange, as paths below its root. All have to be on one file system.

    `incoming` is what the partner drops for us, `outgoing` what we leave for the partner, `work` what a worker
    holds, `archive` what was taken, `quarantine` what was refused, `sent` what an SFTP pump has delivered.
    """

    incoming: str = "in"
    outgoing: str = "out"
    work: str = "work"
    archive: str = "archive"
    quarantine: str = "quarantine"
    sent: str = "sent"

    def __attrs_post_init__(self) -> None:
        paths = {name: PurePosixPath(path) for name, path in asdict(self).items()}
        for name, path in paths.items():
            if path.is_absolute() or ".." in path.parts or not path.parts:
                raise ConfigurationError(f"{str(path)!r} is not a folder below the root", field=name)
        if len(set(paths.values())) < len(paths):
            raise ConfigurationError("two folders of an exchange are the same", record="FolderLayout")


class Folder:
    """An exchange in the folder `root`, which is made when it is not there.

    `settle`: a partner who does not write under a temporary name and rename (nobody publishes whether Blue Cherry
    does) is waited for: a file is taken when its size and modification time have not changed for so long. Zero for
    partners who rename.
    `lease`: how long a worker may hold a file before it counts as dead (`Arrival.extend` holds longer).
    `retry_after` and `attempts`: when a file whose reader failed is offered again, and how often before it is
    quarantined.
    `ignored`: glob patterns of temporary names. `journal`: its file, when the root is on a share (SQLite wants a
    local disk). `now` is the clock; `notify` hears of duplicates and quarantined files, by default the log.

    Open one in each process; threads may share it. `incoming` and `outgoing` are its folders, `journal` is its
    memory; a reader that has something to say of a file says it to `notify` too.
    """

    def __init__(
        self,
        root: str | Path,
        *,
        layout: FolderLayout = FolderLayout(),
        settle: dt.timedelta = dt.timedelta(seconds=10),
        lease: dt.timedelta = dt.timedelta(minutes=15),
        retry_after: dt.timedelta = dt.timedelta(minutes=5),
        attempts: int = 5,
        ignored: Collection[str] = IGNORED,
        journal: str | Path | None = None,
        now: Clock = utc_now,
        notify: Notify = log_notice,
    ) -> None:
        root = Path(root)
        paths = {name: root / path for name, path in asdict(layout).items()}
        with explained("making the exchange's folders", root.name):
            for path in paths.values():
                path.mkdir(parents=True, exist_ok=True)
        self.incoming, self.outgoing, self._sent = paths["incoming"], paths["outgoing"], paths["sent"]
        self.ignored, self.now, self.notify = tuple(ignored), now, notify
        self.journal = Journal(journal or root / "journal.sqlite", now=now)
        self._intake = Intake(
            incoming=self.incoming,
            work=paths["work"],
            archive=paths["archive"],
            quarantine=paths["quarantine"],
            journal=self.journal,
            settle=settle,
            lease=lease,
            retry_after=retry_after,
            attempts=attempts,
            ignored=self.ignored,
            now=now,
            notify=notify,
        )

    def close(self) -> None:
        """Close the journal."""
        self.journal.close()

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def arrivals(
        self, patterns: Collection[str] = ("*",), *, comes_back: ComesBack = never_again
    ) -> Iterator[Arrival]:
        """Take the complete files whose names fit one of the `patterns`, oldest first, one at a time.

        The order is that of the modification time, then of the name: a later document may correct an earlier one,
        and the time is the nearest thing to the partner's own order. Each file is offered at most once in a call.
        Content that was taken before is archived as a duplicate and not offered, unless `comes_back` says of it
        that it is a new word; the same content in another worker's hands waits for its end, unless so. Raises
        `NotSent` when the disk fails; what was not offered is offered by the next call.
        """
        return self._intake.arrivals(patterns, comes_back)

    def put(self, name: str, content: bytes | Iterable[bytes]) -> None:
        """Leave a file for the partner. The same again is no change, even after the partner has fetched it.

        Raises `InvalidRecord` for an unsafe or ignored name, `Conflict` when the name was used for other content,
        and `NotSent` when the disk fails; then nothing is visible, and the call may be repeated.
        """
        self._check_visible(name)
        with (
            explained("leaving it", name),
            written(self.outgoing, content) as (temporary, digest),
            self.journal.placing(name, digest) as new,
        ):
            if new:
                self._show(temporary, digest, self.outgoing / name)

    def left_as(self, pattern: str) -> str | None:
        """The name under which a file was left that fits a glob pattern, fetched or not; None when none was."""
        placed = self.journal.placed_as(pattern)
        if placed is not None:
            return placed
        return next((path.name for path in self.left() if fnmatchcase(path.name, pattern)), None)

    def drop(self, name: str, content: bytes | Iterable[bytes]) -> None:
        """Put a file where we look for the partner's: what an SFTP pump does, or a simulated partner.

        Raises as `put`, but a name is free again as soon as its file was claimed.
        """
        self._check_visible(name)
        with (
            explained("dropping it", name),
            written(self.incoming, content) as (temporary, digest),
            self.journal.alone(),
        ):
            self._show(temporary, digest, self.incoming / name)

    def left(self) -> list[Path]:
        """The files that wait for the partner, oldest first."""
        with explained("listing", self.outgoing.name):
            files = sorted(files_in(self.outgoing), key=age)
        return [self.outgoing / file.name for file in files if not is_temporary(file.name, self.ignored)]

    def delivered(self, path: Path) -> None:
        """Move a file that a pump has brought to the partner out of the way."""
        with explained("moving it", path.name):
            show(path, self._sent / path.name)

    def _check_visible(self, name: str) -> None:
        if is_temporary(check_name(name), self.ignored):
            raise InvalidRecord("readers ignore such a name", record=f"file {shown(name)}")

    @staticmethod
    def _show(temporary: Path, digest: str, path: Path) -> None:
        if not path.exists():
            show(temporary, path)
        elif digest_of(path) != digest:
            raise Conflict(
                "other content waits under this name",
                record=f"file {shown(path.name)}",
                action="Nothing, when the waiting file is fetched soon; else compare both.",
            )
