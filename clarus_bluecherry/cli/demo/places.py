"""Where the demo's ledger is: a file that goes with it, or a schema of its own on a PostgreSQL server.

Law of this module: whatever else is in that database stays as it is, and of the demo nothing stays.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from clarus_bluecherry.errors import ConfigurationError, LedgerError
from clarus_bluecherry.ledger.database import Database

_NAME = "clarus_bluecherry_demo"


@contextmanager
def ledger_at(database: str) -> Iterator[str]:
    """The address of an empty ledger in the PostgreSQL at `database`, or in the variable of that name.

    It goes when the block ends. Without one, "": a file will do. Raises `ConfigurationError` for what is no
    address of a PostgreSQL database, and `LedgerError` when it cannot be used.
    """
    if not database:
        yield ""
        return
    url = os.environ.get(database, database)
    if not url.startswith(("postgresql://", "postgresql+psycopg://")):
        raise ConfigurationError("the demo's database is a PostgreSQL one: postgresql://…", record="demo")
    server = Database.connect(url)
    schema = f"{_NAME}_{secrets.token_hex(4)}"
    try:
        with server.write() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
        try:
            yield _within(url, schema)
        finally:
            _drop(server, schema)
    finally:
        server.close()


def _within(url: str, schema: str) -> str:
    found = sa.make_url(url).set(drivername="postgresql")
    if "options" in found.query:
        raise LedgerError("the demo sets the options of its connection itself", record="demo")
    return found.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)


def _drop(server: Database, schema: str) -> None:
    """Drop the ledger and the exchanges' journals beside it."""
    with server.write() as connection:
        names = sa.text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :schema)")
        for name in connection.scalars(names, {"schema": schema}).all():
            connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")
