"""The folder that the demo's month is closed from: both systems' exports, and the ledger's own postings.

Law of this module: each file says what its own side knows. Of a posting that is each step it took and when, so
that a close can ask what was known at any moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from clarus_bluecherry.cli.demo.world import World
from clarus_bluecherry.finance import book_changes
from clarus_bluecherry.flows.names import BLUECHERRY
from clarus_bluecherry.ledger import Posting, State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model import Adjustment, Dispatch, Receipt, Record, ReturnToStock, Sku
from clarus_bluecherry.tables import csv_bytes

_HEADER = (
    *("document", "target", "kind", "state", "said_at", "number", "control_number", "book_reference"),
    *("sku", "product_code", "location", "quantity", "asked_date"),
)
_KINDS: Mapping[type[Record], str] = {
    Dispatch: "dispatched",
    Receipt: "received",
    ReturnToStock: "returned",
    Adjustment: "adjusted",
}


def write_month(world: World, ledger: Ledger, folder: Path) -> Path:
    """Write what both systems export now into `folder`, which is made, and the ledger's postings."""
    world.month.write_month_end(folder)
    (folder / "postings.csv").write_bytes(csv_bytes([_HEADER, *_steps(world, ledger)]))
    return folder


def _steps(world: World, ledger: Ledger) -> Iterator[Sequence[str]]:
    postings = ledger.in_state(*State, target=BLUECHERRY)
    facts = ledger.facts_of({one.fact_key for one in postings})
    is_by_file = world.warehouse_side is not None
    for posting in postings:
        record = facts[posting.fact_key].record
        if type(record) in _KINDS:
            for number, step in enumerate(ledger.history(posting.key)):
                told = (step.after.value, step.at.isoformat(), str(number))
                yield from _rows(record, posting, told, is_by_file=is_by_file)


def _rows(record: Record, posting: Posting, told: Sequence[str], *, is_by_file: bool) -> Iterator[Sequence[str]]:
    document, booked_as = _names(record, is_by_file=is_by_file)
    kind, asked = _KINDS[type(record)], str(posting.accounting_date or "")
    for change in book_changes(record):
        code = (change.item.key, "") if isinstance(change.item, Sku) else ("", change.item.code)
        where = (change.location, str(change.quantity))
        yield (document, BLUECHERRY, kind, *told, posting.control_number, booked_as, *code, *where, asked)


def _names(record: Record, *, is_by_file: bool) -> tuple[str, str]:
    """What the warehouse calls the document of a record, and what Blue Cherry's line of it is called."""
    match record:
        case Dispatch():
            return record.order_reference, ""
        case Receipt():
            return record.order_reference, f"{record.order_reference}/{record.line_number}"
        case ReturnToStock() if is_by_file:
            return record.order_reference, record.id
        case _:
            return str(getattr(record, "id", "")), ""
