"""What the commands of the close answer, as tables: of a close, of places, of a document, of a total, of periods.

Law of this module: a figure is finance's, as it is. It stands in one table of an answer, once.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from typing import TYPE_CHECKING

from attrs import evolve, fields

from clarus_bluecherry.finance.close import (
    Close,
    CloseInput,
    CloseLine,
    CogsProof,
    CountedEntry,
    DocumentAtPlace,
    DocumentExplained,
    FigureExplained,
    Known,
    Moment,
    PlaceExplained,
    PostingStep,
    ReadingRun,
    RollForward,
    StockEntry,
)
from clarus_bluecherry.model import to_plain
from clarus_bluecherry.report.close import UNEXPLAINED, close_head
from clarus_bluecherry.report.close_out import AnswerTable, Cell, CloseAnswer
from clarus_bluecherry.report.closing import json_text, plain_number

if TYPE_CHECKING:
    from clarus_bluecherry.ledger import Fact


def _table(name: str, columns: str, records: Iterable[object], shown: str = "") -> AnswerTable:
    """A table of records by their attributes, `title=attribute` where the title is another."""
    pairs = [
        (title, attribute or title) for title, _, attribute in (word.partition("=") for word in columns.split())
    ]
    rows = [[_cell(record and getattr(record, name)) for _, name in pairs] for record in records]
    return AnswerTable(name, [title for title, _ in pairs], rows, shown.split())


def _cell(value: object) -> Cell:
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, ReadingRun):
        return value.number
    if value is None or isinstance(value, str | int | Decimal | dt.date):
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={each}" for name, each in value.items())
    return ", ".join(sorted(map(str, value))) if isinstance(value, Sequence | Set) else str(value)


_LINE = "item location physical book variance unexplained unit_cost value unexplained_value currency"
_CAUSE = (
    *("item", "location", "physical", "book", "variance", "class", "status", "document", "units", "value"),
    "currency",
)
_ENTRY = " ".join(f"class={each.name}" if each.name == "moved" else each.name for each in fields(StockEntry))
_STEP = "document state said_at asked_date class=moved item location units=qty names number"


def _positions(name: str, lines: Iterable[CloseLine]) -> AnswerTable:
    return _table(name, _LINE, lines, "item location physical book variance unexplained value")


def _causes(lines: Iterable[CloseLine]) -> AnswerTable:
    """Every cause of every place, what is unexplained among them."""
    rows = [row for line in lines for row in _cause_rows(line)]
    return AnswerTable(
        "causes", _CAUSE, rows, ["item", "location", "class", "status", "document", "units", "value"]
    )


def _cause_rows(line: CloseLine) -> Iterator[Sequence[Cell]]:
    place = line.item, line.location, line.physical, line.book, line.variance
    for cause in line.causes:
        told = cause.moved.value, cause.status.value, cause.document, cause.units, cause.value
        yield (*place, *told, line.currency)
    if line.unexplained:
        yield (*place, "", UNEXPLAINED, "", line.unexplained, line.unexplained_value, line.currency)


def _rolls(name: str, rolls: Iterable[RollForward]) -> AnswerTable:
    rows = [(roll.side.value, line.name, line.units, line.value) for roll in rolls for line in roll.lines]
    return AnswerTable(name, ("side", "class", "units", "value"), rows)


def _postings(steps: Iterable[PostingStep]) -> AnswerTable:
    return _table("postings", _STEP, steps, "document state said_at asked_date units names")


_Told = tuple[StockEntry, str, Decimal]
"""An entry, on which side of the moment it stands (nothing: it counts nowhere), and what it adds to the figure."""


def _entries(told: Sequence[_Told], name: str = "entries") -> AnswerTable:
    plain = _table(name, _ENTRY, [entry for entry, _, _ in told])
    rows = [[stands, adds, *row] for (_, stands, adds), row in zip(told, plain.rows, strict=True)]
    shown = ["side", "document", "class", "qty", "own_date", "booked_date", "stands", "adds", "row"]
    return AnswerTable(name, ("stands", "adds", *plain.columns), rows, shown)


def _counted(told: Iterable[CountedEntry]) -> list[_Told]:
    return [(each.entry, "before", each.units) for each in told]


# Answers -----------------------------------------------------------------------------------------------------


def _sold(proof: CogsProof, names: Set[str] | None = None) -> AnswerTable:
    """Both lists of the proof of COGS; those of some documents where `names` are given."""
    both = (("not in it", proof.not_in_it), ("does not belong", proof.does_not_belong))
    rows = [
        (which, each.document, each.item, each.location, each.units, each.value)
        for which, listed in both
        for each in listed
        if names is None or each.document in names
    ]
    return AnswerTable("cogs", ("list", "document", "item", "location", "units", "value"), rows)


_PARTED = "item location from_the_beginning day before physical book difference"
_READING = "side source taken_at as_of rows total digest parameters run"


def position_answer(close: Close, lines: Sequence[CloseLine]) -> CloseAnswer:
    """What both sides have at places, agreeing or not, and why they differ."""
    return _answer("position", close, _positions("positions", lines), _causes(lines))


def roll_answer(close: Close, rolls: Sequence[RollForward], item: str, location: str) -> CloseAnswer:
    """How either side came from the opening of the period to the moment."""
    head = {
        "item": item or None,
        "location": location or None,
        "foots": all(roll.foots for roll in rolls),
        "units_without_cost": {roll.side.value: plain_number(roll.without_cost) for roll in rolls},
    }
    return _answer("rollforward", close, _rolls("lines", rolls), **head)


def places_answer(close: Close, places: Sequence[PlaceExplained]) -> CloseAnswer:
    """Why both sides have what they have at places, down to the entries."""
    lines = [place.line for place in places]
    documents = [each for place in places for each in place.documents]
    parted = [place.first_parting for place in places if place.first_parting is not None]
    carried = [item for each in parted for item in each.carried]
    return _answer(
        "explain",
        close,
        _positions("positions", lines),
        _causes(lines),
        _documents(documents),
        _table("first_parting", _PARTED, parted),
        _entries([told for each in parted for told in _counted(each.entries)], "parted_by"),
        _table("carried", "document item location class=moved units=qty", carried),
        _entries([told for place in places for told in _of_place(place)]),
        _postings(dict.fromkeys(step for place in places for step in place.postings)),
        _figures(places),
    )


def _of_place(place: PlaceExplained) -> Iterator[_Told]:
    """The entries of a place's documents and of its figures, each with what it adds to what was read."""
    adds = {id(each.entry): each.units for figure in (place.physical, place.book) for each in figure.entries}
    seen: set[int] = set()
    for document in place.documents:
        for entry, stands, _ in _of_document(document):
            seen.add(id(entry))
            yield entry, stands, adds.get(id(entry), Decimal(0))
    for figure in (place.physical, place.book):
        yield from ((each.entry, "", each.units) for each in figure.entries if id(each.entry) not in seen)


