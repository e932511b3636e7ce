"""Confirmations: what the warehouse's exports tell becomes the same facts as over its API.

Law of this flow: a file is stored before it is read, and archived after its facts are kept. A file may come twice,
in parts, out of order or cut: the same row is the same fact, and an order is a dispatch only when all of it is
there. What cannot be read waits for a person, and is read again by itself once the site says otherwise how exports
look.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial

from attrs import asdict, evolve

from clarus_bluecherry._version import __version__
from clarus_bluecherry.clarus.files import (
    ClarusFiles,
    DispatchedRow,
    ExportLayout,
    ReceivedRow,
    Refused,
    read_export,
)
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, MissingExtra, Retry
from clarus_bluecherry.exchange import Arrival
from clarus_bluecherry.flows.ingest import Collected, Kept, fact, ingest, keep_unread, need_no_look
from clarus_bluecherry.flows.late_lines import UNSENT
from clarus_bluecherry.flows.names import CLARUS, DISPATCH, GOODS_OUT, TRANSACTION
from clarus_bluecherry.flows.packs import packs_sent
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.standing import standing_dispatches_of
from clarus_bluecherry.flows.wall import Wall, why
from clarus_bluecherry.ledger import Fact, Posting, State
from clarus_bluecherry.ledger.records import UNREAD
from clarus_bluecherry.mapping import clarus_files
from clarus_bluecherry.mapping.prepacks import PacksSent
from clarus_bluecherry.model import (
    Dispatch,
    DispatchLine,
    Plain,
    Receipt,
    Record,
    ReturnToStock,
    ShipmentPart,
    UnmatchedCode,
    Unread,
    to_plain,
)

Row = DispatchedRow | ReceivedRow | Refused
Movement = Dispatch | Receipt | ReturnToStock

DISPATCHED, RECEIVED = "dispatched", "received"
"""What exports tell."""
EXPORT = "export"
UNTOLD = "untold"
"""Kinds of what waits for a person: a file that could not be read, and what nothing tells."""
_ROW = {DISPATCHED: "dispatched row", RECEIVED: "received row"}
_READ_AS = "exports are read as"


def collect_confirmations(site: Site) -> Collected:
    """Take the exports that have come, and keep what they tell. Raises the wire's errors, after what lies here."""
    collected = Collected()
    if site.files is None:
        return collected
    try:
        for problem in site.files.collect():
            if problem.retry is not Retry.SAFE:
                _not_taken(site, problem.record, collected, problem)
    finally:
        _read_again(site, site.files, collected)
        _take(site, site.files, collected)
        _say_what_is_untold(site)
    return collected


def is_told_by_file(site: Site, movement: Record) -> bool:
    """Whether an export tells this movement, so that the API's word is one too many."""
    if site.files is None or not site.files.tells(RECEIVED) or not isinstance(movement, Receipt | ReturnToStock):
        return False
    return site.files.since is None or movement.occurred_at >= site.files.since


# Files -------------------------------------------------------------------------------------------------------


def _take(site: Site, files: ClarusFiles, collected: Collected) -> None:
    """Each file by itself: what one raises, the others end where they would without it."""
    wall = Wall()
    for arrival in files.arrivals():
        reading = partial(_take_one, site, files, arrival, collected)
        wall.round(reading, partial(_not_taken, site, arrival.name, collected))


def _take_one(site: Site, files: ClarusFiles, arrival: Arrival, collected: Collected) -> None:
    site.go_on()
    layout = files.layout_of(arrival.name)
    assert layout is not None, "only files whose names fit an export are taken"
    with arrival:
        stored = files.keep(arrival)
        try:
            rows = list(read_export(layout, stored.read_bytes()))
        except MissingExtra:
            raise
        except (ConfigurationError, InvalidRecord) as error:
            _not_taken(site, arrival.name, collected, error)
            arrival.refuse(str(error))
            return
        _keep(site, layout, rows, collected)
        _settle(site, EXPORT, arrival.name)
        arrival.done()


