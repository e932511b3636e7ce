"""What the ledger sends to its database in turns of the loop, and how the database would find it among many rows.

Law of this module: statements are heard at the driver's door while real flows run, so none is forgotten. The many
rows are copies of what those flows left behind that is settled: only that grows for years.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import sqlalchemy as sa
from attrs import frozen
from flows_world import BLACK, ODD, Loop

from clarus_bluecherry.clarus.webhooks import Receiver
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.flows.webhooks import LedgerInbox, process_inbox
from clarus_bluecherry.ledger import schema
from clarus_bluecherry.sandbox.faults import Fault

GROWING = ("facts", "postings", "steps", "inbox", "inbox_steps", "links", "exceptions", "exception_steps")
"""Tables that grow with the years; those of `SETTLED` by copies of what is settled only."""
_ENDED = "state IN ('posted', 'cancelled') AND NOT (kind = 'goods_out' AND state = 'posted' AND reason_code = '')"
"""An order that is in the warehouse and has not left is work, and no history."""
SETTLED: Mapping[str, str] = {
    "facts": f"key IN (SELECT fact_key FROM postings WHERE {_ENDED})",
    "postings": _ENDED,
    "steps": f"posting_key IN (SELECT key FROM postings WHERE {_ENDED})",
    "inbox": "state <> 'waiting'",
    "inbox_steps": "inbox_key IN (SELECT key FROM inbox WHERE state <> 'waiting')",
    "exceptions": "ended_at IS NOT NULL",
    "exception_steps": "identity IN (SELECT identity FROM exceptions WHERE ended_at IS NOT NULL)",
}
WORK_LISTS = frozenset(
    index.name
    for table in schema.metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["postgresql"]["where"] is not None
)
"""Indexes of what is open alone: they do not grow with the years."""
_MADE_UNIQUE = frozenset(
    {"key", "fact_key", "posting_key", "inbox_key", "reference", "source_id", "control_number", "identity"}
)
_TOKEN = "t" * 32


@frozen
class Statement:
    """One statement as it was sent, with the parameters of one time that it was."""

    sql: str
    parameters: object

    @property
    def short(self) -> str:
        """The statement without its columns and with one parameter for many."""
        sql = re.sub(r"%\([a-z_0-9]+\)s(::[A-Z ]+)?", "?", re.sub(r"\s+", " ", self.sql))
        sql = re.sub(r"\(\?(, \?)+\)", "(?)", sql)
        sql = re.sub(r"^SELECT .*? FROM", "SELECT FROM", sql)
        return re.sub(rf"\b({'|'.join(GROWING)})\.", "", sql)


@contextmanager
def heard() -> Iterator[dict[str, Statement]]:
    """All statements that go to any database meanwhile, by what they are in short."""
    found: dict[str, Statement] = {}

    def hear(
        connection: object, cursor: object, sql: str, parameters: object, context: object, many: bool
    ) -> None:
        statement = Statement(sql, parameters)
        if sql.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")) and not many:
            found.setdefault(statement.short, statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)


def a_busy_week(here: Loop) -> None:
    """Everything that turns of the loop have to do: new, changed, late, refused, in doubt, told by a notice."""
    receiver = Receiver(inbox=LedgerInbox(here.site.ledger, clock=lambda: here.time), token=_TOKEN)
    here.release("1001")
    here.release("1002", ((BLACK, 1), (ODD, 4)))
    here.issue()
    _turn(here)
    here.ship("1001")
    here.warehouse.adjust("1234_blk_m", 3, "FOUND")
    for fault in (Fault.DROPPED_AFTER, Fault.FAILED_BEFORE, Fault.TOO_MANY):
        here.bluecherry_faults.next(fault, path_contains="OrderShipment")
        here.clarus_faults.next(fault, path_contains="/api/goods_outs")
        receiver.receive("POST", f"/h/{_TOKEN}/goods_out.completed", {}, b'{"id": 1, "reference": "1001"}')
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        _turn(here)
    here.erp.process_staging()
    here.erp.run_invoicing()
    for _ in range(3):
        _turn(here)
        here.later(days=2)


def _turn(here: Loop) -> None:
    for flow in (process_inbox, collect_orders, collect_movements, reprocess, deliver):
        flow(here.site)
    here.later(hours=1)


def grow(connection: sa.Connection, rows: int) -> None:
    """Make at least `rows` postings, and as many copies of all else that grows; let the database count them.

    So each copied posting finds its copied fact; each copy is an hour older than the one before.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA cache_size = -500000")  # kilobytes: else each row is read from the file
    settled = connection.scalar(sa.text(f"SELECT count(*) FROM postings WHERE {_ENDED}"))
    copies = 1 + rows // (settled or 1)
    for table in (schema.metadata.tables[name] for name in GROWING):
        where = SETTLED.get(table.name, "1 = 1")
        columns = [column for column in table.columns if column.autoincrement is not True]
        names = ", ".join(column.name for column in columns)
        values = ", ".join(_copied(table, column, connection.dialect.name) for column in columns)
        connection.execute(sa.text(f"CREATE TEMPORARY TABLE t AS SELECT * FROM {table.name} WHERE {where}"))
        connection.execute(
            sa.text(
                f"INSERT INTO {table.name} ({names}) WITH RECURSIVE n(i) AS "
                f"(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {copies}) "
                f"SELECT {values} FROM n, t"
            )
        )
        connection.execute(sa.text("DROP TABLE t"))
    connection.execute(sa.text("ANALYZE"))


