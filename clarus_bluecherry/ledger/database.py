"""The database under a ledger: opening it, and its transactions.

Law of this module: what was committed survives the machine's sudden end. SQLite runs with a write-ahead log that
is flushed at every commit, takes its write lock when a writing transaction begins (so two writers queue instead
of failing half way), and checks foreign keys. We say when a transaction begins, not the driver: so the server is
asked for its clock on the way that begins one, tells those who listen on the way that ends it, and a question
needs none.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import selectors
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import closing, contextmanager, suppress
from functools import cache, cached_property
from operator import itemgetter
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from attrs import define, field
from sqlalchemy import event, exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.dml import ReturningInsert

from clarus_bluecherry._lazy import need
from clarus_bluecherry._ours import make_ours
from clarus_bluecherry.errors import ClarusBluecherryError, ConfigurationError, LedgerError, Retry
from clarus_bluecherry.ledger import schema, wake
from clarus_bluecherry.ledger._inserts import insert_all

logger = logging.getLogger("clarus_bluecherry.ledger")

_BUSY_MILLISECONDS = 30_000
_SET_UP_LOCK = 0x636C6263  # any number will do, as long as every process of ours takes the same

_VERSION = "schema_version"
_UPGRADE = (
    "Stop its workers, keep a copy of it, and type `clarus-bluecherry ledger upgrade` with its file or the name of"
    " the variable that holds its URL."
)
_TOO_NEW = "Use the version of clarus-bluecherry that wrote this ledger, or a later one."
_SERVER_NOW = "SELECT clock_timestamp()"
_SERVER_BEGINS = f"{_SERVER_NOW}; BEGIN"
_READS_ONLY = (
    "SET default_transaction_read_only = on; SET default_transaction_isolation = 'repeatable read';"
    " SET statement_timeout = '30s'"
)
_GIVES_UP = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""How soon who only looks notices that the server's machine is gone; else that takes the system up to hours."""
_SERVER_TELLS = f"{wake.NOTIFY}; COMMIT"
_WHICH_FILE = "Name the file that the site file gives under [ledger], path."
_WHICH_LEDGER = "Name the database in which the workers keep theirs; a worker makes it."

Insert = postgresql.Insert | sqlite.Insert
"""An INSERT that knows ON CONFLICT."""
Inserting = Callable[[sa.Table], Insert]
"""What begins one in the words of its database."""


@define(eq=False)
class _Begun:
    """A writing transaction of one thread: the server's clock when it began, what it added, whether it tells.

    One that `has_failed` commits nothing any more, and PostgreSQL says so to nobody.
    """

    connection: sa.Connection
    at: dt.datetime | None
    added: set[str] = field(factory=set[str])
    tells: bool = False
    has_failed: bool = False
    heard: float = field(factory=time.monotonic)

    def end(self) -> None:
        """What comes before its commit. Raises `LedgerError` when there is nothing to commit any more."""
        if self.has_failed:
            raise _failed("a statement of the same transaction")
        if self.tells:
            _say(self.connection, _SERVER_TELLS)


