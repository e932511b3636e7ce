"""What is said of an interchange as a whole: the TA1, read and written, and whether the interchange is for us.

Law of this module: an interchange is judged by its header, its trailer and what they enclose, never by what a set
in it says. What was forgiven does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12._acknowledge import Verdict
from clarus_bluecherry.x12._findings import Finding, Rule, Scope, Severity, quoted
from clarus_bluecherry.x12._reader import TA1, Segment
from clarus_bluecherry.x12._writer import Envelope, Partners, interchange_of

_ASKED, _TEST, _PRODUCTION = "1", "T", "P"
_FINE, _DUPLICATE, _OTHERWISE = "000", "025", "024"
_CODES: Mapping[tuple[Rule, str, int], str] = {
    (Rule.CONTROL_NUMBER, "IEA", 2): "001",
    (Rule.PARTNER, "ISA", 6): "006",
    (Rule.PARTNER, "ISA", 8): "008",
    (Rule.CONTROL_NUMBER, "ISA", 13): "018",
    (Rule.PARTNER, "ISA", 15): "020",
    (Rule.COUNT, "IEA", 1): "021",
    (Rule.ENVELOPE, "IEA", 0): "023",
    (Rule.CONTROL_NUMBER, "ISA", 0): _DUPLICATE,
}
"""TA105 by rule, segment and element."""
_REASONS: Mapping[str, str] = {
    "000": "nothing is wrong",
    "001": "its control number in ISA and IEA differs",
    "002": "its standard is not supported",
    "003": "its release is not supported",
    "004": "its terminator is not valid",
    "005": "the qualifier of its sender is not valid",
    "006": "its sender is not valid",
    "007": "the qualifier of its receiver is not valid",
    "008": "its receiver is not valid",
    "009": "its receiver is unknown",
    "010": "the qualifier of its authorization is not valid",
    "011": "its authorization is not valid",
    "012": "the qualifier of its security is not valid",
    "013": "its security is not valid",
    "014": "its date is not valid",
    "015": "its time is not valid",
    "016": "its standard's identifier is not valid",
    "017": "its release's identifier is not valid",
    "018": "its control number is not valid",
    "019": "it does not say validly whether it wants a TA1",
    "020": "its test indicator is not valid",
    "021": "its number of groups is not valid",
    "022": "its structure is not valid",
    "023": "it ended early",
    "024": "its content is not valid",
    "025": "its control number was there before",
    "026": "its element separator is not valid",
    "027": "its component separator is not valid",
    "028": "its delivery date is not valid",
    "029": "its delivery time is not valid",
    "030": "its delivery time zone is not valid",
    "031": "its delivery period is not valid",
}
"""TA105 in words."""


@frozen(kw_only=True)
class InterchangeVerdict:
    """What a TA1 says of one interchange of ours: `control_number`, `date` and `time` are those of its ISA."""

    control_number: str
    date: str
    time: str
    verdict: Verdict
    code: str

    @property
    def is_accepted(self) -> bool:
        """Whether the interchange was taken. What becomes of its sets, a 997 says."""
        return self.verdict is not Verdict.REJECTED

    @property
    def reason(self) -> str:
        """Its code in words."""
        return _REASONS.get(self.code, f"code {quoted('TA1', self.code)}")


def read_ta1(answer: TA1) -> InterchangeVerdict:
    """What a TA1 says. Raises `InvalidRecord` when it names no interchange or says no verdict that is known."""
    segment = answer.segment
    record = f"TA1 {quoted('TA1', segment[1])}"
    if not (segment[1].isascii() and segment[1].isdigit()):
        raise InvalidRecord("names no interchange", record=record, field="TA101")
    if segment[4] not in ("A", "E", "R"):
        raise InvalidRecord(f"says {quoted('TA1', segment[4])}, which is no verdict", record=record, field="TA104")
    return InterchangeVerdict(
        control_number=segment[1], date=segment[2], time=segment[3], verdict=Verdict(segment[4]), code=segment[5]
    )


def asks_for_ta1(header: Segment) -> bool:
    """Whether the sender of an interchange wants a TA1 for it, by its ISA."""
    return header[14].strip() == _ASKED


def ta1(header: Segment, findings: Iterable[Finding]) -> Segment:
    """The TA1 for an interchange, by its ISA and all that was found in it and of it."""
    errors = [each for each in findings if each.severity is Severity.ERROR and each.scope is Scope.INTERCHANGE]
    found = (_CODES.get((each.rule, each.segment_id, each.element), _OTHERWISE) for each in errors)
    verdict = Verdict.REJECTED if errors else Verdict.ACCEPTED
    named = (header[13].strip().zfill(9), header[9].strip(), header[10].strip())
    return Segment("TA1", (*named, verdict.value, min(found, default=_FINE)))


def write_ta1(envelope: Envelope, answers: Sequence[Segment]) -> bytes:
    """An interchange of nothing but TA1s. Raises `InvalidRecord` with the place when one of them is not right."""
    return interchange_of(envelope, answers)


def misdirected(header: Segment, partners: Partners) -> tuple[Finding, ...]:
    """What speaks against an interchange being for us: a sender or receiver other than `partners`, or a test.

    `partners` are those who exchange it: its sender and its receiver. A test is one unless `partners.is_test`,
    and what is neither a test nor production is one always.
    """
    return tuple(_misdirected(header, partners))


def _misdirected(header: Segment, partners: Partners) -> Iterator[Finding]:
    for place, expected in ((6, partners.sender), (8, partners.receiver)):
        if header[place].strip() != expected.strip():
            yield _of_partner(
                place, f"is {quoted('ISA', header[place].strip())}, not {expected.strip()!a}", header
            )
    indicator = header[15].strip()
    if indicator == _TEST and not partners.is_test:
        yield _of_partner(15, "is T: it is a test, and this site is not", header)
    elif indicator not in (_TEST, _PRODUCTION):
        yield _of_partner(15, f"is {quoted('ISA', indicator)}: only P is production", header)


def _of_partner(place: int, what: str, header: Segment) -> Finding:
    return Finding(
        rule=Rule.PARTNER,
        message=f"ISA{place:02} {what}",
        scope=Scope.INTERCHANGE,
        interchange=header[13].strip(),
        segment_id="ISA",
        element=place,
    )
