"""A document as a person reads it: what each segment is, and its values with their places.

Law of this module: names, streets, contacts and notes are left out unless they are asked for, and no line holds a
character that steers a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from clarus_bluecherry.x12._findings import PERSONAL, Finding, printable
from clarus_bluecherry.x12._reader import Document, Segment
from clarus_bluecherry.x12._segments import SEGMENTS

_HIDDEN = "(personal)"
_TYPED = {"N9": 3, "REF": 3}
"""The element of a segment that is a text which somebody typed."""


@frozen
class ShownSegment:
    """A segment, its number from the ST as 1, and what it is called (empty where it is unknown).

    `elements` stand in their places, an empty one as empty text; None where they may be a person's. In place of a
    text that somebody typed behind a reference stands `(personal)`.
    """

    number: int
    segment: str
    name: str
    elements: tuple[str, ...] | None


def shown(document: Document, *, personal: bool = False) -> Iterator[ShownSegment]:
    """The segments of `document`; those with names, streets, contacts and notes, and what nobody knows, only when
    `personal` asks.
    """
    for number, segment in enumerate(document.segments, start=1):
        spec = SEGMENTS.get(segment.id)
        elements = tuple(segment.elements) if personal else _impersonal(segment)
        yield ShownSegment(number, segment.id, spec.name if spec else "", elements)


def _impersonal(segment: Segment) -> tuple[str, ...] | None:
    if segment.id in PERSONAL or segment.id not in SEGMENTS:
        return None
    typed = _TYPED.get(segment.id, 0)
    return tuple(_HIDDEN if value and place == typed else value for place, value in enumerate(segment.elements, 1))


def show(document: Document, findings: tuple[Finding, ...] = (), *, personal: bool = False) -> Iterator[str]:
    """`document` line by line, each finding under its segment.

    Names, streets, contacts and notes are left out unless `personal` asks for them; characters that would steer a
    terminal are written out.
    """
    return map(printable, _lines(document, findings, personal=personal))


def _lines(document: Document, findings: tuple[Finding, ...], *, personal: bool) -> Iterator[str]:
    yield f"{document.set_id or 'set without a header'} {document.control_number}".rstrip()
    for finding in findings:
        if not finding.segment_number:
            yield f"      !! {finding.message}"
    for one in shown(document, personal=personal):
        yield f"{one.number:>4}  {_line(one)}"
        for finding in findings:
            if finding.segment_number == one.number:
                where = f"{finding.segment_id}{finding.element:02}: " if finding.element else ""
                yield f"      !! {where}{finding.message}"


def _line(one: ShownSegment) -> str:
    name = one.name or "unknown"
    if one.elements is None:
        return f"{one.segment:<4}{name}: {_HIDDEN}"
    values = (f"{place:02}={value}" for place, value in enumerate(one.elements, start=1) if value)
    return f"{one.segment:<4}{name}: {'  '.join(values)}".rstrip(": ")
