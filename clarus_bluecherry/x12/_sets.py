"""The transaction sets of the warehouse: which segments, in which order, how often, in which loops.

Law of this module: a table in a notation of its own, and the tree it is read into. A set that does not stand here
is read and its segments are checked, its order is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from attrs import frozen

_MANY = 999_999

_NOTATION = {
    "940": """W05! [N1! N2*2 N3*2 N4 PER*5]*10 N9*10 G61*3 G62*10 NTE* W09 W66 W6 R2*13 BNX [LM! LQ*100]*10
        [LX! MAN* SDQ* N1 G62*10
            [W01! G69*5 N9*200 NTE* W20*3 QTY*10 AMT G62*10 G66 PER*5 [N1! N2*2 N3*2 N4 PER*5]*10 LH2*6 LHR LH6*5
                [LM! LQ*100]*10
                [LS! [LX! N9* G62*10 N1 SDQ* [LM! LQ*100]*10
                    [LH1! LH2*4 LH3*10 LFH*20 LEP*3 LH4 LHT*3 LHR*5 PER*5]*]*! LE!]*1
                [FA1! FA2*]*]*]* W76""",
    "943": """W06! [N1! N2*2 N3*2 N4 PER*5]*10 N9*10 G61*3 G62*5 NTE*20 W27! W28 W10
        [W04! G69*5 N9*200 W20*2]*9999! W03!""",
    "944": """W17! [N1! N2*2 N3*2 N4 PER*5]*10 N9*10 G61*3 G62*5 NTE*20 W08 W18*10 G08*2 G72*2
        [W07! G69*5 N9*200 W20*2 [W13! N9*200]*50]*9999! W14!""",
    "945": """W06! [N1! N2*2 N3*2 N4 PER*5]*10 N9*10 G61*3 G62*5 NTE*20 W27 W6 W28 W10*10 G72*5 [LM! LQ*100]*10
        [LX! MAN* PAL N9*5
            [W12! G69*5 N9*200 G62*10 QTY*10 MEA*5 AMT R4*5 W27 N1*5 G72*5 [LM! LQ*100]*10
                [LS! [LX! N9* G62*10 N1 [LM! LQ*100]*10]*! LE!]*1
                [FA1! FA2*]*]*]* W03""",
    "947": """W15! [N1! N2*2 N3*2 N4 PER*5]*100 N9*10 G61*3 G62*5 NTE*20 [LM! LQ*100]*10
        [W19! G69*5 N9*10 CS AMT G62*10 [LM! LQ*100]*10 [N1! N2*2 N3*2 N4 G61*5]*50
            [LX! N9* G62 N1 [LM! LQ*100]*10]* [FA1! FA2*]*]*!""",
    "846": """BIA! CUR DTM*10 REF*12 PER*3 MEA*20 [N1! N2*2 N3*2 N4 REF*12 PER*3]*5 [LM! LQ*100]*10
        [LIN! PID*200 MEA*40 PKG*25 DTM*10 CTP*25 CUR SAC*25 REF* PER*3 SDQ*500 MAN UIT*5 CS DD* G53 PCT* LDT*12
            [LM! LQ*100]*10 [SLN! PID*200 MEA*40 PKG*25 [MAN! MEA*40]*100]*1000
            [QTY! UIT*12 MEA*25 LDT*12 DTM*10 REF* [SCH! MEA*25]*25 [LM! LQ*100]*
                [LS! [REF! DTM* N1 [LM! LQ*100]*10]*! LE!]*1]*99
            [N1! N2*2 N3*2 N4 REF*12 PER*3]*200]*10000 CTT""",
    "180": """BGN! RDR PRF DTM*10 N9*10 PER*2 SAC*10 G38 PKG*5 TD1*10 TD5*10 NTE*5 [N1! N2*2 N3*2 N4 PER*5]*200
        [LM! LQ*100]*10
        [BLI! N9*20 PID*5 RDR SAC*10 AMT* MEA* CRC* NTE* PRF DTM*15 DD*100 GF TD5*5 SDQ*100 [LM! LQ*100]*10
            [N1! N2*2 N3*2 N4 PER*5]*200
            [QTY! AMT*5 DTM*10 N1 [LM! LQ*100]*10 [LX! N9* DTM*10 N1 [LM! LQ*100]*10]*]* [FA1! FA2*]*]*""",
    "832": """BCT! CTP*100 REF* YNQ*10 PER* DTM*10 CTB*25 CUR*5 ITD*2 LDT* SAC* TD1* TD5* TD3* TD4* FOB PKG*
        G93*50 TXI* AAA [N1! N2*2 N3*2 N4* REF*12 PKG* PER* DTM*10]* [LM! LQ*]* [N9! DTM*]*
        [LIN! PO1 G53 SI* DTM*10 REF* YNQ*10 PER* CRD* CTB*25 PID*200 MEA*40 PKG*25 PO4 TD1* TD5* TD3* TD4*
            ITD*2 LDT SAC* FOB AAA TC2*2 TXI* G55 G54
            [CTP! G40*99 DTM*10 G36 LDT CUR*5 PO4 CTB*5 REF* G43*9999 SAC* G26*99]*100
            [N1! N2*2 N3*2 N4 REF*12 PER* DTM*10 PKG*]* [G39! CTP]* [PKL! CTP PKG*2]*20 [LFG! [CRC! QTY]*]*1
            [LM! LQ*]* [SLN! SI* PID* DTM* CTP* PAM* PO4* PKG* QTY* MEA* SAC* MTX* [LM! LQ*]*]* [N9! DTM*]*]*
        CTT""",
    "997": "AK1! [AK2! [AK3! AK4*99]* AK5!]* AK9!",
}
"""By set: its segments in their order. `!` is mandatory, `*5` up to five times, `*` as often as one likes;
brackets are a loop, which repeats with its first segment. Where partners are known to be more generous than the
standard (a whole address for a line's N1), so are we."""

GROUPS: Mapping[str, str] = {
    "940": "OW",
    "943": "AR",
    "944": "RE",
    "945": "SW",
    "947": "AW",
    "846": "IB",
    "997": "FA",
    "999": "FA",
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
    r"\[|\]\*(?P<turns>\d*)(?P<loop>!?)|(?P<id>[A-Z][A-Z0-9]{1,2})(?P<must>!?)(?P<many>\*(?P<most>\d*))?"
)


def _read(notation: str) -> Loop:
    members, _ = _members(iter(_TOKEN.finditer(notation)))
    return Loop(members, is_mandatory=True, most=1)


def _members(tokens: Iterator[re.Match[str]]) -> tuple[tuple[Use | Loop, ...], re.Match[str] | None]:
    """The members up to the bracket that closes them, and that bracket."""
    found: list[Use | Loop] = []
    for token in tokens:
        if token["id"]:
            most = int(token["most"] or _MANY) if token["many"] else 1
            found.append(Use(token["id"], bool(token["must"]), most))
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
