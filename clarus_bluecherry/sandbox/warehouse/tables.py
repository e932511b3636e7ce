"""Rows, tables of rows, and the warehouse's way of saying no.

Law of this module: rows are mutable and compared by identity; a table finds a row by id or by an indexed value
without looking at the others, and always lists rows in the order of their ids.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from attrs import define, field

from clarus_bluecherry.errors import ClarusBluecherryError


class Refused(ClarusBluecherryError):
    """The sandbox's warehouse does not allow this. Over HTTP it is the vendor's ErrorResponse.

    `status` is the HTTP status, `code` and `symbol` the vendor's where published, else 9000 and up.
    """

    action = "Correct the request, as at the real warehouse."

    def __init__(
        self,
        what: str,
        *,
        status: int = 422,
        code: int = 9001,
        symbol: str = "not_allowed",
        record: str = "",
        field: str = "",
    ) -> None:
        super().__init__(what, record=record, field=field)
        self.status = status
        self.code = code
        self.symbol = symbol


def not_found(kind: str, row_id: object) -> Refused:
    """What is answered for an id that names nothing."""
    what = f"no {kind} has the id {row_id}"
    return Refused(what, status=404, code=9404, symbol="not_found", record=f"{kind} {row_id}")


@define(eq=False, kw_only=True)
class Row:
    """A row. `extra` keeps the attributes that were written and that the sandbox does not use."""

    id: int
    created_at: dt.datetime
    updated_at: dt.datetime
    extra: dict[str, object] = field(factory=dict, repr=False)


R = TypeVar("R", bound=Row)


def reader(path: str) -> Callable[[object], object]:
    """A function that reads the dotted `path` from a row; None where a step is missing.

    >>> reader("real.numerator")(5)
    5
    """
    first, _, rest = path.partition(".")
    get = operator.attrgetter(first)
    if not rest:
        return get
    deeper = reader(rest)

    def read(row: object) -> object:
        value = get(row)
        return None if value is None else deeper(value)

    return read


class Table(Generic[R]):
    """Rows in the order of their ids, found at once by id or by one of the `indexed` paths."""

    def __init__(self, *indexed: str) -> None:
        self._rows: dict[int, R] = {}
        self._readers = {path: reader(path) for path in indexed}
        self._index: dict[str, dict[object, dict[int, R]]] = {path: {} for path in indexed}
        self._filed: dict[int, dict[str, object]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[R]:
        return iter(list(self._rows.values()))

    def add(self, row: R) -> R:
        """Keep `row`."""
        self._rows[row.id] = row
        self._file(row)
        return row

    def remove(self, row: R) -> None:
        """Forget `row`."""
        del self._rows[row.id]
        self._unfile(row)

    def changed(self, row: R) -> None:
        """File `row` again after one of its indexed values has changed."""
        self._unfile(row)
        self._file(row)

    def get(self, row_id: int) -> R | None:
        """The row with this id, or None."""
        return self._rows.get(row_id)

    def indexes(self, path: str) -> bool:
        """Whether `find` knows `path`."""
        return path in self._index

    def find(self, path: str, value: object) -> list[R]:
        """The rows whose indexed `path` has exactly this value, in the order of their ids."""
        found = self._index[path].get(value, {})
        return [found[row_id] for row_id in sorted(found)]

    def _file(self, row: R) -> None:
        keys = {path: read(row) for path, read in self._readers.items()}
        self._filed[row.id] = keys
        for path, key in keys.items():
            self._index[path].setdefault(key, {})[row.id] = row

    def _unfile(self, row: R) -> None:
        for path, key in self._filed.pop(row.id).items():
            bucket = self._index[path][key]
            del bucket[row.id]
            if not bucket:
                del self._index[path][key]
