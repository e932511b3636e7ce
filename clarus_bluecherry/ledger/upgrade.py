"""Upgrade: a ledger of an older version becomes one of this, with all that it holds.

Law of this module: all of it or nothing: the steps run in one transaction, and both databases take back tables and
columns with it. Each step is a file in `migrations/versions`, which alembic runs in their order.
"""

from __future__ import annotations

from pathlib import Path

from clarus_bluecherry._lazy import need
from clarus_bluecherry.errors import LedgerError

need("sqlalchemy", extra="ledger", purpose="the ledger")

import sqlalchemy as sa  # noqa: E402

from clarus_bluecherry.ledger.database import Database, check_is_ledger, upgraded, version_of  # noqa: E402
from clarus_bluecherry.ledger.schema import SCHEMA_VERSION  # noqa: E402

_STEPS = "clarus_bluecherry:ledger/migrations"


def upgrade(place: str | Path) -> tuple[int, int]:
    """Take the ledger at `place` to this library's version; return the version it was of, and the one it is of.

    `place` is as for `Ledger.open`. Stop its workers first; a copy of it is a good idea. One that is of this
    version already stays as it is. Raises `LedgerError` when there is no ledger, when it is of a later version, or
    when a step fails: then it is as it was. Needs alembic (`pip install 'clarus-bluecherry[ledger]'`).
    """
    if isinstance(place, Path) or "://" not in place:
        check_is_ledger(Path(place))
    database = Database.connect(place)
    try:
        with database.write() as connection:
            before = version_of(connection)
            if before is None:
                raise LedgerError("there is no ledger", record="ledger", action="Check the file or the URL.")
            if before > SCHEMA_VERSION:
                what = f"the ledger is of version {before}, this library knows version {SCHEMA_VERSION}"
                raise LedgerError(what, record="ledger", action="Install the newest clarus-bluecherry.")
            if before < SCHEMA_VERSION:
                upgraded(connection, lambda here: _run_steps(here, before))
        if before < SCHEMA_VERSION:
            database.tidy()
    finally:
        database.close()
    return before, SCHEMA_VERSION


def _run_steps(connection: sa.Connection, version: int, *, to: str = "head") -> None:
    need("alembic", extra="ledger", purpose="upgrading a ledger")
    from alembic import command  # nobody else needs it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _STEPS)
    config.attributes["connection"] = connection
    if version:
        command.stamp(config, f"{version:04}")
    command.upgrade(config, to)
    connection.exec_driver_sql("DROP TABLE alembic_version")  # `meta` says it, to older libraries too
