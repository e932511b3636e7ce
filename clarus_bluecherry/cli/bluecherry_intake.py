"""What the intake would do with files from Blue Cherry, told without doing it.

Law of this module: it opens the files, and nothing else: no ledger, no exchange, no network. What it says is
judged by the same codecs and the same mapping as a turn of the loop; of a person it shows nothing.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Literal

from attrs import asdict, evolve, field, frozen
from pydantic import BaseModel

from clarus_bluecherry.bluecherry.edi import X12Codec, X12Profile
from clarus_bluecherry.bluecherry.edi.judging import judged
from clarus_bluecherry.bluecherry.files import Codec, ControlNumber, Entry, Found, Told, known_outcome
from clarus_bluecherry.bluecherry.kinds import FileHolds, Kind
from clarus_bluecherry.bluecherry.messages import Row
from clarus_bluecherry.bluecherry.transport import KEPT, Settlement
from clarus_bluecherry.cli.door import tell
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.options import print_json
from clarus_bluecherry.cli.progress import counted
from clarus_bluecherry.config import SiteFile
from clarus_bluecherry.errors import ClarusBluecherryError, InvalidRecord
from clarus_bluecherry.exchange import SentOutcome
from clarus_bluecherry.flows.opening import codec_of, erp_terms, kinds_of, x12_of
from clarus_bluecherry.flows.routes import order_kinds, routes_of
from clarus_bluecherry.mapping import ErpTerms
from clarus_bluecherry.model import Item, OrderLine, PurchaseOrder, PurchaseOrderLine, SalesOrder
from clarus_bluecherry.x12 import (
    ACKNOWLEDGEMENTS,
    Document,
    Finding,
    Partners,
    read,
    read_acknowledgement,
    validate,
)
from clarus_bluecherry.x12._findings import printable
from clarus_bluecherry.x12._reader import Part

Outcome = Literal["taken", "partly", "refused"]

NOT_CHECKED = "receiver and test indicator were not checked: --site says whose they should be"
_ANYBODY = Partners(sender="US", receiver="THEM", is_test=True)
_NAME = "intake.x12"
"""As which the codec sees a file where no site says what X12 is called."""
_QUANTITIES = ("bk_qty", "prod_qty")
"""By what name a line of an order tells its units."""


@frozen(kw_only=True)
class WouldBe:
    """What would become of one document. What it does not say is None; `units` are pieces, exact, as text.

    `kind` is the set's number where no message travels in it.
    """

    kind: str
    reference: str = ""
    lines: int | None = None
    units: str | None = None
    outcome: Outcome = "taken"
    problem: str = ""


@frozen(kw_only=True)
class Looked:
    """What would become of one file, and what it would be answered."""

    file: str
    outcome: Outcome
    documents: tuple[WouldBe, ...] = ()
    acknowledgement: str = "none"
    problems: tuple[str, ...] = ()
    is_readable: bool = field(default=True, repr=False)


@frozen(kw_only=True)
class _Terms:
    """What a site says of its orders, without the site's clients."""

    erp_zone: dt.tzinfo
    erp_terms: ErpTerms
    warehouses: Mapping[str, str]
    withdrawn_statuses: frozenset[str]

    def in_division(self, item: Item, division: str) -> Item:
        """As it is: which SKUs stand in several divisions is learnt at work."""
        return item


AnyOrder = SalesOrder | PurchaseOrder
Judge = Callable[[BaseModel], Sequence[AnyOrder]]
"""The orders that the turn would keep of a record. Raises `InvalidRecord` where it would not keep it."""


@frozen(kw_only=True)
class _Door:
    """How files come in here: their codec, what X12 is like, the kinds that are read, what the mapping says."""

    codec: Codec
    x12: X12Profile | None
    kinds: Sequence[str]
    judge: Judge


def intake(paths: Sequence[Path], site: SiteFile | None, *, as_json: bool) -> int:
    """Show what would become of each file; the exit code says whether all would be taken."""
    taken: dict[str, Path] = {}
    found = [_looked(path, site, taken) for path in counted(paths, "looking at the files")]
    if as_json:
        print_json([_plain(one) for one in found])
    else:
        for line in (line for one in found for line in _lines(one)):
            tell(printable(line))
    if not all(one.is_readable for one in found):
        return ExitCode.FAILED
    return ExitCode.of(any(one.outcome != "taken" for one in found))