class Database:
    """One SQLite file or PostgreSQL database, with transactions that the calls of one thread can share.

    It `is_server` where it is PostgreSQL. `insert` begins an INSERT that can be told what to do with a row that is
    there already. To one that `reads_only` the database itself refuses whatever it would write; a transaction of
    it sees one instant.
    """

    def __init__(self, engine: sa.Engine, *, reads_only: bool = False) -> None:
        self._engine = engine
        self._here = threading.local()
        self.reads_only = reads_only
        self.is_server = engine.dialect.name == "postgresql"
        self.insert: Inserting = postgresql.insert if self.is_server else sqlite.insert

    @classmethod
    def open(cls, place: str | Path) -> Database:
        """Connect to `place`, and create the tables where there are none."""
        database = cls.connect(place)
        try:
            with database.write() as connection:
                is_new, file = _set_up(connection), database.file
        except BaseException:
            database.close()
            raise
        if is_new and file:
            logger.warning("a new, empty ledger was made: %s", file)
        return database

    @classmethod
    def open_to_read(cls, place: str | Path) -> Database:
        """Connect to the ledger at `place` so that nothing can be written, made or mended.

        Raises `LedgerError` where there is none, or another version's.
        """
        url = _url(place)
        path = _path(url) if url.get_backend_name() == "sqlite" else None
        if path is not None:
            check_is_ledger(path)
        database = cls(_engine_to_read(url, path), reads_only=True)
        try:
            with database.read() as connection:
                check_version(connection)
        except BaseException:
            database.close()
            raise
        return database

    @classmethod
    def connect(cls, place: str | Path) -> Database:
        """Connect to `place`, a file path or a SQLAlchemy URL, whatever is there. A file is its owner's."""
        url = _url(place)
        if url.get_backend_name() == "sqlite" and (path := _path(url)):
            make_ours(path, logger)
        return cls(_engine(url))

    @cached_property
    def file(self) -> Path | None:
        """The full path of its file; a server, and what is in memory only, has none."""
        if self.is_server:
            return None
        with self.read() as connection:
            name = connection.scalar(sa.text("SELECT file FROM pragma_database_list WHERE name = 'main'"))
        return Path(name) if name else None

    def now(self) -> dt.datetime:
        """The present instant: the server's own, the same for every machine; of a file, this machine's.

        In a transaction the server has said it at its beginning; from there on it is counted, not asked again.
        """
        if not self.is_server:
            return dt.datetime.now(dt.UTC)
        begun = self._begun
        if begun is not None and begun.at is not None:
            return begun.at + dt.timedelta(seconds=time.monotonic() - begun.heard)
        with self.read() as connection:
            return _server_now(connection, _SERVER_NOW)

    def session(self) -> sa.Connection:
        """A connection of its own, outside the pool and outside transactions; whoever asks for it closes it."""
        with self.explained():
            connection = self._engine.connect()
            connection.detach()
            return connection

    @staticmethod
    @contextmanager
    def explained() -> Iterator[None]:
        """Round what is done in such a session: a failing database is an error of ours."""
        with _explained():
            yield

    def tidy(self) -> None:
        """Write a SQLite file anew: pages that are free keep what rows said before."""
        self._to_file("VACUUM")
        self.empty_log()

    def empty_log(self) -> None:
        """Empty SQLite's write-ahead log, which keeps what rows said before, unless somebody reads in it."""
        if self._begun is None:
            self._to_file("PRAGMA wal_checkpoint(TRUNCATE)")

    def _to_file(self, statement: str) -> None:
        if path := self.file:
            try:
                with closing(
                    sqlite3.connect(path, timeout=_BUSY_MILLISECONDS / 1000, isolation_level=None)
                ) as file:
                    file.execute(statement).close()
            except sqlite3.Error as error:
                logger.warning(
                    "what rows said before may still stand in %s: %s failed (%s)", path, statement, error
                )

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def __str__(self) -> str:
        return self._engine.url.render_as_string(hide_password=True)

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A connection in a transaction that is committed at the end; inside another one, that one's."""
        if (joined := self._begun) is not None:
            with _explained(joined):
                yield joined.connection
            return
        with _explained(), self._engine.begin() as connection:
            try:
                begun = self._here.begun = _Begun(connection, self._begin(connection))
                if self.reads_only:
                    check_version(connection)  # somebody may have upgraded it since
                yield connection
                begun.end()
            except BaseException as error:
                if self.is_server and not isinstance(error, Exception):
                    connection.invalidate()  # it may be in the midst of a question, and answers no other
                raise
            finally:
                self._here.begun = None

    @contextmanager
    def read(self, *, by_pieces: bool = False) -> Iterator[sa.Connection]:
        """A connection for one question; inside a transaction, that transaction's.

        An answer that is fetched `by_pieces` needs a transaction of its own: only there does a server keep it.
        """
        if (joined := self._begun) is not None:
            with _explained(joined):
                yield joined.connection
            return
        with _explained(), self._engine.connect() as connection:
            if by_pieces:
                _say(connection, "BEGIN")
            yield connection

    @property
    def is_writing(self) -> bool:
        """Whether this thread has a writing transaction open."""
        return self._begun is not None

    def _begin(self, connection: sa.Connection) -> dt.datetime | None:
        """Begin a writing transaction; a server's clock."""
        if self.is_server:
            return _server_now(connection, _SERVER_BEGINS)
        _say(connection, "BEGIN" if self.reads_only else "BEGIN IMMEDIATE")
        return None

    @property
    def _begun(self) -> _Begun | None:
        return getattr(self._here, "begun", None)

    def tell(self) -> None:
        """Wake those who listen once this thread's transaction is committed. A file's are not told: they look."""
        if self.is_server and self._begun is not None:
            self._begun.tells = True

    @contextmanager
    def listening(self) -> Iterator[wake.Listener]:
        """Somebody who waits for something to do."""
        with _explained(), wake.listening(self._engine) as listener:
            yield listener

    def add(self, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> set[str]:
        """Insert those of `rows` whose key is not there already; return the keys that were new."""
        if not rows:
            return set()
        in_order = sorted(rows, key=itemgetter("key"))  # two who add the same rows never wait for each other
        with self.write() as connection:
            new = _added(connection, table, in_order, self.insert)
            self._here.begun.added |= new
        return new

    @property
    def added(self) -> Set[str]:
        """The keys that this thread's transaction has added."""
        return set() if self._begun is None else self._begun.added

    def put(self, table: sa.Table, key: Mapping[str, object], values: Mapping[str, object]) -> None:
        """Set `values` in the row of `key`, which may be new."""
        with self.write() as connection:
            connection.execute(_putting(self.insert, table, tuple(key), tuple(values)), {**key, **values})

    def put_all(self, table: sa.Table, key: str, rows: Sequence[Mapping[str, object]]) -> None:
        """As `put`, for many rows of the same columns, each of its own `key`."""
        if rows:
            values = tuple(name for name in rows[0] if name != key)
            with self.write() as connection:
                connection.execute(_putting(self.insert, table, (key,), values), [*rows])


def _server_now(connection: sa.Connection, asked: str) -> dt.datetime:
    now: dt.datetime = _say(connection, asked).fetchone()[0]
    return now.astimezone(dt.UTC)


def _say(connection: sa.Connection, words: str) -> Any:
    """The driver's cursor after words without values, which need nothing of SQLAlchemy's."""
    driver: Any = connection.connection.driver_connection
    try:
        return driver.execute(words)
    except Exception as error:
        raise exc.DBAPIError(words, None, error) from error


def _added(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, object]], insert: Inserting
) -> set[str]:
    """Insert those that are new; their keys. Many are nearly always all new, and then nothing has to come back."""
    if len(rows) == 1:
        return _keys(rows[: insert_all(connection, table, rows, unless_there=True)])
    with connection.begin_nested() as attempt:
        if insert_all(connection, table, rows, unless_there=True) == len(rows):
            return _keys(rows)
        attempt.rollback()
    return {key for (key,) in connection.execute(_adding(insert, table), rows)}


