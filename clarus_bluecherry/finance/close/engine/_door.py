"""The lines of a close from an engine: the same as the judge's, to the last digit.

Law of this module: what an engine answers is read into the judge's own records, and nothing is added to it here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby

from clarus_bluecherry.finance.close._causes import CauseStatus, CloseCause
from clarus_bluecherry.finance.close._costs import UnitCost, value_change
from clarus_bluecherry.finance.close._entries import Moved
from clarus_bluecherry.finance.close._input import CloseInput
from clarus_bluecherry.finance.close._judge import CloseLine
from clarus_bluecherry.finance.close._moments import Known, Moment
from clarus_bluecherry.finance.close.engine._days import embedded, fill
from clarus_bluecherry.finance.close.engine._question import EngineQuestion, SqlConnection, asked
from clarus_bluecherry.finance.close.engine._text import SqlDialect, close_sql, part_drops

_UNITS, _VALUE = -6, -18
Answer = Sequence[object]


def close_by_engine(given: CloseInput, as_of: Moment, known: Known | None = None) -> tuple[CloseLine, ...]:
    """The lines of `close_books(given, as_of, known)`, made by DuckDB in this process.

    Raises `MissingExtra` without DuckDB or sqlglot, `InvalidRecord` for what an engine could only hold rounded.
    """
    known = known or Known()
    question = EngineQuestion(
        zone=given.zone,
        as_of=as_of,
        known=known,
        years=given.years,
        currency=given.currency,
        basis=given.basis,
    )
    with embedded() as connection:
        fill(connection, given, known)
        return lines_by_sql(connection, question)


def lines_by_sql(
    connection: SqlConnection, question: EngineQuestion, dialect: SqlDialect = SqlDialect.DUCKDB
) -> tuple[CloseLine, ...]:
    """The lines of a close over your own connection, which holds the tables of `TABLES`.

    The connection is left as it is; on Spark, BigQuery and SQL Server it holds tables `close_…` meanwhile. Errors
    of the database come as its driver raises them. Raises `MissingExtra` without sqlglot.
    """
    costs = question.costs(connection)
    *parts, lines = close_sql(dialect, question.parameters(connection, costs))
    try:
        for text in (*part_drops(dialect), *parts):
            connection.cursor().execute(text)
        rows = asked(connection, lines)
    finally:
        for text in part_drops(dialect):
            connection.cursor().execute(text)
    told = sorted(rows, key=lambda row: (str(row[0]), str(row[1])))
    return tuple(_line(list(same), costs.currency) for _, same in groupby(told, key=lambda row: (row[0], row[1])))


def _line(rows: Sequence[Answer], currency: str) -> CloseLine:
    item, location, physical, book, variance, unexplained, *_ = rows[0]
    value, *cost = rows[0][11:]
    now, before = _cost(cost[:3], currency), _cost(cost[3:], currency)
    rest, units = _units(unexplained), _units(variance)
    return CloseLine(
        item=str(item),
        location=str(location),
        physical=_units(physical),
        book=_units(book),
        variance=units,
        causes=tuple(_causes(rows)),
        unexplained=rest,
        unit_cost=None if now is None else now.shown,
        currency="" if now is None else now.currency if now.rate is None else currency,
        value=_value(value),
        unexplained_value=None if now is None else rest * now.shown,
        change=None if now is None else value_change(units, before or now, now),
    )


def _causes(rows: Iterable[Answer]) -> list[CloseCause]:
    causes = [
        CloseCause(
            moved=Moved(str(moved)),
            status=CauseStatus(str(status)),
            document=str(document),
            units=_units(units),
            value=_value(value),
        )
        for moved, status, document, units, value in (row[6:11] for row in rows)
        if status is not None
    ]
    return sorted(causes, key=lambda each: (each.status, each.document, each.moved, each.units))


def _cost(told: Answer, currency: str) -> UnitCost | None:
    amount, own, rate = told
    if amount is None:
        return None
    return UnitCost(_units(amount), str(own) or currency, None if rate is None else _units(rate))


def _units(number: object) -> Decimal:
    return Decimal(int(str(number))).scaleb(_UNITS)


def _value(number: object) -> Decimal | None:
    return None if number is None else Decimal(int(str(number))).scaleb(_VALUE)