def _copied(table: sa.Table, column: sa.Column[object], system: str) -> str:
    if isinstance(column.type, schema.PlainJson):
        return "'{}'"
    if column.name in _MADE_UNIQUE:
        return f"t.{column.name} || '~' || n.i"
    is_when = column.name == "occurred_at" or (table.name, column.name) == ("exception_steps", "at")
    if is_when and system == "postgresql":
        return f"t.{column.name} - n.i * interval '1 hour'"
    if is_when:
        return f"strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', t.{column.name}, '-' || n.i || ' hours')"
    return f"t.{column.name}"


def scans(connection: sa.Connection, statements: Mapping[str, Statement], *, most: int) -> dict[str, str]:
    """The statements that read a growing table from end to end, in short, with what the database says of it.

    An index helps nobody where half of its entries are what is looked for: so what reads more than `most` rows is
    told too, by what SQLite does and by what PostgreSQL expects.
    """

    def look(statement: Statement) -> list[str]:
        if connection.dialect.name == "sqlite":
            return _scanned_by_sqlite(connection, statement) or _worked(connection, statement, most)
        return _scanned_by_postgres(connection, statement, most)

    found = {short: look(each) for short, each in statements.items()}
    return {short: ", ".join(plan) for short, plan in found.items() if plan}


def _scanned_by_sqlite(connection: sa.Connection, statement: Statement) -> list[str]:
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters)
    return [
        step
        for *_, step in plan
        if re.match(rf"SCAN ({'|'.join(GROWING)})\b", step) and step.rpartition(" INDEX ")[2] not in WORK_LISTS
    ]


def _worked(connection: sa.Connection, statement: Statement, most: int) -> list[str]:
    """How much SQLite works for a question: a row that is read costs some fifteen steps."""
    if not statement.sql.lstrip().startswith("SELECT"):
        return []
    thousands: list[int] = []
    raw = cast(sqlite3.Connection, connection.connection.driver_connection)
    raw.set_progress_handler(lambda: thousands.append(1) and 0, 1000)
    try:
        connection.exec_driver_sql(statement.sql, statement.parameters).fetchall()
    finally:
        raw.set_progress_handler(None, 0)
    return [f"{len(thousands)} thousand steps"] if len(thousands) * 1000 > 15 * most else []


def _scanned_by_postgres(connection: sa.Connection, statement: Statement, most: int) -> list[str]:
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement.sql}", statement.parameters).scalar_one()
    plans = plan if isinstance(plan, list) else json.loads(plan)
    return [
        f"{node['Node Type']} of {node['Relation Name']}"
        for node in _nodes(plans[0]["Plan"])
        if node.get("Relation Name") in GROWING and (_reads_all(node) or int(node["Plan Rows"]) > most)
    ]


def _reads_all(node: Mapping[str, Any]) -> bool:
    if node["Node Type"] == "Seq Scan":
        return True
    is_index = str(node["Node Type"]).startswith("Index") and node["Index Name"] not in WORK_LISTS
    return is_index and "Index Cond" not in node


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)