def _looked(path: Path, site: SiteFile | None, taken: dict[str, Path]) -> Looked:
    """`taken` are the control numbers of the files before it, and which ones those were."""
    unchecked = () if site else (NOT_CHECKED,)
    try:
        content = path.read_bytes()
    except OSError as error:
        what = f"it cannot be opened: {error.strerror}"
        return Looked(file=str(path), outcome="refused", problems=(what,), is_readable=False)
    try:
        door = _door_of(site) if site else _open_door(content)
        name = path.name if site else _NAME
        entries = list(door.codec.decode(name, io.BytesIO(content)))
        ended = [_ended(each, door) for each in entries if isinstance(each, Found)]
        answers = list(door.codec.answer(name, io.BytesIO(content), ended))
    except ClarusBluecherryError as error:
        problems = (error.problem, *unchecked)
        is_x12 = _is_x12(content)
        return Looked(file=str(path), outcome="refused", problems=problems, is_readable=is_x12)
    documents = tuple(_documents(entries, ended, door))
    return Looked(
        file=str(path),
        outcome=_of_all([one.outcome for one in documents]),
        documents=documents,
        acknowledgement=_word([each.content for each in answers]),
        problems=(*unchecked, *_again(entries, path, taken), *_findings(content, door.x12)),
    )


# The door ----------------------------------------------------------------------------------------------------


def _door_of(site: SiteFile) -> _Door:
    section = site.bluecherry
    terms = _Terms(
        erp_zone=section.zone,
        erp_terms=erp_terms(site),
        warehouses=site.clarus.warehouses,
        withdrawn_statuses=frozenset(word.lower() for word in section.withdrawn_statuses),
    )
    units = terms.erp_terms.units
    codec, x12 = codec_of(section, units), x12_of(section, units) if section.transport == "x12" else None
    return _Door(codec=codec, x12=x12, kinds=kinds_of(section), judge=partial(_orders, terms))


def _open_door(content: bytes) -> _Door:
    """Whoever sends to whomever, for X12 as the library has it."""
    headers = {part.interchange for part in _parts(content) if part.interchange is not None}
    profile = evolve(
        X12Profile(partners=_ANYBODY),
        also_from=frozenset(each[6].strip() for each in headers),
        also_for=frozenset(each[8].strip() for each in headers),
    )
    usual = [kind.name for kind in order_kinds() if kind.is_usual]
    return _Door(codec=X12Codec(profile), x12=profile, kinds=usual, judge=lambda row: ())


def _orders(terms: _Terms, row: BaseModel) -> Sequence[AnyOrder]:
    if not isinstance(row, Row):
        return ()
    return [route.order(row, terms) for route in routes_of(row) if route.is_ours(row, terms)]


def _why_not(row: BaseModel, door: _Door) -> str:
    """What the mapping says against keeping a record as an order."""
    try:
        door.judge(row)
    except InvalidRecord as error:
        return f"{error.field}: {error.what}" if error.field else error.what
    return ""


def _again(entries: Sequence[Entry], path: Path, taken: dict[str, Path]) -> Iterator[str]:
    """Each file is judged by itself; of two with one control number the intake takes the first that it sees."""
    for entry in entries:
        if isinstance(entry, ControlNumber) and taken.setdefault(entry.key, path) != path:
            yield f"control number {entry.key} is in {taken[entry.key]} too: only one of them would be taken"


def _ended(found: Found, door: _Door) -> Settlement:
    settled = known_outcome(found.kind, door.kinds)
    if settled is not None:
        return settled
    if isinstance(found.record, InvalidRecord):
        return Settlement(found.record.what)
    why = _why_not(found.record, door)
    return Settlement(why) if why else KEPT


# What would be -----------------------------------------------------------------------------------------------


