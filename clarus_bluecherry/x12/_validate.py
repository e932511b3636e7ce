"""Checking a transaction set against the tables of 004010: order, elements, conditions, totals.

Law of this module: every fault is a finding with its place, and checking goes on behind it. Sets of other versions
are checked in their envelopes only: their tables are not here. A trading partner's further demands are a profile.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal

from attrs import evolve, field, frozen

from clarus_bluecherry.x12._findings import PERSONAL, Finding, Rule, quoted
from clarus_bluecherry.x12._patterns import TAKES, is_in_order
from clarus_bluecherry.x12._reader import Document, Segment
from clarus_bluecherry.x12._segments import CODES, PERIOD, SEGMENTS, ElementSpec, SegmentSpec
from clarus_bluecherry.x12._sets import GROUPS, SETS, Loop, Use, segments_of

VERSION = "004010"
_INTERCHANGE_VERSION = "00401"

_DIGITS = re.compile(r"-?\d+", re.ASCII)
_REAL = re.compile(r"-?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_DATE = re.compile(r"(\d\d)?\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3])[0-5]\d([0-5]\d\d{0,2})?", re.ASCII)

_AS_MOMENT = {"DT": "8", "TM": "9"}
"""What AK403 says of a date and of a time that is none."""

_HALF = frozenset("\r\n\ufffd")
"""What stands where a line was broken or a terminator lost, and where a character was cut."""

Demand = Callable[[Document], Iterable[Finding]]
"""A further rule: what it finds in a set. It says rule, message and place in the set; the rest is filled in."""


@frozen
class Profile:
    """A trading partner's further demands, by the set they are made of."""

    name: str
    demands: Mapping[str, Sequence[Demand]] = field(factory=dict)


