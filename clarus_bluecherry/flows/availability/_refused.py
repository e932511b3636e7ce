"""Rows that cannot be read, and the SKUs that they make unbelievable.

Law of this module: a row that is refused is a problem; where it names its SKU, that SKU has no figure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from attrs import define, field

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.exports.rows import CloseRow

T = TypeVar("T")


@define
class RefusedRows:
    """What was refused."""

    problems: list[InvalidRecord] = field(factory=list)
    items: dict[str, str] = field(factory=dict)
    _item: str = ""

    def about(self, item: str) -> None:
        """The row that is being read is about this SKU."""
        self._item = item

    def made(self, row: CloseRow, make: Callable[[CloseRow], T]) -> T | None:
        """What `make` makes of a row; None for one that it refuses, which is kept."""
        self._item = ""
        try:
            return make(row)
        except InvalidRecord as error:
            named = error if error.record == row.place else row.refused(error.what, error.field)
            self.problems.append(named)
            if self._item:
                self.close(self._item, named)
            return None

    def close(self, item: str, refused: InvalidRecord) -> None:
        """A row about this SKU was refused."""
        self.items.setdefault(item, f"{refused.what} ({refused.record})")
