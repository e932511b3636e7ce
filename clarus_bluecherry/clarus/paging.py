"""Reading a whole list whose pages shift under the reader.

Law of this module: every row that is in the list from the first read to the last is given out exactly once, and no
row twice, whatever is inserted or removed between two reads, as long as the rest keeps its order. No I/O: a
`Pager` says which call to send next and takes the page that it brought; sync and async clients share it.

How: Clarus's cursors are positions. When rows before the reader are removed, later rows move up, and the page
after the last cursor begins too far down: rows in between would be lost. So each page is asked for from a few
rows earlier (the overlap) and only accepted when its first row has been seen before. Pages are read in order and
hold consecutive rows, so everything before a row that was seen has been seen too, and nothing lies between. A page
that begins with an unknown row is read again from further back: twice as far each time, at worst from the start.
A row that cannot be read has its place like any other, and is known again by its content.

Some servers say at every page that more follows. A page that brings nothing new and is shorter than those before
it is the last, whatever it says; and so is what lies before an empty one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

from attrs import frozen

from clarus_bluecherry.clarus.graphql import Edge, Listing, Page, UnreadRow
from clarus_bluecherry.clarus.reading import Node
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, Retry, UnreadRows, WireError
from clarus_bluecherry.http._call import Call

N = TypeVar("N", bound=Node)

Told = Callable[[UnreadRow], object]
"""Who takes the rows that cannot be read."""

PAGE_SIZE = 100
"""The vendor's own tool caps pages at 100 rows; a maximum is not published (confidence medium)."""

OVERLAP = 5
PATIENCE = 20
_DEAF = 3
_MOST_QUOTED = 5


@frozen
class Portion(Generic[N]):
    """What a page brought that was not given before.

    `unread` are the rows that cannot be read; `served_at` is Clarus's own time, None where it did not tell it.
    """

    nodes: tuple[N, ...]
    unread: tuple[UnreadRow, ...] = ()
    served_at: dt.datetime | None = None


class Teller:
    """Hands rows that cannot be read to `told`. Without it `end` raises `UnreadRows`: none is lost in silence."""

    def __init__(self, root: str, told: Told | None) -> None:
        self._root = root
        self._told = told
        self._problems: list[InvalidRecord] = []

    def tell(self, rows: Iterable[UnreadRow]) -> None:
        """Hand on what one page brought."""
        for row in rows:
            if self._told is None:
                self._problems.append(row.problem)
            else:
                self._told(row)

    def end(self) -> None:
        """The list has been read to its end."""
        if self._problems:
            named = "; ".join(problem.problem for problem in self._problems[:_MOST_QUOTED])
            what = f"{len(self._problems)} of its rows cannot be read, the others could: {named}"
            error = UnreadRows(what, record=f"list of {self._root}")
            error.problems = tuple(self._problems)
            raise error


