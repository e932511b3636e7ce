"""Net first: what each document moved at each place, on either side and on either side of the moment.

Law of this module: at each place the documents' gaps and what was there before them make up the variance. A
document of before the beginning counts where something of it is still to be matched, and only there: what the
extracts no longer hold was settled in an earlier close, or stands among its open items.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from attrs import define, field

from clarus_bluecherry.finance.close._documents import DocumentIndex, DocumentKey, index_of
from clarus_bluecherry.finance.close._entries import NONE, LocationKind, Moved, Place, PostingStep, StockEntry
from clarus_bluecherry.finance.close._input import CloseInput
from clarus_bluecherry.finance.close._moments import Known, Moment
from clarus_bluecherry.finance.close._stock import SideStock

SETTLED = frozenset({"posted", "cancelled"})
"""States in which nothing of a posting is on its way any more."""


@define
class Matter:
    """One document at one place. `carried` is what an earlier close left open, physical less book."""

    key: DocumentKey
    place: Place
    moved: list[StockEntry] = field(factory=list)
    """By the warehouse, before the moment."""
    to_move: list[StockEntry] = field(factory=list)
    """By the warehouse, after it."""
    booked: list[StockEntry] = field(factory=list)
    booked_later: list[StockEntry] = field(factory=list)
    carried: Decimal = NONE
    carried_as: Moved = Moved.OPENING

    @property
    def physical(self) -> Decimal:
        """What left or came, with what an earlier close knows of it."""
        return units(self.moved) + self.carried

    @property
    def gap(self) -> Decimal:
        """By how much it makes the warehouse hold more than the books."""
        return self.physical - units(self.booked)

    @property
    def is_physical(self) -> bool:
        """Whether the warehouse knows it here."""
        return bool(self.moved or self.to_move or self.carried)

    @property
    def all_booked(self) -> list[StockEntry]:
        """Every line of the books about it, whatever its date."""
        return self.booked + self.booked_later


def units(entries: Sequence[StockEntry]) -> Decimal:
    """What they move together."""
    return sum((entry.qty for entry in entries), NONE)


@define
class Matters:
    """All of them, by place and by document, with the word about each posting."""

    index: DocumentIndex
    at: dict[tuple[Place, DocumentKey], Matter] = field(factory=dict)
    of: defaultdict[DocumentKey, list[Matter]] = field(factory=lambda: defaultdict(list))
    on_its_way: defaultdict[tuple[DocumentKey, str], Decimal] = field(factory=lambda: defaultdict(Decimal))
    """What transfers have taken from one warehouse, and not brought to another."""
    steps: Mapping[DocumentKey, Sequence[PostingStep]] = field(factory=dict)
    steps_by_name: Mapping[str, Sequence[PostingStep]] = field(factory=dict)

    def matter(self, key: DocumentKey, place: Place) -> Matter:
        """The one of a document at a place, made where there was none."""
        if (place, key) not in self.at:
            self.at[place, key] = Matter(key, place)
            self.of[key].append(self.at[place, key])
        return self.at[place, key]

    def told(self, matter: Matter) -> Sequence[PostingStep]:
        """The newest word about each posting of a document: those of this item and location where some say so."""
        steps = self.steps.get(matter.key) or self.steps_by_name.get(matter.key[1], ())
        item, location = matter.place
        here = [step for step in steps if step.item in ("", item) and step.location in ("", location)]
        own = [step for step in here if step.item]
        return own or here


def matters_of(given: CloseInput, physical: SideStock, book: SideStock, at: Moment, known: Known) -> Matters:
    """Every document at every place that is compared, as it stood at a moment."""
    found = Matters(index_of(physical.entries, given.open_items, given.tellings(known)))
    found.steps, found.steps_by_name = _steps(given.postings, found.index, known)
    keys = [(entry, found.index.key_of(entry)) for entry in (*physical.entries, *book.entries)]
    for entry, key in keys:
        is_leg = entry.is_physical and entry.moved is Moved.TRANSFERRED
        if is_leg and at.has_moved(entry) and given.kind_of(entry.location) is not LocationKind.IN_TRANSIT:
            found.on_its_way[key, entry.item] += entry.qty
    carried = _carry(given, found)
    keys = [(entry, key) for entry, key in keys if given.compares(entry.location)]
    before = _Before(keys, book, found, carried)
    for entry, key in keys:
        if not before.has_settled(entry, key):
            _add(entry, found.matter(key, entry.place), at)
    return found


def _add(entry: StockEntry, matter: Matter, at: Moment) -> None:
    if entry.is_physical:
        (matter.moved if at.has_moved(entry) else matter.to_move).append(entry)
    else:
        (matter.booked if at.has_booked(entry) else matter.booked_later).append(entry)


def _carry(given: CloseInput, found: Matters) -> frozenset[tuple[DocumentKey, Place]]:
    """Put what an earlier close left open into its matters."""
    carried: set[tuple[DocumentKey, Place]] = set()
    for item in given.open_items:
        if given.compares(item.location):
            key, place = found.index.key_of_open(item), (item.item, item.location)
            matter = found.matter(key, place)
            matter.carried += item.qty
            matter.carried_as = item.moved
            carried.add((key, place))
    return frozenset(carried)


class _Before:
    """What the extracts hold of before the beginning: settled then, or still to be matched."""

    def __init__(
        self,
        keys: Sequence[tuple[StockEntry, DocumentKey]],
        book: SideStock,
        found: Matters,
        carried: frozenset[tuple[DocumentKey, Place]],
    ) -> None:
        self._moved = {key for entry, key in keys if entry.is_physical}
        self._booked = {key for entry, key in keys if not entry.is_physical}
        self._book, self._found, self._carried = book, found, carried
        self._last_day = _last_day_before(book)

    def has_settled(self, entry: StockEntry, key: DocumentKey) -> bool:
        """Whether an entry is of before, and nothing of its document is left to be matched."""
        if not self._is_old(entry):
            return False
        if (key, entry.place) in self._carried:
            return True
        if not entry.is_physical:
            return key not in self._moved
        is_waiting = any(step.state not in SETTLED for step in self._found.steps.get(key, ()))
        return key not in self._booked and not is_waiting

    def _is_old(self, entry: StockEntry) -> bool:
        if self._last_day is None:
            return False
        if entry.is_physical:
            return entry.own_date is not None and entry.own_date <= self._last_day
        return self._book.base is not None and self._book.base.is_opening and self._book.is_in_base(entry)


def _last_day_before(book: SideStock) -> dt.date | None:
    """The last day of which the extracts are not the whole: that of the opening, or before the first line."""
    if book.base is None:
        return None
    if book.base.as_of is not None:
        return book.base.as_of
    days = [entry.booked_date for entry in book.entries if entry.booked_date is not None]
    return min(days) - dt.timedelta(days=1) if days else None


def _steps(
    postings: Collection[PostingStep], index: DocumentIndex, known: Known
) -> tuple[Mapping[DocumentKey, Sequence[PostingStep]], Mapping[str, Sequence[PostingStep]]]:
    """The newest known word about each posting, by the document that it tells of, and by its names."""
    newest: dict[tuple[object, ...], PostingStep] = {}
    for step in sorted(filter(lambda step: known.has(step.said_at), postings), key=step_age):
        which = step.document, step.names, step.moved, step.item, step.location
        if step.state == "cancelled" and which in newest and newest[which].state not in SETTLED:
            continue  # nobody will send it, and it is as missing as before
        newest[which] = step
    by_key: defaultdict[DocumentKey, list[PostingStep]] = defaultdict(list)
    by_name: defaultdict[str, list[PostingStep]] = defaultdict(list)
    for step in newest.values():
        for key in index.keys_of_posting(step):
            by_key[key].append(step)
        for name in {step.document, *step.names}:
            by_name[name].append(step)
    return by_key, by_name


def step_age(step: PostingStep) -> tuple[bool, dt.datetime, int, str]:
    """By what the words about postings are put in the order of time."""
    return step.said_at is not None, step.said_at or _LONG_AGO, step.number, repr(step)


_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)