def validate(document: Document, profile: Profile | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong with a set, with what the reader found; in the order of its segments.

    `profile` adds a partner's demands. Values of personal segments are never quoted.
    """
    found = list(document.findings)
    if _is_ours(document):
        found += (placed(each, document) for each in _checked(document, profile))
    else:
        what = f"it is of release {quoted('GS', release_of(document))}: its body was not checked"
        found.append(placed(Finding(rule=Rule.RELEASE, message=what), document))
    return tuple(sorted(found, key=lambda each: (each.segment_number, each.element)))


def unchecked(document: Document) -> Iterator[Finding]:
    """That nothing here says which segments a set of our release has, and in which order: nobody looked at it."""
    if document.set_id not in SETS and _is_ours(document):
        what = "no table of this set is here: which segments it has, and their order, was not checked"
        yield placed(Finding(rule=Rule.RELEASE, message=what), document)


def _is_ours(document: Document) -> bool:
    """Whether the tables here are those of its release: of GS08, or of ISA12 where there is no group."""
    said = release_of(document)
    return not said or said.startswith(VERSION) or said == _INTERCHANGE_VERSION


def release_of(document: Document) -> str:
    """The release that a set says it is of; empty when it does not say."""
    group = document.group[8].strip() if document.group else ""
    return group or (document.interchange[12].strip() if document.interchange else "")


def placed(finding: Finding, document: Document) -> Finding:
    """The finding with the names of the set that it is about, and of what that travelled in."""
    return evolve(
        finding,
        interchange=document.interchange_control,
        group=document.group_control,
        set_id=document.set_id,
        set_control=document.control_number,
    )


def _checked(document: Document, profile: Profile | None) -> Iterator[Finding]:
    for number, segment in enumerate(document.segments, start=1):
        if not TAKES[segment.id](segment.elements):
            yield from _segment(number, segment, document.delimiters.component)
    expected = GROUPS.get(document.set_id)
    if document.group is not None and expected and document.group[1] != expected:
        what = f"GS01 is {quoted('GS', document.group[1])}, a {document.set_id} travels in {expected}"
        yield Finding(rule=Rule.ENVELOPE, message=what, segment_id="GS", element=1)
    if document.set_id in SETS:
        yield from _order(document)
    yield from _totals(document)
    for demand in profile.demands.get(document.set_id, ()) if profile else ():
        yield from demand(document)


# Elements ----------------------------------------------------------------------------------------------------


def _segment(number: int, segment: Segment, component: str) -> Iterator[Finding]:
    spec = SEGMENTS.get(segment.id)
    if spec is None:
        return
    filled = frozenset(place for place, value in enumerate(segment.elements, start=1) if value)
    for place in spec.mandatory:
        if place not in filled:
            yield _at(Rule.ELEMENT_MISSING, "a value is required", number, segment, place)
    for condition in spec.conditions:
        if not condition.holds(filled):
            what = f"condition {condition} does not hold: {_in_words(spec, condition.kind, condition.places)}"
            yield _at(Rule.CONDITION, what, number, segment, condition.places[0])
    if not filled and not spec.mandatory:
        yield _at(Rule.CONDITION, "the segment holds nothing", number, segment, 1)
    if len(segment.elements) > len(spec.elements):
        what = f"there are {len(segment.elements)} elements, the segment has {len(spec.elements)}"
        yield _at(Rule.ELEMENT_TOO_MANY, what, number, segment, len(spec.elements) + 1)
    for place, (one, value) in enumerate(zip(spec.elements, segment.elements, strict=False), start=1):
        if value:
            yield from _element(number, segment, place, one, value, component)
        if one.number == PERIOD and not _is_period(segment[place - 1], value):
            what = f"{quoted(segment.id, value)} is no {segment[place - 1]}"
            yield evolve(_at(Rule.ELEMENT_TYPE, what, number, segment, place), code=_AS_MOMENT["DT"])


def _element(
    number: int, segment: Segment, place: int, spec: ElementSpec, value: str, component: str
) -> Iterator[Finding]:
    if not _HALF.isdisjoint(value):
        what = "a line ends inside of it, or a character is half"
        yield _at(Rule.CHARACTERS, what, number, segment, place)
        return
    if spec.type == "COMP" or (component and component in value and segment.id != "ISA"):
        return
    if not _is_of_type(spec.type, value):
        what = f"{quoted(segment.id, value)} is not of type {spec.type}"
        finding = _at(Rule.ELEMENT_TYPE, what, number, segment, place)
        yield evolve(finding, code=_AS_MOMENT.get(spec.type, ""))
        return
    length = len(value.lstrip("-").replace(".", "")) if spec.type[0] in "NR" else len(value)
    if not spec.shortest <= length <= spec.longest:
        limits = f"{spec.shortest}" if spec.shortest == spec.longest else f"{spec.shortest} to {spec.longest}"
        named = "" if segment.id in PERSONAL else f"{quoted(segment.id, value)} "
        what = f"{named}has {length} characters, {limits} are allowed"
        finding = _at(Rule.ELEMENT_LENGTH, what, number, segment, place)
        yield evolve(finding, too_long=length > spec.longest)
    codes = CODES.get((segment.id, place))
    if codes is not None and value not in codes:
        what = f"{quoted(segment.id, value)} is none of {', '.join(sorted(codes))}"
        yield _at(Rule.ELEMENT_CODE, what, number, segment, place)


def _is_of_type(type_: str, value: str) -> bool:
    match type_[0], type_:
        case "N", _:
            return bool(_DIGITS.fullmatch(value))
        case "R", _:
            return bool(_REAL.fullmatch(value))
        case _, "DT":
            return bool(_DATE.fullmatch(value)) and _is_in_the_calendar(value)
        case _, "TM":
            return bool(_TIME.fullmatch(value))
        case _:
            return value.isprintable() and value.strip(" ") != ""


def _is_period(format_: str, value: str) -> bool:
    """Whether it holds the days that its format says; other formats are not looked into."""
    match format_:
        case "D8" | "D6":
            days = [value]
        case "RD8" | "RD6":
            days = value.split("-")
        case _:
            return True
    return all(len(day) == int(format_[-1]) and _is_of_type("DT", day) for day in days)


def _is_in_the_calendar(digits: str) -> bool:
    """Whether there is such a day; of a year with two digits, in this century."""
    year = int(digits[:-4]) + (2000 if len(digits) == len("YYMMDD") else 0)
    with suppress(ValueError):
        return bool(dt.date(year, int(digits[-4:-2]), int(digits[-2:])))
    return False


def _in_words(spec: SegmentSpec, kind: str, places: tuple[int, ...]) -> str:
    names = [f"{spec.id}{place:02}" for place in places]
    match kind:
        case "P":
            return f"{' and '.join(names)} go together"
        case "R":
            return f"one of {', '.join(names)} is needed"
        case "E":
            return f"only one of {', '.join(names)} is allowed"
        case "C":
            return f"{names[0]} needs {' and '.join(names[1:])}"
        case _:
            return f"{names[0]} needs one of {', '.join(names[1:])}"


def _at(rule: Rule, what: str, number: int, segment: Segment, element: int = 0) -> Finding:
    return Finding(rule=rule, message=what, segment_number=number, segment_id=segment.id, element=element)


# Order -------------------------------------------------------------------------------------------------------


def _order(document: Document) -> list[Finding]:
    """What is wrong with the order of the segments between ST and SE."""
    segments = document.segments
    begin = 1 if segments[0].id == "ST" else 0
    body = segments[begin : len(segments) - (segments[-1].id == "SE")]
    if is_in_order(document.set_id, [segment.id for segment in body]):
        return []
    return _Order(body, begin + 1, SETS[document.set_id]).findings()


class _Order:
    """One pass over the segments between ST and SE, along the tree of the set."""

    def __init__(self, body: Sequence[Segment], first_number: int, tree: Loop) -> None:
        self._body, self._first_number, self._tree = body, first_number, tree
        self._at = 0
        self._known = segments_of(tree)
        self._found: list[Finding] = []
        self._is_astray = False

    def findings(self) -> list[Finding]:
        """Segments that are missing, out of order, too often, or no part of the set.

        Behind a segment that is out of its place, what is missing cannot be told any more.
        """
        self._turn(self._tree)
        while self._next:
            self._tell(
                Rule.SEGMENT_ORDER, "it does not belong here: it comes too late, or its loop was not opened"
            )
            self._at += 1
            self._is_astray = True
            self._turn(self._tree)
        return self._found

    @property
    def _next(self) -> str:
        """The id of the next segment that belongs to the set; those that do not are told and passed."""
        while self._at < len(self._body) and self._body[self._at].id not in self._known:
            if self._body[self._at].id in SEGMENTS:
                self._tell(Rule.SEGMENT_ORDER, "the set has no such segment")
            else:
                self._tell(Rule.UNKNOWN_SEGMENT, "the segment is unknown")
            self._at += 1
        return self._body[self._at].id if self._at < len(self._body) else ""

    def _turn(self, loop: Loop) -> None:
        """One turn of a loop: each member in its order, as often as it comes."""
        for member in loop.members:
            if isinstance(member, Use):
                self._use(member, opens=member.id == loop.opens)
            else:
                self._loop(member)

    def _use(self, use: Use, *, opens: bool) -> None:
        times = 0
        while self._next == use.id and not (opens and times == use.most):
            times += 1
            if times == use.most + 1:
                self._tell(Rule.SEGMENT_TOO_OFTEN, f"it comes more than {use.most} times")
            self._at += 1
        if times == 0 and use.is_mandatory:
            self._missing(use.id)

    def _loop(self, loop: Loop) -> None:
        times = 0
        while self._next == loop.opens:
            times += 1
            if times == loop.most + 1:
                self._tell(Rule.SEGMENT_TOO_OFTEN, f"its loop comes more than {loop.most} times")
            self._turn(loop)
        if times == 0 and loop.is_mandatory:
            self._missing(loop.opens)

    def _missing(self, id_: str) -> None:
        if not self._is_astray:
            number = self._first_number + min(self._at, len(self._body))
            what = f"{id_} is missing before this place"
            finding = Finding(rule=Rule.SEGMENT_MISSING, message=what, segment_number=number, segment_id=id_)
            self._found.append(finding)

    def _tell(self, rule: Rule, what: str) -> None:
        self._found.append(_at(rule, what, self._first_number + self._at, self._body[self._at]))


# Totals ------------------------------------------------------------------------------------------------------

_SUMS: Mapping[str, tuple[str, int, str, int]] = {
    "940": ("W76", 1, "W01", 1),
    "943": ("W03", 1, "W04", 1),
    "944": ("W14", 1, "W07", 1),
    "945": ("W03", 1, "W12", 3),
}
"""By set: the total's segment and element, and those it is the sum of."""
_COUNTED = frozenset({"846", "832"})
"""Sets whose total (CTT) counts their lines (LIN)."""


def _totals(document: Document) -> Iterator[Finding]:
    if document.set_id in _SUMS:
        yield from _sum(document, *_SUMS[document.set_id])
    if document.set_id in _COUNTED:
        yield from _lines(document)


def _lines(document: Document) -> Iterator[Finding]:
    lines = sum(segment.id == "LIN" for segment in document.segments)
    for number, segment in _all(document, "CTT"):
        if _DIGITS.fullmatch(segment[1]) and Decimal(segment[1]) != lines:
            what = f"CTT01 says {quoted('CTT', segment[1])} lines, there are {lines}"
            yield _at(Rule.COUNT, what, number, segment, 1)


def _sum(document: Document, total_id: str, total: int, line_id: str, line: int) -> Iterator[Finding]:
    values = [segment[line] for _, segment in _all(document, line_id)]
    told = [value for value in values if value]
    if not all(map(_REAL.fullmatch, told)):
        return
    expected, is_whole = sum(map(Decimal, told), Decimal(0)), len(told) == len(values)
    for number, segment in _all(document, total_id):
        if not _REAL.fullmatch(segment[total]):
            continue
        units = Decimal(segment[total])
        if units < expected or (is_whole and units != expected):
            said = quoted(total_id, segment[total])
            what = f"{total_id}{total:02} says {said} units, the lines add up to {expected:f}"
            yield _at(Rule.COUNT, what, number, segment, total)


def _all(document: Document, id_: str) -> Iterator[tuple[int, Segment]]:
    """The segments called `id_`, each with its number."""
    return ((number, each) for number, each in enumerate(document.segments, start=1) if each.id == id_)
