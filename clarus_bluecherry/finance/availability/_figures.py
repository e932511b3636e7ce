"""The figure of every item and channel at a moment, and how it came about.

Law of this module: an item that a source does not have, or whose source is too old, is not sellable and says why;
absent is not zero. The same question has the same answer, whenever it is asked.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from attrs import field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.availability._documents import NONE, documents_of
from clarus_bluecherry.finance.availability._evidence import SellingEvidence, evidence
from clarus_bluecherry.finance.availability._policy import SalesChannel, SellingPolicy
from clarus_bluecherry.finance.availability._sums import ItemSums, SumTerm, sums_of
from clarus_bluecherry.finance.availability._told import AvailabilityInput, ReadingTells


class WhyNot(enum.StrEnum):
    """Why an item is not sellable."""

    NO_READING = "no_reading"
    """Blue Cherry's reading does not have it."""
    NO_STOCK_READING = "no_stock_reading"
    """Nobody read what is in the warehouse."""
    READING_TOO_OLD = "reading_too_old"
    """Blue Cherry's, or nobody says how old it is."""
    STOCK_TOO_OLD = "stock_too_old"
    """Clarus's, likewise."""
    REFUSED = "refused"
    """Its code is no SKU, or its quantity is in a unit that nobody knows."""
    STOPPED = "stopped"
    """By policy."""
    NO_LONGER_TOLD = "no_longer_told"
    """It had a figure, and nothing tells of it any more."""


@frozen
class SellableFigure:
    """What a channel may sell of an item, in whole eaches: 0 where `why` says that it is not sellable.

    `preorder` is what it may sell of what is still to come. `books` is Blue Cherry's own open to sell, `open` what
    it is now, `free` what the floor could give; None where nobody told them. `age` is that of the older source.
    """

    channel: str
    item: str
    available: Decimal
    preorder: Decimal
    why: WhyNot | None
    books: Decimal | None
    open: Decimal | None
    free: Decimal | None
    buffer: Decimal
    tells: ReadingTells | None
    age: dt.timedelta | None
    detail: str = ""

    @property
    def is_sellable(self) -> bool:
        """Whether there is a figure at all."""
        return self.why is None


@frozen
class StockSum:
    """A figure with its two sums, line by line."""

    figure: SellableFigure
    open_terms: Sequence[SumTerm]
    free_terms: Sequence[SumTerm]
    incoming_terms: Sequence[SumTerm]
    share: Decimal
    """Which part of what is left, and of what comes, the channel may sell."""


@frozen
class SellableStock:
    """What every channel may sell just before `as_of`, by what was known at `known_until`."""

    as_of: dt.datetime
    known_until: dt.datetime | None
    policy: SellingPolicy
    figures: Sequence[SellableFigure]
    _told: SellingEvidence = field(repr=False, eq=False)

    def explain(self, item: str, channel: str = "") -> StockSum:
        """How the figure of an item in a channel (empty: the first) came about.

        Raises `InvalidRecord` for a channel that there is not, or an item that nobody tells of.
        """
        named = [each for each in self.policy.channels if channel in ("", each.name)]
        if not named:
            raise InvalidRecord("there is no such channel", record=channel, field="channel")
        if item not in self._told.items:
            action = "Write it as the figures have it."
            raise InvalidRecord("nothing tells of this item", record=item, field="item", action=action)
        judge = _Judge(self._told, self.policy, self.as_of)
        sums = sums_of(self._told, self.policy, self._told.rows(item), named[0].locations)
        incoming = judge.incoming(item, named[0])
        figure = judge.figure(item, named[0], sums)
        return StockSum(figure, sums.open_terms, sums.free_terms, incoming, named[0].share)


def sellable(
    given: AvailabilityInput,
    policy: SellingPolicy | None = None,
    *,
    as_of: dt.datetime,
    known_until: dt.datetime | None = None,
) -> SellableStock:
    """What each channel may sell of each item that is told of, just before `as_of` (aware).

    Blue Cherry's open to sell as of its last reading, less what went or was promised beyond it, plus what came
    beyond it, never more than the floor can give, less the buffer. By what was known at `known_until` (aware;
    None: everything). Raises `InvalidRecord` for a moment without its offset.

    >>> at = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
    >>> from clarus_bluecherry.finance.availability import BookLine, BookReading, BookTerm
    >>> from clarus_bluecherry.finance.availability import FloorReading, FloorStock
    >>> line = BookLine(item="A", location="NJ", qty=Decimal(10), term=BookTerm.STOCK, document="PO1")
    >>> stock = FloorStock(item="A", location="NJ", qty=Decimal(7))
    >>> hour = at - dt.timedelta(hours=1)
    >>> given = AvailabilityInput(
    ...     books=[BookReading(lines=[line], taken_at=hour)], floors=[FloorReading(stock=[stock], taken_at=hour)]
    ... )
    >>> [(each.item, str(each.available)) for each in sellable(given, as_of=at).figures]
    [('A', '7')]
    """
    for name, moment in (("as_of", as_of), ("known_until", known_until)):
        if moment is not None and moment.utcoffset() is None:
            raise InvalidRecord("it has no time zone", record="sellable", field=name)
    policy = policy or SellingPolicy()
    told = evidence(given, as_of, known_until)
    return SellableStock(as_of, known_until, policy, [*_figures(told, policy, as_of)], told)


