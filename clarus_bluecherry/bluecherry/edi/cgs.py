"""What CGS's own guides for 945 and 944 ask for beyond the standard, as a profile that can be checked.

Law of this module: each demand says the fact it rests on; the guides' structure is known (H), their element notes
are not public.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from clarus_bluecherry.x12 import Document, Finding, Profile, Rule, Segment

_ORIGINAL, _PARTIAL, _CANNOT = "N", "R", "X"
_SHIPPED, _ARRIVES = "11", "17"


def _finding(message: str, number: int, segment_id: str, element: int = 0) -> Finding:
    return Finding(
        rule=Rule.PROFILE, message=message, segment_number=number, segment_id=segment_id, element=element
    )


def reporting_code(document: Document) -> Iterator[Finding]:
    """W0601 says original, partial with the balance to follow, or that the balance cannot be shipped (H)."""
    for number, segment in enumerate(document.segments, start=1):
        if segment.id == "W06" and segment[1] not in (_ORIGINAL, _PARTIAL, _CANNOT):
            yield _finding("CGS takes only N, R and X", number, "W06", 1)


def both_dates(document: Document) -> Iterator[Finding]:
    """The actual ship date and the estimated arrival are both there (H)."""
    told = {segment[1] for segment in document.segments if segment.id == "G62"}
    for qualifier, name in ((_SHIPPED, "ship date"), (_ARRIVES, "estimated arrival")):
        if qualifier not in told:
            yield _finding(f"CGS needs the {name} (G62*{qualifier})", 0, "G62")


def one_mark_for_each_carton(document: Document) -> Iterator[Finding]:
    """Each LX loop in which something was shipped has exactly one MAN: the carton (H; that LX is a carton, M)."""
    for number, loop in _loops(document, "LX"):
        marks = sum(segment.id == "MAN" for segment in loop)
        is_shipped = any(segment.id == "W12" and segment[3] not in ("", "0") for segment in loop)
        if marks > 1 or (is_shipped and not marks):
            yield _finding("CGS needs the carton's number (MAN), once for each LX", number, "LX")


def order_line_on_each_receipt(document: Document) -> Iterator[Finding]:
    """Each W07 names the line of the production order (H; by which qualifier is not public, so any reference)."""
    for number, loop in _loops(document, "W07"):
        if not any(segment.id == "N9" for segment in loop):
            yield _finding("CGS needs the production order's line (N9)", number, "W07")


def _loops(document: Document, opener: str) -> Iterator[tuple[int, Sequence[Segment]]]:
    starts = [at for at, segment in enumerate(document.segments) if segment.id == opener]
    for start, end in pairwise([*starts, len(document.segments)]):
        yield start + 1, document.segments[start:end]


CGS = Profile(
    "cgs",
    {"945": [reporting_code, both_dates, one_mark_for_each_carton], "944": [order_line_on_each_receipt]},
)
"""The demands of CGS's guides."""
