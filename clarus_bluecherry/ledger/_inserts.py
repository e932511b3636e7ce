"""INSERTs as their database reads them.

Law of this module: SQLAlchemy says once, for a table and the columns that are given, how the INSERT reads and how
each value is written; from then on a row costs the driver's way, not SQLAlchemy's to it. That is most of what a
fact that comes alone costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import itemgetter

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.dialects import postgresql, registry, sqlite

_DIALECTS: Mapping[str, sa.Dialect] = {
    "sqlite": registry.load("sqlite")(),
    "postgresql": registry.load("postgresql.psycopg")(paramstyle="format"),
}
_INSERTS: Mapping[str, Callable[[sa.Table], postgresql.Insert | sqlite.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def insert_all(
    connection: sa.Connection,
    table: sa.Table,
    rows: Sequence[Mapping[str, object]],
    *,
    unless_there: bool = False,
) -> int:
    """Insert `rows`, which have the same columns; how many were inserted.

    With `unless_there` a row whose key is there already stays as it is.
    """
    if not rows:
        return 0
    insert = _made(table, tuple(rows[0]), connection.dialect.name, unless_there)
    values = [insert.values(row) for row in rows]
    return connection.exec_driver_sql(insert.sql, values if len(values) > 1 else values[0]).rowcount


@frozen
class _Made:
    """The text of an INSERT, and how its values are written: by their place in it."""

    sql: str
    told: Callable[[Mapping[str, object]], tuple[object, ...]]
    writers: Sequence[tuple[int, Callable[[object], object]]]

    def values(self, row: Mapping[str, object]) -> tuple[object, ...]:
        values = list(self.told(row))
        for place, write in self.writers:
            if values[place] is not None:
                values[place] = write(values[place])
        return tuple(values)


@cache
def _made(table: sa.Table, columns: tuple[str, ...], system: str, unless_there: bool) -> _Made:
    dialect, insert = _DIALECTS[system], _INSERTS[system](table)
    written = (insert.on_conflict_do_nothing() if unless_there else insert).compile(
        dialect=dialect, column_keys=columns
    )
    names = written.positiontup or []
    found = enumerate(table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names)
    return _Made(
        written.string, itemgetter(*names), [(place, write) for place, write in found if write is not None]
    )