def _figures(told: SellingEvidence, policy: SellingPolicy, as_of: dt.datetime) -> Iterable[SellableFigure]:
    """By item, then by channel in the policy's order; channels of the same locations share their sums."""
    judge = _Judge(told, policy, as_of)
    scopes = [*dict.fromkeys(each.locations for each in policy.channels)]
    for item, rows in told.by_item():
        sums = {scope: sums_of(told, policy, rows, scope) for scope in scopes}
        for channel in policy.channels:
            yield judge.figure(item, channel, sums[channel.locations])


@frozen
class _Judge:
    """What makes a figure of its sums."""

    told: SellingEvidence
    policy: SellingPolicy
    as_of: dt.datetime
    age: dt.timedelta | None = field(init=False)
    closed: WhyNot | None = field(init=False)
    """Why nothing at all is sellable."""

    def __attrs_post_init__(self) -> None:
        ages = [self._age(self.told.book), self._age(self.told.floor)]
        known = [each for each in ages if each is not None]
        object.__setattr__(self, "age", max(known) if len(known) == len(ages) else None)
        object.__setattr__(self, "closed", self._closed(*ages))

    def _age(self, reading: object) -> dt.timedelta | None:
        taken = getattr(reading, "taken_at", None)
        return None if taken is None else self.as_of - taken

    def _closed(self, book: dt.timedelta | None, floor: dt.timedelta | None) -> WhyNot | None:
        if self.told.book is None:
            return WhyNot.NO_READING
        if self.told.floor is None:
            return WhyNot.NO_STOCK_READING
        if _is_too_old(book, self.policy.book_max_age):
            return WhyNot.READING_TOO_OLD
        return WhyNot.STOCK_TOO_OLD if _is_too_old(floor, self.policy.floor_max_age) else None

    def figure(self, item: str, channel: SalesChannel, sums: ItemSums) -> SellableFigure:
        """What a channel may sell of an item."""
        why, both = self._why_not(item, sums), sums.both
        base = NONE if both is None else both
        buffer = self.policy.buffer(item, channel.name).of(base)
        left = base - buffer
        tells = None if self.told.book is None else self.told.book.tells
        return SellableFigure(
            channel.name,
            item,
            channel.part(left) if why is None and left > 0 else NONE,
            self._preorder(item, channel, left) if why is None and channel.preorders else NONE,
            why,
            sums.books,
            sums.open,
            sums.free,
            buffer,
            tells,
            self.age,
            self.told.refused.get(item, "") if why is WhyNot.REFUSED else "",
        )

    def _why_not(self, item: str, sums: ItemSums) -> WhyNot | None:
        if item in self.policy.stopped:
            return WhyNot.STOPPED
        if item in self.told.refused:
            return WhyNot.REFUSED
        return self.closed or (WhyNot.NO_READING if sums.books is None else None)

    def _preorder(self, item: str, channel: SalesChannel, left: Decimal) -> Decimal:
        """What comes, less what is promised of it already."""
        coming = sum([each.qty for each in self.incoming(item, channel)], start=NONE)
        return channel.part(max(NONE, coming * self.policy.incoming_share + min(NONE, left)))

    def incoming(self, item: str, channel: SalesChannel) -> Sequence[SumTerm]:
        """What comes within the days of the policy, less what came of it. Of what is overdue nobody knows when."""
        lines = self.told.incoming.of(item)
        if not lines or not self.policy.incoming_days or not channel.preorders:
            return []
        today = self.as_of.astimezone(self.policy.zone).date()
        last = today + dt.timedelta(days=self.policy.incoming_days)
        due: dict[str, Decimal] = {}
        for line in lines:
            if today <= line.due_on <= last and (not channel.locations or line.location in channel.locations):
                name = self.told.name_of(line.document)
                due[name] = due.get(name, NONE) + line.qty
        came = self._came(item)
        left = {name: qty - came.get(name, NONE) for name, qty in due.items()}
        return [SumTerm("still to come", name, qty) for name, qty in sorted(left.items()) if qty > 0]

    def _came(self, item: str) -> Mapping[str, Decimal]:
        """What came by each document: the most that either side has of it, since neither tells its whole past."""
        rows = self.told.rows(item)
        documents = documents_of(self.told, rows.lines, rows.moves, {})
        moved = {name: each.moved for name, each in documents.stock.items()}
        return {
            name: max(moved.get(name, NONE), documents.booked.get(name, NONE))
            for name in moved.keys() | documents.booked.keys()
        }


def _is_too_old(age: dt.timedelta | None, most: dt.timedelta | None) -> bool:
    """Whether a source is too old; one of unknown age is, wherever an age is asked for."""
    return most is not None and (age is None or age > most)