def _of_document(document: DocumentAtPlace) -> Iterator[_Told]:
    """The entries of a document at a place, with what they add to its gap."""
    yield from ((entry, "before", entry.qty) for entry in document.moved)
    yield from ((entry, "before", -entry.qty) for entry in document.booked)
    yield from ((entry, "after", Decimal(0)) for entry in document.to_move + document.booked_later)


def _documents(documents: Sequence[DocumentAtPlace]) -> AnswerTable:
    rows = [
        (
            *(each.item, each.location, each.document, each.kind.value),
            *(sum((entry.qty for entry in part), Decimal(0)) for part in _parts(each)),
            *(each.carried, each.gap),
            ", ".join(f"{cause.status.value} {plain_number(cause.units)}" for cause in each.causes),
        )
        for each in documents
    ]
    columns = "item location document kind moved to_move booked booked_later carried gap causes"
    shown = "item location document moved to_move booked booked_later carried gap causes"
    return AnswerTable("documents", columns.split(), rows, shown.split())


def _parts(each: DocumentAtPlace) -> Sequence[Sequence[StockEntry]]:
    return each.moved, each.to_move, each.booked, each.booked_later


def _figures(places: Sequence[PlaceExplained]) -> AnswerTable:
    """What was read of either side at each place, and where."""
    figures = [(place.line, figure) for place in places for figure in (place.physical, place.book)]
    readings = _table("readings", _READING.removeprefix("side "), [figure.reading for _, figure in figures])
    rows = [
        [line.item, line.location, figure.side.value, figure.units, figure.read, *row]
        for (line, figure), row in zip(figures, readings.rows, strict=True)
    ]
    shown = ["item", "location", "side", "units", "read", "source", "taken_at", "as_of"]
    return AnswerTable("readings", ("item", "location", "side", "units", "read", *readings.columns), rows, shown)


