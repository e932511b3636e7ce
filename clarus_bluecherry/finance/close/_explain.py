"""From any figure of a close to what makes it up: documents, entries with their source and row, postings.

Law of this module: what is told of a figure adds up to it exactly, and nothing is told that does not count in it.
What nobody has heard of is refused: an empty answer would look like zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import overload

from attrs import evolve, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.close._causes import CauseStatus, CloseCause, valued
from clarus_bluecherry.finance.close._documents import DocumentKey, DocumentKind
from clarus_bluecherry.finance.close._entries import (
    NONE,
    EntrySide,
    Moved,
    Place,
    PostingStep,
    Reading,
    StockEntry,
)
from clarus_bluecherry.finance.close._judge import Close, CloseLine, Workings
from clarus_bluecherry.finance.close._matters import Matter, step_age
from clarus_bluecherry.finance.close._moments import Moment
from clarus_bluecherry.finance.close._parting import CountedEntry, FirstParting, parting
from clarus_bluecherry.finance.close._roll import CLOSING, CURRENCY, RollForward, RollPiece
from clarus_bluecherry.finance.close._stock import SideStock


@frozen(kw_only=True)
class StockFigure:
    """Why one side has so many at a place: what a reading told (`read`), and the entries that are not in it."""

    side: EntrySide
    units: Decimal
    reading: Reading | None
    read: Decimal
    entries: tuple[CountedEntry, ...]


@frozen(kw_only=True)
class DocumentAtPlace:
    """What both sides have of one document at a place, before the moment and after it.

    `carried` is what an earlier close left open. `gap` is physical less book by the moment: what `causes` name.
    """

    document: str
    kind: DocumentKind
    item: str
    location: str
    moved: tuple[StockEntry, ...]
    to_move: tuple[StockEntry, ...]
    booked: tuple[StockEntry, ...]
    booked_later: tuple[StockEntry, ...]
    carried: Decimal
    gap: Decimal
    causes: tuple[CloseCause, ...]

    @property
    def entries(self) -> tuple[StockEntry, ...]:
        """Everything that both sides wrote of it here."""
        return (*self.moved, *self.to_move, *self.booked, *self.booked_later)


@frozen(kw_only=True)
class PlaceExplained:
    """A place: its figures down to entries, its documents, their postings, and from when on both sides differ."""

    line: CloseLine
    physical: StockFigure
    book: StockFigure
    documents: tuple[DocumentAtPlace, ...]
    postings: tuple[PostingStep, ...]
    first_parting: FirstParting | None


@frozen(kw_only=True)
class DocumentExplained:
    """A document: what both sides have of it at all its places, and every known word about its postings.

    `names` are what it is called by on either side. `others` are entries of it that count at none of the places:
    settled before the beginning, at a location that is not compared, or not known yet.
    """

    document: str
    names: tuple[str, ...]
    places: tuple[DocumentAtPlace, ...]
    others: tuple[StockEntry, ...]
    postings: tuple[PostingStep, ...]


@frozen(kw_only=True)
class FigurePart:
    """A part of a figure: a document at a place, or a place.

    `units` is what `entries` come to, with what a reading or an earlier close told (`read`), and without what the
    same entries make up in other figures (`elsewhere`): a document's gap may have several causes. `value` is in
    the books' currency; None where it has none there.
    """

    item: str
    location: str
    document: str
    units: Decimal
    value: Decimal | None
    entries: tuple[CountedEntry, ...] = ()
    read: Decimal = NONE
    elsewhere: Decimal = NONE


@frozen(kw_only=True)
class FigureExplained:
    """A total of a close and all that it is made of; the units of `parts` add up to its own.

    `value` is the sum of theirs, and None where that of a part of a cause is not known.
    """

    name: str
    units: Decimal
    value: Decimal | None
    parts: tuple[FigurePart, ...]


class Explainer:
    """Answers for the figures of one close. What it needs is worked out once, for any number of questions."""

    def __init__(self, close: Close) -> None:
        self._close = close
        self._work = Workings(close.given, close.as_of, close.known)

    @cached_property
    def positions(self) -> tuple[CloseLine, ...]:
        """Every place that is compared and has stock on either side or something to be said, agreeing or not."""
        return tuple(
            line for line in self._work.lines() if line.physical or line.book or line.variance or line.causes
        )

    def place(self, item: str, location: str) -> PlaceExplained:
        """Why both sides have what they have of an item at a location, down to the entries.

        Raises `InvalidRecord` where neither side ever had it.
        """
        place, work = (item, location), self._work
        line = self._lines.get(place)
        if line is None:
            what = f"neither side has {item!r} at {location!r}, or it is not compared"
            raise InvalidRecord(what, field="item", action="Take both from the lines of `position`.")
        matters = work.at_place.get(place, ())
        keys = {matter.key for matter in matters if any(work.naming.causes(matter))}
        return PlaceExplained(
            line=line,
            physical=self._figure(EntrySide.PHYSICAL, place, line.physical),
            book=self._figure(EntrySide.BOOK, place, line.book),
            documents=tuple(sorted(map(self._at_place, matters), key=_by_document)),
            postings=tuple(step for step in self._steps(keys) if step.item in ("", item)),
            first_parting=parting(work, line, self._moved.get(place, ())),
        )

    def first_parting(self, item: str, location: str) -> FirstParting | None:
        """The first movement by which both sides part at a place for good; None where they agree."""
        return self.place(item, location).first_parting

    def document(self, document: str) -> DocumentExplained:
        """What both sides have of a document, by any of its names. Raises `InvalidRecord` for one of neither."""
        keys = self._keys(document)
        places = [matter for key in sorted(keys) for matter in self._work.found.of.get(key, ())]
        counted = {id(entry) for matter in places for entry in matter.moved + matter.to_move + matter.all_booked}
        others = [entry for key in sorted(keys) for entry in self._entries[key] if id(entry) not in counted]
        postings = self._steps(keys, document)
        if not (places or others or postings):
            what = f"neither side has a document {document!r}, and no posting tells of one"
            raise InvalidRecord(what, field="document", action="Take it from `close --json`, or from an export.")
        names = self._work.found.index.names
        return DocumentExplained(
            document=document,
            names=tuple(sorted({document, *(name for _, each in keys for name in names.of(each))})),
            places=tuple(sorted(map(self._at_place, places), key=_by_document)),
            others=tuple(others),
            postings=postings,
        )

    def cause(self, status: CauseStatus, moved: Moved | None = None) -> FigureExplained:
        """What a status comes to, of one class or of all, document by document.

        Raises `InvalidRecord` where nothing has it.
        """
        parts = [
            _of_cause(line, cause, matter, self._close.totals.currency)
            for line in self._close.lines
            for cause, matter in self._causes(line)
            if cause.status is status and moved in (None, cause.moved)
        ]
        name = f"{moved.value} {status.value}" if moved else status.value
        if not parts:
            causes = [cause for line in self._close.lines for cause, _ in self._causes(line)]
            there = sorted({each.status.value for each in causes if moved in (None, each.moved)})
            action = f"Take one that there is: {', '.join(there)}." if there else "There is no such cause."
            raise InvalidRecord(f"nothing is {name}", field="status", action=action)
        values = [part.value for part in parts]
        return _figure_of(name, parts, None if None in values else _sum(values))

    def roll_line(self, side: EntrySide, name: str, item: str = "", location: str = "") -> FigureExplained:
        """What a line of one side's roll-forward is made of: a class, `opening`, `currency` or `closing`.

        Raises `InvalidRecord` for a line that is not there.
        """
        rolled = [*self._work.rolled(side, _wanted(item, location))]
        pieces = [each for each in rolled if each[0] == name]
        lines = {line.name for roll in self._close.roll_forward if roll.side is side for line in roll.lines}
        if name not in lines or not (pieces or item == location == ""):
            there = sorted({each[0] for each in rolled} if item or location else lines)
            what = f"the roll-forward of the {side.value} side has no line {name!r}"
            raise InvalidRecord(what, field="line", action=f"It has {', '.join(there)}.")
        found: defaultdict[tuple[str, Place], list[RollPiece]] = defaultdict(list)
        for piece in pieces:
            _, place, entry, _, _ = piece
            found["" if entry is None or name in _VALUES else self._name_of(entry), place].append(piece)
        stocks = {Moved.OPENING.value: self._work.opening, CLOSING: self._work.at}
        made = _made_of(self._work.side(side), stocks[name]) if name in stocks else {}
        read = self._read[side] if name in stocks else {}
        parts = [_of_pieces(document, place, some) for (document, place), some in sorted(found.items())]
        parts = [part if part.document else _stocked(part, read, made) for part in parts]
        parts = [part for part in parts if part.units or part.value or part.entries]
        return _figure_of(f"{side.value} {name}", parts, _sum(part.value for part in parts))

    def cogs(self, document: str, item: str, location: str) -> FigureExplained:
        """By which entries a document is in one of the lists of the proof of COGS; the units are positive.

        Raises `InvalidRecord` for one that is in neither.
        """
        proof, which = self._close.cogs, (document, item, location)
        for sign, listed in ((1, proof.not_in_it), (-1, proof.does_not_belong)):
            for each in listed:
                if (each.document, each.item, each.location) == which:
                    part = FigurePart(
                        item=item,
                        location=location,
                        document=document,
                        units=each.units,
                        value=each.value,
                        entries=tuple(self._sold(document, (item, location), sign)),
                    )
                    return _figure_of("not in it" if sign > 0 else "does not belong", [part], each.value)
        what = f"document {document!r} is in neither list of the proof for {item!r} at {location!r}"
        raise InvalidRecord(what, field="document")

    def roll_forward(self, item: str = "", location: str = "") -> tuple[RollForward, ...]:
        """How either side came to the moment: of everything, of an item, of a location."""
        return self._work.roll(_wanted(item, location))

    # Parts ----------------------------------------------------------------------------------------------------

    @cached_property
    def _lines(self) -> Mapping[Place, CloseLine]:
        return {(line.item, line.location): line for line in self._work.lines()}

    @cached_property
    def _entries(self) -> Mapping[DocumentKey, Sequence[StockEntry]]:
        found: defaultdict[DocumentKey, list[StockEntry]] = defaultdict(list)
        for entry in self._work.entries:
            found[self._work.found.index.key_of(entry)].append(entry)
        return found

    def _name_of(self, entry: StockEntry) -> str:
        return self._work.found.index.key_of(entry)[1]

    def _keys(self, document: str) -> set[DocumentKey]:
        """The documents called so; where none is, those that are told to be one with it."""
        names = self._work.found.index.names.of(document)
        known = {*self._work.found.of, *self._entries}
        exact = {key for key in known if key[1] == document}
        return exact or {key for key in known if key[1] in names}

    @cached_property
    def _made(self) -> Mapping[EntrySide, Mapping[Place, Sequence[CountedEntry]]]:
        return {side: _made_of(self._work.side(side), self._work.at) for side in EntrySide}

    @cached_property
    def _read(self) -> Mapping[EntrySide, Mapping[Place, Decimal]]:
        """What the reading that a side's stock begins with found at each place."""
        found: dict[EntrySide, defaultdict[Place, Decimal]] = {side: defaultdict(Decimal) for side in EntrySide}
        for side in EntrySide:
            base = self._work.side(side).base
            for position in base.positions if base else ():
                found[side][position.item, position.location] += position.qty
        return found

    @cached_property
    def _moved(self) -> Mapping[Place, Sequence[StockEntry]]:
        found: defaultdict[Place, list[StockEntry]] = defaultdict(list)
        for entry in filter(self._work.at.has_moved, self._work.physical.entries):
            found[entry.place].append(entry)
        return found

    def _figure(self, side: EntrySide, place: Place, units: Decimal) -> StockFigure:
        made = self._made[side].get(place, ())
        return StockFigure(
            side=side,
            units=units,
            reading=self._work.side(side).base,
            read=self._read[side].get(place, NONE),
            entries=tuple(made),
        )

    def _at_place(self, matter: Matter) -> DocumentAtPlace:
        line = self._lines[matter.place]
        return DocumentAtPlace(
            document=matter.key[1],
            kind=matter.key[0],
            item=matter.place[0],
            location=matter.place[1],
            moved=tuple(matter.moved),
            to_move=tuple(matter.to_move),
            booked=tuple(matter.booked),
            booked_later=tuple(matter.booked_later),
            carried=matter.carried,
            gap=matter.gap,
            causes=tuple(valued(cause, line.unit_cost) for cause in self._work.naming.causes(matter)),
        )

    def _causes(self, line: CloseLine) -> Iterator[tuple[CloseCause, Matter | None]]:
        """The causes of a place, each with its document there; None where a reading itself tells it."""
        left = list(line.causes)
        for matter in self._work.at_place.get((line.item, line.location), ()):
            for cause in self._work.naming.causes(matter):
                left.remove(valued(cause, line.unit_cost))
                yield valued(cause, line.unit_cost), matter
        yield from ((cause, None) for cause in left)

    def _sold(self, document: str, place: Place, sign: int) -> Iterable[CountedEntry]:
        for times, side in ((-sign, EntrySide.PHYSICAL), (sign, EntrySide.BOOK)):
            for entry, key in self._work.sold(side):
                if key[1] == document and entry.place == place:
                    yield CountedEntry(entry, times)

    def _steps(self, keys: Iterable[DocumentKey], document: str = "") -> tuple[PostingStep, ...]:
        """Every known word about the postings of documents, in the order of time."""
        wanted, named, work = {*keys}, {document} - {""}, self._work
        told = [
            step
            for step in dict.fromkeys(work.given.postings)
            if work.known.has(step.said_at)
            and (
                wanted.intersection(work.found.index.keys_of_posting(step))
                or named.intersection((step.document, *step.names, step.settled_with))
            )
        ]
        return tuple(sorted(told, key=step_age))


