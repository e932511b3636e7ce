"""What the parts of the ledger's door share: its database, its clock, and questions with many keys.

Law of this module: a statement holds no more keys than either database allows; it is built once, and its values
come with each call.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Set
from itertools import islice
from typing import TypeVar

import sqlalchemy as sa

from clarus_bluecherry.ledger.database import Database
from clarus_bluecherry.model._personal import PersonalTerms

T = TypeVar("T")

Clock = Callable[[], dt.datetime]

_MOST_ASKED = 500
"""Keys in one statement: far below what either database allows."""

WANTED: sa.BindParameter[list[str]] = sa.bindparam("wanted", expanding=True)
"""In a statement, the keys of one part."""


class LedgerPart:
    """Some of the ledger's methods; `Ledger` has them all."""

    _database: Database
    _now: Clock
    _personal: PersonalTerms

    def now(self) -> dt.datetime:
        """The present instant by which leases end and postings are due.

        It is the database's own, the same for every machine, unless the ledger was opened with another clock.
        """
        return self._now()

    def _in_parts(self, query: sa.Executable, wanted: Iterable[str], **values: object) -> list[sa.RowMapping]:
        """The rows of `query`, which asks for those that have one of `WANTED`: there may be many."""
        found: list[sa.RowMapping] = []
        for some in parts(wanted):
            with self._database.read() as connection:
                found += connection.execute(query, {**values, WANTED.key: some}).mappings()
        return found


def is_called(column: sa.Column[str], name: str) -> sa.ColumnElement[bool]:
    """Whether a column holds `name`, or it is a word of it."""
    words = sa.func.lower(" " + sa.func.replace(column, ",", " ") + " ")
    return words.contains(f" {name.strip().lower()} ", autoescape=True)


def first_of(new: Set[str], keys: Iterable[str]) -> list[bool]:
    """For each of `keys` whether it is new; where one comes again, it is not.

    >>> first_of({"a"}, ["a", "b", "a"])
    [True, False, False]
    """
    answers: list[bool] = []
    left = set(new)
    for key in keys:
        answers.append(key in left)
        left.discard(key)
    return answers


def parts(wanted: Iterable[T]) -> Iterator[tuple[T, ...]]:
    """`wanted` in parts that fit into one statement."""
    rest = iter(dict.fromkeys(wanted))
    while some := tuple(islice(rest, _MOST_ASKED)):
        yield some
