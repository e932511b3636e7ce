"""What stands at the head of an interchange: its marks, however they came, and what stands before it.

Law of this module: a habit that leaves no doubt is told by its name. Where the header and the segments behind it
do not say the same, the segments decide, since they are what has to be read.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import takewhile

from attrs import frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12._segments import SEGMENTS

FARTHEST = 4096
"""How far one looks ahead for a header, and behind it."""

_BETWEEN = re.compile(r"(?<=[A-Za-z0-9])[^A-Za-z0-9\s]|[^A-Za-z0-9\s](?=[A-Za-z0-9])")
"""A sign that touches a letter or a digit, as separators do."""
_MOST_BETWEEN = 8
_NAME = re.compile(r"(?<![A-Za-z0-9])([A-Z][A-Z0-9]{1,2})[^A-Za-z0-9\s]")
"""What may be the name of a segment, with a separator behind it."""
_FEWEST, _NARROWEST = 2, 20
"""How many lines of one width there have to be, and how wide, before they are taken for broken ones."""
_ISA = (
    r"ISA *(?P<elements>(?:{e}[^{e}]*){{14}}{e} *[A-Za-z0-9]* *)(?P<last>{e}?)"
    r"(?P<marks>(?:[A-Za-z0-9](?![A-Za-z0-9{e}]))?[^A-Za-z0-9{e}]*)"
)
_BEHIND = (
    r"(?:GS(?:{e}[^{e}]*){{7}}|TA1(?:{e}[^{e}]*){{4}}){e}[A-Za-z0-9]* *"
    r"(?P<terminator>[^A-Za-z0-9 {e}])(?P<line_end>\r\n|\n|\r|)"
)


@frozen
class Delimiters:
    """The characters that one interchange is written with. `line_end` is what stands behind each terminator."""

    element: str = "*"
    component: str = ">"
    terminator: str = "~"
    line_end: str = ""


@frozen
class Header:
    """An ISA as it stood: its elements, the marks of its interchange, its length, and habits by their names."""

    elements: tuple[str, ...]
    delimiters: Delimiters
    size: int
    habits: tuple[str, ...] = ()


def header(head: str) -> Header:
    """The header at the beginning of `head`. Raises `InvalidRecord` when it ends early."""
    element = _element(head)
    if not element or element.isalnum() or element in "\0\r\n":
        raise _ends_early()
    line = head.partition("\n")[0]
    if len(line) < len(head) and line.count(element) < 15:  # it was cut off at the end of its line
        cut = tuple(line.rstrip("\r").split(element)[1:])
        return Header(cut, Delimiters(element, "", "\n"), len(line) + 1)
    found = re.match(_with(element, _ISA), head, re.IGNORECASE)
    if found is None or not found["marks"]:
        raise _ends_early()
    behind = re.compile(_with(element, _BEHIND), re.IGNORECASE).match(head, found.end())
    component, own, habits = _marks(found["marks"], behind["terminator"] if behind else "")
    if head[: len("ISA")] != "ISA":
        habits.append("names of segments are in small letters")
    elements = found["elements"].split(element)[1:] + [component] * bool(found["last"])
    marks = Delimiters(element, component, own or "~", _line_end(found["marks"].rpartition(own)[2] if own else ""))
    if behind is not None:
        habits += _differences(marks if own else None, behind)
        marks = Delimiters(element, component, behind["terminator"], behind["line_end"])
    return Header(tuple(elements), marks, found.end(), tuple(habits))


def _marks(text: str, terminator: str) -> tuple[str, str, list[str]]:
    """The component separator and the terminator of ISA, as they stand in `text`, and the habits they show.

    `terminator` is that of the segment behind it: where it stands alone, the component separator is missing.
    """
    signs = [sign for sign in text if sign not in " \t\0\r\n"]
    is_bare = not signs or signs == [terminator]
    component = "" if is_bare else signs.pop(0)
    own = next(iter(signs), "") or next((mark for mark in text if mark in "\r\n"), "")
    before, _, after = text.removeprefix(component).partition(own or "\n")
    habits = ["the component separator is missing"] if is_bare else []
    if " " in before or "\t" in before:
        habits.append("blanks stand before the terminator")
    if after.strip("\r\n"):
        habits.append("blanks or signs stand behind the terminator of ISA")
    return component, own, habits


def _element(head: str) -> str:
    return head[len("ISA") :].lstrip(" ")[:1]


def _with(element: str, pattern: str) -> str:
    return pattern.format(e=re.escape(element))


def _line_end(text: str) -> str:
    return text[: 2 if text.startswith("\r\n") else int(text[:1] in {"\r", "\n"})]


def _differences(own: Delimiters | None, behind: re.Match[str]) -> list[str]:
    """How the end of ISA differs from that of the segment behind it."""
    if own is None:
        return ["ISA has no terminator"]
    if own.terminator != behind["terminator"]:
        return [f"ISA ends with {own.terminator!a}, what stands behind it with {behind['terminator']!a}"]
    if own.line_end != behind["line_end"]:
        return ["the line of ISA ends otherwise than those behind it"]
    return []


def _ends_early() -> InvalidRecord:
    return InvalidRecord("the interchange header ends early", record="X12 file", field="ISA")


def broken_at(head: str) -> int:
    """The width at which the lines of a file were broken, wherever that was; 0 when they were not."""
    lines = head.replace("\r\n", "\n").split("\n")
    width = len(lines[0])
    whole = list(takewhile(lambda line: len(line) == width, lines))
    last = lines[len(whole)] if len(whole) < len(lines) else ""
    if len(whole) < _FEWEST or width < _NARROWEST or len(last) > width:
        return 0
    together = "".join([*whole, last])
    found = re.match(_with(_element(head), _ISA), together, re.IGNORECASE)
    if found is None:
        return 0
    terminator = header(together).delimiters.terminator
    return 0 if all(line.endswith(terminator) for line in whole) else width


def guessed(head: str) -> Delimiters:
    """Marks of what came without its interchange: stars, and tildes or line ends."""
    delimiters = Delimiters(terminator="~" if "~" in head else "\n", line_end="\n" if "~\n" in head else "")
    id_, star, _ = head.partition(delimiters.terminator)[0].partition(delimiters.element)
    if not star or id_.strip().upper() not in SEGMENTS:
        what = "is not X12: it begins neither with ISA nor with another segment that is known"
        raise InvalidRecord(what, record="X12 file")
    return delimiters


def lines_before(head: str) -> int:
    """How long the lines are that a network put before an interchange; 0 when other text stands there, or none."""
    found = re.search(r"(?<=[\r\n])ISA([^A-Za-z0-9 \t\r\n])", head, re.IGNORECASE)
    return found.start() if found and are_of_a_network(head[: found.start()], found[1], "~") else 0


def are_of_a_network(text: str, element: str, terminator: str) -> bool:
    """Whether these are lines that a network puts around interchanges, not a part of one, nor a letter.

    Each begins with a sign or is in capitals (`$$ADD`, `//STX12//`, `*** END ***`, `EOF`), and nothing in them
    looks like a segment, with these marks or with others.
    """
    between = Counter(_BETWEEN.findall(text))
    if terminator in text or element in between or max(between.values(), default=0) > _MOST_BETWEEN:
        return False
    if any(name in SEGMENTS for name in _NAME.findall(text)):
        return False
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip(" \t\0\x1a")]
    return bool(lines) and all(map(_is_of_a_network, lines))


def _is_of_a_network(line: str) -> bool:
    if not line.isprintable() or "ISA".startswith(line.strip()):
        return False
    return not (line[0].isalnum() or line[0] == " ") or (line.isascii() and line == line.upper())