def _keys(rows: Sequence[Mapping[str, object]]) -> set[str]:
    return {str(row["key"]) for row in rows}


@cache
def _adding(insert: Inserting, table: sa.Table) -> ReturningInsert[str]:
    return insert(table).on_conflict_do_nothing().returning(table.c.key)


@cache
def _putting(insert: Inserting, table: sa.Table, key: tuple[str, ...], values: tuple[str, ...]) -> Insert:
    row = insert(table)
    return row.on_conflict_do_update(index_elements=key, set_={name: row.excluded[name] for name in values})


def check_is_ledger(path: Path) -> None:
    """Raise `LedgerError` unless the file at `path` is a ledger. Nothing is written, whatever it is."""
    name, table = f"file {path.name}", schema.meta.name
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as found:
            rows = found.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    except sqlite3.Error as error:
        if path.is_file() and not os.access(path.parent, os.W_OK):
            what = "cannot be opened: nothing can be written beside it, as SQLite has to"
            raise LedgerError(
                what, record=name, action="Copy it into a folder of yours, or ask its owner."
            ) from None
        raise LedgerError(f"is no ledger ({error})", record=name, action=_WHICH_FILE) from None
    if not {(table,), (schema.postings.name,)} <= set(rows):
        what = "is no ledger: it is empty" if not rows else "is no ledger: it is another program's database"
        raise LedgerError(what, record=name, action=_WHICH_FILE)