class Pager(Generic[N]):
    """One reading of `listing`, page by page. Keeps the key and the cursor of every row that it has seen.

    Gives up after `patience` reads in a row that brought nothing new, beyond those that reading everything from
    the start again would take. Raises `ConfigurationError` for a page size below two: nothing could overlap.
    """

    def __init__(
        self, listing: Listing[N], *, page_size: int = PAGE_SIZE, overlap: int = OVERLAP, patience: int = PATIENCE
    ) -> None:
        self._listing = listing
        self._record = f"list of {listing.root}"
        self._size = listing.page_size or page_size
        if self._size < 2 or overlap < 1:
            raise ConfigurationError("a page needs two rows and an overlap of one", field="page_size")
        self._overlap = min(overlap, self._size - 1)
        self._patience = patience
        self._seen: set[Hashable] = set()
        self._cursors: list[str | None] = []
        self._start = 0
        self._back = self._overlap
        self._longest = 0
        self._nothing_behind = False
        self._anew = 0
        self._fruitful = 0
        self._barren = 0
        self._finished = False

    def next_call(self) -> Call[Page[N]] | None:
        """The call whose answer `take` expects, or None when the list has been read to its end."""
        if self._finished:
            return None
        after = self._cursors[self._start - 1] if self._start else None
        return self._listing.page(self._size, after)

    def take(self, page: Page[N]) -> tuple[N, ...]:
        """The rows of `page` that were not given out before. Raises `WireError` when giving up."""
        return self.portion(page).nodes

    def portion(self, page: Page[N]) -> Portion[N]:
        """As `take`, with the rows that cannot be read, each once."""
        rows = page.rows
        if not self._joins(rows):
            self._nothing_behind |= not rows
            self._step_back()
            return Portion((), served_at=page.served_at)
        new = [row for row in rows if self._is_new(row)]
        self._count(fruitful=bool(new))
        self._finished = not page.has_next or (not new and self._is_the_end(rows))
        self._go_on(page, rows)
        return Portion(
            nodes=tuple(row.node for row in new if isinstance(row, Edge)),
            unread=tuple(row for row in new if isinstance(row, UnreadRow)),
            served_at=page.served_at,
        )

    def _joins(self, rows: tuple[Edge[N] | UnreadRow, ...]) -> bool:
        """Whether nothing can lie between what was seen and this page."""
        if self._start == 0:
            return True
        if not rows:
            return False
        first = rows[0]
        if first.cursor is not None and first.cursor == self._cursors[0]:
            self._anew += 1
            if self._anew < _DEAF:
                return False
            raise WireError(
                "the list begins anew at every page: the server ignores the cursor",
                record=self._record,
                action="Check with introspection that the list takes `after`.",
            )
        return self._key(first) in self._seen

    def _key(self, row: Edge[N] | UnreadRow) -> Hashable:
        return self._listing.key(row.node) if isinstance(row, Edge) else (UnreadRow, row.digest)

    def _is_new(self, row: Edge[N] | UnreadRow) -> bool:
        key = self._key(row)
        known = key in self._seen
        self._seen.add(key)
        return not known

    def _is_the_end(self, rows: tuple[Edge[N] | UnreadRow, ...]) -> bool:
        """Whether a page without anything new ends the list, though the server says that more follows."""
        return len(rows) < (self._size if self._nothing_behind else self._longest) or not rows

    def _go_on(self, page: Page[N], rows: tuple[Edge[N] | UnreadRow, ...]) -> None:
        """The next page begins a little before the end of this one, but after its beginning."""
        began, cursors = self._start, [row.cursor for row in rows]
        if cursors and cursors[-1] is None:
            cursors[-1] = page.end_cursor
        self._cursors[began:] = cursors
        self._longest = max(self._longest, len(rows))
        self._back = min(self._overlap, max(len(rows) - 1, 0))
        self._start = self._with_a_cursor(len(self._cursors) - self._back)
        if self._start <= began and rows and not self._finished:
            raise WireError("its rows have no cursors, so it cannot be read on", record=self._record)

    def _with_a_cursor(self, start: int) -> int:
        """Where a page can begin: behind a row whose cursor is known."""
        while start > 0 and self._cursors[start - 1] is None:
            start -= 1
        return max(start, 0)

    def _step_back(self) -> None:
        self._count(fruitful=False)
        self._back = 2 * max(self._back, 1)
        self._start = self._with_a_cursor(len(self._cursors) - self._back)

    def _count(self, *, fruitful: bool) -> None:
        if fruitful:
            self._fruitful, self._barren, self._nothing_behind = self._fruitful + 1, 0, False
            return
        self._barren += 1
        if self._barren > self._patience + self._fruitful:
            raise WireError(
                f"the list changes faster than it can be read: {self._barren} reads brought nothing new",
                record=self._record,
                retry=Retry.SAFE,
                action="Read it again at a quieter time, or narrow the filter.",
            )
