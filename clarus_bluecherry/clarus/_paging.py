"""Reading a whole list whose pages shift under the reader.

Law of this module: every row that is in the list from the first read to the last is given out exactly once, and no
row twice, whatever is inserted or removed between two reads, as long as the rest keeps its order and no more than
`REMEMBERED` rows come or go at a time. No I/O: a `Pager` says which call to send next and takes the page that it
brought; sync and async clients share it.

How: Clarus's cursors are positions. When rows before the reader are removed, later rows move up, and the page
after the last cursor begins too far down: rows in between would be lost. So each page is asked for from a few
rows earlier (the overlap) and only accepted when its first row has been seen before. Pages are read in order and
hold consecutive rows, so everything before a row that was seen has been seen too, and nothing lies between. A page
that begins with an unknown row is read again from further back: twice as far each time, at worst from the start.
A row that cannot be read has its place like any other, and is known again by its content.

What is far behind the reader is forgotten, so that a list of any length takes the same memory. A page can only
bring back a row that is further behind than is remembered when as many rows were inserted before it since it was
given. Its first row is then unknown however far back the reader steps, and the reading ends with a `WireError`
that says so; no row is lost, and no second one given in silence. Only rows that are inserted by thousands among
those which the reader is just reading again can make it give one twice.

Some servers say at every page that more follows. A page that brings nothing new and is shorter than those before
it is the last, whatever it says; and so is what lies before an empty one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import chain
from typing import Generic, TypeVar

from attrs import frozen

from clarus_bluecherry.clarus._graphql import Listing, RawPage, UnreadRow, checked_size
from clarus_bluecherry.clarus._reading.node import Node
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, Retry, UnreadRows, WireError
from clarus_bluecherry.http._call import Call

N = TypeVar("N", bound=Node)

Told = Callable[[UnreadRow], object]
"""Who takes the rows that cannot be read."""

PAGE_SIZE = 100
"""The vendor's own tool caps pages at 100 rows; a maximum is not published (confidence medium)."""

OVERLAP = 2
"""Rows that are read again with each page. One fewer may vanish before the reader without a further read; where
none do, a larger overlap costs its share of every page."""

REMEMBERED = 10_000
"""Rows that are known again, at the least: some two megabytes."""

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

    def read(self, rows: Iterable[N | UnreadRow]) -> Iterator[N]:
        """Of `rows`, those that can be read; the others are told."""
        for row in rows:
            if isinstance(row, UnreadRow):
                self.tell((row,))
            else:
                yield row

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