def document_answer(close: Close, told: DocumentExplained) -> CloseAnswer:
    """What both sides have of a document, at all its places."""
    entries = [*(each for place in told.places for each in _of_document(place))]
    entries += [(entry, "", Decimal(0)) for entry in told.others]
    return _answer(
        "explain",
        close,
        _documents(told.places),
        _entries(entries),
        _postings(told.postings),
        _sold(close.cogs, {each.document for each in told.places}),
        document=told.document,
        names=list(told.names),
    )


def figure_answer(close: Close, figure: FigureExplained) -> CloseAnswer:
    """What a total is made of: its parts, and their entries."""
    entries = [told for part in figure.parts for told in _counted(part.entries)]
    return _answer(
        "explain",
        close,
        _table("parts", "item location document units value read elsewhere", figure.parts),
        _entries(entries),
        figure=figure.name,
        units=plain_number(figure.units),
        value=None if figure.value is None else plain_number(figure.value),
    )


def period_answer(given: CloseInput, as_of: Moment, known: Known) -> CloseAnswer:
    """The periods that anybody spoke of, with that of the moment, what each was by then, and all that was said."""
    asked = given.years.of(as_of.last_day)
    said = [each for each in given.history.events if known.has(each.at)]
    periods = sorted({asked, *(each.period for each in given.history.events)}, key=lambda each: each.first_day)
    rows = [
        (each.name, each.first_day, each.last_day, given.state_at(each, known.until).value, each == asked)
        for each in periods
    ]
    events = [
        (each.period.name, each.state.value, _said_at(each.at), each.section, each.by, each.note) for each in said
    ]
    return CloseAnswer(
        name="period",
        head=close_head(given, as_of, known),
        tables=(
            AnswerTable("periods", ("period", "first_day", "last_day", "state", "is_asked"), rows),
            AnswerTable("events", ("period", "state", "at", "section", "by", "note"), events),
        ),
        zone=given.zone,
    )


def ledger_keys(answer: CloseAnswer) -> Sequence[str]:
    """The keys of the facts that an answer's entries were read from, each once."""
    found = (table for table in answer.tables if table.name == "entries")
    rows = [dict(zip(table.columns, row, strict=True)) for table in found for row in table.rows]
    return list(dict.fromkeys(str(row["row"]) for row in rows if row["source"] == "ledger"))


def with_facts(answer: CloseAnswer, facts: Iterable[Fact]) -> CloseAnswer:
    """The answer with the facts behind its entries: each `record`, and where it was kept what the source sent."""
    columns, told = "key kind source source_id version occurred_at recorded_at", list(facts)
    table = _table("facts", columns, told)
    said = [(json_text(to_plain(fact.record)), None if fact.raw is None else json_text(fact.raw)) for fact in told]
    rows = [[*row, *each] for row, each in zip(table.rows, said, strict=True)]
    shown = AnswerTable("facts", (*table.columns, "record", "raw"), rows, columns.split())
    return evolve(answer, tables=(*answer.tables, shown))


def _said_at(at: dt.datetime) -> dt.datetime | None:
    """When it was said; nothing of what holds since ever."""
    return at if at.year > dt.MINYEAR else None


def _answer(name: str, close: Close, *tables: AnswerTable, **head: object) -> CloseAnswer:
    begun = close_head(close.given, close.as_of, close.known)
    return CloseAnswer(name=name, head={**begun, **head}, tables=tables, zone=close.given.zone)
