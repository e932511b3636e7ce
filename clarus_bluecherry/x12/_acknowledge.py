"""The 997 and the 999: what is said of what was read, and what a partner says of what was sent.

Law of this module: a verdict follows from the findings alone. A set with errors that leave it readable is accepted
with errors; one whose envelope or mandatory elements are broken, or which tells goods where its set has no place
for them, is rejected. What is in doubt of a group is in doubt of all its sets. Of two words the worse counts.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from attrs import frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12._findings import Finding, Rule, Scope, Severity
from clarus_bluecherry.x12._reader import Document, Segment, Trailer
from clarus_bluecherry.x12._sets import SETS, segments_of

_FATAL = frozenset(
    {
        Rule.ENVELOPE,
        Rule.CONTROL_NUMBER,
        Rule.COUNT,
        Rule.SEGMENT_MISSING,
        Rule.ELEMENT_MISSING,
        Rule.CHARACTERS,
        Rule.UNSUPPORTED,
        Rule.REFUSED,
    }
)
_ITEMS = frozenset({"W01", "W04", "W07", "W12", "W13", "W19", "LIN", "SLN", "BLI", "PO1", "QTY", "SDQ", "CTP"})
"""Segments that tell goods or their cost."""
_SET_CODES = (
    (Rule.UNSUPPORTED, "", "1"),
    (Rule.ENVELOPE, "SE", "2"),
    (Rule.CONTROL_NUMBER, "SE", "3"),
    (Rule.COUNT, "SE", "4"),
    (Rule.CONTROL_NUMBER, "ST", "7"),
)
"""AK502 by rule and segment."""
_GROUP_CODES = (
    (Rule.ENVELOPE, "GE", "3"),
    (Rule.CONTROL_NUMBER, "GE", "4"),
    (Rule.COUNT, "GE", "5"),
    (Rule.CONTROL_NUMBER, "GS", "6"),
)
"""AK905 by rule and segment."""
_IN_ERROR = "5"
ACKNOWLEDGEMENTS = frozenset({"997", "999"})
"""Sets that answer others, and are never answered themselves."""
_MOST_NOTES = 5
_MOST_DIGITS = 6
_SET_ID = re.compile(r"[A-Za-z0-9]{3}", re.ASCII)
_CONTROL_NUMBER = re.compile(r"[A-Za-z0-9]{4,9}", re.ASCII)
_SEGMENT_ID = re.compile(r"[A-Za-z0-9]{2,3}", re.ASCII)


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

    @property
    def is_accepted(self) -> bool:
        """Whether every set was taken: by the word on the group, by that on each set, and by the counts."""
        words = {self.verdict, *(each.verdict for each in self.sets)}
        counts = {self.included, self.received, self.accepted}
        return words <= _TAKEN and len(counts) == 1 and self.accepted >= max(1, len(self.sets))


_TAKEN = frozenset({Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS})


def verdict_on(findings: Iterable[Finding]) -> Verdict:
    """The verdict on a set with these findings. What was forgiven does not count."""
    errors = _errors(findings)
    if not errors:
        return Verdict.ACCEPTED
    return Verdict.REJECTED if any(map(is_fatal, errors)) else Verdict.ACCEPTED_WITH_ERRORS


def _errors(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def is_fatal(error: Finding) -> bool:
    """Whether an error rejects its set.

    Goods in a segment that the set has no place for do so as well, and a segment without a place whose name may be
    that of goods, damaged. Another one that nobody knows does no harm.
    """
    if error.rule is Rule.UNKNOWN_SEGMENT:
        return not _SEGMENT_ID.fullmatch(error.segment_id) or _is_near(error.segment_id, _ITEMS)
    if error.rule is Rule.SEGMENT_ORDER and error.set_id in SETS:
        known = segments_of(SETS[error.set_id])
        if error.segment_id not in known:
            return error.segment_id in _ITEMS or _is_near(error.segment_id, _ITEMS & known)
    return error.rule in _FATAL


def _is_near(name: str, items: Iterable[str]) -> bool:
    return any(_is_one_letter_apart(name, item) for item in items)


def _is_one_letter_apart(name: str, other: str) -> bool:
    """Whether one letter at most was changed, lost or added."""
    if len(name) == len(other):
        return sum(one != two for one, two in zip(name, other, strict=True)) <= 1
    shorter, longer = sorted((name, other), key=len)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def acknowledgement(
    judged: Sequence[tuple[Document, Sequence[Finding]]], trailers: Sequence[Trailer] = ()
) -> Iterator[list[Segment]]:
    """The body of a 997 for each group among `judged`: documents of one interchange, each with its findings.

    Acknowledgements among them are not answered.

    `trailers` are the ends of their groups: what only shows there rejects the group with all its sets. A set whose
    number or kind cannot be told is not named; the verdict on the group counts it.
    """
    answered = (pair for pair in judged if pair[0].set_id not in ACKNOWLEDGEMENTS)
    for header, group in groupby(answered, key=lambda pair: pair[0].group):
        yield _body(list(group), [each for each in trailers if header and each.group == header])


def _body(judged: list[tuple[Document, Sequence[Finding]]], trailers: Sequence[Trailer]) -> list[Segment]:
    first = judged[0][0]
    code = first.group[1] if first.group else "FA"
    body = [Segment("AK1", (code, first.group_control or "0"))]
    told = [*(each.findings for each in trailers), *(findings for _, findings in judged)]
    of_group = [error for findings in told for error in _errors(findings) if error.scope is Scope.GROUP]
    verdicts = []
    for document, findings in judged:
        verdict = verdict_on([*findings, *of_group])
        verdicts.append(verdict)
        body += _on_set(document, verdict, _errors(findings))
    accepted = sum(verdict is not Verdict.REJECTED for verdict in verdicts)
    counts = (_included(trailers, len(judged)), str(len(judged)), str(accepted))
    codes = _codes(of_group, _GROUP_CODES)[:_MOST_NOTES]
    body.append(Segment("AK9", (_of_all(verdicts).value, *counts, *codes)))
    return body


def _on_set(document: Document, verdict: Verdict, errors: Sequence[Finding]) -> Iterator[Segment]:
    if _SET_ID.fullmatch(document.set_id) and _CONTROL_NUMBER.fullmatch(document.control_number):
        yield Segment("AK2", (document.set_id, document.control_number))
        yield from _notes(errors)
        yield Segment("AK5", (verdict.value, *_set_codes(errors)))


def _included(trailers: Sequence[Trailer], received: int) -> str:
    """How many sets the group says that it holds (GE01); one that came twice says it twice."""
    said = [each.segment[1] for each in trailers if each.segment is not None]
    if said and all(each.isascii() and each.isdigit() and len(each) <= _MOST_DIGITS for each in said):
        return str(sum(map(int, said)))
    return str(received)


def _of_all(verdicts: Sequence[Verdict]) -> Verdict:
    if all(verdict is Verdict.REJECTED for verdict in verdicts):
        return Verdict.REJECTED
    if any(verdict is Verdict.REJECTED for verdict in verdicts):
        return Verdict.PARTIALLY
    return Verdict.ACCEPTED if set(verdicts) == {Verdict.ACCEPTED} else Verdict.ACCEPTED_WITH_ERRORS


def _notes(errors: Sequence[Finding]) -> Iterator[Segment]:
    """AK3 for each segment in error that can be named, with an AK4 for each of its elements."""
    placed = [error for error in errors if _is_in_a_segment(error) and _SEGMENT_ID.fullmatch(error.segment_id)]
    for (number, id_), group in groupby(placed, key=lambda error: (error.segment_number, error.segment_id)):
        found = list(group)
        yield Segment("AK3", (id_, str(number), "", found[0].segment_code))
        for error in found:
            if error.element and error.element_code:
                yield Segment("AK4", (str(error.element), "", error.element_code))


def _is_in_a_segment(error: Finding) -> bool:
    """Whether it is an error of a segment between ST and SE; what is wrong with those has codes of its own."""
    of_envelope = error.scope is not Scope.SET or error.segment_id in ("GS", "ST", "SE")
    return bool(error.segment_code and error.segment_number) and not of_envelope


def _set_codes(errors: Sequence[Finding]) -> tuple[str, ...]:
    codes = _codes([error for error in errors if error.scope is Scope.SET], _SET_CODES)
    if any(_is_in_a_segment(error) or error.rule is Rule.REFUSED for error in errors):
        codes += (_IN_ERROR,)
    return codes[:_MOST_NOTES]


def _codes(errors: Sequence[Finding], table: Sequence[tuple[Rule, str, str]]) -> tuple[str, ...]:
    there = {(error.rule, error.segment_id) for error in errors}
    return tuple(code for rule, segment_id, code in table if (rule, segment_id) in there)


def read_acknowledgement(document: Document) -> GroupVerdict:
    """What a 997 or a 999 says. Raises `InvalidRecord` when it says no verdict that is known, or more than one."""
    if document.set_id not in ACKNOWLEDGEMENTS:
        raise InvalidRecord(f"a {document.set_id} is no acknowledgement", record=f"set {document.control_number}")
    _refuse_two_words(document)
    group = next((segment for segment in document.segments if segment.id == "AK1"), Segment("AK1"))
    total = next((segment for segment in document.segments if segment.id == "AK9"), None)
    if total is None:
        raise InvalidRecord("has no verdict on the group", record=_named(document), field="AK9")
    return GroupVerdict(
        group_code=group[1],
        group_control=group[2],
        verdict=_verdict(total, document),
        included=_count(total[2]),
        received=_count(total[3]),
        accepted=_count(total[4]),
        sets=tuple(_set_verdicts(document, group)),
    )


def _set_verdicts(document: Document, group: Segment) -> Iterator[SetVerdict]:
    current = Segment("AK2")
    notes: list[str] = []
    for segment in document.segments:
        match segment.id:
            case "AK2":
                current, notes = segment, []
            case "AK3" | "AK4" | "IK3" | "IK4" | "CTX":
                notes.append("*".join((segment.id, *segment.elements)))
            case "AK5" | "IK5":
                yield SetVerdict(
                    group_code=group[1],
                    group_control=group[2],
                    set_id=current[1],
                    set_control=current[2],
                    verdict=_verdict(segment, document),
                    codes=segment.elements[1:],
                    notes=tuple(notes),
                )


def contradictions(document: Document) -> tuple[Finding, ...]:
    """What a 997 or a 999 says against itself: counts that do not fit each other, or its words on the sets.

    The worst is believed all the same (`GroupVerdict.is_accepted`). Raises `InvalidRecord` as
    `read_acknowledgement` does.
    """
    answer = read_acknowledgement(document)
    number, total = next(
        (place, each) for place, each in enumerate(document.segments, start=1) if each.id == "AK9"
    )
    return tuple(
        Finding(
            rule=Rule.CONTRADICTION,
            message=what,
            interchange=document.interchange_control,
            group=document.group_control,
            set_id=document.set_id,
            set_control=document.control_number,
            segment_number=number,
            segment_id=total.id,
        )
        for what in _contradictions(answer)
    )


def _contradictions(answer: GroupVerdict) -> Iterator[str]:
    received, accepted = answer.received, answer.accepted
    taken = [each for each in answer.sets if each.verdict in _TAKEN]
    if answer.included != received:
        yield f"the group holds {answer.included} sets, and {received} were received"
    if accepted > received:
        yield f"{received} sets were received, and {accepted} accepted"
    if answer.verdict in _TAKEN and (accepted < received or accepted == 0):
        yield f"the group is accepted ({answer.verdict}), and {accepted} of its {received} sets are"
    if answer.verdict is Verdict.PARTIALLY and accepted in (0, received):
        yield f"the group is accepted in part (P), and {accepted} of its {received} sets are"
    if answer.verdict is Verdict.REJECTED and accepted:
        yield f"the group is rejected, and {accepted} of its sets are accepted"
    if len(answer.sets) > received:
        yield f"{received} sets were received, and {len(answer.sets)} are named"
    if answer.verdict in _TAKEN and len(taken) < len(answer.sets):
        yield f"the group is accepted ({answer.verdict}), and a set of it is rejected"
    if answer.sets and len(answer.sets) == received and len(taken) != accepted:
        yield f"{accepted} sets are counted as accepted, and {len(taken)} are"


def _refuse_two_words(document: Document) -> None:
    for id_ in ("AK1", "AK9"):
        times = sum(segment.id == id_ for segment in document.segments)
        if times > 1:
            what = f"{id_} comes {times} times: it is about one group and one verdict"
            raise InvalidRecord(what, record=_named(document), field=id_)


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
        raise InvalidRecord(what, record=_named(document), field=f"{segment.id}01") from None


def _named(document: Document) -> str:
    return f"{document.set_id} {document.control_number}"


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0