def _not_taken(site: Site, name: str, collected: Collected, error: Exception) -> None:
    kept = keep_unread(
        site.ledger,
        source=CLARUS,
        kind=EXPORT,
        source_id=name,
        occurred_at=site.clock(),
        problem=why(error).reason,
    )
    collected.add(kept)


def _read_again(site: Site, files: ClarusFiles, collected: Collected) -> None:
    """Read everything that has come once more when the site, or this library, reads exports in another way."""
    told = {kind: asdict(each.layout) for kind, each in files.exports.items()}
    meant = site.warehouse_terms.zone, sorted(site.warehouse_terms.return_types), sorted(site.warehouses.items())
    how = hashlib.sha256(repr((__version__, told, meant, files.since)).encode()).hexdigest()[:16]
    before = site.ledger.linked(CLARUS, EXPORT, _READ_AS)
    if before == how:
        return
    refused: set[str] = set()
    for name, path in files.stored() if before else ():
        layout = files.layout_of(name)
        if layout is None:
            continue
        try:
            rows = list(read_export(layout, path.read_bytes()))
        except (ConfigurationError, InvalidRecord) as error:
            _not_taken(site, name, collected, error)
        else:
            refused |= _keep(site, layout, rows, collected)
            _settle(site, EXPORT, name)
    _settle_rows(site, refused)
    site.ledger.link(CLARUS, EXPORT, _READ_AS, how)


def _settle_rows(site: Site, refused: set[str]) -> None:
    """Nobody has to look any more at rows that could be read after all."""
    read = [item.key for item in site.ledger.inbox(kind=UNREAD) if _is_row_but(refused, item.record)]
    site.ledger.done(read, note="read after all", actor="confirmations")


def _is_row_but(refused: set[str], record: Record) -> bool:
    return isinstance(record, Unread) and record.kind in _ROW.values() and record.id not in refused


def _settle(site: Site, kind: str, source_id: str) -> None:
    need_no_look(site, kind, source_id, "read after all", actor="confirmations")


# Rows --------------------------------------------------------------------------------------------------------


def _keep(site: Site, layout: ExportLayout, rows: list[Row], collected: Collected) -> set[str]:
    """Keep what the rows of one file tell. Returns the names of those that cannot be read."""
    refused = {_name(row.cells): row for row in rows if isinstance(row, Refused)}
    for name, row in refused.items():
        raw = {"cells": list(row.cells)}
        collected.add(_unread(site, _ROW[layout.kind], name, row.error, raw))
    wall = Wall()
    for movement in _movements(site, layout, rows):
        if isinstance(movement, InvalidRecord):
            collected.add(_unread_document(site, layout, movement))
        else:
            keeping = partial(_keep_movement, site, layout, movement)
            kind = DISPATCH if isinstance(movement, Dispatch) else TRANSACTION
            collected.add(wall.keep(keeping, site, source=CLARUS, kind=kind, source_id=movement.id, raw=None))
    return set(refused)


def _movements(site: Site, layout: ExportLayout, rows: Iterable[Row]) -> Iterator[Movement | InvalidRecord]:
    terms = site.terms_as_written
    if len(site.warehouses) == 1:  # a tenant with one building need not name it
        terms = evolve(terms, locations={**terms.locations, "": next(iter(site.warehouses.values()))})
    ours = [row for row in rows if isinstance(row, Refused) or row.account_code in ("", site.account)]
    if layout.kind == DISPATCHED:
        yield from clarus_files.dispatches((row for row in ours if not isinstance(row, ReceivedRow)), terms)
    else:
        yield from clarus_files.receipts((row for row in ours if isinstance(row, ReceivedRow)), terms)


