"""Reading page after page, without I/O.

Law of this module: every record of every page is given, once. Pages of a list that changes meanwhile overlap; a
record that was already given in the same content is not given again (a row set aside may be: two of them can look
alike). A server that sends the same page twice, or full pages that bring nothing new again and again, does not
understand the paging parameters: that is an error, not the end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from pydantic import BaseModel

from clarus_bluecherry.bluecherry.rest_answers import RestPage
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.http._call import Call

T = TypeVar("T", bound=BaseModel)


_MOST_BARREN = 3
"""Full pages without anything new, one after the other: of a list that changes there may be one or two."""


class RestPager(Generic[T]):
    """The walk through one list. `ask` gives the call for a page; pages count from 1.

    Send `call` and give its answer to `take`, until `call` is None.

    An entry that leaves the list while it is read moves later ones forward, past the page that is read next. A
    delta read alone does not bring those back: read everything (without `since`) now and then, nightly say.
    """

    def __init__(self, ask: Callable[[int], Call[RestPage[T]]]) -> None:
        self._ask = ask
        self._number = 1
        self._given: set[bytes] = set()
        self._previous: list[bytes] = []
        self._barren = 0
        self.call: Call[RestPage[T]] | None = ask(1)
        """The call to send next, or None at the end."""

    def take(self, page: RestPage[T]) -> Iterator[T | InvalidRecord]:
        """Go on to the next page; return what this one brought that was not given before."""
        entries: list[T | InvalidRecord] = [*page.rows, *page.bad]
        marks = [_mark(entry) for entry in entries]
        self._barren = self._barren + 1 if self._given.issuperset(marks) else 0
        if marks and not page.last and (marks == self._previous or self._barren == _MOST_BARREN):
            again = f"page {self._number - 1}" if marks == self._previous else "earlier pages"
            raise ConfigurationError(
                f"page {self._number} is {again} again: the paging parameters have no effect",
                field="query",
                action="Ask CGS for their names and set them in the profile.",
            )
        self._previous = marks
        self._number += 1
        self.call = None if page.last else self._ask(self._number)
        return self._unseen(entries, marks)

    def _unseen(self, entries: list[T | InvalidRecord], marks: list[bytes]) -> Iterator[T | InvalidRecord]:
        for entry, mark in zip(entries, marks, strict=True):
            if isinstance(entry, InvalidRecord) or mark not in self._given:
                self._given.add(mark)
                yield entry


def _mark(entry: BaseModel | InvalidRecord) -> bytes:
    """What tells one entry from another: its whole content."""
    content = str(entry) if isinstance(entry, InvalidRecord) else entry.model_dump_json()
    return hashlib.sha256(content.encode()).digest()
