"""The 997: what is said of what was read, and what a partner says of what was sent.

Law of this module: a verdict follows from the findings alone. A set with errors that leave it readable is accepted
with errors; one whose envelope, order or mandatory elements are broken is rejected.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from attrs import frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12.findings import Finding, Rule, Severity
from clarus_bluecherry.x12.reader import Document, Segment

_FATAL = frozenset(
    {
        Rule.ENVELOPE,
        Rule.CONTROL_NUMBER,
        Rule.COUNT,
        Rule.SEGMENT_MISSING,
        Rule.ELEMENT_MISSING,
        Rule.UNKNOWN_SEGMENT,
    }
)
_MOST_NOTES = 5


class Verdict(enum.StrEnum):
    """What AK501 and AK901 say."""

    ACCEPTED = "A"
    ACCEPTED_WITH_ERRORS = "E"
    PARTIALLY = "P"
    REJECTED = "R"


@frozen(kw_only=True)
class SetVerdict:
    """What a 997 says of one set; `notes` are its segments and elements in error, as it tells them."""

    group_code: str
    group_control: str
    set_id: str
    set_control: str
    verdict: Verdict
    codes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@frozen(kw_only=True)
class GroupVerdict:
    """What a 997 says of one group: `sets` are those it names; it may name none and judge the group alone."""

    group_code: str
    group_control: str
    verdict: Verdict
    included: int
    received: int
    accepted: int
    sets: tuple[SetVerdict, ...] = ()


def verdict_on(findings: Iterable[Finding]) -> Verdict:
    """The verdict on a set with these findings. What was forgiven does not count."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if not errors:
        return Verdict.ACCEPTED
    return Verdict.REJECTED if any(finding.rule in _FATAL for finding in errors) else Verdict.ACCEPTED_WITH_ERRORS


def acknowledgement(judged: Sequence[tuple[Document, Sequence[Finding]]]) -> Iterator[list[Segment]]:
    """The body of a 997 for each group among `judged`: documents of one interchange, each with its findings."""
    for _, group in groupby(judged, key=lambda pair: pair[0].group_control):
        yield _body(list(group))


def _body(judged: list[tuple[Document, Sequence[Finding]]]) -> list[Segment]:
    first = judged[0][0]
    code = first.group[1] if first.group else "FA"
    body = [Segment("AK1", (code, first.group_control or "0"))]
    verdicts = []
    for document, findings in judged:
        verdict = verdict_on(findings)
        verdicts.append(verdict)
        body.append(Segment("AK2", (document.set_id, document.control_number)))
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        body += _notes(errors)
        body.append(Segment("AK5", (verdict.value, *_set_codes(errors))))
    accepted = sum(verdict is not Verdict.REJECTED for verdict in verdicts)
    total = str(len(judged))
    body.append(Segment("AK9", (_of_all(verdicts).value, total, total, str(accepted))))
    return body


def _of_all(verdicts: Sequence[Verdict]) -> Verdict:
    if all(verdict is Verdict.REJECTED for verdict in verdicts):
        return Verdict.REJECTED
    if any(verdict is Verdict.REJECTED for verdict in verdicts):
        return Verdict.PARTIALLY
    return Verdict.ACCEPTED if set(verdicts) == {Verdict.ACCEPTED} else Verdict.ACCEPTED_WITH_ERRORS


def _notes(errors: Sequence[Finding]) -> Iterator[Segment]:
    """AK3 for each segment in error, with an AK4 for each of its elements."""
    placed = [error for error in errors if error.segment_code and error.segment_number]
    for (number, id_), group in groupby(placed, key=lambda error: (error.segment_number, error.segment_id)):
        found = list(group)
        yield Segment("AK3", (id_, str(number), "", found[0].segment_code))
        for error in found:
            if error.element and error.element_code:
                yield Segment("AK4", (str(error.element), "", error.element_code))


def _set_codes(errors: Sequence[Finding]) -> tuple[str, ...]:
    """AK502 and those behind it: 3 control numbers differ, 4 the count is wrong, 5 segments in error."""
    codes = []
    if any(error.rule is Rule.CONTROL_NUMBER for error in errors):
        codes.append("3")
    if any(error.rule is Rule.COUNT and error.segment_id == "SE" for error in errors):
        codes.append("4")
    if any(error.segment_code for error in errors):
        codes.append("5")
    return tuple(codes)[:_MOST_NOTES]


def read_acknowledgement(document: Document) -> GroupVerdict:
    """What a 997 says. Raises `InvalidRecord` when it says no verdict that is known."""
    if document.set_id != "997":
        raise InvalidRecord(f"a {document.set_id} is no acknowledgement", record=f"set {document.control_number}")
    group = next((segment for segment in document.segments if segment.id == "AK1"), Segment("AK1"))
    sets: list[SetVerdict] = []
    current = Segment("AK2")
    notes: list[str] = []
    for segment in document.segments:
        match segment.id:
            case "AK2":
                current, notes = segment, []
            case "AK3" | "AK4":
                notes.append("*".join((segment.id, *segment.elements)))
            case "AK5":
                sets.append(
                    SetVerdict(
                        group_code=group[1],
                        group_control=group[2],
                        set_id=current[1],
                        set_control=current[2],
                        verdict=_verdict(segment, document),
                        codes=segment.elements[1:],
                        notes=tuple(notes),
                    )
                )
    total = next((segment for segment in document.segments if segment.id == "AK9"), None)
    if total is None:
        raise InvalidRecord("has no verdict on the group", record=f"997 {document.control_number}", field="AK9")
    return GroupVerdict(
        group_code=group[1],
        group_control=group[2],
        verdict=_verdict(total, document),
        included=_count(total[2]),
        received=_count(total[3]),
        accepted=_count(total[4]),
        sets=tuple(sets),
    )


_WORDS: Mapping[str, Verdict] = {
    **{verdict.value: verdict for verdict in Verdict},
    **dict.fromkeys("MWX", Verdict.REJECTED),
}
"""M, W and X are rejections for reasons of security."""


def _verdict(segment: Segment, document: Document) -> Verdict:
    try:
        return _WORDS[segment[1]]
    except KeyError:
        what = f"says {segment[1]!r}, which is no verdict"
        raise InvalidRecord(what, record=f"997 {document.control_number}", field=f"{segment.id}01") from None


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
