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
_PARTS = ("netted", "left_over", "theirs", "words", "live", "matters", "rests", "remaining", "named", "places")
"""Read more than once, and made of others that are: written in everywhere they would be 400,000 reads."""


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


_IN_PARTS = (SqlDialect.SPARK, SqlDialect.BIGQUERY, SqlDialect.SQL_SERVER)
"""Databases that write a named part in wherever it is read."""


def close_sql(
    dialect: SqlDialect, asked: Mapping[str, int | str] | None = None, *, pretty: bool = False
) -> tuple[str, ...]:
    """The lines of a close over the tables of `TABLES`, as statements for `dialect`: the last is a SELECT of them.

    Before it stand the parts that some databases would work out again wherever they are read: each makes a table
    `close_…` of its own (`part_drops` takes them away). `asked` are the values of its parameters, which
    `EngineQuestion.parameters` makes; without them they stay `:name`. Raises `MissingExtra` without sqlglot.
    """
    texts = _written(dialect, pretty)
    if asked is None:
        return tuple(text.replace(_ASKED, ":") for text in texts)
    from sqlglot import exp

    words = {name: exp.convert(value).sql(dialect=dialect.value) for name, value in asked.items()}
    return tuple(re.sub(rf"{_ASKED}(\w+)", lambda found: words[found[1]], text) for text in texts)


def close_definition() -> str:
    """The one definition of the lines of a close as it stands, `close.sql`: its parameters are `:name`."""
    return files(__package__).joinpath("close.sql").read_text("utf-8")


def part_drops(dialect: SqlDialect) -> tuple[str, ...]:
    """What takes the parts of `close_sql` away, whether they are there or not."""
    if dialect not in _IN_PARTS:
        return ()
    mark = "#" if dialect is SqlDialect.SQL_SERVER else ""
    return tuple(f"DROP TABLE IF EXISTS {mark}close_{name}" for name in _PARTS)


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
def _written(dialect: SqlDialect, pretty: bool) -> tuple[str, ...]:
    """The statements for a database, with names where their parameters go."""
    trees = _in_parts(_definition(), dialect) if dialect in _IN_PARTS else [_definition()]
    is_big = dialect is SqlDialect.BIGQUERY
    told = (tree.transform(_as_big_numeric) if is_big else tree for tree in trees)
    return tuple(str(tree.sql(dialect=dialect.value, pretty=pretty, comments=False)) for tree in told)


def _in_parts(whole: exp.Select, dialect: SqlDialect) -> list[exp.Expr]:
    """The same definition with some of its parts as tables."""
    from sqlglot import exp

    named = {cte.alias: cte.this for cte in whole.find_all(exp.CTE)}
    last = whole.copy()
    for cte in list(last.find_all(exp.CTE)):
        cte.pop()
    last.set("with_", None)
    properties = [] if dialect is SqlDialect.SPARK else [exp.TemporaryProperty()]
    made = [
        exp.Create(
            this=exp.to_table(f"close_{name}"),
            kind="TABLE",
            expression=_with_its_own(named[name].copy(), named),
            properties=exp.Properties(expressions=properties) if properties else None,
        )
        for name in _PARTS
    ]
    return [*made, _with_its_own(last, named)]


def _with_its_own(query: exp.Query, named: Mapping[str, exp.Query]) -> exp.Query:
    """A query with those definitions before it that it needs, read from the tables of the parts."""
    from sqlglot import exp

    needed: dict[str, exp.Query] = {}
    waiting = [query]
    while waiting:
        for table in waiting.pop().find_all(exp.Table):
            if table.name in named and table.name not in _PARTS and table.name not in needed:
                needed[table.name] = named[table.name].copy()
                waiting.append(needed[table.name])
    for each in (query, *needed.values()):
        for table in each.find_all(exp.Table):
            if table.name in _PARTS:
                table.set("this", exp.Identifier(this=f"close_{table.name}", temporary=True))
    for name in named:
        if name in needed:
            query = query.with_(name, as_=needed[name], copy=False)
    return query


def _as_big_numeric(node: exp.Expression) -> exp.Expression:
    """BigQuery has 38 digits under another name."""
    from sqlglot import exp

    is_wide = isinstance(node, exp.DataType) and node.this is exp.DataType.Type.DECIMAL
    return exp.DataType.build("BIGNUMERIC", dialect="bigquery") if is_wide else node


def _filter_within(around: exp.Select, alias: str, view: exp.Select) -> None:
    """Ask for what has a mark of a view by the condition of that mark: an engine does not look into a CASE."""
    from sqlglot import exp

    marks = {f"{alias}.{each.alias} = 1": each.this.args["ifs"][0].this for each in view.selects if _is_mark(each)}
    asked = around.args["where"].this
    conditions = list(asked.flatten()) if isinstance(asked, exp.And) else [asked]
    for mark in [each for each in conditions if each.sql() in marks]:
        view.where(exp.paren(marks[mark.sql()].copy()), copy=False)
        conditions.remove(mark)
    around.set("where", exp.Where(this=exp.and_(*conditions)) if conditions else None)


def _is_mark(column: exp.Expr) -> bool:
    """Whether it is 1 where one condition holds, and else 0."""
    from sqlglot import exp

    mark = column.unalias()
    return isinstance(mark, exp.Case) and [each.args["true"].name for each in mark.args["ifs"]] == ["1"]


@cache
def _definition() -> exp.Select:
    need("sqlglot", extra="engine", purpose="SQL of the close")
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(close_definition(), into=exp.Select)
    parts = {cte.alias: cte for cte in tree.find_all(exp.CTE) if cte.alias in _INLINED}
    for table in list(tree.find_all(exp.Table)):
        if table.name in parts:
            view = parts[table.name].this.copy()
            around = table.find_ancestor(exp.Select)
            assert around is not None
            _filter_within(around, table.alias, view)
            table.replace(exp.Subquery(this=view, alias=table.args["alias"].copy()))
    for cte in parts.values():
        cte.pop()
    for parameter in list(tree.find_all(exp.Placeholder)):
        parameter.replace(exp.column(_ASKED + parameter.name))
    return tree
