"""What the parts of the ledger's door share: its database, its clock, and questions with many keys.

Law of this module: a statement holds no more keys than either database allows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa

from clarus_bluecherry.ledger.database import Database

Clock = Callable[[], dt.datetime]

_MOST_ASKED = 500
"""Keys in one statement: far below what either database allows."""


class Part:
    """Some of the ledger's methods; `Ledger` has them all."""

    _database: Database
    _now: Clock

    def now(self) -> dt.datetime:
        """The present instant by which leases end and postings are due.

        It is the database's own, the same for every machine, unless the ledger was opened with another clock.
        """
        return self._now()

    def _in_parts(
        self, query: sa.Select[Any], column: sa.Column[str], wanted: Iterable[str]
    ) -> list[sa.RowMapping]:
        """The rows of `query` whose `column` is one of `wanted`, which may be many."""
        found: list[sa.RowMapping] = []
        for some in parts(wanted):
            with self._database.read() as connection:
                found += connection.execute(query.where(column.in_(some))).mappings()
        return found


def parts(wanted: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """`wanted` in parts that fit into one statement."""
    rest = iter(dict.fromkeys(wanted))
    while some := tuple(islice(rest, _MOST_ASKED)):
        yield some