def _keep_movement(site: Site, layout: ExportLayout, movement: Movement) -> Kept:
    if _is_history(site, movement):
        return Kept.KNOWN
    if not isinstance(movement, Dispatch):
        return ingest(site, _fact(movement, TRANSACTION))
    packs = packs_sent(site, movement.order_reference)
    try:
        _require_all_components(layout, movement, packs)
        movement = packs.whole(movement)
    except InvalidRecord as error:
        return _unread(site, DISPATCH, movement.order_reference, error, to_plain(movement))
    told = _fact(movement, DISPATCH)
    before = site.ledger.fact(told.key)
    if before is not None and isinstance(before.record, Dispatch):
        movement = evolve(movement, part=before.record.part)
        told = _fact(movement, DISPATCH)
    if before is None:
        try:
            _require_all_lines(site, layout, movement)
            if layout.in_parts:
                told = _fact(_as_a_part(site, movement), DISPATCH)
            else:
                _require_first(site, movement, told.key)
        except InvalidRecord as error:
            return _unread(site, DISPATCH, movement.order_reference, error, to_plain(movement))
    elif isinstance(before.record, Dispatch) and _sorted(before.record) == _sorted(movement):
        return Kept.KNOWN
    kept = ingest(site, told)
    if kept in (Kept.NEW, Kept.PARKED):
        _settle(site, DISPATCH, movement.order_reference)
    return kept


def _fact(movement: Movement, kind: str) -> Fact:
    return fact(
        movement,
        source=CLARUS,
        kind=kind,
        source_id=movement.id,
        version="",
        occurred_at=movement.occurred_at,
    )


def _sorted(dispatch: Dispatch) -> Dispatch:
    """The same dispatch, in whatever order its rows came."""
    cartons = (evolve(each, lines=tuple(sorted(each.lines, key=repr))) for each in dispatch.cartons)
    lines = tuple(sorted(dispatch.lines, key=repr))
    return evolve(dispatch, lines=lines, cartons=tuple(sorted(cartons, key=repr)))


def _is_history(site: Site, movement: Movement) -> bool:
    """Whether it happened before the ledger's go-live, or was told in another way before exports were."""
    since = site.files.since if site.files else None
    if since is not None and movement.occurred_at < since:
        return True
    if movement.own_date is not None:
        return movement.own_date < site.go_live.date()
    return movement.occurred_at < site.go_live


def _require_all_lines(site: Site, layout: ExportLayout, dispatch: Dispatch) -> None:
    """A file that was cut between two rows, or ends within an order, tells less than was sent."""
    told = {line.number for line in dispatch.lines}
    missing = [line for line in _sent(site, dispatch.order_reference) if line not in told]
    if missing and layout.every_line:
        raise _not_all_there(f"line {missing[0]}")


def _require_all_components(layout: ExportLayout, dispatch: Dispatch, packs: PacksSent) -> None:
    """The rows of a prepack's components have one number, and one that is missing is not zero."""
    untold = packs.untold(dispatch.lines) if layout.every_line else []
    if untold:
        number, component = untold[0]
        raise _not_all_there(f"line {number} for {component}")


def _not_all_there(line: str) -> InvalidRecord:
    return InvalidRecord(
        f"the export tells nothing of its {line}, so it is not all there: it is read when all of it"
        " comes (every_line = false where exports leave out lines of which nothing left)",
        field="line_number",
    )


