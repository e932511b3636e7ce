"""X12 as partners write and break it, the folder that it comes through, and what is said of it at the commands.

A twin says what has to become of a file before anything is run: what is kept, what is refused or quarantined with
which words, what is answered, and what the check says. `comes_out_right` looks at all doors.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from attrs import field, frozen

sys.path.append(str(Path(__file__).parents[1] / "unit"))
from test_cli import run

from clarus_bluecherry.bluecherry.edi import X12Codec, X12Profile
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.kinds import every_kind
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.kinds.production_order import PRODUCTION_ORDER
from clarus_bluecherry.bluecherry.kinds.style import STYLE
from clarus_bluecherry.bluecherry.messages import PickTicket, ProductionOrder, ProductionReceiptAdvice, Style
from clarus_bluecherry.bluecherry.transport import KEPT, Settlement
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.exchange import Folder, IncidentKind, NameTemplate, SentOutcome
from clarus_bluecherry.x12 import TA1, Document, Partners, read

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
PROFILE = X12Profile(partners=Partners(sender="WAREHOUSE", receiver="BRAND"))
OURS = "000000099"
"""The control number of a receipt advice that we sent, of which partners may say what became of it."""
GROUPS = {"940": "OW", "943": "AR", "944": "RE", "945": "SW", "947": "AW", "846": "IB", "180": "AN", "832": "SC"}
GROUPS |= {"997": "FA", "999": "FA", "856": "SH"}
READ = (PICK_TICKET, PRODUCTION_ORDER, STYLE)

# Bodies --------------------------------------------------------------------------------------------------------

Body = list[str]


def order(number: str = "P1", units: Sequence[int] = (12,), *, shop: str = "A SHOP", total: bool = True) -> Body:
    """A 940."""
    lines = [
        each
        for place, count in enumerate(units, start=1)
        for each in (f"LX*{place}", f"W01*{count}*EA**VA*AB101*VE*001********SZ*S{place}", f"N9*LI*{place}")
    ]
    head = [f"W05*N*{number}", f"N1*ST*{shop}*92*C1", "N3*1 ROAD", "N4*LEEDS**LS1 1AA*GB", "N1*SF*WH*92*LDS"]
    return [*head, "W66*PP*M", *lines, *([f"W76*{sum(units)}"] if total else [])]


def production(number: str = "C55", units: Sequence[int] = (6,)) -> Body:
    """A 943."""
    lines = [
        each
        for place, count in enumerate(units, start=1)
        for each in (f"W04*{count}*EA**VA*AB101*VE*001*******SZ*S{place}", f"N9*LI*{place}")
    ]
    return [f"W06*N*{number}", "N1*WH*Warehouse*92*NJ", "W27*M**Any", *lines, f"W03*{sum(units)}"]


def catalog(*sizes: str) -> Body:
    """An 832 of one style."""
    lines = [each for size in sizes for each in (f"LIN**VA*AB101*VE*001*SZ*{size}", "PID*F****Oxford shirt")]
    return ["BCT*PC*1", *lines, f"CTT*{len(sizes)}"]


def shipment(number: str = "P1", units: Sequence[int] = (3,)) -> Body:
    """A 945."""
    lines = [
        each
        for place, count in enumerate(units, start=1)
        for each in (f"W12*CC*{count}*{count}**EA**VA*AB101*********VE*001***SZ*S{place}", f"N9*LI*{place}")
    ]
    return [f"W06*N*{number}*20260302*7", "N1*SF*Warehouse*92*NJ", "LX*1", *lines, f"W03*{sum(units)}"]


def receipt(units: int = 6) -> Body:
    """A 944."""
    line = f"W07*{units}*EA**VA*AB101*VE*001***SZ*S1"
    return ["W17*N*20260302*7*C55*0", "N1*WH*Warehouse*92*NJ", "G62*11*20260302", line, "N9*LI*1", f"W14*{units}"]


ADJUSTMENT = ["W15*20260302*77*77", "N1*WH*Warehouse*92*NJ", "W19*06*-3*EA**VA*AB101*VE*001*********SZ*S1"]
POSITION = ["BIA*00*SI*80*20260302", "N1*WH*Warehouse*92*NJ", "LIN**VA*AB101*VE*001*SZ*S1", "QTY*17*41", "CTT*1"]
RETURN = ["BGN*00*79*20260302", "N1*WH*Warehouse*92*NJ", "BLI*VA*AB101*1*EA"]
ASN = ["BSN*00*1*20260302*1200", "HL*1**S"]


def said(sets: str = "A", of_group: str = "A", *, counts: str = "", own: str = "5", group: str = "RE*99") -> Body:
    """A 997 (or 999) about our receipt advice: a letter for each set that it names, and its word on the group."""
    named = [
        each
        for place, word in enumerate(sets, start=1)
        for each in (f"AK2*944*{place:04}", f"AK{own}*{word}".replace("AK6", "IK5"))
    ]
    total = counts or f"{len(sets)}*{len(sets)}*{len(sets)}"
    return [f"AK1*{group}", *named, f"AK9*{of_group}*{total}"]


# Envelopes -----------------------------------------------------------------------------------------------------

Lines = list[str]


def sets(set_id: str, *bodies: Body, first: int = 1) -> Lines:
    """Sets of one kind, numbered."""
    return [
        each
        for number, body in enumerate(bodies, start=first)
        for each in (f"ST*{set_id}*{number:04}", *body, f"SE*{len(body) + 2}*{number:04}")
    ]


def group(set_id: str, *bodies: Body, number: int = 7, ends: str = "", first: int = 1) -> Lines:
    """A group of sets of one kind; `ends` stands in the place of its GE."""
    head = f"GS*{GROUPS[set_id]}*BRAND*WAREHOUSE*20260302*1200*{number}*X*004010"
    return [head, *sets(set_id, *bodies, first=first), ends or f"GE*{len(bodies)}*{number}"]


def header(
    number: int = 7, *, sender: str = "BRAND", receiver: str = "WAREHOUSE", test: str = "P", ta1: str = "0"
) -> str:
    """An ISA; its last element is a component separator."""
    who = f"ZZ*{sender:15}*ZZ*{receiver:15}"
    return f"ISA*00*{'':10}*00*{'':10}*{who}*260302*1200*U*00401*{number:09}*{ta1}*{test}*>"


def interchange(*groups: Lines, number: int = 7, before: Sequence[str] = (), **isa: str) -> Lines:
    """An interchange of groups; `before` are segments that stand in front of them."""
    inside = [each for one in groups for each in one]
    return [header(number, **isa), *before, *inside, f"IEA*{len(groups)}*{number:09}"]


def written(lines: Lines, marks: str = "*>~", end: str = "") -> str:
    """Segments with their terminators, by the marks of one partner."""
    return "".join(f"{each}~{end}" for each in lines).translate(dict(zip(map(ord, "*>~"), marks, strict=True)))


def one(body: Body, set_id: str = "940", *, marks: str = "*>~", end: str = "", number: int = 7) -> str:
    """An interchange of one set."""
    return written(interchange(group(set_id, body), number=number), marks, end)


def cut(text: str, behind: str, *, more: str = "") -> str:
    """`text` up to what it says `behind`, and `more` in the place of what is lost."""
    assert behind in text, behind
    return text[: text.index(behind) + len(behind)] + more


def lost(text: str, begin: str, end: str) -> str:
    """`text` without what stands from behind `begin` up to `end`."""
    at = text.index(begin) + len(begin)
    return text[:at] + text[text.index(end, at) :]


def swapped(text: str, before: str, after: str) -> str:
    """`text` with one thing said otherwise."""
    assert before in text, before
    return text.replace(before, after, 1)


# What has to come of it ----------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Twin:
    """A file and what has to become of it.

    `kept`: each order with the units of its lines, each style with how many SKUs it has. `refused`: words of each
    error that stands in the place of a document. `quarantined`: words of the reason. `answers`: AK5 and AK9 as
    they stand. `told`: what the lenient check says. `ours`: what became of our receipt advice.
    """

    content: str | bytes
    kept: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    quarantined: str = ""
    answers: str = ""
    told: str = ""
    ours: SentOutcome = SentOutcome.SENT
    others: bool = False
    """Whether it says something of a document that we did not send."""
    is_held: bool = False
    """Whether a person has to look at it before it replaces what stood there."""
    unread: int = 0
    """How many documents are refused that come to no reader: catalogs, and what nobody here reads."""
    checked: int | None = None
    """The exit code of the lenient check, where what becomes of the file does not say it."""
    profile: X12Profile = field(default=PROFILE, repr=False)

    @property
    def raw(self) -> bytes:
        """The file."""
        return self.content.encode() if isinstance(self.content, str) else self.content


@frozen(kw_only=True)
class Came:
    """What became of a file that lay in the folder."""

    kept: tuple[str, ...]
    refused: tuple[str, ...]
    quarantined: str
    answers: str
    ours: SentOutcome | None
    others: bool
    is_held: bool
    archived: int


def _units(record: object) -> str:
    match record:
        case PickTicket():
            return " ".join([record.pick_num, *(str(each.bk_qty) for each in record.lines)])
        case ProductionOrder():
            return " ".join([record.prod_num, *(str(each.prod_qty) for each in record.lines)])
        case Style():
            return f"{record.style} {len(record.skus)}"
    raise AssertionError(record)


def through_the_folder(root: Path, twin: Twin) -> Came:
    """Lay a file into the folder, keep all that can be kept, and look at what is there afterwards."""
    incidents = []
    folder = Folder(root / "exchange", settle=dt.timedelta(0), now=lambda: NOON, on_incident=incidents.append)
    codec = X12Codec(twin.profile, now=lambda: NOON)
    names = FilesProfile(names=NameTemplate("{kind}_{control_number}.x12"))
    kinds = [kind.name for kind in every_kind() if kind.is_usual and not kind.is_sent]
    transport = FileTransport(folder, codec, names, store=root / "store", now=lambda: NOON, kinds=kinds)
    article = {"style": "AB101", "color_code": "001", "size_desc": "S1"}
    sent = ProductionReceiptAdvice(
        prod_num="C55", prod_line="1", location="NJ", receipt_date=NOON.date(), article=article, size_qty=6
    )
    transport.send(sent, OURS)
    (folder.incoming / "in.x12").write_bytes(twin.raw)
    kept, refused = [], []
    for kind in READ:
        for delivery in transport.read(kind):
            is_error = isinstance(delivery.entry, InvalidRecord)
            delivery.settle(Settlement("it cannot be used") if is_error else KEPT)
            (refused if is_error else kept).append(str(delivery.entry) if is_error else _units(delivery.entry))
    answers = [
        "*".join((each.id, *each.elements))
        for path in sorted(folder.left())
        if not path.name.startswith("production_receipt_advice")
        for part in read(io.BytesIO(path.read_bytes()))
        for each in (part.segments if isinstance(part, Document) else [part.segment])
        if each is not None and (each.id in ("AK5", "AK9") or isinstance(part, TA1))
    ]
    reasons = [path.read_text("utf-8") for path in (root / "exchange" / "quarantine").glob("*.reason.txt")]
    ours, told = folder.journal.outcome(OURS), {each.kind for each in incidents}
    transport.close()
    return Came(
        kept=tuple(kept),
        refused=tuple(refused),
        quarantined="".join(reasons),
        answers=" ".join(answers),
        ours=ours,
        others=IncidentKind.NOT_OURS in told,
        is_held=IncidentKind.HELD in told,
        archived=len(list((root / "exchange" / "archive").iterdir())),
    )


def comes_out_right(root: Path, twin: Twin) -> None:
    """At every door: the folder, `x12 check`, and `bluecherry intake`."""
    _at_the_folder(through_the_folder(root, twin), twin)
    path = root / "in.x12"
    path.write_bytes(twin.raw)
    _at_the_check(path, twin)
    if twin.profile is PROFILE:
        _at_the_intake(path, twin)


def _at_the_folder(came: Came, twin: Twin) -> None:
    assert bool(came.quarantined) == bool(twin.quarantined), came
    assert twin.quarantined in came.quarantined, came
    assert came.kept == twin.kept
    assert len(came.refused) == len(twin.refused), came.refused
    for words, found in zip(twin.refused, came.refused, strict=True):
        assert words in found, came
    assert came.answers == twin.answers, came
    assert (came.ours, came.others, came.is_held) == (twin.ours, twin.others, twin.is_held), came
    assert came.archived == (not twin.quarantined)


def _at_the_check(path: Path, twin: Twin) -> None:
    done = run("x12", "check", str(path), "--lenient")
    _steers_nothing(done.stdout + done.stderr)
    expected = (
        twin.checked if twin.checked is not None else int(bool(twin.quarantined or twin.refused or twin.unread))
    )
    assert done.returncode == expected, done.stdout
    assert twin.told in done.stdout
    if twin.told:
        assert run("x12", "check", str(path)).returncode != 0, "the strict check takes no habit in silence"


def _at_the_intake(path: Path, twin: Twin) -> None:
    done = run("bluecherry", "intake", str(path), "--json")
    _steers_nothing(done.stdout + done.stderr)
    (found,) = json.loads(done.stdout)
    if twin.quarantined and twin.checked != 0:
        assert (found["outcome"], found["acknowledgement"], found["documents"]) == ("refused", "none", [])
        return
    if twin.quarantined:
        return  # whose it is, and what was said before, only the site knows
    outcomes = {each["outcome"] for each in found["documents"]}
    assert found["outcome"] == ("partly" if len(outcomes) > 1 else next(iter(outcomes), "taken"))
    assert sum(each["outcome"] == "refused" for each in found["documents"]) == len(twin.refused) + twin.unread
    words = {each[4] for each in twin.answers.split(" ") if each.startswith("AK9")}
    mixed = "P" if words & set("PR") else "E"
    assert found["acknowledgement"] == (next(iter(words), "none") if len(words) < 2 else mixed)
    assert done.returncode == int(bool(twin.refused or twin.unread))


def _steers_nothing(shown: str) -> None:
    assert all(sign.isprintable() or sign == "\n" for sign in shown)
