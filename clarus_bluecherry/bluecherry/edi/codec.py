"""X12 as files of the exchange: sets in, sets out, and a 997 for every document that was read.

Law of this module: a file is read to its end before anything of it is told, and half is not whole: where one of
its interchanges is in doubt, so is the file, and nothing of it is taken or answered. In whole interchanges each
set is judged alone: what is rejected comes as an error in the place of its messages, and the 997 says so. A 997
about ours says what became of it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import BinaryIO

from pydantic import BaseModel

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.edi.documents import body_of
from clarus_bluecherry.bluecherry.edi.judging import Judged, judged, refused
from clarus_bluecherry.bluecherry.edi.profile import X12Profile
from clarus_bluecherry.bluecherry.files import ControlNumber, Entry, Found, Reply, Told
from clarus_bluecherry.bluecherry.kinds import Kind, every_kind, kind_of
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.transport import KEPT, Settlement
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.exchange import SentOutcome
from clarus_bluecherry.exchange.journal import utc_now
from clarus_bluecherry.x12 import (
    Document,
    Envelope,
    Finding,
    GroupVerdict,
    Scope,
    Segment,
    Severity,
    Trailer,
    acknowledgement,
    misdirected,
    read,
    read_acknowledgement,
    validate,
    write,
)
from clarus_bluecherry.x12._reader import Part
from clarus_bluecherry.x12._sets import GROUPS

_ACKNOWLEDGEMENT = "997"
_TEST = "T"
_CONTROL_DIGITS = 9
_MOST_ERRORS = 3
_AGAIN = "Nothing of it was taken or answered. Let the partner send it again as it should be."


class X12Codec:
    """X12 files whose names fit one of `names`, by a site's profile. Each file that goes out holds one set."""

    def __init__(
        self,
        profile: X12Profile,
        names: Collection[str] = ("*.x12", "*.edi"),
        *,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        self._profile, self._names, self._now = profile, tuple(names), now

    @property
    def patterns(self) -> tuple[str, ...]:
        """Names of the files that are X12."""
        return self._names

    def reads(self, kind: str) -> bool:
        """Whether a set holds messages of `kind`."""
        return any(each.name == kind and each.sets for each in every_kind())

    def encode(self, message: messages.Message, control_number: str, at: dt.datetime) -> bytes:
        """An interchange of one message. Raises `InvalidRecord` with the place that breaks a rule."""
        return self.encode_as(kind_of(message), message, control_number, at)

    def encode_as(self, kind: Kind[BaseModel], record: BaseModel, control_number: str, at: dt.datetime) -> bytes:
        """An interchange of one record of any kind, as the other side would write it too."""
        set_id, body = body_of(kind, record, control_number, self._profile)
        return self._interchange(set_id, [body], control_number, at)

    def decode(self, name: str, content: BinaryIO) -> Iterator[Entry]:
        """The messages in a file, and what its 997s say of ours.

        Raises `InvalidRecord` when an interchange in it is not whole: then nothing of the file may be taken.
        """
        for interchange in self._interchanges(content):
            yield from _number_of(interchange[0])
            for one in self._judged(interchange):
                yield from (one,) if isinstance(one, Told) else _found_in(one)

    def answer(self, name: str, content: BinaryIO, outcomes: Sequence[Settlement]) -> Iterator[Reply]:
        """The 997s that answer a file: `outcomes` say what became of each `Found` of it, in their order.

        Raises `InvalidRecord` for an interchange that cannot be answered.
        """
        left = iter(outcomes)
        for interchange in self._interchanges(content):
            told = []
            for one in self._judged(interchange):
                ended = [next(left, KEPT) for _ in _found_in(one)]
                if isinstance(one, Judged):
                    told.append(_as_it_ended(one, ended))
            if told:
                yield self._reply(told, [part for part in interchange if isinstance(part, Trailer)])

    def _interchanges(self, content: BinaryIO) -> Iterator[list[Part]]:
        parts = list(read(content, lenient=True))
        _refuse_half(parts)
        headers = {part.interchange for part in parts if part.interchange is not None}
        self._refuse_tests(headers)
        self._refuse_misdirected(headers)
        return (list(interchange) for _, interchange in groupby(parts, key=lambda part: part.interchange))

    def _refuse_tests(self, headers: Collection[Segment]) -> None:
        """What a partner sends for a test (ISA15 is T) moves no goods, unless the site is one for tests."""
        if self._profile.partners.is_test:
            return
        tests = sorted(header[13].strip() for header in headers if header[15] == _TEST)
        if tests:
            what = f"interchange {tests[0]} is a test (ISA15 is T), and this site is not"
            action = "Nothing of it was taken or answered. A site for tests says is_test = true."
            raise InvalidRecord(what, record="X12 file", field="ISA15", action=action)

    def _refuse_misdirected(self, headers: Collection[Segment]) -> None:
        """What somebody else sends, or what is for somebody else, moves no goods and says nothing of ours."""
        found = sorted(str(each) for one in headers for each in misdirected(one, self._profile.partners.swapped()))
        if found:
            what = f"it is not from our partner to us: {found[0]}"
            action = (
                "Nothing of it was taken or answered. Bring it where it belongs, or correct partner_id and own_id."
            )
            raise InvalidRecord(what, record="X12 file", field="ISA", action=action)

    def _judged(self, parts: Sequence[Part]) -> Iterator[Judged | Told | Found]:
        """What becomes of each set of a whole interchange."""
        of_groups = _of_groups(parts)
        for document in parts:
            if isinstance(document, Document):
                of_group = of_groups[document.group]
                is_word = document.set_id == _ACKNOWLEDGEMENT
                yield _told(document, of_group) if is_word else judged(document, self._profile, of_group)

    def _reply(self, told: Sequence[Judged], trailers: Sequence[Trailer]) -> Reply:
        """One 997 for an interchange, numbered as what it answers with a nine in front: a range of its own."""
        answered = told[0].document.interchange_control[-(_CONTROL_DIGITS - 1) :]
        number = f"9{answered:0>{_CONTROL_DIGITS - 1}}"
        bodies = list(acknowledgement([(one.document, one.findings) for one in told], trailers))
        try:
            content = self._interchange(_ACKNOWLEDGEMENT, bodies, number, self._now())
        except InvalidRecord as error:
            what = f"interchange {answered} cannot be answered: {error.problem}"
            raise InvalidRecord(what, record="X12 file", action=_AGAIN) from None
        return Reply(_ACKNOWLEDGEMENT, number, content)

    def _interchange(
        self, set_id: str, bodies: Sequence[Sequence[Segment]], number: str, at: dt.datetime
    ) -> bytes:
        envelope = Envelope(
            partners=self._profile.partners,
            control_number=number,
            at=at,
            delimiters=self._profile.delimiters,
        )
        return b"".join(write(envelope, set_id, bodies, profile=self._profile.demands))


def _refuse_half(parts: Sequence[Part]) -> None:
    """A file is one delivery: where one interchange in it is in doubt, who knows what else is missing."""
    errors = [each for part in parts for each in _errors(part.findings)]
    if any(each.scope is Scope.INTERCHANGE for each in errors):
        what = f"it is not whole: {'; '.join(map(str, errors[:_MOST_ERRORS]))}"
        raise InvalidRecord(what, record="X12 file", action=_AGAIN)


def _errors(findings: Iterable[Finding]) -> list[Finding]:
    return [each for each in findings if each.severity is Severity.ERROR]


def _of_groups(parts: Sequence[Part]) -> Mapping[Segment | None, list[Finding]]:
    """What is wrong with each group; its end, where most of it shows, comes behind its sets."""
    found: dict[Segment | None, list[Finding]] = defaultdict(list)
    for part in parts:
        found[part.group] += (each for each in _errors(part.findings) if each.scope is Scope.GROUP)
    return found


def _number_of(part: Part) -> Iterator[ControlNumber]:
    header = part.interchange
    if header is not None:
        yield ControlNumber(f"x12 {header[6].strip()} {header[13].strip()}")


def _found_in(one: Judged | Told | Found) -> list[Found]:
    """The messages of a set, or the error in their place; a set that is no message is told with the picks."""
    if not isinstance(one, Judged):
        return [one] if isinstance(one, Found) else []
    kind = one.kind or PICK_TICKET
    return [Found(kind, each) for each in one.messages] if one.is_taken else [Found(kind, one.refusal)]


def _as_it_ended(one: Judged, outcomes: Sequence[Settlement]) -> Judged:
    """A set is taken whole: where one of its messages was refused, so is the set."""
    why = next((each.refused for each in outcomes if not each.is_kept), "")
    return refused(one, why) if why and one.is_taken else one


@cache
def _groups_of_ours() -> frozenset[str]:
    return frozenset(GROUPS[set_id] for kind in every_kind() if kind.is_sent for set_id in kind.sets)


def _require_ours(answer: GroupVerdict, name: str) -> None:
    """Several systems of one company may send under one name, each with numbers of its own."""
    if answer.group_code not in _groups_of_ours():
        what = f"it is about a group {answer.group_code!r}, and we send none"
        raise InvalidRecord(what, record=name, field="AK101")


def _told(document: Document, of_group: Sequence[Finding]) -> Told | Found:
    """What a 997 says: each of our interchanges holds one group of one set, with one number for all."""
    own = (each for each in validate(document) if each.scope is Scope.SET)
    one = Judged(document, f"{document.set_id} {document.control_number}", (*of_group, *own))
    try:
        if not one.is_taken:
            raise one.refusal
        answer = read_acknowledgement(document)
        _require_ours(answer, one.name)
    except InvalidRecord as error:
        return Found(PICK_TICKET, error)
    outcome = SentOutcome.ACKNOWLEDGED if answer.is_accepted else SentOutcome.REJECTED
    return Told(answer.group_control.zfill(_CONTROL_DIGITS), outcome)
