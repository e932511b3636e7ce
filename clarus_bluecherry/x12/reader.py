"""Reading X12: bytes into interchanges, groups and transaction sets, one set at a time.

Law of this module: memory holds no more than one set. Strict reading takes the standard at its word; lenient
reading takes every habit seen in the field that leaves no doubt, and says what it forgave. Only what is no X12 at
all is an error.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from attrs import evolve, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12.findings import Finding, Rule, Severity, quoted

_CHUNK = 1 << 16
_ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_LONGEST_HEADER = 400
_LONGEST_SEGMENT = 1 << 20
_GLANCE = 16
_ENVELOPE = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA"})


@frozen
class Delimiters:
    """The characters that one interchange is written with. `line_end` is what stands behind each terminator."""

    element: str = "*"
    component: str = ">"
    terminator: str = "~"
    line_end: str = ""


@frozen
class Segment:
    """A segment: its id and its elements, empty ones at the end left out as they came."""

    id: str
    elements: tuple[str, ...] = ()

    def __getitem__(self, place: int) -> str:
        """The element at a place, counted from 1; empty when it is not there."""
        return self.elements[place - 1] if place <= len(self.elements) else ""


@frozen(kw_only=True)
class Document:
    """One transaction set, from ST to SE, with the headers it travelled under. Headers may be missing."""

    set_id: str
    control_number: str
    segments: tuple[Segment, ...]
    interchange: Segment | None = None
    group: Segment | None = None
    delimiters: Delimiters = Delimiters()
    findings: tuple[Finding, ...] = ()

    @property
    def interchange_control(self) -> str:
        """ISA13."""
        return self.interchange[13].strip() if self.interchange else ""

    @property
    def group_control(self) -> str:
        """GS06."""
        return self.group[6] if self.group else ""


@frozen
class Trailer:
    """The end of a group or an interchange, or of the file, with what only shows there."""

    segment: Segment | None
    findings: tuple[Finding, ...] = ()


Part = Document | Trailer


def read(source: BinaryIO, *, lenient: bool = False) -> Iterator[Part]:
    """The parts of an X12 file, in its order: each set as a `Document`, each end of a group or interchange.

    Several interchanges may follow each other, each with delimiters of its own. Text is UTF-8, of which the
    standard's character sets are a part; other bytes are kept as they are. Raises `InvalidRecord` when the file
    is not X12.
    """
    return _Reader(source, lenient=lenient).parts()


@frozen
class _Open:
    """What is open while reading: headers, what was counted, and what was found before the next set."""

    interchange: Segment | None = None
    group: Segment | None = None
    groups: int = 0
    sets: int = 0
    pending: tuple[Finding, ...] = ()


class _Reader:
    """One pass over a file."""

    def __init__(self, source: BinaryIO, *, lenient: bool) -> None:
        self._source = source
        self._lenient = lenient
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._text = ""
        self._at = 0
        self._ended = False
        self._delimiters = Delimiters()
        self._number = 0
        self._seen: set[tuple[str, ...]] = set()

    def parts(self) -> Iterator[Part]:
        self._fill(_LONGEST_HEADER)
        self._text = self._text.lstrip("\ufeff \t\r\n\x00")
        if not self._text:
            raise InvalidRecord("the file is empty", record="X12 file")
        at = _Open()
        body: list[Segment] = []
        begun = 0
        for segment in self._segments():
            match segment.id:
                case "ISA":
                    yield from self._left_open(at, body, begun)
                    body, at = [], self._interchange(segment)
                case "GS":
                    if at.group is not None:
                        yield self._end(at, None, self._missing(at, "GE"))
                    at = self._group(at, segment)
                case "ST":
                    if body:
                        yield self._document(at, body, begun, self._missing(at, "SE"))
                        at = evolve(at, pending=(), sets=at.sets + 1)
                    body, begun = [segment], self._number
                case "SE" if body:
                    body.append(segment)
                    yield self._document(at, body, begun)
                    body, at = [], evolve(at, pending=(), sets=at.sets + 1)
                case "GE" if not body:
                    yield self._group_end(at, segment)
                    at = evolve(at, group=None, sets=0, groups=at.groups + 1, pending=())
                case "IEA" if not body:
                    yield self._interchange_end(at, segment)
                    at = _Open()
                case _ if body:
                    body.append(segment)
                case _:
                    body, begun, at = [segment], self._number, self._headless(at, segment)
        yield from self._left_open(at, body, begun)

    # Segments --------------------------------------------------------------------------------------------------

    def _fill(self, wanted: int) -> None:
        """Have `wanted` characters ahead, or all that are left."""
        while len(self._text) - self._at < wanted and not self._ended:
            piece = self._source.read(_CHUNK)
            self._ended = not piece
            self._text = self._text[self._at :] + self._decoder.decode(piece, final=self._ended)
            self._at = 0

    def _segments(self) -> Iterator[Segment]:
        self._begin()
        while (raw := self._raw()) is not None:
            trimmed = raw.strip("\r\n\t \x00") if self._lenient else raw.strip("\r\n\x00")
            if trimmed:
                self._number += 1
                id_, *elements = trimmed.split(self._delimiters.element)
                yield Segment(id_.strip().upper() if self._lenient else id_, tuple(elements))
            self._fill(_GLANCE)
            if self._text[self._at : self._at + _GLANCE].lstrip("\r\n\t ").upper().startswith("ISA"):
                self._begin()

    def _raw(self) -> str | None:
        """What stands before the next terminator, or the rest; None at the end of the file."""
        end = self._text.find(self._delimiters.terminator, self._at)
        while end < 0 and not self._ended:
            if len(self._text) - self._at > _LONGEST_SEGMENT:
                raise InvalidRecord("a segment does not end", record=f"X12 file, segment {self._number + 1}")
            self._fill(len(self._text) - self._at + 1)
            end = self._text.find(self._delimiters.terminator, self._at)
        if end < 0:
            rest, self._text, self._at = self._text[self._at :], "", 0
            return rest or None
        raw, self._at = self._text[self._at : end], end + 1
        return raw

    def _begin(self) -> None:
        """Learn the delimiters of the interchange that begins here, or guess them where there is no header."""
        self._fill(_LONGEST_HEADER)
        self._text, self._at = self._text[self._at :].lstrip("\r\n\t "), 0
        head = self._text[:_LONGEST_HEADER]
        if not head.upper().startswith("ISA"):
            self._delimiters = _guessed(head)
            return
        element = head[3:4]
        if not element or element.isalnum():
            raise InvalidRecord("the interchange header ends early", record="X12 file", field="ISA")
        if "\n" in head and head.partition("\n")[0].count(element) < 15:
            self._delimiters = Delimiters(element, "", "\n")  # the header was cut off at the end of its line
            return
        cells = head.split(element)
        if len(cells) < 17 or not cells[16]:
            raise InvalidRecord("the interchange header ends early", record="X12 file", field="ISA")
        component, terminator = cells[16][0], cells[16][1:2] or "~"
        if terminator in "\r\n" and component == "~":
            component, terminator = "", "~"  # the sixteenth element was left out, and the line ended
            at = head.index("~") + 1
        else:
            at = sum(len(cell) + 1 for cell in cells[:16]) + 2
        line_end = head[at : at + 2] if head[at : at + 2] == "\r\n" else head[at : at + 1]
        if terminator == "\r" and line_end.startswith("\n"):
            line_end = "\n"
        self._delimiters = Delimiters(element, component, terminator, line_end if line_end.strip() == "" else "")

    # Envelopes -------------------------------------------------------------------------------------------------

    def _interchange(self, segment: Segment) -> _Open:
        found = []
        widths = [len(element) for element in segment.elements[:15]]
        if len(segment.elements) != 16 or tuple(widths) != _ISA_WIDTHS[:15]:
            what = "its elements are not padded to their fixed widths"
            found.append(self._finding(Rule.ENVELOPE, what, segment, forgivable=True))
        if not self._delimiters.component:
            what = "the component separator is missing"
            found.append(self._finding(Rule.DELIMITERS, what, segment, forgivable=True))
        found += self._twice("ISA", segment[6].strip(), segment[13], of=segment)
        named = [evolve(each, interchange=segment[13].strip()) for each in found]
        return _Open(interchange=segment, pending=tuple(named))

    def _group(self, at: _Open, segment: Segment) -> _Open:
        control = at.interchange[13] if at.interchange else ""
        return evolve(
            at,
            group=segment,
            sets=0,
            pending=at.pending + self._twice("GS", control, segment[1], segment[6], of=segment),
        )

    def _headless(self, at: _Open, segment: Segment) -> _Open:
        """A body that begins without its ST."""
        if segment.id in _ENVELOPE:
            what = "it stands alone: what it would end has not begun"
        else:
            what = "the set does not begin with ST"
        is_body = segment.id not in _ENVELOPE
        finding = self._finding(Rule.ENVELOPE, what, segment, forgivable=is_body)
        return evolve(at, pending=(*at.pending, finding))

    def _document(self, at: _Open, body: list[Segment], begun: int, *more: Finding) -> Document:
        first, last = body[0], body[-1]
        found = [*at.pending, *more]
        set_id = first[1] if first.id == "ST" else _guessed_set(body)
        control = first[2] if first.id == "ST" else ""
        if at.group is None:
            found.append(self._finding(Rule.ENVELOPE, "the set is in no group", None, forgivable=True))
        if first.id == "ST" and last.id == "SE":
            found += self._set_end(first, last, len(body))
        if first.id == "ST" and at.group is not None:
            group = (at.interchange[13] if at.interchange else "", at.group[6])
            found += self._twice("ST", *group, set_id, control, of=first)
        document = Document(
            set_id=set_id,
            control_number=control,
            segments=tuple(body),
            interchange=at.interchange,
            group=at.group,
            delimiters=self._delimiters,
        )
        return evolve(document, findings=tuple(self._placed(each, document, begun) for each in found))

    def _set_end(self, first: Segment, last: Segment, count: int) -> Iterator[Finding]:
        if last[1].lstrip("0") != str(count):
            what = f"SE01 says {quoted('SE', last[1])} segments, there are {count}"
            yield self._finding(Rule.COUNT, what, last, element=1, forgivable=True)
        if last[2] != first[2]:
            what = f"SE02 is {quoted('SE', last[2])}, ST02 is {quoted('ST', first[2])}"
            yield self._numbers_differ(what, last, 2, last[2], first[2])

    def _group_end(self, at: _Open, segment: Segment) -> Trailer:
        found = list(at.pending)
        if at.group is None:
            found.append(self._finding(Rule.ENVELOPE, "the group it ends has not begun", segment))
            return self._end(at, segment, *found)
        if segment[1].lstrip("0") != str(at.sets):
            what = f"GE01 says {quoted('GE', segment[1])} sets, there are {at.sets}"
            found.append(self._finding(Rule.COUNT, what, segment, element=1, forgivable=True))
        if segment[2] != at.group[6]:
            what = f"GE02 is {quoted('GE', segment[2])}, GS06 is {quoted('GS', at.group[6])}"
            found.append(self._numbers_differ(what, segment, 2, segment[2], at.group[6]))
        return self._end(at, segment, *found)

    def _interchange_end(self, at: _Open, segment: Segment) -> Trailer:
        found = list(at.pending)
        if at.interchange is None:
            found.append(self._finding(Rule.ENVELOPE, "the interchange it ends has not begun", segment))
            return self._end(at, segment, *found)
        if at.group is not None:
            found.append(self._missing(at, "GE"))
        if segment[1].lstrip("0") != str(at.groups + (at.group is not None)):
            what = f"IEA01 says {quoted('IEA', segment[1])} groups, there are {at.groups}"
            found.append(self._finding(Rule.COUNT, what, segment, element=1, forgivable=True))
        if segment[2] != at.interchange[13]:
            what = f"IEA02 is {quoted('IEA', segment[2])}, ISA13 is {quoted('ISA', at.interchange[13])}"
            found.append(self._numbers_differ(what, segment, 2, segment[2], at.interchange[13]))
        return self._end(at, segment, *found)

    def _left_open(self, at: _Open, body: list[Segment], begun: int) -> Iterator[Part]:
        if body:
            more = (self._missing(at, "SE"),) if body[0].id == "ST" else ()
            yield self._document(at, body, begun, *more)
            at = evolve(at, pending=())
        missing = [self._missing(at, "GE")] if at.group is not None else []
        missing += [self._missing(at, "IEA")] if at.interchange is not None else []
        if missing or at.pending:
            yield self._end(at, None, *at.pending, *missing)

    def _missing(self, at: _Open, id_: str) -> Finding:
        finding = self._finding(Rule.ENVELOPE, f"{id_} is missing: the file was cut off, or it was left out", None)
        return evolve(finding, severity=Severity.FORGIVEN if self._lenient else Severity.ERROR)

    def _end(self, at: _Open, segment: Segment | None, *found: Finding) -> Trailer:
        named = (
            evolve(
                each,
                interchange=at.interchange[13].strip() if at.interchange else "",
                group=at.group[6] if at.group else "",
            )
            for each in found
        )
        return Trailer(segment, tuple(named))

    # Findings --------------------------------------------------------------------------------------------------

    def _finding(
        self, rule: Rule, what: str, segment: Segment | None, *, element: int = 0, forgivable: bool = False
    ) -> Finding:
        return Finding(
            rule=rule,
            message=what,
            severity=Severity.FORGIVEN if forgivable and self._lenient else Severity.ERROR,
            segment_number=self._number if segment else 0,
            segment_id=segment.id if segment else "",
            element=element,
        )

    def _numbers_differ(self, what: str, segment: Segment, element: int, one: str, other: str) -> Finding:
        """Numbers that differ only in their padding leave no doubt."""
        same = one.strip().lstrip("0") == other.strip().lstrip("0")
        return self._finding(Rule.CONTROL_NUMBER, what, segment, element=element, forgivable=same)

    def _twice(self, *numbers: str, of: Segment) -> tuple[Finding, ...]:
        if numbers not in self._seen:
            self._seen.add(numbers)
            return ()
        what = f"the control number {quoted(of.id, numbers[-1])} was there before in this file"
        return (self._finding(Rule.CONTROL_NUMBER, what, of),)

    @staticmethod
    def _placed(finding: Finding, document: Document, begun: int) -> Finding:
        """Counted from the ST of its set, as a 997 counts."""
        number = finding.segment_number - begun + 1 if finding.segment_number >= begun else finding.segment_number
        return evolve(
            finding,
            interchange=document.interchange_control,
            group=document.group_control,
            set_id=document.set_id,
            set_control=document.control_number,
            segment_number=max(number, 0) if finding.segment_number else 0,
        )


_FIRST_OF = {"W05": "940", "W17": "944", "W15": "947", "BIA": "846", "AK1": "997", "BCT": "832"}


def _guessed_set(body: list[Segment]) -> str:
    """The set that a body without its header is, by its first segment; advice and ship confirm begin alike."""
    if body[0].id == "W06":
        return "943" if any(segment.id == "W04" for segment in body) else "945"
    return _FIRST_OF.get(body[0].id, "")


def _guessed(head: str) -> Delimiters:
    """Delimiters of a body that came without its envelope: stars, and tildes or line ends."""
    if "*" not in head:
        raise InvalidRecord("is not X12: it neither begins with ISA nor holds a star", record="X12 file")
    return Delimiters(terminator="~" if "~" in head else "\n", line_end="\n" if "~\n" in head else "")
