"""The guard of a worker: a lock that it holds while it works, and that dies with it.

Law of this module: as long as the lock is held, its worker may still send; once it can be taken, it sends no more,
whatever became of it. A lease alone cannot tell: a worker that is paused longer than its lease wakes up and sends.
On PostgreSQL it is an advisory lock of a session of its own; on SQLite a lock on a file beside the ledger, which
the system frees when the process ends. A paused process keeps both. A ledger in memory has only one worker.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy import exc

from clarus_bluecherry.errors import ConfigurationError, LedgerError
from clarus_bluecherry.ledger.database import Database

try:
    import fcntl
except ImportError:  # not a POSIX system
    fcntl = None  # type: ignore[assignment]

_NO_LOCK = "this system has no lock on a file that dies with its process"
_WANTED = {
    "lock_timeout": "10s",
    "idle_session_timeout": "0",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
}
"""Settings of the guard's session: it is not cut while it idles, and that its machine has died shows in half a
minute. Those that a server does not know are left out."""


class Guard(Protocol):
    """The lock of one worker."""

    def keep(self) -> None:
        """Make sure that it is held: taken when it is not. Raises `LedgerError` when it cannot be."""
        ...

    def free(self) -> None:
        """Give it back."""
        ...


def guard_of(database: Database, worker: str) -> Guard:
    """The guard of `worker`, not yet taken. Raises `ConfigurationError` where there is no such lock."""
    if database.is_server:
        return _SessionGuard(database, worker)
    path = _file_of(database, worker)
    return _NoGuard() if path is None else _FileGuard(path)


def gone(database: Database, connection: sa.Connection) -> Callable[[str], bool]:
    """Whether a worker's lock is free, and so stays until the transaction of `connection` ends."""

    def on_server(worker: str) -> bool:
        query = sa.select(sa.func.pg_try_advisory_xact_lock(_number(worker)))
        return bool(connection.scalar(query))

    def by_file(worker: str) -> bool:
        path = _file_of(database, worker)
        return path is None or _is_free(path)

    return on_server if database.is_server else by_file


class _NoGuard:
    """In memory."""

    def keep(self) -> None:
        """There is nobody else."""

    def free(self) -> None:
        """There was nobody else."""


# PostgreSQL --------------------------------------------------------------------------------------------------


class _SessionGuard:
    """An advisory lock of a session of its own."""

    def __init__(self, database: Database, worker: str) -> None:
        self._database = database
        self._worker = worker
        self._session: sa.Connection | None = None

    def keep(self) -> None:
        if not self._is_held():
            self.free()
            self._session = self._taken()

    def free(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with suppress(exc.SQLAlchemyError):  # its end frees the lock too, but some time after we have gone
                session.execute(sa.select(sa.func.pg_advisory_unlock(_number(self._worker))))
            with suppress(exc.SQLAlchemyError):
                session.close()  # it has no pool to go back to

    def _taken(self) -> sa.Connection:
        session = self._database.session()
        try:
            with self._database.explained():
                session.execute(_SETTINGS, _WANTED)
                session.execute(sa.select(sa.func.pg_advisory_lock(_number(self._worker))))
        except BaseException:
            session.close()
            raise
        return session

    def _is_held(self) -> bool:
        """Whether the session is still there, and the lock with it."""
        try:
            return self._session is not None and self._session.scalar(sa.select(1)) == 1
        except exc.SQLAlchemyError:
            return False


_SETTINGS = sa.text(
    "SELECT set_config(name, CASE name "
    + " ".join(f"WHEN '{name}' THEN :{name}" for name in _WANTED)
    + " END, false) FROM pg_settings WHERE name IN ("
    + ", ".join(f"'{name}'" for name in _WANTED)
    + ")"
)


def _number(worker: str) -> int:
    """The number by which PostgreSQL knows the lock."""
    return int.from_bytes(_digest(worker)[:8], signed=True)


def _digest(worker: str) -> bytes:
    return hashlib.sha256(f"clarus_bluecherry worker {worker}".encode()).digest()


# SQLite ------------------------------------------------------------------------------------------------------


class _FileGuard:
    """A lock on a file beside the ledger."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def keep(self) -> None:
        while not self._is_held():
            self._close()
            self._file = _opened(self._path)

    def free(self) -> None:
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            self._close()

    def _is_held(self) -> bool:
        """Not when somebody who looks for dead workers has the file, or has just cleared it away."""
        return self._file is not None and _lock(self._file) and _is_there(self._file, self._path)

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def _file_of(database: Database, worker: str) -> Path | None:
    ledger = database.file
    return None if ledger is None else ledger.with_name(f"{ledger.name}-worker-{_digest(worker).hex()[:32]}")


def _is_free(path: Path) -> bool:
    """Whether nobody holds the file. One that a dead worker left is cleared away."""
    if not path.exists():
        return True
    file = _opened(path)
    try:
        free = _lock(file)
        if free:
            path.unlink(missing_ok=True)
    finally:
        os.close(file)
    return free


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LedgerError(
            f"the file that guards what is being sent cannot be opened ({error.strerror})",
            record=path.name,
            action="Let the worker write into the folder of the ledger.",
        ) from error


def _lock(file: int) -> bool:
    """Whether the lock could be taken; at once, for nobody is waited for."""
    if fcntl is None:
        raise ConfigurationError(_NO_LOCK, record="ledger", action="Keep the ledger in PostgreSQL.")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        what = f"the file system of the ledger cannot lock files ({error.strerror})"
        action = "Keep the ledger on a disk of its machine, or in PostgreSQL."
        raise ConfigurationError(what, record="ledger", action=action) from error
    return True


def _is_there(file: int, path: Path) -> bool:
    """Whether the open file is still the one of this name."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False
