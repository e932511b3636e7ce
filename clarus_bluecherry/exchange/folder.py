"""An exchange in a local folder: what the partner drops for us, what we leave for the partner.

Law of this module: a file is complete and on the disk before its name can be seen, and a name that was used is
never used for something else. How files are left is in `leaving`, how they are taken in `intake`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Generator, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from attrs import asdict, evolve, frozen

from clarus_bluecherry._ours import OURS
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.exchange.arrival import Arrival
from clarus_bluecherry.exchange.disk import (
    OURS_TO_ENTER,
    age,
    check_system,
    explained,
    files_in,
    make_folder,
    show,
    written,
)
from clarus_bluecherry.exchange.incident import OnIncident, log_incident
from clarus_bluecherry.exchange.intake import ComesBack, Intake, never_again
from clarus_bluecherry.exchange.journal import Clock, Journal, SentOutcome
from clarus_bluecherry.exchange.leaving import Content, Leaving, check_free
from clarus_bluecherry.exchange.names import check_name, is_temporary, shown
from clarus_bluecherry.exchange.server import SharedJournal

IGNORED = ("*.tmp", "*.temp", "*.part", "*.partial", "*.filepart")
"""Names that programs give to files they are still writing. Names with a leading dot are always ignored."""


_SHARED = ("incoming", "outgoing")
_SHARED_FILE, _SHARED_TO_ENTER, _PASSED = 0o640, 0o770, 0o750
"""Rights with `group`: of the files of `outgoing`, of both folders, and of those above them."""
_JOURNAL, _HOME = "journal.sqlite", "exchange-id"


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
    local disk), or a `SharedJournal`, when several machines share the root. `now` is the clock, by default the
    journal's (a shared one's is its server's, the same for all machines); `on_incident` hears of duplicates and
    quarantined files, by default the log.
    `group`: whether the partner comes in by the group of the folders. Without it all that is made here is its
    owner's alone (files 0600, folders 0700); with it the files of `outgoing` are 0640, `incoming` and `outgoing`
    0770, the folders above them 0750. A folder that is there keeps its rights.

    Open one in each process; threads may share it. `incoming` and `outgoing` are its folders, `journal` is its
    memory; a reader that has something to say of a file says it to `on_incident` too. Raises `ConfigurationError`
    on a system that cannot open a file without following links (Windows).
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
        journal: str | Path | SharedJournal | None = None,
        group: bool = False,
        now: Clock | None = None,
        on_incident: OnIncident = log_incident,
    ) -> None:
        check_system()
        root = Path(root)
        paths = {name: root / path for name, path in asdict(layout).items()}
        with explained("making the exchange's folders", root.name):
            for name, path in paths.items():
                shared = group and name in _SHARED
                make_folder(
                    path, _SHARED_TO_ENTER if shared else OURS_TO_ENTER, _PASSED if group else OURS_TO_ENTER
                )
        self.incoming, self.outgoing, self._sent = paths["incoming"], paths["outgoing"], paths["sent"]
        self.journal = Journal(_place_of(journal, root), now=now)
        self.ignored, self.now, self.on_incident = tuple(ignored), self.journal.now, on_incident
        self._leaving = Leaving(self.outgoing, self.journal, rights=_SHARED_FILE if group else OURS)
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
            now=self.now,
            on_incident=on_incident,
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

    def in_turn(
        self, patterns: Collection[str] = ("*",), *, comes_back: ComesBack = never_again
    ) -> Generator[Arrival, None, None]:
        """`arrivals`, for workers to whom it matters which file came first: one worker takes files at a time.

        Nothing while another one does; what was not offered is offered by the next call. Who does not read to the
        end closes it. A worker that dies over it is waited for as long as for its file, a `lease`.
        """
        return self._intake.in_turn(patterns, comes_back)

    def tell_unclaimed(self, patterns: Collection[str]) -> None:
        """Say of each complete file whose name fits none of the `patterns` that nobody takes it, once as it looks.

        It is for whoever reads all that comes into this folder.
        """
        self._intake.tell_unclaimed(patterns)

    def leave(self, control_number: str, name: str, content: Content, *, tracked: bool = True) -> str:
        """Leave the document of `control_number` for the partner, once; return the name of its file.

        `name` is used when the number has none yet: a name once given stays, on whatever day it is left.
        `content` is asked only when the file has to be written; it may be another one at each attempt until one
        has been seen. `tracked`: whether the partner acknowledges it, so that it has an `outcome`; an answer of
        ours is not tracked (its `control_number` is then any text that no other document has).

        Number, name and SHA-256 are in the journal before the file can be seen. Raises `InvalidRecord` for an
        unsafe or ignored name, `Conflict` for one that another document has, `NotSent` when this call showed
        nothing and may be repeated, `OutcomeUnknown` when it may have been left and `LedgerError` when the journal
        cannot be read or written: then `outcome` is asked before it is repeated.
        """
        return self._leaving.leave(control_number, self._visible(name), content, tracked=tracked)

    def outcome(self, control_number: str, pattern: str = "") -> SentOutcome | None:
        """What became of a document that was to be left; None only when it is proven that nobody has seen it.

        Where the journal does not know, the folder is looked at: an intended file whose temporary one still waits
        is taken back, so that it can never be seen, and is absent. A document that the journal has never heard of
        is looked for by `pattern`, a glob of the names it may have: an older version left it, or another journal.
        """
        return self._leaving.outcome(control_number) or self._adopted(control_number, pattern)

    def decide(self, name: str, *, there: bool) -> None:
        """Note what a person found out about a file whose outcome is unknown: whether the partner has it.

        `name` is its name in `outgoing`. What the partner does not have may be left again, and a pump brings it
        again. Raises `InvalidRecord` for a file that is not in doubt.
        """
        self._leaving.decide(name, there=there)

    def put(self, name: str, content: bytes | Iterable[bytes]) -> None:
        """Leave a file for the partner. The same again is no change, even after the partner has fetched it.

        Raises `InvalidRecord` for an unsafe or ignored name, `Conflict` when the name was used for other content,
        `NotSent` when nothing can be seen and the call may be repeated, and `OutcomeUnknown` when the file may
        have been seen.
        """
        self._leaving.put(self._visible(name), content)

    def left_as(self, pattern: str) -> str | None:
        """The name under which a file was left that fits a glob pattern, fetched or not; None when none was."""
        with self.journal.placed() as files:
            placed = files.like(pattern)
        if placed is not None:
            return placed
        return next((path.name for path in self.left() if fnmatchcase(path.name, pattern)), None)

    def _adopted(self, control_number: str, pattern: str) -> SentOutcome | None:
        """What was left by somebody who could not note the control number is noted now."""
        with self.journal.placed() as files:
            known = files.name_of(control_number)
        name = self.left_as(pattern) if pattern and known is None else None
        if name is None:
            return None
        self.journal.sent(control_number, name, self.now())
        return self._leaving.outcome(control_number)

    def drop(self, name: str, content: bytes | Iterable[bytes]) -> None:
        """Put a file where we look for the partner's: what an SFTP pump does, or a simulated partner.

        Raises as `put`, but a name is free again as soon as its file was claimed.
        """
        path = self.incoming / self._visible(name)
        with (
            explained("dropping it", name),
            written(self.incoming, content) as (temporary, digest),
            self.journal.alone(),
        ):
            if check_free(path, digest):
                show(temporary, path)

    def left(self) -> list[Path]:
        """The files that wait for the partner, oldest first."""
        with explained("listing", self.outgoing.name):
            files = sorted(files_in(self.outgoing), key=age)
        return [self.outgoing / file.name for file in files if not is_temporary(file.name, self.ignored)]

    def delivered(self, path: Path) -> None:
        """Move a file that a pump has brought to the partner out of the way."""
        with explained("moving it", path.name):
            show(path, self._sent / path.name)

    def _visible(self, name: str) -> str:
        if is_temporary(check_name(name), self.ignored):
            raise InvalidRecord("readers ignore such a name", record=f"file {shown(name)}")
        return name


def _place_of(journal: str | Path | SharedJournal | None, root: Path) -> str | Path | SharedJournal:
    if isinstance(journal, SharedJournal):
        return evolve(journal, before=journal.before or root / _JOURNAL, home=journal.home or root / _HOME)
    return journal or root / _JOURNAL