_VALUES = frozenset({Moved.REVALUED.value, CURRENCY})
"""Lines of the roll-forward that move nothing."""


def _wanted(item: str, location: str) -> Callable[[Place], bool]:
    return lambda place: item in ("", place[0]) and location in ("", place[1])


def _made_of(stock: SideStock, moment: Moment) -> Mapping[Place, Sequence[CountedEntry]]:
    """The entries that a side's stock at a moment is made of, beside its base."""
    found: defaultdict[Place, list[CountedEntry]] = defaultdict(list)
    for entries, is_known in ((stock.entries, True), (stock.unknown, False)):
        for entry in entries:
            times = (is_known and stock.is_in(moment, entry)) - stock.is_in_base(entry)
            if times:
                found[entry.place].append(CountedEntry(entry, times))
    return found


def _of_cause(line: CloseLine, cause: CloseCause, matter: Matter | None, currency: str) -> FigurePart:
    moved, booked = (matter.moved, matter.booked) if matter else ([], [])
    return FigurePart(
        item=line.item,
        location=line.location,
        document=cause.document,
        units=cause.units,
        value=cause.value if line.currency == currency else None,
        entries=(
            *(CountedEntry(entry, 1) for entry in moved),
            *(CountedEntry(entry, -1) for entry in booked),
        ),
        read=matter.carried if matter else cause.units,
        elsewhere=matter.gap - cause.units if matter else NONE,
    )


