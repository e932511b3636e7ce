"""The transaction sets of the warehouse: which segments, in which order, how often, in which loops.

Law of this module: a table in a notation of its own, and the tree it is read into. A set that does not stand here
is read and its segments are checked, its order is not. Of 180 and 832, which serve many trades, only the segments
stand here that a return to a warehouse and a list of styles use; others are told as unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from attrs import frozen

_MANY = 99_999

_NOTATION = {
    "940": """W05! [N1! N2*2 N3*2 N4 PER*5]*10 N9*10 G61*3 G62*10 NTE*9 W09 W66 R2*13
        [LX! [W01! G69*5 N9*200 NTE W20*3 QTY*10 AMT G62*10 [N1 N2*2 N3*2 N4 PER*5]*10]*9999]*9999 W76""",
    "943": """W06! [N1! N2*2 N3*2 N4 PER*3]*10 N9*10 G61*3 G62*5 NTE*20 W27! W28 W10
        [W04! G69*5 N9*200 W20*2]*9999! W03!""",
    "944": """W17! [N1! N2*2 N3*2 N4 PER*3]*10 N9*10 G61*3 G62*5 NTE*20 W08 G72*2
        [W07! G69*5 N9*200 W20*2 [W13! N9]*50]*9999! W14!""",
    "945": """W06! [N1! N2*2 N3*2 N4 PER*3]*10 N9*10 G61*3 G62*5 NTE*20 W27 W28 W10*10 G72*5
        [LX! MAN*9 N9*5 [W12! G69*5 N9*200 G62*10 QTY*10 AMT]*9999]*9999 W03""",
    "947": "W15! [N1! N2*2 N3*2 N4 PER*3]*100 N9*10 G61*3 G62*5 NTE*20 [W19! G69*5 N9*10 AMT G62*10]*9999!",
    "846": """BIA! DTM*10 REF*12 PER*3 [N1! N2*2 N3*2 N4 REF*12 PER*3]*5
        [LIN! PID*200 DTM*10 REF*9999 [QTY! DTM*10 REF*9999]*99 [N1! N2*2 N3*2 N4 REF*12 PER*3]*200]*10000 CTT""",
    "180": """BGN! RDR PRF DTM*10 N9*10 PER*2 NTE*5 [N1! N2*2 N3*2 N4 PER*5]*200 [LM! LQ*100]*10
        [BLI! N9*20 PID*5 RDR AMT NTE PRF DTM*15 [LM! LQ*100]*10 [N1! N2*2 N3*2 N4 PER*5]*200
        [QTY! AMT*5 DTM*10 N1]]""",
    "832": """BCT! CTP*100 REF PER DTM*10 [N1! N2*2 N3*2 N4 REF*12 PER DTM*10] [LM! LQ] [N9! DTM]
        [LIN! DTM*10 REF*9999 PER PID*200 [CTP! DTM*10 REF*9999]*100 [N1! N2*2 N3*2 N4 REF*12 PER DTM*10] [LM! LQ]
        [N9! DTM]] CTT""",
    "997": "AK1! [AK2! [AK3! AK4*99]*999999 AK5!]*999999 AK9!",
}

GROUPS: Mapping[str, str] = {
    "940": "OW",
    "943": "AR",
    "944": "RE",
    "945": "SW",
    "947": "AW",
    "846": "IB",
    "997": "FA",
    "850": "PO",
    "856": "SH",
    "810": "IN",
    "855": "PR",
    "832": "SC",
    "888": "QG",
    "180": "AN",
}
"""The functional group a set travels in (GS01)."""


@frozen
class Use:
    """A segment at its place: whether it must be there and how often it may."""

    id: str
    is_mandatory: bool
    most: int


@frozen
class Loop:
    """Segments that repeat together; the first one opens it."""

    members: tuple[Use | Loop, ...]
    is_mandatory: bool
    most: int

    @property
    def opens(self) -> str:
        """The segment that begins a turn of the loop."""
        first = self.members[0]
        return first.id if isinstance(first, Use) else first.opens


_TOKEN = re.compile(
    r"\[|\](?:\*(?P<turns>\d+))?(?P<loop>!?)|(?P<id>[A-Z][A-Z0-9]{1,2})(?P<must>!?)(?:\*(?P<most>\d+))?"
)


def _read(notation: str) -> Loop:
    members, _ = _members(iter(_TOKEN.finditer(notation)))
    return Loop(members, is_mandatory=True, most=1)


def _members(tokens: Iterator[re.Match[str]]) -> tuple[tuple[Use | Loop, ...], re.Match[str] | None]:
    """The members up to the bracket that closes them, and that bracket."""
    found: list[Use | Loop] = []
    for token in tokens:
        if token["id"]:
            found.append(Use(token["id"], bool(token["must"]), int(token["most"] or 1)))
        elif token[0] == "[":
            inner, end = _members(tokens)
            assert end is not None, "a bracket is not closed"
            found.append(Loop(inner, bool(end["loop"]), int(end["turns"] or _MANY)))
        else:
            return tuple(found), token
    return tuple(found), None


SETS: Mapping[str, Loop] = {set_id: _read(notation) for set_id, notation in _NOTATION.items()}
"""Every set whose order is known, by its id."""


def segments_of(loop: Loop) -> frozenset[str]:
    """Every segment that may stand in `loop`."""
    found: set[str] = set()
    for member in loop.members:
        found |= {member.id} if isinstance(member, Use) else segments_of(member)
    return frozenset(found)
