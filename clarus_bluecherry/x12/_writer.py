"""Writing X12: envelopes around segments, with every count and length right.

Law of this module: nothing is written that the strict reader would not take. Control numbers, dates and times are
given, never made here; a value that holds a delimiter, or does not fit its element, is refused with its place.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from attrs import evolve, field, frozen

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.x12._findings import Finding
from clarus_bluecherry.x12._header import Delimiters
from clarus_bluecherry.x12._reader import Document, Segment
from clarus_bluecherry.x12._segments import SEGMENTS
from clarus_bluecherry.x12._sets import GROUPS
from clarus_bluecherry.x12._validate import VERSION, Profile, validate

_ISA_PADDED = {2: 10, 4: 10, 6: 15, 8: 15}
_CONTROL_DIGITS = 9


@frozen(kw_only=True)
class Partners:
    """Who sends to whom: identifiers and their qualifiers, and whether it is a test.

    Group codes are the interchange's identifiers unless they are given.
    """

    sender: str
    receiver: str
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    group_sender: str = ""
    group_receiver: str = ""
    is_test: bool = False
    wants_acknowledgement: bool = False

    def __attrs_post_init__(self) -> None:
        for name in ("sender", "receiver"):
            value = getattr(self, name)
            if not value.strip() or len(value) > 15:
                raise ConfigurationError("has to have 1 to 15 characters", record="partners", field=name)

    def swapped(self) -> Partners:
        """The same two the other way round: for an answer."""
        return evolve(
            self,
            sender=self.receiver,
            receiver=self.sender,
            sender_qualifier=self.receiver_qualifier,
            receiver_qualifier=self.sender_qualifier,
            group_sender=self.group_receiver,
            group_receiver=self.group_sender,
        )


@frozen(kw_only=True)
class Envelope:
    """What one interchange travels under. `control_number` is up to nine digits; `at` gives date and time."""

    partners: Partners
    control_number: str
    at: dt.datetime
    delimiters: Delimiters = field(default=Delimiters(line_end="\n"))

    def __attrs_post_init__(self) -> None:
        marks = (self.delimiters.element, self.delimiters.component, self.delimiters.terminator)
        if len(set(marks)) < 3 or any(len(mark) != 1 or mark.isalnum() for mark in marks):
            raise ConfigurationError("three different marks are needed", record="envelope", field="delimiters")
        if not (self.control_number.isdigit() and len(self.control_number) <= _CONTROL_DIGITS):
            raise InvalidRecord("is not up to nine digits", record="envelope", field="control_number")


def write(
    envelope: Envelope,
    set_id: str,
    bodies: Iterable[Sequence[Segment]],
    *,
    profile: Profile | None = None,
) -> Iterator[bytes]:
    """One interchange with one group of sets of one kind, in pieces: a piece for each set.

    `bodies` are the segments between ST and SE. Raises `InvalidRecord` with the place when a set breaks a rule of
    the tables or of `profile`, and when there is none; what was yielded before is then no whole interchange.

    >>> partners = Partners(sender="WAREHOUSE", receiver="BRAND")
    >>> noon = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    >>> body = [Segment("AK1", ("OW", "1")), Segment("AK9", ("A", "1", "1", "1"))]
    >>> written = b"".join(write(Envelope(partners=partners, control_number="7", at=noon), "997", [body]))
    >>> written.decode().splitlines()[1]
    'GS*FA*WAREHOUSE*BRAND*20260302*1200*7*X*004010~'
    """
    header, group = _headers(envelope, set_id)
    yield _bytes(envelope.delimiters, [header, group])
    count = 0
    for count, body in enumerate(bodies, start=1):
        document = _document(envelope, header, group, set_id, count, body)
        _refuse(validate(document, profile))
        yield _bytes(envelope.delimiters, document.segments)
    if not count:
        raise InvalidRecord("there is no set to write", record=f"set {set_id}")
    yield _bytes(envelope.delimiters, [Segment("GE", (str(count), group[6])), Segment("IEA", ("1", header[13]))])


def interchange_of(envelope: Envelope, answers: Sequence[Segment]) -> bytes:
    """An interchange of segments that stand in no group."""
    header = _header(envelope)
    document = Document(
        set_id="", control_number="", segments=tuple(answers), interchange=header, delimiters=envelope.delimiters
    )
    _refuse(validate(document))
    return _bytes(envelope.delimiters, [header, *answers, Segment("IEA", ("0", header[13]))])


def rewritten(documents: Sequence[Document], trailers: Sequence[Segment]) -> bytes:
    """Sets of one interchange exactly as they were read, with the headers and trailers they had."""
    out: list[bytes] = []
    group = None
    for document in documents:
        segments = list(document.segments)
        if document.group is not None and document.group != group:
            segments.insert(0, document.group)
            group = document.group
        if document.interchange is not None and not out:
            segments.insert(0, document.interchange)
        out.append(_bytes(document.delimiters, segments, document.charset))
    return b"".join([*out, _bytes(documents[-1].delimiters, trailers)])


def _headers(envelope: Envelope, set_id: str) -> tuple[Segment, Segment]:
    who, at = envelope.partners, envelope.at
    if set_id not in GROUPS:
        raise InvalidRecord("it is not known in which group the set travels", record=f"set {set_id}")
    number = envelope.control_number.lstrip("0") or "0"
    parties = (who.group_sender or who.sender, who.group_receiver or who.receiver)
    gs = (GROUPS[set_id], *parties, f"{at:%Y%m%d}", f"{at:%H%M}", number, "X", VERSION)
    return _header(envelope), Segment("GS", gs)


def _header(envelope: Envelope) -> Segment:
    who, at = envelope.partners, envelope.at
    isa = ["00", "", "00", "", who.sender_qualifier, who.sender, who.receiver_qualifier, who.receiver]
    isa += [f"{at:%y%m%d}", f"{at:%H%M}", "U", "00401", envelope.control_number.zfill(_CONTROL_DIGITS)]
    isa += ["1" if who.wants_acknowledgement else "0", "T" if who.is_test else "P", envelope.delimiters.component]
    return Segment(
        "ISA", tuple(value.ljust(_ISA_PADDED.get(place, 0)) for place, value in enumerate(isa, start=1))
    )


def _document(
    envelope: Envelope, header: Segment, group: Segment, set_id: str, count: int, body: Sequence[Segment]
) -> Document:
    control = f"{count:04}"
    trimmed = [_trimmed(segment) for segment in body]
    marks = _marks(envelope.delimiters)
    for segment in trimmed:
        if segment.id not in SEGMENTS:
            raise InvalidRecord(f"{segment.id!r} is no segment that is known", record=f"set {set_id}")
        if marks.search("".join(segment.elements)):
            raise _holds_a_mark(marks, set_id, segment)
    trailer = Segment("SE", (str(len(trimmed) + 2), control))
    return Document(
        set_id=set_id,
        control_number=control,
        segments=(Segment("ST", (set_id, control)), *trimmed, trailer),
        interchange=header,
        group=group,
        delimiters=envelope.delimiters,
    )


def _trimmed(segment: Segment) -> Segment:
    """Without empty elements at the end: the standard forbids separators that nothing follows."""
    elements = segment.elements
    if not elements or elements[-1]:
        return segment
    while elements and not elements[-1]:
        elements = elements[:-1]
    return Segment(segment.id, elements)


@lru_cache(16)
def _marks(delimiters: Delimiters) -> re.Pattern[str]:
    return re.compile("[" + re.escape(delimiters.element + delimiters.component + delimiters.terminator) + "]")


def _holds_a_mark(marks: re.Pattern[str], set_id: str, segment: Segment) -> InvalidRecord:
    place = next(place for place, value in enumerate(segment.elements, start=1) if marks.search(value))
    return InvalidRecord(
        "the value holds a character that separates elements or segments",
        record=f"set {set_id}",
        field=f"{segment.id}{place:02}",
        action="Take it out, or choose other delimiters.",
    )


def _refuse(found: Sequence[Finding]) -> None:
    if found:
        first = found[0]
        field_ = f"{first.segment_id}{first.element:02}" if first.element else first.segment_id
        record = f"set {first.set_id} {first.set_control}" if first.set_id else first.segment_id
        raise InvalidRecord(first.message, record=record, field=field_)


def _bytes(delimiters: Delimiters, segments: Sequence[Segment], charset: str = "utf-8") -> bytes:
    element, end = delimiters.element, delimiters.terminator + delimiters.line_end
    lines = [element.join((segment.id, *segment.elements)) for segment in segments]
    return end.join([*lines, ""]).encode(charset)
