"""A document as a person reads it: what each segment is, and its values with their places."""

from __future__ import annotations

from collections.abc import Iterator

from clarus_bluecherry.x12._findings import PERSONAL, Finding
from clarus_bluecherry.x12._reader import Document, Segment
from clarus_bluecherry.x12._segments import SEGMENTS


def show(document: Document, findings: tuple[Finding, ...] = (), *, personal: bool = False) -> Iterator[str]:
    """`document` line by line, each finding under its segment.

    Names, streets, contacts and notes are left out unless `personal` asks for them.
    """
    yield f"{document.set_id or 'set without a header'} {document.control_number}".rstrip()
    for finding in findings:
        if not finding.segment_number:
            yield f"      !! {finding.message}"
    for number, segment in enumerate(document.segments, start=1):
        yield f"{number:>4}  {_shown(segment, personal=personal)}"
        for finding in findings:
            if finding.segment_number == number:
                where = f"{finding.segment_id}{finding.element:02}: " if finding.element else ""
                yield f"      !! {where}{finding.message}"


def _shown(segment: Segment, *, personal: bool) -> str:
    spec = SEGMENTS.get(segment.id)
    name = spec.name if spec else "unknown"
    if segment.id in PERSONAL and not personal:
        return f"{segment.id:<4}{name}: (personal)"
    values = (f"{place:02}={value}" for place, value in enumerate(segment.elements, start=1) if value)
    return f"{segment.id:<4}{name}: {'  '.join(values)}".rstrip(": ")
