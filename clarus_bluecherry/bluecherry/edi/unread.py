"""What of a set reached no record: it is told by its name, and what may change goods refuses the set.

Law of this module: it knows no kind. A set is given to its reader under watch, and whatever the reader did not
look at says something that is kept nowhere, unless it only says how the rest is to be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, SupportsIndex

from attrs import evolve

from clarus_bluecherry.bluecherry.edi.form import BEGIN_OF_LINES, CANCELLED
from clarus_bluecherry.bluecherry.edi.profile import X12Profile
from clarus_bluecherry.x12 import Document, Finding, Rule, Segment
from clarus_bluecherry.x12._findings import quoted
from clarus_bluecherry.x12._validate import placed

_ENVELOPE = frozenset({"ST", "SE", "LX", "LS", "LE", "W76", "W03", "CTT"})
"""Segments that hold others together or count them; counts are checked elsewhere."""
_FORM: Mapping[str, frozenset[int]] = {
    "BCT": frozenset({1, 2}),
    "N1": frozenset({1, 3}),
    "N9": frozenset({1}),
    "REF": frozenset({1}),
    "G62": frozenset({1}),
    "PER": frozenset({1, 3, 5, 7}),
    "NTE": frozenset({1}),
    "PID": frozenset({1}),
    "W01": frozenset({2}),
    "W04": frozenset({2}),
}
"""By segment: elements that say how others are to be read; units of measure are checked elsewhere."""
_ASKED: Mapping[str, frozenset[int]] = {"W05": frozenset({1})}
"""By segment: elements that were looked at for one word alone (that an order is withdrawn)."""
_NAME, _CODE = 2, 4
"""Of a party (N1) that is known by its code the name says no more."""
_QUALIFIED = frozenset({"N1", "N9", "REF", "G62", "DTM", "PER", "NTE"})
"""Segments whose first element says what they are about."""
_GOODS = frozenset({"SDQ", "SLN", "QTY", "SCH"})
"""Segments that share out, take apart or change the goods of a line."""
_PRICE = 3
"""Where a price (CTP) stands."""
_COUNTED = (10, 11)
"""Where a charge or an allowance (SAC) has quantities."""


class _Watched(tuple[str, ...]):
    """Elements that note which of them were looked at."""

    seen: set[int]

    def __new__(cls, elements: tuple[str, ...]) -> _Watched:
        made = super().__new__(cls, elements)
        made.seen = set()
        return made

    def __getitem__(self, place: SupportsIndex | slice) -> Any:  # as a tuple gives it
        self.seen.update([*range(len(self))][place] if isinstance(place, slice) else [int(place)])
        return super().__getitem__(place)

    def __iter__(self) -> Iterator[str]:
        self.seen.update(range(len(self)))
        return super().__iter__()


def watched(document: Document) -> Document:
    """The same set, of which `unread` knows afterwards what was looked at."""
    return evolve(
        document, segments=tuple(Segment(each.id, _Watched(each.elements)) for each in document.segments)
    )


def unread(document: Document, profile: X12Profile) -> Iterator[Finding]:
    """A finding for each segment of a watched set that says something nobody looked at.

    Of an order that is withdrawn nothing is asked but that.
    """
    if any(each.id == "W05" and each[1] in CANCELLED for each in document.segments):
        return
    is_line = False
    for number, segment in enumerate(document.segments, start=1):
        is_line |= segment.id in BEGIN_OF_LINES
        places = list(_untouched(segment, profile))
        if places:
            elsewhere = is_line and segment.id == "N1" and segment[1] == profile.references.ship_to
            is_goods = elsewhere or _is_goods(segment) or _is_of_a_line(segment, places, profile)
            yield placed(_found(number, segment, places, is_goods=is_goods), document)


def _untouched(segment: Segment, profile: X12Profile) -> Iterator[int]:
    """The places of values that nobody looked at and that say something of their own."""
    elements = segment.elements
    assert isinstance(elements, _Watched)
    seen, usual = {at + 1 for at in elements.seen}, _usual(profile).get(segment.id, ())
    if segment.id in _ENVELOPE:
        return
    known = (seen - _ASKED.get(segment.id, frozenset())) | _FORM.get(segment.id, frozenset())
    if segment.id == "N1" and _CODE in seen:
        known |= {_NAME}
    for place, value in enumerate(elements, start=1):
        if value.strip() and place not in known and (value,) != usual[place - 1 : place]:
            yield place


def _usual(profile: X12Profile) -> Mapping[str, tuple[str, ...]]:
    """What stands in every set as we would write it, and so says nothing."""
    return {
        "W05": ("N",),
        "W06": ("N",),
        "W66": ("PP", profile.transport_mode),
        "W27": (profile.transport_mode, "", "Any"),
    }


def _is_goods(segment: Segment) -> bool:
    return segment.id in _GOODS or (segment.id == "SAC" and any(segment[place] for place in _COUNTED))


def _is_of_a_line(segment: Segment, places: list[int], profile: X12Profile) -> bool:
    """Whether nobody looked at a part of a SKU or its cost: it stands beside no line."""
    if segment.id == "CTP":
        return segment[2] == profile.cost and _PRICE in places
    return segment.id in ("N9", "REF") and segment[1] in (profile.parts.label, profile.parts.dimension)


def _found(number: int, segment: Segment, places: list[int], *, is_goods: bool) -> Finding:
    about = f" ({quoted('', segment[1])})" if segment.id in _QUALIFIED and segment[1] else ""
    is_part = 1 < len(segment.elements) != len(places) and segment.id not in _QUALIFIED
    if is_goods:
        what = f"{segment.id}{about} may change which goods go where, and is not understood"
    else:
        what = f"{segment.id}{about} has no place in the record: it is not kept"
    return Finding(
        rule=Rule.REFUSED if is_goods else Rule.NOT_KEPT,
        message=what,
        segment_number=number,
        segment_id=segment.id,
        element=places[0] if is_part and not is_goods else 0,
    )
