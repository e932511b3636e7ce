"""Waking whoever waits for something to do, once something to do was kept.

Law of this module: a waking is a hint, never the work itself: one that is lost costs a while, one too many costs
an empty look. PostgreSQL tells those who listen when a transaction is committed, so nobody is woken for what is
not there. A SQLite file is glanced at, which costs one look at an index's end.
"""

from __future__ import annotations

import select
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Protocol

import sqlalchemy as sa

from clarus_bluecherry.errors import LedgerError, Retry
from clarus_bluecherry.ledger.schema import inbox, postings

_GLANCE = 0.1
"""Seconds between two glances at a file: each costs some 60 microseconds."""
_CHANNEL = "'clarus_bluecherry.' || current_schema()"
NOTIFY = f"SELECT pg_notify({_CHANNEL}, '')"
"""What wakes those who listen, once its transaction is committed."""
_ROWID: sa.ColumnElement[int] = sa.func.max(sa.literal_column("rowid", sa.Integer))
_NEWEST = sa.select(*(sa.select(_ROWID).select_from(table).scalar_subquery() for table in (postings, inbox)))
"""Each on its own: SQLite takes the end of an index only where one thing is asked."""


class HasFileno(Protocol):
    """A socket, or the like."""

    def fileno(self) -> int:
        """Its number."""
        ...


class Listener(Protocol):
    """Waits until something to do is kept in a ledger, by whomever."""

    def wait(self, seconds: float, also: HasFileno) -> bool:
        """Wait `seconds` at most, or until `also` can be read.

        Whether something was kept since the last call, or since the listener was there. Raises `LedgerError`.
        """
        ...


@contextmanager
def listening(engine: sa.Engine) -> Iterator[Listener]:
    """A listener for the length of the block. On PostgreSQL it has a connection of its own."""
    if engine.dialect.name != "postgresql":
        yield _FileListener(engine)
        return
    pooled = engine.raw_connection()
    own: Any = pooled.driver_connection
    pooled.detach()  # nobody else gets one that listens
    with closing(own):
        yield _ServerListener(own)


class _FileListener:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._seen = self._newest()

    def wait(self, seconds: float, also: HasFileno) -> bool:
        until = time.monotonic() + seconds
        while not self._has_more():
            left = until - time.monotonic()
            if left <= 0 or select.select([also], [], [], min(left, _GLANCE))[0]:
                return False
        return True

    def _has_more(self) -> bool:
        before, self._seen = self._seen, self._newest()
        return self._seen != before

    def _newest(self) -> object:
        """The places of the rows that were added last."""
        with self._engine.connect() as connection:
            return connection.execute(_NEWEST).one()


class _ServerListener:
    def __init__(self, psycopg: Any) -> None:
        self._psycopg = psycopg
        psycopg.autocommit = True
        (channel,) = psycopg.execute(f"SELECT quote_ident({_CHANNEL})").fetchone()
        psycopg.execute(f"LISTEN {channel}")

    def wait(self, seconds: float, also: HasFileno) -> bool:
        ready = select.select([self._psycopg, also], [], [], seconds)[0]
        if self._psycopg not in ready:
            return False
        told = self._psycopg.pgconn
        try:
            told.consume_input()  # fails where the server has gone
            return len([*iter(told.notifies, None)]) > 0
        except Exception as error:
            what = f"the database no longer tells of work ({type(error).__name__})"
            raise LedgerError(what, retry=Retry.SAFE, action="Check that it can be reached.") from error
