"""What can be wrong with a document, said so that a person finds the place and a 997 can tell it.

Law of this module: a finding names interchange, group, set, segment and element, the rule, and what is wrong in
plain words. It never quotes a value that may be a person's: names, streets and contacts.
"""

from __future__ import annotations

import enum

from attrs import frozen

PERSONAL = frozenset({"N1", "N2", "N3", "N4", "PER", "G61", "NTE"})
"""Segments whose values are never quoted."""

_LONGEST_QUOTE = 40


class Rule(enum.StrEnum):
    """What a finding is about."""

    DELIMITERS = "delimiters"
    ENVELOPE = "envelope"
    CONTROL_NUMBER = "control number"
    COUNT = "count"
    UNKNOWN_SEGMENT = "unknown segment"
    SEGMENT_ORDER = "segment order"
    SEGMENT_MISSING = "segment missing"
    SEGMENT_TOO_OFTEN = "segment too often"
    ELEMENT_MISSING = "element missing"
    ELEMENT_TOO_MANY = "too many elements"
    ELEMENT_TYPE = "element type"
    ELEMENT_LENGTH = "element length"
    ELEMENT_CODE = "element code"
    CONDITION = "condition"
    PROFILE = "profile"
    CHARACTERS = "characters"
    """Its bytes are not the letters that they should be, or a line ends inside of a value."""
    RELEASE = "release"
    """It is of a release whose tables are not here: its body was not checked."""
    PARTNER = "partner"
    """The interchange is from or for somebody else, or a test."""
    CONTRADICTION = "contradiction"
    """An acknowledgement says two things of the same."""
    NOT_KEPT = "not kept"
    """The standard is kept, and who reads the set has no place for it."""
    UNSUPPORTED = "set not supported"
    REFUSED = "refused"
    """The standard is kept, and what the set says cannot be taken."""


class Scope(enum.StrEnum):
    """How much a finding puts in doubt: its set alone, the whole group, or the whole interchange and its file."""

    SET = "set"
    GROUP = "group"
    INTERCHANGE = "interchange"


class Severity(enum.StrEnum):
    """How bad it is. A lenient reader forgives habits that leave no doubt what was meant, and says so."""

    ERROR = "error"
    FORGIVEN = "forgiven"


_SEGMENT_CODES = {
    Rule.UNKNOWN_SEGMENT: "1",
    Rule.NOT_KEPT: "2",
    Rule.SEGMENT_MISSING: "3",
    Rule.SEGMENT_TOO_OFTEN: "5",
    Rule.SEGMENT_ORDER: "7",
}
_ELEMENT_CODES = {
    Rule.ELEMENT_MISSING: "1",
    Rule.CONDITION: "2",
    Rule.ELEMENT_TOO_MANY: "3",
    Rule.ELEMENT_TYPE: "6",
    Rule.CHARACTERS: "6",
    Rule.ELEMENT_CODE: "7",
    Rule.PROFILE: "7",
    Rule.REFUSED: "7",
}


@frozen(kw_only=True)
class Finding:
    """One thing that is wrong.

    `segment_number` counts from the ST as 1 within a set, and from the beginning of the file outside one; 0 is
    the whole. `element` is the place in the segment, 0 for the segment itself. `scope` is how much is in doubt.
    `too_long` tells the two ways in which a length can be wrong apart, `code` is what AK403 says of it where the
    rule alone does not tell.
    """

    rule: Rule
    message: str
    severity: Severity = Severity.ERROR
    scope: Scope = Scope.SET
    interchange: str = ""
    group: str = ""
    set_id: str = ""
    set_control: str = ""
    segment_number: int = 0
    segment_id: str = ""
    element: int = 0
    too_long: bool = False
    code: str = ""

    @property
    def segment_code(self) -> str:
        """What AK304 says of it; empty when it is no error of a segment."""
        if self.element:
            return "8"
        return _SEGMENT_CODES.get(self.rule, "")

    @property
    def element_code(self) -> str:
        """What AK403 says of it."""
        if self.rule is Rule.ELEMENT_LENGTH:
            return "5" if self.too_long else "4"
        return self.code or _ELEMENT_CODES.get(self.rule, "")

    @property
    def place(self) -> str:
        """Where it is, as a person reads it."""
        found = [f"interchange {self.interchange}"] if self.interchange else []
        found += [f"group {self.group}"] if self.group else []
        found += [f"{self.set_id} {self.set_control}".strip()] if self.set_id else []
        if self.segment_number:
            found.append(f"segment {self.segment_number} ({self.segment_id})")
        if self.element:
            found.append(f"element {self.segment_id}{self.element:02}")
        return printable(", ".join(found))

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


def printable(text: str) -> str:
    """`text` as a terminal may show it: what would steer the terminal is written out (`\\x1b`)."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def quoted(segment_id: str, value: str) -> str:
    """A value as a finding may show it: shortened, ASCII, and never a person's."""
    if segment_id in PERSONAL:
        return f"a value of {len(value)} characters"
    text = ascii(value)
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 4]}...{text[-1]}"