def _sent(site: Site, order: str) -> Mapping[str, Decimal]:
    """What was sent by file of each line of an order, by the ERP's line number; of a prepack's the packs."""
    found: dict[str, Decimal] = {}
    for posting in site.ledger.about(GOODS_OUT, [order]):
        if _is_out(posting):
            rows = (posting.payload or {}).get("rows")
            lines = [_row_sent(row) for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
            found |= {line.number: line.ordered for line in packs_sent(site, order).composed(lines)}
    return found


def _row_sent(row: Mapping[str, object]) -> DispatchLine:
    quantity = Decimal(str(row.get("quantity", 0)))
    item = UnmatchedCode(str(row.get("product_code", "")))
    return DispatchLine(number=str(row.get("alt_line_number", "")), item=item, ordered=quantity, shipped=quantity)


def _as_a_part(site: Site, dispatch: Dispatch) -> Dispatch:
    """Which part of its order a dispatch is, by what was sent of each line and what left of it before."""
    sent = _sent(site, dispatch.order_reference)
    facts = [site.ledger.fact(key) for _, key in standing_dispatches_of(site, [dispatch.order_reference])]
    before = [each.record for each in facts if each is not None and isinstance(each.record, Dispatch)]
    left: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in (line for each in (*before, dispatch) for line in each.lines):
        left[line.number] += line.shipped
    over = [number for number, units in left.items() if units > sent.get(number, 0)]
    if before and over:
        what = f"more of line {over[0]} has left by now than was ordered: look in Clarus whether it was told twice"
        raise InvalidRecord(what, field="dispatched")
    if any(left[number] < units for number, units in sent.items()):
        return evolve(dispatch, part=ShipmentPart.PARTIAL)
    return evolve(dispatch, part=ShipmentPart.LAST if before else ShipmentPart.WHOLE)


def _is_out(posting: Posting) -> bool:
    return posting.state not in UNSENT and posting.state is not State.CANCELLED


def _require_first(site: Site, dispatch: Dispatch, key: str) -> None:
    """An order that leaves again: whether that is the rest of it, or the same told anew, no file says."""
    standing = standing_dispatches_of(site, [dispatch.order_reference])
    before = next((site.ledger.fact(other) for _, other in standing if other != key), None)
    if before is not None:
        raise InvalidRecord(
            f"the order left at {before.occurred_at.isoformat()}, and now the export says it left at"
            f" {dispatch.occurred_at.isoformat()}: look in Clarus whether that is its rest, or the same told anew",
            field="dispatched_at",
        )


# What waits for a person ---------------------------------------------------------------------------------------


def _unread_document(site: Site, layout: ExportLayout, error: InvalidRecord) -> Kept:
    rows = error.raw["rows"] if error.raw else []
    first = rows[0] if isinstance(rows, list) and rows else {}
    if layout.kind == DISPATCHED:
        return _unread(site, DISPATCH, str(first.get("order_reference", "")), error, {"rows": rows})
    first = {name: value for name, value in first.items() if name != "number"}  # its place differs by file
    return _unread(site, _ROW[RECEIVED], _name(first.values()), error, {"row": first})


def _unread(site: Site, kind: str, name: str, error: InvalidRecord, raw: Plain) -> Kept:
    """Once for each content, wherever in a file it stands."""
    told = InvalidRecord(error.what, field=error.field)  # its record names a line, which differs by file
    return keep_unread(
        site.ledger,
        source=CLARUS,
        kind=kind,
        source_id=name,
        occurred_at=site.clock(),
        problem=told.problem,
        raw=raw,
    )


def _name(cells: Iterable[object]) -> str:
    text = json.dumps([str(cell) for cell in cells], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


_WITHOUT_API = "nothing tells it to us: the warehouse is reached by file, and its API is not set up"
_UNTOLD = {
    DISPATCHED: ("dispatches", f"{_WITHOUT_API}. Name the columns of the export in clarus.files.dispatched"),
    RECEIVED: ("receipts and returns", f"{_WITHOUT_API}. Name the columns of the export in clarus.files.received"),
    "": (
        "adjustments and counts",
        f"{_WITHOUT_API}. Set CLARUS_TOKEN, or post them in Blue Cherry by hand; no export tells them",
    ),
}


def _say_what_is_untold(site: Site) -> None:
    """Tell a person once of what neither an export nor the API tells; it ends nothing."""
    for kind, (what, problem) in _UNTOLD.items():
        if site.has_api or site.told_by_file(kind):
            _settle(site, UNTOLD, what)
        else:
            keep_unread(
                site.ledger,
                source=CLARUS,
                kind=UNTOLD,
                source_id=what,
                occurred_at=site.go_live,
                problem=problem,
            )
