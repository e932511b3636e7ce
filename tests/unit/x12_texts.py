"""X12 as a partner writes it, built from what a test is about, and what our side makes of it."""

from __future__ import annotations

import io
from collections.abc import Sequence

from edi_world import NOON, PROFILE
from files_world import replies

from clarus_bluecherry.bluecherry.edi import X12Codec, X12Profile
from clarus_bluecherry.bluecherry.files import Entry, Found
from clarus_bluecherry.x12 import Document, read

GROUPS = {"940": "OW", "943": "AR", "832": "SC", "945": "SW", "997": "FA", "999": "FA"}
LINE = ("LX*1", "W01*12*EA**VA*AB101*VE*001********SZ*M", "N9*LI*1")
ADDRESS = ("N1*ST*A SHOP*92*C1", "N3*1 ROAD", "N4*LEEDS**LS1 1AA*GB")


def order(*more: str, behind: Sequence[str] = (), address: Sequence[str] = ADDRESS) -> list[str]:
    """The body of a 940: `more` behind the address, `behind` behind its line."""
    return ["W05*N*P1", *address, *more, *LINE, *behind, "W76*12"]


def interchange(
    *bodies: Sequence[str],
    set_id: str = "940",
    sender: str = "BRAND",
    receiver: str = "WAREHOUSE",
    number: int = 7,
    test: str = "P",
    ta1: str = "0",
    release: str = "004010",
    before: str = "",
) -> str:
    """An interchange of one group with a set for each body; `before` stands in front of the group."""
    sets = "".join(
        f"ST*{set_id}*{place:04}~{'~'.join(body)}~SE*{len(body) + 2}*{place:04}~"
        for place, body in enumerate(bodies, start=1)
    )
    who = f"ZZ*{sender:15}*ZZ*{receiver:15}"
    isa = f"ISA*00*{'':10}*00*{'':10}*{who}*260302*1200*U*00401*{number:09}*{ta1}*{test}*>~"
    gs = f"GS*{GROUPS[set_id]}*{sender}*{receiver}*20260302*1200*{number}*X*{release}~"
    group = f"{gs}{sets}GE*{len(bodies)}*{number}~" if bodies else ""
    return f"{isa}{before}{group}IEA*{int(bool(bodies))}*{number:09}~"


def entries(text: str | bytes, profile: X12Profile = PROFILE) -> list[Entry]:
    """All that a file says."""
    content = text.encode() if isinstance(text, str) else text
    return list(X12Codec(profile, now=lambda: NOON).decode("in.x12", io.BytesIO(content)))


def records(text: str | bytes, profile: X12Profile = PROFILE) -> list[object]:
    """What stands in a file: messages, and the errors in the place of those that are not taken."""
    return [each.record for each in entries(text, profile) if isinstance(each, Found)]


def answered(text: str | bytes, profile: X12Profile = PROFILE) -> dict[str, list[str]]:
    """What answers a file of which everything is kept: the segments of each answer, by its kind."""
    content = text.encode() if isinstance(text, str) else text
    found = replies(X12Codec(profile, now=lambda: NOON), content)
    return {
        each.kind: [line for part in read(io.BytesIO(each.content)) for line in _lines(part)] for each in found
    }


def _lines(part: object) -> list[str]:
    segments = part.segments if isinstance(part, Document) else [part.segment]
    return ["*".join((each.id, *each.elements)) for each in segments if each is not None]