@contextmanager
def _explained(joined: _Begun | None = None) -> Iterator[None]:
    """A failing database as an error of ours; its own text may quote rows, so only its kind is told.

    A transaction that was `joined` has failed with it, whoever catches the error inside.
    """
    try:
        yield
    except (exc.StatementError, exc.TimeoutError, exc.PendingRollbackError, sqlite3.Error) as error:
        if joined is not None:
            joined.has_failed = True
        cause = getattr(error, "orig", None) or error
        if isinstance(cause, ClarusBluecherryError):
            raise cause from None
        raise _failed(type(cause).__name__) from error


def _failed(how: str) -> LedgerError:
    return LedgerError(
        f"the database failed ({how})",
        retry=Retry.SAFE,
        action="Check that it can be reached and has room; what was not confirmed is done on the next run.",
    )


def _engine(url: sa.URL) -> sa.Engine:
    system = url.get_backend_name()
    if system == "sqlite":
        return _sqlite(url)
    if system == "postgresql":
        need("psycopg", extra="postgres", purpose="a ledger on PostgreSQL")
        url = url.set(drivername="postgresql+psycopg")
        engine = sa.create_engine(url, hide_parameters=True, isolation_level="AUTOCOMMIT")
        event.listen(engine, "checkout", _look)
        return engine
    raise ConfigurationError(f"a ledger lives in SQLite or PostgreSQL, not in {system}", record="ledger")


def _engine_to_read(url: sa.URL, path: Path | None) -> sa.Engine:
    """One whose every connection is told, before anybody has it, that it is for reading."""
    if path is None:
        engine = _engine(url.update_query_dict({**_GIVES_UP, **url.query}))
        event.listen(engine, "connect", _to_read)
        return engine
    name = sa.URL.create("sqlite", database=path.resolve().as_uri(), query={"mode": "ro", "uri": "true"})
    engine = sa.create_engine(name, hide_parameters=True)
    event.listen(engine, "connect", _file_to_read)
    _follow(engine, path.resolve())
    return engine


def _follow(engine: sa.Engine, path: Path) -> None:
    """Leave a file whose place another one took, a backup's for example: nobody writes to it any more."""

    def opened(connection: object, record: ConnectionPoolEntry) -> None:
        record.info["file"] = _file_at(path)

    def asked(connection: object, record: ConnectionPoolEntry, fairy: object) -> None:
        if record.info["file"] != _file_at(path):
            raise exc.InvalidatePoolError

    event.listen(engine, "connect", opened)
    event.listen(engine, "checkout", asked)