class Recent:
    """What was seen lately: the last `size` for sure, never more than twice as many."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._young: set[Hashable] = set()
        self._old: set[Hashable] = set()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._young or key in self._old

    def adds(self, key: Hashable) -> bool:
        """Whether `key` is new. It is seen now."""
        is_new = key not in self._young and key not in self._old
        self._young.add(key)
        if len(self._young) >= self._size:
            self._young, self._old = set(), self._young
        return is_new


class _Reread(Generic[N]):
    """Which rows of a page are new, where its first `overlap` rows were read before if nothing moved.

    Rows that cannot be read and have no id may be alike, each a row of its own: one whose like was seen is known
    again only where it can lie. That is before a row that was seen, among the `nameless` ones that stood last when
    the page before ended, or in the overlap where no row has an id.
    """

    def __init__(self, seen: Recent, overlap: int, nameless: int) -> None:
        self._seen = seen
        self._known = overlap
        self._trailing = nameless
        self._fresh: set[Hashable] = set()
        self._alike: list[tuple[int, UnreadRow]] = []
        self._named = False
        self._place = -1
        self.nameless = nameless
        self.fruitful = False

    def new(self, key: Hashable, row: N | UnreadRow) -> Iterator[N | UnreadRow]:
        """What is known to be new now that `row` has come."""
        self._place += 1
        is_new = self._seen.adds(key)
        if isinstance(row, UnreadRow) and not row.id:
            if not is_new:
                self._alike.append((self._place, row))
                return
            self.nameless += 1
        elif is_new:
            self._fresh.add(key)
            yield from self.rest()
            self._named, self.nameless = True, 0
        else:
            self._read_again(key)
        if is_new:
            self.fruitful = True
            yield row

    def _read_again(self, key: Hashable) -> None:
        self._named, self.nameless = True, 0
        if key not in self._fresh:
            self._alike.clear()
            self._known = self._place + 1 + self._trailing

    def rest(self) -> Iterator[UnreadRow]:
        """Of the rows that are like others, those that are new."""
        for place, row in self._alike:
            is_new = place >= self._known
            self.nameless += is_new or self._named
            if is_new:
                self.fruitful = True
                yield row
        self._alike.clear()


class Pager(Generic[N]):
    """One reading of `listing`, page by page. Keeps the keys and the cursors of the rows that it saw lately.

    Gives up after `patience` reads in a row that brought nothing new, beyond those that reading everything from
    the start again would take, and when more than about `remembered` rows came or went between two reads. Raises
    `ConfigurationError` for a page size below two: nothing could overlap.
    """

    def __init__(
        self,
        listing: Listing[N],
        *,
        page_size: int = PAGE_SIZE,
        overlap: int = OVERLAP,
        patience: int = PATIENCE,
        remembered: int = REMEMBERED,
    ) -> None:
        self._listing = listing
        self._record = f"list of {listing.root}"
        self._size = checked_size(page_size if listing.page_size is None else listing.page_size)
        if overlap < 1:
            raise ConfigurationError("pages overlap by one row at least", field="overlap")
        self._overlap = min(overlap, self._size - 1)
        self._patience = patience
        self._remembered = max(remembered, 2 * self._size)
        self._seen = Recent(self._remembered)
        self._nameless = 0
        self._cursors: list[str | None] = []
        self._forgotten = 0
        self._first_cursor: str | None = None
        self._start = 0
        self._back = self._overlap
        self._longest = 0
        self._nothing_behind = False
        self._anew = 0
        self._fruitful = 0
        self._barren = 0
        self._finished = False

    def next_call(self) -> Call[RawPage[N]] | None:
        """The call whose answer `rows` expects, or None when the list has been read to its end."""
        if self._finished:
            return None
        return self._listing.raw_page(self._size, self._cursor_before(self._start))

    def rows(self, page: RawPage[N]) -> Iterator[N | UnreadRow]:
        """The rows of `page` that were not given out before, each read when it is asked for.

        Take all of them before the next call. Raises `WireError` when giving up.
        """
        rows = page.rows()
        first = next(rows, None)
        if not self._joins(first):
            self._nothing_behind |= first is None
            self._step_back()
            return
        cursors: list[str | None] = []
        behind = len(self._cursors) + self._forgotten - self._start
        reread: _Reread[N] = _Reread(self._seen, behind, self._nameless)
        for cursor, key, row in rows if first is None else chain((first,), rows):
            cursors.append(cursor)
            yield from reread.new(key, row)
        yield from reread.rest()
        self._nameless = reread.nameless
        self._count(fruitful=reread.fruitful)
        self._finished = not page.has_next or (not reread.fruitful and self._is_the_end(len(cursors)))
        self._go_on(page.end_cursor, cursors)

    def take(self, page: RawPage[N]) -> tuple[N, ...]:
        """The rows of `page` that were not given out before. Raises `WireError` when giving up."""
        return self.portion(page).nodes

    def portion(self, page: RawPage[N]) -> Portion[N]:
        """As `take`, with the rows that cannot be read, each once."""
        rows = list(self.rows(page))
        return Portion(
            nodes=tuple(row for row in rows if not isinstance(row, UnreadRow)),
            unread=tuple(row for row in rows if isinstance(row, UnreadRow)),
            served_at=page.served_at,
        )

    def _joins(self, first: tuple[str | None, Hashable, object] | None) -> bool:
        """Whether nothing can lie between what was seen and the page that begins with `first`."""
        if self._start == 0:
            return True
        if first is None:
            return False
        cursor, key, _ = first
        if cursor is not None and cursor == self._first_cursor:
            self._anew += 1
            if self._anew < _DEAF:
                return False
            raise WireError(
                "the list begins anew at every page: the server ignores the cursor",
                record=self._record,
                action="Check with introspection that the list takes `after`.",
            )
        return key in self._seen

    def _is_the_end(self, count: int) -> bool:
        """Whether a page of `count` rows without anything new ends the list, though more is said to follow."""
        return count < (self._size if self._nothing_behind else self._longest) or not count

    def _go_on(self, end_cursor: str | None, cursors: list[str | None]) -> None:
        """The next page begins a little before the end of this one, but after its beginning."""
        began, count = self._start, len(cursors)
        if cursors and cursors[-1] is None:
            cursors[-1] = end_cursor
        if began == 0:
            self._first_cursor = cursors[0] if cursors else None
        self._cursors[began - self._forgotten :] = cursors
        self._longest = max(self._longest, count)
        self._back = min(self._overlap, max(count - 1, 0))
        self._start = self._with_a_cursor(began + count - self._back)
        if self._start <= began and cursors and not self._finished:
            raise WireError("its rows have no cursors, so it cannot be read on", record=self._record)
        self._forget()

    def _cursor_before(self, start: int) -> str | None:
        return self._cursors[start - self._forgotten - 1] if start > self._forgotten else None

    def _with_a_cursor(self, start: int) -> int:
        """Where a page can begin: behind a row whose cursor is known, or at the start of the list."""
        while start > self._forgotten and self._cursor_before(start) is None:
            start -= 1
        return start

    def _forget(self) -> None:
        """Drop the places that are too far behind to go back to."""
        if len(self._cursors) > 2 * self._remembered:
            gone = len(self._cursors) - self._remembered
            del self._cursors[:gone]
            self._forgotten += gone

    def _step_back(self) -> None:
        self._count(fruitful=False)
        self._back = 2 * max(self._back, 1)
        end = self._forgotten + len(self._cursors)
        self._start = self._with_a_cursor(max(end - self._back, self._forgotten))
        if self._start == self._forgotten > 0:
            raise self._too_fast(f"more than {self._remembered} rows came or went between two reads")

    def _count(self, *, fruitful: bool) -> None:
        if fruitful:
            self._fruitful, self._barren, self._nothing_behind = self._fruitful + 1, 0, False
            return
        self._barren += 1
        if self._barren > self._patience + self._fruitful:
            raise self._too_fast(f"{self._barren} reads brought nothing new")

    def _too_fast(self, how: str) -> WireError:
        return WireError(
            f"the list changes faster than it can be read: {how}",
            record=self._record,
            retry=Retry.SAFE,
            action="Read it again at a quieter time, or narrow the filter.",
        )