def _of_pieces(document: str, place: Place, pieces: Sequence[RollPiece]) -> FigurePart:
    """A part of a line of the roll-forward: what some of its pieces come to, with their entries."""
    values = [value for _, _, _, _, value in pieces]
    return FigurePart(
        item=place[0],
        location=place[1],
        document=document,
        units=_sum(units for _, _, _, units, _ in pieces),
        value=None if None in values else _sum(values),
        entries=tuple(CountedEntry(entry, 1) for _, _, entry, _, _ in pieces if entry is not None),
    )


def _stocked(
    part: FigurePart, read: Mapping[Place, Decimal], made: Mapping[Place, Sequence[CountedEntry]]
) -> FigurePart:
    """A part that is stock: what was read, and the entries beside it."""
    place = part.item, part.location
    return evolve(part, read=read.get(place, NONE), entries=tuple(made.get(place, ())))


def _figure_of(name: str, parts: Sequence[FigurePart], value: Decimal | None) -> FigureExplained:
    return FigureExplained(name=name, units=_sum(part.units for part in parts), value=value, parts=tuple(parts))


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((each for each in amounts if each is not None), NONE)


def _by_document(each: DocumentAtPlace) -> tuple[str, str, str, str]:
    return each.document, each.kind, each.item, each.location


@overload
def explain(close: Close, *, item: str, location: str) -> PlaceExplained: ...


@overload
def explain(close: Close, *, document: str) -> DocumentExplained: ...


def explain(
    close: Close, *, item: str = "", location: str = "", document: str = ""
) -> PlaceExplained | DocumentExplained:
    """Explain a place (`item` and `location`) or a `document` of a close. Several questions: an `Explainer`.

    Raises `InvalidRecord` for what neither side has heard of.
    """
    explainer = Explainer(close)
    return explainer.document(document) if document else explainer.place(item, location)


def first_parting(close: Close, item: str, location: str) -> FirstParting | None:
    """The first movement by which both sides part at a place for good, or that they differed from the beginning.

    None where they agree by the moment. Raises `InvalidRecord` for a place that neither side has heard of.
    """
    return Explainer(close).first_parting(item, location)
