"""X12 as files of the exchange: sets in, sets out, and a 997 for every document that was read.

Law of this module: a file is read to its end before anything of it is told, and half is not whole: where one of
its interchanges is in doubt, so is the file, and nothing of it is taken or answered. In whole interchanges each
set is judged alone: what is rejected comes as an error in the place of its messages, and the 997 says so. What
acknowledges ours says what became of it, and is never answered.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import groupby
from typing import BinaryIO

from attrs import evolve
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
from clarus_bluecherry.exchange.database import utc_now
from clarus_bluecherry.x12 import (
    ACKNOWLEDGEMENTS,
    TA1,
    Document,
    Envelope,
    Finding,
    GroupVerdict,
    Scope,
    Segment,
    Severity,
    Trailer,
    Verdict,
    acknowledgement,
    asks_for_ta1,
    contradictions,
    misdirected,
    read,
    read_acknowledgement,
    read_ta1,
    ta1,
    validate,
    write,
    write_ta1,
)
from clarus_bluecherry.x12._reader import Part
from clarus_bluecherry.x12._sets import GROUPS

_ACKNOWLEDGEMENT, _OF_THE_WHOLE = "997", "TA1"
_FIRST_DIGIT = {_ACKNOWLEDGEMENT: "9", _OF_THE_WHOLE: "8"}
"""Answers are numbered as what they answer with a digit in front: ranges of their own."""
_CONTROL_DIGITS = 9
_MOST_ERRORS = 3
_SENDER, _RECEIVER = 6, 8
_NOT_OURS = (
    "Nothing of it was taken or answered. A site for tests says is_test = true, and further identifiers of the "
    "partner and of its own in also_from and also_for."
)
_AGAIN = "Nothing of it was taken or answered. Let the partner send it again as it should be."


_ACCEPTING = frozenset({Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS})
_ASK = "It settles nothing: ask the partner what became of the document."


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
        self._theirs = profile.partners.swapped()

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
        """What answers a file: `outcomes` say what became of each `Found` of it, in their order.

        An interchange is answered by a 997, and by a TA1 before it where its sender asks for one. Raises
        `InvalidRecord` for an interchange that cannot be answered.
        """
        left = iter(outcomes)
        for interchange in self._interchanges(content):
            told = []
            for one in self._judged(interchange):
                ended = [next(left, KEPT) for _ in _found_in(one)]
                if isinstance(one, Judged):
                    told.append(_as_it_ended(one, ended))
            if told:
                yield from self._of_the_whole(told[0].document)
                yield self._reply(told, [part for part in interchange if isinstance(part, Trailer)])

    def _interchanges(self, content: BinaryIO) -> Iterator[list[Part]]:
        parts = list(read(content, lenient=True, charset=self._profile.charset or None))
        _refuse_half(parts)
        self._refuse_misdirected(parts)
        return (list(interchange) for _, interchange in groupby(parts, key=lambda part: part.interchange))

    def _refuse_misdirected(self, parts: Sequence[Part]) -> None:
        """What is a test, or from or for somebody else, moves no goods, unless the site says that it may."""
        for header in dict.fromkeys(part.interchange for part in parts if part.interchange is not None):
            wrong = [
                each for each in misdirected(header, self._theirs) if not self._is_known(header, each.element)
            ]
            if wrong:
                what = (
                    f"interchange {header[13].strip()} is not for this site: {'; '.join(e.message for e in wrong)}"
                )
                raise InvalidRecord(what, record="X12 file", field=f"ISA{wrong[0].element:02}", action=_NOT_OURS)

    def _is_known(self, header: Segment, element: int) -> bool:
        further = {_SENDER: self._profile.also_from, _RECEIVER: self._profile.also_for}
        return header[element].strip() in further.get(element, ())

    def _judged(self, parts: Sequence[Part]) -> Iterator[Judged | Told | Found]:
        """What becomes of each set of a whole interchange, and what is said of ours."""
        of_groups = _of_groups(parts)
        for part in parts:
            if isinstance(part, TA1):
                yield from _said_of_the_whole(part)
            elif isinstance(part, Document) and part.set_id in ACKNOWLEDGEMENTS:
                yield _told(part, of_groups[part.group])
            elif isinstance(part, Document):
                yield judged(part, self._profile, of_groups[part.group])

    def _reply(self, told: Sequence[Judged], trailers: Sequence[Trailer]) -> Reply:
        """One 997 for an interchange."""
        number = _number_for(_ACKNOWLEDGEMENT, told[0].document)
        bodies = list(acknowledgement([(one.document, one.findings) for one in told], trailers))
        written = partial(self._interchange, _ACKNOWLEDGEMENT, bodies, at=self._now())
        try:
            content = written(number)
        except InvalidRecord as error:
            what = f"interchange {told[0].document.interchange_control} cannot be answered: {error.problem}"
            raise InvalidRecord(what, record="X12 file", action=_AGAIN) from None
        return Reply(_ACKNOWLEDGEMENT, number, content, _words_of(told[0].document, bodies), written)

    def _of_the_whole(self, document: Document) -> Iterator[Reply]:
        """The TA1 for an interchange that is taken; it asks for none itself."""
        header = document.interchange
        if header is not None and self._profile.answers_ta1 and asks_for_ta1(header):
            number, word = _number_for(_OF_THE_WHOLE, document), ta1(header, ())
            written = partial(self._word_on, word, at=self._now())
            yield Reply(_OF_THE_WHOLE, number, written(number), _words_of(document, [[word]]), written)

    def _word_on(self, word: Segment, number: str, at: dt.datetime) -> bytes:
        envelope = self._envelope(number, at)
        quiet = evolve(envelope, partners=evolve(envelope.partners, wants_acknowledgement=False))
        return write_ta1(quiet, [word])

    def _interchange(
        self, set_id: str, bodies: Sequence[Sequence[Segment]], number: str, at: dt.datetime
    ) -> bytes:
        return b"".join(write(self._envelope(number, at), set_id, bodies, profile=self._profile.demands))

    def _envelope(self, number: str, at: dt.datetime) -> Envelope:
        profile = self._profile
        return Envelope(partners=profile.partners, control_number=number, at=at, delimiters=profile.delimiters)


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


def _words_of(document: Document, bodies: Sequence[Sequence[Segment]]) -> str:
    """What tells an answer from another one: whom it answers, and all that it says."""
    header = document.interchange
    said = (header.elements if header else (), [(each.id, each.elements) for body in bodies for each in body])
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _number_for(kind: str, document: Document) -> str:
    answered = document.interchange_control[-(_CONTROL_DIGITS - 1) :]
    return f"{_FIRST_DIGIT[kind]}{answered:0>{_CONTROL_DIGITS - 1}}"


@cache
def _groups_of_ours() -> frozenset[str]:
    return frozenset(GROUPS[set_id] for kind in every_kind() if kind.is_sent for set_id in kind.sets)


def _require_ours(answer: GroupVerdict, name: str) -> None:
    """Several systems of one company may send under one name, each with numbers of its own."""
    if answer.group_code not in _groups_of_ours():
        what = f"it is about a group {answer.group_code!r}, and we send none"
        raise InvalidRecord(what, record=name, field="AK101")


def _told(document: Document, of_group: Sequence[Finding]) -> Told | Found:
    """What a 997 or 999 says: each of our interchanges holds one group of one set, with one number for all.

    A word that rejects is believed, whatever else it says. Counts that contradict its words are for a person.
    """
    own = (each for each in validate(document) if each.scope is Scope.SET)
    one = Judged(document, f"{document.set_id} {document.control_number}", (*of_group, *own))
    if not one.is_taken:
        return Found(PICK_TICKET, InvalidRecord(one.refusal.what, record=one.name, action=_ASK))
    try:
        answer = read_acknowledgement(document)
        _refuse_doubt(document, answer)
        _require_ours(answer, one.name)
    except InvalidRecord as error:
        return Found(PICK_TICKET, error)
    outcome = SentOutcome.ACKNOWLEDGED if answer.is_accepted else SentOutcome.REJECTED
    return Told(answer.group_control.zfill(_CONTROL_DIGITS), outcome)


def _refuse_doubt(document: Document, answer: GroupVerdict) -> None:
    words = {answer.verdict, *(each.verdict for each in answer.sets)}
    against = contradictions(document)
    if against and words <= _ACCEPTING:
        record = f"{document.set_id} {document.control_number}"
        raise InvalidRecord(f"contradicts itself: {against[0].message}", record=record, action=_ASK)


def _said_of_the_whole(answer: TA1) -> Iterator[Told | Found]:
    """What a TA1 says: rejected, ours did not come in; taken, it says no more than that."""
    try:
        verdict = read_ta1(answer)
    except InvalidRecord as error:
        yield Found(PICK_TICKET, error)
        return
    if not verdict.is_accepted:
        yield Told(verdict.control_number.zfill(_CONTROL_DIGITS), SentOutcome.REJECTED)
