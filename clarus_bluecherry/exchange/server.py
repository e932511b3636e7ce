"""A journal in a PostgreSQL database, so that several machines share one exchange.

Law of this module: it is as the file is. One transaction at a time, by a lock of the database's that dies with its
session; and what goes by a clock goes by the server's, the same for every machine.
"""

from __future__ import annotations

import datetime as dt
import secrets
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from clarus_bluecherry._lazy import need
from clarus_bluecherry.errors import ConfigurationError, LedgerError, Retry
from clarus_bluecherry.exchange.database import (
    TABLES,
    VERSIONS,
    JournalAnswer,
    JournalFile,
    Statements,
    scripts_after,
)
from clarus_bluecherry.exchange.disk import show, written

if TYPE_CHECKING:
    import psycopg

_LOCKS = 0x636C6278  # any number will do, as long as every process of ours takes the same
_WAIT = "30s"
"""How long one waits for another, and how long another may stand still inside a transaction."""


@frozen
class SharedJournal:
    """Where a journal is that machines share: a PostgreSQL database, and the exchange's name in it.

    `url` is `postgresql://…`, as a ledger's. The tables are in a schema of their own, called like the one that the
    connection would use and `name` (`public_bluecherry_files`); it is made where it is missing. `before`: the file
    of the journal that this exchange had until now; where it is there, and the shared one is new, its rows are
    taken over and the file is renamed (`….moved`). Stop whoever uses it first. `home`: a file in the exchange's
    folder by which the journal knows it again: a machine on which that folder is not there, or another one, is
    told so. `Folder` sets both.
    """

    url: str = field(repr=False)
    name: str
    before: Path | None = None
    home: Path | None = None

    def __attrs_post_init__(self) -> None:
        if not self.url.startswith(("postgresql://", "postgresql+psycopg://")):
            raise ConfigurationError(
                "a journal that machines share is in a PostgreSQL database",
                record="exchange journal",
                action="Have the ledger on PostgreSQL; beside a ledger in a file the journal is a file, too.",
            )
        if not (self.name.isidentifier() and self.name.isascii() and self.name.islower()):
            raise ConfigurationError(f"{self.name!r} is no name of an exchange", record="exchange journal")


class JournalServer:
    """One connection to a PostgreSQL database, which threads share; made anew when it is lost."""

    def __init__(self, place: SharedJournal) -> None:
        need("psycopg", extra="postgres", purpose="an exchange's journal on PostgreSQL")
        self._url = place.url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._lock = threading.Lock()
        self._connection: psycopg.Connection | None = None
        self._clock = dt.datetime.now(dt.UTC), time.monotonic()
        with self._lock, _explained():
            self._connection = self._connected()
            self._schema = _schema(self._connection, place.name)
        try:
            with self.transaction() as database:
                is_new = _set_up(database, self._schema)
                if place.home:
                    _check_home(database, place.home)
                if before := place.before if is_new and place.before and place.before.exists() else None:
                    _take_over(database, before)
            if before:
                before.rename(before.with_name(f"{before.name}.moved"))
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Statements]:
        """Statements, alone among all threads, processes and machines, until the changes are committed."""
        with self._lock, _explained():
            connection = self._begun()
            try:
                yield _Questions(connection)
                connection.commit()
            except BaseException:
                with suppress(Exception):
                    connection.rollback()
                raise

    def now(self) -> dt.datetime:
        """The server's clock, as it was asked in the last transaction."""
        told, at = self._clock
        return told + dt.timedelta(seconds=time.monotonic() - at)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()

    def _connected(self) -> psycopg.Connection:
        import psycopg  # only who has such a journal

        return psycopg.connect(self._url, keepalives_idle=10, keepalives_interval=5, keepalives_count=3)

    def _begun(self) -> psycopg.Connection:
        """The connection, in a transaction that has the lock; a new one where the server has cut the old."""
        import psycopg

        if self._connection is not None and not self._connection.closed:
            with suppress(psycopg.OperationalError):
                return self._locked(self._connection)
            if not self._connection.closed:
                raise LedgerError(
                    "another worker has held the journal of the exchange for too long",
                    retry=Retry.SAFE,
                    action="Nothing, if it ends soon; else look at the workers on all machines.",
                )
        self._connection = self._connected()
        return self._locked(self._connection)

    def _locked(self, connection: psycopg.Connection) -> psycopg.Connection:
        """The connection, in a transaction that has the lock; in none where it does not get it."""
        begin = (
            f"SET LOCAL search_path TO {self._schema};"
            f" SET LOCAL lock_timeout = '{_WAIT}'; SET LOCAL idle_in_transaction_session_timeout = '{_WAIT}';"
            f" SELECT pg_advisory_xact_lock({_LOCKS}, {_number(self._schema)}); SELECT clock_timestamp()"
        )
        try:
            found = connection.execute(begin.encode())
        except BaseException:
            with suppress(Exception):
                connection.rollback()
            raise
        while found.nextset():
            pass
        row = found.fetchone()
        assert row is not None, "a clock always answers"
        self._clock = row[0].astimezone(dt.UTC), time.monotonic()
        return connection


