"""The close where an engine can read it: plain tables, and one SQL text for every database.

`_tables` says what the tables hold and makes their rows of a close's input; `_days` keeps them, by day, as
Parquet or in a DuckDB database. `close.sql` is the one definition of the lines of a close, `_text` writes it in
the words of a database, `_question` says what it is asked with, and `_door` asks. `_snapshot` is `reconcile` over
the same tables. The pure judges stay what they are held against.

Needs `pip install 'clarus-bluecherry[engine]'`.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.finance.close.engine._days import embedded, fill, opened, write_days
    from clarus_bluecherry.finance.close.engine._door import close_by_engine, lines_by_sql
    from clarus_bluecherry.finance.close.engine._question import EngineQuestion, SqlConnection
    from clarus_bluecherry.finance.close.engine._snapshot import (
        SNAPSHOT_SQL,
        fill_stock,
        reconcile_by_engine,
        snapshot_by_sql,
    )
    from clarus_bluecherry.finance.close.engine._tables import TABLES, table_rows
    from clarus_bluecherry.finance.close.engine._text import (
        SqlDialect,
        close_definition,
        close_sql,
        part_drops,
        table_sql,
    )

__all__ = [
    "SNAPSHOT_SQL",
    "TABLES",
    "EngineQuestion",
    "SqlConnection",
    "SqlDialect",
    "close_by_engine",
    "close_definition",
    "close_sql",
    "embedded",
    "fill",
    "fill_stock",
    "lines_by_sql",
    "opened",
    "part_drops",
    "reconcile_by_engine",
    "snapshot_by_sql",
    "table_rows",
    "table_sql",
    "write_days",
]

__getattr__ = lazy(
    __name__,
    homes("""
    _days: embedded fill opened write_days
    _door: close_by_engine lines_by_sql
    _question: EngineQuestion SqlConnection
    _snapshot: SNAPSHOT_SQL fill_stock reconcile_by_engine snapshot_by_sql
    _tables: TABLES table_rows
    _text: SqlDialect close_definition close_sql part_drops table_sql
    """),
)
