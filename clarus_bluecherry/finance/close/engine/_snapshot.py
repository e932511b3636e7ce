"""The snapshot of `reconcile` by an engine: both stocks and what is in flight, netted by a database.

Law of this module: a database adds up and finds the places where there is something to say; what is said there is
the judge's own word. The tables are those of the close: stock as read, costs, and what is open between both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from clarus_bluecherry.finance.close.engine._days import embedded, load
from clarus_bluecherry.finance.close.engine._question import SqlConnection, asked
from clarus_bluecherry.finance.close.engine._tables import Row, millionths
from clarus_bluecherry.finance.reconcile import (
    Cause,
    Gathered,
    InFlight,
    Reconciliation,
    differing_line,
    exactly,
    place_order,
    reconciled,
    require_keeper,
)
from clarus_bluecherry.model import Item, Money, Sku, StockPosition, SystemOfRecord, UnmatchedCode

if TYPE_CHECKING:
    import duckdb

_SKU, _CODE, _BARCODE = "sku:", "code:", "barcode:"
_CAUSES = {cause: cause.name.lower() for cause in Cause}


def _each(text: str, between: str = ", ") -> str:
    """A text for each cause."""
    return between.join(text.format(name=name, cause=cause.value) for cause, name in _CAUSES.items())


SNAPSHOT_SQL: Final = f"""
WITH netted AS (
  SELECT s.item, s.location, SUM(s.physical) AS physical, SUM(s.book) AS book,
    {_each("SUM(s.{name}) AS {name}")}
  FROM (
    SELECT item, location, qty AS physical, 0 AS book, {_each("0 AS {name}")}
    FROM positions WHERE reading = '{SystemOfRecord.WAREHOUSE.value}'
    UNION ALL
    SELECT item, location, 0, qty, {_each("0")} FROM positions WHERE reading = '{SystemOfRecord.ERP.value}'
    UNION ALL
    SELECT item, location, 0, 0, {_each("CASE WHEN moved = '{cause}' THEN qty ELSE 0 END")}
    FROM open_items) AS s
  GROUP BY s.item, s.location),
costed AS (
  SELECT item, location, MIN(amount) AS amount, MIN(currency) AS currency
  FROM costs GROUP BY item, location
  HAVING MIN(amount) = MAX(amount) AND MIN(currency) = MAX(currency))
SELECT n.item, n.location, n.physical, n.book, c.amount, c.currency, {_each("n.{name}")}
FROM netted AS n LEFT JOIN costed AS c ON c.item = n.item AND c.location = n.location
WHERE n.physical <> n.book OR {_each("n.{name} <> 0", " OR ")}
UNION ALL
SELECT NULL, NULL, COUNT(*), 0, NULL, NULL, {_each("0")} FROM netted
UNION ALL
SELECT NULL, NULL, 0, 0, NULL, c.currency, {_each("0")} FROM costed AS c GROUP BY c.currency
"""
"""Places with something to say, then how many places there are, then each currency of a cost. It is the same text
for every database of `SqlDialect`."""


def reconcile_by_engine(
    physical: Iterable[StockPosition], book: Iterable[StockPosition], in_flight: Iterable[InFlight]
) -> Reconciliation:
    """What `reconcile` says, made by DuckDB in this process; lines that agree are counted and not listed.

    Raises `MissingExtra` without DuckDB, `InvalidRecord` when a position is of the wrong keeper, and for a
    quantity or a cost of more than six decimals or too large for 64 bits.
    """
    with embedded() as connection:
        fill_stock(connection, physical, book, in_flight)
        return snapshot_by_sql(connection)


def fill_stock(
    connection: duckdb.DuckDBPyConnection,
    physical: Iterable[StockPosition],
    book: Iterable[StockPosition],
    in_flight: Iterable[InFlight],
) -> None:
    """Put what `reconcile` compares into the tables of a connection, which hold nothing else."""
    given = {SystemOfRecord.WAREHOUSE: list(physical), SystemOfRecord.ERP: list(book)}
    load(connection, "positions", _position_rows(given.items()))
    load(connection, "costs", _cost_rows(position for positions in given.values() for position in positions))
    load(connection, "open_items", _open_rows(in_flight))


def snapshot_by_sql(connection: SqlConnection) -> Reconciliation:
    """What `reconcile` says over your own connection, whose tables `fill_stock` filled (or rows just like those).

    Lines that agree are counted in `agreeing` and not listed. Errors of the database come as its driver raises
    them.
    """
    rows = asked(connection, SNAPSHOT_SQL)
    with exactly():
        found = [(_place(row), _gathered(row)) for row in rows if row[0] is not None]
        lines = [differing_line(place, gathered) for place, gathered in sorted(found, key=_order)]
        told = tuple(line for line in lines if line.differs)
        places = sum(int(str(row[2])) for row in rows if row[0] is None)
        return reconciled(told, [str(row[5]) for row in rows if row[5] is not None], places - len(told))


_Placed = tuple[tuple[Item, str], Gathered]


def _order(placed: _Placed) -> tuple[bool, str, str, str]:
    return place_order(placed[0])


def _place(row: Sequence[object]) -> tuple[Item, str]:
    kind, _, name = str(row[0]).partition(":")
    if kind + ":" == _SKU:
        return Sku.from_key(name), str(row[1])
    return UnmatchedCode(name) if kind + ":" == _CODE else UnmatchedCode("", name), str(row[1])


def _gathered(row: Sequence[object]) -> Gathered:
    gathered = Gathered()
    gathered.physical, gathered.book = _units(row[2]), _units(row[3])
    if row[4] is not None:
        gathered.note_cost(_cost(row[4], str(row[5])))
    for cause, units in zip(_CAUSES, row[6:], strict=True):
        if units:
            gathered.note_movement(cause, _units(units))
    return gathered


@lru_cache(maxsize=10_000)
def _cost(amount: object, currency: str) -> Money:
    return Money(_units(amount), currency)


def _units(number: object) -> Decimal:
    return Decimal(str(number)).scaleb(-6)


def _name(item: Item) -> str:
    if isinstance(item, Sku):
        return _SKU + item.key
    return _CODE + item.code if item.code else _BARCODE + item.barcode


def _position_rows(given: Iterable[tuple[SystemOfRecord, Sequence[StockPosition]]]) -> Iterator[Row]:
    for keeper, positions in given:
        for each in positions:
            require_keeper(each, keeper)
            name = _name(each.item)
            yield keeper.value, name, each.location, millionths(each.quantity, name)


def _cost_rows(positions: Iterable[StockPosition]) -> Iterator[Row]:
    for each in positions:
        if each.unit_cost is not None:
            name = _name(each.item)
            amount = millionths(each.unit_cost.amount, name)
            yield name, each.location, None, "", amount, each.unit_cost.currency, None, None


def _open_rows(in_flight: Iterable[InFlight]) -> Iterator[Row]:
    for number, each in enumerate(in_flight):
        qty = millionths(each.quantity, each.posting_key)
        yield (
            each.posting_key,
            "",
            each.posting_key,
            _name(each.item),
            each.location,
            qty,
            each.cause.value,
            number,
        )
