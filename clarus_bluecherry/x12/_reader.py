"""Reading X12: bytes into interchanges, groups and transaction sets, one set at a time.

Law of this module: memory holds no more than one set. Strict reading takes the standard at its word; lenient
reading takes every habit seen in the field that leaves no doubt, and says what it forgave. Half is not whole:
headers and trailers that are missing, stand alone or contradict what came are never forgiven. Only what is no X12
at all is an error.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from attrs import evolve, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12._findings import Finding, Rule, Scope, Severity, quoted
from clarus_bluecherry.x12._segments import SEGMENTS

_CHUNK = 1 << 16
_ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_LONGEST_HEADER = 400
_LONGEST_SEGMENT = 1 << 20
_GLANCE = 16
_ENVELOPE = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA"})
_PADDING = "\r\n\t \x00\x1a\ufeff"
"""What may stand around interchanges: line ends, blanks, the end-of-file mark of DOS, a byte order mark."""


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
    """The end of a group or an interchange with what only shows there; `segment` is None where it is missing.

    `group` and `interchange` are the headers of what ends here; the end of an interchange has no group.
    """

    segment: Segment | None
    findings: tuple[Finding, ...] = ()
    group: Segment | None = None
    interchange: Segment | None = None


Part = Document | Trailer


def read(source: BinaryIO, *, lenient: bool = False) -> Iterator[Part]:
    """The parts of an X12 file, in its order: each set as a `Document`, each end of a group or interchange.

    Several interchanges may follow each other, each with delimiters of its own. Text is UTF-8, of which the
    standard's character sets are a part; other bytes are kept as they are. Raises `InvalidRecord` when the file
    is not X12.
    """
    return _InterchangeReader(source, lenient=lenient).parts()


@frozen
class _Open:
    """What is open while reading: headers, what was counted, and what was found before the next set."""

    interchange: Segment | None = None
    group: Segment | None = None
    groups: int = 0
    sets: int = 0
    pending: tuple[Finding, ...] = ()


class _InterchangeReader:
    """One pass over a file."""

    def __init__(self, source: BinaryIO, *, lenient: bool) -> None:
        self._source = source
        self._lenient = lenient
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._text = ""
        self._at = 0
        self._ended = False
        self._is_over = False
        self._delimiters = Delimiters()
        self._blanks = 0
        self._number = 0
        self._byte = 0
        self._begins = 0
        self._seen: set[tuple[str, ...]] = set()
        self._open = _Open()
        self._body: list[Segment] = []
        self._begun = 0
        self._behind: list[Finding] = []

    def parts(self) -> Iterator[Part]:
        self._skip()
        if not self._text[self._at :]:
            raise InvalidRecord("the file is empty", record="X12 file")
        for segment in self._segments():
            if self._body and segment.id not in _ENVELOPE:
                self._body.append(segment)
            else:
                yield from self._part(segment)
        yield from self._unfinished("IEA", None)

    def _part(self, segment: Segment) -> Iterator[Part]:
        """What ends with this segment. What is still open when a header or a trailer further out comes is cut."""
        match segment.id:
            case "ISA":
                yield from self._unfinished("IEA", segment)
                self._open = self._interchange(segment)
            case "GS":
                yield from self._unfinished("GE", segment)
                self._open = self._group(segment)
            case "ST":
                yield from self._unfinished("SE", segment)
                self._body, self._begun = [segment], self._number
            case "GE":
                yield from self._unfinished("SE", segment)
                yield self._group_end(segment)
            case "IEA":
                yield from self._unfinished("GE", segment)
                yield self._interchange_end(segment)
            case "SE" if self._body:
                self._body.append(segment)
                yield self._document()
            case "SE":
                yield self._end(segment, self._alone(segment, "set"))
            case _:
                what = "the set does not begin with ST"
                self._expect(self._finding(Rule.ENVELOPE, what, segment, scope=Scope.INTERCHANGE))
                self._body, self._begun = [segment], self._number

    # Segments --------------------------------------------------------------------------------------------------

    def _fill(self, wanted: int) -> None:
        """Have `wanted` characters ahead, or all that are left."""
        while len(self._text) - self._at < wanted and not self._ended:
            piece = self._source.read(_CHUNK)
            self._ended = not piece
            self._text = self._text[self._at :] + self._decoder.decode(piece, final=self._ended)
            self._at = 0

    def _pass(self, count: int) -> str:
        """The next `count` characters, which are passed."""
        passed = self._text[self._at : self._at + count]
        self._at += count
        self._byte += len(passed) if passed.isascii() else len(passed.encode("utf-8", "surrogateescape"))
        return passed

    def _skip(self, marks: str = _PADDING) -> frozenset[str]:
        """Pass all `marks` that come next. Which there were."""
        there: frozenset[str] = frozenset()
        while True:
            self._fill(1)
            ahead = self._text[self._at :]
            passed = self._pass(len(ahead) - len(ahead.lstrip(marks)))
            there |= frozenset(passed)
            if not passed or len(passed) < len(ahead):
                return there

    def _segments(self) -> Iterator[Segment]:
        self._begin()
        while not self._is_over and (raw := self._raw()) is not None:
            trimmed = raw.strip("\r\n\t \x00") if self._lenient else raw.strip("\r\n\x00")
            if trimmed:
                self._number += 1
                id_, *elements = trimmed.split(self._delimiters.element)
                segment = Segment(id_.strip().upper() if self._lenient else id_, tuple(elements))
                if segment.id == "IEA":
                    self._look_behind(segment)
                yield segment
            self._fill(_GLANCE)
            if self._text[self._at : self._at + _GLANCE].lstrip(_PADDING).upper().startswith("ISA"):
                self._begin()

    def _raw(self) -> str | None:
        """What stands before the next terminator, or the rest; None at the end of the file."""
        self._begins = self._byte
        end = self._text.find(self._delimiters.terminator, self._at)
        while end < 0 and not self._ended:
            if len(self._text) - self._at > _LONGEST_SEGMENT:
                raise InvalidRecord("a segment does not end", record=f"X12 file, segment {self._number + 1}")
            self._fill(len(self._text) - self._at + 1)
            end = self._text.find(self._delimiters.terminator, self._at)
        if end < 0:
            return self._rest()
        return self._pass(end + 1 - self._at)[:-1]

    def _rest(self) -> str | None:
        """The last segment, which does not end; of IEA all that counts may be there even so."""
        rest = self._text[self._at :].rstrip(_PADDING)
        self._pass(len(rest))
        if rest and self._delimiters.terminator not in "\r\n":
            self._behind.append(self._about_end("the last segment has no terminator"))
        return rest or None

    def _look_behind(self, iea: Segment) -> None:
        """Behind an interchange there is another one, or nothing. Padding is passed, all else ends the reading."""
        padding = self._skip(_PADDING + self._delimiters.terminator)
        if padding - set("\r\n"):
            self._behind.append(self._about_end(f"behind IEA stand {', '.join(sorted(map(ascii, padding)))}"))
        self._fill(len("ISA"))
        ahead = self._text[self._at : self._at + len("ISA")]
        if ahead and ahead.upper() != "ISA":
            self._is_over = True
            what = f"behind IEA, from byte {self._byte} on, stands what is no interchange: it was not read"
            self._behind.append(self._finding(Rule.ENVELOPE, what, iea, scope=Scope.INTERCHANGE))

    def _about_end(self, what: str) -> Finding:
        return self._finding(Rule.DELIMITERS, what, None, forgivable=True, scope=Scope.INTERCHANGE)

    def _begin(self) -> None:
        """Learn the delimiters of the interchange that begins here, or guess them where there is no header."""
        self._skip()
        self._fill(_LONGEST_HEADER)
        self._blanks = 0
        head = self._text[self._at : self._at + _LONGEST_HEADER]
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
        component, behind = cells[16][0], cells[16][1:].lstrip(" ")
        self._blanks = len(cells[16]) - 1 - len(behind)
        terminator = behind[:1] or "~"
        if terminator in "\r\n" and component == "~":
            component, terminator = "", "~"  # the sixteenth element was left out, and the line ended
            at = head.index("~") + 1
        else:
            at = sum(len(cell) + 1 for cell in cells[:16]) + self._blanks + 2
        line_end = head[at : at + 2] if head[at : at + 2] == "\r\n" else head[at : at + 1]
        if terminator == "\r" and line_end.startswith("\n"):
            line_end = "\n"
        self._delimiters = Delimiters(element, component, terminator, line_end if line_end.strip() == "" else "")

    # Envelopes -------------------------------------------------------------------------------------------------

    def _expect(self, *found: Finding) -> None:
        """Keep what was found before the part that it will be told with."""
        self._open = evolve(self._open, pending=self._open.pending + found)

    def _interchange(self, segment: Segment) -> _Open:
        found = []
        widths = [len(element) for element in segment.elements[:15]]
        if len(segment.elements) != 16 or tuple(widths) != _ISA_WIDTHS[:15]:
            what = "its elements are not padded to their fixed widths"
            found.append(self._finding(Rule.ENVELOPE, what, segment, forgivable=True, scope=Scope.INTERCHANGE))
        if self._blanks:
            what = "blanks stand before the terminator"
            found.append(self._finding(Rule.DELIMITERS, what, segment, forgivable=True, scope=Scope.INTERCHANGE))
        if not self._delimiters.component:
            what = "the component separator is missing"
            found.append(self._finding(Rule.DELIMITERS, what, segment, forgivable=True, scope=Scope.INTERCHANGE))
        found += self._unnumbered(segment, 13)
        found += self._twice("ISA", segment[6].strip(), segment[13], of=segment, scope=Scope.INTERCHANGE)
        named = [evolve(each, interchange=segment[13].strip()) for each in found]
        return _Open(interchange=segment, pending=tuple(named))

    def _group(self, segment: Segment) -> _Open:
        at = self._open
        control = at.interchange[13] if at.interchange else ""
        found = list(self._twice("GS", control, segment[1], segment[6], of=segment, scope=Scope.GROUP))
        found += self._unnumbered(segment, 6)
        if at.interchange is None:
            what = "the group is in no interchange: ISA is missing before it"
            found.append(self._finding(Rule.ENVELOPE, what, segment, scope=Scope.INTERCHANGE))
        return evolve(at, group=segment, sets=0, pending=(*at.pending, *found))

    def _document(self, *more: Finding) -> Document:
        at, body = self._open, self._body
        first, last = body[0], body[-1]
        found = [*at.pending, *more]
        set_id = first[1] if first.id == "ST" else _guessed_set(body)
        control = first[2] if first.id == "ST" else ""
        if at.group is None:
            what = "the set is in no group: GS is missing before it"
            found.append(self._finding(Rule.ENVELOPE, what, None, scope=Scope.INTERCHANGE))
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
        self._body, self._open = [], evolve(at, pending=(), sets=at.sets + 1)
        return evolve(document, findings=tuple(self._placed(each, document, self._begun) for each in found))

    def _set_end(self, first: Segment, last: Segment, count: int) -> Iterator[Finding]:
        if last[1].lstrip("0") != str(count):
            what = f"SE01 says {quoted('SE', last[1])} segments, there are {count}"
            yield self._finding(Rule.COUNT, what, last, element=1)
        if last[2] != first[2]:
            what = f"SE02 is {quoted('SE', last[2])}, ST02 is {quoted('ST', first[2])}"
            yield self._numbers_differ(what, last, last[2], first[2], scope=Scope.SET)

    def _group_end(self, segment: Segment) -> Trailer:
        group, sets = self._open.group, self._open.sets
        if group is None:
            return self._end(segment, self._alone(segment, "group"))
        found = []
        if segment[1].lstrip("0") != str(sets):
            what = f"GE01 says {quoted('GE', segment[1])} sets, there are {sets}"
            found.append(self._finding(Rule.COUNT, what, segment, element=1, scope=Scope.GROUP))
        if segment[2] != group[6]:
            what = f"GE02 is {quoted('GE', segment[2])}, GS06 is {quoted('GS', group[6])}"
            found.append(self._numbers_differ(what, segment, segment[2], group[6], scope=Scope.GROUP))
        return self._group_over(segment, *found)

    def _group_over(self, segment: Segment | None, *found: Finding) -> Trailer:
        if not self._open.sets:
            found += (self._empty("the group holds no set"),)
        trailer = self._end(segment, *found)
        self._open = evolve(self._open, group=None, sets=0, groups=self._open.groups + 1)
        return trailer

    def _interchange_end(self, segment: Segment) -> Trailer:
        header, groups = self._open.interchange, self._open.groups
        if header is None:
            return self._end(segment, self._alone(segment, "interchange"), *self._behind)
        found = []
        if segment[1].lstrip("0") != str(groups):
            what = f"IEA01 says {quoted('IEA', segment[1])} groups, there are {groups}"
            found.append(self._finding(Rule.COUNT, what, segment, element=1, scope=Scope.INTERCHANGE))
        if segment[2] != header[13]:
            what = f"IEA02 is {quoted('IEA', segment[2])}, ISA13 is {quoted('ISA', header[13])}"
            found.append(self._numbers_differ(what, segment, segment[2], header[13], scope=Scope.INTERCHANGE))
        return self._interchange_over(segment, *found, *self._behind)

    def _interchange_over(self, segment: Segment | None, *found: Finding) -> Trailer:
        if not self._open.groups:
            found += (self._empty("the interchange holds no group"),)
        trailer = self._end(segment, *found)
        self._open, self._behind = _Open(), []
        return trailer

    def _unfinished(self, trailer: str, instead: Segment | None) -> Iterator[Part]:
        """Everything that is open up to the place of `trailer`, where `instead` or the end of the file came."""
        if self._body:
            yield self._document(*self._missing("SE", instead) if self._body[0].id == "ST" else ())
        if trailer != "SE" and self._open.group is not None:
            yield self._group_over(None, *self._missing("GE", instead, scope=Scope.GROUP))
        if trailer == "IEA" and self._open.interchange is not None:
            yield self._interchange_over(None, *self._missing("IEA", instead, scope=Scope.INTERCHANGE))

    def _end(self, segment: Segment | None, *found: Finding) -> Trailer:
        at = self._open
        self._open = evolve(at, pending=())
        named = (
            evolve(
                each,
                interchange=at.interchange[13].strip() if at.interchange else "",
                group=at.group[6] if at.group else "",
            )
            for each in (*at.pending, *found)
        )
        return Trailer(segment, tuple(named), at.group, at.interchange)

    # Findings --------------------------------------------------------------------------------------------------

    def _finding(
        self,
        rule: Rule,
        what: str,
        segment: Segment | None,
        *,
        element: int = 0,
        forgivable: bool = False,
        scope: Scope = Scope.SET,
    ) -> Finding:
        return Finding(
            rule=rule,
            message=what,
            severity=Severity.FORGIVEN if forgivable and self._lenient else Severity.ERROR,
            scope=scope,
            segment_number=self._number if segment else 0,
            segment_id=segment.id if segment else "",
            element=element,
        )

    def _missing(self, id_: str, instead: Segment | None, *, scope: Scope = Scope.SET) -> tuple[Finding]:
        if instead is not None:
            where = f"{instead.id} comes before it, at segment {self._number} of the file, byte {self._begins}"
        else:
            where = f"the file ends behind its segment {self._number}, at byte {self._byte}"
        return (Finding(rule=Rule.ENVELOPE, message=f"{id_} is missing: {where}", scope=scope, segment_id=id_),)

    def _alone(self, segment: Segment, what: str) -> Finding:
        said = f"it stands alone, at byte {self._begins}: the {what} that it would end has not begun"
        return self._finding(Rule.ENVELOPE, said, segment, scope=Scope.INTERCHANGE)

    def _empty(self, what: str) -> Finding:
        return self._finding(Rule.ENVELOPE, what, None, scope=Scope.INTERCHANGE)

    def _numbers_differ(self, what: str, segment: Segment, one: str, other: str, *, scope: Scope) -> Finding:
        """Numbers that differ only in their padding leave no doubt."""
        same = one.strip().lstrip("0") == other.strip().lstrip("0")
        return self._finding(Rule.CONTROL_NUMBER, what, segment, element=2, forgivable=same, scope=scope)

    def _unnumbered(self, header: Segment, place: int) -> list[Finding]:
        """Two numbers that are both absent agree on nothing."""
        number = header[place].strip()
        if number.isascii() and number.isdigit():
            return []
        what = f"{header.id}{place:02} is {quoted(header.id, number)}, which is no control number"
        rule, scope = Rule.CONTROL_NUMBER, Scope.INTERCHANGE
        return [self._finding(rule, what, header, element=place, scope=scope)]

    def _twice(self, *numbers: str, of: Segment, scope: Scope = Scope.SET) -> tuple[Finding, ...]:
        if numbers not in self._seen:
            self._seen.add(numbers)
            return ()
        what = f"the control number {quoted(of.id, numbers[-1])} was there before in this file"
        return (self._finding(Rule.CONTROL_NUMBER, what, of, scope=scope),)

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
    """Delimiters of what came without its interchange: stars, and tildes or line ends."""
    delimiters = Delimiters(terminator="~" if "~" in head else "\n", line_end="\n" if "~\n" in head else "")
    id_, star, _ = head.partition(delimiters.terminator)[0].partition(delimiters.element)
    if not star or id_.strip().upper() not in SEGMENTS:
        what = "is not X12: it begins neither with ISA nor with another segment that is known"
        raise InvalidRecord(what, record="X12 file")
    return delimiters
