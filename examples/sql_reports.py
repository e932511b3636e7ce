"""A transport of your own: Blue Cherry's stock ledger read over SQL, for reconciliation. It never writes.

Register it in your package's pyproject, then name it in the site file as `transport = "sql"`:

    [project.entry-points."clarus_bluecherry.transports"]
    sql = "sql_reports:open_transport"

    [bluecherry.options]
    database = "copy.sqlite"
    movements = "SELECT rec_type, style, color_code, size_desc, location, qty AS size_qty FROM stock_ledger"

Names of tables and columns are the site's (Blue Cherry's own are not published), so the query is an option: its
columns are the fields of `StockMovement`. SQLite stands here for whatever driver reads your copy of the database.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Never, TypeVar

from pydantic import BaseModel, ValidationError

from clarus_bluecherry.bluecherry import BlueCherry, Delivery, NotCarried
from clarus_bluecherry.bluecherry.kinds import Kind
from clarus_bluecherry.bluecherry.messages import StockMovement, on_hand
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

R = TypeVar("R", bound=BaseModel)


class SqlReports:
    """`Transport` for one query."""

    def __init__(self, database: Path, movements: str) -> None:
        self._connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        self._connection.row_factory = sqlite3.Row
        self._movements = movements

    def read(self, kind: Kind[R], since: dt.datetime | None = None) -> Iterator[Delivery[R]]:
        if kind.name != "stock_movement":
            self._refuse()
        for number, row in enumerate(self._connection.execute(self._movements), start=1):
            try:
                yield Delivery(entry=kind.model.model_validate(dict(row)))
            except ValidationError as error:
                yield Delivery(entry=InvalidRecord(error.errors()[0]["msg"], record=f"{kind.title}, row {number}"))

    def ping(self) -> str:
        return f"SQLite {self._connection.execute('SELECT sqlite_version()').fetchone()[0]}"

    def close(self) -> None:
        self._connection.close()

    def _refuse(self, *_: object, **__: object) -> Never:
        raise NotCarried("this transport only reads the stock ledger", field="bluecherry.transport")

    send = probe = _refuse


def open_transport(options: Mapping[str, object]) -> SqlReports:
    """What the entry point names."""
    for name in ("database", "movements"):
        if not isinstance(options.get(name), str):
            raise ConfigurationError("a text is required", field=f"bluecherry.options.{name}")
    return SqlReports(Path(str(options["database"])), str(options["movements"]))


def main() -> None:
    """Print what is on hand by the vendor's formula, from the database and the query in the environment."""
    options = {"database": os.environ["DATABASE"], "movements": os.environ["MOVEMENTS"]}
    with BlueCherry(open_transport(options)) as erp:
        good = [row for row in erp.stock_movements() if isinstance(row, StockMovement)]
    for key, units in sorted(on_hand(good).items()):
        print(" ".join(filter(None, key)), units)


if __name__ == "__main__":
    main()
