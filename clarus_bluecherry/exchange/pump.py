"""Between our folder and a partner's SFTP server.

Law of this module: a file leaves one side only when it is complete and on the disk of the other. Cut off anywhere,
nothing is lost. Coming in, the same file may come again, which its digest tells. Going out, it is journalled
before it is given its name there, and one file can be given it once: where nobody can tell whether it was, it is
unknown, and never brought a second time. One file's trouble does not stop the others; the connection's does.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path

from attrs import frozen

from clarus_bluecherry.errors import (
    ClarusBluecherryError,
    Conflict,
    NotFound,
    NotSent,
    OutcomeUnknown,
    Retry,
    ServerFailed,
)
from clarus_bluecherry.exchange.disk import examined, explained, pieces_of
from clarus_bluecherry.exchange.folder import Folder
from clarus_bluecherry.exchange.journal import Lease
from clarus_bluecherry.exchange.names import check_name, is_temporary, matches, shown
from clarus_bluecherry.exchange.placed import Placed, PlacedState
from clarus_bluecherry.exchange.settings import SftpSettings
from clarus_bluecherry.exchange.sftp import Looks, RemoteFile, SftpConnection

_HELD = dt.timedelta(minutes=5)
"""How long a pump may be silent over one file before it counts as dead."""


@frozen
class Pumped:
    """What a pump did: names fetched, names brought, and what went wrong with files, which stay where they are."""

    collected: tuple[str, ...] = ()
    delivered: tuple[str, ...] = ()
    problems: tuple[ClarusBluecherryError, ...] = ()


class SftpExchange:
    """`folder` with its `in` and `out` continued on a partner's server.

    Each call opens a connection of its own. The folder's `settle` may be zero: a pump drops complete files.
    Raises what `SftpConnection` raises when the server cannot be used at all, and `NotSent` when the connection is
    lost or our disk fails half way; then calling again goes on.
    """

    def __init__(self, folder: Folder, settings: SftpSettings) -> None:
        self._folder = folder
        self._settings = settings
        self._place = f"{settings.host}:{settings.port}/{settings.incoming}"

    def pump(self, patterns: Collection[str] = ("*",)) -> Pumped:
        """Collect, then deliver, over one connection."""
        with SftpConnection(self._settings) as server:
            collected = self._collect(server, patterns)
            delivered = self._deliver(server)
        return Pumped(collected.collected, delivered.delivered, collected.problems + delivered.problems)

    def collect(self, patterns: Collection[str] = ("*",)) -> Pumped:
        """Fetch the complete files there whose names fit one of the `patterns`, oldest first.

        A file with an unsafe name stays there and is a problem of the result.
        """
        with SftpConnection(self._settings) as server:
            return self._collect(server, patterns)

    def deliver(self) -> Pumped:
        """Bring what is in `out`, oldest first, and move it to `sent`."""
        with SftpConnection(self._settings) as server:
            return self._deliver(server)

    def ping(self) -> str:
        """Whether the way is open: log in and look at both folders there. Returns how many files wait in each."""
        with SftpConnection(self._settings) as server:
            waiting, left = server.files(self._settings.incoming), server.files(self._settings.outgoing)
        return f"{self._settings.host}: {len(waiting)} to fetch, {len(left)} waiting for the partner"

    # Coming in -------------------------------------------------------------------------------------------------

    def _collect(self, server: SftpConnection, patterns: Collection[str]) -> Pumped:
        collected: list[str] = []
        problems: list[ClarusBluecherryError] = []
        for file in server.files(self._settings.incoming):
            if is_temporary(file.name, self._folder.ignored) or not matches(file.name, patterns):
                continue
            try:
                if self._fetched(server, file):
                    collected.append(file.name)
            except NotSent:
                raise
            except ClarusBluecherryError as problem:
                problems.append(problem)
        return Pumped(collected=tuple(collected), problems=tuple(problems))

    def _fetched(self, server: SftpConnection, file: RemoteFile) -> bool:
        """Fetch one file and clear it away there; False when it is still being written."""
        journal, name = self._folder.journal, check_name(file.name)
        sighting = journal.sighted(self._place, file)
        if self._folder.now() - sighting.since < self._settings.settle:
            return False
        if not sighting.fetched:  # else it could not be cleared away the last time
            self._folder.drop(name, _complete(server, file))
            journal.fetched(self._place, name)
        self._clear_away(server, file)
        journal.gone(self._place, name)
        return True

    def _clear_away(self, server: SftpConnection, file: RemoteFile) -> None:
        try:
            if self._settings.taken is None:
                server.remove(file.path)
            else:
                stamp = f"{self._folder.now().astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
                server.rename(file.path, f"{self._settings.taken}/{stamp}-{file.name}".encode())
        except NotFound:
            if server.look(file.path) is not None:  # else another pump was faster
                raise

    # Going out -------------------------------------------------------------------------------------------------

    def _deliver(self, server: SftpConnection) -> Pumped:
        delivered: list[str] = []
        problems: list[ClarusBluecherryError] = []
        for path in self._folder.left():
            lease = self._folder.journal.lease(f"out/{path.name}", _HELD)
            if lease is None:
                continue
            try:
                if path.exists():  # else another pump has just brought it
                    self._bring(server, path, lease)
                    self._folder.delivered(path)
                    delivered.append(path.name)
                self._folder.journal.forget(lease.ticket)
            except BaseException as problem:
                self._folder.journal.give_back(lease, wait=dt.timedelta(), counted=True)
                if not isinstance(problem, ClarusBluecherryError) or isinstance(problem, NotSent):
                    raise
                problems.append(problem)
        return Pumped(delivered=tuple(delivered), problems=tuple(problems))

    def _bring(self, server: SftpConnection, path: Path, lease: Lease) -> None:
        state = self._placed(path).state
        if state is PlacedState.BROUGHT:
            return  # and cut off before it was moved out of the way
        target = f"{self._settings.outgoing}/{path.name}".encode()
        found = server.look(target)
        if found is not None:
            _check_same(server, target, found.size, path)  # brought before, and cut off before we noted it
        else:
            partial = target + self._settings.partial.encode()
            if state is PlacedState.BRINGING:
                self._check_waits(server, partial, path)
            else:
                self._write(server, partial, path, lease)
            self._name_there(server, partial, target, path, lease)
        self._note(self._placed(path).brought())

    def _write(self, server: SftpConnection, partial: bytes, path: Path, lease: Lease) -> None:
        size = server.write(partial, self._held(path, lease))
        arrived = server.look(partial)
        if arrived is None or arrived.size != size:
            raise ServerFailed(
                "the server did not keep all that was sent",
                record=f"file {shown(path.name)}",
                action="Ask the partner whether the disk is full; it is tried again on the next run.",
                retry=Retry.SAFE,
            )

    @staticmethod
    def _check_waits(server: SftpConnection, partial: bytes, path: Path) -> None:
        """Raise when what was being given its name does not wait for it any more: it may have been fetched."""
        found = server.look(partial)
        if found is None:
            raise OutcomeUnknown(
                "it may have been brought: the connection was lost over its last step, and it is not there",
                record=f"file {shown(path.name)}",
                action="Ask the partner; its acknowledgement settles it, or `Folder.decide`.",
            )
        _check_same(server, partial, found.size, path)

    def _name_there(self, server: SftpConnection, partial: bytes, target: bytes, path: Path, lease: Lease) -> None:
        """Let the partner see the file. A server that says no has done nothing; one that says nothing may have."""
        self._keep(path, lease)
        before = self._placed(path)
        self._note(before.bringing())
        try:
            server.rename(partial, target)
        except NotSent:
            raise
        except ClarusBluecherryError:
            self._note(before)
            raise

    def _placed(self, path: Path) -> Placed:
        """How far a file has come that waits in `out`, also one that somebody else put there."""
        with self._folder.journal.placed() as files:
            placed = files.of(path.name)
        if placed is None:
            with explained("reading it", path.name):
                placed = Placed(path.name, examined(path)[0])
        return placed.left() if placed.state is PlacedState.INTENDED else placed

    def _note(self, placed: Placed) -> None:
        with self._folder.journal.placed() as files:
            files.keep(placed)

    def _held(self, path: Path, lease: Lease) -> Iterator[bytes]:
        """The content of a file of ours, as long as bringing it is ours to do."""
        with explained("reading it", path.name):
            for piece in pieces_of(path):
                self._keep(path, lease)
                yield piece

    def _keep(self, path: Path, lease: Lease) -> None:
        if not self._folder.journal.extend(lease, _HELD):
            raise Conflict("another pump has it", record=f"file {shown(path.name)}", retry=Retry.SAFE)


def _complete(server: SftpConnection, file: RemoteFile) -> Iterator[bytes]:
    """The content of a file there. Raises `Conflict` at its end when it is not the file that was listed."""
    size = 0
    for piece in server.read(file.path, file.size):
        size += len(piece)
        yield piece
    if size != file.size or server.look(file.path) != Looks(file.size, file.modified):
        raise Conflict(
            "it changed while it was fetched",
            record=f"file {shown(file.name)}",
            retry=Retry.SAFE,
            action="Nothing, when it is fetched on the next run; else ask the partner to write and rename.",
        )


def _check_same(server: SftpConnection, target: bytes, size: int, path: Path) -> None:
    with explained("comparing it", path.name):
        if size == path.stat().st_size:
            digest = hashlib.sha256()
            for piece in server.read(target, size):
                digest.update(piece)
            if digest.hexdigest() == examined(path)[0]:
                return
    raise Conflict(
        "another file has the name on the server",
        record=f"file {shown(path.name)}",
        retry=Retry.POINTLESS,
        action="Compare both with the partner, and take one of them away.",
    )
