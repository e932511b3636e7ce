"""Reading a whole list whose pages shift under the reader.

Law of this module: every row that is in the list from the first read to the last is given out exactly once, and no
row twice, whatever is inserted or removed between two reads, as long as the rest keeps its order. No I/O: a
`Pager` says which call to send next and takes the page that it brought; sync and async clients share it.

How: Clarus's cursors are positions. When rows before the reader are removed, later rows move up, and the page
after the last cursor begins too far down: rows in between would be lost. So each page is asked for from a few
rows earlier (the overlap) and only accepted when its first row has been seen before. Pages are read in order and
hold consecutive rows, so everything before a row that was seen has been seen too, and nothing lies between. A page
that begins with an unknown row is read again from further back: twice as far each time, at worst from the start.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from clarus_bluecherry.clarus.graphql import Listing, Page
from clarus_bluecherry.clarus.reading import Node
from clarus_bluecherry.errors import ConfigurationError, Retry, WireError
from clarus_bluecherry.http.call import Call

N = TypeVar("N", bound=Node)

PAGE_SIZE = 100
"""The vendor's own tool caps pages at 100 rows; a maximum is not published (confidence medium)."""

OVERLAP = 5
PATIENCE = 20


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
        self._cursors: list[str] = []
        self._start = 0
        self._back = self._overlap
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
        if not self._joins(page):
            self._step_back()
            return ()
        new = tuple(edge.node for edge in page.edges if self._is_new(edge.node))
        self._count(fruitful=bool(new))
        self._finished = not page.has_next
        self._go_on(page)
        return new

    def _joins(self, page: Page[N]) -> bool:
        """Whether nothing can lie between what was seen and this page."""
        if self._start == 0:
            return True
        if not page.edges:
            return False
        first = page.edges[0]
        if first.cursor == self._cursors[0]:
            raise WireError(
                "the list begins anew at every page: the server ignores the cursor",
                record=self._record,
                action="Check with introspection that the list takes `after`.",
            )
        return self._listing.key(first.node) in self._seen

    def _is_new(self, node: N) -> bool:
        key = self._listing.key(node)
        known = key in self._seen
        self._seen.add(key)
        return not known

    def _go_on(self, page: Page[N]) -> None:
        """The next page begins a little before the end of this one, but after its beginning."""
        self._cursors[self._start :] = [edge.cursor for edge in page.edges]
        self._back = min(self._overlap, max(len(page.edges) - 1, 0))
        self._start = len(self._cursors) - self._back

    def _step_back(self) -> None:
        self._count(fruitful=False)
        self._back = 2 * max(self._back, 1)
        self._start = max(0, len(self._cursors) - self._back)

    def _count(self, *, fruitful: bool) -> None:
        if fruitful:
            self._fruitful, self._barren = self._fruitful + 1, 0
            return
        self._barren += 1
        if self._barren > self._patience + self._fruitful:
            raise WireError(
                f"the list changes faster than it can be read: {self._barren} reads brought nothing new",
                record=self._record,
                retry=Retry.SAFE,
                action="Read it again at a quieter time, or narrow the filter.",
            )
