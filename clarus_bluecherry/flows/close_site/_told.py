"""What Blue Cherry was told, and what became of it: each posting of the ledger with every step that it took.

Law of this module: the ledger's own word at its own instant, so that what was known then is known whenever it is
asked. It is asked by keys, whatever happened since; a history that is damaged is a problem, and no other's.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.errors import InvalidRecord, LedgerError
from clarus_bluecherry.finance.in_flight import book_changes
from clarus_bluecherry.flows.close_site._lines import LEDGER, SKU_CELLS, SiteLine, SiteLines, cells_of, number
from clarus_bluecherry.flows.exports.kinds_finance import POSTINGS
from clarus_bluecherry.flows.exports.rows import FileRows
from clarus_bluecherry.flows.exports.settings import CloseSettings
from clarus_bluecherry.flows.names import BLUECHERRY
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Fact, Posting, Step
from clarus_bluecherry.ledger.edited import as_edited
from clarus_bluecherry.ledger.records import SETTLED_WITH
from clarus_bluecherry.model import (
    Adjustment,
    Dispatch,
    Item,
    Receipt,
    Record,
    ReturnToStock,
    Undispatch,
)

_COLUMNS = (
    *("document", "kind", "state", "said_at", "number", "asked_date"),
    *("control_number", "posting", "settled_with"),
    *("product_code", *SKU_CELLS, "location", "quantity"),
)


def postings_told(site: Site, facts: Iterable[Fact], settings: CloseSettings) -> FileRows:
    """The postings that `facts` called for, and those that are still open, with their steps."""
    told: dict[str, tuple[Posting, Fact]] = {}
    for posting, fact in site.ledger.open_postings(target=BLUECHERRY):
        told[posting.key] = posting, fact
    by_key = {fact.key: fact for fact in facts}
    for posting in site.ledger.postings_of_all(by_key):
        if posting.target == BLUECHERRY:
            told[posting.key] = posting, as_edited(posting, by_key[posting.fact_key])
    problems: list[InvalidRecord] = []
    lines = [*_lines(site, told, problems)]
    made = SiteLines(lines=lines, source=LEDGER, columns=_COLUMNS, problems=tuple(problems))
    return made.as_file(POSTINGS, settings)


def _lines(
    site: Site, told: Mapping[str, tuple[Posting, Fact]], problems: list[InvalidRecord]
) -> Iterator[SiteLine]:
    histories = _histories(site, [*told], problems)
    for key, (posting, fact) in told.items():
        yield from _of_posting(posting, fact.record, histories.get(key, ()))


def _histories(site: Site, keys: Sequence[str], problems: list[InvalidRecord]) -> Mapping[str, Sequence[Step]]:
    """The steps of each; where one is damaged, all the others'."""
    try:
        return site.ledger.histories(keys)
    except LedgerError as error:
        if len(keys) == 1:
            problems.append(InvalidRecord(error.what, record=error.record, field=error.field))
            return {}
    half = len(keys) // 2
    return {**_histories(site, keys[:half], problems), **_histories(site, keys[half:], problems)}


@frozen
class _Word:
    """What a posting was from an instant on."""

    state: str
    at: dt.datetime
    asked: str


def _of_posting(posting: Posting, record: Record, steps: Sequence[Step]) -> Iterator[SiteLine]:
    document, kind = document_of(record), _KINDS.get(type(record), "")
    if not document or not kind:
        return
    for place, word in enumerate(_words(posting, steps)):
        for (item, location), quantity in _units(record).items():
            cells = {
                "document": document,
                "kind": kind,
                "state": word.state,
                "said_at": word.at.isoformat(),
                "number": str(place),
                "asked_date": word.asked,
                "control_number": posting.control_number,
                "posting": posting.key,
                "settled_with": str(posting.detail.get(SETTLED_WITH, "")),
                "location": location,
                "quantity": number(abs(quantity)),
                **cells_of(item),
            }
            yield SiteLine(posting.key, LEDGER, cells)


def _words(posting: Posting, steps: Sequence[Step]) -> Sequence[_Word]:
    """Each step with the day that was asked for from then on; without steps, as it stands."""
    asked = "" if posting.accounting_date is None else posting.accounting_date.isoformat()
    if not steps:
        return [_Word(posting.state, posting.updated_at, asked)]
    words = []
    for step in reversed(steps):
        words.append(_Word(step.after, step.at, asked))
        changed = (step.changes or {}).get("accounting_date")
        if isinstance(changed, list | tuple):
            asked = str(changed[0] or "")
    return words[::-1]


def document_of(record: Record) -> str:
    """What a movement is known by in the warehouse, as a close calls it."""
    match record:
        case Dispatch() | Undispatch() | Receipt():
            return record.order_reference
        case ReturnToStock() | Adjustment():
            return record.id
        case _:
            return ""


_KINDS: Mapping[type[object], str] = {
    Dispatch: "dispatched",
    Undispatch: "undispatched",
    Receipt: "received",
    ReturnToStock: "returned",
    Adjustment: "adjusted",
}


def _units(record: Record) -> Mapping[tuple[Item, str], Decimal]:
    """How many of what a record tells of, where."""
    found: defaultdict[tuple[Item, str], Decimal] = defaultdict(Decimal)
    for change in book_changes(record):
        found[change.item, change.location] += change.quantity
    return found
