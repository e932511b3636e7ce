"""What is under a journal: a SQLite file here, a PostgreSQL database in `server`.

Law of this module: what was committed survives the machine's sudden end, and writers queue. A process opens its
own connection: one that crossed a fork would damage the file.
"""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from clarus_bluecherry._ours import make_ours
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, LedgerError, Retry

logger = logging.getLogger("clarus_bluecherry.exchange")

_BUSY_SECONDS = 30.0
VERSIONS = (
    """
CREATE TABLE control_keys (key TEXT PRIMARY KEY, owner TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE taken (digest TEXT PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE placed (name TEXT PRIMARY KEY, digest TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE leases (
    ticket TEXT PRIMARY KEY, holder TEXT NOT NULL, until TEXT NOT NULL, attempts INTEGER NOT NULL,
    digest TEXT, verdict TEXT, reason TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE seen (
    place TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
    since TEXT NOT NULL, fetched INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (place, name)
) WITHOUT ROWID;
CREATE TABLE sent (
    control_number TEXT PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL, outcome_at TEXT
) WITHOUT ROWID;
""",
    """
ALTER TABLE placed ADD COLUMN state TEXT NOT NULL DEFAULT 'left';
ALTER TABLE placed ADD COLUMN waiting TEXT;
ALTER TABLE placed ADD COLUMN document TEXT;
CREATE UNIQUE INDEX placed_documents ON placed (document) WHERE document IS NOT NULL;
""",
    """
INSERT INTO control_keys SELECT 'answer ' || document, document FROM placed WHERE document IS NOT NULL
ON CONFLICT DO NOTHING;
""",
)
"""What each version adds to the one before: a new journal goes through all, an older one through the rest."""
TABLES = ("control_keys", "taken", "placed", "leases", "seen", "sent")


def utc_now() -> dt.datetime:
    """The present instant of this machine."""
    return dt.datetime.now(dt.UTC)


class JournalAnswer(Protocol):
    """What a statement found or changed."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Sequence[Any] | None: ...
    def fetchall(self) -> Sequence[Sequence[Any]]: ...


class Statements(Protocol):
    """An open transaction: SQL that both databases take, with `?` for each value."""

    def execute(self, query: str, values: Sequence[object] = (), /) -> JournalAnswer: ...


class JournalDatabase(Protocol):
    """Where a journal's rows are."""

    def transaction(self) -> AbstractContextManager[Statements]:
        """Statements, alone among all who use this journal, until the changes are committed at the end."""
        ...

    def now(self) -> dt.datetime:
        """The present instant by the clock that all who use this journal share."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class JournalFile:
    """One SQLite file that threads share; made when it is not there."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        make_ours(path, logger)
        with _explained():
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        try:
            with _explained():
                self._connection.execute("PRAGMA journal_mode = WAL").close()
                self._connection.execute("PRAGMA synchronous = FULL").close()
            with self.transaction() as database:
                _set_up(database)
        except BaseException:
            self._connection.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection, alone among all threads and processes, until the changes are committed at the end."""
        with self._lock, _explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def now(self) -> dt.datetime:
        """The present instant of this machine: no other uses the file."""
        return utc_now()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def text_of(instant: dt.datetime) -> str:
    """An aware instant as text that sorts as it does: UTC, to the microsecond."""
    if instant.utcoffset() is None:
        raise InvalidRecord("the instant has no time zone", record="exchange journal")
    return instant.astimezone(dt.UTC).isoformat(timespec="microseconds")


def instant_of(text: str) -> dt.datetime:
    """The instant that `text_of` wrote."""
    return dt.datetime.fromisoformat(text)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise LedgerError(
            f"the journal of the exchange failed ({type(error).__name__})",
            retry=Retry.SAFE,
            action="Check that its folder is local, can be written and has room; nothing was lost.",
        ) from error


def _set_up(database: sqlite3.Connection) -> None:
    (found,) = database.execute("PRAGMA user_version").fetchone()
    for script in scripts_after(found):
        for statement in filter(str.strip, script.split(";")):
            database.execute(statement)
    database.execute(f"PRAGMA user_version = {len(VERSIONS)}")


def scripts_after(version: int) -> Sequence[str]:
    """What takes a journal of that version to this library's. Raises `ConfigurationError` for a later one."""
    if version > len(VERSIONS):
        raise ConfigurationError(
            f"the journal of the exchange is of version {version}, this library knows version {len(VERSIONS)}",
            record="exchange journal",
            action="Use the version of clarus-bluecherry that wrote it.",
        )
    return VERSIONS[version:]
