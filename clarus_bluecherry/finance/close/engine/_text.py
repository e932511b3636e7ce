"""The one SQL text of the close, in the words of each database.

Law of this module: there is one definition, `close.sql`; no database has a text of its own. What it is asked with
stands in it as numbers and quoted texts, so it means the same wherever it is run.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import need
from clarus_bluecherry.finance.close.engine._tables import TABLES

if TYPE_CHECKING:
    from sqlglot import exp

_ASKED = "asked__"
_INLINED = ("physical", "book")
"""Put in where they are read: kept apart they would be a second copy of all entries."""


class SqlDialect(enum.StrEnum):
    """A database that the text can be written for."""

    DUCKDB = "duckdb"
    POSTGRESQL = "postgres"
    SPARK = "spark"
    SNOWFLAKE = "snowflake"
    """Written, and never run by our tests."""
    BIGQUERY = "bigquery"
    """Written, and never run by our tests."""
    SQL_SERVER = "tsql"
    """Written, and never run by our tests. Text must be compared by its bytes (a `_BIN2` collation)."""


def close_sql(dialect: SqlDialect, asked: Mapping[str, int | str] | None = None, *, pretty: bool = False) -> str:
    """The lines of a close as one SELECT for `dialect` over the tables of `TABLES`.

    `asked` are the values of its parameters (`EngineQuestion.parameters` makes them); without them they stay
    `:name`. Raises `MissingExtra` without sqlglot.
    """
    text = _written(dialect, pretty)
    if asked is None:
        return text.replace(_ASKED, ":")
    from sqlglot import exp

    words = {name: exp.convert(value).sql(dialect=dialect.value) for name, value in asked.items()}
    return re.sub(rf"{_ASKED}(\w+)", lambda found: words[found[1]], text)


def table_sql(dialect: SqlDialect, table: str) -> str:
    """The CREATE TABLE of one of `TABLES` for `dialect`; on PostgreSQL its texts compare by their bytes."""
    collation = ' COLLATE "C"' if dialect is SqlDialect.POSTGRESQL else ""
    columns = ", ".join(
        f"{name} {kind.replace('VARCHAR', 'VARCHAR' + collation)}" for name, kind in TABLES[table].items()
    )
    text = f"CREATE TABLE {table} ({columns})"
    if collation:
        return text
    need("sqlglot", extra="engine", purpose="SQL of the close")
    import sqlglot

    return sqlglot.transpile(text, write=dialect.value)[0]


@cache
def _written(dialect: SqlDialect, pretty: bool) -> str:
    """The text for a database, with names where its parameters go."""
    is_big = dialect is SqlDialect.BIGQUERY
    tree = _definition().transform(_as_big_numeric) if is_big else _definition()
    return str(tree.sql(dialect=dialect.value, pretty=pretty, comments=False))


def _as_big_numeric(node: exp.Expression) -> exp.Expression:
    """BigQuery has 38 digits under another name."""
    from sqlglot import exp

    is_wide = isinstance(node, exp.DataType) and node.this is exp.DataType.Type.DECIMAL
    return exp.DataType.build("BIGNUMERIC", dialect="bigquery") if is_wide else node


@cache
def _definition() -> exp.Select:
    need("sqlglot", extra="engine", purpose="SQL of the close")
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(files(__package__).joinpath("close.sql").read_text("utf-8"), into=exp.Select)
    parts = {cte.alias: cte for cte in tree.find_all(exp.CTE) if cte.alias in _INLINED}
    for table in list(tree.find_all(exp.Table)):
        if table.name in parts:
            table.replace(exp.Subquery(this=parts[table.name].this.copy(), alias=table.args["alias"].copy()))
    for cte in parts.values():
        cte.pop()
    for parameter in list(tree.find_all(exp.Placeholder)):
        parameter.replace(exp.column(_ASKED + parameter.name))
    return tree
