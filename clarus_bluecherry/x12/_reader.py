"""Reading X12: bytes into interchanges, groups and transaction sets, one set at a time.

Law of this module: memory holds no more than one set. Strict reading takes the standard at its word; lenient
reading takes every habit seen in the field that leaves no doubt, and says what it forgave. Half is not whole:
headers and trailers that are missing, stand alone or contradict what came are never forgiven. Only what is no X12
at all is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from attrs import define, evolve, field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12._findings import Finding, Rule, Scope, Severity, quoted
from clarus_bluecherry.x12._header import (
    FARTHEST,
    Delimiters,
    are_of_a_network,
    broken_at,
    guessed,
    header,
    lines_before,
)
from clarus_bluecherry.x12._segments import SEGMENTS
from clarus_bluecherry.x12._stream import BYTE_ORDER_MARK, Letters, Stream

_ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1)
_ISA_PADDED = frozenset({2, 4, 6, 8})
_ENVELOPE = frozenset({"ISA", "TA1", "GS", "ST", "SE", "GE", "IEA"})
_INNER = frozenset(SEGMENTS) - _ENVELOPE
_GLANCE = 64
_MOST_DIGITS = 18
_MOST_SEGMENTS = 1_000_000
"""More than any set has, and what a set that never ends may take of the memory."""
_ENDS = "\r\n"
_PADDING = "\r\n\t \x00\x1a"
"""What may stand around interchanges: line ends, blanks, zero bytes, the end-of-file mark of DOS."""


@frozen(init=False)
class Segment:
    """A segment: its id and its elements, empty ones at the end left out as they came."""

    id: str
    elements: tuple[str, ...] = ()

    def __init__(self, id: str, elements: tuple[str, ...] = ()) -> None:  # noqa: A002 - it is called so
        _set_id(self, id)
        _set_elements(self, elements)

    def __getitem__(self, place: int) -> str:
        """The element at a place, counted from 1; empty when it is not there."""
        return self.elements[place - 1] if place <= len(self.elements) else ""


_set_id, _set_elements = Segment.id.__set__, Segment.elements.__set__  # type: ignore[attr-defined]
"""Nothing is made as often as segments, and this is how a frozen one costs half."""


@frozen(kw_only=True)
class Document:
    """One transaction set, from ST to SE, with the headers it travelled under. Headers may be missing.

    `charset` is the one its bytes were read in.
    """

    set_id: str
    control_number: str
    segments: tuple[Segment, ...]
    interchange: Segment | None = None
    group: Segment | None = None
    delimiters: Delimiters = field(default=Delimiters())
    findings: tuple[Finding, ...] = ()
    charset: str = "utf-8"

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


@frozen
class TA1:
    """What a partner says of a whole interchange of ours (`read_ta1` reads it), and the header it came under."""

    segment: Segment
    findings: tuple[Finding, ...] = ()
    interchange: Segment | None = None

    @property
    def group(self) -> None:
        """It stands in no group."""
        return


Part = Document | Trailer | TA1


def read(source: BinaryIO, *, lenient: bool = False, charset: str | None = None) -> Iterator[Part]:
    """The parts of an X12 file, in its order: sets as `Document`, ends of groups and interchanges, and `TA1`s.

    Several interchanges may follow each other, each with delimiters of its own. Text is in `charset` (one that
    holds ASCII, such as `cp1252`). Where it is not given it is UTF-8, or, where it cannot be that, Windows-1252 or
    Latin-1, which is told. Raises `InvalidRecord` when the file is not X12, and `ConfigurationError` when there is
    no such charset.
    """
    return _InterchangeReader(source, lenient=lenient, charset=charset).parts()


@define
class _Numbers:
    """Control numbers that were there. Numbers that follow each other, as most do, take no room."""

    _first: int = 0
    _last: int = -1
    _others: set[int | str] = field(factory=set)

    def is_new(self, number: str) -> bool:
        """Whether `number` was not there before; now it was."""
        if not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
            return self._is_other(number)
        key = int(number)
        if self._first <= key <= self._last:
            return False
        if self._last < 0:
            self._first = self._last = key
        elif key == self._last + 1 and key not in self._others:
            self._last = key
        else:
            return self._is_other(key)
        return True

    def _is_other(self, key: int | str) -> bool:
        is_new = key not in self._others
        self._others.add(key)
        return is_new


@frozen
class _Open:
    """What is open while reading: headers, what was counted, and what was found before the next set."""

    interchange: Segment | None = None
    group: Segment | None = None
    groups: int = 0
    answers: int = 0
    sets: int = 0
    pending: tuple[Finding, ...] = ()


class _InterchangeReader:
    """One pass over a file."""

    def __init__(self, source: BinaryIO, *, lenient: bool, charset: str | None) -> None:
        self._stream = Stream(source)
        self._letters = Letters(charset)
        self._lenient = lenient
        self._is_over = False
        self._delimiters = Delimiters()
        self._number = 0
        self._begins = 0
        self._interchanges: dict[str, _Numbers] = {}
        self._groups: dict[str, _Numbers] = {}
        self._sets: dict[str, _Numbers] = {}
        self._open = _Open()
        self._body: list[Segment] = []
        self._begun = 0
        self._habits: dict[str, Finding] = {}
        self._behind: list[Finding] = []

    def parts(self) -> Iterator[Part]:
        if not self._goes_on():
            raise InvalidRecord("the file is empty", record="X12 file")
        while self._goes_on():
            yield from self._begin()
            yield from self._segments()
        yield from self._unfinished("IEA", None)

    def _part(self, segment: Segment) -> Iterator[Part]:
        """What ends with this segment. What is still open when a header or a trailer further out comes is cut."""
        match segment.id:
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
                self._look_behind(segment)
                yield self._interchange_end(segment)
            case "SE" if self._body:
                self._body.append(segment)
                yield self._document()
            case "SE":
                yield self._end(segment, self._alone(segment, "set"))
            case _ if self._body:
                self._body.append(segment)
            case "TA1":
                yield self._answer(segment)
            case _:
                what = "the set does not begin with ST"
                self._expect(self._finding(Rule.ENVELOPE, what, segment, scope=Scope.INTERCHANGE))
                self._body, self._begun = [segment], self._number

    # Segments --------------------------------------------------------------------------------------------------

    def _goes_on(self) -> bool:
        """Whether an interchange begins here, or what may be one without its header."""
        if padding := self._pass_padding():
            self._note(f"before ISA stand {padding}")
        return not self._is_over and bool(self._stream.ahead(1))

    def _begin(self) -> Iterator[Part]:
        """Learn the marks of what begins here and take its header, or guess them where there is none."""
        stream = self._stream
        head, habits = stream.ahead(FARTHEST), []
        if not _is_header(head) and (before := lines_before(head)):
            habits.append("lines that are no X12 stand before ISA")
            stream.at += before
            head = stream.ahead(FARTHEST)
        if not _is_header(head):
            self._delimiters = guessed(head)
            return
        if width := broken_at(head):
            habits.append(f"its lines are broken at {width} characters")
            stream.unbreak(width)
            head = stream.ahead(FARTHEST)
        found = header(head)
        self._number += 1
        self._begins = stream.byte
        stream.at += found.size
        bare = self._without_blanks(found.elements)
        if bare != found.elements:
            habits.append("blanks stand around elements")
        segment = Segment("ISA", bare)
        yield from self._unfinished("IEA", segment)
        self._delimiters = found.delimiters
        self._letters.forget()
        segment = self._in_letters(segment)
        for habit in (*habits, *found.habits):
            self._note(habit)
        self._open = self._interchange(segment)

    def _without_blanks(self, elements: tuple[str, ...]) -> tuple[str, ...]:
        """Elements of ISA as they stood; blanks in those that have no padding are form."""
        if not self._lenient:
            return elements
        return tuple(
            value if place in _ISA_PADDED else value.strip(" ") for place, value in enumerate(elements, start=1)
        )

    def _segments(self) -> Iterator[Part]:
        """The parts of what has begun, up to its end or the next header."""
        stream, marks = self._stream, self._delimiters
        while (text := stream.whole(marks.terminator, f"IEA{marks.element}")) is not None:
            pieces, untidy = iter(text.split(marks.terminator)), self._untidy(text)
            if len(self._body) > _MOST_SEGMENTS:
                raise InvalidRecord("a set does not end", record=f"X12 file, byte {stream.byte}")
            while (piece := self._run(pieces, untidy)) is not None:
                if _is_header(piece):
                    return
                segment = self._passed(piece)
                if segment is None:
                    continue
                yield from self._part(segment)
                if segment.id == "IEA":
                    return
        yield from self._rest()

    def _run(self, pieces: Iterator[str], untidy: re.Pattern[str] | None) -> str | None:
        """Take the segments of the open set that need no second look. The piece that does; None at the end."""
        if not self._body:
            return next(pieces, None)
        element, body, before, size = self._delimiters.element, self._body, len(self._body), 0
        for piece in pieces:
            raw = piece.strip(_ENDS)
            id_, mark, rest = raw.partition(element)
            if id_ not in _INNER or (untidy and untidy.search(raw)):
                break
            body.append(Segment(id_, tuple(rest.split(element)) if mark else ()))
            size += len(piece) + 1
        else:
            piece = None
        self._number += len(body) - before
        self._stream.at += size
        return piece

    def _untidy(self, text: str) -> re.Pattern[str] | None:
        """What needs a second look in a segment, if there is any of it in `text`."""
        element, terminator = self._delimiters.element, self._delimiters.terminator
        habits = (f"{element} ", f" {element}", f"{terminator} ", f" {terminator}", "\n ", "\t", "\0", "\x1a")
        around = f"{terminator}{text}{terminator}"
        if text.isascii() and not (self._lenient and any(habit in around for habit in habits)):
            return None
        mark = re.escape(element)
        return re.compile(rf"[^\x00-\x7f]|[\0\x1a\t]|^ | $| {mark}|{mark} " if self._lenient else r"[^\x00-\x7f]")

    def _passed(self, piece: str) -> Segment | None:
        """The segment that stands before a terminator, by a second look; None when it is blank."""
        stream = self._stream
        self._begins = stream.byte
        stream.at = min(stream.at + len(piece) + 1, len(stream.text))
        bare = piece.strip(_ENDS)
        raw = bare.strip(_PADDING) if self._lenient else bare
        if not raw:
            if self._delimiters.terminator not in _ENDS:
                self._note("there are terminators without a segment")
            return None
        self._number += 1
        id_, *elements = raw.split(self._delimiters.element)
        segment = Segment(id_, tuple(elements))
        if raw != bare:
            self._note("blanks stand around segments", segment)
        if self._lenient:
            segment = self._forgiven(segment)
        return segment if raw.isascii() else self._in_letters(segment)

    def _forgiven(self, segment: Segment) -> Segment:
        id_, values = segment.id.strip(" \t"), tuple(value.strip(" \t") for value in segment.elements)
        if id_.upper() != id_:
            self._note("names of segments are in small letters", segment)
        if values != segment.elements:
            self._note("blanks stand around elements", segment)
        return Segment(id_.upper(), values)

    def _in_letters(self, segment: Segment) -> Segment:
        """The same with each byte that is no ASCII as a part of its letter."""
        found = [self._letters.of(value) for value in segment.elements]
        for doubt in (doubt for _, doubt in found if doubt):
            what = f"its characters are not all of one charset: there are {doubt}"
            self._note(what, segment, Rule.CHARACTERS, forgivable=False)
        if self._letters.is_guessed:
            what = f"its text is no UTF-8 and was read as {self._letters.charset}"
            self._note(what, segment, Rule.CHARACTERS)
        return Segment(segment.id, tuple(letters for letters, _ in found))

    def _rest(self) -> Iterator[Part]:
        """The last segment, which does not end; of IEA all that counts may be there even so."""
        stream = self._stream
        rest = stream.text[stream.at :].rstrip(_PADDING)
        if not rest or _is_header(rest):
            return
        if self._delimiters.terminator not in _ENDS:
            self._behind.append(self._about_end("the last segment has no terminator"))
        segment = self._passed(rest)
        if segment is not None:
            yield from self._part(segment)

    def _pass_padding(self, marks: str = _PADDING) -> str:
        """Pass what may stand around interchanges. What of it has to be told: all but line ends."""
        stream = self._stream
        there = set(stream.passed(marks))
        while stream.ahead(len(BYTE_ORDER_MARK)) == BYTE_ORDER_MARK:
            stream.at += len(BYTE_ORDER_MARK)
            there |= {"\ufeff", *stream.passed(marks)}
        return ", ".join(sorted(map(ascii, there - set(_ENDS))))

    def _look_behind(self, iea: Segment) -> None:
        """Behind an interchange there is another one, or nothing; padding and a network's lines are passed."""
        stream, marks = self._stream, self._delimiters
        if padding := self._pass_padding(_PADDING + marks.terminator):
            self._behind.append(self._about_end(f"behind IEA stand {padding}"))
        ahead = stream.ahead(FARTHEST)
        if not ahead or _is_header(ahead):
            return
        lines = lines_before(ahead)
        if not lines and len(ahead) < FARTHEST and are_of_a_network(ahead, marks.element, marks.terminator):
            lines = len(ahead)
        if lines:
            self._behind.append(self._about_end("lines that are no X12 stand behind IEA"))
            stream.at += lines
            ahead = stream.ahead(FARTHEST)
        if not ahead or _is_header(ahead):
            return
        self._is_over = True
        what = f"behind IEA, from byte {stream.byte} on, stands what is no interchange: it was not read"
        self._behind.append(self._finding(Rule.ENVELOPE, what, iea, scope=Scope.INTERCHANGE))

    def _about_end(self, what: str) -> Finding:
        return self._finding(Rule.DELIMITERS, what, None, forgivable=True, scope=Scope.INTERCHANGE)

    def _note(
        self, what: str, segment: Segment | None = None, rule: Rule = Rule.DELIMITERS, *, forgivable: bool = True
    ) -> None:
        """Something of the form, told once with the part that it is found in."""
        if what not in self._habits:
            self._habits[what] = self._finding(rule, what, segment, forgivable=forgivable)

    def _noted(self) -> list[Finding]:
        """What was noted since the last part."""
        noted, self._habits = list(self._habits.values()), {}
        return noted

    # Envelopes -------------------------------------------------------------------------------------------------

    def _expect(self, *found: Finding) -> None:
        """Keep what was found before the part that it will be told with."""
        self._open = evolve(self._open, pending=self._open.pending + found)

    def _interchange(self, segment: Segment) -> _Open:
        found = self._noted()
        widths = tuple(map(len, segment.elements[:15]))
        if len(segment.elements) != 16 or widths != _ISA_WIDTHS:
            what = "its elements are not padded to their fixed widths"
            found.append(self._finding(Rule.ENVELOPE, what, segment, forgivable=True, scope=Scope.INTERCHANGE))
        found += self._unnumbered(segment, 13)
        numbers = self._interchanges.setdefault(segment[6].strip(), _Numbers())
        found += self._twice(numbers, segment[13], of=segment, scope=Scope.INTERCHANGE)
        self._groups = {}
        named = [evolve(each, interchange=segment[13].strip()) for each in found]
        return _Open(interchange=segment, pending=tuple(named))

    def _group(self, segment: Segment) -> _Open:
        at = self._open
        numbers = self._groups.setdefault(segment[1], _Numbers())
        found = list(self._twice(numbers, segment[6], of=segment, scope=Scope.GROUP))
        if not found:
            self._sets = {}
        found += self._unnumbered(segment, 6)
        if at.interchange is None:
            what = "the group is in no interchange: ISA is missing before it"
            found.append(self._finding(Rule.ENVELOPE, what, segment, scope=Scope.INTERCHANGE))
        return evolve(at, group=segment, sets=0, pending=(*at.pending, *found))

    def _document(self, *more: Finding) -> Document:
        at, body = self._open, tuple(self._body)
        first, last = body[0], body[-1]
        found = [*at.pending, *self._noted(), *more]
        is_begun = first.id == "ST"
        if at.group is None:
            what = "the set is in no group: GS is missing before it"
            found.append(self._finding(Rule.ENVELOPE, what, None, scope=Scope.INTERCHANGE))
        if is_begun and last.id == "SE":
            found += self._set_end(first, last, len(body))
        if is_begun and at.group is not None:
            found += self._twice(self._sets.setdefault(first[1], _Numbers()), first[2], of=first)
        self._body, self._open = [], evolve(at, pending=(), sets=at.sets + 1)
        document = Document(
            set_id=first[1] if is_begun else _guessed_set(body),
            control_number=first[2] if is_begun else "",
            segments=body,
            interchange=at.interchange,
            group=at.group,
            delimiters=self._delimiters,
            charset=self._letters.charset,
        )
        if not found:
            return document
        return evolve(document, findings=tuple(self._placed(each, document, self._begun) for each in found))

    def _set_end(self, first: Segment, last: Segment, count: int) -> Iterator[Finding]:
        yield from self._counted(last, count, "segments", scope=Scope.SET)
        yield from self._numbers_differ(last, first, 2, scope=Scope.SET)

    def _group_end(self, segment: Segment) -> Trailer:
        group = self._open.group
        if group is None:
            return self._end(segment, self._alone(segment, "group"))
        found = [*self._counted(segment, self._open.sets, "sets", scope=Scope.GROUP)]
        found += self._numbers_differ(segment, group, 6, scope=Scope.GROUP)
        return self._group_over(segment, *found)

    def _group_over(self, segment: Segment | None, *found: Finding) -> Trailer:
        if not self._open.sets:
            found += (self._empty("the group holds no set"),)
        trailer = self._end(segment, *found)
        self._open = evolve(self._open, group=None, sets=0, groups=self._open.groups + 1)
        return trailer

    def _interchange_end(self, segment: Segment) -> Trailer:
        header = self._open.interchange
        if header is None:
            return self._end(segment, self._alone(segment, "interchange"), *self._behind)
        found = [*self._counted(segment, self._open.groups, "groups", scope=Scope.INTERCHANGE)]
        found += self._numbers_differ(segment, header, 13, scope=Scope.INTERCHANGE)
        return self._interchange_over(segment, *found, *self._behind)

    def _interchange_over(self, segment: Segment | None, *found: Finding) -> Trailer:
        if not self._open.groups and not self._open.answers:
            found += (self._empty("the interchange holds no group"),)
        trailer = self._end(segment, *found)
        self._open, self._behind = _Open(), []
        return trailer

    def _answer(self, segment: Segment) -> TA1:
        """A TA1, which belongs to no group."""
        at, found = self._open, self._noted()
        if at.interchange is None or at.group is not None:
            what = "TA1 stands outside of an interchange, or inside a group"
            found.append(self._finding(Rule.ENVELOPE, what, segment, scope=Scope.INTERCHANGE))
        self._open = evolve(at, pending=(), answers=at.answers + 1)
        return TA1(segment, tuple(self._named(*at.pending, *found)), at.interchange)

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
        named = self._named(*at.pending, *self._noted(), *found)
        self._open = evolve(at, pending=())
        return Trailer(segment, tuple(named), at.group, at.interchange)

    def _named(self, *found: Finding) -> Iterator[Finding]:
        at = self._open
        interchange = at.interchange[13].strip() if at.interchange else ""
        group = at.group[6] if at.group else ""
        return (evolve(each, interchange=interchange, group=group) for each in found)

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
            where = f"the file ends behind its segment {self._number}, at byte {self._stream.byte}"
        return (Finding(rule=Rule.ENVELOPE, message=f"{id_} is missing: {where}", scope=scope, segment_id=id_),)

    def _alone(self, segment: Segment, what: str) -> Finding:
        said = f"it stands alone, at byte {self._begins}: the {what} that it would end has not begun"
        return self._finding(Rule.ENVELOPE, said, segment, scope=Scope.INTERCHANGE)

    def _empty(self, what: str) -> Finding:
        return self._finding(Rule.ENVELOPE, what, None, scope=Scope.INTERCHANGE)

    def _counted(self, trailer: Segment, there: int, what: str, *, scope: Scope) -> Iterator[Finding]:
        """A count that is padded leaves no doubt."""
        said = trailer[1]
        if said != str(there):
            same = bool(said.strip()) and said.strip().lstrip("0") == str(there).lstrip("0")
            told = f"{trailer.id}01 says {quoted(trailer.id, said)} {what}, there are {there}"
            yield self._finding(Rule.COUNT, told, trailer, element=1, forgivable=same, scope=scope)

    def _numbers_differ(self, trailer: Segment, header: Segment, place: int, *, scope: Scope) -> Iterator[Finding]:
        """Numbers that differ only in their padding leave no doubt."""
        one, other = trailer[2], header[place]
        if one != other:
            same = one.strip().lstrip("0") == other.strip().lstrip("0")
            said = f"{trailer.id}02 is {quoted(trailer.id, one)}"
            what = f"{said}, {header.id}{place:02} is {quoted(header.id, other)}"
            yield self._finding(Rule.CONTROL_NUMBER, what, trailer, element=2, forgivable=same, scope=scope)

    def _unnumbered(self, header: Segment, place: int) -> list[Finding]:
        """Two numbers that are both absent agree on nothing."""
        number = header[place].strip()
        if number.isascii() and number.isdigit():
            return []
        what = f"{header.id}{place:02} is {quoted(header.id, number)}, which is no control number"
        rule, scope = Rule.CONTROL_NUMBER, Scope.INTERCHANGE
        return [self._finding(rule, what, header, element=place, scope=scope)]

    def _twice(
        self, numbers: _Numbers, number: str, *, of: Segment, scope: Scope = Scope.SET
    ) -> tuple[Finding, ...]:
        if numbers.is_new(number):
            return ()
        what = f"the control number {quoted(of.id, number)} was there before in this file"
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


def _is_header(piece: str) -> bool:
    """Whether an interchange begins here; its marks need not be those of the one before."""
    head = piece[:_GLANCE].lstrip(_PADDING)
    return head[:3].upper() == "ISA" and not head[3:4].isalnum()


def _guessed_set(body: Sequence[Segment]) -> str:
    """The set that a body without its header is, by its first segment; advice and ship confirm begin alike."""
    if body[0].id == "W06":
        return "943" if any(segment.id == "W04" for segment in body) else "945"
    return _FIRST_OF.get(body[0].id, "")