def _documents(entries: Sequence[Entry], ended: Sequence[Settlement], door: _Door) -> Iterator[WouldBe]:
    """A document for each record; the records of a snapshot are one."""
    found = [each for each in entries if isinstance(each, Found)]
    yield from (_of_ours(each) for each in entries if isinstance(each, Told))
    snapshots: dict[Kind[BaseModel], int] = {}
    for one, settled in zip(found, ended, strict=True):
        is_whole = one.kind.holds is FileHolds.SNAPSHOT and not isinstance(one.record, InvalidRecord)
        if is_whole:
            snapshots[one.kind] = snapshots.get(one.kind, 0) + 1
        else:
            yield _document(one, settled, door)
    yield from (WouldBe(kind=kind.name, lines=count) for kind, count in snapshots.items())


def _of_ours(told: Told) -> WouldBe:
    problem = "" if told.outcome is SentOutcome.ACKNOWLEDGED else "it says that ours was rejected"
    return WouldBe(kind="acknowledgement", reference=told.control_number, problem=problem)


def _document(found: Found, settled: Settlement, door: _Door) -> WouldBe:
    record, kind = found.record, found.kind
    if isinstance(record, InvalidRecord):
        reference, set_id = record.record.removeprefix(f"{kind.title} "), record.record.partition(" ")[0]
        name = set_id if set_id.isdigit() and set_id not in kind.sets else kind.name
        return WouldBe(kind=name, reference=reference, outcome="refused", problem=record.what)
    lines = getattr(record, "lines", None)
    return WouldBe(
        kind=kind.name,
        reference=kind.number_of(record),
        lines=None if lines is None else len(lines),
        units=None if lines is None else _units(record, lines, door) if settled.is_kept else None,
        outcome="taken" if settled.is_kept else "refused",
        problem=settled.refused,
    )


def _units(record: BaseModel, lines: Sequence[BaseModel], door: _Door) -> str | None:
    """The pieces that an order asks for; without a site X12 in another unit than the piece is no order."""
    orders = door.judge(record)
    if orders:
        return f"{sum(map(_pieces, orders[0].lines), Decimal(0)):f}"
    told = [getattr(line, name, None) for line in lines for name in _QUANTITIES if hasattr(line, name)]
    known = [each for each in told if each is not None]
    return f"{sum(known, Decimal(0)):f}" if len(known) == len(lines) else None


def _pieces(line: OrderLine | PurchaseOrderLine) -> Decimal:
    in_one = sum(line.pack.eaches.values(), Decimal(0)) if line.pack else Decimal(1)
    return line.quantity * in_one


def _of_all(outcomes: Sequence[Outcome]) -> Outcome:
    return "partly" if len(set(outcomes)) > 1 else next(iter(outcomes), "taken")


def _word(answers: Sequence[bytes]) -> str:
    """The verdict of all groups that would be answered: theirs, where they agree, else partly."""
    words = {
        read_acknowledgement(part).verdict.value
        for content in answers
        for part in _parts(content)
        if isinstance(part, Document)
    }
    return words.pop() if len(words) == 1 else "P" if words & {"P", "R"} else "E" if words else "none"


# Reading and showing -----------------------------------------------------------------------------------------


def _parts(content: bytes) -> list[Part]:
    return list(read(io.BytesIO(content), lenient=True))


def _is_x12(content: bytes) -> bool:
    try:
        return bool(_parts(content))
    except ClarusBluecherryError:
        return False


def _findings(content: bytes, profile: X12Profile | None) -> Iterator[str]:
    """What was forgiven in a file of X12, and what is told of it: all that its answer would say."""
    if profile is None or not _is_x12(content):
        return
    for part in _parts(content):
        yield from map(str, _told_of(part, profile))


def _told_of(part: Part, profile: X12Profile) -> Sequence[Finding]:
    if not isinstance(part, Document):
        return part.findings
    return validate(part) if part.set_id in ACKNOWLEDGEMENTS else judged(part, profile).findings


def _plain(one: Looked) -> dict[str, object]:
    return {name: value for name, value in asdict(one).items() if name != "is_readable"}


def _lines(one: Looked) -> Iterator[str]:
    yield f"{one.file}: {one.outcome}, acknowledged with {one.acknowledgement}"
    for each in one.documents:
        told = [] if each.lines is None else [f"{each.lines} lines", f"{each.units or 'unknown'} units"]
        why = f" ({each.problem})" if each.problem else ""
        yield f"  {' '.join((each.kind, each.reference)).rstrip()}: {', '.join((*told, each.outcome))}{why}"
    yield from (f"  {problem}" for problem in one.problems)