def _file_at(path: Path) -> tuple[int, int] | None:
    """Which file is there."""
    with suppress(OSError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None


def _to_read(connection: Any, record: object) -> None:
    words = _READS_ONLY if hasattr(connection, "pgconn") else "PRAGMA query_only = ON"
    connection.execute(words)


def _file_to_read(connection: SqliteConnection, record: object) -> None:
    connection.isolation_level = None
    for pragma in (f"busy_timeout = {_BUSY_MILLISECONDS}", "query_only = ON"):
        _set(connection, pragma)


def _look(psycopg: Any, record: object, fairy: object) -> None:
    """Ask a server that has said something uninvited: hardly ever is that anything but its last word."""
    try:
        with selectors.DefaultSelector() as waiting:
            waiting.register(psycopg, selectors.EVENT_READ)
            if waiting.select(0):
                psycopg.execute("SELECT 1")
    except Exception as error:
        raise exc.InvalidatePoolError from error  # another connection is tried, and none of the old ones


def _url(place: str | Path) -> sa.URL:
    if not isinstance(place, str) or "://" not in place:
        return sa.URL.create("sqlite", database=str(place))
    try:
        return sa.make_url(place)
    except exc.ArgumentError:
        raise ConfigurationError("this is not a database URL", record="ledger") from None


def _path(url: sa.URL) -> Path | None:
    """The file that SQLite will open; what is in memory only has none."""
    name = url.database or ":memory:"
    if name.startswith("file:"):
        name = unquote(urlsplit(name).path)
    return None if ":memory:" in name or "mode" in url.query else Path(name)


def _sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: SqliteConnection, record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {_BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        _set(connection, pragma)


def _set(connection: SqliteConnection, pragma: str) -> None:
    """SQLite asks nobody to wait for the change to WAL: while somebody else makes it, it is refused at once."""
    last = time.monotonic() + _BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute(f"PRAGMA {pragma}").close()
        except sqlite3.OperationalError:
            if time.monotonic() > last:
                raise
            time.sleep(0.01)
        else:
            return


def _set_up(connection: sa.Connection) -> bool:
    """Create the tables where they are missing; whether the ledger is new.

    Refuses a ledger that another version has written.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _SET_UP_LOCK})
    found = version_of(connection)
    if found is None:
        schema.metadata.create_all(connection)
        _make_views(connection)
        row = {"name": _VERSION, "value": str(schema.SCHEMA_VERSION)}
        connection.execute(sa.insert(schema.meta).values(row))
    else:
        check_version(connection)
        _add_indexes(connection)
    return found is None


def check_version(connection: sa.Connection) -> None:
    """Raise `LedgerError` for tables that another version has made, and where there are none."""
    found = version_of(connection)
    if found is None:
        raise LedgerError("is no ledger: it is empty", record="ledger", action=_WHICH_LEDGER)
    if found != schema.SCHEMA_VERSION:
        raise LedgerError(
            f"the ledger's tables are of version {found}, this library knows version {schema.SCHEMA_VERSION}",
            record="ledger",
            action=_UPGRADE if found < schema.SCHEMA_VERSION else _TOO_NEW,
        )


def version_of(connection: sa.Connection) -> int | None:
    """The version of the tables that are there, or None where there are none."""
    meta = schema.meta
    if not sa.inspect(connection).has_table(meta.name):
        return None
    found = connection.scalar(sa.select(meta.c.value).where(meta.c.name == _VERSION))
    if found is not None and not found.isdecimal():
        what = "is no ledger of ours: the version of its tables cannot be read"
        raise LedgerError(what, record="ledger", action=_WHICH_LEDGER)
    return None if found is None else int(found)


def upgraded(connection: sa.Connection, steps: Callable[[sa.Connection], None]) -> None:
    """Take the tables to this library's version by `steps`, with the views and indexes that belong to it."""
    for name in schema.VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
    steps(connection)
    _make_views(connection)
    _add_indexes(connection)
    meta = schema.meta
    version = sa.update(meta).where(meta.c.name == _VERSION).values(value=str(schema.SCHEMA_VERSION))
    connection.execute(version)


def _make_views(connection: sa.Connection) -> None:
    for name, query in schema.VIEWS.items():
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {query}")


def _add_indexes(connection: sa.Connection) -> None:
    """Make the indexes that came after their tables. Asks first: on PostgreSQL a try would wait for writers."""
    known = sa.inspect(connection)
    for table in schema.metadata.sorted_tables:
        there = {index["name"] for index in known.get_indexes(table.name)}
        for index in table.indexes:
            if index.name not in there:
                index.create(connection)