@frozen
class _Questions:
    """Statements as psycopg takes them."""

    connection: psycopg.Connection

    def execute(self, query: str, values: Sequence[object] = (), /) -> JournalAnswer:
        return self.connection.execute(query.replace("?", "%s").encode(), values)


@contextmanager
def _explained() -> Iterator[None]:
    """A failing database as an error of ours; its own text may quote rows, so only its kind is told."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise LedgerError(
            f"the journal of the exchange failed ({type(error).__name__})",
            retry=Retry.SAFE,
            action="Check that its database can be reached and has room; nothing was lost.",
        ) from error


def _schema(connection: psycopg.Connection, name: str) -> str:
    row = connection.execute("SELECT current_schema()").fetchone()
    connection.rollback()
    schema = f"{row[0] if row and row[0] else 'public'}_{name}"
    if not schema.replace("_", "a").isalnum() or len(schema) > _LONGEST or schema != schema.lower():
        raise ConfigurationError(f"{schema!r} is no name of a schema", record="exchange journal")
    return schema


_LONGEST = 63
"""Characters of a name in PostgreSQL."""


def _number(schema: str) -> int:
    """What the lock of a journal is called among those of its database."""
    return zlib.crc32(schema.encode()) - 2**31


def _set_up(database: Statements, schema: str) -> bool:
    """Make the tables or take them to this library's version; whether there were none."""
    row = database.execute("SELECT to_regnamespace(?)::text, to_regclass(?)::text", (schema, f"{schema}.version"))
    has_schema, has_tables = row.fetchone() or (None, None)
    if not has_schema:
        database.execute(f"CREATE SCHEMA {schema}")
    if not has_tables:
        database.execute("CREATE TABLE version (number BIGINT NOT NULL)")
        database.execute("CREATE TABLE home (token TEXT NOT NULL)")
        database.execute("INSERT INTO version VALUES (0)")
    (found,) = database.execute("SELECT number FROM version").fetchone() or (0,)
    for script in scripts_after(found):
        for statement in filter(str.strip, script.split(";")):
            database.execute(statement.replace(" WITHOUT ROWID", "").replace("INTEGER", "BIGINT"))
    database.execute("UPDATE version SET number = ?", (len(VERSIONS),))
    return not has_tables


def _take_over(database: Statements, path: Path) -> None:
    """Copy what the journal in a file says."""
    JournalFile(path).close()  # takes it to this library's version
    with closing(sqlite3.connect(path)) as file:
        for table in TABLES:
            rows = file.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in rows.description]
            insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
            for row in rows:
                database.execute(insert, row)


def _check_home(database: Statements, home: Path) -> None:
    """Raise `ConfigurationError` where the folder is not the one that the journal is about."""
    row = database.execute("SELECT token FROM home").fetchone()
    here = home.read_text("ascii", "replace").strip() if home.exists() else ""
    if row is None:
        token = here or secrets.token_hex(8)
        database.execute("INSERT INTO home VALUES (?)", (token,))
        if not here:
            with written(home.parent, f"{token}\n".encode()) as (temporary, _):
                show(temporary, home)
    elif here != row[0]:
        raise ConfigurationError(
            "its journal is about another folder" if here else "its journal is about a folder that is not there",
            record=f"exchange {home.parent.name}",
            action="Mount the folder that all machines share at this place; where it was lost and this one takes"
            f" its place, put {row[0]} into a file called {home.name} in it.",
        )
